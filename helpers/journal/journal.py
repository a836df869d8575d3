"""
What is about to happen, on disk before it happens; the only file that writes one.

Rows are only ever added, and each carries the hash of the one before.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, select

from helpers.core.advice import Advice
from helpers.core.errors import AlreadyUsed, EntryMovedOn, JournalBroken
from helpers.core.records import Number
from helpers.journal.database import JOURNAL, Database
from helpers.journal.entries import Entry, fold
from helpers.journal.states import LEFT, NAMED, YES, Act, State, may_follow


class Journal:
    """
    A durable list of what was intended and what became of it.

    Args:
        url: An SQLAlchemy URL: ``sqlite:///file`` or ``postgresql+psycopg://...``.

    Raises:
        JournalUnwritable: It cannot be opened or written.
    """

    def __init__(self, url: str | URL) -> None:
        self._database = Database(url)

    def __repr__(self) -> str:
        return f"<Journal {self._database.engine.url.render_as_string(hide_password=True)}>"

    def confirm(
        self,
        entry: str,
        number: Number,
        *,
        at: datetime,
        act: Act = Act.RELEASE,
        detail: Mapping[str, object] | None = None,
    ) -> Entry:
        """
        Open an entry for a confirmed act on a number, and claim the number for it.

        The number's whole configuration is a part of it: whatever happens next, it is on disk.

        Raises:
            AlreadyUsed: This one-time id was used before, or the number has an open entry, or
                was released already.  Nothing was written.
            JournalUnwritable: It could not be written.
        """

        def claim(connection: Connection) -> Entry:
            if _rows(connection, JOURNAL.c.entry == entry):
                raise AlreadyUsed(
                    f"{number.phone_number}: this confirmation was used before. Nothing was sent.",
                    advice=Advice.LOOK_FIRST,
                )
            for other in fold(_rows(connection, JOURNAL.c.number_sid == number.sid)):
                _refuse_second(other, number)
            about = (entry, act, number.account_sid, number.sid, number.phone_number)
            kept = {**(detail or {}), "number": dict(number.sent)}
            return fold([self._add(connection, about, State.CONFIRMED, at, kept)])[0]

        return self._database.write(claim)

    def append(self, entry: Entry, state: State, *, at: datetime, detail: Mapping[str, object] | None = None) -> Entry:
        """
        Write the next state of an entry as it is known here; when this returns, it is on disk.

        Where another window has written to it since, only a yes of Twilio's still holds: whatever
        else was seen or concluded is about the entry as it was, and that window may be sending now.

        Raises:
            EntryMovedOn: Somebody else wrote to it, or this state may not follow.  Nothing was written.
            JournalUnwritable: It could not be written.
        """

        def write_on(connection: Connection) -> Entry:
            rows = _rows(connection, JOURNAL.c.entry == entry.id)
            (current,) = fold(rows)
            moved_on = current.rows[-1].n != entry.rows[-1].n and state not in YES
            if moved_on or not may_follow(current.act, current.state, state):
                raise EntryMovedOn(
                    f"{current.phone_number}: the journal entry is already '{current.state}', written by another "
                    f"notebook or window, so '{state}' was not written. Look at the journal before anything else."
                )
            about = (entry.id, current.act, current.account_sid, current.number_sid, current.phone_number)
            return fold([*rows, self._add(connection, about, state, at, detail)])[0]

        return self._database.write(write_on)

    def entry(self, entry: str) -> Entry:
        """Read one entry."""
        (found,) = fold(self._read(JOURNAL.c.entry == entry))
        return found

    def find(self, entry: str) -> Entry | None:
        """Read one entry that may not be there; None then."""
        return next(iter(fold(self._read(JOURNAL.c.entry == entry))), None)

    def entries(self) -> list[Entry]:
        """Read all entries, oldest first."""
        return fold(self._read())

    def open_entry(self, number_sid: str) -> Entry | None:
        """Find the entry that is still open for a number."""
        return next((entry for entry in fold(self._read(JOURNAL.c.number_sid == number_sid)) if entry.open), None)

    def verify(self) -> str:
        """
        Check that every row is what was once written; return the hash of the last.

        A cut-off end cannot be seen in the rows themselves, so the hash is for keeping elsewhere.

        Raises:
            JournalBroken: A row was changed, removed or slipped in.
        """
        previous = ""
        for count, row in enumerate(self._read(), start=1):
            if row["n"] != count or row["previous"] != previous or row["digest"] != _digest(row):
                raise JournalBroken(
                    f"Row {count} of the journal is not what was once written there. Nothing was changed at Twilio. "
                    f"Keep a copy of {self._database.engine.url.database}, and find out who wrote to it before any "
                    "release.",
                    row=count,
                )
            previous = row["digest"]
        return previous

    def _add(
        self,
        connection: Connection,
        about: tuple[str, Act, str, str, str],
        state: State,
        at: datetime,
        detail: Mapping[str, object] | None,
    ) -> dict[str, Any]:
        last = connection.execute(
            select(JOURNAL.c.n, JOURNAL.c.digest).order_by(JOURNAL.c.n.desc()).limit(1)
        ).one_or_none()
        entry, act, account_sid, number_sid, phone_number = about
        row: dict[str, Any] = {
            "n": last.n + 1 if last else 1,
            "entry": entry,
            "act": str(act),
            "state": str(state),
            "at": at.isoformat(),
            "account_sid": account_sid,
            "number_sid": number_sid,
            "phone_number": phone_number,
            "detail": json.dumps(dict(detail or {}), sort_keys=True, ensure_ascii=False),
            "previous": last.digest if last else "",
        }
        row["digest"] = _digest(row)
        connection.execute(JOURNAL.insert(), row)
        return row

    def _read(self, *where: Any) -> list[dict[str, Any]]:
        return self._database.read(lambda connection: _rows(connection, *where))


def _rows(connection: Connection, *where: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(select(JOURNAL).where(*where).order_by(JOURNAL.c.n)).mappings()]


def _refuse_second(other: Entry, number: Number) -> None:
    if other.open:
        raise AlreadyUsed(
            f"{number.phone_number}: another {NAMED[other.act]} is under way or was never settled "
            f"(journal entry {other.id[:8]}, {other.state}). Nothing was sent. Settle it in the journal notebook first."
        )
    if other.act == Act.RELEASE and other.state in LEFT:
        raise AlreadyUsed(
            f"{number.phone_number} was released already, on {other.at:%Y-%m-%d at %H:%M} UTC. Nothing was sent."
        )


def _digest(row: Mapping[str, Any]) -> str:
    written = {name: row[name] for name in sorted(JOURNAL.c.keys()) if name != "digest"}
    return hashlib.sha256(json.dumps(written, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def journal_file(file: Path) -> URL:
    """Name a file as the place of a journal."""
    return URL.create("sqlite", database=str(file))
