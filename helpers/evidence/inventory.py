"""The inventory: all accounts and all their numbers, read side by side within Twilio's concurrency limit."""

import gc
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Lock
from typing import Protocol

from helpers.core.errors import CannotRead, RecordsUnreadable
from helpers.core.reasons import Cause, Reason
from helpers.core.records import Account, Coverage, Reach, Reading
from helpers.evidence.numbers import Numbers, NumbersBuilder, Packed, replace_accounts
from helpers.evidence.snapshot import Snapshot
from helpers.gateway.gateway import Gateway
from helpers.gateway.number_page import NumberPage

#: After how many accounts a reading waits until somebody who watches it saw them, and for how many seconds at the most.
_FEW, _MOMENT = 24, 2.0


@dataclass(frozen=True, slots=True)
class Inventory:
    """All accounts, all their numbers, and the extent of the reading."""

    accounts: tuple[Account, ...]
    numbers: Numbers
    coverage: Coverage

    def with_accounts_of(self, other: "Inventory") -> "Inventory":
        """Return this inventory, but for the accounts that *other* read anew."""
        anew = {reading.account.sid: reading for reading in other.coverage.readings}
        order = [reading.account.sid for reading in self.coverage.readings]
        numbers = replace_accounts(self.numbers, other.numbers, anew, order=order)
        readings = tuple(anew.get(reading.account.sid, reading) for reading in self.coverage.readings)
        before = self.coverage
        coverage = Coverage(readings, len(numbers), before.requests, before.seconds, numbers.unreadable)
        return Inventory(tuple(reading.account for reading in readings), numbers, coverage)


class ReadInventory(Protocol):
    """A function that reads all accounts and all their numbers."""

    def __call__(self, *, again: bool = False, stop: Event | None = None) -> Inventory:
        """Read them once, or anew with *again*, until *stop* is set."""


class InventoryReading:
    """
    A reading of the numbers of accounts, whose result so far can be looked at while it goes on.

    An account that cannot be read to its end contributes no numbers, because half a list would pass for a whole one.
    Its reading holds the reason.  Only where single records of a whole list could not be read, the other numbers are
    there; the account is not complete all the same.

    Args:
        seconds: A monotonic clock, to measure the duration.

        stop: Ends the reading when it is set; the readings of the other accounts then say "stopped".

        watched: Whether somebody asks for ``so_far`` and sets ``seen``.  The reading waits for that before it goes on.

        before: The newest inventory on disk, to look at until an account is read.
    """

    def __init__(
        self,
        gateway: Gateway,
        reach: Reach,
        accounts: Iterable[Account],
        *,
        seconds: Callable[[], float],
        stop: Event | None = None,
        watched: bool = False,
        before: Snapshot | None = None,
    ) -> None:
        self.before = before
        self._gateway, self._reach, self._seconds, self._stop = gateway, reach, seconds, stop or Event()
        self._started, self._requests = seconds(), 0
        #: The accounts to read.
        self.accounts = tuple(accounts)
        self._readings: dict[str, Reading] = {}
        self._aside = ThreadPoolExecutor(1)
        self._builder, self._lock = NumbersBuilder(self._aside), Lock()
        #: Set when the first numbers are on the screen.
        self.seen = Event()
        if not watched:
            self.seen.set()

    def so_far(self) -> Inventory:
        """
        Return what was read until now; the readings of the other accounts say that they are being read.

        Until then, the numbers of these accounts are those of before.
        """
        being_read = Reason(Cause.BEING_READ)
        with self._lock:
            done, numbers = dict(self._readings), self._builder.numbers()
        if self.before is not None:
            out_of_sight = set(self.before.numbers.columns["account_sid"].unique().to_pylist())
            out_of_sight -= {account.sid for account in self.accounts}
            known, gone = self.before.numbers, done.keys() | out_of_sight
            # The first time nothing is replaced, and a copy of everything would take a third of the time.
            numbers = replace_accounts(known, numbers, gone) if gone else known
        return self._inventory(
            [
                done.get(account.sid) or Reading(account, None if account.status == "closed" else being_read)
                for account in self.accounts
            ],
            numbers,
        )

    def run(self) -> Inventory:
        """Read every account, and return all that could be read."""
        with self._aside, ThreadPoolExecutor(self._gateway.threads) as side_by_side, _without_collector():
            readings = list(side_by_side.map(self._read, self.accounts))
        return self._inventory(readings, self._builder.numbers(order=[account.sid for account in self.accounts]))

    def _inventory(self, readings: list[Reading], numbers: Numbers) -> Inventory:
        seconds = self._seconds() - self._started
        coverage = Coverage(tuple(readings), len(numbers), self._requests, seconds, numbers.unreadable)
        return Inventory(self.accounts, numbers, coverage)

    def _let_be_seen(self) -> None:
        # The reading would leave little time to show its first rows, or those that are on disk.
        if len(self._readings) >= _FEW and not self.seen.wait(_MOMENT):
            self.seen.set()

    def _read(self, account: Account) -> Reading:
        self._let_be_seen()
        pages: list[NumberPage] = []
        # Others may send requests meanwhile.
        before = self._gateway.transport.sent_by_thread
        failure = None if account.status == "closed" else self._reach.misses(account)
        if account.status != "closed" and failure is None:
            try:
                with self._gateway.until(self._stop):
                    pages.extend(self._gateway.number_pages(account.sid))
            except RecordsUnreadable as unread:
                failure = unread.reason
            except CannotRead as unread:
                failure, pages = unread.reason, []
        packed = [(page, Packed.of(account.sid, page.body)) for page in pages]
        with self._lock:
            self._requests += self._gateway.transport.sent_by_thread - before
            count = self._builder.take(packed)
            self._readings[account.sid] = reading = Reading(account, failure, count)
        return reading


@contextmanager
def _without_collector() -> Iterator[None]:
    # The garbage collector would take a sixth of the time to walk the records again and again; they hold no cycles.
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def take_inventory(
    gateway: Gateway,
    reach: Reach,
    accounts: Iterable[Account],
    *,
    seconds: Callable[[], float],
    stop: Event | None = None,
) -> Inventory:
    """Read all numbers of all accounts in reach; see ``InventoryReading``."""
    return InventoryReading(gateway, reach, accounts, seconds=seconds, stop=stop).run()
