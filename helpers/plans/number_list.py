"""
Find the numbers that a list names.  Pure.

A tool that released every partial match of an area code has cost people seventy numbers.  So a number that is written
in full is taken; what is written otherwise is offered where only one number of the company can be meant, for the
operator to look at; everything else is told by its line.  Nothing is guessed, completed or repaired.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from helpers.core.errors import ListUnreadable
from helpers.core.records import Account, Number
from helpers.plans.list_columns import Columns, find_columns
from helpers.plans.list_table import Row, Table
from helpers.plans.spelling import Spelling, end_of, ends, is_shortened, plain_cell, spelled

_PN = re.compile(r"PN[0-9a-fA-F]{32}")
#: The most signs of a line that are shown.
_SHOWN = 80
_SID_LIKE = re.compile(r"PN\w*", re.IGNORECASE)


class Unfit(StrEnum):
    """The code of a reason why a line names no number that can be taken."""

    NO_NUMBER = "names no number"
    NOT_A_NUMBER = "not a phone number"
    SHORTENED = "shortened by a spreadsheet"
    NOT_A_SID = "not the sid of a number"
    NOT_OURS = "not a number of this company"
    #: Details: ``candidates``, the numbers that may be meant.
    SEVERAL = "more than one number may be meant"
    #: The same number in more than one account.  Details: ``number``.
    TWINS = "in more than one account"
    #: Details: ``number`` and ``sid``.
    CONTRADICTORY = "the number and the sid are not the same"
    #: Details: ``account``.
    UNKNOWN_ACCOUNT = "not an account of this company"
    #: Details: ``account``.
    OTHER_ACCOUNT = "in another account"
    HIDDEN = "its row is hidden in the sheet"
    #: Details: ``cells``, ``columns``.
    TOO_WIDE = "more cells than columns"
    #: Details: ``number``, ``place``, the line that names the number already.
    REPEATED = "named already"
    #: Details: ``problem``, in the words of the reader.
    BROKEN = "cannot be read from here on"


#: A detail of a code, and a code with its details.
Detail = str | int | tuple[str, ...]
_Why = tuple[Unfit, Mapping[str, Detail]]


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A line that names a number of the company."""

    place: int
    written: str
    number: Number


@dataclass(frozen=True, slots=True)
class UnfitLine:
    """A line that names no number that can be taken, and why."""

    place: int
    written: str
    why: Unfit
    details: Mapping[str, Detail] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class NumberList:
    """What was read from a list: no line is missing in it."""

    #: The lines that name a number in full, in a column that is certain.
    taken: tuple[ReadLine, ...]
    #: The lines of which only one number can be meant.  They count when the operator says so.
    offered: tuple[ReadLine, ...]
    unfit: tuple[UnfitLine, ...]
    #: The name of the sheet; None for a list that has none.
    sheet: str | None
    #: The names of the columns that were read; none where the list names none.
    columns: tuple[str, ...]

    @property
    def lines(self) -> int:
        """The count of its lines."""
        return len(self.taken) + len(self.offered) + len(self.unfit)


def read_list(table: Table, numbers: Iterable[Number], accounts: Iterable[Account]) -> NumberList:
    """
    Find the numbers that the rows of a list name, by numbers or by sids.

    If a row has a number, a sid and an account, or two of them, they have to agree.

    Raises:
        ListUnreadable: It is empty, or which of its columns is meant cannot be told.
    """
    index = _Index(numbers, accounts)
    if table.broken and not table.rows:
        raise ListUnreadable(
            f"The list cannot be read: its first line is not CSV ({table.broken[1]}). Look there for a quotation mark "
            "that never ends, or save the list as CSV anew. Nothing was taken from the list."
        )
    columns = find_columns(table.rows, is_ours=index.knows)
    taken: list[ReadLine] = []
    offered: list[ReadLine] = []
    unfit: list[UnfitLine] = []
    for row in columns.rows:
        line, in_full = _read(row, columns, index)
        if isinstance(line, UnfitLine):
            unfit.append(line)
        else:
            (taken if in_full else offered).append(line)
    once, repeated = _without_repetitions(taken, offered)
    unfit += [*repeated, *_broken(table)]
    unfit.sort(key=lambda line: line.place)
    return NumberList(
        tuple(line for line in taken if line in once),
        tuple(line for line in offered if line in once),
        tuple(unfit),
        table.sheet,
        columns.names,
    )


def _without_repetitions(
    taken: Iterable[ReadLine], offered: Iterable[ReadLine]
) -> tuple[set[ReadLine], list[UnfitLine]]:
    """Let each number count once: by the line that names it in full, else by the first one."""
    first: dict[str, ReadLine] = {}
    repeated = []
    for line in (*taken, *offered):
        before = first.setdefault(line.number.sid, line)
        if before is not line:
            details: dict[str, Detail] = {"number": line.number.phone_number, "place": before.place}
            repeated.append(UnfitLine(line.place, line.written, Unfit.REPEATED, details))
    return set(first.values()), repeated


def _broken(table: Table) -> Iterable[UnfitLine]:
    if table.broken:
        place, problem = table.broken
        yield UnfitLine(place, "", Unfit.BROKEN, {"problem": problem})


class _Index:
    """The company's numbers and accounts, by their sids, numbers and last digits."""

    def __init__(self, numbers: Iterable[Number], accounts: Iterable[Account]) -> None:
        self.by_sid = {number.sid: number for number in numbers}
        self.accounts = {account.sid for account in accounts}
        self._by_number: dict[str, list[Number]] = {}
        for number in self.by_sid.values():
            self._by_number.setdefault(number.phone_number, []).append(number)
        self._by_end = ends(self._by_number)

    def with_sid(self, sid: str) -> Number | None:
        """Find a number by its sid; Twilio writes its letters small."""
        return self.by_sid.get(f"PN{sid[2:].lower()}") if _PN.fullmatch(sid) else None

    def meant(self, spelling: Spelling) -> list[Number]:
        """Find every number that a spelling could be."""
        if spelling.international:
            return self._by_number.get(f"+{spelling.digits}", [])
        near = self._by_end.get(end_of(spelling.digits), [])
        return [number for e164 in near if spelling.could_be(e164) for number in self._by_number[e164]]

    def knows(self, text: str) -> bool:
        """Tell whether a cell is the sid or a spelling of a number of the company."""
        spelling = spelled(text)
        return self.with_sid(text) is not None or bool(spelling and self.meant(spelling))


@dataclass(frozen=True, slots=True)
class _Cells:
    """The cells of a row that are read."""

    number: str
    sid: str
    account: str
    #: What of them names the number, for people; the whole row where nothing does.
    written: str


def _cells(row: Row, columns: Columns) -> _Cells:
    def cell(at: int | None) -> str:
        return plain_cell(row.cells[at]) if at is not None and at < len(row.cells) else ""

    number, sid = cell(columns.number), cell(columns.sid)
    if _SID_LIKE.fullmatch(number) and sid in {"", number}:
        number, sid = "", number
    filled = " · ".join(filter(None, (number, sid))) or " · ".join(filter(str.strip, row.cells))
    return _Cells(number, sid, cell(columns.account), filled[:_SHOWN])


def _read(row: Row, columns: Columns, index: _Index) -> tuple[ReadLine | UnfitLine, bool]:
    """Read a row; the second value tells whether it names its number in full."""
    cells = _cells(row, columns)
    spelling = spelled(cells.number)
    why = _unreadable(row, cells, columns) or _meant(cells, spelling, index)
    if not isinstance(why, Number):
        return UnfitLine(row.place, cells.written, *why), False
    # Beside a sid, a number that a spreadsheet spoilt proves nothing; so the operator looks at the line.
    in_full = bool(spelling and (cells.sid or spelling.in_full)) or not cells.number
    return ReadLine(row.place, cells.written, why), in_full and columns.certain


def _unreadable(row: Row, cells: _Cells, columns: Columns) -> _Why | None:
    """Say why a row cannot name a number, whatever the company has; None if it can."""
    if row.hidden:
        return Unfit.HIDDEN, {}
    filled = len(row.cells) - next(at for at, cell in enumerate((*reversed(row.cells), "x")) if cell.strip())
    if columns.width is not None and filled > columns.width:
        return Unfit.TOO_WIDE, {"cells": filled, "columns": columns.width}
    if cells.sid and _SID_LIKE.fullmatch(cells.number):
        return Unfit.CONTRADICTORY, {"number": cells.number, "sid": cells.sid}
    if cells.sid:
        return None if _PN.fullmatch(cells.sid) else (Unfit.NOT_A_SID, {})
    if not cells.number:
        return Unfit.NO_NUMBER, {}
    if is_shortened(cells.number):
        return Unfit.SHORTENED, {}
    return None if spelled(cells.number) else (Unfit.NOT_A_NUMBER, {})


def _meant(cells: _Cells, spelling: Spelling | None, index: _Index) -> Number | _Why:
    """Find the only number that a row can mean, or say why there is none."""
    meant = index.meant(spelling) if spelling else []
    if cells.sid:
        named = index.with_sid(cells.sid)
        if named and spelling and named not in meant:
            return Unfit.CONTRADICTORY, {"number": cells.number, "sid": cells.sid}
        meant = [named] if named else []
    if cells.account and cells.account not in index.accounts:
        return Unfit.UNKNOWN_ACCOUNT, {"account": cells.account}
    if not meant:
        return Unfit.NOT_OURS, {}
    there = [one for one in meant if cells.account in {"", one.account_sid}]
    if not there:
        return Unfit.OTHER_ACCOUNT, {"account": cells.account}
    candidates = tuple(dict.fromkeys(one.phone_number for one in there))
    if len(candidates) > 1:
        return Unfit.SEVERAL, {"candidates": candidates}
    return there[0] if len(there) == 1 else (Unfit.TWINS, {"number": candidates[0]})
