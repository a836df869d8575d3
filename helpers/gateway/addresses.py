"""
Checks of a request's address: Twilio's hosts, sids and plain characters only.  Pure.

A check matches the whole text before any library parses it: libraries disagree about where a host begins, and
the request carries credentials.
"""

import re

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
#: No backslash, no "#", no quote, no blank, nothing that is not printable ASCII.
_SIGNS = r"[A-Za-z0-9\-._~:/?@!$&'()*+,;=%\[\]<>|]*"
_AT_TWILIO = re.compile(rf"https://(?:{_LABEL}\.)+twilio\.com/{_SIGNS}")
_SID = r"[A-Z]{2}[0-9a-fA-F]{32}"
_A_SID = re.compile(_SID)
_WORDS = r"(?:[A-Z][a-z0-9]+)+"
_LIST = re.compile(rf"https://(?:{_LABEL}\.)+twilio\.com/v[0-9]+(?:/(?:{_WORDS}|{_SID}))+")


#: The length of a sid in characters.
SID_LENGTH = 34


def is_sid(text: str) -> bool:
    r"""
    Check whether a text is a sid: two capital letters and 32 hexadecimal digits.

    >>> is_sid("PN" + "0" * 32), is_sid("PN" + "0" * 31 + "/"), is_sid("PN" + "0" * 32 + "\n")
    (True, False, False)
    """
    return _A_SID.fullmatch(text) is not None


def sids_in(url: str) -> list[str]:
    """
    List the sids in the path of an address.

    >>> sids_in("https://messaging.twilio.com/v1/Services/MG" + "0" * 32 + "/PhoneNumbers")
    ['MG00000000000000000000000000000000']
    """
    return [part for part in url.split("/") if is_sid(part)]


def is_at_twilio(url: str) -> bool:
    r"""
    Check whether an address leads to Twilio and nowhere else, whichever library parses it.

    >>> is_at_twilio("https://messaging.twilio.com/v1/Services?PageToken=PA1"), is_at_twilio("https://evil.example/")
    (True, False)
    >>> is_at_twilio("https://evil.example\\.twilio.com/v1"), is_at_twilio("https://messaging.twilio.com:8443/v1")
    (False, False)
    """
    return _AT_TWILIO.fullmatch(url) is not None and "/.." not in url


def is_list_url(url: str) -> bool:
    """
    Check whether an address is a list's at Twilio, made of words and sids.

    >>> is_list_url("https://messaging.twilio.com/v1/Services"), is_list_url("https://messaging.twilio.com/v1/Services/MG1")
    (True, False)
    """
    return _LIST.fullmatch(url) is not None
