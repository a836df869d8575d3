"""
Write a table into a file: CSV or Parquet for programs, a special CSV for Excel.

No file holds a secret: passwords and keys inside web addresses are removed.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from helpers.core.redact import without_secrets
from helpers.tables.frames import Frame

#: Texts with which a spreadsheet's formula can begin
#: (https://owasp.org/www-community/attacks/CSV_Injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
#: Column -> the text for False where "no" would claim too much.
_NO = {"wired": "none found"}
#: Texts that a spreadsheet takes for numbers: it would drop the plus and zeros, and show 1.4E+10.
_DIGITS = re.compile(r"\+?\d+")


def write_csv(frame: Frame, path: Path) -> str:
    """Write plain CSV in UTF-8, and return a sentence for its reader."""
    _with_plain_money(_without_secrets(frame)).to_csv(path, index=False, encoding="utf-8", lineterminator="\n")
    return (
        "Values stand in it as they are, because programs read it: also a text that a spreadsheet would run as a "
        "formula. For Excel, use the button beside it."
    )


def write_parquet(frame: Frame, path: Path) -> str:
    """Write Parquet, in which every column keeps its type, and return a sentence for its reader."""
    with path.open("wb") as file:
        _without_secrets(frame).to_parquet(file, index=False)
    return "Times, money and yes/no keep their types in it."


def write_for_excel(frame: Frame, path: Path) -> str:
    """Write a CSV that Excel neither changes nor runs, and return a sentence about the marks in it."""
    texts = _with_plain_money(_without_secrets(frame))
    texts = texts.assign(
        **{
            str(name): [_for_excel(value, no=_NO.get(str(name), "no")) for value in list_values(texts[name])]
            for name in texts
        }
    )
    # Excel reads a file as UTF-8 only with the byte order mark.
    texts.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\r\n")
    return (
        'Phone numbers are written as ="+1…", so that Excel keeps them whole; a text that begins with =, +, - or @ '
        "carries an apostrophe in front, so that it is not run as a formula. Times are UTC."
    )


#: Form of a file -> the end of its name, and the function that writes it.
FORMS: dict[str, tuple[str, Callable[[Frame, Path], str]]] = {
    "CSV": (".csv", write_csv),
    "Parquet": (".parquet", write_parquet),
    "CSV for Excel": ("-excel.csv", write_for_excel),
}


def export(frame: Frame, *, form: str, folder: Path, now: datetime, note: str = "", name: str = "numbers") -> str:
    """
    Write a table into a new file of *folder*, which only this user may read; never overwrite a file.

    Args:
        form: One of ``FORMS``.

        note: A text about the coverage of the table, written into a file beside it.

        name: The beginning of the file's name.

    Returns:
        A sentence with the file's place, for its reader.

    Raises:
        OSError: The file cannot be written.  The folder is as it was before.
    """
    ending, write = FORMS[form]
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = _reserve(folder, f"{name}-{now.astimezone(UTC):%Y-%m-%d-%H%M%S}", ending)
    created, part = [path], path.with_name(f"{path.name}.part")
    try:
        # The file gets its name when it is complete: nobody mistakes a part of a list for all of it.
        created.append(_create(part))
        about = write(frame, part)
        if note:
            created.append(_create(path.with_name(f"{path.name}.txt")))
            created[-1].write_text(f"{note}\n", encoding="utf-8")
            about += f" What was read, and what not, is in {path.name}.txt beside it."
        part.replace(path)
    except BaseException:
        for created_path in created:
            created_path.unlink(missing_ok=True)
        raise
    rows = f"{len(frame):,} number{'s' if len(frame) != 1 else ''}"
    return f"Wrote {rows} to {path.absolute()}. {about}"


def _reserve(folder: Path, name: str, ending: str) -> Path:
    """Reserve an unused name with an empty file."""
    path, again = folder / f"{name}{ending}", 1
    while True:
        try:
            return _create(path)
        except FileExistsError:
            again += 1
            path = folder / f"{name}-{again}{ending}"


def _create(path: Path) -> Path:
    """Create an empty file, which only this user may read."""
    path.touch(mode=0o600, exist_ok=False)
    return path


def _without_secrets(frame: Frame) -> Frame:
    texts = {
        str(name): frame[name].map(without_secrets, na_action="ignore").astype(frame[name].dtype)
        for name in frame.columns
        if str(frame[name].dtype) in {"string", "str"}
    }
    return frame.assign(**texts)


def _with_plain_money(frame: Frame) -> Frame:
    """Write each price with its own digits, not with all digits of the column."""
    if "monthly" not in frame:
        return frame
    prices: Any = [
        None if price is None else f"{price:.{max(2, -int(price.normalize().as_tuple().exponent))}f}"
        for price in list_values(frame["monthly"])
    ]
    return frame.assign(monthly=prices)


def list_values(column: Any) -> list[Any]:
    """Return a column's values, with None for each of pandas' four kinds of missing values."""
    return [None if empty else value for value, empty in zip(column.tolist(), column.isna().tolist(), strict=True)]


def _for_excel(value: Any, *, no: str = "no") -> Any:
    r"""
    Write a value so that a spreadsheet neither changes nor runs it.

    >>> _for_excel("+14155550112"), _for_excel("=HYPERLINK(1)"), _for_excel("Old hotline"), _for_excel(7)
    ('="+14155550112"', "'=HYPERLINK(1)", 'Old hotline', 7)
    """
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, bool):
        return "yes" if value else no
    if not isinstance(value, str):
        return value
    if _DIGITS.fullmatch(value):
        return f'="{value}"'
    # A spreadsheet also runs a formula that invisible characters precede.
    return f"'{value}" if value.lstrip().startswith(_FORMULA) or value.startswith(_FORMULA) else value
