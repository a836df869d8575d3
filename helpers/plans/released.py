"""What a plan released, by the journal alone: the file of the plan may be gone, or on another computer."""

from dataclasses import dataclass
from datetime import datetime

from helpers.journal.entries import Entry


@dataclass(frozen=True, slots=True)
class ReleasedNumber:
    """The facts of a released number that a report shows; money is text, as in a plan."""

    sid: str
    account_sid: str
    account: str
    phone_number: str
    name: str
    #: Its price when it was released, in the currency; None if it was unknown.
    monthly: str | None
    currency: str | None


@dataclass(frozen=True, slots=True)
class ReleasedPlan:
    """A plan of which something can still be taken back."""

    id: str
    company: str
    #: When the first of its numbers was confirmed.
    at: datetime
    #: How many of its numbers may be taken back still, and the labels of their accounts.
    numbers: int
    accounts: tuple[str, ...]
    #: When the first of them is lost; None where that is unknown.
    until: datetime | None
    #: Why the plan was made; empty if nobody said.
    why: str


def released_in(entry: Entry, account: str) -> ReleasedNumber:
    """
    Read a released number from its entry.

    Args:
        account: The label of its account.
    """
    number, (monthly, currency) = entry.number, price_in(entry)
    return ReleasedNumber(
        entry.number_sid,
        entry.account_sid,
        account,
        entry.phone_number,
        number.friendly_name if number else "",
        monthly,
        currency,
    )


def price_in(entry: Entry) -> tuple[str | None, str | None]:
    """Read what a number cost a month when its act was confirmed, and in which currency; twice None if unknown."""
    price = entry.details.get("price")
    if not isinstance(price, str) or " " not in price:
        return None, None
    currency, monthly = price.split(" ", 1)
    return monthly, currency
