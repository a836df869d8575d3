"""
What a list says about the numbers in it, besides the numbers: above them, below them, and beside each.  Pure.

A list that says nothing but numbers, names of columns and "please release" is as good as typed.  Where it says more,
the operator looks; where it says that numbers stay, they are not taken, whatever else is meant.
"""

import re
from dataclasses import dataclass

from helpers.plans.list_columns import Columns
from helpers.plans.list_table import Row
from helpers.plans.list_words import Asks, asks, decides, forbids, is_gap, is_no, is_sign, is_yes, raises_doubt, remarks
from helpers.plans.spelling import around, plain_cell

#: What is asked of a number, and the words of the list that ask it.
Said = tuple[Asks, str]
#: Nothing that a list says about a number.
_FINE = Asks.NOTHING, ""
_WORD = re.compile(r"[^\W\d_]{2,}")
#: "1-800-FLOWERS" says nothing, and neither do "#REF!" and a formula.
_VANITY = re.compile(
    r"^=\w+\(.*|\+?\d[\d-]*-[A-Z]+\b|#(?:REF|VALUE|NUM|NULL|DIV/0|NAME|N/A)[!?]?|\bPN\w+", re.IGNORECASE
)
#: How the name of a column begins that tells of the past alone.
_LAST = ("last", "letzte", "zuletzt", "derni", "últim", "ultim", "laatst")
#: More words than these are no name of a column.
_NAME = 3


@dataclass(frozen=True, slots=True)
class Context:
    """What a list says about the numbers of one of its rows."""

    #: By the words above it, or anywhere in the list.
    above: Said = _FINE
    #: By the other cells of its row.
    beside: Said = _FINE


def find_contexts(columns: Columns, *, sheet: str | None) -> list[Context]:
    """Return the context of each row of the list, in their order."""
    others = _Others(columns)
    above = _above(columns, sheet or "")
    return [Context(said, others.say(row)) for row, said in zip(columns.rows, above, strict=True)]


# -- above and below -----------------------------------------------------------------------------


def _above(columns: Columns, sheet: str) -> list[Said]:
    """Read the words between the numbers; one that nobody understands may be meant for each of them."""
    rows = columns.rows
    first = next((at for at, row in enumerate(rows) if columns.names_a_number(row)), len(rows))
    greeting = " ".join(row.words for row in rows[:first] if _speaks(row, columns))
    has_sign = any(is_sign(row.words) for row in rows[:first])
    both = (Asks.UNCLEAR if has_sign else asks(greeting), greeting or "a sign alone"), _head(columns)
    now = next((said for said in both if said[0] in {Asks.KEEP, Asks.UNCLEAR}), _FINE)
    found, doubts = [], [now] if now is not _FINE else []
    remarks_in_head = (name for name in columns.head or () if len(name.split()) > _NAME and raises_doubt(name))
    doubts += [
        (Asks.UNCLEAR, words) for words in (sheet, *remarks_in_head) if raises_doubt(words) or asks(words) is Asks.KEEP
    ]
    notes = (columns.head_note, *(row.note for row in rows if not columns.names_a_number(row)))
    doubts += [(Asks.UNCLEAR, note) for note in notes if note]
    for at, row in enumerate(rows):
        if at >= first and _speaks(row, columns):
            said = _asks(row), row.words
            if said[0] is Asks.KEEP or (said[0] is not Asks.NOTHING and now[0] is not Asks.CLOSES):
                now = said if said[0] in {Asks.KEEP, Asks.CLOSES} else (Asks.UNCLEAR, row.words)
            # Below the end of a letter stand names, and sometimes a second thought.
            if said[0] in {Asks.KEEP, Asks.UNCLEAR} and (now[0] is not Asks.CLOSES or raises_doubt(row.words)):
                doubts.append((Asks.UNCLEAR, row.words))
        elif at >= first and _is_sentence(row, columns):
            doubts.append((Asks.UNCLEAR, row.words))
        found.append(now)
    if not doubts:
        return found
    doubt = Asks.UNCLEAR, doubts[0][1]
    return [said if said[0] in {Asks.KEEP, Asks.CLOSES} else doubt for said in found]


def _asks(row: Row) -> Asks:
    if row.is_dash:
        return Asks.CLOSES if row.words.strip() == "--" else Asks.UNCLEAR
    return Asks.UNCLEAR if is_sign(row.words) else asks(row.words)


def _head(columns: Columns) -> Said:
    """Tell what the name of the column of numbers asks for."""
    name = columns.name(columns.number) if columns.number is not None else ""
    return (Asks.NOTHING if columns.is_only_telling(name) else asks(name)), name


def _speaks(row: Row, columns: Columns) -> bool:
    """Tell whether a row without a number says something, and is none of them with a gap or a slip."""
    filled = [plain_cell(cell) for cell in row.cells if not is_gap(cell)]
    if row.is_dash:
        return True
    if not filled or columns.names_a_number(row) or row.cells == columns.head:
        return False
    cell = "" if columns.number is None else _cell(row, columns.number)
    if columns.number is not None and is_gap(cell) and (cell or (columns.head and len(filled) > 1)):
        # A row of a table that has no number.
        return asks(row.words) in {Asks.KEEP, Asks.RELEASE} or raises_doubt(row.words)
    is_mark = is_sign(row.words) or (len(row.cells) == 1 and _is_mark(row.words, letters=True))
    return is_mark or bool(_WORD.search(_VANITY.sub("", row.words)))


def _is_sentence(row: Row, columns: Columns) -> bool:
    """Tell whether a row says more of its number than a name, and so maybe something of others."""
    words = around(row.cells[columns.number]) if columns.number is not None and columns.number < len(row.cells) else ""
    return asks(words) is Asks.UNCLEAR and raises_doubt(words) and not forbids(words)


# -- beside --------------------------------------------------------------------------------------


class _Others:
    """The columns beside those that are read: some decide about their rows, some hold remarks."""

    def __init__(self, columns: Columns) -> None:
        read = {columns.number, columns.sid, columns.account, *columns.codes}
        width = max((len(row.cells) for row in columns.rows), default=0)
        others = [at for at in range(width) if at not in read]
        numbers = [row for row in columns.rows if columns.names_a_number(row)]
        self._columns = columns
        self._deciding = [at for at in others if self._is_deciding(at, numbers)]
        self._rest = [at for at in others if at not in self._deciding]
        self._colours = len({row.colour for row in numbers}) > 1

    def say(self, row: Row) -> Said:
        """Tell what the other cells of a row ask for its number."""
        decisions = [(_cell(row, at), self._columns.name(at)) for at in self._deciding]
        # Under "Keep?" a no means yes, so the operator looks; "keep" itself counts in whichever of them it stands.
        decisions.sort(key=lambda decision: asks(decision[0]) is not Asks.KEEP)
        if decisions:
            cell, name = decisions[0]
            said = Asks.KEEP if asks(cell) is Asks.KEEP else Asks.UNCLEAR
            return said, f"{name}: {cell or '(empty)'}".strip(": ")
        for at in self._rest:
            cell, name = _cell(row, at), self._columns.name(at)
            if asks(cell) is Asks.KEEP and (remarks(name) or not name):
                return Asks.KEEP, cell
            if (
                (remarks(name) and not is_gap(cell))
                or raises_doubt(cell)
                or (is_sign(cell) and not is_yes(cell))
                or _has_another(cell)
            ):
                # It may be a name, as that of "Keep Cool Ltd".
                return Asks.UNCLEAR, cell
        if row.note:
            return Asks.UNCLEAR, row.note
        return (Asks.UNCLEAR, "a colour that other rows do not have") if self._colours else _FINE

    def _is_deciding(self, at: int, rows: list[Row]) -> bool:
        """Tell whether a column decides about its rows, by its name or its marks, otherwise than "release" for all."""
        cells, name = [_cell(row, at) for row in rows], self._columns.name(at)
        filled = [cell for cell in cells if not is_gap(cell)]
        # Letters below "Who" are initials, each another one.
        letters = not name or len(set(filled)) < len(filled)
        has_marks = bool(filled) and all(
            _is_mark(cell, letters=letters) or asks(cell) in {Asks.RELEASE, Asks.KEEP} for cell in filled
        )
        # The day of the last call says nothing of the next.
        is_word = raises_doubt(name) and not name.casefold().startswith(_LAST)
        if not (has_marks or (decides(name) and any(cells)) or asks(name) is Asks.KEEP or is_word):
            return False
        goes = all(asks(cell) is Asks.RELEASE or (is_yes(cell) and asks(name) is Asks.RELEASE) for cell in cells)
        return not goes


def _is_mark(text: str, *, letters: bool) -> bool:
    """Tell whether a text is a yes, a no, a sign; or, with *letters*, one letter alone, as "K" for those to keep."""
    is_letter = len(text.strip()) == 1 and text.strip().isalpha()
    return is_yes(text) or is_no(text) or is_sign(text) or (letters and is_letter)


def _cell(row: Row, at: int) -> str:
    return row.cells[at].strip() if at < len(row.cells) else ""


def _has_another(cell: str) -> bool:
    """Tell whether a cell has a number among its words, as "Bob, also +1 205 555 0101"."""
    return "+" in cell and any(map(str.isalpha, cell)) and sum(map(str.isdigit, cell)) > len("+1205555")
