"""The bar of a run over many numbers: how far it is, a button that stops it, and the state of each number."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from textwrap import shorten
from threading import Event, Lock

from helpers.core.dates import how_long
from helpers.panels.shared.columns import KNOWN, Cell, Column, Row
from helpers.panels.shared.html import escape, message, named, phone, plain
from helpers.panels.shared.listing import Listing
from helpers.panels.shared.progress import StopBar
from helpers.panels.shared.state_sign import state_cell
from helpers.plans.batch import NoEntry, Outcome, Progress
from helpers.plans.plan import Item
from helpers.plans.released import ReleasedNumber
from helpers.tables.frames import run_table

_STOPPING = "Stopping: nothing more is sent, and what had left is followed to its end."
_LOOKING = "Nothing more is sent; what had no clear answer is looked up."
_WAITING = "· Waiting"
_STOP, _STOP_WAITING = "Stop before the next number", "Stop waiting"
#: The first numbers of a run are shown one by one, the others in groups of this size.
FEW = 10
#: The signs that two lines of a wide column hold on a small screen.
_TWO_LINES = 64
_SHARED = {column.key: column for column in KNOWN}
_WHICH = (replace(_SHARED["phone_number"], least=128, share=1), replace(_SHARED["name"], least=104, share=6))


class RunWatch(StopBar):
    """
    The progress of a run; it stays in sight wherever its panel is scrolled.

    ``lines`` lists the numbers of the run in its order, with their states, until its report takes their place.
    """

    def __init__(self, *, on_failure: Callable[[Exception], None]) -> None:
        super().__init__(label="How far the run is", stop=_STOP, stopping=_STOPPING, on_failure=on_failure)
        self._steps: list[Progress] = []
        self._numbers: dict[str, Item | ReleasedNumber] = {}
        self._latest: dict[str, Outcome] = {}
        self._under_way = False
        self._drawing = Lock()
        # Wide enough for either of its two texts, so that nothing moves under the mouse.
        self.stop.layout.min_width = "290px"
        self.lines = Listing("How far each number is", about=self._about, on_failure=on_failure)
        told = Column("what_happened", "What happened", self._told, 240, 8, sorts=False)
        self._columns = (*_WHICH, Column("state", "State", self._state, 128, 2, sorts=False), told)
        self.layout.display = "none"
        self.add_class("desk-stays")

    @property
    def has_run(self) -> bool:
        """Whether the outcomes of a run are shown."""
        return bool(self._steps)

    @property
    def is_running(self) -> bool:
        """Whether a run over numbers is under way."""
        return self._under_way and bool(self._numbers)

    @property
    def concluded(self) -> bool:
        """Whether it says how a run ended."""
        return bool(self.told.value) and not self._under_way

    def forget(self) -> None:
        """Remove the progress of an earlier run."""
        self._steps, self._numbers, self._latest = [], {}, {}
        self.told.value = ""
        self.lines.show(run_table(()), ())
        self.layout.display = "none"

    def start(self, numbers: Sequence[Item | ReleasedNumber] = ()) -> Event:
        """Show that a run over *numbers* is under way, and return the event that stops it."""
        self.forget()
        self._under_way, whole = True, len(numbers)
        self._numbers = {number.sid: number for number in numbers}
        self.lines.show(run_table(numbers), self._columns)
        self.bar.max = max(1, whole)
        for part in (self, self.bar, self.stop):
            part.layout.display = None
        return self.begin(f"0 of {whole:,}." if whole else "")

    def hear(self, progress: Progress) -> None:
        """Show the outcome of one number; any thread may call it."""
        with self._drawing:
            self._steps.append(progress)
            self._latest[progress.outcome.work.sid] = progress.outcome
            # Drawing the list for each of a thousand numbers would take longer than the numbers.
            few = progress.done <= FEW or progress.done % FEW == 0 or progress.done == progress.whole
            if few or progress.looking:
                self._draw(progress.at)

    def draw(self, now: datetime) -> None:
        """While a run is under way, draw the states since the last time, and how long the rest takes."""
        with self._drawing:
            if self._under_way:
                self._draw(now)

    def end(self) -> None:
        """Show that the run is over."""
        with self._drawing:
            self._under_way = False
            # What is left of it is the sentence with which it is concluded.
            self.told.value = ""
            for part in (self, self.bar, self.stop):
                part.layout.display = "none"
        self.stop.disabled, self.stop.description = True, _STOP

    def conclude(self, text: str, kind: str) -> None:
        """Say how the run ended, in place of its bar."""
        self.layout.display = None
        self.told.value = message(text, kind)

    def _draw(self, now: datetime) -> None:
        if not self._steps:
            return
        latest = self._steps[-1]
        self.bar.value = latest.done
        seconds = (latest.at + latest.left - now).total_seconds()
        sentences = [f"{latest.done:,} of {latest.whole:,}."]
        if latest.looking:
            self.stop.description = _STOP_WAITING
        if self.stopping.is_set():
            sentences.append(_STOPPING)
        else:
            sentences += [f"About {how_long(seconds + 1)} left."] if seconds > 0 else []
            sentences += [_LOOKING] if latest.looking else []
        self.told.value = message(" ".join(sentences), "waiting")
        self.lines.refresh(latest.outcome.work.sid)

    def _state(self, row: Row) -> Cell:
        if (outcome := self._latest.get(row["sid"])) is not None:
            return state_cell(outcome.state)
        return {**state_cell(NoEntry.NOT_BEGUN), "text": _WAITING}

    def _told(self, row: Row) -> Cell:
        outcome = self._latest.get(row["sid"])
        whole = plain(outcome.message) if outcome else ""
        # What does not fit into two lines of its column is told of the row that one goes to.
        return {"text": shorten(whole, _TWO_LINES, placeholder=" …"), "title": whole}

    def _about(self, sid: str) -> str:
        number, outcome = self._numbers[sid], self._latest.get(sid)
        told = outcome.message if outcome else "Nothing is sent for it yet."
        return f"<p>{phone(number.phone_number)} {named(number.name)}: {escape(told)}</p>"
