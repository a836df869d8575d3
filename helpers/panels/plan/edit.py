"""The second step of a plan: its limit, emergency addresses, and the approval by a second person."""

from collections.abc import Callable

import ipywidgets as widgets

from helpers.core.errors import NotRunnable
from helpers.core.typed_text import is_sentence
from helpers.decisions.decision import GROUNDS_NEEDED
from helpers.panels.plan.text import ABOUT_PLAN
from helpers.panels.shared.grounds import GroundsFields
from helpers.panels.shared.html import SPACE_BAR, count, message
from helpers.panels.shared.panel import Latch, guarded
from helpers.plans.clearance import over_the_limit
from helpers.plans.edits import Change, give_grounds, raise_limit
from helpers.plans.plan import Plan, asks_for_ticket, unregistering
from helpers.plans.second_person import WAIVING, SecondPerson

_HANDED_ON = (
    f"Hand the plan's file, which “{ABOUT_PLAN}” above names, to a second person: they put it into the folder of plans "
    "in their own data folder, open it in this notebook, signed in to their computer as themselves, read it, and "
    "approve it. "
)
_HOW_BY_FILE = f"{_HANDED_ON}That writes a second file, which has to lie beside the plan here."
_HOW_SHARED = f"{_HANDED_ON}That becomes an entry of the shared journal; check the plan after it."
#: What two people are worth, so that nobody takes them for more.
_COURTESY = (
    "Two people are a courtesy among honest colleagues: the kit knows people by the names they are signed in with, an "
    "approval is a file that anybody can write, and this rule is kept in the journal of this computer. Where "
    "colleagues share a journal in PostgreSQL, the rule holds for all of them, and approvals are entries of that "
    "journal."
)
_SHARED = (
    "The rule holds for everybody who shares this journal, and only approvals that are entries of it count: each with "
    "the name, the time and the fingerprint of the plan. The kit knows people by the names they are signed in with."
)


class PlanEdit(widgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """
    Fields to raise the limit, to unregister emergency addresses, and for the second person.

    Args:
        may_change: Tells whether the desk's credentials may change a number in an account, as far as is known.

        on_change: Receives a change of the plan.

        on_rule: Receives whether every plan needs a second person, and the text typed to end that rule.

        on_approve: Called when the operator approves the plan as its second person.

        on_unregister: Receives the text typed for unregistering emergency addresses, once for each confirmation.

        on_again: Called when the operator wants the plan made anew.

        on_failure: Receives every failure.
    """

    def __init__(
        self,
        *,
        may_change: Callable[[str], bool],
        on_change: Callable[[Change], None],
        on_rule: Callable[[bool, str], None],
        on_approve: Callable[[], None],
        on_unregister: Callable[[str], None],
        on_again: Callable[[], None],
        on_failure: Callable[[Exception], None],
    ) -> None:
        self._on_change, self._on_rule, self._on_approve = on_change, on_rule, on_approve
        self._on_unregister, self._on_again, self.fail = on_unregister, on_again, on_failure
        self._may_change = may_change
        self._plan: Plan | None = None
        self._second: SecondPerson | None = None
        self._latch: Latch[str] = Latch()
        self.limit_why = widgets.Text(description="Why this plan may take more than plans may")
        self.raise_limit = widgets.Button(description="Raise the limit for this plan")
        self.two = widgets.Checkbox(description="A second person has to approve every plan", indent=False)
        self.two_typed = widgets.Text(description=f"To end that for all plans, type “{WAIVING}” and untick it")
        self.approve = widgets.Button(description="I have read this plan, and approve it", icon="check")
        self.state = widgets.HTML()
        self.emergency_typed = widgets.Text(description="Type what is to be done")
        self.emergency = widgets.Button(description="Unregister them", disabled=True)
        self.emergency.add_class("desk-danger")
        self.again = widgets.Button(description="Make the plan anew, of the same numbers", icon="refresh")
        self.limit_told = widgets.HTML()
        self.grounds = GroundsFields(on_change=lambda: None, on_failure=on_failure)
        self.give_grounds = widgets.Button(description="Write them into the plan")
        self.grounds_told = widgets.HTML()
        self._asked = widgets.VBox([widgets.HTML(), self.grounds, self.give_grounds, self.grounds_told])
        self._limit = widgets.VBox([widgets.HTML(), self.limit_why, self.raise_limit, self.limit_told])
        by_keyboard = widgets.HTML(message(SPACE_BAR, "quiet"))
        self._addresses = widgets.VBox([widgets.HTML(), self.emergency_typed, self.emergency, by_keyboard])
        self._addresses.add_class("desk-box")
        #: Why the button that was pressed did nothing.
        self.told = widgets.HTML()
        last = widgets.HBox([self.approve, self.again])
        last.add_class("desk-buttons")
        super().__init__(
            [self._asked, self._limit, self._addresses, self.two, self.two_typed, self.state, last, self.told],
            layout={"display": "none"},
        )
        self._listen()

    def _listen(self) -> None:
        self.give_grounds.on_click(self._grounds_pressed)
        self.raise_limit.on_click(self._raise_pressed)
        self.two.observe(self._two_turned, "value")
        self.approve.on_click(self._approve_pressed)
        self.emergency_typed.observe(self._emergency_typed, "value")
        self.emergency.on_click(self._emergency_pressed)
        self.again.on_click(self._again_pressed)

    @property
    def controls(self) -> tuple[widgets.Widget, ...]:
        """The controls that could start other work."""
        return self.give_grounds, self.raise_limit, self.two, self.approve, self.again

    def show(self, plan: Plan | None, second: SecondPerson | None, *, may_approve: bool = False) -> None:
        """
        Show a plan and its second person; hide everything if there is no plan.

        Args:
            may_approve: Whether the operator had no hand in the plan: on their computer there may be no rule.
        """
        self._plan, self._second = None, None
        self.layout.display = None if plan else "none"
        self.emergency_typed.value = ""
        if plan is None or second is None:
            return
        asking = sum(map(asks_for_ticket, plan.items))
        self._asked.layout.display = None if asking else "none"
        self.grounds_told.value = ""
        self.grounds.clear()
        self._asked.children[0].value = message(_ask_for_grounds(asking), "warning")
        over = over_the_limit(plan)
        self._limit.layout.display = None if over else "none"
        self.limit_told.value = ""
        self._limit.children[0].value = message(" ".join(over), "warning")
        may_change = any(self._may_change(item.account_sid) for item in plan.items)
        sentence = unregistering(plan) if may_change else None
        self._addresses.layout.display = None if sentence else "none"
        self._addresses.children[0].value = _about_addresses(sentence)
        needed = second.needed_for(plan)
        self.two.value, self.two_typed.value = second.required, ""
        self.two_typed.layout.display = None if second.required else "none"
        self.state.value = _describe_approval(plan, second) if needed or second.approvals else ""
        self.approve.layout.display = None if needed or may_approve else "none"
        # From here on, the operator ticks and unticks the box.
        self._plan, self._second = plan, second

    @guarded
    def _raise_pressed(self, _: object) -> None:
        why, self.limit_told.value = self.limit_why.value, ""
        try:
            self._on_change(lambda plan, author: raise_limit(plan, why=why, author=author))
        except NotRunnable as refused:
            self.limit_told.value = message(str(refused), "bad")

    @guarded
    def _grounds_pressed(self, _: object) -> None:
        grounds, self.grounds_told.value = self.grounds.grounds, ""
        try:
            self._on_change(lambda plan, author: give_grounds(plan, grounds, author=author))
        except NotRunnable as refused:
            self.grounds_told.value = message(str(refused), "bad")

    @guarded
    def _two_turned(self, _: object) -> None:
        if self._second is not None and self.two.value != self._second.required:
            self._on_rule(self.two.value, self.two_typed.value)
            # If that was refused, the box shows the rule as it is.
            self.two.value = self._second.required

    @guarded
    def _approve_pressed(self, _: object) -> None:
        self._on_approve()

    @guarded
    def _again_pressed(self, _: object) -> None:
        self._on_again()

    @guarded
    def _emergency_typed(self, _: object) -> None:
        self.arm(asleep=False)

    def arm(self, *, asleep: bool) -> None:
        """Enable the button that unregisters addresses if its sentence is typed; disable it while work is under way."""
        sentence = unregistering(self._plan) if self._plan and not asleep else None
        armed = sentence is not None and is_sentence(self.emergency_typed.value, sentence)
        self._latch.arm(self.emergency_typed.value if armed else None)
        self.emergency.disabled = not armed

    @guarded
    def _emergency_pressed(self, _: object) -> None:
        typed = self._latch.take()
        self.emergency.disabled = True
        if typed is not None:
            self._on_unregister(typed)


def _ask_for_grounds(many: int) -> str:
    numbers = count(many, "number of this plan is", "numbers of this plan are")
    return f"{numbers} protected, and may go with a reason code and a ticket only. {GROUNDS_NEEDED}" if many else ""


def _about_addresses(sentence: str | None) -> str:
    if sentence is None:
        return ""
    text = (
        "Emergency addresses keep numbers of this plan from being released. Unregistering one means: whoever calls "
        "911, 112 or another emergency number from it is no longer located. Taking the number back does not undo it. "
        f"To do it, type: {sentence}"
    )
    return message(text, "warning")


def _describe_approval(plan: Plan, second: SecondPerson) -> str:
    where = _SHARED if second.shared else _COURTESY
    latest = second.approvals[-1] if second.approvals else None
    if latest is None:
        how = _HOW_SHARED if second.shared else _HOW_BY_FILE
        text, kind = f"Not approved yet. {how} Fingerprint of this plan: {plan.fingerprint[:16]}.", "warning"
    elif latest.fingerprint != plan.fingerprint:
        text, kind = f"{latest.who} approved it, and it was changed since: it has to be approved again.", "warning"
    else:
        text, kind = f"Approved by {latest.who}.", "good"
    return message(text, kind) + message(where, "quiet")
