"""What a notebook holds, and how it is opened: everything below wired together, with the real clock and chance."""

import getpass
import random
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from threading import Event, Thread

from IPython.display import display
from platformdirs import user_data_path, user_state_path

from helpers.actions.actions import Actions
from helpers.actions.reconcile import unproven
from helpers.core.dates import about_the_clock
from helpers.core.errors import KitError, Stopped
from helpers.core.records import Decision, Inventory, Number, Reach
from helpers.decisions.due import about_due, what_is_due
from helpers.decisions.judge import Judge
from helpers.decisions.protection import Protection
from helpers.decisions.session import Session, Sight, somebody
from helpers.evidence.inventory import take_inventory
from helpers.evidence.window import WINDOW
from helpers.gateway.credentials import Connection, connect_live, connect_simulator, from_environment, wants_live
from helpers.gateway.gateway import Gateway
from helpers.gateway.simulator_client import SimulatorClient
from helpers.gateway.transport import Transport
from helpers.gateway.visibility import account_of
from helpers.journal.entries import Entry
from helpers.journal.journal import Journal, journal_file
from helpers.journal.states import State
from helpers.panels.inventory.panel import InventoryPanel
from helpers.panels.inventory.selection import keep_ticked, kept_ticked
from helpers.panels.journal import JournalPanel
from helpers.panels.plan.panel import PlanPanel
from helpers.panels.protection import ProtectionPanel
from helpers.panels.release.panel import ReleasePanel
from helpers.panels.restore.panel import RestorePanel
from helpers.panels.shared.html import BannerFacts, banner, note
from helpers.plans.planner import Planner
from helpers.plans.recheck import Recheck
from helpers.plans.runner import PlanRunner
from helpers.tables.about import said_of
from helpers.tables.evidence_view import EvidenceView
from helpers.tables.frames import Frame, accounts_table, due_table, journal_table, numbers_table, story_table


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
        self._memory = memory
        self._inventory: Inventory | None = None
        self._judge = Judge(session, memory=memory)
        self._evidence = EvidenceView(session, self._judge, inventory=self.inventory, memory=memory)
        #: What a panel may order.
        self.acts = Actions(session, done=self._forget_inventory)
        recheck = Recheck(session, self._judge)
        #: Many numbers at once: plans to make, and to run.
        self.plans = Planner(
            session, recheck, decisions=partial(self._evidence.decisions, WINDOW), folder=Path.cwd() / "plans"
        )
        self.plan_runs = PlanRunner(session, recheck, self.acts)
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
        return banner(self._banner())

    @property
    def reach(self) -> Reach:
        """Who we are to Twilio, and what we can see from there."""
        return self.session.reach

    @property
    def practice(self) -> SimulatorClient:
        """The practice Twilio, for its clock and its faults."""
        simulator = self.session.gateway.connection.simulator
        if simulator is None:
            raise AttributeError("This desk is LIVE: there is no practice Twilio behind it.")
        return simulator

    # -- looking ---------------------------------------------------------------------------------

    def accounts(self) -> Frame:
        """Show one row per account."""
        inventory = self.inventory()
        _say(inventory.coverage.describe())
        return accounts_table(inventory)

    def numbers(self) -> Frame:
        """Show one row per number over all accounts."""
        inventory = self.inventory()
        _say(inventory.coverage.describe())
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
        inventory = take_inventory(session.gateway, session.reach, session.accounts, seconds=time.monotonic, stop=stop)
        if stop.is_set():
            raise stopped
        return inventory

    def _look_once_more(self, entries: list[Entry]) -> None:
        """Look again at releases that came to nothing; the banners tell what became of them after all."""
        for entry in entries:
            # What could not be looked at or written down is looked at when the desk is opened the next time.
            with suppress(KitError):
                settled = self.acts.look_once_more(entry)
                if settled.message and settled.entry.state != State.ACKNOWLEDGED:
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
        table = self._evidence.known(days)
        _say(said_of(table.about))
        return table.frame

    def due(self) -> Frame:
        """Show what is due within a week: quiet numbers to look at before their bill, released ones to take back."""
        decisions, now = self._evidence.decisions(WINDOW), self.session.clock()
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
            place=self._banner,
            table=partial(self._evidence.known, days),
            evidence=partial(self._evidence.find_out, days),
            tick=lambda sids: keep_ticked(self._memory, sids),
            folder=Path.cwd() / "exports",
            clock=self.session.clock,
        )

    def release_panel(self) -> ReleasePanel:
        """Show the panel in which one number is chosen, typed back and released.  Showing it sends nothing."""
        return ReleasePanel(
            place=self._banner,
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
            place=self._banner,
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
            place=self._banner,
            protection=self.session.protection,
            inventory=self.inventory,
            who=self.session.who,
            clock=self.session.clock,
        )

    def restore_panel(self) -> RestorePanel:
        """Show the released numbers with their countdown.  Showing it sends nothing."""
        return RestorePanel(
            place=self._banner,
            entries=self.entries,
            price=self._judge.price,
            restore=self.acts.restore,
            look=self.acts.look_for_reclaimed,
            settle=self.acts.settle,
            clock=self.session.clock,
        )

    def journal_panel(self) -> JournalPanel:
        """Show the journal, with a button for each open entry.  Showing it sends nothing."""
        session = self.session
        return JournalPanel(
            place=self._banner,
            entries=self.entries,
            settle=self.acts.settle,
            behind=lambda: session.journal.behind,
            accept=lambda typed: session.journal.accept(who=session.who, typed=typed, at=session.clock()),
            clock=session.clock,
        )

    def _banner(self) -> BannerFacts:
        open_entries = sum(entry.open for entry in self.session.journal.entries())
        # An account alone with credentials that may not see others was not counted among none.
        reach, accounts = self.session.reach, self.session.accounts
        counted = reach.account.is_main and (reach.whole_company or len(accounts) > 1)
        return BannerFacts(
            live=self.session.live,
            account=reach.account,
            subaccounts=sum(not account.is_main and account.status != "closed" for account in accounts)
            if counted
            else None,
            because=(
                *reach.because,
                *about_the_clock(self.session.gateway.transport.ahead),
                *([str(behind)] if (behind := self.session.journal.behind) else []),
                *self._found_later,
            ),
            open_entries=open_entries,
        )


def _say(text: str) -> None:
    display(note(text))  # type: ignore[no-untyped-call]  # IPython has no types


def open_desk(*, live: bool | None = None) -> Desk:
    """
    Open a desk: on the practice Twilio, unless told otherwise.

    Live with ``live=True``, ``TWILIO_DESK=live`` in the environment, or ``python3 -m helpers
    --live``.  Live credentials come from the environment, from a file ``.env`` in the notebook's
    folder or beside the README, or are typed in; they are never stored.  ``TWILIO_DESK_JOURNAL``
    may name a PostgreSQL database as the place of the live journal, for a team.

    Raises:
        CannotConnect: With its sentence.  Nothing was changed.
        JournalUnwritable: Nothing could be released without it.
        JournalBroken: Somebody changed the journal.
    """
    environment = from_environment()
    folder = user_data_path("twilio-number-kit", appauthor=False)
    # Another folder than the journal's: what takes one away leaves the other.
    witness = user_state_path("twilio-number-kit", appauthor=False) / "journals"
    if wants_live(environment, live=live):
        folders = (Path.cwd(), Path(__file__).parent.parent)
        connection = connect_live(environment, folders=folders, ask=_type_in)
        place = environment.get("TWILIO_DESK_JOURNAL") or journal_file(folder / "live" / "journal.db")
        memory = folder / "live" / f"evidence-{connection.account_sid}"
        # Whoever looks, with whichever credentials: what is protected is protected.
        protection = Protection(folder / "live" / "protected.json")
        journal = Journal(place, witness=witness)
        return Desk(connection, journal, memory=memory, protection=protection, clock=lambda: datetime.now(UTC))
    connection, simulator = connect_simulator(folder / "practice")
    # A journal and a memory belong to their world: a new world begins with empty ones.
    world = simulator.about()["id"]
    journal = Journal(journal_file(folder / "practice" / f"journal-{world}.db"), witness=witness)
    protection = Protection(folder / "practice" / f"protected-{world}.json")
    memory = folder / "practice" / f"evidence-{world}"
    return Desk(connection, journal, memory=memory, protection=protection, clock=simulator.now)


def _type_in(prompt: str) -> str:
    try:
        return getpass.getpass(prompt)
    except (NotImplementedError, EOFError):
        # A notebook that is run without anybody in front of it: nothing was typed.
        return ""
