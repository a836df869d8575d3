"""
Belongings of an account: things that numbers can be part of or depend on.

Messaging services, trunks, applications and registrations are fixed when the world
begins; only their numbers change.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from helpers.simulator.world.records import WorldAccount, made_sid, named_sid

#: Kind -> how its sids begin.
PREFIXES = {
    "add-on": "XE",
    "address": "AD",
    "application": "AP",
    "bundle": "BU",
    "caller id": "PN",
    "conversation address": "IG",
    "customer profile": "BU",
    "hosted number order": "HR",
    "identity": "RI",
    "messaging service": "MG",
    "Proxy service": "KS",
    "route": "QQ",
    "SIP domain": "SD",
    "toll-free verification": "HH",
    "trunk": "TK",
    "trust product": "BU",
    "WhatsApp sender": "XE",
}


@dataclass(frozen=True)
class BelongingSpec:
    """Describes a belonging before its account and world are known."""

    kind: str
    name: str
    #: Days since it was made.
    age: float
    #: The phone numbers that were part of it when the story began.
    numbers: Sequence[str] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Belonging:
    """A belonging of an account."""

    kind: str
    sid: str
    account_sid: str
    name: str
    created: datetime
    #: The sids of the numbers that were part of it when the story began.
    numbers: Sequence[str]
    #: The fields that differ within its kind.
    fields: Mapping[str, Any]


def belonging(spec: BelongingSpec, *, account: WorldAccount, seed: str, born: datetime) -> Belonging:
    """Make a belonging from its description."""
    return Belonging(
        kind=spec.kind,
        sid=named_sid(seed, account.sid, f"{PREFIXES[spec.kind]} {spec.name}"),
        account_sid=account.sid,
        name=spec.name,
        created=born - timedelta(days=spec.age),
        numbers=[made_sid("PN", seed, phone_number) for phone_number in spec.numbers],
        fields=spec.fields,
    )
