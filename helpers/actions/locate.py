"""
Find the account of the company that holds a phone number.

This tells a released number from a moved one.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from helpers.core.errors import CannotRead
from helpers.core.reasons import Cause, Reason
from helpers.core.records import Account, Number, Reach
from helpers.gateway.gateway import Gateway


@dataclass(frozen=True, slots=True)
class Search:
    """The result of a search for a phone number in all accounts."""

    numbers: tuple[Number, ...]
    #: Why the search did not cover every account; if there is a reason, the search proves nothing.
    unread: tuple[Reason, ...]
    #: The names of the accounts, by sid.
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def gap(self) -> str:
        """The first reason in a sentence; empty if the search covered every account."""
        return str(CannotRead(self.unread[0])) if self.unread else ""

    def by_sid(self, sid: str) -> Number | None:
        """Pick the number with this sid: another number may hold the same phone number now."""
        return next((number for number in self.numbers if number.sid == sid), None)

    def account_of(self, number: Number) -> str:
        """Name the account of a number, for the operator."""
        return f"{self.names.get(number.account_sid) or 'without a name'} ({number.account_sid})"

    def reason_of_move(self, number: Number) -> Reason:
        """Make the reason that a number is kept because somebody moved it to another account."""
        return Reason(Cause.MOVED_BY_SOMEBODY, {"account": self.account_of(number)})

    def reason_of_another(self, number: Number) -> Reason:
        """Make the reason that a number is the company's with another sid, as after a restore."""
        return Reason(Cause.ANOTHER_SID, {"sid": number.sid, "account": self.account_of(number)})


def find_everywhere(gateway: Gateway, reach: Reach, phone_number: str, *, home: str) -> Search:
    """
    Search every account for a phone number; the list of accounts is read anew.

    The result has a reason for each account that could not be read: such a search does not prove that the number was
    released.

    Args:
        home: The account that held the number.  Where these credentials do not see it, the desk is that of another
            company, and the search proves nothing.
    """
    try:
        accounts = list(gateway.accounts()) if reach.whole_company else [reach.account, *reach.keyed]
    except CannotRead as failure:
        return Search((), (failure.reason,))

    def search(account: Account) -> tuple[list[Number], Reason | None]:
        if account.status == "closed":
            return [], None
        try:
            matches = gateway.numbers(account.sid, phone_number=phone_number)
            # Twilio also returns numbers that only contain these digits.
            return [number for number in matches if number.phone_number == phone_number], None
        except CannotRead as failure:
            return [], failure.reason

    with ThreadPoolExecutor(gateway.threads) as side_by_side:
        searches = list(side_by_side.map(search, accounts))
    unread = [failure for _, failure in searches if failure]
    if home not in {account.sid for account in accounts}:
        unread = [Reason(Cause.ACCOUNT_OUT_OF_SIGHT, {"account": home}), *unread]
    if not reach.whole_company:
        unread.append(Reason(Cause.COMPANY_OUT_OF_SIGHT))
    names = {account.sid: account.friendly_name for account in accounts}
    return Search(tuple(number for numbers, _ in searches for number in numbers), tuple(unread), names)
