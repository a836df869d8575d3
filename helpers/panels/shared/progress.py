"""How far something long is, and a button that stops it."""

from collections.abc import Callable
from threading import Event

import ipywidgets as widgets

from helpers.panels.shared.html import message
from helpers.panels.shared.panel import guarded

#: What is told of a look that was stopped and is not over yet.
STOPPING = "Stopping: what is on its way to Twilio is waited for…"


class StopBar(widgets.HBox):  # type: ignore[misc]  # ipywidgets has no types
    """
    A bar, a button that stops, and a sentence.

    ``bar``, ``stop`` and ``told`` are its widgets; ``stopping`` is set once the button was pressed.

    Args:
        tooltip: What the bar shows.

        stop: What the button says.

        stopping: The sentence after the button was pressed.

        tell: Shows a text of a kind in place of ``told``; may be called from any thread.

        fail: Is told what goes wrong.
    """

    def __init__(
        self,
        *,
        tooltip: str,
        stop: str,
        stopping: str,
        fail: Callable[[Exception], None],
        tell: Callable[[str, str], None] | None = None,
    ) -> None:
        self._tell, self._stopping, self.fail = tell or self._show, stopping, fail
        self.stopping, self._percent = Event(), -1
        self.bar = widgets.IntProgress(min=0, max=100)
        self.bar.tooltip = tooltip
        self.stop = widgets.Button(description=stop, icon="stop", disabled=True, layout={"min_width": "max-content"})
        self.told = widgets.HTML()
        super().__init__([self.bar, self.stop, self.told])
        self.add_class("desk-looking")
        self.stop.on_click(self._stop_pressed)

    def begin(self, text: str) -> Event:
        """Say that something is under way; the event says when it is to stop."""
        self.stopping, self._percent = Event(), -1
        self.stop.disabled, self.bar.value = False, 0
        self._tell(text, "waiting")
        return self.stopping

    def progress(self, what: str, done: int, whole: int) -> None:
        """Show how many steps are done; may be called from any thread, and as often as one likes."""
        percent = 100 * done // whole if whole else 0
        # A message to the browser for each of 100,000 steps would be slower than the steps.
        if percent != self._percent and not self.stopping.is_set():
            self._percent = self.bar.value = percent
            self._tell(f"{what}: {done:,} of {whole:,} steps of this part are done.", "waiting")

    def _show(self, text: str, kind: str) -> None:
        self.told.value = message(text, kind)

    @guarded
    def _stop_pressed(self, _: object) -> None:
        self.stopping.set()
        self.stop.disabled = True
        self._tell(self._stopping, "waiting")
