"""What is told of a plan; and while its numbers are looked at, how far the look is and a button that stops it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from threading import Event

import ipywidgets as widgets

from helpers.panels.shared.progress import STOPPING, StopBar


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
        self._stop_bar = StopBar(
            tooltip="How far the look is", stop="Stop looking", stopping=STOPPING, tell=tell, on_failure=fail
        )
        self.stop = self._stop_bar.stop
        self.stop.layout.display = "none"
        super().__init__([banner, self.stop])
        self.add_class("desk-looking")
        self.add_class("desk-place")

    @contextmanager
    def under_way(self, what: str) -> Iterator[tuple[Callable[[int, int], None], Event]]:
        """Offer to stop a look for as long as it takes; yields what hears how far it is, and what tells it to stop."""
        stopping = self._stop_bar.begin(f"{what}: calls and messages, what they are connected to, what they cost…")
        self.stop.layout.display = None
        try:
            yield partial(self._stop_bar.progress, what), stopping
        finally:
            self.stop.layout.display = "none"
