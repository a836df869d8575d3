"""
Named ways of failing, to order.

Twilio cannot be asked to fail, and yet it is only when an answer is lost that a
release is dangerous.  Here a failure is ordered for a request to come, and it is
said whether that request is carried out.
"""

from dataclasses import dataclass
from enum import Enum
from re import search


class Fault(Enum):
    """A way of failing; its value says what becomes of the request and of its answer."""

    REQUEST_LOST = "the connection is reset, and the request is never carried out"
    ANSWER_LOST = "it is carried out, and the connection is reset instead of an answer"
    ANSWER_CUT = "it is carried out, and the answer breaks off in the middle"
    SILENT_BEFORE = "it is never carried out, and no answer comes until the connection is closed"
    SILENT_AFTER = "it is carried out, and no answer comes until the connection is closed"
    LATE = "the connection is reset now, and it is carried out some seconds later"
    BROKEN_BEFORE = "it is not carried out, and the answer is 500"
    BROKEN_AFTER = "it is carried out, and the answer is 500"
    UNAVAILABLE_BEFORE = "it is not carried out, and the answer is 503"
    UNAVAILABLE_AFTER = "it is carried out, and the answer is 503"
    SLOW = "it is carried out, and the answer takes some seconds"
    THROTTLED = "it is not carried out, and the answer is 429"
    EMPTY_PROMISE = "the answer to a DELETE is 204, and the number is still there"
    NOT_FOUND = "it is not carried out, and the answer is 404"
    UNAUTHORIZED = "it is not carried out, and the answer is 401"
    FORBIDDEN = "it is not carried out, and the answer is 403"
    GARBLED = "it is carried out, and the answer is 200 with a body that is not JSON"
    STALE = "a GET is answered as of before the last change of what it asks for"
    MOVED = "just before it is carried out, the number is moved to another account of the company"
    EMPTY_PAGE = "a page of a list is empty, and names the one that follows all the same"
    CHANGED = "just before a GET is answered, the number's voice_url is changed by somebody else"
    REFUSED = "it is not carried out, and the answer is 400 with a code of your choice"
    WRONG_REGION = "it is not carried out, and the answer is 400 with code 22402"


#: The requests that a fault can befall, where not every one will do.
METHODS = {Fault.EMPTY_PROMISE: "DELETE", Fault.STALE: "GET", Fault.CHANGED: "GET", Fault.EMPTY_PAGE: "GET"}
#: The faults that need a number in the address.
ABOUT_A_NUMBER = {Fault.EMPTY_PROMISE, Fault.MOVED, Fault.CHANGED}
#: How many seconds a fault lasts, where it has a length and the order names none.
SECONDS = {Fault.SILENT_BEFORE: 120.0, Fault.SILENT_AFTER: 120.0, Fault.SLOW: 2.0, Fault.LATE: 2.0}
#: The code of REFUSED where the order names none: https://www.twilio.com/docs/api/errors/22400
REFUSED_CODE = 22400


@dataclass
class FaultOrder:
    """A fault that waits for the requests it is meant for; one that is used up has ``times`` at 0."""

    fault: Fault
    method: str | None = None
    #: A part of the address, its host before it; None matches every one.
    path: str | None = None
    times: int = 1
    #: How many matching requests go well before the first one fails.
    after: int = 0
    #: From then on only every nth of them fails.
    every: int = 1
    #: How long the silence, slowness or lateness lasts; None means as in ``SECONDS``.
    seconds: float | None = None
    #: The code of ``REFUSED``.
    code: int = REFUSED_CODE

    @property
    def length(self) -> float:
        """Tell how many seconds the fault lasts."""
        return SECONDS.get(self.fault, 0.0) if self.seconds is None else self.seconds

    def matches(self, method: str, path: str) -> bool:
        """Tell whether a request to *path* is one of those meant."""
        if self.method is not None and self.method.upper() != method:
            return False
        if self.path is not None and self.path not in path:
            return False
        if METHODS.get(self.fault, method) != method:
            return False
        return self.fault not in ABOUT_A_NUMBER or number_in(path) is not None


def number_in(path: str) -> str | None:
    """
    Find the sid of the number that *path* is about.

    >>> number_in("/2010-04-01/Accounts/AC1/IncomingPhoneNumbers/PN77.json")
    'PN77'
    >>> number_in("/2010-04-01/Accounts/AC1/IncomingPhoneNumbers.json")
    """
    found = search(r"/IncomingPhoneNumbers/(PN[0-9a-zA-Z]+)\.json$", path)
    return found.group(1) if found else None


def take_fault(orders: list[FaultOrder], method: str, path: str, *, spared: Fault | None = None) -> FaultOrder | None:
    """
    Take the fault that this request has coming, if any, and cross it off.

    Orders are looked at in the order in which they came.  One that still lets
    requests pass (``after``) counts this one, and leaves it to those behind it.

    Args:
        spared: The one fault that this request cannot have.
    """
    for order in orders:
        if order.fault is spared or not order.matches(method, path):
            continue
        if order.after > 0:
            order.after -= 1
            continue
        order.after = order.every - 1
        order.times -= 1
        if order.times < 1:
            orders.remove(order)
        return order
    return None
