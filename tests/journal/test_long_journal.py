"""A journal of many entries: asked only for what somebody needs, and verified beside its opening, before any act."""

import json
import threading
from datetime import timedelta
from hashlib import sha256

import pytest
from pandas.testing import assert_frame_equal
from sqlalchemy import inspect

from helpers.core.errors import JournalBroken
from helpers.core.records import RECLAIM_WINDOW, Number
from helpers.journal import chain, reader
from helpers.journal import journal as journals
from helpers.journal.chain import Chain, digest_of
from helpers.journal.database import JOURNAL, Database
from helpers.journal.entries import StoredRow
from helpers.journal.journal import Journal, journal_file
from helpers.journal.states import Act, State
from helpers.tables.frames import journal_table
from tests.support.journal_rows import add_row
from tests.support.long_journal import STATES, number_of, write_long_journal
from tests.support.panel_tools import desk_at
from tests.support.postgres import postgres_url

MANY = 20
SENT = {"sid": "PN1", "account_sid": "AC1", "phone_number": "+14155550123", "friendly_name": "old hotline"}
HOTLINE = Number(**SENT, sent=SENT)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    return journal_file(tmp_path / "journal.db") if request.param == "sqlite" else postgres_url()


@pytest.fixture
def long_journal(url, clock, monkeypatch):
    """Write a journal that counts as a long one, with an open entry at its end, and pages that cut entries."""
    monkeypatch.setattr(journals, "VERIFIED_AT_ONCE", 10)
    monkeypatch.setattr(journals, "SHOWN_FIRST", 60)
    for module in (chain, reader):
        monkeypatch.setattr(module, "PAGE", 7)
    write_long_journal(url, MANY, until=clock(), last=("confirmed", "intended", "unknown"))
    return Journal(url)


@pytest.fixture
def verified(monkeypatch):
    """Note the numbers of the rows that are verified, with their threads."""
    noted, really = [], Chain.extend

    def extend(chain, rows):
        noted.extend((row.n, threading.current_thread()) for row in rows)
        really(chain, rows)

    monkeypatch.setattr(Chain, "extend", extend)
    return noted


@pytest.fixture
def read(monkeypatch):
    """Note how many rows are read whole with each question."""
    noted, really = [], reader.fold

    def fold(rows, **how):
        noted.append(len(rows))
        return really(rows, **how)

    monkeypatch.setattr(reader, "fold", fold)
    return noted


def change(url, statement):
    """Change a journal past its guard."""
    database = Database(url)
    is_file = database.engine.dialect.name == "sqlite"
    guards = ("no_update", "no_delete", "no_replace") if is_file else ("no_change ON journal",)

    def work(connection):
        for guard in guards:
            connection.exec_driver_sql(f"DROP TRIGGER {guard}")
        connection.exec_driver_sql(statement)

    database.write(work)


def test_a_long_journal_opens_before_its_rows_are_verified(long_journal, verified, clock):
    """No row is verified while the operator waits for the desk; each is before an act begins, and by that act alone."""
    long_journal.begin_verifying()
    assert long_journal.open_entries() != []
    assert (verified, long_journal.verifying) == ([], True)

    long_journal.confirm("one", HOTLINE, at=clock())
    assert not long_journal.verifying
    assert [n for n, _ in dict(verified).items()] == list(range(1, MANY * len(STATES) + 4))
    before = len(verified)
    long_journal.append(long_journal.entry("one"), "intended", at=clock())
    assert len(verified) == before + 1


def test_a_short_journal_is_verified_before_it_is_open(long_journal, verified, monkeypatch):
    """As long as that takes no time, a break is told at once."""
    monkeypatch.setattr(journals, "VERIFIED_AT_ONCE", 1_000)
    change(long_journal.database.engine.url, "UPDATE journal SET phone_number = '+14155550199' WHERE n = 60")

    with pytest.raises(JournalBroken) as broken:
        long_journal.begin_verifying()
    assert broken.value.row == 60
    assert {thread for _, thread in verified} == {threading.current_thread()}


BREAKS = {
    "UPDATE journal SET phone_number = '+14155550199' WHERE n = 60": 60,
    "UPDATE journal SET previous = digest WHERE n = 7": 7,
    "DELETE FROM journal WHERE n = 14": 14,
    "UPDATE journal SET n = 0 WHERE n = 15": 1,
    "UPDATE journal SET n = -5 WHERE n = 123": 1,
}


@pytest.mark.parametrize(("edit", "row"), BREAKS.items())
def test_a_changed_row_in_the_middle_is_found_before_anything_begins(long_journal, edit, row, clock):
    """It is a row of another number: every act is refused all the same, and what came of a request is written down."""
    change(long_journal.database.engine.url, edit)
    before = long_journal.entry("last")
    long_journal.begin_verifying()
    seen = long_journal.entry(f"{1:064x}")

    for begin in (
        lambda: long_journal.confirm("one", HOTLINE, at=clock()),
        lambda: long_journal.append(seen, "restoring", at=clock()),
        lambda: long_journal.record("two", Act.SECOND_PERSON, State.REQUIRED, at=clock(), detail={}),
        long_journal.wait_until_verified,
        long_journal.verify,
    ):
        with pytest.raises(JournalBroken) as broken:
            begin()
        assert broken.value.row == row
    assert long_journal.find("one") is None
    if row != 1:
        assert long_journal.append(before, "kept", at=clock()).state == "kept"


@pytest.mark.parametrize(("edit", "row"), BREAKS.items())
def test_a_window_that_has_verified_nothing_begins_nothing_either(long_journal, edit, row, clock):
    """Its first act verifies every row, a page at a time."""
    change(long_journal.database.engine.url, edit)

    with pytest.raises(JournalBroken) as broken:
        long_journal.confirm("one", HOTLINE, at=clock())
    assert broken.value.row == row


def test_a_journal_that_was_repaired_is_gone_on_with(long_journal, clock):
    """The old copy is back: a verification, as before every run of a plan, finds it whole, and acts begin again."""
    url = long_journal.database.engine.url
    (was,) = {row.at for row in long_journal.entry(f"{3:064x}").rows}
    change(url, "UPDATE journal SET at = 'x' WHERE n = 20")
    long_journal.begin_verifying()
    with pytest.raises(JournalBroken):
        long_journal.confirm("one", HOTLINE, at=clock())
    Database(url).write(
        lambda connection: connection.exec_driver_sql(f"UPDATE journal SET at = '{was.isoformat()}' WHERE n = 20")
    )
    long_journal.verify()

    assert long_journal.confirm("one", HOTLINE, at=clock()).state == "confirmed"


def test_a_question_reads_the_rows_of_its_entries_alone(long_journal, read, clock):
    """However long the journal is, the details of other entries stay unread."""
    each = len(STATES)
    questions = {
        long_journal.open_entries: 3,
        lambda: long_journal.closed_entries(2): 2 * each,
        lambda: long_journal.entries_since(clock() - timedelta(days=-1)): 10 * each + 3,
        long_journal.latest: 3,
        lambda: long_journal.entries_named("las"): 3,
        lambda: long_journal.entries_of_number(number_of(1).sid): each,
        lambda: long_journal.entries_about(number_of(2).phone_number): each,
        long_journal.moves: 0,
    }
    for ask in questions:
        ask()
    assert read == list(questions.values())


def test_each_question_is_answered_as_by_reading_everything(long_journal, clock):
    """Whatever states, acts and times the rows have: the database chooses the entries that a person would choose."""
    states = [*(state.value for state in State if state != State.NEWER), "handed over"]
    for n, state in enumerate(states):
        for act in ("release", "move", "unregister", "accept", "lend", "other"):
            for days in (1, 30):
                about = (f"of {act}_{n}_{days}", act, "AC1", f"PN{act}{n}{days}", HOTLINE.phone_number)
                add_row(long_journal, about, "confirmed", clock() - timedelta(days=days))
                add_row(long_journal, about, state, clock() - timedelta(days=days))
                if n % 3 == 0:
                    add_row(long_journal, about, "expired", clock() - timedelta(days=days))
    every, since = long_journal.entries(), clock() - RECLAIM_WINDOW

    def ids(entries):
        return [entry.id for entry in entries]

    closed = [entry for entry in every if not entry.open]
    assert ids(long_journal.open_entries()) == ids(entry for entry in every if entry.open)
    newest = sorted(closed, key=lambda entry: -entry.latest.n)[:5]
    found, many = long_journal.closed_entries(5)
    assert (set(ids(found)), many) == (set(ids(newest)), len(closed))
    assert ids(long_journal.moves()) == ids(entry for entry in every if entry.act == Act.MOVE)
    assert ids(long_journal.entries_named("of move_1")) == ids(e for e in every if e.id.startswith("of move_1"))
    assert long_journal.entries_named("of%") == []
    assert long_journal.latest().id == max(every, key=lambda entry: entry.rows[-1].n).id
    touched = {entry.number_sid for entry in every if any(row.at >= since for row in entry.rows)}
    assert set(ids(long_journal.entries_since(since))) >= set(ids(e for e in every if e.number_sid in touched))
    back = {entry.id for entry in every if entry.state in journals.LEFT and not entry.over(clock())}
    bought = {entry.id for entry in every if entry.state in {State.RESTORING, State.RESTORE_UNKNOWN}}
    assert back | bought <= set(ids(long_journal.left(since=since, newest=1)))
    assert sorted(ids(long_journal.each_entry())) == sorted(ids(every))
    whole, lines = (journal_table(entries, now=clock()) for entries in (every, long_journal.each_entry()))
    assert_frame_equal(whole, lines)
    for name in ("who", "why", "reason_code", "ticket"):
        assert set(lines[name].dropna())
    assert lines["reclaim_by"].notna().any()


def test_a_table_of_all_entries_parses_no_configuration(long_journal):
    """Most of a journal is what a restore needs of each number; a line of the table shows nothing of it."""
    assert {name for entry in long_journal.each_entry() for name in entry.rows[0].detail} == {
        "account_name",
        "who",
        "why",
        "reason_code",
        "ticket",
    }


@pytest.mark.parametrize("detail", ["[]", "{", "nothing"])
def test_a_table_of_all_entries_passes_over_no_row_that_cannot_be_read(long_journal, detail):
    """A confirmation of which only a line is read is refused as one that is read whole."""
    change(long_journal.database.engine.url, f"UPDATE journal SET detail = '{detail}' WHERE n = 7")
    for read_all in (long_journal.entries, lambda: list(long_journal.each_entry())):
        with pytest.raises(JournalBroken, match="Row 7 "):
            read_all()


def test_an_earlier_journal_gets_its_indices_and_keeps_its_rows(long_journal):
    """They are all that this version adds to it."""
    url, before = long_journal.database.engine.url, long_journal.verify()
    for index in JOURNAL.indexes:
        long_journal.database.write(index.drop)
    again = Journal(url)

    kept = {index["name"] for index in inspect(again.database.engine).get_indexes("journal")}
    assert kept >= {index.name for index in JOURNAL.indexes}
    assert again.verify() == before


@pytest.mark.parametrize("column", sorted(set(JOURNAL.c.keys()) - {"digest"}))
def test_a_hash_covers_every_column(column):
    """As JSON with sorted names, whatever signs the texts hold: every earlier version wrote and checked it so."""
    odd = 'ü " \\ \n \x00 \u2028 \U0001f600 %s {} /'
    row = dict.fromkeys(set(JOURNAL.c.keys()) - {"digest"}, odd) | {"n": 7}
    written = json.dumps(row, sort_keys=True, ensure_ascii=False)

    stored = StoredRow(**row, digest="")
    assert digest_of(stored) == sha256(written.encode()).hexdigest()
    assert digest_of(stored._replace(**{column: 8 if column == "n" else "other"})) != digest_of(stored)


def test_a_desk_whose_journal_is_still_verified_says_that_an_act_waits(simulator, clock, tmp_path, monkeypatch):
    """In the box of every notebook, until it has ended."""
    monkeypatch.setattr(journals, "VERIFIED_AT_ONCE", 1)
    url = journal_file(tmp_path / "kept" / "journal.db")
    write_long_journal(url, 3, until=clock())
    desk = desk_at(simulator, Journal(url), clock)
    said = "its rows are being verified: what you confirm now waits until all are."

    assert said in desk._repr_html_()
    desk.session.journal.confirm("one", HOTLINE, at=clock())
    assert said not in desk._repr_html_()
    desk.session.gateway.transport.close()


@pytest.fixture
def broken_desk(simulator, clock, tmp_path, monkeypatch, quiet):
    """A desk whose journal is long, broken, and holds a release that is to be checked once more."""
    monkeypatch.setattr(journals, "VERIFIED_AT_ONCE", 1)
    monkeypatch.setattr(journals, "SHOWN_FIRST", 0)
    url = journal_file(tmp_path / "kept" / "journal.db")
    journal = Journal(url)
    entry = journal.confirm("one", quiet, at=clock())
    for state in ("intended", "unknown", "kept"):
        entry = journal.append(entry, state, at=clock())
    change(url, "UPDATE journal SET phone_number = '+14155550199' WHERE n = 2")
    here = desk_at(simulator, Journal(url), clock)
    yield here
    here.session.gateway.transport.close()


def test_a_break_in_a_long_journal_is_shown_and_ends_the_late_checks(broken_desk, simulator, quiet):
    """The box of the next notebook says it; nothing is looked up or concluded by rows that somebody changed."""
    with pytest.raises(JournalBroken):
        broken_desk.session.journal.wait_until_verified()
    broken_desk._late.thread.join()

    assert "Row 2 of the journal is not what was once written there" in broken_desk._repr_html_()
    assert [request for request in simulator.requests if quiet.sid in request["path"]] == []
