"""The panel that buys a released number back."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Protocol

import ipywidgets as widgets

from helpers.actions.outcome import Settled
from helpers.actions.restore import RESERVED, refused_with
from helpers.core.errors import TwilioSaidNo
from helpers.core.reasons import Request
from helpers.core.records import Number, Price, Restoration
from helpers.core.typed_text import is_typed_back
from helpers.journal.entries import Entry
from helpers.journal.states import LEFT, Act, State
from helpers.panels.restore.text import (
    BARE,
    MAY_NOT_BUY,
    OLDER,
    describe_purchase,
    name_entry,
    show_console_path,
    show_empty_card,
    show_entry,
    show_released,
    show_restored,
)
from helpers.panels.restore.whole_plan import WholePlan
from helpers.panels.shared.html import SPACE_BAR, BannerFacts, message, plain, step
from helpers.panels.shared.outcome import show_countdown, show_steps
from helpers.panels.shared.panel import Latch, Panel, guarded
from helpers.panels.shared.picker import CHOOSE, choose_nothing, search_field, words_of
from helpers.plans.take_back import TakeBackRunner

_NOTHING = "Choose a released number. Nothing is chosen for you."
#: What is taken back.
ONE, WHOLE = "One number", "A whole plan"
#: Of the numbers whose ten days are over, so many are listed: a journal can hold a hundred thousand.
LISTED = 100
#: States of an open purchase; a release that is still open cannot be taken back.
_BUYING = {State.RESTORING, State.RESTORE_UNKNOWN}


class RestoreNumber(Protocol):
    """A function that buys a released number back."""

    def __call__(self, entry: Entry, *, typed: str, bare: bool = False) -> Restoration | Settled:
        """Buy a number with its old settings, or *bare* without them."""


class RestorePanel(Panel):
    """
    Take one released number back, or a whole plan (see ``WholePlan``), as ``mode`` says, by hand or from a cell.

    ``filter``, ``entry``, ``older``, ``typed``, ``confirm``, ``look``, ``typed_bare`` and ``bare`` are its widgets,
    ``card`` shows the chosen number, ``said`` is the last message; ``await panel.ready()`` waits until no task runs.
    Showing it changes nothing at Twilio.  One confirmation is valid for one press.

    Args:
        left: Reads the numbers that can still be taken back, and the newest ``LISTED`` of the others.

        about: Reads all entries about a phone number.

        price: Reads a number's monthly price; slow.

        restore, look, settle: Perform the actions, each in a thread of its own.

        take_handed_over: Returns the id of a plan that its report handed over, once; it is offered first.

        folder: The folder for reports.
    """

    def __init__(
        self,
        *,
        place: Callable[[], BannerFacts],
        left: Callable[[], list[Entry]],
        about: Callable[[str], list[Entry]],
        price: Callable[[Number], Price | None],
        restore: RestoreNumber,
        look: Callable[[Entry], Restoration | Settled],
        settle: Callable[[Entry], Settled],
        take_handed_over: Callable[[], str],
        take_back: TakeBackRunner,
        folder: Path,
        clock: Callable[[], datetime],
    ) -> None:
        subtitle = "Choose a number, read what it costs, type it again to confirm."
        here = place()
        super().__init__(title="Take a number back", subtitle=subtitle, place=here, clock=clock)
        self._may = here.may
        self._read_left, self._read_about, self._read_price = left, about, price
        self._restore, self._look, self._settle = restore, look, settle
        self._entries: dict[str, Entry] = {}
        self._chosen: Entry | None = None
        self._price: Price | None = None
        self._is_price_read = False
        self._choices = 0
        #: The time of the last reading of the journal, or of the last countdown.
        self._now: datetime
        self._latch: Latch[tuple[Entry, str]] = Latch()

        self.mode = widgets.Dropdown(description="Take back", options=[ONE, WHOLE])
        self._plans_left = take_back.list_plans
        self.whole = WholePlan(
            runs=take_back,
            take_handed_over=take_handed_over,
            folder=folder,
            clock=clock,
            work=self._work,
            under_way=self._under_way,
            standing=self._standing,
            tell=self._tell,
            on_run=self._read,
            on_failure=self.fail,
        )
        self.released = widgets.HTML(message("Reading the journal…", "waiting"))
        self.released.add_class("desk-listed")
        self.filter = search_field()
        self.entry = widgets.Dropdown(description="Released number", options=[CHOOSE]).add_class("desk-wide")
        self.older = widgets.Text(description="List another", placeholder="+…", continuous_update=False)
        # Shown where it is needed: nothing may jump while the journal is read.
        self._finding = widgets.VBox([widgets.HTML(message(OLDER, "quiet")), self.older], layout={"display": "none"})
        self.card = widgets.HTML(show_empty_card(_NOTHING))
        self._cost = widgets.HTML()
        self._cost.add_class("desk-reason")
        self.typed = widgets.Text(description="Type the number again to confirm", placeholder="+…")
        self.confirm = widgets.Button(description="Buy this number back", icon="shopping-cart", disabled=True)
        self.confirm.add_class("desk-primary")
        self.confirm.add_class("desk-buys")
        self.look = widgets.Button(description="Look again", icon="search", disabled=True)
        self.countdown = widgets.HTML()
        self.path = widgets.HTML()
        #: Part of a separate step, shown where Twilio refused to sell the number with its old settings.
        self.typed_bare = widgets.Text(description="Type it again to confirm that", placeholder="+…")
        self.bare = widgets.Button(description="Buy it without its old settings", icon="shopping-cart", disabled=True)
        self.bare.add_class("desk-buys")
        self._bare_latch: Latch[tuple[Entry, str]] = Latch()
        self.result = widgets.HTML()

        self._lay_out()
        self.mode.observe(self._on_mode, "value")
        self.whole.watch.told.observe(self._on_end, "value")
        self.filter.observe(self._on_filter, "value")
        self.entry.observe(self._on_entry, "value")
        self.older.observe(self._on_older, "value")
        self.typed.observe(self._arm, "value")
        self.typed_bare.observe(self._arm, "value")
        self.confirm.on_click(self._on_confirm)
        self.bare.on_click(self._on_confirm_bare)
        self.look.on_click(self._on_look)
        self._arm()
        self._spawn(self._read())

    def _lay_out(self) -> None:
        choose = widgets.VBox([widgets.HTML(step(1, "Choose")), self.released, self._finding, self.filter, self.entry])
        buttons = widgets.HBox([self.confirm, self.look])
        buttons.add_class("desk-buttons")
        confirm = widgets.VBox(
            [
                *(widgets.HTML(step(2, "Review")), self.card),
                *(widgets.HTML(step(3, "Confirm")), self._cost, self.typed, buttons, self.countdown),
            ]
        )
        bare_button = widgets.HBox([self.bare])
        bare_button.add_class("desk-buttons")
        explanation = message(f"{BARE} {SPACE_BAR}", "quiet")
        head = widgets.HTML(step(3, "Or confirm it without its old settings") + explanation)
        self.bare_step = widgets.VBox([head, self.typed_bare, bare_button])
        for card in (choose, confirm, self.bare_step):
            card.add_class("desk-card")
        self._of_one = widgets.VBox([choose, confirm]), widgets.VBox([self.path, self.bare_step, self.result])
        above, below = self._of_one
        # The bar stays in sight only as a part of the panel itself.
        self._compose(self.mode, above, self.whole, self.whole.watch, self._banner, below)
        self._on_mode(None)

    async def _read(self, *, keep: str | None = None) -> None:
        """Read the journal again; *keep* is the id of the entry that stays chosen, if it is still listed."""
        entries, now = await asyncio.to_thread(lambda: (self._read_entries(self.older.value), self._clock()))
        self._now = now
        states = LEFT | _BUYING
        listed = [entry for entry in entries if entry.act == Act.RELEASE and entry.state in states]
        self._finding.layout.display = "none" if len(listed) < LISTED else None
        listed.sort(key=lambda entry: (entry.over(now), entry.reclaim_by or now))
        self._entries = {entry.id: entry for entry in listed}
        self.released.value = show_released(listed, now)
        self.whole.offer(self._plans_left(listed, now))
        self._offer(keep)

    def _offer(self, keep: str | None) -> None:
        """Offer the entries of all accounts that hold every word of the search; *keep* stays chosen if it is one."""
        words = words_of(self.filter)
        named = ((plain(name_entry(entry, self._now)), entry.id) for entry in self._entries.values())
        found = [(label, entry_id) for label, entry_id in named if all(word in label.lower() for word in words)]
        # New options select the first one, "Choose…", and notify the observers.
        self.entry.options = [CHOOSE, *found]
        choose_nothing(self.entry)
        if keep in {entry_id for _, entry_id in found}:
            self.entry.value = keep

    def _read_entries(self, older: str) -> Iterable[Entry]:
        digits = "".join(sign for sign in older if sign.isdigit())
        entries = [*self._read_left(), *(self._read_about(f"+{digits}") if digits else ())]
        return {entry.id: entry for entry in entries}.values()

    @guarded
    def _on_mode(self, _: object) -> None:
        is_whole = self.mode.value == WHOLE
        # What was told of one of the two ways is not about the other.
        self.whole.watch.forget()
        self._tell("", "quiet")
        self.whole.layout.display = None if is_whole else "none"
        for part in self._of_one:
            part.layout.display = "none" if is_whole else None

    @guarded
    def _on_end(self, _: object) -> None:
        # How a run ended is said once, in the place of its bar.
        if self.whole.watch.concluded:
            self._banner.value = ""

    # -- choosing --------------------------------------------------------------------------------

    @guarded
    def _on_older(self, _: object) -> None:
        self._spawn(self._read(keep=self.entry.value))

    @guarded
    def _on_filter(self, _: object) -> None:
        # Whoever searches anew is done with the number before: its price and what was typed for it go.
        self._offer(None)

    @guarded
    def _on_entry(self, _: object) -> None:
        if self.entry.value is None:
            choose_nothing(self.entry)
        self._choices += 1
        self._chosen, self._price, self._is_price_read = self._entries.get(self.entry.value), None, False
        self.typed.value = self.typed_bare.value = self.countdown.value = self.path.value = ""
        self.card.value = show_empty_card(_NOTHING)
        self._arm()
        if self._chosen is None:
            return
        if not self._busy:
            # The last outcome is about another number.
            self._tell("", "quiet")
            self.result.value = ""
        if refused_with(self._chosen) is not None:
            self.path.value = show_console_path(self._chosen)
        self._spawn(self._show_chosen(self._chosen, self._choices))

    async def _show_chosen(self, entry: Entry, choice: int) -> None:
        """Show the chosen number, then again with its price; stop unless *choice* is still the latest one."""
        now = await asyncio.to_thread(self._clock)
        if choice != self._choices:
            return
        self.card.value = show_entry(entry, now, price=None, is_price_read=False)
        if entry.open:
            self.countdown.value = show_countdown(entry, now)
        number = entry.number
        price = await asyncio.to_thread(self._read_price, number) if number else None
        if choice != self._choices:
            return
        self._price, self._is_price_read = price, True
        self.card.value = show_entry(entry, now, price=price, is_price_read=True)
        self._arm()

    # -- confirming ------------------------------------------------------------------------------

    @property
    def _may_buy(self) -> bool:
        return self._may(Request.BUY, self._chosen.account_sid if self._chosen else None)

    @guarded
    def _arm(self, _: object = None) -> None:
        """Enable the button when the price is shown and the number is typed again; otherwise disable it."""
        self.whole.arm(busy=self._busy)
        entry, typed = self._chosen, self.typed.value
        is_available = entry is not None and entry.state in LEFT and not entry.over(self._now)
        number = entry.number if entry is not None and is_available and self._may_buy else None
        is_possible = number is not None and not self._busy
        is_armed = is_possible and self._is_price_read and number is not None and is_typed_back(typed, number)
        self._latch.arm((entry, typed) if entry and is_armed else None)
        self.confirm.disabled = not is_armed
        self.confirm.layout.display = self.typed.layout.display = None if self._may_buy else "none"
        self.typed.disabled = not is_possible
        self._arm_bare(entry, number if is_possible and self._is_price_read else None)
        self.look.disabled = entry is None or self._busy
        text = self._describe_state(is_possible=is_possible)
        self._cost.value = message(f"{text} {SPACE_BAR}" if is_armed else text, "quiet")

    def _arm_bare(self, entry: Entry | None, number: Number | None) -> None:
        """Show the step without old settings where Twilio refused them; enable its button when the number is typed."""
        is_offered = self._may_buy and entry is not None and refused_with(entry) not in {None, RESERVED}
        typed = self.typed_bare.value
        is_armed = is_offered and number is not None and is_typed_back(typed, number)
        self._bare_latch.arm((entry, typed) if entry and is_armed else None)
        self.bare.disabled, self.typed_bare.disabled = not is_armed, not (is_offered and number)
        self.bare_step.layout.display = None if is_offered else "none"

    def _describe_state(self, *, is_possible: bool) -> str:
        entry = self._chosen
        if not self._may_buy:
            return MAY_NOT_BUY
        if entry is None or self._busy or (is_possible and not self._is_price_read):
            return "Taking it back means buying it, and its billing starts over."
        if is_possible:
            return describe_purchase(self._price)
        if entry.over(self._now):
            return "The ten days are over. If Twilio's support gave it back all the same, press “Look again”."
        if entry.open:
            return "Whether it was bought is not known yet. Nothing is sent again; press “Look again” to find out."
        return (
            "Its configuration was never written down, so the kit cannot buy it back with it. Reclaim it in Twilio's "
            "Console."
        )

    @guarded
    def _on_confirm(self, _: object) -> None:
        self._buy(self._latch.take(), bare=False)

    @guarded
    def _on_confirm_bare(self, _: object) -> None:
        self._buy(self._bare_latch.take(), bare=True)

    def _buy(self, confirmed: tuple[Entry, str] | None, *, bare: bool) -> None:
        # One confirmation is valid for one press of one of the two buttons.
        for latch, button in ((self._latch, self.confirm), (self._bare_latch, self.bare)):
            latch.arm(None)
            button.disabled = True
        if confirmed is not None:
            entry, typed = confirmed
            self._work(self._act(entry, partial(self._restore, entry, typed=typed, bare=bare), "Buying back"))

    @guarded
    def _on_look(self, _: object) -> None:
        entry = self._chosen
        if entry is not None:
            self._work(self._check(entry))

    async def _check(self, entry: Entry) -> None:
        check = self._settle if entry.state in _BUYING else self._look
        await self._act(entry, lambda: check(entry), "Looking for")

    async def _act(self, entry: Entry, act: Callable[[], Restoration | Settled], doing: str) -> None:
        keep: str | None = entry.id
        self._tell(f"{doing} {entry.phone_number}…", "waiting")
        self.result.value = ""
        self.whole.clear()
        try:
            outcome = await asyncio.to_thread(act)
        except Exception as failure:  # noqa: BLE001  # shown first, because the next reading may fail too
            self._tell_refused(failure) if isinstance(failure, TwilioSaidNo) else self.fail(failure)
        else:
            keep = self._show(entry, outcome)
        with self._standing():
            await self._read(keep=keep)

    # -- afterwards ------------------------------------------------------------------------------

    def _tell_refused(self, failure: TwilioSaidNo) -> None:
        paths = "in Twilio's Console: the way is below"
        if failure.code != RESERVED:
            paths = "in Twilio's Console, or perhaps without its old settings: both ways are below"
        self._tell(f"{failure} It can still be taken back, {paths}.", "warning")

    def _show(self, entry: Entry, outcome: Restoration | Settled) -> str | None:
        """Show the outcome, and return the id of the entry that stays chosen."""
        if isinstance(outcome, Restoration):
            result = "and some settings are not as they were" if outcome.differences else "with every setting as it was"
            more = " What you have to see to yourself is listed below." if outcome.by_hand else ""
            kind = "warning" if outcome.differences or outcome.by_hand else "good"
            self._tell(f"{entry.phone_number} is yours again, {result}.{more}", kind)
            self.result.value = f'<div class="desk-card">{step(4, "What came back")}{show_restored(outcome)}</div>'
            return None
        is_done = outcome.entry.state == State.RESTORED
        self._tell(str(outcome), "good" if is_done else "warning")
        self.result.value = f'<div class="desk-card">{step(4, "What happened")}{show_steps(outcome.entry)}</div>'
        return None if is_done else entry.id

    def _tick(self, now: datetime) -> None:
        self._now = now
        self.whole.draw(now)
        if not self._busy and self._chosen is None and self.whole.take_handed_over():
            self.mode.value = WHOLE
            self._spawn(self._read())
        self.released.value = show_released(self._entries.values(), now)
        if self._chosen is not None:
            if self._is_price_read:
                self.card.value = show_entry(self._chosen, now, price=self._price, is_price_read=True)
            if self._chosen.open:
                self.countdown.value = show_countdown(self._chosen, now)

    def _controls(self) -> tuple[widgets.Widget, ...]:
        return self.mode, self.filter, self.entry, self.older
