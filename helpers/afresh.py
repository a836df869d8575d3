"""
Look at some numbers anew: what they are now, and what is known of them now.

From memory comes nothing but what makes a number louder: that it was heard before in the same days.
"""

from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Event

from helpers.errors import CannotRead, Stopped
from helpers.evidence import Evidence, take_evidence
from helpers.gateway import Gateway
from helpers.inventory import take_inventory
from helpers.judge import WINDOW, Judge
from helpers.records import Account, Decision, Number, Reach
from helpers.transport import AT_ONCE
from helpers.wiring import with_region

#: Told how many of how many steps are done; may be called from several threads.
Told = Callable[[int, int], None]
_STOPPED = "The look was stopped, as you asked, and nothing came of it. Nothing was sent."


def tell_nobody(_done: int, _whole: int) -> None:
    """Take note of nothing."""


class Afresh:
    """
    Looks anew, for plans.

    Args:
        reach, accounts: Tell what is in sight at that moment.

        look_at_accounts: Asks Twilio anew which accounts there are; every look begins with that.
    """

    def __init__(
        self,
        gateway: Gateway,
        judge: Judge,
        *,
        reach: Callable[[], Reach],
        accounts: Callable[[], tuple[Account, ...]],
        look_at_accounts: Callable[[], tuple[Account, ...]],
        clock: Callable[[], datetime],
    ) -> None:
        self._gateway, self._judge = gateway, judge
        self._reach, self._accounts, self._clock = reach, accounts, clock
        self._look_at_accounts = look_at_accounts

    def read(self, account_sids: Collection[str]) -> tuple[dict[str, Number], dict[str, int], dict[str, str]]:
        """Read the lists of a plan's accounts anew: numbers by sid, how many each has, and which could not be read."""
        ours = [account for account in self._look_at_accounts() if account.sid in account_sids]
        inventory = take_inventory(
            self._gateway, self._reach(), ours, clock=self._clock, seconds=lambda: self._clock().timestamp()
        )
        held = {reading.account.sid: reading.numbers for reading in inventory.readings if reading.complete}
        unread = {reading.account.sid: reading.failure for reading in inventory.readings if reading.failure}
        unread |= {sid: "It is not in sight of this desk." for sid in account_sids if sid not in held | unread}
        return {number.sid: number for number in inventory.numbers}, held, unread

    def fetch(self, homes: Mapping[str, str], *, stop: Event) -> tuple[dict[str, Number], dict[str, str]]:
        """
        Look at numbers one by one, side by side: as they are, to the last field, which a list may tell otherwise.

        Args:
            homes: The account of each number, by the number's sid.

        Returns:
            The numbers that are there, by sid; and why the others could not be looked at. A number in neither is not
            in its account any more.

        Raises:
            Stopped: *stop* was set.
        """
        accounts = {account.sid: account for account in self._look_at_accounts()}
        reach = self._reach()

        def look(sid: str) -> tuple[Number | None, str | None]:
            account = accounts.get(homes[sid])
            if account is None:
                return None, "Its account is not in sight of this desk."
            out_of_reach = reach.misses(account)
            if out_of_reach is not None or account.status == "closed" or stop.is_set():
                return None, out_of_reach
            try:
                return self._gateway.number(account.sid, sid), None
            except CannotRead as failure:
                return None, str(failure)

        with ThreadPoolExecutor(AT_ONCE) as side_by_side:
            looks = dict(zip(homes, side_by_side.map(look, homes), strict=True))
        if stop.is_set():
            raise Stopped(_STOPPED)
        there = {sid: number for sid, (number, _) in looks.items() if number is not None}
        return there, {sid: failure for sid, (_, failure) in looks.items() if failure is not None}

    def judged(
        self, numbers: list[Number], *, progress: Told, stop: Event, plan_id: str | None = None
    ) -> list[Decision]:
        """
        Find out about numbers and judge them; their plan's own journal entries stand in nobody's way.

        Args:
            numbers: As they are now.

        Raises:
            Stopped: *stop* was set.  Half a look is good for nothing: what it did not get to is unknown.
        """
        accounts = {account.sid: account for account in self._accounts()}
        now = self._clock()
        evidence = take_evidence(
            self._gateway,
            numbers,
            accounts,
            since=now - timedelta(days=WINDOW),
            until=now,
            folder=None,
            stop=stop,
            progress=progress,
        )
        evidence = self._judge.outweighed(numbers, self._with_regions(numbers, evidence, stop))
        if stop.is_set():
            raise Stopped(_STOPPED)
        return list(self._judge.all(numbers, accounts, evidence, plan_id=plan_id))

    def _with_regions(
        self, numbers: list[Number], evidence: Mapping[str, Evidence], stop: Event
    ) -> dict[str, Evidence]:
        """Ask for the region of every number, side by side: one request each, so for a plan's numbers only."""

        def look(number: Number) -> Evidence:
            known = evidence[number.sid]
            if stop.is_set():
                return known
            return replace(known, wiring=with_region(self._gateway, number, known.wiring))

        with ThreadPoolExecutor(AT_ONCE) as side_by_side:
            return dict(zip((number.sid for number in numbers), side_by_side.map(look, numbers), strict=True))
