"""
How long releasing a thousand numbers takes, and what it could take at best.

The limit is what the requests cost if nothing but waiting took time; every one of the
journal's entries is durable before its DELETE leaves, and that is in the kit's time.
"""

import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from threading import Event

from helpers.plans.edits import raise_limit
from helpers.plans.files import save_plan
from helpers.plans.runner import BatchResult
from tests.bench.figure import Figure
from tests.bench.practice import Practice
from tests.support.plan_runner import open_plans

WORLD, AT_ONCE = "40x25", 16
#: What releasing may cost, as a multiple of the limit.
AT_MOST = 1.5


class _Clock:
    def __call__(self):
        return datetime.now(UTC)

    @staticmethod
    def pause(seconds):
        time.sleep(seconds)


def measure(worlds: Sequence[str]) -> Iterator[Figure]:
    """Release every number of each world."""
    return map(_release, worlds or [WORLD])


def _release(world: str) -> Figure:
    ran: list[BatchResult] = []
    with Practice(world, cap=AT_ONCE) as practice, tempfile.TemporaryDirectory() as folder:
        plans, runs, gateway, _ = open_plans(practice.client, Path(folder), _Clock())
        numbers = [number for account in gateway.accounts() for number in gateway.numbers(account.sid)]
        plan, _ = plans.make(numbers)
        plan = raise_limit(plan, why="a benchmark", author=plans.who)
        path, checked = save_plan(plan, plans.folder), runs.check(plan)
        run = partial(runs.run, checked, path, typed=checked.sentence, accounts_typed="", stop=Event())
        cost = practice.cost(lambda: ran.append(run(on_progress=lambda _: None)))
    assert ran[0].stopped_because is None, ran[0].stopped_because
    assert Counter(outcome.state for outcome in ran[0].outcomes.values()) == {"released": len(numbers)}
    limit = cost.requests * practice.latency / AT_ONCE
    beside = {"s limit": limit, **cost.beside}
    return Figure(f"{len(numbers):,} numbers released", cost.seconds / limit, "x the limit", AT_MOST, beside)
