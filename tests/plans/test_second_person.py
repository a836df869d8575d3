"""The second person: a rule outside every plan's file, and approvals where a colleague cannot forge them by hand."""

import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from threading import Event

import pytest

from helpers.core.errors import JournalBehind, JournalBroken, NotRunnable
from helpers.journal.journal import Journal, journal_file
from helpers.journal.states import Act, State
from helpers.plans.edits import leave_out
from helpers.plans.files import approval_of, approve, save_plan
from helpers.plans.plan import unregistering
from helpers.plans.second_person import WAIVING
from tests.support.golden import as_read
from tests.support.lost_journal import lose
from tests.support.plan_tools import QUIET_NAMES, Planner
from tests.support.postgres import postgres_url


def releases(planner):
    return [entry for entry in planner.journal.entries() if entry.act is Act.RELEASE]


def test_a_plan_for_two_takes_somebody_else(planner, operator, tmp_path, snapshot):
    """Who made it cannot approve it, and neither can who runs it; the approval is for this very plan."""
    plan, path = planner.make(*QUIET_NAMES)
    planner.plans.require_second_person()
    now = operator.clock()
    with pytest.raises(NotRunnable) as refused:
        planner.run(plan, path)
    assert as_read(str(refused.value)) == snapshot
    with pytest.raises(NotRunnable) as refused:
        approve(path, fingerprint=plan.fingerprint, who="pat@another-desk", at=now)
    assert as_read(str(refused.value)) == snapshot
    approve(path, fingerprint=plan.fingerprint, who="ann@desk", at=now)
    with pytest.raises(NotRunnable) as refused:
        Planner(operator, tmp_path, who="ann@desk").run(plan, path)
    assert as_read(str(refused.value)) == snapshot

    changed, _ = leave_out(plan, {plan.items[0].sid}, author="pat@desk")
    save_plan(changed, path.parent)
    with pytest.raises(NotRunnable) as refused:
        planner.run(changed, path)
    assert as_read(str(refused.value)) == snapshot
    save_plan(plan, path.parent)
    ended, _ = planner.run(plan, path)
    assert set(ended.values()) == {"released"}
    assert {entry.details["approved_by"] for entry in releases(planner)} == {"ann@desk"}


def test_an_approval_names_the_fingerprint_and_lies_beside_the_plan(planner, operator):
    """A file of its own, never a part of a notebook; one that was forged for another plan counts for nothing."""
    plan, path = planner.make(*QUIET_NAMES)
    approve(path, fingerprint=plan.fingerprint, who="ann@desk", at=operator.clock())
    (beside,) = path.parent.glob("*.approval.json")

    assert json.loads(beside.read_text())["fingerprint"] == plan.fingerprint
    assert approval_of(path).who == "ann@desk"
    beside.write_text("{}")
    assert approval_of(path) is None


@pytest.mark.parametrize("who", [5, None, ["ann@desk"]])
def test_an_approval_by_nobody_that_can_be_named_is_none(planner, operator, who):
    """What is no name is no second person, and the panel does not stumble over it."""
    plan, path = planner.make(QUIET_NAMES[0])
    approve(path, fingerprint=plan.fingerprint, who="ann@desk", at=operator.clock())
    (beside,) = path.parent.glob("*.approval.json")
    beside.write_text(json.dumps({**json.loads(beside.read_text()), "who": who}))

    assert approval_of(path) is None


@pytest.mark.parametrize("who", ["", "@desk", "Pat @desk", "\u200bpat@another-desk", "\uff50\uff41\uff54@desk"])
def test_a_name_written_otherwise_is_the_same_person(planner, operator, who, snapshot):
    """Spaces, hidden signs, other letters that look the same, and no name at all make nobody a second person."""
    plan, path = planner.make(QUIET_NAMES[0])

    with pytest.raises(NotRunnable) as refused:
        approve(path, fingerprint=plan.fingerprint, who=who, at=operator.clock())
    assert as_read(str(refused.value)) == snapshot


def test_an_edited_plan_does_not_do_without_the_second_person(planner):
    """The rule stands in the journal, so nothing in the file of a plan ends it."""
    plan, _ = planner.make(QUIET_NAMES[0])
    planner.plans.require_second_person()
    edited = replace(plan, two_people=False, two_dropped_by="ann@desk")
    path = save_plan(edited, planner.plans.folder)

    with pytest.raises(NotRunnable):
        planner.run(edited, path)
    assert planner.operator.writes() == []


def test_a_plan_that_asks_for_a_second_person_itself_gets_one(planner):
    """A file of before the rule: it can ask for more than the rule does, never for less."""
    plan, _ = planner.make(QUIET_NAMES[0])
    asking = replace(plan, two_people=True)
    path = save_plan(asking, planner.plans.folder)

    with pytest.raises(NotRunnable):
        planner.run(asking, path)
    approve(path, fingerprint=asking.fingerprint, who="ann@desk", at=planner.operator.clock())
    ended, _ = planner.run(asking, path)
    assert set(ended.values()) == {"released"}


def test_the_rule_is_ended_by_a_sentence_and_with_a_name(planner, snapshot):
    """One click makes it; who ends it types that, and stands in the journal and in every run after it."""
    plan, path = planner.make(QUIET_NAMES[0])
    planner.plans.require_second_person()
    with pytest.raises(NotRunnable) as refused:
        planner.plans.waive_second_person(typed="yes")
    assert as_read(str(refused.value)) == snapshot
    assert planner.plans.second_person(plan, path).required

    planner.plans.waive_second_person(typed=WAIVING)
    assert [(entry.act, entry.state, entry.details["who"]) for entry in planner.journal.entries()] == [
        (Act.SECOND_PERSON, State.REQUIRED, "pat@desk"),
        (Act.SECOND_PERSON, State.WAIVED, "pat@desk"),
    ]
    planner.run(plan, path)
    assert releases(planner)[0].details["second_person_dropped_by"] == "pat@desk"


def test_an_older_copy_of_the_journal_does_not_end_the_rule(operator, tmp_path):
    """The rule is not in it, and neither may anything be begun with it."""
    file = tmp_path / "own" / "journal.db"

    def at_desk():
        journal = Journal(journal_file(file), witness=tmp_path / "witness")
        journal.verify()
        return Planner(replace(operator, journal=journal), tmp_path)

    planner = at_desk()
    copy = shutil.copy(file, tmp_path / "copy.db")
    plan, path = planner.make(QUIET_NAMES[0])
    planner.plans.require_second_person()
    shutil.copy(copy, file)
    planner = at_desk()
    assert not planner.plans.second_person(plan, path).required

    ended, _ = planner.run(plan, path)
    assert set(ended.values()) == {"not begun"}
    with pytest.raises(JournalBehind):
        planner.plans.require_second_person()
    assert planner.operator.writes() == []


def test_emergency_addresses_wait_for_the_second_person_as_well(planner):
    """Unregistering one for a plan cannot be undone by taking the number back."""
    plan, path = planner.make("Shop Houston, pharmacy")
    planner.plans.require_second_person()

    with pytest.raises(NotRunnable):
        planner.runs.unregister(
            plan, path, typed="unregister 1 emergency address", stop=Event(), on_message=lambda _: None
        )
    assert planner.operator.writes() == []


@pytest.fixture
def shared(operator, tmp_path):
    """Two colleagues with one journal in PostgreSQL, each at a computer with a folder of its own."""
    url = postgres_url()

    def at_desk(who):
        return Planner(replace(operator, journal=Journal(url)), tmp_path / who.replace("@", "-at-"), who=who)

    return at_desk("pat@desk"), at_desk("ann@desk")


def handed_on(path, planner):
    """Copy a plan's file to a colleague's computer, without an approval that lies beside it."""
    planner.plans.folder.mkdir(parents=True, exist_ok=True)
    copy = planner.plans.folder / path.name
    copy.write_bytes(path.read_bytes())
    return copy


def test_the_rule_of_a_shared_journal_binds_every_colleague(shared):
    """One of them makes it, and the plans of all need a second person."""
    pat, ann = shared
    pat.plans.require_second_person()
    plan, path = ann.make(QUIET_NAMES[0])

    with pytest.raises(NotRunnable):
        ann.run(plan, path)
    assert ann.operator.writes() == []


def test_in_a_shared_journal_only_its_own_approvals_count(shared, clock):
    """A file beside the plan was written by anybody; the entry names who, when, and which plan."""
    pat, ann = shared
    pat.plans.require_second_person()
    plan, path = pat.make(*QUIET_NAMES[:2])
    approve(path, fingerprint=plan.fingerprint, who="ann@desk", at=clock())
    with pytest.raises(NotRunnable):
        pat.run(plan, path)
    assert pat.operator.writes() == []

    ann.plans.approve(handed_on(path, ann), fingerprint=plan.fingerprint)
    (entry,) = [entry for entry in pat.journal.entries() if entry.act is Act.APPROVE]
    assert (entry.state, entry.open, entry.at) == (State.APPROVED, False, clock())
    assert entry.details == {"who": "ann@desk", "plan": plan.id, "plan_fingerprint": plan.fingerprint}
    assert list(ann.plans.folder.glob("*.approval.json")) == []
    ended, _ = pat.run(plan, path)
    assert set(ended.values()) == {"released"}
    assert {entry.details["approved_by"] for entry in releases(pat)} == {"ann@desk"}


def test_an_approval_in_a_shared_journal_is_for_one_plan_and_one_run_by_another(shared):
    """Neither for the plan as it is changed later, nor for the person who approved it, nor by one who made it."""
    pat, ann = shared
    pat.plans.require_second_person()
    plan, path = pat.make(*QUIET_NAMES[:2])
    copy = handed_on(path, ann)
    with pytest.raises(NotRunnable):
        pat.plans.approve(path, fingerprint=plan.fingerprint)
    ann.plans.approve(copy, fingerprint=plan.fingerprint)
    with pytest.raises(NotRunnable):
        ann.run(plan, copy)

    changed, _ = leave_out(plan, {plan.items[0].sid}, author="pat@desk")
    save_plan(changed, pat.plans.folder)
    with pytest.raises(NotRunnable):
        pat.run(changed, path)
    assert pat.operator.writes() == []


def test_an_edited_journal_does_not_end_the_rule_for_emergency_addresses(planner):
    """The rule was rewritten under an open desk: the chain of the rows is checked before the rule is read."""
    operator = planner.operator
    plan, path = planner.plans.make(list(operator.inventory().numbers))
    planner.plans.require_second_person()
    operator.journal.verify()
    with closing(sqlite3.connect(operator.journal.database.engine.url.database)) as connection:
        connection.execute("DROP TRIGGER no_update")
        connection.execute("UPDATE journal SET state = 'waived' WHERE act = 'second person'")
        connection.commit()

    with pytest.raises(JournalBroken):
        planner.runs.unregister(plan, path, typed=unregistering(plan), stop=Event(), on_message=print)
    assert operator.writes() == []


def test_without_its_journal_no_plan_can_be_run(planner):
    """Whether it needs a second person cannot be read, so something stands against it."""
    plan, path = planner.make(QUIET_NAMES[0])
    checked = planner.runs.check(plan)
    lose(planner.journal)

    assert planner.runs.stops(checked, path) is not None
    assert planner.runs.refused(checked, path, typed=checked.sentence, accounts_typed="") is not None
