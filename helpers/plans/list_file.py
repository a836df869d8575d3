"""
Turn the file of a list into rows of text: a workbook of Excel, CSV of any kind, or what was pasted.

Nothing is understood here but the shape of the file.  It reads no more than a list can need, whatever a file claims.
"""

import codecs
import csv
import io
import json
import re
import zipfile
from bisect import bisect
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import openpyxl
from openpyxl.cell.read_only import EmptyCell, ReadOnlyCell
from openpyxl.cell.rich_text import CellRichText, TextBlock

from helpers.core.errors import ListUnreadable
from helpers.plans.list_table import Row, Table

#: A list of every number of the largest company fits in these; a file that was made to fill the memory does not.
MOST_BYTES, MOST_UNPACKED, MOST_ROWS, MOST_COLUMNS = 20_000_000, 300_000_000, 200_000, 256
#: So many signs of a cell are read: no number and no name is that long.
MOST_SIGNS = 1_000
#: How much of a text shows its separator.
_SAMPLE = 100_000
_NOTHING_TAKEN = "Nothing was taken from the list."
_SAVE_AS = "Save it as an Excel workbook (.xlsx) or as CSV, or paste its numbers into the field."
#: How files begin that people take for a list -> what they are.
_OTHER_KINDS = {
    b"\xd0\xcf\x11\xe0": "a workbook of an old Excel (.xls), or one that a password protects",
    b"%PDF": "a PDF",
    b"{\\rtf": "a text document",
}
_XML_WORKBOOK = "urn:schemas-microsoft-com:office:spreadsheet"
_WEB_PAGE = re.compile(r"\s*<[!?a-z]", re.IGNORECASE)
#: A part of a packed file that is no workbook of Excel -> what it is.
_OTHER_PACKED = {
    "content.xml": "a document of LibreOffice (.ods)",
    "Index/Document.iwa": "a document of Apple's Numbers (.numbers)",
    "xl/workbook.bin": "a binary workbook (.xlsb)",
    "word/document.xml": "a Word document (.docx)",
}
_SEPARATORS, _NO_SEPARATOR = ";\t,|", "\x1f"
#: A line with more digits than these has a number.
_FEW_DIGITS = 6
_QUOTED = re.compile(r'(?:^|(?<=[;\t,|\r\n]))"(?:[^"]|"")*"')
#: Line ends of word processors and of Unicode, which csv does not know.
_LINE_ENDS = re.compile("[\x0b\x0c\x85\u2028\u2029]")
#: A row of a sheet, as the file has it: its place, and whether the sheet shows it.
_SHEET_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*>")
_SHEET_COLUMN, _ENDS = re.compile(rb"<(?:\w+:)?col\b[^>]*>"), re.compile(rb"""\s(?:min|max)=["'](\d+)""")
_PLACE, _HIDDEN = (
    re.compile(rb"""\sr=["'](\d+)"""),
    re.compile(rb"""\s(?:hidden=["'](?:1|true)|(?:ht|width)=["']0(?:\.\d+)?["'])"""),
)
_COMMENTS, _COMMENTED = re.compile(r"^xl/.*[cC]omments?.*\.xml$"), re.compile(rb"""\sref=["'][A-Z]+(\d+)["']""")
_MERGED = re.compile(rb"""<(?:\w+:)?mergeCell\s+ref=["'][A-Z]+(\d+):[A-Z]+(\d+)""")
#: How a workbook says that a text has no colour of its own.
_BLACK = {("theme", 1), ("rgb", "FF000000"), ("rgb", "00000000"), ("indexed", 8), ("indexed", 64), ("auto", True)}
_STRUCK = re.compile(rb"""<(?:\w+:)?strike(?:\s*/>|\s+val=["'](?:1|true)["'])""")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
#: A cell with something in it further to the right than a list is read: from column IW on.
_TOO_FAR = re.compile(rb"""<(?:\w+:)?c\s[^>]*\br=["'](?:[A-Z]{3}|[J-Z][A-Z]|I[W-Z])\d+["'][^>]*(?<!/)>""")


def read_table(content: bytes | str) -> Table:
    """
    Read the rows of a file, or of a text that was pasted.

    Raises:
        ListUnreadable: It is too large, or neither text nor a workbook.
    """
    if len(content) > MOST_BYTES:
        raise ListUnreadable(
            f"The list cannot be read: it has more than {MOST_BYTES // 1_000_000} MB, and no list of numbers is that "
            f"large. {_NOTHING_TAKEN} Delete what is no list, or divide it."
        )
    if isinstance(content, bytes) and content.startswith(b"PK\x03\x04"):
        return _read_workbook(content)
    return _read_text(content if isinstance(content, str) else _decode(content))


# -- text ----------------------------------------------------------------------------------------


def _decode(data: bytes) -> str:
    """Decode text as Windows, macOS and the programs on them write it."""
    kind = next((name for begin, name in _OTHER_KINDS.items() if data.lstrip().startswith(begin)), None)
    if kind:
        raise _is(kind)
    texts = (_decoded(data, encoding) for encoding in _encodings(data))
    return next(text for text in texts if text is not None)


def _is(kind: str) -> ListUnreadable:
    return ListUnreadable(f"The list cannot be read: it is {kind}. {_NOTHING_TAKEN} {_SAVE_AS}")


def _encodings(data: bytes) -> Iterator[str]:
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        yield "utf-32"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        yield "utf-16"
    # Without a mark, UTF-16 shows itself by the zeros beside its digits.
    zeros = data[1::2].count(0), data[::2].count(0)
    if max(zeros) * 4 > len(data):
        yield "utf-16-le" if zeros[0] > zeros[1] else "utf-16-be"
    yield "utf-8"
    # Only an old Mac ends lines so.
    yield "mac-roman" if b"\r" in data and b"\n" not in data else "cp1252"
    yield "latin-1"


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _read_text(text: str) -> Table:
    if "\0" in text:
        raise _is("neither text nor a workbook")
    if _WEB_PAGE.match(text):
        raise _is("a workbook in Excel's older form of XML" if _XML_WORKBOOK in text[:_SAMPLE] else "a web page")
    text = _LINE_ENDS.sub("\n", text.lstrip("\ufeff"))
    if (told := _in_brackets(text)) is not None:
        return told
    first, lines = text.lstrip("\r\n"), 0
    said = re.match(r'"?sep=(.)"?[ \t]*(?:\r\n|\r|\n|$)', first, re.IGNORECASE)
    if said:
        lines = len(re.findall(r"\r\n|\r|\n", text[: len(text) - len(first) + said.end()]))
        text = first[said.end() :]
    separator = said[1] if said else _separator(text)
    # Some programs write a space behind a quotation mark, others a backslash before it.
    text = re.sub(rf'"[ \t]+(?={re.escape(separator)}|[\r\n]|$)', '"', text) if separator != "\t" else text
    table = _read_csv(text, separator, lines)
    if table.broken and '\\"' in text:
        table = _read_csv(text.replace('\\"', '""'), separator, lines)
    return _without_outer_quotes(table)


def _read_csv(text: str, separator: str, lines: int) -> Table:
    """Read CSV below so many lines, as far as it goes."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True, strict=True)
    rows: list[Row] = []
    place = lines + 1
    try:
        for cells in reader:
            if len(rows) >= MOST_ROWS:
                raise _too_long()
            rows.append(Row(place, tuple(cell[:MOST_SIGNS] for cell in cells)))
            place = lines + reader.line_num + 1
    except csv.Error as failure:
        return Table(tuple(rows), broken=(place, str(failure)))
    return Table(tuple(rows))


def _without_outer_quotes(table: Table) -> Table:
    """Read rows anew of which each is one cell with separators in it: a program quoted whole lines."""
    cells = [row.cells[0] for row in table.rows if len(row.cells) == 1]
    separator = _separator("\n".join(cells))
    if table.broken or len(cells) < len(table.rows) or not all(separator in cell for cell in cells if cell.strip()):
        return table
    rows = (replace(row, cells=tuple(part.strip() for part in row.cells[0].split(separator))) for row in table.rows)
    return replace(table, rows=tuple(rows))


def _in_brackets(text: str) -> Table | None:
    """Read a list as a program prints it, of texts or of records; None for everything else."""
    if text.lstrip()[:1] not in {"[", "{"}:
        return None
    try:
        items = json.loads(text if '"' in text else text.replace("'", '"'), object_pairs_hook=_record)
    except (ValueError, RecursionError):
        try:
            items = [json.loads(line, object_pairs_hook=_record) for line in text.splitlines() if line.strip()]
        except (ValueError, RecursionError):
            return None
    if not isinstance(items, list):
        # What stands beside a list in it may say that its numbers stay.
        raise _is("JSON, and no list of numbers or of records")
    if len(items) > MOST_ROWS:
        raise _too_long()
    records = [item for item in items if isinstance(item, dict)]
    names = list(dict.fromkeys(name for record in records for name in record))
    rows = [names] if records else []
    rows += [[_text(item.get(name)) for name in names] if isinstance(item, dict) else [_text(item)] for item in items]
    return Table(tuple(Row(place, tuple(row)) for place, row in enumerate(rows, 1)))


def _record(fields: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make a record; of two fields with one name, only the last would be read."""
    if len(dict(fields)) < len(fields):
        raise _is("JSON in which a name stands twice in one record")
    return dict(fields)


def _text(value: object) -> str:
    """Write a value of JSON as a cell."""
    return "" if value is None else value if isinstance(value, str) else json.dumps(value)


def _separator(text: str) -> str:
    """
    Find the separator that the most lines have, and the most often; what stands in quotes separates nothing.

    A sign that few lines with numbers have, nor the line above them, is one of the words, as in a mail.
    """
    lines = re.split(r"[\r\n]+", _QUOTED.sub("", text[:_SAMPLE]))
    sign = max(
        _SEPARATORS, key=lambda sign: (sum(sign in line for line in lines), sum(line.count(sign) for line in lines))
    )
    numbers = [at for at, line in enumerate(lines) if sum(map(str.isdigit, line)) > _FEW_DIGITS]
    above = lines[numbers[0] - 1] if numbers and numbers[0] else ""
    having = sum(sign in lines[at] for at in numbers)
    is_word = numbers and (not having or (having * 2 <= len(numbers) > 1 and sign not in above))
    return _NO_SEPARATOR if is_word else sign


def _too_long() -> ListUnreadable:
    return ListUnreadable(
        f"The list cannot be read: it has more than {MOST_ROWS:,} rows. {_NOTHING_TAKEN} Delete the rows that hold no "
        "number, or divide the list."
    )


# -- workbooks -----------------------------------------------------------------------------------


def _read_workbook(data: bytes) -> Table:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            other = next((_OTHER_PACKED[name] for name in packed.namelist() if name in _OTHER_PACKED), None)
            # A part is never read further than it claims here.
            unpacked = sum(part.file_size for part in packed.infolist())
            if other is None and unpacked <= MOST_UNPACKED:
                return _first_sheet(data, packed)
    except ListUnreadable:
        raise
    except Exception:  # noqa: BLE001  # openpyxl has no error of its own: a strange file raises whatever it hits
        raise _is("no Excel workbook (.xlsx), or a damaged one") from None
    if other is not None:
        raise _is(other)
    raise ListUnreadable(
        f"The list cannot be read: this workbook is too large when it is unpacked. {_NOTHING_TAKEN} Copy the numbers "
        "into a new workbook."
    )


def _first_sheet(data: bytes, packed: zipfile.ZipFile) -> Table:
    titles, path, rows = _rows_of(data, values=True)
    written = packed.read(path)
    if _TOO_FAR.search(written):
        raise ListUnreadable(
            f"The list cannot be read: it has more than {MOST_COLUMNS} columns. {_NOTHING_TAKEN} Delete those that "
            "hold no number."
        )
    if _FORMULA.search(written):
        # What no spreadsheet has computed yet has no value: such a row is read as it is written.
        _, _, formulas = _rows_of(data, values=False)
        rows = [formula if row.is_blank else row for row, formula in zip(rows, formulas, strict=False)]
    hidden = set(_hidden_in(written))
    # In a sheet no cell can slip into another column, so no row has too many.
    width = max((len(row.cells) for row in rows), default=0)
    rows = [replace(row, cells=row.cells + ("",) * (width - len(row.cells))) for row in rows]
    notes, struck = _notes_of(packed, written), set(_struck_in(written))
    rows = [
        replace(
            row, hidden=row.place in hidden, struck=row.struck or row.place in struck, note=notes.get(row.place, "")
        )
        for row in rows
    ]
    return Table(tuple(rows), titles[0], titles[1:], frozenset(_hidden_columns_in(written)))


def _rows_of(data: bytes, *, values: bool) -> tuple[tuple[str, ...], str, list[Row]]:
    """
    Read the first sheet that is shown: the values of its cells, or formulas.

    Returns:
        The titles of the sheets that are shown, that of the first one first; its part of the file; its rows.
    """
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=values, keep_links=False, rich_text=True)
    try:
        sheets = [each for each in book.worksheets if each.sheet_state == "visible"]
        sheet = sheets[0]
        # A sheet may claim a size that it does not have.
        sheet.reset_dimensions()
        rows = []
        for place, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), 1):
            if place > MOST_ROWS:
                raise _too_long()
            texts = [_cell(cell.value)[:MOST_SIGNS] for cell in cells]
            while texts and not texts[-1]:
                texts.pop()
            filled = [cell for cell in cells if cell.value is not None]
            struck = any(cell.font.strike or _is_struck_inside(cell.value) for cell in filled)
            rows.append(Row(place, tuple(texts), struck=struck, colour=_colour(cells)))
        titles = (sheet.title, *(each.title for each in book.worksheets if each is not sheet))
        return titles, sheet._worksheet_path, rows  # noqa: SLF001  # no other name for the sheet's part
    finally:
        book.close()


def _is_struck_inside(value: object) -> bool:
    """Tell whether a part of a text is struck out."""
    return isinstance(value, CellRichText) and any(isinstance(part, TextBlock) and part.font.strike for part in value)


def _colour(cells: Iterable[ReadOnlyCell | EmptyCell]) -> str:
    """Return the colours that the cells of a row are filled with, and those of what is written; empty for none."""
    styled = [cell for cell in cells if cell.fill is not None]
    fills = {f"on {cell.fill.fgColor.value}" for cell in styled if cell.fill.fill_type not in {None, "none"}}
    inks = {(ink.type, ink.value) for cell in styled if cell.value is not None and (ink := cell.font.color)}
    return " ".join(sorted(fills | {f"in {ink}" for _, ink in inks - _BLACK}))


def _notes_of(packed: zipfile.ZipFile, sheet: bytes) -> dict[int, str]:
    """Find the rows with a comment, or a cell that is merged with another row's: what it says is of more than one."""
    comments = (packed.read(name) for name in packed.namelist() if _COMMENTS.search(name))
    notes = {int(place): "a comment in the sheet" for part in comments for place in _COMMENTED.findall(part)}
    for first, last in ((int(first), int(last)) for first, last in _MERGED.findall(sheet)):
        if last > first:
            notes |= dict.fromkeys(range(first, min(last, MOST_ROWS) + 1), "a cell that is merged with another row's")
    return notes


def _hidden_in(sheet: bytes) -> Iterator[int]:
    """Find the rows that a sheet does not show: a list that was filtered still has all of them in its file."""
    return (place for place, row in _rows_in(sheet) if _HIDDEN.search(row))


def _hidden_columns_in(sheet: bytes) -> Iterator[int]:
    """Find the columns that a sheet does not show, from 0: whoever reads it reads the numbers of another column."""
    for column in _SHEET_COLUMN.findall(sheet):
        ends = [int(end) for end in _ENDS.findall(column)]
        if _HIDDEN.search(column) and len(ends) > 1:
            yield from range(min(ends) - 1, min(max(ends), MOST_COLUMNS))


def _struck_in(sheet: bytes) -> Iterator[int]:
    """Find the rows with a text of their own, in which a part is struck out."""
    if _STRUCK.search(sheet):
        starts = [
            (row.start(), place) for row, (place, _) in zip(_SHEET_ROW.finditer(sheet), _rows_in(sheet), strict=True)
        ]
        for struck in _STRUCK.finditer(sheet):
            yield starts[bisect(starts, (struck.start(), 0)) - 1][1]


def _rows_in(sheet: bytes) -> Iterator[tuple[int, bytes]]:
    place = 0
    for row in _SHEET_ROW.finditer(sheet):
        told = _PLACE.search(row[0])
        place = int(told[1]) if told else place + 1
        yield place, row[0]


def _cell(value: object) -> str:
    """Write the value of a cell as text; a whole number without a point, however the sheet shows it."""
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
