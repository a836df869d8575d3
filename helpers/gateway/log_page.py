"""A page of calls or messages, decoded into the fields that the kit counts.  Pure."""

from collections.abc import Iterable
from typing import Any

import msgspec

from helpers.core.log_record import LogRecord
from helpers.gateway.responses import Reader, mark_by, next_page_in


class _Log(msgspec.Struct, gc=False):
    #: Without a default: a page that does not tell whether another follows is none.
    next_page_uri: str | None
    calls: list[LogRecord] | None = None
    messages: list[LogRecord] | None = None


#: Decodes the fields of a page of calls or messages that the kit counts.
as_log: Reader = msgspec.json.Decoder(_Log).decode


def log_page_in(log: str, page: Any, host: str) -> tuple[list[LogRecord], list[str | int], str | None]:
    """
    Return the records of a page of a log, their marks, and the address of the next page.

    Raises:
        TypeError: The page has no list of such records, or a malformed link.
    """
    records: list[LogRecord] = getattr(page, log.lower())
    marks = [mark_by(one.sid, one) for one in records]
    return records, marks, next_page_in({"next_page_uri": page.next_page_uri}, host)


def are_of_account(records: Iterable[LogRecord], account_sid: str) -> bool:
    """Check that every record of a log names an account or none."""
    allowed = (None, "", account_sid)
    return all([record.account_sid in allowed for record in records])  # noqa: C419  # a third of the time of a generator
