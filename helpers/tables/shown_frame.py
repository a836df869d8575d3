"""A pandas table that a notebook shows for people, with the whole table one attribute away."""

import re
from collections.abc import Callable
from typing import Any

import pandas as pd

#: What people read first, in this order; then the other columns, and last what a program reads.
_FIRST = ("phone_number", "name", "account", "verdict", "idle_days", "last_used", "wired", "monthly", "next_billing")
_FOR_PROGRAMS = ("_sid", "_url", "sid")
#: The most columns that are shown.
_MOST = 14
#: The most rows of a table that is shown whole; of a longer one, so many of each end are.
_SHOWN_WHOLE, _ENDS = 60, 5
_NOTHING = "\u2013"
#: A narrow column would break a day at its hyphens.
_DAY, _ON_ONE_LINE = re.compile(r"<td>(?=\d{4}-\d\d-\d\d\b)"), '<td style="white-space: nowrap">'
_ABOUT_NOTHING = (
    f"“{_NOTHING}” means that there is nothing to show: nobody has checked yet, it could not be looked up, Twilio left "
    "it empty, or none was seen in the days looked at. It never means no."
)


class ShownFrame(pd.DataFrame):
    """
    A table as pandas has it; its display has the columns that people read, local times, and a word for each gap.

    >>> table = ShownFrame({"sid": ["PN1"], "name": ["Shop"], "calls": pd.array([None], dtype="Int64")})
    >>> table._repr_html_().count("<th>"), type(table[["sid"]]).__name__, type(table.full).__name__
    (3, 'ShownFrame', 'DataFrame')
    """

    @property
    def _constructor(self) -> Callable[[Any], "ShownFrame"]:
        """Let a selection of its rows or columns be shown alike."""
        return ShownFrame

    @property
    def full(self) -> pd.DataFrame:
        """The same table, shown as pandas shows it: all columns, times in UTC."""
        return pd.DataFrame(self)

    def _repr_html_(self) -> str:
        names = sorted(self.columns, key=_rank)[:_MOST]
        long = len(self) > _SHOWN_WHOLE
        rows = self.iloc[[*range(_ENDS), *range(-_ENDS, 0)]] if long else self
        texts = pd.DataFrame({name: [_write(value) for value in rows[name]] for name in names}, dtype=object)
        table = _DAY.sub(_ON_ONE_LINE, texts.to_html(index=False, notebook=True, escape=True, border=0))
        said = [f"Rows: {len(self):,}{f', of which {len(rows)} are shown' if long else ''}."]
        if left := len(self.columns) - len(names):
            said.append(f"Columns that are not shown: {left}. Write .full behind the table to see them.")
        if (texts == _NOTHING).any(axis=None):
            said.append(_ABOUT_NOTHING)
        return f"{table}<p>{' '.join(said)}</p>"


def _rank(name: str) -> tuple[int, int]:
    if name in _FIRST:
        return 0, _FIRST.index(name)
    return (2 if name.endswith(_FOR_PROGRAMS) else 1), 0


def _write(value: object) -> str:
    """Write a value for people: times of this computer, yes and no."""
    if value is None or value is pd.NaT or value is pd.NA or value != value:  # noqa: PLR0124  # so is NaN
        return _NOTHING
    if isinstance(value, pd.Timestamp):
        return f"{value.to_pydatetime().astimezone():%Y-%m-%d %H:%M}"
    if pd.api.types.is_bool(value):
        return "yes" if value else "no"
    return str(value) or _NOTHING
