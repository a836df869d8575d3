"""The first step of a release: find a number in all accounts, or in one of them."""

import asyncio
from collections.abc import Callable, Collection, Coroutine
from typing import Any

import ipywidgets as widgets

from helpers.core.records import Number, Reading
from helpers.evidence.inventory import Inventory, ReadInventory
from helpers.evidence.numbers import NumbersBuilder
from helpers.panels.shared.html import count, message, plain, step
from helpers.panels.shared.panel import guarded, in_words
from helpers.panels.shared.picker import NumberPicker, choose_nothing
from helpers.tables.about import describe_coverage

#: A number is searched for in all accounts, unless one is chosen.
_ALL = ("All accounts", None)
#: The drop-down's value for the numbers ticked in the inventory, instead of an account's sid.
SELECTED = "selected"


class Chooser(widgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """
    A drop-down of accounts above a picker of the numbers of all of them, or of the chosen one.

    Args:
        read_inventory: Reads all accounts and numbers; slow, so it runs in a thread.

        read_selection: Returns the sids of the numbers ticked in the inventory, which are offered together.

        take_handed_over: Returns the sid of a number that the inventory handed over, once; it is offered first.

        accounts: The estimated number of accounts to read.

        spawn: Starts work in the background.

        on_choice: Gets the chosen number, or None when the choice ends.

        on_failure: Gets every failure.
    """

    def __init__(
        self,
        *,
        read_inventory: ReadInventory,
        read_selection: Callable[[], Collection[str]],
        take_handed_over: Callable[[], str],
        accounts: int,
        spawn: Callable[[Coroutine[Any, Any, None]], None],
        on_choice: Callable[[Number | None], None],
        on_failure: Callable[[Exception], None],
    ) -> None:
        self._read_inventory, self._read_selection = read_inventory, read_selection
        self._take_handed_over, self._handed_over = take_handed_over, ""
        self._on_choice, self.fail = on_choice, on_failure
        self._accounts = accounts
        self._inventory: Inventory | None = None
        self._drawing = False
        self.subaccount = widgets.Dropdown(description="Subaccount", options=[_ALL])
        self.picker = NumberPicker(spawn=spawn, on_choice=on_choice, on_failure=on_failure)
        self.reading = widgets.HTML()
        self.again = widgets.Button(description="Read the inventory again", icon="refresh")
        #: The panel enables it when a number was checked.
        self.look = widgets.Button(description="Look again", icon="search", disabled=True)
        beside = widgets.HBox([self.picker.hint, self.look])
        beside.add_class("desk-between")
        super().__init__(
            [
                *(widgets.HTML(step(1, "Choose")), self.subaccount),
                *(self.picker.filter, self.picker.number, beside, self.reading, self.again),
            ]
        )
        self.add_class("desk-card")
        self.subaccount.observe(self._on_account, "value")

    @property
    def controls(self) -> tuple[widgets.Widget, ...]:
        """The controls that the operator can use, without ``look``."""
        return self.subaccount, self.picker.filter, self.picker.number, self.again

    async def read(self, *, again: bool = False) -> str | None:
        """
        Read the inventory and offer its accounts; the chosen account stays chosen, the number does not.

        Returns:
            The error text, which the chooser also shows; None for success.
        """
        self.reading.value = message(f"Reading {count(self._accounts, 'account')}…", "waiting")
        try:
            self._inventory = await asyncio.to_thread(self._read_inventory, again=again)
        except Exception as failure:  # noqa: BLE001  # shown in the place of the lists
            # An empty list is safer than an old one.
            self._inventory = None
            self._offer()
            text = in_words(failure)
            self.reading.value = message(text, "bad")
            return text
        self._handed_over = self._take_handed_over() or self._handed_over
        self._offer()
        return None

    def _offer(self) -> None:
        inventory, before = self._inventory, self.subaccount.value
        readings = list(inventory.coverage.readings) if inventory else []
        readings.sort(key=lambda reading: (not reading.account.is_main, reading.account.label.casefold()))
        is_complete = all(reading.complete for reading in readings)
        self.reading.value = (
            message(describe_coverage(inventory.coverage), "quiet" if is_complete else "warning") if inventory else ""
        )
        self._accounts = len(readings) or self._accounts
        # New options make a drop-down select its first option and notify its observers.
        self._drawing = True
        selected = len(list(inventory.numbers.get(self._read_selection()))) if inventory else 0
        offered = [(f"Ticked in the inventory · {count(selected, 'number')}", SELECTED)] if selected else []
        accounts = [*offered, *((_label(reading), reading.account.sid) for reading in readings)]
        self.subaccount.options = [_ALL, *accounts]
        choose_nothing(self.subaccount)
        if any(value == before for _, value in accounts):
            self.subaccount.value = before
        self._drawing = False
        self._offer_numbers()

    def take_handed_over(self) -> None:
        """Offer the number first that was handed over meanwhile, unless the operator has begun with another one."""
        if self._inventory is not None and self.picker.number.value is None and (sid := self._take_handed_over()):
            self._handed_over = sid
            self.subaccount.value = None
            self._offer_numbers()

    def _offer_numbers(self) -> None:
        numbers = self._inventory.numbers if self._inventory else NumbersBuilder().numbers()
        accounts = self._inventory.accounts if self._inventory else ()
        labels = {account.sid: account.label for account in accounts}
        if self.subaccount.value is None:
            first, hint = self._handed_over, self._empty_hint()
            self.picker.offer(numbers, accounts=labels, first=first, empty_hint=hint)
        elif self.subaccount.value == SELECTED:
            self.picker.offer(numbers.where("sid", self._read_selection()), accounts=labels)
        else:
            self.picker.offer(numbers.where("account_sid", [self.subaccount.value]), empty_hint=self._empty_hint())

    def _empty_hint(self) -> str:
        """Write a hint for a chosen account without numbers."""
        readings = (
            {reading.account.sid: reading for reading in self._inventory.coverage.readings} if self._inventory else {}
        )
        reading = readings.get(self.subaccount.value)
        if reading is None:
            return ""
        if not reading.complete:
            return "Its numbers could not be read, for the reason below. Read the inventory again."
        return "This account has no numbers. Choose another one; numbers belong to the account that pays for them."

    @guarded
    def _on_account(self, _: object) -> None:
        if self.subaccount.value is None:
            choose_nothing(self.subaccount)
        if not self._drawing:
            self._offer_numbers()
            self._on_choice(None)


def _label(reading: Reading) -> str:
    account = reading.account
    kinds = ("main account" if account.is_main else "", "" if account.status == "active" else account.status)
    kind = ", ".join(filter(None, kinds))
    numbers = "could not be read" if not (reading.complete or reading.partial) else count(reading.numbers, "number")
    numbers += ", not all" * reading.partial
    return f"{plain(account.label)}{f' ({kind})' if kind else ''} · {numbers}"
