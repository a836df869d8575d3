"""The evidence about every number as one table, with facts about that table."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import Event, Lock

from helpers.core.errors import Stopped
from helpers.core.records import Account, Verdict, Window
from helpers.decisions.comparison import A_MONTH, Comparison, compare
from helpers.decisions.inventory_keeper import InventoryKeeper
from helpers.decisions.judge import Judge
from helpers.decisions.quiet_numbers import QuietNumbers
from helpers.decisions.session import Session
from helpers.evidence.company_evidence import AccountEvidence, take_evidence
from helpers.evidence.earlier_homes import note_left
from helpers.evidence.inventory import Inventory
from helpers.evidence.kept_looks import extent_of, keep_look, list_looks, make_look
from helpers.evidence.look_back import read_look_back
from helpers.evidence.memory import EvidenceMemory
from helpers.evidence.retention import limit_days
from helpers.evidence.steps import OnSteps
from helpers.tables.about import About, EvidenceTable, Look, TableSoFar
from helpers.tables.frames import evidence_table, number_table, numbers_at_risk, quiet_numbers
from helpers.tables.judged_numbers import judge_numbers


class EvidenceView:
    """
    Collects evidence about every number, and remembers it.

    Args:
        memory: The folder that keeps the evidence.
    """

    def __init__(self, session: Session, judge: Judge, inventories: InventoryKeeper, *, memory: Path) -> None:
        self._session, self._judge, self._inventories = session, judge, inventories
        self._gateway, self._clock = session.gateway, session.clock
        #: The folder that keeps the evidence.
        self.folder = memory
        self._memories: dict[int, EvidenceMemory] = {}
        #: Days -> the look through them that is under way.
        self._looks: dict[int, Look] = {}

    @property
    def look_back(self) -> int:
        """The days of calls and messages that the operator chose last, in this notebook or in another one."""
        return read_look_back(self.folder)

    def version(self) -> object:
        """Return a value that is another one when the look-back or its evidence is."""
        days = self.look_back
        return days, self._memory(days).version()

    def looks(self, days: int) -> list[datetime]:
        """List when the finished looks of so many days were made that are kept, oldest first."""
        return list_looks(self.folder, limit_days(days))

    def compare(self, days: int, *, since: datetime | None = None) -> Comparison | None:
        """
        Compare the last look of so many days with the newest one until a moment, or else with the oldest.

        Args:
            since: The moment; None for about a month ago.

        Returns:
            None where there are no two looks to compare.
        """
        since = since or self._clock() - A_MONTH
        return compare(self.folder, self._session.journal, days=limit_days(days), since=since)

    def known(self, days: int, *, stop: Event | None = None, watched: bool = False) -> EvidenceTable:
        """
        Return the remembered evidence of so many days; reads only lists and prices from Twilio.

        Args:
            watched: As in ``InventoryKeeper.inventory``.

        Raises:
            Stopped: As ``InventoryKeeper.inventory``.
        """
        inventory = self._inventories.inventory(stop=stop, watched=watched)
        self._fetch_prices(inventory, stop=stop)
        return self._table(inventory, days)

    def so_far(self, days: int) -> TableSoFar | None:
        """
        Return the table of a first reading, or of a look, that is under way; None if none is.

        Nobody waits for prices before the first rows are there: those known from before are shown.
        """
        look, latest = self._looks.get(limit_days(days)), self._inventories.latest
        under_way = self._inventories.so_far()
        if look is not None and latest is not None:
            # Without any account, a drawing shows what is on the screen, and the first verdict waits for its end.
            return TableSoFar(self._table(latest, days, look=look)) if look.done else None
        if under_way is not None:
            table = self._table(under_way.inventory, days)
            return TableSoFar(table, under_way.before, under_way.unknown, under_way.seen)
        return None

    def quiet(self) -> QuietNumbers:
        """List the numbers that are quiet by the evidence of the look-back; reads only lists and prices from Twilio."""
        table = self.known(self.look_back)
        verdicts = Counter(table.frame["verdict"].tolist())
        looked_at = len(table.frame) - table.about.without_evidence
        at_risk = numbers_at_risk(table.frame, now=self._session.clock())
        return QuietNumbers(quiet_numbers(table.frame), at_risk, looked_at, verdicts[Verdict.UNKNOWN])

    def find_out(self, days: int, *, progress: OnSteps, stop: Event) -> EvidenceTable:
        """
        Collect the evidence about every number of every account, until *stop* is set.

        Each account counts as soon as all of it was read.  Of the others, what was known before still stands.

        Raises:
            Stopped: *stop* was set, and there is no inventory at all.
        """
        try:
            inventory = self._inventories.inventory(again=True, stop=stop)
        except Stopped:
            # The inventory of before still stands, and it is enough for a table.
            if self._inventories.latest is None:
                raise
            inventory = self._inventories.latest
        sent, memory, counted = self._gateway.requests, self._memory(days), Lock()
        window = Window.of(limit_days(days), until=self._clock())
        accounts, numbers_of = _to_look_at(inventory), inventory.numbers.of_account
        # Before the look replaces the evidence that tells it.
        note_left(self.folder, memory.rows(), inventory, at=window.until)
        homes = self._judge.find_homes(inventory.numbers.columns.select(["sid", "account_sid"]), window)
        # An account without numbers has nothing to judge, and would count as one that nobody knows anything of.
        look = Look(len(inventory.numbers.columns["account_sid"].unique()))
        self._looks[window.days] = look

        def take(found: AccountEvidence) -> None:
            nonlocal look
            memory.update(found)
            with counted:
                look = replace(look, done=look.done + bool(found.numbers and not found.stopped))
                self._looks[window.days] = look

        try:
            with ThreadPoolExecutor(1) as beside:
                prices = beside.submit(self._fetch_prices, inventory, stop=stop)
                take_evidence(
                    self._gateway, accounts, numbers_of, window, take=take, stop=stop, progress=progress, homes=homes
                )
                prices.result()
        finally:
            self._looks.pop(window.days, None)
            memory.save()
        requests = self._gateway.requests - sent
        return self._table(inventory, days, look=look, requests=requests, keep=None if stop.is_set() else window.until)

    def _fetch_prices(self, inventory: Inventory, *, stop: Event | None = None) -> None:
        self._judge.fetch_prices(inventory.numbers.columns["country"].unique().to_pylist(), stop=stop)

    def _memory(self, days: int) -> EvidenceMemory:
        return self._memories.setdefault(limit_days(days), EvidenceMemory(self.folder, limit_days(days)))

    def _table(
        self,
        inventory: Inventory,
        days: int,
        *,
        look: Look | None = None,
        requests: int | None = None,
        keep: datetime | None = None,
    ) -> EvidenceTable:
        """
        Make the table.

        Args:
            keep: The moment of a finished look, which is then kept on disk.
        """
        accounts = {account.sid: account for account in inventory.accounts}
        numbers, now, memory = number_table(inventory), self._clock(), self._memory(days)
        judged = judge_numbers(self._judge, inventory, numbers, memory.rows(), now=now)
        if keep is not None:
            whole = self._session.reach.whole_company
            extent = extent_of(inventory.coverage, at=keep, days=limit_days(days), whole_company=whole)
            keep_look(self.folder, make_look(inventory, judged.columns, memory.rows(), extent))
        recalled = memory.recall_leftovers(inventory.accounts)
        leftovers = [(accounts[sid].label, left) for sid, left in recalled.items()]
        about = About(
            inventory.coverage,
            days_asked=days,
            days=limit_days(days),
            # The table is as old as its oldest evidence.
            looked_at=judged.looked_at,
            unjudged=dict(judged.unjudged.most_common()),
            without_evidence=judged.columns["looked_at"].null_count,
            unpriced=self._judge.unpriced(),
            leftovers=tuple((name, link) for name, left in leftovers for link in left.links),
            leftovers_unseen=tuple((name, left.unseen) for name, left in leftovers if left.unseen),
            look=look,
            requests=requests,
            methods=dict(judged.methods.most_common()),
        )
        return EvidenceTable(evidence_table(numbers, judged.columns), about)


def _to_look_at(inventory: Inventory) -> list[Account]:
    """
    List the accounts with numbers, the smallest first, so that the first verdicts come soon; then those without.

    An account without numbers may have what they left behind; where it is suspended and Twilio therefore refuses, that
    is not known.
    """
    counts = Counter(inventory.numbers.columns["account_sid"].to_pylist())
    with_numbers = [account for account in inventory.accounts if account.sid in counts]
    empty = [each for each in inventory.accounts if each.sid not in counts and each.status != "closed"]
    return [*sorted(with_numbers, key=lambda account: counts[account.sid]), *empty]
