# ruff: noqa: F401, F811  # a fixture is imported, and asked for by an argument of its name
"""The release-many panel: nothing goes before it is made, read, checked and typed; and what went is told."""

from datetime import UTC, datetime

import pytest

from helpers import run as running
from helpers.panels.plan_wish import FILTER, LIST, TICKED
from helpers.plan import BRINGING_BACK, PARKING
from helpers.protection import Kind, Protected
from helpers.simulator import Fault
from tests.panel_tools import ALSO_QUIET, QUIET, deletes, desk, everything_in, loud, named, writes

pytestmark = pytest.mark.usefixtures("loud")


@pytest.fixture
def panel(desk, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    desk.plans.folder = tmp_path / "plans"
    return desk.plan_panel()


@pytest.fixture
def looked(desk):
    """Somebody has found out which numbers are quiet, and ticked two of them."""
    inventory = desk.inventory_panel()
    inventory.looking.button.click()
    inventory.grid.select([named(desk, QUIET).sid, named(desk, ALSO_QUIET).sid], on=True)


def make(panel, source, **fields):
    panel.source.source.value = source
    for name, value in fields.items():
        getattr(panel.source, name).value = value
    panel.source.make.click()


def from_list(panel, text):
    panel.source.source.value = LIST
    about = {"name": "list.csv", "type": "text/csv", "size": len(text), "last_modified": datetime.now(UTC)}
    panel.source.file.set_trait("value", ({**about, "content": memoryview(text.encode())},))
    panel.source.make.click()


def check_and_type(panel):
    panel.run.check.click()
    panel.run.typed.value = panel.checked.sentence


def test_showing_it_sends_nothing_and_chooses_nothing(panel, practice):
    """No plan is open, nothing is chosen, the button sleeps."""
    assert panel.plan is None
    assert panel.source.source.value is None
    assert panel.run.confirm.disabled
    assert panel.run.typed.disabled
    assert writes(practice) == []


def test_what_was_ticked_becomes_a_plan_and_goes_when_its_sentence_is_typed(desk, looked, panel, practice):
    """Made, read, checked, typed, pressed twice: each number sent for once."""
    make(panel, TICKED, why="Spring cleaning")
    assert [item.name for item in panel.plan.items] == [QUIET, ALSO_QUIET]
    assert panel.run.typed.disabled
    check_and_type(panel)
    assert not panel.run.confirm.disabled
    panel.run.confirm.click()
    panel.run.confirm.click()

    assert panel.said.startswith("The plan is through. 2 released.")
    assert len(deletes(practice)) == 2
    assert "Take back until" in panel.report.told.value
    assert panel.run.confirm.disabled


@pytest.mark.parametrize("typed", ["release 2 numbers of acme", "release 1 number of Acme", "+19175550156", ""])
def test_the_button_sleeps_until_the_sentence_is_typed(looked, panel, practice, typed):
    """To the letter, and it says for what it waits."""
    make(panel, TICKED)
    panel.run.check.click()
    panel.run.typed.value = typed
    panel.run.confirm.click()

    assert panel.run.confirm.disabled
    assert "release 2 numbers of Acme" in panel.run._waits.value
    assert writes(practice) == []


def test_quiet_numbers_are_chosen_by_what_the_inventory_found(looked, panel):
    """And not those that something hangs on, unless they are asked for."""
    make(panel, FILTER)
    bare = {item.name for item in panel.plan.items}
    make(panel, FILTER, wired=True)
    wired = {item.name for item in panel.plan.items}
    assert QUIET in bare
    assert "Board room" not in bare
    assert bare < wired

    make(panel, FILTER, idle=400)
    assert panel.said.startswith("No plan was made")


def test_before_anybody_looked_nothing_is_quiet(panel):
    """Unknown is not a kind of yes, and the way out is named."""
    make(panel, FILTER)

    assert "press “Find out which are quiet” first" in panel.said
    assert panel.plan is None


def test_a_list_is_taken_and_its_bad_lines_are_shown(panel):
    """What is no exact match stands below with its line."""
    from_list(panel, "phone_number\n+19175550156\n9175550157\n+19175550156\n")

    assert [item.name for item in panel.plan.items] == [QUIET]
    assert "2 lines of the list could not be taken" in panel.said
    assert "is not written as Twilio writes numbers" in panel._problems.value
    assert "stands in line 2 already" in panel._problems.value


def test_a_list_that_is_none_is_a_sentence(panel):
    """Its header was changed."""
    from_list(panel, "numbers\n+19175550156\n")

    assert panel.said.startswith("The first line has to name the columns")
    assert panel.plan is None


def test_one_in_use_is_put_back_with_a_reason(panel, practice):
    """Without one it stays, and says so."""
    from_list(panel, "phone_number\n+14155550110\n+19175550156\n")
    sid = next(item.sid for item in panel.plan.items if item.name == "Hotline")
    panel.edit.item.value = sid
    panel.edit.put_back.click()
    assert "write down why" in panel.said
    panel.edit.item.value = sid
    panel.edit.why.value = "The contract ended"
    panel.edit.put_back.click()
    assert len(panel.plan.going) == 2

    check_and_type(panel)
    panel.run.confirm.click()
    assert len(deletes(practice)) == 2


def test_a_change_of_the_plan_has_to_be_checked_again(looked, panel):
    """What was typed for the plan before is forgotten."""
    make(panel, TICKED)
    check_and_type(panel)
    panel.edit.item.value = panel.plan.items[0].sid
    panel.edit.leave_out.click()

    assert panel.checked is None
    assert panel.run.typed.value == ""
    assert panel.run.confirm.disabled


def test_an_emergency_address_is_unregistered_as_a_step_of_its_own(panel, practice):
    """Typed and pressed apart; then the plan is made anew, and the number may go."""
    from_list(panel, "phone_number\n+17135550125\n")
    assert panel.plan.going == ()
    panel.edit.emergency_typed.value = "unregister 1 emergency address"
    panel.edit.emergency.click()
    panel.edit.emergency.click()

    assert "is unregistered" in panel.said
    assert len(panel.plan.going) == 1
    assert [request["form"] for request in writes(practice)] == [{"EmergencyAddressSid": ""}]
    check_and_type(panel)
    panel.run.confirm.click()
    assert "1 released" in panel.said


def test_parking_lists_what_it_breaks_and_bringing_back_undoes_it(looked, panel, desk):
    """Moved, and moved back."""
    panel.source.act.value = PARKING
    assert "It leaves its messaging services and campaigns." in panel.source.about.value
    make(panel, TICKED)
    assert "choose the subaccount" in panel.said
    target = next(sid for name, sid in panel.source.target.options if name == "Acme Logistics")
    make(panel, TICKED, target=target)
    check_and_type(panel)
    assert panel.run.confirm.description == "Yes, move these numbers"
    panel.run.confirm.click()
    assert named(desk, QUIET).account_sid == target

    panel.source.act.value = BRINGING_BACK
    panel.source.make.click()
    check_and_type(panel)
    panel.run.confirm.click()
    assert named(desk, QUIET).account_sid != target


def test_a_plan_that_was_changed_by_hand_is_not_opened(looked, panel):
    """Noticed, and said."""
    make(panel, TICKED)
    panel.path.write_text(panel.path.read_text().replace("Acme", "Acne"))
    panel.source.saved.value = panel.source.saved.options[1][1]

    assert "changed by hand" in panel.said


def test_a_second_person_is_asked_for_and_is_somebody_else(looked, panel, desk, practice):
    """The same person is turned away; somebody else's word lets it go."""
    make(panel, TICKED)
    panel.edit.two.value = True
    assert panel.plan.two_people
    panel.edit.approve.click()
    assert "somebody else has to approve" in panel.said
    panel.run.check.click()
    assert "A second person has to approve" in panel.run.found.value
    assert panel.run.typed.disabled

    mine, desk.plans.who = desk.plans.who, "ann@desk"
    panel.edit.approve.click()
    desk.plans.who = mine
    assert "Approved by ann@desk" in panel.said
    check_and_type(panel)
    panel.run.confirm.click()
    assert "2 released" in panel.said


def test_what_goes_wrong_stands_in_the_panel_and_the_plan_goes_on_later(looked, panel, practice):
    """Refused by Twilio: told, reported, and nothing is sent for it again."""
    make(panel, TICKED)
    check_and_type(panel)
    practice.order(Fault.REFUSED, method="DELETE")
    panel.run.confirm.click()

    assert "1 released, 1 refused" in panel.said or "1 refused, 1 released" in panel.said
    assert "refused" in panel.report.told.value
    assert len(deletes(practice)) == 2


def test_while_it_runs_it_can_be_stopped_and_goes_on_after_another_check(looked, panel, practice, monkeypatch):
    """The stop button wakes with the run; the number that was not got to goes with the next."""
    monkeypatch.setattr(running, "AT_ONCE", 1)
    make(panel, TICKED)
    really = panel.run.hear

    def stop_at_once(progress):
        really(progress)
        assert not panel.run.stop.disabled
        panel.run.stop.click()

    monkeypatch.setattr(panel.run, "hear", stop_at_once)
    check_and_type(panel)
    panel.run.confirm.click()
    assert panel.said.startswith("Stopped, as you asked. 1 released, 1 not begun.")
    assert panel.run.stop.disabled

    monkeypatch.setattr(panel.run, "hear", really)
    panel.run.check.click()
    assert panel.checked.sentence == "release 1 number of Acme"
    panel.run.typed.value = panel.checked.sentence
    panel.run.confirm.click()
    assert panel.said.startswith("The plan is through. 2 released.")
    assert len(deletes(practice)) == 2


def test_reports_are_written_where_they_can_be_found(looked, panel, tmp_path):
    """A table of every number, and a calendar file."""
    make(panel, TICKED)
    check_and_type(panel)
    panel.run.confirm.click()
    panel.report.save_table.click()
    table = next((tmp_path / "exports").glob("report-*-excel.csv")).read_text()
    panel.report.save_calendar.click()
    book = next((tmp_path / "exports").glob("take-back-*.ics")).read_text()

    assert "+19175550156" in table
    assert "released" in table
    assert "BEGIN:VALARM" in book


def test_no_secret_is_in_the_panel(looked, panel, practice):
    """Neither a token nor anybody's password, in nothing that was sent to the browser."""
    make(panel, TICKED)
    check_and_type(panel)
    panel.run.confirm.click()
    sent = "".join(everything_in(panel))

    assert not [pair[1] for pair in practice.credentials.values() if pair[1] in sent]


def test_what_somebody_should_look_at_twice_stands_beside_each_number(panel):
    """A trunk, a messaging service, a verification, a suspended account: before anybody types anything."""
    from_list(panel, "phone_number\n+12125550103\n+15105550182\n+19175550156\n")
    shown = panel._overview.value

    assert "It is on the SIP trunk" in shown
    assert "Its account is suspended" in shown
    assert "1 of those that go, to something" in shown


def test_an_address_is_not_unregistered_for_a_number_that_may_not_go(panel, desk, practice):
    """Protected meanwhile: it keeps its address, and nothing is sent."""
    from_list(panel, "phone_number\n+17135550125\n")
    desk._protection.protect(Protected(Kind.NAME, "*pharmacy*", "", "ann@desk", "2026-03-02"))
    panel.edit.emergency_typed.value = "unregister 1 emergency address"
    panel.edit.emergency.click()

    assert "keeps its address" in panel.said
    assert writes(practice) == []


def test_an_address_in_an_account_that_cannot_be_read_is_left_alone(panel, practice):
    """It is not called gone, because nobody could look."""
    from_list(panel, "phone_number\n+17135550125\n")
    shops = panel.plan.items[0].account_sid
    practice.order(Fault.UNAVAILABLE_BEFORE, path=f"{shops}/IncomingPhoneNumbers.json", times=3)
    panel.edit.emergency_typed.value = "unregister 1 emergency address"
    panel.edit.emergency.click()

    assert "its account could not be read" in panel.said
    assert writes(practice) == []


def test_the_report_of_another_day_still_says_why_a_number_did_not_go(looked, panel, desk, practice):
    """What the check set aside, and what the kit refused in the run, is kept beside the plan."""
    make(panel, TICKED)
    sid = panel.plan.items[0].sid
    desk._gateway.update_number(panel.plan.items[0].account_sid, sid, {"VoiceUrl": "https://new.acme.example/"})
    panel.run.check.click()
    desk._protection.protect(Protected(Kind.NAME, ALSO_QUIET, "", "ann@desk", "2026-03-02"))
    panel.run.typed.value = panel.checked.sentence
    panel.run.confirm.click()
    told = {line.item.sid: line.said for line in desk.plan_runs.report(panel.plan, panel.path)}

    assert "voice_url" in told[sid]
    assert any("is protected" in said for said in told.values())
    assert deletes(practice) == []
