"""What a number costs a month, from Twilio's Pricing API."""

from decimal import Decimal, InvalidOperation
from functools import lru_cache

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


def price_of(gateway: Gateway, number: Number) -> Price | None:
    """
    Look up what a number costs a month: one request.

    Returns:
        The account's current price for numbers of this country and type, or None where
        Twilio states none or could not be asked: an unknown price is unknown, not 0.
    """
    country = country_of(number.phone_number)
    kind = (number.get("type") or "").replace("-", " ")
    if country is None or not kind:
        return None
    try:
        stated = gateway.prices(country)
    except CannotRead:
        return None
    if stated is None:
        return None
    for price in stated.get("phone_number_prices", []):
        if price.get("number_type") == kind:
            try:
                return Price(Decimal(price["current_price"]), stated["price_unit"].upper())
            except (InvalidOperation, KeyError, TypeError):
                return None
    return None
