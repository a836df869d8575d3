"""
What is pressed or chosen while something is under way is refused, and said.

Controls sleep meanwhile, but an event may be on its way when they are put to sleep.  A click that
arrives from a thread of the work itself is such an event.
"""

import pytest

from helpers.panels.plan.criteria import SELECTED
from helpers.plans.files import approval_of, open_plan
from tests.support.failures import cannot_read
from tests.support.golden import as_read
from tests.support.panel_tools import ALSO_QUIET, QUIET, choose, deletes, named
from tests.support.plan_panel_tools import check_and_type, make

pytestmark = pytest.mark.usefixtures("loud")
NOT_DONE = "What you pressed or chose while this was under way was not done"


def meanwhile(monkeypatch, place, name, play):
    """Let somebody do something while a function is at work, once."""
    really, played = getattr(place, name), []

    def at_work(*args, **named_args):
        if not played:
            played.append(True)
            play()
        return really(*args, **named_args)

    monkeypatch.setattr(place, name, at_work)


def test_a_plan_is_not_changed_while_it_runs(desk, looked, panel, simulator, monkeypatch, snapshot):
    """The plan and its file stay, the run stays in sight, and the refusal is said, at once and with the outcome."""
    make(panel, SELECTED)
    check_and_type(panel)
    before, seen = panel.plan, []

    def press():
        panel.numbers.going.grid.select([panel.plan.items[1].sid])
        panel.numbers.leave_out.click()
        panel.edit.two.value = True
        seen.extend(
            [panel.said, panel.run.watch.layout.display, panel.run.check.disabled, panel.run.watch.stop.disabled]
        )

    meanwhile(monkeypatch, desk.session.gateway, "delete_number", press)
    panel.run.confirm.click()

    assert NOT_DONE in seen[0]
    assert seen[1:] == [None, True, False]
    assert panel.plan == open_plan(panel.path) == before
    assert panel.edit.two.value is False
    assert as_read(panel.said) == snapshot
    assert NOT_DONE in panel.said
    assert len(deletes(simulator)) == 2


def test_a_plan_is_not_approved_while_it_is_checked(desk, looked, panel, monkeypatch, snapshot):
    """Somebody else's press a moment too late approves nothing."""
    make(panel, SELECTED)
    panel.edit.two.value = True
    desk.plans.who = "ann@desk"
    meanwhile(monkeypatch, desk.plan_runs, "check", panel.edit.approve.click)
    panel.run.check.click()

    assert approval_of(panel.path) is None
    assert NOT_DONE in panel.said

    panel.edit.approve.click()
    assert as_read(panel.said) == snapshot
    assert NOT_DONE not in panel.said


def test_another_button_is_refused_and_said_and_the_next_press_is_done(desk, looked, panel, monkeypatch, snapshot):
    """Until something else is done the refusal stays; then it is over."""
    make(panel, SELECTED)
    plan = panel.plan
    meanwhile(monkeypatch, desk.plan_runs, "check", panel.edit.again.click)
    panel.run.check.click()

    assert panel.plan is plan
    assert panel.said.startswith("Checked. ")
    assert NOT_DONE in panel.said

    panel.run.check.click()
    assert as_read(panel.said) == snapshot


def test_a_double_click_changes_nothing_of_what_is_told(desk, looked, panel, monkeypatch, snapshot):
    """The second click asks for what is being done already."""
    make(panel, SELECTED)
    meanwhile(monkeypatch, desk.plan_runs, "check", panel.run.check.click)
    panel.run.check.click()

    assert as_read(panel.said) == snapshot


def test_a_check_that_fails_ends_the_one_before(desk, looked, panel, monkeypatch, snapshot):
    """Nothing is armed any more, whatever is typed, and the panel says that nothing is checked."""
    make(panel, SELECTED)
    check_and_type(panel)
    sentence = panel.checked.sentence

    def check(*_, **__):
        raise cannot_read("Reading the numbers failed.")

    monkeypatch.setattr(desk.plan_runs, "check", check)
    panel.run.check.click()
    panel.run.typed.value = sentence

    assert as_read(panel.said) == snapshot
    assert panel.checked is None
    assert as_read(panel.run.found.value) == snapshot
    assert (panel.run.typed.disabled, panel.run.confirm.disabled) == (True, True)


def test_a_number_chosen_while_another_goes_is_neither_shown_nor_armed(
    desk, release_panel, simulator, monkeypatch, snapshot
):
    """What the drop-down shows and what the button is about are one: nothing."""
    armed, first, other = release_panel, named(desk, QUIET), named(desk, ALSO_QUIET)
    choose(armed, first)
    armed.typed.value = first.phone_number

    def pick():
        armed.number.value = other.sid

    meanwhile(monkeypatch, desk.session.gateway, "number_pages", pick)
    armed.confirm.click()
    armed.typed.value = other.phone_number

    assert (armed.number.value, armed.number.label) == (None, "Choose…")
    assert armed.confirm.disabled is True
    assert "is released" in armed.said
    assert NOT_DONE in armed.said
    assert len(deletes(simulator)) == 1

    choose(armed, other)
    assert as_read(armed.said) == snapshot


def test_a_number_chosen_while_another_is_looked_up_is_neither_shown_nor_armed(
    desk, release_panel, monkeypatch, snapshot
):
    """Where no list is drawn anew afterwards, either."""
    first, other = named(desk, QUIET), named(desk, ALSO_QUIET)
    choose(release_panel, first)

    def pick():
        release_panel.number.value = other.sid

    meanwhile(monkeypatch, release_panel, "_decide", pick)
    release_panel.look.click()
    for number in (first, other):
        release_panel.typed.value = number.phone_number
        assert release_panel.confirm.disabled is True

    assert (release_panel.number.value, release_panel.number.label) == (None, "Choose…")
    assert as_read(release_panel.card.value) == snapshot
    assert NOT_DONE in release_panel.said
