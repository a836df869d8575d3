"""The restore panel where Twilio does not sell: its Console, another step without the old settings, another look."""

import asyncio

import pytest

from helpers.simulator import Fault
from tests.support.golden import as_read
from tests.support.panel_tools import named, purchases
from tests.support.restore_panel_tools import NAME, choose_first

pytestmark = pytest.mark.usefixtures("loud")


def test_where_twilio_keeps_it_back_the_way_leads_through_its_console(
    armed, released, desk, simulator, controls, snapshot
):
    """21422: the panel names each step and the right subaccount; after it was reclaimed there, a look does the rest."""
    controls.rebuy("refused")
    armed.confirm.click()

    assert as_read(armed.said) == snapshot
    assert "<bdi>Acme Marketing</bdi>" in armed.path.value
    assert released.account_sid in armed.path.value
    assert "https://support.twilio.com/hc/en-us/articles/223183028" in armed.path.value
    assert armed.typed.value == ""

    armed.look.click()

    assert as_read(armed.said) == snapshot
    assert armed.path.value != ""

    controls.reclaim(released.phone_number)
    armed.look.click()

    assert as_read(armed.said) == snapshot
    assert named(desk, NAME).get("voice_url") == released.get("voice_url")
    assert len(purchases(simulator)) == 1
    assert (armed.entry.value, armed.path.value) == (None, "")


@pytest.fixture
def stale(armed, simulator):
    """A panel after Twilio refused to sell the number with its old settings."""
    simulator.order(Fault.REFUSED, method="POST", path="IncomingPhoneNumbers.json", code=21649)
    armed.confirm.click()
    return armed


def test_every_refusal_leaves_the_way_through_the_console(stale, released, desk, snapshot):
    """Whatever Twilio said no with: the steps are shown, and again when the entry is chosen another day."""
    another_day = desk.restore_panel()
    choose_first(another_day)

    for played in (stale, another_day):
        assert as_read(played.path.value) == snapshot
        assert released.account_sid in played.path.value
        assert played.bare_step.layout.display is None
    assert as_read(stale.said) == snapshot


def test_without_its_old_settings_it_is_another_step_with_its_own_typing(stale, released, desk, simulator, snapshot):
    """Nothing is armed after the refusal; typed back once more and pressed once, it is bought once, and put right."""
    assert (stale.typed.value, stale.typed_bare.value) == ("", "")
    assert (stale.confirm.disabled, stale.bare.disabled) == (True, True)
    stale.bare.click()
    assert len(purchases(simulator)) == 1

    stale.typed_bare.value = released.phone_number
    assert (stale.confirm.disabled, stale.bare.disabled) == (True, False)
    stale.bare.click()
    stale.bare.click()
    stale.confirm.click()

    assert [request["form"].get("VoiceUrl") for request in purchases(simulator)] == [released.get("voice_url"), None]
    assert as_read(stale.said) == snapshot
    assert named(desk, NAME).get("voice_url") == released.get("voice_url")
    assert (stale.entry.value, stale.typed_bare.value, stale.bare.disabled) == (None, "", True)
    assert stale.bare_step.layout.display == "none"


def test_two_buttons_pressed_at_once_are_one_purchase(stale, released, simulator):
    """Both are typed for, and both are pressed: the first counts."""

    async def both():
        stale.typed.value = stale.typed_bare.value = released.phone_number
        stale.confirm.click()
        stale.bare.click()
        await stale.ready()

    asyncio.run(both())

    assert len(purchases(simulator)) == 2
    assert "VoiceUrl" in purchases(simulator)[-1]["form"]


def test_without_old_settings_is_offered_only_where_those_were_refused(armed, simulator, controls, released, snapshot):
    """Not before, not where Twilio keeps the number for its Console, and not where it was merely busy."""
    assert armed.bare_step.layout.display == "none"
    simulator.order(Fault.THROTTLED, method="POST", path="IncomingPhoneNumbers.json")
    armed.confirm.click()
    assert (armed.bare_step.layout.display, armed.path.value) == ("none", "")

    controls.rebuy("refused")
    armed.typed.value = released.phone_number
    armed.confirm.click()
    assert as_read(armed.path.value) == snapshot
    armed.typed_bare.value = released.phone_number

    assert (armed.bare_step.layout.display, armed.bare.disabled) == ("none", True)


def test_an_answer_that_was_lost_is_found_by_looking(armed, released, desk, simulator, snapshot):
    """It was bought, nobody said so: a look finds it, and nothing is bought twice."""
    simulator.order(Fault.ANSWER_LOST, method="POST", path="IncomingPhoneNumbers.json")
    armed.confirm.click()

    assert as_read(armed.said) == snapshot
    assert len(purchases(simulator)) == 1


def test_an_open_purchase_is_settled_by_looking(armed, released, simulator, clock, snapshot):
    """Nobody knows whether it was bought: the button sleeps, the countdown runs, and a look settles it."""
    simulator.order(Fault.BROKEN_BEFORE, method="POST", path="IncomingPhoneNumbers.json")
    armed.confirm.click()

    assert as_read(armed.said) == snapshot
    assert as_read(armed.countdown.value) == snapshot

    armed.typed.value = released.phone_number

    assert armed.confirm.disabled is True

    clock.advance(minutes=2)
    armed.look.click()

    assert as_read(armed.said) == snapshot
    assert len(purchases(simulator)) == 1
    assert armed.entry.value is not None
