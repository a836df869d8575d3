"""
The columns of numbers.

Text is text, times are UTC, yes/no has a third value for "unknown", and an empty value of Twilio (``""`` or ``null``)
is missing.  No column holds a secret: passwords and keys inside web addresses stay in the record, which restores them.
"""

import ctypes
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from email.utils import format_datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from msgspec.structs import astuple

from helpers.core.dates import MONTHS, iso_or_none
from helpers.core.number_record import Capabilities, PlainRecord
from helpers.core.redact import without_secrets
from helpers.evidence.countries import country_of

# Arrow's own pool keeps the memory that a thread gave back, and the kit reads in 32 threads: a quarter more in all.
pa.set_memory_pool(pa.system_memory_pool())
with suppress(OSError, AttributeError):
    # The same of glibc: share two arenas, map what is larger than 64 KB, give back what is free beyond 128 KB.
    for parameter, value in ((-8, 2), (-3, 2**16), (-1, 2**17)):
        ctypes.CDLL("libc.so.6").mallopt(parameter, value)

TEXT, YES_NO, TIME = pa.string(), pa.bool_(), pa.timestamp("s", tz="UTC")
#: A text of which there are few, each kept once.
CHOICE = pa.dictionary(pa.int32(), pa.string())

#: Column -> the field of Twilio's record.
_CHOICES = {
    **{name: name for name in ("account_sid", "type", "status", "origin")},
    "emergency_address": "emergency_address_status",
}
_TEXTS = {
    "name": "friendly_name",
    **{
        name: name
        for name in (
            *("voice_url", "voice_fallback_url", "voice_application_sid", "sms_url", "sms_fallback_url"),
            *("sms_application_sid", "status_callback", "trunk_sid", "bundle_sid", "address_sid", "identity_sid"),
            *("emergency_address_sid", "voice_receive_mode"),
        )
    },
}
#: The form of Twilio's dates, in a year that ``core/dates.py`` reads.
_DATE = f"(?s)^.{{5}}[0-9]{{2}} ({'|'.join(MONTHS)}) 2[0-9]{{3}} [0-9:]{{8}} [+]0000$"
_MONTHS, _MONTH_NUMBERS = pa.array(MONTHS), pa.array(f"{number:02}" for number in range(1, 13))
_NO_FLAGS = (None,) * len(Capabilities.__struct_fields__)
_TIMES = {"created": "date_created", "updated": "date_updated"}
#: Without these a row is of no number.
_REQUIRED = {"sid", "account_sid", "phone_number", "read_at"}

#: The columns of a number.
SCHEMA = pa.schema(
    {
        "sid": TEXT,
        "phone_number": TEXT,
        **dict.fromkeys(_TEXTS, TEXT),
        "country": CHOICE,
        **dict.fromkeys(_CHOICES, CHOICE),
        "beta": YES_NO,
        **dict.fromkeys(Capabilities.__struct_fields__, YES_NO),
        **dict.fromkeys(_TIMES, TIME),
    }
)


def number_columns(records: Sequence[PlainRecord]) -> pa.Table:
    """Make the columns of numbers, one row each; ``CHOICE`` columns are still text, see ``with_choices``."""
    # All fields of a record at once, because there are 100,000 records.
    fields = dict(zip(PlainRecord.__struct_fields__, zip(*map(astuple, records), strict=True), strict=False))
    flags = zip(*(_NO_FLAGS if flags is None else astuple(flags) for flags in fields["capabilities"]), strict=True)
    columns = {
        "sid": pa.array(fields["sid"], TEXT),
        "phone_number": pa.array(fields["phone_number"], TEXT),
        "country": pa.array(map(country_of, fields["phone_number"]), TEXT),
        **{name: _texts(fields[field]) for name, field in (_TEXTS | _CHOICES).items()},
        "beta": pa.array(fields["beta"], YES_NO),
        **{name: pa.array(flag, YES_NO) for name, flag in zip(Capabilities.__struct_fields__, flags, strict=True)},
        **{name: times(fields[field]) for name, field in _TIMES.items()},
    }
    return pa.table({name: columns[name] for name in SCHEMA.names})


def with_choices(columns: pa.Table) -> pa.Table:
    """Keep each text of a ``CHOICE`` column once."""
    return pa.table(
        {
            field.name: columns[field.name].cast(TEXT).combine_chunks().dictionary_encode()
            if field.type == CHOICE
            else columns[field.name].combine_chunks()
            for field in SCHEMA
        }
        | {name: columns[name].combine_chunks() for name in columns.column_names if name not in SCHEMA.names}
    )


def as_parquet(columns: pa.Table) -> bytes:
    """Write columns as the content of a Parquet file."""
    written = pa.BufferOutputStream()
    pq.write_table(columns, written, compression="zstd", write_page_checksum=True)
    content: bytes = written.getvalue().to_pybytes()
    return content


def of_parquet(content: bytes, schema: pa.Schema) -> pa.Table:
    """
    Read the columns of a schema from the content of a Parquet file; the file's metadata stays.

    Raises:
        KeyError: A column is missing.
        pa.ArrowException, OSError, ValueError, OverflowError: The file is spoilt, a value is of another type, a sid or
            a number is missing, or a time is in no calendar.
    """
    rows = pq.read_table(pa.BufferReader(content), page_checksum_verification=True)
    columns = rows.select(schema.names).cast(schema)
    columns.validate(full=True)
    for field in schema:
        if pa.types.is_timestamp(field.type):
            # The first and the last of them, because Python knows no time after the year 9999.
            pc.min_max(columns[field.name]).as_py()
    for name in _REQUIRED & set(schema.names):
        if columns[name].null_count:
            raise ValueError(name)
    return columns.replace_schema_metadata(rows.schema.metadata)


def record_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """Make a record of Twilio's from a row: of the fields that have a column, and without secrets."""
    flags = {name: row[name] for name in Capabilities.__struct_fields__}
    return {
        "sid": row["sid"],
        "phone_number": row["phone_number"],
        **{field: row[name] for name, field in (_TEXTS | _CHOICES).items()},
        "beta": row["beta"],
        "capabilities": None if set(flags.values()) == {None} else flags,
        **{field: row[name] and format_datetime(row[name]) for name, field in _TIMES.items()},
    }


def times(texts: Iterable[str | None]) -> pa.Array:
    """Make a column of times from Twilio's dates; a missing or malformed date is missing."""
    column = pa.array(texts, TEXT)
    column = pc.if_else(pc.match_substring_regex(column, _DATE), column, pa.scalar(None, TEXT))

    def part(start: int, end: int) -> pa.Array:
        return pc.utf8_slice_codeunits(column, start, end)

    month = _MONTH_NUMBERS.take(pc.index_in(part(8, 11), _MONTHS))
    day = pc.binary_join_element_wise(part(12, 16), month, part(5, 7), "-")
    try:
        return pc.binary_join_element_wise(day, part(17, 25), "T").cast(pa.timestamp("s")).cast(TIME)
    except pa.ArrowInvalid:
        # One of them is no day of a calendar, like 31 February.
        return pa.array([iso_or_none(text) for text in column.to_pylist()], TEXT).cast(pa.timestamp("s")).cast(TIME)


def _texts(texts: Sequence[str | None]) -> pa.Array:
    column = pa.array(texts, TEXT)
    column = pc.if_else(pc.equal(column, ""), pa.scalar(None, TEXT), column)
    may_hold_secrets = pc.or_(pc.match_substring(column, "="), pc.match_substring(column, "//"))
    if not pc.any(may_hold_secrets).as_py():
        return column
    # Many numbers share an address, so each is redacted once.
    each = column.dictionary_encode()
    return pa.array([without_secrets(text) for text in each.dictionary.to_pylist()], TEXT).take(each.indices)
