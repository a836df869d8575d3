"""
What may stand in the address of a request: Twilio's hosts, sids, plain signs.  Pure.

An address is matched as a whole text, before anything reads it: what takes addresses apart
does not always agree about where a host begins, and credentials go along.
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


#: How long a sid is.
SID_LENGTH = 34


def is_sid(text: str) -> bool:
    r"""
    Tell whether a text is a sid: two capital letters and 32 hexadecimal digits.

    >>> is_sid("PN" + "0" * 32), is_sid("PN" + "0" * 31 + "/"), is_sid("PN" + "0" * 32 + "\n")
    (True, False, False)
    """
    return _A_SID.fullmatch(text) is not None


def sids_in(url: str) -> list[str]:
    """
    Take the sids out of the path of an address.

    >>> sids_in("https://messaging.twilio.com/v1/Services/MG" + "0" * 32 + "/PhoneNumbers")
    ['MG00000000000000000000000000000000']
    """
    return [part for part in url.split("/") if is_sid(part)]


def at_twilio(url: str) -> bool:
    r"""
    Tell whether the whole of an address leads to Twilio, and to nobody else, however it is read.

    >>> at_twilio("https://messaging.twilio.com/v1/Services?PageToken=PA1"), at_twilio("https://evil.example/")
    (True, False)
    >>> at_twilio("https://evil.example\\.twilio.com/v1"), at_twilio("https://messaging.twilio.com:8443/v1")
    (False, False)
    """
    return _AT_TWILIO.fullmatch(url) is not None and "/.." not in url


def is_list(url: str) -> bool:
    """
    Tell whether an address is that of a list at Twilio, put together of words and sids.

    >>> is_list("https://messaging.twilio.com/v1/Services"), is_list("https://messaging.twilio.com/v1/Services/MG1")
    (True, False)
    """
    return _LIST.fullmatch(url) is not None
