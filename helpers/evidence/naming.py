"""The sids and E.164 numbers by which Twilio's records name a phone number.  Pure."""

from collections.abc import Mapping
from typing import Any

from helpers.gateway.addresses import is_sid


def names_in(record: Mapping[str, Any], sid: str, phone_number: str) -> tuple[str, ...]:
    """
    Read the sid, the E.164 number, or both, by which a record names a phone number.

    Some records of memberships hold their own sid in the place of the number's sid; such a sid names no number.

    >>> names_in({"sid": "XE1", "phone_number": "+14155550123"}, "sid", "phone_number")
    ('+14155550123',)

    Raises:
        KeyError: The record names no number.
    """
    fields = ((record.get(sid), "PN"), (record.get(phone_number), "+"))
    names = tuple(name for name, prefix in fields if isinstance(name, str) and name.startswith(prefix))
    if not names:
        raise KeyError(phone_number)
    return names


def sid_in(record: Mapping[str, Any], prefix: str) -> str:
    """
    Read a record's own sid, checked so that it may be put into a web address.

    Raises:
        KeyError: The record has no sid.
        ValueError: The sid is malformed, or does not begin with *prefix*.
    """
    sid = record["sid"]
    if not (isinstance(sid, str) and sid.startswith(prefix) and is_sid(sid)):
        raise ValueError("sid")
    return sid
