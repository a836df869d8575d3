"""A page of numbers: its records as columns need them, and its text, from which each whole record can be read again."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec

from helpers.core.dates import is_date
from helpers.core.number_record import OddRecord, PlainRecord, number_or_odd, plain_record
from helpers.core.records import Number
from helpers.gateway.responses import as_json, mark, next_page_in, records_in

_KEY = "incoming_phone_numbers"


class _Plain(msgspec.Struct, gc=False):
    incoming_phone_numbers: list[PlainRecord]
    #: Without a default: a page that does not tell whether another follows is none.
    next_page_uri: str | None


_plain = msgspec.json.Decoder(_Plain).decode


@dataclass(frozen=True, slots=True)
class NumberPage:
    """A page of the numbers of an account."""

    #: Twilio's answer; ``numbers_in`` reads it again.  Web addresses in it may hold passwords.
    body: bytes = field(repr=False)
    records: list[PlainRecord] = field(repr=False)
    #: The numbers of a page that is not as Twilio documents it; None for a plain page.
    with_care: list[Number] | None = field(default=None, repr=False)
    #: Place on the page, from 0 -> a record of which no number can be made.
    odd: tuple[tuple[int, OddRecord], ...] = ()


def read_page(body: bytes) -> tuple[bytes, _Plain | Any]:
    """
    Decode a page of numbers: fast where every record is as Twilio documents it, or else as any other JSON.

    Raises:
        msgspec.DecodeError: It is no JSON.
    """
    try:
        page = _plain(body)
        if all(map(_is_plain, page.incoming_phone_numbers)):
            return body, page
    except (msgspec.DecodeError, UnicodeDecodeError):
        pass
    return body, as_json(body)


def take_page(
    page: tuple[bytes, _Plain | Any], host: str, *, account_sid: str
) -> tuple[NumberPage, list[str | int], str | None]:
    """
    Make a page of numbers from an answer; also return the marks of its records, and the address of the next page.

    Raises:
        KeyError, TypeError: The answer is no such page.
    """
    body, content = page
    if isinstance(content, _Plain):
        plain = content.incoming_phone_numbers
        following = next_page_in({"next_page_uri": content.next_page_uri}, host)
        sids: list[str | int] = [record.sid for record in plain]
        return NumberPage(body, plain), sids, following
    records = records_in(content, _KEY)
    made = [number_or_odd(record, account_sid=account_sid) for record in records]
    numbers = [each for each in made if isinstance(each, Number)]
    odd = tuple((place, each) for place, each in enumerate(made) if isinstance(each, OddRecord))
    careful = NumberPage(body, [plain_record(number) for number in numbers], numbers, odd)
    return careful, list(map(mark, records)), next_page_in(content, host)


def numbers_in(body: bytes, *, account_sid: str, sids: frozenset[str] | None = None) -> Iterator[Number]:
    """Read the numbers of a page that was taken before, or those with these *sids*; odd records are left out."""
    try:
        content = as_json(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        # A plain page is not decoded where nobody documented anything, and something odd stands there.
        content = json.loads(body.decode(errors="replace"), parse_int=_whole)
    for record in content[_KEY]:
        # A record may write its sid otherwise, which only a reading with care finds out.
        if sids is not None and type(sid := record.get("sid")) is str and sid not in sids:
            continue
        number = number_or_odd(record, account_sid=account_sid)
        if isinstance(number, Number):
            yield number


def _whole(digits: str) -> float:
    # Python makes no whole number of more than some thousand digits.
    return int(digits) if len(digits) < 1_000 else float(digits)


def _is_plain(record: PlainRecord) -> bool:
    dates = (record.date_created, record.date_updated)
    return bool(record.sid and record.account_sid and record.phone_number) and all(
        not date or is_date(date) for date in dates
    )
