"""A file of an earlier version is taken over whole, or counts on: what cannot be read protects everything."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from helpers.core.errors import JournalTooNew, ProtectionRefused, ProtectionUnreadable
from helpers.core.reasons import Cause
from helpers.decisions.protected import Kind, Protected
from helpers.decisions.protection import Protection
from helpers.journal.database import FORMAT
from tests.support.golden import as_read
from tests.support.protection_tools import HOTLINE, SHOP, WRITTEN, called


def aside(protection):
    """Find the file that was set aside."""
    return protection.file.with_name("protected.json.taken-over")


def covers_everything(found):
    """Tell whether a protection is that of an unreadable file: it names no line, and no number is free of it."""
    return found.code is Cause.PROTECTED and set(found.details) == {"file", "problem"}


def test_nothing_is_protected_before_somebody_protects_it(protection):
    """And no file is made by looking, or by protecting."""
    assert protection.read() == ()
    protection.protect(HOTLINE)
    assert protection.read() == (HOTLINE,)
    assert list(protection.file.parent.glob("*protected*")) == []


def test_a_file_that_cannot_be_read_protects_everything(operator, quiet, protection):
    """What could not be looked up is not permission."""
    protection.file.write_text("{")
    account = operator.decide(quiet).account

    assert covers_everything(protection.find(quiet, account))
    with pytest.raises(ProtectionUnreadable):
        protection.protect(HOTLINE)
    assert protection.file.read_text() == "{"


def test_the_file_is_read_as_it_was_written(protection):
    """The line that the next test spoils is a good one."""
    protection.file.write_text(json.dumps([WRITTEN]))

    assert protection.read() == (HOTLINE,)


@pytest.mark.parametrize(
    "text",
    [
        *("", "{}", '""', "null", "0", '"number"', "[[]]", "[null]", '["number"]', "[" * 100_000),
        json.dumps(WRITTEN),
        json.dumps([list(WRITTEN.items())]),
        *(json.dumps([WRITTEN, {k: v for k, v in WRITTEN.items() if k != name}]) for name in WRITTEN),
        *(json.dumps([WRITTEN | {name: wrong}]) for name in WRITTEN for wrong in (None, 1, ["+14155550112"])),
        json.dumps([WRITTEN | {"note": "more"}]),
        *(json.dumps([WRITTEN | {"kind": kind}]) for kind in ("", "NUMBER", "account", "fax")),
        *(json.dumps([WRITTEN | {"what": what}]) for what in (" +14155550112", "+14155550112\n", "14155550112")),
        *(
            json.dumps([WRITTEN | {"what": what}])
            for what in ("", "+1 415 555 0112", "+1415555\u0660\u0661\u0661\u0662")
        ),
        *(json.dumps([WRITTEN | {"kind": "account", "what": what}]) for what in ("AC1", f" AC{1:032x}")),
        *(json.dumps([WRITTEN | {"kind": "name", "what": what}]) for what in ("", " ", "*", "* *", " hot*", "hot* ")),
        # Two lines that ran together when somebody put the file right by hand.
        json.dumps([WRITTEN])[:-2] + ", " + json.dumps(WRITTEN | {"what": "+14155550113"})[1:] + "]",
    ],
)
def test_a_line_that_would_cover_nothing_makes_the_file_unreadable(protection, text):
    """What somebody meant to protect and miswrote is not open to be released: nothing is, until it is put right."""
    protection.file.write_text(text, encoding="utf-8")

    with pytest.raises(ProtectionUnreadable):
        protection.read()
    assert covers_everything(protection.find(called("anything"), SHOP))
    find, notes = protection.finder()
    assert covers_everything(find(called("anything"), SHOP))
    assert notes == {}


def test_what_is_not_text_protects_everything(protection):
    """As after another program saved it in its own writing."""
    protection.file.write_bytes(b'[{"why": "B\xfcro"}]')

    assert protection.find(called("anything"), SHOP).details["problem"] == "it is not UTF-8 text"


def test_the_sentence_names_the_line_to_put_right(protection, snapshot):
    """The operator opens the file once, and finds it."""
    protection.file.write_text(json.dumps([WRITTEN, WRITTEN | {"what": "4155550112"}]))

    with pytest.raises(ProtectionUnreadable) as refused:
        protection.read()
    assert str(refused.value).replace(str(protection.file.parent), "live") == snapshot


def test_what_an_earlier_version_protected_is_taken_over(protection, journal, clock):
    """It holds before and after, and may be unprotected then; the file is set aside, and never removed."""
    old = Protected(Kind.NAME, "hotline", "", "bob@desk", "2026-01-02")
    protection.file.write_text(written := json.dumps([WRITTEN, {**WRITTEN, "kind": "name", "what": "hotline"}]))
    protection.take_over()

    assert [line.what for line in protection.read()] == [HOTLINE.what, old.what]
    assert not protection.file.exists()
    assert aside(protection).read_text() == written
    protection.unprotect(HOTLINE, typed=HOTLINE.what, by="bob@desk")
    assert [line.what for line in Protection(protection.file, journal.notes, clock).read()] == [old.what]


def test_a_file_that_an_earlier_version_wrote_again_counts_and_is_taken_over_as_well(protection):
    """The first file that was set aside stays; what is protected twice is listed once."""
    protection.file.write_text(json.dumps([WRITTEN]))
    protection.take_over()
    again = WRITTEN | {"what": "+14155550113", "who": "bob@desk"}
    protection.file.write_text(json.dumps([WRITTEN | {"why": "another one"}, again]))

    assert [line.what for line in protection.read()] == [HOTLINE.what, again["what"]]
    protection.take_over()
    assert [line.what for line in protection.read()] == [HOTLINE.what, again["what"]]
    assert protection.read()[0] == HOTLINE
    assert {path.name for path in protection.file.parent.glob("*.taken-over*")} == {
        *("protected.json.taken-over", "protected.json.taken-over-2")
    }


def test_what_is_in_the_file_is_taken_over_before_it_is_unprotected(protection):
    """Else it would be told as unprotected, and hold on."""
    protection.file.write_text(json.dumps([WRITTEN]))
    protection.unprotect(HOTLINE, typed=HOTLINE.what, by="bob@desk")

    assert protection.read() == ()
    assert json.loads(aside(protection).read_text()) == [WRITTEN]


def test_nothing_is_overlooked_while_another_window_takes_over(protection, journal, clock, monkeypatch):
    """Whoever reads in between finds the protection in the file or in the database, and never in neither."""
    protection.file.write_text(json.dumps([WRITTEN]))
    read = journal.notes.protections

    def read_then_taken_over():
        lines = read()
        monkeypatch.undo()
        Protection(protection.file, journal.notes, clock).take_over()
        return lines

    monkeypatch.setattr(journal.notes, "protections", read_then_taken_over)
    assert protection.read() == (HOTLINE,)
    assert not protection.file.exists()


DIES = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from helpers.decisions.protection import Protection
from helpers.journal.journal import Journal, journal_file
journal = Journal(journal_file(Path(sys.argv[2])))
protection = Protection(Path(sys.argv[1]), journal.notes, lambda: datetime.now(UTC))
"""


@pytest.mark.parametrize(
    ("killed", "kept"),
    [
        ("protection._notes.protect = lambda lines, at: os._exit(9)", []),
        ("Path.rename = lambda *_: os._exit(9)", [HOTLINE.what]),
    ],
    ids=["before the database", "before the file is set aside"],
)
def test_a_take_over_that_was_killed_loses_nothing(protection, journal, tmp_path, killed, kept):
    """The file counts until all of it is in the database; the next take-over ends it, and keeps nobody waiting."""
    protection.file.write_text(json.dumps([WRITTEN]))
    dies = f"{DIES}{killed}\nprotection.take_over()"
    died = subprocess.run([sys.executable, "-c", dies, protection.file, tmp_path / "journal.db"], check=False)

    assert died.returncode == 9
    assert [line["what"] for line in journal.notes.protections()] == kept
    assert protection.read() == (HOTLINE,)
    protection.take_over()
    assert (protection.read(), protection.file.exists()) == ((HOTLINE,), False)
    assert len(journal.notes.protections()) == 1


def test_a_take_over_waits_for_an_earlier_version_that_is_writing(protection, monkeypatch, snapshot):
    """Where that takes too long, it is said, and the file counts on."""
    protection.file.write_text(json.dumps([WRITTEN]))
    monkeypatch.setattr("helpers.decisions.protection_file._PATIENCE", 0)
    with closing(sqlite3.connect(f"{protection.file}.lock", isolation_level=None)) as earlier:
        earlier.execute("BEGIN IMMEDIATE")
        with pytest.raises(ProtectionRefused) as refused:
            protection.take_over()
    assert as_read(str(refused.value)) == snapshot
    assert (protection.read(), protection.file.exists()) == ((HOTLINE,), True)


def test_a_file_that_cannot_be_set_aside_counts_on(protection, monkeypatch, snapshot):
    """And what was tried is told."""
    protection.file.write_text(json.dumps([WRITTEN]))

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.rename", refuse)
    with pytest.raises(ProtectionRefused) as refused:
        protection.unprotect(HOTLINE, typed=HOTLINE.what, by="bob@desk")
    assert as_read(str(refused.value)) == snapshot
    assert protection.read() == (HOTLINE,)


def test_a_database_that_cannot_be_written_leaves_the_file_as_it_is(protection, journal):
    """A newer version writes the journal: the file counts on, and everything else that is protected as well."""
    protection.protect(Protected(Kind.NAME, "hotline", "", "bob@desk", "2026-01-02"))
    protection.file.write_text(json.dumps([WRITTEN]))
    journal.database.write(lambda connection: connection.exec_driver_sql(f"PRAGMA user_version = {FORMAT + 1}"))

    with pytest.raises(JournalTooNew):
        protection.take_over()
    assert [line.what for line in protection.read()] == ["hotline", HOTLINE.what]


def test_a_folder_in_the_files_place_is_refused(protection):
    """It can be neither read nor replaced."""
    protection.file.mkdir()

    with pytest.raises(ProtectionUnreadable):
        protection.protect(HOTLINE)
    assert protection.file.is_dir()
