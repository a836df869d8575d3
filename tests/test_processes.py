"""Several processes, and processes that are killed: at most one DELETE for a number, and nothing lost."""

import random
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from helpers.actions.reconcile import settle_open
from helpers.decisions.protection import Protection
from helpers.decisions.session import Session, Sight
from helpers.gateway.credentials import Connection
from helpers.gateway.gateway import Gateway
from helpers.gateway.simulator_client import SimulatorClient
from helpers.gateway.transport import Transport
from helpers.journal.journal import Journal, journal_file
from helpers.simulator import serve

ROOT = Path(__file__).parent.parent
NUMBERS = 12


@pytest.fixture
def world():
    """One account of a dozen numbers, in which every answer takes 20 ms."""
    with serve(world=f"1x{NUMBERS}", seed="test", latency=0.02) as simulator:
        yield simulator


@pytest.fixture
def ask(world):
    """A gateway of the test's own."""
    sid, token = world.credentials["main_token"]
    transport = Transport(origin=world.url, clock=time.monotonic, sleep=time.sleep, jitter=random.random)
    yield Gateway(Connection(False, sid, token, sid, SimulatorClient(world.url, world.control_token)), transport)
    transport.close()


@pytest.fixture
def journal(tmp_path):
    return Journal(journal_file(tmp_path / "journal.db"))


def start(world, journal, numbers):
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.support.releaser",
            world.url,
            world.control_token,
            journal.database.engine.url.database,
            *(n.sid for n in numbers),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert process.stdout.readline() == "ready\n"
    return process


def go(process):
    process.stdin.write("go\n")
    process.stdin.flush()


def finish(process):
    said, _ = process.communicate()
    return said.split()


def deletes(world):
    return Counter(request["path"].split("/")[-1] for request in world.requests if request["method"] == "DELETE")


def test_two_kernels_at_the_same_number_send_one_delete(world, ask, journal):
    """Both saw it, both confirmed it, both pressed at once: one releases it, the other is told."""
    (number, *_) = ask.numbers(ask.connection.account_sid)
    kernels = [start(world, journal, [number]) for _ in range(2)]
    for kernel in kernels:
        go(kernel)
    outcomes = sorted(outcome for kernel in kernels for outcome in finish(kernel))

    assert outcomes == ["AlreadyUsed", "released"]
    assert deletes(world).total() == 1


def test_killed_again_and_again_nothing_is_lost_and_nothing_is_sent_twice(world, ask, journal):
    """Killed with -9 at any moment: afterwards journal and world agree on every number."""
    chance = random.Random(7)
    numbers = list(ask.numbers(ask.connection.account_sid))
    for _ in range(5):
        process = start(world, journal, numbers)
        go(process)
        time.sleep(chance.uniform(0.02, 0.25))
        process.kill()
        process.communicate()
    last = start(world, journal, numbers)
    go(last)
    finish(last)

    file = Path(journal.database.engine.url.database).with_name("protected.json")
    protection = Protection(file, journal.notes, lambda: datetime.now(UTC))
    later = Session(
        *(ask, journal, protection, Sight(ask), "pat@desk", lambda: datetime.now(UTC) + timedelta(minutes=5)),
        pause=lambda _: None,
        one_time_id=lambda: "never",
    )
    for entry in journal.entries():
        settle_open(entry, later)
    left = {number.sid for number in ask.numbers(ask.connection.account_sid)}
    assert journal.verify() != ""
    assert not [entry for entry in journal.entries() if entry.open]
    assert max(deletes(world).values()) == 1
    for number in numbers:
        states = {entry.state for entry in journal.entries() if entry.number_sid == number.sid}
        assert bool(states & {"released", "released_unacknowledged"}) == (number.sid not in left), number
