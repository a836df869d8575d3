"""A note about a phone number: a text, its owner, and the day until which it is kept.  Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

#: The time zone in which a day ends last.
_LAST_ZONE = timezone(timedelta(hours=-12))


@dataclass(frozen=True, slots=True)
class NumberNote:
    """What colleagues know of a phone number, as it was written last.  An empty text says nothing."""

    phone_number: str
    note: str
    #: The person or team to ask before it goes.
    owner: str
    #: The last day on which it must not be released.
    keep_until: date | None
    #: The person who wrote it, as ``user@machine``.
    who: str
    at: datetime

    @property
    def says_something(self) -> bool:
        """Whether anything is left of it: a note that was emptied says nothing."""
        return bool(self.note or self.owner or self.keep_until)

    def keeps(self, now: datetime) -> bool:
        """
        Tell whether the number is kept now: until its day is over in every time zone.

        >>> note = NumberNote("+14155550123", "", "", date(2026, 3, 2), "ann@desk", datetime(2026, 3, 1))
        >>> [note.keeps(datetime.fromisoformat(f"2026-03-03T{hour}:00+00:00")) for hour in ("11", "12")]
        [True, False]
        """
        return self.keep_until is not None and now.astimezone(_LAST_ZONE).date() <= self.keep_until
