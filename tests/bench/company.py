"""
What happens after Twilio has answered: tables, grid, memory and requests for a big company.

A desk of its own in a process of its own.  What is compared with the reading is a multiple of the time that reading
took in the same run.
"""

import asyncio
import tempfile
import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from helpers.core.records import Confirmation
from helpers.desk.desk import Desk
from helpers.panels.inventory.panel import InventoryPanel
from tests.bench.apart import apart, memory
from tests.bench.figure import Figure
from tests.bench.practice import Practice, clocked, open_desk
from tests.bench.reading import rounds, warm

WORLD = "1000x100"
_LIMIT, _READING = "x the limit", "x the reading"


class Filled(NamedTuple):
    """An inventory panel, and how it got its rows."""

    panel: InventoryPanel
    #: Seconds until the first rows, and until all.
    first: float
    whole: float
    #: The percent of the accounts that were read when the first rows were there.
    read: float
    #: Seconds until the pictures are there, too.
    drawn: float


def measure(worlds: Sequence[str]) -> Iterator[Figure]:
    """Measure each world in a process that has done nothing else."""
    for world in worlds or [WORLD]:
        yield from apart(_measure, world)


def _measure(world: str) -> list[Figure]:
    with Practice(world) as practice, tempfile.TemporaryDirectory() as folder:
        warm(practice)
        desk, limit = open_desk(practice.about, Path(folder)), practice.latency * (rounds(world) - 1)
        practice.asked()
        first = fill(desk)
        lists = sum(each["path"].endswith("Numbers.json") for each in practice.asked())
        accounts = len(desk.session.accounts)
        with_panel = memory("VmRSS")
        table = clocked(desk.numbers)
        asked = _requests_after_a_release(desk)
        panel = first.panel
        typed = {text: clocked(partial(_type_into, panel, text)) for text in ("012", "0123")}
        sort = clocked(lambda: setattr(panel.grid, "sort", ["next_billing", "desc"]))
        tick = clocked(lambda: panel.grid.select([panel.grid.shown["sid"].iloc[0]]))
        peak = memory()
        # Because of the release, its lists are others.
        warm(practice)
        reading = practice.cost(partial(desk.inventory, again=True))
        again = fill(desk)
        second = fill(open_desk(practice.about, Path(folder)))
    whole = reading.seconds
    return [
        Figure("reading", whole / limit, _LIMIT, None, {"s limit": limit, **reading.beside}),
        Figure(
            "grid filled, from the press",
            first.whole / limit,
            _LIMIT,
            1.5,
            {"s": first.whole, "s with its pictures": first.drawn},
        ),
        Figure("first rows: accounts read by then", first.read, "%", 10, {"s": first.first}),
        Figure("desk.numbers(): the table", table / whole, _READING, 0.2, {"s": table}),
        Figure("inventory panel, numbers already read", again.whole / whole, _READING, 0.2, {"s": again.whole}),
        Figure("second opening: what is on disk is shown", second.first / whole, _READING, 0.2, {"s": second.first}),
        Figure("peak memory: panel, table, release, search", peak, "MB", 400, {"MB with the panel": with_panel}),
        Figure("requests after one release", asked, "requests", 10),
        Figure("lists read by all of 01, for each account", lists / accounts, "lists", 1),
        Figure("a word typed into the search, first", typed["012"], "s", 0.1),
        Figure("a word typed into the search, next", typed["0123"], "s", 0.1),
        Figure("sorted by another column", sort, "s", 0.1),
        Figure("a number ticked", tick, "s", 0.1),
        Figure("practice Twilio's part of the time", 100 * reading.practice / whole, "%", 20),
    ]


def fill(desk: Desk) -> Filled:
    """Show the inventory panel, as its notebook does, until all rows are there."""

    async def show() -> Filled:
        began, first, whole = time.perf_counter(), list[tuple[float, float]](), list[float]()
        panel = desk.inventory_panel()

        def on_rows(_: object) -> None:
            took, coverage = time.perf_counter() - began, panel._table.about.coverage
            if panel.grid.total and not first:
                first.append((took, 100 * coverage.done / coverage.asked))
            if panel._whole:
                panel.grid._send_rows(0, 300)
                whole.append(time.perf_counter() - began)

        panel.grid.observe(on_rows, "rev")
        await panel.ready()
        return Filled(panel, first[0][0], whole[0], first[0][1], time.perf_counter() - began)

    return asyncio.run(show())


def _type_into(panel: InventoryPanel, text: str) -> None:
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
