"""The evidence about every number as one table, with facts about that table."""

from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Event

from helpers.core.errors import Stopped
from helpers.core.records import Decision, Inventory, Verdict, Window
from helpers.decisions.judge import Judge, why_unknown
from helpers.decisions.session import Session
from helpers.evidence.company_evidence import take_evidence
from helpers.evidence.evidence import Evidence
from helpers.evidence.inventory import ReadInventory
from helpers.evidence.memory import recall, recall_leftovers
from helpers.evidence.retention import limit_days
from helpers.tables.about import About, EvidenceTable
from helpers.tables.frames import evidence_table


class EvidenceView:
    """
    Collects evidence about every number, and remembers it.

    Args:
        memory: The folder that keeps the evidence.
    """

    def __init__(self, session: Session, judge: Judge, *, inventory: ReadInventory, memory: Path) -> None:
        self._gateway, self._judge, self._inventory = session.gateway, judge, inventory
        self._memory, self._clock = memory, session.clock

    def known(self, days: int) -> EvidenceTable:
        """Return the remembered evidence of so many days; reads only lists and prices from Twilio."""
        inventory = self._inventory()
        return self._table(inventory, recall(inventory.numbers, folder=self._memory, days=limit_days(days)), days)

    def decisions(self, days: int) -> list[Decision]:
        """Judge every number by the remembered evidence of so many days."""
        inventory = self._inventory()
        accounts = {account.sid: account for account in inventory.accounts}
        evidence = recall(inventory.numbers, folder=self._memory, days=days)
        return list(self._judge.decide_all(inventory.numbers, accounts, evidence))

    def find_out(self, days: int, *, progress: Callable[[int, int], None], stop: Event) -> EvidenceTable:
        """
        Collect the evidence about every number of every account, until *stop* is set.

        Raises:
            Stopped: *stop* was set before the numbers were read for the first time.  Nothing was collected.
        """
        try:
            inventory = self._inventory(again=True, stop=stop)
        except Stopped:
            # The inventory of before still stands, and it is enough for a table.
            inventory = self._inventory(stop=stop)
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
        return self._table(inventory, evidence, days, requests=self._gateway.requests - sent, stop=stop)

    def _table(
        self,
        inventory: Inventory,
        evidence: Mapping[str, Evidence],
        days: int,
        *,
        requests: int | None = None,
        stop: Event | None = None,
    ) -> EvidenceTable:
        accounts = {account.sid: account for account in inventory.accounts}
        decisions = list(self._judge.decide_all(inventory.numbers, accounts, evidence, stop=stop))
        unknown = [decision for decision in decisions if decision.verdict is Verdict.UNKNOWN]
        reasons = Counter(why_unknown(decision) for decision in unknown if decision.traffic is not None)
        methods = Counter(each.traffic.way.how for each in evidence.values() if each.traffic.way is not None)
        recalled = recall_leftovers(inventory.accounts, folder=self._memory, days=limit_days(days))
        leftovers = [(accounts[sid].friendly_name, left) for sid, left in recalled.items()]
        about = About(
            inventory.coverage,
            days_asked=days,
            days=limit_days(days),
            # The table is as old as its oldest evidence.
            looked_at=min((each.traffic.until for each in evidence.values()), default=None),
            unjudged=dict(reasons.most_common()),
            without_evidence=sum(decision.traffic is None for decision in decisions),
            unpriced=self._judge.unpriced(),
            leftovers=tuple((name, link) for name, left in leftovers for link in left.links),
            leftovers_unseen=tuple((name, left.unseen) for name, left in leftovers if left.unseen),
            requests=requests,
            methods=dict(methods.most_common()),
        )
        return EvidenceTable(evidence_table(decisions, today=self._clock().date()), about)
