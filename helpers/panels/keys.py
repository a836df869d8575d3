"""Keep JupyterLab's command keys away from a panel's controls."""

from pathlib import Path

import anywidget


class KeyGuard(anywidget.AnyWidget):
    """
    A widget of no size that lets arrows, letters and ``d d`` mean what they mean in a form.

    Without it, ``d d`` on a drop-down deletes the cell that the panel is in.
    """

    _esm = (Path(__file__).parent / "keys.js").read_text(encoding="utf-8")
