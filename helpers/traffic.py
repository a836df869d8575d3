"""
Calls and messages: when was a number last used?

One number is looked up by its own address in the Calls and Messages logs of its
account (https://www.twilio.com/docs/voice/api/call-resource#read-multiple-call-resources,
https://www.twilio.com/docs/messaging/api/message-resource#read-multiple-message-resources).
"""

from datetime import datetime
from typing import Any

from helpers.dates import from_rfc2822
from helpers.errors import CannotRead
from helpers.gateway import Gateway
from helpers.records import Number, Traffic


def look_up(gateway: Gateway, number: Number, *, since: datetime, until: datetime) -> Traffic:
    """
    Look for calls and messages of one number since a day: six requests.

    WhatsApp messages carry the number with a prefix, and are asked for as well.  A log
    that could not be read makes its count None, and says why.
    """
    e164 = number.phone_number
    day = since.strftime("%Y-%m-%d")
    calls = [{side: e164, "StartTime>": day} for side in ("To", "From")]
    messages = [{side: address, "DateSent>": day} for side in ("To", "From") for address in (e164, f"whatsapp:{e164}")]
    call_count, last_call, more_calls, no_calls = _count(gateway, number, "Calls", calls, "start_time")
    message_count, last_message, more_messages, no_messages = _count(gateway, number, "Messages", messages, "date_sent")
    return Traffic(
        since=since,
        until=until,
        calls=call_count,
        messages=message_count,
        last_call=last_call,
        last_message=last_message,
        more=more_calls or more_messages,
        because=(*no_calls, *no_messages),
    )


def _count(
    gateway: Gateway, number: Number, resource: str, questions: list[dict[str, str]], when: str
) -> tuple[int | None, datetime | None, bool, tuple[str, ...]]:
    records: dict[str, dict[str, Any]] = {}
    more = False
    for question in questions:
        try:
            page = gateway.log(number.account_sid, resource, question)
        except CannotRead as failure:
            return None, None, False, (str(failure),)
        records |= {record["sid"]: record for record in page[resource.lower()]}
        more = more or bool(page.get("next_page_uri"))
    times = [time for record in records.values() if (time := from_rfc2822(record.get(when)))]
    return len(records), max(times, default=None), more, ()
