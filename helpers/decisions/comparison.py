"""What changed since an earlier look, from the looks that are kept and from the journal."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from helpers.evidence.changes import Change, find_changes
from helpers.evidence.kept_looks import Extent, choose_earlier, list_looks, read_look
from helpers.journal.reader import JournalReader


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two looks, and what changed between them."""

    then: Extent
    now: Extent
    changes: tuple[Change, ...]


def compare(folder: Path, journal: JournalReader, *, days: int, since: datetime) -> Comparison | None:
    """
    Compare the last look with the one before it that was the newest at a moment, or else with the oldest one.

    Args:
        folder: The folder of the memory.

        days: The days of calls and messages that were looked at; looks of other days are not compared.

    Returns:
        None where there are no two looks that can be read.
    """
    moments = list_looks(folder, days)
    earlier = choose_earlier(moments, before=moments[-1], since=since) if moments else None
    if earlier is None:
        return None
    then, now = (read_look(folder, days, at) for at in (earlier, moments[-1]))
    if then is None or now is None:
        return None
    return Comparison(then.extent, now.extent, tuple(find_changes(then, now, journal.entries_since(earlier))))
