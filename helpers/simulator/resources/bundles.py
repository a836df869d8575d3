"""
numbers.twilio.com: regulatory bundles, which prove to a country's authority who uses a number.

https://www.twilio.com/docs/phone-numbers/regulatory/api/bundles
"""

from datetime import timedelta
from typing import Any

from helpers.simulator.resources.access import admit_own
from helpers.simulator.resources.exchange import ApiRequest, ApiResponse
from helpers.simulator.resources.lists import answer_meta_list
from helpers.simulator.world.belongings import Belonging
from helpers.simulator.world.records import iso8601, made_sid
from helpers.simulator.world.world import World


def list_bundles(world: World, request: ApiRequest) -> ApiResponse:
    """List the caller's regulatory bundles; one that runs out is rejected on that day."""
    bundles = world.belongings(admit_own(request.caller).sid, "bundle")
    rows = [
        (order, row)
        for order, row in enumerate(_bundle(world, request, bundle) for bundle in bundles)
        if request.query.get("Status") in (None, row["status"])
    ]
    return answer_meta_list(world, request, "results", rows)


def _bundle(world: World, request: ApiRequest, bundle: Belonging) -> dict[str, Any]:
    url = f"{request.host}/v2/RegulatoryCompliance/Bundles/{bundle.sid}"
    days = bundle.fields.get("days")
    until = bundle.created + timedelta(days=days) if days is not None else None
    return {
        "sid": bundle.sid,
        "account_sid": bundle.account_sid,
        "regulation_sid": made_sid("RN", bundle.name),
        "friendly_name": bundle.name,
        "status": "twilio-rejected" if until and until <= world.now() else "twilio-approved",
        "valid_until": until and iso8601(until),
        "email": "numbers@acme.example",
        "status_callback": None,
        "date_created": iso8601(bundle.created),
        "date_updated": iso8601(bundle.created),
        "url": url,
        "links": {
            name: f"{url}/{path}"
            for name, path in (
                ("evaluations", "Evaluations"),
                ("item_assignments", "ItemAssignments"),
                ("bundle_copies", "Copies"),
            )
        },
    }
