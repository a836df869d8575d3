"""Sums of money, exact and by currency."""

import html
from collections.abc import Mapping
from decimal import Decimal
from typing import cast

from helpers.tables.frames import Frame

#: From this sum on, charts omit the pennies and say so.
ROUNDED = 1000


def note_rounding(*sums: Decimal) -> str:
    """Write the footnote of a chart with rounded sums; empty where no sum is rounded."""
    return (
        f"Sums of {ROUNDED:,} and more are rounded, without pennies." if any(each >= ROUNDED for each in sums) else ""
    )


def sum_costs(frame: Frame) -> dict[str, Decimal]:
    """Add up the monthly costs of numbers by currency, the largest sum first, without unknown prices."""
    priced = frame[frame["monthly"].notna()]
    # Many numbers have one price, so it is added once.
    prices = priced.groupby(["currency", "monthly"], observed=True, dropna=False, sort=False).size()
    sums: dict[str, Decimal] = {}
    for place, many in prices.items():
        currency, price = cast("tuple[object, Decimal]", place)
        name = currency if isinstance(currency, str) else ""
        sums[name] = sums.get(name, Decimal(0)) + price * int(many)
    return dict(sorted(sums.items(), key=lambda item: -item[1]))


def write_sums(sums: Mapping[str, Decimal]) -> str:
    """
    Write sums of money with their currencies.

    >>> write_sums({"USD": Decimal("1204.5"), "EUR": Decimal(20)}), write_sums({})
    ('USD 1,204.50 and EUR 20.00', 'nothing that is known')
    """
    return " and ".join(f"{currency} {amount:,.2f}".strip() for currency, amount in sums.items()) or (
        "nothing that is known"
    )


def write_amount(currency: str, amount: Decimal, *, exact: bool = False) -> str:
    """
    Write an amount for a chart, without pennies from ``ROUNDED`` on, unless it has to be *exact*.

    >>> write_amount("USD", Decimal("1204.5")), write_amount("USD", Decimal("276")), write_amount("USD", Decimal(0))
    ('USD 1,204', 'USD 276.00', 'USD 0.00')
    """
    digits = 2 if exact or amount < ROUNDED else 0
    if exact:
        digits = max(digits, -int(amount.normalize().as_tuple().exponent))
    return html.escape(f"{currency} {amount:,.{digits}f}".strip())
