"""
Orders: which requests a fault waits for.

Apart from ``faults.py``, because the package shows ``Fault`` also to a Python in which msgspec is not installed.
"""

from dataclasses import dataclass
from re import search
from typing import Annotated

from msgspec import Meta

from helpers.simulator.server.faults import Fault

#: The method that a request must have, for faults that concern only one method.
METHODS = {Fault.EMPTY_PROMISE: "DELETE", Fault.STALE: "GET", Fault.CHANGED: "GET", Fault.EMPTY_PAGE: "GET"}
#: The faults that need a number in the address.
ABOUT_A_NUMBER = {Fault.EMPTY_PROMISE, Fault.MOVED, Fault.CHANGED}
#: How many seconds a fault lasts by default.
SECONDS = {Fault.SILENT_BEFORE: 120.0, Fault.SILENT_AFTER: 120.0, Fault.SLOW: 2.0, Fault.LATE: 2.0}
#: The code of REFUSED where the order names none: https://www.twilio.com/docs/api/errors/22400
REFUSED_CODE = 22400
#: The longest that a fault may last, in seconds: a year.
LONGEST = 31_536_000

Text = Annotated[str | None, Meta(description="a text")]
Count = Annotated[int, Meta(ge=1, description="a whole number, not less than 1")]
WholeNumber = Annotated[int, Meta(ge=0, description="a whole number, not less than 0")]
Seconds = Annotated[
    Annotated[float, Meta(ge=0, le=LONGEST)] | None,
    Meta(description=f"a number from 0 to {LONGEST}"),
]


@dataclass
class FaultOrder:
    """
    A fault that waits for the requests it is meant for; one that is used up has ``times`` at 0.

    The controls read an order as JSON: a value that does not fit is refused with its description.
    """

    fault: Fault
    method: Text = None
    #: A part of the address, beginning with the host; None matches every address.
    path: Text = None
    times: Count = 1
    #: How many matching requests succeed before the first one fails.
    after: WholeNumber = 0
    #: From then on every nth matching request fails.
    every: Count = 1
    #: How long the silence, slowness or lateness lasts; None means the length in ``SECONDS``.
    seconds: Seconds = None
    #: The code of ``REFUSED``.
    code: Count = REFUSED_CODE

    @property
    def length(self) -> float:
        """Tell how many seconds the fault lasts."""
        return SECONDS.get(self.fault, 0.0) if self.seconds is None else self.seconds

    def matches(self, method: str, path: str) -> bool:
        """Tell whether the order is for a request to *path*."""
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
    match = search(r"/IncomingPhoneNumbers/(PN[0-9a-zA-Z]+)\.json$", path)
    return match.group(1) if match else None


def take_fault(orders: list[FaultOrder], method: str, path: str, *, spared: Fault | None = None) -> FaultOrder | None:
    """
    Take the fault that is ordered for this request, if any, and count it.

    The oldest order is tried first.  An order that still lets requests pass (``after``)
    counts this request and leaves it to the next order.

    Args:
        spared: A fault that this request cannot have.
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
