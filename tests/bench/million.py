"""How much memory a million numbers take: read, shown in the panel, and made into a table."""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.bench.apart import apart, memory
from tests.bench.company import Filled, fill
from tests.bench.figure import Figure
from tests.bench.practice import Practice, open_desk
from tests.bench.reading import warm

#: Each of its numbers counts ten times.
WORLD = "1000x100"


def measure(worlds: Sequence[str]) -> Iterator[Figure]:
    """Measure each world in a process that has done nothing else."""
    for world in worlds or [WORLD]:
        yield apart(_measure, world)


def _measure(world: str) -> Figure:
    with Practice(world, module="tests.bench.tenfold") as practice, tempfile.TemporaryDirectory() as folder:
        warm(practice)
        desk = open_desk(practice.about, Path(folder))
        # Kept, because a panel that is shown takes memory.
        filled: list[Filled] = []
        cost = practice.cost(lambda: filled.append(fill(desk)))
        with_panel = memory("VmRSS")
        count = len(desk.numbers())
    beside = {"MB with the panel": with_panel, "s from the press to the last row": filled[0].whole, **cost.share}
    return Figure(f"peak memory: {count:,} numbers", memory(), "MB", 2500, beside)
