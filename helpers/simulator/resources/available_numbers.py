"""
AvailablePhoneNumbers: the numbers that Twilio has for sale, by country and kind.

https://www.twilio.com/docs/phone-numbers/api/availablephonenumber-resource.  Here it is the
shelf of the world, from the ranges that are kept free for fiction.
"""

import json
from re import fullmatch

from helpers.simulator.resources.access import admit
from helpers.simulator.resources.exchange import ApiRequest, ApiResponse
from helpers.simulator.resources.numbers import KINDS, matches
from helpers.simulator.resources.paging import turn_to_page
from helpers.simulator.resources.prices import PRICES
from helpers.simulator.world.fictional_numbers import country_of, kind_of, shown
from helpers.simulator.world.records import BLANK_NUMBER, VERSION, Record
from helpers.simulator.world.refusals import Refused
from helpers.simulator.world.world import World

#: The capabilities of a number on the shelf, which it keeps when it is bought.
SHELF_CAPABILITIES = {name: able for name, able in BLANK_NUMBER["capabilities"].items() if name != "fax"}
#: Parameter -> the capability that it filters by.
CAPABILITIES = {"VoiceEnabled": "voice", "SmsEnabled": "sms", "MmsEnabled": "mms"}
#: The fields for the place of a number; a fictional number has none.
PLACE_FIELDS = ("lata", "locality", "rate_center", "latitude", "longitude", "region", "postal_code")


def list_countries(world: World, request: ApiRequest, account_sid: str) -> ApiResponse:
    """List the countries there are numbers in."""
    admit(world, request.caller, account_sid, request.path)
    countries = [_country(account_sid, iso) for iso in sorted(PRICES)]
    return ApiResponse(200, json.dumps({"countries": countries, "uri": request.path}))


def fetch_country(world: World, request: ApiRequest, account_sid: str, iso: str) -> ApiResponse:
    """Show which kinds of numbers there are in one country."""
    admit(world, request.caller, account_sid, request.path)
    return ApiResponse(200, json.dumps(_country(account_sid, _known(iso, request))))


def list_available(world: World, request: ApiRequest, account_sid: str, iso: str, part: str) -> ApiResponse:
    """
    List the numbers of one kind that the account could buy in one country.

    Of Twilio's filters those by area code, digits, capabilities and address requirements are here.

    Raises:
        Refused: There is no such country (20404), or the area code is none (21451).
    """
    admit(world, request.caller, account_sid, request.path)
    country = _known(iso, request)
    area_code = request.query.get("AreaCode")
    if area_code is not None and not fullmatch("[2-9][0-9]{2}", area_code):
        raise Refused(21451, area_code)
    records = [
        Record(order, sid="", fields=_number(phone_number))
        for order, phone_number in enumerate(world.scenario.shelf)
        if country_of(phone_number).iso == country
        and kind_of(phone_number) == KINDS[part]
        # A released number waits for its former owner.
        and phone_number not in world.released
        and world.for_sale(phone_number, account_sid=account_sid)
        and _is_asked_for(phone_number, request)
    ]
    shown_records = turn_to_page(request.listing(world), records).records
    # These lists name no pages, as in the examples of Twilio's OpenAPI document.
    numbers = [record.fields for record in shown_records]
    return ApiResponse(200, json.dumps({"available_phone_numbers": numbers, "uri": request.path}))


def _known(iso: str, request: ApiRequest) -> str:
    if iso.upper() not in PRICES:
        raise Refused(20404, request.path)
    return iso.upper()


def _is_asked_for(phone_number: str, request: ApiRequest) -> bool:
    query = request.query
    if "AreaCode" in query and not phone_number.startswith(f"+1{query['AreaCode']}"):
        return False
    if "Contains" in query and not matches(phone_number, query["Contains"]):
        return False
    if query.get("ExcludeAllAddressRequired", "").lower() == "true" and _requirements(phone_number) != "none":
        return False
    return all(
        SHELF_CAPABILITIES[able] == (query[name].lower() == "true")
        for name, able in CAPABILITIES.items()
        if name in query
    )


def _requirements(phone_number: str) -> str:
    return "none" if kind_of(phone_number) == "toll-free" else country_of(phone_number).address_requirements


def _number(phone_number: str) -> dict[str, object]:
    return {
        **dict.fromkeys(PLACE_FIELDS),
        "friendly_name": shown(phone_number),
        "phone_number": phone_number,
        "iso_country": country_of(phone_number).iso,
        "address_requirements": _requirements(phone_number),
        "beta": False,
        "capabilities": SHELF_CAPABILITIES,
    }


def _country(account_sid: str, iso: str) -> dict[str, object]:
    name, prices = PRICES[iso]
    uri = f"{VERSION}/Accounts/{account_sid}/AvailablePhoneNumbers/{iso}"
    lists = {part: kind.replace("-", " ") for part, kind in KINDS.items()}
    return {
        "country_code": iso,
        "country": name,
        "uri": f"{uri}.json",
        "beta": False,
        "subresource_uris": {
            kind.replace(" ", "_"): f"{uri}/{part}.json" for part, kind in lists.items() if kind in prices
        },
    }
