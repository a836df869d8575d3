"""
The content of Twilio's answers: records, refusals in the operator's words, receipts.  Pure.

A proxy, a firewall or a login page may answer instead of Twilio, and its answer proves nothing.  A refusal comes
from Twilio only if it has one of Twilio's codes.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from helpers.core.errors import CannotRead, KitError, NoAnswer, TwilioBusy, TwilioSaidNo
from helpers.core.number_record import make_number
from helpers.core.permissions import Policy
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
    """The proof that Twilio carried out a request."""

    status: int
    #: The date of the answer by Twilio's clock; None if it has none.
    at: datetime | None
    request_id: str | None


def refusal(answer: Answer, request: Mapping[str, Detail]) -> KitError:
    """
    Tell a refusal from an answer that leaves open what became of a request that changes something.

    Args:
        request: What the request changes, as details of a reason.
    """
    facts = {**request, **facts_of(answer), "request_id": answer.header("Twilio-Request-Id")}
    if answer.status_code >= 500 or facts["code"] is None:
        # A 5xx is not a refusal: it may come after the work was done.  And only Twilio knows what became of it.
        return NoAnswer(Reason(Cause.ERROR_ANSWERED, facts))
    if answer.status_code == 429:
        return TwilioBusy(Reason(Cause.TWILIO_BUSY, facts))
    return TwilioSaidNo(Reason(Cause.TWILIO_REFUSED, facts))


def extract(answer: Answer, take: Callable[[Any], _T], *, read: Reader = as_json) -> _T | None:
    """
    Decode an answer and return what *take* makes of it; None if the content has the wrong shape.

    The body may hold tokens, so no exception with its frames leaves this function.

    Args:
        take: Converts the content; may raise on a wrong shape.
    """
    try:
        return take(read(answer.body))
    except (msgspec.DecodeError, KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError):
        return None


def number_from(answer: Answer) -> Number:
    """
    Read the number from the answer to a successful change.

    Raises:
        NoAnswer: Twilio carried out the change, and the number in its answer cannot be read.
    """
    number = extract(answer, make_number)
    if number is None:
        raise NoAnswer(Reason(Cause.UNREADABLE_YES))
    return number


def content_of(answer: Answer) -> dict[str, Any] | None:
    """Decode the body; None if it is not a JSON object."""
    return extract(answer, object_in)


def code_in(content: dict[str, Any] | None) -> int | None:
    """Find Twilio's own error code, a number or a text of digits."""
    code = (content or {}).get("code")
    if type(code) is str and re.fullmatch("[0-9]{1,9}", code):
        return int(code)
    return code if type(code) is int else None


def facts_of(answer: Answer) -> dict[str, Detail]:
    """Take the facts out of an error answer; ``words`` is None where Twilio did not write it."""
    content = content_of(answer)
    words = None if content is None else str(content.get("message") or "")
    return {"status": answer.status_code, "code": code_in(content), "words": words}


@contextmanager
def understood(what: str) -> Iterator[None]:
    """
    Report an answer of an undocumented shape as one that cannot be read.

    Args:
        what: The beginning of a sentence, like "The calls of AC1".

    Raises:
        CannotRead: A key was missing or a value was wrong.
    """
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError) as failure:
        error = f"{type(failure).__name__}: {failure}"
        raise CannotRead(Reason(Cause.READ_ODD_CONTENT, {"what": what, "error": error})) from None


def receipt_of(answer: Answer) -> Receipt:
    """Make the receipt, the later proof of Twilio's answer."""
    return Receipt(answer.status_code, answer.written_at, answer.header("Twilio-Request-Id"))


# Conversions of a successful answer.  A missing field raises; ``extract`` catches that.


def object_in(content: Any) -> dict[str, Any]:
    """Return the whole content, which must be an object."""
    if not isinstance(content, dict):
        raise TypeError
    return content


def records_in(page: Any, key: str) -> list[dict[str, Any]]:
    """
    Return the records of a page.

    Raises:
        KeyError, TypeError: The page has no list of such records.
    """
    records = page[key]
    if type(records) is not list or not set(map(type, records)) <= {dict}:
        raise TypeError(key)
    return records


def next_page_in(page: dict[str, Any], host: str) -> str | None:
    """
    Return the address of the next page; None at the end of the list.

    Args:
        host: The prefix for pages of api.twilio.com, whose links have no host; empty for other hosts.

    Raises:
        KeyError, TypeError: The page has no field for the next page, or a malformed link.
    """
    following = page["next_page_uri"] if host else page["meta"]["next_page_url"]
    if following is None or following == "":
        return None
    if not (type(following) is str and following.startswith("/" if host else "https://")):
        raise TypeError(following)
    # Two slashes would begin another host.
    return following if following.startswith("//") else f"{host}{following}"


def unchanged(record: dict[str, Any]) -> dict[str, Any]:
    """Return a record unchanged."""
    return record


def account_in(record: dict[str, Any]) -> Account:
    """Make an account from a record, without its auth token."""
    sid = text_in(record, "sid")
    return Account(
        sid=sid,
        friendly_name=_text_or(sid, record, "friendly_name"),
        status=_text_or("unknown", record, "status"),
        type=_text_or("unknown", record, "type"),
        owner_account_sid=_text_or(sid, record, "owner_account_sid"),
        date_created=_text_or("", record, "date_created") or None,
    )


def policy_in(record: dict[str, Any]) -> Policy | None:
    """
    Make the policy of a key; None where the key has none.

    Raises:
        KeyError, TypeError: The record tells no policy, or not as Twilio documents it.
    """
    policy = record["policy"]
    if policy is None:
        return None
    allow, deny = policy["allow"], policy.get("deny") or []
    if not all(isinstance(names, list) and all(isinstance(name, str) for name in names) for names in (allow, deny)):
        raise TypeError("policy")
    return Policy(tuple(allow), tuple(deny))


def usage_in(record: dict[str, Any]) -> tuple[str, int | None]:
    """
    Return a billed category and its count.

    Twilio documents a count as digits or null (twilio_api_v2010.json).  No count is None: it is not known, and never 0.

    Raises:
        KeyError, ValueError: The record has no category, or its count is no number of things.
    """
    category, stated = text_in(record, "category"), record.get("count")
    digits = str(stated) if type(stated) is int else stated
    if digits is None or digits == "":
        return category, None
    if not (isinstance(digits, str) and re.fullmatch("[0-9]{1,18}", digits)):
        raise ValueError("count")
    return category, int(digits)


def mark(record: Mapping[str, Any]) -> str | int:
    """Return the identity of a record: its sid, or a hash of the record if the sid is missing or malformed."""
    return mark_by(record.get("sid"), record)


def mark_by(sid: Any, record: object) -> str | int:
    """Return what ``mark`` does, for a record that is no dictionary."""
    return sid if type(sid) is str and len(sid) == SID_LENGTH else hash(repr(record))


def are_about(records: Iterable[Mapping[str, Any]], name: str, asked: str) -> bool:
    """Check that the field *name* of every record is *asked* or empty."""
    allowed = (None, "", asked)
    return all([record.get(name) in allowed for record in records])  # noqa: C419  # a third of the time of a generator


def _text_or(default: str, record: Mapping[str, Any], name: str) -> str:
    text = record.get(name)
    return text if isinstance(text, str) and text else default


def text_in(record: Mapping[str, Any], name: str) -> str:
    """
    Return a text that the record must have.

    Raises:
        KeyError, ValueError: The record has no such text.
    """
    text = record[name]
    if not (isinstance(text, str) and text):
        raise ValueError(name)
    return text
