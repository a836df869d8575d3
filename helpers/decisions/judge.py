"""Everything that is known of a number, put together for the decision: one number anew, or all from evidence."""

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event

from helpers.core.errors import NotThere
from helpers.core.reasons import Cause, Reason
from helpers.core.records import Account, Decision, Number, Price, Window
from helpers.decisions.decision import decide
from helpers.decisions.session import Session
from helpers.evidence.evidence import Evidence, outweighed
from helpers.evidence.number_traffic import look_up
from helpers.evidence.prices import PriceList
from helpers.evidence.window import WINDOW
from helpers.evidence.wiring import Surroundings, look_around, wiring_of, with_region
from helpers.gateway.transport import CONNECTIONS, Each
from helpers.journal.entries import Entry

#: For how long what an account is wired to is not looked at again.
FRESH = timedelta(minutes=10)


class Judge:
    """
    Looks at numbers from all sides, and remembers prices and wiring for a while.

    Args:
        memory: The folder in which prices and what was found out are kept; None for nowhere.
    """

    def __init__(
        self,
        session: Session,
        *,
        memory: Path | None = None,
    ) -> None:
        self._gateway, self._clock = session.gateway, session.clock
        self._journal, self._protection = session.journal, session.protection
        file = memory / "prices.json" if memory else None
        self._prices = PriceList(session.gateway, file=file, clock=session.clock)
        self._memory = memory
        self._around: dict[str, tuple[datetime, Surroundings]] = {}

    def price(self, number: Number) -> Price | None:
        """Look up what a number costs a month; None where nobody says."""
        return self._prices.of(number)

    def unpriced(self) -> dict[str, str]:
        """List the countries whose prices could not be read, each with why."""
        return dict(self._prices.unread)

    def one(self, number: Number, account: Account) -> Decision:
        """
        Look at a number as it is now, and judge whether it may be released.

        Raises:
            NotThere: It is not in its account any more.
            CannotRead: It could not be looked at.
        """
        now = self._clock()
        seen = self._gateway.number(number.account_sid, number.sid)
        if seen is None:
            raise NotThere(
                f"{number.phone_number} is not in its account any more. Read the inventory again to see what is."
            )
        # Whoever chooses a number waits for all of this. What asks on has a place beside what it asks.
        with ThreadPoolExecutor(CONNECTIONS) as side_by_side:
            window, each = Window.of(WINDOW, until=now), side_by_side.map
            traffic = side_by_side.submit(look_up, self._gateway, seen, window, each=each)
            around = side_by_side.submit(self._look_around, account, each)
            stated = side_by_side.submit(self._prices.of, seen)
            wiring = with_region(self._gateway, seen, wiring_of(seen, around.result()))
            found, price = Evidence(traffic=traffic.result(), wiring=wiring), stated.result()
        known = self.outweighed([seen], {seen.sid: found})[seen.sid]
        entry = self._journal.open_entry(seen.sid)
        return decide(
            seen,
            account,
            traffic=known.traffic,
            wiring=known.wiring,
            price=price,
            open_entry=_open(entry) if entry else None,
            protected=self._protection.of(seen, account),
            now=now,
        )

    def all(
        self,
        numbers: Iterable[Number],
        accounts: Mapping[str, Account],
        evidence: Mapping[str, Evidence],
        *,
        plan_id: str | None = None,
        stop: Event | None = None,
    ) -> Iterator[Decision]:
        """
        Judge every number by what was found out before; nothing is asked but prices, each country's once.

        Args:
            stop: Ends the asking for prices where it is set.

            plan_id: The plan for which is judged: its own journal entries stand in nobody's way.
        """
        now = self._clock()
        open_entries = {
            entry.number_sid: entry
            for entry in self._journal.entries()
            if entry.open and (plan_id is None or not entry.id.startswith(f"{plan_id}-"))
        }
        protected = self._protection.reader()
        ours = list(numbers)
        self._prices.ask(ours, stop=stop)
        for number in ours:
            known = evidence.get(number.sid)
            entry = open_entries.get(number.sid)
            yield decide(
                number,
                accounts[number.account_sid],
                traffic=known.traffic if known else None,
                wiring=known.wiring if known else None,
                price=self._prices.known(number),
                open_entry=_open(entry) if entry else None,
                protected=protected(number, accounts[number.account_sid]),
                now=now,
            )

    def outweighed(self, numbers: Iterable[Number], found: Mapping[str, Evidence]) -> dict[str, Evidence]:
        """Let what is remembered as heard outweigh a silence; see ``evidence.outweighed``."""
        return outweighed(found, numbers, folder=self._memory, days=WINDOW) if self._memory else dict(found)

    def _look_around(self, account: Account, each: Each) -> Surroundings:
        seen_at, around = self._around.get(account.sid, (None, None))
        now = self._clock()
        if around is None or seen_at is None or now - seen_at > FRESH:
            around = look_around(self._gateway, account, each=each)
            # Where a place could not be looked at, whoever chooses the number again looks once more.
            self._around.pop(account.sid, None)
            if not around.unseen:
                self._around[account.sid] = now, around
        return around


def _open(entry: Entry) -> Reason:
    return Reason(Cause.OPEN_ENTRY, {"act": entry.act, "state": entry.state, "since": entry.at.isoformat()})


def why_unknown(decision: Decision) -> Reason:
    """Pick the reason for which a number could not be judged: of two, the one of messages."""
    reasons = list(decision.traffic.unread.values()) if decision.traffic else []
    return reasons[-1] if reasons else Reason(Cause.NOBODY_LOOKED)
