"""
messaging.twilio.com: services with their numbers and campaigns, and toll-free verifications.

https://www.twilio.com/docs/messaging/api/service-resource,
https://www.twilio.com/docs/messaging/api/usapptoperson-resource and
https://www.twilio.com/docs/messaging/api/tollfree-verification-resource
"""

from typing import Any

from helpers.simulator.resources.access import admit_own, admit_to_own
from helpers.simulator.resources.exchange import ApiRequest, ApiResponse
from helpers.simulator.resources.lists import answer_meta_list
from helpers.simulator.world.belongings import Belonging
from helpers.simulator.world.fictional_numbers import country_of
from helpers.simulator.world.records import Record, iso8601, made_sid
from helpers.simulator.world.world import World

KIND = "messaging service"


def list_services(world: World, request: ApiRequest) -> ApiResponse:
    """List the caller's messaging services."""
    services = world.belongings(admit_own(request.caller).sid, KIND)
    return answer_meta_list(world, request, "services", enumerate(_service(request, service) for service in services))


def list_service_numbers(world: World, request: ApiRequest, service_sid: str) -> ApiResponse:
    """List the numbers that a service sends from."""
    service = admit_to_own(world, request.caller, KIND, service_sid, request.path)
    rows = ((number.order, _sender(request, service, number)) for number in world.members(service))
    return answer_meta_list(world, request, "phone_numbers", rows)


def list_campaigns(world: World, request: ApiRequest, service_sid: str) -> ApiResponse:
    """List the A2P 10DLC campaign of a service, if it has one."""
    service = admit_to_own(world, request.caller, KIND, service_sid, request.path)
    campaigns = [_campaign(request, service)] if "campaign" in service.fields else []
    return answer_meta_list(world, request, "compliance", enumerate(campaigns))


def list_verifications(world: World, request: ApiRequest) -> ApiResponse:
    """List the caller's toll-free verifications; that one goes with its number is unverified."""
    rows = [
        (order, _verification(request, one, number))
        for order, one in enumerate(world.belongings(admit_own(request.caller).sid, "toll-free verification"))
        for number in world.members(one)
        if request.query.get("TollfreePhoneNumberSid") in (None, number.sid)
        and request.query.get("Status") in (None, one.fields["status"])
    ]
    return answer_meta_list(world, request, "verifications", rows)


def _service(request: ApiRequest, service: Belonging) -> dict[str, Any]:
    url = f"{request.host}/v1/Services/{service.sid}"
    return {
        "account_sid": service.account_sid,
        "friendly_name": service.name,
        "sid": service.sid,
        "date_created": iso8601(service.created),
        "date_updated": iso8601(service.created),
        "sticky_sender": True,
        "mms_converter": True,
        "smart_encoding": False,
        "fallback_to_long_code": True,
        "area_code_geomatch": True,
        "validity_period": 600,
        "scan_message_content": "inherit",
        "synchronous_validation": True,
        "inbound_request_url": None,
        "inbound_method": "POST",
        "fallback_url": None,
        "fallback_method": "POST",
        "status_callback": None,
        "usecase": service.fields.get("usecase", "undeclared"),
        "us_app_to_person_registered": "campaign" in service.fields,
        "use_inbound_webhook_on_number": False,
        "links": {
            "phone_numbers": f"{url}/PhoneNumbers",
            "short_codes": f"{url}/ShortCodes",
            "alpha_senders": f"{url}/AlphaSenders",
            "messages": f"{url}/Messages",
            "us_app_to_person": f"{url}/Compliance/Usa2p",
            "us_app_to_person_usecases": f"{url}/Compliance/Usa2p/Usecases",
            "channel_senders": f"{url}/ChannelSenders",
            "destination_alpha_senders": f"{url}/DestinationAlphaSenders",
        },
        "url": url,
    }


def _sender(request: ApiRequest, service: Belonging, number: Record) -> dict[str, Any]:
    able = number.fields["capabilities"]
    return {
        "account_sid": service.account_sid,
        "service_sid": service.sid,
        "sid": number.sid,
        "date_created": iso8601(service.created),
        "date_updated": iso8601(service.created),
        "phone_number": number.fields["phone_number"],
        "country_code": country_of(number.fields["phone_number"]).iso,
        "capabilities": [shown for name, shown in (("mms", "MMS"), ("sms", "SMS"), ("voice", "Voice")) if able[name]],
        "url": f"{request.host}{request.path}/{number.sid}",
    }


def _campaign(request: ApiRequest, service: Belonging) -> dict[str, Any]:
    sid = made_sid("QE", service.sid)
    return {
        "sid": sid,
        "account_sid": service.account_sid,
        "brand_registration_sid": made_sid("BN", service.account_sid),
        "messaging_service_sid": service.sid,
        "has_embedded_links": False,
        "has_embedded_phone": False,
        "subscriber_opt_in": True,
        "age_gated": False,
        "direct_lending": False,
        "campaign_id": f"C{made_sid('', sid)[:6].upper()}",
        "is_externally_registered": False,
        "rate_limits": {"att": {"mps": 600, "msg_class": "A"}, "tmobile": {"brand_tier": "TOP"}},
        "message_flow": "Customers ask for it when they order.",
        "opt_in_message": "",
        "opt_out_message": "",
        "help_message": "",
        "opt_in_keywords": [],
        "opt_out_keywords": ["STOP"],
        "help_keywords": ["HELP"],
        "date_created": iso8601(service.created),
        "date_updated": iso8601(service.created),
        "url": f"{request.host}{request.path}/{sid}",
        "mock": False,
        "errors": [],
        **service.fields["campaign"],
    }


def _verification(request: ApiRequest, one: Belonging, number: Record) -> dict[str, Any]:
    return {
        **dict.fromkeys(EMPTY_FIELDS),
        "sid": one.sid,
        "account_sid": one.account_sid,
        "customer_profile_sid": made_sid("BU", one.sid, "profile"),
        "trust_product_sid": made_sid("BU", one.sid, "product"),
        "regulated_item_sid": made_sid("RA", one.sid),
        "date_created": iso8601(one.created),
        "date_updated": iso8601(one.created),
        "business_name": "Acme, Inc.",
        "business_website": "https://acme.example",
        "business_country": "US",
        "notification_email": "numbers@acme.example",
        "use_case_categories": ["CUSTOMER_CARE"],
        "use_case_summary": one.name,
        "production_message_sample": "Acme: thank you for your order.",
        "opt_in_type": "WEB_FORM",
        "message_volume": "1,000",
        "tollfree_phone_number_sid": number.sid,
        "tollfree_phone_number": number.fields["phone_number"],
        "status": one.fields["status"],
        "resource_links": {},
        "url": f"{request.host}/v1/Tollfree/Verifications/{one.sid}",
    }


#: The fields of a verification that are empty: Acme left them out, or only a refused one has them.
EMPTY_FIELDS = (
    *(f"business_{part}" for part in ("street_address", "street_address2", "city", "state_province_region")),
    *(f"business_{part}" for part in ("postal_code", "contact_first_name", "contact_last_name", "contact_email")),
    *(f"business_{part}" for part in ("contact_phone", "type", "registration_number", "registration_authority")),
    *("business_registration_country", "business_registration_phone_number", "doing_business_as"),
    *("opt_in_image_urls", "opt_in_confirmation_message", "opt_in_keywords", "help_message_sample"),
    *("additional_information", "privacy_policy_url", "terms_and_conditions_url", "age_gated_content"),
    *("rejection_reason", "rejection_reasons", "error_code", "edit_expiration", "edit_allowed"),
    *("external_reference_id", "vetting_id", "vetting_provider", "vetting_id_expiration"),
)
