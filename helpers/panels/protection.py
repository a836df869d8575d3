"""The panel that protects numbers, accounts and names, and unprotects them in a separate step."""

import asyncio
from collections.abc import Callable
from datetime import datetime

import ipywidgets as widgets

from helpers.core.errors import KitError
from helpers.core.number_note import NumberNote
from helpers.core.records import Number
from helpers.decisions.protected import EXAMPLES, Kind, Protected, Rule, is_typed
from helpers.decisions.protection import Protection
from helpers.evidence.inventory import Inventory
from helpers.panels.note import NoteForm, show_notes
from helpers.panels.shared.html import SPACE_BAR, BannerFacts, count, escape, message, plain, step, table
from helpers.panels.shared.panel import Latch, Panel, guarded
from helpers.panels.shared.picker import CHOOSE, NumberPicker, choose_nothing

_KINDS = (
    ("A number", Kind.NUMBER),
    ("All numbers of an account", Kind.ACCOUNT),
    ("By a word in the name", Kind.NAME),
)

_FIND = (
    "The search finds numbers in all accounts. The one that you choose is written into the fields for a protection and "
    "for a note; nothing is saved by that."
)
_RULES = {Rule.NEVER: "never", Rule.WITH_TICKET: "with a reason code and a ticket"}


class ProtectionPanel(Panel):
    """
    List, add and remove protections.

    ``kind``, ``what``, ``why``, ``with_ticket`` and ``protect`` are the widgets for adding, ``chosen``, ``typed`` and
    ``unprotect`` those for removing; ``note`` is the form for a number's note; ``picker`` finds a number for both;
    ``said`` is the last message.

    Args:
        inventory: Reads the inventory, to find numbers and to count those that a protection covers; slow.

        who: The operator's name for the file.
    """

    def __init__(
        self,
        *,
        place: Callable[[], BannerFacts],
        protection: Protection,
        inventory: Callable[[], Inventory],
        who: str,
        clock: Callable[[], datetime],
    ) -> None:
        subtitle = "What is listed here is not released by anybody who shares this journal, alone or in a plan."
        super().__init__(title="Protected", subtitle=subtitle, place=place(), clock=clock)
        self._protection, self._inventory, self._who = protection, inventory, who
        self._latch: Latch[tuple[Protected, str]] = Latch()
        self._lines: dict[str, Protected] = {}
        self.listed, self.noted = widgets.HTML(), widgets.HTML()
        self.note = NoteForm(protection, who=who, clock=clock, on_save=self._on_note)
        self.picker = NumberPicker(spawn=self._spawn, on_choice=self._on_choice, on_failure=self.fail)
        self.kind = widgets.Dropdown(description="Protect", options=_KINDS)
        self.what = widgets.Text(description="Which")
        self.why = widgets.Text(description="Why (kept with it)")
        self.with_ticket = widgets.Checkbox(description="May go with a reason code and a ticket", indent=False)
        self.protect = widgets.Button(description="Protect", icon="lock")
        for name in ("desk-primary", "desk-answered"):
            self.protect.add_class(name)
        self.chosen = widgets.Dropdown(description="Take away the protection of", options=[CHOOSE])
        self.typed = widgets.Text(description="Type what it names", placeholder="exactly as it is listed")
        self.unprotect = widgets.Button(description="Yes, unprotect it", icon="unlock", disabled=True)
        self.unprotect.add_class("desk-danger")
        #: What the button waits for.
        self.waits = widgets.HTML()
        self._lay_out()
        self.kind.observe(self._on_kind, "value")
        self.protect.on_click(self._on_protect)
        for field in (self.chosen, self.typed):
            field.observe(self._arm, "value")
        self.unprotect.on_click(self._on_unprotect)
        self._arm()
        self._on_kind()
        self._show()
        self._spawn(self._offer())

    def _lay_out(self) -> None:
        hint = widgets.HTML(message(_FIND, "quiet"))
        find = widgets.VBox([hint, self.picker.filter, self.picker.number, self.picker.hint])
        first = widgets.VBox(
            [widgets.HTML(step(1, "Protect")), self.kind, self.what, self.why, self.with_ticket, self.protect]
        )
        head = widgets.HTML(step(2, "Unprotect"))
        second = widgets.VBox([head, self.chosen, self.typed, self.unprotect, self.waits])
        for card in (find, first, second):
            card.add_class("desk-card")
        columns = widgets.HBox([first, second])
        columns.add_class("desk-columns")
        self._compose(self.listed, self.noted, find, columns, self._banner, self.note)

    async def _offer(self) -> None:
        self.picker.hint.value = message("Reading the numbers of all accounts…", "waiting")
        try:
            inventory = await asyncio.to_thread(self._inventory)
        except KitError as failure:
            self.picker.hint.value = message(f"{failure} A number can be typed below all the same.", "warning")
            return
        accounts = {account.sid: account.label for account in inventory.accounts}
        self.picker.offer(inventory.numbers, accounts=accounts, empty_hint="No account has a number.")

    def _on_choice(self, number: Number | None) -> None:
        if number is not None:
            self.kind.value = Kind.NUMBER
            self.what.value = self.note.number.value = number.phone_number

    @guarded
    def _show(self) -> None:
        lines = self._protection.read()
        self._lines = {f"{line.kind.value} {line.what}": line for line in lines}
        rows = [
            (
                escape(line.kind.value),
                f"<code>{escape(line.what)}</code>",
                escape(_RULES[line.rule]),
                escape(line.why),
                escape(line.who),
                escape(line.since),
            )
            for line in lines
        ]
        empty = '<p class="desk-empty">Nothing is protected. Protect what must never be released by mistake.</p>'
        self.listed.value = table(("What", "Which", "Goes", "Why", "By", "Since"), rows) if rows else empty
        self.chosen.options = [CHOOSE, *((plain(name), name) for name in self._lines)]
        choose_nothing(self.chosen)
        self.typed.value = ""
        self.noted.value = show_notes(self._protection.notes().values())

    @guarded
    def _on_kind(self, _: object = None) -> None:
        self.what.placeholder = EXAMPLES[self.kind.value]

    @guarded
    def _on_protect(self, _: object) -> None:
        kind, what = self.kind.value, self.what.value.strip()
        rule = Rule.WITH_TICKET if self.with_ticket.value else Rule.NEVER
        line = Protected(kind, what, self.why.value.strip(), self._who, self._clock().date().isoformat(), rule)
        self._protection.protect(line)
        self.what.value = self.why.value = ""
        self.picker.forget()
        self.with_ticket.value = False
        self._show()
        self._tell(f"{what} is protected. Counting what that covers…", "waiting")
        self._spawn(self._count(line, f"{what} is protected"))

    @guarded
    def _on_note(self, note: NumberNote) -> None:
        self.noted.value = show_notes(self._protection.notes().values())
        self._tell(f"{note.phone_number} is noted. Looking whether it is one of yours…", "waiting")
        line = Protected(Kind.NUMBER, note.phone_number, "", "", "")
        self._spawn(self._count(line, f"{note.phone_number} is noted"))

    async def _count(self, line: Protected, protected: str) -> None:
        """Count the numbers that a protection or a note covers now: a count of 0 may be due to a typing error."""
        try:
            inventory = await asyncio.to_thread(self._inventory)
        except KitError as failure:
            self._tell(f"{protected}. How many numbers that covers could not be found out: {failure}", "warning")
            return
        accounts = {account.sid: account for account in inventory.accounts}
        covers = (line.covers(number, accounts[number.account_sid]) for number in inventory.numbers)
        covered = await asyncio.to_thread(sum, covers)
        unread = sum(not reading.complete for reading in inventory.coverage.readings)
        gap = f" {count(unread, 'account')} could not be read in full." if unread else ""
        if covered:
            self._tell(f"{protected}: {count(covered, 'number')} at this moment.{gap}", "good")
        else:
            self._tell(
                f"{protected}, and covers no number at this moment. Is it written as it should be?{gap}", "warning"
            )

    @guarded
    def _arm(self, _: object = None) -> None:
        line = self._lines.get(self.chosen.value)
        is_armed = line is not None and is_typed(self.typed.value, line)
        self._latch.arm((line, self.typed.value) if line and is_armed else None)
        self.unprotect.disabled = not is_armed
        waits = f"It stays protected until this is typed: {line.what}" if line and not is_armed else SPACE_BAR
        self.waits.value = message(waits, "quiet")
        if line is None and self.chosen.value is None:
            choose_nothing(self.chosen)

    @guarded
    def _on_unprotect(self, _: object) -> None:
        confirmed = self._latch.take()
        self.unprotect.disabled = True
        if confirmed is None:
            return
        line, typed = confirmed
        self._protection.unprotect(line, typed=typed, by=self._who)
        self._show()
        self._tell(f"{line.what} is not protected any more.", "warning")
