"""
A process that releases numbers, for tests that kill it: ``python -m tests.support.releaser URL TOKEN JOURNAL SIDS...``.

What the release notebook does, without the notebook: one confirmation after the other.
"""

import random
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex

from helpers.actions.release import release
from helpers.core.errors import KitError
from helpers.core.records import Confirmation, Traffic
from helpers.decisions.decision import decide
from helpers.decisions.protection import Protection
from helpers.decisions.session import Session, Sight
from helpers.gateway.credentials import Connection
from helpers.gateway.gateway import Gateway
from helpers.gateway.simulator_client import SimulatorClient
from helpers.gateway.transport import Transport
from helpers.journal.journal import Journal, journal_file


def main(url, token, journal, *sids):
    simulator = SimulatorClient(url, token)
    about = simulator.about()
    transport = Transport(origin=url, clock=time.monotonic, sleep=time.sleep, jitter=random.random)
    connection = Connection(False, about["account_sid"], about["auth_token"], about["account_sid"], simulator)
    gateway = Gateway(connection, transport)
    file, journal = Path(journal).with_name("protected.json"), Journal(journal_file(Path(journal)))
    sight, protection = Sight(gateway), Protection(file, journal.notes, lambda: datetime.now(UTC))
    session = Session(gateway, journal, protection, sight, "pat@desk", lambda: datetime.now(UTC), time.sleep, token_hex)
    numbers = [number for number in gateway.numbers(about["account_sid"]) if number.sid in sids]
    print("ready", flush=True)
    sys.stdin.readline()
    for number in numbers:
        now = datetime.now(UTC)
        quiet = Traffic(now - timedelta(days=90), now, calls=0, messages=0)
        unknown = {"wiring": None, "price": None, "open_entry": None, "protected": None}
        decision = decide(number, sight.reach.account, traffic=quiet, now=now, **unknown)
        confirmation = Confirmation(token_hex(), decision, number.phone_number)
        try:
            settled = release(confirmation, session)
            print(settled.entry.state, flush=True)
        except KitError as refused:
            print(type(refused).__name__, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
