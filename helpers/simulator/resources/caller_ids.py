"""
OutgoingCallerIds: the numbers that an account has proved to be its own, to call from.

https://www.twilio.com/docs/voice/api/outgoing-caller-ids
"""

from helpers.simulator.resources.access import admit
from helpers.simulator.resources.exchange import ApiRequest, ApiResponse
from helpers.simulator.resources.lists import answer_list
from helpers.simulator.world.records import VERSION, rfc2822
from helpers.simulator.world.world import World


def list_caller_ids(world: World, request: ApiRequest, account_sid: str) -> ApiResponse:
    """List an account's verified caller ids.  They stay when a number is released: they were never rented."""
    admit(world, request.caller, account_sid, request.path)
    rows = [
        (
            order,
            {
                "account_sid": account_sid,
                "date_created": rfc2822(one.created),
                "date_updated": rfc2822(one.created),
                "friendly_name": one.name,
                "phone_number": one.fields["phone_number"],
                "sid": one.sid,
                "uri": f"{VERSION}/Accounts/{account_sid}/OutgoingCallerIds/{one.sid}.json",
            },
        )
        for order, one in enumerate(world.belongings(account_sid, "caller id"))
        if request.query.get("PhoneNumber") in (None, one.fields["phone_number"])
        and request.query.get("FriendlyName") in (None, one.name)
    ]
    return answer_list(world, request, "outgoing_caller_ids", rows)
