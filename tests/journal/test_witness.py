"""A journal that is shorter than it was, or another one: nothing is begun until somebody says that it is meant."""

import os
import shutil
import sqlite3
import threading
from contextlib import closing, contextmanager

import pytest

from helpers.core.errors import JournalBehind, JournalBroken, JournalUnwritable, NotReleasable
from helpers.core.records import Number
from helpers.journal.journal import ACCEPTING, Journal, journal_file

SENT = {"sid": "PN1", "account_sid": "AC1", "phone_number": "+14155550123", "friendly_name": "old hotline"}
HOTLINE = Number(**SENT, sent=SENT)
OTHER = Number(**(SENT | {"sid": "PN2"}), sent=SENT | {"sid": "PN2"})


@pytest.fixture
def file(tmp_path):
    return tmp_path / "journal.db"


@pytest.fixture
def opened(file, tmp_path):
    """Open the journal anew, as a desk does."""

    def open_it():
        journal = Journal(journal_file(file), witness=tmp_path / "elsewhere")
        journal.verify()
        return journal

    return open_it


def release(journal, number, clock, *, upto=("intended", "acknowledged", "released")):
    entry = journal.confirm(f"of {number.sid}", number, at=clock())
    for state in upto:
        entry = journal.append(entry, state, at=clock())
    return entry


def cut(file, *statements):
    with closing(sqlite3.connect(file)) as connection:
        for statement in ("DROP TRIGGER no_delete", *statements):
            connection.execute(statement)
        connection.commit()


def removed(file, copy):
    file.unlink()


def emptied(file, copy):
    cut(file, "DELETE FROM journal")


def cut_at_its_end(file, copy):
    cut(file, "DELETE FROM journal WHERE n > 3")


def replaced_by_an_older_copy(file, copy):
    shutil.copy(copy, file)


def dropped(file, copy):
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("DROP TABLE journal")
        connection.commit()


LOSSES = [removed, emptied, cut_at_its_end, replaced_by_an_older_copy, dropped]


@pytest.mark.parametrize("loss", LOSSES)
def test_a_shorter_journal_begins_nothing(opened, file, clock, loss):
    """Read it can be; the sentence says what is missing, and no row is written."""
    journal = opened()
    release(journal, OTHER, clock)
    copy = shutil.copy(file, file.with_name("copy.db"))
    release(journal, HOTLINE, clock)
    loss(file, copy)
    journal = opened()
    rows = sum(len(entry.rows) for entry in journal.entries())

    assert journal.behind.known == 8
    assert journal.behind.present == rows < 8
    with pytest.raises(JournalBehind):
        journal.confirm("again", HOTLINE, at=clock())
    assert sum(len(entry.rows) for entry in journal.entries()) == rows
    assert opened().behind is not None


@pytest.mark.parametrize("loss", LOSSES)
def test_a_window_that_was_open_begins_nothing_either(opened, file, clock, loss):
    """It had verified the rows that are missing now."""
    journal = opened()
    release(journal, OTHER, clock)
    copy = shutil.copy(file, file.with_name("copy.db"))
    release(journal, HOTLINE, clock, upto=("not_sent",))
    loss(file, copy)

    # Where the table itself is gone, nothing can be written at all.
    with pytest.raises((JournalBroken, JournalBehind, JournalUnwritable)):
        journal.confirm("again", HOTLINE, at=clock())


def test_another_journal_of_the_same_length_is_found(opened, file, clock):
    """Not how many rows there are counts, but which."""
    release(opened(), HOTLINE, clock)
    file.unlink()
    other = Journal(journal_file(file))
    release(other, OTHER, clock)

    assert opened().behind.present == opened().behind.known == 4


def test_a_longer_journal_is_normal(opened, file, clock):
    """Another machine, or a window without a witness, wrote to it."""
    release(opened(), HOTLINE, clock)
    release(Journal(journal_file(file)), OTHER, clock)
    journal = opened()

    assert journal.behind is None
    assert journal.append(journal.entry("of PN2"), "restoring", at=clock()).state == "restoring"


def test_a_typed_sentence_goes_on_and_is_journalled(opened, file, clock):
    """It says who, and what was missing; from then on the journal is the one that counts."""
    release(opened(), HOTLINE, clock)
    file.unlink()
    journal = opened()
    for wrong in ("", "yes", ACCEPTING[:-1]):
        with pytest.raises(NotReleasable):
            journal.accept(who="pat@desk", typed=wrong, at=clock())
    assert journal.entries() == []
    journal.accept(who="pat@desk", typed=ACCEPTING, at=clock())

    (accepted,) = journal.entries()
    assert (accepted.act, accepted.state, accepted.open) == ("accept", "accepted", False)
    assert accepted.details == {"who": "pat@desk", "typed": ACCEPTING, "known_rows": 4, "found_rows": 0}
    assert opened().behind is None
    assert release(opened(), OTHER, clock).state == "released"


@pytest.mark.parametrize(
    "written",
    [
        "",
        "{",
        "[]",
        '{"rows": -1, "digest": ""}',
        '{"rows": 99999999999999999999999, "digest": "z"}',
        '{"rows": "4", "digest": ""}',
        "\x00",
    ],
)
def test_a_witness_that_cannot_be_read_begins_nothing(opened, clock, tmp_path, written):
    """How long the journal was is not known, which is no reason to go on."""
    release(opened(), HOTLINE, clock)
    (note,) = (tmp_path / "elsewhere").iterdir()
    note.write_text(written)
    journal = opened()

    assert journal.behind.known is None
    with pytest.raises(JournalBehind):
        journal.confirm("again", OTHER, at=clock())
    journal.accept(who="pat@desk", typed=ACCEPTING, at=clock())
    assert opened().behind is None


def test_what_came_of_a_request_is_written_all_the_same(opened, file, clock):
    """The journal was changed while the request was under way: its outcome is not lost for that."""
    journal = opened()
    release(journal, OTHER, clock)
    noted = release(journal, HOTLINE, clock, upto=("intended",))
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("DROP TRIGGER no_update")
        connection.execute("UPDATE journal SET phone_number = '+14155550199' WHERE n = 2")
        connection.commit()

    assert journal.append(noted, "acknowledged", at=clock()).state == "acknowledged"
    with pytest.raises(JournalBroken):
        opened()


def test_an_outcome_whose_entry_was_removed_is_told(opened, file, clock):
    """There is no row left that it could follow: the journal is broken, and the row is named."""
    journal = opened()
    noted = release(journal, HOTLINE, clock, upto=("intended",))
    cut(file, "DELETE FROM journal WHERE entry = 'of PN1'")

    with pytest.raises(JournalBroken) as broken:
        journal.append(noted, "acknowledged", at=clock())
    assert broken.value.row == 1


@pytest.mark.parametrize("row", [1, 2, 5])
def test_an_edit_is_found_before_the_next_act(opened, file, clock, row):
    """By a window that had verified the journal before: the rows of the number itself, and new ones, are read again."""
    journal = opened()
    release(journal, HOTLINE, clock)
    release(Journal(journal_file(file)), OTHER, clock)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("DROP TRIGGER no_update")
        connection.execute("UPDATE journal SET state = 'not_sent' WHERE n = ?", (row,))
        connection.commit()

    with pytest.raises(JournalBroken) as broken:
        journal.confirm("again", HOTLINE, at=clock())
    assert broken.value.row == row


@pytest.mark.parametrize(
    "hidden",
    [
        "UPDATE journal SET number_sid = number_sid || 'x' WHERE entry = 'of PN1'",
        "UPDATE journal SET number_sid = number_sid || 'x' WHERE n = 3",
        "UPDATE journal SET number_sid = x'50' WHERE n IN (1, 2, 3)",
        "DELETE FROM journal WHERE entry = 'of PN1'",
        "DELETE FROM journal WHERE n = 3",
    ],
)
def test_a_window_begins_nothing_with_a_number_that_has_lost_rows(opened, file, clock, hidden):
    """The rows lie below those that the window reads again: it would seem that nothing was ever sent."""
    journal = opened()
    release(journal, HOTLINE, clock, upto=("intended", "unknown"))
    release(journal, OTHER, clock)
    with closing(sqlite3.connect(file)) as connection:
        for statement in ("DROP TRIGGER no_update", "DROP TRIGGER no_delete", hidden):
            connection.execute(statement)
        connection.commit()

    with pytest.raises(JournalBroken) as broken:
        journal.confirm("again", HOTLINE, at=clock())
    assert broken.value.row in (1, 3)
    assert journal.find("again") is None


@contextmanager
def no_room_for(note):
    """Let nothing be written over a witness, as on a full disk; it can be read."""
    in_the_way = note.with_name(f".{note.name}.{os.getpid()}-{threading.get_ident()}.new")
    in_the_way.mkdir()
    yield
    in_the_way.rmdir()


@pytest.mark.parametrize(
    ("before", "state", "left"),
    [
        ((), "intended", "not_sent"),
        (("intended", "throttled"), "intended", "not_sent"),
        (("intended", "acknowledged", "released"), "restoring", "restore_refused"),
    ],
)
def test_no_request_is_announced_that_the_witness_does_not_know(opened, clock, tmp_path, before, state, left):
    """An older copy without the announcement would pass for the newest: it is refused, and may be repeated."""
    journal = opened()
    entry = release(journal, HOTLINE, clock, upto=before)
    (note,) = (tmp_path / "elsewhere").iterdir()
    with no_room_for(note), pytest.raises(JournalUnwritable):
        journal.append(entry, state, at=clock())

    assert journal.entry(entry.id).state == left
    assert opened().behind is None


def test_nothing_is_confirmed_that_the_witness_does_not_know(opened, clock, tmp_path):
    """The confirmation ends without a request, and the number is free for another one."""
    journal = opened()
    release(journal, OTHER, clock)
    (note,) = (tmp_path / "elsewhere").iterdir()
    with no_room_for(note), pytest.raises(JournalUnwritable):
        journal.confirm("one", HOTLINE, at=clock())

    assert journal.entry("one").state == "not_sent"
    assert journal.confirm("two", HOTLINE, at=clock()).state == "confirmed"


def test_an_outcome_is_written_although_the_witness_cannot_be(opened, clock, tmp_path):
    """The request was sent, so its outcome counts more than the length of the journal."""
    journal = opened()
    entry = release(journal, HOTLINE, clock, upto=("intended",))
    (note,) = (tmp_path / "elsewhere").iterdir()
    with no_room_for(note):
        entry = journal.append(entry, "acknowledged", at=clock())

    assert journal.entry(entry.id).state == "acknowledged"


def test_what_one_window_accepts_holds_for_the_others(opened, file, clock):
    """They were opened while the journal was behind, and go on without being opened again."""
    release(opened(), HOTLINE, clock)
    file.unlink()
    first, second = opened(), opened()
    with pytest.raises(JournalBehind):
        second.confirm("too early", OTHER, at=clock())
    first.accept(who="pat@desk", typed=ACCEPTING, at=clock())

    assert release(second, OTHER, clock).state == "released"
    assert second.behind is None
