"""All accounts and all their numbers, side by side, within Twilio's concurrency."""

import gc
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from typing import Protocol

from helpers.core.errors import CannotRead
from helpers.core.records import Account, Coverage, Inventory, Number, Reach, Reading
from helpers.gateway.gateway import Gateway
from helpers.gateway.transport import CONNECTIONS


class ReadInventory(Protocol):
    """Reads all accounts and all their numbers."""

    def __call__(self, *, again: bool = False, stop: Event | None = None) -> Inventory:
        """Read them once, unless asked to do it *again*, and until *stop* is set."""


def take_inventory(
    gateway: Gateway,
    reach: Reach,
    accounts: Iterable[Account],
    *,
    seconds: Callable[[], float],
    stop: Event | None = None,
) -> Inventory:
    """
    Read every number of every account in reach.

    An account that cannot be read to its end contributes no numbers, and its reading
    says why: half a list would look like a whole one.

    Args:
        seconds: A monotonic clock, for saying how long it took.

        stop: Ends the reading where it is set: what was not read is told as stopped.
    """
    started, sent = seconds(), gateway.requests
    ours = tuple(accounts)

    def read(account: Account) -> tuple[Reading, list[Number]]:
        nothing = Reading(account, None)
        if nothing.closed:
            return nothing, []
        if out_of_reach := reach.misses(account):
            return Reading(account, out_of_reach), []
        try:
            with gateway.until(stop or Event()):
                numbers = list(gateway.numbers(account.sid))
        except CannotRead as failure:
            return Reading(account, str(failure)), []
        return Reading(account, None, len(numbers)), numbers

    with ThreadPoolExecutor(CONNECTIONS) as side_by_side, _without_collector():
        read_accounts = list(side_by_side.map(read, ours))
    numbers = tuple(_each_once(numbers for _, numbers in read_accounts))
    readings = tuple(reading for reading, _ in read_accounts)
    return Inventory(ours, numbers, Coverage(readings, len(numbers), gateway.requests - sent, seconds() - started))


@contextmanager
def _without_collector() -> Iterator[None]:
    # It would walk all records read so far again and again, a sixth of the whole time; they hold no cycles.
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def _each_once(lists: Iterable[list[Number]]) -> Iterable[Number]:
    # A number that was moved while we read stands in two lists under one sid; the later list is the newer look.
    return {number.sid: number for numbers in lists for number in numbers}.values()
