"""The earlier look that the inventory is compared with."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from helpers.decisions.comparison import Comparison
from helpers.evidence.changes import Change
from helpers.panels.shared.html import escape, for_people, named
from helpers.tables.about import EvidenceTable
from helpers.tables.changed import with_changes
from helpers.tables.report.words import CHANGED

#: The most numbers that are named.
_NAMED = 20


class Compare(Protocol):
    """A function that compares the last look with an earlier one."""

    def __call__(self, days: int, *, since: datetime | None = None) -> Comparison | None:
        """Compare with the newest look until *since*, or that of about a month ago; None where there is none."""


class EarlierLook:
    """
    What changed since an earlier look: in the columns of the numbers that are there, and as a list of the others.

    Args:
        compare: Compares two looks; slow.

        looks: Lists when the finished looks through so many days were made.
    """

    def __init__(self, compare: Compare, looks: Callable[[int], list[datetime]]) -> None:
        self._compare, self._looks = compare, looks
        self._comparison: Comparison | None = None
        #: When the looks were made that the last one can be compared with, the newest first.
        self.moments: list[datetime] = []

    def read(self, days: int, since: datetime | None) -> None:
        """Read what changed since a moment, or since about a month ago; slow."""
        self._comparison = None
        self.moments = sorted(self._looks(days))[-2::-1]
        if self.moments:
            self._comparison = self._compare(days, since=since)

    @property
    def since(self) -> datetime | None:
        """When the look was made; None where nothing is compared."""
        return self._comparison.then.at if self._comparison else None

    def add_to(self, table: EvidenceTable) -> EvidenceTable:
        """Add the columns of what changed; none where nothing is compared."""
        changes = self._comparison.changes if self._comparison else None
        return replace(table, frame=with_changes(table.frame, changes))

    def show_missing(self, here: Sequence[str]) -> str:
        """Show the changes of numbers that no row can tell, because they are not among the sids *here*."""
        if self._comparison is None:
            return ""
        there = set(here)
        missing = [change for change in self._comparison.changes if change.sid not in there]
        if not missing:
            return ""
        lines = "".join(f"<li>{line}</li>" for line in _lines(missing))
        more = f"<p>{len(missing) - _NAMED:,} more are in a report.</p>" if len(missing) > _NAMED else ""
        one = "1 number that was there then has no row now"
        title = one if len(missing) == 1 else f"{len(missing):,} numbers that were there then have no row now"
        return f'<details class="desk-more"><summary>{escape(title)}</summary><ul>{lines}</ul>{more}</details>'


def _lines(changes: Sequence[Change]) -> Iterator[str]:
    for change in changes[:_NAMED]:
        names = ", ".join(named(name) for name in (change.name, change.account) if name)
        number = f"<code>{escape(for_people(change.phone_number))}</code>"
        yield f"{number} {names}: {escape(CHANGED[change.kind])}"
