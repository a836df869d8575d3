"""
What releases saved since the journal's first entry, by month and account.  Pure.

A released number saves its monthly price on each day on which Twilio would have billed it.  A parked number saves
nothing: it goes on costing.  A number that was taken back, or that the company has again, is left out.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from helpers.core.dates import readable
from helpers.core.records import PlanAct
from helpers.evidence.billing import next_billing_day
from helpers.journal.entries import Entry
from helpers.journal.states import Act, State


@dataclass(frozen=True, slots=True)
class Saving:
    """What the released numbers of an account saved in a month."""

    #: The first day of the month.
    month: date
    account_sid: str
    account: str
    currency: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Savings:
    """What was saved until now, and of what it consists."""

    #: By month, account and currency; a month in which nothing was billed yet is not there.
    rows: tuple[Saving, ...]
    #: When the journal's first entry was written; None where there is none.
    since: datetime | None
    #: The released numbers that count, those of them whose price is not known, and those that came back.
    released: int
    without_price: int
    taken_back: int
    #: The numbers that are parked, and so go on costing.
    parked: int
    #: Currency -> what those that count save a month from now on.
    a_month: dict[str, Decimal]


def add_up_savings(entries: Iterable[Entry], *, held: Collection[str], now: datetime) -> Savings:
    """
    Add up what the releases in a journal saved until now.

    Args:
        held: The phone numbers that the company has now: one of them that was released came back without this kit.
    """
    amounts: dict[tuple[date, str, str, str], Decimal] = {}
    a_month: dict[str, Decimal] = {}
    first: datetime | None = None
    released = without_price = taken_back = 0
    #: Number -> when it was moved last, and whether it was parked then.
    moved: dict[str, tuple[datetime, bool]] = {}
    for entry in entries:
        first = min(first or entry.rows[0].at, entry.rows[0].at)
        if entry.act == Act.MOVE and entry.state == State.MOVED:
            parked = entry.details.get("plan_act") == PlanAct.PARK
            moved[entry.number_sid] = max(moved.get(entry.number_sid, (entry.at, parked)), (entry.at, parked))
        if entry.act != Act.RELEASE:
            continue
        if entry.state == State.RESTORED or (entry.released and entry.phone_number in held):
            taken_back += 1
            continue
        left = entry.left_at
        if not entry.released or left is None:
            continue
        released += 1
        price = _price(entry.details.get("price"))
        if price is None:
            without_price += 1
            continue
        currency, monthly = price
        a_month[currency] = a_month.get(currency, Decimal(0)) + monthly
        for billed in _billing_days(entry, left.date(), now.date()):
            of = (billed.replace(day=1), entry.account_sid, str(entry.details.get("account_name") or ""), currency)
            amounts[of] = amounts.get(of, Decimal(0)) + monthly
    rows = (Saving(*of, amount) for of, amount in sorted(amounts.items()))
    return Savings(
        tuple(rows),
        first,
        released,
        without_price,
        taken_back,
        sum(is_parked for _, is_parked in moved.values()),
        a_month,
    )


def _billing_days(entry: Entry, left: date, today: date) -> Iterable[date]:
    """List the days after it left on which Twilio would have billed it; by months, if its purchase is not known."""
    number = entry.number
    bought = readable(number.get("date_created")) if number else None
    day = left
    while (day := next_billing_day(bought.date() if bought else left, today=day + timedelta(days=1))) <= today:
        yield day


def _price(stated: object) -> tuple[str, Decimal] | None:
    """Read the price that the journal wrote down at the release, like "USD 1.15"; None where it was not known."""
    currency, _, amount = str(stated or "").partition(" ")
    try:
        return (currency, Decimal(amount)) if amount else None
    except InvalidOperation:
        return None
