"""
Keep the numbers ticked in the inventory, and what is handed over from one notebook to another.

They are in files of the kit's data folder, because every notebook has a kernel of its own.
The panels that get them only offer them; none is chosen.
"""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import msgspec

from helpers.core.atomic_file import put

_FILE = "ticked.json"
#: What the release panel offers first, and what the restore panel does.
NUMBER, PLAN = "handed_over.json", "handed_over_plan.json"


def write_selection(folder: Path, sids: Iterable[str]) -> None:
    """Write the sids of the ticked numbers over the last ones."""
    # After a failure, the operator has to choose the numbers again; nothing else is lost.
    with suppress(OSError):
        put(folder / _FILE, msgspec.json.encode(list(sids)), private=True)


def read_selection(folder: Path) -> frozenset[str]:
    """Read the sids that were ticked last; none where the file cannot be read."""
    with suppress(OSError, ValueError):
        return msgspec.json.decode((folder / _FILE).read_bytes(), type=frozenset[str])
    return frozenset()


def hand_over(folder: Path, sid: str, *, of: str = NUMBER) -> None:
    """Write the sid of one number, or the id of one plan, that another panel offers first."""
    with suppress(OSError):
        put(folder / of, msgspec.json.encode(sid), private=True)


def take_handed_over(folder: Path, *, of: str = NUMBER) -> str:
    """Read the sid or the id that was handed over, once; empty where none was, or where it cannot be read."""
    with suppress(OSError, ValueError):
        sid = msgspec.json.decode((folder / of).read_bytes(), type=str)
        (folder / of).unlink()
        return sid
    return ""
