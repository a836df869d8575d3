"""The owners of a plan's numbers: asked once each whether they agreed, which is written into the journal."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from helpers.core.records import Decision
from helpers.decisions.session import Session
from helpers.journal.states import Act, State
from helpers.plans.clearance import Checked


@dataclass(frozen=True, slots=True)
class Agreement:
    """That an owner agreed to a plan, as somebody wrote it down."""

    #: The person who wrote it down, as ``user@machine``.
    who: str
    #: ISO, in UTC.
    at: str


@dataclass(frozen=True, slots=True)
class Owner:
    """An owner of numbers of a plan."""

    name: str
    #: How many numbers of the plan that may go are theirs.
    numbers: int
    #: None where nobody wrote down that they agreed.
    agreement: Agreement | None


class Owners:
    """Reads and writes whether owners agreed to a plan as it is: a changed plan is asked about anew."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def read(self, checked: Checked) -> tuple[Owner, ...]:
        """
        List the owners of the numbers that may go, by name.

        Raises:
            JournalUnwritable, JournalBroken: The journal cannot be read.
        """
        numbers = Counter(filter(None, map(owner_of, checked.decisions.values())))
        agreements = {
            str(entry.details.get("owner")): Agreement(str(entry.details.get("who")), entry.at.isoformat())
            for entry in (self._session.journal.general_entries() if numbers else ())
            if entry.act == Act.AGREE
            and entry.state == State.AGREED
            and entry.details.get("plan_fingerprint") == checked.plan.fingerprint
        }
        return tuple(Owner(name, numbers[name], agreements.get(name)) for name in sorted(numbers))

    def write(self, checked: Checked, agreed: Collection[str]) -> dict[str, Owner]:
        """
        Write down which owners agreed, where nobody has yet; return all owners, by name.

        Raises:
            JournalBehind, JournalBroken, JournalUnwritable: The journal could not be written.
        """
        session, plan = self._session, checked.plan
        for owner in self.read(checked):
            if owner.name in agreed and owner.agreement is None:
                detail = {"who": session.who, "owner": owner.name, "plan": plan.id}
                detail["plan_fingerprint"] = plan.fingerprint
                session.journal.record(
                    session.one_time_id(), Act.AGREE, State.AGREED, at=session.clock(), detail=detail
                )
        return {owner.name: owner for owner in self.read(checked)}


def owner_of(decision: Decision) -> str:
    """Return the owner of a number; an empty text where nobody is noted."""
    return decision.note.owner if decision.note else ""


def owner_facts(decision: Decision, owners: Mapping[str, Owner]) -> dict[str, str]:
    """Make the facts about a number's owner that its journal entry keeps; none without an owner."""
    name = owner_of(decision)
    if not name:
        return {}
    agreement = owners[name].agreement if name in owners else None
    agreed = {"owner_agreed_by": agreement.who, "owner_agreed_at": agreement.at} if agreement else {}
    return {"owner": name, **agreed}
