"""An emergency address blocks a release; unregistering it is a step of its own."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from helpers.actions.emergency_address import unregister
from helpers.actions.outcome import QUARANTINE
from helpers.actions.reconcile import settle_open
from helpers.core.errors import AlreadyUsed, Drifted, NotReleasable, TwilioSaidNo
from helpers.core.grounds import NO_GROUNDS, Grounds, ReasonCode
from helpers.core.reasons import Cause, Reason, reason_in
from helpers.core.records import Confirmation, Verdict
from helpers.decisions.protected import Kind, Protected, Rule
from helpers.decisions.session import Sight
from helpers.simulator import Fault
from helpers.tables.story import story
from tests.support.golden import as_read
from tests.support.simulator_tools import control


@pytest.fixture
def pharmacy(operator):
    """A number of Acme's with an emergency address that nobody calls."""
    return operator.number("Shop Houston, pharmacy")


@pytest.fixture
def unregister_it(operator):
    """Type the number and press the button of the emergency step."""

    def pressed(number, *, typed=None, confirmation="emergency-1", **otherwise):
        decision = replace(operator.decide(number), **otherwise)
        typed = number.phone_number if typed is None else typed
        return unregister(Confirmation(confirmation, decision, typed), operator.session)

    return pressed


def test_after_unregistering_the_number_can_be_released_and_restoring_says_what_is_missing(
    operator, pharmacy, unregister_it
):
    """The whole way: blocked, unregistered as Twilio got round to it, released, taken back, and reminded."""
    from helpers.actions.restore import restore

    settled = unregister_it(pharmacy)
    assert settled.entry.state == "unregistered"
    assert operator.clock.waits != []

    released = operator.press(operator.confirm(operator.number("Shop Houston, pharmacy"), why="closed")).entry
    assert released.state == "released"
    back = restore(released, operator.session, typed=pharmacy.phone_number)
    assert Reason(Cause.ADDRESS_UNREGISTERED, {"sid": pharmacy.get("emergency_address_sid")}) in back.by_hand


def test_it_takes_the_number_typed_back(operator, pharmacy, unregister_it):
    """Nothing is sent for a number that was not typed."""
    with pytest.raises(NotReleasable):
        unregister_it(pharmacy, typed="yes")

    assert operator.writes() == []


def test_a_number_without_an_address_is_left_alone(operator, quiet, unregister_it, snapshot):
    """There is nothing to unregister, and nothing is sent."""
    with pytest.raises(NotReleasable) as refused:
        unregister_it(quiet)
    assert as_read(str(refused.value)) == snapshot

    assert operator.writes() == []


def test_a_protected_number_keeps_its_address(operator, pharmacy, unregister_it, snapshot):
    """Somebody is located by it: protected after it was looked at, it stays as it is."""
    line = Protected(Kind.NUMBER, pharmacy.phone_number, "people call 911 from it", "ann@desk", "2026-03-02")
    operator.protection.protect(line)

    with pytest.raises(NotReleasable) as refused:
        unregister_it(pharmacy)
    assert as_read(str(refused.value)) == snapshot

    assert operator.writes() == []


def test_a_protection_that_asks_for_a_ticket_asks_before_the_address_is_unregistered(operator, pharmacy, snapshot):
    """Without both nothing is sent; with both it is, and the journal keeps them, as for the release itself."""
    line = Protected(Kind.NUMBER, pharmacy.phone_number, "the shop", "ann@desk", "2026-03-02", Rule.WITH_TICKET)
    decided = operator.decide(pharmacy)
    operator.protection.protect(line)
    for name, grounds in (("one", NO_GROUNDS), ("two", Grounds(ticket="OPS-4711"))):
        for decision in (decided, operator.decide(pharmacy)):
            confirmation = Confirmation(name, decision, pharmacy.phone_number, grounds=grounds)
            with pytest.raises(NotReleasable) as refused:
                unregister(confirmation, operator.session)
    assert as_read(str(refused.value)) == snapshot
    assert operator.writes() == []

    grounds = Grounds(ReasonCode.CUSTOMER_LEFT, "OPS-4711")
    confirmation = Confirmation("three", operator.decide(pharmacy), pharmacy.phone_number, grounds=grounds)
    entry = unregister(confirmation, operator.session).entry
    assert entry.state == "unregistered"
    assert (entry.details["reason_code"], entry.details["ticket"]) == ("customer left", "OPS-4711")
    assert "Ticket: OPS-4711." in " ".join(text for _, text in story(entry))
    released = operator.press(operator.confirm(operator.number("Shop Houston, pharmacy"), grounds=grounds)).entry
    assert released.state == "released"


@pytest.mark.parametrize(
    ("otherwise", "said"),
    [
        ({"verdict": Verdict.IN_USE}, "because of this: in use"),
        ({"verdict": Verdict.UNKNOWN}, "because of this: could not be judged"),
        ({"blockers": (Reason(Cause.EMERGENCY_ADDRESS), Reason(Cause.HOSTED))}, "because of this: hosted number"),
        ({"looked_at": datetime(2026, 3, 2, 8, 0, tzinfo=UTC)}, "more than an hour ago"),
        ({"looked_at": datetime(2026, 3, 2, 11, 0, tzinfo=UTC)}, "more than an hour ago"),
    ],
)
def test_an_address_goes_only_where_nothing_else_keeps_a_number_from_being_released(
    operator, pharmacy, unregister_it, otherwise, said
):
    """In use, not looked at, hosted, seen too long ago: nobody unregisters that by the way."""
    with pytest.raises(NotReleasable, match=said):
        unregister_it(pharmacy, **otherwise)

    assert operator.writes() == []


def test_one_confirmation_sends_one_request(operator, pharmacy, unregister_it):
    """The same id a second time is refused."""
    unregister_it(pharmacy)

    with pytest.raises(AlreadyUsed):
        unregister_it(pharmacy)
    assert len(operator.writes()) == 1


def test_a_number_that_changed_is_left_alone(operator, pharmacy, unregister_it):
    """Somebody changed it since it was shown."""
    operator.simulator.order(Fault.CHANGED, method="GET", path=pharmacy.sid)

    with pytest.raises(Drifted):
        unregister_it(pharmacy)
    assert operator.writes() == []


def test_a_refusal_closes_the_entry(operator, pharmacy, unregister_it):
    """Twilio says no; the address stays, and the entry says so."""
    operator.simulator.order(Fault.REFUSED, method="POST")

    with pytest.raises(TwilioSaidNo):
        unregister_it(pharmacy)
    assert operator.journal.entries()[0].state == "refused"
    assert operator.number("Shop Houston, pharmacy") == pharmacy


def test_an_address_that_is_still_being_unregistered_after_a_day_is_one_for_twilios_support(
    operator, pharmacy, unregister_it, monkeypatch, snapshot
):
    """Until then the entry stays open; after that it says whom to ask, and the number can be dealt with again."""
    monkeypatch.setattr("helpers.actions.emergency_address.READS", 1)
    entry = unregister_it(pharmacy).entry
    pending = replace(pharmacy, sent={**pharmacy.sent, "emergency_address_status": "pending-unregistration"})
    monkeypatch.setattr(operator.gateway, "number", lambda account_sid, sid: pending)

    operator.clock.advance(hours=23)
    assert settle_open(entry, operator.session).entry.open

    operator.clock.advance(hours=2)
    settled = settle_open(entry, operator.session)
    assert settled.entry.state == "kept"
    assert as_read(settled.message) == snapshot
    assert len(operator.writes()) == 1


@pytest.mark.parametrize(("fault", "state"), [(Fault.ANSWER_LOST, "unregistered"), (Fault.REQUEST_LOST, "kept")])
def test_an_answer_that_was_lost_is_settled_by_looking(operator, pharmacy, unregister_it, fault, state):
    """Carried out or not: the number's own status tells, and nothing is sent twice."""
    operator.simulator.order(fault, method="POST")
    settled = unregister_it(pharmacy)
    operator.clock.now += QUARANTINE
    if settled.entry.open:
        settled = settle_open(settled.entry, operator.session)

    assert settled.entry.state == state
    assert len(operator.writes()) == 1


def test_a_key_that_cannot_see_the_number_settles_nothing(
    operator, pharmacy, unregister_it, connect, monkeypatch, snapshot
):
    """Twilio answers 404 to the main account's key for a subaccount's number: that does not say that it is gone."""
    monkeypatch.setattr("helpers.actions.emergency_address.READS", 1)
    entry = unregister_it(pharmacy).entry
    key = connect("main_key")
    looked = settle_open(entry, replace(operator.session, gateway=key, sight=Sight(key)))

    assert looked.entry.open
    assert as_read(looked.message) == snapshot
    looks = [settle_open(looked.entry, operator.session).entry.state for _ in range(3)]
    assert looks[-1] == "unregistered"


def test_a_number_whose_address_is_being_unregistered_cannot_be_released(
    operator, pharmacy, unregister_it, monkeypatch
):
    """While the entry is open, or the status pending, a release is refused."""
    monkeypatch.setattr("helpers.actions.emergency_address.READS", 1)
    assert unregister_it(pharmacy).entry.open
    blocked = operator.decide(operator.gateway.number(pharmacy.account_sid, pharmacy.sid))

    assert blocked.blockers[0].details["status"] == "pending-unregistration"


def test_a_number_that_was_bought_again_meanwhile_is_not_called_lost(operator, pharmacy, unregister_it):
    """No answer came, and somebody released it and bought it again: it is the company's, with another SID."""
    operator.simulator.order(Fault.ANSWER_LOST, method="POST", path=pharmacy.sid)
    operator.simulator.order(Fault.BROKEN_BEFORE, method="GET", path=pharmacy.sid, after=1, times=99)
    entry = unregister_it(pharmacy).entry
    assert entry.open
    control(operator.simulator, "faults", {}, method="DELETE")
    # Twilio takes some looks until the address is gone.
    for _ in range(4):
        operator.gateway.number(pharmacy.account_sid, pharmacy.sid)
    operator.gateway.delete_number(pharmacy.account_sid, pharmacy.sid)
    operator.gateway.buy_number(pharmacy.account_sid, {"PhoneNumber": pharmacy.phone_number})

    settled = settle_open(entry, operator.session)
    assert (settled.entry.state, reason_in(settled.entry.rows[-1].detail).code) == ("kept", Cause.ANOTHER_SID)
