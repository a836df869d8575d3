"""The second person of a plan: whether one is needed, who approved, and whether that is enough.  Pure."""

from dataclasses import dataclass
from unicodedata import normalize

from helpers.core.typed_text import visible
from helpers.plans.plan import Plan

#: The sentence that an operator types so that plans need no second person any more.
WAIVING = "do without a second person"


@dataclass(frozen=True, slots=True)
class Approval:
    """The approval of a plan by a second person."""

    fingerprint: str
    who: str
    #: ISO, in UTC.
    at: str


@dataclass(frozen=True, slots=True)
class SecondPerson:
    """The rule about second persons, and the approvals of one plan."""

    #: Whether the rule says that every plan needs one.
    required: bool
    #: Who ended the rule; empty while it holds, and where it never did.
    waived_by: str
    #: Whether colleagues share the journal, so that the rule holds for them, too, and approvals are its entries.
    shared: bool
    #: The approvals of this plan as it is or was, oldest first.
    approvals: tuple[Approval, ...]

    def needed_for(self, plan: Plan) -> bool:
        """Tell whether a plan needs a second person."""
        # A plan's file can ask for one, and never do without one.
        return self.required or plan.two_people

    def approval(self, plan: Plan, runner: str) -> Approval | None:
        """Find the approval with which *runner* may run a plan; None if there is none."""
        for approval in self.approvals:
            is_second = may_approve(plan, approval.who) is None and person(approval.who) != person(runner)
            if approval.fingerprint == plan.fingerprint and is_second:
                return approval
        return None

    def missing(self, plan: Plan, runner: str) -> str | None:
        """Return the reason why *runner* may not run a plan without another approval; None if they may."""
        if not self.needed_for(plan) or self.approval(plan, runner) is not None:
            return None
        if not self.approvals:
            return "A second person has to approve this plan first: they open its file on their own computer account."
        latest = next((each for each in reversed(self.approvals) if each.fingerprint == plan.fingerprint), None)
        if latest is None:
            return "The plan was changed after it was approved, so the approval is not for this plan. Ask for it again."
        return f"{latest.who} approved it, and made, changed or runs it as well: that takes two people."


def person(who: str) -> str:
    """
    Extract the person from ``user@machine``, normalized for comparison.

    >>> person("pat@desk-1")
    'pat'
    """
    return "".join(normalize("NFKC", visible(who.partition("@")[0])).casefold().split())


def may_approve(plan: Plan, who: str) -> str | None:
    """Return the reason why a person may not approve a plan; None if they may."""
    if not person(who):
        return "Whoever approves it has no name on this computer, so who it was could not be told."
    if person(who) in {person(author) for author in plan.authors}:
        return (
            f"{who} made or changed this plan, so somebody else has to approve it. The kit tells people apart by the "
            "names they are signed in with on their computers, and cannot do better."
        )
    return None
