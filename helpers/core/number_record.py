"""
The record of a number, with every field in the type that Twilio documents.  Pure.

Types: IncomingPhoneNumber in twilio_api_v2010.json of https://github.com/twilio/twilio-oai.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from helpers.core.dates import is_date, iso_or_none
from helpers.core.records import Number


class Capabilities(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    """The capabilities of a number; one that the record leaves out is one that the number lacks."""

    voice: bool | None = False
    sms: bool | None = False
    mms: bool | None = False
    fax: bool | None = False


class PlainRecord(msgspec.Struct, gc=False):
    """
    The record of a number as Twilio documents it: every documented field, each of its type.

    Decoding refuses any other record, which ``make_number`` then reads with care.  So no field has a default.
    """

    sid: str
    account_sid: str
    phone_number: str
    friendly_name: str | None
    address_requirements: str | None
    address_sid: str | None
    api_version: str | None
    beta: bool | None
    bundle_sid: str | None
    capabilities: Capabilities | None
    date_created: str | None
    date_updated: str | None
    emergency_address_sid: str | None
    emergency_address_status: str | None
    emergency_status: str | None
    identity_sid: str | None
    origin: str | None
    sms_application_sid: str | None
    sms_fallback_method: str | None
    sms_fallback_url: str | None
    sms_method: str | None
    sms_url: str | None
    status: str | None
    status_callback: str | None
    status_callback_method: str | None
    trunk_sid: str | None
    type: str | None
    uri: str | None
    voice_application_sid: str | None
    voice_caller_id_lookup: bool | None
    voice_fallback_method: str | None
    voice_fallback_url: str | None
    voice_method: str | None
    voice_receive_mode: str | None
    voice_url: str | None

    def __repr__(self) -> str:
        return f"<PlainRecord {self.sid}>"


_DOCUMENTED = set(PlainRecord.__struct_fields__)
#: The fields that are no texts.
_FLAGS = {"beta", "voice_caller_id_lookup", "capabilities"}
_DATES = {"date_created", "date_updated"}
_WORDS = {"true": True, "false": False}
#: Without these there is no number, and no request about it.
_REQUIRED = ("sid", "account_sid", "phone_number")
#: By these a person finds a number in Twilio's Console.
_KNOWN_BY = ("phone_number", "friendly_name", "sid")
#: The names and types of fields with which a record is kept as it came: nearly all of 100,000 have the same.
_PLAIN: set[tuple[object, ...]] = set()
_SHAPES = 1000


@dataclass(frozen=True, slots=True)
class OddRecord:
    """A record in a list of numbers of which no number can be made, by what can be read of it."""

    account_sid: str
    #: The required fields without a readable value.
    missing: tuple[str, ...]
    #: The readable ones of the fields by which a person knows a number.
    known: Mapping[str, str]


def make_number(record: Mapping[str, Any], *, account_sid: str = "") -> Number:
    """
    Make a number from a record of Twilio's, or from a copy of one.

    A flag may be written as a text, capabilities as a list of names, and names in capitals.  A field of another type
    stays in ``sent``, so that a change of it is seen, and its name is in ``unreadable``.

    Args:
        account_sid: The account that was asked for its numbers, for a record that does not name its account.

    Raises:
        KeyError, ValueError: The record has no sid, no account or no phone number.
    """
    capabilities = record.get("capabilities")
    flags = capabilities if type(capabilities) is dict else {}
    shape = (*record, *map(type, record.values()), *flags, *map(type, flags.values()))
    is_named = shape in _PLAIN and record["sid"] and record["account_sid"] and record["phone_number"]
    if is_named and all(is_date(record[name]) for name in _DATES if record.get(name)):
        return Number(
            record["sid"], record["account_sid"], record["phone_number"], record["friendly_name"] or "", record
        )
    number = _read(record, account_sid)
    if number.sent is record and not number.unreadable and "friendly_name" in record and len(_PLAIN) < _SHAPES:
        _PLAIN.add(shape)
    return number


def plain_record(number: Number) -> PlainRecord:
    """Make the plain record of a number that was read with care: a field that cannot be read has no value."""
    texts = {name: number.get(name) for name in _DOCUMENTED - _FLAGS}
    stated = number.get("capabilities")
    flags = {name: flag for name, flag in (stated or {}).items() if name in Capabilities.__struct_fields__}
    own = {"sid": number.sid, "account_sid": number.account_sid, "phone_number": number.phone_number}
    return PlainRecord(
        **{**texts, **own},
        beta=number.get("beta"),
        voice_caller_id_lookup=number.get("voice_caller_id_lookup"),
        capabilities=None if stated is None else Capabilities(**flags),
    )


def number_or_odd(record: Mapping[str, Any], *, account_sid: str) -> Number | OddRecord:
    """Make a number from a record in the list of an account, or keep what can be read of it."""
    try:
        return make_number(record, account_sid=account_sid)
    except (KeyError, ValueError):
        record = {**{name.lower(): value for name, value in record.items()}, **record}
        texts = {name: text for name, text in record.items() if type(text) is str and text}
        if type(record.get("phone_number")) is int:
            texts["phone_number"] = f"+{record['phone_number']}"
        missing = tuple(name for name in _REQUIRED if name != "account_sid" and name not in texts)
        known = {name: texts[name] for name in _KNOWN_BY if name in texts}
        return OddRecord(texts.get("account_sid", account_sid), missing, known)


def _read(record: Mapping[str, Any], account_sid: str) -> Number:
    if not "".join(record).islower():
        record = {**{name.lower(): value for name, value in record.items()}, **record}
    changed: dict[str, Any] = {}
    unreadable = []
    for name in _DOCUMENTED & record.keys():
        value = record[name]
        if value is None or (type(value) is str and name not in _FLAGS):
            if not (value is None or name not in _DATES or iso_or_none(value)):
                unreadable.append(name)
            continue
        # A flag without a value becomes null, so that no text stands where a flag is expected.
        understood: Any = _capabilities(value) if name == "capabilities" else _flag(value) if name in _FLAGS else None
        if name == "phone_number" and type(value) is int:
            understood = f"+{value}"
        if name == "capabilities" and understood is not None:
            stated = value if type(value) is dict else {}
            odd = [flag.lower() for flag, text in stated.items() if text is not None]
            unreadable += [f"capabilities.{flag}" for flag in odd if understood[flag] is None]
        if understood is None and value != "":
            unreadable.append(name)
        elif understood is not value:
            changed[name] = understood
    if account_sid and not (type(record.get("account_sid")) is str and record["account_sid"]):
        changed["account_sid"] = account_sid
    sent = {**record, **changed} if changed else record
    sid, owner, e164 = (_required(sent, name) for name in _REQUIRED)
    name = "" if "friendly_name" in unreadable else sent.get("friendly_name") or ""
    return Number(sid, owner, e164, name, sent, tuple(sorted(unreadable)))


def _flag(value: Any) -> bool | None:
    """Read a flag, or the text of one; None if it is neither."""
    return value if type(value) is bool else _WORDS.get(value.lower()) if type(value) is str else None


def _capabilities(value: Any) -> dict[str, bool | None] | None:
    """Read capabilities as flags by name in small letters, None for one that cannot be read; None if none can be."""
    if type(value) is list and all(type(name) is str for name in value):
        return {name.lower(): True for name in value}
    if type(value) is not dict:
        return None
    if set(map(type, value.values())) <= {bool, type(None)} and "".join(value).islower():
        return value
    return {name.lower(): _flag(flag) for name, flag in value.items()}


def _required(record: Mapping[str, Any], name: str) -> str:
    if type(text := record[name]) is str and text:
        return text
    raise ValueError(name)
