"""
Write a report as an Excel workbook: seven sheets, which finance sorts, adds up and sends on.

Phone numbers and names are texts, sums are formulas over the rows of their sheet, and each sheet prints by itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from helpers.core.dates import day_and_hour
from helpers.core.redact import without_secrets
from helpers.decisions.sentences import reason
from helpers.tables.frames import Frame
from helpers.tables.money import sum_costs
from helpers.tables.report.facts import Report
from helpers.tables.report.pictures import draw_accounts, draw_months, draw_ring
from helpers.tables.report.words import (
    CHANGED,
    NO_COMPARISON,
    TITLE,
    count_changes,
    describe_change,
    describe_company,
    describe_comparison,
    describe_little_use,
    describe_method,
    describe_reading,
    describe_savings,
    explain_headline,
    headline,
)
from helpers.tables.values import list_rows
from helpers.tables.workbook import DAY, MONEY, TEXT, TIME, put_text

_COUNT = "#,##0"
_HEADING, _BOLD = Font(bold=True, size=14), Font(bold=True)
_GROUND = PatternFill("solid", start_color="EDEDED")
_WRAPPED = Alignment(wrap_text=True, vertical="top")
#: Excel's number for the paper.
_A4 = 9
#: The most accounts of a picture.
_DRAWN = 10


class Formula(str):
    """A formula: the only text that a spreadsheet may run."""

    __slots__ = ()


class Column(NamedTuple):
    """A column of a sheet: its title, its format, and its width in signs."""

    title: str
    format: str
    width: int


#: Column of the frame -> the column of the sheet.
_NOT_USED = {
    "phone_number": Column("Number", TEXT, 18),
    "name": Column("Name", TEXT, 30),
    "account": Column("Account", TEXT, 24),
    "monthly": Column("Price a month", MONEY, 14),
    "currency": Column("Currency", TEXT, 10),
    "next_billing": Column("Next bill", DAY, 12),
    "last_used": Column("Last used", TIME, 20),
    "because": Column("Evidence", TEXT, 60),
    "wiring": Column("Connected to", TEXT, 40),
    "not_looked_at": Column("Not looked at", TEXT, 30),
    "blocked": Column("Against a release", TEXT, 40),
    "owner": Column("Owner", TEXT, 20),
    "keep_until": Column("Keep until", DAY, 12),
    "note": Column("Note", TEXT, 40),
    "sid": Column("SID", TEXT, 38),
}
#: As above, of the numbers in use that carry little.
_LITTLE_USED = {
    "phone_number": Column("Number", TEXT, 18),
    "name": Column("Name", TEXT, 30),
    "account": Column("Account", TEXT, 24),
    "monthly": Column("Price a month", MONEY, 14),
    "currency": Column("Currency", TEXT, 10),
    "trickle": Column("Only a few a month", TEXT, 18),
    "inbound_only": Column("Inbound only", TEXT, 14),
    "calls": Column("Calls", _COUNT, 10),
    "messages": Column("Messages", _COUNT, 10),
    "cost_per_event": Column("Rent for each of them", "0.00##", 20),
    "last_used": Column("Last used", TIME, 20),
    "wiring": Column("Connected to", TEXT, 40),
    "owner": Column("Owner", TEXT, 20),
    "sid": Column("SID", TEXT, 38),
}
_ACCOUNTS = (
    Column("Account", TEXT, 34),
    Column("Currency", TEXT, 10),
    Column("Numbers", _COUNT, 12),
    Column("Not used", _COUNT, 12),
    Column("Cost a month", MONEY, 14),
    Column("Not used, a month", MONEY, 18),
    Column("Saving a year", MONEY, 16),
)
_CHANGES = (
    Column("Change", TEXT, 30),
    Column("Number", TEXT, 18),
    Column("Name", TEXT, 30),
    Column("Account", TEXT, 24),
    Column("Before and now", TEXT, 60),
    Column("More or less a month", MONEY, 20),
    Column("Currency", TEXT, 10),
    Column("Journal entry", TEXT, 34),
    Column("SID", TEXT, 38),
)
_SAVED = (
    Column("Month", "mmmm yyyy", 18),
    Column("Account", TEXT, 30),
    Column("Currency", TEXT, 10),
    Column("Saved", MONEY, 14),
    Column("", TEXT, 4),
    Column("Month", "mmmm yyyy", 18),
    Column("Currency", TEXT, 10),
    Column("Saved in all accounts", MONEY, 22),
    Column("Saved until then", MONEY, 18),
)
_READ = (
    Column("Account", TEXT, 34),
    Column("Read", TEXT, 10),
    Column("Numbers", _COUNT, 12),
    Column("What was and was not read", TEXT, 90),
)

#: The values of a row, from the first column on.
Row = Sequence[object]


def write_report_workbook(report: Report, path: Path) -> None:
    """Write a report into a workbook."""
    book = openpyxl.Workbook(write_only=True)
    book.properties.title, book.properties.creator = TITLE, report.made.who
    summary = book.create_sheet("Summary")
    _write_not_used(book.create_sheet("Not used"), report)
    _write_little_used(book.create_sheet("Little used"), report)
    _write_changes(book.create_sheet("Changes"), report)
    months = _write_saved(book.create_sheet("Saved"), report)
    _write_reading(book.create_sheet("What was read"), report)
    method = book.create_sheet("Method")
    _write(method, [Column("How this report was made", TEXT, 110)], ([text] for text in describe_method(report)))
    _write_summary(summary, report, saved=book["Saved"] if months else None, months=months)
    with path.open("wb") as file:
        book.save(file)


def _write_summary(sheet: Any, report: Report, *, saved: Any, months: int) -> None:
    made = report.made
    _begin(sheet, _ACCOUNTS, frozen=None)
    lines = [describe_company(report), f"{headline(report)}.", *explain_headline(report), *describe_savings(report)]
    _append(sheet, [TITLE], font=_HEADING)
    _append(sheet, [f"Made by {made.who} with the Twilio number kit, {day_and_hour(made.at)}."])
    for line in lines:
        _append(sheet, [line], font=_BOLD if line.startswith(headline(report)) else None)
    _append(sheet, [])
    row = len(lines) + 4
    _append(sheet, ["Numbers"], font=_BOLD)
    counts = [("Not used", len(report.not_used)), ("In use", report.in_use), ("Unknown", report.unknown)]
    for name, number in counts:
        _append(sheet, [name, None, number], formats=[TEXT, TEXT, _COUNT])
    _append(sheet, ["All", None, Formula(f"=SUM(C{row + 1}:C{row + 3})")], formats=[TEXT, TEXT, _COUNT], font=_BOLD)
    _append(sheet, [])
    ring = draw_ring(sheet, row)
    row += 6
    kinds = count_changes(report)
    _append(sheet, [describe_comparison(report)], font=_BOLD)
    for kind in kinds:
        # Counted in its own sheet, so that whoever removes a row there finds the sum changed here.
        _append(
            sheet,
            [CHANGED[kind], None, Formula(f'=COUNTIF(Changes!A:A,"{CHANGED[kind]}")')],
            formats=[TEXT, TEXT, _COUNT],
        )
    if report.comparison and not kinds:
        _append(sheet, ["Nothing changed."])
    _append(sheet, [])
    row += len(kinds) + 2 + (report.comparison is not None and not kinds)
    first = row + 1
    _append(sheet, [column.title for column in _ACCOUNTS], font=_BOLD, fill=True)
    formats = [column.format for column in _ACCOUNTS]
    for place, each in enumerate(report.accounts, first):
        year = Formula(f"=12*F{place}")
        costs = (
            (each.monthly, each.monthly_not_used, year) if each.currency else ("not known", "not known", "not known")
        )
        _append(sheet, [each.account, each.currency or None, each.numbers, each.not_used, *costs], formats=formats)
    last = row + len(report.accounts)
    for currency in sorted({each.currency for each in report.accounts if each.currency}):
        sums = (Formula(f'=SUMIF($B${first}:$B${last},"{currency}",{name}{first}:{name}{last})') for name in "CDEFG")
        _append(sheet, [f"All in {currency}", currency, *sums], formats=formats, font=_BOLD)
    sheet.add_chart(ring, "I2")
    if len(report.accounts):
        drawn = sum(each.currency == report.accounts[0].currency for each in report.accounts[:_DRAWN])
        sheet.add_chart(draw_accounts(sheet, row, row + drawn), "I17")
    if saved is not None:
        sheet.add_chart(draw_months(saved, months), "I34")
    sheet.print_area = f"A1:Q{max(last + 2, 50)}"


def _write_not_used(sheet: Any, report: Report) -> None:
    _write_numbers(sheet, report.not_used, _NOT_USED)


def _write_little_used(sheet: Any, report: Report) -> None:
    _write_numbers(sheet, report.little_used, _LITTLE_USED, notes=describe_little_use(report))


def _write_numbers(sheet: Any, frame: Frame, columns: Mapping[str, Column], *, notes: Iterable[str] = ()) -> None:
    """Write one row for each number, with the sum of each currency and notes below them."""
    shown = {name: column for name, column in columns.items() if name in frame.columns}
    last = len(frame) + 1
    letter = {name: get_column_letter(place) for place, name in enumerate(shown, 1)}
    price, kind = letter["monthly"], letter["currency"]
    totals: list[Row] = [
        [f"All in {currency}", None, None, Formula(f'=SUMIF({kind}2:{kind}{last},"{currency}",{price}2:{price}{last})')]
        for currency in sum_costs(frame)
    ]
    rows = list_rows(frame, list(shown))
    _write(sheet, list(shown.values()), rows, totals=[*totals, *([note] for note in notes)], filtered=last)


def _write_changes(sheet: Any, report: Report) -> None:
    if report.comparison is None:
        _write(sheet, _CHANGES, [[NO_COMPARISON]])
        return
    changes = report.comparison.changes
    rows = (
        [
            *(CHANGED[change.kind], change.phone_number, change.name, change.account, describe_change(change)),
            *(change.monthly, change.currency, change.entry, change.sid),
        ]
        for change in changes
    )
    last = len(changes) + 1
    totals = [
        [f"All in {currency}", None, None, None, None, Formula(f'=SUMIF(G2:G{last},"{currency}",F2:F{last})')]
        for currency in sorted({change.currency for change in changes if change.currency})
    ]
    _write(sheet, _CHANGES, rows, totals=totals, filtered=last)


def _write_saved(sheet: Any, report: Report) -> int:
    """Write what was saved, and return the count of months in its first currency."""
    rows = report.savings.rows
    last = len(rows) + 1
    months = sorted({(row.currency, row.month) for row in rows})
    beside: list[Row] = []
    for place, (currency, month) in enumerate(months, 2):
        saved = f"=SUMIFS(D$2:D${last},A$2:A${last},F{place},C$2:C${last},G{place})"
        begun = next(index for index, each in enumerate(months, 2) if each[0] == currency)
        beside.append([month, currency, Formula(saved), Formula(f"=SUM(H{begun}:H{place})")])
    lines = ([row.month, row.account, row.currency, row.amount] for row in rows)
    both = zip_longest(lines, beside, fillvalue=())
    together = ([*(left or [None] * 4), None, *right] for left, right in both)
    totals: list[Row] = [
        [f"All in {currency}", None, None, Formula(f'=SUMIF(C2:C{last},"{currency}",D2:D{last})')]
        for currency in sorted({row.currency for row in rows})
    ]
    _write(sheet, _SAVED, together, totals=[*totals, *([line] for line in describe_savings(report))])
    # The picture shows one currency.
    return sum(currency == months[0][0] for currency, _ in months)


def _write_reading(sheet: Any, report: Report) -> None:
    rows: list[Row] = []
    for reading in report.about.coverage.readings:
        why = "Closed: Twilio released its numbers itself." if reading.closed else None
        if reading.failure is not None:
            why = reason(reading.failure)
        read = "closed" if reading.closed else "yes" if reading.complete else "in part" if reading.partial else "no"
        rows.append(
            [reading.account.label, read, reading.numbers if reading.complete or reading.partial else None, why]
        )
    last = len(rows) + 1
    sentences = ([None, None, None, sentence] for sentence in describe_reading(report))
    _write(sheet, _READ, rows, totals=[["All", None, Formula(f"=SUM(C2:C{last})")], *sentences])


# -- shared parts ----------------------------------------------------------------------------------


def _begin(sheet: Any, columns: Sequence[Column], *, frozen: str | None) -> None:
    for place, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(place)].width = column.width
    sheet.freeze_panes = frozen
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", _A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.center.text = "&A, page &P of &N"


def _write(
    sheet: Any, columns: Sequence[Column], rows: Iterable[Row], *, totals: Sequence[Row] = (), filtered: int = 0
) -> None:
    """
    Write a table with a frozen head, and below it its totals.

    Args:
        filtered: The last row that can be sorted and filtered.
    """
    _begin(sheet, columns, frozen="A2" if len(columns) == 1 else "B2")
    sheet.print_title_rows = "1:1"
    if filtered > 1:
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{filtered}"
    _append(sheet, [column.title for column in columns], font=_BOLD, fill=True)
    # One cell for each column, filled anew for each row, and none for a plain text: 100,000 rows take half the time.
    cells = [_cell(sheet, column.format) for column in columns]
    written = 1
    for row in rows:
        sheet.append([_plain_or(made, value) for made, value in zip(cells, row, strict=False)])
        written += 1
    if totals:
        _append(sheet, [])
        formats = [column.format for column in columns]
        for total in totals:
            _append(
                sheet, total, formats=formats, font=_BOLD if any(isinstance(each, Formula) for each in total) else None
            )
        written += 1 + len(totals)
    sheet.print_area = f"A1:{get_column_letter(len(columns))}{written}"


def _append(sheet: Any, row: Row, *, formats: Sequence[str] = (), font: Font | None = None, fill: bool = False) -> None:
    made = [
        _cell(sheet, form, font=font, fill=fill) for _, form in zip_longest(row, formats[: len(row)], fillvalue=TEXT)
    ]
    sheet.append([_fill(each, value) for each, value in zip(made, row, strict=True)])


def _cell(sheet: Any, form: str, *, font: Font | None = None, fill: bool = False) -> Any:
    made = WriteOnlyCell(sheet)
    made.number_format = form
    if font is not None:
        made.font = font
    if fill:
        made.fill = _GROUND
    return made


def _plain_or(made: Any, value: object) -> Any:
    """Return a text that is no number and no formula as it is, and anything else in its cell; nothing for nothing."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None or (isinstance(value, str) and value[:1].isalpha() and value.isprintable()):
        return value and without_secrets(value)
    return _fill(made, value)


def _fill(made: Any, value: object) -> Any:
    if isinstance(value, str) and not isinstance(value, Formula):
        put_text(made, without_secrets(value))
    else:
        # Excel knows no time zones; the sheet "Method" says that times are UTC.
        made.value = value.replace(tzinfo=None) if isinstance(value, datetime) else value
    return made
