"""The inventory: all accounts and all their numbers, read side by side within Twilio's concurrency limit."""

import gc
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from typing import Protocol

from helpers.core.errors import CannotRead, RecordsUnreadable
from helpers.core.records import Account, Coverage, Inventory, Number, Reach, Reading
from helpers.gateway.gateway import Gateway
from helpers.gateway.transport import CONNECTIONS


class ReadInventory(Protocol):
    """A function that reads all accounts and all their numbers."""

    def __call__(self, *, again: bool = False, stop: Event | None = None) -> Inventory:
        """Read them once, or anew with *again*, until *stop* is set."""


def take_inventory(
    gateway: Gateway,
    reach: Reach,
    accounts: Iterable[Account],
    *,
    seconds: Callable[[], float],
    stop: Event | None = None,
) -> Inventory:
    """
    Read all numbers of all accounts in reach.

    An account that cannot be read to its end contributes no numbers, because half a list would pass for a whole one.
    Its reading holds the reason.  Only where single records of a whole list could not be read, the other numbers are
    there; the account is not complete all the same.

    Args:
        seconds: A monotonic clock, to measure the duration.

        stop: Ends the reading when it is set; the readings of the other accounts then say "stopped".
    """
    started, sent = seconds(), gateway.requests
    accounts = tuple(accounts)

    def read(account: Account) -> tuple[Reading, list[Number]]:
        empty = Reading(account, None)
        if empty.closed:
            return empty, []
        if out_of_reach := reach.misses(account):
            return Reading(account, out_of_reach), []
        numbers: list[Number] = []
        try:
            with gateway.until(stop or Event()):
                numbers.extend(gateway.numbers(account.sid))
        except RecordsUnreadable as unread:
            return Reading(account, unread.reason, len(numbers)), numbers
        except CannotRead as unread:
            return Reading(account, unread.reason), []
        return Reading(account, None, len(numbers)), numbers

    with ThreadPoolExecutor(CONNECTIONS) as side_by_side, _without_collector():
        results = list(side_by_side.map(read, accounts))
    numbers = tuple(_unique_numbers(numbers for _, numbers in results))
    readings = tuple(reading for reading, _ in results)
    unreadable = Counter(field for number in numbers for field in number.unreadable)
    coverage = Coverage(readings, len(numbers), gateway.requests - sent, seconds() - started, unreadable)
    return Inventory(accounts, numbers, coverage)


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


def _unique_numbers(lists: Iterable[list[Number]]) -> Iterable[Number]:
    # A number that moves during the reading is in two lists under one sid; the later list counts.
    return {number.sid: number for numbers in lists for number in numbers}.values()
