"""
How long reading takes where nobody knows how many requests Twilio accepts at once, and how many it refuses.

Against a practice Twilio in a process of its own, 80 ms a request: one read, then 1,003 beside one another, of one
account, because the practice Twilio counts by account.  The limit is what they would cost if the cap were known and
nothing but waiting took time.  "Cold": nothing is known.  "Remembered": the run before wrote down what it learned.
"With others": another process holds half of the cap all the time, and the limit is that of the other half.
"""

import math
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from threading import Thread
from typing import NamedTuple

import psutil
import urllib3

from helpers.gateway.at_once import recall_at_once
from helpers.gateway.transport import CONNECTIONS

LATENCY, READS = 0.08, 1003
CAPS = (4, 8, 16, 32, 100)
#: How much may be refused.
REFUSED = 0.02
#: The part of the time that the practice Twilio may take for itself: above it, it is what is measured.
OWN_SHARE = 0.2


class Measured(NamedTuple):
    """One reading."""

    seconds: float
    #: How many requests were sent, the refused ones too.
    sent: int
    #: How many may be under way at its end.
    settled: int
    cpu: float
    #: The processor time of the practice Twilio.
    theirs: float


def main(arguments: list[str]) -> int:
    """Print three lines for each cap; return 1 where a target is missed."""
    missed = 0
    print(f"{READS:,} reads, {LATENCY * 1000:.0f} ms each; at most {CONNECTIONS} at once, or 100 where the cap is 100.")
    print(
        f"{'cap':>4} {'':<12} {'limit':>7} {'took':>7} {'ratio':>6} {'target':>6} {'refused':>8} {'settled':>8}", end=""
    )
    print(f" {'CPU':>6} {'practice':>9}")
    for cap in map(int, arguments or CAPS):
        most, cold = max(CONNECTIONS, cap), 1.4 if cap > CONNECTIONS else 1.3
        with _served(cap) as (about, process), tempfile.TemporaryDirectory() as folder:
            read = partial(_read, about, process, most)
            files = [Path(folder) / f"{number}.json" for number in range(_times(cap))]
            missed |= _print(cap, "cold", cap, cold, [read(file) for file in files])
            missed |= _print(cap, "remembered", cap, 1.1, [read(file) for file in files])
            with _others(about, cap // 2):
                found = [read(Path(folder) / f"{number}-others.json") for number in range(_times(cap // 2))]
            missed |= _print(cap, "with others", cap - cap // 2, cold, found)
    return missed


def _times(cap: int) -> int:
    """Measure the short ones, which are noisy, three times."""
    return 3 if cap >= 16 else 1


def _print(cap: int, name: str, free: int, target: float, runs: list[Measured]) -> int:
    limit = LATENCY * (1 + math.ceil(READS / free))
    best = min(runs)
    ratio, refused = best.seconds / limit, max(1 - (READS + 1) / run.sent for run in runs)
    misses = [f"{ratio / target - 1:.0%} too slow"] if ratio > target else []
    misses += [f"{refused:.1%} refused, not below {REFUSED:.0%}"] if refused >= REFUSED else []
    share = best.theirs / best.seconds
    note = f"; the practice Twilio takes {share:.0%} of a processor" if share > OWN_SHARE else ""
    print(
        f"{cap:>4} {name:<12} {limit:>6.2f}s {best.seconds:>6.2f}s {ratio:>6.2f} {target:>6.1f} {refused:>8.1%} "
        f"{best.settled:>8} {best.cpu:>5.2f}s {share:>9.0%}  {', '.join(misses) or 'reached'}{note}",
        flush=True,
    )
    return int(bool(misses))


@contextmanager
def _served(cap: int) -> Iterator[tuple[dict[str, str], psutil.Process]]:
    from tests.bench.main import Served

    before = set(psutil.Process().children())
    with Served(f"1x{READS}", "--concurrency", str(cap)) as about:
        (process,) = set(psutil.Process().children()) - before
        yield about, process


def _read(about: dict[str, str], process: psutil.Process, most: int, file: Path) -> Measured:
    from tests.bench.main import connect

    at_once = recall_at_once(file, {"TWILIO_DESK_AT_ONCE": str(most)}, now=partial(datetime.now, UTC))
    gateway = connect(about, at_once)
    account = about["account_sid"]
    sids = [number.sid for number in gateway.numbers(account)]
    sent, cpu, theirs, began = gateway.requests, time.process_time(), sum(process.cpu_times()[:2]), time.perf_counter()
    gateway.number(account, sids[0])
    with ThreadPoolExecutor(most) as side_by_side:
        found = list(side_by_side.map(partial(gateway.number, account), sids))
    seconds = time.perf_counter() - began
    assert [number and number.sid for number in found] == sids
    gateway.transport.close()
    return Measured(
        seconds,
        gateway.requests - sent,
        gateway.transport.limiter.limit,
        time.process_time() - cpu,
        sum(process.cpu_times()[:2]) - theirs,
    )


@contextmanager
def _others(about: dict[str, str], count: int) -> Iterator[None]:
    """Let another process of the company send *count* requests at once, all the time."""
    arguments = [about["url"], about["account_sid"], about["auth_token"], str(count)]
    process = subprocess.Popen([sys.executable, "-m", "tests.bench.limiter", *arguments], cwd=Path(__file__).parents[2])
    # Until all of them are at it.
    time.sleep(1.5)
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def _be_others(url: str, account: str, token: str, count: str) -> None:
    pool = urllib3.PoolManager(maxsize=int(count), retries=False)
    headers = urllib3.make_headers(basic_auth=f"{account}:{token}")

    def read() -> None:
        while True:
            answer = pool.request("GET", f"{url}/2010-04-01/Accounts/{account}.json", headers=headers)
            time.sleep(0.01 if answer.status == 429 else 0)

    threads = [Thread(target=read) for _ in range(int(count))]
    for thread in threads:
        thread.start()


if __name__ == "__main__":
    _be_others(*sys.argv[1:])
