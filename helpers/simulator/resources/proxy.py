"""
proxy.twilio.com: services that connect two people through the numbers of a pool.

https://www.twilio.com/docs/proxy/api/service and https://www.twilio.com/docs/proxy/api/phone-number
"""

from typing import Any

from helpers.simulator.resources.access import admit_own, admit_to_own
from helpers.simulator.resources.exchange import ApiRequest, ApiResponse
from helpers.simulator.resources.lists import answer_meta_list
from helpers.simulator.world.belongings import Belonging
from helpers.simulator.world.fictional_numbers import country_of
from helpers.simulator.world.records import Record, iso8601
from helpers.simulator.world.world import World

KIND = "Proxy service"
#: "A maximum of 100 records will be returned per page", says Twilio's OpenAPI document of both lists, and of their
#: PageSize that it may be 1000.  Whether such a one is refused or trimmed is unverified; here it is refused.
LARGEST_SIZE = 100


def list_services(world: World, request: ApiRequest) -> ApiResponse:
    """List the caller's Proxy services."""
    services = world.belongings(admit_own(request.caller).sid, KIND)
    rows = enumerate(_service(request, service) for service in services)
    return answer_meta_list(world, request, "services", rows, largest=LARGEST_SIZE)


def list_pool(world: World, request: ApiRequest, service_sid: str) -> ApiResponse:
    """List the numbers in the pool of a service."""
    service = admit_to_own(world, request.caller, KIND, service_sid, request.path)
    rows = ((number.order, _number(request, service, number)) for number in world.members(service))
    return answer_meta_list(world, request, "phone_numbers", rows, largest=LARGEST_SIZE)


def _service(request: ApiRequest, service: Belonging) -> dict[str, Any]:
    url = f"{request.host}/v1/Services/{service.sid}"
    return {
        "sid": service.sid,
        "unique_name": service.name,
        "account_sid": service.account_sid,
        "chat_instance_sid": None,
        "callback_url": None,
        "default_ttl": 0,
        "number_selection_behavior": "prefer-sticky",
        "geo_match_level": "country",
        "intercept_callback_url": None,
        "out_of_session_callback_url": None,
        "date_created": iso8601(service.created),
        "date_updated": iso8601(service.created),
        "url": url,
        "links": {
            "sessions": f"{url}/Sessions",
            "phone_numbers": f"{url}/PhoneNumbers",
            "short_codes": f"{url}/ShortCodes",
        },
    }


def _number(request: ApiRequest, service: Belonging, number: Record) -> dict[str, Any]:
    fields = number.fields
    return {
        "sid": number.sid,
        "account_sid": service.account_sid,
        "service_sid": service.sid,
        "date_created": iso8601(service.created),
        "date_updated": iso8601(service.created),
        "phone_number": fields["phone_number"],
        "friendly_name": fields["friendly_name"],
        "iso_country": country_of(fields["phone_number"]).iso,
        "capabilities": fields["capabilities"],
        "url": f"{request.host}{request.path}/{number.sid}",
        "is_reserved": service.fields.get("is_reserved", False),
        "in_use": service.fields.get("in_use", 0),
    }
