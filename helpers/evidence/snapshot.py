"""
The newest inventory on disk: a Parquet file with one row for each number, which pandas, DuckDB and a warehouse read.

Its columns are those of ``columns.SCHEMA``, and ``account``, ``account_status``, ``read_at`` and ``unreadable``: the
fields of Twilio's record that could not be read, with spaces between.  The file's metadata ``accounts`` names the
accounts that were read, some of which may have no number.  It holds no secret and no whole record, so nothing acts on
it: it is shown, with its age, while the accounts are read anew.
``kept_looks.py`` adds what a look found.
"""

from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from helpers.core.atomic_file import put
from helpers.core.records import Account
from helpers.core.redact import without_secrets
from helpers.evidence.columns import CHOICE, SCHEMA, TEXT, TIME, as_parquet, of_parquet, with_choices
from helpers.evidence.numbers import Numbers, numbers_of_columns

#: The key of the file's metadata that names the accounts whose numbers are in it, by their sids.
_ACCOUNTS = b"accounts"
#: The columns of a snapshot, as it is read.
SNAPSHOT_SCHEMA = pa.schema(
    {
        **{field.name: TEXT if field.type == CHOICE else field.type for field in SCHEMA},
        **dict.fromkeys(("account", "account_status", "unreadable"), TEXT),
        "read_at": TIME,
    }
)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The numbers as they were read, the accounts that were, and when the oldest of them was."""

    numbers: Numbers
    accounts: frozenset[str]
    read_at: datetime


def write_snapshot(
    file: Path, numbers: Numbers, accounts: Iterable[Account], *, read_at: datetime, unread: Collection[str] = ()
) -> None:
    """
    Write the newest inventory over the one before; a file that cannot be written is only missing the next time.

    Args:
        unread: The sids of the accounts that could not be read now: of these, the rows of before stay.
    """
    known = list(accounts)
    rows = snapshot_columns(numbers, known, read_at=read_at)
    there = {account.sid for account in known} - set(unread)
    if unread and (before := _read(file)) is not None:
        stays = pc.is_in(before["account_sid"], pa.array(unread, TEXT))
        # A number that moved is where it was seen last.
        stays = pc.and_(stays, pc.invert(pc.is_in(before["sid"], rows["sid"].combine_chunks())))
        rows = with_choices(pa.concat_tables([rows.cast(SNAPSHOT_SCHEMA), before.filter(stays)]))
        there |= _accounts_in(before) & set(unread)
    with suppress(OSError):
        put(file, as_parquet(rows.replace_schema_metadata({_ACCOUNTS: " ".join(sorted(there))})), private=True)


def snapshot_columns(numbers: Numbers, accounts: Iterable[Account], *, read_at: datetime) -> pa.Table:
    """Make the columns of a snapshot, one row for each number."""
    table, known = numbers.columns, list(accounts)
    owner = pc.index_in(table["account_sid"].cast(TEXT), pa.array([account.sid for account in known], TEXT))
    unreadable = {sid: " ".join(fields) or None for sid, fields in numbers.apart.items()}
    columns = {
        **{name: table[name] for name in SCHEMA.names},
        "account": pa.array([without_secrets(account.label) for account in known], TEXT).take(owner),
        "account_status": pa.array([account.status for account in known], TEXT).take(owner),
        "unreadable": pa.array(unreadable.values(), TEXT).take(pc.index_in(table["sid"], pa.array(unreadable, TEXT))),
        "read_at": pa.repeat(pa.scalar(read_at.replace(microsecond=0), TIME), len(table)),
    }
    return pa.table(columns)


def read_snapshot(file: Path) -> Snapshot | None:
    """Read the newest inventory; None where there is none, or one that this version of the kit does not understand."""
    rows = _read(file)
    if rows is None or not len(rows):
        return None
    odd = rows.filter(rows["unreadable"].is_valid())
    fields = zip(odd["sid"].to_pylist(), odd["unreadable"].to_pylist(), strict=True)
    unreadable = {sid: tuple(names.split()) for sid, names in fields}
    columns = rows.select(SCHEMA.names).replace_schema_metadata(None)
    return Snapshot(numbers_of_columns(columns, unreadable), _accounts_in(rows), pc.min(rows["read_at"]).as_py())


def _read(file: Path) -> pa.Table | None:
    with suppress(OSError, pa.ArrowException, KeyError, ValueError, OverflowError):
        return of_parquet(file.read_bytes(), SNAPSHOT_SCHEMA)
    return None


def _accounts_in(rows: pa.Table) -> frozenset[str]:
    told = (rows.schema.metadata or {}).get(_ACCOUNTS, b"").decode(errors="replace").split()
    return frozenset(told) | set(rows["account_sid"].unique().to_pylist())
