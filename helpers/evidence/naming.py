"""By which sid, and by which number, a record of Twilio's names a phone number.  Pure."""

from collections.abc import Mapping
from typing import Any

from helpers.gateway.addresses import is_sid


def names_in(record: Mapping[str, Any], sid: str, phone_number: str) -> tuple[str, ...]:
    """
    Tell by what a record names a phone number: by its sid, by its E.164, or by both.

    A record of a membership can have a sid of its own in the place of the number's: that names no number.

    >>> names_in({"sid": "XE1", "phone_number": "+14155550123"}, "sid", "phone_number")
    ('+14155550123',)

    Raises:
        KeyError: It names none.
    """
    told = ((record.get(sid), "PN"), (record.get(phone_number), "+"))
    names = tuple(name for name, begins in told if isinstance(name, str) and name.startswith(begins))
    if not names:
        raise KeyError(phone_number)
    return names


def sid_in(record: Mapping[str, Any], prefix: str) -> str:
    """
    Take a record's own sid, as it may stand in a web address.

    Raises:
        KeyError, ValueError: It has none, or not one of that kind.
    """
    sid = record["sid"]
    if not (isinstance(sid, str) and sid.startswith(prefix) and is_sid(sid)):
        raise ValueError("sid")
    return sid
