"""
Find the numbers that a list names: exact matches only; every other line is a problem.  Pure.

A tool that released every partial match of an area code has cost people seventy numbers.  So nothing is guessed,
completed or repaired.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from helpers.core.errors import ListUnreadable
from helpers.core.records import Account, Number

#: The columns that are read.  Others may stand beside them, as in the kit's own exports.
NUMBER, SID, ACCOUNT = "phone_number", "sid", "account_sid"
_E164 = re.compile(r"\+[1-9]\d{4,14}")
_PN = re.compile(r"PN[0-9a-fA-F]{32}")
#: The form in which the kit's own export protects a number from spreadsheets.
_FOR_EXCEL = re.compile(r'="([^"]*)"')
_SHORTENED = re.compile(r"\d[.,]\d+E\+?\d+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class NumberList:
    """The numbers that a list names, and its problems."""

    numbers: tuple[Number, ...]
    #: The line of the file, and a sentence that says what is wrong with it.
    problems: tuple[tuple[int, str], ...]


def read_list(data: bytes, numbers: Iterable[Number], accounts: Iterable[Account]) -> NumberList:
    """
    Read a CSV file of numbers or sids.

    Its first line names the columns: ``phone_number``, ``sid``, or both, and maybe ``account_sid``.  If a row has more
    than one of them, they have to agree.

    Raises:
        ListUnreadable: It is not UTF-8 text, or its first line is not CSV or does not name the columns.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ListUnreadable(
            "The list cannot be read: it is not UTF-8 text. In Excel, save it as “CSV UTF-8”. Nothing was taken from "
            "the list."
        ) from None
    first = text.partition("\n")[0]
    # The names of the columns contain no separator.
    separator = next((sign for sign in (";", "\t") if sign in first), ",")
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        header = _header(next(rows, []))
    except csv.Error as failure:
        raise ListUnreadable(
            f"The list cannot be read: its first line is not CSV ({failure}). Look there for a quotation mark that "
            "never ends, or save the list as CSV anew. Nothing was taken from the list."
        ) from None
    index = _Index(numbers, accounts)
    line_of: dict[str, int] = {}
    problems = []
    try:
        for row in rows:
            if not any(cell.strip() for cell in row):
                continue
            number, problem = _row(row, header, index)
            if number is not None and number.sid in line_of:
                problem = f"{number.phone_number} stands in line {line_of[number.sid]} already."
            elif number is not None:
                line_of[number.sid] = rows.line_num
            if problem:
                problems.append((rows.line_num, problem))
    except csv.Error as failure:
        problems.append((rows.line_num, f"The list cannot be read from here on ({failure}): what follows is missing."))
    return NumberList(tuple(index.by_sid[sid] for sid in line_of), tuple(problems))


def _header(row: list[str]) -> list[str]:
    names = [cell.strip().casefold() for cell in row]
    requirement = "The first line has to name the columns, and one of them has to be phone_number or sid"
    if not any(names):
        raise ListUnreadable(f"{requirement}; the first line is empty. Nothing was taken from the list.")
    if not {NUMBER, SID} & set(names):
        shown = ", ".join(row)[:80]
        raise ListUnreadable(f"{requirement}; it says: {shown}. Nothing was taken from the list.")
    twice = next((name for name in (NUMBER, SID, ACCOUNT) if names.count(name) > 1), None)
    if twice:
        raise ListUnreadable(f"{requirement}; {twice} stands there twice. Nothing was taken from the list.")
    return names


class _Index:
    """The company's numbers and accounts, by their sids and numbers."""

    def __init__(self, numbers: Iterable[Number], accounts: Iterable[Account]) -> None:
        self.by_sid = {number.sid: number for number in numbers}
        self.accounts = {account.sid for account in accounts}
        self._by_number: dict[str, list[Number]] = {}
        for number in self.by_sid.values():
            self._by_number.setdefault(number.phone_number, []).append(number)

    def all(self, phone_number: str) -> list[Number]:
        """Find every number of the company with exactly this phone number."""
        return self._by_number.get(phone_number, [])


def _row(row: list[str], header: Sequence[str], index: _Index) -> tuple[Number | None, str]:
    if len(row) != len(header):
        columns = f"{len(row)} column{'s' if len(row) != 1 else ''}"
        return None, f"It has {columns}, and the first line has {len(header)}."
    phone_number, sid, account = (_cell(row, header, name) for name in (NUMBER, SID, ACCOUNT))
    unfit = _unfit(phone_number, sid)
    if unfit:
        return None, unfit
    if account and account not in index.accounts:
        return None, f"{phone_number or sid} is said to be in {account}, which is not an account of this company."
    matches = index.all(phone_number) if phone_number else [index.by_sid[sid]] if sid in index.by_sid else []
    if not matches:
        return None, f"{phone_number or sid} is not a number of this company, as far as its accounts could be read."
    if sid and sid not in {number.sid for number in matches}:
        return None, f"{phone_number} and {sid} are not the same number."
    matches = [number for number in matches if not sid or number.sid == sid]
    if account and account not in {number.account_sid for number in matches}:
        return None, f"{phone_number or sid} is not in {account} but in another account of this company."
    matches = [number for number in matches if not account or number.account_sid == account]
    if len(matches) > 1:
        return None, f"{phone_number} is in more than one account: name its SID."
    return matches[0], ""


def _unfit(phone_number: str, sid: str) -> str:
    """Say why a row cannot name a number; an empty text if it can."""
    if not phone_number and not sid:
        return "It names no number."
    if phone_number and not _E164.fullmatch(phone_number):
        spoilt = " A spreadsheet shortened it; what it was cannot be told." if _SHORTENED.search(phone_number) else ""
        return f"{phone_number} is not written as Twilio writes numbers, like +14155550123.{spoilt}"
    if sid and not _PN.fullmatch(sid):
        return f"{sid} is not the SID of a number: that is PN and 32 digits or letters a to f."
    return ""


def _cell(row: list[str], header: Sequence[str], name: str) -> str:
    cell = row[header.index(name)].strip() if name in header else ""
    written = _FOR_EXCEL.fullmatch(cell)
    return written[1] if written else cell.removeprefix("'")
