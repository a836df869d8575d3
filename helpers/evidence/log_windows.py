"""
The log windows, each of some days, into which a log is cut; and the estimate of its size.  Pure.

The pages of a log window come one after the other, because each page gives the address of the next.  The log windows
are read side by side.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from helpers.core.dates import readable
from helpers.core.log_record import LogRecord
from helpers.core.records import Window

#: The size of one log window in records, roughly, and the largest number of log windows.
ENOUGH, MOST = 3000, 16


def cut_window(expected: int, window: Window) -> list[tuple[datetime, datetime]]:
    """
    Cut a window into log windows of whole days, each without its end; together they cover the whole window.

    >>> from datetime import UTC
    >>> [f"{begin:%d %B} - {end:%d %B}" for begin, end in cut_window(
    ...     7000, Window(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 10, 9, tzinfo=UTC)))]
    ['01 March - 06 March', '06 March - 11 March']
    """
    first = midnight(window.since)
    days = (window.until - first).days + 1
    count = min(max(1, expected // ENOUGH), MOST, days)
    cuts = [first + timedelta(days=days * number // count) for number in range(count)]
    return list(zip(cuts, [*cuts[1:], window.until + timedelta(days=1)], strict=True))


def midnight(moment: datetime) -> datetime:
    """Go back to the beginning of the day: Twilio filters logs by whole days."""
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def estimate_size(page: Sequence[LogRecord], log: str, *, since: datetime) -> int:
    """
    Estimate how many records a log has since a day, as if it always grew as fast as on its newest page.

    >>> from datetime import UTC
    >>> page = [LogRecord(start_time=f"Mon, 09 Mar 2026 {hour}:00:00 +0000") for hour in (22, 16, 10)]
    >>> estimate_size(page, "Calls", since=datetime(2026, 3, 1, tzinfo=UTC))
    53
    """
    times = (record.start_time if log == "Calls" else record.date_sent for record in page)
    moments = [moment for written in times if (moment := readable(written)) is not None]
    if not moments:
        return len(page)
    newest, oldest = max(moments), min(moments)
    span = max(1.0, (newest - oldest).total_seconds())
    return max(len(page), int(len(page) * (newest - since).total_seconds() / span))
