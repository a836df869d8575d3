"""Facts from a number's own record that several packages need.  Pure."""

from helpers.core.records import Number

_EMERGENCY_ADDRESS = frozenset({"emergency_address_sid", "emergency_address_status"})

_TOLL_FREE = tuple(f"+18{digit}{digit}" for digit in "02345678")
#: The signs at the beginning of a number that tell whether it is toll-free.
AREA = len("+1800")


def has_emergency_address(number: Number) -> bool:
    """
    Check whether an emergency address is, or may be, registered for a number.

    Twilio has ignored ``emergency_status`` since October 2021, so the address and its status decide
    (https://www.twilio.com/docs/voice/sip/api/emergency-calling-api).
    """
    if not _EMERGENCY_ADDRESS.isdisjoint(number.unreadable):
        return True
    status = number.get("emergency_address_status")
    if status is None:
        return number.get("emergency_address_sid") is not None
    return bool(status != "unregistered")


def is_toll_free(phone_number: str) -> bool:
    """
    Check whether a number is a toll-free one of the US and Canada, the only ones that Twilio verifies.

    >>> [is_toll_free(number) for number in ("+18005550100", "+18335550101", "+18085550101", "+448005550100")]
    [True, True, False, False]
    """
    return phone_number.startswith(_TOLL_FREE)


def is_demo(url: str) -> bool:
    """
    Check whether a webhook is one of Twilio's demo pages, the default of new numbers.

    >>> is_demo("https://demo.twilio.com/welcome/voice/"), is_demo("https://acme.example/ivr")
    (True, False)
    """
    return url.startswith(("https://demo.twilio.com/", "http://demo.twilio.com/"))
