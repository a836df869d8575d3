"""
Traffic in bulk: a log of which only the length is known until somebody looks.

Its records are spread evenly over the ninety days before the world was born, so that
when the n-th of them happened, and in which direction, is arithmetic.  Who was called
is drawn when that is first asked, twelve bytes each; its text is written anew each time.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import accumulate
from random import Random
from typing import overload

from helpers.simulator.bulk_text import Event, Writer, call_writer, message_writer
from helpers.simulator.events import PRICE_OF_A_MESSAGE, PRICE_OF_A_MINUTE, minutes
from helpers.simulator.fiction import others
from helpers.simulator.log import Bill, Log, Wanted
from helpers.simulator.records import Record, made_sid

#: Over how many days traffic is spread.
DAYS = 90
#: How many calls out of ten are answered, and how many seconds those take, at least and at most.
ANSWERED = 9
SHORTEST, LONGEST = 12, 600


@dataclass(frozen=True)
class Kind:
    """What a log is a log of."""

    name: str
    #: How many out of five come in.
    inbound: int
    #: The field that says when one happened.
    moment: str
    prefix: str
    writer: Callable[[str], Writer]
    #: The minutes or messages that one is charged for, on average, and the price of each.
    units: float
    price: float


_OTHERS = others()
_LENGTHS = range(SHORTEST, LONGEST + 1)
_MINUTES = (ANSWERED * sum(map(minutes, _LENGTHS)) / len(_LENGTHS) + (10 - ANSWERED) * minutes(0)) / 10
CALLS = Kind("calls", 4, "start_time", "CA", call_writer, _MINUTES, PRICE_OF_A_MINUTE)
MESSAGES = Kind("messages", 3, "date_sent", "SM", message_writer, 1, PRICE_OF_A_MESSAGE)


class BulkLog(Log):
    """
    So many calls, or messages, of some numbers.

    Args:
        numbers: The busiest first: the second has half as many as the first, the third a
            third, and so on.
    """

    def __init__(
        self, kind: Kind, *, seed: str, born: datetime, account_sid: str, numbers: Sequence[str], count: int
    ) -> None:
        self._kind = kind
        self._count = count
        self._born = int(born.timestamp())
        #: Seconds from one record to the next.
        self._step = DAYS * 86_400 / max(1, count)
        self._numbers = numbers
        self._sids = [made_sid("PN", seed, phone_number) for phone_number in numbers]
        self._key = f"{seed} {kind.name} {account_sid}"
        #: How the sids of all of them end.
        self._tail = made_sid("", self._key)[:16]
        self._write = kind.writer(account_sid)

    @overload
    def __getitem__(self, place: int) -> Record: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Record]: ...
    def __getitem__(self, place: int | slice) -> Record | Sequence[Record]:
        return self.select(Wanted())[place]

    def __len__(self) -> int:
        return self._count

    def select(self, wanted: Wanted) -> Sequence[Record]:
        """Narrow the log down by number, then by time, and look only at what is left."""
        equal = dict(wanted.equal)
        places: Sequence[int] = range(self._count)
        for name, inbound in (("to", True), ("from", False)):
            # Whoever is not one of the others is one of the numbers, or has no part in this log.
            if name in equal and equal[name] not in _OTHERS:
                places = self._places.get((equal.pop(name), inbound), ())
                break
        places = self._between(places, *wanted.span(self._kind.moment))
        first, last = (moment.timestamp() for moment in wanted.span("end_time"))
        if equal or "end_time" in wanted.spans:
            events = ((place, self.event(place)) for place in places)
            places = [
                place
                for place, event in events
                if first <= event.end <= last and all(event.told(name) == value for name, value in equal.items())
            ]
        return _Selection(self, places)

    def bill(self, first: datetime, last: datetime) -> tuple[Bill, Bill]:
        """Count without looking; minutes and money are those of so many average ones."""
        places = self._between(range(self._count), first, last)
        inbound = sum(1 for place in places[: len(places) % 5] if self._inbound(place))
        inbound += len(places) // 5 * self._kind.inbound
        return self._bill(inbound), self._bill(len(places) - inbound)

    def event(self, place: int) -> Event:
        """Tell what happened at a place of the log."""
        chances, owners = self._drawn
        chance, owner = chances[place], owners[place]
        seconds = 0
        if self._kind is CALLS and chance % 10 < ANSWERED:
            seconds = _LENGTHS[(chance >> 20) % len(_LENGTHS)]
        begin = self._moment(place)
        somebody = _OTHERS[(chance >> 8) % len(_OTHERS)]
        number, sid = self._numbers[owner], self._sids[owner]
        return Event(chance, self._inbound(place), number, sid, somebody, begin, begin + seconds)

    def record(self, place: int) -> Record:
        """Write down what happened at a place of the log."""
        event = self.event(place)
        sid = f"{self._kind.prefix}{event.chance:016x}{self._tail}"
        return Record(place, sid=sid, text=self._write(sid, event))

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
        """What is left to chance, and whose call it is: its number's place among the numbers."""
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
        return {(self._numbers[owner], inbound): places for (owner, inbound), places in found.items()}


class _Selection(Sequence[Record]):
    """Some places of a log, written down when they are shown."""

    def __init__(self, log: BulkLog, places: Sequence[int]) -> None:
        self._log = log
        self._places = places

    @overload
    def __getitem__(self, place: int) -> Record: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Record]: ...
    def __getitem__(self, place: int | slice) -> Record | Sequence[Record]:
        if isinstance(place, slice):
            return [self._log.record(there) for there in self._places[place]]
        return self._log.record(self._places[place])

    def __len__(self) -> int:
        return len(self._places)
