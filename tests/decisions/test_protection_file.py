"""No protection is lost or half read: what cannot be read protects everything, whoever else writes at the time."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from helpers.core.errors import ProtectionRefused, ProtectionUnreadable
from helpers.core.reasons import Cause
from helpers.decisions.protection import Kind, Protected, Protection
from tests.support.golden import as_read
from tests.support.protection_tools import HOTLINE, SHOP, WRITTEN, called


def covers_everything(found):
    """Tell whether a protection is that of an unreadable file: it names no line, and no number is free of it."""
    return found.code is Cause.PROTECTED and set(found.details) == {"file", "problem"}


def test_nothing_is_protected_before_there_is_a_file(protection, quiet):
    """And nothing is written by looking."""
    assert protection.read() == ()
    assert not protection.file.exists()


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
    assert covers_everything(protection.finder()(called("anything"), SHOP))


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


def test_nothing_is_lost_when_many_protect_at_once(protection):
    """Whoever was told that it is protected can rely on it, whatever other notebooks wrote meanwhile."""
    lines = [Protected(Kind.NUMBER, f"+1415555{n:04}", "", "ann@desk", "2026-03-02") for n in range(100, 180)]
    with ThreadPoolExecutor(16) as people:
        for done in [people.submit(Protection(protection.file).protect, line) for line in lines]:
            done.result()

    assert sorted(protection.read(), key=lambda line: line.what) == lines
    assert {path.name for path in protection.file.parent.glob("*protected.json*")} == {
        *("protected.json", "protected.json.lock")
    }


def test_nothing_is_lost_when_some_protect_and_others_unprotect(protection):
    """Taking one away does not bring back or lose another."""
    old = [Protected(Kind.NUMBER, f"+1415555{n:04}", "", "ann@desk", "2026-03-02") for n in range(100, 120)]
    new = [Protected(Kind.NUMBER, f"+1415555{n:04}", "", "bob@desk", "2026-03-02") for n in range(120, 140)]
    for line in old:
        protection.protect(line)
    with ThreadPoolExecutor(8) as people:
        away = [people.submit(protection.unprotect, line, typed=line.what) for line in old]
        for done in [*away, *(people.submit(protection.protect, line) for line in new)]:
            done.result()

    assert sorted(protection.read(), key=lambda line: line.what) == new


def test_a_notebook_that_died_while_writing_keeps_nobody_waiting(protection, monkeypatch):
    """Its lock goes with it; what it had not finished does not stand in the file."""
    protection.protect(HOTLINE)
    dies = (
        "import os, sys; from pathlib import Path; from helpers.decisions.protection import *\n"
        "protection = Protection(Path(sys.argv[1]))\n"
        "protection._write = lambda lines: os._exit(9)\n"
        "protection.protect(Protected(Kind.NUMBER, '+14155550113', '', 'bob@desk', '2026-03-02'))"
    )
    died = subprocess.run([sys.executable, "-c", dies, str(protection.file)], check=False)
    monkeypatch.setattr("helpers.decisions.protection._PATIENCE", 0)

    assert died.returncode == 9
    protection.unprotect(HOTLINE, typed=HOTLINE.what)
    assert protection.read() == ()


def test_a_file_that_cannot_be_written_stays_as_it_was(tmp_path, snapshot):
    """And what was tried is told, with nothing left lying about."""
    # There is room for this name in a folder, and none for the longer one of the new file beside it.
    protection = Protection(tmp_path / ("p" * 240))
    protection.file.write_text(json.dumps([WRITTEN]))

    with pytest.raises(ProtectionRefused) as refused:
        protection.unprotect(HOTLINE, typed=HOTLINE.what)
    assert as_read(str(refused.value)) == snapshot
    assert protection.read() == (HOTLINE,)
    assert {path.suffix for path in tmp_path.iterdir()} == {"", ".lock"}


def test_a_folder_in_the_files_place_is_refused(protection):
    """It can be neither read nor replaced."""
    protection.file.mkdir()

    with pytest.raises(ProtectionUnreadable):
        protection.protect(HOTLINE)
    assert protection.file.is_dir()
