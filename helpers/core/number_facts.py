"""Facts from a number's own record that several packages need.  Pure."""

from helpers.core.records import Number

_EMERGENCY_ADDRESS = frozenset({"emergency_address_sid", "emergency_address_status"})


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


def is_demo(url: str) -> bool:
    """
    Check whether a webhook is one of Twilio's demo pages, the default of new numbers.

    >>> is_demo("https://demo.twilio.com/welcome/voice/"), is_demo("https://acme.example/ivr")
    (True, False)
    """
    return url.startswith(("https://demo.twilio.com/", "http://demo.twilio.com/"))
