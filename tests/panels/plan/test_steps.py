"""One step at a time: each is empty until the one before is done, and a refusal stands where its button is."""

import pytest

from helpers.core.errors import PlanUnreadable
from helpers.core.records import PlanAct
from helpers.panels.plan.criteria import ACCOUNT, SELECTED
from helpers.panels.plan.steps import Step
from tests.support.failures import cannot_read
from tests.support.golden import as_read
from tests.support.on_screen import is_seen
from tests.support.panel_tools import deletes
from tests.support.plan_panel_tools import check_and_type, from_list, make

pytestmark = pytest.mark.usefixtures("loud")


def steps(panel):
    """Tell what of the second, the third and the fourth step is there: numbers, check, sentence, red button, report."""
    run = panel.run
    parts = (panel.numbers, run.check, run.typed, run.confirm, panel.report)
    return [is_seen(panel, part) for part in parts]


NOTHING = [False, False, False, False, False]
READ = [True, True, False, False, False]
CHECKED = [False, True, True, True, False]
THROUGH = [False, False, False, False, True]


def lines(panel):
    """Read what is left of the first two steps; nothing of one that is not done."""
    cards = panel.steps.choose, panel.steps.review
    return [as_read(card.line.value) if is_seen(panel, card.line) else "" for card in cards]


def test_a_step_that_is_done_shrinks_to_a_line_of_what_was_decided(looked, panel, simulator):
    """The stepper tells where one is; a plan that is through asks for no other check."""
    at = panel.steps.stepper
    assert (at.at_hand, lines(panel)) == (Step.CHOOSE, ["", ""])
    make(panel, SELECTED, why="Spring cleaning")
    assert at.at_hand == Step.REVIEW
    assert lines(panel) == ["✓ 2 numbers of Acme Marketing: Spring cleaning", ""]
    assert not is_seen(panel, panel.source.make)
    seen_at_the_check = []
    panel.look.stop.layout.observe(lambda _: seen_at_the_check.append(at.at_hand), "display")
    check_and_type(panel)
    assert seen_at_the_check[0] == Step.CHECK
    assert at.at_hand == Step.CONFIRM
    assert lines(panel)[1] == "✓ 2 numbers to release, 0 not in this plan"
    panel.run.confirm.click()
    assert at.at_hand == Step.REPORT
    assert "" not in lines(panel)
    assert len(deletes(simulator)) == 2


def test_what_was_decided_is_read_again_without_another_check_and_a_change_of_it_takes_the_check_away(looked, panel):
    """Looking is free; what was checked is never another plan than the one that runs."""
    make(panel, SELECTED)
    check_and_type(panel)
    panel.steps.review.change.click()
    assert is_seen(panel, panel.numbers)
    assert not panel.run.confirm.disabled
    panel.numbers.going.grid.select([panel.plan.going[0].sid])
    panel.numbers.leave_out.click()
    assert panel.checked is None
    assert steps(panel) == READ
    assert panel.steps.stepper.at_hand == Step.REVIEW


def test_to_start_anew_closes_the_plan_and_keeps_its_file_and_what_was_typed(looked, panel):
    """One press; the plan can be opened again."""
    make(panel, SELECTED, why="Spring cleaning")
    check_and_type(panel)
    path = panel.path
    panel.steps.choose.change.click()
    assert steps(panel) == NOTHING
    assert panel.plan is None
    assert panel.checked is None
    assert is_seen(panel, panel.source.make)
    assert panel.source.why.value == "Spring cleaning"
    assert "The plan is closed. It is kept" in panel.said
    panel.source.saved.value = path
    assert steps(panel) == READ


def test_the_account_is_said_once_where_all_numbers_are_of_one(looked, panel):
    """In the line above the numbers; where there are more, beside each number."""
    make(panel, SELECTED)
    assert "Acme Marketing" in lines(panel)[0]
    assert "account" not in [column["key"] for column in panel.numbers.going.grid.columns]
    from_list(panel, "phone_number\n+19175550156\n+13055550130\n")
    assert "2 numbers of 2 accounts" in lines(panel)[0]
    assert "account" in [column["key"] for column in panel.numbers.going.grid.columns]


def test_a_move_is_not_called_a_release(looked, panel):
    """Where numbers are parked, nothing is released."""
    panel.source.act.value = PlanAct.PARK
    panel.source.target.index = 1
    make(panel, SELECTED)
    assert panel.steps.stepper.names[Step.RUN - 1] == "Move"
    panel.steps.choose.change.click()
    assert panel.steps.stepper.names[Step.RUN - 1] == "Release"


def test_each_step_is_empty_until_the_one_before_is_done(looked, panel, simulator):
    """Before a plan is made nothing is there to check, and before it is checked nothing to type."""
    assert steps(panel) == NOTHING
    make(panel, SELECTED)
    assert steps(panel) == READ
    check_and_type(panel)
    assert steps(panel) == CHECKED
    panel.run.confirm.click()
    assert steps(panel) == THROUGH
    assert len(deletes(simulator)) == 2


@pytest.mark.parametrize("begun", ["another", "refused", "unreadable"])
def test_the_first_step_begun_anew_empties_all_others(looked, panel, monkeypatch, begun):
    """Also where it is refused: the plan of another account never stands below that, ready to be typed."""
    make(panel, SELECTED)
    check_and_type(panel)
    assert steps(panel) == CHECKED
    if begun == "another":
        make(panel, SELECTED)
        assert steps(panel) == READ
    elif begun == "refused":
        make(panel, ACCOUNT)
        assert "choose the account" in panel.said
        assert steps(panel) == NOTHING
    else:
        path = panel.path

        def unreadable(_):
            raise PlanUnreadable("It cannot be read.")

        monkeypatch.setattr(panel._plans, "open", unreadable)
        panel.source.saved.value = path
        assert "cannot be read" in panel.said
        assert steps(panel) == NOTHING
    assert panel.checked is None
    assert panel.run.confirm.disabled


def test_a_check_that_fails_says_so_beside_its_button_and_the_next_one_takes_it_away(looked, panel, monkeypatch):
    """Whoever looks at the button sees why nothing may be typed."""
    make(panel, SELECTED)
    check = panel._runs.check

    def fail(*_, **__):
        raise cannot_read("Twilio did not answer.")

    monkeypatch.setattr(panel._runs, "check", fail)
    panel.run.check.click()
    assert "Twilio did not answer." in panel.run.refusal.value
    assert is_seen(panel, panel.run.refusal)
    assert panel.edit.told.value == ""
    assert steps(panel) == READ

    monkeypatch.setattr(panel._runs, "check", check)
    panel.run.check.click()
    assert panel.run.refusal.value == ""
    assert steps(panel) == CHECKED


def test_a_run_that_is_refused_says_so_beside_its_button(looked, panel, monkeypatch, simulator):
    """The bar that would show it is gone, because nothing runs."""
    make(panel, SELECTED)
    check_and_type(panel)

    def fail(*_, **__):
        raise PlanUnreadable("The plan was changed. Nothing was sent.")

    monkeypatch.setattr(panel._runs, "run", fail)
    panel.run.confirm.click()

    assert "Nothing was sent." in panel.run.refusal.value
    assert not is_seen(panel, panel.run.watch)
    assert deletes(simulator) == []


def test_an_approval_that_is_refused_says_so_beside_its_button(looked, panel):
    """Who made a plan may not be its second person."""
    make(panel, SELECTED)
    panel.edit.two.value = True
    panel.edit.approve.click()

    assert "Nothing was approved." in panel.edit.told.value
    assert panel.run.refusal.value == ""


def test_what_came_of_a_button_of_the_second_step_stands_beside_it_and_goes_with_the_next_press(looked, panel):
    """The banner is far above: nobody who ticks the box would see it there.  It is said once."""
    make(panel, SELECTED)
    panel.edit.two.value = True
    assert "Every plan needs a second person from now on." in panel.edit.told.value
    assert is_seen(panel, panel.edit.told)
    assert panel._banner.value == ""

    panel.run.check.click()
    assert panel.edit.told.value == ""
    panel.edit.again.click()
    assert "A new plan is made" in panel.edit.told.value
    panel.numbers.going.grid.select([panel.plan.going[0].sid])
    panel.numbers.leave_out.click()
    assert panel.edit.told.value == ""
    assert "The plan is changed" in panel._banner.value


def test_after_a_run_one_sentence_is_left_of_its_bar(looked, panel):
    """Neither a Stop that stops nothing nor a bar that is full, and nothing else says how it ended."""
    make(panel, SELECTED)
    check_and_type(panel)
    panel.run.confirm.click()
    watch = panel.run.watch

    assert is_seen(panel, watch.told)
    assert not is_seen(panel, watch.stop)
    assert not is_seen(panel, watch.bar)
    assert "The plan is through. 2 released" in watch.told.value
    assert panel._banner.value == ""
    panel.run.check.click()
    assert not is_seen(panel, watch.told)
