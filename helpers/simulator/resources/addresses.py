"""
Addresses: the places that a company registers for regulators and emergency services.

https://www.twilio.com/docs/usage/api/address
"""

from typing import Any

from helpers.simulator.resources.access import admit
from helpers.simulator.resources.exchange import ApiRequest, ApiResponse
from helpers.simulator.resources.lists import answer_list
from helpers.simulator.world.belongings import Belonging
from helpers.simulator.world.records import VERSION, rfc2822
from helpers.simulator.world.world import World

#: Parameter -> the field it must equal.
EQUAL = {"CustomerName": "customer_name", "FriendlyName": "friendly_name", "IsoCountry": "iso_country"}


def list_addresses(world: World, request: ApiRequest, account_sid: str) -> ApiResponse:
    """List an account's addresses."""
    admit(world, request.caller, account_sid, request.path)
    emergency = request.query.get("EmergencyEnabled")
    rows = [
        (order, address)
        for order, address in enumerate(map(_address, world.belongings(account_sid, "address")))
        if all(request.query.get(name) in (None, address[field]) for name, field in EQUAL.items())
        and (emergency is None or (emergency.lower() == "true") == address["emergency_enabled"])
    ]
    return answer_list(world, request, "addresses", rows)


def _address(one: Belonging) -> dict[str, Any]:
    return {
        "account_sid": one.account_sid,
        "date_created": rfc2822(one.created),
        "date_updated": rfc2822(one.created),
        "emergency_enabled": False,
        "friendly_name": one.name,
        "sid": one.sid,
        "street_secondary": None,
        "validated": True,
        "verified": True,
        "uri": f"{VERSION}/Accounts/{one.account_sid}/Addresses/{one.sid}.json",
        **one.fields,
    }
