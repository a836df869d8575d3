"""The newest inventory of a desk: read once, and after a change read anew only where something changed."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Event, Lock

from helpers.core.errors import KitError, Stopped
from helpers.decisions.session import Session
from helpers.evidence.inventory import Inventory, InventoryReading
from helpers.evidence.snapshot import read_snapshot, write_snapshot

_STOPPED = "The inventory was not read to its end: you stopped it. What was read before is shown."
#: Seconds between two looks whether a wait must end.
_SLICE = 0.1


@dataclass(frozen=True, slots=True)
class SoFar:
    """What there is to see of a reading that is under way."""

    inventory: Inventory
    #: The count of accounts that are read.
    done: int
    #: When the numbers of the other accounts were read; None where they are not known.
    before: datetime | None


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
        self._lock = Lock()

    def inventory(self, *, again: bool = False, stop: Event | None = None) -> Inventory:
        """
        Read all accounts and their numbers once; with *again*, read them from Twilio another time.

        Whoever asks while somebody else reads gets that reading.  A first reading that is stopped counts all the same;
        the accounts that it did not reach say so.

        Raises:
            Stopped: *stop* was set before the end, and there is an inventory of before.  It stays as it was.
            CannotConnect: With *again*, Twilio did not state the accounts.  The inventory stays as it was.
        """
        stop = stop or Event()
        before = self.latest
        while not self._lock.acquire(timeout=_SLICE):
            if stop.is_set():
                raise Stopped(_STOPPED)
        try:
            if self.latest is None or (again and self.latest is before):
                self.latest = self._read_all(stop, again=again)
            elif self._changed:
                self.latest = self.latest.with_accounts_of(self._read(self._changed, stop))
            else:
                return self.latest
            if not stop.is_set():
                now = self._session.clock()
                write_snapshot(self._file, self.latest.numbers, self.latest.accounts, read_at=now)
            return self.latest
        finally:
            self._lock.release()

    def so_far(self) -> SoFar | None:
        """Return what there is to see of the first reading while it is under way; None if none is."""
        reading = self._reading
        if reading is None:
            return None
        return SoFar(reading.so_far(), reading.done, reading.before.read_at if reading.before else None)

    def changed(self, account_sids: Iterable[str]) -> None:
        """Remember that the numbers of accounts may have changed."""
        self._changed |= set(account_sids)

    def _read_all(self, stop: Event, *, again: bool) -> Inventory:
        if again:
            try:
                with self._session.gateway.until(stop):
                    self._session.sight.refresh()
            except KitError:
                if stop.is_set():
                    raise Stopped(_STOPPED) from None
                raise
        inventory = self._read({account.sid for account in self._session.accounts}, stop)
        if stop.is_set() and self.latest is not None:
            raise Stopped(_STOPPED)
        return inventory

    def _read(self, account_sids: set[str], stop: Event) -> Inventory:
        session, changed = self._session, frozenset(account_sids)
        accounts = [account for account in session.accounts if account.sid in changed]
        # From here on, a change is one that this reading may not see.
        self._changed -= changed
        first = self.latest is None
        before = read_snapshot(self._file) if first else None
        reading = InventoryReading(
            session.gateway, session.reach, accounts, seconds=time.monotonic, stop=stop, before=before
        )
        self._reading = reading if first else None
        try:
            inventory = reading.run()
        except BaseException:
            self._changed |= changed
            raise
        finally:
            self._reading = None
        if stop.is_set():
            self._changed |= changed & {each.account.sid for each in inventory.coverage.readings if not each.complete}
        return inventory
