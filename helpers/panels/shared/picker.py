"""Choose one phone number of many: a filter above a list of limited length."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

import ipywidgets as widgets

from helpers.core.records import Number
from helpers.evidence.numbers import Found, Numbers, NumbersBuilder
from helpers.panels.shared.html import count, escape, plain, without_punctuation
from helpers.panels.shared.panel import guarded

#: The most numbers in the list: a browser needs seconds to draw 10,000.
SHOWN = 200
#: Seconds without a key before the list is drawn again.
PAUSE = 0.15

#: The first option of every drop-down, because a drop-down selects its first option by itself.
CHOOSE = ("Choose…", None)


def choose_nothing(dropdown: widgets.Dropdown) -> None:
    """Select the first option, ``CHOOSE``; with its value alone, ipywidgets shows an empty field."""
    dropdown.value = None
    dropdown.index = 0


def search_field() -> widgets.Text:
    """Make the field for the search of a number."""
    return widgets.Text(description="Find a number", placeholder="Last digits, or a part of a name")


def words_of(search: widgets.Text) -> list[str]:
    """List what is searched for, in small letters, and the parts of a phone number without their punctuation."""
    return [without_punctuation(word) for word in search.value.lower().split()]


class NumberPicker:
    """
    A search, a drop-down of at most ``SHOWN`` numbers by sid, and a sentence about the rest.

    It never chooses a number by itself.  A record is unpacked only for the number that is chosen.

    Args:
        spawn: Starts work in the background.

        on_choice: Gets the chosen number, or None when the choice ends.

        on_failure: Gets every failure.
    """

    def __init__(
        self,
        *,
        spawn: Callable[[Coroutine[Any, Any, None]], None],
        on_choice: Callable[[Number | None], None],
        on_failure: Callable[[Exception], None],
    ) -> None:
        self.filter = search_field()
        self.number = widgets.Dropdown(description="Number", options=[CHOOSE])
        self.hint = widgets.HTML()
        self._spawn, self._on_choice, self.fail = spawn, on_choice, on_failure
        self._numbers, self._first = NumbersBuilder().numbers(), ""
        self._empty_hint = ""
        self._accounts: Mapping[str, str] = {}
        self._keys = 0
        self._drawing = False
        self.filter.observe(self._on_filter, "value")
        self.number.observe(self._on_number, "value")

    def offer(
        self,
        numbers: Numbers,
        *,
        accounts: Mapping[str, str] | None = None,
        first: str = "",
        empty_hint: str = "",
    ) -> None:
        """
        Offer other numbers; the filter and the choice are cleared.

        Args:
            accounts: The labels of their accounts by sid, where they are not all in one.

            first: The sid of a number that is offered before all others, if it is among them.

            empty_hint: The hint for the operator where there are no numbers.
        """
        self._numbers, self._accounts, self._first, self._empty_hint = numbers, accounts or {}, first, empty_hint
        self._drawing = True
        self.filter.value = ""
        choose_nothing(self.number)
        self._drawing = False
        self._draw()

    def forget(self) -> None:
        """Clear the choice without a call of ``on_choice``."""
        self._drawing = True
        choose_nothing(self.number)
        self._drawing = False

    @guarded
    def _on_filter(self, _: object) -> None:
        if self._drawing:
            return
        self._keys += 1
        self._spawn(self._draw_after(self._keys))

    async def _draw_after(self, keys: int) -> None:
        await asyncio.sleep(PAUSE)
        if keys == self._keys:
            self._draw()

    def _draw(self) -> None:
        """Draw the list; a chosen number stays chosen while it is in the list."""
        words = words_of(self.filter)
        matches, shown = self._numbers.find(words, self._accounts, most=SHOWN)
        if not words and self._first:
            _, first = self._numbers.where("sid", [self._first]).find((), {}, most=1)
            shown = [*first, *(number for number in shown if number not in first)]
        before = self.number.value
        # New options make a drop-down select its first option and notify its observers.
        self._drawing = True
        self.number.options = [CHOOSE, *((self._label(number), number.sid) for number in shown)]
        choose_nothing(self.number)
        if any(number.sid == before for number in shown):
            self.number.value = before
        self._drawing = False
        self.hint.value = f'<p class="desk-hint" role="status">{escape(self._describe(matches))}</p>'
        if self.number.value != before:
            self._on_choice(None)

    def _label(self, number: Found) -> str:
        name = plain(number.name)
        if without_punctuation(name) in number.phone_number:
            # Twilio's default name repeats the number.
            name = ""
        account = plain(self._accounts.get(number.account_sid, ""))
        handed_over = "from the inventory" if number.sid == self._first else ""
        return "   ".join(part for part in (number.phone_number, name, account, handed_over) if part)

    def _describe(self, matches: int) -> str:
        owners = len(self._numbers.table["account_sid"].unique())
        among = f" in {count(owners, 'account')}" if self._accounts and owners else ""
        if matches > SHOWN:
            many = count(matches, "number") + (
                f" of {len(self._numbers):,} match" if self.filter.value.strip() else among
            )
            return f"{many}; the first {SHOWN} are listed. Type more digits, or a part of a name."
        if self.filter.value.strip():
            return f"{matches:,} of {count(len(self._numbers), 'number')}{among} match."
        return f"{count(matches, 'number')}{among}." if len(self._numbers) else self._empty_hint

    @guarded
    def _on_number(self, _: object) -> None:
        sid = self.number.value
        if sid is None:
            choose_nothing(self.number)
        if not self._drawing:
            self._on_choice(next(self._numbers.get([sid]), None) if sid else None)
