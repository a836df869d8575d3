"""The kernel is killed at any moment of a release, and the same confirmation is pressed once more afterwards."""

import os
import random
import signal
import time

from helpers.core.records import Account, Number
from tests.safety.figures import Figures
from tests.safety.rig import Rig, company, kernel, numbers_of, press


def measure(runs: int) -> Figures:
    """Release that many numbers, each by a process that is killed on the way."""
    figures = Figures("kills")
    chance = random.Random(runs)
    with company(f"{runs // 50 + 2}x50") as rig:
        session = rig.session()
        numbers = numbers_of(session)
        accounts = session.accounts_by_sid
        first, *others = list(numbers.values())[: runs + 1]
        within = _seconds_of_one(rig, first, accounts[first.account_sid])
        for number in others:
            confirmation = rig.confirm(number, accounts[number.account_sid])
            child = kernel(rig, confirmation)
            time.sleep(chance.uniform(0, within))
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            if chance.random() < 0.5:
                press(confirmation, session)
            figures.runs += 1
        rig.settle(session)
        rig.count(figures, set(numbers), session)
    return figures


def _seconds_of_one(rig: Rig, number: Number, account: Account) -> float:
    """Tell how long such a process takes when nobody kills it."""
    started = time.monotonic()
    os.waitpid(kernel(rig, rig.confirm(number, account)), 0)
    return time.monotonic() - started
