"""Numbers as an inventory holds them, made of whole numbers."""

import msgspec

from helpers.evidence.numbers import NumbersBuilder, Packed
from helpers.gateway.client import API
from helpers.gateway.number_page import read_page, take_page


def numbers_of(numbers, *, order=()):
    """Pack numbers as if each had come on a page of its own; a record gets the fields that every number has."""
    builder = NumbersBuilder()
    for number in numbers:
        own = {name: getattr(number, name) for name in ("sid", "account_sid", "phone_number", "friendly_name")}
        records = [{**own, **number.sent, "sid": number.sid, "phone_number": number.phone_number}]
        body = msgspec.json.encode({"incoming_phone_numbers": records, "next_page_uri": None})
        page, _, _ = take_page(read_page(body), API, account_sid=number.account_sid)
        builder.take([(page, Packed.of(number.account_sid, page.body))])
    return builder.numbers(order=order)
