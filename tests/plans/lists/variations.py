"""Variations of one line: how people call the column, how they write a number, and what is none."""

from dataclasses import dataclass, field

from helpers.plans.number_list import Unfit


@dataclass(frozen=True)
class Case:
    """A list, with what is taken and offered by the letters of the numbers, and what is said of a line."""

    name: str
    content: bytes
    taken: str = ""
    offered: str = ""
    said: dict[int, Unfit] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    sheet: str | None = None
    #: A part of the sentence that refuses it as a whole; everything else is empty then.
    refused: str = ""


def text(name, written, **rest):
    return Case(name, written.encode(), **rest)


FULL = ("+12055550100", "+12055550101", "+12055550102")


def lines(head, *cells, end="\n", separator=","):
    rows = [[head], *([cell] for cell in cells)] if head else [[cell] for cell in cells]
    return "".join(f"{separator.join(row)}{end}" for row in rows)


#: What people call the column.
HEADS = [
    text(f"head {head}.csv", lines(head, *FULL), taken="ABC", columns=(head,))
    for head in (
        *("phone_number", "Phone Number", "PHONE NUMBERS", "Number", "Phone", "Phone #", "Telefon", "Telefon-Nr."),
        *("Telefonnummer", "Rufnummer", "Téléphone", "Numéro de téléphone", "Número", "Teléfono", "Telefone", "Mobile"),
        *("Mobiltelefon", "Handynummer", "Telefoonnummer", "Numero di telefono", "DID", "TN", "Cell", "E.164"),
        *(
            "Nummer",
            "Numero",
            "MSISDN",
            "Номер",
            "Phone no.",
            "Our phone no.",
            "Phone number (E.164):",
            "Numéro :",
            "# Phone",
        ),
        *("Numbers to cancel", "To be released", "Phone numbers to release 2024", "電話番号"),
    )
]
#: Names that do not say whether the numbers are to go: the operator looks.
HEADS += [
    *(
        text(f"head {head}.csv", lines(head, *FULL), offered="ABC", columns=(head,))
        for head in ("Active numbers", "Numbers in use", "New numbers", "VIP phones", "Wichtige Nummern")
    ),
    *(
        text(f"head {head}.csv", lines(head, *FULL), offered="ABC", said={1: Unfit.NOT_A_NUMBER})
        for head in (
            "From",
            "To",
            "Ours",
            "VIP",
            "Still needed",
            "Acme reception",
            "Active no.",
            "Mine?",
        )
    ),
    *(
        text(f"head {head}.csv", lines(head, *FULL), said=dict.fromkeys((2, 3, 4), Unfit.KEPT), columns=(head,))
        for head in ("Numbers to keep", "Numbers we keep", "Telefonnummern behalten", "Numéros à garder")
    ),
    *(
        text(
            f"head {head}.csv", lines(head, *FULL), said={1: Unfit.NOT_A_NUMBER, **dict.fromkeys((2, 3, 4), Unfit.KEPT)}
        )
        for head in (
            "KEEP",
            "Do not release",
            "Everything except:",
            "Please release all but",
            "Alles außer",
            "nicht kündigen",
        )
    ),
]
#: How people write a number: the whole of it...
IN_FULL = [
    text(f"in full {place}.csv", lines("Phone Number", written, FULL[1]), taken="AB", columns=("Phone Number",))
    for place, written in enumerate(
        (
            *("+1 205 555 0100", "+1 (205) 555-0100", "+1-205-555-0100", "+1.205.555.0100", "+1/205/5550100"),
            *("tel:+12055550100", "tel:+1-205-555-0100", "TEL:+1 205 555 0100", "whatsapp:+12055550100"),
            *(
                "sms:+12055550100",
                "callto:+12055550100",
                "'+12055550100",
                '"=""+12055550100"""',
            ),
            *("\u202a+12055550100\u202c", "+1\u2011205\u2013555\u22120100", "+1\u2009205\u202f555\u00a00100"),
            *(
                "\u200e+1 205 555 0100\u200f",
                "\ufeff+12055550100",
                FULL[0].translate({ord(sign): ord(sign) + 0xFEE0 for sign in FULL[0]}),
            ),
            *("\u201c+12055550100\u201d", "<+12055550100>", '"+12055550100,"', "**+12055550100**", "[+12055550100]"),
        )
    )
]
#: ...and less than that, or more.
OTHERWISE = [
    text(f"otherwise {place}.csv", lines("Phone Number", f'"{written}"'), offered=offered, columns=("Phone Number",))
    for place, (written, offered) in enumerate(
        (
            *((us, "A") for us in ("(205) 555-0100", "205-555-0100", "205.555.0100", "12055550100", "1 205 555 0100")),
            *((us, "A") for us in ("tel:205-555-0100", "Tel. (205) 555-0100", "12055550100.0", "12,055,550,100")),
            *(
                (us, "A")
                for us in ("001 205 555 0100", "011 1 205 555 0100", "+1 205 555 0100 ext. 5", "2055550100x12")
            ),
            *((us, "A") for us in ("• +12055550100", "1. +1 205 555 0100", "Hotline: +12055550100", "555-0100")),
            *(
                (us, "A")
                for us in ("Phone: +1 205 555 0100", "Mobile: +12055550100", "- +12055550100", "- [ ] +12055550100")
            ),
            *((uk, "D") for uk in ("020 7946 0123", "44 20 7946 0123", "+44 (0)20 7946 0123", "0044 20 7946 0123")),
            *((german, "E") for german in ("030 / 23125 142", "030-23125142", "49 30 23125142", "0049 (0)30 23125142")),
            *((russian, "R") for russian in ("8 (495) 555-01-23", "8-10-7 495 555 01 23")),
        )
    )
]
#: What fits no number, or more than one.
SAID = [
    text(
        f"said {place}.csv",
        lines("phone_number", FULL[0], f'"{written}"', FULL[1]),
        taken="AB",
        said={3: why},
        columns=("phone_number",),
    )
    for place, (written, why) in enumerate(
        (
            *(("1.41556E+10", Unfit.SHORTENED), ("1,20556E+10", Unfit.SHORTENED), ("1.20555501E10", Unfit.SHORTENED)),
            *(("2E+10", Unfit.SHORTENED), ("########", Unfit.SHORTENED)),
            *(("+1205555010", Unfit.NOT_OURS), ("+12055550199", Unfit.NOT_OURS), ("205 555 0199", Unfit.NOT_OURS)),
            *(("+49 205 555 0100", Unfit.NOT_OURS), ("+2055550100", Unfit.NOT_OURS), (f"PN{99:032x}", Unfit.NOT_OURS)),
            *(("555-0170", Unfit.SEVERAL), ("205 555 0190", Unfit.TWINS), ("+12055550190", Unfit.TWINS)),
            *(("+1205*", Unfit.NOT_A_NUMBER), ("7946012", Unfit.NOT_OURS), ("55-0100", Unfit.NOT_A_NUMBER)),
            *(
                ("n/a", Unfit.NOT_A_NUMBER),
                *(
                    ("+12055550102 KEEP", Unfit.KEPT),
                    ("except +12055550102", Unfit.KEPT),
                    ("not: 2055550102", Unfit.KEPT),
                ),
                *(("nicht +12055550102", Unfit.KEPT), ("// +12055550102", Unfit.NOT_A_NUMBER)),
                *(("-- +12055550102", Unfit.NOT_A_NUMBER), ("Total: 2055550102", Unfit.NOT_A_NUMBER)),
                *((f"{FULL[2]}{more}", Unfit.NOT_A_NUMBER) for more in ("/01", "-0103", " 1.15", " (2)")),
                *((short, Unfit.SHORTENED) for short in ("1.20556 E+10", "1.20556\u00d710^10", "1,20556 x 10^10")),
                ("1-800-FLOWERS", Unfit.NOT_A_NUMBER),
            ),
            *(("205 555 0102 / 205 555 0170", Unfit.NOT_A_NUMBER), ("+12055550102 +12055550170", Unfit.NOT_A_NUMBER)),
            *(("PN12", Unfit.NOT_A_SID), ("+12055550100", Unfit.REPEATED), ("(205) 555-0101", Unfit.REPEATED)),
        )
    )
]
VARIATIONS = [*HEADS, *IN_FULL, *OTHERWISE, *SAID]
