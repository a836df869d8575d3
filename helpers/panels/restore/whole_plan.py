"""The part of the restore panel that takes a whole plan back: choose it, read what it costs, type it, watch the run."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from helpers.core.typed_text import is_sentence
from helpers.panels.plan.report import PlanReport
from helpers.panels.plan.text import told_apart
from helpers.panels.restore.text import describe_take_back, ended, name_released
from helpers.panels.shared.html import SPACE_BAR, message, step
from helpers.panels.shared.panel import Latch, guarded
from helpers.panels.shared.picker import CHOOSE, choose_nothing
from helpers.panels.shared.run_watch import RunWatch
from helpers.plans.batch import BatchResult
from helpers.plans.released import ReleasedPlan, released_in
from helpers.plans.report import ReportLine
from helpers.plans.take_back import TakeBack, TakeBackRunner

_NOTHING = "Choose a plan. Nothing is chosen for you."
_NO_PLAN = "No released plan waits here to be taken back. A plan that you run is listed here for ten days."
_ASKING = "Asking Twilio what these numbers cost today…"
_AGAIN = "Some of this plan can still be taken back. Choose it again to go on."
_BUYING = "The numbers are being bought back: each purchase is noted first, sent once, and looked at…"
_BUY, _LOOK_UP = ("Yes, buy these numbers back", "shopping-cart"), ("Check the earlier purchases", "search")


class WholePlan(widgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """
    Takes back what a plan released.

    ``plan``, ``typed`` and ``confirm`` are its widgets, ``report`` tells of each number, and ``watch`` is the bar of
    the run with Stop, which the panel shows.  One look is valid for one run, and one confirmation for one press.

    Args:
        take_handed_over: Returns the id of a plan that its report handed over, once; it is offered first.

        folder: The folder for reports.

        work: Starts work that the operator asked for, unless other work is running.

        under_way: Returns whether work is running, and says that the latest input was ignored if so.

        standing: Keeps the last message while something is done that may fail as well.

        tell: Shows a message of a kind.

        on_run: Called after a run: the journal has to be read again.
    """

    def __init__(
        self,
        *,
        runs: TakeBackRunner,
        take_handed_over: Callable[[], str],
        folder: Path,
        clock: Callable[[], datetime],
        work: Callable[[Coroutine[Any, Any, None]], None],
        under_way: Callable[[], bool],
        standing: Callable[[], AbstractContextManager[None]],
        tell: Callable[[str, str], None],
        on_run: Callable[[], Coroutine[Any, Any, None]],
        on_failure: Callable[[Exception], None],
    ) -> None:
        self._runs, self._work, self._under_way, self._standing = runs, work, under_way, standing
        self._tell, self._on_run, self.fail = tell, on_run, on_failure
        self._take_handed_over, self._first = take_handed_over, ""
        self._plans: dict[str, ReleasedPlan] = {}
        self._shown: ReleasedPlan | None = None
        self._checked: TakeBack | None = None
        self._busy = self._is_choosing = False
        self._latch: Latch[tuple[ReleasedPlan, TakeBack, str]] = Latch()
        self.plan = widgets.Dropdown(description="Released plan", options=[CHOOSE]).add_class("desk-wide")
        self.found = widgets.HTML()
        self.typed = widgets.Text(description="Type what is to be done", disabled=True)
        self.confirm = widgets.Button(description="Yes, buy these numbers back", icon="shopping-cart", disabled=True)
        for name in ("desk-primary", "desk-watched"):
            self.confirm.add_class(name)
        self.waits = widgets.HTML()
        self.watch = RunWatch(on_failure=on_failure)
        self.report = PlanReport(watch=self.watch, folder=folder, clock=clock, on_failure=on_failure)
        choose = widgets.VBox([widgets.HTML(step(1, "Choose the plan")), self.plan, self.found])
        buttons = widgets.HBox([self.confirm])
        buttons.add_class("desk-buttons")
        confirm = widgets.VBox([widgets.HTML(step(3, "Confirm")), self.typed, self.waits, buttons])
        for card in (choose, confirm):
            card.add_class("desk-card")
        super().__init__([choose, self.report, confirm])
        self.plan.observe(self._on_plan, "value")
        self.typed.observe(self._on_typed, "value")
        self.confirm.on_click(self._on_confirm)
        self.clear()
        self.arm(busy=False)

    def offer(self, plans: Iterable[ReleasedPlan]) -> None:
        """Offer the plans of which something can be taken back; the chosen one stays chosen if it is among them."""
        self._plans = {plan.id: plan for plan in plans}
        was = self.plan.value
        self._choose(was if was in self._plans else None)
        if self.plan.value != was:
            self.clear()

    def take_handed_over(self) -> bool:
        """Take the plan that was handed over meanwhile, to be offered first; not where another one is chosen."""
        taken = self._take_handed_over() if self._shown is None else ""
        self._first = taken or self._first
        return bool(taken)

    def _choose(self, plan_id: str | None) -> None:
        self._is_choosing = True
        # New options select the first one, "Choose…", and notify the observers.
        plans = sorted(self._plans.values(), key=lambda plan: plan.id != self._first)
        every = ((name_released(plan), plan.id[:8], plan.id) for plan in plans)
        self.plan.options = [CHOOSE, *told_apart(every)]
        if plan_id is None:
            choose_nothing(self.plan)
        else:
            self.plan.value = plan_id
        self._is_choosing = False

    def clear(self) -> None:
        """Choose no plan, and show nothing of one any more."""
        self._choose(None)
        self.watch.forget()
        self._show(None, None, ())

    def arm(self, *, busy: bool) -> None:
        """Enable the button if the sentence is typed; disable everything while work is under way."""
        self._busy, plan, checked, typed = busy, self._shown, self._checked, self.typed.value
        offers = checked.offers if checked else ()
        armed = None
        if plan and checked and not busy and (is_sentence(typed, checked.sentence) if offers else checked.out):
            armed = plan, checked, typed
        self._latch.arm(armed)
        self.plan.disabled = busy
        self.typed.disabled = busy or not offers
        self.confirm.disabled = armed is None
        buys = not checked or bool(offers or not checked.out)
        self.confirm.description, self.confirm.icon = _BUY if buys else _LOOK_UP
        (self.confirm.add_class if buys else self.confirm.remove_class)("desk-buys")
        waits = ""
        if checked and not busy:
            waits = "" if buys else "Nothing is bought: Twilio is asked what became of the earlier purchases."
            if offers:
                waits = f"The button buys all {len(offers):,} at once." if armed else f"Type: {checked.sentence}"
            waits = f"{waits} {SPACE_BAR}" if armed else waits
        self.waits.value = message(waits, "quiet")

    def draw(self, now: datetime) -> None:
        """Draw how far a run is."""
        self.watch.draw(now)

    def _show(
        self,
        plan: ReleasedPlan | None,
        checked: TakeBack | None,
        lines: tuple[ReportLine, ...],
        *,
        found: str | None = None,
    ) -> None:
        self._shown, self._checked, self.typed.value = plan, checked, ""
        self.typed.placeholder = checked.sentence if checked else ""
        self.found.value = message(_NOTHING if self._plans else _NO_PLAN, "quiet") if found is None else found
        self.report.show(plan, lines)

    @guarded
    def _on_plan(self, _: object) -> None:
        if self._is_choosing:
            return
        if self._under_way():
            self._choose(self._shown.id if self._shown else None)
            return
        plan = self._plans.get(self.plan.value)
        if plan is None:
            self.clear()
        else:
            self._work(self._check(plan))

    async def _check(self, plan: ReleasedPlan) -> None:
        # Whatever comes of it, nothing of the plan before may stay beside it.
        self.watch.forget()
        self._show(plan, None, (), found=message(_ASKING, "waiting"))
        self._tell("", "quiet")
        try:
            checked = await asyncio.to_thread(self._runs.check, plan.id)
            lines = await asyncio.to_thread(self._runs.report, plan.id)
        except Exception:
            # Choosing the same plan again would otherwise change nothing.
            self.clear()
            raise
        self._show(plan, checked, lines, found=describe_take_back(checked))

    @guarded
    def _on_typed(self, _: object) -> None:
        self.arm(busy=self._busy)

    @guarded
    def _on_confirm(self, _: object) -> None:
        confirmed = self._latch.take()
        self.confirm.disabled = True
        if confirmed is not None:
            self._work(self._run(*confirmed))

    async def _run(self, plan: ReleasedPlan, checked: TakeBack, typed: str) -> None:
        numbers = [released_in(offer.entry, offer.account) for offer in checked.offers]
        stop = self.watch.start([*numbers, *(released_in(entry, "") for entry in checked.out)])
        self.report.wait()
        self._tell(_BUYING, "waiting")
        # One check is good for one run.
        self._checked = None
        ran: BatchResult | None = None
        try:
            ran = await asyncio.to_thread(self._runs.run, checked, typed=typed, stop=stop, on_progress=self.watch.hear)
        except Exception as failure:  # noqa: BLE001  # shown before the journal is read, which may fail too
            self.fail(failure)
        finally:
            self.watch.end()
        lines: tuple[ReportLine, ...] = ()
        failed: Exception | None = None
        try:
            lines = await asyncio.to_thread(self._runs.report, plan.id)
        except Exception as failure:  # noqa: BLE001  # shown below, beside the end of the run
            failed = failure
        end = ended(ran, lines, stopped=stop.is_set()) if ran else None
        if end is not None:
            self._tell(*end)
        with self._standing():
            try:
                # The report of the run stays; what comes next is chosen anew.
                self._choose(None)
                await self._on_run()
            finally:
                again = message(_AGAIN if plan.id in self._plans else "", "quiet")
                self._show(plan, None, lines, found=again)
                if end is not None:
                    self.watch.conclude(*end)
            if failed is not None:
                raise failed
