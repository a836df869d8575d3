"""
A plan: many numbers to release or to move, for people to read.  Pure.

It lists the numbers that go and those that are set aside, each with the evidence at the time when the plan was made.
Every change of a plan changes its fingerprint, and an approval names the fingerprint.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

import msgspec

from helpers.actions.settings import for_reading
from helpers.core.account_names import to_type
from helpers.core.connections import NOT_LOOKED_AT, Wiring
from helpers.core.dates import iso_or_none
from helpers.core.grounds import NO_GROUNDS, Grounds
from helpers.core.reasons import PROTECTING, Cause, Reason
from helpers.core.records import Decision, Number, PlanAct, Traffic, Verdict
from helpers.core.redact import without_secrets
from helpers.core.typed_text import visible
from helpers.decisions.decision import is_blocked_by_address_only
from helpers.evidence.billing import next_billing_day


class Aside(StrEnum):
    """The reason, in short, why a number of a plan does not go."""

    BLOCKED = "blocked"
    IN_USE = "in use"
    UNKNOWN = "could not be judged"
    CHANGED = "changed"
    GONE = "not there any more"
    BY_HAND = "left out by hand"
    #: By the kit, during the run.
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
    #: The fingerprint of the whole record, which finds any change of it.
    record: str
    #: Its settings, without user names and passwords in web addresses.
    configuration: Mapping[str, Any]
    verdict: Verdict
    #: Its calls and messages; None if nobody looked.
    traffic: Traffic | None
    #: Its connections; None if nobody looked.
    wiring: Wiring | None
    #: The reasons why its silence proves little.
    cautions: tuple[Reason, ...]
    #: Times, days and money are text, so that a plan is the same after it was a file.  ISO, with a zone.
    looked_at: str
    #: In the currency; None if the price is unknown.
    monthly: str | None
    currency: str | None
    #: The ISO day of its purchase, which determines its billing days; None if unknown.
    bought: str | None
    #: Whether an emergency address is its only blocker.
    only_address: bool
    aside: Aside | None = None
    #: The reason why it is set aside; None if it is not.
    reason: Reason | None = None
    #: The reason that somebody typed to add it although it is in use.
    why: str = ""
    #: The account to move it to; None for a release.
    target: str | None = None
    #: The label of that account when the plan was made; None if it was not written down.
    target_name: str | None = None

    @property
    def last_used(self) -> datetime | None:
        """The time of its last known call or message; None if there is none."""
        return self.traffic.last_used if self.traffic else None

    @property
    def deserves_a_second_look(self) -> bool:
        """Whether it is connected to something, not all places could be looked at, or its silence proves little."""
        wiring = self.wiring or NOT_LOOKED_AT
        return bool(self.cautions or wiring.links or wiring.unseen or not wiring.region_seen)

    def next_billing(self, today: date) -> date | None:
        """Compute its next billing day after today; None if its billing day is unknown."""
        if self.bought is None:
            return None
        return next_billing_day(date.fromisoformat(self.bought), today=today + timedelta(days=1))

    def last_good_day(self, today: date) -> date | None:
        """Compute the last day on which a release saves the next month; None if its billing day is unknown."""
        billed = self.next_billing(today)
        return billed - timedelta(days=1) if billed else None


@dataclass(frozen=True, slots=True)
class Plan:
    """An act on many numbers, with its authors."""

    #: Stays the same after every change: the ids of the journal entries begin with it.
    id: str
    act: PlanAct
    #: The company's main account, or the only account that the credentials can see.
    company_sid: str
    company: str
    live: bool
    #: Everybody who made or changed it, in order, as ``user@machine``.
    authors: tuple[str, ...]
    made_at: str
    why: str
    #: Whether the plan itself asks for a second person, as plans did before the rule for all of them; new ones do not.
    two_people: bool
    #: Who did without a second person after this plan had asked for one; empty if nobody did.
    two_dropped_by: str
    #: The reason for which the limit was raised; empty if it was not.
    limit_raised: str
    #: How many numbers each account of the plan had when it was made.
    held: Mapping[str, int]
    items: tuple[Item, ...]
    grounds: Grounds = NO_GROUNDS

    @property
    def going(self) -> tuple[Item, ...]:
        """The numbers that are not set aside."""
        return tuple(item for item in self.items if item.aside is None)

    @property
    def aside(self) -> tuple[Item, ...]:
        """The numbers that are set aside."""
        return tuple(item for item in self.items if item.aside is not None)

    @property
    def fingerprint(self) -> str:
        """The hash of the whole plan: a change of one letter changes it."""
        return fingerprint_of(written(self))

    def sentence(self, going: Collection[Item]) -> str:
        """Make the sentence that has to be typed before these of its numbers go: with their account, or how many."""
        accounts = {item.account_sid: item.account for item in going} or {self.company_sid: self.company}
        things = of_accounts(len(going), accounts)
        if self.act == PlanAct.RELEASE:
            return f"release {things}"
        # Parked numbers all go to one account; each number that is brought back, to the account that it came from.
        one = next((item for item in going if item.target_name), None) if self.act == PlanAct.PARK else None
        return f"move {things} to {_typeable(one.target_name or '', one.target or '')}" if one else f"move {things}"


def of_accounts(numbers: int, accounts: Mapping[str, str]) -> str:
    """
    Say how many numbers of which account, or of how many, as it is typed.

    Args:
        accounts: The labels of the accounts, by sid.

    >>> of_accounts(1, {"AC1": "Acme"}), of_accounts(30, {"AC1": "Acme", "AC2": "Shop"})
    ('1 number of Acme', '30 numbers of 2 accounts')
    """
    sid, label = next(iter(accounts.items()))
    whose = _typeable(label, sid) if len(accounts) == 1 else f"{len(accounts)} accounts"
    return f"{numbers} number{'s' if numbers != 1 else ''} of {whose}"


def _typeable(label: str, account_sid: str) -> str:
    return " ".join(visible(to_type(label, account_sid)).split())


def make_plan(
    decisions: Iterable[Decision],
    *,
    id: str,  # noqa: A002  # the word of the field
    act: PlanAct,
    company_sid: str,
    company: str,
    live: bool,
    author: str,
    made_at: datetime,
    why: str,
    grounds: Grounds,
    held: Mapping[str, int],
    targets: Mapping[str, str],
    names: Mapping[str, str],
) -> Plan:
    """
    Make a plan from decisions; the numbers that may not go are set aside, with the reason.

    The numbers stand in the order of their next bill, because a release before it saves a month: Twilio refunds nothing
    of a month that has begun.

    Args:
        held: How many numbers each account has, by its sid.

        targets: For a plan that moves: the account to move each number to, by the number's sid.

        names: The labels of the accounts, by sid.
    """
    items = [
        _item(decision, act=act, grounds=grounds, target=targets.get(decision.number.sid), names=names)
        for decision in decisions
    ]
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
        grounds=grounds,
    )


def _item(decision: Decision, *, act: PlanAct, grounds: Grounds, target: str | None, names: Mapping[str, str]) -> Item:
    number, price = decision.number, decision.price
    aside, reason = stands_against(decision, act=act, grounds=grounds) or (None, None)
    only_address = is_blocked_by_address_only(decision)
    if only_address and reason is not None and act != PlanAct.BRING_BACK:
        # The ticket is asked for first, because unregistering the address needs it, too.
        status = reason.details["status"]
        asked = (each for each in decision.blockers[1:] if not grounds.answers(each))
        reason = next((Reason(each.code, {**each.details, "address": status}) for each in asked), reason)
    return Item(
        sid=number.sid,
        account_sid=number.account_sid,
        account=decision.account.label,
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
        only_address=only_address,
        aside=aside,
        reason=reason,
        target=target,
        target_name=names.get(target) if target else None,
    )


def as_judged(item: Item, decision: Decision) -> Item:
    """Replace what the plan's file says about a number, which anybody can edit, by what was judged now."""
    price = decision.price
    return replace(
        item,
        verdict=decision.verdict,
        traffic=decision.traffic,
        wiring=decision.wiring,
        cautions=decision.cautions,
        looked_at=decision.looked_at.isoformat(),
        monthly=str(price.monthly) if price else None,
        currency=price.currency if price else None,
        bought=_bought(decision.number),
    )


def _bought(number: Number) -> str | None:
    written = iso_or_none(number.get("date_created"))
    return written[:10] if written else None


def stands_against(decision: Decision, *, act: PlanAct, grounds: Grounds) -> tuple[Aside, Reason] | None:
    """
    Return the reason why a number may not go with a plan; None if it may.

    Neither traffic nor a protection keeps a parked number from being brought back.
    """
    for blocker in decision.blockers:
        if (act != PlanAct.BRING_BACK or blocker.code not in PROTECTING) and not grounds.answers(blocker):
            return Aside.BLOCKED, blocker
    return None if act == PlanAct.BRING_BACK else by_verdict(decision.verdict)


def by_verdict(verdict: Verdict) -> tuple[Aside, Reason] | None:
    """Return the reason that a verdict is against a number of a plan; None for a quiet one."""
    return {
        Verdict.UNKNOWN: (Aside.UNKNOWN, Reason(Cause.UNKNOWN)),
        Verdict.IN_USE: (Aside.IN_USE, Reason(Cause.IN_USE)),
        Verdict.QUIET: None,
    }[verdict]


def asks_for_ticket(item: Item) -> bool:
    """Tell whether a reason code and a ticket are all that a number waits for."""
    return item.aside is not None and item.reason is not None and item.reason.code is Cause.TICKET_REQUIRED


def record_of(number: Number) -> str:
    """Hash the record of a number: every field that Twilio stated."""
    return hashlib.sha256(json.dumps(number.stated, sort_keys=True).encode()).hexdigest()


def with_emergency_address(plan: Plan) -> tuple[Item, ...]:
    """List the numbers of a plan whose only blocker is an emergency address."""
    blocked = (item for item in plan.aside if item.aside is Aside.BLOCKED and item.only_address)
    return tuple(item for item in blocked if not asks_for_ticket(item))


def unregistering(plan: Plan) -> str | None:
    """Make the sentence that has to be typed before those addresses are unregistered; None if there are none."""
    many = len(with_emergency_address(plan))
    return f"unregister {many} emergency address{'es' if many != 1 else ''}" if many else None


# -- as a file -----------------------------------------------------------------------------------


def fingerprint_of(plan_fields: Mapping[str, Any]) -> str:
    """Hash the fields of a plan, as they stand in its file."""
    return hashlib.sha256(json.dumps(plan_fields, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def written(plan: Plan) -> dict[str, Any]:
    """Turn a plan into fields for JSON."""
    plan_fields: dict[str, Any] = msgspec.to_builtins(plan)
    return plan_fields


def read(plan_fields: Mapping[str, Any]) -> Plan:
    """
    Make a plan from the fields in its file.

    Raises:
        ValueError: A field is missing, or has another type.
    """
    return msgspec.convert(plan_fields, Plan)


def read_old(plan_fields: Mapping[str, Any]) -> Plan:
    """
    Make a plan from the file of 0.1.0, for reading only: its numbers are set aside, and a new plan can be made of them.

    The file holds sentences where plans hold facts now, and no sentence becomes a fact.

    Raises:
        KeyError, TypeError, ValueError, AttributeError: A field is missing, or has another type.
    """
    items = [_old_item(item) for item in plan_fields["items"]]
    return msgspec.convert({**plan_fields, "items": items}, Plan)


def _old_item(item_fields: Mapping[str, Any]) -> dict[str, Any]:
    kept = {field.name: item_fields[field.name] for field in fields(Item) if field.name in item_fields}
    by_hand = item_fields["aside"] == Aside.BY_HAND
    reason = Reason(Cause.BY_HAND, {"by": "somebody"}) if by_hand else Reason(Cause.OLD_PLAN)
    aside = Aside.BY_HAND if by_hand else Aside.OLD
    return {**kept, "traffic": None, "wiring": None, "cautions": (), "aside": aside, "reason": asdict(reason)}
