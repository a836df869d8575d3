"""Two people have one plan open: what one of them decided is not undone by the other, who has not seen it."""

from dataclasses import replace
from threading import Event

import pytest

from helpers.core.errors import NotRunnable, PlanUnreadable
from helpers.core.number_facts import has_emergency_address
from helpers.panels.plan.criteria import SELECTED
from helpers.plans.edits import leave_out, raise_limit
from helpers.plans.files import open_plan, save_plan
from helpers.plans.plan import unregistering, with_emergency_address
from tests.support.golden import as_read
from tests.support.panel_tools import QUIET, writes
from tests.support.plan_panel_tools import make
from tests.support.plan_tools import QUIET_NAMES


def left_out_by_bob(plan, path, plans):
    """Let a colleague open the plan and leave everything out that may go, or would without its emergency address."""
    theirs = plans.open(path)
    sids = [item.sid for item in (*theirs.going, *with_emergency_address(theirs))]
    changed, _ = leave_out(theirs, sids, author="bob@desk")
    plans.save(changed, path, before=theirs)
    return changed


def test_a_change_of_an_old_copy_is_refused_and_the_file_stays(planner, snapshot):
    """Nobody who read the new one would have raised its limit; the file is the colleague's, with their name."""
    plan, path = planner.make(*QUIET_NAMES)
    theirs = left_out_by_bob(plan, path, planner.plans)

    with pytest.raises(NotRunnable) as refused:
        planner.plans.save(raise_limit(plan, why="a big one", author="pat@desk"), path, before=plan)
    assert as_read(str(refused.value)) == snapshot
    assert open_plan(path) == theirs


def test_an_old_copy_is_not_made_anew_and_a_file_that_is_gone_is_not_either(planner):
    """The new plan would hold what the colleague had left out."""
    plan, path = planner.make(*QUIET_NAMES)
    left_out_by_bob(plan, path, planner.plans)
    with pytest.raises(NotRunnable):
        planner.plans.again(plan, path)
    path.unlink()
    with pytest.raises(PlanUnreadable):
        planner.plans.again(plan, path)

    assert len(planner.plans.files()) == 0


def test_no_address_is_unregistered_that_a_colleague_left_out(planner, operator):
    """Its number stays as it is, and so it keeps its address."""
    names = [number.friendly_name for number in operator.inventory().numbers if has_emergency_address(number)]
    plan, path = planner.make(*names)
    assert with_emergency_address(plan)
    left_out_by_bob(plan, path, planner.plans)

    with pytest.raises(NotRunnable):
        planner.runs.unregister(plan, path, typed=unregistering(plan), stop=Event(), on_message=pytest.fail)
    assert operator.writes() == []


def test_no_address_of_another_company_is_unregistered(planner, operator):
    """Nor one of a plan that was made live, on the practice Twilio."""
    names = [number.friendly_name for number in operator.inventory().numbers if has_emergency_address(number)]
    plan, _ = planner.make(*names)
    for other in (replace(plan, live=True), replace(plan, company_sid="AC" + "7" * 32)):
        path = save_plan(other, planner.plans.folder)
        with pytest.raises(NotRunnable):
            planner.runs.unregister(other, path, typed=unregistering(other), stop=Event(), on_message=pytest.fail)

    assert operator.writes() == []


def test_a_panel_that_shows_an_old_copy_says_so_and_releases_nothing(desk, looked, plan_panel, simulator, snapshot):
    """Beside the button that was pressed; and what to do now."""
    make(plan_panel, SELECTED)
    left_out_by_bob(plan_panel.plan, plan_panel.path, desk.plans)
    plan_panel.edit.limit_why.value = "a big one"
    plan_panel.edit.raise_limit.click()

    assert as_read(plan_panel.edit.limit_told.value) == snapshot
    assert [item.name for item in open_plan(plan_panel.path).going] == []
    assert QUIET in {item.name for item in plan_panel.plan.going}
    plan_panel.run.check.click()
    plan_panel.run.typed.value = plan_panel.checked.sentence
    plan_panel.run.confirm.click()
    assert writes(simulator) == []
