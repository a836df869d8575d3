"""
The looks that are kept on disk: what was known of every number at the end of each finished look, one Parquet file each.

A file has the columns of ``snapshot.py``, so those of Twilio's record, and of the look:

=============  =================================================================================================
``verdict``    quiet, in use or unknown, by the days that were looked at
``last_used``  the latest call or message that was found; missing where none was
``looked_at``  when its calls and messages were read; missing where nobody looked
``monthly``    its price a month, with ``currency``; missing where it is not known
``links``      what it is connected to besides its own record, as JSON of ``core/connections.py``
``unseen``     the places that could not be read for it, as JSON
=============  =================================================================================================

The file's metadata ``look`` is JSON: when, of how many days, and which accounts were read.  pandas and DuckDB read the
files as they are.  No column holds a secret, and nothing acts on a kept look: it is only compared.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from helpers.core.atomic_file import put
from helpers.core.records import Coverage
from helpers.core.redact import without_secrets
from helpers.evidence.columns import TEXT, TIME, as_parquet, of_parquet
from helpers.evidence.evidence_rows import require_readable
from helpers.evidence.inventory import Inventory
from helpers.evidence.snapshot import SNAPSHOT_SCHEMA, snapshot_columns

#: How long looks are kept, and after which time one of each week is enough.
A_YEAR, THREE_MONTHS = timedelta(days=366), timedelta(days=92)
#: The most digits that a price can have.
_MONEY = pa.decimal128(38, 10)
_OF_JUDGED = {"verdict": TEXT, "last_used": TIME, "looked_at": TIME, "monthly": _MONEY, "currency": TEXT}
_OF_EVIDENCE = {"links": TEXT, "unseen": TEXT}
#: The columns of a kept look, as it is read.
LOOK_SCHEMA = pa.schema(
    {
        **{field.name: field.type for field in SNAPSHOT_SCHEMA},
        **_OF_JUDGED,
        **_OF_EVIDENCE,
    }
)
#: The place of a look in the folder of the memory.
_NAME = "looks/look-{days}-{at:%Y%m%dT%H%M%SZ}.parquet"


class AccountSeen(msgspec.Struct, frozen=True):
    """An account of a look, and whether every number of it was read."""

    sid: str
    name: str
    read: bool


class Extent(msgspec.Struct, frozen=True):
    """When a look was made, of how many days, and what of the company it saw."""

    at: datetime
    days: int
    accounts: tuple[AccountSeen, ...]
    #: Whether the credentials could read every account of the company.
    whole_company: bool

    @property
    def unread(self) -> frozenset[str]:
        """The sids of the accounts of which not every number was read."""
        return frozenset(account.sid for account in self.accounts if not account.read)

    @property
    def all_read(self) -> bool:
        """Whether every number of the company was read, so that a number that is not there is nowhere."""
        return self.whole_company and not self.unread


@dataclass(frozen=True, slots=True, eq=False)
class KeptLook:
    """What was known of every number at the end of a look."""

    extent: Extent
    #: The columns of ``LOOK_SCHEMA``, one row for each number.
    rows: pa.Table


def extent_of(coverage: Coverage, *, at: datetime, days: int, whole_company: bool) -> Extent:
    """Make the extent of a look at an inventory that was read."""
    accounts = (
        AccountSeen(each.account.sid, without_secrets(each.account.label), each.complete) for each in coverage.readings
    )
    return Extent(at.replace(microsecond=0), days, tuple(accounts), whole_company)


def make_look(inventory: Inventory, judged: pa.Table, evidence: pa.Table, extent: Extent) -> KeptLook:
    """
    Make a look to keep.

    Args:
        judged: The columns ``verdict``, ``last_used``, ``looked_at``, ``monthly`` and ``currency`` of the same rows.

        evidence: Rows of ``evidence_rows.SCHEMA``, of these numbers and of others.
    """
    rows = snapshot_columns(inventory.numbers, inventory.accounts, read_at=extent.at)
    for name, kind in _OF_JUDGED.items():
        rows = rows.append_column(name, judged[name].cast(kind))
    ours, known = (
        pc.binary_join_element_wise(table["sid"], table["account_sid"].cast(TEXT), " ") for table in (rows, evidence)
    )
    place = pc.index_in(ours, value_set=known.combine_chunks())
    for name, kind in _OF_EVIDENCE.items():
        rows = rows.append_column(name, evidence[name].take(place).cast(kind))
    return KeptLook(extent, rows.select(LOOK_SCHEMA.names).cast(LOOK_SCHEMA))


def keep_look(folder: Path, look: KeptLook) -> None:
    """
    Write a look into the folder of the memory, and remove those that are kept long enough.

    A look that cannot be written is only missing the next time.
    """
    extent = look.extent
    described = look.rows.replace_schema_metadata({"look": msgspec.json.encode(extent)})
    with suppress(OSError):
        put(folder / _NAME.format(days=extent.days, at=extent.at.astimezone(UTC)), as_parquet(described), private=True)
        kept = dict(_kept(folder, extent.days))
        for at in kept_long_enough(kept, now=extent.at):
            kept[at].unlink(missing_ok=True)


def kept_long_enough(moments: Iterable[datetime], *, now: datetime) -> set[datetime]:
    """
    Choose the looks to remove: those of more than a year ago, and after three months all but the last of each week.

    >>> march = [datetime(2026, 3, day, tzinfo=UTC) for day in (2, 4, 8, 9)]
    >>> sorted(at.day for at in kept_long_enough(march, now=datetime(2026, 8, 1, tzinfo=UTC)))
    [2, 4]
    """
    known = set(moments)
    last_of_week = {at.isocalendar()[:2]: at for at in sorted(known)}
    old = {at for at in known if now - at > THREE_MONTHS}
    return {at for at in old if now - at > A_YEAR or last_of_week[at.isocalendar()[:2]] != at}


def list_looks(folder: Path, days: int) -> list[datetime]:
    """List when the kept looks of so many days were made, oldest first."""
    return sorted(at for at, _ in _kept(folder, days))


def read_look(folder: Path, days: int, at: datetime) -> KeptLook | None:
    """Read a kept look; None where there is none, or one that this version of the kit does not understand."""
    with suppress(OSError, pa.ArrowException, KeyError, ValueError, OverflowError):
        file = folder / _NAME.format(days=days, at=at.astimezone(UTC))
        rows = of_parquet(file.read_bytes(), LOOK_SCHEMA)
        extent = msgspec.json.decode(rows.schema.metadata[b"look"], type=Extent)
        require_readable(rows)
        return KeptLook(extent, rows.replace_schema_metadata(None))
    return None


def choose_earlier(moments: Iterable[datetime], *, before: datetime, since: datetime) -> datetime | None:
    """
    Choose the look to compare with: the newest until *since*; where there is none, the oldest before *before*.

    >>> june, july = (datetime(2026, month, 1, tzinfo=UTC) for month in (6, 7))
    >>> choose_earlier([june, july], before=july, since=june) == june, choose_earlier([june], before=june, since=june)
    (True, None)
    """
    earlier = sorted(at for at in moments if at < before)
    return next((at for at in reversed(earlier) if at <= since), next(iter(earlier), None))


def _kept(folder: Path, days: int) -> Iterator[tuple[datetime, Path]]:
    for file in folder.glob(f"looks/look-{days}-*.parquet"):
        with suppress(ValueError):
            yield datetime.strptime(file.stem.rsplit("-", 1)[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC), file
