"""The practice Twilio of a benchmark: in a process of its own, as live Twilio would be, and asked as a desk asks."""

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple, Self

import psutil

from helpers.desk.desk import Desk
from helpers.evidence.inventory import Inventory, take_inventory
from helpers.gateway.credentials import Connection
from helpers.gateway.gateway import Gateway
from helpers.gateway.simulator_client import SimulatorClient
from helpers.gateway.transport import AtOnce, Transport
from helpers.gateway.visibility import find_reach
from helpers.journal.journal import Journal, journal_file

#: Seconds that Twilio takes for an answer; the environment may hold another number.
_LATENCY = "BENCH_LATENCY", "0.08"


class Cost(NamedTuple):
    """What something cost."""

    seconds: float
    #: Processor seconds of this process, and of the practice Twilio.
    cpu: float
    practice: float
    requests: int

    @property
    def share(self) -> dict[str, float]:
        """The percent of the time that the practice Twilio's processor took."""
        return {"% practice Twilio": 100 * self.practice / self.seconds}

    @property
    def beside(self) -> dict[str, float]:
        """What a line of the table tells beside its figure."""
        return {"s": self.seconds, "requests": self.requests, "s of CPU": self.cpu, **self.share}


class Practice:
    """
    A practice Twilio.

    Args:
        cap: How many requests it accepts at once; None for any number.

        module: What serves it.
    """

    def __init__(self, world: str, *, cap: int | None = None, module: str = "tests.bench.remembering") -> None:
        self.latency = float(os.environ.get(*_LATENCY))
        command = [sys.executable, "-m", module, "--world", world, "--latency", str(self.latency)]
        self._process = psutil.Popen(
            [*command, *([] if cap is None else ["--concurrency", str(cap)])],
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
        )
        #: Its address and its credentials.
        self.about: dict[str, str] = json.loads(self._process.stdout.readline())
        self.client = client_of(self.about)
        self._counted = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.stdout.close()
        self._process.wait()

    @property
    def cpu(self) -> float:
        """The processor seconds that it took until now."""
        return sum(self._process.cpu_times()[:2])

    def cost(self, work: Callable[[], object]) -> Cost:
        """Measure what something costs that asks it."""
        self.asked()
        cpu, practice, began = time.process_time(), self.cpu, time.perf_counter()
        work()
        seconds = time.perf_counter() - began
        return Cost(seconds, time.process_time() - cpu, self.cpu - practice, len(self.asked()))

    def asked(self) -> list[dict[str, Any]]:
        """List the requests since this was called the last time."""
        requests = self.client.requests(after=self._counted)
        self._counted += len(requests)
        return requests


def clocked(work: Callable[[], object]) -> float:
    """Tell how many seconds something takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def client_of(about: dict[str, str]) -> SimulatorClient:
    """Make what steers a practice Twilio."""
    return SimulatorClient(about["url"], about["control_token"])


def connect(about: dict[str, str], at_once: AtOnce = AtOnce()) -> Gateway:  # noqa: B008  # it is immutable
    """Make the gateway that a desk would have."""
    transport = Transport(
        origin=about["url"], clock=time.monotonic, sleep=time.sleep, jitter=random.random, at_once=at_once
    )
    return Gateway(_connection(about), transport)


def open_company(about: dict[str, str]) -> tuple[Gateway, Inventory]:
    """Read every account and every number."""
    gateway = connect(about)
    reach, listed = find_reach(gateway)
    return gateway, take_inventory(gateway, reach, listed, seconds=time.monotonic)


def open_desk(about: dict[str, str], folder: Path) -> Desk:
    """Open a desk as a notebook does, with its files in a folder."""
    return Desk(
        _connection(about),
        Journal(journal_file(folder / "journal.db"), witness=folder / "witness"),
        memory=folder / "memory",
        files=folder / "files",
        protected=folder / "protected.json",
        clock=lambda: datetime.now(UTC),
    )


def _connection(about: dict[str, str]) -> Connection:
    sid = about["account_sid"]
    return Connection(False, sid, about["auth_token"], sid, client_of(about))
