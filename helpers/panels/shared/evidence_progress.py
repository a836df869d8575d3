"""The part of a panel that starts, shows and stops the collection of evidence."""

from collections.abc import Callable
from datetime import datetime
from threading import Event
from typing import Protocol

import ipywidgets as widgets

from helpers.core.dates import how_long
from helpers.evidence.steps import OnSteps, Step, Steps, in_all
from helpers.panels.shared.html import count, escape, moment
from helpers.panels.shared.panel import guarded
from helpers.panels.shared.progress import STOPPING, StopBar
from helpers.tables.about import EvidenceTable

_NEVER = '<p class="desk-hint">It reads calls, messages and connections. It changes nothing, and can be stopped.</p>'


class ReadTable(Protocol):
    """A function that reads the table of numbers."""

    def __call__(self, days: int, *, stop: Event) -> EvidenceTable:
        """Read until *stop* is set, and return the table of all that was read, with what is kept of so many days."""


class TakeEvidence(Protocol):
    """A function that collects the evidence about every number."""

    def __call__(self, days: int, *, progress: OnSteps, stop: Event) -> EvidenceTable:
        """Collect the evidence of so many days until *stop* is set, tell *progress* its steps, return the table."""


class EvidenceProgress(widgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """
    A start button, a progress bar with a stop button, and the age of the evidence.

    Args:
        result: The widget beside the button, which shows the result of the last collection.

        on_click: Called when the operator presses the start button.

        on_failure: Gets every failure.
    """

    def __init__(
        self, *, result: widgets.Widget, on_click: Callable[[], None], on_failure: Callable[[Exception], None]
    ) -> None:
        self._start, self.fail = on_click, on_failure
        self._looked_at: datetime | None = None
        self._days = 0
        self.button = widgets.Button(description="Check now", icon="search", disabled=True)
        self.button.add_class("desk-primary")
        self._stop_bar = StopBar(label="How far the look is", stop="Stop", stopping=STOPPING, on_failure=on_failure)
        self.bar, self.stop, self.told = self._stop_bar.children
        self.age = widgets.HTML(_NEVER)
        start = widgets.HBox([self.button, result])
        start.add_class("desk-looking")
        self._idle = widgets.VBox([start, self.age])
        # Shown and hidden, and not put in and out: ipywidgets fails where a child goes while it is still being drawn.
        self._show(self._idle)
        super().__init__([self._idle, self._stop_bar])
        self.button.on_click(self._on_click)

    def begin_look(self, days: int) -> Event:
        """Show that the evidence of so many days is being collected, and return the event that stops it."""
        self._days = days
        return self._begin(f"Checking the last {count(days, 'day')}…")

    def begin_reading(self) -> Event:
        """Show that the numbers are being read, and return the event that stops it."""
        return self._begin("Reading the numbers of all accounts…")

    def _begin(self, text: str) -> Event:
        self._show(self._stop_bar)
        return self._stop_bar.begin(text)

    def progress(self, steps: Steps) -> None:
        """Show how much of what is done, as far as it is known; any thread may call it, at any rate."""
        told = [
            f"{kind.capitalize()}: {done:,} of {whole:,}"
            for kind in Step
            for done, whole in [steps.get(kind, (0, 0))]
            if whole
        ]
        self._stop_bar.progress(f"{', '.join(told)}.", *in_all(steps))

    def read(self, done: int, whole: int) -> None:
        """Show how many accounts are read."""
        self._stop_bar.progress(f"{done:,} of {count(whole, 'account')} read.", done, whole)

    def end(self, looked_at: datetime | None) -> None:
        """Show the start button again; *looked_at* is the time of the evidence, None where there is none."""
        self._looked_at = looked_at
        self._show(self._idle)
        self.told.value = ""
        if looked_at is None:
            self.age.value = _NEVER

    def _show(self, part: widgets.Widget) -> None:
        # The other one goes first: for a moment both would push down all that is below.
        (self._stop_bar if part is self._idle else self._idle).layout.display = "none"
        part.layout.display = None

    def tick(self, now: datetime) -> None:
        """Show the age of the evidence."""
        if self._looked_at is None:
            return
        minutes = max(0.0, (now - self._looked_at).total_seconds()) // 60
        ago = f"{how_long(minutes * 60)} ago" if minutes else "less than a minute ago"
        text = f'<p class="desk-hint">Checked {escape(ago)}, {moment(self._looked_at)}.</p>'
        if self.age.value != text:
            self.age.value = text

    @guarded
    def _on_click(self, _: object) -> None:
        self._start()
