"""
The fields of a call and of a message, for stories and for bulk traffic.

The fields are those of Twilio's OpenAPI document (https://github.com/twilio/twilio-oai,
twilio_api_v2010.json).
"""

from typing import Any

from helpers.simulator.world.records import VERSION

#: The price of each minute of a call that has begun, and of a message; plausible, not Twilio's list price.
PRICE_OF_A_MINUTE = 0.0085
PRICE_OF_A_MESSAGE = 0.0079


def minutes(seconds: int) -> int:
    """
    Count the minutes that a call of so many seconds is charged for.

    >>> minutes(0), minutes(59), minutes(60)
    (1, 1, 2)
    """
    return seconds // 60 + 1


#: How a call ends that nobody answers; such a call has no end, no length and no price.  The end and the length are
#: documented to be empty (https://www.twilio.com/docs/voice/api/call-resource), that nothing is charged is not.
UNANSWERED = ("no-answer", "busy", "canceled", "failed")


#: Whether a call goes over a SIP trunk, and whether it comes in -> its direction
#: (https://www.twilio.com/docs/voice/api/call-resource).
DIRECTIONS = {
    (False, True): "inbound",
    (False, False): "outbound-api",
    (True, True): "trunking-originating",
    (True, False): "trunking-terminating",
}
INBOUND = (DIRECTIONS[False, True], DIRECTIONS[True, True])


def call_fields(
    sid: str,
    *,
    account_sid: str,
    number_sid: str | None,
    trunk_sid: str | None,
    caller: str,
    called: str,
    caller_shown: str,
    called_shown: str,
    direction: str,
    forwarded_from: str | None,
    begin: str,
    end: str | None,
    seconds: str | None,
    price: str | None,
    status: str,
    parent_sid: str | None = None,
) -> dict[str, Any]:
    """
    Write a call as Twilio does, with its times, its length and its price as text.

    A call that was not answered has no end, no length and no price.
    """
    uri = f"{VERSION}/Accounts/{account_sid}/Calls/{sid}"
    return {
        "account_sid": account_sid,
        "answered_by": None,
        "api_version": "2010-04-01",
        "caller_name": "",
        "date_created": begin,
        "date_updated": end or begin,
        "direction": direction,
        "duration": seconds,
        "end_time": end,
        "forwarded_from": forwarded_from,
        "from": caller,
        "from_formatted": caller_shown,
        "group_sid": None,
        "parent_call_sid": parent_sid,
        "phone_number_sid": number_sid,
        "price": price,
        "price_unit": "USD",
        "queue_time": "0",
        "sid": sid,
        "start_time": begin,
        "status": status,
        "subresource_uris": {
            "notifications": f"{uri}/Notifications.json",
            "recordings": f"{uri}/Recordings.json",
        },
        "to": called,
        "to_formatted": called_shown,
        "trunk_sid": trunk_sid,
        "uri": f"{uri}.json",
    }


def message_fields(
    sid: str,
    *,
    account_sid: str,
    sender: str | None,
    receiver: str,
    body: str,
    direction: str,
    created: str,
    sent: str | None,
    service_sid: str | None,
    status: str,
    price: str | None = f"-{PRICE_OF_A_MESSAGE:.5f}",
    error_code: int | None = None,
) -> dict[str, Any]:
    """Write a message as Twilio does.  One that waits has no time of sending, and in a service no sender."""
    uri = f"{VERSION}/Accounts/{account_sid}/Messages/{sid}"
    return {
        "account_sid": account_sid,
        "api_version": "2010-04-01",
        "body": body,
        "date_created": created,
        "date_sent": sent,
        "date_updated": sent or created,
        "direction": direction,
        "error_code": error_code,
        "error_message": None,
        "from": sender,
        "messaging_service_sid": service_sid,
        "num_media": "0",
        "num_segments": "1",
        "price": price,
        "price_unit": "USD",
        "sid": sid,
        "status": status,
        "subresource_uris": {"media": f"{uri}/Media.json", "feedback": f"{uri}/Feedback.json"},
        "to": receiver,
        "uri": f"{uri}.json",
    }
