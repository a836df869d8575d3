"""
A call and a message, field by field, however they came to be.

The fields are those of Twilio's OpenAPI document (https://github.com/twilio/twilio-oai,
twilio_api_v2010.json).
"""

from typing import Any

from helpers.simulator.world.records import VERSION

#: What is charged for a minute of a call, begun or full, and for a message; plausible, not Twilio's list price.
PRICE_OF_A_MINUTE = 0.0085
PRICE_OF_A_MESSAGE = 0.0079


def minutes(seconds: int) -> int:
    """
    Count the minutes that a call of so many seconds is charged for.

    >>> minutes(0), minutes(59), minutes(60)
    (1, 1, 2)
    """
    return seconds // 60 + 1


def call_fields(
    sid: str,
    *,
    account_sid: str,
    number_sid: str,
    trunk_sid: str | None,
    caller: str,
    called: str,
    caller_shown: str,
    called_shown: str,
    direction: str,
    forwarded_from: str | None,
    begin: str,
    end: str,
    seconds: str,
    price: str,
    status: str,
) -> dict[str, Any]:
    """Write down a call; all that is told in words is given as text."""
    uri = f"{VERSION}/Accounts/{account_sid}/Calls/{sid}"
    return {
        "account_sid": account_sid,
        "answered_by": None,
        "api_version": "2010-04-01",
        "caller_name": "",
        "date_created": begin,
        "date_updated": end,
        "direction": direction,
        "duration": seconds,
        "end_time": end,
        "forwarded_from": forwarded_from,
        "from": caller,
        "from_formatted": caller_shown,
        "group_sid": None,
        "parent_call_sid": None,
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
    sender: str,
    receiver: str,
    body: str,
    direction: str,
    moment: str,
    service_sid: str | None,
    status: str,
) -> dict[str, Any]:
    """Write down a message."""
    uri = f"{VERSION}/Accounts/{account_sid}/Messages/{sid}"
    return {
        "account_sid": account_sid,
        "api_version": "2010-04-01",
        "body": body,
        "date_created": moment,
        "date_sent": moment,
        "date_updated": moment,
        "direction": direction,
        "error_code": None,
        "error_message": None,
        "from": sender,
        "messaging_service_sid": service_sid,
        "num_media": "0",
        "num_segments": "1",
        "price": f"-{PRICE_OF_A_MESSAGE:.5f}",
        "price_unit": "USD",
        "sid": sid,
        "status": status,
        "subresource_uris": {"media": f"{uri}/Media.json", "feedback": f"{uri}/Feedback.json"},
        "to": receiver,
        "uri": f"{uri}.json",
    }
