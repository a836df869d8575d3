"""
Reasons as facts: a code and its details.  Pure.

The kit compares, counts and saves codes; ``decisions/sentences.py`` makes the sentences from them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

#: A detail of a reason: a number, a name, a day in ISO form, or a quoted sentence.
Detail = str | int | bool | tuple[str, ...] | None
#: Twilio's codes where an account is suspended or closed (https://www.twilio.com/docs/api/errors/20005).
NOT_ACTIVE = {10001, 20005}
#: Twilio's code where credentials lack a permission (https://www.twilio.com/docs/api/errors/70051).
MISSING_PERMISSION = 70051
#: Twilio's code where an account takes signed requests only (https://www.twilio.com/docs/api/errors/70052).
ONLY_SIGNED = 70052


class Cause(StrEnum):
    """The code of a reason.  Files contain the values."""

    # -- a log or a place was not read --------------------------------------------------------------
    #: Details: ``said``, a sentence of the kit's own, from a plan or as earlier versions wrote it.
    UNREADABLE = "could not be read"
    #: Details of this and the next ones: ``what`` was read; ``status`` and ``code`` of Twilio's answer, if one came.
    #: Here: ``obstacle``, an ``Obstacle``, and its ``limit``.
    READ_NOT_ANSWERED = "reading brought no answer"
    #: ``words`` of the answer, None where it is not Twilio's; ``reset``, whether the practice world may be a new one.
    READ_REFUSED = "reading was refused"
    READ_ODD_ANSWER = "an answer that is not Twilio's"
    #: ``error``, the part that is not as documented.
    READ_ODD_CONTENT = "an answer with other content than documented"
    READ_OTHER_SUBJECT = "an answer about another resource"
    READ_OTHER_HOST = "the next page is not at Twilio"
    READ_ENDLESS = "a list without an end"
    READ_NO_LIST_ADDRESS = "not the address of a list"
    READ_LIST_MISSING = "no such list"
    #: Details: ``account``, ``status``, ``code``.
    READ_ACCOUNT_MISSING = "no such account"
    #: Details: ``account``.
    READ_NO_CREDENTIALS = "the account's own credentials are not known"
    #: Details: ``credential``.
    OUT_OF_REACH = "out of reach of the credentials"
    #: Details: ``number``, ``account``.
    READ_ACCOUNT_UNKNOWN = "its account was not read"
    #: A search for a number did not see the account that held it.  Details: ``account``.
    ACCOUNT_OUT_OF_SIGHT = "its account is not in sight"
    #: A search for a number cannot see every account.
    COMPANY_OUT_OF_SIGHT = "not every account is in sight"
    #: The account is suspended or closed.  Details: ``status``, Twilio's HTTP status.
    INACTIVE = "account not active"
    #: Details: ``fields``.
    FIELDS_UNREADABLE = "fields of another type"
    STOPPED = "stopped"
    BEING_READ = "being read"
    GIVEN_UP = "longer than looking each number up is worth"
    #: The number was looked up, and a look-up does not find the calls of a SIP trunk.
    ON_TRUNK = "calls of a SIP trunk are in the whole log only"
    #: An answer has rows for another number than the requested one.  Details: ``log``, ``number``.
    SOMETHING_ELSE = "an answer about something else"
    #: A row does not name its number of an account, or of a ``service``.  Details: ``log``, ``service``;
    #: ``cause`` and its details if the service's numbers could not be read; ``found_at``, the time of
    #: the reading if the row comes from an earlier one.
    NAMELESS_ROW = "a row names no number"
    #: The log shows less than was billed on its first day.  Details: ``billed``, ``shown``, ``day``, ``days``.
    KEPT_FOR_LESS = "kept for less than the window"
    #: The log shows less than was billed in the window.  Details: ``billed``, ``shown``; ``found_at`` as above.
    NOT_ALL_KEPT = "not all are kept"
    #: Details: ``cause`` and its details; or ``said``, as earlier versions wrote it.
    KEEPING_UNKNOWN = "unknown for how long they are kept"
    NOBODY_LOOKED = "nobody looked"
    #: The number was in another account, whose log was not read.  Details: ``former``, that account's name and sid;
    #: ``cause`` and its details.
    WAS_ELSEWHERE = "was in another account"

    # -- an older reading counts, not the latest one -----------------------------------------------
    #: Details: ``at``, the time of the later reading.
    SILENT_SINCE = "a later look heard nothing"
    #: Details: ``at``; ``cause`` and its details.
    LATER_UNREADABLE = "a later look could not tell"
    #: What counts was found in the log of the account in which it was before.  Details: ``former``.
    USED_ELSEWHERE = "used in another account"

    # -- blockers: Twilio or the kit would refuse a release -----------------------------------------
    #: Details: ``kind``, ``what``, ``why``, ``who``, ``since``; or, if the file of protections cannot be read, ``file``
    #: and ``problem``, in the words of the system or of the reader (``said``, as earlier versions wrote it).
    PROTECTED = "protected"
    #: Details: ``number``, ``kind``, ``what``, ``why``, ``who``, ``since``.
    TICKET_REQUIRED = "reason code and ticket required"
    #: The journal's database does not tell what is protected.  Details: ``problem``, in the words of the reader.
    PROTECTIONS_UNREADABLE = "protections could not be read"
    #: Details: ``number``, ``until``, ``who``, ``since``, ``note``.
    KEPT = "kept until a day"
    #: Details: ``act``, ``state``, ``since``.
    OPEN_ENTRY = "open journal entry"
    #: Details: ``status``.
    EMERGENCY_ADDRESS = "emergency address"
    NO_EMERGENCY_ADDRESS = "no emergency address"
    HOSTED = "hosted number"
    ORIGIN_UNREADABLE = "origin of another type"
    #: Details: ``status`` of the order.
    ORDER_UNDER_WAY = "order to host it under way"
    ACCOUNT_CLOSED = "closed account"

    # -- cautions: quiet traffic proves little, or more is lost --------------------------------------
    #: Details: ``days`` since the purchase.
    NEW = "new"
    SUSPENDED = "suspended account"
    TOLL_FREE = "toll-free"

    # -- a plan leaves a number out ----------------------------------------------------------------
    #: Details: ``fields``.
    FIELDS_CHANGED = "its record was changed"
    #: Details: ``was``, ``was_status``, ``now``, ``now_status``.
    ACCOUNT_CHANGED = "its account was changed"
    #: Details: ``kind``, ``target``, and those of the connection.
    CONNECTED_SINCE = "connected since the plan was made"
    #: Details: ``place``, ``part``, ``cause`` and its details.
    UNSEEN_SINCE = "could be looked at when the plan was made"
    NOT_THERE = "not in its account any more"
    #: Details: ``sid``, ``name``.
    TARGET_GONE = "the account to move it to is gone"
    #: Details: ``was``, ``now``.
    TARGET_RENAMED = "the account to move it to was renamed"
    #: Details: ``name``, ``status``.
    TARGET_INACTIVE = "the account to move it to is not active"
    IN_USE = "in use"
    UNKNOWN = "could not be judged"
    #: Details: ``cause``, and the details of that.
    NOT_LOOKED_AT = "could not be looked at"
    #: Details: ``by`` (``who``, as earlier versions wrote it); ``cause`` and its details, if something stood against
    #: the number before.
    BY_HAND = "left out by hand"
    #: The kit refused it during a run.  Details: ``said``, as earlier versions wrote it.
    REFUSED = "refused"
    #: Details: ``at``, the moment of the last look.
    LOOKED_AT_TOO_LONG_AGO = "looked at too long ago"
    #: Details: ``at``.
    RELEASED_ALREADY = "released already"
    OLD_PLAN = "the plan is of an earlier version"

    # -- nothing was sent, or a number was kept: saved in the journal ------------------------------
    RUN_STOPPED = "the run was stopped"
    #: Details: ``times``.
    TOO_BUSY = "Twilio was too busy"
    #: Details: ``fields``.
    CHANGED_SINCE_CONFIRMED = "changed since it was confirmed"
    FOUND_WHERE_IT_WAS = "two looks found it where it was"
    LISTED_BUT_NOT_FOUND = "its account lists it, and it answers not found"
    #: Details: ``sid``; ``account``, its name and sid.
    ANOTHER_SID = "it has another sid"
    #: Details: ``account``, its name and sid.
    MOVED_BY_SOMEBODY = "somebody moved it"
    #: Details: ``status``.
    ADDRESS_STILL_THERE = "its emergency address is still there"
    #: Details: ``at``, the moment at which it was still there; ``refused``, whether Twilio clearly refused.
    LEFT_SINCE = "left after it was still there"
    NOT_FOUND = "a look after the quarantine did not find it"

    # -- why a request changed nothing, or why its outcome is open: kept in the journal --------------
    #: Details: ``request``, a ``Request``, and ``number``; ``obstacle`` and its ``limit``.
    DID_NOT_LEAVE = "the request did not leave"
    #: Details: as ``DID_NOT_LEAVE``.
    NO_ANSWER = "no answer came"
    #: Details: ``sid``.
    NO_SID = "not a sid"
    #: Details: ``request``, ``number``; ``status``, ``code`` and ``words`` of Twilio's answer, and its ``request_id``.
    TWILIO_BUSY = "Twilio was busy"
    #: Details: as ``TWILIO_BUSY``.
    TWILIO_REFUSED = "Twilio refused"
    #: Details: as ``TWILIO_BUSY``; ``words`` is None where the answer is not Twilio's.
    ERROR_ANSWERED = "an error was answered"
    #: Details: ``request``, ``number``, ``status``, ``request_id``.
    ODD_YES = "a yes that Twilio does not document"
    UNREADABLE_YES = "a yes that could not be read"
    YES_TO_ANOTHER = "a yes about another number"
    #: Details: as ``TWILIO_BUSY``.
    NOT_FOUND_THERE = "not found where it was"
    #: Details: ``cause``, and the details of that.
    REFUSED_BUT_CHANGED = "refused, and not as it was"

    # -- what a person has to see to after a number was taken back ----------------------------------
    #: Details: ``kind``, ``target``, and those of the connection; or ``said``, as 0.1.0 wrote it.
    CONNECTION_LOST = "connection lost"
    CONNECTIONS_UNKNOWN = "not all that named it is known"
    #: Details: ``sid``.
    ADDRESS_UNREGISTERED = "emergency address unregistered"
    ADDRESS_NOT_KNOWN = "not known whether its emergency address was unregistered"
    #: Details: ``parameters``, none for all of them; ``cause``, and the details of that.
    NOT_PUT_BACK = "settings not put back"
    #: Details: ``cause``, and the details of that.
    LAST_LOOK_FAILED = "last look failed"
    #: Details: ``said``, as earlier versions wrote it.
    SETTINGS_REFUSED = "settings refused"


#: What the company itself has against an act.  A parked number may come back all the same.
PROTECTING = frozenset({Cause.PROTECTED, Cause.TICKET_REQUIRED, Cause.PROTECTIONS_UNREADABLE, Cause.KEPT})


class Request(StrEnum):
    """What a request changes.  The values stand in the journal."""

    RELEASE = "release"
    BUY = "buy"
    CHANGE = "change"


class Obstacle(StrEnum):
    """Why a request has no answer.  The values stand in the journal."""

    STOPPED = "stopped"
    PAUSED = "paused"
    SOCKS_PROXY = "SOCKS proxy"
    PROXY_ADDRESS = "address of the proxy"
    NO_CERTIFICATES = "no file of certificates"
    PROXY = "proxy"
    CERTIFICATE = "certificate"
    NO_CONNECTION = "no connection"
    TIMEOUT = "timeout"
    TOO_SLOW = "too slow"
    TOO_LARGE = "too large"
    BROKEN = "broken connection"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason.  Two reasons are equal if their codes and all details are."""

    code: Cause
    details: Mapping[str, Detail] = field(default_factory=dict, hash=False)

    def with_cause(self, code: Cause, details: Mapping[str, Detail]) -> "Reason":
        """Make a reason that this one causes: this code comes first in its ``cause``."""
        return Reason(code, {**self.details, **details, "cause": (self.code.value, *self._chain)})

    @property
    def detail(self) -> dict[str, object]:
        """The reason as the journal saves it."""
        return {"reason": {"code": self.code.value, "details": dict(self.details)}}

    @property
    def cause(self) -> "Reason":
        """The reason that caused this one."""
        first, *rest = self._chain
        others = {name: detail for name, detail in self.details.items() if name != "cause"}
        return Reason(Cause(first), {**others, "cause": tuple(rest)} if rest else others)

    @property
    def _chain(self) -> tuple[str, ...]:
        chain = self.details.get("cause", ())
        return tuple(chain) if isinstance(chain, tuple | list) else ()


def reason_in(detail: Mapping[str, Any]) -> Reason | None:
    """Read the reason from a row of the journal; None if it has none, like the rows of version 0.1.0."""
    saved = detail.get("reason")
    return Reason(Cause(saved["code"]), saved["details"]) if saved else None
