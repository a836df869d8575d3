"""A whole plan is taken back in the restore panel: chosen, priced, typed once, watched, stopped."""

import pytest

from helpers.panels.restore.panel import ONE, WHOLE
from helpers.panels.shared.html import plain
from helpers.plans import batch as running
from helpers.simulator import Fault
from tests.support.golden import as_read
from tests.support.journal_rows import no_room_for
from tests.support.plan_tools import QUIET_NAMES, Planner
from tests.support.restore_tools import purchases


@pytest.fixture
def plan(desk, operator, tmp_path):
    """A plan of four numbers that ran to its end."""
    planner = Planner(operator, tmp_path)
    plan, path = planner.make(*QUIET_NAMES)
    assert set(planner.run(plan, path)[0].values()) == {"released"}
    return plan


@pytest.fixture
def whole(desk, plan):
    """The part of a panel for whole plans, in sight."""
    panel = desk.restore_panel()
    panel.mode.value = WHOLE
    return panel.whole


def choose(whole):
    whole.plan.value = whole.plan.options[1][1]


def press(whole):
    choose(whole)
    whole.typed.value = whole.typed.placeholder
    whole.confirm.click()


def seen(whole):
    return as_read(whole.found.value)


def test_nothing_is_chosen_and_the_button_is_off(whole, snapshot):
    """One plan waits, and it is not chosen for the operator."""
    assert as_read([label for label, _ in whole.plan.options]) == snapshot
    assert whole.plan.value is None
    assert whole.confirm.disabled
    assert whole.typed.disabled


def test_a_plan_that_is_chosen_says_what_it_costs_today(whole, desk, snapshot):
    """Account, count and price stand there and in the sentence; the report has every number; nothing is sent."""
    choose(whole)

    assert as_read([seen(whole), whole.typed.placeholder, plain(whole.waits.value)]) == snapshot
    assert as_read(whole.report.told.value) == snapshot
    assert whole.confirm.disabled


def test_the_plan_comes_back_whole_with_one_sentence_and_one_press(whole, desk, simulator, snapshot):
    """Four clicks and fields; the report and the bar say the same."""
    choose(whole)
    whole.typed.value = whole.typed.placeholder
    assert not whole.confirm.disabled
    whole.confirm.click()

    assert {entry.state for entry in desk.entries()} == {"restored"}
    assert as_read(whole.watch.told.value) == snapshot
    assert as_read(whole.report.told.value) == snapshot
    assert seen(whole) == ""
    assert whole.confirm.disabled
    assert whole.plan.value is None
    assert len(whole.plan.options) == 1


@pytest.mark.parametrize("typed", ["", "buy back 4 numbers", "take it all back"])
def test_another_sentence_leaves_the_button_off(whole, typed):
    """It takes the account, the count and the price."""
    choose(whole)
    whole.typed.value = typed

    assert whole.confirm.disabled


def test_a_double_click_is_one_run(whole, operator):
    """The second click finds nothing to confirm."""
    choose(whole)
    whole.typed.value = whole.typed.placeholder
    for _ in range(2):
        whole.confirm.disabled = False
        whole.confirm.click()

    assert len(purchases(operator)) == 4


def test_stop_keeps_what_is_back_and_the_next_look_goes_on(whole, desk, operator, monkeypatch, snapshot):
    """What is not bought can be bought later; what is back is not bought again."""
    monkeypatch.setattr(running, "NUMBERS_AT_ONCE", 1)
    hear, heard = whole.watch.hear, []

    def stop_after_two(progress):
        heard.append(progress)
        hear(progress)
        if len(heard) == 2:
            whole.watch.stop.click()

    monkeypatch.setattr(whole.watch, "hear", stop_after_two)
    press(whole)
    assert as_read(whole.watch.told.value) == snapshot
    assert sorted(entry.state for entry in desk.entries()) == ["released"] * 2 + ["restored"] * 2

    monkeypatch.setattr(whole.watch, "hear", hear)
    press(whole)
    assert {entry.state for entry in desk.entries()} == {"restored"}
    assert len(purchases(operator)) == 4


def test_a_run_that_stops_itself_says_why_in_one_place(whole, desk, simulator, snapshot):
    """In the bar, which stays in sight; the table says the same of each number."""
    simulator.world.rebuy = "refused"
    press(whole)

    assert as_read(whole.watch.told.value) == snapshot
    assert as_read(whole.report.told.value) == snapshot
    choose(whole)
    assert as_read(seen(whole)) == snapshot


def test_an_act_on_one_number_empties_what_was_found_of_its_plan(whole, desk, snapshot):
    """What was found before is not true any more: the plan has to be chosen again."""
    panel = desk.restore_panel()
    panel.mode.value = WHOLE
    choose(panel.whole)
    panel.mode.value = ONE
    panel.entry.value = panel.entry.options[1][1]
    panel.typed.value = next(entry.phone_number for entry in desk.entries() if entry.id == panel.entry.value)
    panel.confirm.click()

    assert [entry.state for entry in desk.entries()].count("restored") == 1
    assert panel.whole.plan.value is None
    assert panel.whole.typed.disabled
    assert panel.whole.report.layout.display == "none"


def test_one_of_the_two_ways_is_shown_at_a_time(whole, desk):
    """Whoever takes one number back sees nothing of plans, and the other way round."""
    panel = desk.restore_panel()
    shown = {ONE: "none", WHOLE: None}
    for mode in (ONE, WHOLE, ONE):
        panel.mode.value = mode
        assert panel.whole.layout.display == shown[mode]
        assert {part.layout.display for part in panel._of_one} == {None if mode == ONE else "none"}


def test_an_account_that_cannot_be_searched_buys_nothing_and_says_so(whole, operator, simulator, snapshot):
    """Somebody may have the number back already: what could not be looked at is not "not there"."""
    choose(whole)
    whole.typed.value = whole.typed.placeholder
    simulator.order(Fault.FORBIDDEN, method="GET", path="/IncomingPhoneNumbers.json", times=99)
    whole.confirm.click()

    assert not purchases(operator)
    assert as_read(whole.watch.told.value) == snapshot


def test_a_journal_that_cannot_be_written_buys_nothing_and_says_so(whole, desk, operator, snapshot):
    """No note, no purchase."""
    choose(whole)
    whole.typed.value = whole.typed.placeholder
    with no_room_for(desk.session.journal, "restoring"):
        whole.confirm.click()

    assert not purchases(operator)
    assert as_read(plain(whole.watch.told.value)) == snapshot
