"""
How long reading takes where nobody knows how many requests Twilio accepts at once, and how many it refuses.

One read, then 1,003 beside one another, of one account, because the practice Twilio counts by account.  The limit is
what they would cost if the cap were known and nothing but waiting took time.  "Cold": nothing is known.  "Remembered":
the run before wrote down what it learned.  "With others": another process holds half of the cap all the time, and the
limit is that of the other half.

With a hundred under way, the practice Twilio answers a thousand requests a second, and each takes it a quarter of a
millisecond: only there, its share of the time passes a fifth.
"""

import math
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from threading import Thread
from typing import NamedTuple

import urllib3

from helpers.gateway.at_once import recall_at_once
from helpers.gateway.transport import CONNECTIONS
from tests.bench.figure import Figure
from tests.bench.practice import Cost, Practice, connect

#: A cap, and how many reads.
RUNS = ("4x1003", "8x1003", "16x1003", "32x1003", "100x1003")
#: The percent that may be refused.
REFUSED = 2


class Measured(NamedTuple):
    """One reading."""

    cost: Cost
    #: How many may be under way at its end.
    settled: int
    #: The percent that was refused.
    refused: float


def measure(runs: Sequence[str]) -> Iterator[Figure]:
    """Measure three readings for each cap; at most 32 at once, or as many as the cap, where it is higher."""
    for cap, reads in (map(int, run.split("x")) for run in runs or RUNS):
        most, cold = max(CONNECTIONS, cap), 1.4 if cap > CONNECTIONS else 1.3
        with Practice(f"1x{reads}", cap=cap) as practice, tempfile.TemporaryDirectory() as folder:
            read = partial(_read, practice, most)
            # The practice Twilio has written every answer by then: its computers are the kit's.
            read(Path(folder) / "warm.json")
            # The short ones are noisy.
            files = [Path(folder) / f"{number}.json" for number in range(3 if cap >= 16 else 1)]
            alone, beside = (practice.latency * (1 + math.ceil(reads / free)) for free in (cap, cap - cap // 2))
            yield from _figures(f"cap {cap}, cold", alone, cold, map(read, files))
            yield from _figures(f"cap {cap}, remembered", alone, 1.1, map(read, files))
            with _others(practice.about, cap // 2):
                others = [file.with_suffix(".others") for file in files]
                yield from _figures(f"cap {cap}, with others", beside, cold, map(read, others))


def _figures(name: str, limit: float, target: float, runs: Iterable[Measured]) -> Iterator[Figure]:
    measured = sorted(runs)
    cost, settled, _ = measured[0]
    beside = {"s limit": limit, **cost.beside, "allowed at its end": settled}
    yield Figure(name, cost.seconds / limit, "x the limit", target, beside)
    yield Figure(f"{name}: refused", max(each.refused for each in measured), "%", REFUSED)


def _read(practice: Practice, most: int, file: Path) -> Measured:
    at_once = recall_at_once(file, {"TWILIO_DESK_AT_ONCE": str(most)}, now=partial(datetime.now, UTC))
    gateway = connect(practice.about, at_once)
    account = practice.about["account_sid"]
    sids = [number.sid for number in gateway.numbers(account)]

    def read() -> None:
        gateway.number(account, sids[0])
        with ThreadPoolExecutor(most) as side_by_side:
            found = list(side_by_side.map(partial(gateway.number, account), sids))
        assert [number and number.sid for number in found] == sids

    sent, cost = gateway.requests, practice.cost(read)
    sent = gateway.requests - sent
    gateway.transport.close()
    refused = 100 * (1 - (len(sids) + 1) / sent)
    return Measured(cost._replace(requests=sent), gateway.transport.limiter.limit, refused)


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
