"""The acts that a panel may order, each with everything it needs; afterwards the inventory is read anew."""

import getpass
import os
import socket
from collections.abc import Callable
from datetime import datetime
from typing import Any

from helpers.emergency import unregister
from helpers.entries import Entry
from helpers.gateway import Gateway
from helpers.journal import Journal
from helpers.move import move
from helpers.protection import Protection
from helpers.records import Account, Confirmation, Decision, Reach, Restoration
from helpers.recover import look_once_more, recover
from helpers.release import release
from helpers.restore import look_for_reclaimed, restore
from helpers.settle import Means, Settled, never


def somebody() -> str:
    """Name whoever is signed in to this computer, as the computer itself knows them where it does, and the computer."""
    try:
        from pwd import getpwuid

        who = getpwuid(os.getuid()).pw_name
    except (ImportError, KeyError):
        who = getpass.getuser()
    return f"{who}@{socket.gethostname()}"


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
        protection: Protection,
        *,
        who: str,
        reach: Callable[[], Reach],
        clock: Callable[[], datetime],
        pause: Callable[[float], None],
        done: Callable[[], None],
    ) -> None:
        self._gateway, self._journal, self._protection, self._who = gateway, journal, protection, who
        self._reach, self._clock, self._pause, self._done = reach, clock, pause, done

    def release(
        self,
        decision: Decision,
        *,
        confirmation: str,
        typed: str,
        begun: Entry | None = None,
        stopped: Callable[[], bool] = never,
        **more: Any,
    ) -> Settled:
        """
        Release a number; see ``release.release``.

        Args:
            stopped: Asked in the last moment whether it is not to go any more.

            more: What else was agreed to: see ``records.Confirmation``.
        """
        agreed = Confirmation(confirmation, decision, typed, self._clock(), self._who, **more)
        try:
            return release(agreed, self._means(stopped), protected=self._protection.of, begun=begun)
        finally:
            self._done()

    def move(
        self,
        decision: Decision,
        target: Account,
        *,
        confirmation: str,
        typed: str,
        begun: Entry | None = None,
        stopped: Callable[[], bool] = never,
        **more: Any,
    ) -> Settled:
        """Move a number to another account; see ``move.move``."""
        agreed = Confirmation(confirmation, decision, typed, self._clock(), self._who, **more)
        try:
            return move(agreed, target, self._means(stopped), protected=self._protection.of, begun=begun)
        finally:
            self._done()

    def unregister(self, decision: Decision, *, confirmation: str, typed: str, **more: Any) -> Settled:
        """Unregister a number's emergency address; see ``emergency.unregister``."""
        try:
            return unregister(
                decision,
                self._means(),
                protected=self._protection.of,
                confirmation=confirmation,
                typed=typed,
                who=self._who,
                **more,
            )
        finally:
            self._done()

    def restore(self, entry: Entry, *, typed: str, bare: bool = False) -> Restoration | Settled:
        """Buy a released number back; see ``restore.restore``."""
        try:
            return restore(entry, self._means(), typed=typed, who=self._who, bare=bare)
        finally:
            self._done()

    def look_for_reclaimed(self, entry: Entry) -> Restoration | Settled:
        """Look whether a released number is back; see ``restore.look_for_reclaimed``."""
        try:
            return look_for_reclaimed(entry, self._means())
        finally:
            self._done()

    def settle(self, entry: Entry) -> Settled:
        """Settle an open entry by looking; see ``recover.recover``."""
        try:
            return recover(entry, self._means())
        finally:
            self._done()

    def look_once_more(self, entry: Entry) -> Settled:
        """Look whether a release that came to nothing was carried out after all; see ``recover.look_once_more``."""
        settled = look_once_more(entry, self._means())
        if settled.entry.state != entry.state:
            self._done()
        return settled

    def _means(self, stopped: Callable[[], bool] = never) -> Means:
        """Put together what every act needs, as it is at the moment of the act."""
        return Means(self._gateway, self._reach(), self._journal, self._clock, self._pause, stopped)
