"""What a notebook holds: everything below wired together, with the real clock and the real chance."""

import getpass
import random
import secrets
import socket
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from IPython.display import display
from platformdirs import user_data_path

from helpers import emergency, recover, release, restore
from helpers.connect import Connection, connect_live, connect_practice, from_environment, wants_live
from helpers.dates import day_and_hour
from helpers.decision import decide
from helpers.entries import Entry
from helpers.errors import NotThere
from helpers.gateway import Gateway
from helpers.inventory import take_inventory
from helpers.journal import Journal, journal_file
from helpers.panels.journal import JournalPanel
from helpers.panels.look import Place, banner, note
from helpers.panels.release import ReleasePanel
from helpers.panels.restore import RestorePanel
from helpers.practice import PracticeTwilio
from helpers.prices import price_of
from helpers.reach import find_reach
from helpers.records import Account, Confirmation, Decision, Inventory, Number, Price, Reach, Restoration
from helpers.settle import Settled
from helpers.tables import Frame, accounts_table, journal_table, numbers_table, story_table
from helpers.traffic import look_up
from helpers.transport import Transport

#: Days of calls and messages that are looked at.
WINDOW = 90


def open_desk(*, live: bool | None = None) -> "Desk":
    """
    Open a desk: on the practice Twilio, unless told otherwise.

    Live with ``live=True``, ``TWILIO_DESK=live`` in the environment, or ``python3 -m helpers
    --live``.  Live credentials come from the environment, from a file ``.env`` beside the
    README, or are typed in; they are never stored.  ``TWILIO_DESK_JOURNAL`` may name a
    PostgreSQL database as the place of the live journal, for a team.

    Raises:
        CannotConnect: With its sentence.  Nothing was changed.
        JournalUnwritable: Nothing could be released without it.
        JournalBroken: Somebody changed the journal.
    """
    environment = from_environment()
    folder = user_data_path("twilio-number-kit", appauthor=False)
    if wants_live(environment, live=live):
        folders = (Path.cwd(), Path(__file__).parent.parent)
        connection = connect_live(environment, folders=folders, ask=_type_in)
        place = environment.get("TWILIO_DESK_JOURNAL") or journal_file(folder / "live" / "journal.db")
        return Desk(connection, Journal(place), clock=lambda: datetime.now(UTC))
    connection, practice = connect_practice(folder / "practice")
    # A journal belongs to its world: a new world begins with an empty one.
    journal = Journal(journal_file(folder / "practice" / f"journal-{practice.about()['id']}.db"))
    return Desk(connection, journal, clock=practice.now)


class Desk:
    """
    The operator's desk: tables to look at, panels to act with.

    Args:
        clock: The time now, in UTC: this machine's, or the practice world's.
    """

    def __init__(
        self,
        connection: Connection,
        journal: Journal,
        *,
        clock: Callable[[], datetime],
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        transport = Transport(origin=connection.origin, clock=time.monotonic, sleep=pause, jitter=random.random)
        self._gateway = Gateway(connection, transport)
        self._journal, self._clock, self._pause = journal, clock, pause
        self._reach, self._accounts = find_reach(self._gateway)
        self._inventory: Inventory | None = None
        self._who = f"{getpass.getuser()}@{socket.gethostname()}"
        journal.verify()
        recover.expire(journal, now=clock())

    def __repr__(self) -> str:
        where = "LIVE" if self._gateway.connection.live else "practice"
        return f"<Desk: {where}, {self.reach.account.friendly_name}>"

    def _repr_html_(self) -> str:
        return banner(self._place())

    @property
    def reach(self) -> Reach:
        """Who we are to Twilio, and what we can see from there."""
        return self._reach

    @property
    def practice(self) -> PracticeTwilio:
        """The practice Twilio, for its clock and its faults."""
        practice = self._gateway.connection.practice
        if practice is None:
            raise AttributeError("This desk is LIVE: there is no practice Twilio behind it.")
        return practice

    # -- looking ---------------------------------------------------------------------------------

    def accounts(self) -> Frame:
        """Show one row per account."""
        inventory = self.inventory()
        _say(inventory.said())
        return accounts_table(inventory)

    def numbers(self) -> Frame:
        """Show one row per number over all accounts."""
        inventory = self.inventory()
        _say(inventory.said())
        return numbers_table(inventory)

    def inventory(self, *, again: bool = False) -> Inventory:
        """Read all accounts and all their numbers; once, unless asked to do it *again*."""
        if self._inventory is None or again:
            if again:
                self._reach, self._accounts = find_reach(self._gateway)
            self._inventory = take_inventory(
                self._gateway, self._reach, self._accounts, clock=self._clock, seconds=time.monotonic
            )
        return self._inventory

    def journal(self) -> Frame:
        """Show everything that this kit ever did here: open entries first, then the newest."""
        return journal_table(self._journal.entries())

    def story(self) -> Frame:
        """Show the latest journal entry step by step."""
        entries = self._journal.entries()
        latest = max(entries, key=lambda entry: entry.rows[-1].n, default=None)
        if latest is None:
            _say("Nothing has been released with this kit here.")
        else:
            _say(f"{latest.phone_number}: {latest.state.replace('_', ' ')}.")
        return story_table(latest)

    def entries(self) -> list[Entry]:
        """Read all journal entries, oldest first."""
        return self._journal.entries()

    # -- judging ---------------------------------------------------------------------------------

    def decide(self, number: Number) -> Decision:
        """
        Look at a number as it is now, and judge whether it may be released.

        Raises:
            NotThere: It is not in its account any more.
            CannotRead: It could not be looked at.
        """
        now = self._clock()
        seen = self._gateway.number(number.account_sid, number.sid)
        if seen is None:
            raise NotThere(
                f"{number.phone_number} is not in its account any more. Read the inventory again to see what is."
            )
        since = now - timedelta(days=WINDOW)
        return decide(
            seen,
            self._account(seen.account_sid),
            traffic=look_up(self._gateway, seen, since=since, until=now),
            price=price_of(self._gateway, seen),
            open_entry=self._open_sentence(seen),
            now=now,
        )

    def price(self, number: Number) -> Price | None:
        """Look up what a number costs a month; None where nobody says."""
        return price_of(self._gateway, number)

    def _account(self, sid: str) -> Account:
        return next((account for account in self._accounts if account.sid == sid), self._reach.account)

    def _open_sentence(self, number: Number) -> str | None:
        entry = self._journal.open_entry(number.sid)
        if entry is None:
            return None
        return (
            f"A journal entry for it is still open ({entry.act}, {entry.state}, since {day_and_hour(entry.at)}). "
            "Settle it in the journal notebook first."
        )

    # -- acting ----------------------------------------------------------------------------------

    def release_panel(self) -> ReleasePanel:
        """Show the panel in which one number is chosen, typed back and released.  Showing it sends nothing."""
        return ReleasePanel(
            place=self._place,
            inventory=self.inventory,
            decide=self.decide,
            release=self._release,
            unregister=self._unregister,
            settle=self._settle,
            clock=self._clock,
            one_time_id=secrets.token_hex,
        )

    def restore_panel(self) -> RestorePanel:
        """Show the released numbers with their countdown.  Showing it sends nothing."""
        return RestorePanel(
            place=self._place,
            entries=self.entries,
            price=self.price,
            restore=self._restore,
            look=self._look_for_reclaimed,
            settle=self._settle,
            clock=self._clock,
        )

    def journal_panel(self) -> JournalPanel:
        """Show the journal, with a button for each open entry.  Showing it sends nothing."""
        return JournalPanel(place=self._place, entries=self.entries, settle=self._settle, clock=self._clock)

    def _release(self, decision: Decision, *, confirmation: str, typed: str, why: str) -> Settled:
        agreed = Confirmation(
            id=confirmation, decision=decision, typed=typed, confirmed_at=self._clock(), who=self._who, why=why
        )
        settled = release.release(
            agreed,
            gateway=self._gateway,
            reach=self._reach,
            journal=self._journal,
            clock=self._clock,
            pause=self._pause,
        )
        self._inventory = None
        return settled

    def _unregister(self, number: Number, *, confirmation: str, typed: str) -> Settled:
        settled = emergency.unregister(
            number,
            confirmation=confirmation,
            typed=typed,
            who=self._who,
            gateway=self._gateway,
            journal=self._journal,
            clock=self._clock,
            pause=self._pause,
        )
        self._inventory = None
        return settled

    def _restore(self, entry: Entry, *, typed: str) -> Restoration | Settled:
        outcome = restore.restore(
            entry,
            typed=typed,
            who=self._who,
            gateway=self._gateway,
            reach=self._reach,
            journal=self._journal,
            clock=self._clock,
        )
        self._inventory = None
        return outcome

    def _look_for_reclaimed(self, entry: Entry) -> Restoration | Settled:
        outcome = restore.look_for_reclaimed(
            entry, gateway=self._gateway, reach=self._reach, journal=self._journal, clock=self._clock
        )
        self._inventory = None
        return outcome

    def _settle(self, entry: Entry) -> Settled:
        return recover.recover(
            entry,
            gateway=self._gateway,
            reach=self._reach,
            journal=self._journal,
            clock=self._clock,
            pause=self._pause,
        )

    def _place(self) -> Place:
        open_entries = sum(entry.open for entry in self._journal.entries())
        return Place(
            live=self._gateway.connection.live,
            account=self._reach.account,
            subaccounts=sum(not account.is_main and account.status != "closed" for account in self._accounts)
            if self._reach.account.is_main
            else None,
            because=self._reach.because,
            open_entries=open_entries,
        )


def _type_in(prompt: str) -> str:
    try:
        return getpass.getpass(prompt)
    except (NotImplementedError, EOFError):
        # A notebook that is run without anybody in front of it: nothing was typed.
        return ""


def _say(text: str) -> None:
    display(note(text))  # type: ignore[no-untyped-call]  # IPython has no types
