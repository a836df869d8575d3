"""
trusthub.twilio.com: trust products and customer profiles, and the numbers assigned to them.

https://www.twilio.com/docs/trust-hub/trusthub-rest-api
"""

from typing import Any

from helpers.simulator.resources.access import admit_own, admit_to_own
from helpers.simulator.resources.exchange import Answer, Ask
from helpers.simulator.resources.lists import answer_meta_list
from helpers.simulator.world.belongings import Belonging
from helpers.simulator.world.records import Record, iso8601, made_sid
from helpers.simulator.world.world import World

#: Part of the address -> what it lists, and how its links and its assignments call it.
KINDS = {
    "CustomerProfiles": ("customer profile", "customer_profiles", "customer_profile_sid"),
    "TrustProducts": ("trust product", "trust_products", "trust_product_sid"),
}


def list_bundles(world: World, ask: Ask, part: str) -> Answer:
    """List the caller's trust products, or its customer profiles."""
    bundles = world.belongings(admit_own(ask.caller).sid, KINDS[part][0])
    rows = [
        (order, row)
        for order, row in enumerate(_bundle(ask, part, bundle) for bundle in bundles)
        if ask.query.get("Status") in (None, row["status"])
        and ask.query.get("FriendlyName") in (None, row["friendly_name"])
        and ask.query.get("PolicySid") in (None, row["policy_sid"])
    ]
    return answer_meta_list(world, ask, "results", rows)


def list_assignments(world: World, ask: Ask, part: str, bundle_sid: str) -> Answer:
    """List the numbers that are assigned to one of them; ``ChannelEndpointSids`` names several with commas."""
    bundle = admit_to_own(world, ask.caller, KINDS[part][0], bundle_sid, ask.path)
    several = ask.query.get("ChannelEndpointSids")
    rows = [
        (number.order, _assignment(ask, part, bundle, number))
        for number in world.members(bundle)
        if ask.query.get("ChannelEndpointSid") in (None, number.sid)
        and (several is None or number.sid in several.split(","))
    ]
    return answer_meta_list(world, ask, "results", rows)


def _bundle(ask: Ask, part: str, bundle: Belonging) -> dict[str, Any]:
    kind, links, _ = KINDS[part]
    url = f"{ask.host}/v1/{part}/{bundle.sid}"
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


def _assignment(ask: Ask, part: str, bundle: Belonging, number: Record) -> dict[str, Any]:
    sid = made_sid("RA", bundle.sid, number.sid)
    return {
        "sid": sid,
        KINDS[part][2]: bundle.sid,
        "account_sid": bundle.account_sid,
        "channel_endpoint_sid": number.sid,
        "channel_endpoint_type": "phone-number",
        "date_created": iso8601(bundle.created),
        "url": f"{ask.host}{ask.path}/{sid}",
    }
