"""The banner of the plan panel; while numbers are read, how far that is, and a button that stops it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from threading import Event

import ipywidgets as widgets

from helpers.panels.shared.progress import STOPPING, StopBar


class PlanProgress(StopBar):
    """
    A panel's banner, and beside it a stop button while numbers are read.

    Args:
        banner: The widget in which *tell* shows its texts.

        tell: Shows a text of a kind; any thread may call it.

        on_failure: Receives every failure.
    """

    def __init__(
        self, banner: widgets.HTML, *, tell: Callable[[str, str], None], on_failure: Callable[[Exception], None]
    ) -> None:
        super().__init__(
            label="How far the look is", stop="Stop looking", stopping=STOPPING, tell=tell, on_failure=on_failure
        )
        self.stop.layout.display = "none"
        # The banner says how far it is.
        self.children = [banner, self.stop]
        self.add_class("desk-place")

    @contextmanager
    def under_way(self, name: str) -> Iterator[tuple[Callable[[int, int], None], Event]]:
        """Show the stop button during work; yield a function for its steps, and the event that stops it."""
        self.add_class("desk-stays")
        stopping = self.begin(f"{name}: calls and messages, what they are connected to, what they cost…")
        self.stop.layout.display = None
        try:
            yield partial(self.progress, name), stopping
        finally:
            self.stop.layout.display = "none"
            self.remove_class("desk-stays")
