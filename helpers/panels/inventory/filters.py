"""What narrows the inventory: fields, and what they leave of a table."""

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
    The fields that narrow the inventory.

    Nothing that is unknown passes a filter that asks for something: what could not be looked
    at is neither idle nor wired, and has a choice of its own.

    Args:
        spawn: Starts work beside the notebook.

        changed: Is told when another choice of rows is wanted.

        fail: Is told what goes wrong.
    """

    def __init__(
        self,
        *,
        spawn: Callable[[Coroutine[Any, Any, None]], None],
        changed: Callable[[], None],
        fail: Callable[[Exception], None],
    ) -> None:
        self._spawn, self._changed, self.fail = spawn, changed, fail
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
        #: Stands wherever the panel puts it.
        self.clear = widgets.Button(description="Clear filters")
        self._texts = (self.search, self.idle, self.billing)
        self._choices = (self.account, self.verdict, self.country, self.type, self.capability, self.wired, self.warned)
        for field in self._texts:
            field.observe(self._typed, "value")
        for field in self._choices:
            field.observe(self._chosen, "value")
        self.clear.on_click(self._cleared)
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
        """Offer the accounts, countries and types that a table has; what is chosen stays, where it is still there."""
        accounts = frame.groupby("account_sid", observed=True)["account"].agg(["first", "size"])
        named = sorted(
            (plain(name), size, sid) for sid, (name, size) in zip(accounts.index, accounts.to_numpy(), strict=True)
        )
        named.sort(key=lambda one: one[0].casefold())
        self._silent = True
        try:
            _offer(self.account, "All accounts", [(f"{name} ({size:,})", sid) for name, size, sid in named])
            for field, column in ((self.country, "country"), (self.type, "type")):
                values = sorted(map(str, frame[column].dropna().unique()))
                _offer(field, "Any", [(plain(value), value) for value in values])
        finally:
            self._silent = False

    def wanted(self, frame: Frame) -> Any:
        """Say which rows pass, as an array of one bool per row; the search is not in it."""
        asked = [frame["sid"].notna()]
        equal = {"account_sid": self.account, "country": self.country, "type": self.type, "verdict": self.verdict}
        asked += [frame[column] == field.value for column, field in equal.items() if field.value]
        if self.capability.value:
            asked.append(frame[self.capability.value])
        if self.wired.value == "unknown":
            asked.append(frame["wired"].isna())
        elif self.wired.value:
            asked.append(frame["wired"] == (self.wired.value == "yes"))
        if self.warned.value:
            asked.append(frame["warnings"].notna() == (self.warned.value == "yes"))
        if (days := _days(self.idle)) is not None:
            asked.append(frame["idle_days"] >= days)
        if (days := _days(self.billing)) is not None:
            asked.append(frame["days_to_billing"] <= days)
        return reduce(and_, map(_true, asked))

    def remarks(self, frame: Frame) -> list[str]:
        """Say what a reader of the narrowed table would get wrong."""
        said = [
            f'"{plain(field.value)}" is no number of days, so "{field.description}" filters nothing.'
            for field in (self.idle, self.billing)
            if field.value.strip() and _days(field) is None
        ]
        days = _days(self.idle)
        if days is not None:
            cut = _true(frame["idle_at_least"]) & _true(frame["idle_days"] < days)
            if how_many := int(cut.sum()):
                looked = int(frame.loc[cut, "idle_days"].max())
                said.append(
                    f"Nobody looked further back than {count(looked, 'day')}: {count(how_many, 'number')} without a "
                    f"trace may have been idle for {count(days, 'day')}, or not, and {_are(how_many)} not shown."
                )
            if missing := int(frame["idle_days"].isna().sum()):
                said.append(f"{count(missing, 'number')} of unknown age {_are(missing)} not shown.")
        return said

    def said(self) -> str:
        """Say which filters are set, in the words of their fields."""
        said = [f"{field.description}: {plain(field.label)}" for field in self._choices if field.value]
        if self.search.value.strip():
            said.append(f'{self.search.description}: "{plain(self.search.value.strip())}"')
        days = ((field.description, _days(field)) for field in (self.idle, self.billing))
        said += [f"{name}: {count(many, 'day')}" for name, many in days if many is not None]
        return f"Filters set: {'; '.join(said)}." if said else "No filter was set."

    @property
    def set(self) -> bool:
        """Whether anything is narrowed at all."""
        return any(field.value for field in (*self._texts, *self._choices))

    @guarded
    def _typed(self, _: object) -> None:
        if not self._silent:
            self._keys += 1
            self._spawn(self._after(self._keys))

    async def _after(self, keys: int) -> None:
        await asyncio.sleep(PAUSE)
        if keys == self._keys:
            self._changed()

    @guarded
    def _chosen(self, _: object) -> None:
        if not self._silent:
            self._changed()

    @guarded
    def _cleared(self, _: object) -> None:
        self._silent = True
        try:
            for field in (*self._texts, *self._choices):
                field.value = _ANY
        finally:
            self._silent = False
        self._changed()


def _offer(field: widgets.Dropdown, everything: str, options: list[tuple[str, str]]) -> None:
    before = field.value
    # Replacing the options of a drop-down makes it choose its first row.
    field.options = [(everything, _ANY), *options]
    field.value = before if any(value == before for _, value in options) else _ANY


def _are(how_many: int) -> str:
    return "is" if how_many == 1 else "are"


def _true(answers: Any) -> Any:
    """Take "unknown" for no: it is no reason to show a row."""
    return answers.to_numpy(dtype=bool, na_value=False)


def _days(field: widgets.Text) -> int | None:
    text = field.value.strip()
    return int(text) if text.isdecimal() and len(text) < 6 else None
