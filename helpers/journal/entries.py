"""A journal entry: the rows of one action on one number."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple

import msgspec
from msgspec import UNSET
from msgspec.structs import asdict

from helpers.core.errors import JournalBroken
from helpers.core.number_record import make_number
from helpers.core.reasons import Cause, Reason
from helpers.core.records import RECLAIM_WINDOW, Number
from helpers.journal.states import LEFT, OPEN, Act, State

#: The states after ``intended`` where Twilio provably did not carry out the request.
_NOT_DONE = {State.THROTTLED, State.NOT_SENT}
#: More than the greatest age of a decision when its release is confirmed.
_DECISION_AGE = timedelta(days=1)
#: The states of a release in which the number has left.
_GONE = (State.ACKNOWLEDGED, State.RELEASED, State.RELEASED_UNACKNOWLEDGED, State.GONE)
_ACTS = {act.value: act for act in Act}
_STATES = {state.value: state for state in State}
_PARSER = msgspec.json.Decoder()
#: The details of a confirmation that a line of a table shows; the number's configuration is far longer.
_LINE = msgspec.json.Decoder(
    msgspec.defstruct(
        "Line",
        [(name, Any, UNSET) for name in ("account_name", "left_at", "who", "why", "reason_code", "ticket")],
    )
)
#: A row that a wrong clock dated to the end of the calendar has no ten days after it.
_LAST = datetime.max.replace(tzinfo=UTC) - RECLAIM_WINDOW
#: Stands for a moment that cannot be read.
_NO_MOMENT = datetime(1970, 1, 1, tzinfo=UTC)


class StoredRow(NamedTuple):
    """A row as the database keeps it, in the order of its columns."""

    n: int
    entry: str
    act: str
    state: str
    at: str
    account_sid: str
    number_sid: str
    phone_number: str
    detail: str
    previous: str
    digest: str


_TYPES = [int] + [str] * (len(StoredRow._fields) - 1)


class Row(msgspec.Struct, frozen=True, gc=False):
    """One row of the journal."""

    n: int
    state: State
    at: datetime
    detail: Mapping[str, Any]

    def __repr__(self) -> str:
        # The details hold a number's whole configuration.
        return f"Row({self.n}, {self.state!r}, {self.at!r})"


@dataclass(frozen=True)
class Entry:
    """One action on one number: a release, a move, or the unregistering of an emergency address."""

    id: str
    act: Act
    account_sid: str
    number_sid: str
    phone_number: str
    rows: tuple[Row, ...]

    @property
    def latest(self) -> Row:
        """The row of the latest state, without the ``expired`` that 0.1.0 wrote by a clock that could be wrong."""
        last = self.rows[-1]
        if last.state != State.EXPIRED:
            return last
        return next(row for row in reversed(self.rows) if row.state != State.EXPIRED)

    @property
    def state(self) -> State:
        """The latest state."""
        return self.latest.state

    @property
    def at(self) -> datetime:
        """The moment at which the latest state was written."""
        return self.latest.at

    @property
    def open(self) -> bool:
        """Whether the outcome is still open."""
        return self.state in OPEN or self.act == Act.OTHER

    def as_blocker(self) -> Reason:
        """Make the reason that an open entry is against another act on its number."""
        return Reason(Cause.OPEN_ENTRY, {"act": self.act, "state": self.state, "since": self.at.isoformat()})

    @cached_property
    def details(self) -> Mapping[str, Any]:
        """The details of all rows; a later row overrides an earlier one."""
        return {name: value for row in self.rows for name, value in row.detail.items()}

    @cached_property
    def confirmed(self) -> Mapping[str, Any]:
        """Who confirmed it, why, and what was known then: by the run that announced it last, if several went on."""
        rows = [row for row in self.rows if row is self.rows[0] or row.state == State.INTENDED]
        return {name: value for row in rows for name, value in row.detail.items()}

    @property
    def number(self) -> Number | None:
        """The number with all fields as they were at the confirmation, and when the request left."""
        record = self.details.get("number")
        return None if record is None else make_number(record)

    @property
    def sent_at(self) -> datetime | None:
        """The moment at which the last request was announced that Twilio may have carried out; None without one."""
        following = {row.n: after.state for row, after in pairwise(self.rows)}
        announced = (row for row in reversed(self.rows) if row.state == State.INTENDED)
        return next((row.at for row in announced if following.get(row.n) not in _NOT_DONE), None)

    @cached_property
    def left_at(self) -> datetime | None:
        """
        The earliest moment at which the number may have left the company; None if it did not.

        The ``left_at`` of a row counts only within the time between ``intended`` and that row: it comes from the
        ``Date`` of an answer, and a wrong date would end the ten days too early or never.  Where it cannot be read, the
        time of ``intended`` counts.
        """
        row = next((row for row in reversed(self.rows) if row.detail.get("left_at")), None)
        if row is None and self.act == Act.RELEASE:
            row = self.last(*_GONE)
        if row is None:
            return None
        earlier = (each.at for each in reversed(self.rows) if each.state == State.INTENDED and each.n < row.n)
        announced_at = next(earlier, self.rows[0].at)
        at = _moment(row.detail.get("left_at")) or announced_at
        # A number that somebody else released left after the decision, which is older than the first row.
        return between(self.rows[0].at - _DECISION_AGE if row.state == State.GONE else announced_at, at, row.at)

    @property
    def left_by(self) -> datetime | None:
        """
        The latest moment at which the number may have left; None if it did not leave.

        Where Twilio did not say yes last, it may have left until a look found it gone: somebody else may have released
        it days after the kit's own request.
        """
        found_gone = self.last(State.RELEASED, State.RELEASED_UNACKNOWLEDGED, State.GONE)
        answered = self.last(State.ACKNOWLEDGED, State.KEPT)
        if self.left_at is None or found_gone is None or (answered and answered.state == State.ACKNOWLEDGED):
            return self.left_at
        return max(self.left_at, found_gone.at)

    @property
    def reclaim_by(self) -> datetime | None:
        """
        The moment until which the number can be taken back, by the stricter reading of Twilio's rule.

        Twilio says "within 10 days" and states no cut-off.  Ten calendar days that begin with the day of the release
        end sooner than ten times 24 hours.
        """
        end = _ten_days_after(self.left_at)
        return end.replace(hour=0, minute=0, second=0, microsecond=0) if end else None

    @property
    def reclaim_end(self) -> datetime | None:
        """The moment at which the ten days are over by every reading."""
        return _ten_days_after(self.left_by)

    @property
    def released(self) -> bool:
        """Whether this entry's own request released the number, as was proven, and nobody took it back."""
        return self.state in LEFT and self.last(State.RELEASED, State.RELEASED_UNACKNOWLEDGED) is not None

    def over(self, now: datetime) -> bool:
        """Tell whether the number has left and cannot be taken back by any reading of "10 days"."""
        return self.state in LEFT and (self.reclaim_end is None or now > self.reclaim_end)

    def take_back_until(self, now: datetime) -> datetime | None:
        """Return the moment until which the number can be taken back; None if it did not leave, or is lost for good."""
        return self.reclaim_by if self.state in LEFT and not self.over(now) else None

    def shown_state(self, now: datetime) -> State:
        """Choose the state to show: ``expired`` for a number that cannot be taken back any more."""
        return State.EXPIRED if self.over(now) else self.state

    def last(self, *states: State) -> Row | None:
        """Find the last row in one of the given states."""
        return next((row for row in reversed(self.rows) if row.state in states), None)


def _ten_days_after(moment: datetime | None) -> datetime | None:
    return min(moment, _LAST) + RECLAIM_WINDOW if moment else None


def _moment(value: object) -> datetime | None:
    """Parse a moment in ISO form, in UTC where it has no zone; None for anything else."""
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return at.replace(tzinfo=UTC) if at and at.tzinfo is None else at


def between(earliest: datetime, moment: datetime, latest: datetime) -> datetime:
    """
    Limit a moment to the time between two others; if *latest* is before *earliest*, return *earliest*.

    >>> between(datetime(2026, 3, 2, 9), datetime(1970, 1, 1), datetime(2026, 3, 2, 10))
    datetime.datetime(2026, 3, 2, 9, 0)
    """
    return max(earliest, min(moment, latest))


def fold(rows: Iterable[StoredRow], *, newer: bool = False, brief: bool = False) -> list[Entry]:
    """
    Group rows, oldest first, into entries, oldest first.

    Args:
        newer: Whether a newer version of the kit writes the journal: a row that cannot be read is open then.
        brief: Whether to leave out of each confirmation what a line of a table does not show.

    Raises:
        JournalBroken: A row is not written as this kit writes rows.
    """
    by_entry: dict[str, list[StoredRow]] = {}
    for row in rows:
        by_entry.setdefault(row.entry, []).append(row)
    return [_entry(lines, newer=newer, brief=brief) for lines in by_entry.values()]


def _entry(lines: list[StoredRow], *, newer: bool, brief: bool) -> Entry:
    first = lines[0]
    rows: list[Row] = []
    for line in lines:
        try:
            rows.append(_row(line, newer=newer, brief=brief and line is not lines[-1]))
        except (ValueError, TypeError, LookupError, AttributeError):
            if not newer:
                raise JournalBroken(
                    f"Row {line.n} of the journal is not written as this version of the kit writes it: a "
                    f"“{line.act}” in the state “{line.state}”. A newer version may have written it, or somebody "
                    "who changed the journal. Install the newest version, or find out who wrote to it, before any "
                    "release.",
                    row=line.n,
                ) from None
            rows.append(Row(line.n, State.NEWER, rows[-1].at if rows else _NO_MOMENT, {}))
    act = _ACTS.get(first.act, Act.OTHER)
    return Entry(first.entry, act, first.account_sid, first.number_sid, first.phone_number, tuple(rows))


def is_typed(row: StoredRow) -> bool:
    """Tell whether every cell has the type of its column; SQLite keeps bytes in a column of text."""
    return [*map(type, row)] == _TYPES


def _parse(detail: str, *, brief: bool) -> Any:
    # Half of the rows of a long journal have no details.
    if detail == "{}":
        return {}
    try:
        if brief:
            return {name: value for name, value in asdict(_LINE.decode(detail)).items() if value is not UNSET}
        return _PARSER.decode(detail)
    except msgspec.DecodeError:
        # Slower, and accepts what ``json.dumps`` wrote of an odd number, like NaN.
        return json.loads(detail)


def _row(line: StoredRow, *, newer: bool, brief: bool) -> Row:
    if not is_typed(line):
        raise TypeError
    at = datetime.fromisoformat(line.at)
    detail = _parse(line.detail, brief=brief and line.state == State.CONFIRMED and not newer)
    if at.tzinfo is None or not isinstance(detail, dict):
        raise ValueError
    if newer and detail.get("number") is not None:
        # Its fields may have other names there.
        make_number(detail["number"])
    return Row(line.n, _STATES.get(line.state, State.NEWER), at, detail)
