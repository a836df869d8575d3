"""
What happens after Twilio has answered: tables, grid, memory and requests for a big company.

A desk of its own in a process of its own, against a practice Twilio in another, 80 ms a request, 32 at once.  Each line
has its target; what is compared with the reading is a multiple of the time that reading took in the same run.
"""

import asyncio
import json
import resource
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from threading import Thread
from typing import NamedTuple

import psutil

from helpers.core.records import Confirmation
from helpers.decisions.protection import Protection
from helpers.desk import Desk
from helpers.gateway.credentials import Connection
from helpers.gateway.simulator_client import SimulatorClient
from helpers.gateway.transport import CONNECTIONS
from helpers.journal.journal import Journal, journal_file
from tests.bench.evidence import clocked
from tests.bench.main import LATENCY, Served, rounds

WORLD = "1000x100"


class Figure(NamedTuple):
    """One line of the table."""

    name: str
    value: float
    target: float
    unit: str


def main(arguments: list[str]) -> int:
    """Print one line per figure of each world, and all of them as JSON; return 1 where a target was missed."""
    missed = 0
    for world in arguments or [WORLD]:
        print(f"\n{world}, {LATENCY * 1000:.0f} ms a request, {CONNECTIONS} at once:")
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart:
            figures = apart.submit(measure, world).result()
        for figure in figures:
            over = figure.value / figure.target
            verdict = "reached" if over <= 1 else f"missed by a factor of {over:.2f}"
            value, target = f"{figure.value:,.2f} {figure.unit}", f"{figure.target:g} {figure.unit}"
            print(f"{figure.name:<44} {value:>24}   at most {target:<22} {verdict}")
        missed += sum(figure.value > figure.target for figure in figures)
        print(json.dumps({"world": world, "figures": [figure._asdict() for figure in figures]}))
    return 1 if missed else 0


def measure(world: str) -> list[Figure]:
    """Measure one world in this process, which has done nothing else."""
    limit = LATENCY * (rounds(world) - 1)
    with Served(world) as about, tempfile.TemporaryDirectory() as folder:
        twilio = psutil.Process(next(child.pid for child in psutil.Process().children()))
        desk, place = open_desk(about, Path(folder)), Path(folder)
        panel, filled = _fill(desk)
        table = clocked(desk.numbers)
        asked = _requests_after_a_release(desk)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        ours, theirs = time.process_time(), sum(twilio.cpu_times()[:2])
        reading = clocked(lambda: desk.inventory(again=True))
        theirs = sum(twilio.cpu_times()[:2]) - theirs
        ours = time.process_time() - ours
        again = _fill(desk)[1]
        typed = clocked(lambda: _type_into(panel, "012"))
        typed_on = clocked(lambda: _type_into(panel, "0123"))
        sort = clocked(lambda: setattr(panel.grid, "sort", ["next_billing", "desc"]))
        tick = clocked(lambda: panel.grid.select([panel.grid.shown["sid"].iloc[0]]))
        second = _first_table(open_desk(about, place))
    unit = "x the limit", "x the reading"
    return [
        Figure("reading", reading / limit, 1.25, unit[0]),
        Figure("grid filled, from the press", filled / limit, 1.5, unit[0]),
        Figure("desk.numbers(): the table", table / reading, 0.2, unit[1]),
        Figure("inventory panel, numbers already read", again / reading, 0.2, unit[1]),
        Figure("second opening: what is on disk is shown", second / reading, 0.2, unit[1]),
        Figure("peak memory, with table, panel and a release", peak, 400, "MB"),
        Figure("requests after one release", asked, 10, "requests"),
        Figure("a word typed into the search, first", typed, 0.5, "s"),
        Figure("a word typed into the search, next", typed_on, 0.1, "s"),
        Figure("sorted by another column", sort, 0.1, "s"),
        Figure("a number ticked", tick, 0.1, "s"),
        Figure("processor of the kit while it reads", ours / reading, 1.0, "of the time"),
        Figure("processor of the practice Twilio meanwhile", theirs / reading, 0.2, "of the time"),
    ]


def open_desk(about: dict[str, str], folder: Path) -> Desk:
    """Open a desk as a notebook does, with its files in a folder."""
    sid, token = about["account_sid"], about["auth_token"]
    simulator = SimulatorClient(about["url"], about["control_token"])
    return Desk(
        Connection(False, sid, token, sid, simulator),
        Journal(journal_file(folder / "journal.db"), witness=folder / "witness"),
        memory=folder / "memory",
        files=folder / "files",
        protection=Protection(folder / "protected.json"),
        clock=lambda: datetime.now(UTC),
    )


def _fill(desk: Desk):
    async def shown():
        panel = desk.inventory_panel()
        await panel.ready()
        panel.grid._send_rows(0, 300)
        return panel

    started = time.perf_counter()
    return asyncio.run(shown()), time.perf_counter() - started


def _type_into(panel, text: str) -> None:
    # The pictures follow by themselves.
    panel.filters.search.unobserve_all()
    panel.filters.search.value = text
    panel._whole = False
    panel._show_rows()


def _requests_after_a_release(desk: Desk) -> int:
    number = next(iter(desk.inventory().numbers))
    decision = desk.decide(number)
    before = desk.session.gateway.requests
    confirmation = Confirmation(
        "bench", decision, number.phone_number, why="a benchmark", account_typed=decision.account.friendly_name
    )
    settled = desk.acts.release(confirmation)
    assert settled.entry.state == "released", settled
    assert number.sid not in set(desk.numbers()["sid"])
    return desk.session.gateway.requests - before


def _first_table(desk: Desk) -> float:
    """Time until there is a table to show while everything is read anew."""
    Thread(target=desk.inventory).start()
    started = time.perf_counter()
    while desk._evidence.so_far(90) is None:
        time.sleep(0.001)
    return time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
