"""
Traffic in bulk: a log whose records are made when they are read.

Its records are spread evenly over the ninety days before the world was born, so that
when the n-th of them happened, and in which direction, is arithmetic.  Who was called
is drawn when that is first asked, twelve bytes each; its text is written anew each time.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import accumulate
from random import Random
from typing import overload

from helpers.simulator.world.bulk_json import LogEvent, Party, Writer, call_writer, message_writer
from helpers.simulator.world.events import PRICE_OF_A_MESSAGE, PRICE_OF_A_MINUTE, minutes
from helpers.simulator.world.fictional_numbers import others, shown
from helpers.simulator.world.records import Record, made_sid
from helpers.simulator.world.traffic_log import Bill, Log, LogFilter

#: Over how many days traffic is spread.
DAYS = 90
#: How many calls out of ten are answered, and how many seconds those take, at least and at most.
ANSWERED = 9
SHORTEST, LONGEST = 12, 600


@dataclass(frozen=True)
class LogKind:
    """Describes calls or messages as the entries of a log."""

    name: str
    #: How many out of five come in.
    inbound: int
    #: The field that says when one happened.
    moment: str
    prefix: str
    writer: Callable[[str, str], Writer]
    #: The minutes or messages that one is charged for, on average, and the price of each.
    units: float
    price: float


_OTHERS = {number: Party(number, shown(number)) for number in others()}
_SOMEBODY = tuple(_OTHERS.values())
_LENGTHS = range(SHORTEST, LONGEST + 1)
_MINUTES = ANSWERED / 10 * sum(map(minutes, _LENGTHS)) / len(_LENGTHS)
CALLS = LogKind("calls", 4, "start_time", "CA", call_writer, _MINUTES, PRICE_OF_A_MINUTE)
MESSAGES = LogKind("messages", 3, "date_sent", "SM", message_writer, 1, PRICE_OF_A_MESSAGE)


class BulkLog(Log):
    """
    So many calls, or messages, of some numbers.

    Args:
        numbers: The busiest first: the second has half as many as the first, the third a
            third, and so on.
    """

    def __init__(
        self, kind: LogKind, *, seed: str, born: datetime, account_sid: str, numbers: Sequence[str], count: int
    ) -> None:
        self._kind = kind
        self._count = count
        self._born = int(born.timestamp())
        #: Seconds from one record to the next.
        self._step = DAYS * 86_400 / max(1, count)
        self._numbers = [Party(number, shown(number), made_sid("PN", seed, number)) for number in numbers]
        self._key = f"{seed} {kind.name} {account_sid}"
        #: How the sids of all of them end.
        self._tail = made_sid("", self._key)[:16]
        self._write = kind.writer(account_sid, self._tail)

    @overload
    def __getitem__(self, place: int) -> Record: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Record]: ...
    def __getitem__(self, place: int | slice) -> Record | Sequence[Record]:
        return self.select(LogFilter())[place]

    def __len__(self) -> int:
        return self._count

    def select(self, criteria: LogFilter) -> Sequence[Record]:
        """Narrow the log down by number, then by time, and look only at what is left."""
        equal = dict(criteria.equal)
        places: Sequence[int] = range(self._count)
        for name, inbound in (("to", True), ("from", False)):
            # A number that is not one of the others is the company's, or it is not in this log.
            if name in equal and equal[name] not in _OTHERS:
                places = self._places.get((equal.pop(name), inbound), ())
                break
        since, until = criteria.span(self._kind.moment)
        places = self._between(places, max(since, criteria.kept_since), until)
        first, last = (moment.timestamp() for moment in criteria.span("end_time"))
        if equal or "end_time" in criteria.spans:
            places = [
                place
                for place, event in zip(places, self.events(places), strict=True)
                if ("end_time" not in criteria.spans or (event.end > event.begin and first <= event.end <= last))
                and all(event.field(name) == value for name, value in equal.items())
            ]
        return _Selection(self, places)

    def find(self, sid: str, *, since: datetime) -> Record | None:
        """Read what was drawn for the record from its sid, and look for that."""
        drawn = sid.removeprefix(self._kind.prefix).removesuffix(self._tail)
        try:
            place = self._drawn[0].index(int(drawn, 16))
        except (ValueError, OverflowError):
            return None
        record = self.record(place)
        return record if record.sid == sid and self._moment(place) >= since.timestamp() else None

    def bill(self, first: datetime, last: datetime) -> tuple[Bill, Bill]:
        """Count by arithmetic; minutes and money are those of average records."""
        places = self._between(range(self._count), first, last)
        inbound = sum(1 for place in places[: len(places) % 5] if self._inbound(place))
        inbound += len(places) // 5 * self._kind.inbound
        return self._bill(inbound), self._bill(len(places) - inbound)

    def events(self, places: Iterable[int]) -> Iterator[LogEvent]:
        """Make the calls or messages at some places of the log."""
        chances, owners = self._drawn
        numbers, moment, inbound = self._numbers, self._moment, self._kind.inbound
        answered = ANSWERED if self._kind is CALLS else 0
        for place in places:
            chance = chances[place]
            begin = moment(place)
            end = begin + _LENGTHS[(chance >> 20) % len(_LENGTHS)] if chance % 10 < answered else begin
            somebody = _SOMEBODY[(chance >> 8) % len(_SOMEBODY)]
            yield LogEvent(chance, place % 5 < inbound, numbers[owners[place]], somebody, begin, end)

    def record(self, place: int) -> Record:
        """Make a record of the log whose JSON is made when it is read."""
        return _Unwritten(self, place, f"{self._kind.prefix}{self._drawn[0][place]:016x}{self._tail}")

    def write(self, places: Iterable[int]) -> str:
        """Write the records at some places of the log as JSON, with commas in between."""
        return self._write(self.events(places))

    def text(self, records: Sequence[Record]) -> str:
        """Write records of this log as JSON, all at once."""
        return self.write(records.places) if isinstance(records, _Selection) else super().text(records)

    def _bill(self, count: int) -> Bill:
        units = round(count * self._kind.units)
        return Bill(count, units, units * self._kind.price)

    def _inbound(self, place: int) -> bool:
        return place % 5 < self._kind.inbound

    def _moment(self, place: int) -> int:
        # Never the same distance twice, and still in order: later places have earlier moments.
        jitter = (place * 40_503 & 0xFFFF) / 0x10000
        return self._born - 1 - int((place + jitter) * self._step)

    def _between(self, places: Sequence[int], first: datetime, last: datetime) -> Sequence[int]:
        def before_now(place: int) -> int:
            return -self._moment(place)

        start = bisect_left(places, -last.timestamp(), key=before_now)
        return places[start : bisect_right(places, -first.timestamp(), key=before_now)]

    @cached_property
    def _drawn(self) -> "tuple[array[int], array[int]]":
        """The random bits of each record, and the index of its number."""
        dice = Random(self._key)  # noqa: S311  # a story, not a secret
        chances = array("Q", dice.randbytes(8 * self._count))
        weights = list(accumulate(1 / rank for rank in range(1, len(self._numbers) + 1)))
        owners = array("I", dice.choices(range(len(weights)), cum_weights=weights, k=self._count) if weights else ())
        return chances, owners

    @cached_property
    def _places(self) -> "dict[tuple[str, bool], array[int]]":
        """The places of the log at which a number was called, or called somebody."""
        found: dict[tuple[int, bool], array[int]] = {}
        for place, owner in enumerate(self._drawn[1]):
            found.setdefault((owner, self._inbound(place)), array("I")).append(place)
        return {(self._numbers[owner].phone_number, inbound): places for (owner, inbound), places in found.items()}


class _Unwritten(Record):
    """A record whose JSON is made when it is read: finding a page needs only the places of records."""

    __slots__ = ("_log",)

    def __init__(self, log: BulkLog, place: int, sid: str) -> None:
        super().__init__(place, sid=sid)
        self._log = log

    @property
    def text(self) -> str:
        """Its JSON, made once."""
        if self._text is None:
            self._text = self._log.write((self.order,))
        return self._text


class _Selection(Sequence[Record]):
    """The records at some places of a log; their JSON is made when it is read."""

    def __init__(self, log: BulkLog, places: Sequence[int]) -> None:
        self._log = log
        self.places = places

    @overload
    def __getitem__(self, place: int) -> Record: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Record]: ...
    def __getitem__(self, place: int | slice) -> Record | Sequence[Record]:
        if isinstance(place, slice):
            return _Selection(self._log, self.places[place])
        return self._log.record(self.places[place])

    def __len__(self) -> int:
        return len(self.places)
