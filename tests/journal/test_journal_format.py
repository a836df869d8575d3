"""Which version writes a journal is written in it: older ones are brought forward, newer ones are only read."""

import pytest
from sqlalchemy import make_url

from helpers.actions.reconcile import settle_open
from helpers.core.errors import JournalTooNew, JournalUnwritable
from helpers.core.records import Number
from helpers.journal.database import FORMAT, JOURNAL, Database
from helpers.journal.journal import Journal, journal_file
from helpers.journal.states import Act, State
from tests.support.golden import as_read
from tests.support.journal_rows import add_row
from tests.support.postgres import postgres_url

SENT = {"sid": "PN1", "account_sid": "AC1", "phone_number": "+14155550123", "friendly_name": "old hotline"}
HOTLINE = Number(**SENT, sent=SENT)
OTHER = Number(**(SENT | {"sid": "PN2"}), sent=SENT | {"sid": "PN2"})
NOTED = {"sqlite": "PRAGMA user_version = {}", "postgresql": "COMMENT ON TABLE journal IS 'format {}'"}


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    return journal_file(tmp_path / "journal.db") if request.param == "sqlite" else make_url(postgres_url())


def run(url, *statements):
    database = Database(url)
    for statement in statements:
        database.write(lambda connection, statement=statement: connection.exec_driver_sql(statement))


def test_a_newer_journal_is_read_only(url, clock):
    """It is shown, and nothing is begun and nothing written."""
    seen = Journal(url).confirm("one", HOTLINE, at=clock())
    run(url, NOTED[url.get_backend_name()].format(FORMAT + 1))
    journal = Journal(url)

    assert [entry.id for entry in journal.entries()] == ["one"]
    for begin in (
        lambda: journal.confirm("two", HOTLINE, at=clock()),
        lambda: journal.append(seen, "intended", at=clock()),
    ):
        with pytest.raises(JournalTooNew):
            begin()
    assert len(Journal(url).entry("one").rows) == 1


def test_a_window_that_was_open_writes_nothing_to_a_newer_journal(url, clock):
    """A newer version brought the journal forward meanwhile: neither an act nor an outcome is written any more."""
    journal = Journal(url)
    seen = journal.confirm("one", HOTLINE, at=clock())
    run(url, NOTED[url.get_backend_name()].format(FORMAT + 1))

    for write in (
        lambda: journal.confirm("two", OTHER, at=clock()),
        lambda: journal.append(seen, "intended", at=clock()),
        lambda: journal.append(seen, "not_sent", at=clock()),
        lambda: journal.record("three", Act.SECOND_PERSON, State.REQUIRED, at=clock(), detail={}),
    ):
        with pytest.raises(JournalTooNew):
            write()
    assert [len(entry.rows) for entry in Journal(url).entries()] == [1]


@pytest.mark.parametrize(
    "change",
    [
        {"digest": "over other columns"},
        {"detail": "[]"},
        {"detail": "no JSON"},
        {"detail": '{"number": 5}'},
        {"at": "1772443800"},
        {"state": "handed over"},
    ],
)
@pytest.mark.parametrize("open_before", [False, True])
def test_a_newer_journal_is_shown_however_its_rows_are_written(url, clock, change, open_before):
    """Its chain is not judged, and a row that cannot be read here is open; every other one is shown as it is."""
    journal = Journal(url)
    journal.confirm("one", HOTLINE, at=clock())
    journal.confirm("two", OTHER, at=clock())
    guard = "no_update" if url.get_backend_name() == "sqlite" else "no_change ON journal"
    run(url, f"DROP TRIGGER {guard}", NOTED[url.get_backend_name()].format(FORMAT + 1))
    with journal.database.engine.begin() as connection:
        connection.execute(JOURNAL.update().where(JOURNAL.c.n == 1).values(change))
    journal = journal if open_before else Journal(url)
    journal.verify()

    one, two = journal.entries()
    assert journal.behind is None
    assert (one.open, two.state) == (True, State.CONFIRMED)
    assert one.state == (State.CONFIRMED if "digest" in change else State.NEWER)
    assert (two.number, one.left_at) == (OTHER, None)
    assert one.number in (HOTLINE, None)
    with pytest.raises(JournalTooNew):
        journal.append(two, "intended", at=clock())


def test_a_journal_of_the_first_version_is_brought_forward(url, clock):
    """Its rows stay as they are, and from then on SQLite refuses to replace one as well."""
    Journal(url).confirm("one", HOTLINE, at=clock())
    run(url, NOTED[url.get_backend_name()].format(0), *(["DROP TRIGGER no_replace"] if "sqlite" in str(url) else []))
    before = Journal(url).verify()
    journal = Journal(url)

    assert journal.verify() == before
    assert Database(url).format == FORMAT
    assert journal.append(journal.entry("one"), "intended", at=clock()).state == "intended"


def test_no_row_is_replaced(tmp_path, clock, snapshot):
    """In SQLite, "INSERT OR REPLACE" removes a row without deleting it."""
    url = journal_file(tmp_path / "journal.db")
    Journal(url).confirm("one", HOTLINE, at=clock())

    with pytest.raises(JournalUnwritable) as refused:
        run(url, "INSERT OR REPLACE INTO journal SELECT * FROM journal WHERE n = 1")
    assert as_read(str(refused.value)) == snapshot
    assert len(Journal(url).entries()) == 1


def test_a_newer_versions_entry_is_not_settled(operator, quiet, journal, clock):
    """It cannot be told here what it means: the entry stays open, and nobody is asked."""
    about = ("one", "release", quiet.account_sid, quiet.sid, quiet.phone_number)
    add_row(journal, about, "handed over", clock())
    settled = settle_open(journal.entry("one"), operator.session)

    assert settled.entry.open
    assert len(journal.entry("one").rows) == 1
    assert operator.writes() == []
