"""Two kernels press for the same number in the same moment."""

import os

from tests.safety.figures import Figures
from tests.safety.rig import company, kernel, numbers_of


def measure(runs: int) -> Figures:
    """Let two processes release each of so many numbers: with one confirmation, or with one each."""
    figures = Figures("two kernels")
    with company(f"{max(2, runs // 50)}x50") as rig:
        session = rig.session()
        numbers = numbers_of(session)
        accounts = session.accounts_by_sid
        for at, number in enumerate(list(numbers.values())[:runs]):
            first = rig.confirm(number, accounts[number.account_sid])
            second = first if at % 2 else rig.confirm(number, accounts[number.account_sid])
            for child in [kernel(rig, first), kernel(rig, second)]:
                os.waitpid(child, 0)
            figures.runs += 1
        rig.settle(session)
        rig.count(figures, set(numbers), session)
    return figures
