"""Changes of a plan by people: each has an author, and ends an approval.  Pure."""

from dataclasses import replace

from helpers.core.errors import NotRunnable
from helpers.core.reasons import Cause, Reason
from helpers.core.records import PlanAct, Verdict
from helpers.plans.plan import Aside, Item, Plan

#: Numbers that people may put back.  Blocked, unknown and missing numbers stay set aside.
MAY_RETURN = {Aside.IN_USE, Aside.BY_HAND}


def put_back(plan: Plan, sid: str, *, why: str, author: str) -> Plan:
    """
    Put a number back that was left out by hand, or one that is in use, with a reason.

    Raises:
        NotRunnable: It may not go, or the reason is missing.  The plan is as it was.
    """
    item = _find(plan, sid)
    if item.aside not in MAY_RETURN:
        raise NotRunnable(f"{item.phone_number} stays as it is: it is {item.aside or 'not set aside'}.")
    in_use = item.verdict is Verdict.IN_USE and plan.act != PlanAct.BRING_BACK
    if in_use and not why.strip():
        raise NotRunnable(f"{item.phone_number} stays set aside: it is in use. To put it back, write down why.")
    # The reason for a quiet number does not count if the number is in use later.
    return _with(plan, replace(item, aside=None, reason=None, why=why.strip() if in_use else ""), author)


def leave_out(plan: Plan, sid: str, *, author: str) -> Plan:
    """
    Set a number aside by hand.

    Raises:
        NotRunnable: It is set aside already.  The plan is as it was.
    """
    item = _find(plan, sid)
    if item.aside is not None and not (item.aside is Aside.BLOCKED and item.only_address):
        raise NotRunnable(f"{item.phone_number} is set aside already: {item.aside}.")
    by_hand = Reason(Cause.BY_HAND, {"who": author})
    return _with(plan, replace(item, aside=Aside.BY_HAND, reason=by_hand, why=""), author)


def raise_limit(plan: Plan, *, why: str, author: str) -> Plan:
    """
    Let this plan take more numbers than plans may.

    Raises:
        NotRunnable: The reason is missing.  The limit is as it was.
    """
    if not why.strip():
        raise NotRunnable("The limit was not raised: write down why this plan may take more.")
    return replace(plan, limit_raised=why.strip(), authors=_authors(plan, author))


def carry_over(old: Plan, new: Plan, *, author: str) -> Plan:
    """Copy the decisions of people from an old plan into a new plan of the same numbers."""
    before = {item.sid: item for item in old.items}
    items = []
    for item in new.items:
        was = before.get(item.sid)
        if was is not None and was.aside is Aside.BY_HAND:
            items.append(replace(item, aside=Aside.BY_HAND, reason=was.reason))
        elif was is not None and was.why and item.aside is Aside.IN_USE:
            items.append(replace(item, aside=None, reason=None, why=was.why))
        else:
            items.append(item)
    kept = {name: getattr(old, name) for name in ("two_people", "two_dropped_by", "limit_raised")}
    kept["authors"] = _authors(old, author)
    return replace(new, items=tuple(items), **kept)


def _find(plan: Plan, sid: str) -> Item:
    item = next((item for item in plan.items if item.sid == sid), None)
    if item is None:
        raise NotRunnable(f"{sid} is not in this plan. Nothing was changed.")
    return item


def _with(plan: Plan, changed: Item, author: str) -> Plan:
    items = tuple(changed if item.sid == changed.sid else item for item in plan.items)
    return replace(plan, items=items, authors=_authors(plan, author))


def _authors(plan: Plan, author: str) -> tuple[str, ...]:
    return plan.authors if author in plan.authors else (*plan.authors, author)
