"""
The list of what is due: numbers to look at, to take back, or to keep from being taken back by Twilio.  Pure.

The list advises to look at a quiet number, never to release it: only the check right before a release shows the number
as it is then.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from helpers.core.dates import day
from helpers.decisions.quiet_numbers import NumberAtRisk, QuietNumber, QuietNumbers
from helpers.journal.entries import Entry
from helpers.journal.states import LEFT

#: Anything later is not urgent.  Older evidence does not prove that a number is quiet now.
WEEK = timedelta(days=7)
#: A bundle is told that early, because the operator comes once a month, and renewing its data takes Twilio days.
TWO_MONTHS = timedelta(days=60)


class Task(StrEnum):
    """What to do about a number."""

    UNWIRED = "look at it: not used, nothing found connected to it"
    NOT_WHOLLY_SEEN = "look at it: not used, but what it is connected to could not all be looked at"
    TAKE_BACK = "take back, if anybody misses it"
    BUNDLE_ENDS = "renew the data of its regulatory bundle, or Twilio rejects that, and may take the number back"
    BUNDLE_REJECTED = "renew its regulatory bundle: Twilio rejected it, and may take the number back"
    SUSPENDED = (
        "ask Twilio about its account: it is suspended, and Twilio may take the number back after 60 days of that"
    )


_THIS_WEEK = {Task.UNWIRED, Task.NOT_WHOLLY_SEEN, Task.TAKE_BACK}


class Due(NamedTuple):
    """One number, what to do about it, and the last day for that; None if Twilio does not tell that day."""

    what: Task
    phone_number: str
    name: str | None
    account: str | None
    last_good_day: date | None
    monthly: Decimal | None
    currency: str | None
    #: The date of the evidence; None for a released number.
    looked_at: datetime | None


def list_due(
    quiet: Iterable[QuietNumber], entries: Iterable[Entry], at_risk: Iterable[NumberAtRisk], *, now: datetime
) -> list[Due]:
    """
    List the numbers to look at or to take back within a week, the most urgent first, and those at risk.

    The list leaves out a quiet number that is connected to something, or whose evidence is more than a week old.  The
    last good day is the day before the bill: Twilio refunds nothing of a month that has begun.
    """
    due = (_due(number, billed) for number, billed in _billed(quiet, now) if now - number.looked_at <= WEEK)
    rows = [*due, *_reclaimable(entries, now), *_at_risk(at_risk)]
    return sorted(rows, key=lambda row: (row.last_good_day or date.max, row.phone_number))


def explain_due(quiet: QuietNumbers, rows: Sequence[Due], *, numbers: int, now: datetime) -> str:
    """
    Say why the list is empty, or how many numbers it leaves out because their evidence is too old.

    Args:
        numbers: The count of all numbers.
    """
    if numbers and not quiet.with_evidence:
        return "Nobody has checked yet which numbers are used; 01_inventory.ipynb finds out."
    old = [number.looked_at for number, _ in _billed(quiet.numbers, now) if now - number.looked_at > WEEK]
    if old:
        are = "1 unused number is" if len(old) == 1 else f"{len(old):,} unused numbers are"
        return (
            f"{are} billed within a week and not listed: the last check is of {day(max(old))}, which is more than a "
            "week ago. 01_inventory.ipynb checks again."
        )
    if any(row.what in _THIS_WEEK for row in rows):
        return ""
    unknown = quiet.unknown
    unjudged = f" Unknown, and perhaps unused: {unknown:,} of the {numbers:,} numbers." if unknown else ""
    return (
        f"Nothing {'else ' if rows else ''}is due within a week: no number is billed that was found unused and "
        f"connected to nothing, and no released one is lost for good.{unjudged}"
    )


def _billed(quiet: Iterable[QuietNumber], now: datetime) -> Iterator[tuple[QuietNumber, date]]:
    """Pick the numbers that are billed within a week, each with the day; without a blocker or a known connection."""
    for number in quiet:
        billed = number.next_billing
        if billed and now.date() < billed <= (now + WEEK).date() and not (number.wired or number.blocked):
            yield number, billed


def _due(number: QuietNumber, billed: date) -> Due:
    return Due(
        Task.UNWIRED if number.wired is False else Task.NOT_WHOLLY_SEEN,
        number.phone_number,
        number.name,
        number.account,
        billed - timedelta(days=1),
        number.monthly,
        number.currency,
        number.looked_at,
    )


def _at_risk(numbers: Iterable[NumberAtRisk]) -> Iterator[Due]:
    for number in numbers:
        facts = (number.phone_number, number.name, number.account)
        costs = (number.monthly, number.currency, number.looked_at)
        if number.is_suspended:
            yield Due(Task.SUSPENDED, *facts, None, *costs)
        if number.bundle_rejected:
            yield Due(Task.BUNDLE_REJECTED, *facts, None, *costs)
        elif number.bundle_ends:
            yield Due(Task.BUNDLE_ENDS, *facts, number.bundle_ends - timedelta(days=1), *costs)


def _reclaimable(entries: Iterable[Entry], now: datetime) -> Iterator[Due]:
    for entry in entries:
        if entry.state in LEFT and entry.reclaim_by and now < entry.reclaim_by <= now + WEEK:
            name = entry.number.get("friendly_name") if entry.number else None
            last_good_day = (entry.reclaim_by - timedelta(days=1)).date()
            account = entry.details.get("account_name")
            yield Due(Task.TAKE_BACK, entry.phone_number, name, account, last_good_day, None, None, None)
