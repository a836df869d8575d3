"""A plan runs once through, stops when it is told to or when things go wrong, and is taken up again where it was."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Event

import pytest
from icalendar import Calendar

from helpers.core.errors import JournalUnwritable, NotRunnable
from helpers.decisions.protected import Kind, Protected
from helpers.plans import batch as running
from helpers.plans.batch import standings
from helpers.plans.edits import add, raise_limit
from helpers.plans.files import save_plan
from helpers.plans.report import calendar, summary
from helpers.simulator import Fault
from tests.support.golden import as_read
from tests.support.plan_tools import QUIET_NAMES, Planner, by_name

WHY = "The contract ended"


def states(planner, plan):
    """Tell the final state of each number of a plan, by its name, as the report does."""
    return {line.item.name: line.state for line in planner.runs.report(plan)}


def test_every_number_of_a_plan_is_released_with_one_request_each(planner, simulator, snapshot):
    """Typed once, released all, each noted before it was sent for."""
    plan, path = planner.make(*QUIET_NAMES)
    ended, because = planner.run(plan, path)

    assert because is None
    assert set(ended.values()) == {"released"}
    assert len(planner.operator.deletes()) == len(QUIET_NAMES)
    assert not any(number.friendly_name in QUIET_NAMES for number in planner.operator.inventory().numbers)
    for entry in planner.journal.entries():
        assert [row.state for row in entry.rows] == ["confirmed", "intended", "acknowledged", "released"]
        assert entry.details["plan"] == plan.id
        assert as_read(entry.details["typed"]) == snapshot


def test_one_in_use_goes_when_somebody_wrote_why(planner):
    """And the reason is in the journal."""
    plan, _ = planner.make("Hotline", QUIET_NAMES[0])
    hotline = by_name(plan)["Hotline"]
    plan, _ = add(plan, {hotline.sid}, why=WHY, author="pat@desk")
    path = save_plan(plan, planner.plans.folder)
    ended, _ = planner.run(plan, path)

    assert set(ended.values()) == {"released"}
    assert len(ended) == 2
    assert [entry.details["why"] for entry in planner.journal.entries() if entry.number_sid == hotline.sid] == [WHY]


def test_what_was_protected_after_the_check_is_not_released(planner):
    """The last look at what is protected is the one before the request."""
    plan, path = planner.make(*QUIET_NAMES)
    checked = planner.runs.check(plan)
    planner.protection.protect(Protected(Kind.NAME, "Shop Miami*", "", "ann@desk", "2026-03-02"))
    ended, _ = planner.run(plan, path, checked=checked)

    assert sorted(ended.values()) == ["not begun", "released", "released", "released"]
    assert planner.operator.number(QUIET_NAMES[3]).friendly_name == QUIET_NAMES[3]


def test_who_did_without_a_second_person_is_named(planner):
    """A plan of before the rule for all plans says so itself, and the journal keeps it."""
    plan, _ = planner.make(QUIET_NAMES[0])
    plan = replace(plan, two_dropped_by="bob@desk")
    planner.run(plan, save_plan(plan, planner.plans.folder))

    assert planner.journal.entries()[0].details["second_person_dropped_by"] == "bob@desk"


def test_why_the_limit_was_raised_is_in_the_journal(planner):
    """The plan's file may be lost, or edited later; the journal keeps the reason with each number."""
    plan, _ = planner.make(QUIET_NAMES[0])
    plan = raise_limit(plan, why=WHY, author="pat@desk")
    planner.run(plan, save_plan(plan, planner.plans.folder))

    assert [entry.details["limit_raised"] for entry in planner.journal.entries()] == [WHY]


def test_stopped_before_the_next_number_and_taken_up_where_it_was(planner, monkeypatch, snapshot):
    """No number twice, none forgotten."""
    monkeypatch.setattr(running, "NUMBERS_AT_ONCE", 1)
    plan, path = planner.make(*QUIET_NAMES)
    stop, told = Event(), []

    def stop_after_two(progress):
        told.append(progress)
        if len(told) == 2:
            stop.set()

    planner.run(plan, path, stop=stop, on_progress=stop_after_two)
    assert len(planner.operator.deletes()) == 2
    assert sorted(states(planner, plan).values()) == ["not begun", "not begun", "released", "released"]
    assert (told[1].done, told[1].whole) == (2, 4)

    checked = planner.runs.check(plan)
    assert as_read(checked.sentence) == snapshot
    planner.run(plan, path, checked=checked)
    assert set(states(planner, plan).values()) == {"released"}
    assert len(planner.operator.deletes()) == 4


def test_who_was_being_looked_at_when_somebody_stopped_is_not_sent_for(planner, operator, monkeypatch):
    """Many are under way at once: the first is released, the others are told in the last moment, and go on later."""
    plan, path = planner.make(*QUIET_NAMES)
    stop, really, seen = Event(), operator.gateway.number, set()

    def look(account_sid, sid):
        found = really(account_sid, sid)
        seen.add(sid)
        if len(seen) > 1:
            stop.set()
        return found

    checked = planner.runs.check(plan)
    with monkeypatch.context() as patch:
        patch.setattr(operator.gateway, "number", look)
        planner.run(plan, path, stop=stop, checked=checked)
    ended = states(planner, plan)
    assert len(operator.deletes()) == 1
    assert set(ended.values()) - {"not begun"} == {"released", "not_sent"}

    planner.run(plan, path)
    assert set(states(planner, plan).values()) == {"released"}
    assert len(operator.deletes()) == 4


def test_a_plan_that_is_done_cannot_be_run_again(planner, snapshot):
    """Nothing is left in it, and nothing is sent."""
    plan, path = planner.make(*QUIET_NAMES)
    planner.run(plan, path)

    with pytest.raises(NotRunnable) as refused:
        planner.run(plan, path, typed="release 4 numbers of Acme")
    assert as_read(str(refused.value)) == snapshot
    assert len(planner.operator.deletes()) == 4


def test_two_windows_at_one_plan_release_each_number_once(planner, operator, tmp_path):
    """Both checked it, both typed it, both pressed."""
    plan, path = planner.make(*QUIET_NAMES)
    both = [planner, Planner(operator, tmp_path)]
    checks = [each.runs.check(plan) for each in both]
    with ThreadPoolExecutor(2) as windows:
        runs = [
            windows.submit(each.run, plan, path, checked=checked) for each, checked in zip(both, checks, strict=True)
        ]
        for one in runs:
            one.result()

    # Where one looks while the other waits for its answer, the look may be first to prove it.
    assert set(states(planner, plan).values()) <= {"released", "released_unacknowledged"}
    assert len(operator.deletes()) == 4


@pytest.mark.parametrize("state", ["confirmed", "throttled"])
def test_what_was_noted_and_never_sent_is_gone_on_with(planner, operator, monkeypatch, state):
    """A crash between two steps: the same entry is taken up, and no second one is opened."""
    plan, path = planner.make(QUIET_NAMES[0])
    real = operator.gateway.number
    if state == "throttled":
        operator.simulator.order(Fault.THROTTLED, method="DELETE")

    class Killed(BaseException):
        pass

    looks = []

    def die(account_sid, sid):
        looks.append(sid)
        if len(looks) == (1 if state == "confirmed" else 2):
            raise Killed
        return real(account_sid, sid)

    checked = planner.runs.check(plan)
    monkeypatch.setattr(operator.gateway, "number", die)
    with pytest.raises(Killed):
        planner.run(plan, path, checked=checked)
    monkeypatch.setattr(operator.gateway, "number", real)
    assert planner.journal.entries()[0].state == state

    ended, _ = planner.run(plan, path)
    assert list(ended.values()) == ["released"]
    assert len(planner.journal.entries()) == 1


def test_what_may_have_been_sent_is_looked_at_and_never_sent_again(planner, operator, snapshot):
    """The answer was lost and the number is there: after the quarantine it is kept, and one DELETE was sent."""
    plan, path = planner.make(QUIET_NAMES[0])
    operator.simulator.order(Fault.REQUEST_LOST, method="DELETE")
    ended, _ = planner.run(plan, path)
    assert list(ended.values()) == ["kept"]
    assert [line.goes_on for line in planner.runs.report(plan, path)] == [False]

    with pytest.raises(NotRunnable) as refused:
        planner.run(plan, path, typed="release 1 number of Acme")
    assert as_read(str(refused.value)) == snapshot
    assert len(operator.deletes()) == 1


def test_a_number_that_could_not_be_sent_for_is_tried_again(planner, operator):
    """The look before failed, so nothing was sent: the next run makes a new entry for it."""
    plan, path = planner.make(QUIET_NAMES[0])
    checked = planner.runs.check(plan)
    operator.simulator.order(Fault.UNAVAILABLE_BEFORE, path=plan.items[0].sid, times=3)
    ended, _ = planner.run(plan, path, checked=checked)
    assert list(ended.values()) == ["not_sent"]
    assert [line.goes_on for line in planner.runs.report(plan, path)] == [True]

    ended, _ = planner.run(plan, path)
    assert list(ended.values()) == ["released"]
    assert [line.goes_on for line in planner.runs.report(plan, path)] == [False]
    assert standings(plan, planner.journal.entries())[plan.items[0].sid].attempts == 2


@pytest.mark.parametrize("fault", [Fault.REFUSED, Fault.REQUEST_LOST])
def test_three_in_a_row_that_go_wrong_stop_the_run_and_say_why(planner, operator, monkeypatch, fault, snapshot):
    """Refused, or without a clear answer: the fourth is not tried."""
    monkeypatch.setattr(running, "NUMBERS_AT_ONCE", 1)
    plan, path = planner.make(*QUIET_NAMES)
    operator.simulator.order(fault, method="DELETE", times=9)
    _, because = planner.run(plan, path)

    assert as_read(because) == snapshot
    assert len(operator.deletes()) == 3
    assert "not begun" in states(planner, plan).values()


def test_a_run_that_stops_itself_tells_it_with_the_third_and_no_time_is_left(
    planner, operator, monkeypatch, clock, snapshot
):
    """Whoever watches hears it before what is unclear is looked up, which takes a minute."""
    monkeypatch.setattr(running, "NUMBERS_AT_ONCE", 1)
    plan, path = planner.make(*QUIET_NAMES)
    operator.simulator.order(Fault.REQUEST_LOST, method="DELETE", times=9)
    lines_of = []

    def told(progress):
        lines_of.append(progress)
        clock.advance(seconds=3)

    planner.run(plan, path, on_progress=told)
    first, second, third = lines_of[:3]

    assert first.stopped_because is second.stopped_because is None
    assert second.left == timedelta(seconds=3)
    assert not second.looking
    assert as_read(third.stopped_because) == snapshot
    assert third.left == timedelta()
    assert third.looking


def test_what_is_to_be_done_with_a_number_of_a_plan_is_done_with_the_plan(
    planner, operator, monkeypatch, clock, snapshot
):
    """There is nothing to choose again: one that was changed takes a new plan, one looked at long ago another check."""
    monkeypatch.setattr(running, "NUMBERS_AT_ONCE", 1)
    plan, path = planner.make(*QUIET_NAMES[:3])
    checked = planner.runs.check(plan)
    operator.simulator.order(Fault.CHANGED, method="GET", path=plan.items[0].sid)
    lines_of = []

    def told(progress):
        lines_of.append(progress.outcome.message)
        clock.advance(hours=1 if len(lines_of) == 2 else 0, seconds=1)

    planner.run(plan, path, checked=checked, on_progress=told)
    changed, _, old = lines_of

    assert as_read(changed) == snapshot
    assert as_read(old) == snapshot


def test_where_all_are_refused_three_are_sent_for_and_no_more(planner, operator):
    """Several at once, but not before one went well."""
    plan, path = planner.make(*QUIET_NAMES)
    operator.simulator.order(Fault.REFUSED, method="DELETE", times=9)
    _, because = planner.run(plan, path)

    assert because is not None
    assert len(operator.deletes()) == 3


def test_a_journal_that_cannot_be_written_stops_the_run_at_once(planner, operator, monkeypatch, snapshot):
    """What cannot be written down is not done, for none of them."""
    monkeypatch.setattr(running, "NUMBERS_AT_ONCE", 1)
    plan, path = planner.make(*QUIET_NAMES)
    checked = planner.runs.check(plan)

    def full(*_, **__):
        raise JournalUnwritable("The journal cannot be written: the disk is full.")

    monkeypatch.setattr(operator.journal, "confirm", full)
    _, because = planner.run(plan, path, checked=checked)

    assert as_read(because) == snapshot
    assert operator.writes() == []


def test_the_report_says_what_became_of_each_what_it_saves_and_until_when(planner, operator, snapshot):
    """Released ones with their time, the others with their reason."""
    plan, path = planner.make(*QUIET_NAMES, "Hotline")
    planner.run(plan, path)
    lines = planner.runs.report(plan)
    told = summary(lines)

    assert as_read(told) == snapshot
    assert as_read(next(line.message for line in lines if line.item.name == "Hotline")) == snapshot


def test_the_calendar_reminds_before_the_first_number_is_lost(planner, operator):
    """Two days before, with the numbers in it; nothing where nothing was released."""
    plan, path = planner.make(*QUIET_NAMES)
    assert calendar(plan, planner.runs.report(plan), now=operator.clock()) is None
    planner.run(plan, path)
    book = Calendar.from_ical(calendar(plan, planner.runs.report(plan), now=operator.clock()))
    (event,) = book.walk("VEVENT")
    (alarm,) = event.walk("VALARM")

    assert event["dtstart"].dt == planner.journal.entries()[0].reclaim_by
    assert alarm["trigger"].dt == -timedelta(days=2)
    assert all(item.phone_number in event["description"] for item in plan.items)
