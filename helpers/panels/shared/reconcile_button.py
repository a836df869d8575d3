"""The button that looks at Twilio and settles an entry whose outcome is out, with its countdown."""

from collections.abc import Callable
from datetime import datetime

import ipywidgets as widgets

from helpers.journal.entries import Entry
from helpers.panels.shared.outcome import until_settled
from helpers.panels.shared.panel import guarded


class ReconcileButton(widgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """
    A button and a countdown, hidden while there is nothing to settle.

    The button is awake during the countdown too: what is gone can be proven at once, and
    the look itself concludes nothing from "still there" before its time.

    Args:
        pressed: Is told which entry to settle.

        fail: Is told what goes wrong.
    """

    def __init__(self, *, pressed: Callable[[Entry], None], fail: Callable[[Exception], None]) -> None:
        self.button = widgets.Button(description="Look at Twilio and settle it", icon="search")
        self.button.add_class("desk-primary")
        self._countdown = widgets.HTML()
        self._entry: Entry | None = None
        self._pressed, self.fail = pressed, fail
        super().__init__([self._countdown, self.button])
        self.button.on_click(self._press)
        self.about(None)

    def about(self, entry: Entry | None, *, now: datetime | None = None) -> None:
        """Turn to an entry; hide where it is none, or settled."""
        self._entry = entry if entry is not None and entry.open else None
        self.layout.display = None if self._entry else "none"
        if now is not None:
            self.tick(now)

    def tick(self, now: datetime) -> None:
        """Show how much of the quarantine is left."""
        if self._entry is not None:
            self._countdown.value = until_settled(self._entry, now)

    @guarded
    def _press(self, _: object) -> None:
        if self._entry is not None:
            self._pressed(self._entry)
