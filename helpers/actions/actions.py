"""The actions that a panel may order; after each, the accounts that it may have changed are read anew."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from helpers.actions.emergency_address import unregister
from helpers.actions.move import move
from helpers.actions.outcome import Settled
from helpers.actions.reconcile import check_again, settle_open
from helpers.actions.release import release
from helpers.actions.restore import find_reclaimed, restore
from helpers.actions.send_once import never
from helpers.core.errors import Drifted, NotThere
from helpers.core.permissions import ApiKey
from helpers.core.records import Account, Confirmation, Restoration
from helpers.decisions.session import Session
from helpers.journal.entries import Entry

_Outcome = TypeVar("_Outcome", Settled, Restoration, Restoration | Settled)


class Actions:
    """
    Carries out actions with the session of a desk.

    Args:
        on_change: Gets the sids of the accounts that an action may have changed, also after one that raised; None for
            all accounts, because the number is somewhere else.
    """

    def __init__(self, session: Session, *, on_change: Callable[[Iterable[str] | None], None]) -> None:
        self._session, self._on_change = session, on_change

    @contextmanager
    def _changing(self, *account_sids: str) -> Iterator[Session]:
        try:
            yield self._session
        except (Drifted, NotThere):
            self._on_change(None)
            raise
        finally:
            self._on_change(account_sids)

    @contextmanager
    def _sending(self, *account_sids: str) -> Iterator[Session]:
        """As ``_changing``; nothing is checked before the journal is verified, because checks grow old meanwhile."""
        with self._changing(*account_sids) as session:
            session.journal.require_verified()
            yield session

    def release(
        self,
        confirmation: Confirmation,
        *,
        key: ApiKey | None = None,
        begun: Entry | None = None,
        is_stopped: Callable[[], bool] = never,
    ) -> Settled:
        """Release a number; see ``release.release``."""
        with self._sending(confirmation.decision.account.sid) as session:
            return self._found(release(confirmation, session, key=key, begun=begun, is_stopped=is_stopped))

    def move(
        self,
        confirmation: Confirmation,
        target: Account,
        *,
        begun: Entry | None = None,
        is_stopped: Callable[[], bool] = never,
    ) -> Settled:
        """Move a number to another account; see ``move.move``."""
        with self._sending(confirmation.decision.account.sid, target.sid) as session:
            return self._found(move(confirmation, target, session, begun=begun, is_stopped=is_stopped))

    def unregister(self, confirmation: Confirmation, *, is_stopped: Callable[[], bool] = never) -> Settled:
        """Unregister a number's emergency address; see ``emergency_address.unregister``."""
        with self._sending(confirmation.decision.account.sid) as session:
            return self._found(unregister(confirmation, session, is_stopped=is_stopped))

    def restore(
        self,
        entry: Entry,
        *,
        typed: str,
        sentence: str | None = None,
        bare: bool = False,
        is_stopped: Callable[[], bool] = never,
    ) -> Restoration | Settled:
        """Buy a released number back; see ``restore.restore``."""
        with self._sending(*_places(entry)) as session:
            bought = restore(entry, session, typed=typed, sentence=sentence, bare=bare, is_stopped=is_stopped)
            return self._found(bought)

    def find_reclaimed(self, entry: Entry) -> Restoration | Settled:
        """Find a released number that is back; see ``restore.find_reclaimed``."""
        with self._changing(*_places(entry)) as session:
            return self._found(find_reclaimed(entry, session))

    def settle(self, entry: Entry) -> Settled:
        """Settle an open entry by reading the number; see ``reconcile.settle_open``."""
        with self._changing(*_places(entry)) as session:
            return self._found(settle_open(entry, session))

    def check_again(self, entry: Entry) -> Settled:
        """Check whether a failed release was carried out late; see ``reconcile.check_again``."""
        settled = check_again(entry, self._session)
        if settled.entry.state != entry.state:
            self._on_change(_places(settled.entry))
        return settled

    def _found(self, outcome: _Outcome) -> _Outcome:
        """Pass on an outcome; the number may have been found in an account that the entry did not name before."""
        if isinstance(outcome, Settled):
            self._on_change(_places(outcome.entry))
        else:
            self._on_change([outcome.number.account_sid])
        return outcome


def _places(entry: Entry) -> list[str]:
    """Name the accounts of which an entry knows that its number is, was, or may be there."""
    named = (entry.details.get("target"), entry.details.get("found_in"))
    return [entry.account_sid, *(sid for sid in named if sid)]
