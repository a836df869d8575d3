"""The release-many panel, before anything runs: a plan is made, read and changed, and addresses are unregistered."""

import re
from contextlib import chdir
from dataclasses import replace

import pytest

from helpers.core.connections import Link, LinkKind, Place, Unseen, Wiring
from helpers.core.reasons import Cause, Reason
from helpers.core.records import PlanAct
from helpers.decisions.protection import Kind, Protected
from helpers.panels.plan import listed
from helpers.panels.plan.criteria import FILTER, LIST, SELECTED
from helpers.panels.plan.text import connected
from helpers.plans.edits import leave_out
from helpers.simulator import Fault
from tests.support.golden import as_read
from tests.support.on_screen import is_seen, shown
from tests.support.panel_tools import QUIET, deletes, desk_at, named, writes
from tests.support.plan_panel_tools import check_and_type, from_list, give, make

pytestmark = pytest.mark.usefixtures("loud")


def test_showing_it_sends_nothing_and_chooses_nothing(panel, simulator):
    """No plan is open, nothing is chosen, the button sleeps."""
    assert panel.plan is None
    assert panel.source.source.value is None
    assert panel.run.confirm.disabled
    assert panel.run.typed.disabled
    assert writes(simulator) == []


def test_quiet_numbers_are_chosen_by_what_the_inventory_found(looked, panel, snapshot):
    """And not those that something hangs on, unless they are asked for."""
    make(panel, FILTER)
    bare = {item.name for item in panel.plan.items}
    make(panel, FILTER, wired=True)
    wired = {item.name for item in panel.plan.items}
    assert QUIET in bare
    assert "Board room" not in bare
    assert bare < wired

    make(panel, FILTER, idle=400)
    assert as_read(panel.said) == snapshot


def test_before_anybody_looked_nothing_is_quiet(panel, snapshot):
    """Unknown is not a kind of yes, and the way out is named."""
    make(panel, FILTER)

    assert as_read(panel.said) == snapshot
    assert panel.plan is None


def test_a_list_is_taken_and_its_bad_lines_are_shown(panel, snapshot):
    """What fits no number stands below the list with its line."""
    from_list(panel, "phone_number\n+19175550156\n+9175550157\n+19175550156\n")

    assert [item.name for item in panel.plan.items] == [QUIET]
    assert as_read(panel.source.reading.told.value) == snapshot
    assert as_read(panel.said.replace(panel.path.name, "plan.json")) == snapshot


def test_what_a_list_may_mean_is_taken_only_by_a_press(panel, snapshot):
    """Each line beside the number that it was read as; and a second press makes no second plan."""
    from_list(panel, "Telefon;Wer\n(917) 555-0156;A\n+19175550157;B\n555-0158;C\nnobody;D\n")
    reading = panel.source.reading
    assert panel.plan is None
    assert as_read(panel.said) == snapshot
    assert as_read(reading.told.value) == snapshot
    assert (reading.take.description, reading.leave.description) == snapshot

    reading.take.click()
    first = panel.path
    reading.take.click()
    reading.leave.click()
    assert {item.phone_number for item in panel.plan.items} == {"+19175550156", "+19175550157", "+19175550158"}
    assert panel.path == first
    assert not is_seen(panel, reading.take)


def test_what_a_list_may_mean_can_be_left_out(panel):
    """Then what it names in full is all."""
    from_list(panel, "Telefon\n(917) 555-0156\n+19175550157\n")
    panel.source.reading.leave.click()

    assert [item.phone_number for item in panel.plan.items] == ["+19175550157"]


@pytest.mark.parametrize("change", ["another file", "a paste", "another source", "another act"])
def test_what_was_read_from_a_list_goes_with_the_list(panel, change):
    """A press that comes after it takes nothing of a list that is no longer there."""
    from_list(panel, "Telefon\n(917) 555-0156\n")
    assert "+19175550156" in panel.source.reading.told.value
    if change == "another file":
        give(panel, "other.csv", b"Telefon\n(917) 555-0157\n")
    elif change == "a paste":
        panel.source.paste.value = "(917) 555-0157"
        assert panel.source.file.value == ()
    elif change == "another source":
        panel.source.source.value = FILTER
    else:
        panel.source.act.value = PlanAct.BRING_BACK

    assert panel.source.reading.told.value == ""
    panel.source.reading.take.click()
    assert panel.plan is None


def test_more_than_anybody_can_look_at_is_not_taken(panel, monkeypatch, snapshot):
    """A press for all of them would be a press for lines that nobody saw."""
    monkeypatch.setattr(listed, "MOST_OFFERED", 1)
    from_list(panel, "Telefon\n(917) 555-0156\n(917) 555-0157\n")

    assert not is_seen(panel, panel.source.reading.take)
    assert "too many to look at" in panel.source.reading.told.value


def test_a_pasted_list_is_a_list(panel):
    """A column copied out of a sheet."""
    panel.source.source.value = LIST
    panel.source.paste.value = "Wer\tRufnummer\nA\t+19175550156\n"
    panel.source.make.click()

    assert [item.name for item in panel.plan.items] == [QUIET]
    assert "The pasted list" in panel.source.reading.told.value


def test_a_list_that_is_none_is_a_sentence(panel, snapshot):
    """Of the list, the table and the plan before it nothing is left to be mistaken for its own."""
    from_list(panel, "phone_number\n+19175550156\nnobody\n")
    panel.run.check.click()
    of_it = {"nobody", "+19175550156", "release 1 number of Acme", "Fingerprint", "list.csv"}
    assert {words for words in of_it if words in seen(panel)} == of_it
    panel.source.source.value = LIST
    give(panel, "other.csv", b"Name\nAnn\n")
    panel.source.make.click()

    assert as_read(panel.said) == snapshot
    assert panel.plan is None
    assert panel.run.check.disabled
    assert {words for words in of_it if words in seen(panel)} == set()


def seen(panel):
    """Join all that the widgets in sight show."""
    return " ".join(repr(widget.get_state()) for widget in shown(panel))


def test_one_in_use_is_put_back_with_a_reason(panel, simulator, snapshot):
    """Without one it stays, and says so."""
    from_list(panel, "phone_number\n+14155550110\n+19175550156\n")
    sid = next(item.sid for item in panel.plan.items if item.name == "Hotline")
    panel.edit.item.value = sid
    panel.edit.put_back.click()
    assert as_read(panel.said) == snapshot
    panel.edit.item.value = sid
    panel.edit.why.value = "The contract ended"
    panel.edit.put_back.click()
    assert len(panel.plan.going) == 2

    check_and_type(panel)
    panel.run.confirm.click()
    assert len(deletes(simulator)) == 2


def test_what_comes_first_is_named_for_a_number_that_is_blocked(panel, desk, snapshot):
    """Nobody is told "for good" of what they can mend; where nothing can be mended, why not."""
    desk.session.protection.protect(Protected(Kind.NAME, QUIET, "", "ann@desk", "2026-03-02"))
    from_list(panel, "phone_number\n+17135550125\n+493023125142\n+19175550156\n+14155550110\n")
    labels = {label.split()[0]: label for label, _ in panel.edit.item.options[1:]}

    assert as_read(labels["+17135550125"]) == snapshot
    assert as_read(labels["+493023125142"]) == snapshot
    assert as_read(labels["+19175550156"]) == snapshot
    assert as_read(labels["+14155550110"]) == snapshot
    assert "for good" not in " ".join(labels.values())


def test_an_emergency_address_is_unregistered_as_a_step_of_its_own(panel, simulator):
    """Typed and pressed apart; then the plan is made anew, and the number may go."""
    from_list(panel, "phone_number\n+17135550125\n")
    assert panel.plan.going == ()
    panel.edit.emergency_typed.value = "unregister 1 emergency address"
    panel.edit.emergency.click()
    panel.edit.emergency.click()

    assert "is unregistered" in panel.said
    assert len(panel.plan.going) == 1
    assert [request["form"] for request in writes(simulator)] == [{"EmergencyAddressSid": ""}]
    check_and_type(panel)
    panel.run.confirm.click()
    assert "1 released" in panel.said


def test_a_plan_that_was_changed_by_hand_is_not_opened(looked, panel, snapshot):
    """Noticed, and said."""
    make(panel, SELECTED)
    name = panel.path.name
    panel.path.write_text(panel.path.read_text().replace("Acme", "Acne"))
    panel.source.saved.value = panel.source.saved.options[1][1]

    assert as_read(panel.said.replace(name, "plan.json")) == snapshot


def test_a_plan_beside_the_notebook_is_offered_and_stays_there(simulator, journal, clock, looked, panel, tmp_path):
    """Version 0.1.0 kept plans there; a change is written into the same file, and new plans go to the data folder."""
    make(panel, FILTER)
    (tmp_path / "notebooks" / "plans").mkdir(parents=True)
    old = panel.path.rename(tmp_path / "notebooks" / "plans" / panel.path.name)
    with chdir(tmp_path / "notebooks"):
        desk = desk_at(simulator, journal, clock)
    assert desk.plans.files() == [old]

    plan = desk.plans.open(old)
    changed = leave_out(plan, plan.going[0].sid, author="pat@desk")
    assert desk.plans.save(changed, old) == old
    assert desk.plans.open(old) == changed
    assert desk.plans.make([named(desk, QUIET)])[1].parent == tmp_path / "plans"
    desk.session.gateway.transport.close()


def test_what_somebody_should_look_at_twice_stands_beside_each_number(panel, snapshot):
    """A trunk, a messaging service, a verification, a suspended account: before anybody types anything."""
    from_list(panel, "phone_number\n+12125550103\n+15105550182\n+19175550156\n")

    assert re.findall("<li>⚠ (.*?)</li>", panel.plan_overview.value) == snapshot
    assert connected(panel.plan.going) == snapshot


@pytest.mark.parametrize(
    ("wired", "unseen", "going", "said"),
    [
        (0, 0, 0, "no number goes"),
        (0, 0, 1, "the one that goes is not known to be connected to anything; it could be looked at in full"),
        (1, 1, 1, "the one that goes is connected to something; it could not be looked at in full"),
        (0, 1, 3, "none of those that go is known to be connected to anything; 1 could not be looked at in full"),
        (1, 0, 3, "1 of those that go is connected to something; all could be looked at in full"),
        (2, 2, 3, "2 of those that go are connected to something; 2 could not be looked at in full"),
    ],
)
def test_what_a_plan_is_connected_to_is_a_sentence(looked, panel, wired, unseen, going, said):
    """For none, one and many, of those that are connected and of those that could not be looked at."""
    make(panel, SELECTED)
    (item, *_) = panel.plan.items
    links, gaps = (Link(LinkKind.SIP_TRUNK, "TK1"),), (Unseen(Place.CAMPAIGNS, Reason(Cause.STOPPED)),)
    items = [
        replace(item, wiring=Wiring(links if at < wired else (), gaps if at < unseen else ())) for at in range(going)
    ]

    assert connected(items) == said


def test_an_address_is_not_unregistered_for_a_number_that_may_not_go(panel, desk, simulator, snapshot):
    """Protected meanwhile: it keeps its address, and nothing is sent."""
    from_list(panel, "phone_number\n+17135550125\n")
    desk.session.protection.protect(Protected(Kind.NAME, "*pharmacy*", "", "ann@desk", "2026-03-02"))
    panel.edit.emergency_typed.value = "unregister 1 emergency address"
    panel.edit.emergency.click()

    assert as_read(panel.said) == snapshot
    assert writes(simulator) == []


def test_an_address_in_an_account_that_cannot_be_read_is_left_alone(panel, simulator, snapshot):
    """It is not called gone, because nobody could look."""
    from_list(panel, "phone_number\n+17135550125\n")
    shops = panel.plan.items[0].account_sid
    simulator.order(Fault.UNAVAILABLE_BEFORE, path=f"{shops}/IncomingPhoneNumbers/", times=3)
    panel.edit.emergency_typed.value = "unregister 1 emergency address"
    panel.edit.emergency.click()

    assert as_read(panel.said) == snapshot
    assert writes(simulator) == []


@pytest.mark.parametrize("sign", ["\u200b", "\u2060"])
def test_a_sign_that_nobody_sees_keeps_no_button_asleep(panel, sign):
    """A copied sentence is compared as people see it, as it is when the step is done."""
    from_list(panel, "phone_number\n+17135550125\n")
    panel.edit.emergency_typed.value = f"unregister 1 emergency{sign} address"

    assert panel.edit.emergency.disabled is False
    panel.edit.emergency.click()
    assert "is unregistered" in panel.said
