"""The panel that releases one number: the operator chooses it, reviews it and types it again."""

import asyncio
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Protocol

import ipywidgets as widgets

from helpers.actions.outcome import Settled
from helpers.core.account_names import to_type
from helpers.core.permissions import ApiKey
from helpers.core.reasons import Request
from helpers.core.records import Confirmation, Decision, Number, Verdict
from helpers.decisions.decision import is_production_name, may_be_released, refusal
from helpers.evidence.inventory import ReadInventory
from helpers.journal.entries import Entry
from helpers.journal.states import LEFT, Act, State
from helpers.panels.release.chooser import Chooser
from helpers.panels.release.emergency_address import EmergencyStep
from helpers.panels.shared.grounds import GroundsFields
from helpers.panels.shared.html import BannerFacts, message, plain, step
from helpers.panels.shared.number_card import (
    describe_button,
    describe_card,
    show_card,
    show_empty_card,
    show_heading,
    show_loading_card,
)
from helpers.panels.shared.outcome import show_deadline, show_left_over, show_proof, show_steps
from helpers.panels.shared.panel import Latch, Panel, guarded, in_words
from helpers.panels.shared.reconcile_button import ReconcileButton
from helpers.panels.shared.release_key import KEY_NEEDED, ReleaseKey

_NOTHING = "Choose a number. Nothing is chosen for you."
_BUSY = "The button is off while something is under way."
_WHY, _WHY_NEEDED = "Why (kept in the journal)", "Why, although it is in use (required)"


class ReleaseNumber(Protocol):
    """A function that releases a number."""

    def __call__(self, confirmation: Confirmation, *, key: ApiKey | None = None) -> Settled:
        """Release it, with a *key* in place of the desk's own credentials."""


class ReleasePanel(Panel):
    """
    Release one number, by hand or from a cell.

    ``subaccount``, ``filter``, ``number``, ``key``, ``typed``, ``why``, ``grounds``, ``account_typed``, ``confirm`` are
    its widgets;
    ``typed_emergency`` and ``unregister`` are for a number with an emergency address, and ``look_again``
    is for an open entry.  ``look`` checks the chosen number again, ``card`` shows it, ``said`` is the last
    message, and ``await panel.ready()`` waits until no task is running.

    Showing it changes nothing at Twilio.  One confirmation is valid for one press.

    Args:
        decide: Reads a number's current state and judges it; slow.

        release, unregister, settle: Perform the actions, each in a thread of its own.

        one_time_id: Makes an id that the journal accepts once.
    """

    def __init__(
        self,
        *,
        place: Callable[[], BannerFacts],
        inventory: ReadInventory,
        read_selection: Callable[[], Collection[str]],
        take_handed_over: Callable[[], str],
        decide: Callable[[Number], Decision],
        release: ReleaseNumber,
        unregister: Callable[[Confirmation], Settled],
        settle: Callable[[Entry], Settled],
        clock: Callable[[], datetime],
        one_time_id: Callable[[], str],
    ) -> None:
        here = place()
        subtitle = "Choose a number, read what is known, type it again to confirm."
        super().__init__(title="Release a number", subtitle=subtitle, place=here, clock=clock)
        self._decide, self._one_time_id = decide, one_time_id
        self._may = here.may
        self._release, self._unregister, self._settle = release, unregister, settle
        self._decision: Decision | None = None
        self._latch: Latch[Confirmation] = Latch()
        self._checks = 0
        self._checked: Number | None = None

        self._chooser = Chooser(
            read_inventory=inventory,
            read_selection=read_selection,
            take_handed_over=take_handed_over,
            accounts=1 + (here.subaccounts or 0),
            spawn=self._spawn,
            on_choice=self._on_choice,
            on_failure=self.fail,
        )
        chooser, picker = self._chooser, self._chooser.picker
        self.subaccount, self.reading, self.read_again = chooser.subaccount, chooser.reading, chooser.again
        self.filter, self.number, self.look = picker.filter, picker.number, chooser.look
        self.card = widgets.HTML(show_empty_card(_NOTHING))
        self.emergency = EmergencyStep(
            is_allowed=lambda account_sid: here.may(Request.CHANGE, account_sid),
            one_time_id=one_time_id,
            on_confirm=self._on_unregister,
            on_failure=self.fail,
        )
        self.typed_emergency, self.unregister = self.emergency.typed, self.emergency.button
        self.typed = widgets.Text(description="Type the number again to confirm", placeholder="+…")
        self.why = widgets.Text(description=_WHY)
        self.grounds = GroundsFields(on_change=self._arm, on_failure=self.fail)
        self.account_typed = widgets.Text(
            description="Type the name of its account as well", layout={"display": "none"}
        )
        self.key = ReleaseKey(
            is_offered=here.by_key,
            on_change=self._arm,
            on_failure=self.fail,
        )
        self.key.offer(is_needed=not here.may(Request.RELEASE))
        self.confirm = widgets.Button(description="Yes, release this number", icon="trash", disabled=True)
        self.confirm.add_class("desk-danger")
        self._reason = widgets.HTML()
        self._reason.add_class("desk-reason")
        self.result = widgets.HTML()
        self._settling = ReconcileButton(on_click=self._on_look_again, on_failure=self.fail)
        self.look_again = self._settling.button

        self._lay_out()
        self.typed.observe(self._arm, "value")
        self.why.observe(self._arm, "value")
        self.account_typed.observe(self._arm, "value")
        self.confirm.on_click(self._on_confirm)
        self.read_again.on_click(self._on_read_again)
        self.look.on_click(self._on_look)
        self._arm()
        self._spawn(self._read())

    def _lay_out(self) -> None:
        review = widgets.VBox([widgets.HTML(step(2, "Review")), self.card, self.emergency])
        fields = (self.key, self.typed, self.why, self.grounds, self.account_typed)
        confirm = widgets.VBox([widgets.HTML(step(3, "Confirm")), *fields, self.confirm, self._reason])
        for card in (review, confirm):
            card.add_class("desk-card")
        # The outcome is shown below the button, in view.
        below = widgets.VBox([confirm, self._banner, self.result, self._settling])
        columns = widgets.Box([self._chooser, review, below])
        columns.add_class("desk-beside")
        self._compose(columns)

    # -- choosing --------------------------------------------------------------------------------

    async def _read(self, *, again: bool = False) -> None:
        failure = await self._chooser.read(again=again)
        # A failure of the list must not replace the message about a release.
        self.said = " ".join(filter(None, (self.said, failure)))

    @guarded
    def _on_choice(self, number: Number | None) -> None:
        if self._busy:
            # The choice arrived late: the card and the drop-down must show the same number.
            if number is not None:
                self._under_way()
                self._chooser.picker.forget()
            self._turn_to(None)
            return
        # The last outcome is about another number.
        self._tell("", "quiet")
        self.result.value = ""
        self._settling.show_entry(None)
        self._turn_to(number)
        if number is not None:
            self.said = f"Looking at {number.phone_number}…"
            self._spawn(self._check(number, self._checks))

    def _turn_to(self, number: Number | None) -> None:
        """Show another number; clear the input and the decision about the last one."""
        self._checks += 1
        if number is None or self._checked is None or number.sid != self._checked.sid:
            # The same number keeps them: they were given for unregistering its address, and hold for its release.
            self.grounds.clear()
        self._checked = None
        self.key.offer(is_needed=not self._may(Request.RELEASE, number.account_sid if number else None))
        self._set_decision(None)
        self.typed.value = self.why.value = self.account_typed.value = ""
        self.key.forget()
        self.card.value = show_loading_card(number) if number else show_empty_card(_NOTHING)

    async def _check(self, number: Number, check: int) -> None:
        """Judge a number and show the card; drop the result unless *check* is still the latest one."""
        try:
            decision = await asyncio.to_thread(self._decide, number)
        except Exception as failure:  # noqa: BLE001  # shown on the card, unless another number was chosen
            if check == self._checks:
                self._checked = number
                self.said = plain(in_words(failure))
                self.card.value = show_heading(number.phone_number) + message(in_words(failure), "bad")
                self._arm()
            return
        if check == self._checks:
            self._checked = number
            self.said = describe_card(decision)
            self.card.value = show_card(decision)
            self._set_decision(decision)

    def _set_decision(self, decision: Decision | None) -> None:
        self._decision = decision
        self.emergency.show_decision(decision)
        is_why_needed = decision is not None and decision.verdict is Verdict.IN_USE
        self.why.description = _WHY_NEEDED if is_why_needed else _WHY
        account = decision.account if decision else None
        is_production = account is not None and is_production_name(account.friendly_name)
        if account is not None:
            wanted = plain(to_type(account.label, account.sid))
            self.account_typed.placeholder = f"{wanted}: it looks like production, so type this as well"
        self.account_typed.layout.display = None if is_production else "none"
        self._arm()

    # -- confirming ------------------------------------------------------------------------------

    @guarded
    def _arm(self, _: object = None) -> None:
        """Enable the button when the number may be released and is typed again; otherwise disable it."""
        decision, typed, why, account = self._decision, self.typed.value, self.why.value, self.account_typed.value
        grounds = self.grounds.grounds
        is_possible = decision is not None and may_be_released(decision)
        objection: str | None = ""
        if decision is not None:
            objection = refusal(decision, typed=typed, why=why, grounds=grounds, account_typed=account)
        is_armed = decision is not None and objection is None and self.key.is_ready and not self._busy
        confirmation = None
        if decision and is_armed:
            confirmation = Confirmation(
                self._one_time_id(), decision, typed, why=why, grounds=grounds, account_typed=account
            )
        self._latch.arm(confirmation)
        self.confirm.disabled = not is_armed
        self.confirm.layout.display = None if self.key.is_ready else "none"
        self.typed.disabled = self.why.disabled = self.account_typed.disabled = not is_possible or self._busy
        self.grounds.sleep(asleep=self._busy or not (is_possible or self.emergency.asks_for_ticket))
        text = _BUSY
        if not self._busy:
            text = describe_button(decision, armed=is_armed, typed=typed, why=why, grounds=grounds)
        if not self.key.is_ready and not self._busy:
            text = KEY_NEEDED
        self._reason.value = message(text, "quiet")
        self.emergency.arm(grounds, is_busy=self._busy)
        self.look.disabled = self._busy or self._checked is None

    @guarded
    def _on_confirm(self, _: object) -> None:
        confirmation, key = self._latch.take(), self.key.take()
        self.confirm.disabled = True
        if confirmation is not None:
            self._work(self._release_it(confirmation, key))

    async def _release_it(self, confirmation: Confirmation, key: ApiKey | None) -> None:
        phone_number = confirmation.decision.number.phone_number
        self._tell(f"Releasing {phone_number}: writing it down, asking Twilio once, and looking again…", "waiting")
        try:
            self._show(await asyncio.to_thread(self._release, confirmation, key=key))
        except Exception as failure:  # noqa: BLE001  # shown first, because the next reading may fail too
            self.fail(failure)
        await self._begin_anew()

    @guarded
    def _on_unregister(self, confirmation: Confirmation) -> None:
        self._work(self._unregister_it(confirmation))

    async def _unregister_it(self, confirmation: Confirmation) -> None:
        number = confirmation.decision.number
        self._tell(
            f"Unregistering the emergency address of {number.phone_number}, and waiting for Twilio to have done it…",
            "waiting",
        )
        try:
            self._show(await asyncio.to_thread(self._unregister, confirmation))
        except Exception as failure:  # noqa: BLE001  # shown first, because the next check may fail too
            self.fail(failure)
        await self._check_again(number)

    # -- afterwards ------------------------------------------------------------------------------

    def _show(self, settled: Settled) -> None:
        """Show the outcome of an action, step by step."""
        entry = settled.entry
        is_done = entry.state in LEFT or entry.state == State.UNREGISTERED
        self._tell(str(settled), "good" if is_done else "warning")
        happened = show_deadline(entry) + show_steps(entry) + show_proof(entry) + show_left_over([entry])
        self.result.value = f'<div class="desk-card">{step(4, "What happened")}{happened}</div>'
        self._settling.show_entry(entry, now=entry.at)

    @guarded
    def _on_look_again(self, entry: Entry) -> None:
        self._work(self._settle_it(entry))

    async def _settle_it(self, entry: Entry) -> None:
        self._tell(f"Looking for {entry.phone_number} at Twilio…", "waiting")
        settled = await asyncio.to_thread(self._settle, entry)
        self._show(settled)
        if entry.act == Act.UNREGISTER and settled.entry.number is not None:
            await self._check_again(settled.entry.number)
        elif not settled.entry.open:
            await self._begin_anew()

    async def _check_again(self, number: Number) -> None:
        """Check a number again if it is still chosen, and keep the last message."""
        if self.number.value != number.sid:
            return
        text = self.said
        await self._check_now(number)
        self.said = text

    @guarded
    def _on_look(self, _: object) -> None:
        if self._checked is not None:
            self._work(self._check_now(self._checked))

    async def _check_now(self, number: Number) -> None:
        self._turn_to(number)
        await self._check(number, self._checks)

    @guarded
    def _on_read_again(self, _: object) -> None:
        self._work(self._begin_anew(again=True))

    async def _begin_anew(self, *, again: bool = False) -> None:
        """Offer the numbers that are there now; clear the chosen one first, because the reading may fail."""
        self._chooser.picker.forget()
        self._turn_to(None)
        await self._read(again=again)

    def _tick(self, now: datetime) -> None:
        self._settling.tick(now)
        if not self._busy:
            self._chooser.take_handed_over()

    def _controls(self) -> tuple[widgets.Widget, ...]:
        return *self._chooser.controls, self.look_again
