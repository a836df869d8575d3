"""
Sums of money, exact and by currency.

What is added up for a picture are whole numbers of the smallest fraction that a price has: as
fast as floats, and never a penny off.
"""

import html
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from helpers.exports import values_of
from helpers.tables import Frame

#: From this sum on, pictures leave the pennies out, and say so.
ROUNDED = 1000


def rounded(*sums: Decimal) -> str:
    """Say what is rounded in a picture of such sums; nothing where nothing is."""
    return (
        f"Sums of {ROUNDED:,} and more are rounded, without pennies." if any(each >= ROUNDED for each in sums) else ""
    )


def money(frame: Frame) -> dict[str, Decimal]:
    """Add up what numbers cost a month, by currency; those of unknown price are not in it."""
    currencies = values_of(frame["currency"])
    prices = Counter(zip(currencies, values_of(frame["monthly"]), strict=True))
    sums: dict[str, Decimal] = {}
    for (currency, price), how_many in prices.items():
        if price is not None:
            sums[str(currency or "")] = sums.get(str(currency or ""), Decimal(0)) + price * how_many
    return dict(sorted(sums.items(), key=lambda item: -item[1]))


def money_said(sums: Mapping[str, Decimal]) -> str:
    """
    Write sums of money, with their currencies.

    >>> money_said({"USD": Decimal("1204.5"), "EUR": Decimal(20)}), money_said({})
    ('USD 1,204.50 and EUR 20.00', 'nothing that is known')
    """
    return " and ".join(f"{currency} {amount:,.2f}".strip() for currency, amount in sums.items()) or (
        "nothing that is known"
    )


@dataclass(frozen=True)
class Unit:
    """What sums of money are counted in: so many digits behind the point of a currency."""

    currency: str
    digits: int = 0

    def of(self, units: int) -> Decimal:
        """Take so many units for the sum of money that they are."""
        return Decimal(int(units)).scaleb(-self.digits)

    def said(self, units: int, *, exact: bool = False, alone: bool = False) -> str:
        """Write a sum; *alone* without its currency."""
        return amount_said("" if alone else self.currency, self.of(units), exact=exact)


def in_units(prices: Any, currency: str) -> tuple[Unit, Any]:
    """Count prices of one currency in the smallest fraction that any of them has."""
    prices = prices.astype(object)
    different = {price: price.normalize() for price in prices.unique()}
    digits = max((max(0, -int(price.as_tuple().exponent)) for price in different.values()), default=0)
    units = {price: int(exact.scaleb(digits)) for price, exact in different.items()}
    # Larger sums than a machine's whole numbers hold are added up by Python itself.
    fits = max(units.values(), default=0) * len(prices) < 2**62
    return Unit(currency, digits), prices.map(units).astype("int64" if fits else "object")


def amount_said(currency: str, amount: Decimal, *, exact: bool = False) -> str:
    """
    Write money in a picture, where there is no room for the pennies of sums from ``ROUNDED`` on.

    >>> amount_said("USD", Decimal("1204.5")), amount_said("USD", Decimal("276")), amount_said("USD", Decimal(0))
    ('USD 1,204', 'USD 276.00', 'USD 0.00')
    """
    digits = 2 if exact or amount < ROUNDED else 0
    if exact:
        digits = max(digits, -int(amount.normalize().as_tuple().exponent))
    return html.escape(f"{currency} {amount:,.{digits}f}".strip())
