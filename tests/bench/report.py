"""
What a report costs beside the look that it is made of.

In the worst case: a company of which every number is unused stands in the workbook with every number, and its logs are
empty, so the look is as cheap as a look can be.  Only processor time counts: nobody waits for Twilio in a report.
"""

import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from helpers.gateway.transport import CONNECTIONS
from helpers.tables.evidence_view import EvidenceView
from tests.bench.apart import apart, memory
from tests.bench.figure import Figure
from tests.bench.practice import Practice, open_desk

WORLD = "1000x100"


def measure(worlds: Sequence[str]) -> Iterator[Figure]:
    """Measure each world in a process that has done nothing else."""
    for world in worlds or [WORLD]:
        yield apart(_measure, world)


def _measure(world: str) -> Figure:
    with Practice(world, cap=CONNECTIONS) as practice, tempfile.TemporaryDirectory() as folder:
        desk = open_desk(practice.about, Path(folder))
        looks: list[float] = []
        find_out = EvidenceView.find_out

        def timed(view: EvidenceView, *arguments: object, **named: object) -> object:
            began = time.process_time()
            table = find_out(view, *arguments, **named)  # type: ignore[arg-type]  # as the desk calls it
            looks.append(time.process_time() - began)
            return table

        EvidenceView.find_out = timed  # type: ignore[method-assign,assignment]
        try:
            # The second one has an earlier look to compare with.
            costs = [practice.cost(lambda: desk.report(folder=Path(folder) / "reports")) for _ in range(2)]
        finally:
            EvidenceView.find_out = find_out  # type: ignore[method-assign]
        peak = memory()
    report = costs[-1].cpu - looks[-1]
    return Figure(
        f"{world}: report",
        report / looks[-1],
        "x the look",
        0.5,
        {"s of CPU": report, "MB": peak, **costs[-1].share},
    )
