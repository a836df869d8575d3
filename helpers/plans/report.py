"""
The report of a plan: the state of each number, the reason it was set aside, and the time left to take it back.

It is made from the plan and the journal, so it can be made again at any time.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from icalendar import Alarm, Calendar
from icalendar import Event as CalendarEvent

from helpers.actions.settings import left_by_hand, summary_of
from helpers.core.dates import day_and_hour
from helpers.core.failures import FAILURES
from helpers.core.number_note import NumberNote
from helpers.core.reasons import Cause, reason_in
from helpers.core.redact import without_secrets
from helpers.decisions.journal_sentences import explain_journal_row, explain_state
from helpers.decisions.sentences import describe_wiring, explain_verdict, reason
from helpers.journal.entries import Entry
from helpers.journal.states import LABELS, LEFT, MEANING, Act, State
from helpers.plans.batch import NoEntry, Outcome, is_of_another_act, standings
from helpers.plans.clearance import Checked, saved_a_year
from helpers.plans.plan import Aside, Item, Plan
from helpers.plans.released import ReleasedNumber, ReleasedPlan, price_in

#: The time between the reminder in the calendar and the end of the ten days.
REMIND = timedelta(days=2)
_NAMES = {NoEntry.NOT_BEGUN: "Not started", NoEntry.SET_ASIDE: "Left out"}
_NOT_BEGUN = "The run did not get to it. Nothing was sent."


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One number of a plan, with its outcome."""

    item: Item | ReleasedNumber
    #: ``unknown`` where the journal cannot be read.
    state: State | NoEntry
    message: str
    entry: Entry | None
    #: The end of the time to take it back; None if it has not left, came back, or the ten days are over.
    reclaim_by: datetime | None = None
    #: What is noted about it now; None if nothing is.
    note: NumberNote | None = None

    @property
    def detail(self) -> Mapping[str, Any]:
        """What the journal saved of its confirmation; nothing before that."""
        return self.entry.confirmed if self.entry else {}

    @property
    def owner(self) -> str:
        """Its owner when it was confirmed; or, before that, now."""
        now = self.note.owner if self.note else ""
        return now if self.entry is None else str(self.entry.details.get("owner") or "")

    @property
    def owner_agreed(self) -> str | None:
        """Who wrote down that its owner agreed, and when; None where nobody did, or there was no owner."""
        details = self.entry.details if self.entry else {}
        if not details.get("owner_agreed_by"):
            return None
        return f"{details['owner_agreed_by']}, {day_and_hour(datetime.fromisoformat(details['owner_agreed_at']))}"

    @property
    def goes_on(self) -> bool:
        """Whether another check and run would go on with it."""
        unsent = self.entry is not None and (self.entry.open or self.entry.state == State.NOT_SENT)
        return unsent or self.state in {NoEntry.NOT_BEGUN, State.UNKNOWN}

    @property
    def saves(self) -> bool:
        """Whether it costs nothing any more because of the plan: the kit released it, and nobody took it back."""
        if self.entry is None or self.entry.state not in LEFT:
            return False
        left = self.entry.last(State.RELEASED, State.RELEASED_UNACKNOWLEDGED, State.GONE)
        return left is not None and left.state != State.GONE


def name_state(state: State | NoEntry) -> str:
    """Name what became of a number, for people."""
    return _NAMES[state] if isinstance(state, NoEntry) else LABELS[state]


def report_lines(
    plan: Plan,
    entries: Iterable[Entry],
    *,
    set_aside: Mapping[str, Item],
    now: datetime,
    notes: Mapping[str, NumberNote],
) -> tuple[ReportLine, ...]:
    """
    List the outcome of every number of a plan.

    Args:
        set_aside: The numbers that a check set aside or that the kit refused in a run, by sid.

        notes: What is noted about numbers, by phone number.
    """
    stand = standings(plan, entries)
    lines = []
    for item in plan.items:
        entry = stand[item.sid].entry
        if entry is not None and is_of_another_act(plan, item, entry):
            # No run goes on with it, so the number is left out, as the check says.
            against = replace(item, aside=Aside.BLOCKED, reason=entry.as_blocker())
            lines.append(ReportLine(item, NoEntry.SET_ASIDE, f"{_why(against)} Nothing was sent.", None))
        elif entry is not None:
            # Anybody can edit the plan's file, and nobody the journal.
            monthly, currency = price_in(entry)
            priced = replace(item, monthly=monthly, currency=currency)
            lines.append(
                ReportLine(priced, entry.shown_state(now), outcome_of(entry, now), entry, entry.take_back_until(now))
            )
        elif item.aside is not None:
            lines.append(ReportLine(item, NoEntry.SET_ASIDE, _why(item), None))
        elif item.sid in set_aside:
            lines.append(ReportLine(item, NoEntry.SET_ASIDE, _why(set_aside[item.sid]), None))
        else:
            lines.append(ReportLine(item, NoEntry.NOT_BEGUN, _NOT_BEGUN, None))
    return tuple(replace(line, note=notes.get(line.item.phone_number)) for line in lines)


def why_aside(item: Item) -> str:
    """Say why a number of a plan is set aside; an empty text for one that goes."""
    if item.reason is None:
        return ""
    if item.reason.code in {Cause.IN_USE, Cause.UNKNOWN}:
        return " ".join(explain_verdict(item.traffic, datetime.fromisoformat(item.looked_at)))
    return reason(item.reason)


def require_sentences(plan: Plan) -> None:
    """
    Require that every fact of a plan can be put into words: an edited file may hold a reason without its details.

    Raises:
        KeyError, TypeError, ValueError, AttributeError, IndexError: One cannot.
    """
    for item in plan.items:
        why_aside(item)
        explain_verdict(item.traffic, datetime.fromisoformat(item.looked_at))
        tuple(describe_wiring(item.wiring))
        tuple(map(reason, item.cautions))


def _why(item: Item) -> str:
    kind = item.aside or ""
    return f"{kind[:1].upper()}{kind[1:]}: {why_aside(item)}"


def outcome_of(entry: Entry, now: datetime) -> str:
    """Say the outcome of a number once: a failure replaces the meaning of its state."""
    detail = entry.latest.detail
    why, sentence = reason_in(detail), explain_journal_row(detail)
    # A row of an earlier version keeps the sentence instead.
    failed = why.code in FAILURES if why else bool(detail.get("said"))
    if failed and entry.state == State.UNKNOWN:
        return f"{entry.phone_number}: {sentence} Check the plan again and run it: that looks it up."
    if failed and entry.state in {State.REFUSED, State.THROTTLED, State.NOT_SENT}:
        done = "moved" if entry.act == Act.MOVE else "released"
        again = " To try again, make a new plan." if entry.state == State.REFUSED else ""
        return f"{entry.phone_number} was not {done}. {sentence}{again}"
    if entry.state == State.RESTORED:
        sentence = " ".join([summary_of(detail), *map(reason, left_by_hand(detail))])
        return f"{MEANING[entry.shown_state(now)]} {sentence}".strip()
    return explain_state(entry.shown_state(now), detail)


def lines_of_run(checked: Checked, outcomes: Mapping[str, Outcome]) -> tuple[ReportLine, ...]:
    """List the outcomes that a run itself returned, for when the journal cannot be read afterwards."""
    lines = []
    for item in (*checked.going, *checked.out):
        outcome = outcomes.get(item.sid)
        if outcome is not None:
            entry = outcome.entry
            until = entry.reclaim_by if entry is not None and entry.state in LEFT else None
            lines.append(ReportLine(item, outcome.state, outcome.message, entry, until))
        elif item in checked.out:
            lines.append(
                ReportLine(item, State.UNKNOWN, "Something was sent for it before, and it was not looked up.", None)
            )
        else:
            lines.append(ReportLine(item, NoEntry.NOT_BEGUN, _NOT_BEGUN, None))
    return tuple(lines)


def summary(lines: Iterable[ReportLine]) -> str:
    """Say how many numbers are in each state, what that saves, and until when the first can be taken back."""
    lines = list(lines)
    states = Counter(line.state for line in lines)
    text = "; ".join(f"{many:,} {name_state(state).lower()}" for state, many in states.most_common()) + "."
    gone = [line.item for line in lines if line.saves]
    saved = saved_a_year(gone)
    if saved:
        sums = " and ".join(f"{currency} {amount:,.2f}" for currency, amount in saved.items())
        text += f" That saves {sums} a year."
    unknown = sum(item.monthly is None for item in gone)
    if unknown:
        text += f" The price of {unknown:,} is unknown, and not in this sum."
    first = min((line.reclaim_by for line in lines if line.reclaim_by), default=None)
    if first is not None:
        text += f" The first of them can be taken back until {day_and_hour(first)}."
    return text


def calendar(plan: Plan | ReleasedPlan, lines: Iterable[ReportLine], *, now: datetime) -> bytes | None:
    """
    Write a calendar file that reminds of the end of the ten days; None if no number can be taken back.

    Numbers whose time ends at the same moment share an event.
    """
    by_end: dict[datetime, list[ReportLine]] = {}
    for line in lines:
        if line.reclaim_by is not None:
            by_end.setdefault(line.reclaim_by, []).append(line)
    if not by_end:
        return None
    book = Calendar()
    book.add("prodid", "-//Twilio number kit//EN")
    book.add("version", "2.0")
    for end, ending in sorted(by_end.items()):
        many = f"{len(ending)} Twilio number{'s' if len(ending) != 1 else ''} of {plan.company}"
        event = CalendarEvent()
        event.add("uid", f"{plan.id}-{end:%Y%m%d}@twilio-number-kit")
        event.add("dtstamp", now)
        event.add("dtstart", end)
        event.add("summary", f"{many} can be taken back until now")
        numbers = "\n".join(f"{line.item.phone_number} {without_secrets(line.item.name)}" for line in ending)
        event.add(
            "description",
            f"Take one back in 04_restore.ipynb, or the whole plan. That means buying it again.\n\n{numbers}",
        )
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", f"Soon {many} cannot be taken back any more")
        alarm.add("trigger", -REMIND)
        event.add_component(alarm)
        book.add_component(event)
    content: bytes = book.to_ical()
    return content
