"""Choose one of any number of phone numbers: a filter above a list that is never long, and says so."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import Any

import ipywidgets as widgets

from helpers.core.records import Number
from helpers.panels.shared.html import count, escape, for_people, plain, without_punctuation
from helpers.panels.shared.panel import guarded

#: A list of 10,000 takes the browser seconds to draw, and nobody reads it.
SHOWN = 200
#: Seconds without a key after which the list is drawn anew.
PAUSE = 0.15

#: The first row of every drop-down: a drop-down chooses its first row by itself.
CHOOSE = ("Choose…", None)


def choose_nothing(dropdown: widgets.Dropdown) -> None:
    """Go back to the first row, and show it: with no value alone, ipywidgets shows an empty field."""
    dropdown.value = None
    dropdown.index = 0


class NumberPicker:
    """
    A filter, a drop-down of at most ``SHOWN`` numbers by sid, and a sentence about the rest.

    Nothing is ever chosen by it: a drop-down would choose its first option by itself.

    Args:
        spawn: Starts work beside the notebook.

        chosen: Is told of every choice, and of its end, with the number or None.

        fail: Is told what goes wrong.
    """

    def __init__(
        self,
        *,
        spawn: Callable[[Coroutine[Any, Any, None]], None],
        chosen: Callable[[Number | None], None],
        fail: Callable[[Exception], None],
    ) -> None:
        self.filter = widgets.Text(description="Find a number", placeholder="Digits, or a part of its name")
        self.number = widgets.Dropdown(description="Number", options=[CHOOSE])
        self.hint = widgets.HTML()
        self._spawn, self._chosen, self.fail = spawn, chosen, fail
        self._numbers: list[tuple[str, Number]] = []
        self._nothing = ""
        self._keys = 0
        self._drawing = False
        self.filter.observe(self._typed, "value")
        self.number.observe(self._picked, "value")

    def offer(self, numbers: Iterable[Number], *, nothing: str = "") -> None:
        """
        Offer other numbers, with nothing filtered and nothing chosen.

        Args:
            nothing: What to do where there are none.
        """
        self._nothing = nothing
        ordered = sorted(numbers, key=lambda number: number.phone_number)
        self._numbers = [(_words(number), number) for number in ordered]
        self._drawing = True
        self.filter.value = ""
        choose_nothing(self.number)
        self._drawing = False
        self._draw()

    def forget(self) -> None:
        """Choose nothing, and tell nobody: for who knows it already."""
        self._drawing = True
        choose_nothing(self.number)
        self._drawing = False

    @guarded
    def _typed(self, _: object) -> None:
        if self._drawing:
            return
        self._keys += 1
        self._spawn(self._draw_after(self._keys))

    async def _draw_after(self, keys: int) -> None:
        await asyncio.sleep(PAUSE)
        if keys == self._keys:
            self._draw()

    def _draw(self) -> None:
        """Draw the list; a choice stays if it is still in it, and ends if it is not."""
        wanted = [without_punctuation(word) for word in self.filter.value.lower().split()]
        found = [number for words, number in self._numbers if all(word in words for word in wanted)]
        shown = found[:SHOWN]
        before = self.number.value
        # Replacing the options of a drop-down makes it choose its first row, and tell about it.
        self._drawing = True
        self.number.options = [CHOOSE, *((_label(number), number.sid) for number in shown)]
        choose_nothing(self.number)
        if any(number.sid == before for number in shown):
            self.number.value = before
        self._drawing = False
        self.hint.value = f'<p class="desk-hint" role="status">{escape(self._said(len(found)))}</p>'
        if self.number.value != before:
            self._chosen(None)

    def _said(self, found: int) -> str:
        if found > SHOWN:
            return f"{count(found, 'number')} match; the first {SHOWN} are listed. Type more to narrow them down."
        if self.filter.value.strip():
            return f"{found:,} of {count(len(self._numbers), 'number')} match."
        return count(found, "number") + "." if self._numbers else self._nothing

    @guarded
    def _picked(self, _: object) -> None:
        sid = self.number.value
        if sid is None:
            choose_nothing(self.number)
        if not self._drawing:
            self._chosen(next((number for _, number in self._numbers if number.sid == sid), None))


def _label(number: Number) -> str:
    name = plain(number.friendly_name)
    if without_punctuation(name) in number.phone_number:
        # Twilio's default name is the number once more.
        return number.phone_number
    return f"{number.phone_number}   {name}"


def _words(number: Number) -> str:
    return " ".join((number.phone_number, for_people(number.phone_number), number.friendly_name, number.sid)).lower()
