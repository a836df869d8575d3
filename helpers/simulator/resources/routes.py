"""
routes.twilio.com: the region in which a number's calls are taken.

https://www.twilio.com/docs/global-infrastructure/inbound-processing-api
"""

import json

from helpers.simulator.resources.access import admit_own
from helpers.simulator.resources.exchange import ApiRequest, ApiResponse
from helpers.simulator.world.records import iso8601, made_sid
from helpers.simulator.world.refusals import Refused
from helpers.simulator.world.world import World

USUAL_REGION = "us1"


def fetch_route(world: World, request: ApiRequest, number: str) -> ApiResponse:
    """
    Show the route of one of the caller's numbers, asked for by its sid or by itself.

    Raises:
        Refused: The caller has no such number (20404).
    """
    account = admit_own(request.caller)
    record = world.number(account.sid, number) or next(
        (one for one in world.numbers(account.sid) if one.fields["phone_number"] == number), None
    )
    if record is None:
        raise Refused(20404, request.path)
    route = next((one for one in world.belongings(account.sid, "route") if record.sid in one.numbers), None)
    created = iso8601(route.created if route else account.created)
    return ApiResponse(
        200,
        json.dumps(
            {
                "phone_number": record.fields["phone_number"],
                "url": f"{request.host}/v2/PhoneNumbers/{record.fields['phone_number']}",
                "sid": route.sid if route else made_sid("QQ", record.sid),
                "account_sid": account.sid,
                "friendly_name": route.name if route else "",
                "voice_region": route.fields["voice_region"] if route else USUAL_REGION,
                "date_created": created,
                "date_updated": created,
            }
        ),
    )
