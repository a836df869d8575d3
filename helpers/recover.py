"""Ask Twilio about a journal entry whose outcome is out, and close it.  Sends no DELETE and buys nothing."""

from datetime import datetime

from helpers.configuration import summary
from helpers.emergency import settle_unregistering
from helpers.entries import Entry
from helpers.errors import EntryMovedOn
from helpers.journal import Journal
from helpers.move import settle_moving
from helpers.records import Restoration
from helpers.restore import settle_restoring
from helpers.settle import Means, Settled, settle
from helpers.states import LEFT, MOVE, UNREGISTER


def recover(entry: Entry, means: Means) -> Settled:
    """Settle an open entry by looking; it stays open where the look proves nothing yet."""
    if entry.act == UNREGISTER:
        return settle_unregistering(entry, means)
    if entry.act == MOVE:
        return settle_moving(entry, means)
    if entry.state in {"restoring", "restore_unknown"}:
        outcome = settle_restoring(entry, means)
        if isinstance(outcome, Restoration):
            said = f"{entry.phone_number} is back. {summary(outcome.differences)}"
            return Settled(means.journal.entry(entry.id), said)
        return outcome
    return settle(entry, means)


def expire(journal: Journal, *, now: datetime) -> None:
    """Mark the entries whose ten days are over by every reading of "ten days"."""
    for entry in journal.entries():
        if entry.state in LEFT and entry.reclaim_end and now > entry.reclaim_end:
            try:
                journal.append(entry, "expired", at=now)
            except EntryMovedOn:
                # Another notebook was opened in the same moment.
                continue
