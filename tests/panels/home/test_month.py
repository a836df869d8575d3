"""What changed since last month, on the first screen."""

from datetime import timedelta

import pytest

from helpers.core.records import Confirmation
from helpers.evidence.changes import ChangeKind
from helpers.panels.home.month import show_month
from helpers.simulator import Fault
from helpers.tables.report.reporter import Month
from tests.support.golden import as_read
from tests.support.panel_tools import QUIET, named
from tests.support.simulator_tools import ring

pytestmark = pytest.mark.usefixtures("loud")


@pytest.fixture
def month_later(desk, simulator, clock):
    """A look, something that happens, a month in which what was in use is called, and another look on the screen."""

    def later(happens):
        panel = desk.home_panel()
        panel.looking.button.click()
        frame = desk.evidence()
        in_use = set(frame["sid"][frame["verdict"] == "in use"])
        happens()
        clock.advance(days=30)
        world = simulator.world
        numbers = [number for account in world.accounts for number in world.numbers(account)]
        ring(world, *(number for number in numbers if number.sid in in_use), at=clock() - timedelta(days=4))
        panel.looking.button.click()
        return panel

    return later


def card(panel):
    return as_read(panel.changes.value)


def test_before_there_are_two_looks_it_says_that_each_is_kept(desk):
    """Also after the first one."""
    panel = desk.home_panel()
    before = card(panel)
    panel.looking.button.click()

    assert before == card(panel)
    assert "Nothing to compare with yet. Each check is kept" in before


def test_a_month_in_which_nothing_happened_says_so(month_later):
    """With the two days that are compared."""
    told = card(month_later(lambda: None))

    assert "Since 2 March 2026" in told
    assert "The check of 1 April 2026, 09:30 UTC, compared with that of 2 March 2026, 09:30 UTC" in told
    assert "each looked back 90 days" in told
    assert "Nothing changed." in told


def test_it_tells_what_changed_and_by_whom(desk, month_later):
    """A release with this kit, and one that somebody else sent; with number and name."""
    ours, theirs = named(desk, QUIET), named(desk, "Landing page test 2")

    def happens():
        desk.acts.release(Confirmation("one", desk.decide(ours), ours.phone_number))
        desk.session.gateway.delete_number(theirs.account_sid, theirs.sid)

    told = card(month_later(happens))

    assert "1 released with this kit" in told
    assert "1 gone, not with this kit" in told
    assert "+1 917-555-0156 Landing page test 1" in told
    assert "+1 917-555-0157 Landing page test 2" in told


def test_of_many_numbers_it_names_two(desk, month_later, simulator, quiet):
    """And counts the others: an account that could not be read has ten."""

    def happens():
        simulator.order(Fault.FORBIDDEN, path=f"{quiet.account_sid}/IncomingPhoneNumbers", times=10_000)

    told = card(month_later(happens))

    assert "10 not known: its account could not be read" in told
    assert "8 more" in told


def test_it_names_the_last_report_and_its_folder(desk, tmp_path):
    """However it was made: a timer's report is found here, too."""
    desk.report(folder=tmp_path / "reports", forms=["html"])
    told = card(desk.home_panel())

    assert "Last report: 2 March 2026, 09:30 UTC" in told
    assert str(tmp_path / "reports") in told
    assert "can be saved a year" in told


def test_names_are_shown_as_text(desk, month_later):
    """Nothing in them is run by the page."""
    number = named(desk, QUIET)
    name = "<img src=x onerror=alert(1)>"
    panel = month_later(
        lambda: desk.session.gateway.update_number(number.account_sid, number.sid, {"FriendlyName": name})
    )

    assert ChangeKind.RENAMED in panel.changes.value
    assert "<img" not in panel.changes.value
    assert "&lt;img" in panel.changes.value


def test_a_spoilt_file_of_the_last_report_is_none(desk, tmp_path):
    """The screen is there all the same."""
    desk._memory.mkdir(parents=True, exist_ok=True)
    (desk._memory / "report.json").write_text('{"at": 5}')

    assert "Last report" not in card(desk.home_panel())
    assert "Last report" not in show_month(Month(None, None))
