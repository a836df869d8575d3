"""
Many numbers to release, or to move, as one plan that people can read.  Pure.

A plan says which numbers go and which are set aside, each with what was known of it when
the plan was made.  Whatever is changed in it changes its fingerprint, which is what an
approval names.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any

from helpers.billing import next_billing_day
from helpers.configuration import for_reading
from helpers.dates import iso_or_none
from helpers.decision import UNLOOKED, visible
from helpers.records import Blocker, Decision, Number, Verdict
from helpers.urls import without_secrets

#: What a plan does with its numbers.
RELEASING, PARKING, BRINGING_BACK = "release", "park", "bring back"


class Aside(Enum):
    """Why a number of a plan does not go."""

    BLOCKED = "blocked"
    IN_USE = "in use"
    UNKNOWN = "could not be judged"
    CHANGED = "changed"
    GONE = "not there any more"
    BY_HAND = "left out by hand"


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
    verdict: str
    because: tuple[str, ...]
    warnings: tuple[str, ...]
    #: What it is connected to, one sentence each, and where nobody could look.
    wiring: tuple[str, ...]
    unseen: tuple[str, ...]
    #: ISO times and days, and money as text, so that a plan reads the same after it was a file.
    looked_at: str
    last_used: str | None
    monthly: str | None
    currency: str | None
    #: The day of its purchase, from which its billing days follow.
    bought: str | None
    #: Whether an emergency address is all that keeps it from being released.
    only_address: bool
    aside: Aside | None = None
    #: Why it is set aside, in a sentence.
    reason: str = ""
    #: What somebody typed to put it back although it is in use.
    why: str = ""
    #: The account that it is moved to; None where it is released.
    target: str | None = None
    #: The name which that account had when the plan was made; None where nobody noted it.
    target_name: str | None = None

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
    #: Whether somebody else has to approve it.
    two_people: bool
    #: Who did without a second person after one had been asked for; empty where nobody did.
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
        return hashlib.sha256(json.dumps(written(self), sort_keys=True, ensure_ascii=False).encode()).hexdigest()

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
    number, price, traffic = decision.number, decision.price, decision.traffic
    aside, reason = stands_against(decision, act=act) or (None, "")
    return Item(
        sid=number.sid,
        account_sid=number.account_sid,
        account=decision.account.friendly_name,
        account_status=decision.account.status,
        phone_number=number.phone_number,
        name=without_secrets(number.friendly_name),
        record=record_of(number),
        configuration=for_reading(number),
        verdict=decision.verdict.value,
        because=decision.because,
        # What no look covers is true of every number, and said once for all.
        warnings=tuple(said for said in decision.warnings if said != UNLOOKED),
        wiring=tuple(link.said for link in decision.wiring.links) if decision.wiring else (),
        unseen=decision.wiring.unseen if decision.wiring else ("Nobody looked what it is connected to.",),
        looked_at=decision.looked_at.isoformat(),
        last_used=traffic.last_used.isoformat() if traffic and traffic.last_used else None,
        monthly=str(price.monthly) if price else None,
        currency=price.currency if price else None,
        bought=_bought(number),
        only_address=only_address(decision),
        aside=aside,
        reason=reason,
        target=target,
        target_name=names.get(target) if target else None,
    )


def _bought(number: Number) -> str | None:
    written = iso_or_none(number.get("date_created"))
    return written[:10] if written else None


def only_address(decision: Decision) -> bool:
    """Tell whether a number is quiet, and nothing but an emergency address keeps it from being released."""
    blockers = {blocker for blocker, _ in decision.blockers}
    return blockers == {Blocker.EMERGENCY_ADDRESS} and decision.verdict is Verdict.QUIET


def stands_against(decision: Decision, *, act: str) -> tuple[Aside, str] | None:
    """
    Say why a number may not go with a plan; None where nothing stands against it.

    To move a parked number back is never refused for its traffic: it is the way home.
    """
    for blocker, said in decision.blockers:
        if act != BRINGING_BACK or blocker is not Blocker.PROTECTED:
            return Aside.BLOCKED, said
    if act == BRINGING_BACK:
        return None
    if decision.verdict is Verdict.UNKNOWN:
        return Aside.UNKNOWN, " ".join(decision.because)
    if decision.verdict is Verdict.IN_USE:
        return Aside.IN_USE, " ".join(decision.because)
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


def written(plan: Plan) -> dict[str, Any]:
    """Write a plan as JSON can hold it."""
    told = asdict(plan)
    for item in told["items"]:
        item["aside"] = item["aside"].value if item["aside"] else None
        # A plan in whose file it does not stand has the fingerprint that it was approved with.
        if item["target_name"] is None:
            del item["target_name"]
    return json_like(told)


def json_like(told: dict[str, Any]) -> dict[str, Any]:
    """Turn tuples into lists, as they come back from a file."""
    again: dict[str, Any] = json.loads(json.dumps(told))
    return again


def read(told: Mapping[str, Any]) -> Plan:
    """
    Read a plan as it was written.

    Raises:
        KeyError, TypeError, ValueError: It was not written by ``written``.
    """
    items = tuple(
        Item(
            **{
                **item,
                "aside": Aside(item["aside"]) if item["aside"] else None,
                "because": tuple(item["because"]),
                **{name: tuple(item[name]) for name in ("warnings", "wiring", "unseen")},
            }
        )
        for item in told["items"]
    )
    return Plan(**{**told, "items": items, "authors": tuple(told["authors"])})
