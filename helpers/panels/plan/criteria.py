"""What a plan is to be made of, and which numbers that is."""

from collections.abc import Collection
from dataclasses import dataclass

from helpers.core.records import BRINGING_BACK, Inventory, Number
from helpers.plans.number_list import read_list
from helpers.plans.planner import Planner

TICKED, LIST, FILTER = "ticked", "list", "filter"
#: Lines of a list of which nothing was taken, each with what is wrong with it.
Problems = tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Criteria:
    """What a plan is to be made of."""

    act: str
    source: str
    why: str
    target: str | None
    #: The bytes of a list; None where it is not made from one.
    listed: bytes | None
    account: str | None
    idle: int
    billed_within: int | None
    wired: bool


def chosen(
    wish: Criteria, inventory: Inventory, *, plans: Planner, ticked: Collection[str]
) -> tuple[list[Number], Problems]:
    """Choose the numbers that somebody wishes a plan of; what of a list could not be taken is told by its line."""
    if wish.act == BRINGING_BACK:
        return plans.parked(inventory.numbers), ()
    if wish.source == TICKED:
        return [number for number in inventory.numbers if number.sid in ticked], ()
    if wish.source == LIST:
        wanted = read_list(wish.listed or b"", inventory.numbers, inventory.accounts)
        return list(wanted.numbers), wanted.problems
    quiet = plans.quiet(account_sid=wish.account, idle=wish.idle, billed_within=wish.billed_within, wired=wish.wired)
    return quiet, ()


def nothing_to_plan(wish: Criteria, *, problems: bool) -> str:
    """Say why there is nothing to make a plan of, and where to go."""
    if problems:
        return "No plan was made: nothing of the list could be taken; each line says why."
    if wish.act == BRINGING_BACK:
        return "No plan was made: the kit has parked no number that is still where it put it."
    if wish.source == LIST:
        return "No plan was made: the list names no numbers."
    return (
        "No plan was made: no number is like that, as far as anybody has looked. If nobody has, press “Find out which "
        "are quiet” in 01_inventory.ipynb first; else ask for fewer days, or for other accounts."
    )
