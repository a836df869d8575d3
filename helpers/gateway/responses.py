"""
What an answer of Twilio's says: its records, its refusal in the operator's words, its receipt.  Pure.

Not everything that answers is Twilio: a proxy, a firewall or a login page has words of
its own, and those prove nothing.  A no is Twilio's when it carries one of Twilio's codes.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict, TypeVar

import msgspec

from helpers.core.errors import CannotRead, KitError, NoAnswer, TwilioBusy, TwilioSaidNo
from helpers.core.failures import answered
from helpers.core.reasons import Cause, Detail, Reason
from helpers.core.records import Account, Number
from helpers.gateway.addresses import SID_LENGTH
from helpers.gateway.transport import Answer

_T = TypeVar("_T")
#: From bytes to content.
Reader = Callable[[bytes], Any]
as_json: Reader = msgspec.json.decode


@dataclass(frozen=True, slots=True)
class Receipt:
    """What Twilio handed out for a request that it carried out."""

    status: int
    #: Twilio's clock at the answer; None when it sent none.
    at: datetime | None
    request_id: str | None


def refusal(answer: Answer, request: Mapping[str, Detail]) -> KitError:
    """
    Tell a refusal from an answer that leaves open what became of a request that changes something.

    Args:
        request: What the request changes, as details of a reason.
    """
    facts = {**request, **_facts(answer, content_of(answer)), "request_id": answer.header("Twilio-Request-Id")}
    if answer.status_code >= 500 or facts["code"] is None:
        # A 5xx is not a refusal: it may come after the work was done.  And only Twilio knows what became of it.
        return NoAnswer(Reason(Cause.ERROR_ANSWERED, facts))
    if answer.status_code == 429:
        return TwilioBusy(Reason(Cause.TWILIO_BUSY, facts))
    return TwilioSaidNo(Reason(Cause.TWILIO_REFUSED, facts))


def taken_from(answer: Answer, take: Callable[[Any], _T], *, read: Reader = as_json) -> _T | None:
    """
    Read what a yes says; None where it is not what Twilio sends.

    The body may hold tokens, so no exception carries its frames out of here.

    Args:
        take: Takes out of the content what is wanted; may stumble over a wrong shape.
    """
    try:
        return take(read(answer.body))
    except (msgspec.DecodeError, KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError):
        return None


def number_from(answer: Answer) -> Number:
    """
    Read the number in a yes to a change.

    Raises:
        NoAnswer: It was carried out, and what became of the number could not be read.
    """
    number = taken_from(answer, number_in)
    if number is None:
        raise NoAnswer(Reason(Cause.UNREADABLE_YES))
    return number


def content_of(answer: Answer) -> dict[str, Any] | None:
    """Read the body; None for what is not a JSON object."""
    return taken_from(answer, object_in)


#: What is read of a call or a message, whatever it is: the rest is skipped unread, which takes half the time.
_Record = TypedDict(
    "_Record",
    {
        "sid": Any,
        "account_sid": Any,
        "to": Any,
        "from": Any,
        "direction": Any,
        "messaging_service_sid": Any,
        "status": Any,
        "duration": Any,
        "start_time": Any,
        "date_sent": Any,
        "date_created": Any,
    },
    total=False,
)


class _Log(TypedDict, total=False):
    calls: list[_Record]
    messages: list[_Record]
    next_page_uri: str | None


#: Decodes a page of calls or messages, as far as they are counted.
as_log: Reader = msgspec.json.Decoder(_Log).decode


def code_in(content: dict[str, Any] | None) -> int | None:
    """Find Twilio's own error code, be it a number or a text."""
    code = (content or {}).get("code")
    if type(code) is str and re.fullmatch("[0-9]{1,9}", code):
        return int(code)
    return code if type(code) is int else None


def said_by(answer: Answer, content: dict[str, Any] | None) -> str:
    """Quote an error answer, or say that Twilio did not write it."""
    return answered(_facts(answer, content))


def _facts(answer: Answer, content: dict[str, Any] | None) -> dict[str, Detail]:
    """Take the facts out of an error answer; ``words`` is None where Twilio did not write it."""
    words = None if content is None else str(content.get("message") or "")
    return {"status": answer.status_code, "code": code_in(content), "words": words}


@contextmanager
def understood(what: str) -> Iterator[None]:
    """
    Take an answer that is not as Twilio documents it for one that could not be read.

    Args:
        what: The beginning of a sentence, like "The calls of AC1".

    Raises:
        CannotRead: In place of what Python says about a missing key or an odd value.
    """
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError) as failure:
        odd = f"{type(failure).__name__}: {failure}"
        raise CannotRead(f"{what} could not be understood: Twilio's answer is not as it should be ({odd}).") from None


def receipt_of(answer: Answer) -> Receipt:
    """Keep what proves later that Twilio answered."""
    return Receipt(answer.status_code, answer.written_at, answer.header("Twilio-Request-Id"))


# What is taken out of a yes.  Whatever a record lacks that it must have is an exception here, caught in ``taken_from``.


def object_in(content: Any) -> dict[str, Any]:
    """Take the whole content, which must be an object."""
    if not isinstance(content, dict):
        raise TypeError
    return content


def listed(page: Any, key: str) -> list[dict[str, Any]]:
    """
    Take the records out of a page.

    Raises:
        KeyError, TypeError: It is not a page of such records.
    """
    records = page[key]
    if type(records) is not list or not set(map(type, records)) <= {dict}:
        raise TypeError(key)
    return records


def following_in(page: dict[str, Any], host: str) -> str | None:
    """
    Take the address of the next page; None where the list ends.

    Args:
        host: Stands before it on api.twilio.com, whose pages name none; empty for the others.

    Raises:
        KeyError, TypeError: The page does not say whether another follows, or points to no page of Twilio's.
    """
    following = page["next_page_uri"] if host else page["meta"]["next_page_url"]
    if following and not (type(following) is str and following.startswith("/" if host else "https://")):
        raise TypeError(following)
    # Two slashes begin another host.
    return f"{host}{following}" if following and not following.startswith("//") else following or None


def as_it_came(record: dict[str, Any]) -> dict[str, Any]:
    """Take a record as it is."""
    return record


def account_in(record: dict[str, Any]) -> Account:
    """Make an account of a record; its auth token stays behind."""
    sid = text_in(record, "sid")
    return Account(
        sid=sid,
        friendly_name=record.get("friendly_name") or sid,
        status=record.get("status") or "unknown",
        type=record.get("type") or "unknown",
        owner_account_sid=record.get("owner_account_sid") or sid,
        date_created=record.get("date_created"),
    )


def number_in(record: dict[str, Any]) -> Number:
    """Make a number of a record, which is kept whole."""
    sid, account_sid, e164 = text_in(record, "sid"), text_in(record, "account_sid"), text_in(record, "phone_number")
    return Number(sid, account_sid, e164, record.get("friendly_name") or "", record)


def usage_in(record: dict[str, Any]) -> tuple[str, int]:
    """Read how many of what were billed."""
    return text_in(record, "category"), int(record["count"] or 0)


def mark(record: Mapping[str, Any]) -> str | int:
    """Tell records apart: by their sid, or by a number made of the whole record where that has none, or an odd one."""
    sid = record.get("sid")
    return sid if type(sid) is str and len(sid) == SID_LENGTH else hash(repr(record))


def concern(records: Iterable[Mapping[str, Any]], name: str, asked: str) -> bool:
    """Tell whether records are about what was asked, or do not say; *name* is the field that would say it."""
    fitting = (None, "", asked)
    return all([record.get(name) in fitting for record in records])  # noqa: C419  # a third of the time of a generator


def text_in(record: Mapping[str, Any], name: str) -> str:
    """
    Take a text out of a record that must have it.

    Raises:
        KeyError, ValueError: The record has none.
    """
    text = record[name]
    if not (isinstance(text, str) and text):
        raise ValueError(name)
    return text
