"""The grounds of a release as facts: a reason code, and the ticket that asked for it.  Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from helpers.core.reasons import Cause, Reason
from helpers.core.redact import without_secrets

_LINK = re.compile(r"https?://[^\s\"'<>\\]+", re.IGNORECASE)


class ReasonCode(StrEnum):
    """Why a number goes, in a word that can be counted.  Files and the journal contain the values."""

    NOT_USED = "not used"
    CUSTOMER_LEFT = "customer left"
    REPLACED = "replaced by another number"
    CAMPAIGN_OVER = "campaign over"
    TEST_NUMBER = "test number"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Grounds:
    """A reason code and a ticket, beside the text in which people say why."""

    #: None where nobody chose one.
    code: ReasonCode | None = None
    #: Free text or a web address, without secrets; empty where there is none.
    ticket: str = ""

    @property
    def complete(self) -> bool:
        """Whether there is both a reason code and a ticket."""
        return self.code is not None and bool(self.ticket)

    def answers(self, blocker: Reason) -> bool:
        """Tell whether a number may go in spite of a blocker: its protection asks for both, and both are there."""
        return blocker.code is Cause.TICKET_REQUIRED and self.complete

    @property
    def detail(self) -> dict[str, str]:
        """What the journal saves; nothing where nobody said anything."""
        detail = {"reason_code": self.code.value if self.code else "", "ticket": self.ticket}
        return {name: text for name, text in detail.items() if text}


NO_GROUNDS = Grounds()


def make_grounds(code: ReasonCode | None, ticket: str) -> Grounds:
    """
    Make the grounds of what a person chose and typed; the ticket in one line, and without secrets.

    >>> make_grounds(None, " https://ann:hunter2@desk.example/4711 ").ticket
    'https://desk.example/4711'
    """
    return Grounds(code, without_secrets(" ".join(ticket.split())))


def in_words(detail: Mapping[str, Any]) -> str:
    """
    Say the grounds that a row of the journal keeps; an empty text for none.

    >>> in_words({"reason_code": "customer left", "ticket": "4711"}), in_words({})
    ('Customer left. Ticket: 4711.', '')
    """
    code, ticket = str(detail.get("reason_code") or ""), str(detail.get("ticket") or "")
    return " ".join(filter(None, (f"{code.capitalize()}." if code else "", f"Ticket: {ticket}." if ticket else "")))


def is_link(ticket: str) -> bool:
    """
    Tell whether a ticket is a web address, and nothing else.

    >>> [is_link(text) for text in ("https://desk.example/4711", "javascript:alert(1)", "see https://desk.example")]
    [True, False, False]
    """
    return _LINK.fullmatch(ticket) is not None
