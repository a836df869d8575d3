"""The panel in which a released number is bought back."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Protocol

import ipywidgets as widgets

from helpers.actions.outcome import Settled
from helpers.actions.restore import RESERVED
from helpers.core.errors import TwilioSaidNo
from helpers.core.records import Number, Price, Restoration
from helpers.core.typed_text import is_typed_back
from helpers.journal.entries import Entry
from helpers.journal.states import LEFT, Act, State
from helpers.panels.restore.text import (
    before,
    console_path,
    countdowns,
    label,
    none_chosen,
    refused_with,
    restored,
    what_it_costs,
)
from helpers.panels.shared.html import SPACE_BAR, BannerFacts, message, plain, step
from helpers.panels.shared.outcome import steps, until_settled
from helpers.panels.shared.panel import Latch, Panel, guarded
from helpers.panels.shared.picker import CHOOSE, choose_nothing

_NOTHING = "Choose a released number. Nothing is chosen for you."
_BARE = (
    "Twilio refused to sell it with its old settings. This buys the number alone; then each of its old settings that "
    "Twilio takes is put back, and those that it does not take are listed. It costs the same, and it is one purchase."
)
#: Open entries of a purchase; a release that is still open is not one to take back.
_BUYING = {State.RESTORING, State.RESTORE_UNKNOWN}


class RestoreNumber(Protocol):
    """Buys released numbers back."""

    def __call__(self, entry: Entry, *, typed: str, bare: bool = False) -> Restoration | Settled:
        """Buy one back, with its old settings or *bare*."""


class RestorePanel(Panel):
    """
    Take one released number back, by hand or from a cell.

    ``entry``, ``typed``, ``confirm``, ``look``, ``typed_bare`` and ``bare`` are its widgets, ``card`` shows the chosen
    number, ``said`` is what it last told, and ``await panel.ready()`` waits until nothing is
    under way.  Showing it sends nothing that changes anything, and one confirmation is good
    for one press.

    Args:
        price: Asks what a number costs a month; slow.

        restore, look, settle: Act, each in a thread of its own.
    """

    def __init__(
        self,
        *,
        place: Callable[[], BannerFacts],
        entries: Callable[[], list[Entry]],
        price: Callable[[Number], Price | None],
        restore: RestoreNumber,
        look: Callable[[Entry], Restoration | Settled],
        settle: Callable[[Entry], Settled],
        clock: Callable[[], datetime],
    ) -> None:
        subtitle = "Choose it, read what it costs, type it back, buy it back."
        super().__init__(title="Take a number back", subtitle=subtitle, place=place(), clock=clock)
        self._read_entries, self._ask_price = entries, price
        self._restore, self._look, self._settle = restore, look, settle
        self._entries: dict[str, Entry] = {}
        self._chosen: Entry | None = None
        self._price: Price | None = None
        self._asked = False
        self._choices = 0
        #: When the journal was last read, or the countdown last shown.
        self._now: datetime
        self._latch: Latch[tuple[Entry, str]] = Latch()

        self.released = widgets.HTML(message("Reading the journal…", "waiting"))
        self.released.add_class("desk-listed")
        self.entry = widgets.Dropdown(description="Released number", options=[CHOOSE])
        self.card = widgets.HTML(none_chosen(_NOTHING))
        self._cost = widgets.HTML()
        self._cost.add_class("desk-reason")
        self.typed = widgets.Text(description="Type the number back", placeholder="+…")
        self.confirm = widgets.Button(description="Buy this number back", icon="shopping-cart", disabled=True)
        self.confirm.add_class("desk-primary")
        self.confirm.add_class("desk-buys")
        self.look = widgets.Button(description="Look again", icon="search", disabled=True)
        self._countdown = widgets.HTML()
        self.path = widgets.HTML()
        #: Another step, of its own: shown where Twilio refused to sell the number with its old settings.
        self.typed_bare = widgets.Text(description="Type it back once more", placeholder="+…")
        self.bare = widgets.Button(description="Buy it without its old settings", icon="shopping-cart", disabled=True)
        self.bare.add_class("desk-buys")
        self._bare_latch: Latch[tuple[Entry, str]] = Latch()
        self.result = widgets.HTML()

        self._lay_out()
        self.entry.observe(self._entry_chosen, "value")
        self.typed.observe(self._arm, "value")
        self.typed_bare.observe(self._arm, "value")
        self.confirm.on_click(self._confirmed)
        self.bare.on_click(self._confirmed_bare)
        self.look.on_click(self._look_pressed)
        self._arm()
        self._spawn(self._read())

    def _lay_out(self) -> None:
        choose = widgets.VBox([widgets.HTML(step(1, "Choose")), self.released, self.entry])
        buttons = widgets.HBox([self.confirm, self.look])
        buttons.add_class("desk-buttons")
        confirm = widgets.VBox(
            [
                *(widgets.HTML(step(2, "Review")), self.card),
                *(widgets.HTML(step(3, "Confirm")), self._cost, self.typed, buttons, self._countdown),
            ]
        )
        bare_button = widgets.HBox([self.bare])
        bare_button.add_class("desk-buttons")
        said = message(f"{_BARE} {SPACE_BAR}", "quiet")
        head = widgets.HTML(step(3, "Or confirm it without its old settings") + said)
        self._without = widgets.VBox([head, self.typed_bare, bare_button])
        for card in (choose, confirm, self._without):
            card.add_class("desk-card")
        self._compose(choose, confirm, widgets.VBox([self._banner, self.path, self._without, self.result]))

    async def _read(self, *, keep: str | None = None) -> None:
        """Read the journal anew; *keep* is the entry that stays chosen, if it is still there."""
        entries, now = await asyncio.to_thread(lambda: (self._read_entries(), self._clock()))
        self._now = now
        wanted = LEFT | _BUYING
        listed = [entry for entry in entries if entry.act == Act.RELEASE and entry.state in wanted]
        listed.sort(key=lambda entry: (entry.over(now), entry.reclaim_by or now))
        self._entries = {entry.id: entry for entry in listed}
        self.released.value = countdowns(listed, now)
        # Replacing the options chooses the first row, "Choose…", and tells about it.
        self.entry.options = [CHOOSE, *((plain(label(entry, now)), entry.id) for entry in listed)]
        choose_nothing(self.entry)
        if keep in self._entries:
            self.entry.value = keep

    # -- choosing --------------------------------------------------------------------------------

    @guarded
    def _entry_chosen(self, _: object) -> None:
        if self.entry.value is None:
            choose_nothing(self.entry)
        self._choices += 1
        self._chosen, self._price, self._asked = self._entries.get(self.entry.value), None, False
        self.typed.value = self.typed_bare.value = self._countdown.value = self.path.value = ""
        self.card.value = none_chosen(_NOTHING)
        self._arm()
        if self._chosen is None:
            return
        if not self._busy:
            # What became of another number is not about this one.
            self._tell("", "quiet")
            self.result.value = ""
        if refused_with(self._chosen) is not None:
            self.path.value = console_path(self._chosen)
        self._spawn(self._ask(self._chosen, self._choices))

    async def _ask(self, entry: Entry, mine: int) -> None:
        """Show the chosen number, ask for its price, and show it again, while *mine* is the latest choice."""
        now = await asyncio.to_thread(self._clock)
        if mine != self._choices:
            return
        self.card.value = before(entry, now, price=None, asked=False)
        if entry.open:
            self._countdown.value = until_settled(entry, now)
        number = entry.number
        price = await asyncio.to_thread(self._ask_price, number) if number else None
        if mine != self._choices:
            return
        self._price, self._asked = price, True
        self.card.value = before(entry, now, price=price, asked=True)
        self._arm()

    # -- confirming ------------------------------------------------------------------------------

    @guarded
    def _arm(self, _: object = None) -> None:
        """Wake the button when the price was shown and the number is typed back; else let it sleep."""
        entry, typed = self._chosen, self.typed.value
        waits = entry is not None and entry.state in LEFT and not entry.over(self._now)
        number = entry.number if entry is not None and waits else None
        possible = number is not None and not self._busy
        armed = possible and self._asked and number is not None and is_typed_back(typed, number)
        self._latch.arm((entry, typed) if entry and armed else None)
        self.confirm.disabled = not armed
        self.typed.disabled = not possible
        self._arm_bare(entry, number if possible and self._asked else None)
        self.look.disabled = entry is None or self._busy
        said = self._what_stands(possible=possible)
        self._cost.value = message(f"{said} {SPACE_BAR}" if armed else said, "quiet")

    def _arm_bare(self, entry: Entry | None, number: Number | None) -> None:
        """Show the step without old settings where Twilio refused those, and wake its button by typing alone."""
        offered = entry is not None and refused_with(entry) not in {None, RESERVED}
        typed = self.typed_bare.value
        armed = offered and number is not None and is_typed_back(typed, number)
        self._bare_latch.arm((entry, typed) if entry and armed else None)
        self.bare.disabled, self.typed_bare.disabled = not armed, not (offered and number)
        self._without.layout.display = None if offered else "none"

    def _what_stands(self, *, possible: bool) -> str:
        entry = self._chosen
        if entry is None or self._busy or (possible and not self._asked):
            return "Taking it back means buying it, and its billing starts over."
        if possible:
            return what_it_costs(self._price)
        if entry.over(self._now):
            return "The ten days are over. If Twilio's support gave it back all the same, press “Look again”."
        if entry.open:
            return "Whether it was bought is not known yet. Nothing is sent again; press “Look again” to settle it."
        return (
            "Its configuration was never written down, so the kit cannot buy it back with it. Reclaim it in Twilio's "
            "Console."
        )

    @guarded
    def _confirmed(self, _: object) -> None:
        self._buy(self._latch.take(), bare=False)

    @guarded
    def _confirmed_bare(self, _: object) -> None:
        self._buy(self._bare_latch.take(), bare=True)

    def _buy(self, armed: tuple[Entry, str] | None, *, bare: bool) -> None:
        # One confirmation is good for one press of either.
        for latch, button in ((self._latch, self.confirm), (self._bare_latch, self.bare)):
            latch.arm(None)
            button.disabled = True
        if armed is not None:
            entry, typed = armed
            self._work(self._act(entry, partial(self._restore, entry, typed=typed, bare=bare), "Buying back"))

    @guarded
    def _look_pressed(self, _: object) -> None:
        entry = self._chosen
        if entry is not None:
            self._work(self._look_for(entry))

    async def _look_for(self, entry: Entry) -> None:
        look = self._settle if entry.state in _BUYING else self._look
        await self._act(entry, lambda: look(entry), "Looking for")

    async def _act(self, entry: Entry, act: Callable[[], Restoration | Settled], doing: str) -> None:
        keep: str | None = entry.id
        self._tell(f"{doing} {entry.phone_number}…", "waiting")
        self.result.value = ""
        try:
            outcome = await asyncio.to_thread(act)
        except Exception as failure:  # noqa: BLE001  # told like any other, before the list is read anew
            self._tell_refused(failure) if isinstance(failure, TwilioSaidNo) else self.fail(failure)
        else:
            keep = self._show(entry, outcome)
        with self._standing():
            await self._read(keep=keep)

    # -- afterwards ------------------------------------------------------------------------------

    def _tell_refused(self, failure: TwilioSaidNo) -> None:
        ways = "in Twilio's Console: the way is below"
        if failure.code != RESERVED:
            ways = "in Twilio's Console, or perhaps without its old settings: both ways are below"
        self._tell(f"{failure} It can still be taken back, {ways}.", "warning")

    def _show(self, entry: Entry, outcome: Restoration | Settled) -> str | None:
        """Tell what became of it; return the entry that stays chosen."""
        if isinstance(outcome, Restoration):
            same = "and some settings are not as they were" if outcome.differences else "with every setting as it was"
            more = " What you have to see to yourself is listed below." if outcome.by_hand else ""
            kind = "warning" if outcome.differences or outcome.by_hand else "good"
            self._tell(f"{entry.phone_number} is yours again, {same}.{more}", kind)
            self.result.value = f'<div class="desk-card">{step(4, "What came back")}{restored(outcome)}</div>'
            return None
        done = outcome.entry.state == State.RESTORED
        self._tell(str(outcome), "good" if done else "warning")
        self.result.value = f'<div class="desk-card">{step(4, "What happened")}{steps(outcome.entry)}</div>'
        return None if done else entry.id

    def _tick(self, now: datetime) -> None:
        self._now = now
        self.released.value = countdowns(self._entries.values(), now)
        if self._chosen is not None:
            if self._asked:
                self.card.value = before(self._chosen, now, price=self._price, asked=True)
            if self._chosen.open:
                self._countdown.value = until_settled(self._chosen, now)

    def _controls(self) -> tuple[widgets.Widget, ...]:
        return (self.entry,)
