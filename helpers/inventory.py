"""All accounts and all their numbers, side by side, within Twilio's concurrency."""

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event
from typing import Protocol

from helpers.errors import CannotRead
from helpers.gateway import Gateway
from helpers.records import Account, Inventory, Number, Reach, Reading
from helpers.transport import AT_ONCE


class ReadInventory(Protocol):
    """Reads all accounts and all their numbers."""

    def __call__(self, *, again: bool = False, stop: Event | None = None) -> Inventory:
        """Read them once, unless asked to do it *again*, and until *stop* is set."""


def take_inventory(
    gateway: Gateway,
    reach: Reach,
    accounts: Iterable[Account],
    *,
    clock: Callable[[], datetime],
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

    with ThreadPoolExecutor(AT_ONCE) as side_by_side, _without_collector():
        read_accounts = list(side_by_side.map(read, ours))
    return Inventory(
        accounts=ours,
        numbers=tuple(_each_once(numbers for _, numbers in read_accounts)),
        readings=tuple(reading for reading, _ in read_accounts),
        read_at=clock(),
        requests=gateway.requests - sent,
        seconds=seconds() - started,
    )


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


@dataclass(frozen=True, slots=True)
class Search:
    """Where a phone number was found, and where nobody could look."""

    found: tuple[Number, ...]
    #: One sentence for each place that could not be searched; not empty means "cannot tell".
    unread: tuple[str, ...]
    #: What the accounts are called, by sid.
    names: Mapping[str, str] = field(default_factory=dict)

    def of(self, sid: str) -> Number | None:
        """Pick the number itself: another one may hold the same phone number by now."""
        return next((number for number in self.found if number.sid == sid), None)

    def account_of(self, number: Number) -> str:
        """Name the account in which a number was found, for the operator."""
        return f"{self.names.get(number.account_sid) or 'without a name'} ({number.account_sid})"


def find_everywhere(gateway: Gateway, reach: Reach, phone_number: str, *, home: str) -> Search:
    """
    Look for a phone number in every account, asked anew which those are.

    For telling "released" from "moved to another account": a search that could not
    look everywhere says so, and proves nothing.

    Args:
        home: The account that the number was in.  Where it is not among those that can be seen,
            this is the desk of another company, at which nothing about the number can be proved.
    """
    try:
        accounts = list(gateway.accounts()) if reach.whole_company else [reach.account]
    except CannotRead as failure:
        return Search((), (str(failure),))

    def look(account: Account) -> tuple[list[Number], str | None]:
        if account.status == "closed":
            return [], None
        try:
            matches = gateway.numbers(account.sid, phone_number=phone_number)
            # Twilio matches parts of numbers.
            return [number for number in matches if number.phone_number == phone_number], None
        except CannotRead as failure:
            return [], str(failure)

    with ThreadPoolExecutor(AT_ONCE) as side_by_side:
        looks = list(side_by_side.map(look, accounts))
    unread = [failure for _, failure in looks if failure]
    if home not in {account.sid for account in accounts}:
        there = f"Its account {home} is not in sight of this desk. Open the desk with that company's credentials."
        unread = [there, *unread]
    if not reach.whole_company:
        unread.append(
            "These credentials cannot see every account of the company, so a number that was moved cannot be told "
            "from one that was released. Open the desk with the main account's auth token to settle it."
        )
    names = {account.sid: account.friendly_name for account in accounts}
    return Search(tuple(number for found, _ in looks for number in found), tuple(unread), names)
