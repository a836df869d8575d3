"""
The monthly prices of numbers, from Twilio's Pricing API.

Prices seldom change.  The kit keeps them in its data folder by country, each with its date, and fetches them again
after a week.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from threading import Event, Lock
from typing import Any

import msgspec
import phonenumbers

from helpers.core.atomic_file import put
from helpers.core.errors import CannotRead, LookStopped
from helpers.core.records import Number, Price
from helpers.gateway.gateway import Gateway
from helpers.gateway.responses import understood
from helpers.gateway.transport import CONNECTIONS

#: How long prices are used before they are fetched again.
FRESH = timedelta(days=7)
#: The limits of a price and of its smallest unit: the kit ignores a price beyond them rather than round it.
_LARGEST, _FINEST = Decimal(10) ** 20, Decimal("1e-10")


@lru_cache(maxsize=200_000)
def country_of(phone_number: str) -> str | None:
    """
    Name the ISO code of an E.164 number's country; None if it is not known.

    >>> country_of("+14155550123"), country_of("+442079460123"), country_of("+61255501234"), country_of("12")
    ('US', 'GB', 'AU', None)
    """
    try:
        parsed = phonenumbers.parse(phone_number)
    except phonenumbers.NumberParseException:
        return None
    country: str | None = phonenumbers.region_code_for_number(parsed)
    return country or phonenumbers.region_code_for_country_code(parsed.country_code or 0)


@dataclass(frozen=True, slots=True)
class _CountryPrices:
    """The prices that Twilio stated for a country, by type of number."""

    at: datetime
    prices: dict[str, Price]


class PriceList:
    """
    The number prices that this account pays to Twilio.

    Args:
        file: The file in which they are kept between sessions; None to keep none.
    """

    def __init__(self, gateway: Gateway, *, file: Path | None, clock: Callable[[], datetime]) -> None:
        self._gateway, self._file, self._clock = gateway, file, clock
        self._countries: dict[str, _CountryPrices] = _load(file) if file else {}
        #: Country -> why its prices could not be read at the last attempt.
        self.unread: dict[str, str] = {}
        self._lock = Lock()

    def fetch(self, number: Number) -> Price | None:
        """
        Fetch the monthly price of a number: one request, or none if its country's prices are fresh.

        Returns:
            The price for numbers of this country and type; None if Twilio states no price or cannot be asked.
        """
        self.fetch_all([number], stop=None)
        return self.known(number)

    def fetch_all(self, numbers: Iterable[Number], *, stop: Event | None) -> None:
        """Fetch the prices of these numbers' countries side by side, one request each, until *stop* is set."""
        now = self._clock()
        countries = {country_of(number.phone_number) for number in numbers} - {None}
        old = [country for country in countries if country and not self._is_fresh(country, now)]
        if not old:
            return
        with ThreadPoolExecutor(CONNECTIONS) as side_by_side:
            list(side_by_side.map(lambda country: self._fetch_country(country, now=now, stop=stop), old))
        self._save()

    def known(self, number: Number) -> Price | None:
        """Return the price of a number if its country was fetched before, without a request; else None."""
        country = self._countries.get(country_of(number.phone_number) or "")
        return country.prices.get((number.get("type") or "").replace("-", " ")) if country else None

    def _is_fresh(self, country: str, now: datetime) -> bool:
        known = self._countries.get(country)
        return known is not None and now - known.at < FRESH

    def _fetch_country(self, country: str, *, now: datetime, stop: Event | None) -> None:
        try:
            with self._gateway.until(stop or Event()), understood(f"The answer about {country}"):
                prices = _parse(self._gateway.prices(country) or {}, at=now)
        except LookStopped:
            return
        except CannotRead as failure:
            # Older prices still count, with their date.  The next answer clears the failure.
            with self._lock:
                self.unread[country] = str(failure)
            return
        with self._lock:
            self._countries[country] = _CountryPrices(now, prices)
            self.unread.pop(country, None)

    def _save(self) -> None:
        # If this fails, the kit fetches the prices again next time.
        with suppress(OSError):
            if self._file is not None:
                put(self._file, msgspec.json.encode(self._countries), private=True)


def _load(file: Path) -> dict[str, _CountryPrices]:
    # A file that cannot be read counts as missing.
    with suppress(OSError, ValueError, RecursionError):
        return msgspec.json.decode(file.read_bytes(), type=dict[str, _CountryPrices])
    return {}


def _parse(stated: dict[str, Any], *, at: datetime) -> dict[str, Price]:
    """Parse the prices of a country, by type of number, without those that cannot be read."""
    prices = {}
    for price in stated.get("phone_number_prices") or []:
        with suppress(InvalidOperation, KeyError, TypeError, AttributeError, ValueError):
            monthly, currency = Decimal(str(price["current_price"])), stated["price_unit"].upper()
            if monthly.is_finite() and abs(monthly) < _LARGEST and monthly == monthly.quantize(_FINEST):
                prices[price["number_type"]] = Price(monthly, currency, at)
    return prices
