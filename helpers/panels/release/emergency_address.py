"""The step before a release that unregisters an emergency address, with its own confirmation."""

from collections.abc import Callable

import ipywidgets as widgets

from helpers.actions.emergency_address import address_blockers
from helpers.core.grounds import NO_GROUNDS, Grounds
from helpers.core.permissions import NEEDED
from helpers.core.reasons import Cause, Request
from helpers.core.records import Confirmation, Decision
from helpers.core.typed_text import is_typed_back
from helpers.decisions.sentences import explain_kept_address
from helpers.panels.shared.html import SPACE_BAR, message
from helpers.panels.shared.panel import Latch, guarded

#: The consequence of unregistering (https://www.twilio.com/docs/voice/sip/api/emergency-calling-api).
MEANING = (
    "Unregistering it means: whoever calls 911, 112 or another emergency number from this number is no longer located "
    "by the address. It is not undone by taking the number back; it would have to be registered again."
)
NOT_ALLOWED = (
    f"This API key may not change numbers (that takes {', '.join(NEEDED[Request.CHANGE])}), so there is no button for "
    "it here. Unregister the address in Twilio's Console, or open the desk with credentials that may."
)
TICKET_ASKED = (
    "Its protection lets it go with a reason code and a ticket only, and asks for both here, too: give them in step 3."
)
HEAD = '<p class="desk-first"><b>First: unregister its emergency address</b></p>'


class EmergencyStep(widgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """
    A text field for the number and a button; hidden where no address is registered.

    Args:
        is_allowed: Tells whether the desk's credentials may change a number in an account, as far as is known.

        one_time_id: Makes an id that the journal accepts once.

        on_confirm: Gets each confirmation, once.

        on_failure: Gets every failure.
    """

    def __init__(
        self,
        *,
        is_allowed: Callable[[str], bool],
        one_time_id: Callable[[], str],
        on_confirm: Callable[[Confirmation], None],
        on_failure: Callable[[Exception], None],
    ) -> None:
        self.typed = widgets.Text(description="Type the number again to unregister its address")
        self.button = widgets.Button(description="Unregister the emergency address", disabled=True)
        self.button.add_class("desk-danger")
        self._one_time_id, self._on_confirm, self.fail = one_time_id, on_confirm, on_failure
        self._is_allowed = is_allowed
        self._decision: Decision | None = None
        self._grounds = NO_GROUNDS
        #: Whether a reason code and a ticket are asked for, besides the typed number.
        self.asks_for_ticket = False
        self._latch: Latch[Confirmation] = Latch()
        by_keyboard = widgets.HTML(message(SPACE_BAR, "quiet"))
        self._said = widgets.HTML()
        self._act = widgets.VBox([self.typed, self.button, by_keyboard])
        super().__init__([self._said, self._act])
        self.add_class("desk-box")
        self.typed.observe(self._on_typed, "value")
        self.button.on_click(self._on_click)
        self.show_decision(None)

    def show_decision(self, decision: Decision | None) -> None:
        """Show the step for a number with an emergency address, or the reasons why the address has to stay."""
        blockers = {blocker.code for blocker in decision.blockers} if decision else set()
        # An open entry is from an earlier press, and has to be closed first.
        is_shown = decision is not None and Cause.EMERGENCY_ADDRESS in blockers and Cause.OPEN_ENTRY not in blockers
        reasons = address_blockers(decision) if decision else ()
        self.asks_for_ticket = is_shown and [reason.code for reason in reasons] == [Cause.TICKET_REQUIRED]
        reasons = () if self.asks_for_ticket else reasons
        is_allowed = decision is not None and self._is_allowed(decision.account.sid)
        self._decision = decision if is_shown and not reasons and is_allowed else None
        asked = f" {TICKET_ASKED}" if is_allowed and self.asks_for_ticket else ""
        self._said.value = HEAD + message((MEANING if is_allowed else NOT_ALLOWED) + asked, "warning")
        if decision is not None and reasons:
            text = explain_kept_address(decision, reasons)
            self._said.value = message(f"Its emergency address stays for now: {text}", "warning")
        self._act.layout.display = None if self._decision else "none"
        self.layout.display = None if is_shown else "none"
        self.typed.value = ""
        self.arm(self._grounds)

    def arm(self, grounds: Grounds = NO_GROUNDS, *, is_busy: bool = False) -> None:
        """
        Enable the button when the number is typed again; disable everything while the panel *is_busy*.

        Args:
            grounds: The reason code and the ticket in the panel, which a protection may ask for.
        """
        self._grounds, typed, decision = grounds, self.typed.value, self._decision
        is_armed = decision is not None and is_typed_back(typed, decision.number) and not is_busy
        armed = None
        if decision and is_armed and not address_blockers(decision, grounds):
            armed = Confirmation(self._one_time_id(), decision, typed, grounds=grounds)
        self._latch.arm(armed)
        self.button.disabled = armed is None
        self.typed.disabled = is_busy

    @guarded
    def _on_typed(self, _: object) -> None:
        self.arm(self._grounds)

    @guarded
    def _on_click(self, _: object) -> None:
        confirmation = self._latch.take()
        self.button.disabled = True
        if confirmation is not None:
            self._on_confirm(confirmation)
