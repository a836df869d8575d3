"""A journal entry: one number's story, as its rows tell it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from helpers.records import RECLAIM_WINDOW, Number
from helpers.states import OPEN


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the journal."""

    n: int
    state: str
    at: datetime
    detail: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True)
class Entry:
    """One number's story: a release, a move, or the unregistering of an emergency address."""

    id: str
    act: str
    account_sid: str
    number_sid: str
    phone_number: str
    rows: tuple[Row, ...]

    @property
    def state(self) -> str:
        """The latest state."""
        return self.rows[-1].state

    @property
    def at(self) -> datetime:
        """When the latest state was written."""
        return self.rows[-1].at

    @property
    def open(self) -> bool:
        """Whether the outcome is still out."""
        return self.state in OPEN

    @cached_property
    def told(self) -> Mapping[str, Any]:
        """Everything the rows say; what came later wins."""
        return {name: value for row in self.rows for name, value in row.detail.items()}

    @property
    def number(self) -> Number | None:
        """The number as it was when the act was confirmed and, to the last field, when it was sent for."""
        sent = self.told.get("number")
        if sent is None:
            return None
        return Number(sent["sid"], sent["account_sid"], sent["phone_number"], sent.get("friendly_name") or "", sent)

    @property
    def left_at(self) -> datetime | None:
        """When the number left us, at the earliest; None if it never did."""
        at = self.told.get("left_at")
        return datetime.fromisoformat(at) if at else None

    @property
    def reclaim_by(self) -> datetime | None:
        """
        The moment until which it can be taken back, by the earlier reading.

        Twilio says "within 10 days" and states no cut-off: ten calendar days of which
        the day of the release is the first end sooner than ten times 24 hours.
        """
        if self.left_at is None:
            return None
        return (self.left_at + RECLAIM_WINDOW).replace(hour=0, minute=0, second=0, microsecond=0)

    @property
    def reclaim_end(self) -> datetime | None:
        """The moment after which no reading of "10 days" is left."""
        return self.left_at + RECLAIM_WINDOW if self.left_at else None

    def first(self, state: str) -> Row | None:
        """Find the first row in a state."""
        return next((row for row in self.rows if row.state == state), None)

    def last(self, *states: str) -> Row | None:
        """Find the last row in one of some states."""
        return next((row for row in reversed(self.rows) if row.state in states), None)


def fold(rows: Iterable[Mapping[str, Any]]) -> list[Entry]:
    """Gather rows, oldest first, into entries, oldest first."""
    by_entry: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        by_entry.setdefault(row["entry"], []).append(row)
    return [
        Entry(
            id=name,
            act=lines[0]["act"],
            account_sid=lines[0]["account_sid"],
            number_sid=lines[0]["number_sid"],
            phone_number=lines[0]["phone_number"],
            rows=tuple(
                Row(line["n"], line["state"], datetime.fromisoformat(line["at"]), json.loads(line["detail"]))
                for line in lines
            ),
        )
        for name, lines in by_entry.items()
    ]
