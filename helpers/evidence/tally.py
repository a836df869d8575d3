"""
What was heard on one number, folded from log records as they stream by.  Pure.

Nothing of a record is kept but counts and times, so memory does not grow with the log.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from helpers.core.dates import iso_or_none, to_iso
from helpers.core.reasons import Reason
from helpers.core.records import Traffic, TrafficReading, Window

#: Twilio's rule for an active number: in the last month at least 3 completed calls of 12 seconds
#: or more, or at least 3 texts (https://www.twilio.com/docs/phone-numbers/best-practices).
RECENT, LONG_CALL, ENOUGH = timedelta(days=30), 12, 3

_E164 = re.compile(r"\+[0-9]{5,15}")
#: Direction -> the end of a row that is the account's own; of any other direction, either end may be.
_OWN = {
    **dict.fromkeys(("inbound", "trunking-originating"), "to"),
    **dict.fromkeys(
        ("outbound-api", "outbound-dial", "outbound-call", "outbound-reply", "trunking-terminating"), "from"
    ),
}
#: Stands for all numbers of an account, where a row names neither a number nor a messaging service.
ANY = ""
_SERVICE = re.compile("MG[0-9a-fA-F]{32}")
_NUMBER = r"\+[0-9]{3,15}"
#: Numbers, channels, clients, SIMs, SIP addresses ("formatted as name@company.com", says Twilio) and short codes.
_ADDRESS = rf"(whatsapp:)?{_NUMBER}|(messenger|rcs|client|sim|sips?):\S.*|[^\s@:]+@[^\s@:]+|[0-9]{{3,8}}"
#: Words that programs write for "nothing": a name that reads so is none.
_NO_NAME = "(?i:nan|nil|none|null|undefined|unknown)$"
#: Log and end -> what may stand there.  A withheld caller is passed on in words when its call is forwarded
#: (https://www.twilio.com/changelog/upcoming-changes-to-withheld-caller-ids-behavior-for-dial-calls);
#: a message can come from a name (https://www.twilio.com/docs/glossary/what-alphanumeric-sender-id).
_KNOWN = {
    ("Calls", "to"): re.compile(_ADDRESS),
    ("Calls", "from"): re.compile(
        rf"{_ADDRESS}|(?i:anonymous|blocked|private|restricted|unavailable|unknown|withheld)",
    ),
    ("Messages", "to"): re.compile(_ADDRESS),
    ("Messages", "from"): re.compile(rf"{_ADDRESS}|(?!{_NO_NAME})(?=.*[A-Za-z])[A-Za-z0-9][A-Za-z0-9 _&+.-]{{0,10}}"),
}


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
        window: Window,
        *,
        unread: Mapping[str, Reason],
        more: bool = False,
        oldest_message: datetime | None = None,
        kept_short: bool = False,
        way: TrafficReading | None = None,
    ) -> Traffic:
        """
        Sum up.  Where a log was not read to its end, what was seen still counts, and what was not is unknown.

        Args:
            unread: The logs that were not read to their end, each with the reason.

            more: Whether only the newest records were counted.

            oldest_message: When the oldest message was sent that its account shows, as far as was looked; where
                none was, its own latest ones tell how far back messages are kept at the least.

            kept_short: Whether its account keeps messages for less than that.

            way: How it was found out, and what that cost.
        """
        active: bool | None = self.active
        if not active and (unread or more or window.until - window.since < RECENT):
            active = None
        last = {name: datetime.fromisoformat(f"{at}+00:00") for name, at in self.last.items()}
        messages = {side: last.get(("Messages", side)) for side in ("to", "from")}
        return Traffic(
            since=window.since,
            until=window.until,
            calls=None if "Calls" in unread and not self.calls else self.calls,
            messages=None if "Messages" in unread and not self.messages else self.messages,
            last_call_in=last.get(("Calls", "to")),
            last_call_out=last.get(("Calls", "from")),
            last_message_in=messages["to"],
            last_message_out=messages["from"],
            active=active,
            more=more or bool(unread),
            unread={log: unread[log] for log in sorted(unread)},
            kept_short=kept_short,
            oldest_message=oldest_message or min(filter(None, messages.values()), default=None),
            way=way,
        )


def fold(
    tallies: Mapping[str, Tally],
    resource: str,
    records: Iterable[Mapping[str, Any]],
    *,
    until: datetime,
    begin: datetime | None = None,
    end: datetime | None = None,
    nameless: set[str] | None = None,
) -> int:
    """
    Fold log records into the tallies of the numbers they name, by E.164.

    Args:
        begin, end: Only records from *begin* on and before *end* count, so that stretches that
            overlap at their edges count nothing twice.  A record without a time counts, and so
            does one whose time is not as Twilio writes them.

        nameless: Is told of records whose own end names nothing: the messaging service that one
            of them is of, or ``ANY``.  For the numbers that it could be of, silence proves nothing.

    Returns:
        How many records counted, whoever's they were.
    """
    calls = resource == "Calls"
    sides = [(side, other, (resource, side)) for side, other in (("to", "from"), ("from", "to"))]
    month_ago = _iso(until - RECENT)
    nameless = set() if nameless is None else nameless
    find = tallies.get
    counted = 0
    # Millions of records pass here, so nothing is called that need not be.
    for at, own, record in _between(records, "start_time" if calls else "date_sent", begin, end):
        counted += 1
        recent = at >= month_ago
        for side, other, way in sides:
            address: Any = record.get(side)
            try:
                tally = find(address)
            except TypeError:
                tally = None
            if tally is None:
                text = address if type(address) is str else ""
                if own != other and not _is_known(way, text):
                    nameless.add(ANY if calls else _service(record, own))
                tally = None if text.startswith("+") else find(bare(text) or "")
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


@lru_cache(maxsize=4096)
def _is_known(way: tuple[str, str], address: str) -> bool:
    """Tell whether an address is of a kind that can stand at that end of that log's records."""
    return _KNOWN[way].fullmatch(address) is not None


def _service(message: Mapping[str, Any], own: str | None) -> str:
    """Tell of which messaging service a message is that was sent from no number yet; ``ANY`` where it does not say."""
    service = message.get("messaging_service_sid")
    unsent = own == "from" and message.get("from") in (None, "")  # it may be a list
    return service if unsent and isinstance(service, str) and _SERVICE.fullmatch(service) else ANY


def _between(
    records: Iterable[Mapping[str, Any]], field: str, begin: datetime | None, end: datetime | None
) -> Iterator[tuple[str, str | None, Mapping[str, Any]]]:
    """
    Pick the records of a stretch of time.

    Each comes with its time in ISO form, "" where nobody knows it, and with its own end, None where it may be either.
    """
    first, last = (_iso(begin) if begin else ""), (_iso(end) if end else "9")
    days = _Days()
    for record in records:
        written = record.get(field) or record.get("date_created") or ""
        try:
            at = days[written[:16]] + written[16:25] if written[25:] == " +0000" else ""
        except (ValueError, TypeError, KeyError):
            # It happened, and when is not written as Twilio writes it.
            at = ""
        if not at:
            at = (iso_or_none(record.get("date_created")) or "").replace("T", " ")
        direction: Any = record.get("direction")
        try:
            own = _OWN.get(direction)
        except TypeError:
            own = None
        if first <= at < last or not at:
            yield at, own, record


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
    except (ValueError, TypeError, OverflowError):
        # What cannot be read proves no long call.
        return 0


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S")
