"""The panel in which one number is chosen, looked at, typed back and released."""

import asyncio
from collections.abc import Callable, Collection
from datetime import datetime

import ipywidgets as widgets

from helpers.actions.outcome import Settled
from helpers.core.records import Confirmation, Decision, Number, Verdict
from helpers.decisions.decision import is_production_name, refusal
from helpers.evidence.inventory import ReadInventory
from helpers.journal.entries import Entry
from helpers.journal.states import LEFT, Act, State
from helpers.panels.release.chooser import Chooser
from helpers.panels.release.emergency_address import EmergencyStep
from helpers.panels.shared.html import BannerFacts, message, plain, step
from helpers.panels.shared.number_card import heading, in_a_sentence, looking, missing, no_number, review
from helpers.panels.shared.outcome import proof, steps, take_back
from helpers.panels.shared.panel import Latch, Panel, guarded, in_words
from helpers.panels.shared.reconcile_button import ReconcileButton

_NOTHING = "Choose a subaccount and a number. Nothing is chosen for you."
_BUSY = "The button sleeps while something is under way."
_WHY, _WHY_NEEDED = "Why (kept in the journal)", "Why, although it is in use (required)"


class ReleasePanel(Panel):
    """
    Release one number, by hand or from a cell.

    ``subaccount``, ``filter``, ``number``, ``typed``, ``why``, ``account_typed`` and ``confirm`` are its widgets
    (``typed_emergency`` and ``unregister`` where an emergency address stands in the way, and
    ``look_again`` where an outcome is out), ``look`` looks at the chosen number anew, ``card``
    shows it, ``said`` is what it last told, and ``await panel.ready()`` waits until nothing is under way.

    Showing it sends nothing that changes anything.  One confirmation is good for one press.

    Args:
        decide: Looks at a number and judges it; slow.

        release, unregister, settle: Act, each in a thread of its own.

        one_time_id: Makes the id that the journal accepts once.
    """

    def __init__(
        self,
        *,
        place: Callable[[], BannerFacts],
        inventory: ReadInventory,
        ticked: Callable[[], Collection[str]],
        decide: Callable[[Number], Decision],
        release: Callable[[Confirmation], Settled],
        unregister: Callable[[Confirmation], Settled],
        settle: Callable[[Entry], Settled],
        clock: Callable[[], datetime],
        one_time_id: Callable[[], str],
    ) -> None:
        here = place()
        subtitle = "Choose it, read what is known of it, type it back, release it."
        super().__init__(title="Release a number", subtitle=subtitle, place=here, clock=clock)
        self._decide, self._one_time_id = decide, one_time_id
        self._release, self._unregister, self._settle = release, unregister, settle
        self._decision: Decision | None = None
        self._latch: Latch[Confirmation] = Latch()
        self._looks = 0
        self._looked_at: Number | None = None

        self._chooser = Chooser(
            inventory=inventory,
            ticked=ticked,
            accounts=1 + (here.subaccounts or 0),
            spawn=self._spawn,
            chosen=self._chosen,
            fail=self.fail,
        )
        chooser, picker = self._chooser, self._chooser.picker
        self.subaccount, self.reading, self.read_again = chooser.subaccount, chooser.reading, chooser.again
        self.filter, self.number, self.look = picker.filter, picker.number, chooser.look
        self.card = widgets.HTML(no_number(_NOTHING))
        self.emergency = EmergencyStep(one_time_id=one_time_id, pressed=self._unregister_pressed, fail=self.fail)
        self.typed_emergency, self.unregister = self.emergency.typed, self.emergency.button
        self.typed = widgets.Text(description="Type the number back", placeholder="+…")
        self.why = widgets.Text(description=_WHY)
        self.account_typed = widgets.Text(
            description="Type the name of its account as well", layout={"display": "none"}
        )
        self.confirm = widgets.Button(description="Yes, release this number", icon="trash", disabled=True)
        self.confirm.add_class("desk-danger")
        self._reason = widgets.HTML()
        self._reason.add_class("desk-reason")
        self.result = widgets.HTML()
        self._settling = ReconcileButton(pressed=self._look_again_pressed, fail=self.fail)
        self.look_again = self._settling.button

        self._lay_out()
        self.typed.observe(self._arm, "value")
        self.why.observe(self._arm, "value")
        self.account_typed.observe(self._arm, "value")
        self.confirm.on_click(self._confirmed)
        self.read_again.on_click(self._read_again_pressed)
        self.look.on_click(self._look_pressed)
        self._arm()
        self._spawn(self._read())

    def _lay_out(self) -> None:
        reviewed = widgets.VBox([widgets.HTML(step(2, "Review")), self.card, self.emergency])
        fields = (self.typed, self.why, self.account_typed)
        confirmed = widgets.VBox([widgets.HTML(step(3, "Confirm")), *fields, self.confirm, self._reason])
        for card in (reviewed, confirmed):
            card.add_class("desk-card")
        # What became of it is told where the button is, and in sight.
        below = widgets.VBox([confirmed, self._banner, self.result, self._settling])
        columns = widgets.Box([self._chooser, reviewed, below])
        columns.add_class("desk-beside")
        self._compose(columns)

    # -- choosing --------------------------------------------------------------------------------

    async def _read(self, *, again: bool = False) -> None:
        failure = await self._chooser.read(again=again)
        # Beside what was told before: that a number is released outweighs that a list could not be read.
        self.said = " ".join(said for said in (self.said, failure) if said)

    @guarded
    def _chosen(self, number: Number | None) -> None:
        if self._busy:
            # A choice that was on its way: what is shown as chosen, and what is known, stay one.
            if number is not None:
                self._under_way()
                self._chooser.picker.forget()
            self._look_at(None)
            return
        # What became of the number before is not about this one.
        self._tell("", "quiet")
        self.result.value = ""
        self._settling.about(None)
        self._look_at(number)
        if number is not None:
            self.said = f"Looking at {number.phone_number}…"
            self._spawn(self._look(number, self._looks))

    def _look_at(self, number: Number | None) -> None:
        """Turn to a number: whatever was typed or known of the one before is forgotten."""
        self._looks += 1
        self._looked_at = None
        self._judged(None)
        self.typed.value = self.why.value = self.account_typed.value = ""
        self.card.value = looking(number) if number else no_number(_NOTHING)

    async def _look(self, number: Number, mine: int) -> None:
        """Look at a number; the answer counts only while *mine* is the latest look."""
        try:
            decision = await asyncio.to_thread(self._decide, number)
        except Exception as failure:  # noqa: BLE001  # it belongs into the card, and must not overtake a later choice
            if mine == self._looks:
                self._looked_at = number
                self.said = plain(in_words(failure))
                self.card.value = heading(number.phone_number) + message(in_words(failure), "bad")
                self._arm()
            return
        if mine == self._looks:
            self._looked_at = number
            self.said = in_a_sentence(decision)
            self.card.value = review(decision)
            self._judged(decision)

    def _judged(self, decision: Decision | None) -> None:
        self._decision = decision
        self.emergency.about(decision)
        needed = decision is not None and decision.verdict is Verdict.IN_USE
        self.why.description = _WHY_NEEDED if needed else _WHY
        name = decision.account.friendly_name if decision else ""
        self.account_typed.placeholder = f"{plain(name)} looks like production: type its name as well"
        self.account_typed.layout.display = None if is_production_name(name) else "none"
        self._arm()

    # -- confirming ------------------------------------------------------------------------------

    @guarded
    def _arm(self, _: object = None) -> None:
        """Wake the button when the number is typed back and nothing stands against it; else let it sleep."""
        decision, typed, why, account = self._decision, self.typed.value, self.why.value, self.account_typed.value
        possible = decision is not None and not decision.blockers and decision.verdict is not Verdict.UNKNOWN
        against = refusal(decision, typed=typed, why=why, account_typed=account) if decision else ""
        armed = decision is not None and against is None and not self._busy
        confirmation = None
        if decision and armed:
            confirmation = Confirmation(self._one_time_id(), decision, typed, why=why, account_typed=account)
        self._latch.arm(confirmation)
        self.confirm.disabled = not armed
        self.typed.disabled = self.why.disabled = self.account_typed.disabled = not possible or self._busy
        said = _BUSY if self._busy else missing(decision, armed=armed, typed=typed, why=why)
        self._reason.value = message(said, "quiet")
        self.emergency.arm(asleep=self._busy)
        self.look.disabled = self._busy or self._looked_at is None

    @guarded
    def _confirmed(self, _: object) -> None:
        confirmation = self._latch.take()
        self.confirm.disabled = True
        if confirmation is not None:
            self._work(self._release_it(confirmation))

    async def _release_it(self, confirmation: Confirmation) -> None:
        phone_number = confirmation.decision.number.phone_number
        self._tell(f"Releasing {phone_number}: writing it down, asking Twilio once, and looking again…", "waiting")
        try:
            self._show(await asyncio.to_thread(self._release, confirmation))
        except Exception as failure:  # noqa: BLE001  # told before the lists are read anew, which may fail too
            self.fail(failure)
        await self._read_anew()

    @guarded
    def _unregister_pressed(self, confirmation: Confirmation) -> None:
        self._work(self._unregister_it(confirmation))

    async def _unregister_it(self, confirmation: Confirmation) -> None:
        number = confirmation.decision.number
        self._tell(
            f"Unregistering the emergency address of {number.phone_number}, and waiting for Twilio to have done it…",
            "waiting",
        )
        try:
            self._show(await asyncio.to_thread(self._unregister, confirmation))
        except Exception as failure:  # noqa: BLE001  # told before the number is looked at anew, which may fail too
            self.fail(failure)
        await self._look_anew(number)

    # -- afterwards ------------------------------------------------------------------------------

    def _show(self, settled: Settled) -> None:
        """Tell what became of it, step by step."""
        entry = settled.entry
        done = entry.state in LEFT or entry.state == State.UNREGISTERED
        self._tell(str(settled), "good" if done else "warning")
        self.result.value = (
            f'<div class="desk-card">{step(4, "What happened")}{take_back(entry)}{steps(entry)}{proof(entry)}</div>'
        )
        self._settling.about(entry, now=entry.at)

    @guarded
    def _look_again_pressed(self, entry: Entry) -> None:
        self._work(self._settle_it(entry))

    async def _settle_it(self, entry: Entry) -> None:
        self._tell(f"Looking for {entry.phone_number} at Twilio…", "waiting")
        settled = await asyncio.to_thread(self._settle, entry)
        self._show(settled)
        if entry.act == Act.UNREGISTER and settled.entry.number is not None:
            await self._look_anew(settled.entry.number)
        elif not settled.entry.open:
            await self._read_anew()

    async def _look_anew(self, number: Number) -> None:
        """Look once more at the chosen number, and leave standing what was told."""
        if self.number.value != number.sid:
            return
        told = self.said
        self._look_at(number)
        await self._look(number, self._looks)
        self.said = told

    @guarded
    def _look_pressed(self, _: object) -> None:
        if self._looked_at is not None:
            self._work(self._look_once_more(self._looked_at))

    async def _look_once_more(self, number: Number) -> None:
        self._look_at(number)
        await self._look(number, self._looks)

    @guarded
    def _read_again_pressed(self, _: object) -> None:
        self._work(self._read_anew())

    async def _read_anew(self) -> None:
        """Read the inventory anew; the number before is forgotten first, whatever comes of the reading."""
        self._chooser.picker.forget()
        self._look_at(None)
        await self._read(again=True)

    def _tick(self, now: datetime) -> None:
        self._settling.tick(now)

    def _controls(self) -> tuple[widgets.Widget, ...]:
        return *self._chooser.controls, self.look_again
