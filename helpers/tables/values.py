"""The values of a column, one by one; and the rows of a table."""

from collections.abc import Iterator, Sequence
from typing import Any

#: Rows whose values are held at a time.
_AT_ONCE = 2_000


def list_values(column: Any) -> list[Any]:
    """Return a column's values, with None for each of pandas' four kinds of missing values."""
    return [None if empty else value for value, empty in zip(column.tolist(), column.isna().tolist(), strict=True)]


def list_rows(frame: Any, names: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """Return the values of some columns row by row, so that those of a large table are never held all at once."""
    for start in range(0, len(frame), _AT_ONCE):
        part = frame[list(names)].iloc[start : start + _AT_ONCE]
        yield from zip(*(list_values(part[name]) for name in names), strict=True)
