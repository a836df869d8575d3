"""A plan that was killed after a note goes on another day: the journal tells who confirmed it then, and why."""

import pytest

from helpers.actions.release import release
from helpers.core.grounds import ReasonCode, make_grounds
from helpers.decisions.protected import Kind, Protected, Rule
from helpers.plans.edits import give_grounds
from helpers.plans.files import approve
from helpers.tables.frames import journal_table, report_table
from helpers.tables.story import story
from tests.support.golden import as_read
from tests.support.plan_tools import QUIET_NAMES

TICKET = make_grounds(ReasonCode.CUSTOMER_LEFT, "T-4711")


@pytest.fixture
def killed(planner, operator):
    """Make a plan of one number; the process is killed as soon as the number is noted."""

    def make(**facts):
        plan, path = planner.make(QUIET_NAMES[0])
        item = plan.going[0]
        number = operator.gateway.number(item.account_sid, item.sid)
        detail = {"who": "ann@desk", "why": "", "typed": "x", "plan": plan.id, "plan_act": "release"}
        detail |= {"plan_fingerprint": plan.fingerprint, **facts}
        operator.journal.confirm(f"{plan.id}-{item.sid}-1", number, at=operator.clock(), detail=detail)
        return plan, path, number

    return make


def test_what_was_required_since_and_given_is_in_the_journal(planner, operator, killed, snapshot):
    """A day later it takes a ticket and a second person: the entry, the tables and the story tell both."""
    plan, path, number = killed()
    operator.clock.advance(days=1)
    line = Protected(Kind.NUMBER, number.phone_number, "vip", "ann@desk", "2026-03-02", Rule.WITH_TICKET)
    operator.protection.protect(line)
    planner.plans.require_second_person()
    plan = give_grounds(planner.plans.open(path), TICKET, author="pat@desk")
    planner.plans.save(plan, path, before=planner.plans.open(path))
    approve(path, fingerprint=plan.fingerprint, who="bob@desk", at=operator.clock())
    ended, _ = planner.run(plan, path)
    (entry,) = [entry for entry in operator.journal.entries() if entry.number_sid == number.sid]

    assert set(ended.values()) == {"released"}
    expected = {"approved_by": "bob@desk", "reason_code": "customer left", "ticket": "T-4711", "who": "pat@desk"}
    assert expected.items() <= entry.details.items()
    assert entry.details["plan_fingerprint"] == plan.fingerprint
    (reported,) = report_table(planner.runs.report(plan, path)).to_dict("records")
    assert (reported["reason_code"], reported["ticket"]) == ("customer left", "T-4711")
    shown = journal_table(operator.journal.each_entry(), now=operator.clock()).set_index("entry").loc[entry.id]
    assert (shown["who"], shown["reason_code"], shown["ticket"]) == ("pat@desk", "customer left", "T-4711")
    assert as_read("\n".join(sentence for _, sentence in list(story(entry))[:2])) == snapshot


def test_what_was_taken_back_since_is_not_told_any_more(planner, operator, killed):
    """The ticket was given and dropped again before anything was sent: the release was not made for it."""
    plan, path, number = killed(**TICKET.detail, approved_by="bob@desk", why="nobody needs it")
    planner.run(plan, path)
    (entry,) = operator.journal.entries()

    assert entry.state == "released"
    shown = journal_table([entry], now=operator.clock()).iloc[0]
    assert shown[["why", "reason_code", "ticket"]].isna().all()
    assert not entry.details["approved_by"]
    assert entry.number == number


def test_a_plan_that_was_never_interrupted_keeps_its_facts_once(planner, operator):
    """The announcement of a fresh entry has nothing to add."""
    planner.run(*planner.make(QUIET_NAMES[0]))
    (entry,) = operator.journal.entries()

    assert entry.last("intended").detail == {"attempt": 1}


def test_what_is_needed_to_put_it_back_is_the_number_as_it_was_when_the_request_left(operator, quiet):
    """It was changed between the note and the second confirmation, which saw the change: that comes back."""
    confirmed = operator.confirm(quiet)
    begun = operator.journal.confirm(confirmed.id, quiet, at=operator.clock())
    operator.gateway.update_number(quiet.account_sid, quiet.sid, {"VoiceUrl": "https://new.acme.example/ivr"})
    now = operator.gateway.number(quiet.account_sid, quiet.sid)
    settled = release(operator.confirm(now, id=confirmed.id), operator.session, begun=begun)

    assert settled.entry.state == "released"
    assert settled.entry.number.get("voice_url") == "https://new.acme.example/ivr"
