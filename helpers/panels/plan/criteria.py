"""The criteria of a new plan, and the numbers that meet them."""

from collections.abc import Collection
from dataclasses import dataclass

from helpers.core.records import Number, PlanAct
from helpers.evidence.inventory import Inventory
from helpers.plans.planner import Planner

SELECTED, LIST, FILTER = "selected", "list", "filter"


@dataclass(frozen=True)
class GivenList:
    """A list as the operator gave it: the content of a file, or pasted text."""

    name: str
    content: bytes | str


@dataclass(frozen=True)
class Criteria:
    """The operator's choices for a new plan."""

    act: PlanAct
    source: str
    why: str
    target: str | None
    #: None for a plan that is not made from a list.
    listed: GivenList | None
    account: str | None
    idle: int
    billed_within: int | None
    wired: bool
    #: The numbers of the list that the operator agreed to; None before that.
    agreed: tuple[Number, ...] | None = None


def chosen(criteria: Criteria, inventory: Inventory, *, plans: Planner, selection: Collection[str]) -> list[Number]:
    """Choose the numbers for a plan that is not made from a list."""
    if criteria.act == PlanAct.BRING_BACK:
        return plans.parked(inventory.numbers)
    if criteria.source == SELECTED:
        return list(inventory.numbers.get(selection))
    quiet = plans.quiet(
        account_sid=criteria.account, idle=criteria.idle, billed_within=criteria.billed_within, wired=criteria.wired
    )
    return list(inventory.numbers.get(quiet))


def nothing_to_plan(criteria: Criteria) -> str:
    """Say why no number meets the criteria, and what to do now."""
    if criteria.act == PlanAct.BRING_BACK:
        return "No plan was made: the kit has parked no number that is still where it put it."
    if criteria.source == LIST:
        return "No plan was made: nothing of the list could be taken; each line says why."
    return (
        "No plan was made: no number is like that, as far as anybody has looked. If nobody has, press “Find out which "
        "are quiet” in 01_inventory.ipynb first; else ask for fewer days, or for other accounts."
    )
