"""
Whether the sweep chooses the better way for an account: reading its logs through, or looking each number up.

Both ways are forced, and the choice is timed beside them; once more while nobody may read
Usage Records, which the choice is planned by.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial

from helpers.core.records import Window
from helpers.evidence import account_traffic as sweeping
from helpers.evidence.inventory import Inventory
from helpers.gateway.gateway import Gateway
from helpers.gateway.transport import CONNECTIONS
from tests.bench.figure import Figure
from tests.bench.practice import Practice, clocked, open_company
from tests.support.evidence import take_traffic

#: Accounts with so many numbers and so many calls and messages.
ACCOUNTS = ("50+10000", "50+60000", "50+600000", "300+100000", "1000+100000")
#: How long the way that was chosen may take, as a multiple of the better one.
AT_MOST = 1.3


def measure(accounts: Sequence[str]) -> Iterator[Figure]:
    """Measure each account twice: with Usage Records, and without them; the best of three."""
    for account in accounts or ACCOUNTS:
        took: list[float] = []
        with Practice(f"1x{account}", cap=CONNECTIONS) as practice:
            cost = practice.cost(partial(_compare, practice, *open_company(practice.about), took))
        swept, looked_up, chosen, blind = took
        ways = {"s read through": swept, "s looked up": looked_up}
        for seconds, when in ((chosen, ""), (blind, ", without usage")):
            ratio = seconds / min(swept, looked_up)
            yield Figure(f"{account}{when}", ratio, "x the better way", AT_MOST, {"s": seconds, **ways, **cost.share})


def _compare(practice: Practice, gateway: Gateway, inventory: Inventory, took: list[float]) -> None:
    """Time both ways, the choice, and the choice without usage."""
    time_sweep(gateway, inventory)
    for pages in (0, 10**9, sweeping.WEIGHT):
        with weight(pages):
            took.append(time_sweep(gateway, inventory))
    practice.client.fault("FORBIDDEN", path="/Usage/Records", times=1000)
    took.append(time_sweep(gateway, inventory))


@contextmanager
def weight(pages: float):
    """Make pages so dear, or so cheap, that one way is chosen."""
    was, sweeping.WEIGHT = sweeping.WEIGHT, pages
    yield
    sweeping.WEIGHT = was


def time_sweep(gateway: Gateway, inventory: Inventory) -> float:
    """Time finding out about all numbers, three times over."""
    now = datetime.now(UTC)

    def work():
        take_traffic(
            gateway,
            inventory.numbers,
            {account.sid: account for account in inventory.accounts},
            Window.of(90, until=now),
            stop=threading.Event(),
        )

    return min(clocked(work) for _ in range(3))
