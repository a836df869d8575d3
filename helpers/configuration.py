"""What of a number can be put back, under which names, and what is different now.  Pure."""

from collections.abc import Mapping
from typing import Any

from helpers.decision import is_demo
from helpers.records import Number

#: Field of the record -> parameter of the request, for all that buying and updating accept
#: (https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource).
PARAMETERS = {
    "friendly_name": "FriendlyName",
    "voice_url": "VoiceUrl",
    "voice_method": "VoiceMethod",
    "voice_fallback_url": "VoiceFallbackUrl",
    "voice_fallback_method": "VoiceFallbackMethod",
    "voice_application_sid": "VoiceApplicationSid",
    "voice_caller_id_lookup": "VoiceCallerIdLookup",
    "voice_receive_mode": "VoiceReceiveMode",
    "sms_url": "SmsUrl",
    "sms_method": "SmsMethod",
    "sms_fallback_url": "SmsFallbackUrl",
    "sms_fallback_method": "SmsFallbackMethod",
    "sms_application_sid": "SmsApplicationSid",
    "status_callback": "StatusCallback",
    "status_callback_method": "StatusCallbackMethod",
    "trunk_sid": "TrunkSid",
    "address_sid": "AddressSid",
    "identity_sid": "IdentitySid",
    "bundle_sid": "BundleSid",
}


def as_form(number: Number) -> dict[str, str]:
    """Write a number's configuration as the parameters of a request; what was empty is left out."""
    return {
        parameter: _written(value)
        for field, parameter in PARAMETERS.items()
        if (value := number.get(field)) is not None
    }


def differences(old: Number, new: Number) -> dict[str, tuple[Any, Any]]:
    """Compare two records field by field: field -> (what it was, what it is), where they differ."""
    return {field: (old.get(field), new.get(field)) for field in PARAMETERS if old.get(field) != new.get(field)}


def to_put_back(old: Number, new: Number) -> dict[str, str]:
    """
    Choose what to write so that *new* is as *old* was, without undoing anybody's work.

    Only where *new* has nothing of its own: empty, Twilio's demo page, the name that
    Twilio gives, or a default.
    """
    return {
        PARAMETERS[field]: _written(was)
        for field, (was, now) in differences(old, new).items()
        if was is not None and _is_blank(field, now, new)
    }


def _is_blank(field: str, value: Any, number: Number) -> bool:
    if value is None or field.endswith("_method") or field in {"voice_receive_mode", "voice_caller_id_lookup"}:
        return True
    if field == "friendly_name":
        return _digits(str(value)) != "" and number.phone_number.endswith(_digits(str(value)))
    return field.endswith("_url") and is_demo(str(value))


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit())


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def by_hand(old: Number, *, emergency_address: str | None) -> tuple[str, ...]:
    """Say what cannot be seen on a number, or put back through it, and has to be checked by a person."""
    said = [
        (
            "Its membership in messaging services, campaigns and trust products was lost with the release. "
            "Add it again where it belongs."
        )
    ]
    if old.get("type") == "toll-free":
        said.append("Its toll-free verification was bound to the old sid. Apply for it again; that takes days.")
    if emergency_address:
        said.append(
            f"Its emergency address {emergency_address} was unregistered before the release. Register it again."
        )
    return tuple(said)


def summary(differing: Mapping[str, tuple[Any, Any]]) -> str:
    """Say in one sentence what is not as it was."""
    if not differing:
        return "Every setting is as it was."
    each = ", ".join(f"{field} (was {was or 'empty'}, is {now or 'empty'})" for field, (was, now) in differing.items())
    return f"Not as it was: {each}."
