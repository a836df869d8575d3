"""The rows of a list, whatever file they were in.  Pure."""

import re
from dataclasses import dataclass

#: The lines that a table of text is drawn with.
_DRAWN = re.compile(r"[\s|:=_+-]*")
_DASH = re.compile(r"[-\u2013\u2014]{1,2}|\.{2,}|\u2026")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a list: where it begins, counted from 1, and its cells."""

    place: int
    cells: tuple[str, ...]
    #: Whether its sheet does not show it: filtered away, folded in, or hidden by hand.
    hidden: bool = False
    #: Whether something in it is struck out.
    struck: bool = False
    #: What its sheet has of it besides its cells; empty for nothing.
    note: str = ""
    #: The colours of its cells, and of what is written in them; empty for none.
    colour: str = ""

    @property
    def words(self) -> str:
        """Everything that is written in it."""
        return " ".join(filter(str.strip, self.cells))

    @property
    def is_blank(self) -> bool:
        """Whether no cell has anything in it but the lines of a drawn table."""
        return all(map(_DRAWN.fullmatch, self.cells)) and not self.is_dash

    @property
    def is_dash(self) -> bool:
        """Whether it is a dash or dots alone: a range, or the line above a signature."""
        return bool(_DASH.fullmatch("".join(self.cells).strip()))


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a list."""

    rows: tuple[Row, ...]
    #: The name of the sheet; None for a list that has none.
    sheet: str | None = None
    #: The names of the other sheets of its workbook that are shown.
    other_sheets: tuple[str, ...] = ()
    #: The columns that its sheet does not show, from 0.
    hidden_columns: frozenset[int] = frozenset()
    #: The line from which on a file could not be read, and what is wrong with it; None if all of it was.
    broken: tuple[int, str] | None = None
