"""The bar of a run over many numbers: how far it is, a button that stops it, and the outcome of each number."""

from collections.abc import Callable
from datetime import datetime
from threading import Event, Lock

import ipywidgets as widgets

from helpers.core.dates import how_long
from helpers.panels.shared.html import escape, message, named, phone, table
from helpers.panels.shared.progress import StopBar
from helpers.plans.batch import Outcome, Progress
from helpers.plans.report import name_state

_STOPPING = "Stopping: nothing more is sent, and what had left is followed to its end."
_LOOKING = "Nothing more is sent; what had no clear answer is looked up."
_STOP, _STOP_WAITING = "Stop before the next number", "Stop waiting"
#: The first numbers of a run are shown one by one, the others in groups of this size.
FEW = 10
#: The most outcomes that are listed while a run is under way.
SHOWN = 200


class RunWatch(StopBar):
    """
    The progress of a run; it stays in sight wherever its panel is scrolled.

    ``lines`` lists the outcomes; the panel places it.
    """

    def __init__(self, *, on_failure: Callable[[Exception], None]) -> None:
        super().__init__(label="How far the run is", stop=_STOP, stopping=_STOPPING, on_failure=on_failure)
        self._steps: list[Progress] = []
        self._under_way = False
        self._drawing = Lock()
        # Wide enough for either of its two texts, so that nothing moves under the mouse.
        self.stop.layout.min_width = "290px"
        self.lines = widgets.HTML()
        self.layout.display = "none"
        self.add_class("desk-stays")

    @property
    def has_run(self) -> bool:
        """Whether the outcomes of a run are shown."""
        return bool(self._steps)

    def forget(self) -> None:
        """Remove the progress of an earlier run."""
        self._steps = []
        self.told.value = self.lines.value = ""
        self.layout.display = "none"

    def start(self, whole: int) -> Event:
        """Show that a run is under way, and return the event that stops it."""
        self.forget()
        self._under_way = True
        self.bar.max = max(1, whole)
        for part in (self, self.bar, self.stop):
            part.layout.display = None
        return self.begin(f"0 of {whole:,}." if whole else "")

    def hear(self, progress: Progress) -> None:
        """Show the outcome of one number; any thread may call it."""
        with self._drawing:
            self._steps.append(progress)
            # Drawing the list for each of a thousand numbers would take longer than the numbers.
            few = progress.done <= FEW or progress.done % FEW == 0 or progress.done == progress.whole
            if few or progress.looking:
                self._draw(progress.at)

    def draw(self, now: datetime) -> None:
        """While a run is under way, draw the outcomes since the last time, and how long the rest takes."""
        with self._drawing:
            if self._under_way:
                self._draw(now)

    def end(self) -> None:
        """Show that the run is over."""
        with self._drawing:
            self._under_way = False
            if self._steps:
                self._draw(self._steps[-1].at)
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
        self.lines.value = running(self._steps)


def running(steps: list[Progress]) -> str:
    """Show the latest outcome of each number, the newest first."""
    latest: dict[str, Outcome] = {}
    for step in steps:
        latest.pop(step.outcome.work.sid, None)
        latest[step.outcome.work.sid] = step.outcome
    rows = [
        (
            f"{phone(outcome.work.phone_number)} {named(outcome.work.name)}",
            escape(name_state(outcome.state)),
            escape(outcome.message),
        )
        for outcome in reversed(list(latest.values())[-SHOWN:])
    ]
    return table(("Number", "State", "What happened"), rows) if rows else ""
