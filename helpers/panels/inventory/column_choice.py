"""The choice of the columns that the inventory shows."""

from collections.abc import Callable, Iterable, Sequence

import ipywidgets as widgets

from helpers.panels.shared.columns import USUAL, Column
from helpers.panels.shared.html import plain
from helpers.panels.shared.panel import guarded


class ColumnChoice(widgets.Box):  # type: ignore[misc]  # ipywidgets has no types
    """
    A box to tick for each column, hidden until ``button`` is pressed; ``boxes`` holds them by the key of the column.

    Args:
        on_change: Called when a box is ticked or not ticked any more.

        on_failure: Gets every failure.
    """

    def __init__(self, *, on_change: Callable[[], None], on_failure: Callable[[Exception], None]) -> None:
        self._on_change, self.fail = on_change, on_failure
        self._columns: tuple[Column, ...] = ()
        #: Those that came with a filter, and go with it.
        self._ticked = set[str]()
        self.boxes: dict[str, widgets.Checkbox] = {}
        #: The panel places it.
        self.button = widgets.Button(description="Choose columns", icon="columns")
        super().__init__()
        self.add_class("desk-column-boxes")
        self.layout.display = "none"
        self.button.on_click(self._on_click)

    def offer(self, columns: Sequence[Column], *, ticked: Iterable[str] = ()) -> None:
        """Offer the columns of a table, and tick some for as long as they are asked for; the other boxes stay."""
        self._columns = tuple(columns)
        for column in columns:
            if column.key not in self.boxes:
                box = widgets.Checkbox(value=column.key in USUAL, description=plain(column.label), indent=False)
                box.observe(self._on_box, "value")
                self.boxes[column.key] = box
        for key in self.boxes.keys() & (self._ticked ^ set(ticked)):
            self.boxes[key].value = key in ticked
        self._ticked = set(ticked)
        self.children = [self.boxes[column.key] for column in columns]

    @property
    def chosen(self) -> list[Column]:
        """The columns whose boxes are ticked, in their order."""
        return [column for column in self._columns if self.boxes[column.key].value]

    @guarded
    def _on_box(self, _: object) -> None:
        self._on_change()

    @guarded
    def _on_click(self, _: object) -> None:
        is_closed = self.layout.display == "none"
        self.layout.display = "" if is_closed else "none"
        self.button.description = "Hide the choice of columns" if is_closed else "Choose columns"
