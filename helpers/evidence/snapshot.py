"""
The newest inventory on disk: a Parquet file with one row for each number, which pandas, DuckDB and a warehouse read.

Its columns are those of ``columns.SCHEMA``, and ``account``, ``account_status``, ``read_at`` and ``unreadable``: the
fields of Twilio's record that could not be read, with spaces between.  It holds no secret and no whole record, so
nothing acts on it: it is shown, with its age, while the accounts are read anew.
``kept_looks.py`` adds what a look found.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from helpers.core.atomic_file import put
from helpers.core.records import Account
from helpers.evidence.columns import CHOICE, SCHEMA, TEXT, TIME, as_parquet
from helpers.evidence.numbers import Numbers, numbers_of_columns


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The numbers as they were read, and when."""

    numbers: Numbers
    read_at: datetime


def write_snapshot(file: Path, numbers: Numbers, accounts: Iterable[Account], *, read_at: datetime) -> None:
    """Write the newest inventory over the one before; a file that cannot be written is only missing the next time."""
    with suppress(OSError):
        put(file, as_parquet(snapshot_columns(numbers, accounts, read_at=read_at)), private=True)


def snapshot_columns(numbers: Numbers, accounts: Iterable[Account], *, read_at: datetime) -> pa.Table:
    """Make the columns of a snapshot, one row for each number."""
    table, known = numbers.columns, list(accounts)
    owner = pc.index_in(table["account_sid"].cast(TEXT), pa.array([account.sid for account in known], TEXT))
    unreadable = {sid: " ".join(fields) or None for sid, fields in numbers.apart.items()}
    columns = {
        **{name: table[name] for name in SCHEMA.names},
        "account": pa.array([account.label for account in known], TEXT).take(owner),
        "account_status": pa.array([account.status for account in known], TEXT).take(owner),
        "read_at": pa.repeat(pa.scalar(read_at.replace(microsecond=0), TIME), len(table)),
        "unreadable": pa.array(unreadable.values(), TEXT).take(pc.index_in(table["sid"], pa.array(unreadable, TEXT))),
    }
    return pa.table(columns)


def read_snapshot(file: Path) -> Snapshot | None:
    """Read the newest inventory; None where there is none, or one that this version of the kit does not understand."""
    with suppress(OSError, pa.ArrowException, KeyError):
        table = pq.read_table(file)
        columns = pa.table(
            {field.name: table[field.name].cast(TEXT if field.type == CHOICE else field.type) for field in SCHEMA}
        )
        odd = table.filter(table["unreadable"].is_valid())
        rows = zip(odd["sid"].to_pylist(), odd["unreadable"].to_pylist(), strict=True)
        unreadable = {sid: tuple(fields.split()) for sid, fields in rows}
        if len(table):
            return Snapshot(numbers_of_columns(columns, unreadable), table["read_at"][0].as_py())
    return None
