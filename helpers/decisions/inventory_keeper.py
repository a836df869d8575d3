"""The newest inventory of a desk: read once, and after a change read anew only where something changed."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Lock

from helpers.core.errors import KitError, Stopped
from helpers.decisions.session import Session
from helpers.evidence.inventory import Inventory, InventoryReading
from helpers.evidence.snapshot import read_snapshot, write_snapshot

_STOPPED = "The inventory was not read to its end: you stopped it. What was read before is shown."
_NOTHING_READ = "Nothing was read: you stopped before. Run the notebook again to read the numbers."
#: Seconds between two looks whether a wait must end.
_SLICE = 0.1


@dataclass(frozen=True, slots=True)
class SoFar:
    """What there is to see of a reading that is under way."""

    inventory: Inventory
    #: When the numbers of the other accounts were read; None where they are not known.
    before: datetime | None
    #: The count of those accounts whose numbers could not be read then either.
    unknown: int
    #: To be set when this is on the screen: the reading waits for that, but not for long.
    seen: Event


class InventoryKeeper:
    """
    Reads all accounts and their numbers for everybody who asks, one reading at a time.

    Args:
        folder: The folder that keeps the newest inventory.
    """

    def __init__(self, session: Session, *, folder: Path) -> None:
        self._session, self._file = session, folder / "inventory.parquet"
        #: The inventory that was read last; None before the first one.
        self.latest: Inventory | None = None
        self._reading: InventoryReading | None = None
        #: The accounts whose numbers may have changed since they were read.
        self._changed: set[str] = set()
        #: The count of whole readings, and when the last one began.
        self._readings, self._read_at = 0, datetime.min.replace(tzinfo=UTC)
        self._lock = Lock()

    def inventory(self, *, again: bool = False, stop: Event | None = None, watched: bool = False) -> Inventory:
        """
        Read all accounts and their numbers once; with *again*, read them from Twilio another time.

        Whoever asks while somebody else reads gets that reading.  A first reading that is stopped counts all the same;
        the accounts that it did not reach say so.

        Args:
            watched: Whether somebody shows what there is ``so_far``, and says so; see ``InventoryReading``.

        Raises:
            Stopped: *stop* was set before the end.  The inventory, if there is one, stays as it was.
            CannotConnect: With *again*, Twilio did not state the accounts.  The inventory stays as it was.
        """
        stop, before = stop or Event(), self._readings
        while not self._lock.acquire(timeout=_SLICE):
            if stop.is_set():
                raise Stopped(_STOPPED if self.latest else _NOTHING_READ)
        was = set(self._changed)
        try:
            return self._newest(stop, again=again and self._readings == before, watched=watched)
        except BaseException:
            self._changed |= was
            raise
        finally:
            self._lock.release()

    def _newest(self, stop: Event, *, again: bool, watched: bool) -> Inventory:
        if again:
            self._refresh_accounts(stop)
        latest = self.latest
        if latest is None or again or not self._has_all_accounts(latest):
            read_at = self._session.clock()
            latest = self._read({account.sid for account in self._session.accounts}, stop, watched=watched)
            self._readings, self._read_at = self._readings + 1, read_at
        elif self._changed:
            latest = latest.with_accounts_of(self._read(self._changed, stop, watched=watched))
        else:
            return latest
        self.latest = latest
        if not latest.coverage.stopped:
            # As old as the oldest of it.
            unread = {each.account.sid for each in latest.coverage.readings if not (each.complete or each.partial)}
            write_snapshot(self._file, latest.numbers, latest.accounts, read_at=self._read_at, unread=unread)
        return latest

    def so_far(self) -> SoFar | None:
        """Return what there is to see of the first reading while it is under way; None if none is."""
        reading = self._reading
        if reading is None:
            return None
        inventory, before = reading.so_far(), reading.before
        if before is None:
            return SoFar(inventory, None, 0, reading.seen)
        return SoFar(inventory, before.read_at, len(inventory.coverage.being_read - before.accounts), reading.seen)

    def changed(self, account_sids: Iterable[str] | None) -> None:
        """Remember that the numbers of accounts may have changed; None for all accounts."""
        if account_sids is None:
            account_sids = (account.sid for account in self._session.accounts)
        self._changed |= set(account_sids)

    def _has_all_accounts(self, inventory: Inventory) -> bool:
        # The accounts in sight are asked for elsewhere, too.
        return {account.sid for account in inventory.accounts} == {account.sid for account in self._session.accounts}

    def _refresh_accounts(self, stop: Event) -> None:
        try:
            with self._session.gateway.until(stop):
                self._session.sight.refresh()
        except KitError:
            if stop.is_set():
                raise Stopped(_STOPPED if self.latest else _NOTHING_READ) from None
            raise

    def _read(self, account_sids: Iterable[str], stop: Event, *, watched: bool) -> Inventory:
        session, changed, first = self._session, frozenset(account_sids), self.latest is None
        accounts = [account for account in session.accounts if account.sid in changed]
        # From here on, a change is one that this reading may not see.
        self._changed -= changed
        reading = InventoryReading(
            session.gateway,
            session.reach,
            accounts,
            seconds=time.monotonic,
            stop=stop,
            watched=watched and first,
            before=read_snapshot(self._file) if first else None,
        )
        self._reading = reading if first else None
        try:
            inventory = reading.run()
        finally:
            self._reading = None
        if inventory.coverage.stopped:
            if not first:
                raise Stopped(_STOPPED)
            self._changed |= {each.account.sid for each in inventory.coverage.readings if not each.complete}
        return inventory
