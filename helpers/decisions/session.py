"""
The session of an open desk: the objects with which every check and every change works.

The desk makes one session and passes it on.  Only the accounts in sight change, because the desk asks for them again.
"""

import getpass
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from helpers.core.account_names import tell_apart
from helpers.core.records import Account, Reach
from helpers.decisions.protection import Protection
from helpers.gateway.gateway import Gateway
from helpers.gateway.visibility import find_reach
from helpers.journal.journal import Journal


class Sight:
    """
    The reach and the accounts that the credentials of a desk can see, as Twilio last stated them.

    Raises:
        CannotConnect: Twilio did not state them; see ``visibility.find_reach``.
    """

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self.reach: Reach
        self.accounts: tuple[Account, ...]
        self.refresh()

    def refresh(self) -> None:
        """
        Ask Twilio again.

        Raises:
            CannotConnect: Twilio did not state them.  The reach and the accounts stay as they were.
        """
        self.reach, accounts = find_reach(self._gateway)
        self.accounts = tell_apart(accounts)


@dataclass(frozen=True, slots=True)
class Session:
    """The operator at a desk, and the objects with which they work."""

    gateway: Gateway
    journal: Journal
    protection: Protection
    sight: Sight
    #: The operator, as ``user@machine``: for the journal, and to tell two people apart.
    who: str
    #: The time now, by Twilio's clock.
    clock: Callable[[], datetime]
    pause: Callable[[float], None]
    #: Makes ids; the journal accepts each of them once.
    one_time_id: Callable[[], str]

    @property
    def live(self) -> bool:
        """Whether this is the real Twilio."""
        return self.gateway.connection.live

    @property
    def reach(self) -> Reach:
        """The credentials' own account, and how far they reach, at this moment."""
        return self.sight.reach

    @property
    def accounts(self) -> tuple[Account, ...]:
        """The accounts in sight at this moment."""
        return self.sight.accounts

    @property
    def accounts_by_sid(self) -> dict[str, Account]:
        """The accounts in sight at this moment, by their sids."""
        return {account.sid: account for account in self.accounts}


def name_operator() -> str:
    """Name the user and the computer, as ``user@machine``; the user by the system's record where it has one."""
    try:
        from pwd import getpwuid

        user = getpwuid(os.getuid()).pw_name
    except (ImportError, KeyError):
        user = getpass.getuser()
    return f"{user}@{socket.gethostname()}"
