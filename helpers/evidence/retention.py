"""
How far back an account's log of messages reaches, and whether that covers a window.

Twilio keeps messages for 13 months unless an account was set to keep them for less, down to
7 days, and the log itself does not say which.  It does reach back when it shows a message from
before the window; or when it shows what was billed on the first day on which anything was, for
a log that was cut short lacks its oldest part first.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from helpers.core.dates import readable
from helpers.core.errors import CannotRead
from helpers.core.reasons import Cause, Detail, Reason
from helpers.core.records import Window
from helpers.gateway.gateway import PAGE, Gateway
from helpers.gateway.responses import understood

#: Twilio's own limit: 13 months.
LONGEST = 400
#: Bills of messages that are in neither "sms" nor "mms".  Some are sums of others, so that only the largest counts.
_OTHER = ("channels", "rcs", "whatsapp")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Kept:
    """How far back an account's log of messages reaches."""

    #: When the oldest message was sent that was seen; None where none was.
    oldest: datetime | None
    #: Why silence in the window proves nothing; None where the log reaches back over all of it.
    doubt: Reason | None
    #: Whether that is because messages are kept for less than the window: another look tells no more then.
    short: bool = False


def capped(days: int) -> int:
    """
    Choose how many days are looked at: as many as were asked for, as far as Twilio keeps anything.

    >>> capped(90), capped(500), capped(0)
    (90, 400, 1)
    """
    return max(1, min(days, LONGEST))


def messages_kept(gateway: Gateway, account_sid: str, window: Window, *, billed: int | None = None) -> Kept:
    """
    Find out whether an account's log of messages reaches back over a window: one request where it does, or a few.

    Args:
        billed: How many messages were billed in the window; asked for where None.
    """
    try:
        with understood("Whether its account keeps old messages"):
            before = _page(gateway, account_sid, {"DateSent<": f"{window.since:%Y-%m-%d}"}, page_size=1)
            # A server that takes no notice of what was asked for shows a newer one, which proves nothing.
            older = [sent for record in before if (sent := _sent(record)) is not None and sent <= window.since]
            if older:
                return Kept(min(older), None)
            bills = _Bills(gateway, account_sid, window.since.date())
            if not (bills.until(window.until.date()) if billed is None else billed):
                # Nothing was sent, so there is nothing that the log could lack.
                return Kept(None, None)
            first = bills.first_day(window.until.date())
            return _compared(gateway, account_sid, bills, first, days=window.days)
    except CannotRead as failure:
        return Kept(None, replace(failure.reason, code=Cause.KEEPING_UNKNOWN))


def messages_billed(usage: Mapping[str, int]) -> int:
    """
    Count the messages that were billed, or fewer where Twilio's categories overlap.

    >>> messages_billed({"sms": 3, "mms": 1, "channels": 20, "channels-whatsapp": 20, "calls": 9})
    24
    """
    return (
        usage.get("sms", 0)
        + usage.get("mms", 0)
        + max((usage[one] for one in usage if one.startswith(_OTHER)), default=0)
    )


def lacks(billed: int, listed: int) -> bool:
    """
    Tell whether a log lacks messages that were billed; some stand on the other side of a midnight.

    >>> lacks(5, 0), lacks(5, 5), lacks(1000, 992), lacks(1000, 900)
    (True, False, False, True)
    """
    return listed < billed - billed // 100


def _compared(gateway: Gateway, account_sid: str, bills: "_Bills", first: date, *, days: int) -> Kept:
    """Compare what was billed on a day with what the log shows of it."""
    asked = {"DateSent>": f"{first}", "DateSent<": f"{first + _DAY}"}
    page = _page(gateway, account_sid, asked)
    asked_for = [
        sent for record in page if (sent := _sent(record)) is not None and first <= sent.date() <= first + _DAY
    ]
    shown = [sent for sent in asked_for if sent.date() == first]
    # A full page is more than is counted, and it is of that day: so far the log does reach.
    if len(asked_for) >= PAGE or not lacks(bills.until(first), len(shown)):
        return Kept(min(shown, default=None), None)
    billed = bills.until(first)
    told: dict[str, Detail] = {"billed": billed, "shown": len(shown), "day": first.isoformat(), "days": days}
    return Kept(min(shown, default=None), Reason(Cause.KEPT_FOR_LESS, told), short=True)


class _Bills:
    """What an account was billed for since a day, each stretch asked for once."""

    def __init__(self, gateway: Gateway, account_sid: str, since: date) -> None:
        self._gateway, self._account_sid, self._since = gateway, account_sid, since
        self._known: dict[date, int] = {}

    def until(self, last: date) -> int:
        """Count the messages billed until a day, which is included."""
        if last not in self._known:
            usage = self._gateway.usage(self._account_sid, since=self._since, until=last)
            self._known[last] = messages_billed(usage)
        return self._known[last]

    def first_day(self, last: date) -> date:
        """Find the first day on which a message was billed; there is one until *last*."""
        low, high = 0, (last - self._since).days
        # A busy account's is the very first one.
        middle = 0
        while low < high:
            if self.until(self._since + timedelta(days=middle)):
                high = middle
            else:
                low = middle + 1
            middle = (low + high) // 2
        return self._since + timedelta(days=low)


def _page(
    gateway: Gateway, account_sid: str, filters: Mapping[str, str], *, page_size: int = PAGE
) -> list[dict[str, Any]]:
    """Read the first records, as many as were asked for if there are so many, on however many pages they come."""
    found: list[dict[str, Any]] = []
    for page, _ in gateway.log(account_sid, "Messages", filters, page_size=page_size):
        found += page
        if len(found) >= page_size:
            break
    return found


def _sent(record: Mapping[str, Any]) -> datetime | None:
    return readable(record.get("date_sent")) or readable(record.get("date_created"))
