"""
Many numbers to release, or to move, as one plan that people can read.  Pure.

A plan says which numbers go and which are set aside, each with what was known of it when
the plan was made.  Whatever is changed in it changes its fingerprint, which is what an
approval names.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

import msgspec

from helpers.actions.settings import for_reading
from helpers.core.connections import Wiring
from helpers.core.dates import iso_or_none
from helpers.core.reasons import Cause, Reason
from helpers.core.records import BRINGING_BACK, PARKING, RELEASING, Decision, Number, Traffic, Verdict
from helpers.core.redact import without_secrets
from helpers.core.typed_text import visible
from helpers.decisions.decision import is_blocked_by_address_only
from helpers.evidence.billing import next_billing_day


class Aside(StrEnum):
    """Why a number of a plan does not go."""

    BLOCKED = "blocked"
    IN_USE = "in use"
    UNKNOWN = "could not be judged"
    CHANGED = "changed"
    GONE = "not there any more"
    BY_HAND = "left out by hand"
    #: By the kit, when the run came to it.
    REFUSED = "refused"
    OLD = "of an earlier version"


@dataclass(frozen=True, slots=True)
class Item:
    """One number of a plan, as it was when the plan was made."""

    sid: str
    account_sid: str
    account: str
    account_status: str
    phone_number: str
    name: str
    #: The fingerprint of the whole record, for noticing any change of it.
    record: str
    #: Its settings, for people: without user names and passwords in web addresses.
    configuration: Mapping[str, Any]
    verdict: Verdict
    #: What was heard on it; None where nobody looked.
    traffic: Traffic | None
    #: What it is connected to; None where nobody looked.
    wiring: Wiring | None
    #: Why its silence proves little.
    cautions: tuple[Reason, ...]
    #: ISO times and days, and money as text, so that a plan reads the same after it was a file.
    looked_at: str
    monthly: str | None
    currency: str | None
    #: The day of its purchase, from which its billing days follow.
    bought: str | None
    #: Whether an emergency address is all that keeps it from being released.
    only_address: bool
    aside: Aside | None = None
    #: Why it is set aside; None where it is not.
    reason: Reason | None = None
    #: What somebody typed to put it back although it is in use.
    why: str = ""
    #: The account that it is moved to; None where it is released.
    target: str | None = None
    #: The name which that account had when the plan was made; None where nobody noted it.
    target_name: str | None = None

    @property
    def last_used(self) -> datetime | None:
        """When anything was last heard on it, as far as one could look."""
        return self.traffic.last_used if self.traffic else None

    def next_billing(self, today: date) -> date | None:
        """Work out when it is billed next, after today; None where its billing day is unknown."""
        if self.bought is None:
            return None
        return next_billing_day(date.fromisoformat(self.bought), today=today + timedelta(days=1))

    def last_good_day(self, today: date) -> date | None:
        """Work out the last day on which a release saves the next month; None where the billing day is unknown."""
        billed = self.next_billing(today)
        return billed - timedelta(days=1) if billed else None


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done with which numbers, and who said so."""

    #: Stays the same whatever is changed: the journal knows the plan by it.
    id: str
    act: str
    #: The company's main account, or the only account in reach.
    company_sid: str
    company: str
    live: bool
    #: Everybody who made or changed it, in order.
    authors: tuple[str, ...]
    made_at: str
    why: str
    #: Whether the plan itself asks for a second person, as plans did before the rule for all of them; new ones do not.
    two_people: bool
    #: Who did without a second person after this plan had asked for one; empty where nobody did.
    two_dropped_by: str
    #: The reason for which the limit was raised; empty where it was not.
    limit_raised: str
    #: How many numbers each account of the plan had.
    held: Mapping[str, int]
    items: tuple[Item, ...]

    @property
    def going(self) -> tuple[Item, ...]:
        """The numbers that are not set aside."""
        return tuple(item for item in self.items if item.aside is None)

    @property
    def aside(self) -> tuple[Item, ...]:
        """The numbers that are."""
        return tuple(item for item in self.items if item.aside is not None)

    @property
    def fingerprint(self) -> str:
        """Name the plan as it stands: one letter changed, and it is another one."""
        return fingerprint_of(written(self))

    def sentence(self, numbers: int) -> str:
        """Say what has to be typed before so many of its numbers go."""
        things = f"{numbers} number{'s' if numbers != 1 else ''} of {_typeable(self.company) or self.company_sid}"
        if self.act == RELEASING:
            return f"release {things}"
        # Parked ones all go to one account; those that are brought back, to wherever each came from.
        one = next((item for item in self.items if item.target_name), None) if self.act == PARKING else None
        return f"move {things} to {_typeable(one.target_name or '') or one.target}" if one else f"move {things}"


def _typeable(name: str) -> str:
    return " ".join(visible(name).split())


def make_plan(
    decisions: Iterable[Decision],
    *,
    id: str,  # noqa: A002  # the word of the field
    act: str,
    company_sid: str,
    company: str,
    live: bool,
    author: str,
    made_at: datetime,
    why: str,
    held: Mapping[str, int],
    targets: Mapping[str, str],
    names: Mapping[str, str],
) -> Plan:
    """
    Make a plan of numbers that were looked at; those that may not go are set aside, with the reason.

    They stand in the order of their next bill: releasing before it saves a month, and Twilio
    gives nothing back for a month that was begun.

    Args:
        targets: For a plan that moves: the account to move each number to, by sid.

        names: What the accounts are called, by sid.
    """
    items = [_item(decision, act=act, target=targets.get(decision.number.sid), names=names) for decision in decisions]
    items.sort(key=lambda item: (item.next_billing(made_at.date()) or date.max, item.account, item.phone_number))
    return Plan(
        id=id,
        act=act,
        company_sid=company_sid,
        company=company,
        live=live,
        authors=(author,),
        made_at=made_at.isoformat(),
        why=without_secrets(why),
        two_people=False,
        two_dropped_by="",
        limit_raised="",
        held=dict(held),
        items=tuple(items),
    )


def _item(decision: Decision, *, act: str, target: str | None, names: Mapping[str, str]) -> Item:
    number, price = decision.number, decision.price
    aside, reason = stands_against(decision, act=act) or (None, None)
    return Item(
        sid=number.sid,
        account_sid=number.account_sid,
        account=decision.account.friendly_name,
        account_status=decision.account.status,
        phone_number=number.phone_number,
        name=without_secrets(number.friendly_name),
        record=record_of(number),
        configuration=for_reading(number),
        verdict=decision.verdict,
        traffic=decision.traffic,
        wiring=decision.wiring,
        cautions=decision.cautions,
        looked_at=decision.looked_at.isoformat(),
        monthly=str(price.monthly) if price else None,
        currency=price.currency if price else None,
        bought=_bought(number),
        only_address=is_blocked_by_address_only(decision),
        aside=aside,
        reason=reason,
        target=target,
        target_name=names.get(target) if target else None,
    )


def _bought(number: Number) -> str | None:
    written = iso_or_none(number.get("date_created"))
    return written[:10] if written else None


def stands_against(decision: Decision, *, act: str) -> tuple[Aside, Reason] | None:
    """
    Say why a number may not go with a plan; None where nothing stands against it.

    To move a parked number back is never refused for its traffic: it is the way home.
    """
    for blocker in decision.blockers:
        if act != BRINGING_BACK or blocker.code is not Cause.PROTECTED:
            return Aside.BLOCKED, blocker
    if act == BRINGING_BACK:
        return None
    if decision.verdict is Verdict.UNKNOWN:
        return Aside.UNKNOWN, Reason(Cause.UNKNOWN)
    if decision.verdict is Verdict.IN_USE:
        return Aside.IN_USE, Reason(Cause.IN_USE)
    return None


def record_of(number: Number) -> str:
    """Take a number's fingerprint: every field in which Twilio said something."""
    return hashlib.sha256(json.dumps(number.stated, sort_keys=True).encode()).hexdigest()


def with_emergency_address(plan: Plan) -> tuple[Item, ...]:
    """Find the numbers of a plan that an emergency address keeps from being released."""
    return tuple(item for item in plan.aside if item.aside is Aside.BLOCKED and item.only_address)


def unregistering(plan: Plan) -> str | None:
    """Say what has to be typed before those are unregistered; None where there are none."""
    many = len(with_emergency_address(plan))
    return f"unregister {many} emergency address{'es' if many != 1 else ''}" if many else None


# -- as a text -----------------------------------------------------------------------------------


def fingerprint_of(told: Mapping[str, Any]) -> str:
    """Take the fingerprint of a plan as it was written."""
    return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def written(plan: Plan) -> dict[str, Any]:
    """Write a plan as JSON can hold it."""
    told: dict[str, Any] = msgspec.to_builtins(plan)
    return told


def read(told: Mapping[str, Any]) -> Plan:
    """
    Read a plan as it was written.

    Raises:
        ValueError: It was not written by ``written``.
    """
    return msgspec.convert(told, Plan)


def read_old(told: Mapping[str, Any]) -> Plan:
    """
    Read a plan of 0.1.0, for reading only: its numbers are set aside, and a new plan can be made of them.

    It holds sentences where plans hold facts now, and no sentence is taken for a fact.

    Raises:
        KeyError, TypeError, ValueError, AttributeError: It was not written by 0.1.0.
    """
    return msgspec.convert({**told, "items": [_old_item(item) for item in told["items"]]}, Plan)


def _old_item(told: Mapping[str, Any]) -> dict[str, Any]:
    kept = {field.name: told[field.name] for field in fields(Item) if field.name in told}
    by_hand = told["aside"] == Aside.BY_HAND
    reason = Reason(Cause.BY_HAND, {"who": "somebody"}) if by_hand else Reason(Cause.OLD_PLAN)
    aside = Aside.BY_HAND if by_hand else Aside.OLD
    return {**kept, "traffic": None, "wiring": None, "cautions": (), "aside": aside, "reason": asdict(reason)}
