"""How many requests may be under way at once: what the operator allows, and what was learned the last time."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from helpers.core.atomic_file import put
from helpers.core.errors import CannotConnect
from helpers.gateway.transport import CONNECTIONS, AtOnce

#: The most that an operator may allow.  Others say that Twilio accepts a hundred; it publishes no figure.
_HIGHEST = 100
#: After this time, others of the company may use a part of what was learned.
_FRESH = timedelta(days=1)


class _Learned(msgspec.Struct, frozen=True):
    at_once: int
    at: datetime


def recall_at_once(file: Path, environment: Mapping[str, str], *, now: Callable[[], datetime]) -> AtOnce:
    """
    Recall how many requests Twilio accepted the last time; what is learned from now on is kept in *file*.

    After a day a tenth less is recalled.  Where *file* cannot be read or written, it is learned anew each time.

    Args:
        environment: May hold ``TWILIO_DESK_AT_ONCE``, the maximum.

    Raises:
        CannotConnect: ``TWILIO_DESK_AT_ONCE`` is not a whole number from 1 to 100.
    """

    def learn(accepted: int) -> None:
        with suppress(OSError):
            put(file, msgspec.json.encode(_Learned(accepted, now())), private=True)

    return AtOnce(_allowed(environment), _recall(file, now()), learn)


def _allowed(environment: Mapping[str, str]) -> int:
    told = environment.get("TWILIO_DESK_AT_ONCE", "").strip() or str(CONNECTIONS)
    # No text longer than that: int() refuses some thousand digits in words of its own.
    if told.isascii() and told.isdigit() and len(told) < 10 and 1 <= int(told) <= _HIGHEST:
        return int(told)
    raise CannotConnect(
        f"TWILIO_DESK_AT_ONCE is {told[:20]!r}, and it must be a whole number from 1 to {_HIGHEST}, so the desk was "
        "not opened. Nothing was read and nothing was changed. Set it to such a number, or unset it, then run the "
        "notebook again."
    )


def _recall(file: Path, now: datetime) -> int | None:
    try:
        learned = msgspec.json.decode(file.read_bytes(), type=_Learned)
        is_old = abs(now - learned.at) > _FRESH
    except (OSError, ValueError, TypeError, RecursionError):
        return None
    return learned.at_once * 9 // 10 if is_old else learned.at_once
