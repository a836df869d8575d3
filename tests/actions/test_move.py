"""A number is parked in another account and brought back: noted first, sent once, and looked for afterwards."""

from dataclasses import replace
from datetime import timedelta
from threading import Event

import pytest

from helpers.actions.move import move
from helpers.actions.outcome import QUARANTINE
from helpers.actions.reconcile import check_again, settle_open, unproven_requests
from helpers.core.errors import NotReleasable, NotRunnable
from helpers.core.reasons import Cause, Reason
from helpers.core.records import PlanAct
from helpers.decisions.protected import Kind, Protected
from helpers.gateway.visibility import find_reach
from helpers.simulator import Fault
from helpers.tables.story import story
from tests.support.golden import as_read
from tests.support.plan_tools import QUIET_NAMES


@pytest.fixture
def lot(planner):
    """The account to park in."""
    return planner.account("Acme Logistics")


def park(planner, lot, *names):
    plan, path = planner.make(*names, act=PlanAct.PARK, target=lot.sid)
    ended, _ = planner.run(plan, path)
    return ended


def where(planner, name):
    """Ask the world in which account a number is."""
    number = planner.operator.number(name)
    names = {account.sid: account.friendly_name for account in planner.operator.gateway.accounts()}
    return names[number.account_sid], number


def test_a_number_is_parked_and_brought_back_as_it_was(planner, lot):
    """Its sid stays, its settings stay, and each way takes one request."""
    before = planner.operator.number(QUIET_NAMES[0])
    assert set(park(planner, lot, QUIET_NAMES[0]).values()) == {"moved"}
    assert where(planner, QUIET_NAMES[0])[0] == "Acme Logistics"

    numbers = planner.plans.parked(planner.operator.inventory().numbers)
    plan, path = planner.plans.make(numbers, act=PlanAct.BRING_BACK)
    ended, _ = planner.run(plan, path, typed="move 1 number of Acme Logistics")
    account, after = where(planner, QUIET_NAMES[0])
    assert set(ended.values()) == {"moved"}
    assert account == "Acme Marketing"
    assert after.sid == before.sid
    assert after.get("voice_url") == before.get("voice_url")
    assert [request["form"] for request in planner.operator.writes()] == [
        {"AccountSid": lot.sid},
        {"AccountSid": before.account_sid},
    ]
    assert planner.plans.parked(planner.operator.inventory().numbers) == []


def test_the_journal_tells_a_move_as_a_move(planner, lot, snapshot):
    """Who moved it, where to, and what proved it."""
    park(planner, lot, QUIET_NAMES[0])
    told = [said for _, said in story(planner.journal.entries()[0])]

    assert as_read(told[0]) == snapshot
    assert as_read(told[-1]) == snapshot


def test_where_the_numbers_go_has_to_be_typed_by_its_name(planner, lot, snapshot):
    """A plan that names only a sid would be typed for whichever account was clicked on."""
    plan, path = planner.make(*QUIET_NAMES[:2], act=PlanAct.PARK, target=lot.sid)
    assert {(item.target, item.target_name) for item in plan.items} == {(lot.sid, "Acme Logistics")}

    with pytest.raises(NotRunnable) as refused:
        planner.run(plan, path, typed="move 2 numbers of Acme Marketing")
    assert as_read(str(refused.value)) == snapshot
    assert planner.operator.writes() == []
    ended, _ = planner.run(plan, path, typed="move 2 numbers of Acme Marketing to Acme Logistics")
    assert set(ended.values()) == {"moved"}


def test_a_place_that_has_another_name_now_is_another_place(planner, lot, simulator):
    """Whoever approved the plan read the old name."""
    plan, path = planner.make(QUIET_NAMES[0], act=PlanAct.PARK, target=lot.sid)
    simulator.world.accounts[lot.sid] = replace(simulator.world.accounts[lot.sid], friendly_name="Beta LIVE")
    (item,) = planner.runs.check(plan, path).aside

    assert item.reason == Reason(Cause.TARGET_RENAMED, {"was": "Acme Logistics", "now": "Beta LIVE"})


def test_a_number_in_use_is_not_parked_without_a_reason(planner, lot):
    """A move breaks what it is connected to, so it asks as much as a release."""
    plan, _ = planner.make("Hotline", act=PlanAct.PARK, target=lot.sid)

    assert plan.going == ()


def test_a_hosted_number_stays(planner, lot):
    """Twilio moves none."""
    plan, _ = planner.make("Gehostet von der alten Telefonanlage", act=PlanAct.PARK, target=lot.sid)

    assert plan.aside[0].reason.code is Cause.HOSTED


def test_parking_needs_a_place_and_bringing_back_a_memory(planner, snapshot):
    """Where to is not guessed, neither there nor back."""
    with pytest.raises(NotRunnable) as refused:
        planner.make(QUIET_NAMES[0], act=PlanAct.PARK)
    assert as_read(str(refused.value)) == snapshot
    with pytest.raises(NotRunnable) as refused:
        planner.make(QUIET_NAMES[0], act=PlanAct.BRING_BACK)
    assert as_read(str(refused.value)) == snapshot


def test_only_the_main_accounts_token_moves(planner, lot, monkeypatch):
    """Twilio says no to everybody else, so nothing is sent."""
    by_key = replace(planner.operator.reach, credential="API key")
    monkeypatch.setattr("helpers.decisions.session.find_reach", lambda gateway: (by_key, find_reach(gateway)[1]))
    plan, path = planner.make(QUIET_NAMES[0], act=PlanAct.PARK, target=lot.sid)
    ended, _ = planner.run(plan, path)

    assert list(ended.values()) == ["not begun"]
    assert planner.operator.writes() == []


@pytest.mark.parametrize("fault", [Fault.ANSWER_LOST, Fault.BROKEN_AFTER])
def test_a_move_whose_answer_was_lost_is_proved_by_looking(planner, lot, fault):
    """It answers in the other account: moved, with one request."""
    planner.operator.simulator.order(fault, method="POST")

    assert list(park(planner, lot, QUIET_NAMES[0]).values()) == ["moved"]
    assert len(planner.operator.writes()) == 1


def test_what_stays_behind_is_said(operator, lot, snapshot):
    """The application that answered it is the former account's, and the number answers in the other one without it."""
    settled = move(operator.confirm(operator.number("Voicemail night shift")), lot, operator.session)

    assert settled.entry.state == "moved"
    assert as_read(settled.message) == snapshot


def test_a_move_that_never_happened_is_kept_after_the_quarantine(planner, lot):
    """Nothing is sent again to find out."""
    planner.operator.simulator.order(Fault.REQUEST_LOST, method="POST")

    assert list(park(planner, lot, QUIET_NAMES[0]).values()) == ["kept"]
    assert where(planner, QUIET_NAMES[0])[0] == "Acme Marketing"
    assert len(planner.operator.writes()) == 1


@pytest.mark.parametrize("fault", [Fault.REQUEST_LOST, Fault.ANSWER_LOST])
def test_a_number_that_answers_404_and_is_listed_all_the_same_was_not_moved_by_somebody(operator, lot, fault):
    """Carried out or not: false 404s conclude nothing about a move, and true answers do later."""
    number = operator.number(QUIET_NAMES[0])
    operator.simulator.order(fault, method="POST", path=number.sid)
    # Before the request the number is read once; after it, once in each account.
    operator.simulator.order(Fault.NOT_FOUND, method="GET", path=number.sid, after=1, times=6)
    open_entry = move(operator.confirm(number), lot, operator.session).entry
    operator.clock.now += 2 * QUARANTINE
    assert settle_open(open_entry, operator.session).entry.state == "unknown"

    expected = "kept" if fault is Fault.REQUEST_LOST else "moved"
    assert settle_open(open_entry, operator.session).entry.state == expected


def test_a_move_that_lands_late_is_not_called_kept(planner, lot, monkeypatch):
    """Still there, and then it goes."""
    planner.operator.simulator.order(Fault.LATE, method="POST", seconds=30)
    plan, path = planner.make(QUIET_NAMES[0], act=PlanAct.PARK, target=lot.sid)
    clock = planner.operator.clock
    really = clock.pause

    def waited(seconds):
        really(seconds)
        planner.operator.simulator.advance(seconds=0)

    monkeypatch.setattr(clock, "pause", waited)
    planner.run(plan, path)
    planner.operator.simulator.advance(seconds=31)
    entry = planner.journal.entries()[0]
    if entry.open:
        entry = settle_open(entry, planner.operator.session).entry

    assert entry.state == "moved"
    assert where(planner, QUIET_NAMES[0])[0] == "Acme Logistics"


@pytest.mark.parametrize("fault", [Fault.LATE, Fault.REQUEST_LOST])
def test_a_move_carried_out_after_it_was_called_kept_is_found(planner, lot, fault):
    """The next opening of a desk looks where it was to go; a number that stayed is still called kept."""
    planner.operator.simulator.order(fault, method="POST", seconds=3600)
    entry = planner.journal.entries()[0] if park(planner, lot, QUIET_NAMES[0]) else None
    assert entry.state == "kept"
    planner.operator.simulator.advance(seconds=3601)
    session = replace(planner.operator.session, clock=lambda: planner.operator.clock() + timedelta(hours=2))
    again = unproven_requests(planner.journal.entries(), now=session.clock())
    assert [one.id for one in again] == [entry.id]
    settled = check_again(again[0], session)

    assert settled.entry.state == ("moved" if fault is Fault.LATE else "kept")
    assert where(planner, QUIET_NAMES[0])[0] == ("Acme Logistics" if fault is Fault.LATE else "Acme Marketing")
    assert len(planner.operator.writes()) == 1


def test_a_move_that_is_shown_late_is_not_called_gone(planner, lot, monkeypatch):
    """Twilio said yes, and shows the number nowhere for some seconds: that is waited for."""
    gateway, clock = planner.operator.gateway, planner.operator.clock
    ask, ask_all, began = gateway.number, gateway.numbers, clock()
    plan, path = planner.make(QUIET_NAMES[0], act=PlanAct.PARK, target=lot.sid)
    sid = plan.items[0].sid

    def hidden(found):
        return (
            found is not None and found.account_sid == lot.sid and found.sid == sid and clock() - began < QUARANTINE / 2
        )

    def one(account_sid, number_sid):
        found = ask(account_sid, number_sid)
        return None if hidden(found) else found

    monkeypatch.setattr(gateway, "number", one)
    monkeypatch.setattr(gateway, "numbers", lambda *a, **k: (n for n in ask_all(*a, **k) if not hidden(n)))
    ended, _ = planner.run(plan, path)

    assert list(ended.values()) == ["moved"]
    assert [row.state for row in planner.journal.entries()[0].rows] == [
        "confirmed",
        "intended",
        "acknowledged",
        "moved",
    ]
    assert where(planner, QUIET_NAMES[0])[0] == "Acme Logistics"


def test_a_number_looked_at_more_than_an_hour_ago_is_not_moved(planner, lot, operator, snapshot):
    """However old the plan's own check is: each look has its time."""
    confirmation = operator.confirm(operator.number(QUIET_NAMES[0]))
    operator.clock.advance(hours=1, seconds=1)

    with pytest.raises(NotReleasable) as refused:
        move(confirmation, lot, operator.session)
    assert as_read(str(refused.value)) == snapshot
    assert operator.writes() == []
    assert operator.journal.entries() == []


def test_a_move_that_lands_between_the_two_looks_is_not_called_kept(planner, lot, operator):
    """After the quarantine, still there once proves nothing: the second look finds it where it went."""
    operator.simulator.order(Fault.REQUEST_LOST, method="POST")
    plan, path = planner.make(QUIET_NAMES[0], act=PlanAct.PARK, target=lot.sid)
    stop = Event()
    planner.run(plan, path, stop=stop, on_progress=lambda progress: stop.set())
    (entry,) = operator.journal.entries()
    assert entry.state == "unknown"

    def lands(seconds):
        operator.gateway.update_number(entry.account_sid, entry.number_sid, {"AccountSid": lot.sid})

    operator.clock.advance(seconds=QUARANTINE.total_seconds() + 1)
    settled = settle_open(entry, replace(operator.session, pause=lands))
    assert settled.entry.state == "moved"
    assert where(planner, QUIET_NAMES[0])[0] == "Acme Logistics"


def test_what_is_protected_stays_and_what_is_parked_may_always_come_back(planner, lot):
    """Protected after the check, a number is not parked; protected where it is parked, it comes home all the same."""
    plan, path = planner.make(*QUIET_NAMES[:2], act=PlanAct.PARK, target=lot.sid)
    checked = planner.runs.check(plan)
    planner.protection.protect(Protected(Kind.NAME, QUIET_NAMES[0], "", "ann@desk", "2026-03-02"))
    ended, _ = planner.run(plan, path, checked=checked)
    assert sorted(ended.values()) == ["moved", "not begun"]

    planner.protection.protect(Protected(Kind.ACCOUNT, lot.sid, "", "ann@desk", "2026-03-02"))
    back, path = planner.plans.make(planner.plans.parked(planner.operator.inventory().numbers), act=PlanAct.BRING_BACK)
    ended, _ = planner.run(back, path)
    assert list(ended.values()) == ["moved"]
    assert where(planner, QUIET_NAMES[1])[0] == "Acme Marketing"


def test_who_was_parked_twice_comes_home_in_one_go(planner, lot):
    """Home is where it was before the kit began to move it."""
    park(planner, lot, QUIET_NAMES[0])
    park(planner, planner.account("Acme Support"), QUIET_NAMES[0])
    back, path = planner.plans.make(planner.plans.parked(planner.operator.inventory().numbers), act=PlanAct.BRING_BACK)
    planner.run(back, path)

    assert where(planner, QUIET_NAMES[0])[0] == "Acme Marketing"
    assert planner.plans.parked(planner.operator.inventory().numbers) == []


def test_a_place_that_was_closed_meanwhile_sets_the_number_aside(planner, lot, simulator):
    """Nothing is sent, and the same plan can go on when the place is open again."""
    plan, path = planner.make(QUIET_NAMES[0], act=PlanAct.PARK, target=lot.sid)
    account = simulator.world.accounts[lot.sid]
    simulator.world.accounts[lot.sid] = replace(account, status="suspended")
    assert planner.runs.check(plan).aside[0].reason.code is Cause.TARGET_INACTIVE

    simulator.world.accounts[lot.sid] = account
    assert set(planner.run(plan, path)[0].values()) == {"moved"}
