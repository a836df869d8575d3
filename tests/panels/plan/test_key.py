"""A plan at a desk that signs in with an API key which may only look."""

import pytest

from helpers.core.permissions import LOOK, RELEASE
from tests.support.golden import as_read
from tests.support.panel_tools import deletes, desk_at, everything_in
from tests.support.plan_panel_tools import check_and_type, from_list

pytestmark = pytest.mark.usefixtures("loud")


@pytest.fixture
def looking(simulator, journal, clock, controls):
    desk = desk_at(simulator, journal, clock, key=controls.make_key(LOOK))
    yield desk
    desk.session.gateway.transport.close()


@pytest.fixture
def panel(looking):
    return looking.plan_panel()


@pytest.fixture
def keyed(simulator, journal, clock, controls):
    """A desk whose own key may release, with a key of a subaccount that may only look there."""
    support = simulator.credentials["subaccount"][0]
    keys = {support: controls.make_key(LOOK, account_sid=support)}
    own = controls.make_key((*LOOK, *RELEASE))
    desk = desk_at(simulator, journal, clock, key=own, account_keys=keys)
    yield desk, [number for number in desk.inventory().numbers if number.account_sid == support]
    desk.session.gateway.transport.close()


@pytest.mark.parametrize("also_own", [True, False])
def test_a_plan_has_a_button_where_one_of_its_keys_may_release(keyed, also_own):
    """Of numbers in accounts whose keys may only look there is none before another key is typed."""
    desk, there = keyed
    panel = desk.plan_panel()
    numbers = [number.phone_number for number in there] + ["+12125550101"] * also_own
    from_list(panel, "\n".join(["phone_number", *numbers]))
    panel.run.check.click()

    assert {item.account_sid for item in panel.checked.going} >= {there[0].account_sid}
    assert is_shown(panel.run.confirm) is also_own
    assert ("There is no button until" in panel.run.waits.value) is not also_own


def is_shown(widget):
    return widget.layout.display != "none"


def test_a_plan_runs_with_a_key_that_is_typed_for_this_run(panel, simulator, controls, snapshot):
    """No button before; one DELETE for each number, by the typed key; nothing of the key afterwards."""
    from_list(panel, "phone_number\n+12125550101\n+12125550104\n")
    check_and_type(panel)
    assert (is_shown(panel.run.confirm), panel.run.confirm.disabled) == (False, True)
    assert as_read(panel.run.waits.value) == snapshot
    key = controls.make_key(RELEASE)
    panel.run.key.sid.value, panel.run.key.secret.value = key.sid, str(key.secret)
    assert (is_shown(panel.run.confirm), panel.run.confirm.disabled) == (True, False)
    panel.run.confirm.click()
    panel.run.confirm.click()

    assert [request["user"] for request in deletes(simulator)] == [key.sid] * 2
    assert as_read(panel.said) == snapshot
    assert (panel.run.key.sid.value, panel.run.key.secret.value) == ("", "")
    assert key.secret not in "".join(everything_in(panel))


def test_a_key_of_another_account_ends_the_run_without_a_delete(panel, simulator, controls):
    """Each number says so, and stays."""
    from_list(panel, "phone_number\n+12125550101\n+12125550104\n")
    check_and_type(panel)
    key = controls.make_key(RELEASE, account_sid=simulator.credentials["subaccount"][0])
    panel.run.key.sid.value, panel.run.key.secret.value = key.sid, str(key.secret)
    panel.run.confirm.click()

    assert deletes(simulator) == []
    assert key.secret not in "".join(everything_in(panel))
