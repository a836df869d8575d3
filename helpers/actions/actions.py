"""The actions that a panel may order; after each, the inventory is read anew."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from helpers.actions.emergency_address import unregister
from helpers.actions.move import move
from helpers.actions.outcome import Settled
from helpers.actions.reconcile import check_again, settle_open
from helpers.actions.release import release
from helpers.actions.restore import find_reclaimed, restore
from helpers.actions.send_once import never
from helpers.core.records import Account, Confirmation, Restoration
from helpers.decisions.session import Session
from helpers.journal.entries import Entry


class Actions:
    """
    Carries out actions with the session of a desk.

    Args:
        on_change: Called after each action that may have changed the inventory, also after one that raised.
    """

    def __init__(self, session: Session, *, on_change: Callable[[], None]) -> None:
        self._session, self._on_change = session, on_change

    @contextmanager
    def _changing(self) -> Iterator[Session]:
        try:
            yield self._session
        finally:
            self._on_change()

    def release(
        self, confirmation: Confirmation, *, begun: Entry | None = None, is_stopped: Callable[[], bool] = never
    ) -> Settled:
        """Release a number; see ``release.release``."""
        with self._changing() as session:
            return release(confirmation, session, begun=begun, is_stopped=is_stopped)

    def move(
        self,
        confirmation: Confirmation,
        target: Account,
        *,
        begun: Entry | None = None,
        is_stopped: Callable[[], bool] = never,
    ) -> Settled:
        """Move a number to another account; see ``move.move``."""
        with self._changing() as session:
            return move(confirmation, target, session, begun=begun, is_stopped=is_stopped)

    def unregister(self, confirmation: Confirmation, *, is_stopped: Callable[[], bool] = never) -> Settled:
        """Unregister a number's emergency address; see ``emergency_address.unregister``."""
        with self._changing() as session:
            return unregister(confirmation, session, is_stopped=is_stopped)

    def restore(self, entry: Entry, *, typed: str, bare: bool = False) -> Restoration | Settled:
        """Buy a released number back; see ``restore.restore``."""
        with self._changing() as session:
            return restore(entry, session, typed=typed, bare=bare)

    def find_reclaimed(self, entry: Entry) -> Restoration | Settled:
        """Find a released number that is back; see ``restore.find_reclaimed``."""
        with self._changing() as session:
            return find_reclaimed(entry, session)

    def settle(self, entry: Entry) -> Settled:
        """Settle an open entry by reading the number; see ``reconcile.settle_open``."""
        with self._changing() as session:
            return settle_open(entry, session)

    def check_again(self, entry: Entry) -> Settled:
        """Check whether a failed release was carried out late; see ``reconcile.check_again``."""
        settled = check_again(entry, self._session)
        if settled.entry.state != entry.state:
            self._on_change()
        return settled
