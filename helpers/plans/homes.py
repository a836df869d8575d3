"""The accounts that moved numbers came from, by the journal.  Pure."""

from collections.abc import Iterable

from helpers.core.records import PlanAct
from helpers.journal.entries import Entry
from helpers.journal.states import Act, State

#: A number's sid -> the account that it was moved to -> the account that it came from.
Homes = dict[str, dict[str, str]]


def find_homes(entries: Iterable[Entry]) -> Homes:
    """Find the account that each parked number came from; a number that was brought back is at home."""
    homes: Homes = {}
    for entry in entries:
        if entry.act != Act.MOVE or entry.state != State.MOVED:
            continue
        # A number that was parked twice came from where it was the first time.
        before = homes.pop(entry.number_sid, {})
        if entry.details.get("plan_act") == PlanAct.PARK:
            homes[entry.number_sid] = {entry.details["target"]: before.get(entry.account_sid, entry.account_sid)}
    return homes
