"""Months of a company's life at random: releases, faults, restores, restarts."""

import random
from contextlib import suppress

from helpers.actions.restore import restore
from helpers.core.errors import KitError
from helpers.journal.states import LEFT
from helpers.simulator import Fault
from tests.safety.figures import Figures
from tests.safety.rig import company, numbers_of, press

#: So many things happen in one history.
LENGTH = 12


def measure(runs: int) -> Figures:
    """Play so many histories, each with numbers of its own."""
    figures = Figures("random histories")
    chance = random.Random(runs)
    with company(f"{max(4, runs * 3 // 50 + 1)}x50") as rig:
        session = rig.session()
        numbers = numbers_of(session)
        accounts = session.accounts_by_sid
        pool = list(numbers.values())
        for at in range(runs):
            ours = pool[3 * at : 3 * at + 3]
            rig.cancel_faults()
            for _ in range(LENGTH):
                number = chance.choice(ours)
                match chance.randrange(6):
                    case 0 | 1:
                        press(rig.confirm(number, accounts[number.account_sid]), session)
                    case 2:
                        rig.simulator.fault(chance.choice(list(Fault)).name, after=chance.randrange(3))
                    case 3:
                        rig.clock.pause(chance.choice([1, 70, 3600]))
                    case 4:
                        # Opened again in a new window, as after a restart of the kernel.
                        with suppress(KitError):
                            session = rig.session()
                    case _:
                        left = [one for one in session.journal.entries() if one.number_sid == number.sid]
                        if left and left[-1].state in LEFT:
                            with suppress(KitError):
                                restore(left[-1], session, typed=number.phone_number)
            figures.runs += 1
        rig.cancel_faults()
        rig.settle(session)
        rig.count(figures, set(numbers), session)
    return figures
