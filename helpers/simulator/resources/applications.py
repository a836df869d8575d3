"""
Applications: webhooks that replace the webhooks of a number.

https://www.twilio.com/docs/usage/api/applications
"""

from typing import Any

from helpers.simulator.resources.access import admit
from helpers.simulator.resources.exchange import ApiRequest, ApiResponse
from helpers.simulator.resources.lists import answer_list
from helpers.simulator.world.belongings import Belonging
from helpers.simulator.world.records import VERSION, rfc2822
from helpers.simulator.world.world import World


def list_applications(world: World, request: ApiRequest, account_sid: str) -> ApiResponse:
    """List an account's applications."""
    admit(world, request.caller, account_sid, request.path)
    rows = [
        (order, _application(one))
        for order, one in enumerate(world.belongings(account_sid, "application"))
        if request.query.get("FriendlyName") in (None, one.name)
    ]
    return answer_list(world, request, "applications", rows)


def _application(one: Belonging) -> dict[str, Any]:
    return {
        "account_sid": one.account_sid,
        "api_version": "2010-04-01",
        "date_created": rfc2822(one.created),
        "date_updated": rfc2822(one.created),
        "friendly_name": one.name,
        "message_status_callback": None,
        "sid": one.sid,
        "sms_fallback_method": "POST",
        "sms_fallback_url": None,
        "sms_method": "POST",
        "sms_status_callback": None,
        "sms_url": None,
        "status_callback": None,
        "status_callback_method": "POST",
        "uri": f"{VERSION}/Accounts/{one.account_sid}/Applications/{one.sid}.json",
        "voice_caller_id_lookup": False,
        "voice_fallback_method": "POST",
        "voice_fallback_url": None,
        "voice_method": "POST",
        "voice_url": None,
        "public_application_connect_enabled": False,
        **one.fields,
    }
