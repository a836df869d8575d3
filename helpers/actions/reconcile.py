"""Ask Twilio about a journal entry whose outcome is open, and close it.  Sends no DELETE and buys nothing."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from threading import Thread

from helpers.actions.emergency_address import settle_unregistering
from helpers.actions.move import settle_moving
from helpers.actions.outcome import QUARANTINE, Settled, search_everywhere, settle
from helpers.actions.restore import settle_restoring
from helpers.actions.settings import summary
from helpers.core.errors import CannotRead, JournalBroken, KitError
from helpers.core.records import RECLAIM_WINDOW, Restoration
from helpers.decisions.session import Session
from helpers.journal.entries import Entry
from helpers.journal.states import LEFT, OVERTURNED, Act, State


def settle_open(entry: Entry, session: Session) -> Settled:
    """Settle an open entry by reading the number; the entry stays open where that proves nothing yet."""
    if entry.act == Act.OTHER or entry.state == State.NEWER:
        return Settled(
            entry,
            f"{entry.phone_number}: A newer version of the kit wrote this entry, so this one concludes nothing. "
            "Install the newest version.",
        )
    if entry.act == Act.UNREGISTER:
        return settle_unregistering(entry, session)
    if entry.act == Act.MOVE:
        return settle_moving(entry, session)
    if entry.state in {State.RESTORING, State.RESTORE_UNKNOWN}:
        outcome = settle_restoring(entry, session)
        if isinstance(outcome, Restoration):
            message = f"{entry.phone_number} is back. {summary(outcome.differences)}"
            return Settled(session.journal.entry(entry.id), message)
        return outcome
    return settle(entry, session)


def unproven_requests(entries: Iterable[Entry], *, now: datetime) -> list[Entry]:
    """
    List the releases and moves of the last ten days whose outcome has to be checked again, one of each for a number.

    Twilio may carry out an interrupted or refused request later than the kit waits, and may list a number for a while
    after its yes.  Without another check nobody would notice, and the ten days would pass.
    """
    by_number: dict[str, list[Entry]] = {}
    for entry in entries:
        by_number.setdefault(entry.number_sid, []).append(entry)
    unproven = []
    for history in by_number.values():
        releases = [entry for entry in history if entry.act == Act.RELEASE and _is_unproven(entry, now)]
        kept = [entry for entry in history if entry.act == Act.MOVE and entry.state in OVERTURNED]
        if kept and _is_unproven(kept[-1], now) and not any(_explains(other, kept[-1]) for other in history):
            unproven.append(kept[-1])
        moves = [entry for entry in history if entry.state == State.MOVED]
        # A number that was parked and brought back is where it was: only the last move says where the kit put it.
        back = moves if releases and moves and moves[-1].details.get("target") == releases[-1].account_sid else []
        # A later entry of the number explains where the number is now.
        if releases and not any(_explains(other, releases[-1]) for other in history if other not in back):
            unproven.append(releases[-1])
    return unproven


def _is_unproven(entry: Entry, now: datetime) -> bool:
    # A number that was found with another sid has left its former one for good.
    if entry.sent_at is None or now - entry.sent_at > RECLAIM_WINDOW or "found_as" in entry.details:
        return False
    return entry.state in OVERTURNED or (entry.state == State.ACKNOWLEDGED and now - entry.at > QUARANTINE)


def _explains(other: Entry, entry: Entry) -> bool:
    later = other is not entry and other.rows[-1].n > entry.rows[0].n
    left = other.act == Act.RELEASE and other.state in LEFT | {State.RESTORED}
    # The kit itself moved the number to its present account.
    return later and (other.open or left or other.state == State.MOVED)


def check_again(entry: Entry, session: Session) -> Settled:
    """
    Check whether a failed release or move was carried out late, with one GET where the number is still there.

    Concludes nothing where an account could not be read.  Sends nothing but GETs.
    """
    if entry.open:
        return settle(entry, session)
    nothing_new = Settled(entry, "")
    try:
        if entry.act == Act.MOVE:
            moved = session.gateway.number(entry.details["target"], entry.number_sid)
            return nothing_new if moved is None else settle_moving(entry, session)
        listed = session.gateway.number(entry.account_sid, entry.number_sid)
    except CannotRead:
        return nothing_new
    return nothing_new if listed is not None else search_everywhere(entry, session)


class LateRequests:
    """
    Settles recent releases and moves once more in a thread, because Twilio may have carried them out late.

    ``sentences`` gets one sentence for each that turned out otherwise than the journal said.

    Args:
        settle: Settles one of them; see ``Actions.check_again``.
    """

    def __init__(self, session: Session, *, settle: Callable[[Entry], Settled]) -> None:
        self.sentences: list[str] = []
        self._settle = settle
        sids = {account.sid for account in session.accounts}
        now = session.clock()
        entries = unproven_requests(session.journal.entries_since(now - RECLAIM_WINDOW), now=now)
        self._entries = [entry for entry in entries if entry.account_sid in sids]
        self._wait_until_verified = session.journal.wait_until_verified
        self.thread = Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        with suppress(JournalBroken):
            self._wait_until_verified()
            self._check_all()

    def _check_all(self) -> None:
        for entry in self._entries:
            # An entry that cannot be read or written now is tried again when the desk is opened next.
            with suppress(KitError):
                settled = self._settle(entry)
                if settled.message and settled.entry.state != State.ACKNOWLEDGED:
                    self.sentences.append(str(settled))
