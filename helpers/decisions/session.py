"""
Who works with what: everything that every look and every act at a desk needs, in one object.

It is made where a desk is opened, and handed on whole.  Nothing in it changes but what
is in sight, which is asked for anew while the desk is open.
"""

import getpass
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from helpers.core.records import Account, Reach
from helpers.decisions.protection import Protection
from helpers.gateway.gateway import Gateway
from helpers.gateway.visibility import find_reach
from helpers.journal.journal import Journal


class Sight:
    """
    What the credentials of a desk can see, as Twilio last told it.

    Raises:
        CannotConnect: It could not be found out; see ``visibility.find_reach``.
    """

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self.reach: Reach
        self.accounts: tuple[Account, ...]
        self.look()

    def look(self) -> None:
        """
        Ask Twilio anew.

        Raises:
            CannotConnect: It could not be found out.  What was seen before stands.
        """
        self.reach, self.accounts = find_reach(self._gateway)


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody at a desk, and what they work with."""

    gateway: Gateway
    journal: Journal
    protection: Protection
    sight: Sight
    #: The person who acts, as ``user@machine``, for the journal and for telling two people apart.
    who: str
    #: The time now, as Twilio has it.
    clock: Callable[[], datetime]
    pause: Callable[[float], None]
    #: Makes the ids that the journal accepts once.
    one_time_id: Callable[[], str]

    @property
    def live(self) -> bool:
        """Whether this is the real Twilio."""
        return self.gateway.connection.live

    @property
    def reach(self) -> Reach:
        """Who we are to Twilio, and what we can see from there, at this moment."""
        return self.sight.reach

    @property
    def accounts(self) -> tuple[Account, ...]:
        """The accounts in sight at this moment."""
        return self.sight.accounts


def somebody() -> str:
    """Name whoever is signed in to this computer, as the computer itself knows them where it does, and the computer."""
    try:
        from pwd import getpwuid

        who = getpwuid(os.getuid()).pw_name
    except (ImportError, KeyError):
        who = getpass.getuser()
    return f"{who}@{socket.gethostname()}"
