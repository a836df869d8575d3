"""The button that checks Twilio and closes an open entry, with its countdown."""

from collections.abc import Callable
from datetime import datetime

import ipywidgets as widgets

from helpers.journal.entries import Entry
from helpers.panels.shared.outcome import show_countdown
from helpers.panels.shared.panel import guarded


class ReconcileButton(widgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """
    A button and a countdown, hidden while there is no open entry.

    The button is enabled during the countdown too: a check can prove at once that a number is
    gone, and it concludes nothing from "still there" before the countdown ends.

    Args:
        on_click: Gets the entry to settle.

        on_failure: Gets every failure.
    """

    def __init__(self, *, on_click: Callable[[Entry], None], on_failure: Callable[[Exception], None]) -> None:
        self.button = widgets.Button(description="Check and close", icon="search")
        self.button.add_class("desk-primary")
        self.countdown = widgets.HTML()
        self._entry: Entry | None = None
        self._settle, self.fail = on_click, on_failure
        super().__init__([self.countdown, self.button])
        self.button.on_click(self._on_click)
        self.show_entry(None)

    def show_entry(self, entry: Entry | None, *, now: datetime | None = None) -> None:
        """Show the button for an open entry; hide it for a closed one or None."""
        self._entry = entry if entry is not None and entry.open else None
        self.layout.display = None if self._entry else "none"
        if now is not None:
            self.tick(now)

    def tick(self, now: datetime) -> None:
        """Show how much of the quarantine is left."""
        if self._entry is not None:
            self.countdown.value = show_countdown(self._entry, now)

    @guarded
    def _on_click(self, _: object) -> None:
        if self._entry is not None:
            self._settle(self._entry)
