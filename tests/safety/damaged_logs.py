"""One field of a number's calls and messages is damaged on the way, and it may not look quiet for that."""

import random
from datetime import timedelta
from threading import Event
from typing import Any

from helpers.core.records import Number, Traffic, Verdict, Window
from helpers.decisions.decision import verdict_of
from helpers.decisions.session import Session
from tests.safety.figures import Figures
from tests.safety.rig import company, numbers_of
from tests.support.evidence import take_traffic
from tests.support.in_between import in_front_of

FIELDS = ("sid", "to", "from", "direction", "status", "duration", "start_time", "date_sent", "date_created")
FIELDS += ("messaging_service_sid", "account_sid")
REMOVED = object()
#: What stands in a field instead.  A name is left out: Twilio sends messages from names, too.
DAMAGES = (REMOVED, None, "", 0, 7, 1.5, True, False, [], ["x"], {}, {"x": 1}, "\x00", "Zoë ☎ Zoë ☎")


def measure(runs: int) -> Figures:
    """Read the company's logs once for each damage, and compare with the logs as they are."""
    figures = Figures("damaged logs")
    chance = random.Random(runs)
    with company("acme") as rig, in_front_of(rig.simulator) as between:
        session = rig.session(url=between.url, timeouts=(5.0, 5.0))
        numbers = numbers_of(session)
        damage = _Damage()
        between.changes.append(damage)
        truth = _verdicts(session, numbers)
        used = sorted(sid for sid, verdict in truth.items() if verdict is Verdict.IN_USE)
        for _ in range(runs):
            number = numbers[chance.choice(used)].phone_number
            damage.begin(number, chance.choice(FIELDS), chance.choice(DAMAGES))
            now = _verdicts(session, numbers)
            assert damage.rows > 0
            figures.untrue += any(now.get(sid, Verdict.QUIET) is Verdict.QUIET for sid in used)
            figures.runs += 1
    return figures


class _Damage:
    """Changes one field in every row of one number, in every answer that holds one."""

    def __init__(self) -> None:
        self._number, self._field, self._damage = "", "", None

    def begin(self, number: str, field: str, damage: object) -> None:
        """Damage the rows of another number from now on."""
        self._number, self._field, self._damage = number, field, damage
        #: How many rows were damaged.
        self.rows = 0

    def __call__(self, _: str, content: dict[str, Any]) -> None:
        for row in (*content.get("calls", ()), *content.get("messages", ())):
            if self._number and self._number in f"{row['to']} {row['from']}":
                self.rows += 1
                row.pop(self._field, None)
                if self._damage is not REMOVED:
                    row[self._field] = self._damage


def _verdicts(session: Session, numbers: dict[str, Number]) -> dict[str, Verdict]:
    """Judge every number; where the reading ends in anything but a fact, none is judged."""
    window = Window.of(90, until=session.clock() + timedelta(minutes=1))
    accounts = session.accounts_by_sid
    stop = Event()
    try:
        traffic: dict[str, Traffic] = take_traffic(session.gateway, numbers.values(), accounts, window, stop=stop)
    except Exception:  # noqa: BLE001  # whatever it is, nothing raw may come out: it counts as broken
        return {}
    return {sid: verdict_of(one) for sid, one in traffic.items()}
