"""The evidence about every number as one table, with facts about that table."""

from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Event

from helpers.core.errors import Stopped
from helpers.core.records import Decision, Window
from helpers.decisions.inventory_keeper import InventoryKeeper
from helpers.decisions.judge import Judge
from helpers.decisions.session import Session
from helpers.evidence.company_evidence import take_evidence
from helpers.evidence.evidence import Evidence
from helpers.evidence.inventory import Inventory
from helpers.evidence.memory import recall_company, recall_leftovers
from helpers.evidence.retention import limit_days
from helpers.tables.about import About, EvidenceTable, TableSoFar
from helpers.tables.frames import evidence_table, number_table
from helpers.tables.judged_numbers import judge_numbers


class EvidenceView:
    """
    Collects evidence about every number, and remembers it.

    Args:
        memory: The folder that keeps the evidence.
    """

    def __init__(self, session: Session, judge: Judge, inventories: InventoryKeeper, *, memory: Path) -> None:
        self._gateway, self._judge, self._inventories = session.gateway, judge, inventories
        self._memory, self._clock = memory, session.clock

    def known(self, days: int, *, stop: Event | None = None) -> EvidenceTable:
        """
        Return the remembered evidence of so many days; reads only lists and prices from Twilio.

        Raises:
            Stopped: As ``InventoryKeeper.inventory``.
        """
        inventory = self._inventories.inventory(stop=stop)
        self._fetch_prices(inventory, stop=stop)
        return self._known(inventory, days)

    def so_far(self, days: int) -> TableSoFar | None:
        """
        Return the table of a first reading under way; None if none is under way.

        Nobody waits for prices before the first rows are there: those known from before are shown.
        """
        under_way = self._inventories.so_far()
        if under_way is None:
            return None
        return TableSoFar(self._known(under_way.inventory, days), under_way.before)

    def decisions(self, days: int) -> list[Decision]:
        """Judge the numbers of which there is evidence of so many days: no other is known to be quiet, or in use."""
        inventory = self._inventories.inventory()
        accounts = {account.sid: account for account in inventory.accounts}
        evidence = recall_company(inventory.numbers, folder=self._memory, days=days)
        self._fetch_prices(inventory)
        standing, now, looked_at = self._judge.standing(), self._clock(), inventory.numbers.get(evidence)
        return list(self._judge.decide_all(looked_at, accounts, evidence, standing, now=now))

    def find_out(self, days: int, *, progress: Callable[[int, int], None], stop: Event) -> EvidenceTable:
        """
        Collect the evidence about every number of every account, until *stop* is set.

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
        now, sent = self._clock(), self._gateway.requests
        evidence = take_evidence(
            self._gateway,
            inventory.numbers,
            {account.sid: account for account in inventory.accounts},
            Window.of(limit_days(days), until=now),
            folder=self._memory,
            stop=stop,
            progress=progress,
        )
        requests = self._gateway.requests - sent
        self._fetch_prices(inventory, stop=stop)
        return self._table(inventory, evidence, days, requests=requests)

    def _fetch_prices(self, inventory: Inventory, *, stop: Event | None = None) -> None:
        self._judge.fetch_prices(inventory.numbers.columns["country"].unique().to_pylist(), stop=stop)

    def _known(self, inventory: Inventory, days: int) -> EvidenceTable:
        evidence = recall_company(inventory.numbers, folder=self._memory, days=limit_days(days))
        return self._table(inventory, evidence, days)

    def _table(
        self, inventory: Inventory, evidence: Mapping[str, Evidence], days: int, *, requests: int | None = None
    ) -> EvidenceTable:
        accounts = {account.sid: account for account in inventory.accounts}
        numbers, now = number_table(inventory), self._clock()
        judged = judge_numbers(self._judge, inventory, numbers, evidence, now=now)
        methods = Counter(each.traffic.way.how for each in evidence.values() if each.traffic.way is not None)
        recalled = recall_leftovers(inventory.accounts, folder=self._memory, days=limit_days(days))
        leftovers = [(accounts[sid].friendly_name, left) for sid, left in recalled.items()]
        about = About(
            inventory.coverage,
            days_asked=days,
            days=limit_days(days),
            # The table is as old as its oldest evidence.
            looked_at=min((each.traffic.until for each in evidence.values()), default=None),
            unjudged=dict(judged.unjudged.most_common()),
            without_evidence=judged.columns["looked_at"].null_count,
            unpriced=self._judge.unpriced(),
            leftovers=tuple((name, link) for name, left in leftovers for link in left.links),
            leftovers_unseen=tuple((name, left.unseen) for name, left in leftovers if left.unseen),
            requests=requests,
            methods=dict(methods.most_common()),
        )
        return EvidenceTable(evidence_table(numbers, judged.columns), about)
