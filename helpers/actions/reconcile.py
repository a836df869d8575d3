"""Ask Twilio about a journal entry whose outcome is out, and close it.  Sends no DELETE and buys nothing."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from threading import Thread

from helpers.actions.emergency_address import settle_unregistering
from helpers.actions.move import settle_moving
from helpers.actions.outcome import QUARANTINE, Settled, search_everywhere, settle
from helpers.actions.restore import settle_restoring
from helpers.actions.settings import summary
from helpers.core.errors import CannotRead, KitError
from helpers.core.records import RECLAIM_WINDOW, Restoration
from helpers.decisions.session import Session
from helpers.journal.entries import Entry
from helpers.journal.states import LEFT, OVERTURNED, Act, State


def recover(entry: Entry, session: Session) -> Settled:
    """Settle an open entry by looking; it stays open where the look proves nothing yet."""
    if entry.act == Act.OTHER or entry.state == State.NEWER:
        said = "A newer version of the kit wrote this entry, so this one concludes nothing. Install the newest version."
        return Settled(entry, f"{entry.phone_number}: {said}")
    if entry.act == Act.UNREGISTER:
        return settle_unregistering(entry, session)
    if entry.act == Act.MOVE:
        return settle_moving(entry, session)
    if entry.state in {State.RESTORING, State.RESTORE_UNKNOWN}:
        outcome = settle_restoring(entry, session)
        if isinstance(outcome, Restoration):
            said = f"{entry.phone_number} is back. {summary(outcome.differences)}"
            return Settled(session.journal.entry(entry.id), said)
        return outcome
    return settle(entry, session)


def unproven(entries: Iterable[Entry], *, now: datetime) -> list[Entry]:
    """
    Pick the releases of the last ten days that a look should be repeated for, one a number.

    A request that broke off, or was refused, may be carried out later than anybody waits; and a number may stay
    listed for a while after Twilio's yes. Nobody would notice, and the ten days would run out.
    """
    by_number: dict[str, list[Entry]] = {}
    for entry in entries:
        by_number.setdefault(entry.number_sid, []).append(entry)
    found = []
    for ours in by_number.values():
        sent = [entry for entry in ours if entry.act == Act.RELEASE and _unproven(entry, now)]
        # What another entry of the number says later explains what a look would find.
        if sent and not any(_explains(other, sent[-1]) for other in ours):
            found.append(sent[-1])
    return found


def _unproven(entry: Entry, now: datetime) -> bool:
    if entry.sent_at is None or now - entry.sent_at > RECLAIM_WINDOW:
        return False
    return entry.state in OVERTURNED or (entry.state == State.ACKNOWLEDGED and now - entry.at > QUARANTINE)


def _explains(other: Entry, entry: Entry) -> bool:
    later = other is not entry and other.rows[-1].n > entry.rows[0].n
    left = other.act == Act.RELEASE and other.state in LEFT | {State.RESTORED}
    # A number that the kit moved is where the kit put it; nobody else did.
    return later and (other.open or left or other.state == State.MOVED)


def look_once_more(entry: Entry, session: Session) -> Settled:
    """
    Look whether a release that came to nothing was carried out after all: one GET where the number is still there.

    Nothing is concluded where a place could not be read.  Sends nothing but GETs.
    """
    if entry.open:
        return settle(entry, session)
    nothing_new = Settled(entry, "")
    try:
        there = session.gateway.number(entry.account_sid, entry.number_sid)
    except CannotRead:
        return nothing_new
    return nothing_new if there is not None else search_everywhere(entry, session)


class LateReleases:
    """
    Settles recent releases once more in a thread, because Twilio may have carried them out late.

    ``sentences`` gets one sentence for each release that turned out otherwise than the journal said.

    Args:
        settle: Settles one release; see ``Actions.look_once_more``.
    """

    def __init__(self, session: Session, *, settle: Callable[[Entry], Settled]) -> None:
        self.sentences: list[str] = []
        self._settle = settle
        sids = {account.sid for account in session.accounts}
        entries = unproven(session.journal.entries(), now=session.clock())
        self._entries = [entry for entry in entries if entry.account_sid in sids]
        self.thread = Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        for entry in self._entries:
            # An entry that cannot be read or written now is tried again when the desk is opened next.
            with suppress(KitError):
                settled = self._settle(entry)
                if settled.message and settled.entry.state != State.ACKNOWLEDGED:
                    self.sentences.append(str(settled))
