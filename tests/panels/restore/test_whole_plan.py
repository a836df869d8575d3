"""A whole plan is taken back in the restore panel: chosen, priced, typed once, watched, stopped."""

from dataclasses import replace

import pytest

from helpers.actions.restore import RESERVED
from helpers.core.errors import JournalUnwritable
from helpers.journal.states import State
from helpers.panels.restore.panel import ONE, WHOLE
from helpers.panels.restore.text import ended
from helpers.panels.shared.html import plain
from helpers.plans import batch as running
from helpers.plans.batch import BatchResult
from helpers.plans.report import ReportLine
from helpers.simulator import Fault
from tests.support.golden import as_read
from tests.support.grid_tools import texts_of
from tests.support.journal_rows import no_room_for
from tests.support.on_screen import as_seen, is_seen
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


def reported(whole):
    """The sentence of the report, and the texts of its rows."""
    return [as_read(whole.report.told.value), texts_of(whole.report.listing.grid)]


def seen_of(widget):
    return as_read(widget.value)


def seen(whole):
    return as_read(whole.found.value)


def test_nothing_is_chosen_and_the_button_is_off(whole, snapshot):
    """One plan waits, and it is not chosen for the operator."""
    assert as_read([label for label, _ in whole.plan.options]) == snapshot
    assert whole.plan.value is None
    assert whole.confirm.disabled
    assert whole.typed.disabled


def test_plans_of_one_minute_and_one_reason_are_told_apart(whole):
    """By the short id that also stands in the name of the plan's file; one alone needs none."""
    plan = next(iter(whole._plans.values()))
    assert plan.id[:8] not in whole.plan.options[1][0]
    twins = [replace(plan, id=f"{end}{plan.id[1:]}") for end in "ab"]
    whole.offer(twins)

    labels = [label for label, value in whole.plan.options if value]
    assert [twin.id[:8] in label for twin, label in zip(twins, labels, strict=True)] == [True, True]
    assert labels[0] != labels[1]


def test_a_report_hands_its_plan_over_to_be_offered_first_and_nothing_is_chosen(desk, operator, tmp_path):
    """The panel that is open turns to whole plans by itself, once; all that comes after is as ever."""
    planner, panel, report = Planner(operator, tmp_path), desk.restore_panel(), desk.plan_panel().report
    plans = []
    for names in (QUIET_NAMES[:2], QUIET_NAMES[2:]):
        plans.append(planner.make(*names))
        assert set(planner.run(*plans[-1])[0].values()) == {"released"}
    # The oldest has the least time left, and comes first unless another one is handed over.
    other, handed = plans
    report.show(handed[0], desk.plan_runs.report(*handed))
    assert "Take back the whole plan…" in report.take_back.html
    report.take_back.press("way")
    assert "Nothing is chosen there for you." in report.said

    panel._tick(operator.clock())
    assert panel.mode.value == WHOLE
    assert [value for _, value in panel.whole.plan.options] == [None, handed[0].id, other[0].id]
    assert panel.whole.plan.value is None
    assert panel.whole.typed.disabled
    panel.mode.value = ONE
    panel._tick(operator.clock())
    assert panel.mode.value == ONE


def test_a_plan_that_is_chosen_says_what_it_costs_today(whole, desk, snapshot):
    """Account, count and price stand there and in the sentence; the report has every number; nothing is sent."""
    choose(whole)

    assert as_read([seen(whole), whole.typed.placeholder, plain(whole.waits.value)]) == snapshot
    assert reported(whole) == snapshot
    assert whole.confirm.disabled


def test_while_a_plan_is_taken_back_the_running_list_stands_in_the_place_of_its_report(whole, monkeypatch):
    """Each number is told of once: in the list of the run, then in the report."""
    hear, seen = whole.watch.hear, []

    def look(progress):
        hear(progress)
        seen.append([is_seen(whole, whole.watch.lines), is_seen(whole, whole.report.listing)])

    monkeypatch.setattr(whole.watch, "hear", look)
    press(whole)

    assert seen == [[True, False]] * 4
    assert [is_seen(whole, whole.watch.lines), is_seen(whole, whole.report.listing)] == [False, True]


def test_the_plan_comes_back_whole_with_one_sentence_and_one_press(whole, desk, simulator, snapshot):
    """Four clicks and fields; the report and the bar say the same."""
    choose(whole)
    whole.typed.value = whole.typed.placeholder
    assert not whole.confirm.disabled
    whole.confirm.click()

    assert {entry.state for entry in desk.entries()} == {"restored"}
    assert as_read(whole.watch.told.value) == snapshot
    assert reported(whole) == snapshot
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
    assert reported(whole) == snapshot
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


def test_a_number_that_is_not_back_is_told_at_the_end_of_a_run(whole, desk, simulator):
    """The plan is not called taken back, and not in green, while one of it is with Twilio's Console."""
    first = desk.entries()[0]
    going = desk.session.journal.append(first, State.RESTORING, at=desk.session.clock(), detail={})
    desk.session.journal.append(going, State.RESTORE_REFUSED, at=desk.session.clock(), detail={"code": RESERVED})
    press(whole)

    assert "3 numbers are yours again. 1 number of the plan is not" in seen_of(whole.watch.told)
    assert "The plan is taken back" not in seen_of(whole.watch.told)
    assert "desk-good" not in whole.watch.told.value


def test_settings_and_tasks_that_are_left_are_counted_and_listed(whole, operator, simulator):
    """A number that is not as it was is no plain success, and its report says what a person has to see to."""
    simulator.order(Fault.UNAVAILABLE_BEFORE, method="GET", path="/IncomingPhoneNumbers/", times=99)
    press(whole)

    assert "not as before" in seen_of(whole.watch.told)
    assert "desk-warning" in whole.watch.told.value
    assert "The last look failed" in str(reported(whole))


def test_a_purchase_without_an_answer_is_not_counted_as_not_bought(whole, desk):
    """Unknown is not a kind of no: it may be theirs, and the button by then only looks."""
    entry = desk.session.journal.append(desk.entries()[0], State.RESTORING, at=desk.session.clock(), detail={})
    entries = [ReportLine(None, entry.state, "", entry)]
    text, kind = ended(BatchResult({}, None, None), entries, stopped=True)

    assert "Whether 1 number came back is not known yet" in text
    assert "is not:" not in text
    assert kind == "warning"


def test_only_earlier_purchases_are_checked_without_a_word_of_buying(whole, desk, operator):
    """Where nothing can be bought, the button asks what became of them, and says so."""
    now = desk.session.clock
    for entry in desk.entries():
        desk.session.journal.append(entry, State.RESTORING, at=now(), detail={})
    panel = desk.restore_panel()
    panel.mode.value = WHOLE
    choose(panel.whole)

    assert panel.whole.confirm.description == "Check the earlier purchases"
    assert "desk-buys" not in panel.whole.confirm._dom_classes
    assert "Nothing is bought" in seen_of(panel.whole.waits)
    panel.whole.confirm.click()
    assert not purchases(operator)
    assert {entry.state for entry in desk.entries()} == {State.RESTORE_REFUSED}


def test_another_plan_leaves_nothing_of_the_one_before(desk, operator, tmp_path):
    """Its facts, its sentence and its report are gone with the choice."""
    planner = Planner(operator, tmp_path)
    plans = []
    for names in (QUIET_NAMES[:2], QUIET_NAMES[2:]):
        plan, path = planner.make(*names)
        planner.run(plan, path)
        plans.append(plan)
    panel = desk.restore_panel()
    panel.mode.value = WHOLE
    whole = panel.whole
    whole.plan.value = plans[0].id
    whole.typed.value = whole.typed.placeholder
    assert not whole.confirm.disabled
    whole.plan.value = plans[1].id

    assert whole.typed.value == ""
    assert whole.confirm.disabled
    assert QUIET_NAMES[0] not in str(reported(whole))
    assert QUIET_NAMES[2] in str(reported(whole))


def test_a_check_that_fails_leaves_no_plan_chosen_so_that_it_can_be_chosen_again(whole, simulator):
    """What failed is told, and the same plan can be tried once more."""
    simulator.order(Fault.UNAVAILABLE_BEFORE, method="GET", path="/Accounts", times=99)
    choose(whole)

    assert whole.plan.value is None
    assert whole.confirm.disabled
    assert not whole.report.told.value


def test_a_key_stroke_during_a_run_wakes_nothing(whole, monkeypatch):
    """The drop-down and the button sleep until the run is over."""
    seen_during = []
    hear = whole.watch.hear

    def type_meanwhile(progress):
        hear(progress)
        whole.typed.value = "x"
        seen_during.extend([whole.plan.disabled, whole.confirm.disabled])

    monkeypatch.setattr(whole.watch, "hear", type_meanwhile)
    press(whole)

    assert set(seen_during) == {True}


def test_the_other_way_says_nothing_of_a_run(desk, plan):
    """The end of a plan's run is said once, and is not about the number that is chosen next."""
    panel = desk.restore_panel()
    panel.mode.value = WHOLE
    press(panel.whole)
    assert "The plan is taken back" in panel.said
    assert str(as_seen(panel)).count("The plan is taken back") == 1
    panel.mode.value = ONE

    assert panel.said == ""
    assert panel.whole.watch.layout.display == "none"


def test_what_was_ignored_during_a_run_is_told_while_its_bar_goes_on(desk, plan, monkeypatch):
    """The bar says how far the run is, and takes nothing else away."""
    panel = desk.restore_panel()
    panel.mode.value = WHOLE
    hear, told = panel.whole.watch.hear, []

    def choose_meanwhile(progress):
        panel.whole.plan.value = None
        hear(progress)
        told.append(panel._banner.value)

    monkeypatch.setattr(panel.whole.watch, "hear", choose_meanwhile)
    press(panel.whole)

    assert ["was not done" in text for text in told] == [True] * 4


def test_a_report_that_cannot_be_read_does_not_hide_how_the_run_ended(whole, desk, operator, monkeypatch):
    """What came back is told all the same, and the failure beside it."""
    choose(whole)
    whole.typed.value = whole.typed.placeholder

    def fail(_):
        raise JournalUnwritable("The journal cannot be read: it is locked.")

    monkeypatch.setattr(whole._runs, "report", fail)
    whole.confirm.click()

    assert "4 numbers are yours again" in seen_of(whole.watch.told)
    assert len(purchases(operator)) == 4
    assert "is being" not in str(reported(whole))


def test_what_was_refused_before_says_that_there_is_another_way(whole, desk):
    """A bundle that is not valid any more is refused again; the number alone may be bought."""
    now = desk.session.clock()
    going = desk.session.journal.append(desk.entries()[0], State.RESTORING, at=now, detail={})
    desk.session.journal.append(going, State.RESTORE_REFUSED, at=now, detail={"code": 21649})
    choose(whole)

    assert "Twilio refused 1 of them before" in seen(whole)
    assert "without the old settings" in seen(whole)
