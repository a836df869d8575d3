"""An account's log of calls or messages: its filters, its bills, and a log that is a plain list."""

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import overload

from helpers.simulator.world.events import INBOUND, minutes
from helpers.simulator.world.records import Record

FIRST, LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class LogFilter:
    """Selects records of a log."""

    #: Field -> what it must be.
    equal: Mapping[str, str] = field(default_factory=dict)
    #: Field -> from when to when, both included.
    spans: Mapping[str, tuple[datetime, datetime]] = field(default_factory=dict)
    #: Older records are not there any more.
    kept_since: datetime = FIRST

    def span(self, name: str) -> tuple[datetime, datetime]:
        """Return the first and last moment that a field may have."""
        return self.spans.get(name, (FIRST, LAST))


@dataclass(frozen=True)
class Bill:
    """A count of calls or messages, the units that were charged for, and the money."""

    count: int = 0
    units: int = 0
    price: float = 0.0

    def __add__(self, other: "Bill") -> "Bill":
        return Bill(self.count + other.count, self.units + other.units, self.price + other.price)


class Log(Sequence[Record]):
    """One account's calls, or its messages, newest first."""

    @abstractmethod
    def select(self, criteria: LogFilter) -> Sequence[Record]:
        """Return the records that match *criteria*, in order."""

    @abstractmethod
    def find(self, sid: str, *, since: datetime) -> Record | None:
        """Find the record with a sid, if it is not older."""

    def text(self, records: Sequence[Record]) -> str:
        """Write records of this log as JSON, with commas in between."""
        return ", ".join(record.text for record in records)

    @abstractmethod
    def bill(self, first: datetime, last: datetime) -> tuple[Bill, Bill]:
        """Count inbound and outbound traffic between two moments, without WhatsApp."""


class ListedLog(Log):
    """A log that holds all its records."""

    def __init__(self, records: Iterable[Record], *, moment: str) -> None:
        self._records = list(records)
        #: The field that says when a record happened.
        self._moment = moment

    @overload
    def __getitem__(self, place: int) -> Record: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Record]: ...
    def __getitem__(self, place: int | slice) -> Record | Sequence[Record]:
        return self._records[place]

    def __len__(self) -> int:
        return len(self._records)

    def find(self, sid: str, *, since: datetime) -> Record | None:
        """Look through all records."""
        found = next((record for record in self._records if record.sid == sid), None)
        return found if found and found.times["date_created"] >= since else None

    def select(self, criteria: LogFilter) -> Sequence[Record]:
        """
        Compare every record.

        A filter by a moment leaves out the records that have none, as of a message that waits: unverified.
        """
        return [
            record
            for record in self._records
            if record.times["date_created"] >= criteria.kept_since
            and all(record.fields.get(name) == value for name, value in criteria.equal.items())
            and all(_within(record, name, *span) for name, span in criteria.spans.items())
        ]

    def bill(self, first: datetime, last: datetime) -> tuple[Bill, Bill]:
        """Add the records up."""
        both = {True: Bill(), False: Bill()}
        for record in self._records:
            fields = record.fields
            # WhatsApp is charged for under other names than texts are.
            if not _within(record, self._moment, first, last) or fields["from"].startswith("whatsapp:"):
                continue
            units = minutes(int(fields["duration"] or 0)) if "duration" in fields else 1
            # What was not charged for counts all the same: whether Twilio counts it is unverified.
            bill = Bill(1) if fields["price"] is None else Bill(1, units, -float(fields["price"]))
            both[fields["direction"] in INBOUND] += bill
        return both[True], both[False]


def _within(record: Record, name: str, first: datetime, last: datetime) -> bool:
    moment = record.times.get(name)
    return moment is not None and first <= moment <= last
