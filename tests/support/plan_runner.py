"""
A process that runs a plan, for tests that kill it: ``python -m tests.support.plan_runner URL TOKEN FOLDER PLAN AHEAD``.

What the release-many notebook does, without the notebook: open the plan, check it, type its
sentence, run it.  Its clock runs ahead by so many seconds, and whoever waits moves it on.
"""

import random
import secrets
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

from helpers.actions.actions import Actions
from helpers.core.errors import NotRunnable
from helpers.decisions.judge import Judge
from helpers.decisions.protection import Protection
from helpers.decisions.quiet_numbers import QuietNumbers
from helpers.decisions.session import Session, Sight
from helpers.gateway.credentials import Connection
from helpers.gateway.gateway import Gateway
from helpers.gateway.simulator_client import SimulatorClient
from helpers.gateway.transport import Transport
from helpers.journal.journal import Journal, journal_file
from helpers.plans.planner import Planner
from helpers.plans.recheck import Recheck
from helpers.plans.runner import PlanRunner
from helpers.plans.take_back import TakeBackRunner


class Clock:
    """The clock of a machine, some way ahead."""

    def __init__(self, ahead):
        self.ahead = timedelta(seconds=ahead)

    def __call__(self):
        return datetime.now(UTC) + self.ahead

    def pause(self, seconds):
        self.ahead += timedelta(seconds=seconds)


def planning(session, folder):
    """Open what plans are made with, and what they are run with."""
    recheck = Recheck(session, Judge(session))
    plans = Planner(session, recheck, quiet=lambda: QuietNumbers((), (), 0, 0), folder=folder / "plans")
    return plans, PlanRunner(session, recheck, Actions(session, on_change=lambda account_sids: None))


def taking_back(session):
    """Open what takes whole plans back."""
    acts = Actions(session, on_change=lambda account_sids: None)
    return TakeBackRunner(session, acts, price=Judge(session).fetch_price_of_today)


def open_plans(simulator, folder, clock, *, who="pat@desk"):
    """Open what is needed to make plans and to run them."""
    about = simulator.about()
    transport = Transport(
        origin=simulator.url,
        clock=lambda: clock().timestamp(),
        sleep=lambda _: None,
        jitter=random.random,
        timeouts=(5.0, 5.0),
    )
    connection = Connection(False, about["account_sid"], about["auth_token"], about["account_sid"], simulator)
    gateway = Gateway(connection, transport)
    journal = Journal(journal_file(folder / "journal.db"))
    protection = Protection(folder / "protected.json", journal.notes, clock)
    session = Session(
        gateway, journal, protection, Sight(gateway), who, clock, pause=clock.pause, one_time_id=secrets.token_hex
    )
    return *planning(session, folder), gateway, journal


def main(url, token, folder, path, ahead):
    clock = Clock(float(ahead))
    plans, runs, _, _ = open_plans(SimulatorClient(url, token), Path(folder), clock)
    checked = runs.check(plans.open(Path(path)))
    try:
        because = runs.run(
            checked,
            Path(path),
            typed=checked.sentence,
            accounts_typed="",
            stop=Event(),
            on_progress=lambda progress: print(progress.outcome.state, flush=True),
        ).stopped_because
    except NotRunnable as nothing_left:
        because = str(nothing_left)
    print(f"end: {because or 'through'}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
