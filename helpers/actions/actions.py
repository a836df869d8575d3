"""The acts that a panel may order, each with everything it needs; afterwards the inventory is read anew."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from helpers.actions.emergency_address import unregister
from helpers.actions.move import move
from helpers.actions.outcome import Settled
from helpers.actions.reconcile import look_once_more, recover
from helpers.actions.release import release
from helpers.actions.restore import look_for_reclaimed, restore
from helpers.actions.send_once import never
from helpers.core.records import Account, Confirmation, Restoration
from helpers.decisions.session import Session
from helpers.journal.entries import Entry


class Actions:
    """
    What can be done at a desk.

    Args:
        done: Called after whatever may have changed the inventory.
    """

    def __init__(self, session: Session, *, done: Callable[[], None]) -> None:
        self._session, self._done = session, done

    @contextmanager
    def _changing(self) -> Iterator[Session]:
        try:
            yield self._session
        finally:
            self._done()

    def release(
        self, confirmation: Confirmation, *, begun: Entry | None = None, stopped: Callable[[], bool] = never
    ) -> Settled:
        """Release a number; see ``release.release``."""
        with self._changing() as session:
            return release(confirmation, session, begun=begun, stopped=stopped)

    def move(
        self,
        confirmation: Confirmation,
        target: Account,
        *,
        begun: Entry | None = None,
        stopped: Callable[[], bool] = never,
    ) -> Settled:
        """Move a number to another account; see ``move.move``."""
        with self._changing() as session:
            return move(confirmation, target, session, begun=begun, stopped=stopped)

    def unregister(self, confirmation: Confirmation, *, stopped: Callable[[], bool] = never) -> Settled:
        """Unregister a number's emergency address; see ``emergency_address.unregister``."""
        with self._changing() as session:
            return unregister(confirmation, session, stopped=stopped)

    def restore(self, entry: Entry, *, typed: str, bare: bool = False) -> Restoration | Settled:
        """Buy a released number back; see ``restore.restore``."""
        with self._changing() as session:
            return restore(entry, session, typed=typed, bare=bare)

    def look_for_reclaimed(self, entry: Entry) -> Restoration | Settled:
        """Look whether a released number is back; see ``restore.look_for_reclaimed``."""
        with self._changing() as session:
            return look_for_reclaimed(entry, session)

    def settle(self, entry: Entry) -> Settled:
        """Settle an open entry by looking; see ``reconcile.recover``."""
        with self._changing() as session:
            return recover(entry, session)

    def look_once_more(self, entry: Entry) -> Settled:
        """Look whether a release that came to nothing was carried out after all; see ``reconcile.look_once_more``."""
        settled = look_once_more(entry, self._session)
        if settled.entry.state != entry.state:
            self._done()
        return settled
