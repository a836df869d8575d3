"""
Read numbers and their evidence anew, for plans.

Kept evidence counts only if it shows more use in the same days than the new reading.
"""

from collections.abc import Callable, Collection, Container, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event

from helpers.core.errors import CannotRead, KitError, Stopped
from helpers.core.reasons import Cause, Reason
from helpers.core.records import Decision, Number
from helpers.decisions.judge import Judge
from helpers.decisions.session import Session
from helpers.evidence.close_look import look_closely
from helpers.evidence.company_evidence import group_by_account, take_evidence
from helpers.evidence.countries import country_of
from helpers.evidence.earlier_homes import where_now
from helpers.evidence.evidence import Evidence
from helpers.evidence.inventory import take_inventory
from helpers.evidence.steps import in_all

#: Receives how many of how many steps are done; several threads may call it.
OnSteps = Callable[[int, int], None]
_STOPPED = "The look was stopped, as you asked, and nothing came of it. Nothing was sent."


def ignore_steps(_done: int, _whole: int) -> None:
    """Ignore the progress."""


class Recheck:
    """Reads accounts, numbers and evidence anew from Twilio, for plans."""

    def __init__(self, session: Session, judge: Judge) -> None:
        self._session, self._judge = session, judge

    def read_accounts(self, stop: Event) -> None:
        """
        Read anew which accounts the credentials can see.

        Raises:
            CannotConnect: Twilio did not state them.  The accounts stay as they were.
            Stopped: *stop* was set.
        """
        try:
            with self._session.gateway.until(stop):
                self._session.sight.refresh()
        except KitError:
            if stop.is_set():
                raise Stopped(_STOPPED) from None
            raise

    def read_lists(
        self, account_sids: Collection[str], *, stop: Event
    ) -> tuple[dict[str, Number], dict[str, int], dict[str, Reason]]:
        """
        Read the lists of accounts anew.

        Returns:
            The numbers, by sid; how many each account has; and the reason for each account that could not be read.

        Raises:
            Stopped: *stop* was set.
        """
        session, clock = self._session, self._session.clock
        self.read_accounts(stop)
        ours = [account for account in session.accounts if account.sid in account_sids]
        inventory = take_inventory(session.gateway, session.reach, ours, seconds=lambda: clock().timestamp(), stop=stop)
        if stop.is_set():
            raise Stopped(_STOPPED)
        held = {reading.account.sid: reading.numbers for reading in inventory.coverage.readings if reading.complete}
        unread = {reading.account.sid: reading.failure for reading in inventory.coverage.readings if reading.failure}
        for sid in set(account_sids) - held.keys():
            unread.setdefault(sid, Reason(Cause.ACCOUNT_OUT_OF_SIGHT, {"account": sid}))
        return {number.sid: number for number in inventory.numbers}, held, unread

    def count_numbers(self, account_sids: Collection[str], stop: Event) -> dict[str, int]:
        """
        Count the numbers of accounts; an account that cannot be read is missing.

        Raises:
            Stopped: *stop* was set.
        """
        _, held, _ = self.read_lists(account_sids, stop=stop)
        return held

    def fetch_numbers(self, homes: Mapping[str, str], *, stop: Event) -> tuple[dict[str, Number], dict[str, Reason]]:
        """
        Fetch numbers one by one, several at once, because a list may state fields differently.

        The caller calls ``read_accounts`` just before.

        Args:
            homes: The account of each number, by the number's sid.

        Returns:
            The numbers that are there, by sid; and the reasons of those that could not be read.  A number in neither is
            not in its account any more.

        Raises:
            Stopped: *stop* was set.
        """
        accounts = self._session.accounts_by_sid
        reach = self._session.reach

        def fetch(sid: str) -> tuple[Number | None, Reason | None]:
            account = accounts.get(homes[sid])
            if account is None:
                return None, Reason(Cause.ACCOUNT_OUT_OF_SIGHT, {"account": homes[sid]})
            out_of_reach = reach.misses(account)
            if out_of_reach is not None or account.status == "closed" or stop.is_set():
                return None, out_of_reach
            try:
                with self._session.gateway.until(stop):
                    return self._session.gateway.number(account.sid, sid), None
            except CannotRead as failure:
                return None, failure.reason

        with ThreadPoolExecutor(self._session.gateway.threads) as side_by_side:
            fetched = dict(zip(homes, side_by_side.map(fetch, homes), strict=True))
        if stop.is_set():
            raise Stopped(_STOPPED)
        there = {sid: number for sid, (number, _) in fetched.items() if number is not None}
        return there, {sid: failure for sid, (_, failure) in fetched.items() if failure is not None}

    def judge(
        self, numbers: list[Number], *, progress: OnSteps, stop: Event, going_on: Container[str] = ()
    ) -> list[Decision]:
        """
        Collect evidence about numbers, and judge them.

        Args:
            numbers: As they are now.

            going_on: The ids of the open journal entries that their plan goes on with: those block nothing.

        Raises:
            Stopped: *stop* was set.  A partial result is not returned.
        """
        accounts = self._session.accounts_by_sid
        now = self._session.clock()
        groups, fetched = group_by_account(numbers), dict[str, Evidence]()
        window = self._judge.window(until=now)
        take_evidence(
            self._session.gateway,
            [accounts[sid] for sid in groups],
            groups.__getitem__,
            window,
            homes=self._judge.find_homes(where_now(numbers), window),
            take=lambda account: fetched.update(account.evidence),
            stop=stop,
            progress=lambda steps: progress(*in_all(steps)),
        )
        evidence = self._judge.prefer_remembered(numbers, self._looked_closely(numbers, fetched, stop))
        if stop.is_set():
            raise Stopped(_STOPPED)
        self._judge.fetch_prices((country_of(number.phone_number) for number in numbers), stop=stop)
        standing = self._judge.standing(going_on=going_on)
        judged = list(self._judge.decide_all(numbers, accounts, evidence, standing, now=self._session.clock()))
        if stop.is_set():
            raise Stopped(_STOPPED)
        return judged

    def _looked_closely(
        self, numbers: list[Number], evidence: Mapping[str, Evidence], stop: Event
    ) -> dict[str, Evidence]:
        """Look closely at every number, several at once: two requests each, so only for the numbers of plans."""

        def fetch(number: Number) -> Evidence:
            known = evidence[number.sid]
            if stop.is_set():
                return known
            with self._session.gateway.until(stop):
                return replace(known, wiring=look_closely(self._session.gateway, number, known.wiring))

        with ThreadPoolExecutor(self._session.gateway.threads) as side_by_side:
            return dict(zip((number.sid for number in numbers), side_by_side.map(fetch, numbers), strict=True))
