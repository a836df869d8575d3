"""
What was heard on one number, folded from log records as they stream by.  Pure.

Nothing of a record is kept but counts and times, so memory does not grow with the log.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from helpers.dates import to_iso
from helpers.records import Traffic

#: Twilio's rule for an active number: in the last month at least 3 completed calls of 12 seconds
#: or more, or at least 3 texts (https://www.twilio.com/docs/phone-numbers/best-practices).
RECENT, LONG_CALL, ENOUGH = timedelta(days=30), 12, 3

_E164 = re.compile(r"\+\d{5,15}")


def bare(address: str | None) -> str | None:
    """
    Take the number out of an address: WhatsApp and SIP wrap it.

    >>> bare("whatsapp:+14155550114"), bare("sip:+14155550114@pbx.acme.example"), bare("client:anna"), bare(None)
    ('+14155550114', '+14155550114', None, None)
    """
    if address is None:
        return None
    if address.startswith("+"):
        return address
    found = _E164.search(address)
    return found[0] if found else None


class Tally:
    """Counts and latest times of one number's calls and messages."""

    __slots__ = ("calls", "last", "long_calls", "messages", "texts")

    def __init__(self) -> None:
        self.calls = self.messages = 0
        #: Of the last month, for Twilio's rule.
        self.long_calls = self.texts = 0
        #: Resource and side -> the latest time, as ISO text, which compares as time does.
        self.last: dict[tuple[str, str], str] = {}

    @property
    def active(self) -> bool:
        """Whether what was seen so far is enough for Twilio's rule."""
        return self.long_calls >= ENOUGH or self.texts >= ENOUGH

    def traffic(
        self,
        *,
        since: datetime,
        until: datetime,
        calls_unread: str | None = None,
        messages_unread: str | None = None,
        more: bool = False,
        oldest_message: datetime | None = None,
        kept_short: bool = False,
        way: str = "",
    ) -> Traffic:
        """
        Sum up.  Where a log was not read to its end, what was seen still counts, and what was not is unknown.

        Args:
            calls_unread, messages_unread: Why that log was not read to its end; None if it was.

            more: Whether only the newest records were counted.

            oldest_message: When the oldest message was sent that its account shows, as far as was looked; where
                none was, its own latest ones tell how far back messages are kept at the least.

            kept_short: Whether its account keeps messages for less than that.

            way: How it was found out, and what that cost.
        """
        unread = {log: why for log, why in (("Calls", calls_unread), ("Messages", messages_unread)) if why is not None}
        active: bool | None = self.active
        if not active and (unread or more or until - since < RECENT):
            active = None
        last = {name: datetime.fromisoformat(f"{at}+00:00") for name, at in self.last.items()}
        messages = {side: last.get(("Messages", side)) for side in ("to", "from")}
        return Traffic(
            since=since,
            until=until,
            calls=None if calls_unread and not self.calls else self.calls,
            messages=None if messages_unread and not self.messages else self.messages,
            last_call_in=last.get(("Calls", "to")),
            last_call_out=last.get(("Calls", "from")),
            last_message_in=messages["to"],
            last_message_out=messages["from"],
            active=active,
            more=more or bool(unread),
            unread=tuple(unread),
            kept_short=kept_short,
            oldest_message=oldest_message or min(filter(None, messages.values()), default=None),
            way=way,
            because=tuple(unread.values()),
        )


def fold(
    tallies: Mapping[str, Tally],
    resource: str,
    records: Iterable[Mapping[str, Any]],
    *,
    until: datetime,
    begin: datetime | None = None,
    end: datetime | None = None,
) -> int:
    """
    Fold log records into the tallies of the numbers they name, by E.164.

    Args:
        begin, end: Only records from *begin* on and before *end* count, so that stretches that
            overlap at their edges count nothing twice.  A record without a time counts, and so
            does one whose time is not as Twilio writes them.

    Returns:
        How many records counted, whoever's they were.
    """
    calls = resource == "Calls"
    sides = [(side, (resource, side)) for side in ("to", "from")]
    month_ago = _iso(until - RECENT)
    counted = 0
    # Millions of records pass here, so nothing is called that need not be.
    for at, record in _between(records, "start_time" if calls else "date_sent", begin, end):
        counted += 1
        recent = at >= month_ago
        for side, way in sides:
            address = record.get(side) or ""
            tally = tallies.get(address)
            if tally is None and not address.startswith("+"):
                tally = tallies.get(bare(address) or "")
            if tally is None:
                continue
            if not calls:
                tally.messages += 1
                tally.texts += recent
            else:
                tally.calls += 1
                if recent and tally.long_calls < ENOUGH and record.get("status") == "completed":
                    tally.long_calls += _seconds(record) >= LONG_CALL
            if at > tally.last.get(way, "") and _is_time(at):
                tally.last[way] = at
    return counted


def _between(
    records: Iterable[Mapping[str, Any]], field: str, begin: datetime | None, end: datetime | None
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Pick the records of a stretch of time, each with its time in ISO form; "" where nobody knows it."""
    first, last = (_iso(begin) if begin else ""), (_iso(end) if end else "9")
    days = _Days()
    for record in records:
        written = record.get(field) or record.get("date_created") or ""
        try:
            at = days[written[:16]] + written[16:25] if written[25:] == " +0000" else ""
        except (ValueError, TypeError):
            # It happened, and when is not written as Twilio writes it.
            at = ""
        if first <= at < last or not at:
            yield at, record


class _Days(dict[str, str]):
    """Days as Twilio writes them, in ISO form: the same few come again and again."""

    def __missing__(self, written: str) -> str:
        day = to_iso(f"{written} 00:00:00 +0000")[:10]
        self[written] = date.fromisoformat(day).isoformat()
        return self[written]


def _is_time(at: str) -> bool:
    """Tell whether a clock can show it; its day was looked at before."""
    try:
        return datetime.fromisoformat(at).isoformat(" ") == at
    except ValueError:
        return False


def _seconds(call: Mapping[str, Any]) -> int:
    try:
        return int(call.get("duration") or 0)
    except (ValueError, TypeError):
        # What cannot be read proves no long call.
        return 0


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S")
