"""
Makes records from a story's numbers ("the hotline, three years old, rings all day").

The seed and the moment of the world's birth determine everything, so that the same world
can be made again after its server was killed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import attrgetter
from random import Random
from typing import Any

from helpers.simulator.world.bulk_json import BODIES
from helpers.simulator.world.events import PRICE_OF_A_MINUTE, call_fields, message_fields, minutes
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

#: What a newly bought number answers with.
DEMO = {"voice_url": DEMO_VOICE, "sms_url": DEMO_SMS}
#: The address that an account shows where one is asked for.
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
        return ListedLog(self._events(account, "calls", self._call), moment="start_time")

    def messages(self, account: WorldAccount) -> Log:
        """Make the account's messages."""
        return ListedLog(self._events(account, "texts", self._message), moment="date_sent")

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
        fields = call_fields(
            sid,
            account_sid=account.sid,
            number_sid=self.sid_of(number),
            trunk_sid=self._named(account, trunk) if trunk else None,
            caller=caller,
            called=called,
            caller_shown=shown(caller),
            called_shown=shown(called),
            direction="inbound" if inbound else "outbound-api",
            forwarded_from=called if inbound else None,
            begin=rfc2822(moment),
            end=rfc2822(end),
            seconds=str(seconds),
            price=f"-{PRICE_OF_A_MINUTE * minutes(seconds):.5f}",
            status="completed" if answered else "no-answer",
        )
        return Record(_newest_first(moment, sid), sid=sid, fields=fields, times={"start_time": moment, "end_time": end})

    def _message(self, account: WorldAccount, number: StoryNumber, dice: Random, moment: datetime, key: str) -> Record:
        sid = made_sid("SM", self.seed, key)
        inbound = dice.random() < (0.1 if number.service else 0.6)
        channel = "whatsapp:" if number.whatsapp else ""
        ours, theirs = channel + number.phone_number, channel + dice.choice(others())
        sender, receiver = (theirs, ours) if inbound else (ours, theirs)
        fields = message_fields(
            sid,
            account_sid=account.sid,
            sender=sender,
            receiver=receiver,
            body=dice.choice(BODIES),
            direction="inbound" if inbound else "outbound-api",
            moment=rfc2822(moment),
            service_sid=self._named(account, number.service) if number.service and not inbound else None,
            status="received" if inbound else "delivered",
        )
        return Record(_newest_first(moment, sid), sid=sid, fields=fields, times={"date_sent": moment})

    def _named(self, account: WorldAccount, name: str) -> str:
        return named_sid(self.seed, account.sid, name)


def _newest_first(moment: datetime, sid: str) -> int:
    # The end of the sid tells apart what happened in the same second.
    return -(int(moment.timestamp()) * 4096 + int(sid[-3:], 16))
