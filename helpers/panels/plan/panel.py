"""The panel that releases or moves many numbers by a plan: make it, read it, check it, type its sentence, watch it."""

import asyncio
from collections.abc import Callable, Collection
from datetime import date, datetime
from pathlib import Path

import ipywidgets as widgets

from helpers.core.errors import NotRunnable
from helpers.core.permissions import ApiKey
from helpers.core.reasons import Request
from helpers.core.records import Number
from helpers.evidence.inventory import Inventory, ReadInventory
from helpers.panels.plan.criteria import Criteria, GivenList, chosen, nothing_to_plan
from helpers.panels.plan.edit import PlanEdit
from helpers.panels.plan.listed import offer, read_given
from helpers.panels.plan.numbers import PlanNumbers
from helpers.panels.plan.progress import PlanProgress
from helpers.panels.plan.report import PlanReport
from helpers.panels.plan.run import PlanConfirmation, PlanRun
from helpers.panels.plan.source import PlanSource
from helpers.panels.plan.steps import PlanSteps
from helpers.panels.plan.text import ended, overview, stopped_itself
from helpers.panels.shared.html import BannerFacts, count, local
from helpers.panels.shared.panel import Panel, guarded, in_words
from helpers.plans.batch import BatchResult, Progress
from helpers.plans.clearance import Checked
from helpers.plans.edits import Change
from helpers.plans.plan import Plan
from helpers.plans.planner import Planner
from helpers.plans.report import ReportLine, lines_of_run
from helpers.plans.runner import PlanRunner
from helpers.plans.second_person import may_approve

_CLOSED = "The plan is closed. It is kept, and can be opened again."
_NOTHING = "No plan is open. Make one, or open one that was made before; nothing is chosen for you."


class PlanPanel(Panel):
    """
    Release or move many numbers by a plan, by hand or from a cell.

    ``source``, ``look``, ``numbers``, ``edit``, ``run`` and ``report`` hold the widgets of its steps, ``plan`` is the
    open plan, ``path`` its file, ``checked`` the result of the last check, ``said`` the last message, and
    ``await panel.ready()`` waits until no task is running.

    Showing it sends nothing that changes anything.  One confirmation is good for one press.

    Args:
        inventory: Reads all accounts and numbers; slow.

        read_selection: Returns the sids that were ticked in the inventory.

        hand_over: Offers the plan with an id first where plans are taken back.
    """

    def __init__(
        self,
        *,
        place: Callable[[], BannerFacts],
        plans: Planner,
        runs: PlanRunner,
        inventory: ReadInventory,
        read_selection: Callable[[], Collection[str]],
        hand_over: Callable[[str], None],
        folder: Path,
        clock: Callable[[], datetime],
    ) -> None:
        subtitle = "Make a plan, read it, check it, type its sentence, watch it run. Nothing is released before that."
        here = place()
        super().__init__(title="Release many numbers", subtitle=subtitle, place=here, clock=clock)
        self.look = PlanProgress(self._banner, tell=self._tell, on_failure=self.fail)
        self._plans, self._runs, self._inventory, self._read_selection = plans, runs, inventory, read_selection
        self.plan: Plan | None = None
        self.path: Path | None = None
        self.checked: Checked | None = None
        #: Where the button is that was pressed last; None for those of the first step, beside which the banner is.
        self._beside: widgets.HTML | None = None
        self.source = PlanSource(on_make=self._make_pressed, on_open=self._open_pressed, on_failure=self._not_begun)
        self.numbers = PlanNumbers(on_change=self._change)
        self.edit = PlanEdit(
            may_change=lambda account_sid: here.may(Request.CHANGE, account_sid),
            on_change=self._change,
            on_rule=self._rule_turned,
            on_approve=self._approve_pressed,
            on_unregister=self._unregister_pressed,
            on_again=lambda: self._work(self._again(*self._opened())),
            on_failure=self.fail,
        )
        self.run = PlanRun(
            refused=self._refused,
            stops=lambda checked: self._runs.stops(checked, self._opened()[1]),
            owners=self._runs.owners,
            place=here,
            on_check=lambda: self._work(self._check(*self._opened())),
            on_confirm=lambda confirmation, key: self._work(self._run(confirmation, key)),
            on_failure=self.fail,
        )
        self.plan_overview = widgets.HTML()
        self.report = PlanReport(
            watch=self.run.watch, hand_over=hand_over, folder=folder, clock=clock, on_failure=self.fail
        )
        self._lay_out()
        self._show_plan(None, None)
        self._tell(_NOTHING, "quiet")
        self._spawn(self._read())

    def _lay_out(self) -> None:
        self.steps = PlanSteps(
            self.source,
            widgets.VBox([self.plan_overview, self.numbers, self.edit]),
            self.run,
            self.report,
            on_anew=self._anew,
            on_failure=self.fail,
        )
        cards, watch = self.steps, self.run.watch
        self._compose(cards.stepper, cards.choose, self.look, cards.review, watch, self.report, cards.check)

    async def _read(self, *, again: bool = False) -> None:
        inventory = await asyncio.to_thread(self._inventory, again=again)
        accounts = [reading.account for reading in inventory.coverage.readings if reading.numbers]
        self.source.offer(
            selected=len(list(inventory.numbers.get(self._read_selection()))),
            accounts=accounts,
            targets=self._plans.targets(),
            files=self._plans.files(),
        )

    def fail(self, failure: Exception) -> None:
        """Show a failure where the button is that caused it: once."""
        super().fail(failure)
        if self._beside is self.run.refusal:
            self._beside.value, self._banner.value = self._banner.value, ""

    def _tell(self, text: str, kind: str) -> None:
        super()._tell(text, kind)
        if self._beside is self.edit.told and kind != "waiting":
            self._beside.value, self._banner.value = self._banner.value, ""

    def _press(self, beside: widgets.HTML | None) -> None:
        """Note where the pressed button is; what was said beside the one before is over."""
        self.edit.told.value = self.run.refusal.value = ""
        self._beside = beside

    # -- making and opening ----------------------------------------------------------------------

    def _not_begun(self, failure: Exception) -> None:
        """Show why the first step was refused; nothing of the plan before may stay below that."""
        if not self._busy:
            self._show_plan(None, None)
        self.fail(failure)

    @guarded
    def _make_pressed(self, criteria: Criteria) -> None:
        self._work(self._make(criteria))

    async def _make(self, criteria: Criteria) -> None:
        self._show_plan(None, None)
        numbers = criteria.agreed
        if numbers is None:
            self.source.reading.clear()
            self._tell("Reading the accounts…", "waiting")
            inventory = await asyncio.to_thread(self._inventory, again=True)
            if criteria.listed is not None:
                numbers = await self._read_list(criteria.listed, inventory)
            else:
                numbers = tuple(chosen(criteria, inventory, plans=self._plans, selection=self._read_selection()))
        if numbers is None:
            return
        if not numbers:
            raise NotRunnable(nothing_to_plan(criteria))
        with self.look.under_way("Looking at the numbers") as (progress, stop):
            plan, path = await asyncio.to_thread(
                self._plans.make,
                numbers,
                act=criteria.act,
                why=criteria.why,
                grounds=criteria.grounds,
                target=criteria.target,
                progress=progress,
                stop=stop,
            )
        unfit = self.source.reading.unfit
        also = f" {count(unfit, 'line')} of the list could not be taken; see there." if unfit else ""
        self._tell(
            f"The plan is made, and kept as {path.name}.{also} Read it, then check it.", "warning" if unfit else "good"
        )
        with self._standing():
            self._show_plan(plan, path)
            await self._read()

    async def _read_list(self, given: GivenList, inventory: Inventory) -> tuple[Number, ...] | None:
        """Read a list, and return the numbers that it names; None if the operator has to look at it first."""
        self._tell("Reading the list…", "waiting")
        listed = await asyncio.to_thread(read_given, given, inventory)
        self.source.reading.show(listed, name=given.name, inventory=inventory)
        if listed.offered:
            self._tell(f"{offer(listed)} No plan is made before you say whether they are meant.", "warning")
            return None
        return tuple(line.number for line in listed.taken)

    @guarded
    def _open_pressed(self, path: Path) -> None:
        self._work(self._open(path))

    async def _open(self, path: Path) -> None:
        self._show_plan(None, None)
        self.source.reading.clear()
        plan = await asyncio.to_thread(self._plans.open, path)
        self._show_plan(plan, path)
        self._tell(f"{path.name} is open, as it was made. Check it to see how its numbers are now.", "good")

    async def _again(self, plan: Plan, path: Path) -> None:
        self._press(self.edit.told)
        with self.look.under_way("Looking at the same numbers anew") as (progress, stop):
            new, path = await asyncio.to_thread(self._plans.again, plan, path, progress=progress, stop=stop)
        self._tell(f"A new plan is made, and kept as {path.name}.", "good")
        with self._standing():
            self._show_plan(new, path)
            await self._read()

    def _opened(self) -> tuple[Plan, Path]:
        if self.plan is None or self.path is None:
            raise NotRunnable("No plan is open. Nothing was done.")
        return self.plan, self.path

    def _show_plan(self, plan: Plan | None, path: Path | None) -> None:
        """Show a plan; everything that was checked or typed for the one before is forgotten."""
        if plan is None:
            self._press(None)
        self.plan, self.path, self.checked = plan, path, None
        # Hidden first: where the journal cannot be read, nothing of the plan before may stay.
        self.edit.show(None, None)
        self.numbers.show(None, today=date.min, notes={})
        self.run.turn_to(plan)
        self.plan_overview.value = ""
        if plan is not None and path is not None:
            second = self._plans.second_person(plan, path)
            self.edit.show(plan, second, may_approve=may_approve(plan, self._plans.who) is None)
            today = self._clock().date()
            self.plan_overview.value = overview(plan, path, second, today=today)
            self.numbers.show(plan, today=today, notes=self._plans.notes())
        self.report.show(self.plan, self._lines())
        self.steps.turn(plan)

    def _anew(self) -> None:
        if not self._under_way():
            self._show_plan(None, None)
            self._tell(_CLOSED, "quiet")

    def _lines(self) -> tuple[ReportLine, ...]:
        return self._runs.report(self.plan, self.path) if self.plan else ()

    def _change(self, change: Change) -> None:
        """Make and save a change; what keeps it from being made is raised, to be told at its button."""
        if self._under_way():
            return
        plan, path = self._opened()
        changed = change(plan, self._plans.who)
        if changed is plan:
            return
        path = self._plans.save(changed, path, before=plan)
        self._press(None)
        self._tell("The plan is changed, and has to be checked again.", "good")
        with self._standing():
            self._show_plan(changed, path)
            self._spawn(self._read())

    @guarded
    def _rule_turned(self, required: bool, typed: str) -> None:  # noqa: FBT001  # the value of a box
        if self._under_way():
            return
        self._press(self.edit.told)
        text = "Every plan needs a second person from now on."
        if required:
            self._plans.require_second_person()
        else:
            self._plans.waive_second_person(typed=typed)
            text = "No plan needs a second person any more."
        self._tell(f"{text} That is written into the journal. Check the plan again.", "good")
        with self._standing():
            self._show_plan(self.plan, self.path)

    def _approve_pressed(self) -> None:
        if self._under_way():
            return
        self._press(self.edit.told)
        plan, path = self._opened()
        approval = self._plans.approve(path, fingerprint=plan.fingerprint)
        self._tell(f"Approved by {approval.who} on {local(self._clock())}.", "good")
        with self._standing():
            self._show_plan(plan, path)

    def _unregister_pressed(self, typed: str) -> None:
        self._work(self._unregister(*self._opened(), typed))

    async def _unregister(self, plan: Plan, path: Path, typed: str) -> None:
        self._press(self.edit.told)
        messages, is_done = list[str](), False
        self._tell("Unregistering emergency addresses, and waiting for Twilio to have done it…", "waiting")
        stop = self.run.watch.start()
        try:
            is_done = await asyncio.to_thread(
                self._runs.unregister, plan, path, typed=typed, stop=stop, on_message=messages.append
            )
        except Exception as failure:
            if not messages:
                raise
            messages.append(in_words(failure))
        finally:
            self.run.watch.end()
        kind = "good" if is_done else "warning"
        self._tell(" ".join(messages), kind)
        with self._standing():
            await self._again(plan, path)
            self._tell(f"{' '.join(messages)} The plan is made anew, of its numbers as they are now.", kind)

    # -- checking and running --------------------------------------------------------------------

    async def _check(self, plan: Plan, path: Path) -> None:
        # Even if this check fails, the one before it is over, and so is its run.
        self.checked = None
        self.run.watch.forget()
        self._press(self.run.refusal)
        self.steps.turn(plan, checking=True)
        with self.look.under_way("Looking at every number again") as (progress, stop):
            checked = await asyncio.to_thread(self._runs.check, plan, path, progress=progress, stop=stop)
        if self.plan is not plan:
            return
        self.checked = checked
        self._tell("Checked. What the check found stands beside the button.", "good")
        self._banner.value = ""

    def _refused(self, confirmation: PlanConfirmation) -> str | None:
        typed, accounts_typed = confirmation.typed, confirmation.accounts_typed
        return self._runs.refused(confirmation.checked, self._opened()[1], typed=typed, accounts_typed=accounts_typed)

    async def _run(self, confirmation: PlanConfirmation, key: ApiKey | None) -> None:
        (_, path), checked = self._opened(), confirmation.checked
        self._press(self.run.refusal)
        stop = self.run.watch.start([*checked.going, *checked.out])
        self.report.wait()
        self.steps.turn(self.plan)
        self._tell("Running the plan: each number is noted, sent for once, and looked at again…", "waiting")
        self._banner.value = ""
        ran: BatchResult | None = None
        try:
            ran = await asyncio.to_thread(
                self._runs.run,
                checked,
                path,
                typed=confirmation.typed,
                accounts_typed=confirmation.accounts_typed,
                stop=stop,
                on_progress=self._show_progress,
                key=key,
                agreed=confirmation.agreed,
            )
        except Exception as failure:  # noqa: BLE001  # shown before the journal is read, which may fail too
            self.fail(failure)
        finally:
            # One check is good for one run, even if something fails after it.
            self.checked = None
            self.run.watch.end()
        failed: Exception | None = None
        try:
            lines = await asyncio.to_thread(self._lines)
        except Exception as failure:  # noqa: BLE001  # shown below, beside the outcomes of the run
            lines, failed = lines_of_run(checked, ran.outcomes) if ran else (), failure
        if ran is not None:
            said = ended(ran, lines, stopped=stop.is_set())
            self._tell(*said)
            self.run.watch.conclude(*said)
            self._banner.value = ""
        with self._standing():
            self.report.show(self.plan, lines)
            if failed is not None:
                raise failed
            await self._read()

    def _show_progress(self, progress: Progress) -> None:
        if progress.stopped_because is not None:
            self._tell(stopped_itself(progress.stopped_because), "bad")
        self.run.watch.hear(progress)

    def _tick(self, now: datetime) -> None:
        self.run.watch.draw(now)

    def _controls(self) -> tuple[widgets.Widget, ...]:
        parts = self.source, self.numbers, self.edit, self.steps
        return *(control for part in parts for control in part.controls), self.run.check

    def _arm(self, _: object = None) -> None:
        # The work may have closed the plan that the button was awake for.
        self.run.check.disabled = self._busy or self.plan is None
        self.run.show(None if self._busy else self.checked, asleep=self._busy)
        self.edit.arm(asleep=self._busy)
        self.steps.turn(self.plan)
