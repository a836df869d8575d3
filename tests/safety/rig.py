"""A practice Twilio in a process of its own, and desks at it that share a journal."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory

from helpers.actions.reconcile import check_again, settle_open, unproven_requests
from helpers.actions.release import release
from helpers.core.errors import KitError
from helpers.core.records import Account, Confirmation, Number, Traffic
from helpers.decisions.decision import decide
from helpers.decisions.protection import Protection
from helpers.decisions.session import Session, Sight
from helpers.gateway.credentials import Connection
from helpers.gateway.gateway import Gateway
from helpers.gateway.simulator_client import SimulatorClient
from helpers.gateway.transport import Transport
from helpers.journal.journal import Journal, journal_file
from tests.safety.figures import Figures, audit
from tests.support.simulator_tools import control

#: Seconds to connect and to read; a silent answer takes twice as long.
TIMEOUTS = (0.5, 0.4)
#: Longer than anything is left open: a number that is still listed after a yes for a day.
LATER = timedelta(days=2)


class Clock:
    """The time of this machine, some way ahead; waiting moves it on instead of taking time."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def pause(self, seconds: float) -> None:
        """Let so many seconds have passed."""
        self.ahead += timedelta(seconds=seconds)


@dataclass
class Rig:
    """A company at a practice Twilio, and one journal."""

    simulator: SimulatorClient
    about: dict[str, str]
    folder: Path
    clock: Clock

    def session(self, *, url: str = "", timeouts: tuple[float, float] = TIMEOUTS) -> Session:
        """Open what a desk in a window of its own acts with; *url* is an address in front of the practice Twilio."""
        sid, token = self.about["account_sid"], self.about["auth_token"]
        transport = Transport(
            origin=url or self.simulator.url,
            clock=lambda: self.clock().timestamp(),
            sleep=lambda _: None,
            jitter=random.random,
            timeouts=timeouts,
        )
        gateway = Gateway(Connection(False, sid, token, sid, self.simulator), transport)
        journal = Journal(journal_file(self.folder / "journal.db"))
        protection = Protection(self.folder / "protected.json", journal.notes, self.clock)
        return Session(
            gateway, journal, protection, Sight(gateway), "pat@desk", self.clock, self.clock.pause, token_hex
        )

    def confirm(self, number: Number, account: Account) -> Confirmation:
        """Confirm a number whose silence was just found out."""
        now = self.clock()
        silence = Traffic(now - timedelta(days=90), now, calls=0, messages=0)
        unasked = {"wiring": None, "price": None, "open_entry": None, "protected": None}
        decision = decide(number, account, traffic=silence, now=now, **unasked)
        return Confirmation(token_hex(), decision, number.phone_number)

    def cancel_faults(self) -> bool:
        """Let nothing go wrong from now on; tell whether every fault that was ordered befell a request."""
        waiting = control(self.simulator, "faults", {}, method="GET")
        control(self.simulator, "faults", {}, method="DELETE")
        return not waiting

    def settle(self, session: Session) -> None:
        """Open the desk again days later, when everything can be known, and settle everything."""
        self.clock.ahead += LATER
        self.simulator.advance(seconds=LATER.total_seconds())
        for entry in session.journal.entries():
            if entry.open:
                settle_open(entry, session)
        for entry in unproven_requests(session.journal.entries(), now=self.clock()):
            check_again(entry, session)

    def count(self, figures: Figures, before: set[str], session: Session, *, since: int = 0) -> None:
        """Count what the journal, the world and the requests do not agree in."""
        there, asked = numbers_of(session), self.simulator.requests(after=since)
        audit(figures, session.journal.entries(), requests=asked, there=there, left=before - there.keys())


@contextmanager
def company(world: str) -> Iterator[Rig]:
    """Serve a company in a process of its own, with an empty journal."""
    command = [sys.executable, "-m", "helpers.simulator", "--world", world]
    with (
        TemporaryDirectory() as folder,
        subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]) as process,
    ):
        try:
            about = json.loads(process.stdout.readline()) if process.stdout else {}
            yield Rig(SimulatorClient(about["url"], about["control_token"]), about, Path(folder), Clock())
        finally:
            process.kill()


def numbers_of(session: Session) -> dict[str, Number]:
    """Read every number of the company, by sid."""
    return {number.sid: number for account in session.accounts for number in session.gateway.numbers(account.sid)}


def press(confirmation: Confirmation, session: Session) -> None:
    """Press the button; a refusal is the operator's to read."""
    with suppress(KitError):
        release(confirmation, session)


def kernel(rig: Rig, confirmation: Confirmation) -> int:
    """Press in a process of its own, with connections of its own; return its id."""
    child = os.fork()
    if child == 0:
        try:
            press(confirmation, rig.session())
        finally:
            os._exit(0)
    return child
