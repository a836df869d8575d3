"""The grid of numbers: it sends the browser one page of rows at a time."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from helpers.panels.shared.columns import Column, write_cells
from helpers.panels.shared.panel import guarded
from helpers.panels.shared.view import View
from helpers.tables.frames import Frame

#: The most rows in one answer to the browser.
PAGE_LIMIT = 300

_HERE = Path(__file__).parent


class Grid(anywidget.AnyWidget):
    """
    A grid that identifies rows by their sid, never by their place.

    Its state holds no rows and no sids, because JupyterLab can write the state into a notebook:
    rows travel in messages, and the selection stays in the kernel.

    Args:
        on_selection: Called when the selection changed.

        on_cursor: Gets the sid of the row that somebody went to.

        on_open: Gets the sid of the row whose details somebody wants; without it, rows have no details.

        on_failure: Gets every failure.
    """

    _esm = (_HERE / "grid.js").read_text(encoding="utf-8")
    _css = (_HERE / "grid.css").read_text(encoding="utf-8")

    label = traitlets.Unicode("Phone numbers").tag(sync=True)
    #: Whether rows can be ticked.
    ticks = traitlets.Bool(True).tag(sync=True)  # noqa: FBT003  # its initial value
    columns: traitlets.List[Any] = traitlets.List().tag(sync=True)
    #: Empty, or a column and "asc" or "desc"; the browser sets it.
    sort: traitlets.List[str] = traitlets.List([]).tag(sync=True)
    total = traitlets.Int(0).tag(sync=True)
    #: The count of shown rows that are selected.
    marked = traitlets.Int(0).tag(sync=True)
    #: Whether rows have details to open.
    opens = traitlets.Bool(default_value=False).tag(sync=True)
    #: The text where there are no rows.
    empty = traitlets.Unicode("").tag(sync=True)
    #: The version of the rows' order; a request for rows of another version is ignored.
    rev = traitlets.Int(0).tag(sync=True)
    #: The version of what the rows say and of the selection; with a new one, the browser asks again for those in sight.
    marks = traitlets.Int(0).tag(sync=True)
    #: The place of a row that is kept in sight, unless somebody scrolled away from it.
    follow = traitlets.Int(-1).tag(sync=True)

    def __init__(
        self,
        *,
        on_selection: Callable[[], None],
        on_failure: Callable[[Exception], None],
        on_cursor: Callable[[str], None] = lambda _: None,
        on_open: Callable[[str], None] | None = None,
    ) -> None:
        super().__init__(opens=on_open is not None)
        self._on_open = on_open
        self._on_selection, self._on_cursor, self.fail = on_selection, on_cursor, on_failure
        self._view: View | None = None
        self._shown_columns: tuple[Column, ...] = ()
        self._matches: Any = None
        self._query = ""
        self._places: Any = ()
        self._selected: set[str] = set()
        self.observe(self._on_sort, "sort")
        self.on_msg(self._on_message)

    @property
    def selected(self) -> tuple[str, ...]:
        """The selected sids, shown or not, in the table's order."""
        # Mostly nothing is, and it is asked for with each drawing.
        return tuple(sid for sid in self._view.sids if sid in self._selected) if self._view and self._selected else ()

    @property
    def shown(self) -> Frame:
        """The rows that are shown, in their order on the screen."""
        if self._view is None:
            raise AttributeError("There is no table in the grid yet.")
        return self._view.shown(self._places)

    @property
    def everything(self) -> Any:
        """The matches for ``show`` where no filter is set: one True per row of the table."""
        return self._view.frame["sid"].notna().to_numpy(dtype=bool) if self._view else ()

    def take(self, frame: Frame) -> None:
        """Take another table for ``show``; the selection keeps the sids that the table has."""
        self._view = View(frame)
        self._selected &= set(self._view.sids)

    def show(self, *, columns: Iterable[Column], matches: Any, query: str, empty: str) -> None:
        """
        Show the rows that match the filters and hold every word of *query*.

        Args:
            matches: One bool per row of the table.

            empty: The text where no row is left.
        """
        self._shown_columns, self._matches, self._query = tuple(columns), matches, query
        with self.hold_sync():
            self.columns = [column.for_browser() for column in self._shown_columns]
            self.empty = empty
            if self.sort and self.sort[0] not in {column.key for column in self._shown_columns}:
                self.sort = []
            self._order()

    def select(self, sids: Iterable[str], *, on: bool = True) -> None:
        """Select rows by sid, or deselect them with *on* False; ignore sids that the table does not have."""
        known = set(sids) & set(self._view.sids if self._view else ())
        self._selected = self._selected | known if on else self._selected - known
        self._count_marked()
        self._on_selection()

    def refresh(self, follow: str) -> None:
        """Write the cells of the rows in sight anew, in their order, and keep the row with a sid in sight."""
        with self.hold_sync():
            if not self.sort and self._view is not None and follow in self._view.sids:
                self.follow = self._view.sids.index(follow)
            self.marks += 1

    def _order(self) -> None:
        if self._view is None:
            return
        keys = [column.key for column in self._shown_columns]
        self._places = self._view.places(matches=self._matches, query=self._query, columns=keys, sort=self.sort)
        with self.hold_sync():
            self.total = len(self._places)
            self.rev += 1
            self.follow = -1
            self._count_marked()

    def _count_marked(self) -> None:
        with self.hold_sync():
            self.marked = sum(sid in self._selected for sid in self._sids(0, self.total)) if self._selected else 0
            self.marks += 1

    def _sids(self, start: int, end: int) -> list[str]:
        sids = self._view.sids if self._view else []
        return [sids[place] for place in self._places[start:end]]

    @guarded
    def _on_sort(self, _: object) -> None:
        # ``show`` can clear the sorting, and orders the rows itself.
        if self._view is not None and not self._holding_sync:
            self._order()

    @guarded
    def _on_message(self, _: object, message: dict[str, Any], __: object) -> None:
        kind, is_current = message.get("type"), message.get("rev") == self.rev
        if kind == "mark":
            self.select([message["sid"]], on=message["on"])
        elif kind == "open" and self._on_open and self._view and message["sid"] in self._view.sids:
            self._on_open(message["sid"])
        elif kind == "rows" and is_current:
            self._send_rows(max(0, int(message["start"])), min(int(message["count"]), PAGE_LIMIT))
        elif kind == "mark_stretch" and is_current:
            self.select(self._sids(max(0, int(message["first"])), int(message["last"]) + 1))
        elif kind == "mark_all" and is_current:
            self.select(self._sids(0, self.total), on=message["on"])
        elif kind == "cursor" and is_current:
            at = max(0, int(message["at"]))
            for sid in self._sids(at, at + 1):
                self._on_cursor(sid)

    def _send_rows(self, start: int, count: int) -> None:
        if self._view is None:
            return
        places = self._places[start : start + count]
        cells = write_cells(self._view.shown(places), self._shown_columns)
        rows = [
            [sid, sid in self._selected, *row] for sid, row in zip(self._sids(start, start + count), cells, strict=True)
        ]
        self.send({"type": "rows", "rev": self.rev, "marks": self.marks, "start": start, "rows": rows})
