"""
Find a phone number in whichever account of the company holds it.

Every act asks this when a number is not where it was: released, or moved?
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from helpers.core.errors import CannotRead
from helpers.core.reasons import Cause, Reason
from helpers.core.records import Account, Number, Reach
from helpers.gateway.gateway import Gateway
from helpers.gateway.transport import CONNECTIONS


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

    def moved(self, number: Number) -> Reason:
        """Give the reason that a number is kept for which was found in another account than its own."""
        return Reason(Cause.MOVED_BY_SOMEBODY, {"account": self.account_of(number)})


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

    with ThreadPoolExecutor(CONNECTIONS) as side_by_side:
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
