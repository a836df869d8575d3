"""What a plan released comes back in one run: priced, typed once, noted first, and nothing is bought twice."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Event

import pytest

from helpers.actions.actions import Actions
from helpers.actions.release import release
from helpers.core.errors import JournalBroken, NotRunnable
from helpers.decisions.judge import Judge
from helpers.journal.states import State
from helpers.plans import batch as running
from helpers.plans.report import summary
from helpers.plans.take_back import NotBought, TakeBackRunner
from helpers.simulator import Fault
from tests.support.golden import as_read
from tests.support.plan_runner import taking_back
from tests.support.plan_tools import QUIET_NAMES
from tests.support.restore_tools import purchases


@pytest.fixture
def plan(planner):
    """A plan of four numbers, which is through."""
    plan, path = planner.make(*QUIET_NAMES)
    assert set(planner.run(plan, path)[0].values()) == {"released"}
    return plan


@pytest.fixture
def runner(operator):
    return taking_back(operator.session)


def take_back(runner, checked, *, typed=None, stop=None, on_progress=None):
    """Type the sentence and press the button; return the state of each number, and why the run stopped itself."""
    heard = []
    ran = runner.run(
        checked,
        typed=checked.sentence if typed is None else typed,
        stop=stop or Event(),
        on_progress=on_progress or heard.append,
    )
    return sorted(outcome.state for outcome in ran.outcomes.values()), ran.stopped_because


def bought(operator):
    """Count the purchases of each phone number that Twilio may have carried out."""
    return Counter(each["form"]["PhoneNumber"] for each in purchases(operator) if each["status"] != 429)


def states(journal, plan):
    return sorted(entry.state for entry in journal.entries_named(f"{plan.id}-"))


def test_every_number_of_a_plan_comes_back_with_one_purchase_each(operator, plan, runner, snapshot):
    """Typed once, with the price of today; each noted before it is bought, with its old settings."""
    checked = runner.check(plan.id)
    assert as_read(checked.sentence) == snapshot
    assert not checked.aside
    ended, because = take_back(runner, checked)

    assert because is None
    assert ended == ["restored"] * 4
    assert set(bought(operator).values()) == {1}
    names = {number.friendly_name for number in operator.inventory().numbers}
    assert set(QUIET_NAMES) <= names
    for entry in operator.journal.entries_named(f"{plan.id}-"):
        assert [row.state for row in entry.rows][-2:] == ["restoring", "restored"]
        assert entry.details["differences"] == {}
    lines = runner.report(plan.id)
    assert as_read([summary(lines), *(line.message for line in lines)]) == snapshot


@pytest.mark.parametrize("typed", ["", "buy back 4 numbers of Acme", "release 4 numbers of Acme"])
def test_nothing_is_bought_unless_account_count_and_price_are_typed(operator, plan, runner, typed):
    """Buying costs money: it takes the same care as releasing."""
    checked = runner.check(plan.id)
    with pytest.raises(NotRunnable):
        take_back(runner, checked, typed=typed)

    assert not purchases(operator)
    assert states(operator.journal, plan) == ["released"] * 4


def test_nothing_is_bought_for_another_price_than_the_one_that_was_typed(operator, plan, runner, clock):
    """Twilio may raise a price between the look and the purchase: then the number is not bought."""
    checked = runner.check(plan.id)
    old = Judge(operator.session).fetch_price_of_today

    def dearer(number):
        return replace(old(number), monthly=old(number).monthly * 2)

    now = TakeBackRunner(operator.session, Actions(operator.session, on_change=lambda sids: None), price=dearer)
    ended, because = take_back(now, checked)

    assert not purchases(operator)
    assert ended == ["released"] * 4
    assert because is None


def test_a_price_that_is_not_known_today_buys_nothing(operator, simulator, plan, runner, clock):
    """Unknown is not a kind of yes, and a price of last week is not the price of today."""
    runner.check(plan.id)
    clock.advance(hours=2)
    simulator.order(Fault.UNAVAILABLE_BEFORE, method="GET", path="/v1/PhoneNumbers/Countries", times=99)
    checked = runner.check(plan.id)

    assert {why for _, why in checked.aside} == {NotBought.NO_PRICE}
    assert len(checked.aside) == 4
    assert not checked.offers
    assert checked.sentence == ""


def test_prices_of_more_than_an_hour_ago_buy_nothing(operator, plan, runner, clock, snapshot):
    """Like a check that a release would grow old with."""
    checked = runner.check(plan.id)
    clock.advance(hours=1, seconds=1)
    with pytest.raises(NotRunnable) as refused:
        take_back(runner, checked)

    assert as_read(str(refused.value)) == snapshot
    assert not purchases(operator)


def test_stopped_after_two_and_taken_up_where_it_was(operator, plan, runner, monkeypatch, snapshot):
    """No number is bought twice, and none is forgotten."""
    monkeypatch.setattr(running, "NUMBERS_AT_ONCE", 1)
    stop, told = Event(), []

    def stop_after_two(progress):
        told.append(progress)
        if len(told) == 2:
            stop.set()

    take_back(runner, runner.check(plan.id), stop=stop, on_progress=stop_after_two)
    assert states(operator.journal, plan) == ["released", "released", "restored", "restored"]

    rest = runner.check(plan.id)
    assert as_read(rest.sentence) == snapshot
    assert (len(rest.offers), len(rest.back)) == (2, 2)
    take_back(runner, rest)
    assert states(operator.journal, plan) == ["restored"] * 4
    assert set(bought(operator).values()) == {1}


def test_a_stop_while_the_first_is_looked_for_buys_nothing(operator, plan, runner, monkeypatch):
    """The last question before the purchase is announced is whether somebody stopped."""
    stop, really = Event(), operator.gateway.numbers

    def look(*args, **named):
        stop.set()
        return really(*args, **named)

    checked = runner.check(plan.id)
    monkeypatch.setattr(operator.gateway, "numbers", look)
    take_back(runner, checked, stop=stop)

    assert not purchases(operator)
    assert states(operator.journal, plan) == ["released"] * 4


@pytest.mark.parametrize("fault", [Fault.ANSWER_LOST, Fault.REQUEST_LOST, Fault.BROKEN_AFTER, Fault.UNAVAILABLE_AFTER])
def test_a_purchase_without_an_answer_is_looked_up_and_never_sent_again(operator, simulator, plan, runner, fault):
    """The run waits for the quarantine and looks; what did not arrive is offered again by the next check."""
    simulator.order(fault, method="POST", times=1)
    take_back(runner, runner.check(plan.id))
    carried_out = fault is not Fault.REQUEST_LOST

    assert states(operator.journal, plan).count("restored") == 3 + carried_out
    assert set(bought(operator).values()) == {1}
    again = runner.check(plan.id)
    assert len(again.offers) == (not carried_out)


def test_one_that_is_still_open_is_looked_up_and_not_bought(operator, simulator, plan, runner, clock):
    """A kernel that died in the middle of a purchase leaves an entry that only a look may close."""
    checked = runner.check(plan.id)
    first = checked.offers[0].entry
    operator.journal.append(first, "restoring", at=clock(), detail={})
    again = runner.check(plan.id)
    assert [entry.id for entry in again.out] == [first.id]
    assert first.id not in {offer.entry.id for offer in again.offers}
    take_back(runner, again)

    assert first.phone_number not in bought(operator)
    assert operator.journal.entry(first.id).state == "restore_refused"
    assert len(bought(operator)) == 3


def test_two_windows_that_take_the_same_plan_back_buy_each_number_once(operator, plan, runner):
    """Whoever announces a purchase first makes it; the other is told so."""
    both = [runner.check(plan.id), taking_back(operator.session).check(plan.id)]
    with ThreadPoolExecutor(2) as two:
        list(two.map(lambda checked: take_back(taking_back(operator.session), checked), both))

    assert set(bought(operator).values()) == {1}
    assert states(operator.journal, plan) == ["restored"] * 4


def test_those_that_are_over_are_listed_and_not_tried(operator, plan, runner, clock):
    """Ten days after the release nobody can buy them back."""
    clock.advance(days=10, seconds=1)
    checked = runner.check(plan.id)

    assert {why for _, why in checked.aside} == {NotBought.OVER}
    assert not checked.offers
    assert runner.list_plans(operator.journal.entries(), clock()) == ()
    assert {line.state for line in runner.report(plan.id)} == {State.EXPIRED}


def test_one_that_somebody_else_released_is_left_to_its_own_decision(operator, planner, simulator, runner):
    """The plan did not release it, so the plan does not buy it."""
    plan, path = planner.make(*QUIET_NAMES)
    checked = planner.runs.check(plan)
    gone = operator.number(QUIET_NAMES[0])
    operator.gateway.delete_number(gone.account_sid, gone.sid)
    planner.run(plan, path, checked=checked)
    found = runner.check(plan.id)

    assert [(entry.number_sid, why) for entry, why in found.aside] == [(gone.sid, NotBought.BY_SOMEBODY)]
    assert len(found.offers) == 3


def test_three_refusals_stop_the_run_and_the_next_check_leaves_them_to_the_console(
    operator, controls, plan, runner, snapshot
):
    """Twilio keeps such numbers for its Console, so asking again would only be refused again."""
    controls.rebuy("refused")
    _, because = take_back(runner, runner.check(plan.id))

    assert as_read(because) == snapshot
    assert len(purchases(operator)) == 3
    again = runner.check(plan.id)
    assert [why for _, why in again.aside] == [NotBought.CONSOLE] * 3
    assert len(again.offers) == 1


def test_what_twilio_refused_for_another_reason_comes_last(operator, controls, simulator, plan, runner):
    """A number that may be refused again does not stop the run before the others were bought."""
    checked = runner.check(plan.id)
    first = checked.offers[0].entry
    entry = operator.journal.append(first, "restoring", at=operator.clock(), detail={})
    operator.journal.append(entry, "restore_refused", at=operator.clock(), detail={"code": 21649})
    again = runner.check(plan.id)

    assert [offer.entry.id for offer in again.offers][-1] == first.id
    assert len(again.offers) == 4


def test_a_changed_journal_buys_nothing(operator, plan, runner):
    """As before a run that releases, the whole journal is checked."""
    checked = runner.check(plan.id)
    operator.journal.database.write(lambda connection: connection.exec_driver_sql("DROP TRIGGER no_update"))
    change = "UPDATE journal SET phone_number = '+15005550001' WHERE n = 1"
    operator.journal.database.write(lambda connection: connection.exec_driver_sql(change))
    with pytest.raises(JournalBroken):
        take_back(runner, checked)

    assert not purchases(operator)


def test_plans_that_can_be_taken_back_are_listed_the_most_urgent_first(operator, planner, runner, clock):
    """With how many numbers, of which accounts, and until when; what was released alone is not one of them."""
    alone = operator.confirm(operator.number(QUIET_NAMES[3]))
    release(alone, operator.session)
    first, path = planner.make(*QUIET_NAMES[:2])
    planner.run(first, path)
    clock.advance(days=2)
    second, path = planner.make(QUIET_NAMES[2])
    planner.run(second, path)
    listed = runner.list_plans(operator.journal.entries(), clock())

    assert [(plan.plan_id, plan.numbers) for plan in listed] == [(first.id, 2), (second.id, 1)]
    assert listed[1].until - listed[0].until == timedelta(days=2)
    assert listed[0].accounts
