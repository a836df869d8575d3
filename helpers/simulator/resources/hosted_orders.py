"""
numbers.twilio.com: orders to host a number, which stays with its carrier and sends its messages through Twilio.

https://www.twilio.com/docs/phone-numbers/hosted-numbers/hosted-numbers-api/hosted-number-order-resource
"""

from typing import Any

from helpers.simulator.resources.access import admit_own
from helpers.simulator.resources.exchange import ApiRequest, ApiResponse
from helpers.simulator.resources.lists import answer_meta_list
from helpers.simulator.world.belongings import Belonging
from helpers.simulator.world.records import Record, iso8601, made_sid
from helpers.simulator.world.world import World


def list_orders(world: World, request: ApiRequest) -> ApiResponse:
    """List the caller's orders; one whose number was released is not listed here."""
    rows = [
        (order, _order(request, one, number))
        for order, one in enumerate(world.belongings(admit_own(request.caller).sid, "hosted number order"))
        for number in world.members(one)
        if request.query.get("Status") in (None, one.fields["status"])
        and request.query.get("IncomingPhoneNumberSid") in (None, number.sid)
        and request.query.get("PhoneNumber") in (None, number.fields["phone_number"])
    ]
    return answer_meta_list(world, request, "items", rows)


def _order(request: ApiRequest, one: Belonging, number: Record) -> dict[str, Any]:
    empty = ("cc_emails", "contact_title", "contact_phone_number", "bulk_hosting_request_sid", "next_step")
    return {
        **dict.fromkeys((*empty, "verification_call_sids", "verification_call_extension", "verification_code")),
        "sid": one.sid,
        "account_sid": one.account_sid,
        "incoming_phone_number_sid": number.sid,
        "address_sid": made_sid("AD", one.sid),
        "signing_document_sid": made_sid("PX", one.sid),
        "phone_number": number.fields["phone_number"],
        "capabilities": {"voice": False, "sms": True},
        "friendly_name": one.name,
        "status": one.fields["status"],
        "failure_reason": None,
        "date_created": iso8601(one.created),
        "date_updated": iso8601(one.created),
        "email": "numbers@acme.example",
        "verification_type": "phone-call",
        "verification_attempts": 0,
        "verification_call_delay": 0,
        "url": f"{request.host}/v2/HostedNumber/Orders/{one.sid}",
    }
