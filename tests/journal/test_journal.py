"""The journal: durable, only ever added to, one act at a time for a number."""

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.event import listens_for

from helpers.core.errors import AlreadyUsed, EntryMovedOn, JournalBroken, JournalUnwritable
from helpers.core.records import RECLAIM_WINDOW, Number
from helpers.journal.database import JOURNAL
from helpers.journal.journal import Journal, journal_file
from tests.support.golden import as_read
from tests.support.journal_rows import add_row
from tests.support.postgres import postgres_url

SENT = {"sid": "PN1", "account_sid": "AC1", "phone_number": "+14155550123", "friendly_name": "old hotline"}
HOTLINE = Number(**SENT, sent=SENT)


@pytest.fixture(params=["sqlite", "postgresql"])
def journal(request, tmp_path):
    """The journal on each of its databases."""
    return Journal(journal_file(tmp_path / "journal.db") if request.param == "sqlite" else postgres_url())


def file_of(journal):
    return journal.database.engine.url.database


def test_what_was_written_is_there_for_the_next_process(journal, clock, snapshot):
    """Every row survives in the words in which it was written."""
    journal.confirm("one", HOTLINE, at=clock(), detail={"who": "pat", "why": "Ende der Kampagne ✓"})
    journal.append(journal.entry("one"), "intended", at=clock(), detail={"number": dict(HOTLINE.sent)})
    again = Journal(journal.database.engine.url)

    (entry,) = again.entries()
    assert [row.state for row in entry.rows] == ["confirmed", "intended"]
    assert as_read(entry.details["why"]) == snapshot
    assert entry.number == HOTLINE
    assert entry.open


def test_a_confirmation_is_good_once(journal, clock):
    """The same one-time id is refused the second time, whatever became of the first."""
    journal.confirm("one", HOTLINE, at=clock())
    journal.append(journal.entry("one"), "not_sent", at=clock())

    with pytest.raises(AlreadyUsed, match="used before"):
        journal.confirm("one", HOTLINE, at=clock())


def test_a_number_with_an_open_entry_cannot_be_confirmed_again(journal, clock, snapshot):
    """A second window cannot begin what the first has not finished."""
    journal.confirm("one", HOTLINE, at=clock())

    with pytest.raises(AlreadyUsed) as refused:
        journal.confirm("two", HOTLINE, at=clock())
    assert as_read(str(refused.value)) == snapshot
    assert len(journal.entries()) == 1


def test_a_released_number_cannot_be_confirmed_again(journal, clock):
    """What has left us is not released a second time."""
    journal.confirm("one", HOTLINE, at=clock())
    for state in ("intended", "acknowledged", "released"):
        journal.append(journal.entry("one"), state, at=clock())

    with pytest.raises(AlreadyUsed, match="released already"):
        journal.confirm("two", HOTLINE, at=clock())


@pytest.mark.parametrize("state", ["confirmed", "intended", "restored", "expired", "nonsense"])
def test_a_state_that_may_not_follow_is_refused(journal, clock, state):
    """After "intended" comes an outcome, and nothing else."""
    journal.confirm("one", HOTLINE, at=clock())
    journal.append(journal.entry("one"), "intended", at=clock())

    with pytest.raises(EntryMovedOn):
        journal.append(journal.entry("one"), state, at=clock())
    assert journal.entry("one").state == "intended"


def test_what_was_concluded_about_an_entry_as_it_was_is_refused(journal, clock):
    """Another window has written to it since; only a yes of Twilio's still holds."""
    seen = journal.confirm("one", HOTLINE, at=clock())
    noted = journal.append(seen, "intended", at=clock())
    for state in ("not_sent", "kept", "gone"):
        with pytest.raises(EntryMovedOn):
            journal.append(seen, state, at=clock())
    assert journal.entry("one").state == "intended"

    journal.append(noted, "kept", at=clock())
    journal.append(noted, "acknowledged", at=clock())
    assert journal.entry("one").state == "acknowledged"


@pytest.mark.parametrize(
    "change", ["UPDATE journal SET state = 'kept'", "DELETE FROM journal", "UPDATE journal SET at = at WHERE n = 1"]
)
def test_the_database_refuses_to_change_or_remove_rows(journal, clock, change, snapshot):
    """Not even another program changes a row by accident."""
    journal.confirm("one", HOTLINE, at=clock())

    with pytest.raises(JournalUnwritable) as refused:
        journal.database.write(lambda connection: connection.exec_driver_sql(change))
    assert as_read(str(refused.value)) == snapshot
    assert journal.entry("one").state == "confirmed"


def test_a_row_changed_behind_its_back_is_found(journal, clock):
    """Whoever removes the guard and edits a row breaks the chain there."""
    journal.confirm("one", HOTLINE, at=clock())
    journal.append(journal.entry("one"), "intended", at=clock())
    journal.append(journal.entry("one"), "not_sent", at=clock())
    assert journal.verify() != ""

    def tamper(connection):
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("DROP TRIGGER no_update")
        else:
            connection.exec_driver_sql("DROP TRIGGER no_change ON journal")
        connection.exec_driver_sql("UPDATE journal SET phone_number = '+14155550199' WHERE n = 2")

    journal.database.write(tamper)

    with pytest.raises(JournalBroken) as broken:
        journal.verify()
    assert broken.value.row == 2


@pytest.mark.parametrize(("column", "written"), [("at", "yesterday"), ("at", "2026-03-02T09:30:00"), ("detail", "[]")])
def test_a_row_that_no_kit_writes_is_said(journal, clock, column, written):
    """Somebody wrote it by hand: one sentence names the row, and no act is begun on a guess."""
    seen = journal.confirm("one", HOTLINE, at=clock())
    edit(journal, column, written)

    for touch in (
        journal.entries,
        lambda: journal.entry("one"),
        lambda: journal.append(seen, "not_sent", at=clock()),
        lambda: journal.confirm("two", HOTLINE, at=clock()),
    ):
        with pytest.raises(JournalBroken) as broken:
            touch()
        assert broken.value.row == 1


@pytest.mark.parametrize("column", ["entry", "act", "state", "at", "phone_number", "detail", "previous", "digest"])
@pytest.mark.parametrize("written", ["x'00ff'", "x'7b7d'"])
def test_a_cell_of_another_type_is_a_broken_row(tmp_path, clock, column, written):
    """SQLite keeps bytes in a column of text: the row is named, and no act is begun."""
    journal = Journal(journal_file(tmp_path / "journal.db"))
    journal.confirm("one", HOTLINE, at=clock())
    with closing(sqlite3.connect(file_of(journal))) as connection:
        connection.execute("DROP TRIGGER no_update")
        connection.execute(f"UPDATE journal SET {column} = {written} WHERE n = 1")
        connection.commit()
    anew = Journal(journal_file(tmp_path / "journal.db"))

    for touch in (
        journal.entries,
        anew.verify,
        lambda: anew.confirm("two", HOTLINE, at=clock()),
        lambda: journal.confirm("two", HOTLINE, at=clock()),
    ):
        with pytest.raises(JournalBroken) as broken:
            touch()
        assert broken.value.row == 1


def edit(journal, column, written):
    """Write into the first row, past the guard."""

    def work(connection):
        guard = "no_update" if connection.dialect.name == "sqlite" else "no_change ON journal"
        connection.exec_driver_sql(f"DROP TRIGGER {guard}")
        connection.execute(JOURNAL.update().where(JOURNAL.c.n == 1).values({column: written}))

    journal.database.write(work)


@pytest.mark.parametrize(("act", "state"), [("release", "handed over"), ("lend", "intended"), ("lend", "lent")])
def test_a_newer_versions_state_is_shown_and_open(journal, clock, act, state):
    """Unknown is never taken for an end: it is there to read, and nothing is begun with its number or written to it."""
    about = ("one", act, HOTLINE.account_sid, HOTLINE.sid, HOTLINE.phone_number)
    add_row(journal, about, state, clock())

    (entry,) = journal.entries()
    assert entry.open
    assert journal.verify() != ""
    with pytest.raises(AlreadyUsed):
        journal.confirm("two", HOTLINE, at=clock())
    for follows in ("not_sent", "kept", "released", "acknowledged", "intended"):
        with pytest.raises(EntryMovedOn):
            journal.append(entry, follows, at=clock())
    assert len(journal.entry("one").rows) == 1


def test_of_eight_windows_at_one_number_one_gets_it(journal, clock):
    """However many confirm at the same moment, one claim is written and the others are told."""
    outcomes = []
    start = threading.Barrier(8)

    def claim(window):
        mine = Journal(journal.database.engine.url)
        start.wait()
        try:
            mine.confirm(f"window-{window}", HOTLINE, at=clock())
            outcomes.append("claimed")
        except AlreadyUsed:
            outcomes.append("told")

    windows = [threading.Thread(target=claim, args=(window,)) for window in range(8)]
    for window in windows:
        window.start()
    for window in windows:
        window.join()

    assert sorted(outcomes) == ["claimed"] + ["told"] * 7
    assert len(journal.entries()) == 1
    assert journal.verify() != ""


def test_the_reclaim_deadline_is_the_earlier_reading_of_ten_days(journal, clock):
    """The day of the release counts as the first of ten; ten times 24 hours end later."""
    journal.confirm("one", HOTLINE, at=clock())
    journal.append(journal.entry("one"), "intended", at=clock())
    journal.append(journal.entry("one"), "acknowledged", at=clock(), detail={"left_at": clock().isoformat()})
    entry = journal.append(journal.entry("one"), "released", at=clock())

    assert timedelta(days=10) == RECLAIM_WINDOW
    assert entry.reclaim_by.isoformat() == "2026-03-12T00:00:00+00:00"
    assert entry.reclaim_end.isoformat() == "2026-03-12T09:30:00+00:00"


def test_who_writes_at_the_same_moment_is_written_down_together_and_refused_apart(journal, clock):
    """One flush for all who wait; somebody's refusal is nobody else's, and every row is on disk when it is told."""
    journal.confirm("one", HOTLINE, at=clock())
    commits = []

    @listens_for(journal.database.engine, "commit")
    def slowly(_):
        commits.append(1)
        threading.Event().wait(0.05)

    def write(n):
        if n % 4 == 0:
            with pytest.raises(AlreadyUsed):
                journal.confirm("one", HOTLINE, at=clock())
            return None
        number = replace(HOTLINE, sid=f"PN-{n}")
        journal.confirm(f"entry-{n}", number, at=clock())
        return Journal(journal.database.engine.url).entry(f"entry-{n}").state

    with ThreadPoolExecutor(16) as windows:
        states = set(windows.map(write, range(32)))

    assert states == {None, "confirmed"}
    assert len(commits) < 32
    assert len(journal.entries()) == 1 + 24
    assert journal.verify()


def test_the_search_finds_by_number_name_account_person_and_reason(journal, clock):
    """On either database, without capitals, in any language; the newest first, and it says where there are more."""
    said = {"who": "pat", "why": 'Ende der Kampagne: 50% "Zoë" \\o/', "account_name": "Müller & Söhne"}
    journal.confirm("one", HOTLINE, at=clock(), detail=said)
    journal.append(journal.entry("one"), "intended", at=clock(), detail={"number": dict(HOTLINE.sent)})
    journal.append(journal.entry("one"), "kept", at=clock())
    journal.confirm("two", HOTLINE, at=clock(), detail={"who": "kim"})

    def found(text, newest=10):
        entries, more = journal.search(text, newest)
        return [entry.id for entry in entries], more

    number = HOTLINE.phone_number
    digits = (number, number[-4:], f"{number[:2]} ({number[2:5]})")
    for text in (*digits, HOTLINE.sid, HOTLINE.account_sid, HOTLINE.friendly_name.upper()):
        assert found(text) == (["two", "one"], False), text
    texts = ("PAT", "kampagne ende", '"zoë"', "MÜLLER", "söhne", "\\o/", "50%", "%", f"pat {number[-4:]}")
    for text in texts:
        assert found(text) == (["one"], False), text
    for text in ("pat kim", "muller", "_", "confirmed", "voice_url", number + "9", "()"):
        assert found(text) == ([], False), text
    assert found(number, newest=1) == (["two"], True)
