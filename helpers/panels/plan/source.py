"""The first step of a plan: the act and the numbers of a new plan, or a plan that was made before."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from pathlib import Path

import ipywidgets as widgets

from helpers.actions.move import WHAT_IT_BREAKS
from helpers.core.errors import NotRunnable
from helpers.core.records import Account, Number, PlanAct
from helpers.panels.plan.criteria import ACCOUNT, FILTER, LIST, SELECTED, Criteria, GivenList
from helpers.panels.plan.listed import ListReading
from helpers.panels.plan.text import name_file, told_apart
from helpers.panels.shared.grounds import GroundsFields
from helpers.panels.shared.html import count, escape, message, named, plain, sentences
from helpers.panels.shared.panel import guarded
from helpers.panels.shared.picker import CHOOSE, choose_nothing
from helpers.plans.saved import PlanFile

_ACTS = (
    ("Release: give them back to Twilio", PlanAct.RELEASE),
    ("Park: move them to a subaccount, still billed; what it breaks is listed", PlanAct.PARK),
    ("Bring parked ones back to where they came from", PlanAct.BRING_BACK),
)
_NOWHERE = (
    "No active subaccount is in sight to park numbers in. Make one in Twilio's Console, or sign in with the main "
    "account's auth token, and run the notebook again."
)
_ALL = ("All accounts", "all")
_HINT = (
    "An Excel workbook (.xlsx, its first sheet), CSV or text, or a column copied out of one. A number that is written "
    "in full is taken. Where it is written otherwise, or the list says more, you look first. Other lines are listed."
)


class PlanSource(widgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """
    Fields for a new plan, and a drop-down of the plans that were made before.

    Args:
        on_make: Receives the criteria of a new plan.

        on_open: Receives the file of a plan to open.

        on_failure: Receives every failure.
    """

    def __init__(
        self,
        *,
        on_make: Callable[[Criteria], None],
        on_open: Callable[[Path], None],
        on_failure: Callable[[Exception], None],
    ) -> None:
        self._on_make, self._on_open, self.fail = on_make, on_open, on_failure
        self._offering = False
        self.act = widgets.Dropdown(description="What to do", options=_ACTS)
        self.source = widgets.Dropdown(description="With which numbers", options=[CHOOSE])
        self.file = widgets.FileUpload(
            accept=".xlsx,.csv,.tsv,.txt",
            multiple=False,
            description="Choose the list",
        )
        self.paste = widgets.Textarea(description="Or paste it, one number in a line", rows=4)
        self.reading = ListReading(on_agreed=self._agreed, on_failure=on_failure)
        self.account = widgets.Dropdown(description="In which account", options=[_ALL])
        self.whole_account = widgets.Dropdown(description="Which account", options=[CHOOSE])
        self.idle = widgets.BoundedIntText(description="Not used for at least so many days", value=0, min=0, max=400)
        self.billed = widgets.Text(description="Next billed within so many days", placeholder="whenever")
        self.wired = widgets.Checkbox(description="Also those that something may be connected to", indent=False)
        self.target = widgets.Dropdown(description="Park them in", options=[CHOOSE])
        self.why = widgets.Text(description="Why (kept in the plan and in the journal)")
        self.grounds = GroundsFields(on_change=lambda: None, on_failure=on_failure)
        self.make = widgets.Button(description="Look at them and make a plan", icon="list")
        self.make.add_class("desk-primary")
        self.saved = widgets.Dropdown(description="Or open a plan that was made before", options=[CHOOSE])
        self.about = widgets.HTML()
        self._file_name = widgets.HTML()
        self._list, self._filter, self._first = widgets.VBox(), widgets.HBox(), widgets.HBox()
        for fields in (self._first, self._filter):
            fields.add_class("desk-fields")
        super().__init__()
        self._lay_out()
        self.act.observe(self._choice_changed, "value")
        self.source.observe(self._choice_changed, "value")
        self.file.observe(self._file_chosen, "value")
        self.paste.observe(self._pasted, "value")
        self.reading.buttons.layout.observe(self._offer_changed, "display")
        self.saved.observe(self._saved_chosen, "value")
        self.make.on_click(self._make_pressed)
        self._choice_changed()

    def _lay_out(self) -> None:
        upload = widgets.HBox([self.file, self._file_name], layout={"align_items": "center", "grid_gap": "8px"})
        hint = widgets.HTML(f'<p class="desk-hint">{escape(_HINT)}</p>')
        self._list.children = [upload, self.paste, hint]
        self._first.children = [self.act, self.source, self.whole_account, self.target]
        self._filter.children = [self.account, self.idle, self.billed, self.wired]
        above = widgets.VBox([self._first, self._list])
        below = widgets.VBox([self._filter, self.about, self.why, self.grounds, self.make, self.saved])
        #: What is needed no more once a plan is open: what was read of a list stays.
        self.folds = above, below
        self.children = [above, self.reading, below]

    @property
    def controls(self) -> tuple[widgets.Widget, ...]:
        """The controls that could start other work."""
        reading = self.reading
        return self.make, self.saved, self.source, self.act, self.file, self.paste, reading.take, reading.leave

    def offer(
        self, *, selected: int, accounts: Collection[Account], targets: Iterable[Account], files: Iterable[PlanFile]
    ) -> None:
        """Offer the sources of new plans, and the plans that were made before; keep the operator's choices."""
        chosen, self._offering = self.source.value, True
        sources = [
            (f"Those ticked in the inventory ({count(selected, 'number')})", SELECTED),
            ("A whole account, with those in use", ACCOUNT),
            ("Those in a list of mine", LIST),
            ("Those not used, as found in the inventory", FILTER),
        ]
        self.source.options = [CHOOSE, *(sources if selected else sources[1:])]
        choose_nothing(self.source)
        if chosen in {value for _, value in self.source.options}:
            self.source.value = chosen
        self._options(self.account, _ALL, accounts)
        self._options(self.whole_account, CHOOSE, accounts)
        self._options(self.target, CHOOSE, targets)
        self._offering = False
        self._choice_changed()
        self.saved.options = [CHOOSE, *told_apart((name_file(file), file.path.stem[-8:], file.path) for file in files)]
        choose_nothing(self.saved)

    @staticmethod
    def _options(dropdown: widgets.Dropdown, first: tuple[str, str | None], accounts: Iterable[Account]) -> None:
        chosen = dropdown.value
        dropdown.options = [first, *((plain(account.label), account.sid) for account in accounts)]
        dropdown.index = 0
        if chosen in {value for _, value in dropdown.options}:
            dropdown.value = chosen

    @guarded
    def _choice_changed(self, change: object = None) -> None:
        """Show the fields that belong to the chosen act and source."""
        if self._offering:
            return
        if change is not None:
            self.reading.clear()
        act, source = self.act.value, self.source.value
        back = act == PlanAct.BRING_BACK
        for part, shown in (
            (self.source, not back),
            (self.whole_account, source == ACCOUNT and not back),
            (self._list, source == LIST and not back),
            (self._filter, source == FILTER and not back),
            (self.target, act == PlanAct.PARK),
        ):
            part.layout.display = None if shown else "none"
        about = ""
        if act == PlanAct.PARK:
            alone = message(_NOWHERE, "warning") if len(self.target.options) == 1 else ""
            about = alone + sentences(WHAT_IT_BREAKS, "warning")
        if back:
            about = message("Every number that the kit parked and that is still where it put it is taken.", "quiet")
        self.about.value = about

    @guarded
    def _file_chosen(self, _: object) -> None:
        """Show the name of the file; a pasted list would be another one."""
        self.reading.clear()
        if self.file.value:
            self.paste.value = ""
        name = self.file.value[0]["name"] if self.file.value else ""
        self._file_name.value = f'<p class="desk-first">{named(name)}</p>' if name else ""

    @guarded
    def _pasted(self, _: object) -> None:
        self.reading.clear()
        if self.paste.value.strip():
            self.file.value = ()

    @guarded
    def _offer_changed(self, _: object) -> None:
        """While the operator's word is waited for, that is the next step, and no other plan."""
        is_offered = self.reading.buttons.layout.display is None
        (self.make.remove_class if is_offered else self.make.add_class)("desk-primary")

    @guarded
    def _make_pressed(self, _: object) -> None:
        self._on_make(self._read_criteria())

    def _agreed(self, numbers: tuple[Number, ...]) -> None:
        self._on_make(replace(self._read_criteria(), agreed=numbers))

    def _read_criteria(self) -> Criteria:
        act = self.act.value
        source = self.source.value if act != PlanAct.BRING_BACK else None
        if source is None and act != PlanAct.BRING_BACK:
            raise NotRunnable("No plan was made: choose with which numbers.")
        if act == PlanAct.PARK and self.target.value is None:
            raise NotRunnable("No plan was made: choose the subaccount to park them in.")
        if source == LIST and not self._given():
            raise NotRunnable("No plan was made: choose the file of the list, or paste the list.")
        if source == ACCOUNT and self.whole_account.value is None:
            raise NotRunnable("No plan was made: choose the account.")
        days = self.billed.value.strip()
        if source == FILTER and days and not days.isdecimal():
            raise NotRunnable(f"No plan was made: {days} is not a number of days.")
        account = self.whole_account.value if source == ACCOUNT else self.account.value
        return Criteria(
            act=act,
            source=source or "",
            why=self.why.value.strip(),
            grounds=self.grounds.grounds,
            target=self.target.value if act == PlanAct.PARK else None,
            listed=self._given() if source == LIST else None,
            account=None if account == _ALL[1] else account,
            idle=self.idle.value,
            billed_within=int(days) if days else None,
            wired=self.wired.value,
        )

    def _given(self) -> GivenList | None:
        if self.file.value:
            return GivenList(self.file.value[0]["name"], bytes(self.file.value[0]["content"]))
        return GivenList("The pasted list", self.paste.value) if self.paste.value.strip() else None

    @guarded
    def _saved_chosen(self, _: object) -> None:
        if self.saved.value is not None:
            self._on_open(self.saved.value)
