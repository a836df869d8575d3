"""The steps of a plan: which of them is at hand, and the line that is left of one that is done."""

from collections.abc import Callable, Iterable
from enum import IntEnum
from operator import itemgetter
from pathlib import Path

import anywidget
import ipywidgets as widgets
import traitlets

from helpers.core.records import PlanAct
from helpers.panels.plan.report import PlanReport
from helpers.panels.plan.run import PlanRun
from helpers.panels.plan.source import PlanSource
from helpers.panels.plan.text import decided, name_chosen
from helpers.panels.shared.html import escape, step
from helpers.panels.shared.panel import guarded
from helpers.plans.plan import Plan


class Step(IntEnum):
    """A step of a plan; only one is at hand."""

    CHOOSE = 1
    REVIEW = 2
    CHECK = 3
    CONFIRM = 4
    RUN = 5
    REPORT = 6


_NAMES = {
    Step.CHOOSE: "Choose",
    Step.REVIEW: "Review",
    Step.CHECK: "Check",
    Step.CONFIRM: "Confirm",
    Step.RUN: "Release",
    Step.REPORT: "Report",
}


class Stepper(anywidget.AnyWidget):
    """Shows all steps, which of them are done, and which is at hand; keeps that one in sight when it comes."""

    _esm = (Path(__file__).parent / "steps.js").read_text(encoding="utf-8")

    names: traitlets.List[str] = traitlets.List(traitlets.Unicode(), list(_NAMES.values())).tag(sync=True)
    at_hand = traitlets.Int(Step.CHOOSE.value).tag(sync=True)

    def turn(self, at_hand: Step, act: PlanAct) -> None:
        """Show another step as the one at hand."""
        run = _NAMES[Step.RUN] if act == PlanAct.RELEASE else "Move"
        with self.hold_sync():
            self.names = [run if each is Step.RUN else name for each, name in _NAMES.items()]
            self.at_hand = at_hand.value


class StepCard(widgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """
    The card of a step; once the step is done, one line says what was decided, with the button ``change``.

    Args:
        parts: What is in it.

        hides: What the line takes the place of.

        change: The text of the button.

        on_change: Called when the operator goes back to this step.

        on_failure: Receives every failure.
    """

    def __init__(
        self,
        parts: Iterable[widgets.Widget],
        *,
        hides: Iterable[widgets.Widget],
        change: str,
        on_change: Callable[[], None],
        on_failure: Callable[[Exception], None],
    ) -> None:
        self._on_change, self.fail = on_change, on_failure
        self.head, self.line = widgets.HTML(), widgets.HTML()
        self._hides = tuple(hides)
        self.change = widgets.Button(description=change)
        self._done = widgets.HBox([self.line, self.change], layout={"display": "none"})
        self._done.add_class("desk-between")
        super().__init__([self.head, self._done, *parts])
        self.add_class("desk-card")
        self.change.on_click(self._change_pressed)

    def show(self, line: str) -> None:
        """Shrink to a line; without one, show everything."""
        self.line.value = f'<p><b aria-hidden="true">✓</b> {escape(line)}</p>' if line else ""
        parts = [(self._done, bool(line)), *((part, not line) for part in self._hides)]
        # What goes leaves first, or what comes would stand in another place for a moment.
        for part, is_there in sorted(parts, key=itemgetter(1)):
            part.layout.display = None if is_there else "none"
        (self.add_class if line else self.remove_class)("desk-folded")

    @guarded
    def _change_pressed(self, _: object) -> None:
        self._on_change()


class PlanSteps:
    """
    The stepper, and the cards of the steps that shrink.

    Args:
        source: What a plan is chosen with.

        review: What is read and changed of it.

        run: What it is checked and confirmed with.

        report: What became of it.

        on_anew: Called when the operator wants to choose anew.

        on_failure: Receives every failure.
    """

    def __init__(
        self,
        source: PlanSource,
        review: widgets.VBox,
        run: PlanRun,
        report: PlanReport,
        *,
        on_anew: Callable[[], None],
        on_failure: Callable[[Exception], None],
    ) -> None:
        self._run, self._report = run, report
        self.stepper, self._head = Stepper(), widgets.HTML()
        self.choose = StepCard(
            [source], hides=source.folds, change="Start anew", on_change=on_anew, on_failure=on_failure
        )
        self.review = StepCard(
            [review], hides=[review], change="Change", on_change=self._read_again, on_failure=on_failure
        )
        self.check = widgets.VBox([self._head, run])
        self.check.add_class("desk-card")
        self.choose.head.value, self.review.head.value = _head(Step.CHOOSE), _head(Step.REVIEW)

    @property
    def controls(self) -> tuple[widgets.Widget, ...]:
        """The controls that go back to a step."""
        return self.choose.change, self.review.change

    def turn(self, plan: Plan | None, *, checking: bool = False) -> None:
        """Show the step that is at hand, and each step before it as a line."""
        at_hand = Step.CHECK if checking else self._at_hand(plan)
        self.choose.show(name_chosen(plan) if plan else "")
        self.review.layout.display = None if plan else "none"
        self.review.show(decided(plan) if plan and at_hand > Step.CHECK else "")
        asks = plan is not None and (at_hand < Step.RUN or (at_hand is Step.REPORT and self._report.goes_on))
        self.check.layout.display = None if asks else "none"
        self._head.value = _head(at_hand if at_hand is Step.CONFIRM else Step.CHECK)
        # What became of it before stands above the check, and would push that out of sight.
        is_away = at_hand in {Step.CHECK, Step.CONFIRM}
        (self._report.add_class if is_away else self._report.remove_class)("desk-away")
        # Last: the browser looks where it is once the steps before have shrunk.
        self.stepper.turn(at_hand, plan.act if plan else PlanAct.RELEASE)

    def _at_hand(self, plan: Plan | None) -> Step:
        watch = self._run.watch
        if plan is None:
            return Step.CHOOSE
        if watch.is_running:
            return Step.RUN
        if watch.has_run:
            return Step.REPORT
        return Step.CONFIRM if self._run.lets_confirm else Step.REVIEW

    def _read_again(self) -> None:
        self.review.show("")


def _head(each: Step) -> str:
    return step(each, _NAMES[each])
