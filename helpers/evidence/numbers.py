"""
The numbers of a company: their columns, and their whole records.

The records are packed, because unpacked they take sixty times as much memory.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Sized
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from functools import cached_property, reduce
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from helpers.core.number_record import PlainRecord
from helpers.core.records import Number
from helpers.evidence.columns import CHOICE, SCHEMA, TEXT, number_columns, record_of, with_choices
from helpers.gateway.number_page import NumberPage, numbers_in

#: Rows that are made into columns at a time: the columns of each account alone would take ten times as long.
_BATCH = 5_000
#: The place of a number's page, beside the columns of ``SCHEMA``.
_PAGE = "page"
#: The place of a number of which nothing but the columns is there.
_NO_PAGE = -1


@dataclass(frozen=True, slots=True)
class Packed:
    """A page of an account's list, compressed."""

    account_sid: str
    size: int
    #: It may hold a password of a web address.
    data: bytes = field(repr=False)

    @classmethod
    def of(cls, account_sid: str, body: bytes) -> "Packed":
        """Pack an answer of Twilio's."""
        return cls(account_sid, len(body), pa.compress(body, codec="zstd", asbytes=True))

    def numbers(self, sids: Collection[str]) -> dict[str, Number]:
        """Unpack the numbers with these sids, by sid."""
        body = pa.decompress(self.data, self.size, codec="zstd", asbytes=True)
        known: dict[str, Number] = {}
        for number in numbers_in(body, account_sid=self.account_sid, sids=frozenset(sids)):
            known.setdefault(number.sid, number)
        return known


class Found(NamedTuple):
    """A number as a list shows it; whoever acts asks for its record by the sid."""

    sid: str
    account_sid: str
    phone_number: str
    name: str


class Numbers(Sized, Iterable[Number]):
    """
    The numbers of a company, each once.

    A record is unpacked when somebody asks for it, which takes a thousand times as long as to look into the columns.
    """

    def __init__(self, table: pa.Table, pages: Sequence[Packed], apart: Mapping[str, tuple[str, ...]]) -> None:
        #: The columns, and the place of each number's page in ``pages``.
        self.table, self.pages = table, tuple(pages)
        #: The sids of numbers of which the columns do not tell all, each with the fields that cannot be read.
        self.apart = apart

    def __repr__(self) -> str:
        return f"<{len(self):,} numbers>"

    def __len__(self) -> int:
        return len(self.table)

    def __iter__(self) -> Iterator[Number]:
        """Unpack the record of every number; none is kept."""
        return self._unpacked(self.table)

    @cached_property
    def columns(self) -> pa.Table:
        """The columns of ``SCHEMA``, one row for each number."""
        return self.table.drop_columns([_PAGE])

    @property
    def unreadable(self) -> Counter[str]:
        """The fields that could not be read, each with the count of its numbers."""
        return Counter(field for fields in self.apart.values() for field in fields)

    def named(self) -> Iterator[Number]:
        """Yield every number with its sids, its phone number and its name, and nothing else of its record."""
        columns = (self.table[name].to_pylist() for name in ("sid", "account_sid", "phone_number", "name"))
        for sid, account_sid, phone_number, name in zip(*columns, strict=True):
            yield Number(sid, account_sid, phone_number, name or "", {})

    def of_account(self, account_sid: str) -> Iterator[Number]:
        """Unpack the numbers of an account."""
        return self._unpacked(self.table.filter(pc.equal(self.table["account_sid"].cast(TEXT), account_sid)))

    def get(self, sids: Collection[str]) -> Iterator[Number]:
        """Unpack the numbers with these sids, in the order of the columns."""
        wanted = pa.array(list(sids), TEXT)
        return self._unpacked(self.table.filter(pc.is_in(self.table["sid"], wanted)))

    def where(self, column: str, values: Collection[str]) -> "Numbers":
        """Take the numbers with one of these values in a column; no record is unpacked."""
        wanted = pc.is_in(self.table[column].cast(TEXT), pa.array(list(values), TEXT))
        return Numbers(self.table.filter(wanted), self.pages, self.apart)

    def find(self, words: Iterable[str], names: Mapping[str, str], *, most: int) -> tuple[int, list[Found]]:
        """
        Find the numbers of which every word is in the number, its name, its SID, or the name of its account.

        Args:
            words: In lower case; phone numbers without punctuation.

            names: The names of accounts by sid.

        Returns:
            How many there are, and the first of them by phone number, *most* at most.
        """
        rows = self.table.select(Found._fields)
        for word in words:
            accounts = [sid for sid, name in names.items() if word in name.lower()]
            owned = pc.is_in(rows["account_sid"].cast(TEXT), pa.array(accounts, TEXT))
            # One column after the other, each less than the one before: their joined text would be made anew each time.
            texts = (rows[name].cast(TEXT) for name in ("phone_number", "name", "sid"))
            said = (pc.match_substring(text, word, ignore_case=True).fill_null(fill_value=False) for text in texts)
            rows = rows.filter(reduce(pc.or_, said, owned))
        first = rows.take(pc.select_k_unstable(rows, most, sort_keys=[("phone_number", "ascending")]))
        columns = (first[name].to_pylist() for name in Found._fields)
        return len(rows), [
            Found(sid, account_sid, phone_number, name or "")
            for sid, account_sid, phone_number, name in zip(*columns, strict=True)
        ]

    def _unpacked(self, rows: pa.Table) -> Iterator[Number]:
        pages, sids = rows[_PAGE].to_numpy(), rows["sid"].to_pylist()
        ends: list[int] = (np.flatnonzero(np.diff(pages, append=_NO_PAGE - 1)) + 1).tolist()
        start = 0
        for end in ends:
            if pages[start] == _NO_PAGE:
                yield from map(self._of_row, rows.slice(start, end - start).to_pylist())
            else:
                known = self.pages[pages[start]].numbers(sids[start:end])
                yield from (known[sid] for sid in sids[start:end])
            start = end

    def _of_row(self, row: Mapping[str, Any]) -> Number:
        unreadable = self.apart.get(row["sid"], ())
        sid, account_sid, phone_number = row["sid"], row["account_sid"], row["phone_number"]
        return Number(sid, account_sid, phone_number, row["name"] or "", record_of(row), unreadable)


def _as_texts(table: pa.Table) -> pa.Table:
    choices = {field.name for field in table.schema if field.type == CHOICE}
    return pa.table({name: table[name].cast(TEXT) if name in choices else table[name] for name in table.column_names})


def _joined(batches: Sequence[pa.Table], order: Sequence[str] = (), *, without: Any = None) -> pa.Table:
    """
    Join the columns of batches; the accounts in this *order*, or else as they came.

    Args:
        without: One bool for each row that is left out.
    """
    if not batches:
        return with_choices(SCHEMA.empty_table().append_column(_PAGE, pa.array([], pa.int32())))
    table = pa.concat_tables(batches)
    rows: Any = np.arange(len(table)) if without is None else np.flatnonzero(~without)
    sids = table["sid"].take(pa.array(rows))
    if len(pc.unique(sids)) < len(rows):
        # A number that moves during the reading is in two lists under one sid; the list that came later counts.
        last = dict(zip(sids.to_pylist(), rows.tolist(), strict=True))
        rows = np.array(list(last.values()))
    if order:
        places = pc.index_in(table["account_sid"], pa.array(order, TEXT)).to_numpy()
        rows = rows[np.argsort(places[rows], kind="stable")]
    # At once, because each step would be a copy of everything.
    return with_choices(table if len(rows) == len(table) and not order else table.take(pa.array(rows)))


def numbers_of_columns(columns: pa.Table, apart: Mapping[str, tuple[str, ...]]) -> Numbers:
    """Make numbers of which nothing but the columns is there: to be looked at, and never to act with."""
    pages = pa.array(np.full(len(columns), _NO_PAGE), pa.int32())
    return Numbers(with_choices(columns.append_column(_PAGE, pages)), (), apart)


def replace_accounts(
    numbers: Numbers, anew: Numbers, account_sids: Collection[str], *, order: Sequence[str] = ()
) -> Numbers:
    """Replace the numbers of some accounts by those that were read anew; the accounts in this *order*."""
    old, new = _as_texts(numbers.table), _as_texts(anew.table)
    goes = pc.or_(
        pc.is_in(old["account_sid"], pa.array(list(account_sids), TEXT)),
        # A number that moved there was in another account before.
        pc.is_in(old["sid"], new["sid"].combine_chunks()),
    )
    moved = pc.add(new[_PAGE], pa.scalar(len(numbers.pages), pa.int32()))
    places = pc.if_else(pc.equal(new[_PAGE], _NO_PAGE), new[_PAGE], moved)
    new = new.set_column(new.schema.get_field_index(_PAGE), _PAGE, places)
    gone = np.concatenate([goes.to_numpy(), np.zeros(len(new), dtype=bool)])
    table = _joined([old, new], order, without=gone)
    stays = pc.and_(pc.invert(goes), pc.is_in(old["sid"], pa.array(numbers.apart, TEXT)))
    apart = {**{sid: numbers.apart[sid] for sid in old["sid"].filter(stays).to_pylist()}, **anew.apart}
    return Numbers(*_used(table, (*numbers.pages, *anew.pages)), apart)


def _used(table: pa.Table, pages: Sequence[Packed]) -> tuple[pa.Table, list[Packed]]:
    """Leave out the pages from which no number comes any more."""
    places = table[_PAGE].to_numpy()
    used = np.unique(places[places != _NO_PAGE])
    new: Any = np.where(places == _NO_PAGE, _NO_PAGE, np.searchsorted(used, places))
    column = pa.array(new, pa.int32())
    return table.set_column(table.schema.get_field_index(_PAGE), _PAGE, column), [pages[place] for place in used]


class NumbersBuilder:
    """
    Collects the pages of accounts, one account after the other.

    Args:
        aside: Makes columns while the next pages come.
    """

    def __init__(self, aside: Executor | None = None) -> None:
        self._aside = aside
        self._batches: list[Future[pa.Table]] = []
        self._pages: list[Packed] = []
        self._apart: dict[str, tuple[str, ...]] = {}
        self._records: list[PlainRecord] = []
        self._places: list[int] = []

    def take(self, pages: Iterable[tuple[NumberPage, Packed]]) -> int:
        """Take the pages of an account, each beside itself packed; return how many numbers it has."""
        seen: set[str] = set()
        for page, packed in pages:
            for record in page.records:
                # The listing is not a snapshot and may repeat a number.
                if record.sid not in seen:
                    seen.add(record.sid)
                    self._records.append(record)
                    if record.friendly_name and ("=" in record.friendly_name or "//" in record.friendly_name):
                        # Its column may leave out a part that a protection names.
                        self._apart[record.sid] = ()
                    self._places.append(len(self._pages))
            self._pages.append(packed)
            odd = (number for number in page.with_care or () if number.unreadable)
            self._apart |= {number.sid: number.unreadable for number in odd}
        if len(self._records) >= _BATCH and self._aside:
            self._batches.append(self._aside.submit(_columns, self._records, self._places))
            self._records, self._places = [], []
        return len(seen)

    def numbers(self, *, order: Sequence[str] = ()) -> Numbers:
        """Return the numbers that were taken until now; their accounts in this *order*, or else as they came."""
        if self._records:
            rest = Future[pa.Table]()
            rest.set_result(_columns(self._records, self._places))
            self._batches.append(rest)
            self._records, self._places = [], []
        return Numbers(_joined([batch.result() for batch in self._batches], order), self._pages, dict(self._apart))


def _columns(records: Sequence[PlainRecord], places: Sequence[int]) -> pa.Table:
    return number_columns(records).append_column(_PAGE, pa.array(places, pa.int32()))
