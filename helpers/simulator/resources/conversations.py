"""
conversations.twilio.com: the addresses whose messages start a conversation.

https://www.twilio.com/docs/conversations/api/address-configuration-resource.  An address
goes when its number does (https://www.twilio.com/docs/api/errors/50610).
"""

from typing import Any

from helpers.simulator.resources.access import admit_own
from helpers.simulator.resources.exchange import ApiRequest, ApiResponse
from helpers.simulator.resources.lists import answer_meta_list
from helpers.simulator.world.belongings import Belonging
from helpers.simulator.world.fictional_numbers import country_of
from helpers.simulator.world.records import Record, iso8601, made_sid
from helpers.simulator.world.world import World

LARGEST_SIZE = 50


def list_addresses(world: World, request: ApiRequest) -> ApiResponse:
    """List the caller's address configurations, fifty a page at most."""
    rows = [
        (order, _address(request, one, number))
        for order, one in enumerate(world.belongings(admit_own(request.caller).sid, "conversation address"))
        for number in world.members(one)
        if request.query.get("Type") in (None, one.fields["type"])
    ]
    return answer_meta_list(world, request, "address_configurations", rows, largest=LARGEST_SIZE)


def _address(request: ApiRequest, one: Belonging, number: Record) -> dict[str, Any]:
    phone_number = number.fields["phone_number"]
    channel = "whatsapp:" if one.fields["type"] == "whatsapp" else ""
    return {
        "account_sid": one.account_sid,
        "sid": one.sid,
        "address": f"{channel}{phone_number}",
        "type": one.fields["type"],
        "friendly_name": one.name,
        "address_country": country_of(phone_number).iso,
        "auto_creation": {
            "enabled": True,
            "type": "webhook",
            "conversation_service_sid": made_sid("IS", one.account_sid),
            "webhook_url": "https://voice.acme.example/conversations",
            "webhook_method": "POST",
            "webhook_filters": ["onParticipantAdded", "onMessageAdded"],
        },
        "date_created": iso8601(one.created),
        "date_updated": iso8601(one.created),
        "url": f"{request.host}{request.path}/{one.sid}",
    }
