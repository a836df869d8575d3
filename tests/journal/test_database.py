"""The database of the journal: its file, its address, who may read it, and what is said where it fails."""

import sqlite3
import stat
from contextlib import closing

import psycopg
import pytest
from sqlalchemy import event, make_url

from helpers.core.errors import JournalUnwritable
from helpers.core.records import Number
from helpers.journal.journal import Journal, journal_file
from tests.support.golden import as_read
from tests.support.lost_journal import lose
from tests.support.postgres import postgres_url

HOTLINE = Number("PN1", "AC1", "+14155550123", "old hotline", sent={"sid": "PN1"})


def test_a_full_disk_writes_nothing_and_says_so(tmp_path, clock):
    """Where the journal cannot grow, the row is refused with a sentence, and the rows before it stand."""
    journal = Journal(journal_file(tmp_path / "journal.db"))
    journal.confirm("one", HOTLINE, at=clock())
    with closing(sqlite3.connect(tmp_path / "journal.db")) as full:
        pages = full.execute("PRAGMA page_count").fetchone()[0]
    journal = Journal(journal_file(tmp_path / "journal.db"))
    _limit_to(journal, pages)

    with pytest.raises(JournalUnwritable, match="full"):
        journal.append(journal.entry("one"), "intended", at=clock(), detail={"number": {"voice_url": "x" * 100_000}})
    assert journal.entry("one").state == "confirmed"


def _limit_to(journal, pages):
    event.listen(journal.database.engine, "connect", lambda raw, _: raw.execute(f"PRAGMA max_page_count={pages}"))


def test_a_journal_that_cannot_be_opened_says_so(tmp_path, snapshot):
    """A folder where the file should be is a sentence, not a traceback."""
    (tmp_path / "journal.db").mkdir()

    with pytest.raises(JournalUnwritable) as refused:
        Journal(journal_file(tmp_path / "journal.db"))
    assert as_read(str(refused.value)) == snapshot


def test_a_colleague_whose_role_may_only_add_rows_works_on(clock):
    """A team's journal was made by one of them: the others may read it and add to it, and need not own it."""
    url = postgres_url()
    Journal(url).confirm("one", HOTLINE, at=clock())
    where = {"host": make_url(url).query["host"], "dbname": make_url(url).database}
    with psycopg.connect(**where, user="postgres", autocommit=True) as owner:
        owner.execute("CREATE ROLE colleague LOGIN")
        owner.execute("GRANT SELECT, INSERT ON journal TO colleague")
    theirs = Journal(make_url(url).set(username="colleague"))

    assert theirs.append(theirs.entry("one"), "intended", at=clock()).state == "intended"
    with pytest.raises(JournalUnwritable):
        theirs.database.write(lambda connection: connection.exec_driver_sql("DELETE FROM journal"))
    assert theirs.verify() == Journal(url).verify()


def test_nobody_else_on_the_machine_can_read_it(tmp_path):
    """The file belongs to its owner alone: it holds the company's numbers."""
    Journal(journal_file(tmp_path / "new" / "journal.db"))

    assert stat.S_IMODE((tmp_path / "new" / "journal.db").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


def test_rows_are_on_disk_when_append_returns(tmp_path, clock):
    """SQLite is asked for its most careful mode, and not for WAL."""
    journal = Journal(journal_file(tmp_path / "journal.db"))
    with journal.database.engine.connect() as connection:
        modes = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")]

    assert modes == ["delete", 3]


def test_a_password_in_the_journal_address_is_not_shown():
    """A team's database password is in no repr and in no message."""
    with pytest.raises(JournalUnwritable) as unwritable:
        Journal("postgresql+psycopg://kit:hunter2@127.0.0.1:1/none")

    assert "hunter2" not in str(unwritable.value)


@pytest.mark.parametrize("option", ["password", "sslpassword"])
def test_a_password_among_the_options_of_the_journal_address_is_not_shown(option, clock):
    """It is passed to the driver, and is in no repr, neither of the journal nor of its engine."""
    url = make_url(postgres_url()).update_query_dict({option: "hunter2"})
    journal = Journal(url)

    assert journal.confirm("one", HOTLINE, at=clock()).state == "confirmed"
    assert "hunter2" not in repr(journal) + repr(journal.database.engine) + str(journal.database.engine.url)


@pytest.mark.parametrize(
    "address",
    [
        "kit:hunter1@hunter2@127.0.0.1:1/none",
        "kit:hunter1@hunter2@/none?host=127.0.0.1",
        "kit/hunter2:x@127.0.0.1:1/hunter2@none",
        "kit:hunter2@127.0.0.1:99999/none",
        "kit:hunter2@127.0.0.1:-1/none",
        "kit:hunter2@127.0.0.1:0/none",
    ],
)
def test_an_address_that_is_none_is_refused_without_its_password(address):
    """Where a special sign of a password is not percent-encoded, its end would pass for the host."""
    with pytest.raises(JournalUnwritable, match="not the address of a database") as unwritable:
        Journal(f"postgresql+psycopg://{address}")

    assert "hunter2" not in str(unwritable.value)


def test_a_journal_that_cannot_be_read_claims_nothing_about_requests(tmp_path, snapshot):
    """Who only reads cannot know what was sent before; it says what to do instead."""
    journal = Journal(journal_file(tmp_path / "journal.db"))
    lose(journal)

    with pytest.raises(JournalUnwritable) as told:
        journal.entries()
    assert as_read(str(told.value)) == snapshot
    assert "Nothing was" not in str(told.value)
