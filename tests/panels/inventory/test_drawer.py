"""The details of a number: what is known of it, and where its buttons lead; nothing in them releases anything."""

import json
import re

import pytest

from helpers.core.records import Verdict
from helpers.decisions.verdict_words import VERDICTS
from helpers.panels.inventory.selection import read_selection
from helpers.simulator import Fault
from tests.support.golden import as_read
from tests.support.grid_tools import say
from tests.support.on_screen import is_seen
from tests.support.panel_tools import QUIET, choose, deletes, named, release_it, writes

pytestmark = pytest.mark.usefixtures("loud")


@pytest.fixture
def panel(desk):
    panel = desk.inventory_panel()
    panel.looking.button.click()
    return panel


@pytest.fixture
def opened(desk, panel):
    say(panel.grid, type="open", sid=named(desk, QUIET).sid)
    return panel


def test_a_row_opens_its_evidence_its_connections_and_its_history(opened, desk):
    """What the grid has no room for; the row is not ticked by it."""
    told = as_read(opened.drawer.details.value)

    assert is_seen(opened, opened.drawer)
    assert named(desk, QUIET).phone_number in told
    assert "Last 90 days" in told
    assert "none found" in told
    assert "This kit did nothing with it yet." in told
    assert "Not looked at by the kit" in told
    assert opened.selected == ()


def test_its_facts_are_one_list_a_side_the_most_important_first(opened):
    """Two lists of one side would have two columns of values."""
    lists = opened.drawer.details.value.split('<div class="desk-facts">')[1:]
    labels = [re.findall(r"<div>([^<]*)</div><div>", each) for each in lists]

    assert [each[:3] for each in labels] == [["Last used", "Calls", "Messages"], ["Account", "Account is", "Type"]]


def test_release_only_hands_over(opened, desk, simulator):
    """The other notebook offers the number first; it chooses nothing, and nothing is sent."""
    opened.drawer.ways.press("release")
    release = desk.release_panel()

    assert "offers" in opened.drawer.said
    assert release.number.options[1][1] == named(desk, QUIET).sid
    assert (release.number.value, release.typed.value, release.confirm.disabled) == (None, "", True)
    assert writes(simulator) == deletes(simulator) == []


@pytest.mark.parametrize(("chosen", "verdict", "days"), [("90", "Not used", 90), ("180", "In use", 180)])
def test_a_release_looks_back_as_far_as_the_inventory(desk, panel, chosen, verdict, days):
    """A number that was last called some hundred days ago is what its row says, on its card, too."""
    number = named(desk, "Voicemail night shift")
    panel.look_back.press(chosen)
    panel.looking.button.click()
    row = panel.shown.set_index("sid").loc[number.sid]
    release = desk.release_panel()
    choose(release, number)

    assert VERDICTS[Verdict(row["verdict"])] == verdict
    assert f"{verdict} " in as_read(release.card.value)
    assert f"in the last {days} days" in as_read(release.card.value)


def test_a_release_reads_more_than_a_short_look_back_and_says_so(desk, panel):
    """The row of thirty days and the card of ninety may differ, and each names its days."""
    number = named(desk, "Shop Miami")
    panel.look_back.press("30")
    panel.looking.button.click()
    say(panel.grid, type="open", sid=number.sid)
    panel.drawer.ways.press("release")
    release = desk.release_panel()
    choose(release, number)

    assert panel.drawer.said.endswith("It reads 90 days, as it never reads fewer, and not 30.")
    assert "in the last 90 days" in as_read(release.card.value)


def test_release_is_a_link_that_opens_and_runs_the_notebook(opened):
    """In JupyterLab beside this one; elsewhere in a new tab."""
    html = opened.drawer.ways.html

    assert 'href="02_release.ipynb"' in html
    assert 'data-commandlinker-command="number-kit:open"' in html
    assert json.loads(html.split('commandlinker-args="')[1].split('"')[0].replace("&quot;", '"')) == {
        "name": "02_release.ipynb"
    }


def test_add_to_plan_ticks_the_number(opened, desk):
    """A plan is made of the ticked numbers."""
    opened.drawer.ways.press("plan")

    assert opened.selected == (named(desk, QUIET).sid,)
    assert read_selection(desk._memory) == {named(desk, QUIET).sid}


def test_protect_asks_why_and_then_the_row_says_that_it_is_protected(opened, desk):
    """The first press opens the form, the second protects."""
    number, drawer = named(desk, QUIET), opened.drawer
    drawer.ways.press("protect")

    assert is_seen(opened, drawer.protect)
    assert desk.session.protection.read() == ()

    drawer.why.value = "printed on the van"
    drawer.protect.click()
    (line,) = desk.session.protection.read()

    assert (line.what, line.why, line.who) == (number.phone_number, "printed on the van", desk.session.who)
    assert "is protected" in drawer.said
    assert "printed on the van" in as_read(drawer.details.value)
    assert "protected" in str(opened.shown.set_index("sid").loc[number.sid, "blocked"]).lower()


def test_a_note_is_written_about_the_number_that_is_open(opened, desk):
    """The form has the number already, and what is noted stands in the details and in the grid."""
    drawer, number = opened.drawer, named(desk, QUIET)
    drawer.ways.press("note")
    drawer.note.owner.value = "Ann Otter"
    drawer.note.save.click()

    assert desk.session.protection.note(number.phone_number).owner == "Ann Otter"
    assert "Ann Otter" in as_read(drawer.details.value)
    assert opened.shown.set_index("sid").loc[number.sid, "owner"] == "Ann Otter"


def test_what_the_kit_did_with_it_is_told(desk, simulator):
    """A release whose answer was lost is still open, and the number is still listed."""
    simulator.order(Fault.BROKEN_BEFORE, method="DELETE")
    number, release = named(desk, QUIET), desk.release_panel()
    choose(release, number)
    release.typed.value = number.phone_number
    release.confirm.click()
    panel = desk.inventory_panel()
    say(panel.grid, type="open", sid=number.sid)
    told = as_read(panel.drawer.details.value)

    assert "This kit did nothing with it yet." not in told
    assert "05_journal.ipynb has every step." in told


def test_it_closes_and_goes_with_the_number(opened, desk):
    """A number that is gone has no details any more."""
    release_it(desk, QUIET)
    opened.look_back.press("30")

    assert not is_seen(opened, opened.drawer)

    say(opened.grid, type="open", sid=named(desk, "Training room").sid)
    assert is_seen(opened, opened.drawer)
    opened.drawer.ways.press("close")
    assert not is_seen(opened, opened.drawer)


def test_a_row_that_is_not_there_opens_nothing(panel):
    """What comes from the browser may be anything."""
    say(panel.grid, type="open", sid="PN<img>")

    assert not is_seen(panel, panel.drawer)
