"""The look-back: how many days of calls and messages the kit reads, as the operator chose it last."""

from contextlib import suppress
from pathlib import Path

import msgspec

from helpers.core.atomic_file import put
from helpers.evidence.window import WINDOW

_FILE = "look_back.json"


def write_look_back(folder: Path, days: int) -> None:
    """Keep the chosen look-back for the other notebooks: each has a kernel of its own."""
    # After a failure, the others tell of the days before, and say so.
    with suppress(OSError):
        put(folder / _FILE, msgspec.json.encode(days), private=True)


def read_look_back(folder: Path) -> int:
    """Read the look-back that was chosen last; ``WINDOW`` where none was."""
    with suppress(OSError, ValueError):
        return max(1, msgspec.json.decode((folder / _FILE).read_bytes(), type=int))
    return WINDOW
