"""
The monthly prices of numbers, from Twilio's Pricing API.

Prices seldom change.  The kit keeps them in its data folder by country, each with its date, and fetches them again
after a week; those of a country whose price list could not be read in full, after a minute.
"""

import re
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from threading import Event, Lock
from typing import Any

import msgspec

from helpers.core.atomic_file import put
from helpers.core.errors import CannotRead, LookStopped
from helpers.core.reasons import Reason
from helpers.core.records import Number, Price
from helpers.evidence.countries import country_of
from helpers.gateway.gateway import Gateway
from helpers.gateway.responses import text_in, understood

#: How long prices are used before they are fetched again.
FRESH = timedelta(days=7)
#: How long a price list that could not be read is left alone, so that not every table requests it again.
PATIENCE = timedelta(minutes=1)
#: The limits of a price and of its smallest unit: the kit ignores a price beyond them rather than round it.
_LARGEST, _FINEST = Decimal(10) ** 20, Decimal("1e-10")


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
        #: Country -> why its prices could not be read at the last attempt, and when that was.
        self._unread: dict[str, tuple[Reason, datetime]] = {}
        self._lock = Lock()

    @property
    def unread(self) -> dict[str, Reason]:
        """The countries whose prices could not be read at the last attempt, each with the reason."""
        with self._lock:
            return {country: why for country, (why, _) in self._unread.items()}

    def fetch(self, number: Number, *, fresh: timedelta = FRESH) -> Price | None:
        """
        Fetch the monthly price of a number: one request, or none if its country's prices are fresh.

        Where the request failed within the last minute, it is not sent again.

        Args:
            fresh: How old the prices may be without another request.  After one that failed, older ones are returned.

        Returns:
            The price for numbers of this country and type; None if Twilio states no price or cannot be asked.
        """
        self.fetch_all([country_of(number.phone_number)], stop=None, fresh=fresh)
        return self.known(number)

    def fetch_all(self, countries: Iterable[str | None], *, stop: Event | None, fresh: timedelta = FRESH) -> None:
        """Fetch the prices of countries side by side, one request each, until *stop* is set."""
        now = self._clock()
        old = [country for country in set(countries) if country and self._is_due(country, now, fresh)]
        if not old:
            return
        with ThreadPoolExecutor(self._gateway.threads) as side_by_side:
            list(side_by_side.map(lambda country: self._fetch_country(country, now=now, stop=stop), old))
        self._save()

    def known(self, number: Number) -> Price | None:
        """Return the price of a number if its country was fetched before, without a request; else None."""
        country = self._countries.get(country_of(number.phone_number) or "")
        return country.prices.get((number.get("type") or "").replace("-", " ")) if country else None

    def _is_due(self, country: str, now: datetime, fresh: timedelta) -> bool:
        # A clock that was set back must not delay the next attempt.
        if unread := self._unread.get(country):
            return abs(now - unread[1]) >= PATIENCE
        known = self._countries.get(country)
        return known is None or abs(now - known.at) >= fresh

    def _fetch_country(self, country: str, *, now: datetime, stop: Event | None) -> None:
        prices: dict[str, Price] = {}
        try:
            with self._gateway.until(stop or Event()), understood(f"The answer about {country}"):
                _read_into(prices, self._gateway.prices(country), at=now)
        except LookStopped:
            return
        except CannotRead as failure:
            # Older prices still count, with their date.  The next answer clears the failure.
            with self._lock:
                self._unread[country] = failure.reason, now
                if prices:
                    old = self._countries.get(country)
                    # An old date, so that another session does not take these prices for the whole list.
                    self._countries[country] = _CountryPrices(now - FRESH, {**(old.prices if old else {}), **prices})
            return
        with self._lock:
            self._countries[country] = _CountryPrices(now, prices)
            self._unread.pop(country, None)

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


def _read_into(prices: dict[str, Price], stated: dict[str, Any] | None, *, at: datetime) -> None:
    """
    Read the prices of a country, by type of number, into *prices*.

    Args:
        stated: Twilio's answer; None if it has no numbers in that country.

    Raises:
        KeyError, TypeError, ValueError, AttributeError: The answer is no price list, or states a price that cannot be
            read, or two for one type; *prices* has the others.
    """
    unread: Exception | None = None
    twice = set[str]()
    if stated is None:
        return
    for price in stated["phone_number_prices"]:
        try:
            kind = text_in(price, "number_type")
            this = Price(_amount(price["current_price"]), _currency(stated["price_unit"]), at)
            if prices.setdefault(kind, this) != this:
                # Which of the two it costs, nobody says.
                twice.add(kind)
                unread = ValueError(kind)
        except (KeyError, TypeError, ValueError, AttributeError) as failure:
            unread = failure
    for kind in twice:
        del prices[kind]
    if unread is not None:
        raise unread


def _currency(stated: object) -> str:
    if isinstance(stated, str) and re.fullmatch("[A-Za-z]{3}", stated):
        return stated.upper()
    raise ValueError("price_unit")


def _amount(stated: object) -> Decimal:
    """
    Read an amount of money, without rounding it.

    Raises:
        ValueError: It is none, or beyond the limits of a price.
    """
    try:
        amount = Decimal(str(stated))
        if amount.is_finite() and 0 <= amount < _LARGEST and amount == amount.quantize(_FINEST):
            return amount
    except InvalidOperation:
        pass
    raise ValueError("current_price")
