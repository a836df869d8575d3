"""
The approvals of plans, and the rule that every plan needs one.

The rule is an entry of the journal: nobody changes it by editing a plan's file.  Where colleagues share the journal in
PostgreSQL, approvals are entries of it, too, and a file beside the plan counts for nothing.  Elsewhere the second
person has no other place to write to than such a file.
"""

from pathlib import Path

from helpers.core.errors import NotRunnable
from helpers.core.typed_text import is_sentence
from helpers.decisions.session import Session
from helpers.journal.states import Act, State
from helpers.plans.files import approval_of, approve, require_approvable
from helpers.plans.plan import Plan
from helpers.plans.second_person import WAIVING, Approval, SecondPerson


class Approvals:
    """Reads and writes approvals, and the rule, where the session of a desk keeps them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def read(self, plan: Plan, path: Path) -> SecondPerson:
        """
        Read the rule, and the approvals of a plan.

        Args:
            path: The plan's file.

        Raises:
            JournalUnwritable, JournalBroken: The journal cannot be read.
        """
        required, waived_by, approvals = False, "", []
        for entry in self._session.journal.general_entries():
            details = entry.details
            if entry.act == Act.SECOND_PERSON:
                # A state that only a newer version knows is no waiver.
                required = entry.state != State.WAIVED
                waived_by = "" if required else str(details.get("who", ""))
            elif entry.act == Act.APPROVE and entry.state == State.APPROVED and details.get("plan") == plan.id:
                fingerprint, who = str(details.get("plan_fingerprint", "")), str(details.get("who", ""))
                approvals.append(Approval(fingerprint, who, entry.at.isoformat()))
        shared = self._session.journal.shared
        if not shared:
            beside = approval_of(path)
            approvals = [beside] if beside else []
        return SecondPerson(required, waived_by, shared, tuple(approvals))

    def require(self, *, who: str) -> None:
        """
        Make the rule that every plan needs a second person.

        Raises:
            JournalBehind, JournalBroken, JournalUnwritable: The journal could not be written.  The rule is as it was.
        """
        self._write_rule(State.REQUIRED, {"who": who})

    def waive(self, *, who: str, typed: str) -> None:
        """
        End the rule that every plan needs a second person.

        Raises:
            NotRunnable: *typed* is not ``WAIVING``.  The rule holds.
            JournalBehind, JournalBroken, JournalUnwritable: The journal could not be written.  The rule holds.
        """
        if not is_sentence(typed, WAIVING):
            raise NotRunnable(
                f"Every plan still needs a second person. To end that for all plans, type “{WAIVING}” first: that you "
                "did is written into the journal."
            )
        self._write_rule(State.WAIVED, {"who": who, "typed": typed})

    def approve(self, path: Path, *, fingerprint: str, who: str) -> Approval:
        """
        Approve a plan as its second person.

        Args:
            fingerprint: The fingerprint of the plan that the person has read.

        Raises:
            NotRunnable: The person made or changed the plan, or it was changed since they read it.
            PlanUnreadable: The plan cannot be read, or the file of the approval not written.
            JournalBehind, JournalBroken, JournalUnwritable: The journal could not be written.  Nothing was approved.
        """
        session, at = self._session, self._session.clock()
        if not session.journal.shared:
            return approve(path, fingerprint=fingerprint, who=who, at=at)
        plan = require_approvable(path, fingerprint=fingerprint, who=who)
        detail = {"who": who, "plan": plan.id, "plan_fingerprint": fingerprint}
        session.journal.record(session.one_time_id(), Act.APPROVE, State.APPROVED, at=at, detail=detail)
        return Approval(fingerprint, who, at.isoformat())

    def _write_rule(self, state: State, detail: dict[str, str]) -> None:
        session = self._session
        session.journal.record(session.one_time_id(), Act.SECOND_PERSON, state, at=session.clock(), detail=detail)
