"""The step before a release that unregisters an emergency address, confirmed on its own."""

from collections.abc import Callable

import ipywidgets as widgets

from helpers.actions.emergency_address import address_blockers
from helpers.core.reasons import Cause
from helpers.core.records import Confirmation, Decision
from helpers.core.typed_text import is_typed_back
from helpers.decisions.sentences import explain_kept_address
from helpers.panels.shared.html import SPACE_BAR, message
from helpers.panels.shared.panel import Latch, guarded

#: What it means (https://www.twilio.com/docs/voice/sip/api/emergency-calling-api).
MEANING = (
    "Unregistering it means: whoever calls 911, 112 or another emergency number from this number is no longer located "
    "by the address. It is not undone by taking the number back; it would have to be registered again."
)
HEAD = '<p class="desk-first"><b>First: unregister its emergency address</b></p>'


class EmergencyStep(widgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """
    A field in which the number is typed back, and a button; hidden where nothing is registered.

    Args:
        one_time_id: Makes the id that the journal accepts once.

        pressed: Is told what was confirmed, once for each confirmation.

        fail: Is told what goes wrong.
    """

    def __init__(
        self,
        *,
        one_time_id: Callable[[], str],
        pressed: Callable[[Confirmation], None],
        fail: Callable[[Exception], None],
    ) -> None:
        self.typed = widgets.Text(description="Type the number back to unregister it")
        self.button = widgets.Button(description="Unregister the emergency address", disabled=True)
        self.button.add_class("desk-danger")
        self._one_time_id, self._pressed, self.fail = one_time_id, pressed, fail
        self._decision: Decision | None = None
        self._latch: Latch[Confirmation] = Latch()
        by_keyboard = widgets.HTML(message(SPACE_BAR, "quiet"))
        self._said = widgets.HTML()
        self._act = widgets.VBox([self.typed, self.button, by_keyboard])
        super().__init__([self._said, self._act])
        self.add_class("desk-box")
        self.typed.observe(self._typed, "value")
        self.button.on_click(self._press)
        self.about(None)

    def about(self, decision: Decision | None) -> None:
        """Turn to a number: hide where it has no address, and say so where more than that stands against a release."""
        blockers = {blocker.code for blocker in decision.blockers} if decision else set()
        # With an entry still open it has been pressed already, and has to be settled instead.
        shown = decision is not None and Cause.EMERGENCY_ADDRESS in blockers and Cause.OPEN_ENTRY not in blockers
        against = address_blockers(decision) if decision else ()
        self._decision = decision if shown and not against else None
        self._said.value = HEAD + message(MEANING, "warning")
        if decision is not None and against:
            said = explain_kept_address(decision, against)
            self._said.value = message(f"Its emergency address stays for now: {said}", "warning")
        self._act.layout.display = None if self._decision else "none"
        self.layout.display = None if shown else "none"
        self.typed.value = ""
        self.arm()

    def arm(self, *, asleep: bool = False) -> None:
        """Wake the button when the number is typed back; let everything sleep while something else is under way."""
        typed, decision = self.typed.value, self._decision
        armed = decision is not None and is_typed_back(typed, decision.number) and not asleep
        self._latch.arm(Confirmation(self._one_time_id(), decision, typed) if decision and armed else None)
        self.button.disabled = not armed
        self.typed.disabled = asleep

    @guarded
    def _typed(self, _: object) -> None:
        self.arm()

    @guarded
    def _press(self, _: object) -> None:
        confirmation = self._latch.take()
        self.button.disabled = True
        if confirmation is not None:
            self._pressed(confirmation)
