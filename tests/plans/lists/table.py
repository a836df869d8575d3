"""
The lists: how each file is called, what is in it, and what becomes of it.

A list that ends with .xlsx is given by its sheets, everything else by its text or its bytes.
"""

import io
import re
import zipfile
from dataclasses import dataclass, field, replace

import openpyxl

from helpers.plans.number_list import Unfit
from tests.plans.lists.company import MAIN, SHOP, A, B, C


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


def text(name, written, *, encoding="utf-8", **rest):
    return Case(name, written.encode(encoding), **rest)


def book(name, *sheets, hidden=(), **rest):
    """Make a workbook of sheets, each a title and its rows."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for title, rows in sheets:
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
        sheet.sheet_state = "hidden" if title in hidden else "visible"
    file = io.BytesIO()
    made.save(file)
    return Case(name, file.getvalue(), **rest)


def misread(case, name):
    """Let the first sheet of a workbook claim to have one cell, as some programs write it."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(case.content)) as whole, zipfile.ZipFile(file, "w") as claims:
        for part in whole.namelist():
            claims.writestr(part, re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1"', whole.read(part)))
    return replace(case, name=name, content=file.getvalue())


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
        *("Numbers to cancel", "電話番号", "Ours"),
    )
]
#: How people write a number: the whole of it...
IN_FULL = [
    text(f"in full {place}.csv", lines("Phone Number", written, FULL[1]), taken="AB", columns=("Phone Number",))
    for place, written in enumerate(
        (
            *("+1 205 555 0100", "+1 (205) 555-0100", "+1-205-555-0100", "+1.205.555.0100", "+1/205/5550100"),
            *("tel:+12055550100", "tel:+1-205-555-0100", "TEL: +1 205 555 0100", "whatsapp:+12055550100"),
            *(
                "sms:+12055550100",
                "callto:+12055550100",
                "Phone: +1 205 555 0100",
                "'+12055550100",
                '"=""+12055550100"""',
            ),
            *("\u202a+12055550100\u202c", "+1\u2011205\u2013555\u22120100", "+1\u2009205\u202f555\u00a00100"),
            *(
                "\u200e+1 205 555 0100\u200f",
                "\ufeff+12055550100",
                FULL[0].translate({ord(sign): ord(sign) + 0xFEE0 for sign in FULL[0]}),
            ),
            *("\u201c+12055550100\u201d", "<+12055550100>"),
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
                ("+12055550100 KEEP", Unfit.NOT_A_NUMBER),
                ("1-800-FLOWERS", Unfit.NOT_A_NUMBER),
            ),
            *(("205 555 0100 / 205 555 0101", Unfit.NOT_A_NUMBER), ("+12055550100 +12055550101", Unfit.NOT_A_NUMBER)),
            *(("PN12", Unfit.NOT_A_SID), ("+12055550100", Unfit.REPEATED), ("(205) 555-0101", Unfit.REPEATED)),
        )
    )
]
PLAIN = lines("Telefon;Büro", *(f"{one};Zürich" for one in FULL))
#: How the file is written.
FILES = [
    text("utf-8.csv", PLAIN, taken="ABC", columns=("Telefon",)),
    *(
        text(f"{encoding}.csv", PLAIN, encoding=encoding, taken="ABC", columns=("Telefon",))
        for encoding in ("utf-8-sig", "latin-1", "cp1252", "utf-16", "utf-16-le", "utf-16-be", "utf-32")
    ),
    text("old Mac.csv", PLAIN.replace("\n", "\r"), encoding="mac-roman", taken="ABC", columns=("Telefon",)),
    text("Windows.csv", PLAIN.replace("\n", "\r\n"), encoding="cp1252", taken="ABC", columns=("Telefon",)),
    text("no end.txt", "\n".join(FULL), taken="ABC"),
    text("no head.csv", lines("", *FULL), taken="ABC"),
    text("no head, two columns.csv", "Ann,+12055550100\nBob,+12055550101\n", taken="AB"),
    text("sep.csv", "sep=;\r\nTelefon;Ort\r\n+12055550100;X\r\n", taken="A", columns=("Telefon",)),
    text("sep tab.csv", 'SEP=\t\n"Note, old"\tPhone\nX\t+12055550100\n', taken="A", columns=("Phone",)),
    text(
        "quoted break.csv",
        'Name,Phone\n"Ann\nLee",+12055550100\n"Bob\r\nRay",+12055550101\n,x\n',
        taken="AB",
        said={6: Unfit.NOT_A_NUMBER},
        columns=("Phone",),
    ),
    text(
        "quoted separators.csv",
        '"Name; first; last",Phone\n"Lee; Ann; B",+12055550100\n',
        taken="A",
        columns=("Phone",),
    ),
    text("quoted separator.csv", '"Name; first",Phone\nAnn,+12055550100\n', taken="A", columns=("Phone",)),
    text("quoted break in head.csv", '"Phone\nNumber",Name\n+12055550100,Ann\n', taken="A", columns=("Phone\nNumber",)),
    text(
        "title above.csv",
        "Numbers to cancel, as of May\n\nName;Rufnummer\nAnn;+12055550100\n",
        taken="A",
        said={1: Unfit.NO_NUMBER},
        columns=("Rufnummer",),
    ),
    text(
        "blank cells missing.csv",
        "Phone,Name,Note\n+12055550100\n+12055550101,Bob\n+12055550102,Cy,x\n",
        taken="ABC",
        columns=("Phone",),
    ),
    text(
        "blank cells added.csv", "Phone\n+12055550100,,\n+12055550101,\n+12055550102\n", taken="ABC", columns=("Phone",)
    ),
    text("blank lines.csv", "Phone,,\n\n+12055550100,,\n,,\n \n+12055550101,,\n", taken="AB", columns=("Phone",)),
    text(
        "cells without a column.csv",
        "Phone\n+12055550100,more\n+12055550101\n",
        taken="B",
        said={2: Unfit.TOO_WIDE},
        columns=("Phone",),
    ),
    text("pipes.txt", "Name|Mobile\nAnn|+12055550100\n", taken="A", columns=("Mobile",)),
    text(
        "a quote never ends.csv",
        'Phone\n+12055550100\n"+12055550101\n',
        taken="A",
        said={3: Unfit.BROKEN},
        columns=("Phone",),
    ),
    text("unicode lines.txt", "\u2028".join(FULL), taken="ABC"),
    text("one line.txt", "+12055550100, +12055550101, (205) 555-0102", taken="AB", offered="C"),
    text("one line of semicolons.txt", "+12055550100; +12055550101;", taken="AB"),
]
#: Which column is meant, and sids.
COLUMNS = [
    text("sids.csv", lines("SID", A, B), taken="AB", columns=("SID",)),
    text("sids without a head.txt", lines("", A, B), taken="AB"),
    text("sids in capitals.csv", lines("sid", f"PN{A[2:].upper()}", B), taken="AB", columns=("sid",)),
    text("mixed.csv", lines("Number", A, FULL[1], "(205) 555-0102"), taken="AB", offered="C", columns=("Number",)),
    text("mixed without a head.txt", lines("", FULL[0], B, "205 555 0102"), taken="AB", offered="C"),
    text("sids under another name.csv", lines("Phone number", A, B), taken="AB", columns=("Phone number",)),
    text(
        "both.csv",
        f"phone_number,sid\n+12055550100,{A}\n(205) 555-0101,{B}\n,{C}\n",
        taken="ABC",
        columns=("phone_number", "sid"),
    ),
    text("both, shortened.csv", f"phone_number,sid\n1.20556E+10,{A}\n", offered="A", columns=("phone_number", "sid")),
    text(
        "both, not the same.csv",
        f"phone_number,sid\n+12055550100,{B}\n205 555 0101,{C}\n",
        said=dict.fromkeys((2, 3), Unfit.CONTRADICTORY),
        columns=("phone_number", "sid"),
    ),
    text(
        "a twin by its account.csv",
        f"phone_number,account_sid\n+12055550190,{SHOP.sid}\n205 555 0190,{MAIN.sid}\n",
        taken="U",
        offered="T",
        columns=("phone_number",),
    ),
    text(
        "another account.csv",
        f"phone_number,account_sid\n+12055550100,{SHOP.sid}\n+12055550101,AC{9:032x}\n",
        said={2: Unfit.OTHER_ACCOUNT, 3: Unfit.UNKNOWN_ACCOUNT},
        columns=("phone_number",),
    ),
    text(
        "names that repeat the number.csv",
        "phone_number,friendly name\n+12055550100,(205) 555-0101\n",
        taken="A",
        columns=("phone_number",),
    ),
    text(
        "customer numbers.csv",
        "Customer number;Phone;Since\n4711000;+12055550100;2019-05-01\n",
        taken="A",
        columns=("Phone",),
    ),
    text("dates and prices.csv", "2019-05-01;+12055550100;1.15\n2020-06-02;+12055550101;1.15\n", taken="AB"),
    text("account in words.csv", "Account,Phone\nAcme,+12055550100\n", taken="A", columns=("Phone",)),
    text(
        "who is forwarded to.csv",
        "Phone Number,Forward to\n+12055550199,+12055550100\n",
        said={2: Unfit.NOT_OURS},
        columns=("Phone Number",),
    ),
    text(
        "an old and a new one.csv",
        "Old number,New number\n+12055550199,+12055550100\n",
        offered="A",
        columns=("New number",),
    ),
    text(
        "a column without numbers.csv", "Phone Number,Forward to\n,+12055550100\n", offered="A", columns=("Forward to",)
    ),
    text("row numbers.csv", "Number,Telefon\n1,+12055550100\n2,+12055550101\n", taken="AB", columns=("Telefon",)),
    text(
        "two sids.csv",
        f"Number,SID\n{A},{B}\n+12055550102,{C}\n",
        taken="C",
        said={2: Unfit.CONTRADICTORY},
        columns=("Number", "SID"),
    ),
    text(
        "a title that sounds like a column.csv",
        "Phone list\nKontakt;Ref\n+12055550100;x\n",
        taken="A",
        said={1: Unfit.NOT_A_NUMBER},
        columns=("Kontakt",),
    ),
    text("a head alone.csv", "phone_number\n+1\n", said={2: Unfit.NOT_A_NUMBER}, columns=("phone_number",)),
]
#: Workbooks.
BOOKS = [
    book(
        "plain.xlsx",
        ("Sheet1", [["Phone Number"], ["+12055550100"], ["+1 205 555 0101"]]),
        taken="AB",
        columns=("Phone Number",),
        sheet="Sheet1",
    ),
    book(
        "as numbers.xlsx",
        ("Tabelle1", [["Name", "Rufnummer"], ["Ann", 12055550100], ["Bob", 12055550101.0], [None, 2055550102]]),
        offered="ABC",
        columns=("Rufnummer",),
        sheet="Tabelle1",
    ),
    book(
        "second sheet.xlsx",
        ("Feuil1", [["Téléphone"], ["+12055550100"]]),
        ("Other", [["Téléphone"], ["+12055550101"]]),
        taken="A",
        columns=("Téléphone",),
        sheet="Feuil1",
    ),
    book(
        "hidden sheet.xlsx",
        ("Old", [["Phone"], ["+12055550101"]]),
        ("New", [["Phone"], ["+12055550100"]]),
        hidden=("Old",),
        taken="A",
        columns=("Phone",),
        sheet="New",
    ),
    book(
        "title above.xlsx",
        ("Liste", [["Zu kündigen"], [], ["Kunde", "Telefon"], ["Ann", "+12055550100"], [], [None, "1.41556E+10"]]),
        taken="A",
        said={1: Unfit.NO_NUMBER, 6: Unfit.SHORTENED},
        columns=("Telefon",),
        sheet="Liste",
    ),
    book(
        "no head.xlsx",
        ("Sheet1", [["+12055550100"], [12055550101], [A]]),
        taken="A",
        offered="B",
        said={3: Unfit.REPEATED},
        sheet="Sheet1",
    ),
    book(
        "sids.xlsx",
        ("Numbers", [["Phone Number", "SID"], ["(205) 555-0100", A], [None, B]]),
        taken="AB",
        columns=("Phone Number", "SID"),
        sheet="Numbers",
    ),
]
BOOKS.append(misread(BOOKS[0], "one cell claimed.xlsx"))
CASES = [*HEADS, *IN_FULL, *OTHERWISE, *SAID, *FILES, *COLUMNS, *BOOKS]

#: What is no list at all, and a part of what is said.
REFUSED = {
    "empty.csv": (b"", "The list is empty"),
    "blank.csv": (b"\r\n ;;\r\n", "The list is empty"),
    "words.txt": (b"Please cancel the old hotline\n", "none of its columns holds phone numbers"),
    "wrong sheet.csv": (b"Name,City\nAnn,Boston\n", "none of its columns holds phone numbers"),
    "two columns.csv": (b"Phone,Mobile\n+12055550100,+12055550101\n", "more than one of its columns"),
    "twice.csv": (b"phone_number,phone_number\n+12055550100,+12055550101\n", "more than one of its columns"),
    "pairs.csv": (
        b"+12055550100,+12055550101\n+12055550102,+12055550170\n",
        "more than one of its columns could be meant (1, 2)",
    ),
    "quote.csv": (b'"phone_number\n+12055550100\n', "its first line is not CSV"),
    "old.xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "an old Excel"),
    "page.csv": (b"<html><table><tr><td>+12055550100", "a web page"),
    "scan.pdf": (b"%PDF-1.7 +12055550100", "a PDF"),
    "letter.rtf": (b"{\\rtf1 +12055550100}", "a text document"),
    "picture.csv": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "neither text nor a workbook"),
    "torn.xlsx": (BOOKS[0].content[:-300], "or a damaged one"),
    "letter.docx": (b"PK\x03\x04" + bytes(60), "or a damaged one"),
    "empty.xlsx": (book("empty.xlsx", ("Sheet1", [])).content, "The list is empty"),
    "huge.csv": (b"+12055550100\n" * 1_700_000, "more than 20 MB"),
    "long.csv": (b"x\n" * 200_001, "more than 200,000 rows"),
}
