"""The desk that a notebook holds: it connects all parts of the kit, with the real clock and real randomness."""

import random
import secrets
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from threading import Event

from IPython.display import display

from helpers.actions.actions import Actions
from helpers.actions.reconcile import LateRequests
from helpers.core.errors import KitError
from helpers.core.records import RECLAIM_WINDOW, Decision, Number, Reach
from helpers.decisions.due import explain_due, list_due
from helpers.decisions.inventory_keeper import InventoryKeeper
from helpers.decisions.judge import Judge
from helpers.decisions.protection import Protection
from helpers.decisions.session import Session, Sight, name_operator
from helpers.evidence.inventory import Inventory
from helpers.evidence.look_back import write_look_back
from helpers.gateway.at_once import recall_at_once
from helpers.gateway.credentials import Connection, from_environment, working_folder
from helpers.gateway.gateway import Gateway
from helpers.gateway.simulator_client import SimulatorClient
from helpers.gateway.transport import Transport
from helpers.gateway.visibility import account_of
from helpers.journal.entries import Entry
from helpers.journal.journal import Journal
from helpers.panels.home.panel import HomePanel
from helpers.panels.inventory.panel import InventoryPanel
from helpers.panels.inventory.selection import PLAN, hand_over, read_selection, take_handed_over
from helpers.panels.journal import JournalPanel
from helpers.panels.plan.panel import PlanPanel
from helpers.panels.protection import ProtectionPanel
from helpers.panels.release.panel import ReleasePanel
from helpers.panels.restore.panel import LISTED, RestorePanel
from helpers.panels.shared.html import Note, banner, banner_facts
from helpers.plans.planner import Planner
from helpers.plans.recheck import Recheck
from helpers.plans.runner import PlanRunner
from helpers.plans.take_back import TakeBackRunner
from helpers.tables.about import describe, describe_coverage, describe_effort
from helpers.tables.evidence_view import EvidenceView
from helpers.tables.frames import (
    accounts_table,
    changes_table,
    due_table,
    journal_table,
    numbers_table,
    story_table,
    with_decimals,
)
from helpers.tables.report.files import FORMS, ReportWritten
from helpers.tables.report.reporter import make_and_write, read_month
from helpers.tables.report.words import describe_dates
from helpers.tables.shown_frame import ShownFrame
from helpers.tables.story import describe_latest


class Desk:
    """
    The operator's desk: tables to look at, panels to act with.

    Args:
        memory, files: The folders for the evidence about numbers, and for plans, exports and reports.

        protected: The file of protections of an earlier version, which is taken over where it is there.

        clock: Returns the current time in UTC, of this machine or of the practice world.
    """

    def __init__(
        self,
        connection: Connection,
        journal: Journal,
        *,
        memory: Path,
        files: Path,
        protected: Path,
        clock: Callable[[], datetime],
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        learned = files / f"at_once-{connection.account_sid}.json"
        transport = Transport(
            origin=connection.origin,
            clock=time.monotonic,
            sleep=pause,
            jitter=random.random,
            wall=clock,
            at_once=recall_at_once(learned, from_environment(), now=partial(datetime.now, UTC)),
        )
        gateway = Gateway(connection, transport)

        def now() -> datetime:
            # With a wrong clock, every number would look quiet and the ten days would look over.
            return clock() + transport.ahead

        #: The operator, the connection to Twilio, the journal and the clock.
        self.session = session = Session(
            gateway,
            journal,
            Protection(protected, journal.notes, now),
            Sight(gateway),
            name_operator(),
            clock=now,
            pause=pause,
            one_time_id=secrets.token_hex,
        )
        self._memory = memory
        self._inventories = InventoryKeeper(session, folder=memory)
        self._judge = Judge(session, memory=memory)
        self._evidence = EvidenceView(session, self._judge, self._inventories, memory=memory)
        #: The actions that panels may call.
        self.acts = Actions(session, on_change=self._changed)
        recheck = Recheck(session, self._judge)
        #: Makes plans for many numbers at once; ``plan_runs`` runs them.
        self.plans = Planner(
            session,
            recheck,
            quiet=self._evidence.quiet,
            folder=files / "plans",
            earlier=working_folder() / "plans",  # where 0.1.0 kept them
        )
        self._exports, self._reports = files / "exports", files / "reports"
        self.plan_runs = PlanRunner(session, recheck, self.acts)
        journal.begin_verifying()
        with suppress(KitError, UnicodeError):
            # Where it cannot be, the file still counts, and the panel of protections says why.
            session.protection.take_over()
        self._late = LateRequests(session, settle=self.acts.check_again)
        self._banner = partial(banner_facts, session, self._late.sentences)

    def _changed(self, account_sids: Iterable[str] | None) -> None:
        sids = None if account_sids is None else tuple(account_sids)
        self._inventories.changed(sids)
        self._judge.changed(sids)

    def __repr__(self) -> str:
        return f"<Desk: {'LIVE' if self.session.live else 'practice'}, {self.reach.account.friendly_name}>"

    def _repr_html_(self) -> str:
        return banner(self._banner())

    @property
    def reach(self) -> Reach:
        """The account of the credentials, and the accounts that they can see."""
        return self.session.reach

    @property
    def practice(self) -> SimulatorClient:
        """The practice Twilio, to set its clock and its faults."""
        simulator = self.session.gateway.connection.simulator
        if simulator is None:
            raise AttributeError("This desk is LIVE: there is no practice Twilio behind it.")
        return simulator

    # -- reading ---------------------------------------------------------------------------------

    def accounts(self) -> ShownFrame:
        """Show one row per account."""
        inventory = self.inventory()
        _say(describe_coverage(inventory.coverage), describe_effort(inventory.coverage))
        return ShownFrame(accounts_table(inventory))

    def numbers(self) -> ShownFrame:
        """Show one row per number over all accounts; ``twilio_status`` is Twilio's, and says nothing of its use."""
        inventory = self.inventory()
        _say(describe_coverage(inventory.coverage), describe_effort(inventory.coverage))
        return ShownFrame(numbers_table(inventory))

    def inventory(self, *, again: bool = False, stop: Event | None = None) -> Inventory:
        """Read all accounts and their numbers once; with *again*, another time; see ``InventoryKeeper.inventory``."""
        return self._inventories.inventory(again=again, stop=stop)

    def journal(self) -> ShownFrame:
        """Show all journal entries: open ones first, then the newest."""
        return ShownFrame(journal_table(self.session.journal.each_entry(), now=self.session.clock()))

    def story(self) -> ShownFrame:
        """Show the latest journal entry step by step."""
        latest = self.session.journal.latest()
        _say(describe_latest(latest))
        return ShownFrame(story_table(latest))

    def entries(self) -> list[Entry]:
        """Read all journal entries, oldest first."""
        return self.session.journal.entries()

    # -- judging ---------------------------------------------------------------------------------

    def decide(self, number: Number) -> Decision:
        """
        Read a number's current state and judge whether it may be released.

        Raises:
            NotThere: The number is no longer in its account.
            CannotRead: Twilio could not be read, or the account is not one that the desk knows.
        """
        return self._judge.decide(number, account_of(number, self.session.accounts))

    def evidence(self, *, days: int | None = None) -> ShownFrame:
        """Show a row per number with the kept evidence of so many days; None for the days chosen in the inventory."""
        table = self._evidence.known(days or self._evidence.look_back)
        _say(describe(table.about))
        return ShownFrame(with_decimals(table.frame))

    def due(self) -> ShownFrame:
        """Show the week ahead: quiet numbers that will be billed, released ones to take back, and those at risk."""
        quiet, now = self._evidence.quiet(), self.session.clock()
        entries = self.session.journal.entries_since(now - RECLAIM_WINDOW)
        rows = list_due(quiet.numbers, entries, quiet.at_risk, now=now)
        if explanation := explain_due(quiet, rows, numbers=len(self.inventory().numbers), now=now):
            _say(explanation)
        return ShownFrame(due_table(rows))

    def changes(self, *, days: int | None = None, since: datetime | None = None) -> ShownFrame:
        """
        Show one row per change between the last check and an earlier one; asks Twilio for nothing.

        Args:
            days: The days that the checks looked back; None for those that were chosen last.

            since: The moment; the newest check until then counts.  None for about a month ago.
        """
        found = self._evidence.compare(days or self._evidence.look_back, since=since)
        _say(describe_dates(found))
        return ShownFrame(changes_table(found.changes if found else ()))

    def report(
        self,
        *,
        days: int | None = None,
        folder: Path | None = None,
        forms: Iterable[str] = FORMS,
        again: bool = True,
    ) -> ReportWritten:
        """Look at every number *again* if so, and write a report into files; see ``reporter.make_and_write``."""
        to, days = folder or self._reports, days or self._evidence.look_back
        return make_and_write(self.session, self._evidence, days=days, folder=to, forms=forms, again=again)

    # -- acting ----------------------------------------------------------------------------------

    def inventory_panel(self, *, days: int | None = None) -> InventoryPanel:
        """
        Show the grid of all numbers with their evidence.  Exports go to the kit's data folder.

        Args:
            days: How many days to look back, as if they were chosen in the panel; None for those chosen last.
        """
        if days is not None:
            write_look_back(self._memory, days)
        return InventoryPanel(
            place=self._banner,
            look_back=days or self._evidence.look_back,
            table=partial(self._evidence.known, watched=True),
            so_far=self._evidence.so_far,
            evidence=self._evidence.find_out,
            compare=self._evidence.compare,
            looks=self._evidence.looks,
            history=self.session.journal.entries_about,
            protection=self.session.protection,
            who=self.session.who,
            memory=self._memory,
            folder=self._exports,
            clock=self.session.clock,
        )

    def home_panel(self) -> HomePanel:
        """Show what could be saved and what needs attention, as far as it is known.  Showing it reads no logs."""
        journal, clock, evidence = self.session.journal, self.session.clock, self._evidence
        return HomePanel(
            place=self._banner,
            look_back=lambda: evidence.look_back,
            table=evidence.known,
            evidence=evidence.find_out,
            report=lambda days: self.report(days=days, again=False),
            month=partial(read_month, evidence),
            still_open=journal.open_entries,
            recent=lambda: journal.entries_since(clock() - RECLAIM_WINDOW),
            version=lambda: (journal.latest(), evidence.version()),
            clock=clock,
        )

    def release_panel(self) -> ReleasePanel:
        """Show the panel that releases one number.  Showing it changes nothing at Twilio."""
        return ReleasePanel(
            place=self._banner,
            inventory=self.inventory,
            read_selection=partial(read_selection, self._memory),
            take_handed_over=partial(take_handed_over, self._memory),
            decide=self.decide,
            release=self.acts.release,
            unregister=self.acts.unregister,
            settle=self.acts.settle,
            clock=self.session.clock,
            one_time_id=self.session.one_time_id,
        )

    def rehearsal(self) -> ReleasePanel | None:
        """Show the release panel on a practice desk; a LIVE desk names the notebook for releases instead."""
        if self.session.live:
            _say("This desk is LIVE, so nothing is tried out here. 02_release.ipynb releases a number.")
            return None
        return self.release_panel()

    def plan_panel(self) -> PlanPanel:
        """Show the panel that releases or moves many numbers by a plan.  Showing it changes nothing at Twilio."""
        return PlanPanel(
            place=self._banner,
            plans=self.plans,
            runs=self.plan_runs,
            inventory=self.inventory,
            read_selection=lambda: read_selection(self._memory),
            hand_over=partial(hand_over, self._memory, of=PLAN),
            folder=self._exports,
            clock=self.session.clock,
        )

    def protection_panel(self) -> ProtectionPanel:
        """Show the panel that lists, adds and removes protections."""
        return ProtectionPanel(
            place=self._banner,
            protection=self.session.protection,
            inventory=self.inventory,
            who=self.session.who,
            clock=self.session.clock,
        )

    def restore_panel(self) -> RestorePanel:
        """Show the panel that buys released numbers back, with the time left.  Showing it changes nothing at Twilio."""
        journal, clock = self.session.journal, self.session.clock
        return RestorePanel(
            place=self._banner,
            left=lambda: journal.left(since=clock() - RECLAIM_WINDOW, newest=LISTED),
            about=journal.entries_about,
            price=self._judge.fetch_price,
            restore=self.acts.restore,
            look=self.acts.find_reclaimed,
            settle=self.acts.settle,
            take_handed_over=partial(take_handed_over, self._memory, of=PLAN),
            take_back=TakeBackRunner(self.session, self.acts, price=self._judge.fetch_price_of_today),
            folder=self._exports,
            clock=clock,
        )

    def journal_panel(self) -> JournalPanel:
        """Show the journal, with a button that checks and closes each open entry.  Showing it changes nothing."""
        session = self.session
        return JournalPanel(
            place=self._banner,
            open_entries=session.journal.open_entries,
            closed_entries=session.journal.closed_entries,
            search=session.journal.search,
            settle=self.acts.settle,
            behind=lambda: session.journal.behind,
            accept=lambda typed: session.journal.accept(who=session.who, typed=typed, at=session.clock()),
            clock=session.clock,
        )


def _say(text: str, details: str = "") -> None:
    display(Note(text, details))  # type: ignore[no-untyped-call]  # IPython has no types
