"""A table as the operator sees it: narrowed by filters and a search, sorted, without ever being copied."""

from collections.abc import Callable, Iterable
from typing import Any

from helpers.core.records import Verdict
from helpers.panels.shared.html import without_punctuation
from helpers.tables.frames import Frame


class View:
    """
    The places of a table's rows, in the order and the choice in which they are shown.

    Orders and the texts that are searched are kept once made: at 100,000 rows they cost
    tenths of a second, and a key typed into the search should not.
    """

    def __init__(self, frame: Frame) -> None:
        self.frame = frame.reset_index(drop=True)
        self.sids: list[str] = self.frame["sid"].astype(object).tolist()
        self._orders: dict[tuple[str, ...], Any] = {}
        self._texts: dict[tuple[str, ...], Any] = {}

    def places(self, *, wanted: Any, query: str, columns: Iterable[str], sort: Iterable[str]) -> Any:
        """
        Say which rows are shown, in order, as an array of places.

        Args:
            wanted: The filters' answer per row, as an array of bools.

            query: Words that all have to occur somewhere in the row's *columns*.

            sort: Nothing, or a column and ``asc`` or ``desc``.  What is missing comes last either way.
        """
        order = self._order(tuple(sort))
        text = self._text(tuple(columns))
        for word in query.lower().split():
            found = text.str.contains(word, regex=False)
            if (bare := without_punctuation(word)) != word:
                found |= text.str.contains(bare, regex=False)
            wanted = wanted & found.to_numpy(dtype=bool)
        return order[wanted[order]]

    def shown(self, places: Any) -> Frame:
        """Take the rows at *places* out of the table."""
        return self.frame.take(places)

    def _order(self, sort: tuple[str, ...]) -> Any:
        if sort not in self._orders:
            self._orders[sort] = self._sorted(*sort) if sort else self.frame.index.to_numpy()
        return self._orders[sort]

    def _sorted(self, key: str, direction: str) -> Any:
        column = _comparable(key, self.frame[key])
        ordered = column.sort_values(ascending=direction != "desc", kind="stable", na_position="last")
        return ordered.index.to_numpy()

    def _text(self, columns: tuple[str, ...]) -> Any:
        if columns not in self._texts:
            self._texts = {columns: self._joined(columns)}
        return self._texts[columns]

    def _joined(self, columns: tuple[str, ...]) -> Any:
        # Whether somebody searches for "yes" in one of six columns, no table can tell.
        parts = [self.frame[key] for key in columns if str(self.frame[key].dtype) != "boolean"]
        joined: Any = self.frame["sid"].astype("string[pyarrow]").str.slice(0, 0)
        for part in parts:
            # Between two values stands what nobody types, so that no word is found across both.
            joined = joined + "\n" + part.astype("string[pyarrow]").fillna("")
        return joined.str.lower()


_TO_COMPARE: dict[str, Callable[[Any], Any]] = {
    # Thousands of Decimals are compared one by one; as floats they sort the same.
    "monthly": lambda column: column.astype("float64"),
    "verdict": lambda column: column.astype(object).map({verdict: place for place, verdict in enumerate(Verdict)}.get),
}


def _comparable(key: str, column: Any) -> Any:
    if key in _TO_COMPARE:
        return _TO_COMPARE[key](column)
    if str(column.dtype) in {"string", "category", "str"}:
        return column.astype("string[pyarrow]").str.lower()
    return column
