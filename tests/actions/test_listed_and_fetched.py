"""A list and a fetch tell the same number in two ways: that is no change, and everything else is."""

import pytest

from helpers.core.records import Number, PlanAct, changed_fields
from helpers.plans.plan import record_of
from tests.support.plan_tools import QUIET_NAMES, Planner, by_name

#: What lists and fetches say of the same number, each in its own way.
LISTED = {"beta": None, "sms_url": "", "trunk_sid": None, "page": 3}
FETCHED = {"beta": False, "sms_url": None, "bundle_sid": None, "edge": "ashburn"}


@pytest.fixture
def planner(operator, connect, between, tmp_path):
    """Plans at a Twilio whose lists tell some fields otherwise than its fetches, and have others."""

    def told(path, said):
        fetched = "/IncomingPhoneNumbers/PN" in path
        for record in [said] if fetched else said.get("incoming_phone_numbers", []):
            for name in LISTED | FETCHED:
                record.pop(name, None)
            record.update(FETCHED if fetched else LISTED)

    between.changes.append(told)
    operator.gateway = connect(url=between.url)
    return Planner(operator, tmp_path)


def test_a_plan_goes_where_lists_and_fetches_tell_fields_otherwise(planner):
    """Made, checked and run: none is called changed, and each is released with one request."""
    plan, path = planner.make(*QUIET_NAMES)
    checked = planner.runs.check(plan)
    assert checked.aside == ()

    ended, _ = planner.run(plan, path, checked=checked)
    assert set(ended.values()) == {"released"}
    assert len(planner.operator.deletes()) == len(QUIET_NAMES)


def test_parking_goes_where_lists_and_fetches_tell_fields_otherwise(planner):
    """It compares in the same way."""
    lot = planner.account("Acme Logistics")
    plan, path = planner.make(QUIET_NAMES[0], act=PlanAct.PARK, target=lot.sid)
    ended, _ = planner.run(plan, path)

    assert set(ended.values()) == {"moved"}


@pytest.mark.parametrize(
    ("listed", "fetched"),
    [
        ({"beta": None}, {"beta": False}),
        ({}, {"beta": False}),
        ({"beta": ""}, {"beta": None}),
        ({"sms_url": ""}, {"sms_url": None}),
        ({"trunk_sid": None}, {}),
        ({}, {"status_callback": ""}),
    ],
)
def test_two_ways_of_saying_nothing_are_alike(listed, fetched):
    """A field that is left out, null or empty; and a beta that is null or false."""
    one, other = (Number("PN1", "AC1", "+14155550123", "", sent) for sent in (listed, fetched))

    assert changed_fields(one, other) == ()
    assert record_of(one) == record_of(other)


@pytest.mark.parametrize("name", ["status", "something_new"])
def test_any_field_that_a_fetch_tells_otherwise_than_before_is_a_change(operator, connect, between, tmp_path, name):
    """Between the check and the run: that number is set aside, with the field, and the others go."""
    operator.gateway = connect(url=between.url)
    planner = Planner(operator, tmp_path)
    plan, path = planner.make(*QUIET_NAMES[:2])
    checked = planner.runs.check(plan)
    changed = by_name(plan)[QUIET_NAMES[0]].sid
    between.changes.append(lambda path, said: said.update({name: "anything"}) if changed in path else None)
    planner.run(plan, path, checked=checked)

    states = {line.item.sid: (line.state, line.message) for line in planner.runs.report(plan)}
    assert states.pop(changed) == ("kept", f"The number is still yours. It was changed since it was confirmed: {name}.")
    assert {state for state, _ in states.values()} == {"released"}


@pytest.mark.parametrize(("before", "now"), [(None, True), (False, True), ("", 0), (None, {}), ("x", None)])
def test_nothing_else_is_alike(before, now):
    """Only what says nothing is alike: true, zero and an empty object say something."""
    one, other = (Number("PN1", "AC1", "+14155550123", "", {"beta": value}) for value in (before, now))

    assert changed_fields(one, other) == ("beta",)
