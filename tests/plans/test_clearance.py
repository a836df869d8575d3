"""A plan may run when it was checked a moment ago, its sentence is typed, and nothing of it has changed since."""

from dataclasses import replace

import pytest

from helpers.core.connections import Place, Unseen, Wiring
from helpers.core.errors import NotRunnable
from helpers.core.reasons import Cause, Reason
from helpers.core.records import PlanAct, Verdict
from helpers.core.typed_text import visible
from helpers.decisions.protected import Kind, Protected
from helpers.plans import clearance
from helpers.plans.clearance import check
from helpers.plans.edits import add, leave_out
from helpers.plans.files import save_plan
from helpers.plans.plan import Aside
from helpers.simulator import Fault
from tests.support.golden import as_read
from tests.support.plan_tools import QUIET_NAMES, by_name


@pytest.mark.parametrize(
    "typed", ["", "release 4 numbers", "release 3 numbers of 2 accounts", "Release 4 numbers of 2 accounts"]
)
def test_nothing_goes_before_its_sentence_is_typed(planner, typed, snapshot):
    """How many, and of which company, to the letter."""
    plan, path = planner.make(*QUIET_NAMES)

    with pytest.raises(NotRunnable) as refused:
        planner.run(plan, path, typed=typed)
    assert as_read(str(refused.value)) == snapshot
    assert planner.operator.writes() == []
    assert planner.journal.entries() == []


def test_what_changed_since_the_plan_was_made_is_set_aside_and_the_rest_goes(planner):
    """Somebody gave one of them a new address: it stays, with the reason."""
    plan, path = planner.make(*QUIET_NAMES)
    changed = by_name(plan)[QUIET_NAMES[0]]
    planner.operator.gateway.update_number(changed.account_sid, changed.sid, {"VoiceUrl": "https://new.acme.example/"})
    checked = planner.runs.check(plan)
    assert [(item.name, item.aside) for item in checked.aside] == [(QUIET_NAMES[0], Aside.CHANGED)]
    assert checked.aside[0].reason.details["fields"] == ("voice_url",)

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
    used = replace(checked.decisions[item.sid], verdict=decision.verdict, traffic=decision.traffic)
    everything = {**checked.decisions, item.sid: used}
    again = check(plan, everything, unread={}, accounts={}, at=planner.operator.clock())
    assert [(item.name, item.aside) for item in again.aside] == [("Board room", Aside.IN_USE)]


def test_a_number_that_cannot_be_looked_at_is_set_aside(planner, simulator):
    """Unknown is not a kind of yes: not here either."""
    plan, _ = planner.make(QUIET_NAMES[3], QUIET_NAMES[0])
    shops = by_name(plan)[QUIET_NAMES[3]].account_sid
    simulator.order(Fault.UNAVAILABLE_BEFORE, path=f"{shops}/IncomingPhoneNumbers/", times=3)
    checked = planner.runs.check(plan)

    assert [(item.name, item.aside) for item in checked.aside] == [(QUIET_NAMES[3], Aside.UNKNOWN)]


@pytest.mark.parametrize("known", [False, True], ids=["since", "as when the plan was made"])
def test_what_cannot_be_seen_any_more_sets_a_number_aside(planner, known):
    """Somebody read the plan believing that all was seen; a gap that stood in it from the start was theirs to weigh."""
    plan, _ = planner.make(QUIET_NAMES[0])
    (item,) = plan.items
    gap = (Unseen(Place.CAMPAIGNS, Reason(Cause.UNREADABLE, {"said": "HTTP 503."}), "Alerts"),)
    decision = planner.runs.check(plan).decisions[item.sid]
    assert (item.wiring.unseen, decision.wiring.unseen) == ((), ())

    unseen = {item.sid: replace(decision, wiring=replace(decision.wiring, unseen=gap))}
    plan = replace(plan, items=(replace(item, wiring=replace(item.wiring, unseen=gap if known else ())),))
    checked = check(plan, unseen, unread={}, accounts={}, at=planner.operator.clock())
    told = [(each.aside, each.reason.details["place"]) for each in checked.aside]
    assert told == ([] if known else [(Aside.UNKNOWN, Place.CAMPAIGNS)])
    assert len(checked.going) == (1 if known else 0)


def test_a_check_that_is_an_hour_old_has_to_be_made_again(planner, snapshot):
    """Somebody may have begun to use a number since."""
    plan, path = planner.make(*QUIET_NAMES)
    checked = planner.runs.check(plan)
    planner.operator.clock.advance(hours=1, seconds=1)

    with pytest.raises(NotRunnable) as refused:
        planner.run(plan, path, checked=checked)
    assert as_read(str(refused.value)) == snapshot
    assert planner.operator.writes() == []


def test_a_plan_that_was_changed_after_its_check_has_to_be_checked_again(planner, snapshot):
    """What is run is what was looked at."""
    plan, path = planner.make(*QUIET_NAMES)
    checked = planner.runs.check(plan)
    save_plan(leave_out(plan, {plan.items[0].sid}, author="pat@desk")[0], path.parent)

    with pytest.raises(NotRunnable) as refused:
        planner.run(plan, path, checked=checked)
    assert as_read(str(refused.value)) == snapshot


@pytest.mark.parametrize("name", ["Acme PROD", "Acme, Inc. PROD", "  Acme   live\u200b"])
def test_an_account_that_looks_like_production_asks_once_more(planner, simulator, name, snapshot):
    """By the name that it has now, comma and all; signs that nobody sees need not be typed."""
    plan, path = rename_and_plan(planner, simulator, name)
    checked = planner.runs.check(plan)
    assert checked.production == (name,)

    typed = checked.sentence
    assert as_read(planner.runs.refused(checked, path, typed=typed, accounts_typed="Acme")) == snapshot
    spelt = " ".join(visible(name).split())
    assert planner.runs.refused(checked, path, typed=typed, accounts_typed=f"{spelt}, and no other") is None


def rename_and_plan(planner, simulator, name):
    account = simulator.world.accounts[planner.operator.number(QUIET_NAMES[0]).account_sid]
    simulator.world.accounts[account.sid] = replace(account, friendly_name=name)
    return planner.make(QUIET_NAMES[0])


def test_an_account_that_was_renamed_or_suspended_since_is_noticed(planner, simulator):
    """What looked like a test account yesterday may be production today."""
    plan, _ = planner.make(*QUIET_NAMES[:3])
    account = simulator.world.accounts[plan.items[0].account_sid]
    simulator.world.accounts[account.sid] = replace(account, friendly_name="Acme PROD")
    checked = planner.runs.check(plan)

    assert {item.aside for item in checked.aside} == {Aside.CHANGED}
    assert checked.aside[0].reason.details["now"] == "Acme PROD"


def test_a_number_that_was_connected_to_something_since_is_set_aside(planner):
    """It joined a messaging service: nothing of that is in its own record."""
    plan, _ = planner.make("Delivery alerts 3 (spare)", "Old hotline")
    service = next(item for item in plan.items if item.wiring.links)
    forgotten = replace(plan, items=tuple(replace(item, wiring=Wiring(())) for item in plan.going or (service,)))
    checked = planner.runs.check(forgotten)

    assert Cause.CONNECTED_SINCE in {item.reason.code for item in checked.aside}


def test_a_reason_for_a_quiet_number_is_none_for_one_in_use(planner):
    """Put back with a word, and then somebody called it: it is set aside all the same."""
    plan, _ = planner.make(*QUIET_NAMES)
    sid = plan.items[0].sid
    plan, _ = leave_out(plan, {sid}, author="pat@desk")
    plan, _ = add(plan, {sid}, why="ok after all", author="pat@desk")
    checked = planner.runs.check(plan)
    busy = planner.operator.decide(planner.operator.number("Hotline"))
    used = replace(checked.decisions[sid], verdict=busy.verdict, traffic=busy.traffic)
    again = check(plan, {**checked.decisions, sid: used}, unread={}, accounts={}, at=planner.operator.clock())

    assert [item.aside for item in again.aside] == [Aside.IN_USE]


def test_a_company_whose_name_has_hidden_signs_can_be_typed(planner, snapshot):
    """What nobody sees, nobody types."""
    plan, _ = planner.make(QUIET_NAMES[0])
    (item,) = plan.going

    assert as_read(plan.sentence([replace(item, account="Acme\u200b \u202eGmbH ")])) == snapshot
    assert as_read(plan.sentence([replace(item, account=" ")])) == snapshot


def test_the_sentence_names_the_account_or_how_many_there_are(planner):
    """Whoever types it says whose numbers go; several accounts are listed above the field."""
    plan, path = planner.make(*QUIET_NAMES[:2], "Shop Miami pop-up")
    first, second, shop = sorted(plan.going, key=lambda item: item.account)
    checked = planner.runs.check(plan, path)

    assert plan.sentence([first]) == "release 1 number of Acme Marketing"
    assert plan.sentence([first, second]) == "release 2 numbers of Acme Marketing"
    assert plan.sentence([first, second, shop]) == checked.sentence == "release 3 numbers of 2 accounts"


def test_a_production_name_is_taken_however_its_accents_are_written(planner, simulator):
    """One keyboard writes an accent with its letter, another one after it."""
    plan, path = rename_and_plan(planner, simulator, "Caf\u00e9 PROD")
    checked = planner.runs.check(plan)
    typed = checked.sentence

    assert planner.runs.refused(checked, path, typed=typed, accounts_typed="Cafe\u0301 PROD") is None


def test_an_edited_file_puts_back_numbers_in_use_and_no_others(planner):
    """A put-back and its reason stand in the file only, so they are believed; protected and unknown numbers stay."""
    planner.protection.protect(Protected(Kind.NAME, "Hotline", "", "ann@desk", "2026-03-02"))
    plan, _ = planner.plans.make(planner.operator.inventory().numbers)
    items = tuple(replace(item, aside=None, reason=None, why="edited", verdict=Verdict.IN_USE) for item in plan.items)
    checked = planner.runs.check(replace(plan, items=items))
    were = {item.sid: item.aside for item in plan.items}

    assert {were[sid] for sid in checked.decisions} == {None, Aside.IN_USE}
    assert {Aside.BLOCKED, Aside.UNKNOWN} <= {were[item.sid] for item in checked.aside}
    assert Aside.IN_USE not in {were[item.sid] for item in checked.aside}


def test_an_edited_reason_raises_the_limit(planner, monkeypatch):
    """That the limit was raised stands in the file only, so it is believed; without a reason it holds."""
    monkeypatch.setattr(clearance, "AT_MOST", 1)
    plan, _ = planner.make(*QUIET_NAMES[:2])

    assert clearance.over_the_limit(replace(plan, limit_raised=" ")) != ()
    assert clearance.over_the_limit(replace(plan, limit_raised="x")) == ()


def test_an_edited_count_of_the_account_raises_no_limit(planner, monkeypatch):
    """The limit is a share of the numbers that the account has now, whatever the plan's file says."""
    monkeypatch.setattr(clearance, "AT_MOST", 1)
    plan, _ = planner.make(*QUIET_NAMES[:2])
    (account,) = {item.account_sid for item in plan.items}
    forged = replace(plan, held={account: 5000})
    path = save_plan(forged, planner.plans.folder)
    checked = planner.runs.check(forged)
    assert checked.held == plan.held

    with pytest.raises(NotRunnable):
        planner.run(forged, path, checked=checked)
    assert planner.operator.writes() == []


def test_an_account_whose_numbers_cannot_be_counted_keeps_the_limit(planner, simulator, monkeypatch):
    """A tenth of an unknown count is nothing, and only the fixed number of a plan may go."""
    monkeypatch.setattr(clearance, "AT_MOST", 1)
    plan, path = planner.make(*QUIET_NAMES[:2])
    list_path = f"{plan.items[0].account_sid}/IncomingPhoneNumbers.json"
    simulator.order(Fault.UNAVAILABLE_BEFORE, path=list_path, times=9)
    checked = planner.runs.check(plan)

    assert checked.held == {}
    assert len(checked.going) == 2
    assert planner.runs.stops(checked, path) is not None


@pytest.mark.parametrize(
    "shown",
    [{"phone_number": "+14155550199"}, {"name": "Never used"}, {"configuration": {"voice_url": "https://a.example/"}}],
)
def test_a_number_under_an_edited_name_is_set_aside(planner, shown):
    """Who read the plan read about another number: the fields that people see are compared, too."""
    plan, _ = planner.make(QUIET_NAMES[0])
    forged = replace(plan, items=(replace(plan.items[0], **shown),))
    checked = planner.runs.check(forged)

    assert [(item.aside, item.reason.code) for item in checked.aside] == [(Aside.CHANGED, Cause.FIELDS_CHANGED)]
    assert set(checked.aside[0].reason.details["fields"]) & {*shown, "voice_url"}


@pytest.mark.parametrize("name", [None, "Acme Shops"])
def test_a_target_under_an_edited_name_moves_nothing(planner, name):
    """The typed sentence names the account that the numbers go to, so that name has to be the account's own."""
    plan, _ = planner.make(QUIET_NAMES[0], act=PlanAct.PARK, target=planner.account("Acme Logistics").sid)
    forged = replace(plan, items=(replace(plan.items[0], target_name=name),))
    checked = planner.runs.check(forged)

    assert [item.reason.code for item in checked.aside] == [Cause.TARGET_RENAMED]


def test_an_edited_plan_does_not_bring_back_what_was_never_parked(planner):
    """To bring a number back is refused neither for its traffic nor by the limit, so the journal has to know it."""
    plan, _ = planner.make("Hotline", QUIET_NAMES[0])
    logistics = planner.account("Acme Logistics")
    forged_items = tuple(
        replace(item, aside=None, reason=None, target=logistics.sid, target_name=logistics.friendly_name)
        for item in plan.items
    )
    checked = planner.runs.check(replace(plan, act=PlanAct.BRING_BACK, items=forged_items))

    assert checked.going == ()
    assert [item.reason.code for item in checked.aside] == [Cause.FIELDS_CHANGED] * 2


def test_what_an_edited_file_says_of_a_number_is_not_told_after_the_check(planner):
    """Its price, its use and its warnings are those that were found now; the report has the price of the journal."""
    plan, path = planner.make(QUIET_NAMES[0])
    item = plan.items[0]
    traffic = replace(item.traffic, since=item.traffic.since.replace(year=2020), calls=7)
    forged = replace(item, monthly="9999.00", currency="EUR", bought="2020-03-03", traffic=traffic, cautions=())
    forged = replace(forged, cautions=(Reason(Cause.NEW, {"days": 2}),), looked_at="2020-03-03T00:00:00+00:00")
    plan = replace(plan, items=(forged,))
    path = save_plan(plan, path.parent)
    checked = planner.runs.check(plan, path)
    (going,) = checked.going

    assert going == item
    assert "9,999" not in str(planner.run(plan, path, checked=checked))
    (line,) = planner.runs.report(plan, path)
    assert (line.item.monthly, line.item.currency) == (item.monthly, item.currency)
