"""The columns of a plan's numbers; what is told of a number is put into words when its row is sent."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from textwrap import shorten

from helpers.core.dates import day, day_and_hour
from helpers.core.records import PlanAct
from helpers.panels.plan.text import evidence, second_looks, told_of, why_not
from helpers.panels.shared.columns import KNOWN, Cell, Column, Row
from helpers.panels.shared.html import plain
from helpers.panels.shared.outcome import time_left
from helpers.panels.shared.state_sign import state_cell
from helpers.plans.number_list import UnfitLine
from helpers.plans.plan import Item
from helpers.plans.report import ReportLine, why_aside

_SHARED = {column.key: column for column in KNOWN}
#: As narrow as on a small screen beside JupyterLab's list of files.
_WHICH = (
    replace(_SHARED["phone_number"], least=128, share=1),
    replace(_SHARED["name"], least=104, share=6),
    replace(_SHARED["account"], least=80, share=4),
)
_OWNER, _NOTE = replace(_SHARED["owner"], least=92), _SHARED["note"]
#: The signs that two lines of a wide column hold on a small screen.
_TWO_LINES = 64
#: A line of a list, as it was written.
_LINE = (
    Column("line", "Line", lambda row: {"text": f"{row['line']:,}"}, 48, 0, "right"),
    Column("written", "Your line", lambda row: {"text": plain(row["written"])}, 148, 4),
)
_MONTHLY = replace(_SHARED["monthly"], least=82)


def columns_in_plan(items: Mapping[str, Item], *, act: PlanAct, today: date) -> tuple[Column, ...]:
    """List the columns of the numbers that are in a plan, if the table has them; *items* are its numbers, by sid."""
    last = Column("last_good_day", "Last good day", _last_good_day(today), 94)
    moves = Column("target", "Moves to", _of(items, _target), 92, 3)
    look = Column("second_look", "Worth a second look", _of(items, _second_look), 28, 0, "center", "⚠")
    which = (*_WHICH, _OWNER, _verdict(items), _last_used(items), _MONTHLY)
    return (*which, last if act == PlanAct.RELEASE else moves, look, _NOTE)


def columns_not_in_plan(items: Mapping[str, Item]) -> tuple[Column, ...]:
    """List the columns of the numbers that are not in a plan; *items* are its numbers, by sid."""
    why_not = Column("why_not", "Why not", _of(items, _why_not), 240, 8)
    return (*_WHICH, _OWNER, _verdict(items), _last_used(items), why_not)


def columns_of_report(lines: Mapping[str, ReportLine], *, now: datetime) -> tuple[Column, ...]:
    """List the columns of a report; *lines* are the outcomes of the numbers, by sid."""

    def until(row: Row) -> Cell:
        line = lines[row["sid"]]
        if line.reclaim_by is None or line.entry is None:
            return {"text": ""}
        left = time_left(line.entry, now)[0]
        text = f"{line.reclaim_by.astimezone():%Y-%m-%d %H:%M}"
        return {"text": text, "aside": left, "title": f"{day_and_hour(line.reclaim_by)}: {left}"}

    def told(row: Row) -> Cell:
        whole = plain(told_of(lines[row["sid"]]))
        # What does not fit into two lines of its column is told of the row that one goes to.
        return {"text": shorten(whole, _TWO_LINES, placeholder=" …"), "title": whole}

    state = Column("state", "State", lambda row: state_cell(lines[row["sid"]].state), 128, 2)
    back = Column("reclaim_by", "Take back until", until, 144)
    return (*_WHICH[:2], state, back, Column("what_happened", "What happened", told, 240, 8))


def columns_of_offered() -> tuple[Column, ...]:
    """List the columns of the lines of a list beside what they were read as."""
    read_as = replace(_SHARED["phone_number"], label="Read as")
    return (*_LINE, read_as, *_WHICH[1:])


def columns_of_unfit(lines: Sequence[UnfitLine], explain: Callable[[UnfitLine], str]) -> tuple[Column, ...]:
    """List the columns of the lines of a list that fit no number."""

    def why(row: Row) -> Cell:
        whole = plain(explain(lines[int(row["sid"])]))
        return {"text": shorten(whole, _TWO_LINES, placeholder=" …"), "title": whole}

    return (*_LINE, Column("why", "What is wrong with it", why, 240, 8))


def _of(items: Mapping[str, Item], cell: Callable[[Item], Cell]) -> Callable[[Row], Cell]:
    return lambda row: cell(items[row["sid"]])


def _verdict(items: Mapping[str, Item]) -> Column:
    shared = _SHARED["verdict"]

    def cell(row: Row) -> Cell:
        return {**shared.cell(row), "title": plain(evidence(items[row["sid"]]))}

    # "Not used" always stands below the days that were looked at; of more than one count, below the least.
    days = {(item.traffic.until - item.traffic.since).days for item in items.values() if item.traffic}
    return replace(shared, cell=cell, least=108, head=f"Last {min(days)} days" if days else "")


def _last_used(items: Mapping[str, Item]) -> Column:
    def cell(item: Item) -> Cell:
        used, traffic = item.last_used, item.traffic
        if used is not None and traffic is not None:
            text = f"{used.astimezone():%Y-%m-%d}{'' if traffic.latest_known else ' or later'}"
            return {"text": text, "title": day_and_hour(used)}
        none_seen = traffic is not None and traffic.idle_days is not None
        return {"text": "none seen" if none_seen else "unknown", "tone": "missing"}

    return Column("last_used", "Last used", _of(items, cell), 94)


def _last_good_day(today: date) -> Callable[[Row], Cell]:
    """Write the last day on which a release saves the next month; Twilio refunds nothing of a month that has begun."""

    def cell(row: Row) -> Cell:
        last = row["last_good_day"]
        if last is None:
            return {"text": "unknown", "tone": "missing"}
        just = ". It was billed a few days ago: nothing is lost by waiting." if (last - today).days >= 24 else ""
        return {"text": f"{last:%Y-%m-%d}", "title": f"{day(last)}{just}"}

    return cell


def _target(item: Item) -> Cell:
    return {"text": plain(item.target_name or item.target or ""), "title": plain(item.target or "")}


def _second_look(item: Item) -> Cell:
    if not item.deserves_a_second_look:
        return {"text": "", "title": "Nothing that is known of it."}
    return {"text": "⚠", "title": plain(" ".join(second_looks(item)))}


def _why_not(item: Item) -> Cell:
    return {"text": plain(why_not(item)), "title": plain(why_aside(item))}
