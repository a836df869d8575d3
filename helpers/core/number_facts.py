"""What a number's own record says, where more than one package asks it.  Pure."""

from helpers.core.records import Number


def has_emergency_address(number: Number) -> bool:
    """
    Tell whether an emergency address is, or may be, registered for a number.

    ``emergency_status`` is no guide: Twilio ignores it since October 2021; the address and
    its status are (https://www.twilio.com/docs/voice/sip/api/emergency-calling-api).
    """
    status = number.get("emergency_address_status")
    if status is None:
        return number.get("emergency_address_sid") is not None
    return bool(status != "unregistered")


def is_demo(url: str) -> bool:
    """
    Tell whether a webhook is one of Twilio's demo pages, which new numbers come with.

    >>> is_demo("https://demo.twilio.com/welcome/voice/"), is_demo("https://acme.example/ivr")
    (True, False)
    """
    return url.startswith(("https://demo.twilio.com/", "http://demo.twilio.com/"))
