"""The journal panel, played: what is open comes first and is settled by looking; what is closed can be read."""

import re
from datetime import UTC, datetime

import pytest

from helpers.core.errors import JournalBehind
from helpers.core.records import Account
from helpers.journal.entries import Entry, Row
from helpers.journal.journal import ACCEPTING, Journal, journal_file
from helpers.panels.journal import JournalPanel
from helpers.panels.shared.html import BannerFacts
from helpers.simulator import Fault
from tests.support.failures import cannot_read
from tests.support.golden import as_read
from tests.support.on_screen import beside, part, show_until_it_changes, shown
from tests.support.panel_tools import choose, deletes, desk_at, fields_in, named, release_it

pytestmark = pytest.mark.usefixtures("loud")

QUIET = "Landing page test 1"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def unsettled(desk, simulator):
    """A number of which nobody knows whether it was released: no answer came."""
    simulator.order(Fault.BROKEN_BEFORE, method="DELETE")
    played, number = desk.release_panel(), named(desk, QUIET)
    choose(played, number)
    played.typed.value = number.phone_number
    played.confirm.click()

    assert played.look_again.disabled is False
    return number


def test_nothing_open_is_said(desk, snapshot):
    """An empty journal says what it is for, one with a closed entry that nothing is open; neither has a button."""
    assert as_read(desk.journal_panel().state.value) == snapshot
    release_it(desk, QUIET)
    panel = desk.journal_panel()

    assert as_read(panel.state.value) == snapshot
    assert panel.buttons == {}


def test_showing_the_panel_asks_twilio_nothing(desk, unsettled, simulator):
    """It is read from the disk."""
    before = len(simulator.requests)
    desk.journal_panel()

    assert len(simulator.requests) == before


def test_an_open_entry_comes_first_with_its_story_and_a_countdown(desk, unsettled, journal, snapshot):
    """What happened so far, and from when on a check can conclude that nothing happened."""
    panel = desk.journal_panel()
    (button,) = panel.buttons.values()

    assert as_read(panel.state.value) == snapshot
    assert list(panel.buttons) == [journal.entries()[0].id]
    assert as_read(part(panel, "desk-number")) == snapshot
    assert as_read(beside(panel, button).value) == snapshot


def test_a_look_before_its_time_concludes_nothing(desk, unsettled, journal, snapshot):
    """The number is still there, but a late DELETE could still be carried out."""
    panel = desk.journal_panel()
    (button,) = panel.buttons.values()
    button.click()

    assert as_read(panel.said) == snapshot
    assert journal.entries()[0].open
    assert len(panel.buttons) == 1


def test_a_look_after_the_quarantine_settles_it(desk, unsettled, journal, simulator, clock, snapshot):
    """Two looks found it where it was: it is still ours, and no second DELETE was sent."""
    panel = desk.journal_panel()
    clock.advance(minutes=2)
    (button,) = panel.buttons.values()
    button.click()
    button.click()

    assert as_read(panel.said) == snapshot
    assert journal.entries()[0].state == "kept"
    assert panel.buttons == {}
    assert as_read(panel.state.value) == snapshot
    assert "✕ Still yours" in as_read(panel.closed.value)
    assert len(deletes(simulator)) == 1


def test_a_closed_entry_can_be_opened_and_read(desk, snapshot):
    """Each has its whole story behind it."""
    release_it(desk, QUIET)
    panel = desk.journal_panel()

    # What the line says is not said again below it.
    (entry,) = re.findall(r"<details.*?</details>", panel.closed.value)
    line = as_read(re.findall(r"<summary>(.*?)</summary>", entry)[0])
    for said in ("✓ Released", "Acme Marketing"):
        assert said in line
        assert as_read(entry).count(said) == 1
    assert as_read(panel.closed.value) == snapshot


def test_the_panel_is_read_again_on_demand(desk, journal, snapshot):
    """What another notebook did since is shown after a press."""
    panel = desk.journal_panel()
    release_it(desk, QUIET)

    assert panel.closed.value == ""

    panel.refresh.click()

    assert as_read(panel.closed.value) == snapshot


def test_the_countdown_follows_the_clock(desk, unsettled, clock, snapshot):
    """When the quarantine is over, it says so."""
    panel = desk.journal_panel()
    (button,) = panel.buttons.values()
    clock.advance(minutes=2)
    show_until_it_changes(panel, beside(panel, button))

    assert as_read(beside(panel, button).value) == snapshot


def test_who_released_a_number_when_and_why_is_one_search_away(desk, snapshot):
    """By any of its digits, its name, the account, the person or the reason; the line itself says it all."""
    number = release_it(desk, QUIET)
    release_it(desk, "Landing page test 2")
    panel = desk.journal_panel()
    lines = {}
    for text in (f"({number.phone_number[2:5]}) {number.phone_number[-4:]}", "PAGE TEST 1", "marketing", "nobody", " "):
        panel.search.value = text
        panel.refresh.click()
        lines[text] = re.findall(r"<summary>(.*?)</summary>", panel.closed.value)

    assert list(map(len, lines.values())) == [1, 1, 2, 0, 2]
    assert as_read(next(iter(lines.values()))[0]) == snapshot
    assert "No entry of this journal holds that." not in panel.closed.value


def test_closed_entries_stand_below_their_days(desk, clock):
    """The newest first; today is told from the days before."""
    release_it(desk, QUIET)
    clock.advance(days=1)
    release_it(desk, "Landing page test 2")
    panel = desk.journal_panel()
    heads = re.findall(r'<h4 class="desk-day">(.*?)</h4>(.*?)(?=<h4|$)', panel.closed.value, re.DOTALL)

    assert [head for head, _ in heads] == ["Today, 3 March 2026", "2 March 2026"]
    assert ["page test 2" in entries for _, entries in heads] == [True, False]
    assert [entries.count("<details") for _, entries in heads] == [1, 1]


def _entry(n, state):
    return Entry(str(n), "release", "AC1", f"PN{n}", f"+1415555{n:04d}", (Row(n, state, NOON, {}),))


def _panel(entries, settle=None):
    place = BannerFacts(
        live=True, account=Account("AC1", "Acme", "active", "Full", "AC1"), subaccounts=0, notes=(), open_entries=0
    )
    closed = [entry for entry in entries if not entry.open]
    return JournalPanel(
        place=lambda: place,
        open_entries=lambda: [entry for entry in entries if entry.open],
        closed_entries=lambda newest: (closed[-newest:], len(closed)),
        search=lambda text, newest: ([], False),
        settle=settle,
        behind=lambda: None,
        accept=print,
        clock=lambda: NOON,
    )


def test_a_long_journal_is_cut_and_says_so(snapshot):
    """The newest hundred are listed, and where the rest is."""
    panel = _panel([_entry(n, "kept") for n in range(100, 203)])

    assert re.findall(r'class="desk-hint">(.*?)<', panel.closed.value) == snapshot
    assert panel.closed.value.count("<details") == 100
    assert panel.closed.value.index("+14155550202") < panel.closed.value.index("+14155550103")


def test_a_look_that_failed_is_said(snapshot):
    """The sentence of the failure, and the entry stays open."""

    def settle(_):
        raise cannot_read("Twilio did not answer. Nothing was changed.")

    panel = _panel([_entry(100, "unknown")], settle)
    panel.buttons["100"].click()

    assert as_read(panel.said) == snapshot
    assert list(panel.buttons) == ["100"]


def test_every_field_has_a_label(desk, unsettled):
    """A button without words has no name for a screen reader."""
    assert [field for field in fields_in(desk.journal_panel()) if not field.description] == []


@pytest.fixture
def behind(simulator, quiet, clock, tmp_path):
    """A desk whose journal was taken away since it was here last."""
    file = tmp_path / "kept" / "journal.db"
    before = Journal(journal_file(file), witness=tmp_path / "elsewhere")
    before.append(before.confirm("one", quiet, at=clock()), "not_sent", at=clock())
    file.unlink()
    here = desk_at(simulator, Journal(journal_file(file), witness=tmp_path / "elsewhere"), clock)
    yield here
    here.session.gateway.transport.close()


def test_a_whole_journal_asks_for_no_sentence(desk):
    """Where nothing is missing there is nothing to accept."""
    panel = desk.journal_panel()

    assert panel.typed not in shown(panel)
    assert panel.accept.disabled


def test_a_shorter_journal_is_accepted_by_a_typed_sentence(behind, quiet, operator, snapshot):
    """Nothing can be released until then; the button sleeps until the sentence is there to the letter."""
    assert as_read(behind._repr_html_()) == snapshot
    panel = behind.journal_panel()
    assert panel.typed in shown(panel)
    with pytest.raises(JournalBehind):
        behind.acts.release(operator.confirm(quiet))
    assert operator.deletes() == []

    for typed, asleep in (("go on", True), (f" {ACCEPTING.upper()} ", True), (ACCEPTING, False)):
        panel.typed.value = typed
        assert panel.accept.disabled is asleep
    panel.accept.click()

    assert panel.typed not in shown(panel)
    assert [entry.state for entry in behind.entries()] == ["accepted"]
    assert behind.acts.release(operator.confirm(quiet)).entry.state == "released"
