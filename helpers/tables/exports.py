"""
Write a table into a file: a workbook for people, CSV or Parquet for programs.

No file holds a secret: passwords and keys inside web addresses are removed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from helpers.core.redact import without_secrets
from helpers.tables.frames import Frame
from helpers.tables.values import list_values
from helpers.tables.workbook import write_workbook


@dataclass(frozen=True, slots=True)
class Written:
    """A file that was written, and a sentence for its reader."""

    path: Path
    about: str


def write_csv(frame: Frame, path: Path, note: str = "") -> str:  # noqa: ARG001  # its note lies beside it
    """Write plain CSV in UTF-8, and return a sentence for its reader."""
    _with_plain_money(_without_secrets(frame)).to_csv(path, index=False, encoding="utf-8", lineterminator="\n")
    return (
        "Values stand in it as they are, because programs read it: also a text that a spreadsheet would run as a "
        "formula. For Excel, use the button beside it."
    )


def write_parquet(frame: Frame, path: Path, note: str = "") -> str:  # noqa: ARG001  # its note lies beside it
    """Write Parquet, in which every column keeps its type, and return a sentence for its reader."""
    with path.open("wb") as file:
        _without_secrets(frame).to_parquet(file, index=False)
    return "Times, money and yes/no keep their types in it."


def write_for_excel(frame: Frame, path: Path, note: str = "") -> str:
    """Write an Excel workbook, and return a sentence for its reader."""
    write_workbook(_without_secrets(frame), path, note)
    return "Times are UTC. The second sheet has the sums."


#: Form of a file -> the end of its name, and the function that writes it with a note.
FORMS: dict[str, tuple[str, Callable[[Frame, Path, str], str]]] = {
    "Excel": (".xlsx", write_for_excel),
    "CSV": (".csv", write_csv),
    "Parquet": (".parquet", write_parquet),
}


def export(frame: Frame, *, form: str, folder: Path, now: datetime, note: str = "", name: str = "numbers") -> Written:
    """
    Write a table into a new file of *folder*, which only this user may read; never overwrite a file.

    Args:
        form: One of ``FORMS``.

        note: A text about the coverage of the table, written into a file beside it, and into a workbook.

        name: The beginning of the file's name.

    Returns:
        The file, and a sentence with its place.

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
        about = write(frame, part, note)
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
    return Written(path, f"Wrote {rows} to {path.absolute()}. {about}")


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
