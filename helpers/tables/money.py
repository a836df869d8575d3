"""Sums of money, exact and by currency."""

from collections.abc import Mapping
from decimal import Decimal
from typing import cast

from helpers.tables.frames import Frame


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


def a_year(a_month: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Make the sums of a year from those of a month."""
    return {currency: 12 * amount for currency, amount in a_month.items()}
