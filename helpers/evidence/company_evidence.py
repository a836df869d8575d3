"""The evidence about the numbers of many accounts, account by account: traffic, and the surroundings beside it."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from threading import Event, Lock
from typing import Any

from helpers.core.connections import Place, Unseen
from helpers.core.reasons import Cause, Reason
from helpers.core.records import Account, Number, Traffic, Window
from helpers.evidence.account_traffic import fetch_account_traffic
from helpers.evidence.earlier_homes import EarlierHome, EarlierHomes, add_earlier, out_of_sight
from helpers.evidence.evidence import Evidence
from helpers.evidence.steps import OnSteps, Step
from helpers.evidence.wiring import Surroundings, fetch_leftovers, fetch_surroundings, wiring_of
from helpers.gateway.gateway import Gateway
from helpers.gateway.transport import Each

_STOPPED = Surroundings({}, (Unseen(Place.EVERYWHERE, Reason(Cause.STOPPED)),))


@dataclass(frozen=True, slots=True)
class AccountEvidence:
    """The evidence about an account's numbers, by sid, and what there is in the account besides."""

    account_sid: str
    numbers: Sequence[Number]
    evidence: dict[str, Evidence]
    surroundings: Surroundings

    @property
    def stopped(self) -> bool:
        """Whether the operator stopped the kit before all of it was read."""
        gaps = self.surroundings.unseen
        return any(gap.why.code is Cause.STOPPED for gap in gaps) or any(one.stopped for one in self.evidence.values())


class _Look:
    """
    One look at many accounts.

    Args:
        each: A function like ``map`` that runs side by side.

        around: Looks for what surrounds the numbers of an account.
    """

    def __init__(
        self,
        gateway: Gateway,
        window: Window,
        each: Each,
        *,
        homes: EarlierHomes,
        around: Executor,
        stop: Event,
        progress: OnSteps,
    ) -> None:
        self._gateway, self._window, self._stop, self._progress = gateway, window, stop, progress
        self._homes = homes
        self._map, self._around, self._steps, self._lock = each, around, dict[Step, tuple[int, int]](), Lock()

    def take(self, account: Account, numbers: Sequence[Number]) -> AccountEvidence:
        """Fetch the evidence of one account."""
        # Beside the traffic, so that the last account of a look is not read in many short steps.
        around = self._around.submit(self._look_around, account, is_empty=not numbers)
        traffic = self._add_earlier(numbers, self._fetch(account, numbers)) if numbers else {}
        surroundings = around.result()
        self.count(Step.ACCOUNTS, done=1)
        found = {one.sid: Evidence(traffic[one.sid], wiring_of(one, surroundings)) for one in numbers}
        return AccountEvidence(account.sid, numbers, found, surroundings)

    def _fetch(self, account: Account, numbers: Sequence[Number]) -> dict[str, Traffic]:
        return fetch_account_traffic(self._gateway, account, numbers, self._window, stop=self._stop, run=self._run)

    def _add_earlier(self, numbers: Sequence[Number], traffic: dict[str, Traffic]) -> dict[str, Traffic]:
        """Add what the logs of the accounts in which numbers were before hold of them."""
        groups: dict[str, list[tuple[Number, EarlierHome]]] = {}
        for number in numbers:
            for home in self._homes.get(number.sid, ()):
                groups.setdefault(home.account_sid, []).append((number, home))
        for account_sid, group in groups.items():
            account = group[0][1].account
            there: Mapping[str, Traffic] = (
                self._fetch(account, [replace(number, account_sid=account_sid) for number, _ in group])
                if account
                else {number.sid: out_of_sight(home, self._window) for number, home in group}
            )
            for number, home in group:
                traffic[number.sid] = add_earlier(traffic[number.sid], there[number.sid], home)
        return traffic

    def _look_around(self, account: Account, *, is_empty: bool) -> Surroundings:
        if self._stop.is_set():
            return _STOPPED
        fetch = fetch_leftovers if is_empty else fetch_surroundings
        return fetch(self._gateway, account, each=self._each)

    def count(self, kind: Step, *, more: int = 0, done: int = 0) -> None:
        """Count steps; an account tells how many it has once it knows."""
        with self._lock:
            before, whole = self._steps.get(kind, (0, 0))
            self._steps[kind] = before + done, whole + more
            self._progress(dict(self._steps))

    def _each(self, function: Callable[[Any], Any], items: Iterable[Any]) -> Iterable[Any]:
        def one(item: Any) -> Any:
            with self._gateway.until(self._stop):
                return function(item)

        return self._map(one, items)

    def _run(self, jobs: Sequence[tuple[Step, Callable[[], None]]]) -> None:
        def do(job: tuple[Step, Callable[[], None]]) -> None:
            kind, work = job
            if not self._stop.is_set():
                work()
            self.count(kind, done=1)

        for kind, more in Counter(kind for kind, _ in jobs).items():
            self.count(kind, more=more)
        for _ in self._each(do, jobs):
            pass


def take_evidence(
    gateway: Gateway,
    accounts: Sequence[Account],
    numbers_of: Callable[[str], Iterable[Number]],
    window: Window,
    *,
    take: Callable[[AccountEvidence], object],
    stop: Event,
    progress: OnSteps,
    homes: EarlierHomes | None = None,
) -> None:
    """
    Fetch the evidence about the numbers of accounts, and hand over each account as soon as all of it was read.

    In an account without numbers the kit looks for what they left behind.  What *stop* came before is unread, with the
    reason.

    Args:
        numbers_of: Returns the numbers of an account, by its sid.

        take: Receives each account; several threads call it at once.

        progress: Receives the finished steps of each kind, and all as far as they are known.

        homes: The accounts in which the numbers were before; their logs are asked as well.
    """
    with (
        ThreadPoolExecutor(gateway.threads) as by_account,
        ThreadPoolExecutor(gateway.threads) as around,
        # More threads than concurrent requests: while one thread counts a page, another can send its request.
        ThreadPoolExecutor(gateway.threads * 3 // 2) as side_by_side,
    ):
        look = _Look(gateway, window, side_by_side.map, homes=homes or {}, around=around, stop=stop, progress=progress)
        look.count(Step.ACCOUNTS, more=len(accounts))
        # In the account's own thread: its records and log are gone before the next account is looked at.
        for _ in by_account.map(lambda each: take(look.take(each, [*numbers_of(each.sid)])), accounts):
            pass


def group_by_account(numbers: Iterable[Number]) -> dict[str, list[Number]]:
    """Group numbers by the sid of their account."""
    groups: dict[str, list[Number]] = {}
    for number in numbers:
        groups.setdefault(number.account_sid, []).append(number)
    return groups
