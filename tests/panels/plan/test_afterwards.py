"""What became of an act stays told, whatever fails after it; and nobody says "nothing was sent" after a request."""

import pytest

from helpers.panels.plan.criteria import SELECTED
from helpers.plans.files import open_plan
from helpers.simulator import Fault
from tests.support.failures import cannot_read
from tests.support.golden import as_read
from tests.support.lost_journal import lose, lost_after
from tests.support.panel_tools import QUIET, choose, deletes, named, purchases
from tests.support.plan_panel_tools import check_and_type, make
from tests.support.restore_panel_tools import choose_first

pytestmark = pytest.mark.usefixtures("loud")
#: What no panel may say once a request has left.
DENIED = ("Nothing was sent", "Nothing was changed")


def denied(said):
    return [claim for claim in DENIED if claim in said]


def test_a_plan_whose_journal_is_lost_in_the_run_tells_what_it_knows_and_ends_its_check(
    desk, looked, panel, journal, simulator, snapshot
):
    """One DELETE went, and what became of it is unknown; the other was not begun; the check is used up."""
    make(panel, SELECTED)
    check_and_type(panel)
    lost_after(journal, desk.session.gateway, "delete_number")
    panel.run.confirm.click()

    assert len(deletes(simulator)) == 1
    assert as_read(panel.said) == snapshot
    assert denied(panel.said) == []
    assert panel.checked is None
    assert panel.run.typed.disabled


def test_a_report_that_cannot_be_read_is_told_beside_what_the_run_did(
    desk, looked, panel, journal, monkeypatch, snapshot
):
    """Both were released, and the panel says so, although the journal was lost after the last."""
    make(panel, SELECTED)
    check_and_type(panel)
    really = panel.run.watch.hear

    def hear(progress):
        really(progress)
        if progress.done == progress.whole:
            lose(journal)

    monkeypatch.setattr(panel.run.watch, "hear", hear)
    panel.run.confirm.click()

    assert as_read(panel.said) == snapshot
    assert denied(panel.said) == []
    assert "released" in panel.report.told.value
    assert panel.checked is None


def test_a_bug_in_a_run_ends_its_check_and_the_report_is_shown(looked, panel, desk, monkeypatch):
    """Whatever happens, what was confirmed once is not armed again."""
    make(panel, SELECTED)
    check_and_type(panel)
    monkeypatch.setattr(desk.plan_runs, "run", lambda *_, **__: (_ for _ in ()).throw(cannot_read("It failed.")))
    panel.run.confirm.click()

    assert panel.said == "It failed."
    assert panel.checked is None
    assert panel.run.confirm.disabled


def test_a_change_that_is_saved_stays_told_when_the_report_cannot_be_read(looked, panel, journal, snapshot):
    """The plan's file is changed, and the sentence says both."""
    make(panel, SELECTED)
    lose(journal)
    panel.numbers.going.grid.select([panel.plan.items[0].sid])
    panel.numbers.leave_out.click()

    assert as_read(panel.said) == snapshot
    assert len(open_plan(panel.path).going) == 1


@pytest.mark.usefixtures("panel")
def test_unregistered_addresses_stay_told_when_the_plan_cannot_be_made_anew(desk, monkeypatch, snapshot):
    """What was unregistered, and then what failed; no number was dealt with, so none is counted."""
    pharmacy = named(desk, "Shop Houston, pharmacy")
    inventory = desk.inventory_panel()
    inventory.looking.button.click()
    inventory.grid.select([pharmacy.sid], on=True)
    panel = desk.plan_panel()
    make(panel, SELECTED)
    panel.edit.emergency_typed.value = "unregister 1 emergency address"

    def again(*_, **__):
        raise cannot_read("Reading the list of accounts failed: HTTP 503.")

    monkeypatch.setattr(desk.plans, "again", again)
    panel.edit.emergency.click()

    assert [entry.state for entry in desk.entries()] == ["unregistered"]
    assert as_read(panel.said) == snapshot
    assert panel.run.watch.told.value == ""


@pytest.mark.parametrize(
    ("fault", "told"), [(None, "is yours again."), (Fault.ANSWER_LOST, "the request was sent")], ids=["a yes", "none"]
)
def test_a_purchase_stays_told_when_the_journal_cannot_be_read(
    desk, released_number, simulator, journal, fault, told, snapshot
):
    """With a yes of Twilio's or without an answer: that it was sent outweighs that the list cannot be drawn anew."""
    panel = desk.restore_panel()
    choose_first(panel)
    panel.typed.value = released_number.phone_number
    if fault:
        simulator.order(fault, method="POST")
    lost_after(journal, desk.session.gateway, "buy_number")
    panel.confirm.click()

    assert len(purchases(simulator)) == 1
    assert told in panel.said
    assert as_read(panel.said) == snapshot
    assert denied(panel.said) == []


def test_what_a_look_settled_stays_told_when_the_journal_cannot_be_read(
    desk, simulator, journal, clock, monkeypatch, snapshot
):
    """The journal's own panel: what the look proved, and then that the list cannot be drawn anew."""
    number, release = named(desk, QUIET), desk.release_panel()
    simulator.order(Fault.EMPTY_PROMISE, method="DELETE")
    choose(release, number)
    release.typed.value = number.phone_number
    release.confirm.click()
    clock.advance(days=1, minutes=2)
    really = desk.acts.settle

    def settle(entry):
        settled = really(entry)
        lose(journal)
        return settled

    monkeypatch.setattr(desk.acts, "settle", settle)
    panel = desk.journal_panel()
    panel.buttons[journal.entries()[0].id].click()

    assert as_read(panel.said) == snapshot


def test_the_number_is_forgotten_before_the_inventory_is_read_anew(desk, monkeypatch):
    """Reading a large company takes a while: what was released is not shown as chosen meanwhile."""
    really, chosen = desk.inventory, []

    def inventory(*, again=False):
        chosen.append((panel.number.value, panel.typed.value))
        return really(again=again)

    panel = desk.release_panel()
    monkeypatch.setattr(panel._chooser, "_read_inventory", inventory)
    number = named(desk, QUIET)
    choose(panel, number)
    panel.typed.value = number.phone_number
    panel.confirm.click()

    assert "is released" in panel.said
    assert chosen == [(None, "")]
