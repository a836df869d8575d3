"""The fields for a reason code and a ticket, and how a ticket is shown."""

from collections.abc import Callable

import ipywidgets as widgets

from helpers.core.grounds import Grounds, ReasonCode, is_link, make_grounds
from helpers.panels.shared.html import escape, named
from helpers.panels.shared.panel import guarded
from helpers.panels.shared.picker import CHOOSE, choose_nothing

_CODES = tuple((code.value.capitalize(), code) for code in ReasonCode)


class GroundsFields(widgets.HBox):  # type: ignore[misc]  # ipywidgets has no types
    """
    A drop-down of reason codes, of which none is chosen, and a field for a ticket.

    Args:
        on_change: Called when one of them changes.

        on_failure: Receives every failure.
    """

    def __init__(self, *, on_change: Callable[[], None], on_failure: Callable[[Exception], None]) -> None:
        self._on_change, self.fail = on_change, on_failure
        self.code = widgets.Dropdown(description="Reason code", options=[CHOOSE, *_CODES])
        choose_nothing(self.code)
        self.ticket = widgets.Text(description="Ticket", placeholder="number or link")
        super().__init__([self.code, self.ticket])
        self.add_class("desk-pair")
        for field in (self.code, self.ticket):
            field.observe(self._changed, "value")

    @property
    def grounds(self) -> Grounds:
        """What is chosen and typed, without secrets."""
        return make_grounds(self.code.value, self.ticket.value)

    def clear(self) -> None:
        """Choose nothing, and empty the ticket."""
        choose_nothing(self.code)
        self.ticket.value = ""

    def sleep(self, *, asleep: bool) -> None:
        """Disable both, or enable them."""
        self.code.disabled = self.ticket.disabled = asleep

    @guarded
    def _changed(self, _: object) -> None:
        self._on_change()


def show_grounds(grounds: Grounds) -> dict[str, str]:
    """Write the reason code and the ticket, each by its name; nothing for what nobody said."""
    code = {"Reason code": escape(grounds.code.value.capitalize())} if grounds.code else {}
    return code | ({"Ticket": show_ticket(grounds.ticket)} if grounds.ticket else {})


def show_ticket(ticket: str) -> str:
    """Show a ticket: a web address as a link, anything else as a name."""
    if not is_link(ticket):
        return named(ticket)
    return f'<a href="{escape(ticket)}" target="_blank" rel="noopener noreferrer">{named(ticket)}</a>'
