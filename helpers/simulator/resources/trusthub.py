"""
trusthub.twilio.com: trust products and customer profiles, and the numbers assigned to them.

https://www.twilio.com/docs/trust-hub/trusthub-rest-api
"""

from typing import Any

from helpers.simulator.resources.access import admit_own, admit_to_own
from helpers.simulator.resources.exchange import ApiRequest, ApiResponse
from helpers.simulator.resources.lists import answer_meta_list
from helpers.simulator.world.belongings import Belonging
from helpers.simulator.world.records import Record, iso8601, made_sid
from helpers.simulator.world.world import World

#: Part of the address -> what it lists, and how its links and its assignments call it.
KINDS = {
    "CustomerProfiles": ("customer profile", "customer_profiles", "customer_profile_sid"),
    "TrustProducts": ("trust product", "trust_products", "trust_product_sid"),
}


def list_bundles(world: World, request: ApiRequest, part: str) -> ApiResponse:
    """List the caller's trust products, or its customer profiles."""
    bundles = world.belongings(admit_own(request.caller).sid, KINDS[part][0])
    rows = [
        (order, row)
        for order, row in enumerate(_bundle(request, part, bundle) for bundle in bundles)
        if request.query.get("Status") in (None, row["status"])
        and request.query.get("FriendlyName") in (None, row["friendly_name"])
        and request.query.get("PolicySid") in (None, row["policy_sid"])
    ]
    return answer_meta_list(world, request, "results", rows)


def list_assignments(world: World, request: ApiRequest, part: str, bundle_sid: str) -> ApiResponse:
    """List the numbers that are assigned to one of them; ``ChannelEndpointSids`` names several with commas."""
    bundle = admit_to_own(world, request.caller, KINDS[part][0], bundle_sid, request.path)
    several = request.query.get("ChannelEndpointSids")
    rows = [
        (number.order, _assignment(request, part, bundle, number))
        for number in world.members(bundle)
        if request.query.get("ChannelEndpointSid") in (None, number.sid)
        and (several is None or number.sid in several.split(","))
    ]
    return answer_meta_list(world, request, "results", rows)


def _bundle(request: ApiRequest, part: str, bundle: Belonging) -> dict[str, Any]:
    kind, links, _ = KINDS[part]
    url = f"{request.host}/v1/{part}/{bundle.sid}"
    return {
        "sid": bundle.sid,
        "account_sid": bundle.account_sid,
        "policy_sid": made_sid("RN", kind, bundle.name),
        "friendly_name": bundle.name,
        "status": "twilio-approved",
        "email": "numbers@acme.example",
        "status_callback": None,
        "valid_until": None,
        "date_created": iso8601(bundle.created),
        "date_updated": iso8601(bundle.created),
        "url": url,
        "links": {
            f"{links}_entity_assignments": f"{url}/EntityAssignments",
            f"{links}_evaluations": f"{url}/Evaluations",
            f"{links}_channel_endpoint_assignment": f"{url}/ChannelEndpointAssignments",
        },
        "errors": None,
    }


def _assignment(request: ApiRequest, part: str, bundle: Belonging, number: Record) -> dict[str, Any]:
    sid = made_sid("RA", bundle.sid, number.sid)
    return {
        "sid": sid,
        KINDS[part][2]: bundle.sid,
        "account_sid": bundle.account_sid,
        "channel_endpoint_sid": number.sid,
        "channel_endpoint_type": "phone-number",
        "date_created": iso8601(bundle.created),
        "url": f"{request.host}{request.path}/{sid}",
    }
