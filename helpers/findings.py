"""
What was found out about every number, as one table that says what was read and how old it is.

What a table says of itself is in its ``attrs``: ``said``, what was read and what not;
``complete``, whether every account was read; ``unread_accounts``, how many were not; and
``looked_at``, how old the oldest answer is, missing where nobody looked.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event

from helpers.dates import day_and_hour
from helpers.evidence import Evidence, remembered, take_evidence, ways
from helpers.gateway import Gateway
from helpers.judge import Judge, what_is_open
from helpers.records import Decision, Inventory
from helpers.retention import capped
from helpers.tables import Frame, evidence_table


class Findings:
    """
    Finds out about every number, and recalls what was found out.

    Args:
        inventory: Reads all numbers, anew where ``again`` is true.

        memory: The folder in which is remembered what was found out.
    """

    def __init__(
        self,
        gateway: Gateway,
        judge: Judge,
        *,
        inventory: Callable[..., Inventory],
        memory: Path,
        clock: Callable[[], datetime],
    ) -> None:
        self._gateway, self._judge, self._inventory = gateway, judge, inventory
        self._memory, self._clock = memory, clock

    def known(self, days: int) -> Frame:
        """Show what is known of so many days; asks for nothing but lists and prices."""
        inventory, (days, cap) = self._inventory(), capped(days)
        return self._table(inventory, remembered(inventory.numbers, folder=self._memory, days=days), also=cap)

    def decisions(self, days: int) -> list[Decision]:
        """Judge every number by what is known of so many days."""
        inventory = self._inventory()
        accounts = {account.sid: account for account in inventory.accounts}
        known = remembered(inventory.numbers, folder=self._memory, days=days)
        return list(self._judge.all(inventory.numbers, accounts, known))

    def find_out(self, days: int, *, progress: Callable[[int, int], None], stop: Event) -> Frame:
        """Look at every number of every account, until *stop* is set."""
        inventory, (days, cap) = self._inventory(again=True), capped(days)
        now, sent = self._clock(), self._gateway.requests
        found = take_evidence(
            self._gateway,
            inventory.numbers,
            {account.sid: account for account in inventory.accounts},
            since=now - timedelta(days=days),
            until=now,
            folder=self._memory,
            stop=stop,
            progress=progress,
        )
        took = self._gateway.requests - sent
        cost = f"Finding out took {took:,} request{'s' if took != 1 else ''} ({ways(found)})."
        return self._table(inventory, found, also=f"{cap} {cost}", stop=stop)

    def _table(
        self, inventory: Inventory, evidence: Mapping[str, Evidence], *, also: str, stop: Event | None = None
    ) -> Frame:
        accounts = {account.sid: account for account in inventory.accounts}
        decisions = list(self._judge.all(inventory.numbers, accounts, evidence, stop=stop))
        frame = evidence_table(decisions, today=self._clock().date())
        unread = sum(not reading.complete for reading in inventory.readings)
        said = (inventory.said(), _what_is_open(decisions), self._judge.unpriced(), also.strip())
        frame.attrs |= {"said": " ".join(filter(None, said)), "complete": not unread, "unread_accounts": unread}
        # The oldest of what was found out is how old the whole is.
        if evidence:
            frame.attrs["looked_at"] = min(known.traffic.until for known in evidence.values())
        return frame


def _what_is_open(decisions: Sequence[Decision]) -> str:
    """Say what could not be judged, and how many nobody has tried to; where nobody tried any, the age says it."""
    tried = [decision for decision in decisions if decision.traffic is not None]
    new = len(decisions) - len(tried)
    never = f"{new:,} {'number was' if new == 1 else 'numbers were'} not looked at yet." if new and tried else ""
    return " ".join(filter(None, (what_is_open(tried), never)))


#: What a value in a file does not say by itself.
_READ_RIGHT = {
    "idle_at_least": "Where idle_at_least is true (yes), it was idle for idle_days or longer: nobody looked further.",
    "wired": (
        "Where wired is false (none found), nothing was found in the places that were looked at, and there are others; "
        "where it is empty, nobody could tell, and not_looked_at names what could not be looked at."
    ),
    "last_used_at_least": "Where last_used_at_least is true (yes), it may have been used later than last_used.",
    "counts_at_least": "Where counts_at_least is true (yes), there were more calls or messages than were counted.",
}


def said_of_file(part: Frame, whole: Frame, *, narrowed: str) -> str:
    """
    Say how many rows of a table a file has, why those, how its columns are to be read, and what the whole is.

    Args:
        narrowed: Which filters left these rows.
    """
    rows = f"Rows in this file: {len(part):,}, of {len(whole):,} in the inventory. {narrowed}"
    columns = " ".join(said for name, said in _READ_RIGHT.items() if name in part.columns)
    return "\n".join(filter(None, (rows, columns, f"The inventory: {said_of(whole)}")))


def said_of(frame: Frame) -> str:
    """Say what a table holds, what not, and how old it is."""
    looked_at = frame.attrs.get("looked_at")
    age = (
        f"What is known of calls and messages is of {day_and_hour(looked_at)}, or newer."
        if looked_at
        else "Nobody has looked yet which numbers are quiet: the button in the inventory finds out."
    )
    return f"{frame.attrs.get('said') or ''} {age}".strip()
