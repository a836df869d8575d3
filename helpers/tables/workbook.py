"""
Write a table as an Excel workbook: for people, who sort and filter it, and send it on.

Every text is a text, whatever it begins with, so nothing in the file is run; phone numbers keep their plus.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import IllegalCharacterError

from helpers.tables.frames import Frame
from helpers.tables.money import sum_costs
from helpers.tables.values import list_values

#: Column -> the text for False where "no" would claim too much.
_NO = {"wired": "none found"}
#: The widths of columns, in signs.
_LEAST_WIDTH, _MOST_WIDTH = 8, 60
_BOLD = Font(bold=True)
#: Excel's formats: text stays text even if somebody edits the cell.
TEXT, TIME, DAY, MONEY = "@", "yyyy-mm-dd hh:mm:ss", "yyyy-mm-dd", "#,##0.00##"


def write_workbook(frame: Frame, path: Path, note: str) -> None:
    """Write a table without secrets into the first sheet, its sums and a note about it into the second one."""
    book = openpyxl.Workbook(write_only=True)
    columns = {str(name): [_for_people(str(name), value) for value in list_values(frame[name])] for name in frame}
    _write_sheet(book.create_sheet("Numbers"), [list(columns), *zip(*columns.values(), strict=True)], head=True)
    sums = [[label, value] for label, value in _sums(frame)]
    _write_sheet(book.create_sheet("Sums"), [*sums, *([line] for line in note.splitlines())], head=False)
    with path.open("wb") as file:
        book.save(file)


def _sums(frame: Frame) -> Iterator[tuple[str, object]]:
    yield "Numbers", len(frame)
    if not {"monthly", "currency"} <= set(frame.columns):
        return
    for currency, monthly in sum_costs(frame).items():
        yield f"{currency} a month", monthly
        yield f"{currency} a year", 12 * monthly
    yield "Numbers without a known price", int(frame["monthly"].isna().sum())


def _write_sheet(sheet: Any, rows: Sequence[Sequence[object]], *, head: bool) -> None:
    # A sheet that is written row by row takes its widths, its head and its filter before the first row.
    for place, width in enumerate(_widths(rows), 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    if head:
        sheet.freeze_panes = "B2"
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(rows[0]))}{len(rows)}"
    for place, row in enumerate(rows):
        sheet.append([cell(sheet, value, bold=head and place == 0) for value in row])


def _widths(rows: Sequence[Sequence[object]]) -> Iterator[int]:
    for place in range(max(map(len, rows))):
        # A line that stands alone, like the note, may run over its column.
        longest = max(
            (len(str(row[place])) for row in rows if place < len(row) > 1 and row[place] is not None), default=0
        )
        yield min(max(longest + 2, _LEAST_WIDTH), _MOST_WIDTH)


def _for_people(name: str, value: Any) -> object:
    """Write a yes or no as a word, and a time in UTC without its zone, which Excel does not know."""
    if isinstance(value, bool):
        return "yes" if value else _NO.get(name, "no")
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value


def cell(sheet: Any, value: object, *, bold: bool) -> Any:
    """Make a cell of a sheet that is written row by row; a text stays a text."""
    made = WriteOnlyCell(sheet, None if isinstance(value, str) else value)
    if isinstance(value, str):
        put_text(made, value)
        made.number_format = TEXT
    elif isinstance(value, datetime):
        made.number_format = TIME
    elif isinstance(value, date):
        made.number_format = DAY
    elif isinstance(value, Decimal):
        made.number_format = MONEY
    if bold:
        made.font = _BOLD
    return made


def put_text(made: Any, value: str) -> None:
    """Put a text into a cell, whatever it begins with."""
    try:
        made.value = value
    except IllegalCharacterError:
        made.value = ILLEGAL_CHARACTERS_RE.sub("", value)
    # openpyxl takes a text that begins with = for a formula.
    made.data_type = "s"
