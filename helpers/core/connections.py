"""
What a number is connected to, as facts.  Pure.

A connection is a kind and a target; its details, like names, counts and states, change without it
becoming another one.  The sentences are made last, in ``decisions/sentences.py``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from helpers.core.reasons import Cause, Detail, Reason


class LinkKind(StrEnum):
    """A kind of thing that a number is connected to.  The values stand in files."""

    # What the number's own record says.
    SIP_TRUNK = "SIP trunk"
    FAX = "fax"
    APPLICATION = "application"
    STUDIO_FLOW = "Studio flow"
    FUNCTION = "Twilio Function"
    WEBHOOK = "webhook"
    REGULATORY = "regulatory"
    EMERGENCY_ADDRESS = "emergency address"
    # Where it is named elsewhere.
    APPLICATION_NAME = "application name"
    REGION = "region"
    MESSAGING_SERVICE = "messaging service"
    TOLL_FREE_VERIFICATION = "toll-free verification"
    TRUST_PRODUCT = "trust product"
    BUSINESS_PROFILE = "business profile"
    CONVERSATIONS = "conversations"
    WHATSAPP_SENDER = "WhatsApp sender"
    PROXY = "Proxy"
    SIP_DOMAIN = "SIP domain"
    CALLER_ID = "caller id"


#: The kinds of which the number's own record tells; what is put back with the record needs no other work.
OWN_KINDS = frozenset(
    {
        *(LinkKind.SIP_TRUNK, LinkKind.FAX, LinkKind.APPLICATION, LinkKind.STUDIO_FLOW, LinkKind.FUNCTION),
        *(LinkKind.WEBHOOK, LinkKind.REGULATORY, LinkKind.EMERGENCY_ADDRESS),
    }
)


@dataclass(frozen=True, slots=True)
class Link:
    """One thing that a number is connected to.  Two with one kind and one target are the same connection."""

    kind: LinkKind
    #: The sid of what it is connected to; for an address of the number's own, what it answers.
    target: str
    details: Mapping[str, Detail] = field(default_factory=dict, compare=False)

    def as_reason(self, code: Cause) -> Reason:
        """Make a reason of a connection."""
        return Reason(code, {**self.details, "kind": self.kind.value, "target": self.target})


class Place(StrEnum):
    """Somewhere a number may be named.  The values stand in files."""

    EVERYWHERE = "everywhere"
    MESSAGING_SERVICES = "messaging services and campaigns"
    SERVICE_NUMBERS = "the numbers of the messaging service"
    CAMPAIGNS = "the A2P campaigns of the messaging service"
    TOLL_FREE_VERIFICATIONS = "toll-free verifications"
    TRUST = "trust products and business profiles"
    TRUST_PRODUCTS = "trust products"
    BUSINESS_PROFILES = "business profiles"
    TRUST_PRODUCT = "the trust product"
    BUSINESS_PROFILE = "the business profile"
    CONVERSATIONS = "Conversations addresses"
    WHATSAPP_SENDERS = "WhatsApp senders"
    PROXY = "Proxy services"
    PROXY_NUMBERS = "the numbers of the Proxy service"
    SIP_DOMAINS = "SIP domains"
    CALLER_IDS = "verified caller ids"
    APPLICATION_NAMES = "names of applications"
    REGION = "the region that takes its calls"


@dataclass(frozen=True, slots=True)
class Unseen:
    """A place where nobody could look, and why.  Two at one place are the same gap, whatever the reason."""

    place: Place
    why: Reason = field(compare=False)
    #: The name of what was looked at there, where a place has many.
    part: str = ""


@dataclass(frozen=True, slots=True)
class Wiring:
    """
    What a number is connected to.

    An empty ``links`` means "looked and found none" only where ``unseen`` is empty too.
    """

    links: tuple[Link, ...]
    #: Where nobody could look.
    unseen: tuple[Unseen, ...] = ()
    #: Whether it was asked in which region its calls are taken.
    region_seen: bool = False

    @property
    def wired(self) -> bool | None:
        """Whether it is connected to anything; None where that could not be found out."""
        if self.links:
            return True
        return None if self.unseen else False

    @property
    def stopped(self) -> bool:
        """Whether somebody stopped the look before it got here."""
        return any(gap.why.code is Cause.STOPPED for gap in self.unseen)


#: What is not known of a number that nobody looked at.
NOT_LOOKED_AT = Wiring((), (Unseen(Place.EVERYWHERE, Reason(Cause.NOBODY_LOOKED)),))
