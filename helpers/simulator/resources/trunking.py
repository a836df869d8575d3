"""
trunking.twilio.com: elastic SIP trunks and their numbers.

https://www.twilio.com/docs/sip-trunking/api/trunk-resource and
https://www.twilio.com/docs/sip-trunking/api/phonenumber-resource
"""

from typing import Any

from helpers.simulator.resources.access import admit_own, admit_to_own
from helpers.simulator.resources.exchange import ApiRequest, ApiResponse
from helpers.simulator.resources.lists import answer_meta_list
from helpers.simulator.world.belongings import Belonging
from helpers.simulator.world.records import Record, iso8601
from helpers.simulator.world.world import World

#: The fields of a number that a trunk's list leaves out.
OMITTED_FIELDS = {
    *("address_sid", "bundle_sid", "identity_sid", "origin", "status", "type", "uri", "voice_receive_mode"),
    *("emergency_address_sid", "emergency_address_status", "emergency_status"),
}


def list_trunks(world: World, request: ApiRequest) -> ApiResponse:
    """List the caller's trunks."""
    trunks = world.belongings(admit_own(request.caller).sid, "trunk")
    return answer_meta_list(world, request, "trunks", enumerate(_trunk(request, trunk) for trunk in trunks))


def list_trunk_numbers(world: World, request: ApiRequest, trunk_sid: str) -> ApiResponse:
    """List the numbers of a trunk, which are those whose ``trunk_sid`` names it."""
    trunk = admit_to_own(world, request.caller, "trunk", trunk_sid, request.path)
    numbers = (number for number in world.numbers(trunk.account_sid) if number.fields["trunk_sid"] == trunk_sid)
    return answer_meta_list(
        world, request, "phone_numbers", ((number.order, _number(request, trunk, number)) for number in numbers)
    )


def _trunk(request: ApiRequest, trunk: Belonging) -> dict[str, Any]:
    url = f"{request.host}/v1/Trunks/{trunk.sid}"
    return {
        "sid": trunk.sid,
        "account_sid": trunk.account_sid,
        "domain_name": f"{trunk.name.lower()}.pstn.twilio.com",
        "disaster_recovery_method": None,
        "disaster_recovery_url": None,
        "friendly_name": trunk.name,
        "secure": False,
        "cnam_lookup_enabled": False,
        "symmetric_rtp_enabled": False,
        "recording": {"mode": "do-not-record", "trim": "do-not-trim"},
        "transfer_mode": "disable-all",
        "transfer_caller_id": "from-transferee",
        "auth_type": "",
        "auth_type_set": [],
        "date_created": iso8601(trunk.created),
        "date_updated": iso8601(trunk.created),
        "url": url,
        "links": {
            "origination_urls": f"{url}/OriginationUrls",
            "credential_lists": f"{url}/CredentialLists",
            "ip_access_control_lists": f"{url}/IpAccessControlLists",
            "phone_numbers": f"{url}/PhoneNumbers",
        },
    }


def _number(request: ApiRequest, trunk: Belonging, number: Record) -> dict[str, Any]:
    fields = number.fields
    return {
        **{name: value for name, value in fields.items() if name not in OMITTED_FIELDS},
        "capabilities": {name: able for name, able in fields["capabilities"].items() if name != "fax"},
        "date_created": iso8601(trunk.created),
        "date_updated": iso8601(trunk.created),
        "url": f"{request.host}{request.path}/{number.sid}",
        "links": {"phone_number": f"https://api.twilio.com{fields['uri'].removesuffix('.json')}"},
    }
