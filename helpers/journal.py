"""
What is about to happen, on disk before it happens; the only file that writes one.

Rows are only ever added: the database itself refuses to change or remove them, and
each carries the hash of the one before.  SQLite in rollback-journal mode, not WAL:
its WAL-reset bug, fixed in 3.51.3, needs two connections, which is two notebooks.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import (
    URL,
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    event,
    select,
)
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from helpers.entries import Entry, fold
from helpers.errors import AlreadyUsed, EntryMovedOn, JournalBroken, JournalUnwritable
from helpers.records import Number
from helpers.states import LEFT, RELEASE, may_follow

_METADATA = MetaData()
_JOURNAL = Table(
    "journal",
    _METADATA,
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("entry", String(64), nullable=False, index=True),
    Column("act", String(16), nullable=False),
    Column("state", String(32), nullable=False),
    Column("at", String(32), nullable=False),
    Column("account_sid", String(34), nullable=False),
    Column("number_sid", String(34), nullable=False, index=True),
    Column("phone_number", String(32), nullable=False),
    Column("detail", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
)
_ABORT = "SELECT RAISE(ABORT, 'the journal is only ever added to')"
_REFUSE_CHANGES = {
    "sqlite": [
        f"CREATE TRIGGER IF NOT EXISTS no_{act.lower()} BEFORE {act} ON journal BEGIN {_ABORT}; END"
        for act in ("UPDATE", "DELETE")
    ],
    "postgresql": [
        """
        CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'the journal is only ever added to'; END $$
        """,
        """
        CREATE OR REPLACE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON journal
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
        """,
    ],
}


class Journal:
    """
    A durable list of what was intended and what became of it.

    Args:
        url: An SQLAlchemy URL: ``sqlite:///file`` or ``postgresql+psycopg://...``.

    Raises:
        JournalUnwritable: It cannot be opened or written.
    """

    def __init__(self, url: str | URL) -> None:
        self._engine = _engine(url)
        self._line = Lock()
        with self._writing() as connection:
            _METADATA.create_all(connection)
            for statement in _REFUSE_CHANGES[self._engine.dialect.name]:
                connection.exec_driver_sql(statement)

    def __repr__(self) -> str:
        return f"<Journal {self._engine.url.render_as_string(hide_password=True)}>"

    def confirm(
        self, entry: str, number: Number, *, at: datetime, act: str = RELEASE, detail: Mapping[str, Any] | None = None
    ) -> Entry:
        """
        Open an entry for a confirmed act on a number, and claim the number for it.

        Raises:
            AlreadyUsed: This one-time id was used before, or the number has an open entry, or
                was released already.  Nothing was written.
            JournalUnwritable: It could not be written.
        """
        with self._writing() as connection:
            if _rows(connection, _JOURNAL.c.entry == entry):
                raise AlreadyUsed(
                    f"{number.phone_number}: this confirmation was used before. Nothing was sent. "
                    "Choose the number again if it is still there."
                )
            for other in fold(_rows(connection, _JOURNAL.c.number_sid == number.sid)):
                _refuse_second(other, number)
            about = (entry, act, number.account_sid, number.sid, number.phone_number)
            row = self._add(connection, about, "confirmed", at, detail)
        return fold([row])[0]

    def append(self, entry: str, state: str, *, at: datetime, **detail: Any) -> Entry:
        """
        Write an entry's next state; when this returns, it is on disk.

        Raises:
            EntryMovedOn: Somebody else wrote to it, and this state may not follow.  Nothing was written.
            JournalUnwritable: It could not be written.
        """
        with self._writing() as connection:
            rows = _rows(connection, _JOURNAL.c.entry == entry)
            (current,) = fold(rows)
            if not may_follow(current.act, current.state, state):
                raise EntryMovedOn(
                    f"{current.phone_number}: the journal entry is already {current.state!r}, written by another "
                    f"notebook or window, so {state!r} was not written. Look at the journal before anything else."
                )
            about = (entry, current.act, current.account_sid, current.number_sid, current.phone_number)
            rows.append(self._add(connection, about, state, at, detail))
        return fold(rows)[0]

    def entry(self, entry: str) -> Entry:
        """Read one entry."""
        (found,) = fold(self._read(_JOURNAL.c.entry == entry))
        return found

    def find(self, entry: str) -> Entry | None:
        """Read one entry that may not be there; None then."""
        return next(iter(fold(self._read(_JOURNAL.c.entry == entry))), None)

    def entries(self) -> list[Entry]:
        """Read all entries, oldest first."""
        return fold(self._read())

    def open_entry(self, number_sid: str) -> Entry | None:
        """Find the entry that is still open for a number."""
        return next((entry for entry in fold(self._read(_JOURNAL.c.number_sid == number_sid)) if entry.open), None)

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
                    f"Keep a copy of {self._engine.url.database} and find out who wrote to it before any release.",
                    row=count,
                )
            previous = row["digest"]
        return previous

    def _add(
        self,
        connection: Connection,
        about: tuple[str, str, str, str, str],
        state: str,
        at: datetime,
        detail: Mapping[str, Any] | None,
    ) -> dict[str, Any]:
        last = connection.execute(
            select(_JOURNAL.c.n, _JOURNAL.c.digest).order_by(_JOURNAL.c.n.desc()).limit(1)
        ).one_or_none()
        entry, act, account_sid, number_sid, phone_number = about
        row: dict[str, Any] = {
            "n": last.n + 1 if last else 1,
            "entry": entry,
            "act": act,
            "state": state,
            "at": at.isoformat(),
            "account_sid": account_sid,
            "number_sid": number_sid,
            "phone_number": phone_number,
            "detail": json.dumps(dict(detail or {}), sort_keys=True, ensure_ascii=False),
            "previous": last.digest if last else "",
        }
        row["digest"] = _digest(row)
        connection.execute(_JOURNAL.insert(), row)
        return row

    def _read(self, *where: Any) -> list[dict[str, Any]]:
        try:
            with self._engine.connect().execution_options(only_reading=True) as connection:
                return _rows(connection, *where)
        except SQLAlchemyError as failure:
            raise JournalUnwritable(f"The journal cannot be read: {_plainly(failure)}. Nothing was sent.") from None

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        # SQLite lets the waiting try again after a while, by chance; here they stand in line.
        try:
            with self._line, self._engine.begin() as connection:
                yield connection
        except (SQLAlchemyError, OSError) as failure:
            raise JournalUnwritable(
                f"The journal cannot be written: {_plainly(failure)}. What cannot be written down is not done: "
                "nothing was sent after that. Make room or set the permissions right, then try again."
            ) from None


def _engine(url: str | URL) -> Engine:
    try:
        # NullPool: a connection kept open is one that a fork, a thread or a full disk can spoil.
        engine = create_engine(url, poolclass=NullPool, hide_parameters=True)
        if engine.dialect.name == "sqlite":
            file = Path(engine.url.database or "")
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            file.touch(mode=0o600)
            event.listen(engine, "connect", _durable_sqlite)
    except (SQLAlchemyError, OSError, ImportError) as failure:
        raise JournalUnwritable(f"The journal cannot be opened: {_plainly(failure)}. Nothing was sent.") from None
    event.listen(engine, "begin", _one_writer)
    return engine


def _durable_sqlite(connection: Any, _: object) -> None:
    # sqlite3 would begin transactions by itself, and too late.
    connection.isolation_level = None
    for setting in ("busy_timeout=60000", "journal_mode=DELETE", "synchronous=EXTRA"):
        connection.execute(f"PRAGMA {setting}")


def _one_writer(connection: Connection) -> None:
    reading = connection.get_execution_options().get("only_reading")
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
    elif not reading:
        connection.exec_driver_sql("SET LOCAL synchronous_commit TO on")
        # Before the table exists there is nothing else to lock.
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7450126873)")


def _rows(connection: Connection, *where: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(select(_JOURNAL).where(*where).order_by(_JOURNAL.c.n)).mappings()]


def _refuse_second(other: Entry, number: Number) -> None:
    if other.open:
        raise AlreadyUsed(
            f"{number.phone_number}: another release of this number is under way or was never settled "
            f"(journal entry {other.id[:8]}, {other.state}). Nothing was sent. Settle it in the journal notebook first."
        )
    if other.act == RELEASE and other.state in LEFT:
        raise AlreadyUsed(
            f"{number.phone_number} was released already, on {other.at:%Y-%m-%d at %H:%M} UTC. Nothing was sent."
        )


def _digest(row: Mapping[str, Any]) -> str:
    written = {name: row[name] for name in sorted(_JOURNAL.c.keys()) if name != "digest"}
    return hashlib.sha256(json.dumps(written, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _plainly(failure: Exception) -> str:
    cause = getattr(failure, "orig", None) or failure
    return " ".join(str(cause).split()) or type(cause).__name__


def journal_file(file: Path) -> URL:
    """Name a file as the place of a journal."""
    return URL.create("sqlite", database=str(file))
