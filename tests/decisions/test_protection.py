"""What is protected is not released, and stays protected until somebody types it back."""

import json

import pytest

from helpers.core.errors import NotReleasable, ProtectionRefused
from helpers.core.reasons import Cause
from helpers.decisions.protected import Kind, Protected
from tests.support.golden import as_read
from tests.support.panel_tools import choose, named
from tests.support.protection_tools import HOTLINE, SHOP, WRITTEN, called


@pytest.mark.parametrize(
    ("kind", "what"),
    [(Kind.NUMBER, "+14155550112"), (Kind.ACCOUNT, None), (Kind.NAME, "old hot*"), (Kind.NAME, "ACME SUPPORT")],
)
def test_a_number_is_protected_by_itself_its_account_or_a_name(operator, quiet, protection, kind, what, snapshot):
    """Whichever of them is named, it is not released, and the sentence says who said so."""
    protection.protect(Protected(kind, what or quiet.account_sid, "", "ann@desk", "2026-03-02"))
    confirmation = operator.confirm(quiet)

    with pytest.raises(NotReleasable) as refused:
        operator.press(confirmation)
    assert as_read(str(refused.value)) == snapshot
    assert operator.writes() == []


def test_a_protection_is_typed_back_however_a_keyboard_writes_its_accents(protection):
    """Two texts that nobody can tell apart are one."""
    protection.protect(Protected(Kind.NAME, "Zu\u0308rich*", "", "ann@desk", "2026-03-02"))
    (line,) = protection.read()
    protection.unprotect(line, typed="Zürich*", by="bob@desk")

    assert protection.read() == ()


@pytest.mark.parametrize(("what", "covered"), [("hotline", True), ("Hot*", False), ("hot line", False)])
def test_a_part_of_a_name_is_enough_and_a_pattern_is_whole_names(operator, protection, what, covered):
    """Whoever writes "hotline" means every one of them; with a star in it, what is left out is meant to be left out."""
    protection.protect(Protected(Kind.NAME, what, "", "ann@desk", "2026-03-02"))
    number = operator.number("Old hotline")

    assert (protection.find(number, operator.decide(number).account) is not None) is covered


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
        ("Zürich*", "Zu\u0308rich hotline"),
        ("ZU\u0308RICH*", "Zürich hotline"),
    ],
)
def test_a_pattern_means_every_sign_as_it_stands_but_the_star(protection, pattern, name):
    """A name with brackets or a question mark is protected by writing it down."""
    protection.protect(Protected(Kind.NAME, pattern, "", "ann@desk", "2026-03-02"))

    assert protection.find(called(name), SHOP).code is Cause.PROTECTED


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

    assert protection.find(called(name), SHOP) is None


def test_a_pattern_with_many_stars_is_answered_at_once(protection):
    """Whoever writes one does not stop the notebook: this would take for ever, sign by sign."""
    protection.protect(Protected(Kind.NAME, "*a" * 30 + "*b", "", "ann@desk", "2026-03-02"))

    assert protection.find(called("a" * 64), SHOP) is None


@pytest.mark.parametrize(
    ("kind", "what"),
    [
        *((Kind.NUMBER, what) for what in ("", " +14155550112", "4155550112", "+0155550112")),
        *((Kind.ACCOUNT, what) for what in ("AC1", f"AC{1:032x} ", f"PN{1:032x}")),
        *((Kind.NAME, what) for what in (" hotline", "hotline ", "* *")),
    ],
)
def test_what_would_cover_nothing_is_not_written(protection, kind, what, snapshot):
    """It would look like a protection in the list, and be none."""
    with pytest.raises(ProtectionRefused) as refused:
        protection.protect(Protected(kind, what, "", "ann@desk", "2026-03-02"))
    assert as_read(str(refused.value)) == snapshot
    assert protection.read() == ()


@pytest.mark.parametrize("typed", ["", "4155550112", "+14155550113"])
def test_a_protection_is_taken_away_by_typing_it_back(protection, typed):
    """To the letter; else it stays."""
    protection.protect(HOTLINE)
    with pytest.raises(ProtectionRefused):
        protection.unprotect(HOTLINE, typed=typed, by="bob@desk")
    assert protection.read() == (HOTLINE,)

    protection.unprotect(HOTLINE, typed="+14155550112", by="bob@desk")
    assert protection.read() == ()


@pytest.mark.parametrize("what", ["", " ", "*", " ** "])
def test_a_pattern_that_means_everything_is_refused(protection, what):
    """It would be no protection but a standstill, and nobody means it."""
    with pytest.raises(ProtectionRefused):
        protection.protect(Protected(Kind.NAME, what, "", "ann@desk", "2026-03-02"))
    assert protection.read() == ()


def test_the_same_thing_is_protected_once(protection):
    """The first reason stands."""
    protection.protect(HOTLINE)
    with pytest.raises(ProtectionRefused, match="already"):
        protection.protect(HOTLINE)


def test_the_panel_protects_and_the_release_panel_blocks(desk, loud, simulator, snapshot):
    """Protected in one panel, the button of the other sleeps and says why; unprotected, it wakes."""
    panel = desk.protection_panel()
    panel.what.value = "+14155550112"
    panel.protect.click()
    assert as_read(panel.said) == snapshot

    releasing, number = desk.release_panel(), named(desk, "Old hotline")
    choose(releasing, number)
    releasing.typed.value = number.phone_number
    assert releasing.confirm.disabled
    assert "is protected" in releasing.said

    panel.chosen.value = panel.chosen.options[1][1]
    panel.typed.value = "+14155550112"
    panel.unprotect.click()
    panel.unprotect.click()
    assert as_read(panel.said) == snapshot
    choose(releasing, number)
    releasing.subaccount.value = None
    choose(releasing, number)
    releasing.typed.value = number.phone_number
    assert not releasing.confirm.disabled


@pytest.mark.parametrize(
    ("kind", "what", "said"),
    [
        (Kind.NAME, "landing page", "landing page is protected: 3 numbers at this moment."),
        (Kind.NAME, "acme supp", "acme supp is protected: 10 numbers at this moment."),
        (Kind.NAME, "lnading", "lnading is protected, and covers no number at this moment."),
        (Kind.NUMBER, "+19998887777", "+19998887777 is protected, and covers no number at this moment."),
    ],
)
def test_the_panel_says_how_many_numbers_are_protected_now(desk, loud, kind, what, said):
    """None may be a slip of the keyboard, and nobody is to rely on it."""
    panel = desk.protection_panel()
    panel.kind.value, panel.what.value = kind, what
    panel.protect.click()

    assert panel.said.startswith(said)


@pytest.mark.parametrize("what", ["4155550112", "AC1", "the hotline"])
def test_the_panel_guesses_nothing(desk, loud, what, snapshot):
    """What is not written as a number is not taken for one."""
    panel = desk.protection_panel()
    panel.what.value = what
    panel.protect.click()

    assert as_read(panel.said) == snapshot


def test_the_panel_shows_a_text_of_the_file_as_text(desk, loud):
    """Whatever somebody wrote into it by hand, the page does not run it."""
    file = desk.session.protection.file
    file.write_text(json.dumps([dict.fromkeys(WRITTEN, "<b>x</b>") | {"kind": "name"}]))

    shown = desk.protection_panel().listed.value
    assert "<b>x" not in shown
    assert shown.count("&lt;b&gt;x") == 4
