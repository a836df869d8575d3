"""The first step of a release: choose a subaccount, then a number."""

import asyncio
from collections.abc import Callable, Collection, Coroutine
from typing import Any

import ipywidgets as widgets

from helpers.core.records import Inventory, Number, Reading
from helpers.evidence.inventory import ReadInventory
from helpers.panels.shared.html import count, message, plain, step
from helpers.panels.shared.panel import guarded, in_words
from helpers.panels.shared.picker import CHOOSE, NumberPicker, choose_nothing

#: In place of an account's sid: the numbers that were ticked in the inventory.
TICKED = "ticked"


class Chooser(widgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """
    A drop-down of accounts above one of the chosen account's numbers, by sid.

    Args:
        inventory: Reads all accounts and numbers; slow, so it is done in a thread.

        ticked: Tells which numbers were ticked in the inventory; they are offered together.

        accounts: How many accounts will probably be read.

        spawn: Starts work beside the notebook.

        chosen: Is told of everything the operator chooses: a number, or None.

        fail: Is told what goes wrong.
    """

    def __init__(
        self,
        *,
        inventory: ReadInventory,
        ticked: Callable[[], Collection[str]],
        accounts: int,
        spawn: Callable[[Coroutine[Any, Any, None]], None],
        chosen: Callable[[Number | None], None],
        fail: Callable[[Exception], None],
    ) -> None:
        self._take_inventory, self._ticked, self._chosen, self.fail = inventory, ticked, chosen, fail
        self._accounts = accounts
        self._inventory: Inventory | None = None
        self._drawing = False
        self.subaccount = widgets.Dropdown(description="Subaccount", options=[CHOOSE])
        self.picker = NumberPicker(spawn=spawn, chosen=chosen, fail=fail)
        self.reading = widgets.HTML()
        self.again = widgets.Button(description="Read the inventory again", icon="refresh")
        #: Awake where a number was looked at, which is for the panel to say.
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
        self.subaccount.observe(self._account_chosen, "value")

    @property
    def controls(self) -> tuple[widgets.Widget, ...]:
        """Everything in it that can be touched."""
        return self.subaccount, self.picker.filter, self.picker.number, self.again

    async def read(self, *, again: bool = False) -> str | None:
        """
        Read the inventory and offer its accounts: the chosen one stays chosen, and no number is.

        Returns:
            What went wrong, which is shown here too; None when nothing did.
        """
        self.reading.value = message(f"Reading {count(self._accounts, 'account')}…", "waiting")
        try:
            self._inventory = await asyncio.to_thread(self._take_inventory, again=again)
        except Exception as failure:  # noqa: BLE001  # it is told where the lists would be
            # No list is better than one from before.
            self._inventory = None
            self._offer()
            said = in_words(failure)
            self.reading.value = message(said, "bad")
            return said
        self._offer()
        return None

    def _offer(self) -> None:
        inventory, before = self._inventory, self.subaccount.value
        readings = sorted(inventory.coverage.readings, key=_main_first) if inventory else []
        whole = all(reading.complete for reading in readings)
        extent = inventory.coverage.describe() if inventory else ""
        self.reading.value = message(extent, "quiet" if whole else "warning") if inventory else ""
        self._accounts = len(readings) or self._accounts
        # Replacing the options of a drop-down makes it choose its first row, and tell about it.
        self._drawing = True
        many = len({number.sid for number in inventory.numbers} & set(self._ticked())) if inventory else 0
        ticked = [(f"Ticked in the inventory · {count(many, 'number')}", TICKED)] if many else []
        accounts = [*ticked, *((_label(reading), reading.account.sid) for reading in readings)]
        self.subaccount.options = [CHOOSE, *accounts]
        choose_nothing(self.subaccount)
        if any(value == before for _, value in accounts):
            self.subaccount.value = before
        self._drawing = False
        self._offer_numbers()

    def _offer_numbers(self) -> None:
        numbers = self._inventory.numbers if self._inventory else ()
        if self.subaccount.value == TICKED:
            ticked = self._ticked()
            self.picker.offer(number for number in numbers if number.sid in ticked)
        else:
            of_it = (number for number in numbers if number.account_sid == self.subaccount.value)
            self.picker.offer(of_it, nothing=self._nothing())

    def _nothing(self) -> str:
        """Say what to do where the chosen account has no number to choose."""
        readings = self._inventory.coverage.readings if self._inventory else ()
        read = {reading.account.sid: reading for reading in readings}
        reading = read.get(self.subaccount.value)
        if reading is None:
            return ""
        if not reading.complete:
            return "Its numbers could not be read, for the reason below. Read the inventory again."
        return "This account has no numbers. Choose another one; numbers belong to the account that pays for them."

    @guarded
    def _account_chosen(self, _: object) -> None:
        if self.subaccount.value is None:
            choose_nothing(self.subaccount)
        if not self._drawing:
            self._offer_numbers()
            self._chosen(None)


def _main_first(reading: Reading) -> tuple[bool, str]:
    return not reading.account.is_main, reading.account.friendly_name.casefold()


def _label(reading: Reading) -> str:
    account = reading.account
    kinds = ("main account" if account.is_main else "", "" if account.status == "active" else account.status)
    said = ", ".join(kind for kind in kinds if kind)
    many = count(reading.numbers, "number") if reading.complete else "could not be read"
    return f"{plain(account.friendly_name)}{f' ({said})' if said else ''} · {many}"
