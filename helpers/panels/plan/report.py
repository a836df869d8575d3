"""What became of a plan, to look at and to keep: as a table, as a file, as a reminder in a calendar."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import ipywidgets as widgets

from helpers.core.atomic_file import put
from helpers.panels.plan.text import reported
from helpers.panels.shared.html import message, plain, step
from helpers.panels.shared.panel import guarded
from helpers.plans.plan import Plan
from helpers.plans.report import ReportLine, calendar, summary
from helpers.tables.exports import export
from helpers.tables.frames import report_table

_RUNNING = "The plan is being run. What became of its numbers is told here when the run is over."


class PlanReport(widgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """
    A report, hidden while nothing of its plan was begun.

    ``said`` is where its files were written, as plain text.

    Args:
        folder: Where its files are written.

        fail: Is told what goes wrong.
    """

    def __init__(self, *, folder: Path, clock: Callable[[], datetime], fail: Callable[[Exception], None]) -> None:
        self._folder, self._clock, self.fail = folder, clock, fail
        self._plan: Plan | None = None
        self._lines: tuple[ReportLine, ...] = ()
        self.said = ""
        self.told, self.written = widgets.HTML(), widgets.HTML()
        self.save_table = widgets.Button(description="Report as CSV for Excel", icon="download")
        self.save_calendar = widgets.Button(description="Calendar with a reminder", icon="calendar")
        files = widgets.HBox([self.save_table, self.save_calendar])
        files.add_class("desk-buttons")
        super().__init__([widgets.HTML(step(4, "What became of it")), self.told, files, self.written])
        self.add_class("desk-card")
        self.save_table.on_click(self._table_pressed)
        self.save_calendar.on_click(self._calendar_pressed)
        self.show(None, ())

    def show(self, plan: Plan | None, lines: tuple[ReportLine, ...]) -> None:
        """Turn to a plan and what became of it."""
        self._plan, self._lines = plan, lines
        begun = any(line.entry is not None for line in lines)
        self.layout.display = None if begun else "none"
        self.written.value = ""
        self.save_table.disabled = self.save_calendar.disabled = False
        # Where nothing was released there is no deadline to be reminded of.
        self.save_calendar.layout.display = None if any(line.reclaim_by for line in lines) else "none"
        self.told.value = message(summary(lines), "good") + reported(lines, self._clock()) if begun else ""

    def wait(self) -> None:
        """Say that the plan is being run: what became of it before is not so any more."""
        self.save_table.disabled = self.save_calendar.disabled = True
        self.written.value = ""
        self.told.value = message(_RUNNING, "waiting")

    @guarded
    def _table_pressed(self, _: object) -> None:
        if self._plan is not None:
            self._keep(
                lambda: export(
                    report_table(self._lines),
                    form="CSV for Excel",
                    folder=self._folder,
                    now=self._clock(),
                    name="report",
                )
            )

    @guarded
    def _calendar_pressed(self, _: object) -> None:
        if self._plan is None:
            return
        written = calendar(self._plan, self._lines, now=self._clock())
        if written is None:
            self._tell("Nothing of this plan waits to be taken back, so there is nothing to remind of.", "quiet")
        else:
            file = self._folder / f"take-back-{self._plan.id[:8]}.ics"
            self._keep(lambda: _write(file, written))

    def _keep(self, write: Callable[[], str]) -> None:
        try:
            said = write()
        except OSError as failure:
            self._tell(f"Nothing was written: {failure.strerror}.", "bad")
        else:
            self._tell(said, "good")

    def _tell(self, said: str, kind: str) -> None:
        self.said = plain(said)
        self.written.value = message(said, kind)


def _write(file: Path, data: bytes) -> str:
    put(file, data, private=True)
    return f"Wrote {file.absolute()}."
