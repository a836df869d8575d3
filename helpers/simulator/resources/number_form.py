"""
Checks the form that buys or updates a number.

Parameters and their shapes are from Twilio's OpenAPI document; the codes for a bad URL
(21402) and a bad method (21403) from https://www.twilio.com/docs/api/errors.  With
which code Twilio refuses other bad values is unverified: here it is 20001.
"""

from collections.abc import Callable, Mapping
from re import fullmatch
from typing import Any
from urllib.parse import urlsplit

from helpers.simulator.world.refusals import Refused
from helpers.simulator.world.world import World

LONGEST_NAME = 64
#: Field -> the kind of belonging that it names, and the code where the number's account has no such belonging.
#: Documented is 22108: the application "does not exist anymore or does not belong to your account"
#: (https://www.twilio.com/docs/api/errors/22108).  Of the other codes the meaning is documented
#: (https://www.twilio.com/docs/api/errors), but not that they are used for this; for a trunk none is known.
REFERENCES = {
    "voice_application_sid": ("application", 22108),
    "sms_application_sid": ("application", 22108),
    "trunk_sid": ("trunk", 20001),
    "address_sid": ("address", 21631),
    "emergency_address_sid": ("address", 22109),
    "identity_sid": ("identity", 21651),
    "bundle_sid": ("bundle", 21649),
}
#: The words of a user's report: "Could not find Address with sid AD... for account AC...".
NOT_FOUND = "Could not find {}"


def number_fields(world: World, account_sid: str, form: Mapping[str, str]) -> dict[str, Any]:
    """
    Read a form into fields of an account's number.  Unknown parameters are ignored, as Twilio does.

    A trunk and a voice application exclude each other: setting the one removes the
    other (https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource).

    Raises:
        Refused: A value is invalid, or names something that the account does not have.  Nothing was changed.
    """
    if "EmergencyStatus" in form:
        raise Refused(22222)
    fields = {
        field: read(parameter, form[parameter]) for parameter, (field, read) in PARAMETERS.items() if parameter in form
    }
    if fields.get("trunk_sid") and fields.get("voice_application_sid"):
        raise Refused(20001, "TrunkSid and VoiceApplicationSid exclude each other")
    for field, (kind, code) in REFERENCES.items():
        sid = fields.get(field)
        if sid and all(one.sid != sid for one in world.belongings(account_sid, kind)):
            about = f"{kind.capitalize()} with sid {sid} for account {account_sid}"
            raise Refused(code, about, words=NOT_FOUND)
    if fields.get("trunk_sid"):
        fields["voice_application_sid"] = ""
    if fields.get("voice_application_sid"):
        fields["trunk_sid"] = None
    return fields


def _url(parameter: str, value: str) -> str:
    if not value:
        return value
    try:
        parts = urlsplit(value)
    except ValueError:
        raise Refused(21402, f"{parameter} {value}") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or " " in value:
        raise Refused(21402, f"{parameter} {value}")
    return value


def _method(parameter: str, value: str) -> str:
    if value.upper() not in ("GET", "POST"):
        raise Refused(21403, f"{parameter} {value}")
    return value.upper()


def _sid(prefix: str, *, empty: str | None) -> Callable[[str, str], str | None]:
    def read(parameter: str, value: str) -> str | None:
        if not value:
            return empty
        if not fullmatch(prefix + "[0-9a-fA-F]{32}", value):
            raise Refused(20001, f"{parameter} {value} is not a valid sid")
        return value

    return read


def checked_name(parameter: str, value: str) -> str:
    """
    Return a name as it is; accounts and keys have the same limit.

    Raises:
        Refused: It is too long (20001).
    """
    if len(value) > LONGEST_NAME:
        raise Refused(20001, f"{parameter} is longer than {LONGEST_NAME} characters")
    return value


def _one_of(*values: str) -> Callable[[str, str], str]:
    def read(parameter: str, value: str) -> str:
        if value.lower() not in values:
            raise Refused(20001, f"{parameter} must be one of {', '.join(values)}")
        return value.lower()

    return read


def _yes_or_no(parameter: str, value: str) -> bool:
    return _one_of("true", "false")(parameter, value) == "true"


#: Parameter -> the field it sets, and how its value is read.
PARAMETERS: dict[str, tuple[str, Callable[[str, str], Any]]] = {
    "FriendlyName": ("friendly_name", checked_name),
    # The two versions in the examples of the document.
    "ApiVersion": ("api_version", _one_of("2008-08-01", "2010-04-01")),
    "VoiceUrl": ("voice_url", _url),
    "VoiceMethod": ("voice_method", _method),
    "VoiceFallbackUrl": ("voice_fallback_url", _url),
    "VoiceFallbackMethod": ("voice_fallback_method", _method),
    "VoiceApplicationSid": ("voice_application_sid", _sid("AP", empty="")),
    "VoiceCallerIdLookup": ("voice_caller_id_lookup", _yes_or_no),
    "VoiceReceiveMode": ("voice_receive_mode", _one_of("voice", "fax")),
    "SmsUrl": ("sms_url", _url),
    "SmsMethod": ("sms_method", _method),
    "SmsFallbackUrl": ("sms_fallback_url", _url),
    "SmsFallbackMethod": ("sms_fallback_method", _method),
    "SmsApplicationSid": ("sms_application_sid", _sid("AP", empty="")),
    "StatusCallback": ("status_callback", _url),
    "StatusCallbackMethod": ("status_callback_method", _method),
    "TrunkSid": ("trunk_sid", _sid("TK", empty=None)),
    "AddressSid": ("address_sid", _sid("AD", empty=None)),
    "IdentitySid": ("identity_sid", _sid("RI", empty=None)),
    "BundleSid": ("bundle_sid", _sid("BU", empty=None)),
    "EmergencyAddressSid": ("emergency_address_sid", _sid("AD", empty=None)),
}
