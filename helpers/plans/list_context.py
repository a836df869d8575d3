"""
What a list says about the numbers in it, besides the numbers: above them, below them, and beside each.  Pure.

A list that says nothing but numbers, names of columns and "please release" is as good as typed.  Where it says more,
the operator looks; where it says that numbers stay, they are not taken, whatever else is meant.
"""

from dataclasses import dataclass

from helpers.plans.list_columns import LEAST_DIGITS, Columns
from helpers.plans.list_table import Row
from helpers.plans.list_words import Asks, asks, decides, is_gap, is_mark, is_no, remarks
from helpers.plans.spelling import plain_cell

#: Nothing that a list says about a number.
_FINE = Asks.NOTHING, ""
#: What is asked of a number, and the words of the list that ask it.
Said = tuple[Asks, str]


@dataclass(frozen=True, slots=True)
class Context:
    """What a list says about the numbers of one of its rows."""

    #: By the words above it, or anywhere in the list.
    above: Said = _FINE
    #: By the other cells of its row.
    beside: Said = _FINE


def find_contexts(columns: Columns) -> list[Context]:
    """Return the context of each row of the list, in their order."""
    others = _Others(columns)
    return [Context(said, others.say(row)) for row, said in zip(columns.rows, _above(columns), strict=True)]


# -- above and below -----------------------------------------------------------------------------


def _above(columns: Columns) -> list[Said]:
    """Read the words between the numbers; those of the first kind may have more than one row."""
    rows = columns.rows
    first = next((at for at, row in enumerate(rows) if columns.names_a_number(row)), len(rows))
    greeting = " ".join(row.words for row in rows[:first] if _speaks(row, columns))
    both = (asks(greeting), greeting), _head(columns)
    now = next((said for said in both if said[0] not in {Asks.NOTHING, Asks.RELEASE}), _FINE)
    found, words = [], [now]
    for at, row in enumerate(rows):
        if at >= first and _speaks(row, columns):
            said = asks(row.words), row.words
            if said[0] is not Asks.NOTHING and (now[0] is not Asks.CLOSES or said[0] is Asks.KEEP):
                now = said if said[0] in {Asks.KEEP, Asks.CLOSES} else (Asks.UNCLEAR, row.words)
                words.append(now)
        found.append(now)
    # One word that numbers stay, or that nobody understands, may be meant for each of them.
    doubt = next((said for said in words if said[0] in {Asks.UNCLEAR, Asks.KEEP}), None)
    if doubt is None:
        return found
    return [said if said[0] in {Asks.KEEP, Asks.CLOSES} else (Asks.UNCLEAR, doubt[1]) for said in found]


def _head(columns: Columns) -> Said:
    """Tell what the name of the column of numbers asks for."""
    name = columns.name(columns.number) if columns.number is not None else ""
    said = asks(name)
    if said is Asks.UNCLEAR and columns.is_telling(name):
        said = Asks.NOTHING
    return said, name


def _speaks(row: Row, columns: Columns) -> bool:
    """Tell whether a row between the numbers says something, and is none of them with a gap or a slip."""
    filled = [plain_cell(cell) for cell in row.cells if cell.strip()]
    if not filled or columns.names_a_number(row) or row.cells == columns.head:
        return False
    if len(filled) > 1:
        return columns.names_columns(row) or asks(row.words) in {Asks.KEEP, Asks.RELEASE}
    # "1-800-FLOWERS" says nothing, "+1 205 555 0100 keep" is told as a line that fits no number.
    tokens = (token.strip(".,:;!?()'\"") for token in filled[0].split())
    letters = any(token.isalpha() and len(token) > 1 for token in tokens)
    return letters and sum(map(str.isdigit, filled[0])) < LEAST_DIGITS


# -- beside --------------------------------------------------------------------------------------


class _Others:
    """The columns beside those that are read: some decide about their rows, some hold remarks."""

    def __init__(self, columns: Columns) -> None:
        read = {columns.number, columns.sid, columns.account, *columns.codes}
        width = max((len(row.cells) for row in columns.rows), default=0)
        others = [at for at in range(width) if at not in read]
        self._columns = columns
        self._deciding = [at for at in others if self._tells_apart(at)]
        self._rest = [(at, remarks(columns.name(at))) for at in others if at not in self._deciding]

    def say(self, row: Row) -> Said:
        """Tell what the other cells of a row ask for its number."""
        for at in self._deciding:
            cell = _cell(row, at)
            # Under "Keep?" a no means yes, so the operator looks.
            said = Asks.KEEP if asks(cell) is Asks.KEEP else Asks.UNCLEAR
            return said, f"{self._columns.name(at)}: {cell}".strip(": ")
        for at, holds_remarks in self._rest:
            cell = _cell(row, at)
            if holds_remarks and not is_gap(cell):
                return (Asks.KEEP if asks(cell) is Asks.KEEP else Asks.UNCLEAR), cell
            if asks(cell) is Asks.KEEP:
                # It may be a name, as that of "Keep Cool Ltd".
                return Asks.UNCLEAR, cell
        return _FINE

    def _tells_apart(self, at: int) -> bool:
        """Tell whether a column decides about its rows, one by one: by its name or its marks, and not each the same."""
        columns = self._columns
        told = [_cell(row, at) for row in columns.rows if columns.names_a_number(row)]
        filled = [cell for cell in told if not is_gap(cell)]
        if not filled or not (decides(columns.name(at)) or all(map(is_mark, filled))):
            return False
        values = {plain_cell(cell).casefold() for cell in told}
        return len(values) > 1 or any(is_no(value) or asks(value) is Asks.KEEP for value in values)


def _cell(row: Row, at: int) -> str:
    return row.cells[at].strip() if at < len(row.cells) else ""
