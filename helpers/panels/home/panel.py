"""The panel of the first notebook: what could be saved, and what needs attention."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from threading import Event

import ipywidgets as widgets

from helpers.journal.entries import Entry
from helpers.panels.home.month import show_month
from helpers.panels.home.report import ReportBox
from helpers.panels.home.text import show_answer, show_attention, show_ways
from helpers.panels.inventory.summary import describe_collection
from helpers.panels.shared.evidence_progress import EvidenceProgress, ReadTable, TakeEvidence
from helpers.panels.shared.html import BannerFacts, message
from helpers.panels.shared.panel import Panel, guarded
from helpers.tables.about import EvidenceTable
from helpers.tables.report.files import ReportWritten
from helpers.tables.report.reporter import Month

_STYLE = (Path(__file__).parent / "home.css").read_text(encoding="utf-8")
#: Seconds between two looks whether something was written into the journal.
_EVERY = 3


class HomePanel(Panel):
    """
    Show what could be saved and what needs attention, and offer to check which numbers are used, and to write a report.

    It changes nothing at Twilio, and showing it reads no logs.  It follows the journal, the look-back and the evidence:
    what a panel of this or of another notebook does is told here within seconds.  ``looking`` and ``report`` hold the
    buttons, and ``await panel.ready()`` waits until no task is running.

    Args:
        look_back: Reads the days of calls and messages of which it tells.

        table: Reads the table of numbers, with the evidence that is kept; slow, so it runs in a thread.

        evidence: Collects the evidence about every number; slow.

        report: Writes a report of what is known of so many days; slow.

        month: Reads what changed in about a month, by the looks through so many days; slow.

        still_open: Reads the entries of the journal whose outcome is not known.

        recent: Reads those about which something was written in the last ten days.

        version: Reads a value that is another one when something changed of which it tells; cheap.
    """

    def __init__(
        self,
        *,
        place: Callable[[], BannerFacts],
        look_back: Callable[[], int],
        table: ReadTable,
        evidence: TakeEvidence,
        report: Callable[[int], ReportWritten],
        month: Callable[[int], Month],
        still_open: Callable[[], list[Entry]],
        recent: Callable[[], list[Entry]],
        version: Callable[[], object],
        clock: Callable[[], datetime],
    ) -> None:
        subtitle = "This page only reads. Releasing always asks you to type the number."
        super().__init__(title="Start here", subtitle=subtitle, place=place(), clock=clock)
        self._look_back, self._read_table, self._take_evidence = look_back, table, evidence
        self._still_open, self._recent, self._version = still_open, recent, version
        self._month, self._write_report = month, report
        self._days = 0
        #: The version of what the panel tells of, and the seconds until it looks for another one.
        self._told: object = None
        self._pause = _EVERY
        self.answer, self.attention = widgets.HTML(message("Reading…", "waiting")), widgets.HTML()
        self._ways = widgets.HTML(show_ways(checked=False))
        self.looking = EvidenceProgress(result=self._ways, on_click=self._on_look, on_failure=self.fail)
        self.changes = widgets.HTML()
        self.report = ReportBox(on_click=self._on_report)
        head, self._below = widgets.VBox([self.answer, self.looking]), [widgets.VBox([self.attention])]
        self._below.append(widgets.VBox([self.changes, self.report]))
        for box in (head, *self._below):
            box.add_class("desk-card")
        for box in self._below:
            box.layout.display = "none"
        self.add_class("desk-home")
        self._compose(
            widgets.HTML(f"<style>{_STYLE}</style>", layout={"display": "none"}), head, self._banner, *self._below
        )
        self._spawn(self._read())

    async def _read(self) -> None:
        stop = self.looking.begin_reading()
        try:
            await self._take(await self._known(stop))
        except BaseException:
            stop.set()
            self.looking.end(None)
            self.answer.value = message(
                "The numbers could not be read. Why stands below; run the notebook again.", "bad"
            )
            raise

    @guarded
    def _on_look(self) -> None:
        self._work(self._collect())

    async def _collect(self) -> None:
        days = await asyncio.to_thread(self._look_back)
        stop = self.looking.begin_look(days)
        self._tell("", "quiet")
        try:
            table = await asyncio.to_thread(self._take_evidence, days, progress=self.looking.progress, stop=stop)
        except BaseException:
            # Nobody waits for the rest any more.  What was known before still stands, and what was found since.
            stop.set()
            await self._take(await self._known(Event()))
            raise
        await self._take(table)
        if stop.is_set():
            self._tell(*describe_collection(table, stopped=True))

    def _on_report(self) -> None:
        self._work(self._report())

    async def _report(self) -> None:
        self.report.begin()
        try:
            self.report.take(await asyncio.to_thread(self._write_report, self._days))
        except Exception as failure:  # noqa: BLE001  # shown beside the button, not at the top
            self.report.fail(failure)
        self.changes.value = show_month(await asyncio.to_thread(self._month, self._days))

    async def _known(self, stop: Event) -> EvidenceTable:
        return await asyncio.to_thread(lambda: self._read_table(self._look_back(), stop=stop))

    async def _take(self, table: EvidenceTable) -> None:
        self._told, still_open, recent, month, now = await asyncio.to_thread(
            lambda: (
                *(self._version(), self._still_open(), self._recent(), self._month(table.about.days)),
                self._clock(),
            )
        )
        self.answer.value = show_answer(table)
        self.attention.value = show_attention(table, still_open, recent, now=now)
        self.changes.value, self._days = show_month(month), table.about.days
        for box in self._below:
            box.layout.display = None
        # One button is the next step, and no other is as blue.
        checked = table.about.looked_at is not None
        self._ways.value = show_ways(checked=checked)
        self.report.offer(checked=checked)
        (self.looking.button.remove_class if checked else self.looking.button.add_class)("desk-primary")
        self.looking.end(table.about.looked_at)
        self.looking.button.disabled = not len(table.frame)
        self.looking.tick(now)

    def _tick(self, now: datetime) -> None:
        self.looking.tick(now)
        self._pause -= 1
        if self._pause <= 0 and self.task is None:
            self._pause = _EVERY
            self._spawn(self._follow())

    async def _follow(self) -> None:
        if self._told != await asyncio.to_thread(self._version) and not self._busy:
            await self._take(await self._known(Event()))

    def _controls(self) -> tuple[widgets.Widget, ...]:
        return self.looking.button, self.report.button
