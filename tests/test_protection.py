# ruff: noqa: F401, F811  # a fixture is imported, and asked for by an argument of its name
"""What is protected is not released, and stays protected until somebody types it back."""

import pytest

from helpers.errors import NotReleasable, ProtectionRefused, ProtectionUnreadable
from helpers.protection import Kind, Protected, Protection
from helpers.release import release
from tests.panel_tools import choose, desk, loud, named

HOTLINE = Protected(Kind.NUMBER, "+14155550112", "printed on every van", "ann@desk", "2026-03-02")


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


def test_a_file_that_cannot_be_read_protects_everything(operator, quiet, protection):
    """What could not be looked up is not permission."""
    protection._file.write_text("{")
    account = operator.decide(quiet).account

    assert "so nothing can be released" in protection.of(quiet, account)
    with pytest.raises(ProtectionUnreadable):
        protection.protect(HOTLINE)
    assert protection._file.read_text() == "{"


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
