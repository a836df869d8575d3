"""The first step of a plan: the act and the numbers of a new plan, or a plan that was made before."""

from collections.abc import Callable, Collection, Iterable
from pathlib import Path

import ipywidgets as widgets

from helpers.actions.move import WHAT_IT_BREAKS
from helpers.core.errors import NotRunnable
from helpers.core.records import Account, PlanAct
from helpers.panels.plan.criteria import ACCOUNT, FILTER, LIST, SELECTED, Criteria
from helpers.panels.shared.html import count, escape, message, plain, sentences, step
from helpers.panels.shared.panel import guarded
from helpers.panels.shared.picker import CHOOSE, choose_nothing

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
        self.file = widgets.FileUpload(accept=".csv", multiple=False, description="Choose the list")
        self.account = widgets.Dropdown(description="In which account", options=[_ALL])
        self.whole_account = widgets.Dropdown(description="Which account", options=[CHOOSE])
        self.idle = widgets.BoundedIntText(description="Quiet for at least so many days", value=0, min=0, max=400)
        self.billed = widgets.Text(description="Next billed within so many days", placeholder="whenever")
        self.wired = widgets.Checkbox(description="Also those that something may be connected to", indent=False)
        self.target = widgets.Dropdown(description="Park them in", options=[CHOOSE])
        self.why = widgets.Text(description="Why (kept in the plan and in the journal)")
        self.make = widgets.Button(description="Look at them and make a plan", icon="list")
        self.make.add_class("desk-primary")
        self.saved = widgets.Dropdown(description="Or open a plan that was made before", options=[CHOOSE])
        self.about = widgets.HTML()
        self._list, self._filter, self._first = widgets.VBox(), widgets.HBox(), widgets.HBox()
        for fields in (self._first, self._filter):
            fields.add_class("desk-fields")
        super().__init__()
        self._lay_out()
        self.add_class("desk-card")
        self.act.observe(self._choice_changed, "value")
        self.source.observe(self._choice_changed, "value")
        self.saved.observe(self._saved_chosen, "value")
        self.make.on_click(self._make_pressed)
        self._choice_changed()

    def _lay_out(self) -> None:
        hint = (
            "A CSV file whose first line names the columns: phone_number, sid, or both. Only exact matches are taken; "
            "everything else is reported by its line."
        )
        self._list.children = [self.file, widgets.HTML(f'<p class="desk-hint">{escape(hint)}</p>')]
        self._first.children = [self.act, self.source, self.whole_account, self.target]
        self._filter.children = [self.account, self.idle, self.billed, self.wired]
        head = widgets.HTML(step(1, "Make a plan, or open one"))
        self.children = [
            *(head, self._first, self._list, self._filter, self.about),
            *(self.why, self.make, self.saved),
        ]

    @property
    def controls(self) -> tuple[widgets.Widget, ...]:
        """The controls that could start other work."""
        return self.make, self.saved, self.source, self.act

    def offer(
        self, *, selected: int, accounts: Collection[Account], targets: Iterable[Account], files: Collection[Path]
    ) -> None:
        """Offer the sources of new plans, and the plans that were made before; keep the operator's choices."""
        chosen, self._offering = self.source.value, True
        sources = [
            (f"Those ticked in the inventory ({count(selected, 'number')})", SELECTED),
            ("A whole account, with those in use", ACCOUNT),
            ("Those in a list of mine (CSV)", LIST),
            ("Quiet ones, as found in the inventory", FILTER),
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
        self.saved.options = [CHOOSE, *((path.name, path) for path in files)]
        choose_nothing(self.saved)

    @staticmethod
    def _options(dropdown: widgets.Dropdown, first: tuple[str, str | None], accounts: Iterable[Account]) -> None:
        chosen = dropdown.value
        dropdown.options = [first, *((plain(account.friendly_name), account.sid) for account in accounts)]
        dropdown.index = 0
        if chosen in {value for _, value in dropdown.options}:
            dropdown.value = chosen

    @guarded
    def _choice_changed(self, _: object = None) -> None:
        """Show the fields that belong to the chosen act and source."""
        if self._offering:
            return
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
    def _make_pressed(self, _: object) -> None:
        self._on_make(self._read_criteria())

    def _read_criteria(self) -> Criteria:
        act = self.act.value
        source = self.source.value if act != PlanAct.BRING_BACK else None
        if source is None and act != PlanAct.BRING_BACK:
            raise NotRunnable("No plan was made: choose with which numbers.")
        if act == PlanAct.PARK and self.target.value is None:
            raise NotRunnable("No plan was made: choose the subaccount to park them in.")
        if source == ACCOUNT and self.whole_account.value is None:
            raise NotRunnable("No plan was made: choose the account.")
        if source == LIST and not self.file.value:
            raise NotRunnable("No plan was made: choose the file of the list.")
        days = self.billed.value.strip()
        if source == FILTER and days and not days.isdecimal():
            raise NotRunnable(f"No plan was made: {days} is not a number of days.")
        account = self.whole_account.value if source == ACCOUNT else self.account.value
        return Criteria(
            act=act,
            source=source or "",
            why=self.why.value.strip(),
            target=self.target.value if act == PlanAct.PARK else None,
            listed=bytes(self.file.value[0]["content"]) if source == LIST else None,
            account=None if account == _ALL[1] else account,
            idle=self.idle.value,
            billed_within=int(days) if days else None,
            wired=self.wired.value,
        )

    @guarded
    def _saved_chosen(self, _: object) -> None:
        if self.saved.value is not None:
            self._on_open(self.saved.value)
