"""
Evidence as rows of columns, as it is remembered, shown and written to disk.

Texts of facts (``unread``, ``later``, ``links``, ``unseen``) are JSON of ``core/reasons.py`` and
``core/connections.py``; missing means none.  No column holds a secret: connections name sids and names.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import msgspec
import pyarrow as pa

from helpers.core.connections import OWN_KINDS, Link, Unseen, Wiring
from helpers.core.reasons import Reason
from helpers.core.records import Number, Traffic, TrafficMethod, TrafficReading
from helpers.evidence.columns import TEXT, TIME, YES_NO
from helpers.evidence.evidence import Evidence
from helpers.evidence.links_on_record import links_on_record

#: Of the look: Twilio's own times have whole seconds.
MOMENT = pa.timestamp("us", tz="UTC")
_COUNTS = ("calls", "messages", "waiting")
#: The times of the latest traffic, and of the oldest message of the account.
TIMES = ("last_call_in", "last_call_out", "last_message_in", "last_message_out", "oldest_message")
_FLAGS = ("active", "more", "kept_short")

SCHEMA = pa.schema(
    {
        "sid": TEXT,
        "account_sid": TEXT,
        #: The period that was looked at; ``until`` is the time of the look.
        "since": MOMENT,
        "until": MOMENT,
        # A missing count is not known; 0 was read.
        **dict.fromkeys(_COUNTS, pa.int64()),
        **dict.fromkeys(TIMES, TIME),
        **dict.fromkeys(_FLAGS, YES_NO),
        #: The method of reading, and its requests for the whole account.
        "how": TEXT,
        "requests": pa.int64(),
        #: Log -> why it was not read; why an older look counts; connections at other places; places that were not read.
        **dict.fromkeys(("unread", "later", "links", "unseen"), TEXT),
    }
)


def rows_of(account_sid: str, evidence: Mapping[str, Evidence]) -> pa.Table:
    """Make the rows of an account's evidence, which is given by the sid of the number."""
    known = list(evidence.values())
    traffic = [one.traffic for one in known]
    ways = [one.way for one in traffic]
    elsewhere = [tuple(link for link in one.wiring.links if link.kind not in OWN_KINDS) for one in known]
    columns: dict[str, list[Any]] = {
        "sid": list(evidence),
        "account_sid": [account_sid] * len(known),
        **{name: [getattr(one, name) for one in traffic] for name in ("since", "until", *_COUNTS, *TIMES, *_FLAGS)},
        "how": [way.how.value if way else None for way in ways],
        "requests": [way.requests if way else None for way in ways],
        "unread": [as_text(one.unread) for one in traffic],
        "later": [as_text(one.later) for one in traffic],
        "links": [as_text(links) for links in elsewhere],
        "unseen": [as_text(one.wiring.unseen) for one in known],
    }
    return pa.table({field.name: pa.array(columns[field.name], field.type) for field in SCHEMA})


def as_text(facts: Any) -> str | None:
    """Write facts as JSON; None where there are none."""
    return msgspec.json.encode(facts).decode() if facts else None


def evidence_of(row: Mapping[str, Any], number: Number) -> Evidence:
    """Make the evidence of a row; the links on the number's own record come from the record at hand."""
    links = (*links_on_record(number), *links_in(row["links"]))
    return Evidence(traffic_of(row), Wiring(links, unseen_in(row["unseen"])))


def traffic_of(row: Mapping[str, Any]) -> Traffic:
    """Make the traffic of a row."""
    return Traffic(
        **{name: row[name] for name in ("since", "until", *_COUNTS, *TIMES, *_FLAGS)},
        unread=unread_in(row["unread"]),
        way=TrafficReading(TrafficMethod(row["how"]), row["requests"]) if row["how"] else None,
        later=_reason_in(row["later"]),
    )


def unread_in(text: str | None) -> dict[str, Reason]:
    """Read the column ``unread``."""
    return msgspec.json.decode(text, type=dict[str, Reason]) if text else {}


@lru_cache(maxsize=4096)
def links_in(text: str | None) -> tuple[Link, ...]:
    """Read the column ``links``: the connections at other places than the number's own record."""
    return msgspec.json.decode(text, type=tuple[Link, ...]) if text else ()


@lru_cache(maxsize=4096)
def unseen_in(text: str | None) -> tuple[Unseen, ...]:
    """Read the column ``unseen``."""
    return msgspec.json.decode(text, type=tuple[Unseen, ...]) if text else ()


def require_readable(rows: pa.Table) -> None:
    """
    Check that each value of rows that a file holds can be read.

    Raises:
        ValueError: One cannot, or is missing where none may be.
    """
    readers: dict[str, Callable[[str | None], object]] = {"unread": unread_in, "links": links_in, "unseen": unseen_in}
    readers |= {"how": lambda text: text and TrafficMethod(text), "later": _reason_in}
    for name in readers.keys() & set(rows.column_names):
        for text in rows[name].unique().to_pylist():
            readers[name](text)
    for name in {"since", "until", *_FLAGS[1:], "waiting"} & set(rows.column_names):
        if rows[name].null_count:
            raise ValueError(name)


def _reason_in(text: str | None) -> Reason | None:
    return msgspec.json.decode(text, type=Reason) if text else None
