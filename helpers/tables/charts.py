"""
The pictures: a table of numbers in, HTML out.

Bars and squares of HTML, coloured by the notebook's own theme: right in light and dark, with
nothing to fetch.  Every part of a picture is told in words as well, and every name is escaped.
Each says of how many numbers it is: the table may be what filters left of a *whole* of so many.
Money is added up exactly: prices are Decimals, and so are their sums.
"""

import html
from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Any

from helpers.core.records import Verdict
from helpers.tables.frames import Frame, of_verdict
from helpers.tables.money import amount_said, money, money_said, rounded

#: Accounts with a bar of their own.
ACCOUNTS = 8
#: Days of billing ahead: every number is billed once in them.
DAYS = 31

_AGES = (0, 7, 30, 60, 90, 180, 365)
#: Prices with a row of their own.
_PRICES = 4
_NOT_LOOKED = "Nobody has looked yet which numbers are quiet. The button above finds out."


def money_by_account(frame: Frame, *, whole: int) -> str:
    """Show what the dearest accounts cost a month, and how much of that is for quiet numbers."""
    currency, part, foot = _priced(frame)
    title = f"Money a month by account{f', top {ACCOUNTS}' if part['account_sid'].nunique() > ACCOUNTS else ''}"
    of = _of(frame, whole)
    if not len(part):
        return _card(title, of, _empty(frame, whole, "No price is known."))
    sums = part.groupby(["account_sid", "verdict"], observed=True)["monthly"].sum()
    by_account = sums.unstack(fill_value=0)
    ordered = by_account.sum(axis=1).sort_values(ascending=False, kind="stable").index
    names = part.drop_duplicates("account_sid").set_index("account_sid")["account"].astype(object)
    top, rest = ordered[:ACCOUNTS], ordered[ACCOUNTS:]
    looked, longest = _looked(frame), by_account.loc[top[0]].sum()
    bars = "".join(
        _bar(_name(names[sid]), _parts(by_account.loc[sid]), currency, longest=longest, looked=looked) for sid in top
    )
    if len(rest):
        # Without a bar: that of hundreds together would make every single account's a stub.
        others = f"<i>{len(rest):,} other{'s' if len(rest) > 1 else ''}</i>"
        bars += _bar(others, _parts(by_account.loc[rest].sum()), currency, longest=None, looked=looked)
    return _card(title, of, f'<div class="desk-bars" role="list">{bars}</div>', foot, legend=looked)


def quiet_against_in_use(frame: Frame, *, whole: int) -> str:
    """Show how many numbers are quiet, in use, or not judged, and what each kind costs a month."""
    title, of = "Quiet against in use", _of(frame, whole)
    if not _looked(frame):
        return _card(title, of, _empty(frame, whole, _NOT_LOOKED))
    counts = {str(verdict): int(how_many) for verdict, how_many in frame["verdict"].value_counts().items()}
    strip = "".join(
        f'<span class="desk-part desk-part-{_css(verdict)}" style="flex:{counts[verdict]}"></span>'
        for verdict in Verdict
        if counts.get(verdict)
    )
    lines = "".join(
        f'<div role="listitem">{_sample(verdict)}<b>{counts.get(verdict, 0):,}</b> <span>{_said(verdict)}</span>'
        f'<span class="desk-value">{_cost(frame, verdict)}</span></div>'
        for verdict in Verdict
    )
    a_year = {currency: 12 * amount for currency, amount in money(of_verdict(frame, Verdict.QUIET)).items()}
    lead = f"The quiet ones cost {money_said(a_year)} a year." if a_year else "No number is known to be quiet."
    return _card(
        title,
        of,
        f'<p class="desk-lead">{html.escape(lead)}</p><div class="desk-strip" aria-hidden="true">{strip}</div>'
        f'<div class="desk-legend-lines" role="list">{lines}</div>',
        rounded(*money(frame).values()),
    )


def idle_against_price(frame: Frame, *, whole: int) -> str:
    """Show how many numbers of each price were idle for how long, and what each age of idleness costs a month."""
    title, of = "Idle age against price", _of(frame, whole)
    currency, part, foot = _priced(frame)
    if not _looked(frame) or not len(part):
        return _card(title, of, _empty(frame, whole, "No price is known." if _looked(frame) else _NOT_LOOKED))
    ages = _ages(part)
    part = part.assign(age=_age(part, ages))
    common = part["monthly"].value_counts().index[:_PRICES]
    price = part["monthly"].where(part["monthly"].isin(common))
    counts = part.groupby([price.fillna(-1).rename("price"), "age"]).size().unstack(fill_value=0)
    costs = part.groupby("age")["monthly"].sum()
    labels = [*_labels(ages), "not known"]
    head = "".join(f'<th scope="col">{label}</th>' for label in labels)
    most: int = counts.to_numpy().max()
    lines = "".join(
        f'<tr><th scope="row">{"other" if price < 0 else amount_said(currency, price, exact=True)}</th>'
        + "".join(_square(_at(counts, price, age), most) for age in range(len(labels)))
        + "</tr>"
        for price in sorted(counts.index, reverse=True)
    )
    sums = "".join(f"<td>{amount_said('', costs.get(age, Decimal(0)))}</td>" for age in range(len(labels)))
    return _card(
        title,
        of,
        f'<table class="desk-heat"><thead><tr><th scope="col">Price \\ days idle</th>{head}</tr></thead>'
        f'<tbody>{lines}</tbody><tfoot><tr><th scope="row">{html.escape(currency)} a month</th>{sums}</tr></tfoot>'
        "</table>",
        foot,
    )


def billing_ahead(frame: Frame, *, whole: int) -> str:
    """Show what will be billed on each of the days ahead, and how much of that is for quiet numbers."""
    title, of = f"Billing, next {DAYS} days", _of(frame, whole)
    currency, part, foot = _priced(frame)
    part = part[(part["days_to_billing"] < DAYS).fillna(value=False).to_numpy(dtype=bool)]
    if not len(part):
        return _card(title, of, _empty(frame, whole, "No billing day is known."))
    all_days, quiet_days = _by_day(part), _by_day(of_verdict(part, Verdict.QUIET))
    most = max(all_days)
    days = "".join(
        f'<div class="desk-day" title="{_when(day)}: {amount_said(currency, all_days[day])}">'
        f'<span class="desk-part desk-part-{"rest" if _looked(frame) else "all"}" '
        f'style="height:{_percent(all_days[day] - quiet_days[day], most)}%"></span>'
        f'<span class="desk-part desk-part-quiet" style="height:{_percent(quiet_days[day], most)}%"></span>'
        f"<i>{day if day % 7 == 0 else ''}</i></div>"
        for day in range(DAYS)
    )
    week, week_quiet = sum(all_days[:7], Decimal(0)), sum(quiet_days[:7], Decimal(0))
    said = f"{amount_said(currency, week)} in the next 7 days"
    said += f", {amount_said(currency, week_quiet)} of it for quiet numbers." if _looked(frame) else "."
    return _card(
        title,
        of,
        f'<p class="desk-lead">{said}</p><div class="desk-days" role="img" '
        f'aria-label="What is billed on each of the next {DAYS} days; the most is {amount_said(currency, most)}.">'
        f"{days}</div>"
        '<p class="desk-axis">days from today</p>',
        foot,
    )


# -- what they share -----------------------------------------------------------------------------


def _of(frame: Frame, whole: int) -> str:
    """Say of how many numbers a picture is; always, so that a filter moves nothing."""
    some = f"{len(frame):,} of " if len(frame) < whole else ""
    return f"of {some}{whole:,} number{'s' if whole != 1 else ''}"


def _card(title: str, of: str, body: str, foot: str = "", *, legend: bool = False) -> str:
    samples = "".join(f"<span>{_sample(verdict)}{_said(verdict)}</span>" for verdict in Verdict) if legend else ""
    below = f'<p class="desk-hint">{html.escape(foot)}</p>' if foot else ""
    head = f'<h3 class="desk-step">{html.escape(title)} <small>{of}</small></h3>'
    key = f'<div class="desk-key">{samples}</div>' if legend else ""
    return f'<div class="desk-card desk-chart">{head}{key}{body}{below}</div>'


def _empty(frame: Frame, whole: int, otherwise: str) -> str:
    nothing = "No number is left by the filters." if whole else "There are no numbers in these accounts."
    return f'<p class="desk-empty">{html.escape(otherwise if len(frame) else nothing)}</p>'


def _priced(frame: Frame) -> tuple[str, Frame, str]:
    """Take the numbers in one currency, the commonest; say which that leaves out, and which sums are rounded."""
    columns = ["monthly", "account", "account_sid", "verdict", "idle_days", "idle_at_least", "days_to_billing"]
    has_price = frame["monthly"].notna().to_numpy(dtype=bool)
    common = frame.loc[has_price, "currency"].astype(object).value_counts()
    currency = str(common.index[0]) if len(common) else ""
    ours = has_price & (frame["currency"] == currency).to_numpy(dtype=bool, na_value=False)
    part = frame.loc[ours, columns]
    unknown, foreign = len(frame) - int(has_price.sum()), int(has_price.sum()) - int(ours.sum())
    reasons = [
        f"{unknown:,} of unknown price" if unknown else "",
        f"{foreign:,} in other currencies" if foreign else "",
    ]
    left_out = " and ".join(filter(None, reasons))
    foot = [f"Without {left_out}." if left_out and len(part) else "", rounded(sum(part["monthly"], Decimal(0)))]
    return currency, part, " ".join(filter(None, foot))


def _looked(frame: Frame) -> bool:
    # By the time of the look, not by what came of it: to look in vain is not to have looked at nothing.
    return bool(frame["looked_at"].notna().any())


def _name(name: Any) -> str:
    return f"<bdi>{html.escape(str(name))}</bdi>"


def _said(verdict: Verdict) -> str:
    return "could not be judged" if verdict is Verdict.UNKNOWN else verdict


def _css(verdict: Verdict) -> str:
    return "rest" if verdict is Verdict.IN_USE else verdict


def _sample(verdict: Verdict) -> str:
    return f'<span class="desk-sample desk-part desk-part-{_css(verdict)}" aria-hidden="true"></span>'


def _percent(part: Decimal, whole: Decimal) -> str:
    return f"{100 * part / whole if whole else 0:.2f}"


def _cost(frame: Frame, verdict: Verdict) -> str:
    sums = money(of_verdict(frame, verdict))
    return " and ".join(amount_said(currency, amount) for currency, amount in sums.items()) + " a month" * bool(sums)


def _parts(sums: Any) -> dict[Verdict, Decimal]:
    return {verdict: sums.get(verdict, Decimal(0)) for verdict in Verdict}


def _bar(name: str, parts: Mapping[Verdict, Decimal], currency: str, *, longest: Decimal | None, looked: bool) -> str:
    whole = sum(parts.values(), Decimal(0))
    drawn = "".join(
        f'<span class="desk-part desk-part-{_css(verdict) if looked else "all"}" '
        f'style="width:{_percent(part, longest)}%"></span>'
        for verdict, part in parts.items()
        if part and longest
    )
    quiet = f"<small>{amount_said('', parts[Verdict.QUIET])} quiet</small>" if looked else ""
    return (
        f'<div role="listitem"><span class="desk-name">{name}</span>'
        f'<span class="desk-bar" aria-hidden="true">{drawn}</span>'
        f'<span class="desk-value">{amount_said(currency, whole)}{quiet}</span></div>'
    )


def _ages(part: Frame) -> list[int]:
    """
    Choose the ages of idleness to tell apart.

    The last one begins where the days that were looked at end; where every number was heard, the
    first that is beyond them all is the last.
    """
    seen_none = part["idle_at_least"].fillna(value=False).to_numpy(dtype=bool)
    if seen_none.any():
        horizon = int(part.loc[seen_none, "idle_days"].max())
    else:
        heard = part["idle_days"].dropna()
        most = int(heard.max()) if len(heard) else 0
        horizon = next((age for age in _AGES[1:] if age > most), _AGES[-1])
    return [*(age for age in _AGES if age < horizon), horizon]


def _age(part: Frame, ages: Iterable[int]) -> Any:
    """Put each number into its age, by place; those of unknown age come last."""
    begins = list(ages)
    days = part["idle_days"].astype("Float64").fillna(-1.0).to_numpy(dtype=float)
    seen_none = part["idle_at_least"].fillna(value=False).to_numpy(dtype=bool)
    # "At least 30 days" in a company that looked 90 days back is anything from 30 on.
    unknown = (days < 0) | (seen_none & (days < begins[-1]))
    place: Any = sum((days >= begin).astype(int) for begin in begins) - 1
    place[unknown] = len(begins)
    return place


def _labels(ages: list[int]) -> list[str]:
    """
    Name the ages of idleness; a column is narrow, and a dash may be broken after.

    >>> _labels([0, 7])
    ['under 7', '7+']
    """
    pairs = pairwise(ages)
    return [*(f"{begin}\N{EN DASH}{end - 1}" if begin else f"under {end}" for begin, end in pairs), f"{ages[-1]}+"]


def _at(counts: Any, price: Decimal, age: int) -> int:
    return int(counts.at[price, age]) if age in counts else 0


def _square(how_many: int, most: int) -> str:
    tint = round(45 * (how_many / most) ** 0.5) if how_many else 0
    return f'<td style="--desk-tint:{tint}%">{f"{how_many:,}" if how_many else "<i>0</i>"}</td>'


def _by_day(part: Frame) -> list[Decimal]:
    sums = part.groupby("days_to_billing")["monthly"].sum()
    return [sums.get(day, Decimal(0)) for day in range(DAYS)]


def _when(day: int) -> str:
    return {0: "today", 1: "tomorrow"}.get(day, f"in {day} days")
