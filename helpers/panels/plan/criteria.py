"""The criteria of a new plan, and the numbers that meet them."""

from collections.abc import Collection
from dataclasses import dataclass

from helpers.core.errors import NotRunnable
from helpers.core.grounds import Grounds
from helpers.core.records import Number, PlanAct
from helpers.decisions.sentences import reason as describe
from helpers.evidence.inventory import Inventory
from helpers.panels.shared.html import plain
from helpers.plans.planner import Planner

SELECTED, LIST, FILTER, ACCOUNT = "selected", "list", "filter", "account"


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
    grounds: Grounds
    target: str | None
    #: None for a plan that is not made from a list.
    listed: GivenList | None
    #: The account whose numbers are taken, all of them or those that are quiet; None for all accounts.
    account: str | None
    idle: int
    billed_within: int | None
    wired: bool
    #: The numbers of the list that the operator agreed to; None before that.
    agreed: tuple[Number, ...] | None = None


def chosen(criteria: Criteria, inventory: Inventory, *, plans: Planner, selection: Collection[str]) -> list[Number]:
    """
    Choose the numbers for a plan that is not made from a list.

    Raises:
        NotRunnable: The account could not be read to its end.
    """
    if criteria.act == PlanAct.BRING_BACK:
        return plans.parked(inventory.numbers)
    if criteria.source == SELECTED:
        return list(inventory.numbers.get(selection))
    if criteria.source == ACCOUNT:
        return _whole(criteria.account, inventory)
    quiet = plans.quiet(
        account_sid=criteria.account, idle=criteria.idle, billed_within=criteria.billed_within, wired=criteria.wired
    )
    return list(inventory.numbers.get(quiet))


def _whole(account_sid: str | None, inventory: Inventory) -> list[Number]:
    """List all numbers of an account; a part of them would pass for the whole account."""
    reading = next((each for each in inventory.coverage.readings if each.account.sid == account_sid), None)
    if reading is None or account_sid is None:
        raise NotRunnable("No plan was made: that account is not in sight any more. Run the notebook again.")
    if reading.failure is not None:
        raise NotRunnable(
            f"No plan was made: not all numbers of {plain(reading.account.label)} could be read. "
            f"{describe(reading.failure)}"
        )
    return list(inventory.numbers.of_account(account_sid))


def nothing_to_plan(criteria: Criteria) -> str:
    """Say why no number meets the criteria, and what to do now."""
    if criteria.act == PlanAct.BRING_BACK:
        return "No plan was made: the kit has parked no number that is still where it put it."
    if criteria.source == LIST:
        return "No plan was made: nothing of the list could be taken; each line says why."
    if criteria.source == ACCOUNT:
        return "No plan was made: that account has no numbers."
    return (
        "No plan was made: no number is like that, as far as anybody has looked. If nobody has, press “Check now” "
        "in 01_inventory.ipynb first; else ask for fewer days, or for other accounts."
    )
