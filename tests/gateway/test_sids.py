"""Sids come out of answers and out of files: one that is none stands in no address."""

import pytest

from helpers.core.errors import NotSent, WrongAnswer
from helpers.core.records import Account
from helpers.evidence.inventory import take_inventory
from helpers.gateway.visibility import find_reach
from tests.support.list_pages import SERVICES, sid

#: What is no sid, and would make another address of the one that it stands in.
NO_SIDS = [
    *("", "AC1", "ac" + "0" * 32, "AC" + "0" * 31, "AC" + "0" * 33, "AC" + "g" * 32, "AC" + "0" * 32 + "\n"),
    *("../Accounts", "AC" + "0" * 32 + "/../x", "AC" + "0" * 32 + "?x=", "AC" + "0" * 31 + "#", "AC%2e%2e" + "0" * 26),
    *("AC" + "\u0660" * 32, "@evil.example/", "AC" + "0" * 32 + ".json"),
]
LOOKS = [
    lambda gateway, main, odd: gateway.account(odd),
    lambda gateway, main, odd: list(gateway.numbers(odd)),
    lambda gateway, main, odd: gateway.number(odd, sid(1, "PN")),
    lambda gateway, main, odd: gateway.number(main, odd),
    lambda gateway, main, odd: list(gateway.log(odd, "Calls", {})),
    lambda gateway, main, odd: list(gateway.listing(odd, "Applications", "applications")),
    lambda gateway, main, odd: gateway.usage(odd, since="2026-01-01", until="2026-01-02"),
    lambda gateway, main, odd: gateway.region(main, odd, phone_number="+14155550123"),
    lambda gateway, main, odd: list(gateway.resources(main, f"{SERVICES}/{odd}/PhoneNumbers", "phone_numbers")),
]
CHANGES = [
    lambda gateway, main, odd: gateway.delete_number(main, odd),
    lambda gateway, main, odd: gateway.delete_number(odd, sid(1, "PN")),
    lambda gateway, main, odd: gateway.update_number(main, odd, {"VoiceUrl": ""}),
    lambda gateway, main, odd: gateway.update_number(odd, sid(1, "PN"), {"VoiceUrl": ""}),
    lambda gateway, main, odd: gateway.buy_number(odd, {"PhoneNumber": "+12125550190"}),
]


@pytest.mark.parametrize("odd", NO_SIDS)
def test_odd_sid_stands_in_no_address(gateway, simulator, main, odd):
    """It comes out of answers and out of files, and would lead a request somewhere else: none leaves."""
    asked = len(simulator.requests)
    for look in LOOKS:
        with pytest.raises(WrongAnswer):
            look(gateway, main, odd)
    for change in CHANGES:
        with pytest.raises(NotSent):
            change(gateway, main, odd)

    assert len(simulator.requests) == asked


def test_account_with_odd_sid_is_unread(gateway, main):
    """The others are read all the same."""
    reach, accounts = find_reach(gateway)
    odd = Account(f"{sid(1)}/../{main}", "Odd", "active", "Full", main)
    inventory = take_inventory(gateway, reach, (*accounts, odd), seconds=lambda: 0.0)

    (failed,) = [reading for reading in inventory.coverage.readings if not reading.complete]
    assert failed.account == odd
