"""
How many records a log is thought to have, and the stretches of days it is cut into.  Pure.

Within a stretch pages come one after the other, because only a page tells where the next
one is; stretches are read side by side.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from helpers.core.dates import readable
from helpers.core.records import Window

#: About how many records one stretch should have, and how many stretches there are at the most.
ENOUGH, MOST = 3000, 16


def stretches(expected: int, window: Window) -> list[tuple[datetime, datetime]]:
    """
    Cut a window into stretches of whole days, each from its first moment to before its last; none is left out.

    >>> from datetime import UTC
    >>> [f"{begin:%d %B} - {end:%d %B}" for begin, end in stretches(
    ...     7000, Window(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 10, 9, tzinfo=UTC)))]
    ['01 March - 06 March', '06 March - 11 March']
    """
    first = midnight(window.since)
    days = (window.until - first).days + 1
    many = min(max(1, expected // ENOUGH), MOST, days)
    cuts = [first + timedelta(days=days * number // many) for number in range(many)]
    return list(zip(cuts, [*cuts[1:], window.until + timedelta(days=1)], strict=True))


def midnight(moment: datetime) -> datetime:
    """Go back to when its day began: logs are asked for by days."""
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def estimate(page: Sequence[Mapping[str, Any]], field: str, *, since: datetime) -> int:
    """
    Guess how many records a log has since a day from its newest page: as many an hour as on that page, all the time.

    >>> from datetime import UTC
    >>> page = [{"start_time": f"Mon, 09 Mar 2026 {hour}:00:00 +0000"} for hour in (22, 16, 10)]
    >>> estimate(page, "start_time", since=datetime(2026, 3, 1, tzinfo=UTC))
    53
    """
    moments = [moment for record in page if (moment := readable(record.get(field))) is not None]
    if not moments:
        return len(page)
    newest, oldest = max(moments), min(moments)
    shown = max(1.0, (newest - oldest).total_seconds())
    return max(len(page), int(len(page) * (newest - since).total_seconds() / shown))
