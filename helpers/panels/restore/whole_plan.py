"""The part of the restore panel that takes a whole plan back: choose it, read what it costs, type it, watch the run."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from datetime import datetime
from typing import Any

import ipywidgets as widgets

from helpers.core.reasons import Request
from helpers.core.typed_text import is_sentence
from helpers.panels.plan.report import PlanReport
from helpers.panels.restore.text import MAY_NOT_BUY, describe_take_back, ended, name_plan
from helpers.panels.shared.html import SPACE_BAR, BannerFacts, message, plain, step
from helpers.panels.shared.panel import Latch, guarded
from helpers.panels.shared.picker import CHOOSE, choose_nothing
from helpers.panels.shared.run_watch import RunWatch
from helpers.plans.batch import BatchResult
from helpers.plans.take_back import ReleasedPlan, TakeBack, TakeBackRunner

_NOTHING = "Choose a plan. Nothing is chosen for you."
_NO_PLAN = "No released plan waits here to be taken back. A plan that you run is listed here for ten days."
_RAN = "A look is good for one run. Choose the plan again to go on."
_BUYING = "Buying the numbers back: each purchase is noted first, sent once, and looked at…"


class WholePlan(widgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """
    Takes back what a plan released.

    ``plan``, ``typed`` and ``confirm`` are its widgets, ``report`` tells of each number, and ``watch`` is the bar of
    the run with Stop, which the panel shows.  One look is valid for one run, and one confirmation for one press.

    Args:
        report: Shows the report of a plan.

        work: Starts work that the operator asked for, unless other work is running.

        tell: Shows a message of a kind.

        on_run: Called after a run: the journal has to be read again.
    """

    def __init__(
        self,
        *,
        place: BannerFacts,
        runs: TakeBackRunner,
        report: PlanReport,
        work: Callable[[Coroutine[Any, Any, None]], None],
        tell: Callable[[str, str], None],
        on_run: Callable[[], Coroutine[Any, Any, None]],
        on_failure: Callable[[Exception], None],
    ) -> None:
        self._may, self._company = place.may, place.account.label
        self._runs, self._work, self._tell = runs, work, tell
        self._on_run, self.fail, self.report = on_run, on_failure, report
        self._plans: dict[str, ReleasedPlan] = {}
        self._is_offering = False
        self._checked: TakeBack | None = None
        self._latch: Latch[tuple[TakeBack, str]] = Latch()
        self.plan = widgets.Dropdown(description="Released plan", options=[CHOOSE])
        self.found = widgets.HTML()
        self.typed = widgets.Text(description="Type what is to be done", disabled=True)
        self.confirm = widgets.Button(description="Yes, buy these numbers back", icon="shopping-cart", disabled=True)
        for name in ("desk-primary", "desk-buys", "desk-watched"):
            self.confirm.add_class(name)
        self.waits = widgets.HTML()
        self.watch = RunWatch(on_failure=on_failure)
        choose = widgets.VBox([widgets.HTML(step(1, "Choose the plan")), self.plan, self.found])
        buttons = widgets.HBox([self.confirm])
        buttons.add_class("desk-buttons")
        confirm = widgets.VBox([widgets.HTML(step(3, "Confirm")), self.typed, self.waits, buttons, self.watch.lines])
        for card in (choose, confirm):
            card.add_class("desk-card")
        super().__init__([choose, self.report, confirm])
        self.plan.observe(self._on_plan, "value")
        self.typed.observe(self._on_typed, "value")
        self.confirm.on_click(self._on_confirm)
        self.clear()
        self.arm(busy=False)

    def offer(self, plans: Iterable[ReleasedPlan]) -> None:
        """Offer the plans of which something can be taken back; none of them is chosen."""
        self._plans = {plan.plan_id: plan for plan in plans}
        self._is_offering = True
        # New options select the first one, "Choose…", and notify the observers.
        self.plan.options = [CHOOSE, *((plain(name_plan(plan)), plan.plan_id) for plan in self._plans.values())]
        choose_nothing(self.plan)
        self._is_offering = False

    def clear(self) -> None:
        """Show nothing of a plan any more: an act on one of its numbers made that untrue."""
        self.watch.forget()
        self._show(None, None)

    def arm(self, *, busy: bool) -> None:
        """Enable the button if the sentence is typed; disable everything while work is under way."""
        checked, typed = self._checked, self.typed.value
        offers = checked.offers if checked else ()
        is_typed = checked is not None and (not offers or is_sentence(typed, checked.sentence))
        is_armed = is_typed and not busy and self._may_buy and bool(offers or (checked and checked.out))
        self._latch.arm((checked, typed) if checked and is_armed else None)
        self.plan.disabled = busy
        self.typed.disabled = busy or not offers
        self.confirm.disabled = not is_armed
        self.confirm.layout.display = None if self._may_buy else "none"
        waits = ""
        if checked and offers and not busy:
            waits = (
                f"The button buys all {len(offers):,} at once. {SPACE_BAR}" if is_armed else f"Type: {checked.sentence}"
            )
        self.waits.value = message(waits if self._may_buy else MAY_NOT_BUY, "quiet")

    @property
    def _may_buy(self) -> bool:
        """Whether the credentials may buy in one of the accounts, as far as is known."""
        accounts = {offer.entry.account_sid for offer in self._checked.offers} if self._checked else set()
        return any(self._may(Request.BUY, account) for account in accounts) if accounts else self._may(Request.BUY)

    def draw(self, now: datetime) -> None:
        """Draw how far a run is."""
        self.watch.draw(now)

    def _show(self, plan_id: str | None, checked: TakeBack | None, *, found: str = "") -> None:
        self._checked, self.typed.value = checked, ""
        self.typed.placeholder = checked.sentence if checked else ""
        self.found.value = found or message(_NOTHING if self._plans else _NO_PLAN, "quiet")
        self.report.show(self._runs.report(plan_id) if plan_id else (), plan_id=plan_id or "", company=self._company)

    @guarded
    def _on_plan(self, _: object) -> None:
        if not self._is_offering:
            self.clear()
            if self.plan.value is not None:
                self._work(self._check(self.plan.value))

    async def _check(self, plan_id: str) -> None:
        self._tell("Asking Twilio what these numbers cost today…", "waiting")
        checked = await asyncio.to_thread(self._runs.check, plan_id)
        self._show(plan_id, checked, found=describe_take_back(checked))
        self._tell("", "quiet")

    @guarded
    def _on_typed(self, _: object) -> None:
        self.arm(busy=False)

    @guarded
    def _on_confirm(self, _: object) -> None:
        confirmed = self._latch.take()
        self.confirm.disabled = True
        if confirmed is not None:
            self._work(self._run(*confirmed))

    async def _run(self, checked: TakeBack, typed: str) -> None:
        stop = self.watch.start(len(checked.offers) + len(checked.out))
        self.report.wait()
        self._tell(_BUYING, "waiting")
        ran: BatchResult | None = None
        try:
            ran = await asyncio.to_thread(self._runs.run, checked, typed=typed, stop=stop, on_progress=self.watch.hear)
            text, kind = ended(ran, stopped=stop.is_set())
            self._tell(text, kind)
        except Exception as failure:  # noqa: BLE001  # shown before the journal is read, which may fail too
            self.fail(failure)
        finally:
            self.watch.end()
        if ran is not None:
            self.watch.conclude(text, kind)
        # One look is good for one run.
        self._show(checked.plan_id, None)
        await self._on_run()
        self.found.value = message(_RAN if checked.plan_id in self._plans else "", "quiet")
