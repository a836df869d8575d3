"""Whole plans are taken back: killed on the way, by two kernels at once, with requests and answers lost."""

import os
import random
import signal
import time
from collections.abc import Sequence
from contextlib import suppress
from threading import Event

from helpers.core.errors import KitError
from helpers.core.records import Number
from helpers.decisions.session import Session
from helpers.simulator import Fault
from tests.safety.figures import Figures
from tests.safety.rig import Rig, company, numbers_of
from tests.support.plan_runner import planning, taking_back

#: So many numbers are in a plan, and so often it is taken up again where it was at the most.
EACH, TRIES = 4, 6


def measure(runs: int) -> Figures:
    """Release so many plans and take each back, by processes that die, collide or get no answers."""
    figures = Figures("plans taken back")
    chance = random.Random(runs)
    with company(f"{runs * EACH // 50 + 2}x50") as rig:
        session = rig.session()
        numbers = numbers_of(session)
        within = 0.5
        for at in range(runs):
            plan_id = _release(rig, session, list(numbers.values())[at * EACH : (at + 1) * EACH])
            if at % 3 == 0:
                rig.simulator.fault(chance.choice(list(Fault)).name, after=chance.randrange(12))
            began = time.monotonic()
            kernels = [_kernel(rig, plan_id) for _ in range(1 + (at % 3 == 1))]
            if at % 3 == 2:
                time.sleep(chance.uniform(0, within))
                os.kill(kernels[0], signal.SIGKILL)
            for child in kernels:
                os.waitpid(child, 0)
            if at % 3 == 1:
                within = time.monotonic() - began
            if at % 3 == 2:
                figures.kills += 1
                figures.inside += any(entry.state == "restoring" for entry in session.journal.entries_named(plan_id))
            rig.cancel_faults()
            _take_up(rig, session, plan_id)
            figures.runs += 1
            figures.lost += sum(entry.state != "restored" for entry in session.journal.entries_named(f"{plan_id}-"))
        rig.settle(session)
        # A number that came back has another sid, so none of the old ones is missing without an entry.
        rig.count(figures, set(numbers), session)
    return figures


def _release(rig: Rig, session: Session, numbers: Sequence[Number]) -> str:
    plans, runs = planning(session, rig.folder)
    plan, path = plans.make(list(numbers))
    said = []
    for _ in range(TRIES):
        # On a busy machine a number may stay for another time, because it could not be read in time.
        checked = runs.check(plan)
        said.append(
            runs.run(checked, path, typed=checked.sentence, accounts_typed="", stop=Event(), on_progress=lambda _: None)
        )
        left = [entry.state for entry in session.journal.entries_named(f"{plan.id}-")]
        if len(left) == len(numbers):
            break
    assert left == ["released"] * len(numbers), (left, said)
    return plan.id


def _take_back(session: Session, plan_id: str) -> bool:
    """Check and run once; return whether something was left to do."""
    runner = taking_back(session)
    checked = runner.check(plan_id)
    if not checked.offers and not checked.out:
        return False
    runner.run(checked, typed=checked.sentence, stop=Event(), on_progress=lambda _: None)
    return True


def _kernel(rig: Rig, plan_id: str) -> int:
    """Take the plan back in a process of its own; return its id."""
    child = os.fork()
    if child == 0:
        try:
            with suppress(KitError):
                _take_back(rig.session(), plan_id)
        finally:
            os._exit(0)
    return child


def _take_up(rig: Rig, session: Session, plan_id: str) -> None:
    """Go on, as an operator does minutes later, until nothing is left."""
    for _ in range(TRIES):
        rig.clock.pause(300)
        if not _take_back(session, plan_id):
            return
