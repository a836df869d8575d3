# ruff: noqa: F401, F811  # a fixture is imported, and asked for by an argument of its name
"""What is protected is not released, and stays protected until somebody types it back."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from helpers.errors import NotReleasable, ProtectionRefused, ProtectionUnreadable
from helpers.protection import Kind, Protected, Protection
from helpers.records import Account, Number
from helpers.release import release
from tests.panel_tools import choose, desk, loud, named

HOTLINE = Protected(Kind.NUMBER, "+14155550112", "printed on every van", "ann@desk", "2026-03-02")
#: The same as a line of the file.
WRITTEN = {
    "kind": "number",
    "what": "+14155550112",
    "why": "printed on every van",
    "who": "ann@desk",
    "since": "2026-03-02",
}
SHOP = Account(f"AC{1:032x}", "Shop", "active", "Full", f"AC{1:032x}")


def called(name):
    return Number(f"PN{1:032x}", SHOP.sid, "+14155550112", name, {})


@pytest.fixture
def protection(tmp_path):
    return Protection(tmp_path / "protected.json")


def test_nothing_is_protected_before_there_is_a_file(protection, quiet):
    """And nothing is written by looking."""
    assert protection.all() == ()
    assert not protection._file.exists()


@pytest.mark.parametrize(
    ("kind", "what"),
    [(Kind.NUMBER, "+14155550112"), (Kind.ACCOUNT, None), (Kind.NAME, "old hot*"), (Kind.NAME, "ACME SUPPORT")],
)
def test_a_number_is_protected_by_itself_its_account_or_a_name(operator, quiet, protection, kind, what):
    """Whichever of them is named, it is not released, and the sentence says who said so."""
    protection.protect(Protected(kind, what or quiet.account_sid, "", "ann@desk", "2026-03-02"))
    confirmation = operator.confirm(quiet)

    with pytest.raises(NotReleasable, match=r"is protected: .*ann@desk"):
        release(confirmation, **{**operator.with_all_for_release, "protected": protection.of})
    assert operator.writes() == []


def test_what_is_not_named_is_not_protected(operator, protection):
    """A pattern covers whole names, not parts of them."""
    protection.protect(Protected(Kind.NAME, "hotline", "", "ann@desk", "2026-03-02"))
    number = operator.number("Old hotline")

    assert protection.of(number, operator.decide(number).account) is None


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("[VIP] Hotline", "[VIP] Hotline"),
        ("[vip]*", "[VIP] Hotline"),
        ("Who calls?", "WHO CALLS?"),
        ("*.de (a|b)+*", "www.shop.de (a|b)+ 24h"),
        ("Große*", "GROSSE Hotline"),
        ("*hot*line*", "old hot old line"),
        ("a*a", "aa"),
        ("*line", "first\nline"),
    ],
)
def test_a_pattern_means_every_sign_as_it_stands_but_the_star(protection, pattern, name):
    """A name with brackets or a question mark is protected by writing it down."""
    protection.protect(Protected(Kind.NAME, pattern, "", "ann@desk", "2026-03-02"))

    assert "is protected" in protection.of(called(name), SHOP)


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("[VIP]", "V"),
        ("Line ?", "Line 1"),
        ("a.b", "axb"),
        ("hot*", "old hotline"),
        ("*hot", "old hotline"),
        ("a*a", "a"),
        ("*ab*ab", "1ab"),
    ],
)
def test_a_pattern_covers_whole_names_and_no_others(protection, pattern, name):
    """What looks like a class, a single sign or a dot for anything is none."""
    protection.protect(Protected(Kind.NAME, pattern, "", "ann@desk", "2026-03-02"))

    assert protection.of(called(name), SHOP) is None


def test_a_pattern_with_many_stars_is_answered_at_once(protection):
    """Whoever writes one does not stop the notebook: this would take for ever, sign by sign."""
    protection.protect(Protected(Kind.NAME, "*a" * 30 + "*b", "", "ann@desk", "2026-03-02"))

    assert protection.of(called("a" * 64), SHOP) is None


def test_a_file_that_cannot_be_read_protects_everything(operator, quiet, protection):
    """What could not be looked up is not permission."""
    protection._file.write_text("{")
    account = operator.decide(quiet).account

    assert "so nothing can be released" in protection.of(quiet, account)
    with pytest.raises(ProtectionUnreadable):
        protection.protect(HOTLINE)
    assert protection._file.read_text() == "{"


def test_the_file_is_read_as_it_was_written(protection):
    """The line that the next test spoils is a good one."""
    protection._file.write_text(json.dumps([WRITTEN]))

    assert protection.all() == (HOTLINE,)


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
    protection._file.write_text(text, encoding="utf-8")

    with pytest.raises(ProtectionUnreadable, match="so nothing can be released"):
        protection.all()
    assert "so nothing can be released" in protection.of(called("anything"), SHOP)
    assert "so nothing can be released" in protection.reader()(called("anything"), SHOP)


def test_what_is_not_text_protects_everything(protection):
    """As after another program saved it in its own writing."""
    protection._file.write_bytes(b'[{"why": "B\xfcro"}]')

    assert "it is not UTF-8 text" in protection.of(called("anything"), SHOP)


def test_the_sentence_names_the_line_to_put_right(protection):
    """The operator opens the file once, and finds it."""
    protection._file.write_text(json.dumps([WRITTEN, WRITTEN | {"what": "4155550112"}]))

    with pytest.raises(ProtectionUnreadable, match=r"protection 2 is of the kind number, and not written like \+1415"):
        protection.all()


def test_nothing_is_lost_when_many_protect_at_once(protection):
    """Whoever was told that it is protected can rely on it, whatever other notebooks wrote meanwhile."""
    lines = [Protected(Kind.NUMBER, f"+1415555{n:04}", "", "ann@desk", "2026-03-02") for n in range(100, 180)]
    with ThreadPoolExecutor(16) as people:
        for done in [people.submit(Protection(protection._file).protect, line) for line in lines]:
            done.result()

    assert sorted(protection.all(), key=lambda line: line.what) == lines
    assert {path.name for path in protection._file.parent.glob("*protected.json*")} == {
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

    assert sorted(protection.all(), key=lambda line: line.what) == new


def test_a_notebook_that_died_while_writing_keeps_nobody_waiting(protection, monkeypatch):
    """Its lock goes with it; what it had not finished does not stand in the file."""
    protection.protect(HOTLINE)
    dies = (
        "import os, sys; from pathlib import Path; from helpers.protection import *\n"
        "protection = Protection(Path(sys.argv[1]))\n"
        "protection._write = lambda lines: os._exit(9)\n"
        "protection.protect(Protected(Kind.NUMBER, '+14155550113', '', 'bob@desk', '2026-03-02'))"
    )
    died = subprocess.run([sys.executable, "-c", dies, str(protection._file)], check=False)
    monkeypatch.setattr("helpers.protection._PATIENCE", 0)

    assert died.returncode == 9
    protection.unprotect(HOTLINE, typed=HOTLINE.what)
    assert protection.all() == ()


def test_a_file_that_cannot_be_written_stays_as_it_was(protection):
    """And what was tried is told, with nothing left lying about."""
    protection._file.mkdir()

    with pytest.raises(ProtectionUnreadable):
        protection.protect(HOTLINE)
    with pytest.raises(ProtectionUnreadable, match=r"cannot be written.*Nothing was changed"):
        protection._write((HOTLINE,))
    assert list(protection._file.parent.glob(".protected.json*")) == []


@pytest.mark.parametrize(
    ("kind", "what"),
    [
        *((Kind.NUMBER, what) for what in ("", " +14155550112", "4155550112", "+0155550112")),
        *((Kind.ACCOUNT, what) for what in ("AC1", f"AC{1:032x} ", f"PN{1:032x}")),
        *((Kind.NAME, what) for what in (" hotline", "hotline ", "* *")),
    ],
)
def test_what_would_cover_nothing_is_not_written(protection, kind, what):
    """It would look like a protection in the list, and be none."""
    with pytest.raises(ProtectionRefused, match="Nothing was protected"):
        protection.protect(Protected(kind, what, "", "ann@desk", "2026-03-02"))
    assert protection.all() == ()


@pytest.mark.parametrize("typed", ["", "4155550112", "+14155550113"])
def test_a_protection_is_taken_away_by_typing_it_back(protection, typed):
    """To the letter; else it stays."""
    protection.protect(HOTLINE)
    with pytest.raises(ProtectionRefused):
        protection.unprotect(HOTLINE, typed=typed)
    assert protection.all() == (HOTLINE,)

    protection.unprotect(HOTLINE, typed="+14155550112")
    assert protection.all() == ()


@pytest.mark.parametrize("what", ["", " ", "*", " ** "])
def test_a_pattern_that_means_everything_is_refused(protection, what):
    """It would be no protection but a standstill, and nobody means it."""
    with pytest.raises(ProtectionRefused):
        protection.protect(Protected(Kind.NAME, what, "", "ann@desk", "2026-03-02"))
    assert protection.all() == ()


def test_the_same_thing_is_protected_once(protection):
    """The first reason stands."""
    protection.protect(HOTLINE)
    with pytest.raises(ProtectionRefused, match="already"):
        protection.protect(HOTLINE)


def test_the_panel_protects_and_the_release_panel_blocks(desk, loud, practice):
    """Protected in one panel, the button of the other sleeps and says why; unprotected, it wakes."""
    panel = desk.protection_panel()
    panel.what.value = "+14155550112"
    panel.protect.click()
    assert panel.said == "+14155550112 is protected."

    releasing, number = desk.release_panel(), named(desk, "Old hotline")
    choose(releasing, number)
    releasing.typed.value = number.phone_number
    assert releasing.confirm.disabled
    assert "is protected" in releasing.said

    panel.chosen.value = panel.chosen.options[1][1]
    panel.typed.value = "+14155550112"
    panel.unprotect.click()
    panel.unprotect.click()
    assert panel.said == "+14155550112 is not protected any more."
    choose(releasing, number)
    releasing.subaccount.value = None
    choose(releasing, number)
    releasing.typed.value = number.phone_number
    assert not releasing.confirm.disabled


@pytest.mark.parametrize("what", ["4155550112", "AC1", "the hotline"])
def test_the_panel_guesses_nothing(desk, loud, what):
    """What is not written as a number is not taken for one."""
    panel = desk.protection_panel()
    panel.what.value = what
    panel.protect.click()

    assert panel.said.startswith("Nothing was protected")


def test_the_panel_shows_a_text_of_the_file_as_text(desk, loud):
    """Whatever somebody wrote into it by hand, the page does not run it."""
    file = desk.protection_panel()._protection._file
    file.write_text(json.dumps([dict.fromkeys(WRITTEN, "<b>x</b>") | {"kind": "name"}]))

    shown = desk.protection_panel().listed.value
    assert "<b>x" not in shown
    assert shown.count("&lt;b&gt;x") == 4
