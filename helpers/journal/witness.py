"""
How far the journal had got, kept in a second place.

A journal that was deleted, emptied, cut off at its end or replaced by an older copy is a sound chain all the same.
Only somebody who remembers how long it was can tell.
"""

from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import msgspec

from helpers.core.atomic_file import put
from helpers.core.errors import JournalUnwritable


@dataclass(frozen=True, slots=True)
class Mark:
    """The end of a journal: how many rows it has, and the hash of the last."""

    rows: int
    digest: str


#: The end of a journal without rows.
NOTHING = Mark(0, "")


class Witness:
    """
    Remembers the end of a journal in a file that lies somewhere else than the journal.

    It may remember less than there is: another machine wrote, or this one was switched off.  More than there is
    means that rows were taken away.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._line = Lock()

    def read(self) -> Mark | None:
        """
        Read what is remembered; None where nothing was remembered yet.

        Raises:
            ValueError: Something else stands there.
        """
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=Mark)
        except FileNotFoundError:
            return None
        except (OSError, msgspec.DecodeError) as failure:
            raise ValueError(str(failure)) from None

    def advance(self, mark: Mark) -> None:
        """
        Remember a later end; an earlier one is forgotten, because two windows may come here in any order.

        Raises:
            JournalUnwritable: It could not be written.
        """
        with self._line:
            try:
                before = self.read()
            except ValueError:
                # What stands there is for the next opening to tell.
                return
            if before is None or before.rows < mark.rows:
                self.set(mark)

    def set(self, mark: Mark) -> None:
        """
        Remember an end, whatever was remembered before.

        Raises:
            JournalUnwritable: It could not be written.
        """
        try:
            put(self._file, msgspec.json.encode(mark), private=True)
        except OSError as failure:
            raise JournalUnwritable(
                f"How long the journal is could not be noted in {self._file}: {failure.strerror}. Without that note "
                "nobody could tell later whether rows are missing, so nothing was sent. Make room or set the "
                "permissions right, then try again."
            ) from None
