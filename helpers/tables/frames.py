"""
Turn records into pandas tables; only this file knows columns and dtypes.

Text is text, times are UTC, yes/no is boolean with a third value for "unknown", and an empty
value of Twilio (``""`` or ``null``) is missing.  No column holds a secret: passwords and keys
inside web addresses stay in the record, which restores them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pandas as pd
import pyarrow as pa

from helpers.core.connections import Wiring
from helpers.core.dates import iso_or_none
from helpers.core.records import Account, Decision, Inventory, Number, Reading, Traffic, Verdict
from helpers.core.redact import without_secrets
from helpers.decisions.due import Due
from helpers.decisions.sentences import connections, describe_reading, explain_verdict, gaps, reason
from helpers.evidence.prices import country_of
from helpers.journal.entries import Entry
from helpers.journal.states import LEFT, State
from helpers.plans.report import ReportLine
from helpers.tables.story import last_step, story

#: The type of a table, for code that only passes it on.
Frame = pd.DataFrame

_TEXT, _CHOICE, _YES_NO = pa.string(), pa.dictionary(pa.int32(), pa.string()), pa.bool_()
_TIME = pa.timestamp("s", tz="UTC")
#: The most digits that a price can have; a table keeps only those that its prices have.
_MONEY = pa.decimal128(38, 10)
_Columns = dict[str, tuple[pa.DataType, Sequence[Any]]]

# pandas would cut every text after 50 characters.
pd.set_option("display.max_colwidth", None)
# Two dollar signs in a name are not a formula.
pd.options.display.html.use_mathjax = False

_CLOSED = "Closed: Twilio released its numbers itself."


def accounts_table(inventory: Inventory) -> pd.DataFrame:
    """Return one row per account with the result of reading it, the main account first."""
    readings = sorted(inventory.coverage.readings, key=lambda reading: not reading.account.is_main)
    return _table(
        {
            "account": (_TEXT, [reading.account.friendly_name for reading in readings]),
            "status": (_CHOICE, [reading.account.status for reading in readings]),
            "type": (_CHOICE, [reading.account.type for reading in readings]),
            "main": (_YES_NO, [reading.account.is_main for reading in readings]),
            # An unknown count is missing, not 0.
            "numbers": (pa.int64(), [reading.numbers if reading.complete else None for reading in readings]),
            # The kit does not read closed accounts.
            "read": (_YES_NO, [None if reading.closed else reading.complete for reading in readings]),
            "why_not_read": (_TEXT, [_why_not_read(reading) for reading in readings]),
            "created": (_TIME, _times(reading.account.date_created for reading in readings)),
            "account_sid": (_TEXT, [reading.account.sid for reading in readings]),
        }
    )


def _why_not_read(reading: Reading) -> str | None:
    if reading.closed:
        return _CLOSED
    return reason(reading.failure) if reading.failure else None


def numbers_table(inventory: Inventory) -> Frame:
    """Return one row per number over all accounts."""
    return _table(_number_columns(inventory.numbers, {account.sid: account for account in inventory.accounts}))


def evidence_table(decisions: Sequence[Decision], *, today: date) -> Frame:
    """
    Return one row per number with its settings, evidence, price and verdict.

    A number without traffic in the window has been idle for at least the window; ``idle_days`` is
    missing where a log was not read.  ``wiring`` is missing where it could not be read, and empty
    where it was read and there is none.
    """
    columns = _number_columns(
        [decision.number for decision in decisions], {decision.account.sid: decision.account for decision in decisions}
    )
    # People read these columns first; the settings come last.
    first = {name: columns.pop(name) for name in ("phone_number", "name", "account", "country", "type")}
    judged: _Columns = {
        "verdict": (_CHOICE, [decision.verdict.value for decision in decisions]),
        **_traffic_columns([decision.traffic for decision in decisions]),
        **_price_columns(decisions, today),
        "wired": (_YES_NO, [decision.wiring.wired if decision.wiring else None for decision in decisions]),
        "wiring": (_TEXT, [_wired_to(decision.wiring) for decision in decisions]),
        "not_looked_at": (
            _TEXT,
            [" ".join(gaps(decision.wiring.unseen)) or None if decision.wiring else None for decision in decisions],
        ),
        "warnings": (_TEXT, [" ".join(map(reason, decision.cautions)) or None for decision in decisions]),
        "blocked": (_TEXT, [" ".join(map(reason, decision.blockers)) or None for decision in decisions]),
        "because": (
            _TEXT,
            [" ".join(explain_verdict(decision.traffic, decision.looked_at)) for decision in decisions],
        ),
    }
    return _table({**first, **judged, **columns})


def filter_by_verdict(frame: Frame, verdict: Verdict) -> Frame:
    """Return the rows of a table of evidence that have this verdict."""
    return frame[(frame["verdict"] == verdict).to_numpy(dtype=bool, na_value=False)]


def _traffic_columns(traffic: Sequence[Traffic | None]) -> _Columns:
    moments = ("last_used", "last_call_in", "last_call_out", "last_message_in", "last_message_out", "oldest_message")
    columns: _Columns = {name: (_TIME, [getattr(each, name) if each else None for each in traffic]) for name in moments}
    return {
        **columns,
        # A log that was not read may have later traffic.
        "last_used_at_least": (_YES_NO, [not each.latest_known if each else None for each in traffic]),
        "idle_days": (pa.int64(), [each.idle_days if each else None for each in traffic]),
        "idle_at_least": (_YES_NO, [each.last_used is None if each else None for each in traffic]),
        "calls": (pa.int64(), [each.calls if each else None for each in traffic]),
        "messages": (pa.int64(), [each.messages if each else None for each in traffic]),
        "counts_at_least": (_YES_NO, [each.more if each else None for each in traffic]),
        "active": (_YES_NO, [each.active if each else None for each in traffic]),
        "looked_at": (_TIME, [each.until if each else None for each in traffic]),
        "how_looked": (_TEXT, [describe_reading(each.way) if each and each.way else None for each in traffic]),
    }


def _price_columns(decisions: Sequence[Decision], today: date) -> _Columns:
    prices, days = [decision.price for decision in decisions], [decision.next_billing for decision in decisions]
    return {
        "monthly": (_MONEY, [price.monthly if price else None for price in prices]),
        "currency": (_CHOICE, [price.currency if price else None for price in prices]),
        "price_stated": (_TIME, [price.stated_at if price else None for price in prices]),
        "next_billing": (pa.date32(), days),
        "days_to_billing": (pa.int64(), [(day - today).days if day else None for day in days]),
    }


def _wired_to(wiring: Wiring | None) -> str | None:
    """Describe a number's connections: None where they could not be read, empty where there are none."""
    if wiring is None or wiring.wired is None:
        return None
    return " ".join(connections(wiring))


def _number_columns(numbers: Sequence[Number], accounts: Mapping[str, Account]) -> _Columns:
    columns: _Columns = {
        "phone_number": (_TEXT, [number.phone_number for number in numbers]),
        "name": (_TEXT, [number.get("friendly_name") for number in numbers]),
        "account": (_CHOICE, [accounts[number.account_sid].friendly_name for number in numbers]),
        "account_status": (_CHOICE, [accounts[number.account_sid].status for number in numbers]),
        "country": (_CHOICE, [country_of(number.phone_number) for number in numbers]),
        "type": (_CHOICE, _fields(numbers, "type")),
        "status": (_CHOICE, _fields(numbers, "status")),
        "origin": (_CHOICE, _fields(numbers, "origin")),
        "beta": (_YES_NO, _fields(numbers, "beta")),
        **{
            capability: (_YES_NO, [_can(number, capability) for number in numbers])
            for capability in ("voice", "sms", "mms", "fax")
        },
        "created": (_TIME, _times(_fields(numbers, "date_created"))),
        "updated": (_TIME, _times(_fields(numbers, "date_updated"))),
        "emergency_address": (_CHOICE, _fields(numbers, "emergency_address_status")),
    }
    for field in (
        *("voice_url", "voice_fallback_url", "voice_application_sid", "sms_url", "sms_fallback_url"),
        *("sms_application_sid", "status_callback", "trunk_sid", "bundle_sid", "address_sid", "identity_sid"),
        *("emergency_address_sid",),
    ):
        columns[field] = (_TEXT, _fields(numbers, field))
    columns["account_sid"] = (_CHOICE, [number.account_sid for number in numbers])
    columns["sid"] = (_TEXT, [number.sid for number in numbers])
    return columns


def journal_table(entries: Iterable[Entry], *, now: datetime) -> pd.DataFrame:
    """Return one row per journal entry: open ones first, then the newest."""
    # Of each entry, only its line is kept: a hundred thousand with all their details do not fit in memory.
    lines = [(not entry.open, -entry.rows[-1].n, *_journal_line(entry, now)) for entry in entries]
    lines.sort(key=lambda line: line[:2])
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
        "last_step": _TEXT,
        "account_sid": _TEXT,
        "sid": _TEXT,
        "entry": _TEXT,
    }
    return _table(
        {name: (kind, [line[place] for line in lines]) for place, (name, kind) in enumerate(kinds.items(), 2)}
    )


def _journal_line(entry: Entry, now: datetime) -> tuple[object, ...]:
    over = entry.over(now)
    return (
        entry.phone_number,
        entry.act,
        State.EXPIRED if over else entry.state,
        entry.open,
        entry.at,
        entry.reclaim_by if entry.state in LEFT and not over else None,
        entry.details.get("account_name"),
        entry.details.get("who"),
        entry.rows[0].detail.get("why") or None,
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
    kinds = (_CHOICE, _TEXT, _TEXT, _TEXT, pa.date32(), _MONEY, _CHOICE, _TIME)
    columns = zip(Due._fields, kinds, strict=True)
    return _table({name: (kind, [row[place] for row in rows]) for place, (name, kind) in enumerate(columns)})


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
            "monthly": (_MONEY, [Decimal(line.item.monthly) if line.item.monthly else None for line in lines]),
            "currency": (_CHOICE, [line.item.currency for line in lines]),
            "entry": (_TEXT, [line.entry.id if line.entry else None for line in lines]),
            "account_sid": (_TEXT, [line.item.account_sid for line in lines]),
            "sid": (_TEXT, [line.item.sid for line in lines]),
        }
    )


def _money_type(prices: Iterable[Decimal | None]) -> pa.DataType:
    """Choose a column type with the digits that the prices need, at least two."""
    exponents = [price.normalize().as_tuple().exponent for price in set(prices) if price is not None]
    return pa.decimal128(38, min(_MONEY.scale, max([2, *(-int(exponent) for exponent in exponents)])))


def _array(kind: pa.DataType, values: Sequence[Any]) -> pa.Array:
    if kind == _MONEY:
        return pa.array(values, type=_money_type(values))
    return pa.array(_redacted(values) if kind == _TEXT else values, type=kind)


def _table(columns: _Columns) -> pd.DataFrame:
    # With a stated schema, a column without any value keeps its type.
    arrays = [_array(kind, values) for kind, values in columns.values()]
    dtypes: dict[pa.DataType, Any] = {
        pa.bool_(): pd.BooleanDtype(),
        pa.int64(): pd.Int64Dtype(),
        _TEXT: pd.StringDtype("pyarrow"),
    }
    types: Callable[[pa.DataType], Any] = dtypes.get
    table: pd.DataFrame = pa.table(arrays, names=list(columns)).to_pandas(types_mapper=types)
    return table


def _redacted(texts: Sequence[Any]) -> list[Any]:
    # Many numbers share an address, so each is redacted once.
    redacted = {text: without_secrets(text) for text in set(texts) if text is not None}
    return [redacted.get(text) for text in texts]


def _fields(numbers: Iterable[Number], name: str) -> list[Any]:
    return [number.get(name) for number in numbers]


def _can(number: Number, capability: str) -> bool | None:
    capabilities = number.get("capabilities")
    # The number lacks a capability that its record leaves out.
    flag: bool | None = None if capabilities is None else capabilities.get(capability, False)
    return flag


def _times(texts: Iterable[str | None]) -> pa.Array:
    return pa.array([iso_or_none(text) for text in texts], pa.string()).cast(pa.timestamp("s")).cast(_TIME)
