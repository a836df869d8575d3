"""
What is due within a week: quiet numbers to look at before their bill, released ones to take back.  Pure.

A quiet number is advised to be looked at, never to be released: only the look before a
release sees it as it is then.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from helpers.core.dates import day
from helpers.core.records import Decision, Verdict
from helpers.journal.entries import Entry
from helpers.journal.states import LEFT

#: What comes later than that is not urgent; and by a look that is older, no number is called quiet now.
WEEK = timedelta(days=7)
UNWIRED = "look at it: quiet, nothing found connected to it"
NOT_WHOLLY_SEEN = "look at it: quiet, but what it is connected to could not all be looked at"
TAKE_BACK = "take back, if anybody misses it"


class Due(NamedTuple):
    """One number, and what to do about it until when."""

    what: str
    phone_number: str
    name: str | None
    account: str | None
    last_good_day: date
    monthly: Decimal | None
    currency: str | None
    #: When it was found quiet; None for a released one.
    looked_at: datetime | None


def what_is_due(decisions: Iterable[Decision], entries: Iterable[Entry], *, now: datetime) -> list[Due]:
    """
    List what has to be looked at or taken back within a week, the most urgent first.

    A number that is connected to something is not among the quiet ones, and neither is one that was
    looked at more than a week ago.  The last good day is the day before the bill: Twilio gives nothing
    back for a month that was begun.
    """
    quiet = (_quiet(decision) for decision in _billed(decisions, now) if not _too_old(decision, now))
    return sorted([*quiet, *_lost(entries, now)], key=lambda row: (row.last_good_day, row.phone_number))


def about_due(decisions: Sequence[Decision], rows: Sequence[Due], *, now: datetime) -> str:
    """Say why the list is empty, or which numbers are left out of it because nobody looked lately."""
    if decisions and all(decision.traffic is None for decision in decisions):
        return "Nobody has looked yet which numbers are quiet; 01_inventory.ipynb finds out."
    looks = [decision.traffic.until for decision in _billed(decisions, now) if decision.traffic]
    old = [moment for moment in looks if now - moment > WEEK]
    if old:
        numbers = "1 quiet number is" if len(old) == 1 else f"{len(old):,} quiet numbers are"
        return (
            f"{numbers} billed within a week and not listed: the last look is of {day(max(old))}, which is more than a "
            "week ago. 01_inventory.ipynb looks again."
        )
    if rows:
        return ""
    unknown = sum(decision.verdict is Verdict.UNKNOWN for decision in decisions)
    unjudged = (
        f" {unknown:,} of the {len(decisions):,} numbers could not be judged, and may be quiet." if unknown else ""
    )
    return (
        "Nothing is due within a week: no number is billed that was found quiet and connected to nothing, and no "
        f"released one is lost for good.{unjudged}"
    )


def _billed(decisions: Iterable[Decision], now: datetime) -> Iterator[Decision]:
    """Pick the quiet numbers that are billed within a week, as far as nothing is known to be connected to them."""
    for decision in decisions:
        wired = decision.wiring is not None and decision.wiring.wired is True
        billed = decision.next_billing is not None and now.date() < decision.next_billing <= (now + WEEK).date()
        if decision.verdict is Verdict.QUIET and billed and not (wired or decision.blockers):
            yield decision


def _too_old(decision: Decision, now: datetime) -> bool:
    return decision.traffic is None or now - decision.traffic.until > WEEK


def _quiet(decision: Decision) -> Due:
    seen = decision.wiring is not None and decision.wiring.wired is False
    price, traffic, billed = decision.price, decision.traffic, decision.next_billing
    return Due(
        UNWIRED if seen else NOT_WHOLLY_SEEN,
        decision.number.phone_number,
        decision.number.get("friendly_name"),
        decision.account.friendly_name,
        (billed or date.max) - timedelta(days=1),
        price.monthly if price else None,
        price.currency if price else None,
        traffic.until if traffic else None,
    )


def _lost(entries: Iterable[Entry], now: datetime) -> Iterator[Due]:
    for entry in entries:
        if entry.state in LEFT and entry.reclaim_by and now < entry.reclaim_by <= now + WEEK:
            name = entry.number.get("friendly_name") if entry.number else None
            last = (entry.reclaim_by - timedelta(days=1)).date()
            account = entry.details.get("account_name")
            yield Due(TAKE_BACK, entry.phone_number, name, account, last, None, None, None)
