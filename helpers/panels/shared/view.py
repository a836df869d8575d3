"""A filtered, searched and sorted view of a table, without a copy of it."""

from collections.abc import Callable, Iterable
from typing import Any

from helpers.core.records import Verdict
from helpers.panels.shared.html import without_punctuation
from helpers.tables.frames import Frame


class View:
    """
    Computes the places of the rows to show, in order.

    It keeps the orders and search texts that it made: with 100,000 rows each takes tenths of a
    second, too long for every key typed into the search.
    """

    def __init__(self, frame: Frame) -> None:
        self.frame = frame.reset_index(drop=True)
        self.sids: list[str] = self.frame["sid"].astype(object).tolist()
        self._orders: dict[tuple[str, ...], Any] = {}
        self._texts: dict[tuple[str, ...], Any] = {}

    def places(self, *, matches: Any, query: str, columns: Iterable[str], sort: Iterable[str]) -> Any:
        """
        Return the places of the rows to show, in order, as an array.

        Args:
            matches: The result of the filters, one bool per row.

            query: Words that a row's *columns* must all contain.

            sort: Empty, or a column and ``asc`` or ``desc``.  Missing values come last in both orders.
        """
        order = self._order(tuple(sort))
        words = query.lower().split()
        # The text that is searched takes longer to make than all the rest: nobody waits for it before the first key.
        text: Any = self._text(tuple(columns)) if words else None
        for word in words:
            has_word = text.str.contains(word, regex=False)
            if (bare := without_punctuation(word)) != word:
                has_word |= text.str.contains(bare, regex=False)
            matches = matches & has_word.to_numpy(dtype=bool)
        return order[matches[order]]

    def shown(self, places: Any) -> Frame:
        """Return the rows at *places*."""
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
        # A search for "yes" would match many columns at once, so yes/no columns are left out.
        parts = [self.frame[key] for key in columns if str(self.frame[key].dtype) != "boolean"]
        joined: Any = self.frame["sid"].astype("string[pyarrow]").str.slice(0, 0)
        for part in parts:
            # A line break separates the values, so that no word matches across two of them.
            joined = joined + "\n" + part.astype("string[pyarrow]").fillna("")
        return joined.str.lower()


_TO_COMPARE: dict[str, Callable[[Any], Any]] = {
    # Floats sort faster than Decimals, and in the same order.
    "monthly": lambda column: column.astype("float64"),
    "verdict": lambda column: column.astype(object).map({verdict: place for place, verdict in enumerate(Verdict)}.get),
}


def _comparable(key: str, column: Any) -> Any:
    if key in _TO_COMPARE:
        return _TO_COMPARE[key](column)
    if str(column.dtype) in {"string", "category", "str"}:
        return column.astype("string[pyarrow]").str.lower()
    return column
