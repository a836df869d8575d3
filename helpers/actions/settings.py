"""What of a number can be put back, under which names, and what is different now.  Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from helpers.core.connections import OWN_KINDS, LinkKind, Wiring
from helpers.core.number_facts import is_demo
from helpers.core.reasons import Cause, Reason
from helpers.core.records import Number
from helpers.core.redact import without_secrets

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


def for_reading(number: Number) -> dict[str, Any]:
    """
    Copy a number's settings for people to read: without what was empty, and without passwords and keys.

    >>> for_reading(Number("PN1", "AC1", "+14155550123", "", {"voice_url": "https://ann:hunter2@acme.example/ivr"}))
    {'voice_url': 'https://acme.example/ivr'}
    """
    told = {field: number.get(field) for field in (*PARAMETERS, "emergency_address_sid", "emergency_address_status")}
    return {
        field: without_secrets(value) if isinstance(value, str) else value
        for field, value in told.items()
        if value is not None
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


def in_parts(form: Mapping[str, str]) -> list[dict[str, str]]:
    """
    Split what is to be written into parts of which Twilio may take one and refuse another.

    >>> in_parts({"VoiceUrl": "https://acme.example", "VoiceMethod": "GET", "AddressSid": "AD1", "BundleSid": "BU1"})
    [{'VoiceUrl': 'https://acme.example', 'VoiceMethod': 'GET'}, {'AddressSid': 'AD1', 'BundleSid': 'BU1'}]
    """
    parts: dict[str, dict[str, str]] = {}
    for parameter, value in form.items():
        # An address goes with its method, and what the authorities want goes together.
        regulatory = parameter in {"AddressSid", "IdentitySid", "BundleSid"}
        part = "regulatory" if regulatory else parameter.removesuffix("Method").removesuffix("Url")
        parts.setdefault(part, {})[parameter] = value
    return list(parts.values())


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


def by_hand(told: Mapping[str, Any], *, emergency_address: str | None) -> tuple[Reason, ...]:
    """
    List what cannot be put back through the number itself, and has to be seen to by a person.

    Args:
        told: What the journal entry tells of the release: what the number was wired to, and
            where nobody could look.

        emergency_address: The sid of the one that was unregistered before the release.
    """
    found = list(_lost(told))
    if emergency_address:
        found.append(Reason(Cause.ADDRESS_UNREGISTERED, {"sid": emergency_address}))
    return tuple(found)


def _lost(told: Mapping[str, Any]) -> Iterator[Reason]:
    """Read what named a number before its release, other than itself, and whether there may have been more."""
    wiring = told.get("wiring")
    own = OWN_KINDS | {LinkKind.APPLICATION_NAME}
    unseen: object = True
    if isinstance(wiring, list):
        # 0.1.0 kept sentences, which are shown as they are.
        yield from (Reason(Cause.CONNECTION_LOST, {"said": link["said"]}) for link in wiring if link["kind"] not in own)
        unseen = told.get("not_looked_at")
    elif wiring is not None:
        known = msgspec.convert(wiring, Wiring)
        yield from (link.as_reason(Cause.CONNECTION_LOST) for link in known.links if link.kind not in own)
        unseen = known.unseen
    if unseen:
        yield Reason(Cause.CONNECTIONS_UNKNOWN)


def summary_of(detail: Mapping[str, Any]) -> str:
    """Say in one sentence what a journal's row tells of a restored number; an earlier version kept the sentence."""
    if "said" in detail or "differences" not in detail:
        return str(detail.get("said") or "")
    return summary({field: (was, now) for field, (was, now) in detail["differences"].items()})


def summary(differing: Mapping[str, tuple[Any, Any]]) -> str:
    """Say in one sentence what is not as it was."""
    if not differing:
        return "Every setting is as it was."
    each = ", ".join(f"{field} (was {was or 'empty'}, is {now or 'empty'})" for field, (was, now) in differing.items())
    return without_secrets(f"Not as it was: {each}.")
