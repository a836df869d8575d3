"""
Write a table into a file: for programs as CSV or Parquet, for people as a CSV that Excel reads right.

No file holds a secret: passwords and keys that somebody wrote into a web address are taken out,
whatever table is written.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from helpers.core.redact import without_secrets
from helpers.tables.frames import Frame

#: What a spreadsheet takes for the beginning of a formula
#: (https://owasp.org/www-community/attacks/CSV_Injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
#: Where "no" would claim more than anybody knows: the words of the screen.
_NO = {"wired": "none found"}
#: What a spreadsheet takes for a number: it would lose its plus and its zeros, and become 1.4E+10.
_DIGITS = re.compile(r"\+?\d+")


def write_csv(frame: Frame, path: Path) -> str:
    """Write plain CSV, UTF-8; say what its reader should know."""
    _with_plain_money(_without_secrets(frame)).to_csv(
        path, index=False, mode="x", encoding="utf-8", lineterminator="\n"
    )
    return "Values stand in it as they are, for programs; for Excel, use the button beside it."


def write_parquet(frame: Frame, path: Path) -> str:
    """Write Parquet, in which every column keeps its type; say what its reader should know."""
    with path.open("xb") as file:
        _without_secrets(frame).to_parquet(file, index=False)
    return "Times, money and yes/no keep their types in it."


def write_for_excel(frame: Frame, path: Path) -> str:
    """Write a CSV that Excel shows as it is meant, and in which nothing runs; say what was done for that."""
    told = _with_plain_money(_without_secrets(frame))
    told = told.assign(
        **{
            str(name): [_for_excel(value, no=_NO.get(str(name), "no")) for value in values_of(told[name])]
            for name in told
        }
    )
    # Excel takes a file for UTF-8 only where it begins with this mark.
    told.to_csv(path, index=False, mode="x", encoding="utf-8-sig", lineterminator="\r\n")
    return (
        'Phone numbers are written as ="+1…", so that Excel keeps them whole; a text that begins with =, +, - or @ '
        "carries an apostrophe in front, so that it is not run as a formula. Times are UTC."
    )


#: How a table can be written: the end of the file's name, and who writes it.
FORMS: dict[str, tuple[str, Callable[[Frame, Path], str]]] = {
    "CSV": (".csv", write_csv),
    "Parquet": (".parquet", write_parquet),
    "CSV for Excel": ("-excel.csv", write_for_excel),
}


def export(frame: Frame, *, form: str, folder: Path, now: datetime, note: str = "", name: str = "numbers") -> str:
    """
    Write a table into a new file of *folder*; no file is ever written over.

    Args:
        form: One of ``FORMS``.

        note: What whoever gets the file should know of it: what was read, and what not.  It is
            written into a file beside it.

        name: How the file's name begins.

    Returns:
        A sentence that says where it is, and what its reader should know.

    Raises:
        OSError: It cannot be written.  What stood in the folder stands there unchanged, and nothing else.
    """
    ending, write = FORMS[form]
    folder.mkdir(parents=True, exist_ok=True)
    path = _new(folder, f"{name}-{now.astimezone(UTC):%Y-%m-%d-%H%M%S}", ending)
    ours = [path, path.with_name(f"{path.name}.part")]
    try:
        # Under its own name only when it is whole: nobody takes a list that was cut off for all there is.
        about = write(frame, ours[1])
        if note:
            with path.with_name(f"{path.name}.txt").open("x", encoding="utf-8") as file:
                ours.append(Path(file.name))
                file.write(f"{note}\n")
            about += f" What was read, and what not, is in {path.name}.txt beside it."
        ours[1].replace(path)
    except BaseException:
        for file_of_ours in ours:
            file_of_ours.unlink(missing_ok=True)
        raise
    rows = f"{len(frame):,} number{'s' if len(frame) != 1 else ''}"
    return f"Wrote {rows} to {path.absolute()}. {about}"


def _new(folder: Path, name: str, ending: str) -> Path:
    """Take a name that no file has, by an empty file of that name."""
    path, again = folder / f"{name}{ending}", 1
    while True:
        try:
            path.touch(exist_ok=False)
        except FileExistsError:
            again += 1
            path = folder / f"{name}-{again}{ending}"
        else:
            return path


def _without_secrets(frame: Frame) -> Frame:
    texts = {
        str(name): frame[name].map(without_secrets, na_action="ignore").astype(frame[name].dtype)
        for name in frame.columns
        if str(frame[name].dtype) in {"string", "str"}
    }
    return frame.assign(**texts)


def _with_plain_money(frame: Frame) -> Frame:
    """Write prices with the digits that they have, and not with all those that the column could hold."""
    if "monthly" not in frame:
        return frame
    written: Any = [None if price is None else _exact(price) for price in values_of(frame["monthly"])]
    return frame.assign(monthly=written)


def _exact(price: Decimal) -> str:
    return f"{price:.{max(2, -int(price.normalize().as_tuple().exponent))}f}"


def values_of(column: Any) -> list[Any]:
    """Take the values out of a column: pandas has four ways of saying "missing", and here it is None."""
    return [None if gone else value for value, gone in zip(column.tolist(), column.isna().tolist(), strict=True)]


def _for_excel(value: Any, *, no: str = "no") -> Any:
    r"""
    Write a value so that a spreadsheet neither reshapes nor runs it.

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
    # A sign in front of the formula that nobody sees would not keep a spreadsheet from running it.
    return f"'{value}" if value.lstrip().startswith(_FORMULA) or value.startswith(_FORMULA) else value
