"""A filtered, searched and sorted view of a table, without a copy of it."""

from collections.abc import Callable, Iterable
from functools import reduce
from operator import or_
from typing import Any

from helpers.core.records import Verdict
from helpers.panels.shared.html import without_punctuation
from helpers.tables.frames import Frame

#: The rows by which a column of numbers, names or sids is told from one of a few texts.
_BEGINNING = 100


class View:
    """
    Computes the places of the rows to show, in order.

    It keeps the orders and search texts that it made: with 100,000 rows an order takes a tenth of a
    second, and a key typed into the search may not wait for what the key before it waited for.
    """

    def __init__(self, frame: Frame) -> None:
        self.frame = frame.reset_index(drop=True)
        self.sids: list[str] = self.frame["sid"].astype(object).tolist()
        self._orders: dict[tuple[str, ...], Any] = {}
        #: Column -> the places of its rows' values, and each value once, in small letters.
        self._texts: dict[str, tuple[Any, Any]] = {}

    def places(self, *, matches: Any, query: str, columns: Iterable[str], sort: Iterable[str]) -> Any:
        """
        Return the places of the rows to show, in order, as an array.

        Args:
            matches: The result of the filters, one bool per row.

            query: Words that a row's *columns* must all contain.

            sort: Empty, or a column and ``asc`` or ``desc``.  Missing values come last in both orders.
        """
        order = self._order(tuple(sort))
        # A search for "yes" would match many columns at once, so yes/no columns are left out.
        searched = [key for key in columns if str(self.frame[key].dtype) != "boolean"] if query.strip() else []
        for word in query.lower().split():
            found = [self._holds(key, word) for key in searched]
            matches = matches & reduce(or_, found, self.frame["sid"].isna().to_numpy(dtype=bool))
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

    def _holds(self, key: str, word: str) -> Any:
        """Tell of each row whether its value in a column holds a word."""
        if key not in self._texts:
            self._texts[key] = _once_each(self.frame[key])
        places, texts = self._texts[key]
        holds = texts.str.contains(word, regex=False)
        if (bare := without_punctuation(word)) != word:
            holds |= texts.str.contains(bare, regex=False)
        return holds.to_numpy(dtype=bool, na_value=False)[places]


def _once_each(column: Any) -> tuple[Any, Any]:
    """Return the place of each row's value, and the values in small letters."""
    if str(column.dtype) == "string" and column.head(_BEGINNING).is_unique:
        # To look for equal texts would take longer than the search.
        return slice(None), column.str.lower()
    # Most columns have a few values, however many rows there are.
    places, values = column.factorize(use_na_sentinel=False)
    return places.astype("int32"), values.to_series().astype("string[pyarrow]").str.lower()


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
