"""
The memory of evidence: two Parquet files for each window, so that showing it again costs no request.

``evidence-90.parquet`` has a row for each number, see ``evidence_rows.py``; ``leftovers-90.parquet`` has one for each
account in which something is left over, or may be.  pandas, DuckDB and other programs read both as they are.

A release never relies on the memory, and fetches its own evidence; but an account that a number has left is asked once,
see ``earlier_homes.py``.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from threading import Lock

import pyarrow as pa
import pyarrow.compute as pc

from helpers.core.atomic_file import put
from helpers.core.connections import Link, Place, Unseen
from helpers.core.records import Account, Number
from helpers.evidence import evidence_rows
from helpers.evidence.columns import TEXT, as_parquet, of_parquet
from helpers.evidence.company_evidence import AccountEvidence, group_by_account
from helpers.evidence.evidence import Evidence, choose_evidence, choose_traffic
from helpers.evidence.evidence_rows import as_text
from helpers.evidence.wiring import PLACES

#: The kit drops a memory of another format, because one reading makes it again.
_FORMAT = "4"
#: Where these could not be read, the leftovers are not known in full.
_PLACES_OF_LEFTOVERS = {Place.EVERYWHERE, Place.MESSAGING_SERVICES, Place.SERVICE_NUMBERS}
_LEFTOVERS = pa.schema({"account_sid": TEXT, "links": TEXT, "unseen": TEXT})
#: So many numbers are looked at between two files: a look that is killed does not begin anew.
_ENOUGH = 5_000
#: How often what another desk has written meanwhile is taken in.
_TRIES = 3


@dataclass(frozen=True, slots=True)
class Leftovers:
    """What no number of an account needs any more.  No links mean "nothing" only if ``unseen`` is empty too."""

    links: tuple[Link, ...]
    #: The places that could not be read, for an account without numbers; with numbers, each tells it.
    unseen: tuple[Unseen, ...]


@dataclass(frozen=True)
class _Content:
    """The content of both files, as they were when their ``mark`` was taken."""

    mark: object
    evidence: pa.Table
    leftovers: pa.Table
    #: Whether nothing is missing because the disk did not let it be read.
    is_read: bool = True

    @cached_property
    def _accounts(self) -> pa.DictionaryArray:
        # Codes: many threads ask at once, and a list of all rows for each of them would fill the memory.
        return self.evidence["account_sid"].combine_chunks().dictionary_encode()

    def of_account(self, account_sid: str) -> pa.Table:
        """Return the rows of an account's numbers."""
        code = self._accounts.dictionary.index(account_sid)
        return self.evidence.filter(pc.equal(self._accounts.indices, code.cast(pa.int32())))


_NOTHING = _Content((), evidence_rows.SCHEMA.empty_table(), _LEFTOVERS.empty_table())


class EvidenceMemory:
    """
    Remembers the evidence of a window, account by account.

    Several desks may use one folder: what another one wrote is there at the next look into the memory.  Of two that
    write in the very same moment, the later one stays: what the other one found is as it was before its look.
    """

    def __init__(self, folder: Path, days: int) -> None:
        self._evidence_file = folder / f"evidence-{days}.parquet"
        self._leftovers_file = folder / f"leftovers-{days}.parquet"
        self._folder, self._days, self._lock = folder, days, Lock()
        self._content: _Content | None = None
        #: Account -> its rows and leftovers, which are not on disk yet.
        self._new: dict[str, tuple[pa.Table, Leftovers]] = {}

    def rows(self) -> pa.Table:
        """Return a row for each number of which there is evidence, with the columns of ``evidence_rows.SCHEMA``."""
        return self._newest().evidence

    def version(self) -> object:
        """Return a value that is another one once this desk or another one has written; it reads no file."""
        return self._mark()

    def recall(self, numbers: Iterable[Number]) -> dict[str, Evidence]:
        """Recall the evidence about numbers, by sid; without those that the memory does not know."""
        return _pick(self._newest(), numbers)

    def recall_leftovers(self, accounts: Iterable[Account]) -> dict[str, Leftovers]:
        """Recall what is or may be left over in accounts, by the sid of the account; without those where nothing is."""
        known = {row["account_sid"]: row for row in self._newest().leftovers.to_pylist()}
        return {
            account.sid: Leftovers(
                evidence_rows.links_in(known[account.sid]["links"]),
                evidence_rows.unseen_in(known[account.sid]["unseen"]),
            )
            for account in accounts
            if account.sid in known
        }

    def update(self, found: AccountEvidence) -> None:
        """
        Remember the new evidence about an account's numbers: the better of new and old for each.

        It is on disk with ``save``, or once there is enough to write.
        """
        before = self._read()
        old = _pick(before, found.numbers)
        # Evidence that was stopped must not pass for complete the next time.
        kept = {
            sid: old.get(sid) if known.stopped else choose_evidence(known, old.get(sid))
            for sid, known in found.evidence.items()
        }
        rows = evidence_rows.rows_of(found.account_sid, {sid: known for sid, known in kept.items() if known})
        if not found.numbers:
            # Of an account whose numbers could not be read, what is known stays.
            rows = before.of_account(found.account_sid)
        with self._lock:
            self._new[found.account_sid] = rows, self._leftovers(found)
            enough = sum(len(rows) for rows, _ in self._new.values()) >= _ENOUGH
        if enough:
            self.save()

    def save(self) -> None:
        """Write what is new; if that fails, the kit fetches it again next time."""
        with self._lock:
            for _ in range(_TRIES):
                base = self._read()
                if not base.is_read:
                    # What it holds must not be written over; what is new stays in mind until the disk can be read.
                    return
                content = _with_new(base, self._new)
                leftovers, evidence = _packed(content.leftovers), _packed(content.evidence)
                if self._mark() == base.mark:
                    break
                # Another desk has written meanwhile.
            with suppress(OSError):
                put(self._leftovers_file, leftovers, private=True)
                put(self._evidence_file, evidence, private=True)
                # Where earlier versions kept it: a file for each account.
                for file in self._folder.glob(f"AC*-{self._days}.json"):
                    file.unlink()
            # Also where the disk took one file, or none: what was found stays in mind.
            self._content, self._new = replace(content, mark=self._mark()), {}

    def _leftovers(self, found: AccountEvidence) -> Leftovers:
        links = found.surroundings.leftovers
        unseen = tuple(gap for gap in found.surroundings.unseen if gap.place in _PLACES_OF_LEFTOVERS)
        if unseen:
            # What was left over before may still be there.
            rows = self._read().leftovers.to_pylist()
            old = (evidence_rows.links_in(row["links"]) for row in rows if row["account_sid"] == found.account_sid)
            links = tuple(dict.fromkeys((*links, *(link for each in old for link in each))))
        return Leftovers(links, () if found.numbers else unseen)

    def _newest(self) -> _Content:
        # First what is not on disk yet: another thread may write it before the disk is read.
        new = dict(self._new)
        return _with_new(self._read(), new)

    def _read(self) -> _Content:
        mark = self._mark()
        if self._content is None or self._content.mark != mark:
            try:
                evidence = _read(self._evidence_file, evidence_rows.SCHEMA)
                self._content = _Content(mark, evidence, _read(self._leftovers_file, _LEFTOVERS))
            except OSError:
                return replace(self._content or _NOTHING, is_read=False)
        return self._content

    def _mark(self) -> object:
        """Tell one file from another that replaced it."""
        marks = []
        for file in (self._evidence_file, self._leftovers_file):
            with suppress(OSError):
                stat = file.stat()
                marks.append((stat.st_ino, stat.st_mtime_ns, stat.st_size))
        return tuple(marks)


def prefer_remembered(
    evidence: Mapping[str, Evidence], numbers: Iterable[Number], memory: EvidenceMemory
) -> dict[str, Evidence]:
    """
    Prefer remembered traffic to a new silence in the same days; everything else stays new.

    Twilio's filters do not find calls to a SIP address that contains the number, nor records that name no number.
    Reading the account's whole log finds both.
    """
    remembered = memory.recall(numbers)
    return {
        sid: replace(known, traffic=choose_traffic(known.traffic, remembered[sid].traffic))
        if sid in remembered
        else known
        for sid, known in evidence.items()
    }


def _with_new(content: _Content, new: Mapping[str, tuple[pa.Table, Leftovers]]) -> _Content:
    """Add the rows and leftovers of accounts to the content of the files."""
    if not new:
        return content
    accounts = pa.array(new, TEXT)
    left = [
        {"account_sid": sid, "links": as_text(left.links), "unseen": as_text(left.unseen)}
        for sid, (_, left) in new.items()
        if left.links or left.unseen
    ]
    evidence = [_without(content.evidence, accounts), *(rows for rows, _ in new.values())]
    leftovers = [_without(content.leftovers, accounts), pa.Table.from_pylist(left, _LEFTOVERS)]
    return _Content(content.mark, pa.concat_tables(evidence).combine_chunks(), pa.concat_tables(leftovers))


def _pick(content: _Content, numbers: Iterable[Number]) -> dict[str, Evidence]:
    known: dict[str, Evidence] = {}
    for account_sid, group in group_by_account(numbers).items():
        wanted = {number.sid: number for number in group}
        rows = content.of_account(account_sid).to_pylist()
        known |= {
            row["sid"]: evidence_rows.evidence_of(row, wanted[row["sid"]]) for row in rows if row["sid"] in wanted
        }
    return known


def _without(rows: pa.Table, accounts: pa.Array) -> pa.Table:
    return rows.filter(pc.invert(pc.is_in(rows["account_sid"], accounts)))


def _packed(rows: pa.Table) -> bytes:
    # A memory of fewer places does not know the connections at the others.
    return as_parquet(rows.replace_schema_metadata({"format": _FORMAT, "places": _places()}))


def _read(file: Path, schema: pa.Schema) -> pa.Table:
    """Read a file; one that is not there, is spoilt or of another version counts as missing."""
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        return schema.empty_table()
    with suppress(OSError, pa.ArrowException, KeyError, ValueError, OverflowError):
        rows = of_parquet(content, schema)
        metadata = rows.schema.metadata or {}
        if (metadata.get(b"format"), metadata.get(b"places")) == (_FORMAT.encode(), _places().encode()):
            evidence_rows.require_readable(rows)
            return rows.replace_schema_metadata(None)
    return schema.empty_table()


def _places() -> str:
    return ", ".join(place.value for place, _ in PLACES)
