"""The question whether the owners of a plan's numbers agreed: a box for each."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import ipywidgets as widgets

from helpers.panels.shared.html import count, local, message, plain
from helpers.plans.owners import Owner

_ASKED = (
    "Did their owners agree? A tick is written into the journal when you press the button below, with your name and "
    "the time. Without one the numbers go all the same, and the journal says so."
)
#: The most owners that have a box.
_MOST = 50


class OwnersAsked(widgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """
    A box for each owner of numbers that may go; hidden where there is none.

    Args:
        on_change: Called when a box is ticked or unticked.
    """

    def __init__(self, *, on_change: Callable[[Any], None]) -> None:
        self._on_change = on_change
        self._owners: tuple[Owner, ...] = ()
        #: Name of an owner -> the box.
        self.boxes: dict[str, widgets.Checkbox] = {}
        super().__init__(layout={"display": "none"})

    @property
    def agreed(self) -> frozenset[str]:
        """The owners that are ticked."""
        return frozenset(name for name, box in self.boxes.items() if box.value)

    def show(self, owners: tuple[Owner, ...]) -> None:
        """Show other owners, ticked where it is written down already that they agreed."""
        if owners == self._owners:
            return
        self._owners, self.boxes = owners, {}
        for owner in owners[:_MOST]:
            box = widgets.Checkbox(value=owner.agreement is not None, description=_label(owner), indent=False)
            # What is written down stays.
            box.disabled = owner.agreement is not None
            box.observe(self._on_change, "value")
            self.boxes[owner.name] = box
        more = f" {count(len(owners) - _MOST, 'owner')} more cannot be ticked here." if len(owners) > _MOST else ""
        self.children = [widgets.HTML(message(f"{_ASKED}{more}", "warning")), *self.boxes.values()]
        self.layout.display = None if owners else "none"


def _label(owner: Owner) -> str:
    agreed = owner.agreement
    when = f"; {plain(agreed.who)} wrote it down, {local(datetime.fromisoformat(agreed.at))}" if agreed else ""
    return f"{plain(owner.name)} agreed ({count(owner.numbers, 'number')}{when})"
