"""The progress of long work, with a button that stops it."""

from collections.abc import Callable
from pathlib import Path
from threading import Event

import anywidget
import ipywidgets as widgets
import traitlets

from helpers.panels.shared.html import message
from helpers.panels.shared.panel import guarded

#: The message between the operator's stop and the end of the work.
STOPPING = "Stopping: what is on its way to Twilio is waited for…"


class Bar(anywidget.AnyWidget):
    """A bar that screen readers tell; that of ipywidgets is a coloured box to them."""

    _esm = (Path(__file__).parent / "progress.js").read_text(encoding="utf-8")

    value = traitlets.Int(0).tag(sync=True)
    max = traitlets.Int(100).tag(sync=True)
    label = traitlets.Unicode("").tag(sync=True)


class StopBar(widgets.HBox):  # type: ignore[misc]  # ipywidgets has no types
    """
    A progress bar, a stop button, and a message.

    ``bar``, ``stop`` and ``told`` are its widgets; ``stopping`` is set when the button is pressed.

    Args:
        label: The name of the bar for screen readers.

        stop: The text of the button.

        stopping: The message after the button is pressed.

        tell: Shows a text of a kind elsewhere than in ``told``; any thread may call it.

        on_failure: Gets every failure.
    """

    def __init__(
        self,
        *,
        label: str,
        stop: str,
        stopping: str,
        on_failure: Callable[[Exception], None],
        tell: Callable[[str, str], None] | None = None,
    ) -> None:
        self._tell, self._stopping, self.fail = tell or self._show, stopping, on_failure
        self.stopping, self._percent = Event(), -1
        self.bar = Bar(label=label)
        self.stop = widgets.Button(description=stop, icon="stop", disabled=True, layout={"min_width": "max-content"})
        self.told = widgets.HTML()
        super().__init__([self.bar, self.stop, self.told])
        self.add_class("desk-looking")
        self.stop.on_click(self._on_stop)

    def begin(self, text: str) -> Event:
        """Show that work is running, and return the event that stops it."""
        self.stopping, self._percent = Event(), -1
        self.stop.disabled, self.bar.value = False, 0
        self._tell(text, "waiting")
        return self.stopping

    def progress(self, text: str, done: int, whole: int) -> None:
        """Show how much is done, and say it with *text*; any thread may call it, at any rate."""
        percent = 100 * done // whole if whole else 0
        # One message to the browser for each of 100,000 steps would take longer than the steps.
        if percent != self._percent and not self.stopping.is_set():
            self._percent = self.bar.value = percent
            self._tell(text, "waiting")

    def _show(self, text: str, kind: str) -> None:
        self.told.value = message(text, kind)

    @guarded
    def _on_stop(self, _: object) -> None:
        self.stopping.set()
        self.stop.disabled = True
        self._tell(self._stopping, "waiting")
