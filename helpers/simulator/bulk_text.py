"""
One call or message of traffic in bulk, and its JSON.

The JSON is a form with gaps, because a page of a thousand is to be there in a few
thousandths of a second, and encoding the fields of each would take five times as long.
"""

import json
from collections.abc import Callable
from functools import cache
from operator import itemgetter
from re import findall, sub
from typing import Any, NamedTuple

from helpers.simulator.events import PRICE_OF_A_MINUTE, call_fields, message_fields, minutes
from helpers.simulator.fiction import shown
from helpers.simulator.records import rfc2822_day

BODIES = ("Where is my parcel?", "Thank you!", "Your code is 482913.", "Ready for pick-up.")

#: Marks a gap that is filled with JSON, not with text.
RAW = "!"


class Event(NamedTuple):
    """A call or a message: who, when, in which direction."""

    #: Sixty-four bits drawn for it, from which all follows that is left to chance.
    chance: int
    inbound: bool
    phone_number: str
    number_sid: str
    somebody: str
    #: In seconds since 1970; a message begins and ends at once.
    begin: int
    end: int

    def told(self, name: str) -> str | None:
        """Tell one of the fields that a list can be asked by."""
        if name in ("to", "from"):
            return self.phone_number if self.inbound == (name == "to") else self.somebody
        return self.status if name == "status" else None

    @property
    def status(self) -> str:
        """How a call ended: an answered one took time."""
        return "completed" if self.end > self.begin else "no-answer"


Writer = Callable[[str, Event], str]


def call_writer(account_sid: str) -> Writer:
    """Make the function that writes the calls of one account."""
    form, order = _form(
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
            end="%(end)s",
            seconds="%(seconds)s",
            price="%(price)s",
            status="%(status)s",
        )
    )

    def write(sid: str, event: Event) -> str:
        _, inbound, ours, number_sid, theirs, begin, end = event
        caller, called = (theirs, ours) if inbound else (ours, theirs)
        seconds = end - begin
        return form % order(
            {
                "sid": sid,
                "number_sid": number_sid,
                "caller": caller,
                "called": called,
                "caller_shown": _shown(caller),
                "called_shown": _shown(called),
                "direction": "inbound" if inbound else "outbound-api",
                "forwarded": f'"{called}"' if inbound else "null",
                "begin": _date(begin),
                "end": _date(end),
                "seconds": seconds,
                "price": _price(minutes(seconds)),
                "status": "completed" if seconds else "no-answer",
            }
        )

    return write


def message_writer(account_sid: str) -> Writer:
    """Make the function that writes the messages of one account."""
    form, order = _form(
        message_fields(
            "%(sid)s",
            account_sid=account_sid,
            sender="%(sender)s",
            receiver="%(receiver)s",
            body="%(body)s",
            direction="%(direction)s",
            moment="%(moment)s",
            service_sid=None,
            status="%(status)s",
        )
    )

    def write(sid: str, event: Event) -> str:
        chance, inbound, ours, _, theirs, begin, _ = event
        return form % order(
            {
                "sid": sid,
                "sender": theirs if inbound else ours,
                "receiver": ours if inbound else theirs,
                "body": BODIES[chance % len(BODIES)],
                "direction": "inbound" if inbound else "outbound-api",
                "moment": _date(begin),
                "status": "received" if inbound else "delivered",
            }
        )

    return write


def _form(fields: dict[str, Any]) -> tuple[str, Callable[[dict[str, Any]], tuple[Any, ...]]]:
    """Make JSON with gaps in it, and what picks those that fill them, in order: faster than by name."""
    form = sub(f'"{RAW}(.*?)"', r"\1", json.dumps(fields))
    return sub(r"%\(\w+\)s", "%s", form), itemgetter(*findall(r"%\((\w+)\)s", form))


# The busiest numbers and the same days, minutes and prices come again and again.
_shown = cache(shown)
_day = cache(rfc2822_day)


@cache
def _time(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


@cache
def _price(count: int) -> str:
    return f"-{PRICE_OF_A_MINUTE * count:.5f}"


def _date(moment: int) -> str:
    day, second = divmod(moment, 86_400)
    return f"{_day(day)} {_time(second // 60)}:{second % 60:02d} +0000"
