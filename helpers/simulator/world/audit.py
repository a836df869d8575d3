"""What Twilio's Monitor keeps of changes: who changed what, and when; of a number its sid alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

#: "Events are stored for 30 days" without an edition that costs extra.  https://www.twilio.com/docs/usage/monitor-events
KEPT = timedelta(days=30)


@dataclass(frozen=True)
class AuditEvent:
    """One change of a number or of an account."""

    sid: str
    #: The account in which it is recorded: the one that had the number.
    account_sid: str
    #: Like ``phone-number.deleted``.
    event_type: str
    resource_sid: str
    at: datetime
    #: The account whose credentials it was; None: a person in Twilio's Console.
    actor_sid: str | None
    #: Field -> what it was before, and what it became.
    changed: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
