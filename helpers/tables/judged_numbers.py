"""
The verdict, price and evidence of every number, as columns.

``decide`` is the only rule.  It is asked once for all numbers that are alike in everything that it reads: 100,000
numbers of which nothing is known are some sixty cases.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from helpers.core.connections import Wiring
from helpers.core.number_facts import is_toll_free
from helpers.core.reasons import Reason
from helpers.core.records import Decision, Number, Traffic, Verdict
from helpers.decisions.blockers import NEW
from helpers.decisions.judge import Judge, Standing, why_unknown
from helpers.decisions.sentences import connections, describe_reading, explain_verdict, gaps, reason
from helpers.evidence.billing import next_billing_day
from helpers.evidence.columns import CHOICE, TEXT, TIME, YES_NO
from helpers.evidence.evidence import Evidence
from helpers.evidence.inventory import Inventory
from helpers.tables.frames import MONEY, Columns, to_arrow

#: Decisions that are made into columns at a time; each holds a whole record.
_BATCH = 2_000
_MOMENTS = ("last_used", "last_call_in", "last_call_out", "last_message_in", "last_message_out", "oldest_message")


@dataclass(frozen=True, slots=True)
class JudgedNumbers:
    """The columns of the verdicts on numbers, one row for each, and what counts about all of them."""

    columns: pa.Table
    #: Reason why numbers with evidence could not be judged -> count of numbers.
    unjudged: Counter[Reason]


def judge_numbers(
    judge: Judge, inventory: Inventory, numbers: pa.Table, evidence: Mapping[str, Evidence], *, now: datetime
) -> JudgedNumbers:
    """
    Judge every number by the evidence given; no request is sent.

    Args:
        numbers: The table of ``frames.number_table``.
    """
    accounts = {account.sid: account for account in inventory.accounts}
    standing = judge.standing()
    sids = numbers["sid"].to_pylist()
    apart = _apart(inventory, numbers, evidence, standing)
    examples, case = _cases(numbers, [place for place, sid in enumerate(sids) if sid in apart], now)
    unjudged: Counter[Reason] = Counter()
    parts = [_columns(())]
    examples_whole = inventory.numbers.get([sids[place] for place in examples])
    decisions = judge.decide_all(examples_whole, accounts, evidence, standing, now=now)
    while part := list(islice(decisions, _BATCH)):
        parts.append(_columns(part))
        unknown = (each for each in part if each.verdict is Verdict.UNKNOWN and each.traffic is not None)
        unjudged.update(map(why_unknown, unknown))
    judged = pa.concat_tables(parts).unify_dictionaries().combine_chunks().take(pa.array(case))
    billed = _next_billing(numbers["created"], now.date())
    new = {"next_billing": billed, "days_to_billing": pc.days_between(pa.scalar(now.date()), billed)}
    columns = {name: new.get(name, judged[name]) for name in judged.column_names}
    return JudgedNumbers(pa.table(columns), unjudged)


def _apart(inventory: Inventory, numbers: pa.Table, evidence: Mapping[str, Evidence], standing: Standing) -> set[str]:
    """Name the numbers about which more is known than their columns tell, by their sids."""
    apart = {*evidence, *inventory.numbers.apart, *standing.open_entries}
    find = standing.find_protection
    if find is not None:
        accounts = {account.sid: account for account in inventory.accounts}
        columns = (numbers[name].to_pylist() for name in ("sid", "account_sid", "phone_number", "name"))
        for sid, account_sid, phone_number, name in zip(*columns, strict=True):
            if find(Number(sid, account_sid, phone_number, name or "", {}), accounts[account_sid]):
                apart.add(sid)
    return apart


def _cases(numbers: pa.Table, apart: list[int], now: datetime) -> tuple[list[int], Any]:
    """
    Sort numbers into cases that are alike in everything that ``decide`` reads.

    Args:
        apart: The places of the numbers that are a case of their own.

    Returns:
        The place of an example of each case, in the order of the places; and the case of each number.
    """
    to_the_second = pa.scalar(now.replace(microsecond=0), TIME)
    age = pc.divide(pc.subtract(to_the_second, numbers["created"]).cast(pa.int64()), 86_400)
    new = pc.min_element_wise(age, NEW.days, skip_nulls=False)
    toll_free = pa.chunked_array([pa.array(map(is_toll_free, numbers["phone_number"].to_pylist()), YES_NO)])
    address = numbers["emergency_address_sid"].is_valid()
    alike = (numbers[name] for name in ("country", "type", "origin", "account_status", "emergency_address"))
    key: Any = np.zeros(len(numbers), dtype=np.int64)
    for column in (*alike, address, toll_free, new):
        codes = column.combine_chunks()
        if codes.type != CHOICE:
            codes = codes.dictionary_encode()
        key = key * (len(codes.dictionary) + 1) + codes.indices.fill_null(-1).to_numpy(zero_copy_only=False) + 1
    key[apart] = -1 - np.array(apart, dtype=np.int64)
    _, first, case = np.unique(key, return_index=True, return_inverse=True)
    examples = np.sort(first)
    places: Any = np.searchsorted(examples, first)
    return examples.tolist(), places[case]


def _next_billing(created: pa.ChunkedArray, today: date) -> pa.Array:
    """Compute the next billing day of each number; once for all that were bought on one day."""
    bought = created.cast(pa.date32()).combine_chunks().dictionary_encode()
    days = [next_billing_day(day, today=today) for day in bought.dictionary.to_pylist()]
    return pa.array(days, pa.date32()).take(bought.indices)


def _columns(decisions: Sequence[Decision]) -> pa.Table:
    """Make the columns of decisions: one row each."""
    traffic = [decision.traffic for decision in decisions]
    wiring = [decision.wiring for decision in decisions]
    columns: Columns = {
        "verdict": (CHOICE, [decision.verdict.value for decision in decisions]),
        **_traffic_columns(traffic),
        **_price_columns(decisions),
        "wired": (YES_NO, [each.wired if each else None for each in wiring]),
        "wiring": (TEXT, [_wired_to(each) for each in wiring]),
        "not_looked_at": (TEXT, [" ".join(gaps(each.unseen)) or None if each else None for each in wiring]),
        "warnings": (TEXT, [" ".join(map(reason, decision.cautions)) or None for decision in decisions]),
        "blocked": (TEXT, [" ".join(map(reason, decision.blockers)) or None for decision in decisions]),
        "because": (TEXT, [" ".join(explain_verdict(each.traffic, each.looked_at)) for each in decisions]),
    }
    return to_arrow(columns)


def _traffic_columns(traffic: Sequence[Traffic | None]) -> Columns:
    """
    Make the columns of traffic.

    A number without traffic in the window has been idle for at least the window; ``idle_days`` is missing where a log
    was not read.
    """
    columns: Columns = {name: (TIME, [getattr(each, name) if each else None for each in traffic]) for name in _MOMENTS}
    return {
        **columns,
        # A log that was not read may have later traffic.
        "last_used_at_least": (YES_NO, [not each.latest_known if each else None for each in traffic]),
        "idle_days": (pa.int64(), [each.idle_days if each else None for each in traffic]),
        "idle_at_least": (YES_NO, [each.last_used is None if each else None for each in traffic]),
        "calls": (pa.int64(), [each.calls if each else None for each in traffic]),
        "messages": (pa.int64(), [each.messages if each else None for each in traffic]),
        "counts_at_least": (YES_NO, [each.more if each else None for each in traffic]),
        "active": (YES_NO, [each.active if each else None for each in traffic]),
        "looked_at": (TIME, [each.until if each else None for each in traffic]),
        "how_looked": (TEXT, [describe_reading(each.way) if each and each.way else None for each in traffic]),
    }


def _price_columns(decisions: Sequence[Decision]) -> Columns:
    """Make the columns of prices and bills; the billing days are still missing, because they differ within a case."""
    prices, missing = [decision.price for decision in decisions], [None] * len(decisions)
    return {
        "monthly": (MONEY, [price.monthly if price else None for price in prices]),
        "currency": (CHOICE, [price.currency if price else None for price in prices]),
        "price_stated": (TIME, [price.stated_at if price else None for price in prices]),
        "next_billing": (pa.date32(), missing),
        "days_to_billing": (pa.int64(), missing),
    }


def _wired_to(wiring: Wiring | None) -> str | None:
    """Describe a number's connections: None where they could not be read, empty where there are none."""
    if wiring is None or wiring.wired is None:
        return None
    return " ".join(connections(wiring))
