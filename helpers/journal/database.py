"""
The journal's database: SQLite on this machine, or PostgreSQL for a team.

The database itself refuses to change or remove a row.  SQLite runs in rollback-journal mode, not in WAL mode: the
WAL-reset bug, fixed in 3.51.3, occurs with two connections, and two notebooks have two.
"""

from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Any, Generic, TypeVar

from sqlalchemy import (
    URL,
    Column,
    Connection,
    Engine,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    event,
    inspect,
    make_url,
)
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from helpers.core.errors import JournalTooNew, JournalUnwritable, KitError

_T = TypeVar("_T")
_METADATA = MetaData()
JOURNAL = Table(
    "journal",
    _METADATA,
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("entry", String(64), nullable=False),
    Column("act", String(16), nullable=False),
    Column("state", String(32), nullable=False),
    Column("at", String(32), nullable=False),
    Column("account_sid", String(34), nullable=False),
    Column("number_sid", String(34), nullable=False, index=True),
    Column("phone_number", String(32), nullable=False),
    Column("detail", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
    # They hold what ``reader.py`` asks, so that the details of a long journal stay unread.
    Index("ix_journal_states", "entry", "n", "state", "act"),
    Index("ix_journal_at", "at", "number_sid"),
)
#: What was protected and unprotected; of each kind and text, the newest row holds.
PROTECTIONS = Table(
    "protections",
    _METADATA,
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("state", String(16), nullable=False),
    *(Column(name, Text, nullable=False) for name in ("kind", "what", "why", "who", "since", "changed_by")),
    Column("at", String(32), nullable=False),
    # Last, because format 3 had none.
    Column("rule", Text, nullable=False, server_default=""),
)
#: What was noted about phone numbers; of each number, the newest row holds.
NOTES = Table(
    "notes",
    _METADATA,
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("phone_number", String(32), nullable=False),
    *(Column(name, Text, nullable=False) for name in ("note", "owner")),
    Column("keep_until", String(10)),
    Column("who", Text, nullable=False),
    Column("at", String(32), nullable=False),
    Index("ix_notes_number", "phone_number", "n"),
)
_TABLES = tuple(table.name for table in (JOURNAL, PROTECTIONS, NOTES))
#: The format that this version writes.  It is kept outside the rows, so that a role that may only add rows suffices.
#: 0.1.0 kept no format.  Since 2, SQLite also refuses to replace a row.  Since 3, the protections are here: an earlier
#: version would not see them, and so it writes no row any more.  Since 4, a protection has a rule.
FORMAT = 4
_ABORT = "SELECT RAISE(ABORT, 'the journal is only ever added to')"
_REFUSE_CHANGES = {
    "sqlite": [
        f"CREATE TRIGGER IF NOT EXISTS {name}{'' if table == JOURNAL.name else f'_of_{table}'} "
        f"BEFORE {when} BEGIN {_ABORT}; END"
        for table in _TABLES
        for name, when in (
            ("no_update", f"UPDATE ON {table}"),
            ("no_delete", f"DELETE ON {table}"),
            # "INSERT OR REPLACE" removes a conflicting row without a DELETE.
            ("no_replace", f"INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE n = NEW.n)"),  # noqa: S608  # our own names
        )
    ],
    "postgresql": [
        """
        CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'the journal is only ever added to'; END $$
        """,
        *(
            f"""
            CREATE OR REPLACE TRIGGER no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
            """
            for table in _TABLES
        ),
        # Whoever may read and add rows of an earlier journal may do so in the tables that came later.
        """
        DO $$ DECLARE may record; BEGIN
            FOR may IN SELECT * FROM information_schema.role_table_grants
                WHERE table_schema = current_schema() AND table_name = 'journal'
                AND privilege_type IN ('SELECT', 'INSERT') AND grantee <> grantor
            LOOP EXECUTE 'GRANT ' || may.privilege_type || ' ON journal, protections, notes TO ' ||
                CASE may.grantee WHEN 'PUBLIC' THEN 'PUBLIC' ELSE quote_ident(may.grantee) END;
            END LOOP;
        END $$
        """,
    ],
}
_ADD_RULE = "ALTER TABLE protections ADD COLUMN rule TEXT NOT NULL DEFAULT ''"
_NOTE_FORMAT = {
    "sqlite": f"PRAGMA user_version = {FORMAT}",
    "postgresql": f"COMMENT ON TABLE journal IS 'format {FORMAT}'",
}
_READ_FORMAT = {
    "sqlite": "PRAGMA user_version",
    "postgresql": "SELECT coalesce(substring(obj_description('journal'::regclass) FROM '[0-9]+'), '0')::int",
}


class _Job(Generic[_T]):
    """The write of one caller, and its result."""

    def __init__(self, work: Callable[[Connection], _T]) -> None:
        self._work = work
        self._result: list[_T] = []
        self.failure: KitError | None = None
        self.done = False

    def run(self, connection: Connection) -> None:
        """Do the write, or keep its refusal: a refused write has written nothing, and does not stop the others."""
        try:
            self._result.append(self._work(connection))
        except KitError as refusal:
            self.failure = refusal

    def result(self) -> _T:
        if self.failure is not None:
            raise self.failure
        return self._result[0]


class Database:
    """
    The database of a journal.

    Writes that wait at the same moment share a transaction, because only the flush to the disk takes time.

    Args:
        url: An SQLAlchemy URL: ``sqlite:///file`` or ``postgresql+psycopg://...``.

    Raises:
        JournalUnwritable: The database cannot be opened or written.
    """

    def __init__(self, url: str | URL) -> None:
        self.engine = _engine(url)
        #: The format of the journal as last read; larger than ``FORMAT`` where a newer version writes it.
        self.format = FORMAT
        self._waiting: list[_Job[Any]] = []
        self._waiting_lock, self._writing_lock = Lock(), Lock()
        self._do(self._create)

    def write(self, work: Callable[[Connection], _T]) -> _T:
        """
        Run *work* in a transaction; when this returns, the result is on disk.

        Raises:
            JournalUnwritable: The database could not be written.  Nothing was written.
            JournalTooNew: A newer version of the kit writes this journal.  Nothing was written.
        """

        def write_unless_newer(connection: Connection) -> _T:
            # Read every time: a newer version may have brought the journal forward under an open window.
            self.format = _format_of(connection)
            if self.format > FORMAT:
                raise JournalTooNew(
                    f"A newer version of the kit writes this journal (format {self.format}; this version knows "
                    f"{FORMAT}). It can be read here, and not be written. What cannot be written down is not done: "
                    "nothing was sent after that. Install the newest version."
                )
            return work(connection)

        return self._do(write_unless_newer)

    def read(self, work: Callable[[Connection], _T]) -> _T:
        """
        Run *work*, which only reads.

        Raises:
            JournalUnwritable: The database could not be read.
        """
        try:
            with self.engine.connect().execution_options(only_reading=True) as connection:
                self.format = _format_of(connection)
                return work(connection)
        except SQLAlchemyError as failure:
            raise JournalUnwritable(
                f"The journal cannot be read: {_plainly(failure)}. Until it can be, nothing can be told from it and "
                "nothing can be begun. Make it readable again, then look again."
            ) from None

    def _create(self, connection: Connection) -> None:
        is_there = inspect(connection).has_table(JOURNAL.name)
        self.format = _format_of(connection) if is_there else 0
        # The owner has created the table with its triggers; a colleague's role needs no right but to add rows.
        if self.format > FORMAT or (is_there and not _is_owner(connection)):
            return
        _METADATA.create_all(connection)
        if "rule" not in {column["name"] for column in inspect(connection).get_columns(PROTECTIONS.name)}:
            connection.exec_driver_sql(_ADD_RULE)
        for index in JOURNAL.indexes:
            # Earlier versions had fewer.
            index.create(connection, checkfirst=True)
        if self.format < FORMAT:
            for statement in (*_REFUSE_CHANGES[self.engine.dialect.name], _NOTE_FORMAT[self.engine.dialect.name]):
                connection.exec_driver_sql(statement)
            self.format = FORMAT

    def _do(self, work: Callable[[Connection], _T]) -> _T:
        job = _Job(work)
        with self._waiting_lock:
            self._waiting.append(job)
        with self._writing_lock:
            if not job.done:
                with self._waiting_lock:
                    jobs, self._waiting = self._waiting, []
                self._write_all(jobs)
        return job.result()

    def _write_all(self, jobs: list[_Job[Any]]) -> None:
        # Whatever happens here, no caller may take its write for done.
        why = "it was interrupted"
        written = False
        try:
            with self.engine.begin() as connection:
                for job in jobs:
                    job.run(connection)
            written = True
        except (SQLAlchemyError, OSError) as failure:
            why = _plainly(failure)
        finally:
            for job in jobs:
                job.done = True
                if not written:
                    job.failure = JournalUnwritable(
                        f"The journal cannot be written: {why}. What cannot be written down is not done: nothing was "
                        "sent after that. Make room or set the permissions right, then try again."
                    )


def _format_of(connection: Connection) -> int:
    """Read the format of the journal; 1 where none is kept."""
    return max(1, int(connection.exec_driver_sql(_READ_FORMAT[connection.dialect.name]).scalar() or 0))


def _is_owner(connection: Connection) -> bool:
    """Tell whether this user may change the table itself."""
    if connection.dialect.name == "sqlite":
        return True
    owns = "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = 'journal'::regclass"
    return bool(connection.exec_driver_sql(owns).scalar())


def _engine(url: str | URL) -> Engine:
    try:
        # NullPool: a fork, a thread or a full disk can spoil a connection that stays open.
        usable, secrets = _without_secrets(_usable(url))
        engine = create_engine(usable, connect_args=secrets, poolclass=NullPool, hide_parameters=True)
        if engine.dialect.name == "sqlite":
            file = Path(engine.url.database or "")
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            file.touch(mode=0o600)
            event.listen(engine, "connect", _durable_sqlite)
    except (ArgumentError, ValueError):
        # The texts of these exceptions may hold a part of the password.
        raise JournalUnwritable(
            "The journal cannot be opened: TWILIO_DESK_JOURNAL is not the address of a database, like "
            "postgresql+psycopg://name:password@db.example:5432/journal, where special signs of a name or a password "
            "are written in percent-encoding. Nothing was sent. Correct it, then run the notebook again."
        ) from None
    except (SQLAlchemyError, OSError, ImportError) as failure:
        raise JournalUnwritable(f"The journal cannot be opened: {_plainly(failure)}. Nothing was sent.") from None
    event.listen(engine, "begin", _one_writer)
    return engine


def _usable(url: str | URL) -> URL:
    usable = make_url(url)
    if usable.get_backend_name() not in _NOTE_FORMAT:
        raise ValueError
    # After an unencoded "@" or "/" in a name or a password, the rest of it passes for the host or the database.  The
    # messages of the driver name those.
    misread = usable.get_backend_name() == "postgresql" and "@" in f"{usable.host}{usable.database}"
    if misread or (usable.port is not None and not 1 <= usable.port <= 65535):
        raise ValueError
    return usable


def _without_secrets(url: URL) -> tuple[URL, dict[str, Any]]:
    """Take the passwords out of the options of an address, because SQLAlchemy hides only the one before the host."""
    secrets = {name: value for name, value in url.query.items() if "password" in name or "secret" in name}
    return url.difference_update_query(list(secrets)), secrets


def _durable_sqlite(connection: Any, _: object) -> None:
    # Otherwise sqlite3 begins transactions itself, and too late.
    connection.isolation_level = None
    for setting in ("busy_timeout=60000", "journal_mode=DELETE", "synchronous=EXTRA"):
        connection.execute(f"PRAGMA {setting}")


def _one_writer(connection: Connection) -> None:
    reading = connection.get_execution_options().get("only_reading")
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
    elif not reading:
        connection.exec_driver_sql("SET LOCAL synchronous_commit TO on")
        # The table cannot be locked, because it may not exist yet.
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7450126873)")


def _plainly(failure: Exception) -> str:
    cause = getattr(failure, "orig", None) or failure
    return " ".join(str(cause).split()) or type(cause).__name__
