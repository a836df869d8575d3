"""A number that a plan released, by the journal alone: the file of the plan may be gone, or on another computer."""

from dataclasses import dataclass

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


def released_in(entry: Entry, account: str) -> ReleasedNumber:
    """
    Read a released number from its entry.

    Args:
        account: The label of its account.
    """
    number, price = entry.number, entry.details.get("price")
    currency, monthly = price.split(" ", 1) if isinstance(price, str) and " " in price else (None, None)
    return ReleasedNumber(
        entry.number_sid,
        entry.account_sid,
        account,
        entry.phone_number,
        number.friendly_name if number else "",
        monthly,
        currency,
    )
