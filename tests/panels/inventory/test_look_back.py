"""The look-back: everything that depends on the days follows the chosen ones, and claims no more."""

import asyncio

import pytest

from helpers.core.records import Verdict
from helpers.tables.frames import filter_by_verdict
from tests.support.failures import cannot_read
from tests.support.golden import as_read
from tests.support.grid_tools import ROWS, frame_of, panel_of
from tests.support.on_screen import beside, is_seen, part
from tests.support.panel_tools import QUIET, desk_at, named

pytestmark = pytest.mark.usefixtures("loud")


@pytest.fixture
def panel(desk):
    return desk.inventory_panel()


def heads(panel):
    return {column["key"]: column["label"] for column in panel.grid.columns}


def unused(frame):
    return filter_by_verdict(frame, Verdict.QUIET)["sid"].tolist()


def test_another_look_back_tells_only_of_what_was_checked_for_it(desk, panel, simulator):
    """Ninety days without use are not a hundred and eighty: until somebody checks, nothing is called unused."""
    panel.looking.button.click()
    asked = len(simulator.requests)
    panel.look_back.press("180")

    assert "Nobody has checked yet which of them are used. Checking reads the last 180 days." in part(
        panel, "desk-sentence"
    )
    assert "desk-part-quiet" not in panel.pictures.html
    assert unused(panel.shown) == []
    assert heads(panel)["verdict"] == "Last 180 days"
    assert panel.look_back.pressed == ["180"]
    assert not [each for each in simulator.requests[asked:] if "/Calls" in each["path"] or "/Messages" in each["path"]]


def test_everything_follows_the_chosen_look_back(desk, panel):
    """The sentence, the pictures, the rows, the first screen, tables, plans and files tell of the same days."""
    panel.look_back.press("180")
    panel.looking.button.click()
    found = unused(panel.shown)
    home = desk.home_panel()
    panel.exports["CSV"].click()
    (note,) = desk._exports.glob("*.txt")

    assert 0 < len(found) < 59
    assert f"{len(found)} of 59 numbers were not used for 180 days" in part(panel, "desk-sentence")
    assert f"Not used: {len(found)} numbers" in panel.pictures.html
    assert f"{len(found)} of 59 numbers were not used for 180 days" in as_read(home.answer.value)
    assert unused(desk.evidence()) == found
    assert set(desk.plans.quiet(account_sid=None, idle=180, wired=True)) == set(found)
    assert "The last 180 days of calls and messages were checked" in note.read_text()


@pytest.mark.parametrize(("chosen", "read"), [("180", 180), ("30", 90)])
def test_a_plan_reads_as_many_days_as_were_chosen_and_never_fewer_than_usual(desk, panel, chosen, read):
    """Not used for half a year is looked at for half a year; a short look-back makes no plan careless."""
    panel.look_back.press(chosen)
    plan, _ = desk.plans.make([named(desk, QUIET)])
    (item,) = plan.items

    assert (item.traffic.until - item.traffic.since).days == read


def test_each_look_back_keeps_what_was_found_for_it(panel):
    """Turning back costs no request to the logs, and shows what was known of those days."""
    panel.looking.button.click()
    ninety = unused(panel.shown)
    panel.look_back.press("180")
    panel.looking.button.click()
    longer = unused(panel.shown)
    panel.look_back.press("90")

    assert unused(panel.shown) == ninety
    assert set(longer) < set(ninety)
    assert heads(panel)["verdict"] == "Last 90 days"


def test_a_filter_beyond_what_was_checked_offers_to_look_further_and_one_press_does_it(panel):
    """Nobody learns that the filter found nothing and is left there."""
    panel.looking.button.click()
    panel.filters.idle.value = "150"

    assert len(panel.shown) == 0
    assert panel.look_further.description == "Check the last 180 days"
    assert is_seen(panel, panel.look_further)
    assert "Checked for 90 days only" in beside(panel, panel.filters.clear).value

    panel.look_further.click()

    assert panel.days == 180
    assert len(panel.shown) >= len(unused(panel.shown)) > 0
    assert not is_seen(panel, panel.look_further)


def test_further_than_twilio_keeps_nothing_is_offered_and_that_is_said(panel):
    """Five hundred days cannot be looked at by anybody."""
    panel.look_back.press("365")
    panel.looking.button.click()
    panel.filters.idle.value = "500"

    assert not is_seen(panel, panel.look_further)
    assert "13 months" in beside(panel, panel.filters.clear).value


def test_the_next_desk_begins_with_the_look_back_that_was_chosen_last(desk, panel, simulator, journal, clock):
    """Each notebook has a kernel of its own."""
    panel.look_back.press("30")
    other = desk_at(simulator, journal, clock)

    assert other.inventory_panel().look_back.pressed == ["30"]
    assert other.evidence().equals(other.evidence(days=30))
    other.session.gateway.transport.close()


def test_a_number_of_days_from_a_cell_is_offered_too(desk):
    """Papermill may ask for any number of days."""
    panel = desk.inventory_panel(days=45)

    assert panel.look_back.pressed == ["45"]
    assert 'data-press="45"' in panel.look_back.html
    assert heads(panel)["verdict"] == "Last 45 days"


def test_the_first_screen_follows_a_look_elsewhere(desk):
    """Two notebooks that are open beside each other say the same."""

    async def played():
        home, panel = desk.home_panel(), desk.inventory_panel()
        await home.ready()
        await panel.ready()
        before = as_read(home.answer.value)
        panel.look_back.press("180")
        await panel.ready()
        panel.looking.button.click()
        await panel.ready()
        for _ in range(4):
            home._tick(desk.session.clock())
        await home.ready()
        return before, as_read(home.answer.value)

    before, after = asyncio.run(played())

    assert "Checking reads the last 90 days." in before
    assert "not used for 180 days" in after


def test_a_look_back_that_cannot_be_read_leaves_the_one_before(tmp_path):
    """The buttons say what the table tells of."""
    panel = panel_of(frame_of(ROWS), folder=tmp_path)

    def fails(days, *, stop):
        raise cannot_read("Twilio did not answer.")

    before, panel._read_table = heads(panel), fails
    panel.look_back.press("180")

    assert "Twilio did not answer." in panel.said
    assert (panel.days, panel.look_back.pressed, heads(panel)) == (90, ["90"], before)
    assert panel.look_back.disabled is False
