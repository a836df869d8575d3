"""
One call or message of traffic in bulk, and its JSON.

The JSON is a form with gaps, and a page of a thousand is there in two thousandths of a
second; encoding the fields of each record would take ten times as long.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import repeat
from re import split, sub
from typing import Any, NamedTuple

from helpers.simulator.world.events import PRICE_OF_A_MINUTE, UNANSWERED, call_fields, message_fields, minutes
from helpers.simulator.world.records import rfc2822_day

BODIES = ("Where is my parcel?", "Thank you!", "Your code is 482913.", "Ready for pick-up.")

#: Marks a gap that is filled with JSON, not with text.
RAW = "!"


class Party(NamedTuple):
    """One end of a call or a message: its number, how that is shown, and its sid if it is the company's."""

    phone_number: str
    shown: str
    sid: str = ""


class LogEvent(NamedTuple):
    """A call or a message: its two ends, its direction and its times."""

    #: Sixty-four bits drawn for it, from which all follows that is left to chance.
    chance: int
    inbound: bool
    ours: Party
    theirs: Party
    #: In seconds since 1970; a message begins and ends at once.
    begin: int
    end: int

    def field(self, name: str) -> str | None:
        """Return the value of a field that a list can be filtered by."""
        if name in ("to", "from"):
            return (self.ours if self.inbound == (name == "to") else self.theirs).phone_number
        return self.status if name == "status" else None

    @property
    def status(self) -> str:
        """How a call ended: an answered one took time."""
        return "completed" if self.end > self.begin else UNANSWERED[0]


#: Writes events as the JSON of their records, one after the other with commas in between.
Writer = Callable[[Iterable[LogEvent]], str]


def call_writer(account_sid: str, tail: str) -> Writer:
    """Make the function that writes the calls of one account; their sids end in *tail*."""
    fill = _form(
        "sid number_sid begin end updated seconds price status caller caller_shown called called_shown direction "
        "forwarded",
        call_fields(
            "%(sid)s",
            account_sid=account_sid,
            number_sid="%(number_sid)s",
            trunk_sid=None,
            caller="%(caller)s",
            called="%(called)s",
            caller_shown="%(caller_shown)s",
            called_shown="%(called_shown)s",
            direction="%(direction)s",
            forwarded_from=RAW + "%(forwarded)s",
            begin="%(begin)s",
            end=RAW + "%(end)s",
            seconds=RAW + "%(seconds)s",
            price=RAW + "%(price)s",
            status="%(status)s",
        )
        | {"date_updated": "%(updated)s"},
    )

    def rows(events: Iterable[LogEvent]) -> Iterator[tuple[str, ...]]:
        # A function called for each field would take longer than the rest of it.
        for chance, inbound, (number, shown, number_sid), (other, other_shown, _), begin, end in events:
            sid = f"CA{chance:016x}{tail}"
            began = _hour(begin // 3600) + _SECONDS[begin % 3600]
            updated = _hour(end // 3600) + _SECONDS[end % 3600]
            ended = f'"{updated}"' if end > begin else "null"
            length, price, status = _by_length(end - begin)
            if inbound:
                who = other, other_shown, number, shown
                yield sid, number_sid, began, ended, updated, length, price, status, *who, "inbound", f'"{number}"'
            else:
                who = number, shown, other, other_shown
                yield sid, number_sid, began, ended, updated, length, price, status, *who, "outbound-api", "null"

    return lambda events: fill(rows(events))


def message_writer(account_sid: str, tail: str) -> Writer:
    """Make the function that writes the messages of one account; their sids end in *tail*."""
    fill = _form(
        "sid body moment sender receiver direction status",
        message_fields(
            "%(sid)s",
            account_sid=account_sid,
            sender="%(sender)s",
            receiver="%(receiver)s",
            body="%(body)s",
            direction="%(direction)s",
            created="%(moment)s",
            sent="%(moment)s",
            service_sid=None,
            status="%(status)s",
        ),
    )

    def rows(events: Iterable[LogEvent]) -> Iterator[tuple[str, ...]]:
        for chance, inbound, (number, _, _), (other, _, _), begin, _ in events:
            about = (
                f"SM{chance:016x}{tail}",
                BODIES[chance % len(BODIES)],
                _hour(begin // 3600) + _SECONDS[begin % 3600],
            )
            if inbound:
                yield (*about, other, number, "inbound", "received")
            else:
                yield (*about, number, other, "outbound-api", "delivered")

    return lambda events: fill(rows(events))


def _form(gaps: str, fields: dict[str, Any]) -> Callable[[Iterable[tuple[str, ...]]], str]:
    """Make JSON with gaps in it, and return what fills them from rows with a value for each of the *gaps*."""
    names = gaps.split()
    # Text and the name of a gap, by turns.
    parts = split(r"%\((\w+)\)s", sub(f'"{RAW}(.*?)"', r"\1", json.dumps(fields)))
    form = [(names.index(part), "") if place % 2 else (-1, part) for place, part in enumerate(parts)]

    def fill(rows: Iterable[tuple[str, ...]]) -> str:
        columns = list(zip(*rows, strict=True))
        if not columns:
            return ""
        many = len(columns[0])
        pieces = (columns[at] if at >= 0 else repeat(text, many) for at, text in form)
        return ", ".join(map("".join, zip(*pieces, strict=True)))

    return fill


# The same hours, lengths and prices come again and again.
_day = cache(rfc2822_day)
_SECONDS = tuple(f"{second // 60:02d}:{second % 60:02d} +0000" for second in range(3600))


@cache
def _hour(hour: int) -> str:
    return f"{_day(hour // 24)} {hour % 24:02d}:"


@cache
def _by_length(seconds: int) -> tuple[str, str, str]:
    if not seconds:
        return "null", "null", UNANSWERED[0]
    return f'"{seconds}"', f'"-{PRICE_OF_A_MINUTE * minutes(seconds):.5f}"', "completed"
