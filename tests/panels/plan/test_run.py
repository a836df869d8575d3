"""The release-many panel, run: nothing goes before it is checked and typed; it can be stopped; what went is told."""

import openpyxl
import pytest

from helpers.core.records import PlanAct
from helpers.decisions.protected import Kind, Protected
from helpers.panels.plan.criteria import SELECTED
from helpers.plans import batch as running
from helpers.plans.files import approval_of
from helpers.plans.second_person import WAIVING
from helpers.simulator import Fault
from tests.support.golden import as_read
from tests.support.grid_tools import rows_of, texts_of
from tests.support.panel_tools import ALSO_QUIET, QUIET, deletes, everything_in, named, writes
from tests.support.plan_panel_tools import check_and_type, from_list, make

pytestmark = pytest.mark.usefixtures("loud")


def test_what_was_ticked_becomes_a_plan_and_goes_when_its_sentence_is_typed(desk, looked, panel, simulator, snapshot):
    """Made, read, checked, typed, pressed twice: each number sent for once."""
    make(panel, SELECTED, why="Spring cleaning")
    assert [item.name for item in panel.plan.items] == [QUIET, ALSO_QUIET]
    assert panel.run.typed.disabled
    check_and_type(panel)
    assert not panel.run.confirm.disabled
    panel.run.confirm.click()
    panel.run.confirm.click()

    assert as_read(panel.said) == snapshot
    assert len(deletes(simulator)) == 2
    assert as_read(panel.report.told.value) == snapshot
    assert texts_of(panel.report.listing.grid) == snapshot
    assert panel.run.confirm.disabled


@pytest.mark.parametrize("typed", ["release 2 numbers of acme", "release 1 number of Acme", "+19175550156", ""])
def test_the_button_sleeps_until_the_sentence_is_typed(looked, panel, simulator, typed, snapshot):
    """To the letter, and it says for what it waits."""
    make(panel, SELECTED)
    panel.run.check.click()
    panel.run.typed.value = typed
    panel.run.confirm.click()

    assert panel.run.confirm.disabled
    assert as_read(panel.run.waits.value) == snapshot
    assert writes(simulator) == []


def test_a_change_of_the_plan_has_to_be_checked_again(looked, panel):
    """What was typed for the plan before is forgotten."""
    make(panel, SELECTED)
    check_and_type(panel)
    panel.numbers.going.grid.select([panel.plan.items[0].sid])
    panel.numbers.leave_out.click()

    assert panel.checked is None
    assert panel.run.typed.value == ""
    assert panel.run.confirm.disabled


def test_parking_lists_what_it_breaks_and_bringing_back_moves_them_home(looked, panel, desk, snapshot):
    """Moved, and moved back; nobody calls a move reversible that takes numbers out of campaigns and services."""
    assert "reversible" not in " ".join(everything_in(panel.source))
    panel.source.act.value = PlanAct.PARK
    assert as_read(panel.source.about.value) == snapshot
    make(panel, SELECTED)
    assert as_read(panel.said) == snapshot
    target = next(sid for name, sid in panel.source.target.options if name == "Acme Logistics")
    make(panel, SELECTED, target=target)
    # In its facts and in the line of each number.
    assert target in panel.plan_overview.value
    assert [row[-2]["title"] for row in rows_of(panel.numbers.going.grid)] == [target, target]
    check_and_type(panel)
    assert as_read(panel.checked.sentence) == snapshot
    assert as_read(panel.run.confirm.description) == snapshot
    panel.run.confirm.click()
    assert named(desk, QUIET).account_sid == target
    assert "2 moved" in panel.report.told.value
    # There is no deadline to be reminded of.
    assert panel.report.save_calendar.layout.display == "none"

    panel.source.act.value = PlanAct.BRING_BACK
    panel.source.make.click()
    check_and_type(panel)
    panel.run.confirm.click()
    assert named(desk, QUIET).account_sid != target


def test_a_second_person_is_asked_for_and_is_somebody_else(looked, panel, desk, simulator, snapshot):
    """The same person is turned away; somebody else's word lets it go."""
    make(panel, SELECTED)
    panel.edit.two.value = True
    assert panel.edit.two_typed.layout.display is None
    panel.edit.approve.click()
    assert as_read(panel.said.replace(desk.plans.who, "pat@desk")) == snapshot
    panel.run.check.click()
    assert as_read(panel.run.found.value) == snapshot
    assert panel.run.typed.disabled

    mine, desk.plans.who = desk.plans.who, "ann@desk"
    panel.edit.approve.click()
    desk.plans.who = mine
    assert as_read(panel.said) == snapshot
    check_and_type(panel)
    panel.run.confirm.click()
    assert "2 released" in panel.said


def test_the_rule_is_ended_with_its_sentence_and_not_by_the_box_alone(looked, panel, simulator, snapshot):
    """One click asks for a second person; unticking alone changes nothing, and what two people are worth is said."""
    make(panel, SELECTED)
    panel.edit.two.value = True
    assert as_read(panel.edit.state.value.replace(panel.plan.fingerprint[:16], "…")) == snapshot
    panel.edit.two.value = False
    assert panel.edit.two.value is True
    assert as_read(panel.said) == snapshot

    panel.edit.two_typed.value = WAIVING
    panel.edit.two.value = False
    assert panel.edit.two.value is False
    assert as_read(panel.said) == snapshot
    check_and_type(panel)
    assert not panel.run.confirm.disabled
    assert writes(simulator) == []


def test_a_colleague_without_the_rule_can_approve_a_plan_that_was_handed_to_them(looked, panel, desk):
    """Their computer has a journal of its own, in which nobody made the rule; its maker is offered no approval."""
    make(panel, SELECTED)
    path = panel.path
    assert panel.edit.approve.layout.display == "none"

    desk.plans.who = "ann@desk"
    panel.source.saved.value = path
    assert panel.edit.approve.layout.display is None
    panel.edit.approve.click()
    assert approval_of(path).who == "ann@desk"


def test_beside_the_red_button_stands_how_many_in_use_go_what_it_saves_and_how_it_is_undone(looked, panel):
    """What was accepted in another step, out of sight by then."""
    make(panel, SELECTED)
    panel.run.check.click()
    assert "in use" not in panel.run.found.value
    assert "This saves USD 27.60 a year." in panel.run.found.value
    assert "can be taken back" in panel.run.found.value

    from_list(panel, "+14155550110\n+19175550156\n")
    panel.numbers.aside.grid.select([item.sid for item in panel.plan.aside])
    panel.numbers.why.value = "The hotline moved"
    panel.numbers.add.click()
    panel.run.check.click()
    assert "1 of them is in use, and goes for the reason that was written down." in panel.run.found.value


def test_what_goes_wrong_stands_in_the_panel_and_the_plan_goes_on_later(looked, panel, desk, simulator):
    """Refused by Twilio: told, reported, and nothing is sent for it again."""
    make(panel, SELECTED)
    check_and_type(panel)
    simulator.order(Fault.REFUSED, method="DELETE")
    panel.run.confirm.click()

    assert sorted(line.state for line in desk.plan_runs.report(panel.plan)) == ["refused", "released"]
    assert "refused" in panel.report.told.value
    assert len(deletes(simulator)) == 2


def test_while_it_runs_it_can_be_stopped_and_goes_on_after_another_check(
    looked, panel, simulator, monkeypatch, snapshot
):
    """The stop button wakes with the run; the number that was not got to goes with the next."""
    monkeypatch.setattr(running, "NUMBERS_AT_ONCE", 1)
    make(panel, SELECTED)
    really = panel.run.watch.hear

    def stop_at_once(progress):
        really(progress)
        assert not panel.run.watch.stop.disabled
        panel.run.watch.stop.click()

    monkeypatch.setattr(panel.run.watch, "hear", stop_at_once)
    check_and_type(panel)
    panel.run.confirm.click()
    assert as_read(panel.said) == snapshot
    assert panel.run.watch.stop.disabled

    monkeypatch.setattr(panel.run.watch, "hear", really)
    panel.run.check.click()
    assert as_read(panel.checked.sentence) == snapshot
    panel.run.typed.value = panel.checked.sentence
    panel.run.confirm.click()
    assert as_read(panel.said) == snapshot
    assert len(deletes(simulator)) == 2


def test_reports_are_written_where_they_can_be_found(looked, panel, tmp_path):
    """A table of every number, and a calendar file."""
    make(panel, SELECTED)
    check_and_type(panel)
    panel.run.confirm.click()
    assert panel.report.save_calendar.layout.display is None
    panel.report.save_table.click()
    report = next((tmp_path / "exports").glob("report-*.xlsx"))
    assert panel.report.download.name == report.name
    told = {cell for row in openpyxl.load_workbook(report)["Numbers"].iter_rows(values_only=True) for cell in row}
    panel.report.save_calendar.click()
    book = next((tmp_path / "exports").glob("take-back-*.ics")).read_text()

    assert {"+19175550156", "Released"} <= told
    assert "BEGIN:VALARM" in book


def test_a_calendar_that_cannot_be_finished_leaves_the_one_before(looked, panel, tmp_path, monkeypatch, snapshot):
    """Nothing was written means that: the file that somebody may have opened is what it was."""
    make(panel, SELECTED)
    check_and_type(panel)
    panel.run.confirm.click()
    panel.report.save_calendar.click()
    (file,) = (tmp_path / "exports").glob("take-back-*.ics")
    before = file.read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(file), "replace", full)
    panel.report.save_calendar.click()

    assert as_read(panel.report.said) == snapshot
    assert file.read_bytes() == before


def test_no_secret_is_in_the_panel(looked, panel, simulator):
    """Neither a token nor anybody's password, in nothing that was sent to the browser."""
    make(panel, SELECTED)
    check_and_type(panel)
    panel.run.confirm.click()
    sent = "".join(everything_in(panel))

    assert not [pair[1] for pair in simulator.credentials.values() if pair[1] in sent]


def test_the_report_of_another_day_still_says_why_a_number_did_not_go(looked, panel, desk, simulator):
    """What the check set aside, and what the kit refused in the run, is kept beside the plan."""
    make(panel, SELECTED)
    sid = panel.plan.items[0].sid
    desk.session.gateway.update_number(panel.plan.items[0].account_sid, sid, {"VoiceUrl": "https://new.acme.example/"})
    panel.run.check.click()
    desk.session.protection.protect(Protected(Kind.NAME, ALSO_QUIET, "", "ann@desk", "2026-03-02"))
    panel.run.typed.value = panel.checked.sentence
    panel.run.confirm.click()
    told = {line.item.sid: line.message for line in desk.plan_runs.report(panel.plan, panel.path)}

    assert "voice_url" in told[sid]
    assert any("is protected" in said for said in told.values())
    assert deletes(simulator) == []
