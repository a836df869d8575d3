"""
Turn records into pandas tables; only this file knows dtypes.

``evidence/columns.py`` tells how values are written.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from operator import itemgetter
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from helpers.core.number_note import NumberNote
from helpers.core.records import Reading, Verdict
from helpers.core.redact import without_secrets
from helpers.decisions.due import TWO_MONTHS, Due
from helpers.decisions.quiet_numbers import NumberAtRisk, QuietNumber
from helpers.decisions.sentences import reason
from helpers.evidence.changes import Change
from helpers.evidence.columns import CHOICE as _CHOICE
from helpers.evidence.columns import TEXT as _TEXT
from helpers.evidence.columns import TIME as _TIME
from helpers.evidence.columns import YES_NO as _YES_NO
from helpers.evidence.columns import times
from helpers.evidence.inventory import Inventory
from helpers.journal.entries import Entry
from helpers.journal.states import State
from helpers.plans.number_list import ReadLine, UnfitLine
from helpers.plans.plan import Item
from helpers.plans.released import ReleasedNumber
from helpers.plans.report import ReportLine
from helpers.tables.story import last_step, story
from helpers.tables.values import list_values

#: The type of a table, for code that only passes it on.
Frame = pd.DataFrame

#: The most digits that a price can have; a table keeps only those that its prices have.
MONEY = pa.decimal128(38, 10)
#: Column -> its type and its values.
Columns = dict[str, tuple[pa.DataType, Sequence[Any]]]

# pandas would cut every text after 50 characters.
pd.set_option("display.max_colwidth", None)
# Two dollar signs in a name are not a formula.
pd.options.display.html.use_mathjax = False

_NUMBER_COLUMNS = [
    *("phone_number", "name", "account", "account_status", "country", "type", "twilio_status", "origin", "beta"),
    *("voice", "sms", "mms", "fax", "created", "updated", "emergency_address"),
    *("voice_url", "voice_fallback_url", "voice_application_sid", "sms_url", "sms_fallback_url"),
    *("sms_application_sid", "status_callback", "trunk_sid", "bundle_sid", "address_sid", "identity_sid"),
    *("emergency_address_sid", "account_sid", "sid"),
]
_CLOSED = "Closed: Twilio released its numbers itself."


def accounts_table(inventory: Inventory) -> pd.DataFrame:
    """Return one row per account with the result of reading it, the main account first."""
    readings = sorted(inventory.coverage.readings, key=lambda reading: not reading.account.is_main)
    return _table(
        {
            "account": (_TEXT, [reading.account.label for reading in readings]),
            "status": (_CHOICE, [reading.account.status for reading in readings]),
            "type": (_CHOICE, [reading.account.type for reading in readings]),
            "main": (_YES_NO, [reading.account.is_main for reading in readings]),
            # An unknown count is missing, not 0.
            "numbers": (pa.int64(), [reading.numbers if reading.complete else None for reading in readings]),
            # The kit does not read closed accounts.
            "read": (_YES_NO, [None if reading.closed else reading.complete for reading in readings]),
            "why_not_read": (_TEXT, [_why_not_read(reading) for reading in readings]),
            "created": (_TIME, times(reading.account.date_created for reading in readings)),
            "account_sid": (_TEXT, [reading.account.sid for reading in readings]),
        }
    )


def _why_not_read(reading: Reading) -> str | None:
    if reading.closed:
        return _CLOSED
    return reason(reading.failure) if reading.failure else None


def numbers_table(inventory: Inventory) -> Frame:
    """Return one row per number over all accounts."""
    return to_frame(number_table(inventory))


def number_table(inventory: Inventory) -> pa.Table:
    """Return the columns of every number, and of its account."""
    columns, accounts = inventory.numbers.columns, {account.sid: account for account in inventory.accounts}
    owners = columns["account_sid"].combine_chunks()
    owned = [accounts[sid] for sid in owners.dictionary.to_pylist()]

    def of_account(values: list[str]) -> pa.Array:
        return pa.array(_redacted(values), _TEXT).take(owners.indices).dictionary_encode()

    columns = columns.append_column("account", of_account([account.label for account in owned]))
    # "in-use" is Twilio's word for every number that it holds, and says nothing of its use.
    columns = columns.append_column("twilio_status", columns["status"])
    columns = columns.append_column("account_status", of_account([account.status for account in owned]))
    return columns.select(_NUMBER_COLUMNS)


def evidence_table(numbers: pa.Table, judged: pa.Table) -> Frame:
    """
    Return one row per number with its settings, evidence, price and verdict.

    Args:
        numbers: The table of ``number_table``.

        judged: The table of ``judged_numbers.judge_numbers``, with the same rows.
    """
    # People read these columns first; the settings come last.
    first = ("phone_number", "name", "account", "country", "type")
    last = [name for name in numbers.column_names if name not in first]
    arrays = {**{name: numbers[name] for name in first}, **{name: judged[name] for name in judged.column_names}}
    return to_frame(pa.table(arrays | {name: numbers[name] for name in last}), arrow_money=True)


def with_decimals(frame: Frame) -> Frame:
    """Make the prices of ``evidence_table`` Python's Decimals: pandas cannot do everything with Arrow's."""
    return frame.assign(monthly=pd.Series(list_values(frame["monthly"]), index=frame.index, dtype=object))


def filter_by_verdict(frame: Frame, verdict: Verdict) -> Frame:
    """Return the rows of a table of evidence that have this verdict."""
    return frame[(frame["verdict"] == verdict).to_numpy(dtype=bool, na_value=False)]


def quiet_numbers(frame: Frame) -> list[QuietNumber]:
    """List the quiet numbers of a table of evidence."""
    names = [field.name for field in fields(QuietNumber)]
    rows = pa.Table.from_pandas(filter_by_verdict(frame, Verdict.QUIET)[names], preserve_index=False).to_pylist()
    return [QuietNumber(**{**row, "blocked": row["blocked"] is not None}) for row in rows]


def numbers_at_risk(frame: Frame, *, now: datetime) -> list[NumberAtRisk]:
    """List the numbers of a table of evidence that Twilio may take back: in suspended accounts, or bundles at risk."""
    names, soon = [field.name for field in fields(NumberAtRisk)], (now + TWO_MONTHS).date()
    theirs = frame.loc[
        (frame["account_status"] == "suspended").to_numpy(dtype=bool, na_value=False)
        | frame["bundle_rejected"].notna().to_numpy(dtype=bool),
        names,
    ]
    rows = pa.Table.from_pandas(theirs, preserve_index=False).to_pylist()
    ends = (row["bundle_ends"] if row["bundle_ends"] and row["bundle_ends"] <= soon else None for row in rows)
    numbers = [NumberAtRisk(**{**row, "bundle_ends": end}) for row, end in zip(rows, ends, strict=True)]
    return [each for each in numbers if each.is_suspended or each.bundle_rejected or each.bundle_ends]


def journal_table(entries: Iterable[Entry], *, now: datetime) -> pd.DataFrame:
    """Return one row per journal entry: open ones first, then the newest."""
    # Of each entry, only its line is kept: a hundred thousand with all their details do not fit in memory.
    lines = sorted((_journal_line(entry, now) for entry in entries), key=itemgetter(0))
    kinds: dict[str, pa.DataType] = {
        "phone_number": _TEXT,
        "act": _CHOICE,
        "state": _CHOICE,
        "open": _YES_NO,
        "since": _TIME,
        "reclaim_by": _TIME,
        "account": _TEXT,
        "who": _TEXT,
        "why": _TEXT,
        "reason_code": _CHOICE,
        "ticket": _TEXT,
        "last_step": _TEXT,
        "account_sid": _TEXT,
        "sid": _TEXT,
        "entry": _TEXT,
    }
    return _table(
        {name: (kind, [line[place] for line in lines]) for place, (name, kind) in enumerate(kinds.items(), 1)}
    )


def _journal_line(entry: Entry, now: datetime) -> tuple[object, ...]:
    state = entry.shown_state(now)
    return (
        (not entry.open, -entry.rows[-1].n),
        entry.phone_number,
        entry.act,
        state,
        entry.open,
        entry.at,
        None if state == State.EXPIRED else entry.take_back_until(now),
        entry.details.get("account_name"),
        entry.details.get("who"),
        entry.confirmed.get("why") or None,
        entry.confirmed.get("reason_code"),
        entry.confirmed.get("ticket"),
        last_step(entry),
        entry.account_sid,
        entry.number_sid,
        entry.id,
    )


def story_table(entry: Entry | None) -> pd.DataFrame:
    """Return one row per step of an entry; none for no entry."""
    steps = list(story(entry)) if entry else []
    return _table({"at": (_TIME, [at for at, _ in steps]), "what_happened": (_TEXT, [text for _, text in steps])})


def due_table(rows: Sequence[Due]) -> pd.DataFrame:
    """Return one row per number to check, or to take back, within a week."""
    kinds = (_CHOICE, _TEXT, _TEXT, _TEXT, pa.date32(), MONEY, _CHOICE, _TIME)
    columns = zip(Due._fields, kinds, strict=True)
    return _table({name: (kind, [row[place] for row in rows]) for place, (name, kind) in enumerate(columns)})


def changes_table(changes: Sequence[Change]) -> pd.DataFrame:
    """Return one row per change between two looks."""
    return _table(
        {
            "change": (_CHOICE, [change.kind for change in changes]),
            "phone_number": (_TEXT, [change.phone_number for change in changes]),
            "name": (_TEXT, [change.name for change in changes]),
            "account": (_TEXT, [change.account for change in changes]),
            "before": (_TEXT, [", ".join(change.before) or None for change in changes]),
            "now": (_TEXT, [", ".join(change.now) or None for change in changes]),
            #: More or less a month.
            "monthly": (MONEY, [change.monthly for change in changes]),
            "currency": (_CHOICE, [change.currency for change in changes]),
            "entry": (_TEXT, [change.entry for change in changes]),
            "sid": (_TEXT, [change.sid for change in changes]),
        }
    )


def note_columns(notes: Sequence[NumberNote | None]) -> Columns:
    """Make the columns of what was noted about numbers; none of those in which no number has anything."""
    columns: Columns = {
        "owner": (_TEXT, [note.owner or None if note else None for note in notes]),
        "keep_until": (pa.date32(), [note.keep_until if note else None for note in notes]),
        "note": (_TEXT, [note.note or None if note else None for note in notes]),
    }
    return {name: (kind, values) for name, (kind, values) in columns.items() if any(values)}


def plan_table(items: Sequence[Item], *, today: date, notes: Mapping[str, NumberNote]) -> Frame:
    """
    Return one row per number of a plan with what it is sorted and searched by; no sentence is made for it.

    Args:
        notes: What was noted about numbers, by phone number.
    """
    return _table(
        {
            "phone_number": (_TEXT, [item.phone_number for item in items]),
            "name": (_TEXT, [item.name or None for item in items]),
            "account": (_TEXT, [item.account for item in items]),
            "verdict": (_CHOICE, [item.verdict for item in items]),
            "last_used": (_TIME, [item.last_used for item in items]),
            "monthly": (MONEY, [Decimal(item.monthly) if item.monthly else None for item in items]),
            "currency": (_CHOICE, [item.currency for item in items]),
            "last_good_day": (pa.date32(), [item.last_good_day(today) for item in items]),
            "target": (_TEXT, [item.target_name or item.target for item in items]),
            "second_look": (_YES_NO, [item.deserves_a_second_look for item in items]),
            "why_not": (_TEXT, [f"{item.aside}: {item.reason.code}" if item.reason else item.aside for item in items]),
            "sid": (_TEXT, [item.sid for item in items]),
            **note_columns([notes.get(item.phone_number) for item in items]),
        }
    )


def lines_table(lines: Sequence[ReadLine | UnfitLine], *, accounts: Mapping[str, str]) -> Frame:
    """
    Return one row per line of somebody's list; its sid is its place among *lines*.

    Args:
        accounts: The labels of the accounts, by sid.
    """
    numbers = [line.number if isinstance(line, ReadLine) else None for line in lines]
    return _table(
        {
            "line": (pa.int64(), [line.place for line in lines]),
            "written": (_TEXT, [line.written for line in lines]),
            "phone_number": (_TEXT, [number.phone_number if number else None for number in numbers]),
            "name": (_TEXT, [number.friendly_name if number else None for number in numbers]),
            "account": (
                _TEXT,
                [accounts.get(number.account_sid, number.account_sid) if number else None for number in numbers],
            ),
            "why": (_CHOICE, [None if isinstance(line, ReadLine) else line.why for line in lines]),
            "sid": (_TEXT, [str(place) for place in range(len(lines))]),
        }
    )


def run_table(numbers: Sequence[Item | ReleasedNumber]) -> pd.DataFrame:
    """Return one row per number of a run that begins: what becomes of it comes later."""
    return _table(
        {
            "phone_number": (_TEXT, [number.phone_number for number in numbers]),
            "name": (_TEXT, [number.name or None for number in numbers]),
            "sid": (_TEXT, [number.sid for number in numbers]),
        }
    )


def report_table(lines: Sequence[ReportLine]) -> pd.DataFrame:
    """Return one row per number of a plan, with its outcome."""
    return _table(
        {
            "phone_number": (_TEXT, [line.item.phone_number for line in lines]),
            "name": (_TEXT, [line.item.name or None for line in lines]),
            "account": (_TEXT, [line.item.account for line in lines]),
            "state": (_CHOICE, [line.state for line in lines]),
            "what_happened": (_TEXT, [line.message for line in lines]),
            "reclaim_by": (_TIME, [line.reclaim_by for line in lines]),
            "monthly": (MONEY, [Decimal(line.item.monthly) if line.item.monthly else None for line in lines]),
            "currency": (_CHOICE, [line.item.currency for line in lines]),
            "reason_code": (_CHOICE, [line.detail.get("reason_code") for line in lines]),
            "ticket": (_TEXT, [line.detail.get("ticket") for line in lines]),
            "entry": (_TEXT, [line.entry.id if line.entry else None for line in lines]),
            "account_sid": (_TEXT, [line.item.account_sid for line in lines]),
            "sid": (_TEXT, [line.item.sid for line in lines]),
            **_owners(lines),
        }
    )


def _owners(lines: Sequence[ReportLine]) -> Columns:
    """Make the columns of owners and notes; none where no number has one."""
    owners = [line.owner or None for line in lines]
    agreed = {"owner": (_TEXT, owners), "owner_agreed": (_TEXT, [line.owner_agreed for line in lines])}
    noted = note_columns([line.note for line in lines])
    return {**noted, **agreed} if any(owners) else {name: column for name, column in noted.items() if name != "owner"}


def _money_type(prices: Iterable[Decimal | None]) -> pa.DataType:
    """Choose a column type with the digits that the prices need, at least two."""
    exponents = [price.normalize().as_tuple().exponent for price in set(prices) if price is not None]
    return pa.decimal128(38, min(MONEY.scale, max([2, *(-int(exponent) for exponent in exponents)])))


def _array(kind: pa.DataType, values: Sequence[Any]) -> pa.Array:
    return pa.array(_redacted(values) if kind == _TEXT else values, type=kind)


def _table(columns: Columns) -> pd.DataFrame:
    return to_frame(to_arrow(columns))


def to_arrow(columns: Columns) -> pa.Table:
    """Make columns of lists; without secrets in texts."""
    # With a stated schema, a column without any value keeps its type.
    return pa.table({name: _array(kind, values) for name, (kind, values) in columns.items()})


def to_frame(table: pa.Table, *, arrow_money: bool = False) -> pd.DataFrame:
    """
    Make a pandas table of columns; money gets only the digits that it needs.

    Args:
        arrow_money: Whether money stays in Arrow: a Decimal for each row takes half of the time of a drawing.
    """
    for place, (name, kind) in enumerate(zip(table.column_names, table.schema.types, strict=True)):
        if kind == MONEY:
            amounts = table[name]
            table = table.set_column(place, name, amounts.cast(_money_type(pc.unique(amounts).to_pylist())))
    dtypes: dict[pa.DataType, Any] = {
        pa.bool_(): pd.BooleanDtype(),
        pa.int64(): pd.Int64Dtype(),
        _TEXT: pd.StringDtype("pyarrow"),
    }

    def types(kind: pa.DataType) -> Any:
        return pd.ArrowDtype(kind) if arrow_money and pa.types.is_decimal(kind) else dtypes.get(kind)

    frame: pd.DataFrame = table.to_pandas(types_mapper=types)
    return frame


def _redacted(texts: Sequence[Any]) -> list[Any]:
    # Many numbers share an address, so each is redacted once.
    redacted = {text: without_secrets(text) for text in set(texts) if text is not None}
    return [redacted.get(text) for text in texts]
