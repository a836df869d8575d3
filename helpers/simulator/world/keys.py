"""API keys that were made since a world began."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class ApiKey:
    """A standard or a restricted API key of an account.  Its secret follows from its sid and the world's seed."""

    sid: str
    account_sid: str
    friendly_name: str
    created: datetime
    #: What a restricted key may do, like ``/twilio/voice/calls/list``; None: a standard key.
    allow: tuple[str, ...] | None = None
