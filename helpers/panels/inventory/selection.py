"""
What the operator ticked in the inventory, kept for the notebooks that come after it.

A file in the kit's data folder, because every notebook has a kernel of its own.  It
chooses nothing: the release panel only offers these numbers together.
"""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import msgspec

from helpers.core.atomic_file import put

_FILE = "ticked.json"


def keep_ticked(folder: Path, sids: Iterable[str]) -> None:
    """Keep which numbers are ticked, in place of those before."""
    # What cannot be kept has to be found again by hand, and nothing else is lost.
    with suppress(OSError):
        put(folder / _FILE, msgspec.json.encode(list(sids)), private=True)


def kept_ticked(folder: Path) -> frozenset[str]:
    """Recall which numbers were ticked last; none where that cannot be read."""
    with suppress(OSError, ValueError):
        return msgspec.json.decode((folder / _FILE).read_bytes(), type=frozenset[str])
    return frozenset()
