"""Keep JupyterLab's command keys away from a panel's controls."""

from pathlib import Path

import anywidget


class KeyGuard(anywidget.AnyWidget):
    """
    An invisible widget that keeps arrows, letters and ``d d`` inside the panel's controls.

    Without it, ``d d`` on a drop-down deletes the panel's cell.  With it, Escape moves from the
    panel to its cell, and only the space bar, not Enter, presses a button that releases or buys.
    The message after such a press is scrolled into view.
    """

    _esm = (Path(__file__).parent / "keys.js").read_text(encoding="utf-8")

    def __init__(self) -> None:
        super().__init__()
        # Set here because the script arrives later, and even an empty widget has a margin.
        self.layout.display = "none"
