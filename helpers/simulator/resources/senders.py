"""
messaging.twilio.com, second version: the numbers that send over WhatsApp.

https://www.twilio.com/docs/whatsapp/api/senders
"""

from typing import Any

from helpers.simulator.resources.access import admit_own
from helpers.simulator.resources.exchange import ApiRequest, ApiResponse
from helpers.simulator.resources.lists import answer_meta_list
from helpers.simulator.world.belongings import Belonging
from helpers.simulator.world.records import Record, made_sid
from helpers.simulator.world.refusals import Refused
from helpers.simulator.world.world import World

#: The channels with a list; nobody here has an RCS sender.
CHANNELS = ("whatsapp", "rcs")


def list_senders(world: World, request: ApiRequest) -> ApiResponse:
    """
    List the caller's senders on one channel.

    Raises:
        Refused: The request names no channel (20001).  That it must is in Twilio's OpenAPI document;
            the code is unverified.
    """
    account = admit_own(request.caller)
    channel = "whatsapp" if request.one else request.query.get("Channel")
    if channel not in CHANNELS:
        raise Refused(20001, "Channel must be whatsapp or rcs")
    senders = world.belongings(account.sid, "WhatsApp sender") if channel == "whatsapp" else []
    rows = [
        (order, _sender(request, one, number)) for order, one in enumerate(senders) for number in world.members(one)
    ]
    return answer_meta_list(world, request, "senders", rows)


def _sender(request: ApiRequest, one: Belonging, number: Record) -> dict[str, Any]:
    webhook = {"callback": "https://voice.acme.example/whatsapp", "fallback": None, "status_callback": None}
    profile = dict.fromkeys(
        ("about", "address", "description", "logo_url", "banner_url", "privacy_url", "terms_of_service_url")
    )
    profile |= dict.fromkeys(("accent_color", "use_case", "vertical", "websites", "emails", "phone_numbers"))
    return {
        "sid": one.sid,
        "status": one.fields.get("status", "ONLINE"),
        "sender_id": f"whatsapp:{number.fields['phone_number']}",
        "friendly_name": None,
        "configuration": {
            "waba_id": str(int(made_sid("", one.account_sid)[:12], 16)),
            "verification_method": None,
            "verification_code": None,
            "voice_application_sid": None,
            "account_type": None,
        },
        "webhook": {
            name: value
            for what, url in webhook.items()
            for name, value in ((f"{what}_url", url), (f"{what}_method", "POST"))
        },
        "profile": {"name": one.name, **profile},
        "properties": {"quality_rating": "HIGH", "messaging_limit": "10K Customers/24hr"},
        "offline_reasons": None,
        "compliance": None,
        "url": f"{request.host}{request.path}/{one.sid}",
    }
