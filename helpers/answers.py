"""What an answer of Twilio's says: its content, its refusal in the operator's words, its receipt.  Pure."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import orjson

from helpers.errors import CannotRead, KitError, NoAnswer, TwilioBusy, TwilioSaidNo
from helpers.transport import Answer


@dataclass(frozen=True, slots=True)
class Receipt:
    """What Twilio handed out for a request that it carried out."""

    status: int
    #: Twilio's clock at the answer; None when it sent none.
    at: datetime | None
    request_id: str | None


def refusal(answer: Answer, what: str) -> KitError:
    """Tell a refusal from an answer that leaves open what became of a request that changes something."""
    content = content_of(answer)
    said = said_by(answer, content)
    if answer.status_code == 429:
        return TwilioBusy(f"Twilio was too busy for the request to {what} and did not process it. {said}")
    if answer.status_code >= 500 or content is None:
        # A 5xx is not a refusal: it may come after the work was done.
        return NoAnswer(f"The request to {what} was answered with an error that leaves open what became of it: {said}")
    return TwilioSaidNo(
        f"Twilio refused to {what}: {said} Nothing was changed.",
        status=answer.status_code,
        code=code_in(content),
        request_id=answer.header("Twilio-Request-Id"),
    )


def content_of(answer: Answer) -> dict[str, Any] | None:
    """Read the body; None for what is not a JSON object."""
    try:
        content = orjson.loads(answer.body)
    except ValueError:
        return None
    return content if isinstance(content, dict) else None


def code_in(content: dict[str, Any] | None) -> int | None:
    """Find Twilio's own error code."""
    code = (content or {}).get("code")
    return code if isinstance(code, int) else None


def said_by(answer: Answer, content: dict[str, Any] | None) -> str:
    """Say in a sentence what Twilio said."""
    message = str((content or {}).get("message") or "no message").rstrip(".")
    code = code_in(content)
    return f"HTTP {answer.status_code}{f', Twilio error {code}' if code else ''}: {message}."


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
    date = answer.header("Date")
    try:
        at = parsedate_to_datetime(date).astimezone(UTC) if date else None
    except ValueError:
        at = None
    return Receipt(answer.status_code, at, answer.header("Twilio-Request-Id"))
