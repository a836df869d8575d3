"""The panel of all numbers of all accounts, with their verdicts and costs."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

import ipywidgets as widgets

from helpers.decisions.protection import Protection
from helpers.evidence.look_back import write_look_back
from helpers.journal.entries import Entry
from helpers.panels.inventory import summary
from helpers.panels.inventory.column_choice import ColumnChoice
from helpers.panels.inventory.drawer import Drawer
from helpers.panels.inventory.earlier_look import Compare, EarlierLook
from helpers.panels.inventory.export import Content, Export
from helpers.panels.inventory.filters import Filters
from helpers.panels.inventory.look_back import show_look_backs
from helpers.panels.inventory.selection import hand_over, write_selection
from helpers.panels.shared.columns import list_columns, list_export_columns
from helpers.panels.shared.evidence_progress import EvidenceProgress, ReadTable, TakeEvidence
from helpers.panels.shared.grid import Grid
from helpers.panels.shared.html import BannerFacts, count, escape, message
from helpers.panels.shared.panel import Panel, guarded
from helpers.panels.shared.pressable import Pressable
from helpers.tables import charts
from helpers.tables.about import EvidenceTable, TableSoFar, describe_contents, describe_file
from helpers.tables.frames import Frame, with_decimals

#: Seconds between two looks at a reading, and how many times longer than a drawing of its table the next one waits.
_SLICE, _REST = 0.05, 8
_STYLE = (Path(__file__).parent / "inventory.css").read_text(encoding="utf-8")


class InventoryPanel(Panel):
    """
    Explore every number of every account, and select some of them.

    ``selected`` holds the selected sids, ``shown`` is the table as filtered and sorted, ``filters``
    holds the filter fields, ``looking`` the button that collects evidence, ``look_back`` the choice of days, and
    ``await panel.ready()`` waits until no task is running.

    It changes nothing at Twilio, and showing it reads no logs.

    Args:
        look_back: The days of calls and messages that it begins with.

        table: Reads the table of numbers, one row per ``sid``; slow, so it runs in a thread.

        so_far: Returns the table of what was read until now, of so many days; None before and after.

        evidence: Collects evidence about every number, and returns the new table.

        compare: Compares the last look with an earlier one; *looks* lists when those were made.

        history: Reads the journal's entries about a phone number.

        protection: The protections and notes of numbers, which *who* adds to.

        memory: The folder that keeps what is selected, and the look-back, for the other notebooks.

        folder: The folder for exports.
    """

    def __init__(
        self,
        *,
        place: Callable[[], BannerFacts],
        look_back: int,
        table: ReadTable,
        so_far: Callable[[int], TableSoFar | None],
        evidence: TakeEvidence,
        compare: Compare,
        looks: Callable[[int], list[datetime]],
        history: Callable[[str], list[Entry]],
        protection: Protection,
        who: str,
        memory: Path,
        folder: Path,
        clock: Callable[[], datetime],
    ) -> None:
        subtitle = "Every number of every account. Looking changes nothing."
        super().__init__(title="Number inventory", subtitle=subtitle, place=place(), clock=clock)
        self.add_class("desk-inventory")
        self._read_table, self._so_far, self._take_evidence = table, so_far, evidence
        self._memory = memory
        #: The days of calls and messages of which it tells.
        self.days = look_back
        self._table: EvidenceTable | None = None
        self._earlier = EarlierLook(compare, looks)
        #: Whether the table is of everything that was asked for, and not of a reading that goes on.
        self._whole = False

        self.looking = EvidenceProgress(result=self._banner, on_click=self._on_look, on_failure=self.fail)
        self.look_back = Pressable(on_press=self._on_look_back, on_failure=self.fail)
        self.look_back.html, self.look_back.pressed = show_look_backs(self.days), [str(self.days)]
        self.pictures = Pressable(on_press=self._on_picture, on_failure=self.fail)
        self.pictures.html = summary.show_empty_pictures("Reading…")
        self.filters = Filters(
            on_change=self._show_rows,
            on_since=lambda: self._spawn(self._compare_anew()),
            on_failure=self.fail,
        )
        #: Offered where a filter asks for more days than were checked; the panel places it beside the reason.
        self.look_further = widgets.Button(icon="search", layout={"display": "none"})
        self.grid = Grid(on_selection=self._on_selection, on_open=self._on_open, on_failure=self.fail)
        #: The details of one number, below the grid.
        self.drawer = Drawer(
            history=history,
            protection=protection,
            who=who,
            clock=clock,
            on_hand_over=partial(hand_over, memory),
            on_plan=lambda sid: self.grid.select([sid]),
            on_change=lambda: self._work(self._know_anew()),
        )
        self.clear_selection = widgets.Button(description="Clear the selection")
        self._column_boxes = ColumnChoice(on_change=self._show_rows, on_failure=self.fail)
        self.columns, self.choose_columns = self._column_boxes.boxes, self._column_boxes.button
        self.export = Export(self._content, folder=folder, clock=clock, spawn=self._spawn, on_said=self._hear)
        self.exports = self.export.buttons
        self._sentence = widgets.HTML()
        #: What was read: where something is missing, above; else folded below.
        self._remembered, self._what_was_read = widgets.HTML(), widgets.HTML()
        self._status, self._selection, self._missing = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self._lay_out()

        self.grid.empty = "Reading…"
        self.look_further.on_click(self._on_look_further)
        self.clear_selection.on_click(self._on_clear_selection)
        self._spawn(self._read())

    @property
    def selected(self) -> tuple[str, ...]:
        """The sids of the selected numbers, whether the filters show them or not."""
        return self.grid.selected

    @property
    def shown(self) -> Frame:
        """The table as filtered and sorted, with all its columns."""
        return with_decimals(self.grid.shown)

    def _lay_out(self) -> None:
        bar = widgets.HBox([self._status, self.look_further, self.filters.clear, self.choose_columns])
        below = widgets.HBox([self._selection, self.clear_selection])
        for box in (bar, below):
            box.add_class("desk-bar-of-grid")
        rows = widgets.VBox(
            [
                self.filters,
                bar,
                self._column_boxes,
                self.grid,
                self._missing,
                self.drawer,
                below,
                self.export,
                self._what_was_read,
            ]
        )
        rows.add_class("desk-card")
        checking = widgets.HBox([self.look_back, self.looking])
        checking.add_class("desk-checking")
        top = widgets.VBox([checking, self._sentence, self._remembered])
        top.add_class("desk-top")
        style = widgets.HTML(f"<style>{_STYLE}</style>", layout={"display": "none"})
        self._compose(style, top, self.pictures, rows)

    # -- reading ----------------------------------------------------------------------------------

    async def _read(self) -> None:
        stop = self.looking.begin_reading()
        reading = asyncio.ensure_future(asyncio.to_thread(self._read_table, self.days, stop=stop))
        try:
            table = await self._show_until(reading)
        except BaseException:
            # Nobody waits for the rest any more.
            stop.set()
            self.looking.end(None)
            self._sentence.value = ""
            self.grid.empty = "The numbers could not be read. Why stands above; run the notebook again to retry."
            self.pictures.html = summary.show_empty_pictures("Nothing was read.")
            raise
        self._take(table)
        await self._compare_anew()
        if table.about.coverage.stopped:
            self._tell(summary.describe_stopped_reading(table), "warning")
        self.looking.tick(await asyncio.to_thread(self._clock))

    async def _show_until(self, work: asyncio.Future[EvidenceTable]) -> EvidenceTable:
        """Show what was found until now, again and again until the reading or the look is done; return its table."""
        pause = _SLICE
        while not (await asyncio.wait([work], timeout=pause))[0]:
            began = time.monotonic()
            looking = asyncio.ensure_future(asyncio.to_thread(self._so_far, self.days))
            either: tuple[asyncio.Future[Any], ...] = work, looking
            if work in (await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED))[0]:
                # The table of everything does not wait for one that nobody will see.
                looking.cancel()
                break
            # A drawing that fails, say while the journal is locked, ends no look of an hour: its end is drawn anyway.
            with suppress(Exception):
                under_way = looking.result()
                if under_way is not None and under_way.table.about.coverage.numbers:
                    self._take(under_way.table, under_way=under_way)
                    under_way.seen.set()
            pause = max(_SLICE, _REST * (time.monotonic() - began))
        return await work

    @guarded
    def _on_look(self) -> None:
        self._work(self._collect())

    @guarded
    def _on_look_back(self, key: str) -> None:
        if int(key) != self.days:
            self._work(self._turn_to(int(key)))

    async def _turn_to(self, days: int) -> None:
        """Tell of another look-back: of what is kept of it, and of nothing else."""
        stop = self.looking.begin_reading()
        self._tell("", "quiet")
        try:
            table = await asyncio.to_thread(self._read_table, days, stop=stop)
        except BaseException:
            if self._table is not None:
                self._take(self._table)
            raise
        self.days = days
        self.look_back.html, self.look_back.pressed = show_look_backs(days), [str(days)]
        write_look_back(self._memory, days)
        await self._read_changes()
        self._take(table)
        self.looking.tick(await asyncio.to_thread(self._clock))

    @guarded
    def _on_picture(self, key: str) -> None:
        column, _, value = key.partition("=")
        self.filters.turn(column, value)

    @guarded
    def _on_look_further(self, _: object) -> None:
        if (days := self.filters.look_back) is not None:
            self._work(self._look_further(days))

    async def _look_further(self, days: int) -> None:
        await self._turn_to(days)
        if self._table is not None and self._table.about.without_evidence:
            await self._collect()

    async def _collect(self) -> None:
        stop = self.looking.begin_look(self.days)
        self._tell("", "quiet")
        look = asyncio.to_thread(self._take_evidence, self.days, progress=self.looking.progress, stop=stop)
        try:
            table = await self._show_until(asyncio.ensure_future(look))
        except BaseException:
            # Nobody waits for the rest any more.  What was known before still stands, and what was found since.
            stop.set()
            if self._table is not None:
                self._take(self._table)
            raise
        await self._read_changes()
        self._take(table)
        self._tell(*summary.describe_collection(table, stopped=stop.is_set()))
        with self._standing():
            self.looking.tick(await asyncio.to_thread(self._clock))

    def _take(self, table: EvidenceTable, *, under_way: TableSoFar | None = None) -> None:
        """
        Show another table; filters, columns and the selection stay.

        Args:
            under_way: The reading that goes on, if it is not over.
        """
        table = self._earlier.add_to(table)
        before, frame, about = len(self.selected), table.frame, table.about
        self._table = table
        ticked = ("changed",) if self.filters.since.value else ()
        self._column_boxes.offer(list_columns(frame, days=about.days, since=self._earlier.since), ticked=ticked)
        self.grid.take(frame)
        self.filters.offer(frame, days=about.days, looks=self._earlier.moments)
        self._whole = under_way is None
        for button in self.exports.values():
            # A file would not tell which of its rows are old.
            button.disabled = not self._whole
        if under_way is not None:
            if about.look is None:
                self.looking.read(about.coverage.done, about.coverage.asked)
            self._sentence.value = summary.show_sentence(summary.summarise_so_far(under_way), waiting=True)
            self._show_rows()
            return
        self._sentence.value = summary.show_sentence(*summary.summarise(table))
        self.pictures.html = charts.draw_pictures(frame, days=about.days)
        told = describe_contents(about)
        self._remembered.value = message(told, "warning") if about.coverage.unread or about.leftovers else ""
        self._what_was_read.value = "" if about.coverage.unread else summary.show_folded("What was read", told)
        self.looking.end(about.looked_at)
        self.looking.button.disabled = not len(frame)
        self._show_rows()
        if self.drawer.sid and (frame["sid"] == self.drawer.sid).any():
            self._on_open(self.drawer.sid)
        else:
            self.drawer.close()
        if lost := before - len(self.selected):
            self.export.tell(f"{count(lost, 'selected number is', 'selected numbers are')} gone.", "warning")

    async def _compare_anew(self) -> None:
        """Show what changed since the chosen look."""
        await self._read_changes()
        if self._table is not None and self._whole and self._earlier.moments:
            self._take(self._table)

    async def _read_changes(self) -> None:
        # The numbers are shown all the same.
        with self._standing():
            await asyncio.to_thread(self._earlier.read, self.days, self.filters.chosen_look)

    def _tick(self, now: datetime) -> None:
        self.looking.tick(now)

    def _controls(self) -> tuple[widgets.Widget, ...]:
        return self.looking.button, self.look_back, self.look_further

    # -- filtering -------------------------------------------------------------------------------

    def _show_rows(self) -> None:
        """Show the filtered rows and the chosen columns."""
        if self._table is None:
            return
        frame = self._table.frame
        matches = self.filters.matches(frame)
        self.grid.show(
            columns=self._column_boxes.chosen,
            matches=matches,
            query=self.filters.search.value,
            empty=summary.explain_no_rows(len(frame)),
        )
        remarks = " ".join(self.filters.remarks(frame))
        row_count = (
            f"{self.grid.total:,} of {count(len(frame), 'number')} shown."
            if self.filters.is_set
            else (f"{count(len(frame), 'number')}.")
        )
        self._status.value = f'<p role="status"><b>{escape(row_count)}</b> {escape(remarks)}</p>'
        self.filters.clear.disabled = not self.filters.is_set
        further = self.filters.look_back
        self.look_further.layout.display = None if further else "none"
        self.look_further.description = f"Check the last {further} days" if further else ""
        self._show_selection()
        self._missing.value = self._earlier.show_missing(frame["sid"].tolist()) if self.filters.since.value else ""
        self.pictures.pressed = [f"{column}={value}" for column, value in self.filters.by_value.items()]

    # -- selecting and exporting -----------------------------------------------------------------

    def _on_selection(self) -> None:
        write_selection(self._memory, self.selected)
        self._show_selection()

    def _on_open(self, sid: str) -> None:
        if self._table is not None:
            frame = self._table.frame
            self.drawer.show(frame[(frame["sid"] == sid).to_numpy(dtype=bool)], days=self._table.about.days)

    async def _know_anew(self) -> None:
        """Show what a protection or a note changed; nothing is read from the logs."""
        self._take(await asyncio.to_thread(self._read_table, self.days, stop=Event()))

    def _show_selection(self) -> None:
        if self._table is None:
            return
        frame, sids = self._table.frame, self.selected
        # Mostly nothing is selected, and this follows every key in the search.
        marked = frame["sid"].isin(sids).to_numpy(dtype=bool) if sids else slice(0)
        chosen = frame[["monthly", "currency"]][marked]
        text = summary.describe_selection(frame, chosen, hidden=len(chosen) - self.grid.marked)
        self._selection.value = f'<p role="status">{escape(text)}</p>'
        self.clear_selection.disabled = not len(chosen)

    @guarded
    def _on_clear_selection(self, _: object) -> None:
        self.grid.select(self.selected, on=False)

    def _content(self) -> Content | None:
        """Return the rows and columns of the grid, with the columns that limit their meaning."""
        if self._table is None:
            return None
        whole, keys = self._table, [str(column["key"]) for column in self.grid.columns]
        frame = self.grid.shown[list_export_columns(keys, whole.frame)]
        narrowed = " ".join((self.filters.describe(), *self.filters.remarks(whole.frame)))
        return Content(frame, describe_file(frame, whole, narrowed=narrowed))

    def _hear(self, text: str) -> None:
        self.said = text
