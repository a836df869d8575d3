"""
The tally of one number's calls and messages, folded from log records page by page.  Pure.

A tally keeps only counts and times of the records, so memory does not grow with the log.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache

from helpers.core.dates import iso_or_none, to_iso
from helpers.core.log_record import LogRecord
from helpers.core.reasons import Reason
from helpers.core.records import Traffic, TrafficReading, Window

#: Twilio's rule for an active number: in the last month, at least 3 completed calls of at least 12 seconds, or at least
#: 3 texts (https://www.twilio.com/docs/phone-numbers/best-practices).
RECENT, LONG_CALL, ENOUGH = timedelta(days=30), 12, 3

#: A number in an address; or one without its "+" that is the name of a SIP address, where less is an extension.
_E164 = re.compile(r"(?:\+|%2[Bb])([0-9]{5,15})|^(?i:sips?:)?([0-9]{9,15})@")
#: Direction -> the side of a record that is the account's own; for any other direction, it may be either side.
_OWN = {
    **dict.fromkeys(("inbound", "trunking-originating"), "to"),
    **dict.fromkeys(
        ("outbound-api", "outbound-dial", "outbound-call", "outbound-reply", "trunking-terminating"), "from"
    ),
}
#: In the place of a messaging service: the record may be of any number of the account.
ANY = ""
_SERVICE = re.compile("MG[0-9a-fA-F]{32}")
_NUMBER = r"\+[0-9]{3,15}"
#: Numbers, channels, clients, SIMs, SIP addresses (Twilio: "formatted as name@company.com") and short codes.
_ADDRESS = rf"(whatsapp:)?{_NUMBER}|(messenger|rcs|client|sim|sips?):\S.*|[^\s@:]+@[^\s@:]+|[0-9]{{3,8}}"
#: Words that programs write for "nothing", which are no names.
_NO_NAME = "(?i:nan|nil|none|null|undefined|unknown)$"
#: Log and side -> the known forms of an address.  A forwarded call states a withheld caller in words
#: (https://www.twilio.com/changelog/upcoming-changes-to-withheld-caller-ids-behavior-for-dial-calls);
#: a message may come from a name (https://www.twilio.com/docs/glossary/what-alphanumeric-sender-id).
_KNOWN = {
    ("Calls", "to"): re.compile(_ADDRESS),
    ("Calls", "from"): re.compile(
        rf"{_ADDRESS}|(?i:anonymous|blocked|private|restricted|unavailable|unknown|withheld)",
    ),
    ("Messages", "to"): re.compile(_ADDRESS),
    ("Messages", "from"): re.compile(rf"{_ADDRESS}|(?!{_NO_NAME})(?=.*[A-Za-z])[A-Za-z0-9][A-Za-z0-9 _&+.-]{{0,10}}"),
}


def bare_number(address: str) -> str | None:
    """
    Extract the E.164 number from an address; WhatsApp and SIP addresses contain one, the latter also without its "+".

    >>> [bare_number(address) for address in ("whatsapp:+14155550114", "client:anna", "sip:1001@acme.example")]
    ['+14155550114', None, None]
    >>> {bare_number(f"{name}@acme.example") for name in ("sip:+14155550114", "sip:%2B14155550114", "14155550114")}
    {'+14155550114'}
    """
    if address.startswith("+"):
        return address
    match = _E164.search(address)
    return f"+{match[1] or match[2]}" if match else None


class Tally:
    """Counts and latest times of one number's calls and messages."""

    __slots__ = ("calls", "last", "long_calls", "messages", "texts")

    def __init__(self) -> None:
        self.calls = self.messages = 0
        #: In the last month, for Twilio's rule.
        self.long_calls = self.texts = 0
        #: Log and side -> the latest time as ISO text, which sorts like the time.
        self.last: dict[tuple[str, str], str] = {}

    @classmethod
    def of(cls, tallies: Iterable["Tally"]) -> "Tally":
        """Join the tallies of one number's written forms."""
        whole = cls()
        for tally in tallies:
            whole.calls += tally.calls
            whole.messages += tally.messages
            whole.long_calls += tally.long_calls
            whole.texts += tally.texts
            for side, at in tally.last.items():
                whole.last[side] = max(at, whole.last.get(side, ""))
        return whole

    @property
    def active(self) -> bool:
        """Whether the records so far satisfy Twilio's rule."""
        return self.long_calls >= ENOUGH or self.texts >= ENOUGH

    def traffic(
        self,
        window: Window,
        *,
        unread: Mapping[str, Reason],
        more: bool = False,
        oldest_message: datetime | None = None,
        kept_short: bool = False,
        waiting: int = 0,
        way: TrafficReading | None = None,
    ) -> Traffic:
        """
        Sum up the tally.  In an unread log, the records seen still count, and a count of 0 is unknown instead.

        Args:
            unread: The logs that were not read to their end, each with the reason.

            more: Whether only the newest records were counted.

            oldest_message: The time of the oldest message seen in the account; if None, the number's own latest
                messages show how far back the log reaches at least.

            kept_short: Whether the account keeps messages for less than the window.

            waiting: The messages that wait to be sent from the number, or from a service that may choose it.

            way: The method of reading, and its requests.
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
            waiting=waiting,
            oldest_message=oldest_message or min(filter(None, messages.values()), default=None),
            way=way,
        )


def fold(
    tallies: Mapping[str, Tally],
    resource: str,
    records: Iterable[LogRecord],
    *,
    until: datetime,
    begin: datetime | None = None,
    end: datetime | None = None,
    nameless: set[str] | None = None,
) -> int:
    """
    Fold log records into the tallies of the numbers that they name.

    Args:
        tallies: The tallies by E.164 number, one for each written form of a number; and by the sid of a number, for
            calls whose ``to`` names none.

        begin: Records before this time do not count.

        end: Records at or after this time do not count, so that overlapping log windows count no record twice.
            A record without a readable time always counts.

        nameless: Receives, for each record whose own side names no number, its messaging service or ``ANY``.  For the
            numbers that such a record may be of, silence proves nothing.

    Returns:
        The number of records that counted, of all numbers.
    """
    calls = resource == "Calls"
    to, from_ = (resource, "to"), (resource, "from")
    month_ago = _iso(until - RECENT)
    nameless = set() if nameless is None else nameless
    find = tallies.get
    counted = 0
    # This loop runs for millions of records, so it avoids function calls.
    for at, own, record in _between(records, begin, end, calls=calls):
        counted += 1
        recent = at >= month_ago
        for address, key, other in ((record.to, to, "from"), (record.from_, from_, "to")):
            try:
                tally = find(address)
            except TypeError:
                tally = None
            if tally is None:
                text = address if type(address) is str else ""
                receiver = _find_receiver(find, record) if key is to and own != other else None
                if own != other and receiver is None and not _is_known(key, text):
                    nameless.add(ANY if calls or own != "from" else service_of(record))
                tally = receiver if text.startswith("+") else find(bare_number(text) or "") or receiver
                if tally is None:
                    continue
            if not calls:
                tally.messages += 1
                tally.texts += recent
            else:
                tally.calls += 1
                if recent and tally.long_calls < ENOUGH and record.status == "completed":
                    tally.long_calls += _seconds(record) >= LONG_CALL
            if at > tally.last.get(key, "") and _is_time(at):
                tally.last[key] = at
    return counted


def _find_receiver(find: Callable[[str], Tally | None], call: LogRecord) -> Tally | None:
    """
    Find the tally of the number that received a call, by the sid of the number.

    Twilio states it for a call that came in; of another call, it is the sid of the caller id
    (https://www.twilio.com/docs/voice/api/call-resource).
    """
    sid = call.phone_number_sid
    return find(sid) if isinstance(sid, str) else None


@lru_cache(maxsize=4096)
def _is_known(key: tuple[str, str], address: str) -> bool:
    """Tell whether an address has a known form for this log and side."""
    return _KNOWN[key].fullmatch(address) is not None


def service_of(message: LogRecord) -> str:
    """Return the messaging service of a message that has no sender yet; ``ANY`` if the record does not say."""
    service = message.messaging_service_sid
    unsent = message.from_ in (None, "")  # may be a list, which cannot be hashed
    return service if unsent and isinstance(service, str) and _SERVICE.fullmatch(service) else ANY


def _between(
    records: Iterable[LogRecord], begin: datetime | None, end: datetime | None, *, calls: bool
) -> Iterator[tuple[str, str | None, LogRecord]]:
    """
    Pick the records of a period.

    Each comes with its time in ISO form ("" if unknown), and with the account's own side (None if unknown).
    """
    first, last = (_iso(begin) if begin else ""), (_iso(end) if end else "9")
    days = _Days()
    for record in records:
        written = (record.start_time if calls else record.date_sent) or record.date_created or ""
        try:
            at = days[written[:16]] + written[16:25] if written[25:] == " +0000" else ""
        except (ValueError, TypeError, KeyError):
            # The record still counts, although its time is not in Twilio's format.
            at = ""
        if not at:
            at = (iso_or_none(record.date_created) or "").replace("T", " ")
        try:
            own = _OWN.get(record.direction)
        except TypeError:
            own = None
        if first <= at < last or not at:
            yield at, own, record


class _Days(dict[str, str]):
    """A cache of days: Twilio's format to ISO format.  A log repeats the same few days."""

    def __missing__(self, written: str) -> str:
        day = to_iso(f"{written} 00:00:00 +0000")[:10]
        self[written] = date.fromisoformat(day).isoformat()
        return self[written]


def _is_time(at: str) -> bool:
    """Tell whether a text is a valid ISO time; ``_Days`` has checked the day."""
    try:
        return datetime.fromisoformat(at).isoformat(" ") == at
    except ValueError:
        return False


def _seconds(call: LogRecord) -> int:
    try:
        return int(call.duration or 0)
    except (ValueError, TypeError, OverflowError):
        # An unreadable duration proves no long call.
        return 0


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S")
