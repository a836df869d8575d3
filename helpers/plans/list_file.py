"""
Turn the file of a list into rows of text: a workbook of Excel, CSV of any kind, or what was pasted.

Nothing is understood here but the shape of the file.  It reads no more than a list can need, whatever a file claims.
"""

import codecs
import csv
import io
import re
import zipfile
from collections.abc import Iterator

import openpyxl

from helpers.core.errors import ListUnreadable
from helpers.plans.list_table import Row, Table

#: A list of every number of the largest company fits in these; a file that was made to fill the memory does not.
MOST_BYTES, MOST_UNPACKED, MOST_ROWS, MOST_COLUMNS = 20_000_000, 300_000_000, 200_000, 256
#: How much of a text shows its separator.
_SAMPLE = 100_000
_NOTHING_TAKEN = "Nothing was taken from the list."
_SAVE_AS = "Save it as an Excel workbook (.xlsx) or as CSV, or paste its numbers into the field."
#: How files begin that people take for a list -> what they are.
_OTHER_KINDS = {
    b"\xd0\xcf\x11\xe0": "a workbook of an old Excel (.xls), or one that a password protects",
    b"%PDF": "a PDF",
    b"{\\rtf": "a text document",
    b"<": "a web page",
}
_SEPARATORS = ";\t,|"
_QUOTED = re.compile(r'(?:^|(?<=[;\t,|\r\n]))"(?:[^"]|"")*"')
#: Line ends of word processors and of Unicode, which csv does not know.
_LINE_ENDS = re.compile("[\x0b\x0c\x85\u2028\u2029]")


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
        raise ListUnreadable(f"The list cannot be read: it is {kind}. {_NOTHING_TAKEN} {_SAVE_AS}")
    text = next(filter(None, (_decoded(data, encoding) for encoding in _encodings(data))), "")
    if "\0" in text:
        raise ListUnreadable(f"The list cannot be read: it is neither text nor a workbook. {_NOTHING_TAKEN} {_SAVE_AS}")
    return text.removeprefix("\ufeff")


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
    text = _LINE_ENDS.sub("\n", text)
    first, lines = text.lstrip("\r\n"), 0
    said = re.match(r'"?sep=(.)"?[ \t]*(?:\r\n|\r|\n|$)', first, re.IGNORECASE)
    if said:
        lines = len(re.findall(r"\r\n|\r|\n", text[: len(text) - len(first) + said.end()]))
        text = first[said.end() :]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=said[1] if said else _separator(text), strict=True)
    rows: list[Row] = []
    place = lines + 1
    try:
        for cells in reader:
            if len(rows) >= MOST_ROWS:
                raise _too_long()
            rows.append(Row(place, tuple(cells)))
            place = lines + reader.line_num + 1
    except csv.Error as failure:
        return Table(tuple(rows), broken=(place, str(failure)))
    return Table(tuple(rows))


def _separator(text: str) -> str:
    """Find the separator that the most lines have, and the most often; what stands in quotes separates nothing."""
    lines = re.split(r"[\r\n]+", _QUOTED.sub("", text[:_SAMPLE]))
    return max(
        _SEPARATORS, key=lambda sign: (sum(sign in line for line in lines), sum(line.count(sign) for line in lines))
    )


def _too_long() -> ListUnreadable:
    return ListUnreadable(
        f"The list cannot be read: it has more than {MOST_ROWS:,} rows. {_NOTHING_TAKEN} Delete the rows that hold no "
        "number, or divide the list."
    )


# -- workbooks -----------------------------------------------------------------------------------


def _read_workbook(data: bytes) -> Table:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            # A part is never read further than it claims here.
            unpacked = sum(part.file_size for part in packed.infolist())
        if unpacked <= MOST_UNPACKED:
            return _first_sheet(data)
    except ListUnreadable:
        raise
    except Exception:  # noqa: BLE001  # openpyxl has no error of its own: a strange file raises whatever it hits
        raise ListUnreadable(
            f"The list cannot be read: it is no Excel workbook (.xlsx), or a damaged one. {_NOTHING_TAKEN} {_SAVE_AS}"
        ) from None
    raise ListUnreadable(
        f"The list cannot be read: this workbook is too large when it is unpacked. {_NOTHING_TAKEN} Copy the numbers "
        "into a new workbook."
    )


def _first_sheet(data: bytes) -> Table:
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    try:
        sheet = next(each for each in book.worksheets if each.sheet_state == "visible")
        # A sheet may claim a size that it does not have.
        sheet.reset_dimensions()
        rows = []
        for place, values in enumerate(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS), 1):
            if place > MOST_ROWS:
                raise _too_long()
            rows.append(Row(place, tuple(map(_cell, values))))
        return Table(tuple(rows), sheet=sheet.title)
    finally:
        book.close()


def _cell(value: object) -> str:
    """Write the value of a cell as text; a whole number without a point, however the sheet shows it."""
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
