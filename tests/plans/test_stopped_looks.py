"""Stop ends a plan's look wherever it is: nothing more is asked for."""

from threading import Event

import pytest

from helpers.core.errors import Stopped
from helpers.gateway.transport import CONNECTIONS
from helpers.simulator import Fault
from tests.support.plan_tools import QUIET_NAMES


@pytest.fixture
def stop_at(operator, monkeypatch):
    """Set a stop while a request is under way whose address holds something; count what leaves afterwards."""

    def set_up(part):
        stop, later = Event(), []
        transport = operator.gateway.transport
        really = transport._once

        def once(ask):
            if stop.is_set():
                later.append(ask["url"])
            answer = really(ask)
            if part in ask["url"]:
                stop.set()
            return answer

        monkeypatch.setattr(transport, "_once", once)
        return stop, later

    return set_up


@pytest.mark.parametrize(
    "part", ["/Accounts/", "/Accounts.json", "/IncomingPhoneNumbers.json", "/PN", "Usage", "/Countries/"]
)
def test_stop_while_a_plan_is_made_asks_for_nothing_more(planner, stop_at, part):
    """In the list of accounts, in the lists of numbers, at the numbers, at the prices: no plan is written."""
    numbers = [one for one in planner.operator.inventory().numbers if one.friendly_name in QUIET_NAMES]
    stop, later = stop_at(part)
    with pytest.raises(Stopped):
        planner.plans.make(numbers, stop=stop)

    assert len(later) < CONNECTIONS
    assert later == [] or part not in {"/Accounts/", "/Accounts.json"}
    assert planner.plans.files() == ()


@pytest.mark.parametrize("part", ["/Accounts/", "/Accounts.json"])
def test_stop_while_a_check_finds_out_what_is_in_sight_asks_for_nothing_more(planner, stop_at, part):
    """It is told as stopped, not as a network that fails."""
    plan, _ = planner.make(*QUIET_NAMES)
    stop, later = stop_at(part)
    with pytest.raises(Stopped):
        planner.runs.check(plan, stop=stop)

    assert later == []


def test_stop_while_addresses_are_unregistered_waits_for_none(planner, operator):
    """The one whose request has left is told as open, and is for a later look to settle."""
    plan, path = planner.make("Shop Houston, pharmacy")
    stop, told = Event(), []
    really = operator.gateway.update_number

    def update(*asked):
        stop.set()
        return really(*asked)

    operator.gateway.update_number = update
    operator.clock.waits.clear()
    planner.runs.unregister(plan, path, typed="unregister 1 emergency address", stop=stop, on_message=told.append)

    assert len(told) == len(operator.writes()) == 1
    assert operator.journal.entries()[0].open
    assert operator.clock.waits == []


def test_stop_while_a_plan_runs_looks_at_none_a_second_time(planner, operator, simulator):
    """What was sent for was looked at right afterwards, and what is open then is for a later look to settle."""
    plan, path = planner.make(QUIET_NAMES[0])
    operator.simulator.order(Fault.REQUEST_LOST, method="DELETE")
    checked, stop, asked = planner.runs.check(plan), Event(), []

    def told(_):
        asked.append(len(simulator.requests))
        stop.set()

    states, _ = planner.run(plan, path, checked=checked, stop=stop, on_progress=told)

    assert list(states.values()) == ["unknown"]
    assert asked == [len(simulator.requests)]
