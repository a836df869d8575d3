"""
Whether the sweep chooses the better way for an account: reading its logs through, or looking each number up.

Both ways are forced, and the choice is timed beside them; once more while nobody may read
Usage Records, which the choice is planned by.  80 ms a request, 32 at once and no more.
"""

import sys
import threading
from contextlib import contextmanager
from datetime import UTC, datetime

from helpers.core.records import Window
from helpers.evidence import account_traffic as sweeping
from helpers.evidence.inventory import Inventory
from helpers.gateway.gateway import Gateway
from helpers.gateway.simulator_client import SimulatorClient
from helpers.gateway.transport import CONNECTIONS
from tests.bench.evidence import clocked
from tests.bench.main import LATENCY, Served, open_company
from tests.support.evidence import take_traffic

#: Accounts with so many numbers and so many calls and messages.
ACCOUNTS = ("50+10000", "50+60000", "50+600000", "300+100000", "1000+100000")
#: How long the way that was chosen may take, as a multiple of the better one.
AT_MOST = 1.3


def main(arguments: list[str]) -> int:
    """Print one line per account; return 1 when the worse way was chosen."""
    print(f"{LATENCY * 1000:.0f} ms a request, {CONNECTIONS} at once; best of 3. 'No usage': no Usage Records.")
    print(
        f"{'numbers+records':>16} {'sweep':>7} {'look-up':>8} {'chosen':>7} {'ratio':>6} {'no usage':>9} {'ratio':>6}"
    )
    worst = [0.0, 0.0]
    for account in arguments or ACCOUNTS:
        with Served(f"1x{account}", "--concurrency", str(CONNECTIONS)) as about:
            simulator = SimulatorClient(about["url"], about["control_token"])
            gateway, inventory = open_company(about)
            time_sweep(gateway, inventory)
            with weight(0):
                swept = time_sweep(gateway, inventory)
            with weight(10**9):
                looked_up = time_sweep(gateway, inventory)
            chosen = time_sweep(gateway, inventory)
            simulator.fault("FORBIDDEN", path="/Usage/Records", times=1000)
            blind = time_sweep(gateway, inventory)
        better = min(swept, looked_up)
        worst = [max(worst[0], chosen / better), max(worst[1], blind / better)]
        print(f"{account:>16} {swept:>6.2f}s {looked_up:>7.2f}s {chosen:>6.2f}s {chosen / better:>6.2f}", end="")
        print(f" {blind:>8.2f}s {blind / better:>6.2f}", flush=True)
    for ratio, when in zip(worst, ("", ", without Usage Records"), strict=True):
        verdict = "reached" if ratio <= AT_MOST else "missed"
        print(f"At most {AT_MOST} times the better way{when}: {verdict} ({ratio:.2f}).")
    return 0 if max(worst) <= AT_MOST else 1


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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
