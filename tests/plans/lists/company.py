"""The numbers and accounts of the company that the lists are sent to."""

from helpers.core.records import Account, Number

MAIN, SHOP = (Account(f"AC{n:032x}", f"Account {n}", "active", "Full", f"AC{1:032x}") for n in (1, 2))
ACCOUNTS = [MAIN, SHOP]


def number(n, phone_number, account=MAIN):
    return Number(f"PN{n:032x}", account.sid, phone_number, f"Number {n}", {})


#: By the letters that the table of lists uses.
OURS = {
    "A": number(1, "+12055550100"),
    "B": number(2, "+12055550101"),
    "C": number(3, "+12055550102"),
    "D": number(0xD, "+442079460123"),
    "E": number(0xE, "+493023125142"),
    #: One number in two accounts, as after a port that went wrong.
    "T": number(0x10, "+12055550190"),
    "U": number(0x11, "+12055550190", SHOP),
    #: Two numbers that differ in their area code alone.
    "V": number(0x12, "+12055550170"),
    "W": number(0x13, "+12125550170"),
    "R": number(0x14, "+74955550123"),
}
A, B, C = (OURS[letter].sid for letter in "ABC")
