"""The release-many panel while it runs and after: what it shows is so at that moment, and nothing of a run before."""

from datetime import timedelta

import pytest

from helpers.panels.shared.html import SPINNER
from helpers.plans import batch as running
from helpers.plans.batch import Outcome, Progress, Standing, work_on
from helpers.simulator import Fault
from tests.support.failures import cannot_read
from tests.support.golden import as_read
from tests.support.grid_tools import say, texts_of
from tests.support.lost_journal import lose
from tests.support.on_screen import is_seen
from tests.support.panel_tools import deletes, desk_at
from tests.support.plan_panel_tools import check_and_type, from_list

pytestmark = pytest.mark.usefixtures("loud")
FOUR = "phone_number\n+19175550156\n+19175550157\n+19175550158\n+13055550130\n"


@pytest.fixture
def waits():
    """What is to happen while the kit waits."""
    return []


@pytest.fixture
def desk(simulator, journal, clock, waits):
    def pause(seconds):
        clock.pause(seconds)
        for happen in waits:
            happen()

    desk = desk_at(simulator, journal, clock, pause=pause)
    yield desk
    desk.session.gateway.transport.close()


@pytest.fixture
def stopped(panel, monkeypatch):
    """A run of four numbers that was stopped after the second."""
    monkeypatch.setattr(running, "NUMBERS_AT_ONCE", 1)
    from_list(panel, FOUR)
    assert len(panel.plan.going) == 4

    def stop(progress):
        hear(progress)
        if progress.done == 2:
            panel.run.watch.stop.click()

    hear = panel.run.watch.hear
    check_and_type(panel)
    with monkeypatch.context() as patch:
        patch.setattr(panel.run.watch, "hear", stop)
        panel.run.confirm.click()
    assert "2 released" in panel.said


@pytest.mark.usefixtures("stopped")
def test_while_a_plan_is_taken_up_again_the_report_of_before_is_not_shown(panel, monkeypatch, snapshot):
    """Two more are released meanwhile, so "2 not begun" would not be so; it is drawn anew when the run is over."""
    assert as_read(panel.report.told.value) == snapshot
    seen, report = [], panel.report

    def hear(progress):
        shown = is_seen(panel, panel.run.watch.lines), is_seen(panel, report.listing)
        seen.append((report.told.value, shown, report.save_table.disabled, report.save_calendar.disabled))

    check_and_type(panel)
    monkeypatch.setattr(panel.run.watch, "hear", hear)
    panel.run.confirm.click()

    assert len(seen) == 2
    assert seen == [("", (True, False), True, True)] * 2
    assert "4 released" in report.told.value
    assert not report.save_table.disabled


@pytest.mark.usefixtures("stopped")
def test_a_report_that_cannot_be_drawn_anew_does_not_say_that_the_plan_is_being_run(
    panel, desk, journal, monkeypatch, snapshot
):
    """The run failed, and the journal cannot be read: nothing is shown rather than what is not so."""
    check_and_type(panel)

    def fail(*_, **__):
        lose(journal)
        raise cannot_read("It failed.")

    monkeypatch.setattr(desk.plan_runs, "run", fail)
    panel.run.confirm.click()

    assert as_read(panel.said) == snapshot
    assert panel.report.told.value == ""
    assert panel.report.layout.display == "none"


@pytest.mark.usefixtures("stopped")
def test_when_a_run_is_over_its_line_says_what_is_so_and_goes_with_the_next_check(panel, clock, snapshot):
    """Neither a spinner nor a time that is left, however often the second ticks."""
    panel.run.watch.draw(clock())

    assert as_read(panel.run.watch.told.value) == snapshot
    assert SPINNER not in panel.run.watch.told.value
    assert "left" not in panel.run.watch.told.value
    assert "Stopping" not in panel.run.watch.told.value

    panel.run.check.click()
    panel.run.watch.draw(clock())
    assert panel.checked is not None
    assert panel.run.watch.told.value == ""
    assert panel.run.watch.layout.display == "none"


def test_the_time_that_is_left_is_counted_down(panel, simulator, clock, waits, snapshot):
    """Each second while the run waits to look what became of one without a clear answer."""
    from_list(panel, FOUR)
    simulator.order(Fault.REQUEST_LOST, method="DELETE", after=1)
    seen = []

    def tick():
        panel.run.watch.draw(clock())
        seen.append(panel.run.watch.told.value)

    check_and_type(panel)
    waits.append(tick)
    panel.run.confirm.click()

    assert as_read(seen[0]) == snapshot
    assert as_read(seen[54]) == snapshot
    assert "left" not in seen[-1]
    assert as_read(panel.run.watch.told.value) == snapshot


def test_a_run_that_stops_itself_says_so_at_once_and_what_it_waits_for(panel, simulator, waits, snapshot):
    """Not a minute later, when what became of the unclear ones has been looked up."""
    from_list(panel, FOUR)
    simulator.order(Fault.REQUEST_LOST, method="DELETE", times=9)
    seen = []
    check_and_type(panel)
    waits.append(lambda: seen.append((panel.said, panel.run.watch.told.value, panel.run.watch.stop.description)))
    panel.run.confirm.click()
    said, told, stop = seen[0]

    assert as_read(said) == snapshot
    assert as_read(told) == snapshot
    assert stop == "Stop waiting"
    assert len(deletes(simulator)) == 3
    assert as_read(panel.said) == snapshot


def test_what_is_told_of_a_number_is_what_is_known_by_now(panel, simulator, waits, snapshot):
    """While the run waits, that it looks itself; then that the number is kept, and no more that it is unknown."""
    from_list(panel, FOUR)
    simulator.order(Fault.REQUEST_LOST, method="DELETE", times=3)
    seen = []
    check_and_type(panel)
    lines = panel.run.watch.lines

    def look():
        say(lines.grid, type="cursor", at=0)
        seen.append((texts_of(lines.grid), lines.about.value))

    waits.append(look)
    panel.run.confirm.click()
    rows, about = seen[0]

    assert rows == snapshot
    assert [row[2] for row in rows].count("⚠ Sent, result unknown") == 3
    assert as_read(about) == snapshot
    assert texts_of(panel.report.listing.grid) == snapshot
    assert "unknown" not in str(texts_of(panel.report.listing.grid))


def test_the_numbers_of_a_run_keep_their_places_and_only_their_states_change(panel, monkeypatch, snapshot):
    """All are there from the first moment, in the plan's order, and none is sent that is not in sight."""
    monkeypatch.setattr(running, "NUMBERS_AT_ONCE", 1)
    from_list(panel, FOUR)
    lines, hear, seen = panel.run.watch.lines, panel.run.watch.hear, []

    def look(progress):
        if not seen:
            seen.append((lines.grid.rev, texts_of(lines.grid), lines.grid.follow))
        marks = lines.grid.marks
        hear(progress)
        assert lines.grid.marks == marks + 1
        seen.append((lines.grid.rev, texts_of(lines.grid), lines.grid.follow))

    check_and_type(panel)
    monkeypatch.setattr(panel.run.watch, "hear", look)
    panel.run.confirm.click()

    assert len({rev for rev, _, _ in seen}) == 1
    assert {tuple(row[0] for row in rows) for _, rows, _ in seen} == {tuple(i.phone_number for i in panel.plan.going)}
    assert [[row[2] for row in rows].count("· Waiting") for _, rows, _ in seen] == [4, 3, 2, 1, 0]
    assert [follow for _, _, follow in seen] == [-1, 0, 1, 2, 3]


def states_of(report):
    return [row[2] for row in texts_of(report.listing.grid)]


@pytest.mark.usefixtures("stopped")
def test_when_a_run_is_over_its_report_stands_in_the_place_of_its_list(panel):
    """Each number is told of once; what a stopped run did not get to waits no longer: it was not started."""
    assert not is_seen(panel, panel.run.watch.lines)
    assert is_seen(panel, panel.report.listing)
    assert [is_seen(panel, told) for told in (panel.run.watch.told, panel.report.told)] == [True, False]
    # What needs somebody comes first; one press lists those of one state, another press lists all.
    assert states_of(panel.report) == ["· Not started"] * 2 + ["✓ Released"] * 2
    assert "All 4 · Not started 2 ✓ Released 2" in as_read(panel.report.states.html)
    panel.report.states.press("released")
    assert states_of(panel.report) == ["✓ Released"] * 2
    panel.report.states.press("all")
    assert len(states_of(panel.report)) == 4

    panel.run.check.click()
    assert [is_seen(panel, told) for told in (panel.run.watch.told, panel.report.told)] == [False, True]


def test_that_a_run_has_stopped_itself_is_drawn_with_the_number_that_it_is_told_with(panel, clock, snapshot):
    """Of a thousand numbers only every tenth is drawn at once, and this one too."""
    from_list(panel, FOUR)
    (item, *_) = panel.plan.items
    panel.run.watch.start(panel.plan.items)
    known = {
        "whole": 45,
        "outcome": Outcome(work_on(panel.plan, item, Standing(0, None)), "refused", "No."),
        "left": timedelta(),
        "at": clock(),
    }
    panel.run.watch.hear(Progress(23, **known, stopped_because=None, looking=False))
    assert "23" not in panel.run.watch.told.value
    panel.run.watch.hear(Progress(24, **known, stopped_because="3 in a row.", looking=True))
    assert as_read(panel.run.watch.told.value) == snapshot


def test_the_waiting_can_be_cut_short_and_the_next_run_says_stop_again(panel, simulator, waits, clock, snapshot):
    """What is out stays out, and is looked up by the next run."""
    from_list(panel, FOUR)
    simulator.order(Fault.REQUEST_LOST, method="DELETE", times=3)
    check_and_type(panel)
    waits.append(panel.run.watch.stop.click)
    began = clock()
    panel.run.confirm.click()

    assert (clock() - began).total_seconds() < 10
    assert as_read(panel.said) == snapshot

    waits.clear()
    check_and_type(panel)
    assert as_read(panel.run.watch.stop.description) == snapshot
    panel.run.confirm.click()
    assert as_read(panel.said) == snapshot
    assert len(deletes(simulator)) == 4
