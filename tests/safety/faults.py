"""Every fault that can be ordered befalls every request of a release, a restore, a move and a plan."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import product
from threading import Event

from helpers.actions.move import move
from helpers.actions.restore import restore
from helpers.core.errors import KitError
from helpers.core.records import Number
from helpers.decisions.session import Session
from helpers.journal.states import LEFT
from helpers.simulator import Fault
from tests.safety.figures import Figures
from tests.safety.rig import Rig, company, numbers_of, press
from tests.support.plan_runner import planning

#: What an operator does, up to the moment in which the fault is ordered, and afterwards.
Act = Callable[[Rig, Session, Number], Iterator[None]]


def _release(rig: Rig, session: Session, number: Number) -> Iterator[None]:
    confirmation = rig.confirm(number, session.accounts_by_sid[number.account_sid])
    yield
    press(confirmation, session)


def _restore(rig: Rig, session: Session, number: Number) -> Iterator[None]:
    press(rig.confirm(number, session.accounts_by_sid[number.account_sid]), session)
    entry = session.journal.entries()[-1]
    assert entry.state in LEFT, entry
    yield
    restore(entry, session, typed=number.phone_number)


def _move(rig: Rig, session: Session, number: Number) -> Iterator[None]:
    confirmation = rig.confirm(number, session.accounts_by_sid[number.account_sid])
    target = next(one for one in session.accounts if one.sid != number.account_sid and one.status == "active")
    yield
    move(confirmation, target, session)


def _plan(rig: Rig, session: Session, number: Number) -> Iterator[None]:
    plans, runs = planning(session, rig.folder)
    plan, path = plans.make([number])
    yield
    checked = runs.check(plan)
    runs.run(checked, path, typed=checked.sentence, accounts_typed="", stop=Event(), on_progress=lambda _: None)


#: Each act, and how many requests it sends at the most: looks, the change, looks again, a search.
ACTS: dict[str, tuple[Act, int]] = {
    "release": (_release, 9),
    "restore": (_restore, 14),
    "move": (_move, 8),
    "plan": (_plan, 34),
}
CASES = [(act, fault, step) for act, (_, steps) in ACTS.items() for fault, step in product(Fault, range(steps))]


def measure(runs: int) -> Figures:
    """Try *runs* of the cases, in even steps over all; a case counts if the act sent the request that was to fail."""
    figures = Figures("faults x steps")
    cases = [CASES[at * len(CASES) // runs] for at in range(runs)]
    with company(f"{runs // 50 + 2}x50") as rig:
        session = rig.session()
        numbers = numbers_of(session)
        for (act, fault, step), number in zip(cases, numbers.values(), strict=False):
            with suppress(KitError), _begun(ACTS[act][0](rig, session, number)):
                rig.simulator.fault(fault.name, after=step)
            figures.runs += rig.cancel_faults()
        rig.settle(session)
        rig.count(figures, set(numbers), session)
    return figures


@contextmanager
def _begun(act: Iterator[None]) -> Iterator[None]:
    """Begin an act; it goes on at the end."""
    next(act)
    yield
    next(act, None)
