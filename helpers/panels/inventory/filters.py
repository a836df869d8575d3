"""The filter fields of the inventory, and the rows of a table that pass them."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import reduce
from operator import and_
from typing import Any

import ipywidgets as widgets

from helpers.core.records import Verdict
from helpers.panels.shared.html import count, plain
from helpers.panels.shared.panel import guarded
from helpers.panels.shared.picker import PAUSE
from helpers.tables.frames import Frame

_ANY = ""
_CAPABILITIES = (("Any", _ANY), ("Voice", "voice"), ("SMS", "sms"), ("MMS", "mms"), ("Fax", "fax"))
_VERDICTS = (("Any", _ANY), *((verdict.capitalize(), verdict) for verdict in Verdict))
_WARNED = (("Any", _ANY), ("With a warning", "yes"), ("Without", "no"))
_WIRED = (("Any", _ANY), ("Wired", "yes"), ("None found", "no"), ("Could not look", "unknown"))


class Filters(widgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """
    The filter fields of the inventory.

    An unknown value passes no filter: a number that could not be read is neither idle nor
    wired, and has an option of its own.

    Args:
        spawn: Starts work in the background.

        on_change: Called when the filters change.

        on_failure: Gets every failure.
    """

    def __init__(
        self,
        *,
        spawn: Callable[[Coroutine[Any, Any, None]], None],
        on_change: Callable[[], None],
        on_failure: Callable[[Exception], None],
    ) -> None:
        self._spawn, self._on_change, self.fail = spawn, on_change, on_failure
        self._keys, self._silent = 0, False
        self.search = widgets.Text(description="Search", placeholder="Digits, a name, a date")
        self.account = widgets.Dropdown(description="Account", options=[("All accounts", _ANY)])
        self.verdict = widgets.Dropdown(description="Verdict", options=_VERDICTS)
        self.idle = widgets.Text(description="Idle at least", placeholder="days")
        self.billing = widgets.Text(description="Billed within", placeholder="days")
        self.country = widgets.Dropdown(description="Country", options=[("Any", _ANY)])
        self.type = widgets.Dropdown(description="Type", options=[("Any", _ANY)])
        self.capability = widgets.Dropdown(description="Can do", options=_CAPABILITIES)
        self.wired = widgets.Dropdown(description="Wiring", options=_WIRED)
        self.warned = widgets.Dropdown(description="Warnings", options=_WARNED)
        #: The panel places this button.
        self.clear = widgets.Button(description="Clear filters")
        self._texts = (self.search, self.idle, self.billing)
        self._choices = (self.account, self.verdict, self.country, self.type, self.capability, self.wired, self.warned)
        for field in self._texts:
            field.observe(self._on_text, "value")
        for field in self._choices:
            field.observe(self._on_option, "value")
        self.clear.on_click(self._on_clear)
        self.search.add_class("desk-wide")
        self.account.add_class("desk-wide")
        super().__init__(
            [
                *(self.search, self.account, self.verdict, self.idle, self.billing),
                *(self.country, self.type, self.capability, self.wired, self.warned),
            ]
        )
        self.add_class("desk-filters")

    def offer(self, frame: Frame) -> None:
        """Offer the accounts, countries and types of a table; a chosen option stays where it is still offered."""
        accounts = frame.groupby("account_sid", observed=True)["account"].agg(["first", "size"])
        options = sorted(
            (plain(name), size, sid) for sid, (name, size) in zip(accounts.index, accounts.to_numpy(), strict=True)
        )
        options.sort(key=lambda option: option[0].casefold())
        self._silent = True
        try:
            _offer(self.account, "All accounts", [(f"{name} ({size:,})", sid) for name, size, sid in options])
            for field, column in ((self.country, "country"), (self.type, "type")):
                values = sorted(map(str, frame[column].dropna().unique()))
                _offer(field, "Any", [(plain(value), value) for value in values])
        finally:
            self._silent = False

    def matches(self, frame: Frame) -> Any:
        """Return an array with one bool per row: True where the row passes all filters but the search."""
        conditions = [frame["sid"].notna()]
        equal = {"account_sid": self.account, "country": self.country, "type": self.type, "verdict": self.verdict}
        conditions += [frame[column] == field.value for column, field in equal.items() if field.value]
        if self.capability.value:
            conditions.append(frame[self.capability.value])
        if self.wired.value == "unknown":
            conditions.append(frame["wired"].isna())
        elif self.wired.value:
            conditions.append(frame["wired"] == (self.wired.value == "yes"))
        if self.warned.value:
            conditions.append(frame["warnings"].notna() == (self.warned.value == "yes"))
        if (days := _days(self.idle)) is not None:
            conditions.append(frame["idle_days"] >= days)
        if (days := _days(self.billing)) is not None:
            conditions.append(frame["days_to_billing"] <= days)
        return reduce(and_, map(_true, conditions))

    def remarks(self, frame: Frame) -> list[str]:
        """Describe the limits of the filtered table that a reader could overlook."""
        sentences = [
            f'"{plain(field.value)}" is no number of days, so "{field.description}" filters nothing.'
            for field in (self.idle, self.billing)
            if field.value.strip() and _days(field) is None
        ]
        days = _days(self.idle)
        if days is not None:
            is_uncertain = _true(frame["idle_at_least"]) & _true(frame["idle_days"] < days)
            if affected := int(is_uncertain.sum()):
                longest = int(frame.loc[is_uncertain, "idle_days"].max())
                sentences.append(
                    f"Nobody looked further back than {count(longest, 'day')}: {count(affected, 'number')} without a "
                    f"trace may have been idle for {count(days, 'day')}, or not, and {_are(affected)} not shown."
                )
            if missing := int(frame["idle_days"].isna().sum()):
                sentences.append(f"{count(missing, 'number')} of unknown age {_are(missing)} not shown.")
        return sentences

    def describe(self) -> str:
        """Name the filters that are set, by the labels of their fields."""
        texts = [f"{field.description}: {plain(field.label)}" for field in self._choices if field.value]
        if self.search.value.strip():
            texts.append(f'{self.search.description}: "{plain(self.search.value.strip())}"')
        days = ((field.description, _days(field)) for field in (self.idle, self.billing))
        texts += [f"{name}: {count(number, 'day')}" for name, number in days if number is not None]
        return f"Filters set: {'; '.join(texts)}." if texts else "No filter was set."

    @property
    def is_set(self) -> bool:
        """Whether any filter is set."""
        return any(field.value for field in (*self._texts, *self._choices))

    @guarded
    def _on_text(self, _: object) -> None:
        if not self._silent:
            self._keys += 1
            self._spawn(self._apply_after(self._keys))

    async def _apply_after(self, keys: int) -> None:
        await asyncio.sleep(PAUSE)
        if keys == self._keys:
            self._on_change()

    @guarded
    def _on_option(self, _: object) -> None:
        if not self._silent:
            self._on_change()

    @guarded
    def _on_clear(self, _: object) -> None:
        self._silent = True
        try:
            for field in (*self._texts, *self._choices):
                field.value = _ANY
        finally:
            self._silent = False
        self._on_change()


def _offer(field: widgets.Dropdown, everything: str, options: list[tuple[str, str]]) -> None:
    before = field.value
    # New options make a drop-down select its first one.
    field.options = [(everything, _ANY), *options]
    field.value = before if any(value == before for _, value in options) else _ANY


def _are(numbers: int) -> str:
    return "is" if numbers == 1 else "are"


def _true(answers: Any) -> Any:
    """Return the answers as bools; an unknown answer is False."""
    return answers.to_numpy(dtype=bool, na_value=False)


def _days(field: widgets.Text) -> int | None:
    text = field.value.strip()
    return int(text) if text.isdecimal() and len(text) < 6 else None
