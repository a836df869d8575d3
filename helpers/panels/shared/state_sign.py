"""The sign of a state: a shape beside its word, and a colour that says the same once more."""

from collections.abc import Mapping
from enum import Enum

from helpers.journal.states import OPEN, State
from helpers.panels.shared.columns import Cell
from helpers.panels.shared.html import escape, plain
from helpers.plans.batch import NoEntry
from helpers.plans.report import name_state


class Sign(Enum):
    """What a state means for the operator, the most urgent first: its shape, and its tone."""

    OPEN = "⚠", "open"
    NOT_DONE = "✕", "not-done"
    WAITING = "·", "waiting"
    LEFT_OUT = "○", "left-out"
    BACK = "↶", "back"
    DONE = "✓", "done"

    @property
    def urgency(self) -> int:
        """Its place among all signs."""
        return list(Sign).index(self)


_SIGNS: Mapping[State | NoEntry, Sign] = {
    **dict.fromkeys(OPEN, Sign.OPEN),
    **dict.fromkeys((State.REFUSED, State.KEPT, State.NOT_SENT, State.RESTORE_REFUSED), Sign.NOT_DONE),
    NoEntry.NOT_BEGUN: Sign.WAITING,
    NoEntry.SET_ASIDE: Sign.LEFT_OUT,
    State.RESTORED: Sign.BACK,
}


def sign_of(state: State | NoEntry) -> Sign:
    """Return the sign of a state."""
    return _SIGNS.get(state, Sign.DONE)


def state_cell(state: State | NoEntry) -> Cell:
    """Write a state with its sign for a grid."""
    shape, tone = sign_of(state).value
    return {"text": f"{shape} {plain(name_state(state))}", "tone": f"state-{tone}"}


def show_state(state: State | NoEntry) -> str:
    """Show a state with its sign."""
    shape, tone = sign_of(state).value
    sign = f'<i aria-hidden="true">{shape}</i>'
    return f'<span class="desk-state desk-tone-state-{tone}">{sign} {escape(name_state(state))}</span>'
