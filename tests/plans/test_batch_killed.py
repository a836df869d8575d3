"""A thousand numbers over forty accounts, one request in twenty failing, the process killed ten times on the way."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from helpers.gateway.simulator_client import SimulatorClient
from helpers.journal.states import LEFT
from helpers.plans.edits import raise_limit
from helpers.plans.files import save_plan
from helpers.simulator import Fault, serve
from tests.support.golden import as_read
from tests.support.plan_runner import Clock, open_plans
from tests.support.simulator_tools import control

#: Each befalls every 140th request: together one in twenty.
FAULTS = [
    *(Fault.ANSWER_LOST, Fault.REQUEST_LOST, Fault.BROKEN_BEFORE, Fault.BROKEN_AFTER),
    *(Fault.UNAVAILABLE_AFTER, Fault.THROTTLED, Fault.ANSWER_CUT),
]
KILLS, NUMBERS = 10, 1000
#: More than any quarantine.
LATER = 300


@pytest.mark.timeout(600)
def test_killed_ten_times_every_number_ends_in_one_state_and_journal_and_world_agree(tmp_path, snapshot):
    """No number twice, none forgotten, and nothing is called released that is there."""
    with serve(world="40x25", seed="test") as simulator:
        plans, runs, gateway, journal = open_plans(
            SimulatorClient(simulator.url, simulator.control_token), tmp_path, Clock(0)
        )
        numbers = [number for sid in simulator.world.accounts for number in gateway.numbers(sid)]
        assert len(numbers) == NUMBERS
        plan, _ = plans.make(numbers)
        assert len(plan.going) == NUMBERS
        path = save_plan(raise_limit(plan, why="a test", author="pat@desk"), plans.folder)
        for at, fault in enumerate(FAULTS):
            simulator.order(fault, after=20 * at, every=20 * len(FAULTS), times=10**9)

        said = ""
        for run in range(KILLS + 5):
            kill_after = 60 if run < KILLS else None
            said = _run(simulator, tmp_path, path, ahead=run * LATER, kill_after=kill_after)
            if said.startswith("end: Nothing is left"):
                break
        control(simulator, "faults", {}, method="DELETE")
        lines = runs.report(plans.open(path))
        left = {number.sid for sid in simulator.world.accounts for number in gateway.numbers(sid)}
        asked = [request for request in simulator.requests if request["method"] == "DELETE"]

    assert as_read(said) == snapshot
    # Each number has come to an end, and to one: the journal knows no two for it.
    assert len(lines) == NUMBERS
    assert not [line for line in lines if line.entry is None or line.entry.open]
    ends = Counter(entry.number_sid for entry in journal.entries() if entry.state != "not_sent")
    assert set(ends.values()) == {1}
    # The world agrees: what left is gone, and what is kept is there.
    for line in lines:
        assert (line.entry.state in LEFT) is (line.item.sid not in left), line
    # One request a number; what was answered 429 was never processed.
    sent = Counter(request["path"] for request in asked if request["status"] != 429)
    assert set(sent.values()) == {1}
    states = Counter(line.state for line in lines)
    assert states["released"] + states["released_unacknowledged"] > 0.9 * NUMBERS
    assert journal.verify()


def _run(simulator, folder, path, *, ahead, kill_after):
    """Run the plan in a process of its own; kill it after so many outcomes; return the last it said."""
    arguments = (simulator.url, simulator.control_token, str(folder), str(path), str(ahead))
    command = [sys.executable, "-m", "tests.support.plan_runner", *arguments]
    last, count = "", 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]) as process:
        for line in process.stdout:
            last, count = line.strip(), count + 1
            if count == kill_after:
                process.kill()
                break
    return last
