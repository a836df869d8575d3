"""Dates and times in Twilio's format, in ISO 8601 and in words for people."""

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
#: The names of months in Twilio's dates.
MONTHS = tuple(month[:3] for month in _MONTHS)
_NUMBERS = {month: f"{number:02d}" for number, month in enumerate(MONTHS, start=1)}

#: The years of any date that the kit reads.  Twilio began in 2008; the year 1 or 9999 is another program's "no date".
YEARS = range(2000, 3000)
_FIRST, _LAST = str(YEARS[0]), str(YEARS[-1])


#: The time of one of Twilio's dates.
_HOUR = re.compile(r" ([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9] [+]0000").fullmatch


def is_date(text: str) -> bool:
    """Tell whether a text is one of Twilio's dates, which costs little to ask: of 100,000 numbers, the days are few."""
    return _is_day(text[:16]) and _HOUR(text, 16) is not None


@lru_cache(maxsize=10_000)
def _is_day(text: str) -> bool:
    return iso_or_none(f"{text} 00:00:00 +0000") is not None


def readable(text: object) -> datetime | None:
    """
    Parse one of Twilio's dates; return None for a missing or malformed one.

    It parses by position, because ``strptime`` depends on the locale's names of months.

    >>> readable("Thu, 30 Jul 2015 23:19:04 +0000")
    datetime.datetime(2015, 7, 30, 23, 19, 4, tzinfo=datetime.timezone.utc)
    >>> readable("yesterday"), readable("Tue, 31 Feb 2026 08:00:00 +0000"), readable(None)
    (None, None, None)
    """
    iso = iso_or_none(text)
    return datetime.fromisoformat(iso).replace(tzinfo=UTC) if iso else None


def iso_or_none(text: object) -> str | None:
    """Rewrite one of Twilio's dates as ISO 8601; return None for a missing, malformed or impossible one."""
    if not isinstance(text, str) or len(text) != 31 or not _FIRST <= text[12:16] <= _LAST:
        return None
    try:
        iso = to_iso(text)
        return iso if datetime.fromisoformat(iso).isoformat() == iso else None
    except ValueError:
        return None


def to_iso(text: str) -> str:
    """
    Rewrite one of Twilio's dates, UTC, as ISO 8601 without a zone.  Only the form is checked: 31 February passes.

    >>> to_iso("Thu, 30 Jul 2015 23:19:04 +0000")
    '2015-07-30T23:19:04'

    Raises:
        ValueError: The text is not in Twilio's format.
    """
    month = _NUMBERS.get(text[8:11])
    if month is None or len(text) != 31 or text[25:] != " +0000":
        raise ValueError(f"Not a date as Twilio writes them: {text!r}")
    return f"{text[12:16]}-{month}-{text[5:7]}T{text[17:25]}"


def day(when: date) -> str:
    """
    Write a day for people.

    >>> day(date(2026, 12, 4))
    '4 December 2026'
    """
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"


def day_and_hour(moment: datetime) -> str:
    """
    Write a moment for people, in UTC.

    >>> day_and_hour(datetime(2026, 12, 4, 15, 30, tzinfo=UTC))
    '4 December 2026, 15:30 UTC'
    """
    utc = moment.astimezone(UTC)
    return f"{day(utc)}, {utc:%H:%M} UTC"


def how_long(seconds: float) -> str:
    """
    Write a duration for people, in its largest two units.

    >>> how_long(95), how_long(3 * 86400 + 7200), how_long(0.4)
    ('1 minute 35 seconds', '3 days 2 hours', '0 seconds')
    """
    left = max(0, int(seconds))
    parts = []
    for name, size in (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1)):
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count} {name}{'s' if count != 1 else ''}")
    return " ".join(parts[:2]) or "0 seconds"


def about_the_clock(ahead: timedelta) -> tuple[str, ...]:
    """Warn that this computer's clock is wrong; nothing if *ahead*, by which Twilio's clock is ahead, is zero."""
    if not ahead:
        return ()
    side = "behind" if ahead > timedelta() else "ahead of"
    gap = how_long(abs(ahead).total_seconds())
    return (f"This computer's clock is {gap} {side} Twilio's. The kit goes by Twilio's; set it right all the same.",)
