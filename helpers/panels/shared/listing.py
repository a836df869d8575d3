"""A grid that is only read, and below it all that is told of the row that one goes to."""

from collections.abc import Callable, Iterable

import ipywidgets as widgets

from helpers.panels.shared.columns import Column
from helpers.panels.shared.grid import Grid
from helpers.panels.shared.html import escape
from helpers.tables.frames import Frame

_NO_ROW = "Go to a row with a click or an arrow key: all that is told of it stands here."


class Listing(widgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """
    Rows of any number, of which the browser gets those in sight; hidden while there are none.

    Args:
        label: The name of the grid for screen readers.

        about: Returns the HTML of what is told of a row, by its sid.

        on_failure: Receives every failure.
    """

    def __init__(self, label: str, *, about: Callable[[str], str], on_failure: Callable[[Exception], None]) -> None:
        self._about, self._at = about, ""
        self.grid = Grid(on_selection=lambda: None, on_cursor=self._went_to, on_failure=on_failure)
        self.grid.label, self.grid.ticks = label, False
        self.about = widgets.HTML()
        self.about.add_class("desk-about-row")
        super().__init__([self.grid, self.about], layout={"display": "none"})
        self.add_class("desk-listing")

    def show(self, table: Frame, columns: Iterable[Column]) -> None:
        """Show other rows, each with a ``sid`` of its own."""
        self._at = ""
        self.grid.take(table)
        self.grid.show(columns=columns, matches=self.grid.everything, query="", empty="")
        self.about.value = f'<p class="desk-hint">{escape(_NO_ROW)}</p>'
        self.layout.display = None if len(table) else "none"

    def refresh(self, follow: str) -> None:
        """Write what is in sight anew, in the same order; keep a row in sight unless somebody scrolled away from it."""
        self.grid.refresh(follow)
        if self._at:
            self.about.value = self._about(self._at)

    def _went_to(self, sid: str) -> None:
        self._at = sid
        self.about.value = self._about(sid)
