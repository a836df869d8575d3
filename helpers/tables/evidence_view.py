"""What was found out about every number, as one table, and what that table says of itself."""

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
from helpers.evidence.memory import recall
from helpers.evidence.retention import limit_days
from helpers.tables.about import About, EvidenceTable
from helpers.tables.frames import evidence_table


class EvidenceView:
    """
    Finds out about every number, and recalls what was found out.

    Args:
        memory: The folder in which is remembered what was found out.
    """

    def __init__(
        self,
        session: Session,
        judge: Judge,
        *,
        inventory: ReadInventory,
        memory: Path,
    ) -> None:
        self._gateway, self._judge, self._inventory = session.gateway, judge, inventory
        self._memory, self._clock = memory, session.clock

    def known(self, days: int) -> EvidenceTable:
        """Show what is known of so many days; asks for nothing but lists and prices."""
        inventory = self._inventory()
        return self._table(inventory, recall(inventory.numbers, folder=self._memory, days=limit_days(days)), days)

    def decisions(self, days: int) -> list[Decision]:
        """Judge every number by what is known of so many days."""
        inventory = self._inventory()
        accounts = {account.sid: account for account in inventory.accounts}
        known = recall(inventory.numbers, folder=self._memory, days=days)
        return list(self._judge.decide_all(inventory.numbers, accounts, known))

    def find_out(self, days: int, *, progress: Callable[[int, int], None], stop: Event) -> EvidenceTable:
        """
        Look at every number of every account, until *stop* is set.

        Raises:
            Stopped: It was set before the numbers were read, and they never were before.
        """
        try:
            inventory = self._inventory(again=True, stop=stop)
        except Stopped:
            # What was read before is still known, and this look cannot tell more.
            inventory = self._inventory(stop=stop)
        now, sent = self._clock(), self._gateway.requests
        found = take_evidence(
            self._gateway,
            inventory.numbers,
            {account.sid: account for account in inventory.accounts},
            Window.of(limit_days(days), until=now),
            folder=self._memory,
            stop=stop,
            progress=progress,
        )
        return self._table(inventory, found, days, requests=self._gateway.requests - sent, stop=stop)

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
        ways = Counter(known.traffic.way.how for known in evidence.values() if known.traffic.way is not None)
        about = About(
            inventory.coverage,
            days_asked=days,
            days=limit_days(days),
            # The oldest of what was found out is how old the whole is.
            looked_at=min((known.traffic.until for known in evidence.values()), default=None),
            unjudged=dict(reasons.most_common()),
            unlooked=sum(decision.traffic is None for decision in decisions),
            unpriced=self._judge.unpriced(),
            requests=requests,
            ways=dict(ways.most_common()),
        )
        return EvidenceTable(evidence_table(decisions, today=self._clock().date()), about)
