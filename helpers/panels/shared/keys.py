"""Keep JupyterLab's command keys away from a panel's controls."""

from pathlib import Path

import anywidget


class KeyGuard(anywidget.AnyWidget):
    """
    A widget of no size that lets arrows, letters and ``d d`` mean what they mean in a form.

    Without it, ``d d`` on a drop-down deletes the cell that the panel is in.  With it, Escape
    leaves the panel for its cell, and Enter presses no button that releases or buys: the space
    bar does.  What is told after such a press is brought into sight.
    """

    _esm = (Path(__file__).parent / "keys.js").read_text(encoding="utf-8")

    def __init__(self) -> None:
        super().__init__()
        # Before the browser has its script, too: a part of no size still has a gap around it.
        self.layout.display = "none"
