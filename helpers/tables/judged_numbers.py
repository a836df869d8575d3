"""
The verdict, price and evidence of every number, as columns.

``decide`` is the only rule.  It is asked once for all numbers that are alike in everything that it reads: 100,000
numbers are some sixty cases.  Of evidence it reads the traffic only, by ``verdict_of``, which is asked once for all
that has the same traffic.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from helpers.core.connections import LinkKind, Wiring, bundle_at_risk, bundle_end
from helpers.core.number_facts import AREA, is_toll_free
from helpers.core.number_note import NumberNote
from helpers.core.reasons import Reason
from helpers.core.records import Decision, Number, TrafficMethod, TrafficReading, Verdict
from helpers.decisions.blockers import NEW
from helpers.decisions.decision import verdict_of
from helpers.decisions.judge import Judge, Standing, why_unknown
from helpers.decisions.reading_words import describe_reading
from helpers.decisions.sentences import connections, explain_verdict, gaps, reason
from helpers.evidence.billing import next_billing_day
from helpers.evidence.columns import CHOICE, TEXT, TIME, YES_NO
from helpers.evidence.evidence import Evidence
from helpers.evidence.evidence_rows import MOMENT, TIMES, evidence_of, links_in, traffic_of, unseen_in
from helpers.evidence.inventory import Inventory
from helpers.evidence.links_on_record import links_on_record
from helpers.evidence.numbers import Numbers
from helpers.tables.frames import MONEY, note_columns, to_arrow

#: In use, but so little that its calls and messages could come to another number.
FEW_A_MONTH = 5
#: Decisions that are made into columns at a time; each holds a whole record.
_BATCH = 2_000
#: The columns, and their types.
_SCHEMA = pa.schema(
    {
        "verdict": CHOICE,
        **dict.fromkeys(("last_used", *TIMES), TIME),
        # A log that was not read may have later traffic.
        "last_used_at_least": YES_NO,
        "idle_days": pa.int64(),
        "idle_at_least": YES_NO,
        **dict.fromkeys(("calls", "messages"), pa.int64()),
        "counts_at_least": YES_NO,
        "active": YES_NO,
        "looked_at": TIME,
        "how_looked": TEXT,
        "monthly": MONEY,
        "currency": CHOICE,
        "price_stated": TIME,
        "next_billing": pa.date32(),
        "days_to_billing": pa.int64(),
        **dict.fromkeys(("trickle", "inbound_only"), YES_NO),
        "cost_per_event": MONEY,
        "wired": YES_NO,
        #: Of its regulatory bundle, where Twilio rejected it or will.
        "bundle_ends": pa.date32(),
        "bundle_rejected": YES_NO,
        **dict.fromkeys(("wiring", "not_looked_at", "warnings", "blocked", "because"), TEXT),
    }
)
#: The columns from which ``links_on_record`` finds the connections on a number's own record.
_OWN_LINKS = (
    *("voice_url", "voice_fallback_url", "voice_application_sid", "sms_url", "sms_fallback_url"),
    *("sms_application_sid", "status_callback", "trunk_sid", "bundle_sid", "address_sid", "identity_sid"),
    *("emergency_address_sid", "emergency_address", "voice_receive_mode"),
)


@dataclass(frozen=True, slots=True)
class JudgedNumbers:
    """The columns of the verdicts on numbers, one row for each, and what counts about all of them."""

    columns: pa.Table
    #: Reason why numbers with evidence could not be judged -> count of numbers.
    unjudged: Counter[Reason]
    #: Method of reading traffic -> count of numbers.
    methods: Counter[TrafficMethod]
    #: When the oldest evidence was collected; None where there is none.
    looked_at: datetime | None


def judge_numbers(
    judge: Judge, inventory: Inventory, numbers: pa.Table, evidence: pa.Table, *, now: datetime
) -> JudgedNumbers:
    """
    Judge every number by the evidence given; no request is sent.

    Args:
        numbers: The table of ``frames.number_table``.

        evidence: Rows of ``evidence_rows.SCHEMA``, of these numbers and of others.
    """
    standing = judge.standing()
    columns = _stand_against(judge, standing, inventory, numbers, evidence, now=now)
    billed = _next_billing(numbers["created"], now.date())
    columns |= {"next_billing": billed, "days_to_billing": pc.days_between(pa.scalar(now.date()), billed)}
    rows, place = _rows_of(numbers, evidence)
    looked_at = inventory.numbers.columns.filter(place.is_valid())
    known, unjudged = _traffic_columns(rows, now)
    known |= _wiring_columns(inventory.numbers, looked_at, rows)
    columns |= {name: column.take(place) for name, column in known.items()}
    columns["verdict"] = columns["verdict"].fill_null(Verdict.UNKNOWN.value)
    columns["because"] = columns["because"].fill_null(" ".join(explain_verdict(None, now)))
    columns |= _thin_use(columns)
    cast = {field.name: _as(columns[field.name], field.type) for field in _SCHEMA} | _notes(standing.notes, numbers)
    methods = Counter(map(TrafficMethod, rows["how"].drop_null().to_pylist()))
    return JudgedNumbers(pa.table(cast), unjudged, methods, pc.min(rows["until"]).as_py())


def _as(column: Any, kind: pa.DataType) -> Any:
    return column.cast(TEXT).dictionary_encode() if kind == CHOICE else column.cast(kind, safe=False)


def _alike(columns: Iterable[Any], apart: Sequence[int] = ()) -> tuple[list[int], Any]:
    """
    Sort rows into cases that are alike in all columns.

    Args:
        apart: The places of the rows that are a case of their own.

    Returns:
        The place of an example of each case, in the order of the places; and the case of each row.
    """
    case: Any = np.zeros(0, dtype=np.int64)
    for column in columns:
        codes = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        if not pa.types.is_dictionary(codes.type):
            codes = codes.dictionary_encode()
        code: Any = codes.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64) + 1
        if not len(case):
            case = np.zeros(len(code), dtype=np.int64)
        # Counted anew after each column, because the product of all would be too large a number.
        case = _counted(case * (len(codes.dictionary) + 1) + code)
    case[list(apart)] = -1 - np.arange(len(apart))
    case = _counted(case)
    return np.flatnonzero(np.diff(np.maximum.accumulate(case), prepend=-1)).tolist(), case


def _counted(values: Any) -> Any:
    """Give each value a number, from 0 on, in the order in which it comes first."""
    return pa.array(values).dictionary_encode().indices.to_numpy().astype(np.int64)


# -- what stands against numbers, and what they cost ---------------------------------------------


def _notes(notes: Mapping[str, NumberNote], numbers: pa.Table) -> dict[str, Any]:
    """Make the columns of what was noted about numbers; see ``note_columns``."""
    of_numbers = [notes.get(phone_number) for phone_number in numbers["phone_number"].to_pylist()] if notes else []
    columns = note_columns(of_numbers)
    return dict(zip(columns, to_arrow(columns).columns, strict=True)) if columns else {}


def _stand_against(
    judge: Judge, standing: Standing, inventory: Inventory, numbers: pa.Table, evidence: pa.Table, *, now: datetime
) -> dict[str, Any]:
    """Make the columns of prices, blockers and cautions; of evidence, only an order to host a number changes them."""
    accounts = {account.sid: account for account in inventory.accounts}
    sids = numbers["sid"].to_pylist()
    known = _under_way(inventory, evidence)
    apart = _apart(inventory, standing) | known.keys()
    examples, case = _cases(numbers, [place for place, sid in enumerate(sids) if sid in apart] if apart else [], now)
    whole = inventory.numbers.get([sids[place] for place in examples])
    decisions = judge.decide_all(whole, accounts, known, standing, now=now)
    parts = [_decided(())]
    while part := list(islice(decisions, _BATCH)):
        parts.append(_decided(part))
    decided = pa.concat_tables(parts).combine_chunks().take(pa.array(case))
    return {name: decided[name] for name in decided.column_names}


def _under_way(inventory: Inventory, evidence: pa.Table) -> dict[str, Evidence]:
    """Pick the evidence of the numbers that an order to host them names, by their sids; few companies have one."""
    named = pc.match_substring(evidence["links"], f'"{LinkKind.HOSTED_ORDER.value}"')
    # A number that moved has a row in each account.
    rows = {(row["sid"], row["account_sid"]): row for row in evidence.filter(named).to_pylist()}
    numbers = inventory.numbers.get({sid for sid, _ in rows})
    ours = ((number, rows.get((number.sid, number.account_sid))) for number in numbers)
    return {number.sid: evidence_of(row, number) for number, row in ours if row is not None}


def _decided(decisions: Sequence[Decision]) -> pa.Table:
    prices = [decision.price for decision in decisions]
    return to_arrow(
        {
            "monthly": (MONEY, [price.monthly if price else None for price in prices]),
            "currency": (TEXT, [price.currency if price else None for price in prices]),
            "price_stated": (TIME, [price.stated_at if price else None for price in prices]),
            "warnings": (TEXT, [" ".join(map(reason, decision.cautions)) or None for decision in decisions]),
            "blocked": (TEXT, [" ".join(map(reason, decision.blockers)) or None for decision in decisions]),
        }
    )


def _apart(inventory: Inventory, standing: Standing) -> set[str]:
    """Name the numbers about which more is known than their columns tell, by their sids."""
    apart = {*inventory.numbers.apart, *standing.open_entries}
    find = standing.find_protection
    if find is not None:
        accounts = {account.sid: account for account in inventory.accounts}
        apart |= {each.sid for each in inventory.numbers.named() if find(each, accounts[each.account_sid])}
    return apart


def _cases(numbers: pa.Table, apart: list[int], now: datetime) -> tuple[list[int], Any]:
    """Sort numbers into cases that are alike in everything that ``decide`` reads besides evidence; see ``_alike``."""
    to_the_second = pa.scalar(now.replace(microsecond=0), TIME)
    age = pc.divide(pc.subtract(to_the_second, numbers["created"]).cast(pa.int64()), 86_400)
    new = pc.min_element_wise(age, NEW.days, skip_nulls=False)
    # Once for each beginning, because a hundred thousand numbers have a few hundred.
    begin = pc.utf8_slice_codeunits(numbers["phone_number"], 0, AREA).combine_chunks().dictionary_encode()
    toll_free = pa.array(map(is_toll_free, begin.dictionary.to_pylist()), YES_NO).take(begin.indices)
    address = numbers["emergency_address_sid"].is_valid()
    alike = (numbers[name] for name in ("country", "type", "origin", "account_status", "emergency_address"))
    return _alike((*alike, address, toll_free, new), apart)


def _next_billing(created: pa.ChunkedArray, today: date) -> pa.Array:
    """Compute the next billing day of each number; once for all that were bought on one day."""
    bought = created.cast(pa.date32()).combine_chunks().dictionary_encode()
    days = [next_billing_day(day, today=today) for day in bought.dictionary.to_pylist()]
    return pa.array(days, pa.date32()).take(bought.indices)


# -- evidence ------------------------------------------------------------------------------------


def _rows_of(numbers: pa.Table, evidence: pa.Table) -> tuple[pa.Table, pa.Array]:
    """Return the rows of evidence in the order of the numbers, and for each number the place of its row, if any."""
    # Its account's log shows nothing of a number that was in another account then.
    ours, known = (
        pc.binary_join_element_wise(rows["sid"], rows["account_sid"].cast(TEXT), " ") for rows in (numbers, evidence)
    )
    at = pc.index_in(ours, value_set=known.combine_chunks()).combine_chunks()
    there: Any = at.is_valid().to_numpy(zero_copy_only=False)
    place = pa.array(np.cumsum(there) - 1, pa.int64(), mask=~there)
    return evidence.take(at.drop_null()), place


def _traffic_columns(rows: pa.Table, now: datetime) -> tuple[dict[str, Any], Counter[Reason]]:
    """Make the columns of traffic, one row for each of evidence; and count why numbers could not be judged."""
    last_call = _latest(rows["last_call_in"], rows["last_call_out"])
    last_message = _latest(rows["last_message_in"], rows["last_message_out"])
    last_used = _latest(last_call, last_message)
    days = (each.cast(pa.date32(), safe=False) for each in (last_call, last_message))
    alike = ("since", "until", "calls", "messages", "waiting", "more", "kept_short", "unread", "later")
    examples, case = _alike((*(rows[name] for name in alike), *days))
    traffic = [traffic_of(row) for row in rows.take(pa.array(examples, pa.int64())).to_pylist()]
    verdicts = [verdict_of(one) for one in traffic]
    unjudged: Counter[Reason] = Counter()
    for one, verdict, many in zip(traffic, verdicts, np.bincount(case, minlength=len(examples)).tolist(), strict=True):
        if verdict is Verdict.UNKNOWN:
            unjudged[why_unknown(one)] += many
    worded = to_arrow(
        {
            "verdict": (TEXT, [verdict.value for verdict in verdicts]),
            "because": (TEXT, [" ".join(explain_verdict(one, now)) for one in traffic]),
        }
    ).take(pa.array(case))
    return {
        **{name: worded[name] for name in worded.column_names},
        **{name: rows[name] for name in (*TIMES, "calls", "messages", "active")},
        "last_used": last_used,
        "last_used_at_least": rows["unread"].is_valid(),
        "idle_days": _idle_days(rows, last_used),
        # Without traffic in the window, it has been idle for at least the window.
        "idle_at_least": last_used.is_null(),
        "counts_at_least": rows["more"],
        "looked_at": rows["until"],
        "since": rows["since"],
        "waiting": rows["waiting"],
        "how_looked": _how_looked(rows),
    }, unjudged


def _thin_use(columns: Mapping[str, Any]) -> dict[str, Any]:
    """
    Make the columns about numbers in use that carry little: missing where not every call and message was counted.

    A price a month is spread over thirty days; what Twilio charges for each call and message comes on top.
    """
    since, until = (columns[name].cast(pa.int64()) for name in ("since", "looked_at"))
    months = pc.divide(pc.subtract(until, since).cast(pa.float64()), 30 * 86_400e6)
    events = pc.add(columns["calls"], columns["messages"])
    whole = pc.and_(pc.invert(columns["counts_at_least"]), pc.invert(columns["last_used_at_least"]))
    counted = pc.and_(pc.equal(columns["verdict"], Verdict.IN_USE.value), pc.and_(whole, pc.greater(events, 0)))
    known = pc.and_(pc.fill_null(counted, fill_value=False), pc.greater(months, 0))
    sent = [columns[name].is_valid() for name in ("last_call_out", "last_message_out")]
    outward = pc.or_(pc.or_(*sent), pc.greater(columns["waiting"], 0))
    monthly = columns["monthly"].cast(pa.float64())
    cost = pc.round(pc.divide(pc.multiply(monthly, months), events.cast(pa.float64())), 4)

    def where_known(values: Any) -> Any:
        return pc.if_else(known, values, pa.scalar(None, values.type))

    few = pc.less_equal(events.cast(pa.float64()), pc.multiply(months, float(FEW_A_MONTH)))
    return {
        "trickle": where_known(few),
        "inbound_only": where_known(pc.invert(outward)),
        "cost_per_event": where_known(cost),
    }


def _latest(one: pa.ChunkedArray, other: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.max_element_wise(one.cast(pa.int64()), other.cast(pa.int64())).cast(TIME)


def _idle_days(rows: pa.Table, last_used: pa.ChunkedArray) -> pa.Array:
    """Compute ``Traffic.idle_days``."""
    since = pc.coalesce(last_used.cast(MOMENT), rows["since"]).cast(pa.int64())
    idle: Any = np.floor_divide(pc.subtract(rows["until"].cast(pa.int64()), since).to_numpy(), 86_400_000_000)
    told = pc.and_(rows["unread"].is_null(), pc.and_(rows["calls"].is_valid(), rows["messages"].is_valid()))
    return pa.array(idle, pa.int64(), mask=~told.to_numpy())


def _how_looked(rows: pa.Table) -> pa.Array:
    examples, case = _alike((rows["how"], rows["requests"]))
    ways = rows.select(["how", "requests"]).take(pa.array(examples, pa.int64())).to_pylist()
    texts = [
        way["how"] and describe_reading(TrafficReading(TrafficMethod(way["how"]), way["requests"])) for way in ways
    ]
    return pa.array(texts, TEXT).take(pa.array(case))


def _wiring_columns(numbers: Numbers, looked_at: pa.Table, rows: pa.Table) -> dict[str, Any]:
    """
    Make the columns of connections, one row for each of evidence.

    Args:
        looked_at: The columns of the numbers of these rows.
    """
    odd = pc.is_in(looked_at["sid"], pa.array(numbers.apart, TEXT))
    records = {number.sid: number for number in numbers.get(looked_at["sid"].filter(odd).to_pylist())}
    alike = (*(looked_at[name] for name in _OWN_LINKS), rows["links"], rows["unseen"])
    examples, case = _alike(alike, np.flatnonzero(odd.to_numpy()).tolist())
    places, wirings = pa.array(examples, pa.int64()), []
    own = looked_at.select(["sid", *_OWN_LINKS]).take(places).to_pylist()
    elsewhere = rows.select(["links", "unseen"]).take(places).to_pylist()
    for fields, row in zip(own, elsewhere, strict=True):
        sent = {**fields, "emergency_address_status": fields["emergency_address"]}
        record = records.get(fields["sid"]) or Number("", "", "", "", sent)
        links = (*links_on_record(record), *links_in(row["links"]))
        wirings.append(Wiring(links, unseen_in(row["unseen"])))
    bundles = [bundle_at_risk(wiring) for wiring in wirings]
    columns = to_arrow(
        {
            "wired": (YES_NO, [wiring.wired for wiring in wirings]),
            # Missing where connections could not be read, empty where there are none.
            "wiring": (TEXT, [None if each.wired is None else " ".join(connections(each)) for each in wirings]),
            "not_looked_at": (TEXT, [" ".join(gaps(wiring.unseen)) or None for wiring in wirings]),
            "bundle_ends": (pa.date32(), [bundle and bundle_end(bundle) for bundle in bundles]),
            "bundle_rejected": (YES_NO, [bundle and bundle_end(bundle) is None for bundle in bundles]),
        }
    ).take(pa.array(case))
    return {name: columns[name] for name in columns.column_names}
