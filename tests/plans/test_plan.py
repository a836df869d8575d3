"""A plan can be read, changed, handed on and opened again; what may not go is set aside, with the reason."""

import hashlib
import json
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from threading import Event

import pytest

from helpers.core.errors import NotRunnable, PlanUnreadable, Stopped
from helpers.core.reasons import Cause, Reason
from helpers.core.records import Verdict
from helpers.decisions.protected import Kind, Protected
from helpers.plans.clearance import allowance, over_the_limit, saved_a_year
from helpers.plans.edits import add, leave_out, raise_limit
from helpers.plans.files import open_plan, plan_files, save_plan
from helpers.plans.plan import Aside, with_emergency_address
from helpers.plans.report import require_sentences
from tests.support.golden import as_read
from tests.support.plan_tools import QUIET_NAMES, by_name, in_one_account

#: The day of the tests' clock.
TODAY = date(2026, 3, 2)


def test_a_plan_names_what_was_known_of_each_number(planner):
    """Account, sid, settings, verdict, evidence, price and the last good day, for somebody else to read."""
    plan, _ = planner.make("Shop Seattle (closed 2023)")
    (item,) = plan.items

    assert item.account == "Acme Shops"
    assert item.sid.startswith("PN")
    assert item.configuration["voice_url"] == "https://voice.acme.example/shops/7"
    assert item.verdict == "quiet"
    assert (item.traffic.calls, item.traffic.messages) == (0, 0)
    assert (item.monthly, item.currency) == ("1.15", "USD")
    assert item.last_good_day(TODAY) < item.next_billing(TODAY)
    assert saved_a_year([item])["USD"] == 12 * 115 / 100 or str(saved_a_year([item])["USD"]) == "13.80"


@pytest.mark.parametrize(
    ("name", "aside"),
    [
        ("Hotline", Aside.IN_USE),
        ("Shop Houston, pharmacy", Aside.BLOCKED),
        ("Gehostet von der alten Telefonanlage", Aside.BLOCKED),
        ("Delivery alerts 3 (spare)", Aside.UNKNOWN),
    ],
)
def test_what_may_not_go_is_set_aside_with_its_reason(planner, name, aside):
    """In use, blocked, and what could not be judged: each stays in the plan, and does not go."""
    plan, _ = planner.make(name, QUIET_NAMES[0])

    assert by_name(plan)[name].aside is aside
    assert by_name(plan)[name].reason
    assert [item.name for item in plan.going] == [QUIET_NAMES[0]]


def test_a_protected_number_is_set_aside(planner):
    """Whoever protected it is named."""
    planner.protection.protect(Protected(Kind.NAME, "*pop-up*", "back in summer", "ann@desk", "2026-02-01"))
    plan, _ = planner.make("Shop Miami pop-up")

    assert plan.items[0].aside is Aside.BLOCKED
    assert plan.items[0].reason.details["who"] == "ann@desk"


def test_numbers_stand_in_the_order_of_their_next_bill(planner):
    """The first in the plan is the one that costs the next month first."""
    plan, _ = planner.make(*QUIET_NAMES)
    days = [item.next_billing(TODAY) for item in plan.items]

    assert days == sorted(days)


def test_those_in_use_are_added_with_one_reason_and_not_without(planner, snapshot):
    """All of them at once; the reason is written down for each that is in use, and for no other."""
    plan, _ = planner.make("Hotline", "Hotline, second level", QUIET_NAMES[0])
    plan, _ = leave_out(plan, {by_name(plan)[QUIET_NAMES[0]].sid}, author="pat@desk")
    everything = {item.sid for item in plan.items}
    with pytest.raises(NotRunnable) as refused:
        add(plan, everything, why="  ", author="pat@desk")
    assert as_read(str(refused.value)) == snapshot

    changed, stay = add(plan, everything, why=" The contract ended ", author="ann@desk")
    assert stay == ()
    assert changed.authors == ("pat@desk", "ann@desk")
    assert {item.name: item.why for item in changed.going} == {
        "Hotline": "The contract ended",
        "Hotline, second level": "The contract ended",
        QUIET_NAMES[0]: "",
    }


def test_a_look_that_is_stopped_leaves_no_plan(planner, snapshot):
    """Whatever it did not get to would be unknown, and a plan of that sets aside what may well go."""
    stop = Event()

    def halfway(_done, _whole):
        stop.set()

    with pytest.raises(Stopped) as refused:
        planner.make(*QUIET_NAMES, progress=halfway, stop=stop)
    assert as_read(str(refused.value)) == snapshot

    assert planner.plans.files() == ()


def test_what_is_blocked_protected_or_unknown_is_never_added(planner, snapshot):
    """No reason is good enough; the others are added all the same, and of each that is not is told why."""
    planner.protection.protect(Protected(Kind.NAME, "*pop-up*", "back in summer", "ann@desk", "2026-02-01"))
    blocked = ("Shop Houston, pharmacy", "Delivery alerts 3 (spare)", "Shop Miami pop-up")
    plan, _ = planner.make(*blocked, "Hotline", QUIET_NAMES[0])
    changed, stay = add(plan, {item.sid for item in plan.aside}, why="because", author="pat@desk")

    assert {item.name for item in changed.going} == {"Hotline", QUIET_NAMES[0]}
    assert {item.name: (item.aside, item.reason.code) for item in stay} == {
        "Shop Houston, pharmacy": (Aside.BLOCKED, Cause.EMERGENCY_ADDRESS),
        "Delivery alerts 3 (spare)": (Aside.UNKNOWN, Cause.UNKNOWN),
        "Shop Miami pop-up": (Aside.BLOCKED, Cause.PROTECTED),
    }

    same, stay = add(changed, {item.sid for item in stay}, why="because", author="ann@desk")
    assert same is changed
    assert len(stay) == 3


def test_what_was_left_out_by_hand_comes_back_as_it_was_and_not_as_a_way_around(planner):
    """One with an emergency address still has it; one that is protected by now stays out, too."""
    plan, path = planner.make("Shop Houston, pharmacy", "Shop Miami pop-up")
    everything = {item.sid for item in plan.items}
    out, stay = leave_out(plan, everything, author="pat@desk")
    assert stay == ()
    assert {item.aside for item in out.items} == {Aside.BY_HAND}
    assert with_emergency_address(out) == ()
    assert add(out, everything, why="because", author="pat@desk")[0].items == plan.items

    planner.protection.protect(Protected(Kind.NAME, "*pop-up*", "back in summer", "ann@desk", "2026-02-01"))
    again, _ = planner.plans.again(out, planner.plans.save(out, path, before=plan))
    require_sentences(again)
    assert {item.aside for item in again.items} == {Aside.BY_HAND}
    back, stay = add(again, everything, why="because", author="pat@desk")
    assert back.going == ()
    assert {item.reason.code for item in stay} == {Cause.EMERGENCY_ADDRESS, Cause.PROTECTED}
    assert by_name(back)["Shop Miami pop-up"].reason.details["who"] == "ann@desk"


def test_nothing_is_changed_where_nothing_was_chosen_or_what_is_not_there(planner, snapshot):
    """The plan before is the plan after."""
    plan, _ = planner.make(*QUIET_NAMES)
    for chosen in (set(), {"PN0"}):
        with pytest.raises(NotRunnable) as refused:
            leave_out(plan, chosen, author="pat@desk")
        assert as_read(str(refused.value)) == snapshot
        with pytest.raises(NotRunnable, match="Nothing was changed"):
            add(plan, chosen, why="because", author="pat@desk")


def test_whatever_is_changed_changes_the_fingerprint(planner):
    """An approval is for this plan and no other."""
    plan, _ = planner.make(*QUIET_NAMES)
    changed, _ = leave_out(plan, {plan.items[0].sid}, author="pat@desk")

    assert changed.id == plan.id
    assert changed.fingerprint != plan.fingerprint
    assert add(changed, {plan.items[0].sid}, why="", author="pat@desk")[0] == plan


def test_a_plan_comes_back_from_its_file_as_it_was(planner):
    """Nothing is lost on the way through a file."""
    plan, path = planner.make(*QUIET_NAMES, "Hotline", "Shop Houston, pharmacy")

    assert open_plan(path) == plan
    assert plan_files(path.parent) == [path]


def test_a_file_that_was_changed_is_noticed(planner, snapshot):
    """One number slipped in by hand, and nothing of it is run."""
    plan, path = planner.make(*QUIET_NAMES, "Hotline")
    told = json.loads(path.read_text())
    for item in told["plan"]["items"]:
        item["aside"] = None
    path.write_text(json.dumps(told))

    with pytest.raises(PlanUnreadable) as refused:
        open_plan(path)
    assert as_read(str(refused.value)) == snapshot
    assert save_plan(plan, path.parent) == path
    assert open_plan(path) == plan


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"this_is": "a shopping list"}', '{"this_is": 1, "plan": []}', "\x00"]
)
def test_a_file_that_is_no_plan_is_a_sentence(tmp_path, text, snapshot):
    """Whatever it holds instead."""
    path = tmp_path / "plan-2026-03-02-1.json"
    path.write_text(text)

    with pytest.raises(PlanUnreadable) as refused:
        open_plan(path)
    assert as_read(str(refused.value)) == snapshot


def test_a_file_that_is_not_there_is_a_sentence(tmp_path, snapshot):
    """Moved away meanwhile."""
    with pytest.raises(PlanUnreadable) as refused:
        open_plan(tmp_path / "plan-2026-03-02-1.json")
    assert as_read(str(refused.value)) == snapshot


def test_a_plan_takes_fifty_numbers_or_a_tenth_of_an_account(planner, snapshot):
    """Whichever is more; above that it takes a reason, which goes into the plan."""
    plan, _ = planner.make(QUIET_NAMES[0])
    assert over_the_limit(in_one_account(plan, 50)) == ()

    many = in_one_account(plan, 51)
    assert as_read(over_the_limit(many)[0]) == snapshot
    with pytest.raises(NotRunnable) as refused:
        raise_limit(many, why="", author="pat@desk")
    assert as_read(str(refused.value)) == snapshot
    raised = raise_limit(many, why="The customer left", author="pat@desk")
    assert over_the_limit(raised) == ()
    assert as_read(raised.limit_raised) == snapshot
    assert allowance(10_000) == 1000


def test_a_plan_made_anew_keeps_what_people_decided(planner, snapshot):
    """What was left out stays out, a second person asked for still is, and everybody who had a hand in it is named."""
    made, path = planner.make(*QUIET_NAMES, "Hotline")
    plan, _ = leave_out(made, {by_name(made)[QUIET_NAMES[0]].sid}, author="ann@desk")
    plan, _ = add(plan, {by_name(plan)["Hotline"].sid}, why="The contract ended", author="ann@desk")
    plan = replace(plan, two_people=True)
    again, path = planner.plans.again(plan, planner.plans.save(plan, path, before=made))

    assert by_name(again)[QUIET_NAMES[0]].aside is Aside.BY_HAND
    assert as_read(by_name(again)["Hotline"].why) == snapshot
    assert again.two_people
    assert again.authors == ("pat@desk", "ann@desk")
    assert planner.plans.open(path) == again


def test_no_list_is_read_twice_for_a_plan(planner, simulator):
    """Neither for one of chosen numbers nor for one made anew: a company may have a hundred thousand of them."""

    def lists(make):
        before = len(simulator.requests)
        make()
        paths = [request["path"] for request in simulator.requests[before:]]
        return Counter(path for path in paths if path.endswith(("/Accounts.json", "/IncomingPhoneNumbers.json")))

    numbers = [planner.operator.number(name) for name in QUIET_NAMES]
    once = lists(lambda: planner.plans.make(numbers))
    path = planner.plans.files()[0].path
    plan = planner.plans.open(path)

    assert set(once.values()) == {1}
    assert lists(lambda: planner.plans.again(plan, path)) == once


def test_an_old_plan_knows_the_next_bill(planner):
    """Opened weeks later, its last good day is one that is still to come."""
    plan, _ = planner.make(*QUIET_NAMES)
    later = planner.operator.clock().date() + timedelta(days=40)

    assert all(later <= item.last_good_day(later) for item in plan.items)


def test_a_plan_holds_no_password(planner, simulator):
    """A user name and a password in a web address stay out of a file that is handed on."""
    number = planner.operator.number(QUIET_NAMES[0])
    planner.operator.gateway.update_number(
        number.account_sid, number.sid, {"VoiceUrl": "https://ann:hunter2@acme.example/ivr"}
    )
    _, path = planner.make(QUIET_NAMES[0])
    written = path.read_text()

    assert "https://acme.example/ivr" in written
    assert "hunter2" not in written
    for pair in simulator.credentials.values():
        assert pair[1] not in written


@pytest.mark.parametrize("why", ["https://ann:hunter2@wiki.example/p", "see https://wiki.example/p?token=hunter2"])
def test_a_reason_that_is_written_into_a_plan_holds_no_password(planner, why):
    """Whichever reason it is: for the plan, for its limit, for a number that is in use."""
    plan, _ = planner.make("Hotline", QUIET_NAMES[0], why=why)
    plan = raise_limit(plan, why=why, author="pat@desk")
    plan, _ = add(plan, {by_name(plan)["Hotline"].sid}, why=why, author="pat@desk")

    assert "hunter2" not in save_plan(plan, planner.plans.folder).read_text()
    assert "wiki.example" in plan.why
    assert "wiki.example" in plan.limit_raised
    assert "wiki.example" in by_name(plan)["Hotline"].why


def as_by_010(plan, path):
    """Rewrite a plan's file as 0.1.0 wrote it: with sentences, and without a format."""
    told = json.loads(path.read_text())["plan"]
    for item in told["items"]:
        for name in ("traffic", "cautions"):
            del item[name]
        item |= {"because": ["No calls."], "warnings": [], "wiring": ["On a trunk."], "unseen": [], "last_used": None}
        item["reason"] = "Left out by ann@desk." if item["aside"] else ""
    told["items"][0]["aside"] = "left out by hand"
    whole = json.dumps(told, sort_keys=True, ensure_ascii=False).encode()
    old = {"this_is": "a plan of the Twilio number kit", "fingerprint": hashlib.sha256(whole).hexdigest(), "plan": told}
    path.write_text(json.dumps(old))


def test_a_plan_of_an_earlier_version_is_for_reading_and_a_new_one_is_made_of_it(planner):
    """Its sentences are taken for nothing: no number of it goes, and a new plan keeps what people decided."""
    plan, path = planner.make(*QUIET_NAMES[:2])
    as_by_010(plan, path)
    old = planner.plans.open(path)

    assert [item.aside for item in old.items] == [Aside.BY_HAND, Aside.OLD]
    assert planner.runs.check(old).going == ()
    new, _ = planner.plans.again(old, path)
    assert [item.aside for item in new.items] == [Aside.BY_HAND, None]


def test_a_plan_of_an_earlier_version_that_was_changed_is_not_opened(planner, snapshot):
    """Its fingerprint is looked at as well."""
    plan, path = planner.make(QUIET_NAMES[0])
    as_by_010(plan, path)
    path.write_text(path.read_text().replace(plan.items[0].phone_number, "+14155550199"))

    with pytest.raises(PlanUnreadable) as refused:
        open_plan(path)
    assert as_read(str(refused.value)) == snapshot


def test_an_unknown_number_that_an_older_plan_left_out_is_not_added(planner):
    """That version did not keep what stood against it: the plan has to be made anew."""
    plan, _ = planner.make(*QUIET_NAMES[:2])
    reason = Reason(Cause.BY_HAND, {"who": "pat@desk"})
    first, second = (replace(item, aside=Aside.BY_HAND, reason=reason) for item in plan.items)
    old = replace(plan, items=(replace(first, verdict=Verdict.UNKNOWN), second))
    added, stay = add(old, {first.sid, second.sid}, why="they may go", author="kim@desk")

    assert [item.aside for item in added.items] == [Aside.OLD, None]
    assert [item.sid for item in stay] == [first.sid]
