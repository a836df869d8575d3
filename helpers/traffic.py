"""
Calls and messages: when was a number last used?

One number is looked up by its own address in the logs of its account; a whole account
is swept (``sweep.py``) where that costs less
(https://www.twilio.com/docs/voice/api/call-resource#read-multiple-call-resources,
https://www.twilio.com/docs/messaging/api/message-resource#read-multiple-message-resources).
"""

from datetime import datetime
from itertools import islice
from typing import Any

from helpers.errors import CannotRead
from helpers.gateway import PAGE, Gateway
from helpers.records import Number, Traffic
from helpers.tally import Tally, fold

#: What a look-up costs: calls to and from, messages to and from, and both again for WhatsApp.
REQUESTS = 6


def look_up(gateway: Gateway, number: Number, *, since: datetime, until: datetime) -> Traffic:
    """
    Look for calls and messages of one number since a day: six requests, or a few more where it is not busy.

    WhatsApp messages carry the number with a prefix, and are asked for as well.  A log
    that could not be read makes its count None, and says why.
    """
    tally, unread, more = count_one(gateway, number, since=since, until=until)
    # Older messages could make a silent number a used one, and a little used one an active one.
    if not tally.active and "Messages" not in unread:
        doubt = messages_missing(gateway, number.account_sid, since=since, until=until)
        if doubt is not None:
            unread["Messages"] = doubt
    return tally.traffic(
        since=since,
        until=until,
        calls_unread=unread.get("Calls"),
        messages_unread=unread.get("Messages"),
        more=more,
    )


def count_one(
    gateway: Gateway, number: Number, *, since: datetime, until: datetime
) -> tuple[Tally, dict[str, str], bool]:
    """
    Count one number's newest calls and messages: six requests.

    Returns:
        The tally; why a log could not be read, by its name; whether there are more than were counted.
    """
    e164, day = number.phone_number, since.strftime("%Y-%m-%d")
    questions = {
        "Calls": [{side: e164, "StartTime>": day} for side in ("To", "From")],
        "Messages": [
            {side: address, "DateSent>": day} for side in ("To", "From") for address in (e164, f"whatsapp:{e164}")
        ],
    }
    tally, unread, more = Tally(), {}, False
    for resource, filters in questions.items():
        # By sid, because a call from a number to itself answers two questions.
        records: dict[str, dict[str, Any]] = {}
        for wanted in filters:
            try:
                page = _first_page(gateway, number.account_sid, resource, wanted)
            except CannotRead as failure:
                unread[resource] = str(failure)
                break
            records |= {record["sid"]: record for record in page}
            more = more or len(page) == PAGE
        fold({e164: tally}, resource, records.values(), until=until)
    return tally, unread, more


def messages_missing(
    gateway: Gateway, account_sid: str, *, since: datetime, until: datetime, listed: int | None = None
) -> str | None:
    """
    Say why an account's message log may not reach back over the whole window; None when it does.

    Twilio keeps messages for 13 months unless an account was set to keep them for less, down
    to 7 days; the log itself does not say which.  It does reach back when it shows a message
    from before the window, or all the messages that were billed in it.

    Args:
        listed: How many messages of the window the log showed; counted here where None.
    """
    day = since.strftime("%Y-%m-%d")
    try:
        if _first_page(gateway, account_sid, "Messages", {"DateSent<": day}, page_size=1):
            return None
        usage = gateway.usage(account_sid, since=since.date(), until=until.date())
        billed = usage.get("sms", 0) + usage.get("mms", 0)
        if listed is None and billed:
            listed = len(_first_page(gateway, account_sid, "Messages", {"DateSent>": day}))
    except CannotRead as failure:
        return f"Whether its account keeps old messages could not be found out. {failure}"
    # Bills and logs are not of the same second; a log that was cut short lacks far more than that.
    if listed is None or billed <= listed * 1.05 + 5:
        return None
    return (
        f"Its account shows {listed:,} messages since {day} and was billed for {billed:,}: it keeps messages for a "
        "shorter time than that, so silence proves nothing."
    )


def _first_page(
    gateway: Gateway, account_sid: str, resource: str, filters: dict[str, str], *, page_size: int = PAGE
) -> list[dict[str, Any]]:
    return next(islice(gateway.log(account_sid, resource, filters, page_size=page_size), 1), [])
