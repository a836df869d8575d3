"""
The records of accounts, numbers, calls and messages, field by field.

The fields are those of Twilio's OpenAPI document (https://github.com/twilio/twilio-oai,
twilio_api_v2010.json).  Which of them are ``""`` and which ``null`` when empty follows
the examples in it, which mix the two.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import blake2b
from typing import Any

#: The part of every address that names the version.
VERSION = "/2010-04-01"
#: The webhooks of a new number until somebody configures it (reported by users).
DEMO_VOICE = "https://demo.twilio.com/welcome/voice/"
DEMO_SMS = "https://demo.twilio.com/welcome/sms/reply/"

#: A number of which nothing is configured.  The order is that of Twilio's examples.
BLANK_NUMBER: dict[str, Any] = {
    "account_sid": None,
    "address_requirements": "none",
    "address_sid": None,
    "api_version": "2010-04-01",
    "beta": False,
    "capabilities": {"voice": True, "sms": True, "mms": True, "fax": False},
    "date_created": None,
    "date_updated": None,
    "emergency_status": "Inactive",
    "emergency_address_sid": None,
    "emergency_address_status": "unregistered",
    "friendly_name": None,
    "identity_sid": None,
    "origin": "twilio",
    "phone_number": None,
    "sid": None,
    "sms_application_sid": "",
    "sms_fallback_method": "POST",
    "sms_fallback_url": "",
    "sms_method": "POST",
    "sms_url": "",
    "status_callback": "",
    "status_callback_method": "POST",
    "trunk_sid": None,
    "uri": None,
    "voice_application_sid": "",
    "voice_caller_id_lookup": False,
    "voice_fallback_method": "POST",
    "voice_fallback_url": None,
    "voice_method": "POST",
    "voice_url": None,
    "bundle_sid": None,
    "voice_receive_mode": "voice",
    "status": "in-use",
    "type": "local",
}
_BELONGINGS = ("address_sid", "bundle_sid", "identity_sid", "sms_application_sid", "trunk_sid", "voice_application_sid")
#: What a number leaves behind in the account that it is moved out of, because it is that account's: "You may need to
#: reconfigure Number configurations" (https://www.twilio.com/docs/iam/api/subaccounts), and an application has to
#: "belong to your account" (https://www.twilio.com/docs/api/errors/22108).  That the fields are empty is unverified.
LEFT_BEHIND = {name: BLANK_NUMBER[name] for name in _BELONGINGS}

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
FIRST_DAY = date(1970, 1, 1).toordinal()


def rfc2822(moment: datetime) -> str:
    """
    Write *moment* as Twilio's 2010 API does, whatever the language of the machine.

    >>> rfc2822(datetime(2015, 7, 30, 23, 19, 4, tzinfo=UTC))
    'Thu, 30 Jul 2015 23:19:04 +0000'
    """
    there = moment.astimezone(UTC)
    return f"{rfc2822_day(there.toordinal() - FIRST_DAY)} {there:%H:%M:%S} +0000"


def rfc2822_day(day: int) -> str:
    """
    Write a day, counted from the first of January 1970, as it stands in such a moment.

    >>> rfc2822_day(16_646)
    'Thu, 30 Jul 2015'
    """
    there = date.fromordinal(FIRST_DAY + day)
    return f"{WEEKDAYS[there.weekday()]}, {there.day:02d} {MONTHS[there.month - 1]} {there.year}"


def iso8601(moment: datetime) -> str:
    """
    Write *moment* as Twilio's newer APIs do.

    >>> iso8601(datetime(2015, 7, 30, 20, 12, 31, tzinfo=UTC))
    '2015-07-30T20:12:31Z'
    """
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def made_sid(prefix: str, *about: object) -> str:
    """
    Make a sid out of what it stands for, the same one whenever it is made again.

    >>> made_sid("PN", "seed", 7)
    'PN7eed0b7974364022b80fc1d9bb9f2d2d'
    """
    return prefix + blake2b(repr(about).encode(), digest_size=16).hexdigest()


def named_sid(seed: str, account_sid: str, name: str) -> str:
    """
    Make the sid of a named thing of an account; its name is the prefix and a title.

    >>> named_sid("seed", "AC1", "TK PBX")[:2]
    'TK'
    """
    return made_sid(name[:2], seed, account_sid, name)


class Record:
    """
    One thing that Twilio keeps, as its fields, as their JSON, or both.

    A record is never altered: a change makes another record, so that the earlier one is
    still there.  Most of a hundred thousand numbers are only listed, so a record that was
    made as JSON is read into fields when a field is asked for.
    """

    __slots__ = ("_fields", "_text", "order", "sid", "times")

    def __init__(
        self,
        order: int,
        *,
        sid: str,
        fields: dict[str, Any] | None = None,
        text: str | None = None,
        times: Mapping[str, datetime] | None = None,
    ) -> None:
        #: Its place in its list: the smallest comes first.
        self.order = order
        self.sid = sid
        #: Moments among the fields that a listing can be filtered by.
        self.times = times or {}
        self._fields = fields
        self._text = text

    @property
    def fields(self) -> dict[str, Any]:
        """Its fields as in Twilio's JSON.  They are read only."""
        if self._fields is None:
            self._fields = json.loads(self.text)
        return self._fields

    @property
    def text(self) -> str:
        """Its JSON, made once."""
        if self._text is None:
            self._text = json.dumps(self._fields)
        return self._text

    def changed(self, **fields: object) -> "Record":
        """Make the record that follows this one."""
        return Record(self.order, sid=self.sid, fields={**self.fields, **fields}, times=self.times)


def number_uri(account_sid: str, sid: str) -> str:
    """Write the address of a number, relative to Twilio's host."""
    return f"{VERSION}/Accounts/{account_sid}/IncomingPhoneNumbers/{sid}.json"


@dataclass(frozen=True)
class WorldAccount:
    """The main account or a subaccount.  Its token is kept by the world, not here."""

    sid: str
    friendly_name: str
    owner_sid: str
    created: datetime
    #: ``active``, ``suspended`` or ``closed``.
    status: str = "active"
    #: When it was last changed; None: never.
    updated: datetime | None = None

    @property
    def is_main(self) -> bool:
        """Tell the main account from a subaccount: it owns itself."""
        return self.sid == self.owner_sid
