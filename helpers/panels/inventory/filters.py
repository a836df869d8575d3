"""The filter fields of the inventory, and the rows of a table that pass them."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from functools import reduce
from operator import and_
from typing import Any

import ipywidgets as widgets

from helpers.core.dates import day, day_and_hour
from helpers.core.records import Verdict
from helpers.decisions.verdict_words import VERDICTS
from helpers.evidence.changes import ChangeKind
from helpers.evidence.window import LOOK_BACKS
from helpers.panels.shared.html import count, plain
from helpers.panels.shared.panel import guarded
from helpers.tables.charts import ACCOUNT, LAST_USED, STATUS, age_labels, ages_of
from helpers.tables.frames import Frame
from helpers.tables.money import write_sums

_ANY = ""
_CAPABILITIES = (("Any", _ANY), ("Voice", "voice"), ("SMS", "sms"), ("MMS", "mms"), ("Fax", "fax"))
_VERDICTS = (("Any", _ANY), *((VERDICTS[verdict], verdict) for verdict in Verdict))
_WARNED = (("Any", _ANY), ("With a warning", "yes"), ("Without", "no"))
_WIRED = (("Any", _ANY), ("Yes", "yes"), ("None found", "no"), ("Could not look", "unknown"))
_BLOCKED = (("Any", _ANY), ("Something", "yes"), ("Nothing known", "no"))
_THIN = (("Any", _ANY), ("Only a few a month", "trickle"), ("Inbound only", "inbound_only"))
_PRICE = "monthly"
#: The option for numbers where a column is empty; no value of Twilio's or of a colleague's is a line break.
_EMPTY = "\n"


class Filters(widgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """
    The filter fields of the inventory.

    An unknown value passes no filter: a number that could not be read is neither idle nor
    wired, and has an option of its own.

    Args:
        on_change: Called when the filters change.

        on_since: Called when another earlier look is chosen.

        on_failure: Gets every failure.
    """

    def __init__(
        self,
        *,
        on_change: Callable[[], None],
        on_since: Callable[[], None],
        on_failure: Callable[[Exception], None],
    ) -> None:
        self._on_change, self.fail = on_change, on_failure
        self._on_other_look = on_since
        self._silent = False
        self.search = widgets.Text(description="Search", placeholder="Digits, a name, a date")
        self.account = widgets.Dropdown(description="Account", options=[("All accounts", _ANY)])
        self.verdict = widgets.Dropdown(description="Status", options=_VERDICTS)
        self.idle = widgets.Text(description="Not used for", placeholder="days, at least")
        self.billing = widgets.Text(description="Billed within", placeholder="days")
        self.account_status = widgets.Dropdown(description="Account status", options=[("Any", _ANY)])
        self.country = widgets.Dropdown(description="Country", options=[("Any", _ANY)])
        self.type = widgets.Dropdown(description="Type", options=[("Any", _ANY)])
        self.last_used = widgets.Dropdown(description="Last used", options=[("Any", _ANY)])
        self.price = widgets.Dropdown(description="Price a month", options=[("Any", _ANY)])
        self.capability = widgets.Dropdown(description="Can do", options=_CAPABILITIES)
        self.wired = widgets.Dropdown(description="Connected", options=_WIRED)
        self.warned = widgets.Dropdown(description="Warnings", options=_WARNED)
        self.thin = widgets.Dropdown(description="How it is used", options=_THIN)
        self.blocked = widgets.Dropdown(description="Blocks a release", options=_BLOCKED)
        self.owner = widgets.Dropdown(description="Owner", options=[("Any", _ANY)])
        #: The moment of an earlier look, as text.
        self.since = widgets.Dropdown(description="Changed since", options=[("Any", _ANY)])
        #: The panel places these buttons.
        self.clear = widgets.Button(description="Clear filters")
        self.more = widgets.Button(description="More filters", icon="filter")
        self._texts = (self.search, self.idle, self.billing)
        self._by_value = {
            ACCOUNT: self.account,
            STATUS: self.verdict,
            "account_status": self.account_status,
            "country": self.country,
            "type": self.type,
            LAST_USED: self.last_used,
            _PRICE: self.price,
            "owner": self.owner,
        }
        options = (*self._by_value.values(), self.capability, self.wired, self.warned, self.blocked, self.thin)
        self._choices = (*options, self.since)
        #: The furthest look-back among those to choose from that would answer the filter, where this table does not.
        self.look_back: int | None = None
        self._days = 0
        for field in (*self._texts, *options):
            field.observe(self._on_filter, "value")
        self.since.observe(self._on_since, "value")
        self.clear.on_click(self._on_clear)
        self.more.on_click(self._on_more)
        self.search.add_class("desk-wide")
        self.since.add_class("desk-two")
        first = widgets.HBox([self.search, self.account, self.verdict, self.idle, self.more])
        self._others = widgets.HBox(
            [
                *(self.type, self.account_status, self.country, self.price, self.last_used),
                *(
                    self.capability,
                    self.wired,
                    self.warned,
                    self.blocked,
                    self.billing,
                    self.thin,
                    self.since,
                    self.owner,
                ),
            ]
        )
        self._others.layout.display = "none"
        for fields in (first, self._others):
            fields.add_class("desk-filters")
        super().__init__([first, self._others])

    def offer(self, frame: Frame, *, days: int, looks: Iterable[datetime] = ()) -> None:
        """
        Offer the values of a table; a chosen option stays where it is still offered.

        Args:
            days: The days of calls and messages that the table tells of.

            looks: When the looks were made that it can be compared with.
        """
        self._days = days
        moments = _moments(looks)
        accounts = frame.groupby("account_sid", observed=True)["account"].agg(["first", "size"])
        options = sorted(
            (plain(name), size, sid) for sid, (name, size) in zip(accounts.index, accounts.to_numpy(), strict=True)
        )
        options.sort(key=lambda option: option[0].casefold())
        self._silent = True
        try:
            _offer(self.account, "All accounts", [(f"{name} ({size:,})", sid) for name, size, sid in options])
            for column in ("account_status", "country", "type", "owner"):
                _offer(self._by_value[column], "Any", _values_of(frame, column))
            _offer(self.price, "Any", _prices_of(frame))
            _offer(self.last_used, "Any", [(_in_words(label, days), label) for label in age_labels(days)])
            _offer(self.since, "Any", moments)
            self.since.layout.display = None if moments else "none"
            self.owner.layout.display = None if "owner" in frame.columns else "none"
        finally:
            self._silent = False

    def matches(self, frame: Frame) -> Any:
        """Return an array with one bool per row: True where the row passes all filters but the search."""
        conditions = [frame["sid"].notna()]
        conditions += [self._has(frame, column, value) for column, value in self.by_value.items()]
        if self.capability.value:
            conditions.append(frame[self.capability.value])
        if self.thin.value:
            conditions.append(frame[self.thin.value])
        if self.wired.value == "unknown":
            conditions.append(frame["wired"].isna())
        elif self.wired.value:
            conditions.append(frame["wired"] == (self.wired.value == "yes"))
        if self.warned.value:
            conditions.append(frame["warnings"].notna() == (self.warned.value == "yes"))
        if self.blocked.value:
            conditions.append(frame["blocked"].notna() == (self.blocked.value == "yes"))
        if self.since.value:
            conditions.append(_changed(frame))
        if (days := _days(self.idle)) is not None:
            conditions.append(frame["idle_days"] >= days)
        if (days := _days(self.billing)) is not None:
            conditions.append(frame["days_to_billing"] <= days)
        return reduce(and_, map(_true, conditions))

    def _has(self, frame: Frame, column: str, value: str) -> Any:
        """Return for each row whether it has the chosen value of a column."""
        if column == LAST_USED:
            return frame["sid"].notna() & (ages_of(frame, self._days) == value)
        if column == _PRICE and value != _EMPTY:
            currency, amount = value.split(" ")
            named = frame["currency"].astype("string").fillna("") == currency
            return named & _true(frame["monthly"] == Decimal(amount))
        return frame[column].isna() if value == _EMPTY else frame[column] == value

    def remarks(self, frame: Frame) -> list[str]:
        """Describe the limits of the filtered table that a reader could overlook."""
        sentences = [
            f'"{plain(field.value)}" is no number of days, so "{field.description}" filters nothing.'
            for field in (self.idle, self.billing)
            if field.value.strip() and _days(field) is None
        ]
        days = _days(self.idle)
        self.look_back = None
        if days is not None:
            is_uncertain = _true(frame["idle_at_least"]) & _true(frame["idle_days"] < days)
            if affected := int(is_uncertain.sum()):
                sentences.append(
                    f"Checked for {count(self._days, 'day')} only: {count(affected, 'number')} without any use in "
                    f"them may be unused for {count(days, 'day')}, or not, and {_are(affected)} not shown."
                )
            if missing := int(frame["idle_days"].isna().sum()):
                why = "for which nobody knows when they were used last"
                sentences.append(f"{count(missing, 'number')} {why} {_are(missing)} not shown.")
            if days > LOOK_BACKS[-1] >= self._days:
                sentences.append(
                    "Twilio keeps calls and messages for about 13 months, so nobody can look back further."
                )
            elif days > self._days:
                self.look_back = next(look_back for look_back in LOOK_BACKS if look_back >= days)
        if self.since.value and "changed" not in frame.columns:
            sentences.append("That check cannot be read any more, so nothing is known of what changed since.")
        elif self.since.value and (new := int((frame["changed"] == ChangeKind.NOT_READ_THEN).sum())):
            sentences.append(
                f"{count(new, 'number')} may be new, or could not be read then, and {_are(new)} not shown."
            )
        return sentences

    @property
    def chosen_look(self) -> datetime | None:
        """The moment of the earlier look that is chosen."""
        return datetime.fromisoformat(self.since.value) if self.since.value else None

    def describe(self) -> str:
        """Name the filters that are set, by the labels of their fields."""
        texts = [f"{field.description}: {plain(field.label)}" for field in self._choices if field.value]
        if self.search.value.strip():
            texts.append(f'{self.search.description}: "{plain(self.search.value.strip())}"')
        days = ((field.description, _days(field)) for field in (self.idle, self.billing))
        texts += [f"{name}: {count(number, 'day')}" for name, number in days if number is not None]
        return f"Filters set: {'; '.join(texts)}." if texts else "No filter was set."

    def turn(self, column: str, value: str) -> None:
        """Filter by a value of a column, or end that filter where it is set already; nothing for an unknown value."""
        field = self._by_value.get(column)
        if field is not None and value in {each for _, each in field.options}:
            field.value = _ANY if field.value == value else value

    @property
    def by_value(self) -> dict[str, str]:
        """The column and the value of each filter by one value that is set."""
        return {column: field.value for column, field in self._by_value.items() if field.value}

    @property
    def is_set(self) -> bool:
        """Whether any filter is set."""
        return any(field.value for field in (*self._texts, *self._choices))

    @guarded
    def _on_filter(self, _: object) -> None:
        if not self._silent:
            self._on_change()

    @guarded
    def _on_since(self, _: object) -> None:
        if not self._silent:
            self._on_other_look()

    @guarded
    def _on_more(self, _: object) -> None:
        is_closed = self._others.layout.display == "none"
        self._others.layout.display = None if is_closed else "none"
        self.more.description = "Fewer filters" if is_closed else "More filters"

    @guarded
    def _on_clear(self, _: object) -> None:
        had_look, self._silent = self.since.value, True
        try:
            for field in (*self._texts, *self._choices):
                field.value = _ANY
        finally:
            self._silent = False
        self._on_change()
        if had_look:
            self._on_other_look()


def _offer(field: widgets.Dropdown, everything: str, options: list[tuple[str, str]]) -> None:
    before = field.value
    # New options make a drop-down select its first one.
    field.options = [(everything, _ANY), *options]
    field.value = before if any(value == before for _, value in options) else _ANY


def _in_words(label: str, days: int) -> str:
    if label.endswith("+"):
        return f"Not in {days} days"
    return f"{label} days ago" if label[0].isdecimal() else label.capitalize()


def _values_of(frame: Frame, column: str) -> list[tuple[str, str]]:
    if column not in frame.columns:
        return []
    values = sorted(map(str, frame[column].dropna().unique()), key=str.casefold)
    empty = [("None", _EMPTY)] if frame[column].isna().any() else []
    return [*((plain(value), value) for value in values), *empty]


def _prices_of(frame: Frame) -> list[tuple[str, str]]:
    prices = frame.loc[frame["monthly"].notna(), ["currency", "monthly"]].drop_duplicates()
    named = zip(prices["currency"].astype("string").fillna(""), prices["monthly"], strict=True)
    pairs = sorted((str(currency), amount) for currency, amount in named)
    empty = [("Unknown", _EMPTY)] if frame["monthly"].isna().any() else []
    return [*((write_sums({currency: amount}), f"{currency} {amount}") for currency, amount in pairs), *empty]


def _moments(looks: Iterable[datetime]) -> list[tuple[str, str]]:
    """Name looks by their days; by the hour, too, where a day has several."""
    moments = list(looks)
    days = Counter(map(day, moments))
    return [(day_and_hour(each) if days[day(each)] > 1 else day(each), each.isoformat()) for each in moments]


def _changed(frame: Frame) -> Any:
    """Return for each row whether it is known to have changed."""
    if "changed" not in frame.columns:
        return frame["sid"].isna()
    return frame["changed"].notna() & (frame["changed"] != ChangeKind.NOT_READ_THEN)


def _are(numbers: int) -> str:
    return "is" if numbers == 1 else "are"


def _true(answers: Any) -> Any:
    """Return the answers as bools; an unknown answer is False."""
    return answers.to_numpy(dtype=bool, na_value=False)


def _days(field: widgets.Text) -> int | None:
    text = field.value.strip()
    return int(text) if text.isdecimal() and len(text) < 6 else None
