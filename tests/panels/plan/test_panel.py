"""The release-many panel, before anything runs: a plan is made, read and changed, and addresses are unregistered."""

from contextlib import chdir
from dataclasses import replace

import pytest

from helpers.core.connections import Link, LinkKind, Place, Unseen, Wiring
from helpers.core.reasons import Cause, Reason
from helpers.core.records import PlanAct
from helpers.decisions.protected import Kind, Protected
from helpers.panels.plan import listed
from helpers.panels.plan.criteria import ACCOUNT, FILTER, LIST, SELECTED
from helpers.panels.plan.text import connected
from helpers.plans.edits import leave_out
from helpers.simulator import Fault
from tests.support.golden import as_read
from tests.support.grid_tools import rows_of, say, texts_of
from tests.support.on_screen import as_seen, is_seen, shown
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


def test_a_whole_account_is_a_source_and_those_in_use_wait_to_be_added(panel, desk):
    """All its numbers are in sight, those that are quiet go, and no other account's number is there."""
    shops = named(desk, "Shop Miami pop-up").account_sid
    make(panel, ACCOUNT, whole_account=shops)
    everything = {number.sid for number in desk.inventory().numbers if number.account_sid == shops}

    assert {item.sid for item in panel.plan.items} == everything
    assert {item.verdict for item in panel.plan.going} == {"quiet"}
    assert {item.aside for item in panel.plan.aside} == {"in use", "blocked"}
    assert {item.aside for item in panel.plan.items if item.verdict == "in use"} == {"in use"}


def test_no_account_is_chosen_for_anybody(panel, snapshot):
    """Neither the first nor all of them."""
    make(panel, ACCOUNT)

    assert as_read(panel.said) == snapshot
    assert panel.plan is None


def test_a_part_of_an_account_does_not_pass_for_all_of_it(panel, desk, simulator, snapshot):
    """Its list breaks off: no plan is made, and why is said."""
    shops = named(desk, "Shop Miami pop-up").account_sid
    simulator.order(Fault.UNAVAILABLE_BEFORE, path=f"{shops}/IncomingPhoneNumbers.json", times=9)
    make(panel, ACCOUNT, whole_account=shops)

    assert as_read(panel.said) == snapshot
    assert panel.plan is None


def test_a_list_is_taken_and_its_bad_lines_are_shown(panel, snapshot):
    """What fits no number stands below the list with its line."""
    from_list(panel, "phone_number\n+19175550156\n+9175550157\n+19175550156\n")

    assert [item.name for item in panel.plan.items] == [QUIET]
    assert as_seen(panel.source.reading) == snapshot
    assert texts_of(panel.source.reading.wrong.grid) == snapshot
    assert as_read(panel.said.replace(panel.path.name, "plan.json")) == snapshot


def test_what_a_list_may_mean_is_taken_only_by_a_press(panel, snapshot):
    """Each line beside the number that it was read as; and a second press makes no second plan."""
    from_list(panel, "Telefon;Wer\n(917) 555-0156;A\n+19175550157;B\n555-0158;C\nn/a;D\n")
    reading = panel.source.reading
    assert panel.plan is None
    assert as_read(panel.said) == snapshot
    assert as_seen(reading) == snapshot
    assert (texts_of(reading.offered.grid), texts_of(reading.wrong.grid)) == snapshot
    say(reading.offered.grid, type="cursor", at=1)
    say(reading.wrong.grid, type="cursor", at=0)
    assert (as_read(reading.offered.about.value), as_read(reading.wrong.about.value)) == snapshot
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
    assert [row[2] for row in texts_of(panel.source.reading.offered.grid)] == ["+19175550156"]
    if change == "another file":
        give(panel, "other.csv", b"Telefon\n(917) 555-0157\n")
    elif change == "a paste":
        panel.source.paste.value = "(917) 555-0157"
        assert panel.source.file.value == ()
    elif change == "another source":
        panel.source.source.value = FILTER
    else:
        panel.source.act.value = PlanAct.BRING_BACK

    assert str(as_seen(panel.source.reading)).strip() == ""
    assert not is_seen(panel, panel.source.reading.offered.grid)
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
    from_list(panel, "phone_number\n+19175550156\nn/a\n")
    assert is_seen(panel, panel.numbers.going.grid)
    panel.run.check.click()
    of_it = {"could not be taken", "release 1 number of Acme", "1 number to release", "list.csv"}
    assert {words for words in of_it if words in seen(panel)} == of_it
    assert is_seen(panel, panel.source.reading.wrong.grid)
    panel.source.source.value = LIST
    give(panel, "other.csv", b"Name\nAnn\n")
    panel.source.make.click()

    assert as_read(panel.said) == snapshot
    assert panel.plan is None
    assert panel.run.check.disabled
    assert {words for words in of_it if words in seen(panel)} == set()
    assert not is_seen(panel, panel.numbers.going.grid)
    assert not is_seen(panel, panel.source.reading.wrong.grid)


def seen(panel):
    """Join all that the widgets in sight show."""
    return " ".join(repr(widget.get_state()) for widget in shown(panel))


def test_those_in_use_are_added_with_one_reason(panel, simulator, snapshot):
    """Without one they stay, and the button says so; nothing is ticked that nobody ticked."""
    from_list(panel, "phone_number\n+14155550110\n+14155550111\n+19175550156\n")
    numbers = panel.numbers
    assert (numbers.going.grid.selected, numbers.aside.grid.selected) == ((), ())
    numbers.add.click()
    assert as_read(numbers.aside.said) == snapshot
    numbers.aside.grid.select(item.sid for item in panel.plan.aside)
    assert numbers.add.description == "Add 2 to the plan"
    numbers.add.click()
    assert as_read(numbers.aside.said) == snapshot
    assert len(numbers.aside.grid.selected) == 2
    numbers.why.value = "The contract ended"
    numbers.add.click()
    # None is left outside the plan, so it is said where they are now.
    assert as_read(numbers.going.said) == snapshot
    assert as_read(panel.said) == snapshot
    assert {item.why for item in panel.plan.going} == {"The contract ended", ""}
    assert (numbers.why.value, numbers.going.grid.selected, numbers.aside.grid.selected) == ("", (), ())

    check_and_type(panel)
    panel.run.confirm.click()
    assert len(deletes(simulator)) == 3


def test_of_each_number_that_may_not_go_it_is_told_why_where_it_was_to_be_added(panel, desk, snapshot):
    """Nobody is told "for good" of what they can mend; where nothing can be mended, why not."""
    desk.session.protection.protect(Protected(Kind.NAME, QUIET, "", "ann@desk", "2026-03-02"))
    from_list(panel, "phone_number\n+17135550125\n+493023125142\n+19175550156\n+14155550110\n")
    numbers, before = panel.numbers, panel.plan
    assert before.going == ()
    numbers.aside.grid.select(item.sid for item in before.aside)
    # Only one of them may be.
    assert numbers.add.description == "Add 1 to the plan"
    numbers.why.value = "The contract ended"
    numbers.add.click()

    assert [item.phone_number for item in panel.plan.going] == ["+14155550110"]
    assert as_read(numbers.aside.said) == snapshot
    assert "for good" not in numbers.aside.said

    saved = panel.path.read_bytes()
    numbers.aside.grid.select(item.sid for item in panel.plan.aside)
    numbers.add.click()
    assert as_read(numbers.aside.said) == snapshot
    assert panel.path.read_bytes() == saved


def test_many_are_left_out_at_once_and_an_address_can_be_kept(panel, snapshot):
    """The step that unregisters addresses leaves it alone then."""
    from_list(panel, "phone_number\n+17135550125\n+19175550156\n+19175550157\n")
    numbers = panel.numbers
    assert is_seen(panel, numbers.keep_address)
    numbers.going.grid.select(item.sid for item in panel.plan.going)
    assert numbers.leave_out.description == "Leave 2 out"
    numbers.leave_out.click()
    assert as_read(numbers.going.said) == snapshot
    assert panel.plan.going == ()

    numbers.aside.grid.select(item.sid for item in panel.plan.aside)
    numbers.keep_address.click()
    assert as_read(numbers.aside.said) == snapshot
    assert not is_seen(panel, numbers.keep_address)
    assert not is_seen(panel, panel.edit.emergency)


def test_an_emergency_address_is_unregistered_as_a_step_of_its_own(panel, simulator):
    """Typed and pressed apart; then the plan is made anew, and the number may go."""
    from_list(panel, "phone_number\n+17135550125\n")
    assert panel.plan.going == ()
    panel.edit.emergency_typed.value = "unregister 1 emergency address"
    panel.edit.emergency.click()
    panel.edit.emergency.click()

    assert "is unregistered" in panel.said
    assert "desk-good" in panel.edit.told.value
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
    assert [file.path for file in desk.plans.files()] == [old]

    plan = desk.plans.open(old)
    changed, _ = leave_out(plan, {plan.going[0].sid}, author="pat@desk")
    assert desk.plans.save(changed, old, before=plan) == old
    assert desk.plans.open(old) == changed
    assert desk.plans.make([named(desk, QUIET)])[1].parent == tmp_path / "plans"
    desk.session.gateway.transport.close()


def test_what_somebody_should_look_at_twice_is_marked_and_told_of_the_row_that_one_goes_to(panel, snapshot):
    """A trunk, a messaging service, a verification, a suspended account: before anybody types anything."""
    from_list(panel, "phone_number\n+12125550103\n+15105550182\n+19175550156\n")
    group = panel.numbers.going
    told = {}
    for at, row in enumerate(rows_of(group.grid)):
        say(group.grid, type="cursor", at=at)
        told[row[2]["text"]] = (row[-1], as_read(group.about.value))

    assert told == snapshot
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
    # Not in green: nothing was done.
    assert "desk-warning" in panel.edit.told.value
    assert "desk-good" not in panel.edit.told.value


@pytest.mark.parametrize("sign", ["\u200b", "\u2060"])
def test_a_sign_that_nobody_sees_keeps_no_button_asleep(panel, sign):
    """A copied sentence is compared as people see it, as it is when the step is done."""
    from_list(panel, "phone_number\n+17135550125\n")
    panel.edit.emergency_typed.value = f"unregister 1 emergency{sign} address"

    assert panel.edit.emergency.disabled is False
    panel.edit.emergency.click()
    assert "is unregistered" in panel.said


def test_every_drop_down_says_that_nothing_is_chosen(panel):
    """An empty one looks as if it were broken."""
    source = panel.source
    drop_downs = (source.source, source.target, source.whole_account, source.saved, source.grounds.code)

    assert [each.description for each in drop_downs if each.index != 0] == []
