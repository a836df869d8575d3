"""
From a line of a story ("the hotline, three years old, rings all day") to records.

Everything follows from the seed and the moment the world was born, so that the same
world can be made again after its server was killed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import attrgetter
from random import Random
from typing import Any

from helpers.simulator.fiction import kind_of, place_of, shown
from helpers.simulator.records import (
    BLANK_NUMBER,
    DEMO_SMS,
    DEMO_VOICE,
    VERSION,
    Account,
    Record,
    made_sid,
    number_uri,
    rfc2822,
)

#: What a newly bought number answers with.
DEMO = {"voice_url": DEMO_VOICE, "sms_url": DEMO_SMS}


@dataclass(frozen=True)
class Stretch:
    """So many events, spread over the days from *first* to *last* days ago."""

    count: int
    first: float
    last: float


@dataclass(frozen=True)
class Line:
    """One number of the story."""

    phone_number: str
    #: What it is called; None: as Twilio names a new one.
    name: str | None
    #: Days since it was bought.
    age: float
    #: What is configured.  A value that is a two-letter prefix stands for a sid of that kind.
    fields: dict[str, Any] = field(default_factory=dict)
    calls: tuple[Stretch, ...] = ()
    texts: tuple[Stretch, ...] = ()
    #: Its texts come and go over WhatsApp.
    whatsapp: bool = False
    #: Its texts are sent by a messaging service.
    pooled: bool = False


@dataclass(frozen=True)
class Story:
    """An account's lines, and what makes sids and dates of them."""

    seed: str
    born: datetime
    lines: Callable[[Account], Sequence[Line]]

    def numbers(self, account: Account) -> list[Record]:
        """Make the account's numbers, in the order in which they are told."""
        return [self._number(account, order, line) for order, line in enumerate(self.lines(account))]

    def calls(self, account: Account) -> list[Record]:
        """Make the account's calls, newest first."""
        return self._events(account, "calls", self._call)

    def messages(self, account: Account) -> list[Record]:
        """Make the account's messages, newest first."""
        return self._events(account, "texts", self._message)

    def sid_of(self, line: Line) -> str:
        """Tell the sid of a line's number."""
        return made_sid("PN", self.seed, line.phone_number)

    def _number(self, account: Account, order: int, line: Line) -> Record:
        sid = self.sid_of(line)
        bought = rfc2822(self.born - timedelta(days=line.age))
        kind, place = kind_of(line.phone_number), place_of(line.phone_number)
        texts = place.sms or kind == "mobile"
        requirements = "none" if kind == "toll-free" else place.address_requirements
        written = {
            name: made_sid(value, self.seed, line.phone_number, name) if _is_prefix(value) else value
            for name, value in line.fields.items()
        }
        if requirements != "none":
            written = {"address_sid": made_sid("AD", self.seed, account.sid)} | written
        fields = {
            **BLANK_NUMBER,
            "address_requirements": requirements,
            "capabilities": {"voice": True, "sms": texts, "mms": texts and place.iso == "US", "fax": False},
            "type": kind,
            "friendly_name": shown(line.phone_number) if line.name is None else line.name,
            **written,
            "account_sid": account.sid,
            "date_created": bought,
            "date_updated": bought,
            "phone_number": line.phone_number,
            "sid": sid,
            "uri": number_uri(account.sid, sid),
        }
        return Record(order, sid=sid, fields=fields)

    def _events(
        self, account: Account, kind: str, make: Callable[[Account, Line, Random, datetime, str], Record]
    ) -> list[Record]:
        events = []
        for line in self.lines(account):
            dice = Random(f"{self.seed} {kind} {line.phone_number}")  # noqa: S311  # a story, not a secret
            for stretch in getattr(line, kind):
                for count in range(stretch.count):
                    # The last one is exactly on the day that the story names.
                    ago = stretch.last if count == 0 else dice.uniform(stretch.last, stretch.first)
                    moment = (self.born - timedelta(days=ago)).replace(microsecond=0)
                    key = f"{line.phone_number} {kind} {stretch.first} {count}"
                    events.append(make(account, line, dice, moment, key))
        return sorted(events, key=attrgetter("order"))

    def _call(self, account: Account, line: Line, dice: Random, moment: datetime, key: str) -> Record:
        sid = made_sid("CA", self.seed, key)
        somebody, inbound = _somebody(dice), dice.random() < 0.8
        answered = dice.random() < 0.9
        seconds = dice.randint(12, 600) if answered else 0
        end = moment + timedelta(seconds=seconds)
        caller, called = (somebody, line.phone_number) if inbound else (line.phone_number, somebody)
        uri = f"{VERSION}/Accounts/{account.sid}/Calls/{sid}"
        fields = {
            "account_sid": account.sid,
            "answered_by": None,
            "api_version": "2010-04-01",
            "caller_name": "",
            "date_created": rfc2822(moment),
            "date_updated": rfc2822(end),
            "direction": "inbound" if inbound else "outbound-api",
            "duration": str(seconds),
            "end_time": rfc2822(end),
            "forwarded_from": called if inbound else None,
            "from": caller,
            "from_formatted": shown(caller),
            "group_sid": None,
            "parent_call_sid": None,
            "phone_number_sid": self.sid_of(line),
            "price": f"-{0.0085 * (seconds // 60 + 1):.5f}",
            "price_unit": "USD",
            "queue_time": "0",
            "sid": sid,
            "start_time": rfc2822(moment),
            "status": "completed" if answered else "no-answer",
            "subresource_uris": {
                "notifications": f"{uri}/Notifications.json",
                "recordings": f"{uri}/Recordings.json",
            },
            "to": called,
            "to_formatted": shown(called),
            "trunk_sid": made_sid("TK", self.seed, line.phone_number, "trunk_sid")
            if line.fields.get("trunk_sid")
            else None,
            "uri": f"{uri}.json",
        }
        return Record(_newest_first(moment, sid), sid=sid, fields=fields, times={"start_time": moment, "end_time": end})

    def _message(self, account: Account, line: Line, dice: Random, moment: datetime, key: str) -> Record:
        sid = made_sid("SM", self.seed, key)
        inbound = dice.random() < (0.1 if line.pooled else 0.6)
        channel = "whatsapp:" if line.whatsapp else ""
        ours, theirs = channel + line.phone_number, channel + _somebody(dice)
        sender, receiver = (theirs, ours) if inbound else (ours, theirs)
        uri = f"{VERSION}/Accounts/{account.sid}/Messages/{sid}"
        fields = {
            "account_sid": account.sid,
            "api_version": "2010-04-01",
            "body": dice.choice(("Where is my parcel?", "Thank you!", "Your code is 482913.", "Ready for pick-up.")),
            "date_created": rfc2822(moment),
            "date_sent": rfc2822(moment),
            "date_updated": rfc2822(moment),
            "direction": "inbound" if inbound else "outbound-api",
            "error_code": None,
            "error_message": None,
            "from": sender,
            "messaging_service_sid": made_sid("MG", self.seed, account.sid) if line.pooled and not inbound else None,
            "num_media": "0",
            "num_segments": "1",
            "price": "-0.00790",
            "price_unit": "USD",
            "sid": sid,
            "status": "received" if inbound else "delivered",
            "subresource_uris": {"media": f"{uri}/Media.json", "feedback": f"{uri}/Feedback.json"},
            "to": receiver,
            "uri": f"{uri}.json",
        }
        return Record(_newest_first(moment, sid), sid=sid, fields=fields, times={"date_sent": moment})


def _is_prefix(value: object) -> bool:
    return isinstance(value, str) and len(value) == 2 and value.isupper()


def _somebody(dice: Random) -> str:
    return f"+1{dice.choice((212, 312, 415, 617, 713))}55501{dice.randrange(100):02d}"


def _newest_first(moment: datetime, sid: str) -> int:
    # The end of the sid tells apart what happened in the same second.
    return -(int(moment.timestamp()) * 4096 + int(sid[-3:], 16))
