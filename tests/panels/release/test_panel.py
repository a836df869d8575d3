"""The release panel after the press: what was proven, refused or left open is told, and settled by looking."""

import asyncio
import re

import pytest

from helpers.core.errors import Drifted, JournalUnwritable, TwilioBusy
from helpers.core.reasons import Cause, Reason
from helpers.decisions.protected import Kind, Protected
from helpers.simulator import Fault
from tests.support.failures import cannot_read
from tests.support.golden import as_read
from tests.support.on_screen import as_seen, beside, is_seen, part
from tests.support.panel_tools import NUMBER, QUIET, choose, deletes, named, writes
from tests.support.simulator_tools import control

pytestmark = pytest.mark.usefixtures("loud")

EMERGENCY = "Shop Houston, pharmacy"


def test_a_number_is_released_and_proven_gone(armed, desk, simulator, snapshot):
    """One press sends one DELETE, shows every step, and leaves nothing chosen but the subaccount."""
    number = named(desk, QUIET)
    armed.confirm.click()

    assert len(deletes(simulator)) == 1
    assert as_read(armed.said) == snapshot
    assert as_read(armed.result.value) == snapshot
    assert (armed.subaccount.value, armed.number.value, armed.typed.value) == (number.account_sid, None, "")
    assert number.sid not in [sid for _, sid in armed.number.options]
    assert armed.confirm.disabled is True


def test_a_number_that_was_changed_since_is_not_released(armed, simulator, operator, snapshot):
    """Nothing is sent, the panel says what changed, and nothing stays chosen."""
    number = operator.number(QUIET)
    operator.gateway.update_number(number.account_sid, number.sid, {"VoiceUrl": "https://new.acme.example/"})
    armed.confirm.click()

    assert as_read(armed.said) == snapshot
    assert deletes(simulator) == []
    assert (armed.number.value, armed.confirm.disabled) == (None, True)


def test_the_emergency_address_of_a_protected_number_is_not_offered(panel, desk, simulator, snapshot):
    """Whatever else stands against a release is said instead, and there is nothing to press."""
    number = named(desk, EMERGENCY)
    desk.session.protection.protect(
        Protected(Kind.NUMBER, number.phone_number, "911 is called from it", "ann", "2026-03-02")
    )
    choose(panel, number)
    panel.typed_emergency.value = number.phone_number
    panel.unregister.click()

    assert panel.unregister.disabled
    assert as_seen(panel.emergency) == snapshot
    assert writes(simulator) == []


def test_an_emergency_address_is_unregistered_first_and_on_its_own(panel, desk, simulator, snapshot):
    """Both acts are typed back and pressed for themselves; unregistering sends no DELETE."""
    number = named(desk, EMERGENCY)
    choose(panel, number)
    panel.typed.value = number.phone_number

    assert as_read(panel.said) == snapshot
    assert as_read(panel.card.value) == snapshot
    assert (panel.confirm.disabled, panel.unregister.disabled) == (True, True)

    panel.typed_emergency.value = number.phone_number
    panel.unregister.click()
    panel.unregister.click()

    assert as_read(panel.said) == snapshot
    assert [request["form"] for request in writes(simulator)] == [{"EmergencyAddressSid": ""}]
    assert (panel.number.value, panel.typed.value, panel.confirm.disabled) == (number.sid, "", True)

    panel.why.value = "the shop is closed"
    panel.typed.value = number.phone_number
    panel.confirm.click()

    assert "is released" in panel.said
    assert len(deletes(simulator)) == 1


def test_an_address_that_twilio_is_still_unregistering_is_looked_at_again(panel, desk, simulator, clock, snapshot):
    """The open entry blocks a second press, and a look settles it."""
    number = named(desk, EMERGENCY)
    choose(panel, number)
    simulator.order(Fault.UNAVAILABLE_BEFORE, method="GET", path=number.sid, after=1, times=60)
    panel.typed_emergency.value = number.phone_number
    panel.unregister.click()

    assert as_read(panel.said) == snapshot
    assert panel.look_again.disabled is False

    control(simulator, "faults", {}, method="DELETE")
    second = desk.release_panel()
    choose(second, number)

    assert as_read(second.said) == snapshot
    assert second.emergency.layout.display == "none"

    panel.look_again.click()
    panel.look_again.click()
    panel.look_again.click()

    assert as_read(panel.said) == snapshot
    assert len(writes(simulator)) == 1


def test_two_quick_looks_are_one(armed, simulator, journal, clock, snapshot):
    """The second of two clicks is heard before the first has begun, and asks Twilio nothing."""
    simulator.order(Fault.EMPTY_PROMISE, method="DELETE")
    armed.confirm.click()
    clock.advance(days=1, minutes=2)

    async def double_click():
        armed.look_again.click()
        armed.look_again.click()
        await armed.ready()

    asyncio.run(double_click())

    assert as_read(armed.said) == snapshot
    assert journal.entries()[0].state == "kept"


def test_an_open_outcome_is_settled_by_looking(armed, simulator, clock, snapshot):
    """Twilio said yes and the number is still there: nothing is concluded before its time, and nothing sent again."""
    simulator.order(Fault.EMPTY_PROMISE, method="DELETE")
    armed.confirm.click()

    assert as_read(armed.said) == snapshot
    assert as_read(armed.result.value) == snapshot
    assert as_read(beside(armed, armed.look_again).value) == snapshot

    clock.advance(days=1, minutes=2)
    armed.look_again.click()

    assert as_read(armed.said) == snapshot
    assert len(deletes(simulator)) == 1
    assert not is_seen(armed, armed.look_again)


@pytest.mark.parametrize(
    "failure",
    [Drifted("It changed."), JournalUnwritable("Disk full."), TwilioBusy(Reason(Cause.TWILIO_BUSY), "Later.")],
)
def test_a_refusal_is_shown_unchanged(plain_panel, failure):
    """Every failure of the kit is a sentence, shown as it is."""
    played = plain_panel(release=failure)
    choose(played, NUMBER)
    played.typed.value = NUMBER.phone_number
    played.confirm.click()

    assert played.said == str(failure)
    assert played.confirm.disabled is True


def test_a_list_that_cannot_be_read_afterwards_does_not_hide_the_outcome(plain_panel, snapshot):
    """What became of the number is told first; that the inventory could not be read is told beside it."""
    played = plain_panel(release=Drifted("It changed."), read=cannot_read("Twilio does not answer."))
    choose(played, NUMBER)
    played.typed.value = NUMBER.phone_number
    played.confirm.click()

    assert as_read(played.said) == snapshot
    assert "It changed." in part(played, "desk-told")
    assert as_read(played.reading.value) == snapshot
    assert played.subaccount.options == (("All accounts", None),)


def test_a_bug_is_said_and_sends_the_operator_to_the_journal(plain_panel, monkeypatch, snapshot):
    """It is not hidden in a log: the panel says what and where, without any variable's value."""
    monkeypatch.undo()
    played = plain_panel(release=ZeroDivisionError("division by zero"))
    choose(played, NUMBER)
    played.typed.value = NUMBER.phone_number
    played.confirm.click()

    # The line is one of the tests' own.
    assert re.sub(r"line \d+", "line …", as_read(played.said)) == snapshot
