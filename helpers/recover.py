"""Ask Twilio about a journal entry whose outcome is out, and close it.  Sends no DELETE and buys nothing."""

from collections.abc import Callable
from datetime import datetime

from helpers.configuration import summary
from helpers.emergency import settle_unregistering
from helpers.entries import Entry
from helpers.errors import EntryMovedOn
from helpers.gateway import Gateway
from helpers.journal import Journal
from helpers.move import settle_moving
from helpers.records import Reach, Restoration
from helpers.restore import settle_restoring
from helpers.settle import Settled, settle
from helpers.states import LEFT, MOVE, UNREGISTER


def recover(
    entry: Entry,
    *,
    gateway: Gateway,
    reach: Reach,
    journal: Journal,
    clock: Callable[[], datetime],
    pause: Callable[[float], None],
) -> Settled:
    """Settle an open entry by looking; it stays open where the look proves nothing yet."""
    if entry.act == UNREGISTER:
        return settle_unregistering(entry, gateway=gateway, journal=journal, clock=clock)
    if entry.act == MOVE:
        return settle_moving(entry, gateway=gateway, reach=reach, journal=journal, clock=clock, pause=pause)
    if entry.state in {"restoring", "restore_unknown"}:
        outcome = settle_restoring(entry, gateway=gateway, reach=reach, journal=journal, clock=clock)
        if isinstance(outcome, Restoration):
            said = f"{entry.phone_number} is back. {summary(outcome.differences)}"
            return Settled(journal.entry(entry.id), said)
        return outcome
    return settle(entry, gateway=gateway, reach=reach, journal=journal, clock=clock, pause=pause)


def expire(journal: Journal, *, now: datetime) -> None:
    """Mark the entries whose ten days are over by every reading of "ten days"."""
    for entry in journal.entries():
        if entry.state in LEFT and entry.reclaim_end and now > entry.reclaim_end:
            try:
                journal.append(entry.id, "expired", at=now)
            except EntryMovedOn:
                # Another notebook was opened in the same moment.
                continue
