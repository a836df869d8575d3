"""The acts that a panel may order, each with everything it needs; afterwards the inventory is read anew."""

from collections.abc import Callable
from datetime import datetime

from helpers.emergency import unregister
from helpers.entries import Entry
from helpers.gateway import Gateway
from helpers.journal import Journal
from helpers.records import Confirmation, Decision, Number, Reach, Restoration
from helpers.recover import recover
from helpers.release import release
from helpers.restore import look_for_reclaimed, restore
from helpers.settle import Settled


class Acts:
    """
    What can be done at a desk, by somebody.

    Args:
        who: Goes into the journal.

        reach: Tells what is in sight at the moment of the act.

        done: Called after whatever may have changed the inventory.
    """

    def __init__(
        self,
        gateway: Gateway,
        journal: Journal,
        *,
        who: str,
        reach: Callable[[], Reach],
        clock: Callable[[], datetime],
        pause: Callable[[float], None],
        done: Callable[[], None],
    ) -> None:
        self._gateway, self._journal, self._who = gateway, journal, who
        self._reach, self._clock, self._pause, self._done = reach, clock, pause, done

    def release(self, decision: Decision, *, confirmation: str, typed: str, why: str) -> Settled:
        """Release a number; see ``release.release``."""
        agreed = Confirmation(confirmation, decision, typed, self._clock(), self._who, why)
        try:
            return release(
                agreed,
                gateway=self._gateway,
                reach=self._reach(),
                journal=self._journal,
                clock=self._clock,
                pause=self._pause,
            )
        finally:
            self._done()

    def unregister(self, number: Number, *, confirmation: str, typed: str) -> Settled:
        """Unregister a number's emergency address; see ``emergency.unregister``."""
        try:
            return unregister(
                number,
                confirmation=confirmation,
                typed=typed,
                who=self._who,
                gateway=self._gateway,
                journal=self._journal,
                clock=self._clock,
                pause=self._pause,
            )
        finally:
            self._done()

    def restore(self, entry: Entry, *, typed: str) -> Restoration | Settled:
        """Buy a released number back; see ``restore.restore``."""
        try:
            return restore(
                entry,
                typed=typed,
                who=self._who,
                gateway=self._gateway,
                reach=self._reach(),
                journal=self._journal,
                clock=self._clock,
            )
        finally:
            self._done()

    def look_for_reclaimed(self, entry: Entry) -> Restoration | Settled:
        """Look whether a released number is back; see ``restore.look_for_reclaimed``."""
        try:
            return look_for_reclaimed(
                entry, gateway=self._gateway, reach=self._reach(), journal=self._journal, clock=self._clock
            )
        finally:
            self._done()

    def settle(self, entry: Entry) -> Settled:
        """Settle an open entry by looking; see ``recover.recover``."""
        try:
            return recover(
                entry,
                gateway=self._gateway,
                reach=self._reach(),
                journal=self._journal,
                clock=self._clock,
                pause=self._pause,
            )
        finally:
            self._done()
