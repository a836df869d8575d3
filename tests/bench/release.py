"""
How long releasing a thousand numbers takes, and what it could take at best.

Against a practice Twilio in a process of its own, 80 ms a request, 16 at once and no more.
The limit is what the requests cost if nothing but waiting took time; every one of the
journal's entries is durable before its DELETE leaves, and that is in the kit's time.
"""

import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

from helpers.gateway.simulator_client import SimulatorClient
from helpers.plans.edits import raise_limit
from helpers.plans.files import save_plan
from tests.support.plan_runner import open_plans

LATENCY, AT_ONCE, NUMBERS = 0.08, 16, 1000
#: What releasing may cost, as a multiple of the limit.
AT_MOST = 1.5


class _Clock:
    def __call__(self):
        return datetime.now(UTC)

    @staticmethod
    def pause(seconds):
        time.sleep(seconds)


def main(_: list[str]) -> int:
    """Print one line; return 1 when the ratio is too high."""
    from tests.bench.main import Served

    with Served("40x25", "--concurrency", str(AT_ONCE)) as about, tempfile.TemporaryDirectory() as folder:
        clock, simulator = _Clock(), SimulatorClient(about["url"], about["control_token"])
        plans, runs, gateway, _ = open_plans(simulator, Path(folder), clock)
        numbers = [number for account in gateway.accounts() for number in gateway.numbers(account.sid)]
        plan, _ = plans.make(numbers)
        plan = raise_limit(plan, why="a benchmark", author=plans.who)
        path = save_plan(plan, plans.folder)
        checked = runs.check(plan)
        before = simulator.requests()[-1]["n"]
        started = time.perf_counter()
        ran = runs.run(
            checked, path, typed=checked.sentence, accounts_typed="", stop=Event(), on_progress=lambda _: None
        )
        took = time.perf_counter() - started
        asked = simulator.requests(after=before)
    assert ran.stopped_because is None, ran.stopped_because
    assert Counter(outcome.state for outcome in ran.outcomes.values()) == {"released": NUMBERS}
    limit = len(asked) * LATENCY / AT_ONCE
    print(f"{NUMBERS:,} releases, {len(asked):,} requests, {LATENCY * 1000:.0f} ms each, {AT_ONCE} at once:")
    print(f"limit {limit:.2f}s, kit {took:.2f}s, ratio {took / limit:.2f}")
    verdict = "reached" if took / limit <= AT_MOST else "missed"
    print(f"At most {AT_MOST} times the limit: {verdict}.")
    return 0 if took / limit <= AT_MOST else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
