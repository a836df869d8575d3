"""The part of a panel in which a long look is started, watched and stopped."""

from collections.abc import Callable
from datetime import datetime
from threading import Event

import ipywidgets as widgets

from helpers.core.dates import how_long
from helpers.panels.shared.html import escape, moment
from helpers.panels.shared.panel import guarded
from helpers.panels.shared.progress import STOPPING, StopBar

_FIRST, _AGAIN = "Find out which are quiet", "Look again"
_NEVER = (
    '<p class="desk-hint">It reads the logs of calls and messages, and what each number is connected to. '
    "It changes nothing, and can be stopped.</p>"
)


class EvidenceProgress(widgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """
    A button that starts the look, how far it is, a button that stops it, and how old the last one is.

    Args:
        told: Stands beside the button: what is told of the look once it is over.

        pressed: Is told that the operator wants to look.

        fail: Is told what goes wrong.
    """

    def __init__(self, *, told: widgets.Widget, pressed: Callable[[], None], fail: Callable[[Exception], None]) -> None:
        self._pressed_by_operator, self.fail = pressed, fail
        self._looked_at: datetime | None = None
        self.button = widgets.Button(description=_FIRST, icon="search", disabled=True)
        self.button.add_class("desk-primary")
        self._under_way = StopBar(tooltip="How far the look is", stop="Stop", stopping=STOPPING, fail=fail)
        self.bar, self.stop, self.told = self._under_way.children
        self.age = widgets.HTML(_NEVER)
        self._over = widgets.HBox([self.button, told])
        self._over.add_class("desk-looking")
        self._place = widgets.VBox([self._over])
        super().__init__([self._place, self.age])
        self.button.on_click(self._pressed)

    def begin(self) -> Event:
        """Show that a look is under way; the event says when it is to stop."""
        self._place.children = [self._under_way]
        return self._under_way.begin("Looking through the logs of calls and messages…")

    def progress(self, done: int, whole: int) -> None:
        """Show how far the look is; may be called from any thread, and as often as one likes."""
        self._under_way.progress("Looking", done, whole)

    def end(self, looked_at: datetime | None) -> None:
        """Show that no look is under way, and offer one; *looked_at* is when the last one was, None for never."""
        self._looked_at = looked_at
        self.button.description = _AGAIN if looked_at else _FIRST
        self._place.children = [self._over]

    def tick(self, now: datetime) -> None:
        """Show how old what is known is."""
        if self._looked_at is None:
            return
        minutes = max(0.0, (now - self._looked_at).total_seconds()) // 60
        ago = f"{how_long(minutes * 60)} ago" if minutes else "less than a minute ago"
        told = f'<p class="desk-hint">Looked {escape(ago)}, {moment(self._looked_at)}.</p>'
        if self.age.value != told:
            self.age.value = told

    @guarded
    def _pressed(self, _: object) -> None:
        self._pressed_by_operator()
