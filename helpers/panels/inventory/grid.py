"""The grid: any number of rows, of which the browser is sent a page at a time."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from helpers.panels.inventory.columns import Column, rows_of
from helpers.panels.inventory.view import View
from helpers.panels.shared.panel import guarded
from helpers.tables.frames import Frame

#: Rows that are sent at once at the most, however many are asked for.
PAGE_LIMIT = 300

_HERE = Path(__file__).parent


class Grid(anywidget.AnyWidget):
    """
    A grid of rows that are known by their sid, never by their place.

    No row and no sid is in its state, which is what JupyterLab can write into a notebook:
    rows travel in messages, and what is selected stays in the kernel.

    Args:
        marked: Is told that the selection changed.

        fail: Is told what goes wrong.
    """

    _esm = (_HERE / "grid.js").read_text(encoding="utf-8")
    _css = (_HERE / "grid.css").read_text(encoding="utf-8")

    label = traitlets.Unicode("Phone numbers").tag(sync=True)
    columns: traitlets.List[Any] = traitlets.List().tag(sync=True)
    #: Nothing, or a column and "asc" or "desc"; set by the browser.
    sort: traitlets.List[str] = traitlets.List([]).tag(sync=True)
    total = traitlets.Int(0).tag(sync=True)
    #: How many of the rows shown are selected.
    marked = traitlets.Int(0).tag(sync=True)
    #: What is said where there are no rows.
    empty = traitlets.Unicode("").tag(sync=True)
    #: Counts the orders of rows; a page, or a stretch, of another one is dropped.
    rev = traitlets.Int(0).tag(sync=True)
    #: Counts the changes of the selection, so that the browser asks anew who is selected.
    marks = traitlets.Int(0).tag(sync=True)

    def __init__(self, *, marked: Callable[[], None], fail: Callable[[Exception], None]) -> None:
        super().__init__()
        self._tell_marked, self.fail = marked, fail
        self._view: View | None = None
        self._shown_columns: tuple[Column, ...] = ()
        self._wanted: Any = None
        self._query = ""
        self._places: Any = ()
        self._selected: set[str] = set()
        self.observe(self._sorted, "sort")
        self.on_msg(self._asked)

    @property
    def selected(self) -> tuple[str, ...]:
        """The sids that are selected, shown or not, in the table's own order."""
        return tuple(sid for sid in self._view.sids if sid in self._selected) if self._view else ()

    @property
    def shown(self) -> Frame:
        """The rows that are shown, in the order in which they are."""
        if self._view is None:
            raise AttributeError("There is no table in the grid yet.")
        return self._view.shown(self._places)

    def take(self, frame: Frame) -> None:
        """Take another table; what is selected stays selected where it is still there, and ``show`` shows it."""
        self._view = View(frame)
        self._selected &= set(self._view.sids)

    def show(self, *, columns: Iterable[Column], wanted: Any, query: str, empty: str) -> None:
        """
        Show the rows that are *wanted* and hold every word of *query*, in some columns.

        Args:
            wanted: One bool per row of the table.

            empty: What to say where no row is left.
        """
        self._shown_columns, self._wanted, self._query = tuple(columns), wanted, query
        with self.hold_sync():
            self.columns = [column.for_browser() for column in self._shown_columns]
            self.empty = empty
            if self.sort and self.sort[0] not in {column.key for column in self._shown_columns}:
                self.sort = []
            self._order()

    def select(self, sids: Iterable[str], *, on: bool = True) -> None:
        """Select rows by sid, or end their selection; sids that the table does not have are left out."""
        known = set(sids) & set(self._view.sids if self._view else ())
        self._selected = self._selected | known if on else self._selected - known
        self._count_marked()
        self._tell_marked()

    def _order(self) -> None:
        if self._view is None:
            return
        keys = [column.key for column in self._shown_columns]
        self._places = self._view.places(wanted=self._wanted, query=self._query, columns=keys, sort=self.sort)
        with self.hold_sync():
            self.total = len(self._places)
            self.rev += 1
            self._count_marked()

    def _count_marked(self) -> None:
        with self.hold_sync():
            self.marked = sum(sid in self._selected for sid in self._sids(0, self.total)) if self._selected else 0
            self.marks += 1

    def _sids(self, start: int, end: int) -> list[str]:
        sids = self._view.sids if self._view else []
        return [sids[place] for place in self._places[start:end]]

    @guarded
    def _sorted(self, _: object) -> None:
        # Showing other columns may end the sorting by one of them, and orders the rows itself.
        if self._view is not None and not self._holding_sync:
            self._order()

    @guarded
    def _asked(self, _: object, message: dict[str, Any], __: object) -> None:
        kind, seen_now = message.get("type"), message.get("rev") == self.rev
        if kind == "mark":
            self.select([message["sid"]], on=message["on"])
        elif kind == "rows" and seen_now:
            self._send_rows(max(0, int(message["start"])), min(int(message["count"]), PAGE_LIMIT))
        elif kind == "mark_stretch" and seen_now:
            self.select(self._sids(max(0, int(message["first"])), int(message["last"]) + 1))
        elif kind == "mark_all" and seen_now:
            self.select(self._sids(0, self.total), on=message["on"])

    def _send_rows(self, start: int, count: int) -> None:
        if self._view is None:
            return
        places = self._places[start : start + count]
        cells = rows_of(self._view.shown(places), self._shown_columns)
        rows = [
            [sid, sid in self._selected, *row] for sid, row in zip(self._sids(start, start + count), cells, strict=True)
        ]
        self.send({"type": "rows", "rev": self.rev, "marks": self.marks, "start": start, "rows": rows})
