"""
Add-ons that are assigned to a number.

https://www.twilio.com/docs/phone-numbers/api/assignedaddons-resource
"""

from typing import Any

from helpers.simulator.resources.access import admit
from helpers.simulator.resources.exchange import ApiRequest, ApiResponse
from helpers.simulator.resources.lists import answer_list
from helpers.simulator.world.belongings import Belonging
from helpers.simulator.world.records import VERSION, rfc2822
from helpers.simulator.world.refusals import Refused
from helpers.simulator.world.world import World


def list_add_ons(world: World, request: ApiRequest, account_sid: str, sid: str) -> ApiResponse:
    """
    List the add-ons of a number.

    Raises:
        Refused: There is no such number in this account (20404).
    """
    admit(world, request.caller, account_sid, request.path)
    if world.number(account_sid, sid) is None:
        raise Refused(20404, request.path)
    mine = (one for one in world.belongings(account_sid, "add-on") if sid in one.numbers)
    return answer_list(world, request, "assigned_add_ons", enumerate(_add_on(one, sid) for one in mine))


def _add_on(one: Belonging, number_sid: str) -> dict[str, Any]:
    uri = f"{VERSION}/Accounts/{one.account_sid}/IncomingPhoneNumbers/{number_sid}/AssignedAddOns/{one.sid}"
    return {
        "sid": one.sid,
        "account_sid": one.account_sid,
        "resource_sid": number_sid,
        "friendly_name": one.name,
        "description": None,
        "configuration": {},
        "unique_name": one.name.lower().replace(" ", "_"),
        "date_created": rfc2822(one.created),
        "date_updated": rfc2822(one.created),
        "uri": f"{uri}.json",
        "subresource_uris": {"extensions": f"{uri}/Extensions.json"},
    }
