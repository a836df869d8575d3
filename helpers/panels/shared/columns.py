"""The columns of the grid: labels, widths, and how to write values for people."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from helpers.core.dates import day, day_and_hour
from helpers.core.records import Verdict
from helpers.decisions.sentences import NOT_CHECKED
from helpers.decisions.verdict_words import VERDICTS
from helpers.evidence.changes import ChangeKind
from helpers.panels.shared.html import count, national, plain
from helpers.tables.changed import BETWEEN
from helpers.tables.frames import Frame
from helpers.tables.report.words import CHANGED
from helpers.tables.values import list_values

#: One cell for the browser: ``text``, and optionally ``aside``, ``title`` and ``tone``; ``silent`` keeps an aside from
#: screen readers that is the text in another form.
Cell = dict[str, str]
#: A row of the table, with None for missing values.
Row = Mapping[str, Any]

_MISSING: Cell = {"text": "-", "title": "Twilio left it empty.", "tone": "missing"}
_UNKNOWN: Cell = {"text": "unknown", "tone": "missing"}
_COULD_NOT_LOOK: Cell = {"text": "could not look", "tone": "missing"}
_NOT_LOOKED: Cell = {"text": "not yet", "title": "Nobody has checked yet.", "tone": "missing"}
_TONES = {Verdict.QUIET: "quiet", Verdict.IN_USE: "used", Verdict.UNKNOWN: "unknown"}
#: A sign helps people who skim rows, and people who do not see colours.
_SIGNS = {Verdict.QUIET: "○", Verdict.IN_USE: "●", Verdict.UNKNOWN: "?"}


@dataclass(frozen=True)
class Column:
    """A column that the grid can show."""

    key: str
    label: str
    cell: Callable[[Row], Cell]
    #: The least width in pixels, and the share of the remaining width.
    least: int = 110
    share: int = 1
    align: str = "left"
    #: The head of a column that is too narrow for its label.
    head: str = ""
    #: Where there is no room, the column with the highest number goes first; 0 stays.
    spare: int = 0
    #: It comes with a filter, so the others make room for it on a wide grid, too.
    makes_room: bool = False
    #: Whether the rows can be put in its order; not where its cells change while one looks.
    sorts: bool = True

    def for_browser(self) -> dict[str, Any]:
        """Return the column's properties for the browser."""
        return {
            "key": self.key,
            "label": self.head or self.label,
            "name": f"{self.label}: {self.head}" if self.head[:1].isalpha() else self.label,
            "least": self.least,
            "share": self.share,
            "align": self.align,
            "spare": self.spare,
            "makesRoom": self.makes_room,
            "sorts": self.sorts,
        }


def list_columns(frame: Frame, *, days: int, since: datetime | None = None) -> tuple[Column, ...]:
    """
    List the columns of *frame*: the known ones in their order, then the others.

    Args:
        days: The days of calls and messages that the table tells of: "not used" always stands below them.

        since: The earlier look since which something changed.
    """
    heads = {"verdict": f"Last {days} days", "changed": f"Since {day(since).rpartition(' ')[0]}" if since else ""}
    known = [replace(each, head=heads.get(each.key, each.head)) for each in KNOWN if each.key in frame.columns]
    known = [replace(each, least=_width_of_numbers(frame)) if each.key == "phone_number" else each for each in known]
    names = {column.key for column in known} | _IN_OTHER_CELLS
    others = [
        Column(str(name), _label(str(name)), _cell_writer(str(name), frame[name]))
        for name in frame.columns
        if name not in names
    ]
    return (*known, *others)


def _label(name: str) -> str:
    words = (word.upper() if word in {"sid", "sms", "url"} else word for word in name.split("_"))
    return (label := " ".join(words))[0].upper() + label[1:]


def _width_of_numbers(frame: Frame) -> int:
    """Leave the names what the numbers do not need: few companies have one of fifteen digits."""
    longest = frame["phone_number"].str.len().max() if len(frame) else 0
    return 15 + round(8.4 * max(longest, 12))


def list_export_columns(keys: Iterable[str], frame: Frame) -> list[str]:
    """List the columns of a file: those shown, each with the columns that limit its meaning, and the sids."""
    names = [name for key in keys for name in (key, *_BESIDE.get(key, ()))]
    return [name for name in dict.fromkeys((*names, "currency", "account_sid", "sid")) if name in frame.columns]


def write_cells(part: Frame, columns: Iterable[Column]) -> list[list[Cell]]:
    """Write the cells of a part of a table for people."""
    chosen, names = tuple(columns), tuple(map(str, part.columns))
    # Each column is taken out when a cell asks for it: few of sixty are shown.
    values = cache(lambda name: list_values(part[name]))
    rows = (_Row(names, values, place) for place in range(len(part)))
    return [[column.cell(row) for column in chosen] for row in rows]


class _Row(Mapping[str, Any]):
    def __init__(self, names: tuple[str, ...], values: Callable[[str], list[Any]], place: int) -> None:
        self._names, self._values, self._place = names, values, place

    def __getitem__(self, name: str) -> Any:
        return self._values(name)[self._place]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _cell_writer(key: str, column: Any) -> Callable[[Row], Cell]:
    """Choose the writer of an unknown column by its type."""
    if str(column.dtype) == "boolean":
        return _yes_no(key)
    return _moment(key, missing=_MISSING) if str(column.dtype).startswith("datetime") else _text(key)


def _number(row: Row) -> Cell:
    phone_number = row["phone_number"] or ""
    return {"text": plain(phone_number), "aside": plain(national(phone_number)), "silent": "yes"}


def _text(key: str, *, missing: Cell = _MISSING) -> Callable[[Row], Cell]:
    return lambda row: missing if row[key] is None else {"text": plain(row[key]) or "nothing"}


def _emergency_address(row: Row) -> Cell:
    # Twilio's word is also the kit's for an address that it took away.
    is_none = row["emergency_address"] == "unregistered"
    return {"text": "none registered"} if is_none else _text("emergency_address")(row)


def _noted(key: str) -> Callable[[Row], Cell]:
    """Write a part of a number's note; most numbers have none."""

    def cell(row: Row) -> Cell:
        text = "" if row[key] is None else plain(row[key])
        return {"text": text, "title": text or "Nothing is noted."}

    return cell


def _count(key: str) -> Callable[[Row], Cell]:
    def cell(row: Row) -> Cell:
        if row[key] is None:
            return _COULD_NOT_LOOK
        if row[key] and row.get("counts_at_least"):
            return {"text": f"{row[key]:,}+", "title": "Not all of them were counted."}
        return {"text": f"{row[key]:,}"}

    return cell


def _yes_no(key: str, *, yes: str = "yes", no: str = "no", unknown: Cell = _UNKNOWN) -> Callable[[Row], Cell]:
    return lambda row: unknown if row[key] is None else {"text": yes if row[key] else no}


def _moment(key: str, *, missing: Cell) -> Callable[[Row], Cell]:
    """Write a time in the operator's zone, with UTC in the tooltip."""

    def cell(row: Row) -> Cell:
        if row[key] is None:
            return missing
        moment = row[key].to_pydatetime()
        return {"text": f"{moment.astimezone():%Y-%m-%d %H:%M}", "title": day_and_hour(moment)}

    return cell


def _verdict(row: Row) -> Cell:
    verdict = Verdict(row["verdict"] or Verdict.UNKNOWN)
    because = plain(row.get("because") or "") or "Nobody has checked yet."
    return {"text": f"{_SIGNS[verdict]} {VERDICTS[verdict]}", "title": because, "tone": _TONES[verdict]}


def _changed(row: Row) -> Cell:
    if row["changed"] is None:
        return {"text": "", "title": "No change is known."}
    text = "; ".join(CHANGED[ChangeKind(kind)] for kind in row["changed"].split(BETWEEN))
    return {"text": text, "title": plain(f"{text}. {row.get('before_and_now') or ''}".strip())}


def _idle(row: Row) -> Cell:
    days = row["idle_days"]
    if days is None:
        return {**_UNKNOWN, "title": "A log was not read to its end: it may have been used since it was last heard."}
    as_of = f" when it was looked at, on {day_and_hour(row['looked_at'])}" if row.get("looked_at") else ""
    if row.get("idle_at_least"):
        return {"text": f"{days:,}+ days", "title": f"Nothing was seen in {count(days, 'day')}{as_of}."}
    text = count(days, "day")
    return {"text": text if days else "today", "title": f"Idle for {text}{as_of}."}


def _wired(row: Row) -> Cell:
    unread = plain(row.get("not_looked_at") or "")
    if row["wired"] is None:
        return {**_COULD_NOT_LOOK, "title": unread} if unread or row.get("looked_at") else _NOT_LOOKED
    if not row["wired"]:
        return {"text": "none found", "title": NOT_CHECKED}
    cell = {"text": "yes", "title": f"{plain(row.get('wiring') or '')} {unread}".strip()}
    return {**cell, "aside": "and not all seen"} if unread else cell


def _wired_to(row: Row) -> Cell:
    unread = plain(row.get("not_looked_at") or "")
    if row["wiring"] is None:
        return {**_COULD_NOT_LOOK, "title": unread} if unread or row.get("looked_at") else _NOT_LOOKED
    if not row["wiring"]:
        return {"text": "none found", "title": NOT_CHECKED}
    return {"text": plain(f"{row['wiring']} {unread}".strip())}


def _warning(row: Row) -> Cell:
    warnings = plain(row.get("warnings") or "")
    return {"text": "⚠", "title": warnings} if warnings else {"text": "", "title": "No warning."}


def _monthly(row: Row) -> Cell:
    if row["monthly"] is None:
        return _UNKNOWN
    exact = row["monthly"].normalize()
    # At least two digits, and fractions of pennies where the price has them.
    digits = max(2, -int(exact.as_tuple().exponent))
    cell = {"text": f"{row.get('currency') or ''} {exact:,.{digits}f}".strip()}
    return (
        {**cell, "title": f"As Twilio stated it on {day_and_hour(row['price_stated'])}."}
        if row.get("price_stated")
        else cell
    )


def _thin(key: str) -> Callable[[Row], Cell]:
    return _yes_no(key, unknown={"text": "", "title": "It is not in use, or not every call and message was counted."})


def _per_event(row: Row) -> Cell:
    if row["cost_per_event"] is None:
        return _thin("cost_per_event")(row)
    title = "Its price for the days that were checked, by the calls and messages in them. Charges for each come on top."
    return {"text": f"{row.get('currency') or ''} {row['cost_per_event']:,.2f}".strip(), "title": title}


def _billed(row: Row) -> Cell:
    if row["next_billing"] is None:
        return _UNKNOWN
    days = row.get("days_to_billing")
    wait = {None: "", 0: "today", 1: "tomorrow"}.get(days, f"in {days} days")
    short = "" if days is None else f"{days} d"
    return {"text": f"{row['next_billing']:%Y-%m-%d}", "aside": short, "title": wait}


_NONE_SEEN: Cell = {"text": "none seen", "title": "None was seen in the days looked at."}
_NO_TRAFFIC: Cell = {"text": "none seen", "title": "No call and no message was seen in the days looked at."}


def _last_used(row: Row) -> Cell:
    # A missing time means that there was none, or that a log could not be read.
    missing = _NO_TRAFFIC if row.get("idle_days") is not None else _UNKNOWN
    cell = _moment("last_used", missing=missing)(row)
    if row["last_used"] is not None and row.get("last_used_at_least"):
        return {
            "text": f"{cell['text']} or later",
            "title": f"A log was not read to its end. {cell['title']} or later.",
        }
    return cell


def _last_time(key: str, log: str) -> Callable[[Row], Cell]:
    """Write the time of the last call or message; a missing time means "none" only where the whole log was read."""

    def cell(row: Row) -> Cell:
        is_incomplete = row.get(log) is None or row.get("last_used_at_least") or row.get("counts_at_least")
        return _moment(key, missing=_COULD_NOT_LOOK if is_incomplete else _NONE_SEEN)(row)

    return cell


#: Columns that appear in the cells of others.
_IN_OTHER_CELLS = {
    *("currency", "idle_at_least", "days_to_billing", "last_used_at_least", "counts_at_least", "price_stated"),
}

#: Column -> the columns that a file needs beside it; the screen shows both in one cell, as in "90+ days".
_BESIDE = {
    "idle_days": ("idle_at_least",),
    "changed": ("before_and_now",),
    "wired": ("not_looked_at",),
    "last_used": ("last_used_at_least",),
    "calls": ("counts_at_least",),
    "messages": ("counts_at_least",),
}

#: The columns that have a writer of their own, in their order.
KNOWN = (
    Column("phone_number", "Number", _number, 116, 1),
    Column("name", "Name", _text("name"), 104, 5, spare=1),
    Column("account", "Account", _text("account"), 80, 2, spare=2),
    Column("country", "Country", _text("country"), 84),
    Column("type", "Type", _text("type"), 84),
    Column("verdict", "Status", _verdict, 102, 1),
    Column("changed", "Changed", _changed, 104, 3, makes_room=True),
    Column("idle_days", "Not used for", _idle, 76, 1, "right", spare=6),
    Column("warnings", "Warnings", _warning, 28, 0, "center", "⚠", spare=5),
    Column("wired", "Connected", _wired, 82, spare=3),
    Column("monthly", "A month", _monthly, 74, 1, "right"),
    Column("next_billing", "Next billed", _billed, 88, 1, spare=4),
    Column("owner", "Owner", _noted("owner"), 68, 2),
    Column("keep_until", "Keep until", _noted("keep_until"), 92, 1),
    Column("note", "Note", _noted("note"), 102, 4),
    Column("before_and_now", "Before and now", _noted("before_and_now"), 240, 5),
    Column("wiring", "Connected to", _wired_to, 200, 4),
    Column("not_looked_at", "Could not look at", _text("not_looked_at", missing={"text": "nothing known"}), 240, 5),
    Column("because", "Why this status", _text("because"), 240, 5),
    Column("blocked", "What blocks a release", _text("blocked", missing={"text": "nothing known"}), 240, 5),
    Column("last_used", "Last used", _last_used, 180),
    Column("last_call_in", "Last call in", _last_time("last_call_in", "calls"), 142),
    Column("last_call_out", "Last call out", _last_time("last_call_out", "calls"), 142),
    Column("last_message_in", "Last message in", _last_time("last_message_in", "messages"), 142),
    Column("last_message_out", "Last message out", _last_time("last_message_out", "messages"), 142),
    Column("oldest_message", "Oldest message", _moment("oldest_message", missing=_NONE_SEEN), 160),
    Column("looked_at", "Checked", _moment("looked_at", missing={"text": "never", "tone": "missing"}), 142),
    Column("how_looked", "How it was checked", _text("how_looked", missing=_UNKNOWN), 240, 5),
    Column("calls", "Calls", _count("calls"), 84, 1, "right"),
    Column("messages", "Messages", _count("messages"), 100, 1, "right"),
    Column("active", "Active by Twilio's rule", _yes_no("active"), 176),
    Column("trickle", "Only a few a month", _thin("trickle"), 120),
    Column("inbound_only", "Inbound only", _thin("inbound_only"), 104),
    Column("cost_per_event", "Rent per call or message", _per_event, 120, 1, "right"),
    Column("voice", "Voice", _yes_no("voice"), 72),
    Column("sms", "SMS", _yes_no("sms"), 72),
    Column("mms", "MMS", _yes_no("mms"), 72),
    Column("fax", "Fax", _yes_no("fax"), 72),
    Column("account_status", "Account is", _text("account_status"), 104),
    Column("created", "Came to us", _moment("created", missing=_UNKNOWN), 142),
    Column("emergency_address", "Emergency address", _emergency_address, 150),
    Column("account_sid", "Account SID", _text("account_sid"), 290),
    Column("sid", "Number SID", _text("sid"), 290),
)

#: The columns of what colleagues noted, which a table has where some number has such a thing.
NOTED = ("owner", "keep_until", "note")
#: The columns that are shown first.
USUAL = (
    *("phone_number", "name", "account", "verdict", "idle_days", "warnings", "wired", "monthly", "next_billing"),
    *NOTED,
)
