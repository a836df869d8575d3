"""
Prices of phone numbers, by country.

https://www.twilio.com/docs/phone-numbers/pricing
The American prices are Twilio's list prices; the others are plausible, not Twilio's.
Prices are strings, and the types are written with a space, as in Twilio's examples.
"""

import json

from helpers.simulator.resources.exchange import ApiRequest, ApiResponse
from helpers.simulator.resources.paging import turn_to_page
from helpers.simulator.world.records import Record
from helpers.simulator.world.refusals import Refused
from helpers.simulator.world.world import World

#: Country -> its name, and the monthly price of a number of each type in US dollars.
PRICES = {
    "AU": ("Australia", {"local": "3.00", "mobile": "6.50", "toll free": "16.00"}),
    "DE": ("Germany", {"local": "1.15", "mobile": "15.00", "national": "1.15", "toll free": "25.00"}),
    "GB": ("United Kingdom", {"local": "1.15", "mobile": "1.15", "national": "1.15", "toll free": "2.15"}),
    "US": ("United States", {"local": "1.15", "toll free": "2.15"}),
}


def list_countries(world: World, request: ApiRequest) -> ApiResponse:
    """List the countries there are numbers in."""
    if request.caller.kind == "test":
        raise Refused(20008)
    records = [Record(order, sid=iso, fields=_country(request, iso)) for order, iso in enumerate(sorted(PRICES))]
    page = turn_to_page(request.listing(world), records)
    return ApiResponse(200, page.meta_envelope("countries", [r.text for r in page.records], host=request.host))


def fetch_country(world: World, request: ApiRequest, iso: str) -> ApiResponse:  # noqa: ARG001  # all resources are asked alike
    """Show the prices of numbers in one country."""
    if request.caller.kind == "test":
        raise Refused(20008)
    if iso.upper() not in PRICES:
        raise Refused(20404, request.path)
    prices = PRICES[iso.upper()][1].items()
    country = _country(request, iso.upper()) | {
        "phone_number_prices": [
            {"number_type": kind, "base_price": price, "current_price": price} for kind, price in prices
        ],
        "price_unit": "USD",
    }
    return ApiResponse(200, json.dumps(country))


def _country(request: ApiRequest, iso: str) -> dict[str, object]:
    url = f"{request.host}/v1/PhoneNumbers/Countries/{iso}"
    return {"country": PRICES[iso][0], "iso_country": iso, "url": url}
