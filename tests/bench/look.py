"""What there is to see of a look at 100,000 numbers before its end, and what is kept when it is stopped half-way."""

import asyncio
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from helpers.desk.desk import Desk
from helpers.gateway.transport import CONNECTIONS
from tests.bench.apart import apart, memory
from tests.bench.evidence import warm
from tests.bench.figure import Figure
from tests.bench.practice import Practice, open_desk

WORLD = "1000x100"
#: Seconds between two looks at the panel.
_SLICE = 0.2


class Seen(NamedTuple):
    """What a panel showed of a look."""

    #: Seconds until the first verdict, and until the end.
    first: float
    whole: float
    #: The percent of the numbers without a verdict in the end.
    unknown: float


def measure(worlds: Sequence[str]) -> Iterator[Figure]:
    """Measure each world in a process that has done nothing else."""
    for world in worlds or [WORLD]:
        yield from apart(_measure, world)


def _measure(world: str) -> list[Figure]:
    seen: list[Seen] = []
    with Practice(world, cap=CONNECTIONS) as practice:
        warm(practice)
        with tempfile.TemporaryDirectory() as folder:
            desk = open_desk(practice.about, Path(folder))
            cost = practice.cost(lambda: seen.append(asyncio.run(_look(desk))))
            peak = memory()
        with tempfile.TemporaryDirectory() as folder:
            desk = open_desk(practice.about, Path(folder))
            seen.append(asyncio.run(_look(desk, stop_after=seen[0].whole / 2)))
    whole, stopped = seen
    limit = cost.requests * practice.latency / CONNECTIONS
    beside = {"s limit": limit, **cost.beside, "MB": peak, "% unknown": whole.unknown}
    return [
        Figure("looked at every number", cost.seconds / limit, "x the limit", 1.25, beside),
        Figure("the first verdict is shown", 100 * whole.first / whole.whole, "% of the look", 10, {"s": whole.first}),
        Figure("without a verdict, when stopped half-way", stopped.unknown, "%", 60, {"s": stopped.whole}),
    ]


async def _look(desk: Desk, *, stop_after: float | None = None) -> Seen:
    panel = desk.inventory_panel()
    await panel.ready()
    began, first = time.perf_counter(), None
    panel.looking.button.click()
    ended = asyncio.ensure_future(panel.ready())
    while not (await asyncio.wait([ended], timeout=_SLICE))[0]:
        took = time.perf_counter() - began
        if first is None and _unknown(panel) < 100:
            first = took
        if stop_after is not None and took > stop_after:
            panel.looking.stop.click()
            stop_after = None
    whole = time.perf_counter() - began
    return Seen(whole if first is None else first, whole, _unknown(panel))


def _unknown(panel) -> float:
    """Tell of what percent of the numbers no verdict is shown."""
    return 100 * (panel._table.frame["verdict"] == "unknown").mean()
