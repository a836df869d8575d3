"""
What a number costs a month, from Twilio's Pricing API.

Prices seldom change: they are kept in the kit's data folder with their age, a country each,
and asked for anew after a week.
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

#: For how long prices are not asked for again.
FRESH = timedelta(days=7)
#: The largest price that is one, and the finest: what does not fit is not shown, rather than rounded.
_LARGEST, _FINEST = Decimal(10) ** 20, Decimal("1e-10")


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


@dataclass(frozen=True, slots=True)
class _Stated:
    """What Twilio stated for a country, by type of number."""

    at: datetime
    prices: dict[str, Price]


class PriceList:
    """
    Twilio's number prices as this account pays them.

    Args:
        file: Where they are kept from one day to the next; None for nowhere.
    """

    def __init__(self, gateway: Gateway, *, file: Path | None, clock: Callable[[], datetime]) -> None:
        self._gateway, self._file, self._clock = gateway, file, clock
        self._countries: dict[str, _Stated] = _kept(file) if file else {}
        #: Country -> why its prices could not be read, the last time that they were asked for.
        self.unread: dict[str, str] = {}
        self._lock = Lock()

    def of(self, number: Number) -> Price | None:
        """
        Look up what a number costs a month: no request, or one for a country that was not asked for lately.

        Returns:
            The price for numbers of this country and type, or None where Twilio states none or
            could not be asked: an unknown price is unknown, not 0.
        """
        self.ask([number], stop=None)
        return self.known(number)

    def ask(self, numbers: Iterable[Number], *, stop: Event | None) -> None:
        """Ask for the prices of all these numbers' countries, side by side, each at most once, until *stop* is set."""
        now = self._clock()
        countries = {country_of(number.phone_number) for number in numbers} - {None}
        old = [country for country in countries if country and not self._fresh(country, now)]
        if not old:
            return
        with ThreadPoolExecutor(CONNECTIONS) as side_by_side:
            list(side_by_side.map(lambda country: self._ask(country, now=now, stop=stop), old))
        self._keep()

    def known(self, number: Number) -> Price | None:
        """Tell the price of a number where its country was asked for before; nothing is asked."""
        stated = self._countries.get(country_of(number.phone_number) or "")
        return stated.prices.get((number.get("type") or "").replace("-", " ")) if stated else None

    def _fresh(self, country: str, now: datetime) -> bool:
        stated = self._countries.get(country)
        return stated is not None and now - stated.at < FRESH

    def _ask(self, country: str, *, now: datetime, stop: Event | None) -> None:
        try:
            with self._gateway.until(stop or Event()), understood(f"The answer about {country}"):
                prices = _read(self._gateway.prices(country) or {}, at=now)
        except LookStopped:
            return
        except CannotRead as failure:
            # What was stated before still counts, with its age; a failure is forgotten with the next answer.
            with self._lock:
                self.unread[country] = str(failure)
            return
        with self._lock:
            self._countries[country] = _Stated(now, prices)
            self.unread.pop(country, None)

    def _keep(self) -> None:
        # What cannot be kept is asked for again.
        with suppress(OSError):
            if self._file is not None:
                put(self._file, msgspec.json.encode(self._countries), private=True)


def _kept(file: Path) -> dict[str, _Stated]:
    # A list that cannot be read is one that is not there.
    with suppress(OSError, ValueError, RecursionError):
        return msgspec.json.decode(file.read_bytes(), type=dict[str, _Stated])
    return {}


def _read(stated: dict[str, Any], *, at: datetime) -> dict[str, Price]:
    """Read what Twilio states for a country; what cannot be read is left out."""
    prices = {}
    for price in stated.get("phone_number_prices") or []:
        with suppress(InvalidOperation, KeyError, TypeError, AttributeError, ValueError):
            monthly, currency = Decimal(str(price["current_price"])), stated["price_unit"].upper()
            if monthly.is_finite() and abs(monthly) < _LARGEST and monthly == monthly.quantize(_FINEST):
                prices[price["number_type"]] = Price(monthly, currency, at)
    return prices
