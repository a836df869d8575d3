"""The quiet numbers of a company, and those that Twilio may take back, as facts for lists and plans."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class QuietNumber:
    """One quiet number."""

    sid: str
    phone_number: str
    name: str | None
    account_sid: str
    account: str
    #: The time of the evidence, and the least days without traffic; None if a log was not read to its end.
    looked_at: datetime
    idle_days: int | None
    #: Whether it has a connection; None if that is not known.
    wired: bool | None
    #: Whether Twilio or the kit would refuse to release it.
    blocked: bool
    next_billing: date | None
    monthly: Decimal | None
    currency: str | None


@dataclass(frozen=True, slots=True)
class NumberAtRisk:
    """One number, used or not, that Twilio may take back by itself."""

    phone_number: str
    name: str | None
    account: str
    account_sid: str
    #: ``suspended``, if that is why.
    account_status: str
    #: When its regulatory bundle runs out, if that is soon; and whether it was rejected, None where it is not at risk.
    bundle_ends: date | None
    bundle_rejected: bool | None
    monthly: Decimal | None
    currency: str | None
    looked_at: datetime | None

    @property
    def is_suspended(self) -> bool:
        """Whether its account is suspended."""
        return self.account_status == "suspended"


@dataclass(frozen=True, slots=True)
class QuietNumbers:
    """All quiet numbers, and how many others there are."""

    numbers: Sequence[QuietNumber]
    at_risk: Sequence[NumberAtRisk]
    #: The count of numbers of which there is evidence, and of those that are neither known to be quiet nor in use.
    with_evidence: int
    unknown: int
