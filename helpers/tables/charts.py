"""
Draw a table of numbers as three pictures in one band, in HTML: status, cost by account, and last use.

All three, and the figures in them, are of all numbers of the table: filters change the rows, never the pictures.  Each
part is a button that filters by what it shows; its ``data-press`` is the column and the value.  Each has its words
for the mouse, the keyboard and screen readers.  Colours are the notebook's theme; every name is escaped.
"""

import html
from collections.abc import Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from helpers.core.records import Verdict
from helpers.decisions.verdict_words import VERDICTS
from helpers.tables.frames import Frame, filter_by_verdict
from helpers.tables.money import sum_costs, write_sums

#: The most accounts with bars of their own.
ACCOUNTS = 7
#: The columns that the parts of the pictures filter by.
STATUS, ACCOUNT, LAST_USED = "verdict", "account_sid", "last_used"

_AGES = (0, 7, 30, 90, 180)
_NOT_KNOWN = "not known"
#: The end of a name, which is never cut: customers are told apart by it.
_TAIL = 7
_NOT_CHECKED = "Nobody has checked yet which numbers are used."


def draw_pictures(frame: Frame, *, days: int) -> str:
    """
    Draw the three pictures.

    Args:
        days: The days of calls and messages that the table tells of.
    """
    return f'<div class="desk-pictures">{_status(frame, days)}{_by_account(frame, days)}{_last_used(frame, days)}</div>'


def ages_of(frame: Frame, days: int) -> Any:
    """Return for each number the label of its range of ``age_labels``, as an array."""
    begins = _begins(days)
    idle = frame["idle_days"].astype("Float64").fillna(-1.0).to_numpy(dtype=float)
    has_no_traffic = frame["idle_at_least"].fillna(value=False).to_numpy(dtype=bool)
    # "At least 30 days" where others were read 90 days back can belong to any later range.
    unknown = (idle < 0) | (has_no_traffic & (idle < begins[-1]))
    place: Any = sum((idle >= begin).astype(int) for begin in begins) - 1
    place[unknown] = len(begins)
    return np.array(age_labels(days), dtype=object)[place]


def age_labels(days: int) -> list[str]:
    """
    Write the ranges of days since the last use; the last but one is the look-back and all before it.

    >>> age_labels(90), age_labels(7)
    (['0-6', '7-29', '30-89', '90+', 'not known'], ['0-6', '7+', 'not known'])
    """
    begins = _begins(days)
    return [*(f"{begin}-{end - 1}" for begin, end in pairwise(begins)), f"{begins[-1]}+", _NOT_KNOWN]


def _begins(days: int) -> list[int]:
    return [*(age for age in _AGES if age < days), days]


# -- the pictures ---------------------------------------------------------------------------------


def _status(frame: Frame, days: int) -> str:
    title, of = f"Last {days} days", "a month"
    if not _has_evidence(frame):
        return _card(title, "", _empty(frame) + _total(frame))
    by_verdict = {verdict: filter_by_verdict(frame, verdict) for verdict in Verdict}
    strip = "".join(
        _button(
            f"{STATUS}={verdict}",
            _status_words(part, verdict),
            "",
            style=f"desk-part desk-part-{_css(verdict)}",
            at=f"flex:{len(part)}",
            again=True,
        )
        for verdict, part in by_verdict.items()
        if len(part)
    )
    lines = "".join(
        _button(
            f"{STATUS}={verdict}",
            _status_words(part, verdict),
            f"{_sample(verdict)}<b>{len(part):,}</b><span>{VERDICTS[verdict]}</span>"
            f'<span class="desk-value">{_short(part)}</span>',
        )
        for verdict, part in by_verdict.items()
    )
    return _card(
        title, of, f'<div class="desk-strip">{strip}</div><div class="desk-lines">{lines}</div>{_total(frame)}'
    )


def _status_words(part: Frame, verdict: Verdict) -> str:
    many = f"{len(part):,} number{'s' if len(part) != 1 else ''}"
    return f"{VERDICTS[verdict]}: {many}, {write_sums(sum_costs(part)) if len(part) else 'nothing'} a month"


def _total(frame: Frame) -> str:
    return (
        f'<p class="desk-total"><b>{len(frame):,}</b><span>in all</span>'
        f'<span class="desk-value">{_short(frame)}</span></p>'
    )


def _by_account(frame: Frame, days: int) -> str:
    currency, part, foot = _most_frequent_currency(frame)
    title = "By account"
    if not len(part):
        return _card(title, "", _empty(frame, "No price is known."))
    sums = part.groupby(["account_sid", "verdict"], observed=True)["monthly"].sum().unstack(fill_value=0)
    ordered = sums.sum(axis=1).sort_values(ascending=False, kind="stable").index
    names = part.drop_duplicates("account_sid").set_index("account_sid")["account"].astype(object)
    counts = part["account_sid"].astype(object).value_counts()
    top, rest = ordered[:ACCOUNTS], ordered[ACCOUNTS:]
    has_evidence, longest = _has_evidence(frame), sums.loc[top[0]].sum()
    checked = days if has_evidence else None
    bars = "".join(
        _account_bar(
            _Account(str(sid), str(names[sid]), int(counts[sid]), _parts(sums.loc[sid])), currency, longest, checked
        )
        for sid in top
    )
    if len(rest):
        # Without a bar: one for hundreds of accounts would make all others too short to read.
        others = f"{len(rest):,} other account{'s' if len(rest) > 1 else ''}"
        amount = f"{sums.loc[rest].to_numpy().sum():,.2f}"
        bars += f'<p class="desk-others">{others}<span class="desk-value">{amount}</span></p>'
    return _card(title, f"{html.escape(currency)} a month", f'<div class="desk-bars">{bars}</div>', foot)


class _Account(NamedTuple):
    """One account with a bar: its numbers with a price, and what they cost a month by status."""

    sid: str
    name: str
    numbers: int
    costs: Mapping[Verdict, Decimal]


def _account_bar(account: _Account, currency: str, longest: Decimal, days: int | None) -> str:
    """Draw the bar of an account; *days* is None where nobody has checked."""
    sid, name, numbers, costs = account
    whole = sum(costs.values(), Decimal(0))
    drawn = "".join(
        f'<span class="desk-part desk-part-{"all" if days is None else _css(verdict)}" '
        f'style="width:{100 * part / longest if longest else 0:.2f}%"></span>'
        for verdict, part in costs.items()
        if part
    )
    words = f"{name}: {write_sums({currency: whole})} a month for {numbers:,} number{'s' if numbers != 1 else ''}"
    if days is not None:
        words += f", {write_sums({currency: costs[Verdict.QUIET]})} of it not used for {days} days"
    head, tail = html.escape(name[:-_TAIL]), html.escape(name[-_TAIL:])
    return _button(
        f"{ACCOUNT}={sid}",
        words,
        f'<bdi class="desk-name"><span>{head}</span><span>{tail}</span></bdi><span class="desk-bar">{drawn}</span>'
        f'<span class="desk-value">{whole:,.2f}</span>',
    )


def _last_used(frame: Frame, days: int) -> str:
    title = "Last used"
    if not _has_evidence(frame):
        return _card(title, "", _empty(frame))
    labels, ages = age_labels(days), ages_of(frame, days)
    counts = {label: int((ages == label).sum()) for label in labels}
    most = max(counts.values()) or 1
    styles = [*("rest" for _ in labels[:-2]), "quiet", "unknown"]
    bars = "".join(
        _button(
            f"{LAST_USED}={label}",
            _age_words(label, counts[label], days),
            f"<b>{counts[label]:,}</b>"
            f'<span class="desk-part desk-part-{style}" style="height:{66 * counts[label] / most:.1f}px"></span>'
            f"<span>{'?' if label == _NOT_KNOWN else label}</span>",
        )
        for label, style in zip(labels, styles, strict=True)
    )
    return _card(title, "days ago, numbers", f'<div class="desk-ages">{bars}</div>')


def _age_words(label: str, numbers: int, days: int) -> str:
    many = f"{numbers:,} number{'s' if numbers != 1 else ''}"
    if label == _NOT_KNOWN:
        return f"{many}: when they were used last is not known"
    return f"{many}: not used for {days} days" if label.endswith("+") else f"{many}: used last {label} days ago"


# -- shared parts -----------------------------------------------------------------------------


def _card(title: str, of: str, body: str, foot: str = "") -> str:
    below = f'<p class="desk-hint">{html.escape(foot)}</p>' if foot else ""
    return f'<div class="desk-chart"><h3>{html.escape(title)} <small>{of}</small></h3>{body}{below}</div>'


def _button(key: str, words: str, inside: str, *, style: str = "", at: str = "", again: bool = False) -> str:
    """
    Make a part that can be pressed.

    Args:
        again: Whether another part with the same key is there for the keyboard and for screen readers.
    """
    told, hidden = html.escape(words), ' tabindex="-1" aria-hidden="true"' if again else ""
    return (
        f'<button type="button" class="{style}" style="{at}" data-press="{html.escape(key)}" data-tip="{told}" '
        f'aria-label="{told}"{hidden}>{inside}</button>'
    )


def _empty(frame: Frame, otherwise: str = _NOT_CHECKED) -> str:
    return f'<p class="desk-empty">{otherwise if len(frame) else "There are no numbers in these accounts."}</p>'


def _most_frequent_currency(frame: Frame) -> tuple[str, Frame, str]:
    """Return the most frequent currency, its numbers, and a footnote about those that are left out."""
    has_price = frame["monthly"].notna().to_numpy(dtype=bool)
    common = frame.loc[has_price, "currency"].astype(object).value_counts()
    currency = str(common.index[0]) if len(common) else ""
    is_chosen = has_price & (frame["currency"] == currency).to_numpy(dtype=bool, na_value=False)
    part = frame.loc[is_chosen, ["monthly", "account", "account_sid", "verdict"]]
    unknown, foreign = len(frame) - int(has_price.sum()), int(has_price.sum()) - int(is_chosen.sum())
    reasons = [
        f"{unknown:,} of unknown price" if unknown else "",
        f"{foreign:,} in other currencies" if foreign else "",
    ]
    left_out = " and ".join(filter(None, reasons))
    return currency, part, f"Without {left_out}." if left_out and len(part) else ""


def _has_evidence(frame: Frame) -> bool:
    # The time of the evidence, not its result: a number can have evidence and no verdict.
    return bool(frame["looked_at"].notna().any())


def _short(frame: Frame) -> str:
    """Write the largest sum, and a sign where there are others: the words of the part have all of them."""
    sums = sum_costs(frame)
    if not sums:
        return "unknown" if len(frame) else ""
    currency, amount = next(iter(sums.items()))
    return html.escape(write_sums({currency: amount})) + " +" * (len(sums) > 1)


def _css(verdict: Verdict) -> str:
    return "rest" if verdict is Verdict.IN_USE else verdict


def _sample(verdict: Verdict) -> str:
    return f'<span class="desk-sample desk-part desk-part-{_css(verdict)}"></span>'


def _parts(sums: Any) -> dict[Verdict, Decimal]:
    return {verdict: sums.get(verdict, Decimal(0)) for verdict in Verdict}
