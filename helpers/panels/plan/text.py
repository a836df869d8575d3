"""The HTML of a plan: its facts, its numbers, the progress of its run, and its report."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from helpers.core.connections import NOT_LOOKED_AT
from helpers.core.dates import day
from helpers.core.grounds import in_words
from helpers.core.records import PlanAct
from helpers.decisions.sentences import connections, describe_wiring, explain_verdict, name_first_step, reason
from helpers.panels.shared.grounds import show_grounds
from helpers.panels.shared.html import count, escape, facts, local, named, phone, pill, plain
from helpers.plans.batch import BatchResult
from helpers.plans.clearance import ALLOWANCE, saved_a_year
from helpers.plans.plan import Aside, Item, Plan, of_accounts
from helpers.plans.released import ReleasedNumber
from helpers.plans.report import ReportLine, name_state, summary, why_aside
from helpers.plans.saved import PlanFile
from helpers.plans.second_person import SecondPerson
from helpers.tables.money import write_sums

#: The most accounts of a plan that its line names.
_NAMED = 3
_Choice = TypeVar("_Choice")
#: Unfolds who made a plan, why, and where it is kept.
ABOUT_PLAN = "Who made it, why, its limit, its file"
_VERBS = {PlanAct.RELEASE: "to release", PlanAct.PARK: "to park", PlanAct.BRING_BACK: "to bring back"}


def overview(plan: Plan, path: Path, second: SecondPerson, *, today: date) -> str:
    """Show the facts of a plan."""
    going = plan.going
    saved = _money(saved_a_year(going))
    days = [last for item in going if (last := item.last_good_day(today))]
    unknown = sum(item.monthly is None for item in going)
    also = f"; the price of {unknown:,} is unknown, and not in this sum" if unknown else ""
    parked = next((_target(item) for item in plan.items if item.target), "") if plan.act == PlanAct.PARK else ""
    release = plan.act == PlanAct.RELEASE
    first = {
        "Numbers": decided(plan),
        **({"Park them in": parked} if parked else {}),
        "Connected": connected(going),
        "Saves": f"{escape(saved)} a year{also}" if release else "nothing: parked numbers are billed on",
        "Next bill": _bill(days, today) if release else "as before",
    }
    more = {
        "Company": f"{named(plan.company)} {pill(live=plan.live)}",
        "Made by": escape(", then ".join(plan.authors)),
        "Why": escape(plan.why) or '<span class="desk-muted">not said</span>',
        **show_grounds(plan.grounds),
        "Limit": f"raised: {escape(plan.limit_raised)}" if plan.limit_raised else ALLOWANCE,
        "Second person": _second(plan, second),
        "Fingerprint": f"<code>{escape(plan.fingerprint[:16])}</code>",
        "Kept in": f"<code>{escape(path)}</code>",
    }
    return f'{facts(first)}<details class="desk-more"><summary>{ABOUT_PLAN}</summary>{facts(more)}</details>'


def name_chosen(plan: Plan) -> str:
    """Say on one line with which numbers a plan was made, and why."""
    chosen = of_accounts(len(plan.items), {item.account_sid: item.account for item in plan.items})
    return f"{chosen}: {plan.why}" if plan.why else chosen


def decided(plan: Plan) -> str:
    """Say how many of a plan's numbers go, and how many do not."""
    return f"{count(len(plan.going), 'number')} {_VERBS[plan.act]}, {len(plan.aside):,} not in this plan"


def name_plan(at: datetime, accounts: Sequence[str], numbers: str, *more: str) -> str:
    """Write what tells a plan from others on one line: when, of which accounts, how many numbers, and the rest."""
    also = f" and {len(accounts) - _NAMED} more" if len(accounts) > _NAMED else ""
    parts = (local(at), f"{', '.join(accounts[:_NAMED])}{also}", numbers, *more)
    return " · ".join(part for part in parts if part)


def name_file(file: PlanFile) -> str:
    """Write a plan that was made before as an option of a drop-down; by its file's name where it cannot be read."""
    plan = file.plan
    if plan is None:
        return f"{file.path.name} · cannot be read"
    numbers = count(len(plan.going), "number")
    if plan.act != PlanAct.RELEASE:
        numbers += f" {_VERBS[plan.act]}"
    states = file.became.items() if file.became is not None else ()
    only = len(states) == 1
    became = ", ".join(f"{'' if only else f'{many:,} '}{name_state(state).lower()}" for state, many in states)
    return name_plan(plan.made_at, plan.accounts, numbers, became, plan.why)


def told_apart(named_plans: Iterable[tuple[str, str, _Choice]]) -> list[tuple[str, _Choice]]:
    """Make options of lines, ids and values: the id, which is in the name of a plan's file, stands where it has to."""
    every = [(plain(line), short, value) for line, short, value in named_plans]
    times = Counter(line for line, _, _ in every)
    return [(line if times[line] == 1 else f"{line} · {short}", value) for line, short, value in every]


def connected(going: Collection[Item]) -> str:
    """Say how many of the numbers that go have a known connection, and whether all places could be read."""
    if not going:
        return "no number goes"
    wirings = [item.wiring or NOT_LOOKED_AT for item in going]
    wired, unseen = sum(bool(wiring.links) for wiring in wirings), sum(bool(wiring.unseen) for wiring in wirings)
    if len(going) == 1:
        found = "connected to something" if wired else "not known to be connected to anything"
        return f"the one that goes is {found}; it could{' not' if unseen else ''} be looked at in full"
    found = "none of those that go is known to be connected to anything"
    if wired:
        found = f"{wired:,} of those that go {'is' if wired == 1 else 'are'} connected to something"
    return f"{found}; {f'{unseen:,} could not' if unseen else 'all could'} be looked at in full"


def _second(plan: Plan, second: SecondPerson) -> str:
    if second.needed_for(plan):
        return "has to approve it"
    waived_by = second.waived_by or plan.two_dropped_by
    return f"was asked for, and done without by {escape(waived_by)}" if waived_by else "not asked for"


def _bill(days: list[date], today: date) -> str:
    if not days:
        return "unknown"
    soon = sum((last - today).days < 7 for last in days)
    return f"the first comes after {escape(day(min(days)))}; {soon:,} of them within a week"


def _target(item: Item) -> str:
    name = f"{named(item.target_name)} " if item.target_name else ""
    return f"{name}<code>{escape(item.target or '')}</code>"


def evidence(item: Item) -> str:
    """Say what was known of a number's calls and messages, and why somebody added it although it is in use."""
    known = " ".join(explain_verdict(item.traffic, datetime.fromisoformat(item.looked_at)))
    return known + (f" Added all the same: {item.why}" if item.why else "")


def second_looks(item: Item) -> tuple[str, ...]:
    """List in sentences what of a number deserves a second look."""
    looks = (*connections(item.wiring or NOT_LOOKED_AT), *map(reason, item.cautions), *describe_wiring(item.wiring))
    return tuple(dict.fromkeys(looks))


def why_not(item: Item) -> str:
    """Say in a few words why a number is not in a plan; ``why_aside`` says all of it."""
    if item.aside is not Aside.BLOCKED or item.reason is None:
        return why_aside(item)
    return f"{item.reason.code.capitalize()}. {name_first_step(item.reason)}"


def about(item: Item) -> str:
    """Show all that is known of one number of a plan."""
    aside = "" if item.aside in {None, Aside.IN_USE, Aside.UNKNOWN} else f" Not in this plan: {why_aside(item)}"
    looks = " ".join(f"⚠ {text}" for text in second_looks(item))
    return f"<p>{_number(item)}: {escape(evidence(item) + aside)}</p><p>{escape(looks)}</p>"


def heading(items: Collection[Item]) -> str:
    """Say how many numbers are in a plan."""
    return f"<b>In this plan:</b> {count(len(items), 'number')}."


def heading_aside(items: Collection[Item]) -> str:
    """Say how many numbers are not in a plan, and why not."""
    whys = Counter(item.aside for item in items).most_common()
    counts = ", ".join(f"{many:,} {aside}" for aside, many in whys)
    return (
        f"<b>Not in this plan:</b> {escape(count(len(items), 'number'))} ({escape(counts)}). "
        "Nothing happens to what is not added."
    )


def _number(item: Item | ReleasedNumber) -> str:
    return f"{phone(item.phone_number)} {named(item.name)}"


def stopped_itself(because: str) -> str:
    """Say that a run has stopped itself, and why; and that it still reads the unclear numbers."""
    return (
        f"The run has stopped itself: {because} Nothing more is sent. What had left is followed to its end, and what "
        "had no clear answer is looked up, which can take a minute."
    )


def ended(ran: BatchResult, lines: Iterable[ReportLine], *, stopped: bool) -> tuple[str, str]:
    """Say how a run ended, with the outcomes of its numbers; return the kind of the message as well."""
    shown = list(lines)
    outcome = f"{summary(shown)} {ran.also}" if ran.also else summary(shown)
    goes_on = any(line.goes_on for line in shown)
    again = " Check the plan again to go on." if goes_on else ""
    if ran.stopped_because is not None:
        return f"The run has stopped itself: {ran.stopped_because} {outcome}{again}", "bad"
    if stopped:
        return f"Stopped, as you asked. {outcome}{again}", "warning"
    if goes_on:
        return f"The run is over, and the plan is not through. {outcome} Check it again to go on.", "warning"
    if ran.also:
        return f"The run is over. {outcome}", "warning"
    return f"The plan is through. {outcome}", "good"


def told_of(line: ReportLine) -> str:
    """Say what happened to a number, who its owner is, and the grounds on which it went."""
    return " ".join(filter(None, (line.message, _owner(line), in_words(line.detail))))


def about_line(line: ReportLine) -> str:
    """Show all that is told of one number of a report."""
    return f"<p>{_number(line.item)}: {escape(told_of(line))}</p>"


def _owner(line: ReportLine) -> str:
    if not line.owner:
        return ""
    if line.owner_agreed is None:
        return f"Owner: {line.owner}; nobody wrote down that they agreed."
    return f"Owner: {line.owner}, who agreed (written down by {line.owner_agreed})."


def _money(sums: dict[str, Decimal]) -> str:
    return write_sums(sums) if sums else "an unknown sum"
