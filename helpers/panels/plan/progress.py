"""What is told of a plan; and while its numbers are looked at, how far the look is and a button that stops it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event

import ipywidgets as widgets

from helpers.panels.shared.panel import guarded

_STOPPING = "Stopping: what is on its way to Twilio is waited for…"


class PlanProgress(widgets.HBox):  # type: ignore[misc]  # ipywidgets has no types
    """
    A panel's banner, and beside it a button that is there while a look can be stopped.

    Args:
        banner: Where it is told.

        tell: Tells a text of a kind; called from any thread.

        fail: Is told what goes wrong.
    """

    def __init__(
        self, banner: widgets.HTML, *, tell: Callable[[str, str], None], fail: Callable[[Exception], None]
    ) -> None:
        self._tell, self.fail = tell, fail
        self._stopping = Event()
        self.stop = widgets.Button(description="Stop looking", icon="stop", layout={"display": "none"})
        super().__init__([banner, self.stop])
        self.add_class("desk-looking")
        self.add_class("desk-place")
        self.stop.on_click(self._stop_pressed)

    @contextmanager
    def under_way(self, what: str) -> Iterator[tuple[Callable[[int, int], None], Event]]:
        """Offer to stop a look for as long as it takes; yields what hears how far it is, and what tells it to stop."""
        stopping = self._stopping = Event()
        told = -1

        def progress(done: int, whole: int) -> None:
            nonlocal told
            percent = 100 * done // whole if whole else 0
            if percent != told and not stopping.is_set():
                told = percent
                self._tell(f"{what}: {done:,} of {whole:,} steps of this part are done.", "waiting")

        self._tell(f"{what}: calls and messages, what they are connected to, what they cost…", "waiting")
        self.stop.disabled, self.stop.layout.display = False, None
        try:
            yield progress, stopping
        finally:
            self.stop.layout.display = "none"

    @guarded
    def _stop_pressed(self, _: object) -> None:
        self._stopping.set()
        self.stop.disabled = True
        self._tell(_STOPPING, "waiting")
