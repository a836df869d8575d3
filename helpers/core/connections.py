"""
The connections of a number, as facts.  Pure.

A kind and a target identify a connection; its details, like names, counts and states, may change.
``decisions/sentences.py`` makes the sentences.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from helpers.core.reasons import Cause, Detail, Reason


class LinkKind(StrEnum):
    """A kind of connection.  Files contain the values."""

    # Named in the number's own record.
    SIP_TRUNK = "SIP trunk"
    FAX = "fax"
    APPLICATION = "application"
    STUDIO_FLOW = "Studio flow"
    FUNCTION = "Twilio Function"
    WEBHOOK = "webhook"
    REGULATORY = "regulatory"
    EMERGENCY_ADDRESS = "emergency address"
    # Elsewhere at Twilio, naming the number.
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
    HOSTED_ORDER = "order to host it"
    #: A bundle that runs out, or that Twilio rejected.
    BUNDLE_AT_RISK = "bundle at risk"
    ADD_ON = "add-on"
    # Elsewhere at Twilio, naming no number.
    EMPTY_SERVICE = "empty messaging service"


#: The kinds in the number's own record: restoring the record restores these connections.
OWN_KINDS = frozenset(
    {
        *(LinkKind.SIP_TRUNK, LinkKind.FAX, LinkKind.APPLICATION, LinkKind.STUDIO_FLOW, LinkKind.FUNCTION),
        *(LinkKind.WEBHOOK, LinkKind.REGULATORY, LinkKind.EMERGENCY_ADDRESS),
    }
)


@dataclass(frozen=True, slots=True)
class Link:
    """One connection of a number.  Two links with the same kind and target are equal."""

    kind: LinkKind
    #: The sid of the connected resource; for a webhook of the number, the events that it answers.
    target: str
    details: Mapping[str, Detail] = field(default_factory=dict, compare=False)

    def as_reason(self, code: Cause) -> Reason:
        """Make a reason from this connection."""
        return Reason(code, {**self.details, "kind": self.kind.value, "target": self.target})


class Place(StrEnum):
    """A place that may name a number.  Files contain the values."""

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
    HOSTED_ORDERS = "orders of hosted numbers"
    BUNDLES = "regulatory bundles"
    ADD_ONS = "its add-ons"
    REGION = "the region that takes its calls"
    RECORD = "all of its own record"


@dataclass(frozen=True, slots=True)
class Unseen:
    """A place that could not be read, and the reason.  Two gaps at the same place are equal, whatever the reason."""

    place: Place
    why: Reason = field(compare=False)
    #: The name of the part that could not be read, for a place with several parts.
    part: str = ""


@dataclass(frozen=True, slots=True)
class Wiring:
    """
    The connections of a number.

    An empty ``links`` means "not connected" only if ``unseen`` is empty too.
    """

    links: tuple[Link, ...]
    #: The places that could not be read.
    unseen: tuple[Unseen, ...] = ()
    #: Whether the region that takes the number's calls, and its add-ons, were asked for.
    region_seen: bool = False

    @property
    def wired(self) -> bool | None:
        """Whether the number has a connection; None if that is not known."""
        if self.links:
            return True
        return None if self.unseen else False

    @property
    def stopped(self) -> bool:
        """Whether the operator stopped the reading before it was complete."""
        return any(gap.why.code is Cause.STOPPED for gap in self.unseen)


def bundle_at_risk(wiring: Wiring) -> Link | None:
    """Find the regulatory bundle of a number that runs out, or that Twilio rejected."""
    return next((link for link in wiring.links if link.kind is LinkKind.BUNDLE_AT_RISK), None)


def bundle_end(bundle: Link) -> date | None:
    """Tell when such a bundle runs out; None if it was rejected already."""
    until = bundle.details["until"]
    return None if until is None else date.fromisoformat(str(until))


#: The wiring of a number whose connections were never read.
NOT_LOOKED_AT = Wiring((), (Unseen(Place.EVERYWHERE, Reason(Cause.NOBODY_LOOKED)),))
