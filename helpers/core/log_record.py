"""The record of a call or a message.  Pure."""

from typing import Any

import msgspec


class LogRecord(msgspec.Struct, gc=False, rename={"from_": "from"}):
    """
    The fields of a call or a message that the kit counts; skipping the others halves the time of decoding.

    Each may hold anything, and a field that is not there is None: whatever a record holds, it counts.
    """

    sid: Any = None
    account_sid: Any = None
    to: Any = None
    from_: Any = None
    direction: Any = None
    messaging_service_sid: Any = None
    #: Of a call that came in: the sid of the number that received it.
    phone_number_sid: Any = None
    status: Any = None
    duration: Any = None
    start_time: Any = None
    date_sent: Any = None
    date_created: Any = None
