"""
How long finding out about every number takes, what it could take at best, and how much memory.

Against a practice Twilio in a process of its own, 80 ms a request, 32 at once and no more.  The
limit is what the requests cost if nothing but waiting took time: those for logs, and those for
the lists of what numbers are wired to, each of which is read once an account.  Kit and practice Twilio
share this machine's cores, as Twilio and an operator never would: what the machine alone
costs is told by asking for the same once more and throwing the answers away unread.
"""

import http.client
import os
import resource
import sys
import tempfile
import threading
import time
from base64 import b64encode
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

from helpers.core.records import Window
from helpers.evidence.company_evidence import take_evidence
from helpers.evidence.inventory import Inventory
from helpers.evidence.memory import EvidenceMemory
from helpers.gateway.gateway import Gateway
from helpers.gateway.simulator_client import SimulatorClient
from helpers.gateway.transport import CONNECTIONS
from tests.bench.main import LATENCY, Served, open_company

WORLD = "200x50+2000000"
#: The same numbers with fewer records: what is kept of them must not grow with the log.
SIZES = (250_000, 1_000_000, 2_000_000)
#: What finding out may cost, as a multiple of the limit, and how much more memory the longest log may take than the
#: shortest.
AT_MOST, FLAT = 1.5, 1.25


class Took(NamedTuple):
    """What one look at a company cost."""

    seconds: float
    requests: int
    unknown: int
    #: Processor seconds of the kit.
    processor: float
    #: Megabytes at the most.
    memory: float
    #: Seconds for the same requests, their answers thrown away.
    thrown_away: float


def main(arguments: list[str]) -> int:
    """Print one line per world; return 1 when a ratio is too high."""
    worlds = arguments or [f"{WORLD.partition('+')[0]}+{size}" for size in SIZES]
    print(
        f"{LATENCY * 1000:.0f} ms a request, {CONNECTIONS} at once; the better of 2. 'Thrown away': the same requests,"
    )
    print("one after the other by as many threads, and nothing done with the answers.")
    load, cores = os.getloadavg()[0], os.cpu_count()
    print(f"{load:.1f} of {cores} cores were busy with other work before: where that is not 0, times are too long.")
    print(
        f"{'world':>15} {'requests':>9} {'limit':>7} {'kit':>7} {'ratio':>6} {'thrown away':>12} {'ratio':>6}", end=""
    )
    print(f" {'unknown':>8} {'kit cpu':>8} {'memory':>8}")
    found = {}
    for world in worlds:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart:
            took = found[world] = apart.submit(measure, world).result()
        limit = took.requests * LATENCY / CONNECTIONS
        print(
            f"{world:>15} {took.requests:>9,} {limit:>6.1f}s {took.seconds:>6.1f}s {took.seconds / limit:>6.2f}", end=""
        )
        print(f" {took.thrown_away:>11.1f}s {took.thrown_away / limit:>6.2f} {took.unknown:>8,}", end="")
        print(f" {took.processor:>7.1f}s {took.memory:>5.0f} MB", flush=True)
    worst = max(took.seconds / (took.requests * LATENCY / CONNECTIONS) for took in found.values())
    print(f"At most {AT_MOST} times the limit: {'reached' if worst <= AT_MOST else 'missed'} ({worst:.2f}).")
    memories = [took.memory for took in found.values()]
    growth = max(memories) / min(memories)
    print(f"At most {FLAT} times the memory: {'reached' if growth <= FLAT else 'missed'} ({growth:.2f}).")
    return 0 if worst <= AT_MOST and growth <= FLAT else 1


def measure(world: str) -> Took:
    """Look at one world twice, in this process, which has done nothing else."""
    with Served(world, "--concurrency", str(CONNECTIONS)) as about:
        simulator = SimulatorClient(about["url"], about["control_token"])
        gateway, inventory = open_company(about)
        best = min((_look(gateway, inventory) for _ in range(2)), key=lambda took: took.seconds)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        asked = simulator.requests()[-best.requests :]
        return best._replace(memory=memory, thrown_away=_throw_away(about, gateway, asked))


def _look(gateway: Gateway, inventory: Inventory) -> Took:
    """Look as a desk does: what was found becomes columns and is written, account by account."""
    now, before = datetime.now(UTC), gateway.requests
    with tempfile.TemporaryDirectory() as folder:
        memory = EvidenceMemory(Path(folder), 90)
        started, processor = time.perf_counter(), time.process_time()
        take_evidence(
            gateway,
            inventory.accounts,
            inventory.numbers.of_account,
            Window.of(90, until=now),
            take=memory.update,
            stop=threading.Event(),
            progress=lambda done, whole: None,
        )
        memory.save()
        seconds, processor = time.perf_counter() - started, time.process_time() - processor
    rows = memory.rows()
    unknown = sum(row["calls"] is None or row["messages"] is None for row in rows.to_pylist())
    return Took(seconds, gateway.requests - before, unknown, processor, 0, 0)


def _throw_away(about: dict[str, str], gateway: Gateway, asked: list[dict[str, str]]) -> float:
    """Time the same requests with nothing but the standard library, and read none of the answers."""
    netloc = urlsplit(about["url"]).netloc
    local = threading.local()

    def fetch(entry: dict[str, str]) -> None:
        token = about["auth_token"] if entry["user"] == about["account_sid"] else gateway._tokens[entry["user"]]
        headers = {
            "Host": entry["host"],
            "Authorization": "Basic " + b64encode(f"{entry['user']}:{token}".encode()).decode(),
        }
        if not hasattr(local, "connection"):
            local.connection = http.client.HTTPConnection(netloc)
        local.connection.request("GET", f"{entry['path']}?{urlencode(entry['query'])}", headers=headers)
        local.connection.getresponse().read()

    return min(clocked(lambda: _side_by_side(fetch, asked)) for _ in range(2))


def _side_by_side(fetch: Callable[[dict[str, str]], None], asked: list[dict[str, str]]) -> None:
    with ThreadPoolExecutor(CONNECTIONS) as threads:
        list(threads.map(fetch, asked))


def clocked(work: Callable[[], object]) -> float:
    """Tell how many seconds something takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
