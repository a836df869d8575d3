"""
The retention of an account's messages: how far back the log reaches, and whether that covers a window.

Twilio keeps messages for 13 months, unless an account is set to keep them for less, down to 7 days; the log does not
say which.  The log covers the window if it shows a message from before the window.  It also does if it shows all
messages of the first day with a bill, because a log that is too short lacks its oldest part first.  Owners may also
delete single messages (https://www.twilio.com/docs/messaging/api/message-resource#delete-a-message-resource).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from helpers.core.dates import readable
from helpers.core.errors import CannotRead
from helpers.core.log_record import LogRecord
from helpers.core.reasons import Cause, Detail, Reason
from helpers.core.records import Window
from helpers.gateway.gateway import Gateway
from helpers.gateway.pages import PAGE
from helpers.gateway.responses import understood

#: Twilio's limit in days: 13 months.
LONGEST = 400
#: The categories of messages that are not in "sms" or "mms".  Some are sums of others, so only the largest counts.
_OTHER = ("channels", "rcs", "whatsapp")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Retention:
    """The reach of an account's log of messages."""

    #: The time of the oldest message seen; None if none was seen.
    oldest: datetime | None
    #: Why silence in the window proves nothing; None if the log covers the whole window.
    doubt: Reason | None
    #: Whether the account keeps messages for less than the window, so that reading again shows no more.
    short: bool = False


def limit_days(days: int) -> int:
    """
    Limit a number of days to what Twilio keeps, and to at least one.

    >>> limit_days(90), limit_days(500), limit_days(0)
    (90, 400, 1)
    """
    return max(1, min(days, LONGEST))


def check_retention(gateway: Gateway, account_sid: str, window: Window, *, billed: int | None = None) -> Retention:
    """
    Check whether an account's log of messages covers a window: one request if it shows an older message, else a few.

    Args:
        billed: The number of messages billed in the window; fetched if None.
    """
    try:
        with understood("Whether its account keeps old messages"):
            before = _page(gateway, account_sid, {"DateSent<": f"{window.since:%Y-%m-%d}"}, page_size=1)
            # A server that ignores the filter may show a newer message, which proves nothing.
            older = [sent for record in before if (sent := _sent_at(record)) is not None and sent <= window.since]
            if older:
                return Retention(min(older), None)
            bills = _Bills(gateway, account_sid, window.since.date())
            if not (bills.until(window.until.date()) if billed is None else billed):
                # There were no messages, so the log lacks none.
                return Retention(None, None)
            first = bills.first_day(window.until.date())
            return _compare(gateway, account_sid, bills, first, days=window.days)
    except CannotRead as failure:
        return Retention(None, failure.reason.with_cause(Cause.KEEPING_UNKNOWN, {}))


def compare_bill(
    gateway: Gateway, account_sid: str, window: Window, retention: Retention, *, billed: int | None = None
) -> Retention:
    """
    Compare a log that nobody reads through with the bill: two or three requests.

    An old message shows how far the log reaches back, and not that nothing in between was deleted.  So the kit compares
    all messages of the window where one page holds them, or else those of yesterday.  A log that lacks some is doubted.

    Args:
        retention: What was found out about the log before.

        billed: The number of messages billed in the window; fetched if None.
    """
    if retention.doubt is not None:
        return retention
    first, last = window.since.date(), window.until.date()
    try:
        with understood("Whether its account keeps every message"):
            billed = _Bills(gateway, account_sid, first).until(last) if billed is None else billed
            if billed >= PAGE:
                yesterday = last - _DAY
                compared = _compare(
                    gateway, account_sid, _Bills(gateway, account_sid, yesterday), yesterday, days=window.days
                )
                return Retention(retention.oldest, compared.doubt, short=compared.short)
            page = _page(gateway, account_sid, {"DateSent>": f"{first}"}) if billed else []
            shown = sum((sent := _sent_at(record)) is not None and first <= sent.date() for record in page)
            if len(page) >= PAGE or not is_incomplete(billed, shown):
                return retention
            details: dict[str, Detail] = {"billed": billed, "shown": shown}
            return Retention(retention.oldest, Reason(Cause.NOT_ALL_KEPT, details), short=True)
    except CannotRead:
        # A key may read the logs and no bill; how far the log reaches back is known all the same.
        return retention


def count_billed(usage: Mapping[str, int | None]) -> int | None:
    """
    Count the billed messages, or fewer if Twilio's categories overlap; None if one of their counts is not known.

    >>> count_billed({"sms": 3, "mms": 1, "channels": 20, "channels-whatsapp": 20, "calls": None})
    24
    >>> count_billed({"sms": 3, "mms": None}), count_billed({})
    (None, 0)
    """
    others = [category for category in usage if category.startswith(_OTHER)]
    counts = {category: usage.get(category, 0) for category in ("sms", "mms", *others)}
    known = {category: count for category, count in counts.items() if count is not None}
    if len(known) < len(counts):
        return None
    return known["sms"] + known["mms"] + max((known[category] for category in others), default=0)


def is_incomplete(billed: int, listed: int) -> bool:
    """
    Tell whether a log lacks billed messages; one in a hundred may be missing, because days differ at midnight.

    >>> is_incomplete(5, 0), is_incomplete(5, 5), is_incomplete(1000, 992), is_incomplete(1000, 900)
    (True, False, False, True)
    """
    return listed < billed - billed // 100


def _compare(gateway: Gateway, account_sid: str, bills: "_Bills", first: date, *, days: int) -> Retention:
    """Compare the messages billed on a day with those in the log."""
    page = _page(gateway, account_sid, {"DateSent>": f"{first}", "DateSent<": f"{first + _DAY}"})
    times = [sent for record in page if (sent := _sent_at(record)) is not None and first <= sent.date() <= first + _DAY]
    shown = [sent for sent in times if sent.date() == first]
    # A full page proves that the log reaches this day; the rest of the day is not counted.
    if len(times) >= PAGE or not is_incomplete(bills.until(first), len(shown)):
        return Retention(min(shown, default=None), None)
    billed = bills.until(first)
    details: dict[str, Detail] = {"billed": billed, "shown": len(shown), "day": first.isoformat(), "days": days}
    return Retention(min(shown, default=None), Reason(Cause.KEPT_FOR_LESS, details), short=True)


class _Bills:
    """The billed messages of an account since a day; each day's count is fetched once."""

    def __init__(self, gateway: Gateway, account_sid: str, since: date) -> None:
        self._gateway, self._account_sid, self._since = gateway, account_sid, since
        self._known: dict[date, int] = {}

    def until(self, last: date) -> int:
        """
        Count the messages billed up to and including a day.

        Raises:
            ValueError: Twilio stated no count.
        """
        if last not in self._known:
            billed = count_billed(self._gateway.usage(self._account_sid, since=self._since, until=last))
            if billed is None:
                raise ValueError("count")
            self._known[last] = billed
        return self._known[last]

    def first_day(self, last: date) -> date:
        """Find the first day with a billed message; the caller knows that there is one up to *last*."""
        low, high = 0, (last - self._since).days
        # The search begins at the first day, because on a busy account that is the answer.
        middle = 0
        while low < high:
            if self.until(self._since + timedelta(days=middle)):
                high = middle
            else:
                low = middle + 1
            middle = (low + high) // 2
        return self._since + timedelta(days=low)


def _page(gateway: Gateway, account_sid: str, filters: Mapping[str, str], *, page_size: int = PAGE) -> list[LogRecord]:
    """Read pages of messages until they hold at least *page_size* records, or the log ends."""
    records: list[LogRecord] = []
    for page, _ in gateway.log(account_sid, "Messages", filters, page_size=page_size):
        records += page
        if len(records) >= page_size:
            break
    return records


def _sent_at(record: LogRecord) -> datetime | None:
    return readable(record.date_sent) or readable(record.date_created)
