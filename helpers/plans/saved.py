"""The plans that were made before, by what tells one from another: when, of which accounts, and what became of it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from helpers.core.errors import KitError
from helpers.core.records import PlanAct
from helpers.journal.journal import Journal
from helpers.journal.states import State
from helpers.plans.batch import NoEntry


class _Number(msgspec.Struct, frozen=True):
    sid: str
    account_sid: str
    account: str
    aside: str | None


class SavedPlan(msgspec.Struct, frozen=True):
    """What a list of plans tells of one; a plan's file holds much more, and is not believed before it is opened."""

    id: str
    act: PlanAct
    made_at: datetime
    why: str
    items: tuple[_Number, ...]

    @property
    def going(self) -> tuple[_Number, ...]:
        """The numbers that are in the plan."""
        return tuple(item for item in self.items if item.aside is None)

    @property
    def accounts(self) -> tuple[str, ...]:
        """The labels of the accounts of all its numbers, each once."""
        return tuple(sorted({item.account_sid: item.account for item in self.items}.values()))


class _File(msgspec.Struct, frozen=True):
    plan: SavedPlan


@dataclass(frozen=True, slots=True)
class PlanFile:
    """A plan's file; ``plan`` is None where it cannot be read, and ``became`` where the journal cannot."""

    path: Path
    plan: SavedPlan | None
    #: How many of its numbers are in which state.
    became: Mapping[State | NoEntry, int] | None


def read_files(paths: Iterable[Path], journal: Journal, *, now: datetime) -> tuple[PlanFile, ...]:
    """Read what tells plans from one another; opening one reads all of it, and says what is wrong with it."""
    return tuple(_read(path, journal, now) for path in paths)


def _read(path: Path, journal: Journal, now: datetime) -> PlanFile:
    try:
        plan = msgspec.json.decode(path.read_bytes(), type=_File).plan
    # The JSON may be nested deeper than can be read.
    except (OSError, ValueError, RecursionError):
        return PlanFile(path, None, None)
    try:
        entries = {entry.number_sid: entry for entry in journal.entries_named(f"{plan.id}-")}
    except KitError:
        return PlanFile(path, plan, None)
    states = (entries[each.sid].shown_state(now) if each.sid in entries else NoEntry.NOT_BEGUN for each in plan.going)
    return PlanFile(path, plan, Counter(states))
