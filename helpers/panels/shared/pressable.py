"""HTML with buttons inside, for the parts of a picture and for a choice of a few."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from helpers.panels.shared.panel import guarded


class Pressable(anywidget.AnyWidget):
    """
    HTML in which each ``<button data-press="…">`` can be pressed, by mouse and keyboard; a link may have one, too.

    Args:
        on_press: Gets the ``data-press`` of the pressed button; it comes from the browser, so it may be anything.

        on_failure: Gets every failure.
    """

    _esm = (Path(__file__).parent / "pressable.js").read_text(encoding="utf-8")

    html = traitlets.Unicode("").tag(sync=True)
    #: The keys of the buttons that are shown as pressed.
    pressed: traitlets.List[str] = traitlets.List(traitlets.Unicode()).tag(sync=True)
    disabled = traitlets.Bool(default_value=False).tag(sync=True)

    def __init__(self, *, on_press: Callable[[str], None], on_failure: Callable[[Exception], None]) -> None:
        super().__init__()
        self._on_press, self.fail = on_press, on_failure
        self.on_msg(lambda _widget, content, _buffers: self._on_message(content))

    @guarded
    def press(self, key: str) -> None:
        """Press a button, as the browser does."""
        if not self.disabled:
            self._on_press(key)

    def _on_message(self, content: dict[str, Any]) -> None:
        self.press(str(content.get("press", "")))
