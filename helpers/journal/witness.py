"""
The length of the journal, kept in a second place.

The rows of a journal that was emptied, cut off at its end or replaced by an older copy still form a valid chain.  Only
a record of its earlier length shows that rows are missing.
"""

from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Annotated

import msgspec

from helpers.core.atomic_file import put
from helpers.core.errors import JournalUnwritable


@dataclass(frozen=True, slots=True)
class Mark:
    """The end of a journal: how many rows it has, and the hash of the last."""

    #: Not larger than the database's integers.
    rows: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
    digest: str


#: The end of a journal without rows.
NOTHING = Mark(0, "")


class Witness:
    """
    Keeps the end of a journal in a file outside the journal's folder.

    The file may be behind the journal, because another machine wrote rows or this one was switched off.  If it is ahead
    of the journal, rows are missing.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._writing_lock = Lock()

    def read(self) -> Mark | None:
        """
        Read the mark; None where there is no file.

        Raises:
            ValueError: The file cannot be read, or holds no mark.
        """
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=Mark)
        except FileNotFoundError:
            return None
        except (OSError, msgspec.DecodeError, RecursionError) as failure:
            raise ValueError(str(failure)) from None

    def advance(self, mark: Mark) -> None:
        """
        Write a later mark; an earlier one is ignored, because two windows may call this in any order.

        Raises:
            JournalUnwritable: The file could not be written.
        """
        with self._writing_lock:
            try:
                before = self.read()
            except ValueError:
                # ``Journal.verify`` reports the unreadable file.
                return
            if before is None or before.rows < mark.rows:
                self.set(mark)

    def set(self, mark: Mark) -> None:
        """
        Write a mark over any earlier one.

        Raises:
            JournalUnwritable: The file could not be written.
        """
        try:
            put(self._file, msgspec.json.encode(mark), private=True)
        except OSError as failure:
            raise JournalUnwritable(
                f"How long the journal is could not be noted in {self._file}: {failure.strerror}. Without that note "
                "nobody could tell later whether rows are missing, so nothing was sent. Make room or set the "
                "permissions right, then try again."
            ) from None
