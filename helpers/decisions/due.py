"""
The list of what is due within a week: quiet numbers before their bill, and released numbers to take back.  Pure.

The list advises to look at a quiet number, never to release it: only the check right before a release shows the number
as it is then.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from helpers.core.dates import day
from helpers.core.records import Decision, Verdict
from helpers.journal.entries import Entry
from helpers.journal.states import LEFT

#: Anything later is not urgent.  Older evidence does not prove that a number is quiet now.
WEEK = timedelta(days=7)
UNWIRED = "look at it: quiet, nothing found connected to it"
NOT_WHOLLY_SEEN = "look at it: quiet, but what it is connected to could not all be looked at"
TAKE_BACK = "take back, if anybody misses it"


class Due(NamedTuple):
    """One number, what to do about it, and the last day for that."""

    what: str
    phone_number: str
    name: str | None
    account: str | None
    last_good_day: date
    monthly: Decimal | None
    currency: str | None
    #: The date of the evidence that it is quiet; None for a released number.
    looked_at: datetime | None


def list_due(decisions: Iterable[Decision], entries: Iterable[Entry], *, now: datetime) -> list[Due]:
    """
    List the numbers to look at or to take back within a week, the most urgent first.

    The list leaves out a quiet number that is connected to something, or whose evidence is more than a week old.  The
    last good day is the day before the bill: Twilio refunds nothing of a month that has begun.
    """
    quiet = (_quiet(decision) for decision in _billed(decisions, now) if not _is_too_old(decision, now))
    return sorted([*quiet, *_reclaimable(entries, now)], key=lambda row: (row.last_good_day, row.phone_number))


def explain_due(decisions: Sequence[Decision], rows: Sequence[Due], *, numbers: int, now: datetime) -> str:
    """
    Say why the list is empty, or how many numbers it leaves out because their evidence is too old.

    Args:
        decisions: Those on the numbers that somebody looked at.

        numbers: The count of all numbers.
    """
    if numbers and not decisions:
        return "Nobody has looked yet which numbers are quiet; 01_inventory.ipynb finds out."
    dates = [decision.traffic.until for decision in _billed(decisions, now) if decision.traffic]
    old = [moment for moment in dates if now - moment > WEEK]
    if old:
        quiet = "1 quiet number is" if len(old) == 1 else f"{len(old):,} quiet numbers are"
        return (
            f"{quiet} billed within a week and not listed: the last look is of {day(max(old))}, which is more than a "
            "week ago. 01_inventory.ipynb looks again."
        )
    if rows:
        return ""
    unknown = numbers - sum(decision.verdict is not Verdict.UNKNOWN for decision in decisions)
    unjudged = f" {unknown:,} of the {numbers:,} numbers could not be judged, and may be quiet." if unknown else ""
    return (
        "Nothing is due within a week: no number is billed that was found quiet and connected to nothing, and no "
        f"released one is lost for good.{unjudged}"
    )


def _billed(decisions: Iterable[Decision], now: datetime) -> Iterator[Decision]:
    """Pick the quiet numbers that are billed within a week, have no blocker and no known connection."""
    for decision in decisions:
        wired = decision.wiring is not None and decision.wiring.wired is True
        is_billed = decision.next_billing is not None and now.date() < decision.next_billing <= (now + WEEK).date()
        if decision.verdict is Verdict.QUIET and is_billed and not (wired or decision.blockers):
            yield decision


def _is_too_old(decision: Decision, now: datetime) -> bool:
    return decision.traffic is None or now - decision.traffic.until > WEEK


def _quiet(decision: Decision) -> Due:
    unwired = decision.wiring is not None and decision.wiring.wired is False
    price, traffic, billed = decision.price, decision.traffic, decision.next_billing
    return Due(
        UNWIRED if unwired else NOT_WHOLLY_SEEN,
        decision.number.phone_number,
        decision.number.get("friendly_name"),
        decision.account.friendly_name,
        (billed or date.max) - timedelta(days=1),
        price.monthly if price else None,
        price.currency if price else None,
        traffic.until if traffic else None,
    )


def _reclaimable(entries: Iterable[Entry], now: datetime) -> Iterator[Due]:
    for entry in entries:
        if entry.state in LEFT and entry.reclaim_by and now < entry.reclaim_by <= now + WEEK:
            name = entry.number.get("friendly_name") if entry.number else None
            last_good_day = (entry.reclaim_by - timedelta(days=1)).date()
            account = entry.details.get("account_name")
            yield Due(TAKE_BACK, entry.phone_number, name, account, last_good_day, None, None, None)
