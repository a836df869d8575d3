"""
Draw a table of numbers as charts in HTML.

Bars and squares take their colours from the notebook's theme, light or dark, and load no files.
Every part of a chart has a text too, and every name is escaped.  Each chart shows the count of its
numbers out of *whole*, the count before filters.  Sums of money are exact Decimals.
"""

import html
from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Any

from helpers.core.records import Verdict
from helpers.tables.frames import Frame, filter_by_verdict
from helpers.tables.money import note_rounding, sum_costs, write_amount, write_sums

#: The most accounts with bars of their own.
ACCOUNTS = 8
#: The days of billing shown: every number is billed once in them.
DAYS = 31

_AGES = (0, 7, 30, 60, 90, 180, 365)
#: The most prices with rows of their own.
_PRICES = 4
_NOT_LOOKED = "Nobody has looked yet which numbers are quiet. The button above finds out."


def money_by_account(frame: Frame, *, whole: int) -> str:
    """Draw the monthly costs of the most expensive accounts, with the share of quiet numbers."""
    currency, part, foot = _most_frequent_currency(frame)
    title = f"Money a month by account{f', top {ACCOUNTS}' if part['account_sid'].nunique() > ACCOUNTS else ''}"
    of = _of(frame, whole)
    if not len(part):
        return _card(title, of, _empty(frame, whole, "No price is known."))
    sums = part.groupby(["account_sid", "verdict"], observed=True)["monthly"].sum()
    by_account = sums.unstack(fill_value=0)
    ordered = by_account.sum(axis=1).sort_values(ascending=False, kind="stable").index
    names = part.drop_duplicates("account_sid").set_index("account_sid")["account"].astype(object)
    top, rest = ordered[:ACCOUNTS], ordered[ACCOUNTS:]
    has_evidence, longest = _has_evidence(frame), by_account.loc[top[0]].sum()
    bars = "".join(
        _bar(_name(names[sid]), _parts(by_account.loc[sid]), currency, longest=longest, has_evidence=has_evidence)
        for sid in top
    )
    if len(rest):
        # Without a bar: one for hundreds of accounts would make all others too short to read.
        others = f"<i>{len(rest):,} other{'s' if len(rest) > 1 else ''}</i>"
        bars += _bar(others, _parts(by_account.loc[rest].sum()), currency, longest=None, has_evidence=has_evidence)
    return _card(title, of, f'<div class="desk-bars" role="list">{bars}</div>', foot, legend=has_evidence)


def quiet_against_in_use(frame: Frame, *, whole: int) -> str:
    """Draw the counts of quiet, used and unjudged numbers, with their monthly costs."""
    title, of = "Quiet against in use", _of(frame, whole)
    if not _has_evidence(frame):
        return _card(title, of, _empty(frame, whole, _NOT_LOOKED))
    counts = {str(verdict): int(count) for verdict, count in frame["verdict"].value_counts().items()}
    strip = "".join(
        f'<span class="desk-part desk-part-{_css(verdict)}" style="flex:{counts[verdict]}"></span>'
        for verdict in Verdict
        if counts.get(verdict)
    )
    lines = "".join(
        f'<div role="listitem">{_sample(verdict)}<b>{counts.get(verdict, 0):,}</b> <span>{_name_of(verdict)}</span>'
        f'<span class="desk-value">{_cost(frame, verdict)}</span></div>'
        for verdict in Verdict
    )
    a_year = {currency: 12 * amount for currency, amount in sum_costs(filter_by_verdict(frame, Verdict.QUIET)).items()}
    lead = f"The quiet ones cost {write_sums(a_year)} a year." if a_year else "No number is known to be quiet."
    return _card(
        title,
        of,
        f'<p class="desk-lead">{html.escape(lead)}</p><div class="desk-strip" aria-hidden="true">{strip}</div>'
        f'<div class="desk-legend-lines" role="list">{lines}</div>',
        note_rounding(*sum_costs(frame).values()),
    )


def idle_against_price(frame: Frame, *, whole: int) -> str:
    """Draw the counts of numbers by price and days idle, with the monthly costs of each range of days."""
    title, of = "Idle age against price", _of(frame, whole)
    currency, part, foot = _most_frequent_currency(frame)
    if not _has_evidence(frame) or not len(part):
        return _card(title, of, _empty(frame, whole, "No price is known." if _has_evidence(frame) else _NOT_LOOKED))
    ages = _age_limits(part)
    part = part.assign(age=_age_places(part, ages))
    common = part["monthly"].value_counts().index[:_PRICES]
    price = part["monthly"].where(part["monthly"].isin(common))
    counts: Any = part.groupby([price.fillna(-1).rename("price"), "age"]).size().unstack(fill_value=0)
    costs = part.groupby("age")["monthly"].sum()
    labels = [*_labels(ages), "not known"]
    head = "".join(f'<th scope="col">{label}</th>' for label in labels)
    most: int = counts.to_numpy().max()
    lines = "".join(
        f'<tr><th scope="row">{"other" if price < 0 else write_amount(currency, price, exact=True)}</th>'
        + "".join(_square(int(counts.at[price, age]) if age in counts else 0, most) for age in range(len(labels)))
        + "</tr>"
        for price in sorted(counts.index, reverse=True)
    )
    sums = "".join(f"<td>{write_amount('', costs.get(age, Decimal(0)))}</td>" for age in range(len(labels)))
    return _card(
        title,
        of,
        f'<table class="desk-heat"><thead><tr><th scope="col">Price \\ days idle</th>{head}</tr></thead>'
        f'<tbody>{lines}</tbody><tfoot><tr><th scope="row">{html.escape(currency)} a month</th>{sums}</tr></tfoot>'
        "</table>",
        foot,
    )


def billing_ahead(frame: Frame, *, whole: int) -> str:
    """Draw the amounts billed on each of the next days, with the share of quiet numbers."""
    title, of = f"Billing, next {DAYS} days", _of(frame, whole)
    currency, part, foot = _most_frequent_currency(frame)
    part = part[(part["days_to_billing"] < DAYS).fillna(value=False).to_numpy(dtype=bool)]
    if not len(part):
        return _card(title, of, _empty(frame, whole, "No billing day is known."))
    all_days, quiet_days = _by_day(part), _by_day(filter_by_verdict(part, Verdict.QUIET))
    most = max(all_days)
    days = "".join(
        f'<div class="desk-day" title="{_day_text(day)}: {write_amount(currency, all_days[day])}">'
        f'<span class="desk-part desk-part-{"rest" if _has_evidence(frame) else "all"}" '
        f'style="height:{_percent(all_days[day] - quiet_days[day], most)}%"></span>'
        f'<span class="desk-part desk-part-quiet" style="height:{_percent(quiet_days[day], most)}%"></span>'
        f"<i>{day if day % 7 == 0 else ''}</i></div>"
        for day in range(DAYS)
    )
    week, week_quiet = sum(all_days[:7], Decimal(0)), sum(quiet_days[:7], Decimal(0))
    lead = f"{write_amount(currency, week)} in the next 7 days"
    lead += f", {write_amount(currency, week_quiet)} of it for quiet numbers." if _has_evidence(frame) else "."
    return _card(
        title,
        of,
        f'<p class="desk-lead">{lead}</p><div class="desk-days" role="img" '
        f'aria-label="What is billed on each of the next {DAYS} days; the most is {write_amount(currency, most)}.">'
        f"{days}</div>"
        '<p class="desk-axis">days from today</p>',
        foot,
    )


# -- shared parts -----------------------------------------------------------------------------


def _of(frame: Frame, whole: int) -> str:
    """Write the count of a chart's numbers; always present, so that a filter does not move the layout."""
    some = f"{len(frame):,} of " if len(frame) < whole else ""
    return f"of {some}{whole:,} number{'s' if whole != 1 else ''}"


def _card(title: str, of: str, body: str, foot: str = "", *, legend: bool = False) -> str:
    samples = "".join(f"<span>{_sample(verdict)}{_name_of(verdict)}</span>" for verdict in Verdict) if legend else ""
    below = f'<p class="desk-hint">{html.escape(foot)}</p>' if foot else ""
    head = f'<h3 class="desk-step">{html.escape(title)} <small>{of}</small></h3>'
    key = f'<div class="desk-key">{samples}</div>' if legend else ""
    return f'<div class="desk-card desk-chart">{head}{key}{body}{below}</div>'


def _empty(frame: Frame, whole: int, otherwise: str) -> str:
    no_rows = "No number is left by the filters." if whole else "There are no numbers in these accounts."
    return f'<p class="desk-empty">{html.escape(otherwise if len(frame) else no_rows)}</p>'


def _most_frequent_currency(frame: Frame) -> tuple[str, Frame, str]:
    """Return the most frequent currency, its numbers, and a footnote about omitted numbers and rounded sums."""
    columns = ["monthly", "account", "account_sid", "verdict", "idle_days", "idle_at_least", "days_to_billing"]
    has_price = frame["monthly"].notna().to_numpy(dtype=bool)
    common = frame.loc[has_price, "currency"].astype(object).value_counts()
    currency = str(common.index[0]) if len(common) else ""
    is_chosen = has_price & (frame["currency"] == currency).to_numpy(dtype=bool, na_value=False)
    part = frame.loc[is_chosen, columns]
    unknown, foreign = len(frame) - int(has_price.sum()), int(has_price.sum()) - int(is_chosen.sum())
    reasons = [
        f"{unknown:,} of unknown price" if unknown else "",
        f"{foreign:,} in other currencies" if foreign else "",
    ]
    left_out = " and ".join(filter(None, reasons))
    foot = [f"Without {left_out}." if left_out and len(part) else "", note_rounding(sum(part["monthly"], Decimal(0)))]
    return currency, part, " ".join(filter(None, foot))


def _has_evidence(frame: Frame) -> bool:
    # The time of the evidence, not its result: a number can have evidence and no verdict.
    return bool(frame["looked_at"].notna().any())


def _name(name: Any) -> str:
    return f"<bdi>{html.escape(str(name))}</bdi>"


def _name_of(verdict: Verdict) -> str:
    return "could not be judged" if verdict is Verdict.UNKNOWN else verdict


def _css(verdict: Verdict) -> str:
    return "rest" if verdict is Verdict.IN_USE else verdict


def _sample(verdict: Verdict) -> str:
    return f'<span class="desk-sample desk-part desk-part-{_css(verdict)}" aria-hidden="true"></span>'


def _percent(part: Decimal, whole: Decimal) -> str:
    return f"{100 * part / whole if whole else 0:.2f}"


def _cost(frame: Frame, verdict: Verdict) -> str:
    sums = sum_costs(filter_by_verdict(frame, verdict))
    return " and ".join(write_amount(currency, amount) for currency, amount in sums.items()) + " a month" * bool(sums)


def _parts(sums: Any) -> dict[Verdict, Decimal]:
    return {verdict: sums.get(verdict, Decimal(0)) for verdict in Verdict}


def _bar(
    name: str, parts: Mapping[Verdict, Decimal], currency: str, *, longest: Decimal | None, has_evidence: bool
) -> str:
    whole = sum(parts.values(), Decimal(0))
    drawn = "".join(
        f'<span class="desk-part desk-part-{_css(verdict) if has_evidence else "all"}" '
        f'style="width:{_percent(part, longest)}%"></span>'
        for verdict, part in parts.items()
        if part and longest
    )
    quiet = f"<small>{write_amount('', parts[Verdict.QUIET])} quiet</small>" if has_evidence else ""
    return (
        f'<div role="listitem"><span class="desk-name">{name}</span>'
        f'<span class="desk-bar" aria-hidden="true">{drawn}</span>'
        f'<span class="desk-value">{write_amount(currency, whole)}{quiet}</span></div>'
    )


def _age_limits(part: Frame) -> list[int]:
    """
    Choose the first day of each range of idle days.

    The last range begins at the end of the days read; where every number has traffic, it begins
    beyond the longest idle time.
    """
    has_no_traffic = part["idle_at_least"].fillna(value=False).to_numpy(dtype=bool)
    if has_no_traffic.any():
        horizon = int(part.loc[has_no_traffic, "idle_days"].max())
    else:
        idle_days = part["idle_days"].dropna()
        most = int(idle_days.max()) if len(idle_days) else 0
        horizon = next((age for age in _AGES[1:] if age > most), _AGES[-1])
    return [*(age for age in _AGES if age < horizon), horizon]


def _age_places(part: Frame, ages: Iterable[int]) -> Any:
    """Return the place of each number's range of idle days; numbers of unknown age come last."""
    begins = list(ages)
    days = part["idle_days"].astype("Float64").fillna(-1.0).to_numpy(dtype=float)
    has_no_traffic = part["idle_at_least"].fillna(value=False).to_numpy(dtype=bool)
    # "At least 30 days" where others were read 90 days back can belong to any later range.
    unknown = (days < 0) | (has_no_traffic & (days < begins[-1]))
    place: Any = sum((days >= begin).astype(int) for begin in begins) - 1
    place[unknown] = len(begins)
    return place


def _labels(ages: list[int]) -> list[str]:
    """
    Write the ranges of idle days; the browser may break a narrow column after a dash.

    >>> _labels([0, 7])
    ['under 7', '7+']
    """
    pairs = pairwise(ages)
    return [*(f"{begin}\N{EN DASH}{end - 1}" if begin else f"under {end}" for begin, end in pairs), f"{ages[-1]}+"]


def _square(count: int, most: int) -> str:
    tint = round(45 * (count / most) ** 0.5) if count else 0
    return f'<td style="--desk-tint:{tint}%">{f"{count:,}" if count else "<i>0</i>"}</td>'


def _by_day(part: Frame) -> list[Decimal]:
    sums = part.groupby("days_to_billing")["monthly"].sum()
    return [sums.get(day, Decimal(0)) for day in range(DAYS)]


def _day_text(day: int) -> str:
    return {0: "today", 1: "tomorrow"}.get(day, f"in {day} days")
