"""All numbers of all accounts: which are quiet, what they cost, and which to look at next."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import Any, Protocol

import ipywidgets as widgets

from helpers.panels.inventory import summary
from helpers.panels.inventory.columns import USUAL, Column, columns_of, exported
from helpers.panels.inventory.filters import Filters
from helpers.panels.inventory.grid import Grid
from helpers.panels.inventory.progress import EvidenceProgress
from helpers.panels.shared.html import SPINNER, BannerFacts, count, escape, message, plain
from helpers.panels.shared.panel import Panel, guarded, in_words
from helpers.tables import charts, exports
from helpers.tables.about import EvidenceTable, describe_contents, describe_file
from helpers.tables.frames import Frame

_READING = f'<p class="desk-sentence" role="status">{SPINNER} Reading the numbers of all accounts…</p>'
_STYLE = (Path(__file__).parent / "inventory.css").read_text(encoding="utf-8")


class TakeEvidence(Protocol):
    """Looks at every number, until *stop* is set; *progress* is told how many steps of how many are done."""

    def __call__(self, *, progress: Callable[[int, int], None], stop: Event) -> EvidenceTable:
        """Look, and return the table of what was found out."""


class InventoryPanel(Panel):
    """
    Explore every number of every account, and select some of them.

    ``selected`` are the sids selected, ``shown`` is the table as filtered and sorted, ``filters``
    holds the fields, ``looking`` the button that finds out which are quiet, and
    ``await panel.ready()`` waits until nothing is under way.

    It changes nothing at Twilio, and showing it does not even ask for logs.

    Args:
        table: Reads the table of numbers, a row per ``sid``; slow, so it is done in a thread.

        evidence: Looks at every number, and returns the table anew.

        tick: Is told which numbers are selected, for the notebooks that come after.

        folder: Where exports are written.
    """

    def __init__(
        self,
        *,
        place: Callable[[], BannerFacts],
        table: Callable[[], EvidenceTable],
        evidence: TakeEvidence,
        tick: Callable[[tuple[str, ...]], None],
        folder: Path,
        clock: Callable[[], datetime],
    ) -> None:
        subtitle = "Every number of every account. Looking changes nothing."
        super().__init__(title="Number inventory", subtitle=subtitle, place=place(), clock=clock)
        self.add_class("desk-inventory")
        self._read_table, self._evidence, self._tick_off, self._folder = table, evidence, tick, folder
        self._table: EvidenceTable | None = None
        self._columns: tuple[Column, ...] = ()
        self._drawings = 0

        self.looking = EvidenceProgress(told=self._banner, pressed=self._look_pressed, fail=self.fail)
        self.filters = Filters(spawn=self._spawn, changed=self._narrow, fail=self.fail)
        self.grid = Grid(marked=self._marked, fail=self.fail)
        self.clear_selection = widgets.Button(description="Clear the selection")
        self.choose_columns = widgets.Button(description="Choose columns", icon="columns")
        self.columns: dict[str, widgets.Checkbox] = {}
        self.exports = {form: widgets.Button(description=form, icon="download") for form in exports.FORMS}
        self._sentence, self._remembered = widgets.HTML(_READING), widgets.HTML()
        self._cards = widgets.HTML(summary.cards(None))
        self._pictures = widgets.HTML(_empty_pictures("Reading…"))
        self._status, self._selection, self._written = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self._column_boxes = widgets.Box()
        self._lay_out()

        self.grid.empty = "Reading…"
        self.clear_selection.on_click(self._selection_cleared)
        self.choose_columns.on_click(self._columns_opened)
        for form, button in self.exports.items():
            button.on_click(self._export_pressed(form))
        self._spawn(self._read())

    @property
    def selected(self) -> tuple[str, ...]:
        """The sids of the numbers selected, whether the filters show them or not."""
        return self.grid.selected

    @property
    def shown(self) -> Frame:
        """The table as it is shown: filtered, sorted, with all its columns."""
        return self.grid.shown

    def _lay_out(self) -> None:
        self._column_boxes.add_class("desk-column-boxes")
        self._column_boxes.layout.display = "none"
        bar = widgets.HBox([self._status, self.filters.clear, self.choose_columns])
        below = widgets.HBox([self._selection, self.clear_selection])
        what = widgets.HTML('<p class="desk-hint">Export the rows and columns shown, in the order shown:</p>')
        out = widgets.HBox([what, *self.exports.values()])
        for box in (bar, below, out):
            box.add_class("desk-bar-of-grid")
        rows = widgets.VBox([self.filters, bar, self._column_boxes, self.grid, below, out, self._written])
        rows.add_class("desk-card")
        top = widgets.VBox([self._sentence, self.looking, self._remembered])
        top.add_class("desk-top")
        dress = widgets.HTML(f"<style>{_STYLE}</style>", layout={"display": "none"})
        self._compose(dress, top, self._cards, self._pictures, rows)

    # -- reading and looking ---------------------------------------------------------------------

    async def _read(self) -> None:
        try:
            table, now = await asyncio.to_thread(lambda: (self._read_table(), self._clock()))
        except BaseException:
            self._sentence.value = ""
            self.grid.empty = "The numbers could not be read. Why stands above; run this cell again to try once more."
            self._pictures.value = _empty_pictures("Nothing was read.")
            raise
        self._take(table)
        self.looking.tick(now)

    @guarded
    def _look_pressed(self) -> None:
        self._work(self._look())

    async def _look(self) -> None:
        stop = self.looking.begin()
        self._tell("", "quiet")
        try:
            table = await asyncio.to_thread(self._evidence, progress=self.looking.progress, stop=stop)
        finally:
            # Before anything else that can fail.  What was known before is still known.
            self.looking.end(self._table.about.looked_at if self._table else None)
        self._take(table)
        self._tell(*summary.after_a_look(table, stopped=stop.is_set()))
        with self._standing():
            self.looking.tick(await asyncio.to_thread(self._clock))

    def _take(self, table: EvidenceTable) -> None:
        """Show another table; filters, columns, and what is selected stay."""
        before, frame, about = len(self.selected), table.frame, table.about
        self._table, self._columns = table, columns_of(frame)
        self._offer_columns()
        self.grid.take(frame)
        self.filters.offer(frame)
        self._sentence.value = f'<p class="desk-sentence">{escape(summary.sentence(table))}</p>'
        self._cards.value = summary.cards(table)
        self._remembered.value = message(describe_contents(about), "warning" if about.coverage.unread else "quiet")
        self.looking.end(about.looked_at)
        self.looking.button.disabled = not len(frame)
        self._narrow()
        if lost := before - len(self.selected):
            self._written.value = message(
                f"{count(lost, 'selected number is', 'selected numbers are')} gone.", "warning"
            )

    def _tick(self, now: datetime) -> None:
        self.looking.tick(now)

    def _controls(self) -> tuple[widgets.Widget, ...]:
        return (self.looking.button,)

    # -- narrowing -------------------------------------------------------------------------------

    def _narrow(self) -> None:
        """Show the rows and the columns that are wanted; the pictures follow when there is time."""
        if self._table is None:
            return
        frame = self._table.frame
        shown = [column for column in self._columns if self.columns[column.key].value]
        wanted = self.filters.wanted(frame)
        self.grid.show(columns=shown, wanted=wanted, query=self.filters.search.value, empty=self._nothing(frame))
        remarks = " ".join(self.filters.remarks(frame))
        narrowed = (
            f"{self.grid.total:,} of {count(len(frame), 'number')} shown."
            if self.filters.set
            else (f"{count(len(frame), 'number')}.")
        )
        self._status.value = f'<p role="status"><b>{escape(narrowed)}</b> {escape(remarks)}</p>'
        self.filters.clear.disabled = not self.filters.set
        self._tell_selection()
        self._drawings += 1
        self._spawn(self._draw(self._drawings, len(frame)))

    def _nothing(self, frame: Frame) -> str:
        if not len(frame):
            return "There are no numbers in these accounts. If you expected some, check which account this is."
        return f"No number passes these filters. Clear the filters to see all {len(frame):,}."

    async def _draw(self, mine: int, whole: int) -> None:
        pictures = await asyncio.to_thread(_pictures, self.shown, whole)
        if mine == self._drawings:
            self._pictures.value = pictures

    # -- columns ---------------------------------------------------------------------------------

    def _offer_columns(self) -> None:
        for column in self._columns:
            if column.key not in self.columns:
                box = widgets.Checkbox(value=column.key in USUAL, description=plain(column.label), indent=False)
                box.observe(self._column_chosen, "value")
                self.columns[column.key] = box
        self._column_boxes.children = [self.columns[column.key] for column in self._columns]

    @guarded
    def _column_chosen(self, _: object) -> None:
        self._narrow()

    @guarded
    def _columns_opened(self, _: object) -> None:
        closed = self._column_boxes.layout.display == "none"
        self._column_boxes.layout.display = "" if closed else "none"
        self.choose_columns.description = "Hide the choice of columns" if closed else "Choose columns"

    # -- selecting and exporting -----------------------------------------------------------------

    def _marked(self) -> None:
        self._tick_off(self.selected)
        self._tell_selection()

    def _tell_selection(self) -> None:
        if self._table is None:
            return
        frame = self._table.frame
        chosen = frame.loc[frame["sid"].isin(self.selected).to_numpy(dtype=bool), ["monthly", "currency"]]
        told = summary.selection(frame, chosen, hidden=len(chosen) - self.grid.marked)
        self._selection.value = f'<p role="status">{escape(told)}</p>'
        self.clear_selection.disabled = not len(chosen)

    @guarded
    def _selection_cleared(self, _: object) -> None:
        self.grid.select(self.selected, on=False)

    def _export_pressed(self, form: str) -> Callable[[Any], None]:
        def pressed(_: object) -> None:
            if self._table is not None:
                self._spawn(self._export(form, self._table))

        return pressed

    async def _export(self, form: str, whole: EvidenceTable) -> None:
        """Write what is shown: the rows and columns of the grid, and what keeps them from claiming more."""
        frame = self.shown[exported([str(column["key"]) for column in self.grid.columns], whole.frame)]
        narrowed = " ".join((self.filters.said(), *self.filters.remarks(whole.frame)))
        note = describe_file(frame, whole, narrowed=narrowed)
        self._written.value = message("Writing…", "waiting")
        try:
            now = await asyncio.to_thread(self._clock)
            said = await asyncio.to_thread(exports.export, frame, form=form, folder=self._folder, now=now, note=note)
        except OSError as failure:
            said = (
                f"Nothing was written: {failure.strerror or failure}. Is there room, and may you write to the folder?"
            )
            self._told_below(said, "bad")
        except Exception as failure:  # noqa: BLE001  # told where the button is, not at the top
            self._told_below(in_words(failure), "bad")
        else:
            self._told_below(said, "good")

    def _told_below(self, said: str, kind: str) -> None:
        self.said = plain(said)
        self._written.value = message(said, kind)


def _empty_pictures(why: str) -> str:
    card = f'<div class="desk-card desk-chart"><p class="desk-empty">{escape(why)}</p></div>'
    return f'<div class="desk-pictures">{card * 4}</div>'


def _pictures(frame: Frame, whole: int) -> str:
    drawn = (charts.money_by_account, charts.quiet_against_in_use, charts.idle_against_price, charts.billing_ahead)
    return f'<div class="desk-pictures">{"".join(draw(frame, whole=whole) for draw in drawn)}</div>'
