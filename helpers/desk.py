"""What a notebook holds: everything below wired together, with the real clock and the real chance."""

import random
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from threading import Event, Thread

from IPython.display import display

from helpers.about import said_of
from helpers.acts import Acts
from helpers.afresh import Afresh
from helpers.connect import Connection
from helpers.dates import about_the_clock
from helpers.due import about_due, what_is_due
from helpers.entries import Entry
from helpers.errors import KitError, Stopped
from helpers.findings import Findings
from helpers.gateway import Gateway
from helpers.inventory import take_inventory
from helpers.journal import Journal
from helpers.judge import WINDOW, Judge
from helpers.panels.inventory import InventoryPanel
from helpers.panels.journal import JournalPanel
from helpers.panels.look import Place, banner, note
from helpers.panels.plans import PlanPanel
from helpers.panels.protection import ProtectionPanel
from helpers.panels.release import ReleasePanel
from helpers.panels.restore import RestorePanel
from helpers.plan_runs import PlanRuns
from helpers.planning import Plans
from helpers.practice import PracticeTwilio
from helpers.protection import Protection
from helpers.reach import account_of
from helpers.records import Decision, Inventory, Number, Reach
from helpers.recover import unproven
from helpers.session import Session, Sight, somebody
from helpers.states import State
from helpers.tables import Frame, accounts_table, due_table, journal_table, numbers_table, story_table
from helpers.ticked import keep_ticked, kept_ticked
from helpers.transport import Transport


class Desk:
    """
    The operator's desk: tables to look at, panels to act with.

    Args:
        memory: The folder in which is remembered what was found out about numbers.

        protection: The file of what must never be released.

        clock: The time now, in UTC: this machine's, or the practice world's.
    """

    def __init__(
        self,
        connection: Connection,
        journal: Journal,
        *,
        memory: Path,
        protection: Protection,
        clock: Callable[[], datetime],
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        transport = Transport(
            origin=connection.origin, clock=time.monotonic, sleep=pause, jitter=random.random, wall=clock
        )
        gateway = Gateway(connection, transport)
        #: Who sits here, and what they work with.
        self.session = session = Session(
            gateway,
            journal,
            protection,
            Sight(gateway),
            somebody(),
            # By a wrong clock every number would be quiet, and the ten days over.
            clock=lambda: clock() + transport.ahead,
            pause=pause,
            one_time_id=secrets.token_hex,
        )
        self._memory, self._transport = memory, transport
        self._inventory: Inventory | None = None
        self._judge = Judge(session, memory=memory)
        self._findings = Findings(session, self._judge, inventory=self.inventory, memory=memory)
        #: What a panel may order.
        self.acts = Acts(session, done=self._forget_inventory)
        afresh = Afresh(session, self._judge)
        #: Many numbers at once: plans to make, and to run.
        self.plans = Plans(
            session, afresh, decisions=partial(self._findings.decisions, WINDOW), folder=Path.cwd() / "plans"
        )
        self.plan_runs = PlanRuns(session, afresh, self.acts)
        journal.verify()
        #: What became of earlier releases after all, one sentence each; filled beside the notebook.
        self._found_later: list[str] = []
        ours = {account.sid for account in session.accounts}
        again = [entry for entry in unproven(journal.entries(), now=session.clock()) if entry.account_sid in ours]
        self._looking_once_more = Thread(target=self._look_once_more, args=(again,), daemon=True)
        self._looking_once_more.start()

    def __repr__(self) -> str:
        where = "LIVE" if self.session.live else "practice"
        return f"<Desk: {where}, {self.reach.account.friendly_name}>"

    def _repr_html_(self) -> str:
        return banner(self._place())

    @property
    def reach(self) -> Reach:
        """Who we are to Twilio, and what we can see from there."""
        return self.session.reach

    @property
    def practice(self) -> PracticeTwilio:
        """The practice Twilio, for its clock and its faults."""
        practice = self.session.gateway.connection.practice
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

    def inventory(self, *, again: bool = False, stop: Event | None = None) -> Inventory:
        """
        Read all accounts and all their numbers; once, unless asked to do it *again*.

        Raises:
            Stopped: *stop* was set before all were read.  What was read before stands.
        """
        if self._inventory is None or again:
            self._inventory = self._read_inventory(stop or Event(), again=again)
        return self._inventory

    def _read_inventory(self, stop: Event, *, again: bool) -> Inventory:
        session = self.session
        stopped = Stopped("The inventory was not read to its end: you stopped it. What was read before is shown.")
        if again:
            try:
                with session.gateway.until(stop):
                    session.sight.look()
            except KitError:
                if stop.is_set():
                    raise stopped from None
                raise
        inventory = take_inventory(
            session.gateway, session.reach, session.accounts, clock=session.clock, seconds=time.monotonic, stop=stop
        )
        if stop.is_set():
            raise stopped
        return inventory

    def _look_once_more(self, entries: list[Entry]) -> None:
        """Look again at releases that came to nothing; the banners tell what became of them after all."""
        for entry in entries:
            # What could not be looked at or written down is looked at when the desk is opened the next time.
            with suppress(KitError):
                settled = self.acts.look_once_more(entry)
                if settled.said and settled.entry.state != State.ACKNOWLEDGED:
                    self._found_later.append(str(settled))

    def _forget_inventory(self) -> None:
        self._inventory = None

    def journal(self) -> Frame:
        """Show everything that this kit ever did here: open entries first, then the newest."""
        return journal_table(self.session.journal.entries(), now=self.session.clock())

    def story(self) -> Frame:
        """Show the latest journal entry step by step."""
        entries = self.session.journal.entries()
        latest = max(entries, key=lambda entry: entry.rows[-1].n, default=None)
        if latest is None:
            _say("Nothing has been released with this kit here.")
        else:
            _say(f"{latest.phone_number}: {latest.state.replace('_', ' ')}.")
        return story_table(latest)

    def entries(self) -> list[Entry]:
        """Read all journal entries, oldest first."""
        return self.session.journal.entries()

    # -- judging ---------------------------------------------------------------------------------

    def decide(self, number: Number) -> Decision:
        """
        Look at a number as it is now, and judge whether it may be released.

        Raises:
            NotThere: It is not in its account any more.
            CannotRead: It could not be looked at, or its account is none of those that were read.
        """
        return self._judge.one(number, account_of(number, self.session.accounts))

    def evidence(self, *, days: int = WINDOW) -> Frame:
        """Show one row per number with all that was found out about it so far; asks for nothing but what they cost."""
        table = self._findings.known(days)
        _say(said_of(table.about))
        return table.frame

    def due(self) -> Frame:
        """Show what is due within a week: quiet numbers to look at before their bill, released ones to take back."""
        decisions, now = self._findings.decisions(WINDOW), self.session.clock()
        rows = what_is_due(decisions, self.session.journal.entries(), now=now)
        if said := about_due(decisions, rows, now=now):
            _say(said)
        return due_table(rows)

    # -- acting ----------------------------------------------------------------------------------

    def inventory_panel(self, *, days: int = WINDOW) -> InventoryPanel:
        """
        Show the grid of all numbers, with what is known of each.  Exports go where JupyterLab's files are.

        Args:
            days: How far back calls and messages are looked at; each choice has a memory of its own.
        """
        return InventoryPanel(
            place=self._place,
            table=partial(self._findings.known, days),
            evidence=partial(self._findings.find_out, days),
            tick=lambda sids: keep_ticked(self._memory, sids),
            folder=Path.cwd() / "exports",
            clock=self.session.clock,
        )

    def release_panel(self) -> ReleasePanel:
        """Show the panel in which one number is chosen, typed back and released.  Showing it sends nothing."""
        return ReleasePanel(
            place=self._place,
            inventory=self.inventory,
            ticked=lambda: kept_ticked(self._memory),
            decide=self.decide,
            release=self.acts.release,
            unregister=self.acts.unregister,
            settle=self.acts.settle,
            clock=self.session.clock,
            one_time_id=self.session.one_time_id,
        )

    def rehearsal(self) -> ReleasePanel | None:
        """Show the release panel where nothing that it does is real; a LIVE desk names the notebook instead."""
        if self.session.live:
            _say("This desk is LIVE, so nothing is tried out here. 02_release.ipynb releases a number.")
            return None
        return self.release_panel()

    def plan_panel(self) -> PlanPanel:
        """Show the panel in which many numbers are released or moved by a plan.  Showing it sends nothing."""
        return PlanPanel(
            place=self._place,
            plans=self.plans,
            runs=self.plan_runs,
            inventory=self.inventory,
            ticked=lambda: kept_ticked(self._memory),
            folder=Path.cwd() / "exports",
            clock=self.session.clock,
        )

    def protection_panel(self) -> ProtectionPanel:
        """Show what is protected, to protect more or to take a protection away."""
        return ProtectionPanel(
            place=self._place,
            protection=self.session.protection,
            inventory=self.inventory,
            who=self.session.who,
            clock=self.session.clock,
        )

    def restore_panel(self) -> RestorePanel:
        """Show the released numbers with their countdown.  Showing it sends nothing."""
        return RestorePanel(
            place=self._place,
            entries=self.entries,
            price=self._judge.price,
            restore=self.acts.restore,
            look=self.acts.look_for_reclaimed,
            settle=self.acts.settle,
            clock=self.session.clock,
        )

    def journal_panel(self) -> JournalPanel:
        """Show the journal, with a button for each open entry.  Showing it sends nothing."""
        return JournalPanel(place=self._place, entries=self.entries, settle=self.acts.settle, clock=self.session.clock)

    def _place(self) -> Place:
        open_entries = sum(entry.open for entry in self.session.journal.entries())
        # An account alone with credentials that may not see others was not counted among none.
        reach, accounts = self.session.reach, self.session.accounts
        counted = reach.account.is_main and (reach.whole_company or len(accounts) > 1)
        return Place(
            live=self.session.live,
            account=reach.account,
            subaccounts=sum(not account.is_main and account.status != "closed" for account in accounts)
            if counted
            else None,
            because=(*reach.because, *about_the_clock(self._transport.ahead), *self._found_later),
            open_entries=open_entries,
        )


def _say(text: str) -> None:
    display(note(text))  # type: ignore[no-untyped-call]  # IPython has no types
