"""
Decides whether a plan may run, from its limits, its approval, its age and the typed text.

The functions are pure: they read and send nothing.
"""

from collections import Counter
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from helpers.actions.settings import for_reading
from helpers.core.account_names import to_type
from helpers.core.connections import NOT_LOOKED_AT
from helpers.core.reasons import Cause, Reason
from helpers.core.records import Account, Decision, PlanAct, Verdict
from helpers.core.redact import without_secrets
from helpers.core.typed_text import is_sentence, not_typed
from helpers.decisions.decision import VALID_FOR, is_production_name
from helpers.plans.homes import Homes
from helpers.plans.plan import Aside, Item, Plan, as_judged, record_of, stands_against
from helpers.plans.released import ReleasedNumber
from helpers.plans.second_person import SecondPerson

#: How many numbers one plan may take, or this share of what the account has, whichever is more.
AT_MOST, SHARE = 50, Decimal("0.1")
#: The same in words, for people.
ALLOWANCE = f"{AT_MOST} numbers of an account, or a tenth of it where that is more"


@dataclass(frozen=True, slots=True)
class Checked:
    """A plan whose numbers were checked again."""

    plan: Plan
    at: datetime
    #: The decisions for the numbers that may go, by sid.
    decisions: Mapping[str, Decision]
    #: The numbers that may go, in the order of the plan, as they were judged now.
    going: tuple[Item, ...]
    #: The numbers that the check set aside, each with its present reason.
    aside: tuple[Item, ...]
    #: The numbers for which an earlier run sent a request whose outcome is not known yet.
    out: tuple[Item, ...] = ()
    #: How many numbers each account has now, where the limit depends on it; missing for an account that was not read.
    held: Mapping[str, int] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """The sentence that the operator types before the run."""
        return self.plan.sentence(self.going)

    @property
    def production(self) -> tuple[str, ...]:
        """What is typed for the accounts that look like production, by the names that they have now."""
        accounts = {self.decisions[item.sid].account for item in self.going}
        marked = (account for account in accounts if is_production_name(account.friendly_name))
        return tuple(sorted(to_type(account.label, account.sid) for account in marked))


def check(
    plan: Plan,
    decisions: Mapping[str, Decision],
    *,
    unread: Mapping[str, Reason],
    accounts: Mapping[str, Account],
    at: datetime,
    held: Mapping[str, int] | None = None,
    homes: Homes | None = None,
    done: Container[str] = (),
    out: Container[str] = (),
) -> Checked:
    """
    Compare a plan with the present state of its numbers, and set aside those that changed or may not go.

    Args:
        decisions: The present decision for each number, by sid. A number that is no longer in its
            account is missing.

        unread: Why a number could not be looked at, by its sid.

        accounts: The company's accounts as they are now, by sid.

        held: How many numbers the accounts have now, where the limit depends on it; see ``needs_counts``.

        homes: Where parked numbers came from, for a plan that brings them back.

        done, out: The sids that an earlier run finished, and those for which it sent a request
            whose outcome is not known. Neither is judged again.
    """
    seen: dict[str, Decision] = {}
    going, aside = [], []
    for item in plan.going:
        if item.sid in done or item.sid in out:
            continue
        decision = decisions.get(item.sid)
        against = _against(item, decision, plan=plan, unread=unread.get(item.sid))
        against = against or _nowhere_to_go(item, accounts)
        if plan.act == PlanAct.BRING_BACK:
            against = against or _not_home(item, homes or {})
        if against is None and decision is not None:
            seen[item.sid] = decision
            going.append(as_judged(item, decision))
        elif against is not None:
            aside.append(_set_aside(item, decision, *against))
    unsettled = tuple(item for item in plan.going if item.sid in out)
    return Checked(plan, at, seen, tuple(going), tuple(aside), unsettled, held or {})


def _set_aside(item: Item, decision: Decision | None, aside: Aside, reason: Reason) -> Item:
    """Set a number aside. If its use is the reason, store what was judged now as well."""
    item = replace(item, aside=aside, reason=reason)
    if decision is None or reason.code not in {Cause.IN_USE, Cause.UNKNOWN}:
        return item
    return as_judged(item, decision)


def _against(
    item: Item, decision: Decision | None, *, plan: Plan, unread: Reason | None
) -> tuple[Aside, Reason] | None:
    if unread is not None:
        return Aside.UNKNOWN, unread.with_cause(Cause.NOT_LOOKED_AT, {})
    if decision is None:
        return Aside.GONE, Reason(Cause.NOT_THERE)
    changed = changes_since_made(item, decision)
    if changed:
        return Aside.CHANGED, Reason(Cause.FIELDS_CHANGED, {"fields": changed})
    against = stands_against(decision, act=plan.act, grounds=plan.grounds)
    # The operator's reason counts only if the number was already in use when the reason was written.
    if against is not None and against[0] is Aside.IN_USE and item.why and item.verdict is Verdict.IN_USE:
        against = None
    return against or _moved_on(item, decision)


def _moved_on(item: Item, decision: Decision) -> tuple[Aside, Reason] | None:
    """Find changes outside the number's own record: in its account and its connections."""
    account = decision.account
    if (account.label, account.status) != (item.account, item.account_status):
        was = {"was": item.account, "was_status": item.account_status}
        now = {"now": account.label, "now_status": account.status}
        return Aside.CHANGED, Reason(Cause.ACCOUNT_CHANGED, {**was, **now})
    wiring, before = decision.wiring or NOT_LOOKED_AT, item.wiring or NOT_LOOKED_AT
    gained = next((link for link in wiring.links if link not in before.links), None)
    if gained is not None:
        return Aside.CHANGED, gained.as_reason(Cause.CONNECTED_SINCE)
    if wiring.unseen and not before.unseen:
        gap = wiring.unseen[0]
        return Aside.UNKNOWN, gap.why.with_cause(Cause.UNSEEN_SINCE, {"place": gap.place.value, "part": gap.part})
    return None


def target_gone(item: Item) -> Reason:
    """Make the reason that the account to move a number to is not there."""
    return Reason(Cause.TARGET_GONE, {"sid": item.target, "name": item.target_name or "without a name"})


def _nowhere_to_go(item: Item, accounts: Mapping[str, Account]) -> tuple[Aside, Reason] | None:
    if item.target is None:
        return None
    target = accounts.get(item.target)
    if target is None:
        return Aside.BLOCKED, target_gone(item)
    # The typed sentence names it.
    if item.target_name != target.label:
        was = item.target_name or "without a name"
        return Aside.CHANGED, Reason(Cause.TARGET_RENAMED, {"was": was, "now": target.label})
    if target.status != "active":
        return Aside.BLOCKED, Reason(Cause.TARGET_INACTIVE, {"name": target.label, "status": target.status})
    return None


def _not_home(item: Item, homes: Homes) -> tuple[Aside, Reason] | None:
    """Set a number aside unless the journal says that it came from its target: traffic never keeps it from going."""
    if homes.get(item.sid, {}).get(item.account_sid) == item.target:
        return None
    return Aside.CHANGED, Reason(Cause.FIELDS_CHANGED, {"fields": ("the account that it came from",)})


def changes_since_made(item: Item, decision: Decision) -> tuple[str, ...]:
    """
    Name the fields of a number that are different now; ``its record`` for one that a plan does not show.

    What people read in the plan is compared by itself: the fingerprint of the record in an edited file may be right.
    """
    number = decision.number
    now = for_reading(number)
    changed = {name for name in {*item.configuration, *now} if item.configuration.get(name) != now.get(name)}
    if item.phone_number != number.phone_number:
        changed.add("phone_number")
    if item.name != without_secrets(number.friendly_name):
        changed.add("name")
    if not changed and record_of(number) != item.record:
        changed.add("its record")
    return tuple(sorted(changed))


@dataclass(frozen=True, slots=True)
class Circumstances:
    """The place, the person and the time of a run."""

    company_sid: str
    live: bool
    #: The person who runs it, as ``user@machine``.
    who: str
    #: The rule about second persons, and the plan's approvals.
    second: SecondPerson
    now: datetime


def refused(checked: Checked, here: Circumstances, *, typed: str, accounts_typed: str) -> str | None:
    """
    Return the reason why a plan may not run; None if it may.

    Args:
        typed, accounts_typed: The text typed for the plan, and the typed names of the accounts that
            look like production, separated by commas.
    """
    before = stops(checked, here)
    if before is not None:
        return before
    missing = not_typed(accounts_typed, checked.production)
    if missing:
        return f"Nothing was sent: {missing[0]} looks like production. Type the name of that account as well."
    if not is_sentence(typed, checked.sentence):
        return f"Nothing was sent: what was typed is not “{checked.sentence}”."
    return None


def stops(checked: Checked, here: Circumstances) -> str | None:
    """Return the reason that stops a plan regardless of the typed text; None if there is none."""
    plan = checked.plan
    foreign = of_another_company(plan, company_sid=here.company_sid, live=here.live)
    if foreign is not None:
        return foreign
    if not checked.going and not checked.out:
        return "Nothing is left in this plan that may go."
    if here.now - checked.at > VALID_FOR:
        return "The check is more than an hour old, and somebody may have begun to use a number. Check again."
    over = over_the_limit(plan, checked.held)
    if over:
        return f"{over[0]} Leave some out, or raise the limit for this plan, with a reason."
    return here.second.missing(plan, here.who)


def of_another_company(plan: Plan, *, company_sid: str, live: bool) -> str | None:
    """Return a sentence if the plan was made for another company or desk; None otherwise."""
    if plan.live != live:
        here, there = ("LIVE", "the practice Twilio") if live else ("the practice Twilio", "LIVE")
        return f"This plan was made on {there}, and this desk is on {here}. Nothing was sent."
    if plan.company_sid != company_sid:
        return (
            f"This plan was made for {plan.company} ({plan.company_sid}), which is not the company at this desk. "
            "Nothing was sent."
        )
    return None


def needs_counts(plan: Plan) -> bool:
    """Tell whether the limit of a plan depends on how many numbers its accounts have."""
    return not _is_unlimited(plan) and len(plan.going) > AT_MOST


def _is_unlimited(plan: Plan) -> bool:
    return bool(plan.limit_raised.strip()) or plan.act == PlanAct.BRING_BACK


def over_the_limit(plan: Plan, held: Mapping[str, int] | None = None) -> tuple[str, ...]:
    """
    Return a sentence for each limit that a plan exceeds; none if the limit was raised.

    Args:
        held: How many numbers each account has now; without it, as many as when the plan was made.
    """
    if _is_unlimited(plan):
        return ()
    held = plan.held if held is None else held
    sentences = []
    by_account = Counter(item.account_sid for item in plan.going)
    names = {item.account_sid: item.account for item in plan.items}
    for sid, many in by_account.items():
        allowed = allowance(held.get(sid, 0))
        if many > allowed:
            counted = f"{many:,} of the {held.get(sid, 0):,} numbers of {names[sid]} are too many for one plan"
            uncounted = f"{names[sid]} could not be read, so {many:,} of its numbers are too many for one plan"
            sentences.append(f"{counted if sid in held else uncounted}: {allowed:,} may go.")
    whole = allowance(sum(held.values()))
    if len(plan.going) > whole and not sentences:
        sentences.append(f"{len(plan.going):,} numbers are too many for one plan: {whole:,} may go.")
    return tuple(sentences)


def allowance(held: int) -> int:
    """
    Return how many of an account's numbers one plan may take.

    >>> allowance(12), allowance(499), allowance(2000)
    (50, 50, 200)
    """
    return max(AT_MOST, int(held * SHARE))


def saved_a_year(items: Iterable[Item | ReleasedNumber]) -> dict[str, Decimal]:
    """Add up the yearly savings by currency, without the numbers of unknown price."""
    saved: dict[str, Decimal] = {}
    for item in items:
        if item.monthly is not None and item.currency is not None:
            saved[item.currency] = saved.get(item.currency, Decimal(0)) + 12 * Decimal(item.monthly)
    return saved
