"""A journal entry: one number's story, as its rows tell it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Any

from helpers.core.errors import JournalBroken
from helpers.core.records import RECLAIM_WINDOW, Number
from helpers.journal.states import LEFT, OPEN, Act, State

#: What follows the note of a request that Twilio provably did not carry out.
_NOT_DONE = {State.THROTTLED, State.NOT_SENT}
#: How old a look at a number may be when its release is confirmed, and some more.
_LOOKED_AT = timedelta(days=1)
#: What says of a release that the number has left.
_GONE = (State.ACKNOWLEDGED, State.RELEASED, State.RELEASED_UNACKNOWLEDGED, State.GONE)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the journal."""

    n: int
    state: State
    at: datetime
    detail: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True)
class Entry:
    """One number's story: a release, a move, or the unregistering of an emergency address."""

    id: str
    act: Act
    account_sid: str
    number_sid: str
    phone_number: str
    rows: tuple[Row, ...]

    @property
    def latest(self) -> Row:
        """The row of the latest state; 0.1.0 also wrote that the ten days were over, by a clock that could be wrong."""
        return next(row for row in reversed(self.rows) if row.state != State.EXPIRED)

    @property
    def state(self) -> State:
        """The latest state."""
        return self.latest.state

    @property
    def at(self) -> datetime:
        """When the latest state was written."""
        return self.latest.at

    @property
    def open(self) -> bool:
        """Whether the outcome is still out."""
        return self.state in OPEN or self.act == Act.OTHER

    @cached_property
    def details(self) -> Mapping[str, Any]:
        """Everything the rows say; what came later wins."""
        return {name: value for row in self.rows for name, value in row.detail.items()}

    @property
    def number(self) -> Number | None:
        """The number as it was when the act was confirmed and, to the last field, when it was sent for."""
        sent = self.details.get("number")
        if sent is None:
            return None
        return Number(sent["sid"], sent["account_sid"], sent["phone_number"], sent.get("friendly_name") or "", sent)

    @property
    def sent_at(self) -> datetime | None:
        """When the last request was noted that Twilio may have carried out; None where none left, or all were busy."""
        after = {row.n: then.state for row, then in pairwise(self.rows)}
        sent = (row for row in reversed(self.rows) if row.state == State.INTENDED and after.get(row.n) not in _NOT_DONE)
        return next((row.at for row in sent), None)

    @property
    def left_at(self) -> datetime | None:
        """
        When the number left us, at the earliest; None if it never did.

        A time that a row tells counts only between our note and that row: the ``Date`` of an answer may be wrong, and
        would end the ten days, or never let them end.  Where no time can be read, our note counts.
        """
        row = next((row for row in reversed(self.rows) if row.detail.get("left_at")), None)
        if row is None and self.act == Act.RELEASE:
            row = self.last(*_GONE)
        if row is None:
            return None
        earlier = (each.at for each in reversed(self.rows) if each.state == State.INTENDED and each.n < row.n)
        noted = next(earlier, self.rows[0].at)
        at = _moment(row.detail.get("left_at")) or noted
        # A number that was gone before the request left after it was looked at, which is before the first row.
        return between(self.rows[0].at - _LOOKED_AT if row.state == State.GONE else noted, at, row.at)

    @property
    def reclaim_by(self) -> datetime | None:
        """
        The moment until which it can be taken back, by the earlier reading.

        Twilio says "within 10 days" and states no cut-off: ten calendar days of which
        the day of the release is the first end sooner than ten times 24 hours.
        """
        end = self.reclaim_end
        return end.replace(hour=0, minute=0, second=0, microsecond=0) if end else None

    @property
    def reclaim_end(self) -> datetime | None:
        """The moment after which no reading of "10 days" is left."""
        # A row that a wrong clock dated to the end of the calendar has no ten days after it.
        last = datetime.max.replace(tzinfo=UTC) - RECLAIM_WINDOW
        return min(self.left_at, last) + RECLAIM_WINDOW if self.left_at else None

    def over(self, now: datetime) -> bool:
        """Tell whether the number has left and no reading of "10 days" is left in which it could be taken back."""
        return self.state in LEFT and (self.reclaim_end is None or now > self.reclaim_end)

    def shown_state(self, now: datetime) -> State:
        """Name the state for people: ``expired`` for a number that can be taken back no more."""
        return State.EXPIRED if self.over(now) else self.state

    def last(self, *states: State) -> Row | None:
        """Find the last row in one of some states."""
        return next((row for row in reversed(self.rows) if row.state in states), None)


def _moment(written: object) -> datetime | None:
    """Read a moment of the journal, in UTC where it names no zone; None for what is none."""
    try:
        at = datetime.fromisoformat(written) if isinstance(written, str) else None
    except ValueError:
        return None
    return at.replace(tzinfo=UTC) if at and at.tzinfo is None else at


def between(earliest: datetime, moment: datetime, latest: datetime) -> datetime:
    """
    Keep a moment within two others; where a clock was set back in between, the first of them counts.

    >>> between(datetime(2026, 3, 2, 9), datetime(1970, 1, 1), datetime(2026, 3, 2, 10))
    datetime.datetime(2026, 3, 2, 9, 0)
    """
    return max(earliest, min(moment, latest))


def fold(rows: Iterable[Mapping[str, Any]]) -> list[Entry]:
    """
    Gather rows, oldest first, into entries, oldest first.

    Raises:
        JournalBroken: A row says something that this kit does not write.
    """
    by_entry: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        by_entry.setdefault(row["entry"], []).append(row)
    return [_entry(lines) for lines in by_entry.values()]


def _entry(lines: list[Mapping[str, Any]]) -> Entry:
    first = line = lines[0]
    rows = []
    try:
        act = Act(first["act"]) if first["act"] in set(Act) else Act.OTHER
        for line in lines:
            at, detail = datetime.fromisoformat(line["at"]), json.loads(line["detail"])
            if at.tzinfo is None or not isinstance(detail, dict):
                raise ValueError  # noqa: TRY301  # it is no row of this kit either
            rows.append(
                Row(line["n"], State(line["state"]) if line["state"] in set(State) else State.NEWER, at, detail)
            )
    except (ValueError, TypeError):
        raise JournalBroken(
            f"Row {line['n']} of the journal is not written as this version of the kit writes it: a "
            f"“{line['act']}” in the state “{line['state']}”. A newer version may have written it, or somebody who "
            "changed the journal. Install the newest version, or find out who wrote to it, before any release.",
            row=line["n"],
        ) from None
    return Entry(first["entry"], act, first["account_sid"], first["number_sid"], first["phone_number"], tuple(rows))
