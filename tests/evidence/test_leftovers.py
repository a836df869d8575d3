"""A messaging service without numbers: its campaigns are charged for all the same, and the operator is told."""

from threading import Event

import pytest

from helpers.core.connections import LinkKind
from helpers.core.reasons import Cause
from helpers.core.records import Window
from helpers.evidence.memory import EvidenceMemory
from helpers.evidence.wiring import fetch_leftovers, fetch_surroundings
from helpers.simulator import Fault
from helpers.tables.about import describe
from tests.support.evidence import take
from tests.support.golden import as_read
from tests.support.panel_tools import desk_at
from tests.support.simulator_tools import control

#: The service with a campaign, and whose it is.
SERVICE, OWNER = "Delivery alerts", "Acme Alerts"


@pytest.fixture
def emptied(operator):
    """Release every number of the service: nothing says that its campaign stays."""
    inventory = operator.inventory()
    (account,) = (one for one in inventory.accounts if one.friendly_name == OWNER)
    for number in inventory.numbers:
        if number.friendly_name.startswith(SERVICE):
            operator.gateway.delete_number(number.account_sid, number.sid)
    return account


def look(operator, folder, *, stop=None):
    inventory = operator.inventory()
    accounts = {account.sid: account for account in inventory.accounts}
    window, memory = Window.of(90, until=operator.clock()), EvidenceMemory(folder, 90)
    take(operator.gateway, inventory.numbers, accounts, window, memory=memory, stop=stop)
    recalled = EvidenceMemory(folder, 90).recall_leftovers(inventory.accounts)
    return {sid: left.links for sid, left in recalled.items() if left.links}


def test_a_service_with_numbers_is_not_left_over(operator):
    """Its campaign is told with each of its numbers."""
    (account,) = (one for one in operator.gateway.accounts() if one.friendly_name == OWNER)

    assert fetch_surroundings(operator.gateway, account).leftovers == ()


def test_the_campaign_of_an_empty_service_is_left_over(operator, emptied):
    """With its state, and without a number: no number is connected to it, and every place was read."""
    around = fetch_surroundings(operator.gateway, emptied)
    (leftover,) = around.leftovers

    assert (leftover.kind, leftover.details["name"]) == (LinkKind.EMPTY_SERVICE, SERVICE)
    assert leftover.details["campaigns"] == ("verified",)
    assert LinkKind.EMPTY_SERVICE not in {link.kind for links in around.links.values() for link in links}
    assert around.unseen == ()


def test_a_service_without_a_campaign_is_not_left_over(operator, simulator):
    """It costs nothing."""
    inventory = operator.inventory()
    (account,) = (one for one in inventory.accounts if one.friendly_name == "Acme Marketing")
    for number in inventory.numbers:
        if number.phone_number in {"+18445550159", "+19175550160"}:
            operator.gateway.delete_number(number.account_sid, number.sid)

    assert fetch_surroundings(operator.gateway, account).leftovers == ()


@pytest.mark.parametrize("fault", [Fault.FORBIDDEN, Fault.BROKEN_BEFORE])
def test_campaigns_that_cannot_be_read_are_left_over_and_say_so(operator, simulator, emptied, fault):
    """Nobody knows whether something is charged for; that leaves no doubt about any number's connections."""
    simulator.order(fault, path="/Compliance/Usa2p", times=99)
    around = fetch_surroundings(operator.gateway, emptied)

    assert [leftover.details["campaigns"] for leftover in around.leftovers] == [None]
    assert around.unseen == ()


def test_a_service_whose_numbers_cannot_be_read_is_not_called_empty(operator, simulator, emptied):
    """It is a place that could not be looked at."""
    simulator.order(Fault.FORBIDDEN, path="/PhoneNumbers", times=99)
    around = fetch_surroundings(operator.gateway, emptied)

    assert (around.leftovers, len(around.unseen)) == ((), 1)


def test_an_account_that_lost_its_last_number_is_looked_at(operator, emptied, tmp_path):
    """Just there something may be left over; nothing else of it is asked for."""
    for number in operator.inventory().numbers:
        if number.account_sid == emptied.sid:
            operator.gateway.delete_number(number.account_sid, number.sid)
    before = len(operator.simulator.requests)
    found = look(operator, tmp_path)
    hosts = {one["host"] for one in operator.simulator.requests[before:] if emptied.sid in str(one)}

    assert set(found) == {emptied.sid}
    assert "conversations.twilio.com" not in hosts


@pytest.mark.parametrize("path", ["messaging.twilio.com/v1/Services", "/PhoneNumbers"])
def test_what_was_left_over_stays_so_where_a_look_fails(operator, simulator, emptied, tmp_path, path):
    """A failure is no proof that somebody deleted it, and a stopped look is none."""
    first = look(operator, tmp_path)
    simulator.order(Fault.FORBIDDEN, path=path, times=99)
    stop = Event()
    stop.set()

    assert set(first) == {emptied.sid}
    assert look(operator, tmp_path) == first
    assert look(operator, tmp_path, stop=stop) == first


@pytest.mark.parametrize("fault", [Fault.FORBIDDEN, Fault.BROKEN_BEFORE])
def test_an_account_without_numbers_that_cannot_be_read_is_not_called_clean(
    simulator, journal, clock, operator, emptied, snapshot, fault
):
    """No number is there to say so, so the inventory does; and no longer once its services were read."""
    for number in operator.inventory().numbers:
        if number.account_sid == emptied.sid:
            operator.gateway.delete_number(number.account_sid, number.sid)
    desk = desk_at(simulator, journal, clock)
    panel = desk.inventory_panel()
    simulator.order(fault, path="messaging.twilio.com/v1/Services", times=999)
    panel.looking.button.click()
    about = desk._evidence.known(90).about

    assert OWNER in dict(about.leftovers_unseen)
    assert about.leftovers == ()
    told = describe(about)
    assert as_read(told[told.index("Whether something") : told.index("The last ")]) == snapshot

    control(simulator, "faults", {}, method="DELETE")
    panel.looking.button.click()
    about = desk._evidence.known(90).about
    assert (about.leftovers_unseen, [account for account, _ in about.leftovers]) == ((), [OWNER])
    desk.session.gateway.transport.close()


def test_a_suspended_account_without_numbers_is_not_called_clean(simulator, journal, clock, operator, snapshot):
    """Its campaigns go on costing, and Twilio shows them to nobody until it is active again."""
    (account,) = (one for one in operator.gateway.accounts() if one.status == "suspended")
    for number in list(operator.gateway.numbers(account.sid)):
        operator.gateway.delete_number(account.sid, number.sid)
    desk = desk_at(simulator, journal, clock)
    panel = desk.inventory_panel()
    panel.looking.button.click()
    about = desk._evidence.known(90).about

    assert [name for name, _ in about.leftovers_unseen] == [account.friendly_name]
    told = describe(about)
    assert as_read(told[told.index("Whether something") : told.index("The last ")]) == snapshot

    simulator.world.change_account(account.sid, friendly_name=account.friendly_name, status="active")
    panel.looking.button.click()
    assert desk._evidence.known(90).about.leftovers_unseen == ()
    assert not any(one["user"] == closed for closed in _closed(operator) for one in simulator.requests)
    desk.session.gateway.transport.close()


def _closed(operator):
    return [one.sid for one in operator.gateway.accounts() if one.status == "closed"]


@pytest.mark.parametrize("code", [10001, 20005])
def test_a_place_of_an_account_that_is_not_active_says_so(operator, simulator, code):
    """Twilio has two codes for it; neither is a matter of the credentials."""
    (account,) = (one for one in operator.gateway.accounts() if one.friendly_name == OWNER)
    simulator.order(Fault.REFUSED, path="messaging.twilio.com/v1/Services", code=code, times=9)

    (gap,) = fetch_leftovers(operator.gateway, account).unseen
    assert gap.why.code is Cause.INACTIVE


def test_the_inventory_tells_what_is_left_over(simulator, journal, clock, emptied, snapshot):
    """In the panel, in the words for a file, and the next time without a look."""
    desk = desk_at(simulator, journal, clock)
    panel = desk.inventory_panel()
    panel.looking.button.click()
    told = describe(desk._evidence.known(90).about)

    assert SERVICE in panel._remembered.value
    assert as_read(told[told.index("Left over") :]) == snapshot
    desk.session.gateway.transport.close()
