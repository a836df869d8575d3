"""After a release, messaging services left without numbers are listed, with what they cost; nothing is done."""

import pytest

from helpers.simulator import Fault
from tests.support.golden import as_read
from tests.support.panel_tools import choose, deletes, named
from tests.support.plan_panel_tools import check_and_type, from_list

pytestmark = pytest.mark.usefixtures("loud")
IN_ALERTS = ("Delivery alerts 1", "Delivery alerts 2")
IN_RAFFLES = ("Raffle, toll-free", "Influencer campaign")


def release(desk, name):
    """Release a number through the panel, and return what stands below it then."""
    panel, number = desk.release_panel(), named(desk, name)
    choose(panel, number)
    panel.why.value, panel.typed.value = "not needed any more", number.phone_number
    panel.confirm.click()
    assert "is released" in panel.said
    return as_read(panel.result.value)


def test_a_service_that_still_has_a_number_is_not_listed_and_with_its_last_one_it_is(desk, simulator, snapshot):
    """The second is looked at anew, however soon: what was seen before the first went counts no more."""
    first, last = (release(desk, name) for name in IN_ALERTS)

    assert "messaging service" not in first
    assert "The messaging service Delivery alerts" in last
    assert "still an A2P campaign, which Twilio charges for by the month" in last
    assert last[last.index("The messaging service") :] == snapshot
    assert [each["method"] for each in simulator.requests if each["method"] != "GET"] == ["DELETE", "DELETE"]


def test_a_campaign_that_could_not_be_read_is_not_called_none(desk, simulator):
    """Nobody knows whether something is charged for, and that is said."""
    release(desk, IN_ALERTS[0])
    simulator.order(Fault.FORBIDDEN, path="/Compliance/Usa2p", times=99)

    assert "whether it has an A2P campaign, which Twilio charges for by the month, could not" in release(
        desk, IN_ALERTS[1]
    )


def test_the_report_of_a_plan_lists_the_services_that_it_left_without_numbers(desk, plan_panel, simulator):
    """Where the plan took all of its numbers, whatever each of them saw."""
    from_list(plan_panel, "\n".join(named(desk, name).phone_number for name in IN_RAFFLES))
    check_and_type(plan_panel)
    plan_panel.run.confirm.click()
    told = as_read(plan_panel.report.told.value)

    assert len(deletes(simulator)) == 2
    assert "The messaging service Raffles" in told
    assert "no A2P campaign: Twilio states no price for it" in told


def test_a_plan_that_takes_some_numbers_of_a_service_lists_nothing(desk, plan_panel, simulator):
    """The other one still sends."""
    from_list(plan_panel, named(desk, IN_RAFFLES[0]).phone_number)
    check_and_type(plan_panel)
    plan_panel.run.confirm.click()

    assert len(deletes(simulator)) == 1
    assert "messaging service" not in as_read(plan_panel.report.told.value)
