"""
A process that releases numbers, for tests that kill it: ``python -m tests.releaser URL JOURNAL SIDS...``.

What the release notebook does, without the notebook: one confirmation after the other.
"""

import random
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex

from helpers.connect import Connection
from helpers.decision import decide
from helpers.errors import KitError
from helpers.gateway import Gateway
from helpers.journal import Journal, journal_file
from helpers.practice import PracticeTwilio
from helpers.protection import Protection
from helpers.records import Confirmation, Traffic
from helpers.release import release
from helpers.session import Session, Sight
from helpers.transport import Transport


def main(url, journal, *sids):
    practice = PracticeTwilio(url)
    about = practice.about()
    transport = Transport(origin=url, clock=time.monotonic, sleep=time.sleep, jitter=random.random)
    connection = Connection(False, about["account_sid"], about["auth_token"], about["account_sid"], practice)
    gateway = Gateway(connection, transport)
    sight, protection = Sight(gateway), Protection(Path(journal).with_name("protected.json"))
    journal = Journal(journal_file(Path(journal)))
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
