"""
The shape that a plan's file must have before the kit believes any of it.  Pure.

The fingerprint in a file finds a damaged file, but no edited one: anybody can compute it.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from helpers.core.dates import YEARS
from helpers.core.records import PlanAct, Traffic
from helpers.plans.plan import Item, Plan

#: Becomes a part of file names and of journal entries, whose ids have at most 64 characters.  A hyphen would let one
#: plan's id begin with another's.
_ID = re.compile(r"[0-9A-Za-z]{1,24}")
_NUMBER = re.compile(r"PN[0-9a-fA-F]{32}")
_ACCOUNT = re.compile(r"AC[0-9a-fA-F]{32}")
#: More than any number costs in a month, in any currency.
_DEAREST = Decimal(10_000_000)


def require_id(plan: Plan) -> None:
    """
    Require an id that is safe in the name of a file.

    Raises:
        ValueError: It is not.
    """
    _require(_ID.fullmatch(plan.id), "its id")


def require_shape(plan: Plan) -> None:
    """
    Require that every field of a plan can be used as what it is: a sid in a request, a day in a calendar, a price.

    Raises:
        ValueError: One cannot.
    """
    require_id(plan)
    _require(_ACCOUNT.fullmatch(plan.company_sid), "its company")
    _require(plan.authors and all(author.strip() for author in plan.authors), "its authors")
    _require_zone(datetime.fromisoformat(plan.made_at))
    _require(all(_ACCOUNT.fullmatch(sid) and many >= 0 for sid, many in plan.held.items()), "what its accounts hold")
    require_shapes(plan.items)
    _require(len({item.sid for item in plan.items}) == len(plan.items), "a number stands in it twice")
    targets = {item.target for item in plan.items}
    _require((None in targets) == (plan.act == PlanAct.RELEASE) or not targets, "where its numbers go")
    # The typed sentence names one account.
    named = {(item.target, item.target_name) for item in plan.items}
    _require(plan.act == PlanAct.BRING_BACK or len(named) <= 1, "where its numbers go")


def require_shapes(items: Iterable[Item]) -> None:
    """
    Require the same of the fields of numbers.

    Raises:
        ValueError: One cannot be used.
    """
    for item in items:
        _require(_NUMBER.fullmatch(item.sid), "a number's sid")
        _require(_ACCOUNT.fullmatch(item.account_sid), "a number's account")
        _require(item.target is None or _ACCOUNT.fullmatch(item.target), "where a number goes")
        _require_zone(datetime.fromisoformat(item.looked_at))
        _require((item.monthly is None) == (item.currency is None), "a price")
        _require(item.monthly is None or _is_price(item.monthly), "a price")
        _require(item.bought is None or date.fromisoformat(item.bought).year in YEARS, "the day of a purchase")
        if item.traffic is not None:
            _require_traffic(item.traffic)


def _require_traffic(traffic: Traffic) -> None:
    _require(all(count is None or count >= 0 for count in (traffic.calls, traffic.messages)), "calls and messages")
    moments = (traffic.since, traffic.until, traffic.last_call_in, traffic.last_call_out)
    for moment in (*moments, traffic.last_message_in, traffic.last_message_out, traffic.oldest_message):
        if moment is not None:
            _require_zone(moment)


def _is_price(text: str) -> bool:
    try:
        price = Decimal(text)
    except ArithmeticError:
        return False
    # A price of a million digits would take as long to show, and a table keeps ten decimals.
    return len(text) <= 32 and price.is_finite() and 0 <= price < _DEAREST and round(price, 10) == price


def _require_zone(moment: datetime) -> None:
    _require(moment.tzinfo and moment.year in YEARS, "a time without a zone, or of another age")


def _require(fits: object, field: str) -> None:
    if not fits:
        raise ValueError(field)
