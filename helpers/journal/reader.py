"""The entries that somebody asks for, chosen by the database: of a long journal, only their details are read."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, not_, or_, select

from helpers.journal.database import FORMAT, JOURNAL, Database
from helpers.journal.entries import Entry, StoredRow, fold
from helpers.journal.search import matches, plain_part
from helpers.journal.states import LEFT, OPEN, Act, State

#: The rows of a long journal that are read at once: another window waits with its writing until a read is over.
PAGE = 5_000
#: Entries whose details a search reads at once.
_AT_ONCE = 500
_ROW = JOURNAL.c
#: The outcome is known.  Whatever this version does not know is open.
_CLOSED = and_(
    _ROW.state.in_([state.value for state in State if state not in OPEN]),
    _ROW.act.in_([act.value for act in Act if act != Act.OTHER]),
)
_OPEN = not_(_CLOSED)
#: A released number has left, and may come back.
_LEFT = and_(_ROW.act == Act.RELEASE.value, _ROW.state.in_([state.value for state in LEFT]))


class JournalReader:
    """
    Reads entries from a journal's database, oldest first.

    Where a newer version writes the journal, each method that chooses by states or times reads everything, because
    those columns may mean something else.  So callers choose once more, by the entries.
    """

    def __init__(self, database: Database) -> None:
        self.database = database

    def entry(self, entry: str) -> Entry:
        """Read one entry."""
        (only,) = self._entries(_ROW.entry == entry)
        return only

    def find(self, entry: str) -> Entry | None:
        """Read one entry; None where it does not exist."""
        return next(iter(self._entries(_ROW.entry == entry)), None)

    def latest(self) -> Entry | None:
        """Read the entry to which something was written last; None in an empty journal."""
        last = select(_ROW.entry).order_by(_ROW.n.desc()).limit(1).scalar_subquery()
        return next(iter(self._entries(_ROW.entry == last)), None)

    def entries(self) -> list[Entry]:
        """Read all entries."""
        return self._entries()

    def each_entry(self, *, brief: bool = True) -> Iterator[Entry]:
        """
        Read all entries in no order; where *brief*, without what only a restore needs: see ``fold``.

        A page of rows at a time, because a long journal does not fit in memory.
        """
        begin, limit = "", PAGE
        while True:
            rows = self.database.read(partial(_rows_by_entry, begin=begin, limit=limit))
            entries = fold(rows, newer=self._newer, brief=brief)
            if len(rows) < limit:
                yield from entries
                return
            # The rows of the last one may go on in the next page.
            yield from entries[:-1]
            begin, limit = entries[-1].id, limit if entries[:-1] else 2 * limit

    def entries_of_number(self, number_sid: str) -> list[Entry]:
        """Read the entries of one number."""
        return self._entries(_ROW.number_sid == number_sid)

    def general_entries(self) -> list[Entry]:
        """Read the entries that concern no number."""
        return self.entries_of_number("")

    def open_entry(self, number_sid: str) -> Entry | None:
        """Find the open entry of a number."""
        return next((entry for entry in self.entries_of_number(number_sid) if entry.open), None)

    def open_entries(self) -> list[Entry]:
        """Read the entries whose outcome is open."""
        return [entry for entry in self._chosen(_of(_whose_latest(_OPEN))) if entry.open]

    def closed_entries(self, newest: int) -> tuple[list[Entry], int]:
        """Read the *newest* entries whose outcome is known, and count all of those."""
        # The window counts the entries before their number is limited.
        counted = _whose_latest(_CLOSED, newest).add_columns(func.count().over())
        found = self.database.read(lambda connection: connection.execute(counted).all())
        ids = [entry for entry, _ in found]
        closed = [entry for entry in self._chosen(_ROW.entry.in_(ids)) if not entry.open]
        return closed, len(closed) if self._newer or not found else found[0][1]

    def search(self, text: str, newest: int) -> tuple[list[Entry], bool]:
        """Find the *newest* entries that hold a text, see ``search.matches``; and tell whether there are more."""
        columns = (_ROW.phone_number, _ROW.number_sid, _ROW.account_sid, _ROW.detail)
        parts = (plain_part(word) for word in text.split())
        # The words of one entry may stand in different rows.
        holds = (
            _ROW.entry.in_(select(_ROW.entry).where(or_(*(each.icontains(part, autoescape=True) for each in columns))))
            for part in parts
            if part
        )
        ids = select(_ROW.entry).where(*holds).group_by(_ROW.entry).order_by(func.max(_ROW.n).desc())
        candidates = self.database.read(lambda connection: connection.execute(ids).scalars().all())
        found: list[Entry] = []
        for begin in range(0, len(candidates), _AT_ONCE):
            entries = self._entries(_ROW.entry.in_(candidates[begin : begin + _AT_ONCE]))
            found += sorted((one for one in entries if matches(one, text)), key=lambda one: -one.rows[-1].n)
            if len(found) > newest:
                break
        return found[:newest], len(found) > newest

    def entries_since(self, moment: datetime) -> list[Entry]:
        """Read the entries of the numbers about which something was written since a moment, older ones too."""
        return self._chosen(_of_numbers_since(moment))

    def left(self, *, since: datetime, newest: int) -> list[Entry]:
        """Read what ``entries_since`` reads, the open entries, and the *newest* releases of numbers that left."""
        return self._chosen(or_(_of_numbers_since(since), _of(_whose_latest(_OPEN)), _of(_whose_latest(_LEFT, newest))))

    def entries_about(self, phone_number: str) -> list[Entry]:
        """Read the entries about one phone number, which can be many numbers one after the other."""
        return self._entries(_ROW.phone_number == phone_number)

    def entries_named(self, prefix: str) -> list[Entry]:
        """Read the entries whose id begins with a text."""
        return self._chosen(_of(select(_ROW.entry).where(_ROW.entry.startswith(prefix, autoescape=True))))

    def moves(self) -> list[Entry]:
        """Read the entries of moves."""
        return self._chosen(_of(select(_ROW.entry).where(_ROW.act == Act.MOVE.value)))

    def moves_since(self, moment: datetime) -> list[Entry]:
        """Read the entries of moves of numbers about which something was written since a moment."""
        return self._chosen(and_(_ROW.act == Act.MOVE.value, _of_numbers_since(moment)))

    @property
    def _newer(self) -> bool:
        """Whether a newer version of the kit writes the journal, as of the latest read."""
        return self.database.format > FORMAT

    def _chosen(self, condition: ColumnElement[bool]) -> list[Entry]:
        entries = self._entries(condition)
        return self._entries() if self._newer else entries

    def _entries(self, *where: ColumnElement[bool]) -> list[Entry]:
        rows = self.database.read(lambda connection: read_rows(connection, *where))
        return fold(rows, newer=self._newer)


def read_rows(connection: Connection, *where: ColumnElement[bool], limit: int | None = None) -> list[StoredRow]:
    """Read the rows that meet all conditions, oldest first."""
    return _stored(connection, select(JOURNAL).where(*where).order_by(_ROW.n).limit(limit))


def _rows_by_entry(connection: Connection, *, begin: str, limit: int) -> list[StoredRow]:
    rows = select(JOURNAL).where(_ROW.entry >= begin).order_by(_ROW.entry, _ROW.n).limit(limit)
    return _stored(connection, rows)


def _stored(connection: Connection, rows: Select[Any]) -> list[StoredRow]:
    # ``all()`` would hold the rows twice, and a third of the time would go to the garbage collector.
    return [*map(StoredRow._make, connection.execute(rows))]


def _whose_latest(condition: ColumnElement[bool], newest: int | None = None) -> Select[tuple[str]]:
    """Select the entries whose latest row meets a condition; of many, the *newest*."""
    # "Expired" is no state: see ``Entry.latest``.
    entries = select(_ROW.entry).where(_ROW.state != State.EXPIRED.value).group_by(_ROW.entry)
    entries = entries.having(func.max(_ROW.n) == func.max(case((condition, _ROW.n))))
    return entries if newest is None else entries.order_by(func.max(_ROW.n).desc()).limit(newest)


def _of(entries: Select[tuple[str]]) -> ColumnElement[bool]:
    return _ROW.entry.in_(entries)


def _of_numbers_since(moment: datetime) -> ColumnElement[bool]:
    # A day earlier: rows are compared as texts, and the time of one may stand in another zone.
    since = (moment.astimezone(UTC) - timedelta(days=1)).isoformat()
    return _ROW.number_sid.in_(select(_ROW.number_sid).where(_ROW.at >= since))
