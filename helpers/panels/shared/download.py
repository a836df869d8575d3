"""A button that downloads a file from the kernel's machine, wherever the browser is."""

from collections.abc import Callable
from pathlib import Path

import anywidget
import traitlets

from helpers.core.errors import FileRefused
from helpers.panels.shared.panel import guarded


class Download(anywidget.AnyWidget):
    """
    A button that downloads one file; hidden while there is none.

    The file travels in a message, when the button is pressed: the widget's state, which JupyterLab can save, holds its
    name only.

    Args:
        on_failure: Gets every failure.
    """

    _esm = (Path(__file__).parent / "download.js").read_text(encoding="utf-8")

    name = traitlets.Unicode("").tag(sync=True)

    def __init__(self, *, on_failure: Callable[[Exception], None]) -> None:
        super().__init__()
        self.fail = on_failure
        self._path: Path | None = None
        self.on_msg(self._on_pressed)

    def offer(self, path: Path | None) -> None:
        """Offer a file; None hides the button."""
        self._path = path
        self.name = path.name if path else ""

    @guarded
    def _on_pressed(self, _widget: object, _content: object, _buffers: object) -> None:
        if self._path is None:
            return
        try:
            content = self._path.read_bytes()
        except OSError as failure:
            raise FileRefused(
                f"{self._path.name} cannot be read any more: {failure.strerror}. Nothing was downloaded."
            ) from None
        self.send(self._path.name, buffers=[content])
