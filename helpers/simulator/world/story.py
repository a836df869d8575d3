"""
Makes records from the numbers of a story, such as a hotline that is three years old and rings all day.

The seed and the moment of the world's birth determine everything, so that the same world
can be made again after its server was killed.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import attrgetter
from random import Random
from typing import Any

from helpers.simulator.world.bulk_json import BODIES
from helpers.simulator.world.events import (
    DIRECTIONS,
    PRICE_OF_A_MESSAGE,
    PRICE_OF_A_MINUTE,
    UNANSWERED,
    call_fields,
    message_fields,
    minutes,
)
from helpers.simulator.world.fictional_numbers import country_of, kind_of, others, shown
from helpers.simulator.world.records import (
    BLANK_NUMBER,
    DEMO_SMS,
    DEMO_VOICE,
    Record,
    WorldAccount,
    made_sid,
    named_sid,
    number_uri,
    rfc2822,
)
from helpers.simulator.world.traffic_log import ListedLog, Log

#: The webhooks of a new number.
DEMO = {"voice_url": DEMO_VOICE, "sms_url": DEMO_SMS}
#: How a sent text ends whose sid ends so, with its error code; all others are delivered.  The codes are
#: https://www.twilio.com/docs/api/errors/30003 (unreachable handset) and 30008 (unknown error).
ENDS = {"0": ("undelivered", 30003), "1": ("failed", 30008)}
#: The address that an account has where a country asks for one.
OFFICE = "AD Office"


@dataclass(frozen=True)
class Stretch:
    """A count of events, spread over the days from *first* to *last* days ago."""

    count: int
    first: float
    last: float


@dataclass(frozen=True)
class StoryNumber:
    """One number of the story."""

    phone_number: str
    #: Its friendly name; None means the name that Twilio gives to a new number.
    name: str | None
    #: Days since it was bought.
    age: float
    #: Its configured fields.  A sid is written as its prefix and the name of its resource.
    fields: dict[str, Any] = field(default_factory=dict)
    calls: tuple[Stretch, ...] = ()
    texts: tuple[Stretch, ...] = ()
    #: Its texts come and go over WhatsApp.
    whatsapp: bool = False
    #: The messaging service that sends its texts.
    service: str | None = None
    #: The statuses of texts that wait in that service: it has not yet chosen a sender for them.
    waiting: tuple[str, ...] = ()
    #: The number that an answered call is forwarded to, as a call of its own.
    forwards_to: str | None = None


@dataclass(frozen=True)
class Story:
    """Makes the numbers, calls and messages of an account from its story."""

    seed: str
    born: datetime
    story_numbers: Callable[[WorldAccount], Sequence[StoryNumber]]

    def numbers(self, account: WorldAccount) -> list[Record]:
        """Make the account's numbers, in the order of the story."""
        return [self._number(account, order, number) for order, number in enumerate(self.story_numbers(account))]

    def calls(self, account: WorldAccount) -> Log:
        """Make the account's calls."""
        calls = self._events(account, "calls", self._call)
        legs = [leg for number in self.story_numbers(account) for leg in self._legs(account, number, calls)]
        return ListedLog(sorted(calls + legs, key=attrgetter("order")), moment="start_time")

    def messages(self, account: WorldAccount) -> Log:
        """Make the account's messages."""
        texts = self._events(account, "texts", self._message)
        waiting = [text for number in self.story_numbers(account) for text in self._waiting(account, number)]
        return ListedLog(sorted(texts + waiting, key=attrgetter("order")), moment="date_sent")

    def sid_of(self, number: StoryNumber) -> str:
        """Make the sid of a story's number."""
        return made_sid("PN", self.seed, number.phone_number)

    def _number(self, account: WorldAccount, order: int, number: StoryNumber) -> Record:
        sid = self.sid_of(number)
        bought = rfc2822(self.born - timedelta(days=number.age))
        kind, country = kind_of(number.phone_number), country_of(number.phone_number)
        texts = country.sms or kind == "mobile"
        requirements = "none" if kind == "toll-free" else country.address_requirements
        written = {
            name: self._named(account, value) if name.endswith("_sid") else value
            for name, value in number.fields.items()
        }
        if requirements != "none":
            written = {"address_sid": self._named(account, OFFICE)} | written
        fields = {
            **BLANK_NUMBER,
            "address_requirements": requirements,
            "capabilities": {"voice": True, "sms": texts, "mms": texts and country.iso == "US", "fax": False},
            "type": kind,
            "friendly_name": shown(number.phone_number) if number.name is None else number.name,
            **written,
            "account_sid": account.sid,
            "date_created": bought,
            "date_updated": bought,
            "phone_number": number.phone_number,
            "sid": sid,
            "uri": number_uri(account.sid, sid),
        }
        return Record(order, sid=sid, fields=fields)

    def _events(
        self,
        account: WorldAccount,
        kind: str,
        make: Callable[[WorldAccount, StoryNumber, Random, datetime, str], Record],
    ) -> list[Record]:
        events = []
        for number in self.story_numbers(account):
            dice = Random(f"{self.seed} {kind} {number.phone_number}")  # noqa: S311  # a story, not a secret
            for stretch in getattr(number, kind):
                for count in range(stretch.count):
                    # The last one is exactly on the day that the story names.
                    ago = stretch.last if count == 0 else dice.uniform(stretch.last, stretch.first)
                    moment = (self.born - timedelta(days=ago)).replace(microsecond=0)
                    key = f"{number.phone_number} {kind} {stretch.first} {count}"
                    events.append(make(account, number, dice, moment, key))
        return sorted(events, key=attrgetter("order"))

    def _call(self, account: WorldAccount, number: StoryNumber, dice: Random, moment: datetime, key: str) -> Record:
        sid = made_sid("CA", self.seed, key)
        somebody, inbound = dice.choice(others()), dice.random() < 0.8
        answered = dice.random() < 0.9
        seconds = dice.randint(12, 600) if answered else 0
        end = moment + timedelta(seconds=seconds)
        caller, called = (somebody, number.phone_number) if inbound else (number.phone_number, somebody)
        trunk = number.fields.get("trunk_sid")
        called_shown = shown(called)
        if trunk and inbound:
            # As programs that read real logs expect it: there, "to" is the SIP address that the call was sent to.
            called = called_shown = f"sip:{called}@public-vip.us1.twilio.com"
        fields = call_fields(
            sid,
            account_sid=account.sid,
            number_sid=self.sid_of(number),
            trunk_sid=self._named(account, trunk) if trunk else None,
            caller=caller,
            called=called,
            caller_shown=shown(caller),
            called_shown=called_shown,
            direction=DIRECTIONS[bool(trunk), inbound],
            forwarded_from=number.phone_number if inbound else None,
            begin=rfc2822(moment),
            end=rfc2822(end) if answered else None,
            seconds=str(seconds) if answered else None,
            price=f"-{PRICE_OF_A_MINUTE * minutes(seconds):.5f}" if answered else None,
            status="completed" if answered else UNANSWERED[int(sid[-1], 16) % len(UNANSWERED)],
        )
        times = {"date_created": moment, "start_time": moment} | ({"end_time": end} if answered else {})
        return Record(_newest_first(moment, sid), sid=sid, fields=fields, times=times)

    def _legs(self, account: WorldAccount, number: StoryNumber, calls: list[Record]) -> Iterator[Record]:
        """Make the second legs of answered calls that a number forwards; they show the first caller."""
        for call in calls:
            parent = call.fields
            if not number.forwards_to or parent["to"] != number.phone_number or parent["end_time"] is None:
                continue
            sid = made_sid("CA", self.seed, call.sid, "leg")
            fields = call_fields(
                sid,
                account_sid=account.sid,
                number_sid=None,
                trunk_sid=None,
                caller=parent["from"],
                called=number.forwards_to,
                caller_shown=parent["from_formatted"],
                called_shown=shown(number.forwards_to),
                direction="outbound-dial",
                forwarded_from=number.phone_number,
                begin=parent["start_time"],
                end=parent["end_time"],
                seconds=parent["duration"],
                price=parent["price"],
                status="completed",
                parent_sid=call.sid,
            )
            yield Record(_newest_first(call.times["start_time"], sid), sid=sid, fields=fields, times=call.times)

    def _message(self, account: WorldAccount, number: StoryNumber, dice: Random, moment: datetime, key: str) -> Record:
        sid = made_sid("SM", self.seed, key)
        inbound = dice.random() < (0.1 if number.service else 0.6)
        channel = "whatsapp:" if number.whatsapp else ""
        ours, theirs = channel + number.phone_number, channel + dice.choice(others())
        sender, receiver = (theirs, ours) if inbound else (ours, theirs)
        status, error_code = ("received", None) if inbound else ENDS.get(sid[-1], ("delivered", None))
        fields = message_fields(
            sid,
            account_sid=account.sid,
            sender=sender,
            receiver=receiver,
            body=dice.choice(BODIES),
            direction="inbound" if inbound else "outbound-api",
            created=rfc2822(moment),
            sent=rfc2822(moment),
            service_sid=self._named(account, number.service) if number.service and not inbound else None,
            status=status,
            price=None if status == "failed" else f"-{PRICE_OF_A_MESSAGE:.5f}",
            error_code=error_code,
        )
        times = {"date_created": moment, "date_sent": moment}
        return Record(_newest_first(moment, sid), sid=sid, fields=fields, times=times)

    def _waiting(self, account: WorldAccount, number: StoryNumber) -> Iterator[Record]:
        """Make the texts that wait in a number's messaging service; they name no sender."""
        for place, status in enumerate(number.waiting):
            sid = made_sid("SM", self.seed, number.phone_number, "waiting", place)
            created = (self.born - timedelta(hours=1 + place)).replace(microsecond=0)
            fields = message_fields(
                sid,
                account_sid=account.sid,
                sender=None,
                receiver=others()[place],
                body=BODIES[place % len(BODIES)],
                direction="outbound-api",
                created=rfc2822(created),
                sent=None,
                service_sid=self._named(account, number.service) if number.service else None,
                status=status,
                price=None,
            )
            yield Record(_newest_first(created, sid), sid=sid, fields=fields, times={"date_created": created})

    def _named(self, account: WorldAccount, name: str) -> str:
        return named_sid(self.seed, account.sid, name)


def _newest_first(moment: datetime, sid: str) -> int:
    # The end of the sid tells apart what happened in the same second.
    return -(int(moment.timestamp()) * 4096 + int(sid[-3:], 16))
