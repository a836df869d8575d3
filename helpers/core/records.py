"""
The kit's frozen records, like accounts, numbers and decisions.

They use no clock, no disk and no network, and no record has a field for a Twilio credential.
"""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from helpers.core.connections import Wiring
from helpers.core.grounds import NO_GROUNDS, Grounds
from helpers.core.number_note import NumberNote
from helpers.core.reasons import Cause, Reason, Request

#: The time in which a released number can be taken back ("within 10 days of the release",
#: https://support.twilio.com/hc/en-us/articles/223183028).
RECLAIM_WINDOW = timedelta(days=10)


class PlanAct(StrEnum):
    """The act of a plan; its file and the journal hold the value."""

    RELEASE = "release"
    PARK = "park"
    BRING_BACK = "bring back"


@dataclass(frozen=True, slots=True)
class Account:
    """A main account or a subaccount.  It deliberately has no auth token."""

    sid: str
    friendly_name: str
    status: str
    type: str
    owner_account_sid: str
    date_created: str | None = None
    #: Its label where its name is not enough to tell it from the company's others; see ``core/account_names.py``.
    told_apart: str = ""

    @property
    def label(self) -> str:
        """The name by which people tell it from the company's others."""
        return self.told_apart or self.friendly_name

    @property
    def is_main(self) -> bool:
        """Whether this account owns the others (it also owns itself)."""
        return self.sid == self.owner_account_sid


@dataclass(frozen=True, slots=True)
class Number:
    """A phone number of the company, with every field from Twilio, so that the kit can restore it."""

    sid: str
    account_sid: str
    phone_number: str
    friendly_name: str
    #: The record from Twilio, see ``core/number_record.py``.  Two readings of an unchanged number are equal.
    sent: Mapping[str, Any] = field(repr=False)
    #: The names of the fields whose values are of another type than Twilio documents.
    unreadable: tuple[str, ...] = ()

    def get(self, name: str) -> Any:
        """Return a field; None if it is unreadable, or one of Twilio's two forms of "nothing", ``""`` and ``null``."""
        value = self.sent.get(name)
        return None if value == "" or name in self.unreadable else value

    @property
    def stated(self) -> dict[str, Any]:
        """
        Every field with a value, for comparing readings and for fingerprints.

        A list and a fetch of the same number write an empty field differently: it is missing, null or "", and
        ``beta`` is null in one and false in the other (the examples in twilio_api_v2010.json of
        https://github.com/twilio/twilio-oai).
        """
        return {
            name: value
            for name, value in self.sent.items()
            if value is not None and value != "" and not (name == "beta" and value is False)
        }

    def __hash__(self) -> int:
        return hash(self.sid)


def changed_fields(before: Number, now: Number) -> tuple[str, ...]:
    """
    Name the fields that differ between two readings of a number, in alphabetical order.

    >>> listed, fetched = ({"beta": beta, "sms_url": url} for beta, url in ((None, ""), (False, None)))
    >>> changed_fields(Number("PN1", "AC1", "+14155550123", "", listed), Number("PN1", "AC1", "", "", fetched))
    ()
    """
    old, new = before.stated, now.stated
    return tuple(sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name)))


@dataclass(frozen=True, slots=True)
class Reading:
    """The result of reading one account's numbers."""

    account: Account
    #: Why not every number of the account was read; None if every one was.
    failure: Reason | None
    #: The count of numbers that were read: all of them, or all but single records that could not be.
    numbers: int = 0

    @property
    def complete(self) -> bool:
        """Whether every number of the account was read."""
        return self.failure is None

    @property
    def partial(self) -> bool:
        """Whether some numbers of the account were read, and others were not."""
        return not self.complete and self.numbers > 0

    @property
    def closed(self) -> bool:
        """Whether the account is closed, so has no numbers: Twilio releases them itself."""
        return self.account.status == "closed"


@dataclass(frozen=True, slots=True)
class Coverage:
    """The extent of one reading of the company, and its cost."""

    readings: tuple[Reading, ...]
    #: The count of numbers.
    numbers: int
    requests: int = 0
    seconds: float = 0.0
    #: Field -> the count of numbers in whose records it could not be read.
    unreadable: Mapping[str, int] = field(default_factory=dict, hash=False)

    @property
    def unread(self) -> int:
        """The count of accounts whose numbers are not all known."""
        return sum(not reading.complete for reading in self.readings)

    @property
    def asked(self) -> int:
        """The count of accounts that are read, without closed ones."""
        return sum(not reading.closed for reading in self.readings)

    @property
    def done(self) -> int:
        """The count of those among them that are not being read any more."""
        return self.asked - len(self.being_read)

    @property
    def being_read(self) -> frozenset[str]:
        """The sids of the accounts that are being read, or will be."""
        failures = ((each.account.sid, each.failure) for each in self.readings)
        return frozenset(sid for sid, why in failures if why is not None and why.code is Cause.BEING_READ)

    @property
    def stopped(self) -> int:
        """The count of those among them that were not read because the operator stopped the reading."""
        return sum(reading.failure is not None and reading.failure.code is Cause.STOPPED for reading in self.readings)

    @property
    def partial(self) -> int:
        """The count of those among them of which some numbers are known."""
        return sum(reading.partial for reading in self.readings)


@dataclass(frozen=True, slots=True)
class Reach:
    """The account of the credentials, and the accounts that they can read."""

    account: Account
    #: "auth token" or "API key".
    credential: str
    #: Whether these credentials can read and release the numbers of subaccounts.
    subaccounts: bool
    #: Whether these credentials can read every account of the company, so that the kit finds a moved number.
    whole_company: bool
    #: Remarks for the operator, one sentence each.
    because: tuple[str, ...]
    #: What Twilio would certainly refuse to this key, by the key's own policy.
    refuses: tuple[Request, ...] = ()
    #: The accounts that an API key of their own reads.
    keyed: tuple[Account, ...] = ()
    #: By the sid of such an account, what Twilio would certainly refuse to its key; not there where that is not known.
    keyed_refuses: Mapping[str, tuple[Request, ...]] = field(default_factory=dict, hash=False)

    def refused_in(self, account_sid: str) -> tuple[Request, ...]:
        """List what Twilio would certainly refuse in an account, by the policy of the key that signs in there."""
        if any(account_sid == each.sid for each in self.keyed):
            return self.keyed_refuses.get(account_sid, ())
        return self.refuses

    def misses(self, account: Account) -> Reason | None:
        """Give the reason why an account's numbers are out of reach; None if they are in reach."""
        if account.sid == self.account.sid or self.subaccounts or any(account.sid == each.sid for each in self.keyed):
            return None
        return Reason(Cause.OUT_OF_REACH, {"credential": self.credential})


class TrafficMethod(StrEnum):
    """The method of reading the traffic of an account's numbers.  Files contain the values."""

    READ_THROUGH = "the logs were read through"
    LOOKED_UP = "looked up by itself"
    BEGUN = "the logs were begun, then looked up by itself"


@dataclass(frozen=True, slots=True)
class TrafficReading:
    """The method of reading the traffic of an account's numbers, and its cost."""

    how: TrafficMethod
    #: The count of requests for the whole account.
    requests: int


@dataclass(frozen=True, slots=True)
class Window:
    """The period whose calls and messages are read."""

    since: datetime
    until: datetime

    @classmethod
    def of(cls, days: int, *, until: datetime) -> "Window":
        """
        Make the window of *days* days that ends at *until*.

        >>> Window.of(90, until=datetime(2026, 3, 2)).since
        datetime.datetime(2025, 12, 2, 0, 0)
        """
        return cls(until - timedelta(days=days), until)

    @property
    def days(self) -> int:
        """The length in whole days."""
        return (self.until - self.since).days


@dataclass(frozen=True, slots=True)
class Traffic:
    """
    The calls and messages of a number in a window.

    ``None`` means "not known"; ``0`` means "read, and there were none".
    """

    since: datetime
    until: datetime
    calls: int | None
    messages: int | None
    last_call_in: datetime | None = None
    last_call_out: datetime | None = None
    last_message_in: datetime | None = None
    last_message_out: datetime | None = None
    #: Whether the number is active by Twilio's own rule; None if the traffic read does not decide that.
    active: bool | None = None
    #: Whether the counts are incomplete, so that they are minimums.
    more: bool = False
    #: The logs ("Calls", "Messages") that were not read to their end, or do not cover the whole window, each with
    #: the reason.
    unread: Mapping[str, Reason] = field(default_factory=dict, hash=False)
    #: Whether the account keeps messages for less than the window, so that no later reading finds more of them.
    kept_short: bool = False
    #: The time of the oldest message that was read in the account; None if none was read.
    oldest_message: datetime | None = None
    #: The messages that wait to be sent from the number, or from a messaging service that may choose it.
    waiting: int = 0
    #: The method and cost of the reading; None for a number that was read by itself.
    way: "TrafficReading | None" = None
    #: The reason why this reading counts and not a later one; None if there was no later one.
    later: Reason | None = None

    @property
    def tells(self) -> bool:
        """Whether this is enough to tell quiet from in use."""
        return self.used or (self.calls is not None and self.messages is not None)

    @property
    def used(self) -> bool:
        """Whether a call or a message proves that the number is in use, be it one that waits to be sent."""
        return bool(self.calls or self.messages or self.waiting)

    @property
    def stopped(self) -> bool:
        """Whether the operator stopped the reading before it was complete."""
        return any(reason.code is Cause.STOPPED for reason in self.unread.values())

    @property
    def latest_known(self) -> bool:
        """Whether no traffic later than ``last_used`` can be missing."""
        return not self.unread

    @property
    def last_call(self) -> datetime | None:
        """The time of the last call, in or out."""
        return max(filter(None, (self.last_call_in, self.last_call_out)), default=None)

    @property
    def last_message(self) -> datetime | None:
        """The time of the last message, in or out."""
        return max(filter(None, (self.last_message_in, self.last_message_out)), default=None)

    @property
    def last_used(self) -> datetime | None:
        """The time of the last known traffic in the window, or None.  Unread logs may hold later traffic."""
        return max(filter(None, (self.last_call, self.last_message)), default=None)

    @property
    def idle_days(self) -> int | None:
        """
        The minimum count of days without traffic; None if that is not known.

        Known traffic limits the idle time; a log that was not read may hide later traffic.
        """
        if self.calls is None or self.messages is None or not self.latest_known:
            return None
        return (self.until - (self.last_used or self.since)).days


@dataclass(frozen=True, slots=True)
class Price:
    """The monthly price of a number."""

    monthly: Decimal
    currency: str
    #: The time at which Twilio stated the price.
    stated_at: datetime | None = None


class Verdict(StrEnum):
    """The conclusion from the traffic.  "Unused" does not exist: the kit only knows that a number was quiet."""

    QUIET = "quiet"
    IN_USE = "in use"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Decision:
    """The facts for and against the release of a number."""

    number: Number
    account: Account
    verdict: Verdict
    #: The reasons for which Twilio, or the kit, would refuse a release.
    blockers: tuple[Reason, ...]
    #: The time of the reading: the number was still in the account then.
    looked_at: datetime
    traffic: Traffic | None = None
    #: The connections of the number; None if they were not read.
    wiring: Wiring | None = None
    price: Price | None = None
    #: The next billing day; None if the day of purchase is not known.
    next_billing: date | None = None
    #: The reasons why quiet traffic proves little.
    cautions: tuple[Reason, ...] = ()
    #: What colleagues noted about it; None if nobody noted anything.
    note: NumberNote | None = None


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The operator's agreement to one action.  It is valid for one action at most, of any kind."""

    #: The one-time id.  The journal accepts it once.
    id: str
    decision: Decision
    typed: str
    _: KW_ONLY
    why: str = ""
    grounds: Grounds = NO_GROUNDS
    #: The account's name, which the operator also types if it looks like production.
    account_typed: str = ""
    #: The sentence of the plan that had to be typed; None if the number had to be typed.
    sentence: str | None = None
    #: The facts about the plan that the journal saves; empty without a plan.
    plan: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Restoration:
    """A number that was taken back, and the parts that could not be restored."""

    entry: str
    number: Number
    old_sid: str
    #: field -> (old value, new value), for every field that differs.
    #: The values contain whole addresses, because restoring needs them, so the repr omits them.
    differences: Mapping[str, tuple[Any, Any]] = field(repr=False)
    #: The facts that the number's record does not show and the operator has to check by hand.
    by_hand: tuple[Reason, ...]
