"""The release panel, typed in and pressed: only what was chosen, typed back and pressed goes, and it goes once."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from helpers.panels.shared.panel import Latch
from tests.support.golden import as_read
from tests.support.on_screen import part
from tests.support.panel_tools import ALSO_QUIET, QUIET, choose, click_thrice, deletes, named, release_it

pytestmark = pytest.mark.usefixtures("loud")


def test_a_double_click_is_one_release(armed, simulator):
    """The second press is on its way before the button can be put to sleep."""
    asyncio.run(click_thrice(armed))

    assert len(deletes(simulator)) == 1
    assert "is released" in armed.said


def test_what_a_press_is_about_is_taken_once():
    """Whatever thread a press is heard in, one of many gets it."""
    for _ in range(20):
        latch = Latch()
        latch.arm("this number")
        with ThreadPoolExecutor(8) as side_by_side:
            taken = list(side_by_side.map(lambda _: latch.take(), range(8)))  # noqa: B023  # done before the next turn

        assert sorted(taken, key=str) == [None] * 7 + ["this number"]


def test_two_panels_at_the_same_number_release_it_once(armed, desk, simulator, snapshot):
    """The second panel is told what happened, and sends nothing."""
    second, number = desk.release_panel(), named(desk, QUIET)
    choose(second, number)
    second.typed.value = number.phone_number
    armed.confirm.click()
    second.confirm.click()

    assert len(deletes(simulator)) == 1
    assert number.phone_number in second.said
    assert as_read(second.said) == snapshot


def test_another_choice_disarms(armed, desk):
    """What was typed for one number is no confirmation of another."""
    armed.number.value = named(desk, ALSO_QUIET).sid

    assert (armed.typed.value, armed.confirm.disabled) == ("", True)


def test_another_subaccount_disarms(armed, desk):
    """The number that was typed back is not among the new subaccount's."""
    armed.subaccount.value = named(desk, "Old hotline").account_sid

    assert (armed.number.value, armed.typed.value, armed.confirm.disabled) == (None, "", True)
    assert armed.number.label == "Choose…"


def test_filtering_the_chosen_number_away_disarms(armed):
    """What is not in the list any more is not chosen any more."""
    armed.filter.value = "billboard"

    assert (armed.number.value, armed.confirm.disabled) == (None, True)


def test_a_press_after_disarming_releases_nothing(armed, simulator):
    """A click that was under way when the choice changed is about nothing."""
    armed.typed.value = "+1"
    armed.confirm.click()

    assert deletes(simulator) == []


@pytest.mark.parametrize("typed", ["", "9175550156", "+19175550157", "Landing page test 1"])
def test_the_button_sleeps_until_the_number_is_typed_back(armed, typed):
    """Less than the whole number, or another, wakes nothing."""
    armed.typed.value = typed

    assert armed.confirm.disabled is True


def test_a_number_in_use_needs_a_reason(panel, desk, simulator, snapshot):
    """Typing it back is not enough; the reason is asked for, and kept."""
    number = named(desk, "Newsletter footer")
    choose(panel, number)
    panel.typed.value = number.phone_number

    assert as_read(panel.said) == snapshot
    assert "required" in panel.why.description
    assert panel.confirm.disabled is True

    panel.why.value = "the newsletter has a new number"
    panel.confirm.click()

    assert len(deletes(simulator)) == 1
    assert as_read(panel.result.value) == snapshot


def test_nothing_can_be_confirmed_while_something_is_under_way(armed, simulator):
    """From the press on, not from the first step of the work on, everything sleeps."""

    async def press_both():
        armed.read_again.click()

        assert armed.confirm.disabled is True
        assert armed.subaccount.disabled is True
        assert armed.look.disabled is True

        armed.confirm.click()
        await armed.ready()

    asyncio.run(press_both())

    assert deletes(simulator) == []
    assert armed.subaccount.disabled is False


def test_the_next_release_starts_from_nothing(desk, simulator):
    """Two numbers, two confirmations, two DELETEs: nothing of the first is left for the second."""
    first = release_it(desk, QUIET)
    second = release_it(desk, ALSO_QUIET)
    gone = [request["path"].rpartition("/")[2].removesuffix(".json") for request in deletes(simulator)]

    assert gone == [first.sid, second.sid]


def test_an_account_that_looks_like_production_asks_once_more(desk, panel, simulator, snapshot):
    """The number typed back is not enough: the account's name has to be typed as well, and then it goes."""
    account = simulator.world.accounts[named(desk, QUIET).account_sid]
    simulator.world.accounts[account.sid] = replace(account, friendly_name="Acme PROD")
    desk.inventory(again=True)
    panel.read_again.click()
    choose(panel, named(desk, QUIET))
    panel.typed.value = named(desk, QUIET).phone_number
    assert panel.account_typed.layout.display is None
    assert panel.confirm.disabled
    assert as_read(part(panel, "desk-reason")) == snapshot

    panel.account_typed.value = "Acme PROD"
    panel.confirm.click()
    assert "is released" in panel.said
    assert len(deletes(simulator)) == 1
