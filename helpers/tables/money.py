"""Sums of money, exact and by currency."""

import html
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal

from helpers.tables.exports import values_of
from helpers.tables.frames import Frame

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
