"""The settings of a number: as parameters of a request, compared, and put back.  Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from helpers.core.connections import OWN_KINDS, LinkKind, Wiring
from helpers.core.number_facts import is_demo
from helpers.core.reasons import Cause, Reason
from helpers.core.records import Number
from helpers.core.redact import without_secrets

_VERSION = "api_version"
#: Field of the record -> parameter of the request, for every parameter that buying and updating accept
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
    _VERSION: "ApiVersion",
}
#: What people read of a number, and what is bought with it.  The version of the API has a default, and hardly ever
#: another value: it is put back afterwards where it differs, so that an old one keeps no number from being bought.
_USUAL = {field: parameter for field, parameter in PARAMETERS.items() if field != _VERSION}


def as_form(number: Number) -> dict[str, str]:
    """Write a number's settings as the parameters of a purchase, without the empty ones."""
    return {
        parameter: _written(value) for field, parameter in _USUAL.items() if (value := number.get(field)) is not None
    }


def for_reading(number: Number) -> dict[str, Any]:
    """
    Copy a number's settings for people to read: without empty ones, passwords and keys.

    >>> for_reading(Number("PN1", "AC1", "+14155550123", "", {"voice_url": "https://ann:hunter2@acme.example/ivr"}))
    {'voice_url': 'https://acme.example/ivr'}
    """
    settings = {field: number.get(field) for field in (*_USUAL, "emergency_address_sid", "emergency_address_status")}
    return {
        field: without_secrets(value) if isinstance(value, str) else value
        for field, value in settings.items()
        if value is not None
    }


def differences(old: Number, new: Number) -> dict[str, tuple[Any, Any]]:
    """Compare the settings of two records: field -> (old value, new value), where they differ."""
    return {field: (old.get(field), new.get(field)) for field in PARAMETERS if old.get(field) != new.get(field)}


def to_put_back(old: Number, new: Number) -> dict[str, str]:
    """
    Choose the parameters that give *new* the settings of *old*, without undoing anybody's work.

    A setting is chosen only where *new* has no value of its own: where it is empty, a default, Twilio's demo page or
    the name that Twilio gives.
    """
    return {
        PARAMETERS[field]: _written(was)
        for field, (was, now) in differences(old, new).items()
        if was is not None and _is_blank(field, now, new)
    }


def in_parts(form: Mapping[str, str]) -> list[dict[str, str]]:
    """
    Split parameters into the parts that Twilio accepts or refuses together.

    >>> in_parts({"VoiceUrl": "https://acme.example", "VoiceMethod": "GET", "AddressSid": "AD1", "BundleSid": "BU1"})
    [{'VoiceUrl': 'https://acme.example', 'VoiceMethod': 'GET'}, {'AddressSid': 'AD1', 'BundleSid': 'BU1'}]
    """
    parts: dict[str, dict[str, str]] = {}
    for parameter, value in form.items():
        # An address goes with its method, and the regulatory settings go together.
        regulatory = parameter in {"AddressSid", "IdentitySid", "BundleSid"}
        part = "regulatory" if regulatory else parameter.removesuffix("Method").removesuffix("Url")
        parts.setdefault(part, {})[parameter] = value
    return list(parts.values())


#: The settings that Twilio gives every number.
_DEFAULTS = {"voice_receive_mode", "voice_caller_id_lookup", _VERSION}


def _is_blank(field: str, value: Any, number: Number) -> bool:
    if value is None or field.endswith("_method") or field in _DEFAULTS:
        return True
    if field == "friendly_name":
        return _digits(str(value)) != "" and number.phone_number.endswith(_digits(str(value)))
    return field.endswith("_url") and is_demo(str(value))


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit())


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def by_hand(details: Mapping[str, Any], *, emergency_address: str | None) -> tuple[Reason, ...]:
    """
    List the connections that a person has to set up again, because they are no settings of the number.

    Args:
        details: The details of the journal entry of the release: the connections of the number, and the places that
            could not be read.

        emergency_address: The sid of the emergency address that was unregistered before the release.
    """
    reasons = list(_lost_connections(details))
    if emergency_address:
        reasons.append(Reason(Cause.ADDRESS_UNREGISTERED, {"sid": emergency_address}))
    return tuple(reasons)


def _lost_connections(details: Mapping[str, Any]) -> Iterator[Reason]:
    """List the connections from elsewhere that the number had before its release, and whether there may be more."""
    wiring = details.get("wiring")
    own = OWN_KINDS | {LinkKind.APPLICATION_NAME, LinkKind.BUNDLE_AT_RISK}
    unseen: object = True
    if isinstance(wiring, list):
        # Version 0.1.0 kept sentences, which are shown unchanged.
        yield from (Reason(Cause.CONNECTION_LOST, {"said": link["said"]}) for link in wiring if link["kind"] not in own)
        unseen = details.get("not_looked_at")
    elif wiring is not None:
        before = msgspec.convert(wiring, Wiring)
        yield from (link.as_reason(Cause.CONNECTION_LOST) for link in before.links if link.kind not in own)
        unseen = before.unseen
    if unseen:
        yield Reason(Cause.CONNECTIONS_UNKNOWN)


def summary_of(detail: Mapping[str, Any]) -> str:
    """Say in one sentence how a restored number differs; a journal row of an earlier version keeps that sentence."""
    if "said" in detail or "differences" not in detail:
        return str(detail.get("said") or "")
    return summary({field: (was, now) for field, (was, now) in detail["differences"].items()})


def left_by_hand(detail: Mapping[str, Any]) -> tuple[Reason, ...]:
    """Read what a person has to see to after a number was taken back, from the row of the journal that says so."""
    kept = detail.get("by_hand")
    return msgspec.convert(kept, tuple[Reason, ...]) if isinstance(kept, list) else ()


def summary(differing: Mapping[str, tuple[Any, Any]]) -> str:
    """Say in one sentence which settings differ."""
    if not differing:
        return "Every setting is as it was."
    each = ", ".join(f"{field} (was {was or 'empty'}, is {now or 'empty'})" for field, (was, now) in differing.items())
    return without_secrets(f"Not as it was: {each}.")
