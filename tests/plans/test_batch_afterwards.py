"""What a run knows of its numbers is handed back, whatever can be read or written no more when it is over."""

from threading import Event

import pytest

from helpers.core.reasons import Cause
from helpers.decisions.protected import Kind, Protected
from helpers.panels.plan.text import ended
from helpers.plans import batch as running
from helpers.plans.files import set_aside_of
from helpers.plans.plan import Aside
from helpers.plans.report import lines_of_run, summary
from helpers.simulator import Fault
from tests.support.golden import as_read
from tests.support.lost_journal import lose, lost_after
from tests.support.plan_tools import QUIET_NAMES

REFUSED = (
    "{} was not released. Twilio refused to release it: HTTP 403, Twilio error 20403: Forbidden. Nothing was changed. "
    "These credentials may not do that; whoever manages your company's Twilio account can let them. To try again, make "
    "a new plan."
)
UNANSWERED = (
    "{}: The request to release it was sent, and no answer came. The connection broke before the answer was complete. "
    "Check the plan again and run it: that looks it up."
)


def run(planner, plan, path, *, on_progress=lambda progress: None, checked=None):
    checked = checked or planner.runs.check(plan)
    ran = planner.runs.run(
        checked, path, typed=checked.sentence, accounts_typed="", stop=Event(), on_progress=on_progress
    )
    return checked, ran


def test_a_number_whose_note_is_lost_is_unknown_and_not_unbegun(planner, operator, monkeypatch, snapshot):
    """Its DELETE left; what came of it stands in a journal that cannot be read: neither released nor "nothing sent"."""
    monkeypatch.setattr(running, "NUMBERS_AT_ONCE", 1)
    plan, path = planner.make(*QUIET_NAMES)
    lost_after(operator.journal, operator.gateway, "delete_number")
    checked, ran = run(planner, plan, path)
    (outcome,) = ran.outcomes.values()

    assert len(operator.deletes()) == 1
    assert outcome.state == "unknown"
    assert as_read(ran.stopped_because) == snapshot
    assert as_read(summary(lines_of_run(checked, ran.outcomes))) == snapshot


def test_a_journal_lost_before_the_last_look_takes_no_outcome_away(planner, operator, snapshot):
    """One is released, one was out: both are told as they are known, and that nobody could look is added."""
    plan, path = planner.make(*QUIET_NAMES[:2])
    operator.simulator.order(Fault.REQUEST_LOST, method="DELETE", after=1)

    def lose_it_at_the_end(progress):
        if progress.done == progress.whole:
            lose(operator.journal)

    checked, ran = run(planner, plan, path, on_progress=lose_it_at_the_end)
    said, kind = ended(ran, lines_of_run(checked, ran.outcomes), stopped=False)

    assert sorted(outcome.state for outcome in ran.outcomes.values()) == ["released", "unknown"]
    assert ran.stopped_because is None
    (out,) = [outcome.work for outcome in ran.outcomes.values() if outcome.state == "unknown"]
    assert as_read(said.replace(out.phone_number, "THE NUMBER")) == snapshot
    assert ran.also in said
    assert kind == "warning"


@pytest.mark.parametrize(
    ("fault", "state", "said"),
    [(Fault.FORBIDDEN, "refused", REFUSED), (Fault.REQUEST_LOST, "unknown", UNANSWERED)],
    ids=["refused", "no answer"],
)
def test_the_report_says_once_what_twilio_said_of_a_number_and_what_to_do(planner, operator, fault, state, said):
    """Neither "Twilio refused" twice, nor "no clear answer came" and "no answer came"."""
    plan, path = planner.make(QUIET_NAMES[0])
    operator.simulator.order(fault, method="DELETE")
    checked = planner.runs.check(plan)
    stop = Event()
    planner.runs.run(
        checked, path, typed=checked.sentence, accounts_typed="", stop=stop, on_progress=lambda progress: stop.set()
    )
    (line,) = planner.runs.report(plan)

    assert line.state == state
    assert line.message == said.format(line.item.phone_number)


def test_a_report_tells_that_a_number_came_back_and_what_differs(planner, operator, snapshot):
    """What was found out at the purchase is none of the reasons for which it was not released."""
    plan, path = planner.make(QUIET_NAMES[0])
    run(planner, plan, path)
    (entry,) = operator.journal.entries()
    restoring = operator.journal.append(entry, "restoring", at=operator.clock())
    operator.journal.append(
        restoring, "restored", at=operator.clock(), detail={"said": "All settings are as they were."}
    )
    (line,) = planner.runs.report(plan)

    assert as_read(line.message) == snapshot


def test_a_refusal_in_a_run_is_kept_as_a_fact(planner):
    """A later version words it anew: the file holds the code and the details, and no sentence."""
    plan, path = planner.make(*QUIET_NAMES[:2])
    checked = planner.runs.check(plan)
    planner.protection.protect(Protected(Kind.NAME, QUIET_NAMES[0], "the fair", "ann@desk", "2026-03-02"))
    run(planner, plan, path, checked=checked)
    (kept,) = set_aside_of(path).values()

    assert (kept.name, kept.aside, kept.reason.code) == (QUIET_NAMES[0], Aside.REFUSED, Cause.PROTECTED)
    assert {"why": "the fair", "who": "ann@desk"}.items() <= kept.reason.details.items()
    assert "unprotect" not in path.with_name(f"{path.stem}.reasons.json").read_text().casefold()


def test_reasons_that_cannot_be_kept_take_no_outcome_away(planner, operator, snapshot):
    """Three are released and one was refused; that the reason is not on disk is said beside it."""
    plan, path = planner.make(*QUIET_NAMES)
    checked = planner.runs.check(plan)
    # Nothing can be written where a folder of that name is.
    path.with_name(f"{path.stem}.reasons.json").mkdir()
    planner.protection.protect(Protected(Kind.NAME, QUIET_NAMES[3], "", "ann@desk", "2026-03-02"))
    _, ran = run(planner, plan, path, checked=checked)
    states = {outcome.work.name: outcome.state for outcome in ran.outcomes.values()}

    assert states == {**dict.fromkeys(QUIET_NAMES[:3], "released"), QUIET_NAMES[3]: "not begun"}
    assert len(operator.deletes()) == 3
    assert as_read(ran.also) == snapshot
    assert "Nothing was" not in ran.also
