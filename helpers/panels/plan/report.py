"""The report of a plan: the outcome of each number, as a table, as a file, and as a reminder in a calendar."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import ipywidgets as widgets

from helpers.core.atomic_file import put
from helpers.panels.plan.columns import columns_of_report
from helpers.panels.plan.text import about_line
from helpers.panels.shared.download import Download
from helpers.panels.shared.html import escape, message, plain, way_to
from helpers.panels.shared.listing import Listing
from helpers.panels.shared.outcome import show_left_over
from helpers.panels.shared.panel import guarded
from helpers.panels.shared.pressable import Pressable
from helpers.panels.shared.run_watch import RunWatch
from helpers.panels.shared.state_sign import sign_of
from helpers.plans.plan import Plan
from helpers.plans.released import ReleasedPlan
from helpers.plans.report import ReportLine, calendar, name_state, summary
from helpers.tables.exports import Written, export
from helpers.tables.frames import report_table

_TAKE_BACK = way_to("04_restore.ipynb", "Take back the whole plan…")
_HANDED_OVER = "04_restore.ipynb offers this plan first. Nothing is chosen there for you."
#: The key of the button that lists every number.
_ALL = "all"
_HEAD = '<h3 class="desk-step">Every number</h3>'


class PlanReport(widgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """
    The report of a plan; hidden while no number of the plan was begun.

    ``said`` is the last message about its files, as plain text.

    Args:
        watch: Shows a run; its list of numbers stands in the place of the report's until the run is over.

        hand_over: Offers the plan with an id first where plans are taken back; None for a report of that itself.

        folder: The folder for its files.

        on_failure: Receives every failure.
    """

    def __init__(
        self,
        *,
        watch: RunWatch,
        hand_over: Callable[[str], None] | None = None,
        folder: Path,
        clock: Callable[[], datetime],
        on_failure: Callable[[Exception], None],
    ) -> None:
        self._watch, self._folder, self._clock, self.fail = watch, folder, clock, on_failure
        self._hand_over = hand_over
        self._plan: Plan | ReleasedPlan | None = None
        self._lines: dict[str, ReportLine] = {}
        self.said = ""
        self.told, self.written = widgets.HTML(), widgets.HTML()
        self.download = Download(on_failure=on_failure)
        self.save_table = widgets.Button(description="Report for Excel", icon="table")
        self.save_calendar = widgets.Button(description="Calendar with a reminder", icon="calendar")
        self.listing = Listing("What became of each number", about=self._about, on_failure=on_failure)
        #: How many numbers are in each state; a press lists those.
        self.states = Pressable(on_press=self._list, on_failure=on_failure)
        #: Leads to where the plan is taken back.
        self.take_back = Pressable(on_press=self._hand_over_pressed, on_failure=on_failure)
        files = widgets.HBox([self.save_table, self.save_calendar, self.take_back])
        files.add_class("desk-buttons")
        shown = widgets.HTML(_HEAD), self.told, self.states, watch.lines, self.listing
        super().__init__([*shown, files, self.written, self.download])
        self.add_class("desk-card")
        watch.told.observe(self._bar_told, "value")
        self.save_table.on_click(self._table_pressed)
        self.save_calendar.on_click(self._calendar_pressed)
        self.show(None, ())

    @property
    def goes_on(self) -> bool:
        """Whether another check and run would go on with the plan."""
        return any(line.goes_on for line in self._lines.values())

    def show(self, plan: Plan | ReleasedPlan | None, lines: tuple[ReportLine, ...]) -> None:
        """Show the outcomes of a plan's numbers."""
        # What needs somebody comes first.
        ordered = sorted(lines, key=lambda line: sign_of(line.state).urgency)
        self._plan, self._lines = plan, {line.item.sid: line for line in ordered}
        begun = any(line.entry is not None for line in lines)
        self.layout.display = None if begun else "none"
        self.written.value = ""
        self.download.offer(None)
        self.save_table.disabled = self.save_calendar.disabled = False
        # Without a release there is no deadline.
        left = any(line.reclaim_by for line in lines)
        self.save_calendar.layout.display = None if left else "none"
        self.take_back.html = _TAKE_BACK if left and self._hand_over else ""
        left_over = show_left_over(line.entry for line in lines if line.entry is not None)
        self.told.value = message(summary(lines), "quiet") + left_over if begun else ""
        self._watch.lines.layout.display = "none"
        self.states.html = _show_states(ordered) if begun else ""
        self._list(_ALL if begun else "")

    def _list(self, state: str) -> None:
        """List the numbers of a state, or all."""
        shown = {sid: line for sid, line in self._lines.items() if state in {_ALL, line.state}}
        self.states.pressed = [state]
        self.listing.show(report_table(list(shown.values())), columns_of_report(shown, now=self._clock()))

    def _about(self, sid: str) -> str:
        return about_line(self._lines[sid])

    def _bar_told(self, _: object) -> None:
        # What the bar says of the end of a run is not said again below it.
        self.told.layout.display = "none" if self._watch.told.value else None

    def wait(self) -> None:
        """Leave the place to the numbers of a run that has begun: the earlier report is out of date."""
        self.layout.display = None
        self.save_table.disabled = self.save_calendar.disabled = True
        self.told.value = self.written.value = ""
        self.download.offer(None)
        self.states.html = self.take_back.html = ""
        self.listing.show(report_table(()), ())

    def _hand_over_pressed(self, _: str) -> None:
        if self._plan is not None and self._hand_over is not None:
            self._hand_over(self._plan.id)
            self._tell(_HANDED_OVER, "quiet")

    @guarded
    def _table_pressed(self, _: object) -> None:
        table = report_table(list(self._lines.values()))
        self._keep(lambda: export(table, form="Excel", folder=self._folder, now=self._clock(), name="report"))

    @guarded
    def _calendar_pressed(self, _: object) -> None:
        if self._plan is None:
            return
        content = calendar(self._plan, self._lines.values(), now=self._clock())
        if content is None:
            self._tell("Nothing of this plan waits to be taken back, so there is nothing to remind of.", "quiet")
        else:
            file = self._folder / f"take-back-{self._plan.id[:8]}.ics"
            self._keep(lambda: _write(file, content))

    def _keep(self, write: Callable[[], Written]) -> None:
        self.download.offer(None)
        try:
            written = write()
        except OSError as failure:
            self._tell(f"Nothing was written: {failure.strerror}.", "bad")
        else:
            self._tell(written.about, "good")
            self.download.offer(written.path)

    def _tell(self, text: str, kind: str) -> None:
        self.said = plain(text)
        self.written.value = message(text, kind)


def _show_states(lines: list[ReportLine]) -> str:
    """Show a button for each state that has numbers, if there is more than one."""
    states = Counter(line.state for line in lines)
    chips = [_chip(_ALL, "All", len(lines))]
    chips += [_chip(state, f"{sign_of(state).value[0]} {name_state(state)}", many) for state, many in states.items()]
    return f'<div class="desk-chips" role="group" aria-label="Numbers to list">{"".join(chips)}</div>' * (
        len(states) > 1
    )


def _chip(key: str, words: str, many: int) -> str:
    return f'<button data-press="{escape(key)}">{escape(words)} <b>{many:,}</b></button> '


def _write(file: Path, data: bytes) -> Written:
    put(file, data, private=True)
    return Written(file, f"Wrote {file.absolute()}.")
