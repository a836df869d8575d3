"""
Act on many numbers: several at once, each through the same steps as a single one, until stopped.

The journal says where each number stands, not the memory of a process.  So a run that was stopped, killed or cut off
from the network continues where it was, in any window.  No number gets a second request.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from threading import Event, Lock

from helpers.actions.outcome import Settled, worth_waiting_for
from helpers.core.advice import for_a_plan
from helpers.core.errors import JournalBroken, JournalUnwritable, KitError, NothingChanged, NothingSent, OutcomeUnknown
from helpers.core.reasons import Reason
from helpers.core.records import PlanAct
from helpers.decisions.session import Session
from helpers.journal.entries import Entry
from helpers.journal.states import Act, State
from helpers.plans.plan import Item, Plan

#: The numbers under way at once.  Twilio publishes no limit; the transport slows down where it meets one.
NUMBERS_AT_ONCE = 16
#: This many unclear outcomes or refusals one after the other stop a run.
IN_A_ROW = 3
#: The states of an entry whose request may still be sent: Twilio provably carried out nothing.
_UNSENT = {State.CONFIRMED, State.THROTTLED}


class NoEntry(StrEnum):
    """The state of a number of a plan without a journal entry; tables for programs show the value."""

    NOT_BEGUN = "not begun"
    SET_ASIDE = "set aside"


@dataclass(frozen=True, slots=True)
class Work:
    """One number of a run: to act on, or to look up."""

    sid: str
    phone_number: str
    name: str
    #: The journal accepts each once, from any window.
    entry_id: str
    #: The entry, if there is one before the run.
    entry: Entry | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of one number of a run."""

    work: Work
    #: The state of its journal entry; ``not begun`` without one, ``unknown`` if it cannot be read.
    state: State | NoEntry
    message: str
    entry: Entry | None = None
    #: Why the kit refused the number, as a fact; None where it did not, or where there is only the message.
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class BatchResult:
    """The result of a run."""

    #: The outcome of each number that was begun, by sid.
    outcomes: Mapping[str, Outcome]
    #: Why the run stopped by itself; None if it did not.
    stopped_because: str | None
    #: What failed after the last number, without changing an outcome; None if nothing did.
    also: str | None


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of a run, after one of its numbers."""

    done: int
    whole: int
    outcome: Outcome
    #: The estimated time for the rest, from *at* on.
    left: timedelta
    at: datetime
    #: Why the run stopped by itself; None if it did not.
    stopped_because: str | None
    #: Whether nothing more is sent, and only unclear outcomes are looked up.
    looking: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """The attempts at a number of a plan, and its latest entry, by the journal."""

    attempts: int
    entry: Entry | None

    @property
    def done(self) -> bool:
        """Whether nothing is left to do: the entry is closed, and its request was sent."""
        return self.entry is not None and not self.entry.open and self.entry.state != State.NOT_SENT


def standings(plan: Plan, entries: Iterable[Entry]) -> dict[str, Standing]:
    """Find the entries of a plan's numbers, by sid."""
    ours: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.id.startswith(f"{plan.id}-"):
            ours.setdefault(entry.number_sid, []).append(entry)
    return {
        item.sid: Standing(len(ours.get(item.sid, [])), ours[item.sid][-1] if item.sid in ours else None)
        for item in plan.items
    }


def is_out(entry: Entry | None) -> bool:
    """Tell whether a request may have been sent whose outcome is not known."""
    return entry is not None and entry.open and entry.state not in _UNSENT


def is_of_another_act(plan: Plan, item: Item, entry: Entry | None) -> bool:
    """
    Tell whether an entry whose request may still be sent is of another act than the plan has for the number now.

    The plan's file was edited since: neither may be sent before that entry is closed.
    """
    if entry is None or entry.state not in _UNSENT:
        return False
    act = Act.RELEASE if plan.act == PlanAct.RELEASE else Act.MOVE
    return (entry.act, entry.details.get("target")) != (act, item.target)


def work_on(plan: Plan, item: Item, standing: Standing) -> Work:
    """Make the work on a number of a plan: it goes on with an entry whose request may still be sent, or begins one."""
    is_unsent = standing.entry is not None and standing.entry.state in _UNSENT
    begun = standing.entry if is_unsent and not is_of_another_act(plan, item, standing.entry) else None
    name = begun.id if begun else f"{plan.id}-{item.sid}-{standing.attempts + 1}"
    return Work(item.sid, item.phone_number, item.name, name, begun)


def look_up(entry: Entry) -> Work:
    """Make the work that only looks up the outcome of an open entry."""
    name = entry.number.friendly_name if entry.number else ""
    return Work(entry.number_sid, entry.phone_number, name, entry.id, entry)


def _outcome(work: Work, settled: Settled) -> Outcome:
    return Outcome(work, settled.entry.state, for_a_plan(settled.message, settled.advice), settled.entry)


class Batch:
    """
    One run over many numbers.

    Args:
        going: The numbers to act on, in order.

        out: The numbers of which an earlier run sent a request without a known outcome.  They are looked up last: by
            then their quarantine is over.

        on_number: Acts on one number; gets a function that returns whether the run was stopped.

        on_open_entry: Looks up the outcome of an open entry.

        on_progress: Receives the progress after each number; called from several threads, one at a time.
    """

    def __init__(
        self,
        session: Session,
        *,
        going: Collection[Work],
        out: Collection[Work],
        on_number: Callable[[Work, Callable[[], bool]], Settled],
        on_open_entry: Callable[[Entry], Settled],
        stop: Event,
        on_progress: Callable[[Progress], None],
    ) -> None:
        self._going, self._out, self._on_number, self._on_open_entry = going, out, on_number, on_open_entry
        self._journal, self._clock, self._pause = session.journal, session.clock, session.pause
        self._stop, self._on_progress = stop, on_progress
        self._line = Lock()
        self._bad = 0
        self._went_well = False
        self._done = 0
        self._outcomes: dict[str, Outcome] = {}
        self._stopped_because: str | None = None
        self._also: str | None = None

    def go(self) -> BatchResult:
        """
        Act on the numbers until the last, or until the run is stopped.

        After a stop no request leaves; the outcomes of earlier requests are still looked up.
        """
        self._started, self._whole = self._clock(), len(self._going) + len(self._out)
        queue = iter(self._going)
        # One by one until the first success: if all are refused, three are enough to know it.
        self._take_from(queue, until_one_goes=True)
        with ThreadPoolExecutor(NUMBERS_AT_ONCE) as side_by_side:
            for taker in [side_by_side.submit(self._take_from, queue) for _ in range(NUMBERS_AT_ONCE)]:
                taker.result()
        unclear = [outcome.work for outcome in self._outcomes.values() if is_out(outcome.entry)]
        self._settle_all([*unclear, *self._out])
        return BatchResult(self._outcomes, self._stopped_because, self._also)

    def _take_from(self, queue: Iterator[Work], *, until_one_goes: bool = False) -> None:
        while not (until_one_goes and self._went_well):
            with self._line:
                work = None if self._stopped() else next(queue, None)
            if work is None:
                return
            try:
                self._add(self._one(work))
            except Exception as bug:
                # The caller shows the failure; the other threads have to stop.
                with self._line:
                    self._stopped_because = f"The kit itself failed at {work.phone_number} ({type(bug).__name__})."
                raise

    def _stopped(self) -> bool:
        return self._stop.is_set() or self._stopped_because is not None

    def _one(self, work: Work) -> Outcome:
        try:
            settled = self._on_number(work, self._stopped)
        except KitError as failure:
            entry, state = self._written(work.entry_id, failure)
            with self._line:
                self._count(failure, entry)
            why = failure.reason if isinstance(failure, NothingSent) else None
            return Outcome(work, state, for_a_plan(failure.message, failure.advice), entry, why)
        with self._line:
            self._count(None, settled.entry)
        return _outcome(work, settled)

    def _written(self, name: str, failure: KitError) -> tuple[Entry | None, State | NoEntry]:
        try:
            entry = self._journal.find(name)
        except KitError:
            # If the entry cannot be read, only the failure itself can prove that nothing was done.
            return None, NoEntry.NOT_BEGUN if isinstance(failure, NothingSent | NothingChanged) else State.UNKNOWN
        return entry, entry.state if entry else NoEntry.NOT_BEGUN

    def _count(self, failure: KitError | None, entry: Entry | None) -> None:
        """Stop the run if several numbers fail one after the other, or if the journal cannot be written."""
        if isinstance(failure, JournalUnwritable | JournalBroken | OutcomeUnknown):
            self._stopped_because = self._stopped_because or str(failure)
        elif isinstance(failure, NothingChanged) or (entry is not None and entry.open):
            self._bad += 1
            if self._bad >= IN_A_ROW and self._stopped_because is None:
                last = str(failure) if failure else f"{entry.phone_number if entry else ''}: no clear answer came."
                self._stopped_because = f"{IN_A_ROW} in a row were refused or had no clear outcome. The last: {last}"
        elif failure is None:
            self._bad, self._went_well = 0, True

    def _add(self, outcome: Outcome, *, looking: bool = False) -> None:
        with self._line:
            self._outcomes[outcome.work.sid] = outcome
            self._done += 1
            each = (self._clock() - self._started) / self._done
            rest = 0 if self._stopped() else self._whole - self._done
            self._report(outcome, left=each * rest, looking=looking)

    def _report(self, outcome: Outcome, *, left: timedelta = timedelta(), looking: bool = False) -> None:
        because = self._stopped_because
        self._on_progress(
            Progress(self._done, self._whole, outcome, left, self._clock(), because, looking or bool(because))
        )

    # -- requests without a known outcome --------------------------------------------------------

    def _settle_all(self, works: Collection[Work]) -> None:
        """Look up the numbers whose outcome is not known; wait for the end of the quarantine where that is needed."""
        try:
            entries = {work.sid: self._journal.find(work.entry_id) for work in works}
        except KitError as failure:
            # The known outcomes stay as they are.
            which = ", ".join(work.phone_number for work in works)
            self._also = f"What became of these could not be looked up after the run: {which}. {failure}"
            return
        for work in works:
            entry = entries[work.sid]
            # Its request was followed by a look at once: after a stop, nobody waits for another one at each number.
            if entry is None or (self._stop.is_set() and work.sid in self._outcomes):
                continue
            settled = self._look_up(entry)
            if settled.entry.open:
                # Without a message, nothing would seem to happen for a minute.
                waiting = _outcome(work, settled)
                with self._line:
                    left = worth_waiting_for(settled.entry) - self._clock()
                    self._report(waiting, left=max(left, timedelta()), looking=True)
            until = worth_waiting_for(settled.entry)
            while settled.entry.open and not self._stop.is_set() and self._clock() < until:
                self._pause(1.0)
                if self._clock() >= until:
                    settled = self._look_up(settled.entry)
            again = work.sid in self._outcomes
            outcome = _outcome(work, settled)
            if again:
                with self._line:
                    self._outcomes[work.sid] = outcome
                    self._report(outcome, looking=True)
            else:
                self._add(outcome, looking=True)

    def _look_up(self, entry: Entry) -> Settled:
        try:
            return self._on_open_entry(entry)
        except KitError as failure:
            return Settled(entry, failure.message, failure.advice)
