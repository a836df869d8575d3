"""The values of a column, one by one."""

from typing import Any


def list_values(column: Any) -> list[Any]:
    """Return a column's values, with None for each of pandas' four kinds of missing values."""
    return [None if empty else value for value, empty in zip(column.tolist(), column.isna().tolist(), strict=True)]
