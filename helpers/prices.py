"""What a number costs a month, from Twilio's Pricing API."""

from contextlib import suppress
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

import phonenumbers

from helpers.errors import CannotRead
from helpers.gateway import Gateway
from helpers.records import Number, Price


@lru_cache(maxsize=200_000)
def country_of(phone_number: str) -> str | None:
    """
    Name the country of an E.164 number by its ISO code; None where it cannot be told.

    >>> country_of("+14155550123"), country_of("+442079460123"), country_of("+61255501234"), country_of("12")
    ('US', 'GB', 'AU', None)
    """
    try:
        parsed = phonenumbers.parse(phone_number)
    except phonenumbers.NumberParseException:
        return None
    country: str | None = phonenumbers.region_code_for_number(parsed)
    return country or phonenumbers.region_code_for_country_code(parsed.country_code or 0)


class PriceList:
    """Twilio's number prices as this account pays them, each country asked for once."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._countries: dict[str, dict[str, Price]] = {}

    def of(self, number: Number) -> Price | None:
        """
        Look up what a number costs a month: no request, or one for the first number of a country.

        Returns:
            The price for numbers of this country and type, or None where Twilio states none or
            could not be asked: an unknown price is unknown, not 0.
        """
        country = country_of(number.phone_number)
        kind = (number.get("type") or "").replace("-", " ")
        if country is None or not kind:
            return None
        if country not in self._countries:
            try:
                self._countries[country] = _read(self._gateway.prices(country) or {})
            except CannotRead:
                # Not remembered: it may be said the next time.
                return None
        return self._countries[country].get(kind)


def _read(stated: dict[str, Any]) -> dict[str, Price]:
    """Read what Twilio states for a country; what cannot be read is left out."""
    prices = {}
    for price in stated.get("phone_number_prices") or []:
        with suppress(InvalidOperation, KeyError, TypeError, AttributeError):
            monthly, currency = Decimal(price["current_price"]), stated["price_unit"].upper()
            prices[price["number_type"]] = Price(monthly, currency)
    return prices
