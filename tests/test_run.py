# ruff: noqa: F401, F811  # a fixture is imported, and asked for by an argument of its name
"""A plan runs once through, stops when it is told to or when things go wrong, and is taken up again where it was."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Event

import pytest
from icalendar import Calendar

from helpers import run as running
from helpers.clearance import check
from helpers.decision import visible
from helpers.errors import JournalUnwritable, NotRunnable
from helpers.plan import Aside
from helpers.plan_changes import ask_for_two, leave_out, put_back
from helpers.plan_files import approval_of, approve, save_plan
from helpers.protection import Kind, Protected
from helpers.report import calendar, summary
from helpers.run import standings
from helpers.simulator import Fault
from tests.plan_tools import QUIET_NAMES, Planner, by_name, planner


def states(planner, plan):
    """Tell the final state of each number of a plan, by its name, as the report does."""
    return {line.item.name: line.state for line in planner.runs.report(plan)}


def test_every_number_of_a_plan_is_released_with_one_request_each(planner, practice):
    """Typed once, released all, each noted before it was sent for."""
    plan, path = planner.make(*QUIET_NAMES)
    ended, because = planner.run(plan, path)

    assert because is None
    assert set(ended.values()) == {"released"}
    assert len(planner.operator.deletes()) == len(QUIET_NAMES)
    assert not any(number.friendly_name in QUIET_NAMES for number in planner.operator.inventory().numbers)
    for entry in planner.journal.entries():
        assert [row.state for row in entry.rows] == ["confirmed", "intended", "acknowledged", "released"]
        assert entry.told["plan"] == plan.id
        assert entry.told["typed"] == "release 4 numbers of Acme"


@pytest.mark.parametrize("typed", ["", "release 4 numbers", "release 3 numbers of Acme", "Release 4 numbers of Acme"])
def test_nothing_goes_before_its_sentence_is_typed(planner, typed):
    """How many, and of which company, to the letter."""
    plan, path = planner.make(*QUIET_NAMES)

    with pytest.raises(NotRunnable, match="what was typed is not “release 4 numbers of Acme”"):
        planner.run(plan, path, typed=typed)
    assert planner.operator.writes() == []
    assert planner.journal.entries() == []


def test_what_changed_since_the_plan_was_made_is_set_aside_and_the_rest_goes(planner):
    """Somebody gave one of them a new address: it stays, with the reason."""
    plan, path = planner.make(*QUIET_NAMES)
    changed = by_name(plan)[QUIET_NAMES[0]]
    planner.operator.gateway.update_number(changed.account_sid, changed.sid, {"VoiceUrl": "https://new.acme.example/"})
    checked = planner.runs.check(plan)
    assert [(item.name, item.aside) for item in checked.aside] == [(QUIET_NAMES[0], Aside.CHANGED)]
    assert "voice_url" in checked.aside[0].reason

    ended, _ = planner.run(plan, path, checked=checked)
    assert len(ended) == 3
    assert any(number.friendly_name == QUIET_NAMES[0] for number in planner.operator.inventory().numbers)


def test_a_number_that_somebody_began_to_use_is_set_aside(planner):
    """It was quiet when the plan was made."""
    plan, _ = planner.make("Board room", *QUIET_NAMES)
    decision = planner.operator.decide(planner.operator.number("Hotline"))
    checked = planner.runs.check(plan)
    assert len(checked.going) == 5

    item = by_name(plan)["Board room"]
    used = replace(checked.decisions[item.sid], verdict=decision.verdict, because=decision.because)
    everything = {**checked.decisions, item.sid: used}
    again = check(plan, everything, unread={}, accounts={}, at=planner.operator.clock())
    assert [(item.name, item.aside) for item in again.aside] == [("Board room", Aside.IN_USE)]


def test_an_account_that_cannot_be_read_sets_its_numbers_aside(planner, practice):
    """Unknown is not a kind of yes: not here either."""
    plan, _ = planner.make("Shop Miami pop-up", "Landing page test 1")
    shops = by_name(plan)["Shop Miami pop-up"].account_sid
    practice.order(Fault.UNAVAILABLE_BEFORE, path=f"{shops}/IncomingPhoneNumbers.json", times=3)
    checked = planner.runs.check(plan)

    assert [(item.name, item.aside) for item in checked.aside] == [("Shop Miami pop-up", Aside.UNKNOWN)]


def test_one_in_use_goes_when_somebody_wrote_why(planner):
    """And the reason is in the journal."""
    plan, _ = planner.make("Hotline", QUIET_NAMES[0])
    plan = put_back(plan, by_name(plan)["Hotline"].sid, why="The contract ended", author="pat@desk")
    path = save_plan(plan, planner.plans.folder)
    ended, _ = planner.run(plan, path)

    assert set(ended.values()) == {"released"}
    assert len(ended) == 2
    assert any(entry.told["why"] == "The contract ended" for entry in planner.journal.entries())


def test_what_was_protected_after_the_check_is_not_released(planner):
    """The last look at what is protected is the one before the request."""
    plan, path = planner.make(*QUIET_NAMES)
    checked = planner.runs.check(plan)
    planner.protection.protect(Protected(Kind.NAME, "Shop Miami*", "", "ann@desk", "2026-03-02"))
    ended, _ = planner.run(plan, path, checked=checked)

    assert sorted(ended.values()) == ["not begun", "released", "released", "released"]
    assert any(number.friendly_name == "Shop Miami pop-up" for number in planner.operator.inventory().numbers)


def test_a_check_that_is_an_hour_old_has_to_be_made_again(planner):
    """Somebody may have begun to use a number since."""
    plan, path = planner.make(*QUIET_NAMES)
    checked = planner.runs.check(plan)
    planner.operator.clock.advance(hours=1, seconds=1)

    with pytest.raises(NotRunnable, match="more than an hour old"):
        planner.run(plan, path, checked=checked)
    assert planner.operator.writes() == []


def test_a_plan_that_was_changed_after_its_check_has_to_be_checked_again(planner):
    """What is run is what was looked at."""
    plan, path = planner.make(*QUIET_NAMES)
    checked = planner.runs.check(plan)
    save_plan(leave_out(plan, plan.items[0].sid, author="pat@desk"), path.parent)

    with pytest.raises(NotRunnable, match="changed since it was checked"):
        planner.run(plan, path, checked=checked)


@pytest.mark.parametrize("name", ["Acme PROD", "Acme, Inc. PROD", "  Acme   live\u200b"])
def test_an_account_that_looks_like_production_asks_once_more(planner, practice, name):
    """By the name that it has now, comma and all; signs that nobody sees need not be typed."""
    plan, path = rename_and_plan(planner, practice, name)
    checked = planner.runs.check(plan)
    assert checked.production == (name,)

    typed = checked.sentence
    assert "looks like production" in planner.runs.refused(checked, path, typed=typed, accounts_typed="Acme")
    spelt = " ".join(visible(name).split())
    assert planner.runs.refused(checked, path, typed=typed, accounts_typed=f"{spelt}, and no other") is None


def rename_and_plan(planner, practice, name):
    account = practice.world.accounts[planner.operator.number(QUIET_NAMES[0]).account_sid]
    practice.world.accounts[account.sid] = replace(account, friendly_name=name)
    return planner.make(QUIET_NAMES[0])


def test_an_account_that_was_renamed_or_suspended_since_is_noticed(planner, practice):
    """What looked like a test account yesterday may be production today."""
    plan, _ = planner.make(*QUIET_NAMES[:3])
    account = practice.world.accounts[plan.items[0].account_sid]
    practice.world.accounts[account.sid] = replace(account, friendly_name="Acme PROD")
    checked = planner.runs.check(plan)

    assert {item.aside for item in checked.aside} == {Aside.CHANGED}
    assert "Acme PROD (active) now" in checked.aside[0].reason


def test_a_number_that_was_connected_to_something_since_is_set_aside(planner):
    """It joined a messaging service: nothing of that is in its own record."""
    plan, _ = planner.make("Delivery alerts 3 (spare)", "Old hotline")
    service = next(item for item in plan.items if item.wiring)
    forgotten = replace(plan, items=tuple(replace(item, wiring=()) for item in plan.going or (service,)))
    checked = planner.runs.check(forgotten)

    assert any("It was connected to something since the plan was made" in item.reason for item in checked.aside)


def test_a_reason_for_a_quiet_number_is_none_for_one_in_use(planner):
    """Put back with a word, and then somebody called it: it is set aside all the same."""
    plan, _ = planner.make(*QUIET_NAMES)
    sid = plan.items[0].sid
    plan = put_back(leave_out(plan, sid, author="pat@desk"), sid, why="ok after all", author="pat@desk")
    checked = planner.runs.check(plan)
    busy = planner.operator.decide(planner.operator.number("Hotline"))
    used = replace(checked.decisions[sid], verdict=busy.verdict, because=busy.because)
    again = check(plan, {**checked.decisions, sid: used}, unread={}, accounts={}, at=planner.operator.clock())

    assert [item.aside for item in again.aside] == [Aside.IN_USE]


def test_a_company_whose_name_has_hidden_signs_can_be_typed(planner):
    """What nobody sees, nobody types."""
    plan, _ = planner.make(QUIET_NAMES[0])
    hidden = replace(plan, company="Acme\u200b \u202eGmbH ")

    assert hidden.sentence(1) == "release 1 number of Acme GmbH"
    assert replace(plan, company=" ").sentence(2) == f"release 2 numbers of {plan.company_sid}"


def test_a_plan_made_anew_keeps_what_people_decided(planner):
    """Who was left out stays out, a second person is still asked for, and everybody who had a hand in it is named."""
    plan, _ = planner.make(*QUIET_NAMES, "Hotline")
    plan = leave_out(plan, by_name(plan)[QUIET_NAMES[0]].sid, author="ann@desk")
    plan = put_back(plan, by_name(plan)["Hotline"].sid, why="The contract ended", author="ann@desk")
    plan = ask_for_two(plan, wanted=True, author="ann@desk")
    again, path = planner.plans.again(plan)

    assert by_name(again)[QUIET_NAMES[0]].aside is Aside.BY_HAND
    assert by_name(again)["Hotline"].why == "The contract ended"
    assert again.two_people
    assert again.authors == ("pat@desk", "ann@desk")
    assert planner.plans.open(path) == again


def test_who_did_without_a_second_person_is_named(planner):
    """In the plan, and in the journal."""
    plan, _ = planner.make(QUIET_NAMES[0])
    plan = ask_for_two(ask_for_two(plan, wanted=True, author="pat@desk"), wanted=False, author="bob@desk")
    planner.run(plan, save_plan(plan, planner.plans.folder))

    assert plan.two_dropped_by == "bob@desk"
    assert planner.journal.entries()[0].told["second_person_dropped_by"] == "bob@desk"


def test_an_old_plan_knows_the_next_bill(planner):
    """Opened weeks later, its last good day is one that is still to come."""
    plan, _ = planner.make(*QUIET_NAMES)
    later = planner.operator.clock().date() + timedelta(days=40)

    assert all(later <= item.last_good_day(later) for item in plan.items)


# -- two people ----------------------------------------------------------------------------------


def test_a_plan_for_two_takes_somebody_else(planner, operator, tmp_path):
    """Who made it cannot approve it, and neither can who runs it; the approval is for this very plan."""
    plan, _ = planner.make(*QUIET_NAMES)
    plan = ask_for_two(plan, wanted=True, author="pat@desk")
    path = save_plan(plan, planner.plans.folder)
    now = operator.clock()
    with pytest.raises(NotRunnable, match="A second person has to approve"):
        planner.run(plan, path)
    with pytest.raises(NotRunnable, match="somebody else has to approve"):
        approve(path, fingerprint=plan.fingerprint, who="pat@another-desk", at=now)
    approve(path, fingerprint=plan.fingerprint, who="ann@desk", at=now)
    with pytest.raises(NotRunnable, match="takes two people"):
        Planner(operator, tmp_path, who="ann@desk").run(plan, path)

    changed = leave_out(plan, plan.items[0].sid, author="pat@desk")
    save_plan(changed, path.parent)
    with pytest.raises(NotRunnable, match="changed after it was approved"):
        planner.run(changed, path)
    save_plan(plan, path.parent)
    ended, _ = planner.run(plan, path)
    assert set(ended.values()) == {"released"}
    assert planner.journal.entries()[0].told["approved_by"] == "ann@desk"


def test_an_approval_names_the_fingerprint_and_lies_beside_the_plan(planner, operator):
    """A file of its own, never a part of a notebook; one that was forged for another plan counts for nothing."""
    plan, path = planner.make(*QUIET_NAMES)
    approve(path, fingerprint=plan.fingerprint, who="ann@desk", at=operator.clock())
    (beside,) = path.parent.glob("*.approval.json")

    assert json.loads(beside.read_text())["fingerprint"] == plan.fingerprint
    assert approval_of(path).who == "ann@desk"
    beside.write_text("{}")
    assert approval_of(path) is None


@pytest.mark.parametrize("who", [5, None, ["ann@desk"]])
def test_an_approval_by_nobody_that_can_be_named_is_none(planner, operator, who):
    """What is no name is no second person, and the panel does not stumble over it."""
    plan, path = planner.make(QUIET_NAMES[0])
    approve(path, fingerprint=plan.fingerprint, who="ann@desk", at=operator.clock())
    (beside,) = path.parent.glob("*.approval.json")
    beside.write_text(json.dumps({**json.loads(beside.read_text()), "who": who}))

    assert approval_of(path) is None


@pytest.mark.parametrize("who", ["", "@desk", "Pat @desk", "\u200bpat@another-desk", "\uff50\uff41\uff54@desk"])
def test_a_name_written_otherwise_is_the_same_person(planner, operator, who):
    """Spaces, hidden signs, other letters that look the same, and no name at all make nobody a second person."""
    plan, path = planner.make(QUIET_NAMES[0])

    with pytest.raises(NotRunnable, match="Nothing was approved"):
        approve(path, fingerprint=plan.fingerprint, who=who, at=operator.clock())


# -- stopping and taking up again ----------------------------------------------------------------


def test_stopped_before_the_next_number_and_taken_up_where_it_was(planner, monkeypatch):
    """No number twice, none forgotten."""
    monkeypatch.setattr(running, "AT_ONCE", 1)
    plan, path = planner.make(*QUIET_NAMES)
    stop, told = Event(), []

    def stop_after_two(progress):
        told.append(progress)
        if len(told) == 2:
            stop.set()

    planner.run(plan, path, stop=stop, told=stop_after_two)
    assert len(planner.operator.deletes()) == 2
    assert sorted(states(planner, plan).values()) == ["not begun", "not begun", "released", "released"]
    assert (told[1].done, told[1].whole) == (2, 4)

    checked = planner.runs.check(plan)
    assert checked.sentence == "release 2 numbers of Acme"
    planner.run(plan, path, checked=checked)
    assert set(states(planner, plan).values()) == {"released"}
    assert len(planner.operator.deletes()) == 4


def test_a_plan_that_is_done_cannot_be_run_again(planner):
    """Nothing is left in it, and nothing is sent."""
    plan, path = planner.make(*QUIET_NAMES)
    planner.run(plan, path)

    with pytest.raises(NotRunnable, match="Nothing is left"):
        planner.run(plan, path, typed="release 4 numbers of Acme")
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
        operator.practice.order(Fault.THROTTLED, method="DELETE")

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


def test_what_may_have_been_sent_is_looked_at_and_never_sent_again(planner, operator):
    """The answer was lost and the number is there: after the quarantine it is kept, and one DELETE was sent."""
    plan, path = planner.make(QUIET_NAMES[0])
    operator.practice.order(Fault.REQUEST_LOST, method="DELETE")
    ended, _ = planner.run(plan, path)
    assert list(ended.values()) == ["kept"]

    with pytest.raises(NotRunnable, match="Nothing is left"):
        planner.run(plan, path, typed="release 1 number of Acme")
    assert len(operator.deletes()) == 1


def test_a_number_that_could_not_be_sent_for_is_tried_again(planner, operator):
    """The look before failed, so nothing was sent: the next run makes a new entry for it."""
    plan, path = planner.make(QUIET_NAMES[0])
    checked = planner.runs.check(plan)
    operator.practice.order(Fault.UNAVAILABLE_BEFORE, path=plan.items[0].sid, times=3)
    ended, _ = planner.run(plan, path, checked=checked)
    assert list(ended.values()) == ["not_sent"]

    ended, _ = planner.run(plan, path)
    assert list(ended.values()) == ["released"]
    assert standings(plan, planner.journal.entries())[plan.items[0].sid].attempts == 2


@pytest.mark.parametrize("fault", [Fault.REFUSED, Fault.REQUEST_LOST])
def test_three_in_a_row_that_go_wrong_stop_the_run_and_say_why(planner, operator, monkeypatch, fault):
    """Refused, or without a clear answer: the fourth is not tried."""
    monkeypatch.setattr(running, "AT_ONCE", 1)
    plan, path = planner.make(*QUIET_NAMES)
    operator.practice.order(fault, method="DELETE", times=9)
    _, because = planner.run(plan, path)

    assert because.startswith("3 in a row were refused or had no clear outcome")
    assert len(operator.deletes()) == 3
    assert "not begun" in states(planner, plan).values()


def test_where_all_are_refused_three_are_sent_for_and_no_more(planner, operator):
    """Several at once, but not before one went well."""
    plan, path = planner.make(*QUIET_NAMES)
    operator.practice.order(Fault.REFUSED, method="DELETE", times=9)
    _, because = planner.run(plan, path)

    assert because is not None
    assert len(operator.deletes()) == 3


def test_a_journal_that_cannot_be_written_stops_the_run_at_once(planner, operator, monkeypatch):
    """What cannot be written down is not done, for none of them."""
    monkeypatch.setattr(running, "AT_ONCE", 1)
    plan, path = planner.make(*QUIET_NAMES)
    checked = planner.runs.check(plan)

    def full(*_, **__):
        raise JournalUnwritable("The journal cannot be written: the disk is full.")

    monkeypatch.setattr(operator.journal, "confirm", full)
    _, because = planner.run(plan, path, checked=checked)

    assert "disk is full" in because
    assert operator.writes() == []


# -- afterwards ----------------------------------------------------------------------------------


def test_the_report_says_what_became_of_each_what_it_saves_and_until_when(planner, operator):
    """Released ones with their time, the others with their reason."""
    plan, path = planner.make(*QUIET_NAMES, "Hotline")
    planner.run(plan, path)
    lines = planner.runs.report(plan)
    told = summary(lines)

    assert "4 released, 1 set aside." in told
    assert "That saves USD 55.20 a year." in told
    assert "can be taken back until 12 March 2026" in told
    assert by_name(plan)["Hotline"].reason in next(line.said for line in lines if line.item.name == "Hotline")


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
