"""The one look: it says where it is in words, shows every text as text, and takes its colours from the theme."""

import html
import re
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from helpers.core.records import Account
from helpers.panels import shared
from helpers.panels.shared.html import BannerFacts, Note, banner, escape, local, message, moment, phone, plain
from tests.support.golden import as_read
from tests.support.panel_tools import release_it

ACME = Account("AC1", "Acme", "active", "Full", "AC1")
STYLE = Path(shared.__file__).with_name("style.css").read_text()


def _banner(**otherwise):
    usual = {"live": False, "account": ACME, "subaccounts": 7, "notes": ("Main account, by auth token.",)}
    return BannerFacts(**{**usual, "open_entries": 0, **otherwise})


def _words(shown):
    without_style = re.sub(r"<style>.*?</style>", "", shown, flags=re.DOTALL)
    return re.sub(r"<[^>]+>", "", without_style)


def test_practice_is_said_first_of_all(snapshot):
    """In words, before the account."""
    said = _words(banner(_banner()))

    assert as_read(said) == snapshot
    assert "LIVE" not in said


def test_live_is_said_first_of_all():
    """It cannot be mistaken for practice, even without colours."""
    said = _words(banner(_banner(live=True)))

    assert said.startswith("LIVE LIVE.")
    assert "real" not in said
    assert "ractice" not in said


@pytest.mark.parametrize(
    ("open_entries", "said"),
    [(1, "1 journal entry is still open"), (3, "3 journal entries are still open")],
)
def test_open_entries_are_said_and_point_to_the_journal(open_entries, said):
    """Every notebook says that something waits to be settled, and where."""
    shown = banner(_banner(open_entries=open_entries))

    assert said in _words(shown)
    assert 'href="05_journal.ipynb"' in shown


def test_nothing_open_is_not_mentioned():
    """A banner without open entries does not speak of any."""
    assert "still open" not in banner(_banner())


def test_who_lost_sight_of_an_act_is_told_the_last_one(desk, clock):
    """The page was reloaded in the middle: the box says what became of it, and until when it can be taken back."""
    assert "Last in the journal" not in _words(desk._repr_html_())
    number = release_it(desk, "Landing page test 1")
    box = _words(desk._repr_html_())

    assert as_read(box.partition("Last in the journal at ")[2]) == (
        f"09:30 UTC: {number.phone_number} released, 2 March 2026, 09:30 UTC, by pat@desk. "
        "It could be taken back until 12 March 2026, 00:00 UTC."
    )

    clock.advance(days=11)
    assert "taken back" not in _words(desk._repr_html_())


def test_an_account_that_sees_no_subaccounts_counts_none():
    """Not being able to look is not "0 subaccounts"."""
    assert "subaccount" not in _words(banner(_banner(subaccounts=None)))


def test_a_hostile_account_name_is_text():
    """In the banner as everywhere."""
    hostile = "<img src=x onerror=alert(1)>"
    shown = banner(_banner(account=Account("AC1", hostile, "active", "Full", "AC1")))

    assert "<img" not in shown
    assert html.escape(hostile) in shown


def test_a_note_shows_itself_as_text_and_as_html():
    """As HTML in a notebook, as its sentence anywhere else."""
    sentence = "49 of 51 accounts read: <Acme> was not."
    note = Note(sentence)

    assert repr(note) == sentence
    assert html.escape(sentence) in note._repr_html_()


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://ann:secret@acme.example/ivr", "https://acme.example/ivr"),
        ("https://ann@acme.example", "https://acme.example"),
        ("https://ann:sec@ret@acme.example/", "https://acme.example/"),
        ("calls (was https://ann:secret@acme.example/ivr, is empty)", "calls (was https://acme.example/ivr, is empty)"),
        ("https://acme.example/mail/ann@acme.example?to=a@b", "https://acme.example/mail/ann@acme.example?to=a@b"),
    ],
)
def test_a_web_address_is_shown_without_its_password(address, shown):
    """Wherever in a text it stands; an @ further back is not one."""
    assert plain(address) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("two\nlines\tand more", "two lines and more"),
        ("+1415\u202e5550", "+14155550"),
        ("half a \ud83d sign", "half a  sign"),
        ("family 👩\u200d👧", "family 👩\u200d👧"),
    ],
)
def test_signs_that_disguise_a_text_are_left_out(text, shown):
    """Line breaks, marks that reverse the direction of writing, halves of signs; but no emoji is taken apart."""
    assert plain(text) == shown


def test_every_sign_that_html_knows_is_escaped():
    """Also inside an attribute."""
    assert escape("""<"'>&""") == "&lt;&quot;&#x27;&gt;&amp;"


@pytest.mark.parametrize(("kind", "role"), [("bad", "alert"), ("warning", "alert"), ("good", "status")])
def test_a_screen_reader_is_told(kind, role):
    """What went wrong interrupts; what went well does not."""
    assert f'role="{role}"' in message("It did.", kind)


def test_every_rule_stays_below_the_kits_own_class():
    """Showing a panel changes nothing else on the page, but how the tables of its own notebook are set."""
    rules = re.sub(r"/\*.*?\*/|@keyframes[^}]+}\s*}|@media[^{]+{", "", STYLE, flags=re.DOTALL)
    selectors = [each for heads in re.findall(r"([^{}]+){", rules) for each in heads.split(",")]

    assert [each.strip() for each in selectors if ".desk" not in each] == []


def test_colours_come_from_the_theme():
    """Only a variable's fallback, white letters, and the two grounds that carry them are written as colours."""
    without_fallbacks = re.sub(r"var\([^()]*\)|url\([^)]*\)", "", STYLE)
    colours = set(re.findall(r"#[0-9a-fA-F]{3,8}\b", without_fallbacks))

    assert colours == {"#fff", "#c62828", "#1565c0"}


def test_a_panel_without_a_kernel_says_so(snapshot):
    """A stopped kernel leaves a panel that looks alive: ipywidgets marks it, and the style speaks."""
    (rule,) = re.findall(r"\.desk\.jupyter-widgets-disconnected::before \{[^}]*\}", STYLE)

    assert re.findall(r'content: "([^"]*)"', rule) == snapshot


@pytest.fixture
def zone(monkeypatch):
    """Move this machine into another zone."""

    def moved(name):
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield moved
    monkeypatch.undo()
    time.tzset()


LATE, LATE_IN_UTC = datetime(2026, 12, 4, 23, 30, 15, tzinfo=UTC), "4 December 2026, 23:30 UTC"


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("Europe/Paris", "5 December 2026, 00:30 CET"),
        ("America/Los_Angeles", "4 December 2026, 15:30 PST"),
        ("America/Sao_Paulo", "4 December 2026, 20:30 UTC-03"),
    ],
)
def test_a_moment_is_in_the_operators_zone_with_utc_at_hand(zone, where, said):
    """The day too is the operator's; what UTC has stands where the mouse rests, and for programs."""
    zone(where)

    assert local(LATE) == said
    assert f">{said}</time>" in moment(LATE)
    assert re.findall(r'title="(.*?)"', moment(LATE)) == [LATE_IN_UTC]
    assert 'datetime="2026-12-04T23:30:15+00:00"' in moment(LATE)


def test_where_the_zone_is_utc_it_is_said_once(zone):
    """Nothing is explained by itself."""
    zone("UTC")

    assert moment(LATE).count("UTC") == 1
    assert ">23:30:15 UTC</time>" in moment(LATE, shown="%H:%M:%S", with_day=False)


def test_a_number_is_shown_as_typed_and_as_its_country_writes_it(snapshot):
    """With the country, because +1 is many; one that no plan knows is shown as it came."""
    assert as_read(_words(phone("+14155550112"))) == snapshot
    assert as_read(_words(phone("+442079460123"))) == snapshot
    assert _words(phone("<b>")) == "&lt;b&gt;"
