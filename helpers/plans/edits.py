"""Changes of a plan by people: each has an author, and ends an approval.  Pure."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from helpers.core.errors import NotRunnable
from helpers.core.grounds import Grounds
from helpers.core.reasons import Cause, Reason
from helpers.core.records import PlanAct, Verdict
from helpers.core.redact import without_secrets
from helpers.plans.plan import Aside, Item, Plan, asks_for_ticket, by_verdict

#: A change of a plan, by its author; it returns the same plan if it changes nothing.
Change = Callable[[Plan, str], Plan]
#: A changed plan, and those of the chosen numbers that stay as they are.  If all do, the plan is the one before.
Edited = tuple[Plan, tuple[Item, ...]]
#: Other reasons mean that a number is blocked.
_ASIDE = {Cause.IN_USE: Aside.IN_USE, Cause.UNKNOWN: Aside.UNKNOWN}


def may_be_added(item: Item) -> bool:
    """Tell whether people may add a number to the plan: one that they left out, or one that is in use."""
    return item.aside is not None and _before(item).aside in {None, Aside.IN_USE}


def add(plan: Plan, sids: Collection[str], *, why: str, author: str) -> Edited:
    """
    Add numbers that were left out by hand, and numbers that are in use, these with a reason.

    Blocked, unknown and missing numbers stay out, whatever the reason.

    Raises:
        NotRunnable: No number was chosen, one is not of this plan, or the reason is missing.  Nothing was changed.
    """
    changed, stay, lacking = {}, [], 0
    for item in _find(plan, sids):
        was = _before(item)
        if may_be_added(item):
            in_use = was.verdict is Verdict.IN_USE and plan.act != PlanAct.BRING_BACK
            lacking += in_use and not why.strip()
            # The reason for a quiet number does not count if the number is in use later.
            was = replace(was, aside=None, reason=None, why=without_secrets(why.strip()) if in_use else "")
        else:
            stay.append(was)
        changed[item.sid] = was
    if lacking:
        are = "number is" if lacking == 1 else "numbers are"
        raise NotRunnable(f"Nothing was added: {lacking:,} chosen {are} in use. Write down why they may go anyway.")
    return _with(plan, changed, author), tuple(stay)


def leave_out(plan: Plan, sids: Collection[str], *, author: str) -> Edited:
    """
    Leave numbers out of the plan by hand, also those that wait for their emergency address to be unregistered.

    Raises:
        NotRunnable: No number was chosen, or one is not of this plan.  Nothing was changed.
    """
    changed, stay = {}, []
    for item in _find(plan, sids):
        if item.aside is None or (item.aside is Aside.BLOCKED and item.only_address):
            changed[item.sid] = _by_hand(item, author)
        else:
            stay.append(item)
    return _with(plan, changed, author), tuple(stay)


def raise_limit(plan: Plan, *, why: str, author: str) -> Plan:
    """
    Let this plan take more numbers than plans may.

    Raises:
        NotRunnable: The reason is missing.  The limit is as it was.
    """
    if not why.strip():
        raise NotRunnable("The limit was not raised: write down why this plan may take more.")
    return replace(plan, limit_raised=without_secrets(why.strip()), authors=_authors(plan, author))


def give_grounds(plan: Plan, grounds: Grounds, *, author: str) -> Plan:
    """
    Write a reason code and a ticket into a plan; the numbers that waited for nothing else are quiet ones of it then.

    Raises:
        NotRunnable: One of the two is missing.  Nothing was changed.
    """
    if not grounds.complete:
        raise NotRunnable("Nothing was changed: choose a reason code, and write the ticket.")
    items = tuple(_no_longer_asked(item) if asks_for_ticket(item) else item for item in plan.items)
    return replace(plan, items=items, grounds=grounds, authors=_authors(plan, author))


def _no_longer_asked(item: Item) -> Item:
    if item.only_address and item.reason:
        return replace(item, reason=Reason(Cause.EMERGENCY_ADDRESS, {"status": item.reason.details["address"]}))
    aside, reason = by_verdict(item.verdict) or (None, None)
    return replace(item, aside=aside, reason=reason)


def carry_over(old: Plan, new: Plan, *, author: str) -> Plan:
    """Copy the decisions of people from an old plan into a new plan of the same numbers."""
    before = {item.sid: item for item in old.items}
    items = []
    for item in new.items:
        was = before.get(item.sid)
        if was is not None and was.aside is Aside.BY_HAND:
            items.append(_by_hand(item, _who_left_out(was) or author))
        elif was is not None and was.why and item.aside is Aside.IN_USE:
            items.append(replace(item, aside=None, reason=None, why=was.why))
        else:
            items.append(item)
    kept = {name: getattr(old, name) for name in ("two_people", "two_dropped_by", "limit_raised")}
    kept["authors"] = _authors(old, author)
    return replace(new, items=tuple(items), **kept)


def _by_hand(item: Item, author: str) -> Item:
    details = {"by": author}
    # What stands against it anyway is kept: whoever adds it again gets no number that may not go.
    reason = item.reason.with_cause(Cause.BY_HAND, details) if item.reason else Reason(Cause.BY_HAND, details)
    return replace(item, aside=Aside.BY_HAND, reason=reason, why="")


def _who_left_out(item: Item) -> str:
    details = item.reason.details if item.reason else {}
    # Earlier versions wrote "who".
    return str(details.get("by") or details.get("who") or "")


def _before(item: Item) -> Item:
    """Return a number as it was before it was left out by hand."""
    if item.aside is not Aside.BY_HAND:
        return item
    if item.reason is None or "cause" not in item.reason.details:
        # Earlier versions did not keep what stood against it.
        is_lost = item.reason is not None and "by" not in item.reason.details
        if is_lost and (item.verdict is Verdict.UNKNOWN or item.only_address):
            return replace(item, aside=Aside.OLD, reason=Reason(Cause.OLD_PLAN))
        return replace(item, aside=None, reason=None)
    cause = item.reason.cause
    details = {name: detail for name, detail in cause.details.items() if name != "by"}
    return replace(item, aside=_ASIDE.get(cause.code, Aside.BLOCKED), reason=Reason(cause.code, details))


def _find(plan: Plan, sids: Collection[str]) -> list[Item]:
    if not sids:
        raise NotRunnable("No number was chosen. Nothing was changed.")
    chosen = [item for item in plan.items if item.sid in sids]
    if missing := set(sids) - {item.sid for item in chosen}:
        raise NotRunnable(f"{', '.join(sorted(missing))} is not in this plan's list. Nothing was changed.")
    return chosen


def _with(plan: Plan, changed: Mapping[str, Item], author: str) -> Plan:
    items = tuple(changed.get(item.sid, item) for item in plan.items)
    return replace(plan, items=items, authors=_authors(plan, author)) if items != plan.items else plan


def _authors(plan: Plan, author: str) -> tuple[str, ...]:
    return plan.authors if author in plan.authors else (*plan.authors, author)
