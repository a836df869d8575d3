"""A plan that was killed between its note and its request; its file was edited to another act before it goes on."""

import json
from dataclasses import replace

import pytest

from helpers.actions.move import move
from helpers.actions.reconcile import settle_open
from helpers.actions.release import release
from helpers.core.errors import AlreadyUsed
from helpers.core.reasons import Cause
from helpers.core.records import PlanAct
from helpers.journal.states import Act
from helpers.plans.plan import fingerprint_of, written
from tests.support.plan_tools import QUIET_NAMES

PARK, RELEASE = PlanAct.PARK, PlanAct.RELEASE


def rewrite(path, plan):
    """Write another plan into a file, with a fingerprint that is right."""
    form = written(plan)
    path.write_text(json.dumps(json.loads(path.read_text()) | {"plan": form, "fingerprint": fingerprint_of(form)}))


def turned(plan, act, target=None):
    """Edit the act of a plan, and where its numbers go."""
    named = (target.sid, target.label) if target else (None, None)
    items = (replace(item, target=named[0], target_name=named[1]) for item in plan.items)
    return replace(plan, act=act, items=tuple(items))


@pytest.fixture
def killed(planner, operator):
    """Make a plan of two numbers; the process is killed as soon as the first of them is noted."""

    def make(act, target=None):
        plan, path = planner.make(*QUIET_NAMES[:2], act=act, **({"target": target.sid} if target else {}))
        first = plan.going[0]
        number = operator.gateway.number(first.account_sid, first.sid)
        where = {"target": target.sid, "target_name": target.label} if target else {}
        detail = {"who": "pat@desk", "plan": plan.id, "plan_act": act, **where}
        noted = Act.MOVE if target else Act.RELEASE
        operator.journal.confirm(f"{plan.id}-{first.sid}-1", number, at=operator.clock(), act=noted, detail=detail)
        return plan, path, first

    return make


@pytest.mark.parametrize(("was", "now"), [(PARK, RELEASE), (RELEASE, PARK), (PARK, PARK)])
def test_an_edited_plan_does_not_go_on_with_an_entry_of_another_act(planner, operator, killed, was, now):
    """The number with the note is left out and told why, and nothing is sent for it; the other one goes."""
    first_target, other_target = planner.plans.targets()[:2]
    plan, path, noted = killed(was, first_target if was == PARK else None)
    rewrite(path, turned(plan, now, other_target if now == PARK else None))
    edited = planner.plans.open(path)
    checked = planner.runs.check(edited, path)

    assert [item.reason.code for item in checked.aside] == [Cause.OPEN_ENTRY]
    ended, _ = planner.run(edited, path, checked=checked)
    assert set(ended.values()) == {"moved" if now == PARK else "released"}
    assert noted.sid not in ended
    assert not any(noted.sid in asked["path"] for asked in operator.writes())
    (line,) = [line for line in planner.runs.report(edited, path) if line.item.sid == noted.sid]
    assert line.state == "set aside"
    assert "Check and close it in the journal notebook first" in line.message
    assert "Nothing was sent" in line.message


def test_the_note_of_the_other_act_is_closed_in_the_journal(planner, operator, killed):
    """A look proves that nothing was moved; then the number is free for another plan."""
    target = planner.plans.targets()[0]
    plan, path, noted = killed(PARK, target)
    rewrite(path, turned(plan, RELEASE))
    operator.clock.advance(minutes=5)
    (entry,) = operator.journal.open_entries()

    assert settle_open(entry, operator.session).entry.state == "kept"
    again, path = planner.make(noted.name)
    assert set(planner.run(again, path)[0].values()) == {"released"}


def test_an_unedited_plan_goes_on_with_its_entries(planner, operator, killed):
    """Killed between note and request: the next run sends what was noted, under the same note."""
    plan, path, noted = killed(PARK, planner.plans.targets()[0])
    ended, _ = planner.run(plan, path)

    assert ended[noted.sid] == "moved"
    assert operator.journal.entry(f"{plan.id}-{noted.sid}-1").state == "moved"


def test_no_request_is_sent_under_an_entry_of_another_act(planner, operator, quiet):
    """Whoever calls: a release does not go on with a move, a move not with a release or one to elsewhere."""
    first, other = planner.plans.targets()[:2]
    confirmation = operator.confirm(quiet)
    parking = operator.journal.confirm(
        confirmation.id, quiet, at=operator.clock(), act=Act.MOVE, detail={"target": first.sid}
    )

    with pytest.raises(AlreadyUsed, match="another act"):
        release(confirmation, operator.session, begun=parking)
    with pytest.raises(AlreadyUsed, match="another act"):
        move(confirmation, other, operator.session, begun=parking)
    assert operator.writes() == []
    assert operator.journal.entry(confirmation.id).state == "confirmed"
