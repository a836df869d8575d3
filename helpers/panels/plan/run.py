"""The last steps of a plan: check every number again, type the sentence, watch it run, stop it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from threading import Event, Lock

import ipywidgets as widgets

from helpers.core.dates import how_long
from helpers.core.records import RELEASING
from helpers.panels.plan.text import running
from helpers.panels.shared.html import SPACE_BAR, count, message
from helpers.panels.shared.panel import Latch, guarded
from helpers.panels.shared.progress import StopBar
from helpers.plans.batch import Progress
from helpers.plans.clearance import Checked
from helpers.plans.plan import Plan
from helpers.plans.report import why_aside

_NOT_CHECKED = "Not checked yet. The check says which of its numbers may go, and sends nothing that changes anything."
_STOPPING = "Stopping: nothing more is sent, and what had left is followed to its end."
_LOOKING = "Nothing more is sent; what had no clear answer is looked up."
_STOP, _STOP_WAITING = "Stop before the next number", "Stop waiting"
#: So many numbers are shown one by one, and after them as many at a time.
FEW = 10


@dataclass(frozen=True)
class Go:
    """What one press of the red button is about."""

    checked: Checked
    typed: str
    accounts_typed: str


class PlanRun(widgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """
    The button that checks, the field for the plan's sentence, the button that runs, and what is heard of it.

    Args:
        check: Is told that every number is to be looked at again.

        refused: Says why a plan may not run by such a press; None where it may.

        stops: Says what stands against it, whatever is typed; None for nothing.

        go: Is told what was confirmed, once for each confirmation.

        fail: Is told what goes wrong.
    """

    def __init__(
        self,
        *,
        check: Callable[[], None],
        refused: Callable[[Go], str | None],
        stops: Callable[[Checked], str | None],
        go: Callable[[Go], None],
        fail: Callable[[Exception], None],
    ) -> None:
        self._check, self._refused, self._stops, self._go, self.fail = check, refused, stops, go, fail
        self._checked: Checked | None = None
        self._latch: Latch[Go] = Latch()
        self._heard: list[Progress] = []
        self._whole, self._under_way = 0, False
        self._drawing = Lock()
        self.check = widgets.Button(description="Check every number again", icon="search", disabled=True)
        self.check.add_class("desk-primary")
        self.found = widgets.HTML()
        self.found.add_class("desk-place")
        self.accounts_typed = widgets.Text(description="Type the names of the accounts that look like production")
        self.typed = widgets.Text(description="Type what is to be done", disabled=True)
        self.confirm = widgets.Button(description="Yes, do it", icon="trash", disabled=True)
        self.confirm.add_class("desk-danger")
        self._waits = widgets.HTML()
        self._watch = StopBar(tooltip="How far the run is", stop=_STOP, stopping=_STOPPING, on_failure=fail)
        self.bar, self.stop, self.told = self._watch.children
        # Wide enough for either of its two texts, so that nothing moves under the mouse.
        self.stop.layout.min_width = "290px"
        self.lines = widgets.HTML()
        self._watch.layout.display = "none"
        super().__init__(
            [
                self.check,
                self.found,
                self.accounts_typed,
                self.typed,
                self.confirm,
                self._waits,
                self._watch,
                self.lines,
            ]
        )
        self.check.on_click(self._check_pressed)
        self.typed.observe(self._typed, "value")
        self.accounts_typed.observe(self._typed, "value")
        self.confirm.on_click(self._confirmed)
        self.show(None, asleep=True)

    def turn_to(self, plan: Plan | None) -> None:
        """Turn to a plan that is not checked yet; what was checked or heard before is forgotten."""
        self.forget()
        self.check.disabled = plan is None
        self.show(None, asleep=False)

    def forget(self) -> None:
        """Take away what was heard of the run before."""
        self._heard = []
        self.told.value = self.lines.value = ""
        self._watch.layout.display = "none"

    def show(self, checked: Checked | None, *, asleep: bool) -> None:
        """Show what a check found, and let the sentence be typed where nothing stands against the plan."""
        self._checked = checked
        self.typed.value = self.accounts_typed.value = ""
        against = self._stops(checked) if checked else None
        self.found.value = _found(checked, against) if checked else message(_NOT_CHECKED, "quiet")
        production = bool(checked and checked.production and against is None)
        self.accounts_typed.layout.display = None if production else "none"
        if checked is not None:
            self.typed.placeholder = checked.sentence
            releases = checked.plan.act == RELEASING
            self.confirm.description = f"Yes, {'release' if releases else 'move'} these numbers"
            self.confirm.icon = "trash" if releases else "arrow-right"
        self.typed.disabled = asleep or checked is None or against is not None
        self.arm(asleep=asleep)

    def arm(self, *, asleep: bool) -> None:
        """Wake the button when the sentence is typed; let it sleep while something is under way."""
        checked, typed, accounts = self._checked, self.typed.value, self.accounts_typed.value
        go = Go(checked, typed, accounts) if checked else None
        armed = go is not None and self._refused(go) is None and not asleep
        self._latch.arm(go if armed else None)
        self.confirm.disabled = not armed
        waits = ""
        if checked is not None and not asleep and not self.typed.disabled:
            waits = (
                f"The button does it at once, for all {len(checked.going):,}. {SPACE_BAR}"
                if armed
                else f"The button sleeps until this is typed: {checked.sentence}"
            )
            if not armed and checked.production:
                waits += f", and above it: {', '.join(checked.production)}"
        self._waits.value = message(waits, "quiet")

    # -- while it runs ---------------------------------------------------------------------------

    def begin(self, whole: int) -> Event:
        """Show that a run is under way; the event says when it is to stop."""
        self.forget()
        self._whole, self._under_way = whole, True
        self.bar.max = max(1, whole)
        self._watch.layout.display = None
        return self._watch.begin(f"0 of {whole:,}." if whole else "")

    def hear(self, progress: Progress) -> None:
        """Show what became of one number; may be called from any thread."""
        with self._drawing:
            self._heard.append(progress)
            # A list drawn anew for each of a thousand numbers would be slower than the numbers.
            few = progress.done <= FEW or progress.done % FEW == 0 or progress.done == progress.whole
            if few or progress.looking:
                self._draw(progress.at)

    def draw(self, now: datetime) -> None:
        """Draw what was heard since it was last drawn, and how long the rest takes, while a run is under way."""
        with self._drawing:
            if self._under_way:
                self._draw(now)

    def end(self) -> None:
        """Show that the run is over."""
        with self._drawing:
            self._under_way = False
            if self._heard:
                self._draw(self._heard[-1].at)
            done = len({told.outcome.item.sid for told in self._heard})
            said = f"{done:,} of {self._whole:,} {'was' if done == 1 else 'were'} dealt with." if self._whole else ""
            self.told.value = message(said, "quiet")
            if not self._whole:
                self._watch.layout.display = "none"
        self.stop.disabled, self.stop.description = True, _STOP

    def _draw(self, now: datetime) -> None:
        if not self._heard:
            return
        latest = self._heard[-1]
        self.bar.value = latest.done
        seconds = (latest.at + latest.left - now).total_seconds()
        said = [f"{latest.done:,} of {latest.whole:,}."]
        if latest.looking:
            self.stop.description = _STOP_WAITING
        if self._watch.stopping.is_set():
            said.append(_STOPPING)
        else:
            said += [f"About {how_long(seconds + 1)} left."] if seconds > 0 else []
            said += [_LOOKING] if latest.looking else []
        self.told.value = message(" ".join(said), "waiting")
        self.lines.value = running(self._heard)

    @guarded
    def _check_pressed(self, _: object) -> None:
        self._check()

    @guarded
    def _typed(self, _: object) -> None:
        self.arm(asleep=False)

    @guarded
    def _confirmed(self, _: object) -> None:
        go = self._latch.take()
        self.confirm.disabled = True
        if go is not None:
            self._go(go)


def _found(checked: Checked, against: str | None) -> str:
    said = f"Checked: {count(len(checked.going), 'number')} may go."
    if checked.out:
        said += (
            f" {count(len(checked.out), 'number')} from an earlier run will be looked up, and nothing is sent for them."
        )
    kind = "good"
    if checked.aside:
        kind = "warning"
        said += f" {count(len(checked.aside), 'number is', 'numbers are')} set aside now: "
        said += " ".join(f"{item.phone_number}: {why_aside(item)}" for item in checked.aside[:5])
        said += f" And {len(checked.aside) - 5:,} more; the report names each." if len(checked.aside) > 5 else ""
    return message(said, kind) + (message(against, "bad") if against else "")
