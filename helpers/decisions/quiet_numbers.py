"""The quiet numbers of a company by the evidence that is kept, as facts for lists and plans."""

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
class QuietNumbers:
    """All quiet numbers, and how many others there are."""

    numbers: Sequence[QuietNumber]
    #: The count of numbers of which there is evidence, and of those that are neither known to be quiet nor in use.
    with_evidence: int
    unknown: int
