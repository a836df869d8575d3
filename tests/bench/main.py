"""
How long reading a big company takes, and what it could take at best.

Against a practice Twilio in a process of its own, 80 ms a request, 32 at once.  The
limit is what the requests cost if nothing but waiting took time: pages follow one
another within an account, and accounts stand side by side, so it is counted in rounds
of up to 32 requests.  Trust the ratios, not the seconds.
"""

import json
import math
import random
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path

from twilio.rest import Client

from helpers.evidence.inventory import Inventory, take_inventory
from helpers.gateway.credentials import Connection
from helpers.gateway.gateway import Gateway
from helpers.gateway.pages import PAGE
from helpers.gateway.simulator_client import SimulatorClient
from helpers.gateway.transport import CONNECTIONS, AtOnce, Transport
from helpers.gateway.visibility import find_reach

LATENCY = 0.08
WORLDS = ("1000x100", "200x50", "1x10000")
#: The plain loop is tried on this many accounts, or pages, and scaled up: the whole would take minutes.
PART = 20
#: What reading may cost, as a multiple of the limit.
AT_MOST = 1.3


def main(arguments: list[str]) -> int:
    """
    Measure a part that is named, or all: inventory, company, evidence, choice, release, journal, limiter.

    What follows a part's name is what it is measured on; without a name, it is for the inventory.
    """
    parts = {"inventory": measure_inventory}
    for name in ("company", "evidence", "choice", "release", "journal", "limiter"):
        parts[name] = import_module(f"tests.bench.{name}").main
    if arguments:
        return parts.get(arguments[0], measure_inventory)(arguments[arguments[0] in parts :])
    missed = 0
    for name, measure in parts.items():
        print(f"\n{name}:", flush=True)
        missed |= measure([])
    return missed


def measure_inventory(arguments: list[str]) -> int:
    """Print one line per world; return 1 when a ratio is too high."""
    worst = 0.0
    print(f"{LATENCY * 1000:.0f} ms a request, {CONNECTIONS} at once; best of 3. The plain loop is the SDK's own,")
    print(f"one account after the other, on {PART} accounts (or {PART} pages), scaled up.")
    print(f"{'world':>10} {'limit':>8} {'kit':>8} {'ratio':>6} {'plain loop':>11} {'ratio':>6}")
    for world in arguments or WORLDS:
        with Served(world) as simulator:
            kit = min(time_kit(simulator) for _ in range(3))
            plain = time_plain_loop(simulator, world)
        limit = LATENCY * rounds(world)
        worst = max(worst, kit / limit)
        print(
            f"{world:>10} {limit:>7.2f}s {kit:>7.2f}s {kit / limit:>6.2f} {plain:>10.1f}s {plain / limit:>6.1f}",
            flush=True,
        )
    verdict = "reached" if worst <= AT_MOST else "missed"
    print(f"At most {AT_MOST} times the limit: {verdict} ({worst:.2f}).")
    return 0 if worst <= AT_MOST else 1


class Served:
    """A practice Twilio in a process of its own, as live Twilio would be."""

    def __init__(self, world: str, *options: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "helpers.simulator", "--world", world, "--latency", str(LATENCY), *options],
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
        )
        self.about = json.loads(self._process.stdout.readline())

    def __enter__(self) -> dict[str, str]:
        return self.about

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.stdout.close()
        self._process.wait()


def rounds(world: str) -> int:
    """Count how often one has to wait: for the accounts, then for the numbers, 32 at a time."""
    accounts, each = (int(part) for part in world.split("x"))
    pages = math.ceil(each / PAGE)
    listed = accounts + 1 if accounts > 1 else 1
    account_pages = math.ceil(listed / PAGE)
    return account_pages + max(pages, math.ceil(listed * pages / CONNECTIONS))


def time_kit(simulator: dict[str, str]) -> float:
    """Time what the inventory notebook does: every account, every number."""
    gateway = connect(simulator)
    reach, _ = find_reach(gateway)
    started = time.perf_counter()
    inventory = take_inventory(gateway, reach, gateway.accounts(), seconds=time.monotonic)
    took = time.perf_counter() - started
    assert all(reading.complete for reading in inventory.coverage.readings)
    gateway.transport.close()
    return took


def connect(simulator: dict[str, str], at_once: AtOnce = AtOnce()) -> Gateway:  # noqa: B008  # it is immutable
    """Make the gateway that a desk would have."""
    sid, token = simulator["account_sid"], simulator["auth_token"]
    transport = Transport(
        origin=simulator["url"], clock=time.monotonic, sleep=time.sleep, jitter=random.random, at_once=at_once
    )
    return Gateway(
        Connection(False, sid, token, sid, SimulatorClient(simulator["url"], simulator["control_token"])), transport
    )


def open_company(simulator: dict[str, str]) -> tuple[Gateway, Inventory]:
    """Read every account and every number."""
    gateway = connect(simulator)
    reach, _ = find_reach(gateway)
    listed = gateway.accounts()
    return gateway, take_inventory(gateway, reach, listed, seconds=time.monotonic)


def time_plain_loop(simulator: dict[str, str], world: str) -> float:
    """Time the loop that everybody writes first, on a part, and scale it up."""
    client = Client(simulator["account_sid"], simulator["auth_token"])
    client.api.base_url = simulator["url"]
    accounts, each = (int(part) for part in world.split("x"))
    started = time.perf_counter()
    if accounts == 1:
        # Its own page size is 50, but where a limit is named it asks for that many at once.
        client.incoming_phone_numbers.list(limit=PART * 50, page_size=50)
        return (time.perf_counter() - started) * each / (PART * 50)
    listed = client.api.accounts.list(limit=PART)
    for account in listed:
        client.api.v2010.accounts(account.sid).incoming_phone_numbers.list()
    return (time.perf_counter() - started) * accounts / PART


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
