"""Every fault that can be ordered befalls every request of a release."""

from helpers.simulator import Fault
from tests.safety.figures import Figures
from tests.safety.rig import company, numbers_of, press

#: A release asks for so many things at the most: looks, the DELETE, looks again, a search.
STEPS = 8


def measure(runs: int) -> Figures:
    """Release a number for each fault and each step, over and over, at least *runs* in all."""
    figures = Figures("faults x steps")
    cases = [(fault, step) for fault in Fault for step in range(STEPS)]
    with company("40x50") as rig:
        session = rig.session()
        numbers = numbers_of(session)
        accounts = session.accounts_by_sid
        for at, number in zip(range(max(runs, len(cases))), numbers.values(), strict=False):
            fault, step = cases[at % len(cases)]
            rig.cancel_faults()
            rig.simulator.fault(fault.name, after=step)
            press(rig.confirm(number, accounts[number.account_sid]), session)
            figures.runs += 1
        rig.cancel_faults()
        rig.settle(session)
        rig.count(figures, set(numbers), session)
    return figures
