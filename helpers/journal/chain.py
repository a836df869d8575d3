"""The chain of the journal's rows: each row carries the hash of the row before."""

import hashlib
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from json.encoder import encode_basestring as quoted
from struct import Struct

from sqlalchemy import Connection

from helpers.core.errors import JournalBroken
from helpers.journal.database import JOURNAL
from helpers.journal.entries import StoredRow, is_typed
from helpers.journal.reader import PAGE, read_rows
from helpers.journal.witness import NOTHING, Mark

#: The number and the hash of a row, packed, because a long journal has a million of them.
_MARK = Struct(">I32s")


class Chain:
    """
    The rows that a window has verified.

    It keeps the hash of every row, by number: an edit that takes a row away from its number, or removes it, leaves no
    trace in the rows that are read again before an act.

    Args:
        file: The journal's database, for sentences.
    """

    def __init__(self, file: str | None) -> None:
        self._file = file
        #: The last verified row.
        self.end = NOTHING
        self._by_number: dict[str, bytes] = {}

    def extend(self, rows: Iterable[StoredRow]) -> None:
        """
        Check rows against those before, and add them.

        Raises:
            JournalBroken: A row was changed, removed or inserted.  The rows before it were added.
        """
        for row in rows:
            follows = row.n == self.end.rows + 1 and row.previous == self.end.digest
            if not follows or not _is_intact(row):
                raise self.broken_at(self.end.rows + 1)
            self.end = Mark(row.n, row.digest)
            mark = _MARK.pack(row.n, bytes.fromhex(row.digest))
            self._by_number[row.number_sid] = self._by_number.get(row.number_sid, b"") + mark

    def extend_from_end(self, rows: Sequence[StoredRow]) -> None:
        """
        Check the new rows of a journal, and add them.

        Args:
            rows: The last verified row and those after it.

        Raises:
            JournalBroken: The last verified row is not there, or a later one was changed, removed or inserted.
        """
        if self.end != NOTHING and (not rows or rows[0].digest != self.end.digest):
            raise self.broken_at(self.end.rows)
        self.extend(rows if self.end == NOTHING else rows[1:])

    def read_on(self, connection: Connection) -> list[StoredRow]:
        """Read the last verified row, and a page of those after it."""
        # Of a new chain all rows, because one that was inserted can have any number.
        after = [] if self.end == NOTHING else [JOURNAL.c.n >= self.end.rows]
        return read_rows(connection, *after, limit=PAGE)

    def extend_to_end(self, connection: Connection) -> None:
        """
        Read all rows after those verified, check and add them.

        Raises:
            JournalBroken: As ``extend_from_end``.
        """
        before = None
        while self.end != before:
            before = self.end
            self.extend_from_end(self.read_on(connection))

    def require_rows_of(self, number_sid: str, rows: Iterable[StoredRow]) -> None:
        """
        Check that a number has exactly the verified rows.

        Raises:
            JournalBroken: One of its rows was changed or removed, or one was inserted.
        """
        marks = (Mark(n, digest.hex()) for n, digest in _MARK.iter_unpack(self._by_number.get(number_sid, b"")))
        for mark, row in zip_longest(marks, rows):
            if mark is None or row is None or row.digest != mark.digest or not _is_intact(row):
                raise self.broken_at(min(([mark.rows] if mark else []) + ([row.n] if row else [])))

    def broken_at(self, n: int) -> JournalBroken:
        """Make the failure for a row that is not as it was written."""
        return JournalBroken(
            f"Row {n} of the journal is not what was once written there. Nothing was changed at Twilio. Keep a copy of "
            f"{self._file}, and find out who wrote to it before any release.",
            row=n,
        )


def _is_intact(row: StoredRow) -> bool:
    return is_typed(row) and bool(row.digest == digest_of(row))


def digest_of(row: StoredRow) -> str:
    """Compute the hash of a row over all its other columns."""
    # ``json.dumps(..., sort_keys=True, ensure_ascii=False)`` writes the same in twice the time, and rows are many.
    written = (
        f'{{"account_sid": {quoted(row.account_sid)}, "act": {quoted(row.act)}, "at": {quoted(row.at)}, '
        f'"detail": {quoted(row.detail)}, "entry": {quoted(row.entry)}, "n": {row.n}, '
        f'"number_sid": {quoted(row.number_sid)}, "phone_number": {quoted(row.phone_number)}, '
        f'"previous": {quoted(row.previous)}, "state": {quoted(row.state)}}}'
    )
    return hashlib.sha256(written.encode()).hexdigest()
