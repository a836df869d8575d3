"""
The nouns of the kit, as frozen records.

They reach no clock, no disk and no network, and none of them can hold a secret.
"""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from helpers.core.connections import Wiring
from helpers.core.reasons import Cause, Reason

#: What a plan does with its numbers.
RELEASING, PARKING, BRINGING_BACK = "release", "park", "bring back"

#: How long a released number can be taken back ("within 10 days of the release",
#: https://support.twilio.com/hc/en-us/articles/223183028).
RECLAIM_WINDOW = timedelta(days=10)


@dataclass(frozen=True, slots=True)
class Account:
    """A main account or a subaccount.  Its auth token is left out on purpose."""

    sid: str
    friendly_name: str
    status: str
    type: str
    owner_account_sid: str
    date_created: str | None = None

    @property
    def is_main(self) -> bool:
        """Tell whether this is the account that owns the others (it owns itself)."""
        return self.sid == self.owner_account_sid


@dataclass(frozen=True, slots=True)
class Number:
    """A phone number of ours, with every field that Twilio sent, kept for putting it back."""

    sid: str
    account_sid: str
    phone_number: str
    friendly_name: str
    #: The whole record as it came.  Two looks at an unchanged number are equal.
    sent: Mapping[str, Any] = field(repr=False)

    def get(self, name: str) -> Any:
        """Read a field; Twilio's two ways of saying "nothing" (``""`` and ``null``) are both None."""
        value = self.sent.get(name)
        return None if value == "" else value

    @property
    def stated(self) -> dict[str, Any]:
        """
        Every field that says something, for comparing looks and for fingerprints.

        A list and a fetch of the same number say nothing in different ways: a field is left out, null or "", and
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
    Name the fields in which two looks at a number differ, in alphabetical order.

    >>> listed, fetched = ({"beta": beta, "sms_url": url} for beta, url in ((None, ""), (False, None)))
    >>> changed_fields(Number("PN1", "AC1", "+14155550123", "", listed), Number("PN1", "AC1", "", "", fetched))
    ()
    """
    old, new = before.stated, now.stated
    return tuple(sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name)))


@dataclass(frozen=True, slots=True)
class Reading:
    """How reading one account's numbers went."""

    account: Account
    #: None when the account was read to its end, otherwise a sentence that says why not.
    failure: str | None
    numbers: int = 0

    @property
    def complete(self) -> bool:
        """Tell whether every number of the account was seen."""
        return self.failure is None

    @property
    def closed(self) -> bool:
        """Tell whether there was nothing to read: Twilio releases a closed account's numbers itself."""
        return self.account.status == "closed"


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of the company was read, and what that took."""

    readings: tuple[Reading, ...]
    numbers: int
    requests: int = 0
    seconds: float = 0.0

    @property
    def unread(self) -> int:
        """Count the accounts that could not be read to their end."""
        return sum(not reading.complete for reading in self.readings)

    def said(self) -> str:
        """Say how much of the company was read, so that no list is cut short in silence."""
        whole = sum(reading.complete and not reading.closed for reading in self.readings)
        closed = sum(reading.closed for reading in self.readings)
        besides = f" ({closed:,} more {'is' if closed == 1 else 'are'} closed)" if closed else ""
        text = (
            f"{whole:,} of {len(self.readings) - closed:,} accounts read{besides}, {self.numbers:,} numbers, "
            f"{self.requests:,} request{'s' if self.requests != 1 else ''}, {self.seconds:.1f} s."
        )
        failed = [reading for reading in self.readings if not reading.complete]
        for reading in failed[:5]:
            text += f" Not read: {reading.account.friendly_name} ({reading.account.sid}): {reading.failure}"
        if len(failed) > 5:
            text += f" {len(failed) - 5:,} more accounts could not be read; desk.accounts() lists each with its reason."
        return text


@dataclass(frozen=True, slots=True)
class Inventory:
    """All accounts, all their numbers, and which accounts could not be read."""

    accounts: tuple[Account, ...]
    numbers: tuple[Number, ...]
    readings: tuple[Reading, ...]
    requests: int = 0
    seconds: float = 0.0

    @property
    def coverage(self) -> Coverage:
        """How much of the company was read, without what was read."""
        return Coverage(self.readings, len(self.numbers), self.requests, self.seconds)

    def said(self) -> str:
        """Say how much of the company was read, so that no list is cut short in silence."""
        return self.coverage.said()


@dataclass(frozen=True, slots=True)
class Reach:
    """Who we are to Twilio, and what we can see from there."""

    account: Account
    #: "auth token" or "API key".
    credential: str
    #: Whether numbers of subaccounts can be read and released with these credentials.
    subaccounts: bool
    #: Whether a number that was moved would be found: every account of the company is in sight.
    whole_company: bool
    #: What the operator should know about it, one sentence each.
    because: tuple[str, ...]

    def misses(self, account: Account) -> str | None:
        """Say that an account's numbers are out of reach; None where they are not."""
        if account.sid == self.account.sid or self.subaccounts:
            return None
        return f"Out of reach for this {self.credential}."


class TrafficMethod(StrEnum):
    """How the traffic of an account's numbers was found out.  The values stand in files."""

    READ_THROUGH = "the logs were read through"
    LOOKED_UP = "looked up by itself"
    BEGUN = "the logs were begun, then looked up by itself"


@dataclass(frozen=True, slots=True)
class TrafficReading:
    """How the traffic of an account's numbers was found out, and what that cost."""

    how: TrafficMethod
    #: Of the account as a whole.
    requests: int


@dataclass(frozen=True, slots=True)
class Window:
    """From when to when calls and messages are looked at."""

    since: datetime
    until: datetime

    @classmethod
    def of(cls, days: int, *, until: datetime) -> "Window":
        """
        Look back so many days.

        >>> Window.of(90, until=datetime(2026, 3, 2)).since
        datetime.datetime(2025, 12, 2, 0, 0)
        """
        return cls(until - timedelta(days=days), until)

    @property
    def days(self) -> int:
        """How many whole days it has."""
        return (self.until - self.since).days


@dataclass(frozen=True, slots=True)
class Traffic:
    """
    What was heard on a number in a window.

    ``None`` means "could not find out"; ``0`` means "looked and saw none".
    """

    since: datetime
    until: datetime
    calls: int | None
    messages: int | None
    last_call_in: datetime | None = None
    last_call_out: datetime | None = None
    last_message_in: datetime | None = None
    last_message_out: datetime | None = None
    #: Whether it is active by Twilio's own rule; None where what was seen does not tell.
    active: bool | None = None
    #: Whether not everything was counted, so that the counts are "at least".
    more: bool = False
    #: The logs that were not read to their end, or do not reach back over all of the window, "Calls" and "Messages",
    #: each with the reason.
    unread: Mapping[str, Reason] = field(default_factory=dict, hash=False)
    #: Whether its account keeps messages for less than the window, so that no later look tells more of them.
    kept_short: bool = False
    #: When the oldest message was sent that its account shows, as far as anybody looked; None where none was seen.
    oldest_message: datetime | None = None
    #: How it was found out, and what that cost; None for a number looked at by itself.
    way: "TrafficReading | None" = None
    #: Why this look still counts, and not a later one; None where there was none.
    later: Reason | None = None

    @property
    def tells(self) -> bool:
        """Whether this tells quiet from in use."""
        return bool(self.calls or self.messages) or (self.calls is not None and self.messages is not None)

    @property
    def stopped(self) -> bool:
        """Whether somebody stopped the look before it got here."""
        return any(reason.code is Cause.STOPPED for reason in self.unread.values())

    @property
    def latest_known(self) -> bool:
        """Whether nothing later than ``last_used`` can have been missed."""
        return not self.unread

    @property
    def last_call(self) -> datetime | None:
        """When it was last called, or called somebody."""
        return max(filter(None, (self.last_call_in, self.last_call_out)), default=None)

    @property
    def last_message(self) -> datetime | None:
        """When it last got, or sent, a message."""
        return max(filter(None, (self.last_message_in, self.last_message_out)), default=None)

    @property
    def last_used(self) -> datetime | None:
        """When anything was last heard on it, or later; None for not in the window, as far as one could look."""
        return max(filter(None, (self.last_call, self.last_message)), default=None)

    @property
    def idle_days(self) -> int | None:
        """
        How many days nothing was heard, at least; None where that could not be found out.

        What was heard proves that it was not idle for longer; a log that was not read may hide something later.
        """
        if self.calls is None or self.messages is None or not self.latest_known:
            return None
        return (self.until - (self.last_used or self.since)).days


@dataclass(frozen=True, slots=True)
class Price:
    """What a number costs a month."""

    monthly: Decimal
    currency: str
    #: When Twilio stated it.
    stated_at: datetime | None = None


class Verdict(StrEnum):
    """What the traffic says.  There is no "unused": we only know that it was quiet."""

    QUIET = "quiet"
    IN_USE = "in use"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a number may be released, with everything that speaks for and against it, as facts."""

    number: Number
    account: Account
    verdict: Verdict
    #: Why Twilio, or the kit, would refuse a release.
    blockers: tuple[Reason, ...]
    #: When the number was looked at: it was still ours then.
    looked_at: datetime
    traffic: Traffic | None = None
    #: What it is connected to; None where nobody looked.
    wiring: Wiring | None = None
    price: Price | None = None
    #: The next day on which it is billed; None where its purchase day is not known.
    next_billing: date | None = None
    #: Why its silence proves little.
    cautions: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What the operator agreed to.  Good for one act at most, whatever it is."""

    #: The one-time id.  The journal accepts it once.
    id: str
    decision: Decision
    typed: str
    _: KW_ONLY
    why: str = ""
    #: The account's name, typed as well where it looks like production.
    account_typed: str = ""
    #: What had to be typed, where that was a plan's sentence and not the number.
    sentence: str | None = None
    #: What the journal is to keep of the plan that this is a part of; empty where it is none.
    plan: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Restoration:
    """A number taken back, and what could not be put back."""

    entry: str
    number: Number
    old_sid: str
    #: field -> (what it was, what it is now), for every field that is not as it was.
    #: Whole addresses, as they are needed for putting them back, so in no repr.
    differences: Mapping[str, tuple[Any, Any]] = field(repr=False)
    #: What cannot be seen on the number itself and has to be checked by hand.
    by_hand: tuple[Reason, ...]
