"""
Find the numbers that a list names.  Pure.

A tool that released every partial match of an area code has cost people seventy numbers.  So a number that is written
in full is taken; what is written otherwise is offered where only one number of the company can be meant, for the
operator to look at; everything else is told by its line.  Nothing is guessed, completed or repaired.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import chain

from helpers.core.errors import ListUnreadable
from helpers.core.records import Account, Number
from helpers.plans.list_columns import LEAST_DIGITS, Columns, find_columns
from helpers.plans.list_context import Context, find_contexts
from helpers.plans.list_table import Row, Table
from helpers.plans.list_words import Asks, asks, forbids, is_gap, is_sum
from helpers.plans.number_index import NumberIndex
from helpers.plans.spelling import Spelling, around, is_shortened, plain_cell, spelled

_PN = re.compile(r"PN[0-9a-fA-F]{32}")
#: The most signs of a line that are shown.
_SHOWN = 120
_AC = re.compile(r"AC[0-9a-fA-F]{32}")
#: How a number begins that has its country code.
_INTERNATIONAL = ("+", "00")
#: A part of a number, as people go on after one that is written in full.
_FURTHER = re.compile(r"[^\d]{0,6}\d{2,6}\W{0,2}|[^+]*\+\d[\d ().-]{6,}.*", re.DOTALL)
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
    STRUCK = "struck out in the sheet"
    #: Details: ``words``, those of the list.
    KEPT = "the list says that it stays"
    #: Details: ``words``, those of the list.
    SENDER = "below the end of a letter"
    FURTHER = "a further number in a line"
    #: Details: ``cells``, ``columns``.
    TOO_WIDE = "more cells than columns"
    #: Details: ``number``, ``place``, the line that names the number already.
    REPEATED = "named already"
    #: Details: ``problem``, in the words of the reader.
    BROKEN = "cannot be read from here on"


class Doubt(StrEnum):
    """The code of a reason why the operator looks at a line, although only one number can be meant."""

    NOT_IN_FULL = "not written in full"
    COLUMN = "another column may be meant"
    HIDDEN_COLUMN = "its column is hidden"
    #: Its first digits stand in another column.
    APART = "written in more than one cell"
    #: The list says something that may be meant for it.  Words: those of the list.
    WORDS = "words in the list"
    #: Its row says something of it.  Words: those of the row.
    BESIDE = "words beside it"
    #: No account has the name beside it.  Words: the name.
    ACCOUNT = "an account that is not known by that name"


#: These are raised by words, which may be meant for the number wherever it stands.
_OF_WORDS = {Doubt.WORDS, Doubt.BESIDE, Doubt.ACCOUNT}
#: A line of these says that its number stays, wherever else it stands.
_STAYS = {Unfit.KEPT, Unfit.STRUCK, Unfit.SENDER}
#: A detail of a code, and a code with its details.
Detail = str | int | tuple[str, ...]
_Why = tuple[Unfit, Mapping[str, Detail]]


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A line that names a number of the company."""

    place: int
    written: str
    number: Number
    #: Why the operator looks at it first; None for a line that is taken.
    doubt: Doubt | None = None
    #: The words of the list that raise the doubt.
    words: str = ""


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
    #: The names of the other sheets, which were not read.
    other_sheets: tuple[str, ...]
    #: The names of the columns that were read; none where the list names none.
    columns: tuple[str, ...]

    @property
    def lines(self) -> int:
        """The count of its lines; what follows a number in its line is told apart, and is none."""
        return len(self.taken) + len(self.offered) + sum(line.why is not Unfit.FURTHER for line in self.unfit)


def read_list(table: Table, numbers: Iterable[Number], accounts: Iterable[Account]) -> NumberList:
    """
    Find the numbers that the rows of a list name, by numbers or by sids.

    If a row has a number, a sid and an account, or two of them, they have to agree.

    Raises:
        ListUnreadable: It is empty, or which of its columns is meant cannot be told.
    """
    index = NumberIndex(numbers, accounts)
    if table.broken and not table.rows:
        raise ListUnreadable(
            f"The list cannot be read: its first line is not CSV ({table.broken[1]}). Look there for a quotation mark "
            "that never ends, or save the list as CSV anew. Nothing was taken from the list."
        )
    columns = _find_columns(table, index)
    contexts = find_contexts(columns, sheet=table.sheet)
    lines = [_read(row, columns, context, index) for row, context in zip(columns.rows, contexts, strict=True)]
    lines = _agreeing(lines, columns.rows, index)
    read = [line for line in lines if isinstance(line, ReadLine)]
    taken, offered = ([line for line in read if bool(line.doubt) is doubted] for doubted in (False, True))
    unfit = [line for line in lines if isinstance(line, UnfitLine)]
    unfit += chain.from_iterable(_further(row, columns) for row in columns.rows)
    once, repeated = _without_repetitions(taken, offered)
    unfit += [*repeated, *_broken(table)]
    unfit.sort(key=lambda line: line.place)
    return NumberList(
        tuple(line for line in taken if line in once),
        tuple(line for line in offered if line in once),
        tuple(unfit),
        table.sheet,
        table.other_sheets,
        columns.names,
    )


def _find_columns(table: Table, index: NumberIndex) -> Columns:
    """Find the columns; a refusal names the sheet that was read, and the others."""
    try:
        return find_columns(table.rows, is_ours=index.knows, hidden=table.hidden_columns)
    except ListUnreadable as refused:
        if not table.other_sheets:
            raise
        others = ", ".join(f"“{name}”" for name in table.other_sheets)
        raise ListUnreadable(
            f"{refused} Only the first sheet was read, “{table.sheet}”. The workbook also has {others}: move the right "
            "one to the front, or copy its numbers into the field."
        ) from None


def _agreeing(
    lines: Sequence[ReadLine | UnfitLine], rows: Sequence[Row], index: NumberIndex
) -> list[ReadLine | UnfitLine]:
    """Let no line take a number that another line says stays, nor one that another line raises a doubt about."""
    stays: dict[str, UnfitLine] = {}
    doubts: dict[str, str] = {}
    for line, row in zip(lines, rows, strict=True):
        if isinstance(line, ReadLine):
            if line.doubt in _OF_WORDS:
                doubts.setdefault(line.number.sid, line.words)
        elif line.why in _STAYS:
            stays |= {number.sid: line for number in index.all_in(row.words)}
        elif line.why is Unfit.NOT_A_NUMBER:
            doubts |= {number.sid: line.written for number in index.all_in(row.words)}
    return [_agree(line, stays, doubts) if isinstance(line, ReadLine) else line for line in lines]


def _agree(line: ReadLine, stays: Mapping[str, UnfitLine], doubts: Mapping[str, str]) -> ReadLine | UnfitLine:
    sid = line.number.sid
    if sid in stays:
        words = stays[sid].details.get("words", stays[sid].written)
        return UnfitLine(line.place, line.written, Unfit.KEPT, {"words": words})
    return replace(line, doubt=Doubt.WORDS, words=doubts[sid]) if line.doubt is None and sid in doubts else line


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


@dataclass(frozen=True, slots=True)
class _Cells:
    """The cells of a row that are read."""

    number: str
    sid: str
    account: str
    #: The first digits, where they stand in cells of their own.
    codes: str
    #: The row, the cells that name the number first: whatever else it says, the operator sees it.
    written: str

    @property
    def is_apart(self) -> bool:
        """Whether its number begins in other cells."""
        return bool(self.codes) and not self.number.startswith(_INTERNATIONAL)


def _cells(row: Row, columns: Columns) -> _Cells:
    def cell(at: int | None) -> str:
        return plain_cell(row.cells[at]) if at is not None and at < len(row.cells) else ""

    number, sid = cell(columns.number), cell(columns.sid)
    if _SID_LIKE.fullmatch(number) and sid in {"", number}:
        number, sid = "", number
    rest = (text for at, text in enumerate(row.cells) if at not in {columns.number, columns.sid})
    filled = " · ".join(filter(str.strip, (number, sid, *(" ".join(text.split()) for text in rest))))
    codes = "".join(cell(at) for at in columns.codes)
    return _Cells(number, sid, cell(columns.account), codes, filled[:_SHOWN])


def _shown(words: str) -> str:
    """Write words of a list in one line, as much of them as is shown."""
    return " ".join(words.split())[:_SHOWN]


def _further(row: Row, columns: Columns) -> Iterable[UnfitLine]:
    """List the beginnings and ends of numbers to the right of one, in columns without a name: none is lost."""
    if columns.number is None or not columns.names_a_number(row):
        return
    for at in range(columns.number + 1, len(row.cells)):
        cell = plain_cell(row.cells[at])
        if not columns.name(at) and at != columns.sid and _FURTHER.fullmatch(cell):
            yield UnfitLine(row.place, cell, Unfit.FURTHER)


def _read(row: Row, columns: Columns, context: Context, index: NumberIndex) -> ReadLine | UnfitLine:
    """Read a row: the number that only it can mean, with the doubt if there is one, or why it fits none."""
    cells = _cells(row, columns)
    spelling = spelled(f"{cells.codes}{cells.number.removeprefix('0')}" if cells.is_apart else cells.number)
    stays, meant = _unreadable(row, cells, columns) or _kept(row, cells, context), _meant(cells, spelling, index)
    if not isinstance(meant, Number):
        return UnfitLine(row.place, cells.written, *(stays or meant))
    if stays is not None:
        return UnfitLine(row.place, cells.written, *stays)
    doubt, words = _doubt(cells, columns, context, spelling, index)
    return ReadLine(row.place, cells.written, meant, doubt, _shown(words))


def _doubt(
    cells: _Cells, columns: Columns, context: Context, spelling: Spelling | None, index: NumberIndex
) -> tuple[Doubt | None, str]:
    """Say why the operator looks at a row first, with the words that raise the doubt; None if nothing does."""
    for said, doubt in ((context.above, Doubt.WORDS), (context.beside, Doubt.BESIDE)):
        if said[0] is Asks.UNCLEAR:
            return doubt, said[1]
    if not is_gap(cells.account) and not index.accounts_called(cells.account):
        return Doubt.ACCOUNT, cells.account
    beside = around(cells.number)
    if any(map(str.isalpha, beside)):
        return Doubt.BESIDE, beside
    if cells.is_apart:
        return Doubt.APART, ""
    if columns.hidden:
        return Doubt.HIDDEN_COLUMN, ""
    if not columns.certain:
        return Doubt.COLUMN, ""
    # Beside a sid, a number that a spreadsheet spoilt proves nothing; so the operator looks at the line.
    in_full = bool(spelling and (cells.sid or spelling.in_full)) or not cells.number
    return (None if in_full else Doubt.NOT_IN_FULL), ""


def _kept(row: Row, cells: _Cells, context: Context) -> _Why | None:
    """Say why a row is not taken although it names a number: the list says that it stays, or it is the sender's own."""
    if row.struck:
        return Unfit.STRUCK, {}
    if forbids(around(cells.number)):
        return Unfit.KEPT, {"words": cells.number}
    for said, words in (context.beside, context.above):
        if said is Asks.KEEP:
            return Unfit.KEPT, {"words": _shown(words)}
    if context.above[0] is Asks.CLOSES:
        return Unfit.SENDER, {"words": _shown(context.above[1])}
    return None


def _unreadable(row: Row, cells: _Cells, columns: Columns) -> _Why | None:
    """Say why a row cannot name a number, whatever the company has; None if it can."""
    if row.hidden:
        return Unfit.HIDDEN, {}
    if is_shortened(",".join(filter(str.strip, row.cells))):
        # With a comma for its point it fell into two cells.
        return Unfit.SHORTENED, {}
    filled = len(row.cells) - next(at for at, cell in enumerate((*reversed(row.cells), "x")) if cell.strip())
    if columns.head is not None and filled > len(columns.head):
        return Unfit.TOO_WIDE, {"cells": filled, "columns": len(columns.head)}
    if cells.sid and _SID_LIKE.fullmatch(cells.number):
        return Unfit.CONTRADICTORY, {"number": cells.number, "sid": cells.sid}
    if cells.sid:
        return None if _PN.fullmatch(cells.sid) else (Unfit.NOT_A_SID, {})
    if not cells.number:
        return Unfit.NO_NUMBER, {}
    if is_shortened(cells.number):
        return Unfit.SHORTENED, {}
    if spelled(cells.number) and not is_sum(cells.number):
        return None
    keeps = asks(cells.number) is Asks.KEEP and sum(map(str.isdigit, cells.number)) >= LEAST_DIGITS
    return (Unfit.KEPT, {"words": cells.number}) if keeps else (Unfit.NOT_A_NUMBER, {})


def _meant(cells: _Cells, spelling: Spelling | None, index: NumberIndex) -> Number | _Why:
    """Find the only number that a row can mean, or say why there is none."""
    meant = index.meant(spelling) if spelling else []
    if cells.sid:
        named = index.with_sid(cells.sid)
        if named and spelling and named not in meant:
            return Unfit.CONTRADICTORY, {"number": cells.number, "sid": cells.sid}
        meant = [named] if named else []
    accounts = index.accounts_called(cells.account)
    if not accounts and _AC.fullmatch(cells.account):
        return Unfit.UNKNOWN_ACCOUNT, {"account": cells.account}
    if not meant:
        return (Unfit.NOT_A_NUMBER if spelling and index.has_more(spelling) else Unfit.NOT_OURS), {}
    there = [one for one in meant if not accounts or one.account_sid in accounts]
    if not there:
        return Unfit.OTHER_ACCOUNT, {"account": cells.account}
    candidates = tuple(dict.fromkeys(one.phone_number for one in there))
    if len(candidates) > 1:
        return Unfit.SEVERAL, {"candidates": candidates}
    return there[0] if len(there) == 1 else (Unfit.TWINS, {"number": candidates[0]})
