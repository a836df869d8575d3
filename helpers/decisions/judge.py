"""The judge collects everything that a decision on a number needs: fetched for one number, remembered for all."""

from collections.abc import Container, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event

from helpers.core.errors import NotThere
from helpers.core.number_note import NumberNote
from helpers.core.reasons import Cause, Reason
from helpers.core.records import Account, Decision, Number, Price, Traffic, Window
from helpers.decisions.decision import VALID_FOR, decide
from helpers.decisions.protection import Find
from helpers.decisions.session import Session
from helpers.evidence.close_look import look_closely
from helpers.evidence.earlier_homes import EarlierHomes, WhereNow, add_earlier, find_homes, out_of_sight, where_now
from helpers.evidence.evidence import Evidence
from helpers.evidence.look_back import read_look_back
from helpers.evidence.memory import EvidenceMemory, prefer_remembered
from helpers.evidence.number_traffic import fetch_number_traffic
from helpers.evidence.prices import PriceList
from helpers.evidence.retention import limit_days
from helpers.evidence.window import WINDOW
from helpers.evidence.wiring import Surroundings, fetch_surroundings, wiring_of
from helpers.gateway.transport import Each
from helpers.journal.entries import Entry

#: How long the surroundings of an account are used before they are fetched again.
FRESH = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands against numbers besides their evidence, as it was read at one moment."""

    #: Sid of a number -> the reason that its open journal entry gives.
    open_entries: Mapping[str, Reason]
    #: Finds the protection of any number; None if nothing is protected.
    find_protection: Find | None
    #: Phone number -> what colleagues noted about it; none where the protections cannot be read.
    notes: Mapping[str, NumberNote]


class Judge:
    """
    Judges numbers, and keeps prices and surroundings for a while.

    Args:
        memory: The folder of remembered prices and evidence, and of the chosen look-back; None to remember nothing.
    """

    def __init__(self, session: Session, *, memory: Path | None = None) -> None:
        self._session, self._gateway, self._clock = session, session.gateway, session.clock
        self._journal, self._protection = session.journal, session.protection
        file = memory / "prices.json" if memory else None
        self._prices = PriceList(session.gateway, file=file, clock=session.clock)
        self._folder, self._memories = memory, dict[int, EvidenceMemory]()
        self._surroundings: dict[str, tuple[datetime, Surroundings]] = {}

    def changed(self, account_sids: Iterable[str] | None) -> None:
        """Forget what names the numbers of accounts, because an act may have changed it; None for all accounts."""
        for sid in list(self._surroundings) if account_sids is None else account_sids:
            self._surroundings.pop(sid, None)

    def fetch_price(self, number: Number) -> Price | None:
        """Fetch what a number costs a month; None if Twilio states no price or cannot be asked."""
        return self._prices.fetch(number)

    def fetch_prices(self, countries: Iterable[str | None], *, stop: Event | None = None) -> None:
        """Fetch the prices of countries that are not known, or old, until *stop* is set."""
        self._prices.fetch_all(countries, stop=stop)

    def fetch_price_of_today(self, number: Number) -> Price | None:
        """Fetch what a number costs a month by a price list at most an hour old; None where there is none."""
        price = self._prices.fetch(number, fresh=VALID_FOR)
        return (
            price
            if price is not None and price.stated_at and abs(self._clock() - price.stated_at) <= VALID_FOR
            else None
        )

    def unpriced(self) -> dict[str, Reason]:
        """List the countries whose prices could not be read, each with the reason."""
        return self._prices.unread

    def decide(self, number: Number, account: Account) -> Decision:
        """
        Fetch all evidence of a number anew, and judge whether it may be released.

        Raises:
            NotThere: The number is not in its account any more.
            CannotRead: Twilio did not show the number.
        """
        now = self._clock()
        current = self._gateway.number(number.account_sid, number.sid)
        if current is None:
            raise NotThere(
                f"{number.phone_number} is not in its account any more. Read the inventory again to see what is."
            )
        # The operator waits, so the requests run side by side.  The pool has room for jobs and for their own requests.
        with ThreadPoolExecutor(self._gateway.threads) as side_by_side:
            window, each = self.window(until=now), side_by_side.map
            traffic = side_by_side.submit(fetch_number_traffic, self._gateway, current, window, each=each)
            surroundings = side_by_side.submit(self._fetch_surroundings, account, each)
            future_price = side_by_side.submit(self._prices.fetch, current)
            wiring = look_closely(self._gateway, current, wiring_of(current, surroundings.result()))
            known = self._add_earlier(current, traffic.result(), window, each)
            fetched, price = Evidence(traffic=known, wiring=wiring), future_price.result()
        evidence = self.prefer_remembered([current], {current.sid: fetched})[current.sid]
        entry = self._journal.open_entry(current.sid)
        find, notes = self._protection.finder(current.phone_number)
        return decide(
            current,
            account,
            traffic=evidence.traffic,
            wiring=evidence.wiring,
            price=price,
            open_entry=entry.as_blocker() if entry else None,
            protected=find(current, account) if find else None,
            now=now,
            note=notes.get(current.phone_number),
        )

    def standing(self, *, going_on: Container[str] = ()) -> Standing:
        """
        Read what stands against numbers: open journal entries and protections.

        Args:
            going_on: The ids of the open entries that a plan goes on with: those block nothing.
        """
        entries = {
            entry.number_sid: entry.as_blocker() for entry in self._journal.open_entries() if entry.id not in going_on
        }
        return Standing(entries, *self._protection.finder())

    def decide_all(
        self,
        numbers: Iterable[Number],
        accounts: Mapping[str, Account],
        evidence: Mapping[str, Evidence],
        standing: Standing,
        *,
        now: datetime,
    ) -> Iterator[Decision]:
        """Judge every number by the evidence given, one after the other; no request is sent."""
        find = standing.find_protection
        for number in numbers:
            known = evidence.get(number.sid)
            yield decide(
                number,
                accounts[number.account_sid],
                traffic=known.traffic if known else None,
                wiring=known.wiring if known else None,
                price=self._prices.known(number),
                open_entry=standing.open_entries.get(number.sid),
                protected=find(number, accounts[number.account_sid]) if find else None,
                now=now,
                note=standing.notes.get(number.phone_number),
            )

    def window(self, *, until: datetime) -> Window:
        """Make the window of a decision: the days chosen in the inventory, but never fewer than usual."""
        return Window.of(max(WINDOW, self._look_back()), until=until)

    def prefer_remembered(self, numbers: list[Number], evidence: Mapping[str, Evidence]) -> dict[str, Evidence]:
        """Prefer what was found for the usual or the chosen days to a new silence; see ``memory.prefer_remembered``."""
        known = dict(evidence)
        if self._folder is not None:
            for days in {WINDOW, self._look_back()}:
                known = prefer_remembered(known, numbers, self._memory(self._folder, days))
        return known

    def find_homes(self, numbers: WhereNow, window: Window, *, moves: Iterable[Entry] | None = None) -> EarlierHomes:
        """
        Find the accounts in which numbers were before, within a window.

        Args:
            moves: The journal's moves of the numbers; None for all since the window began.
        """
        folder, remembered = self._folder, {WINDOW, self._look_back(), window.days}
        return find_homes(
            numbers,
            window,
            memories={days: self._memory(folder, days).rows() for days in remembered} if folder else {},
            folder=folder,
            moves=self._journal.moves_since(window.since) if moves is None else moves,
            accounts=self._session.accounts_by_sid,
        )

    def _add_earlier(self, number: Number, traffic: Traffic, window: Window, each: Each) -> Traffic:
        """Add what the logs of the accounts in which a number was before hold of it."""
        moves = self._journal.entries_of_number(number.sid)
        for home in self.find_homes(where_now([number]), window, moves=moves).get(number.sid, ()):
            before = replace(number, account_sid=home.account_sid)
            there = (
                fetch_number_traffic(self._gateway, before, window, each=each)
                if home.account
                else out_of_sight(home, window)
            )
            traffic = add_earlier(traffic, there, home)
        return traffic

    def _memory(self, folder: Path, days: int) -> EvidenceMemory:
        return self._memories.setdefault(days, EvidenceMemory(folder, days))

    def _look_back(self) -> int:
        return limit_days(read_look_back(self._folder)) if self._folder else WINDOW

    def _fetch_surroundings(self, account: Account, each: Each) -> Surroundings:
        fetched_at, surroundings = self._surroundings.get(account.sid, (None, None))
        now = self._clock()
        if surroundings is None or fetched_at is None or now - fetched_at > FRESH:
            surroundings = fetch_surroundings(self._gateway, account, each=each)
            # Incomplete surroundings are not kept, so that the next decision fetches them again.
            self._surroundings.pop(account.sid, None)
            if not surroundings.unseen:
                self._surroundings[account.sid] = now, surroundings
        return surroundings


def why_unknown(traffic: Traffic) -> Reason:
    """Pick the reason why traffic gives no verdict: of two, the one for messages."""
    return [Reason(Cause.NOBODY_LOOKED), *traffic.unread.values()][-1]
