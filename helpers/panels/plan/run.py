"""The third step of a plan, and the fourth: check every number again, type the sentence, run it, stop it."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import ipywidgets as widgets

from helpers.core.permissions import NEEDED, ApiKey
from helpers.core.reasons import Request
from helpers.core.records import PlanAct, Verdict
from helpers.core.typed_text import is_sentence
from helpers.panels.plan.owners import OwnersAsked
from helpers.panels.shared.html import SPACE_BAR, BannerFacts, count, message, plain
from helpers.panels.shared.panel import Latch, guarded
from helpers.panels.shared.release_key import KEY_NEEDED, ReleaseKey
from helpers.panels.shared.run_watch import RunWatch
from helpers.plans.clearance import Checked, saved_a_year
from helpers.plans.owners import Owner
from helpers.plans.plan import Plan
from helpers.plans.report import why_aside
from helpers.tables.money import write_sums

_NOT_CHECKED = "Not checked yet. The check says which of its numbers may go, and sends nothing that changes anything."
NOT_MOVED = (
    f"This API key may not move numbers (that takes {', '.join(NEEDED[Request.CHANGE])}), so there is no button for it "
    "here. Open the desk with credentials that may."
)
_RAN = "A check is good for one run. Check every number again to go on with this plan."
_UNDONE = (
    "Nothing is refunded. For ten days each can be taken back: it is bought again at its price, if nobody else has it."
)
#: The most accounts that are named beside the sentence.
_NAMED = 10


@dataclass(frozen=True, slots=True)
class PlanConfirmation:
    """The check and the typed texts that one press of the red button confirms."""

    checked: Checked
    typed: str
    accounts_typed: str
    #: The owners that are ticked as having agreed.
    agreed: frozenset[str]


class PlanRun(widgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """
    The button that checks, the field for the plan's sentence, and the button that runs.

    ``watch`` is the bar of the run's progress, with Stop.  The panel shows it, so that it stays in sight.

    Args:
        refused: Returns the reason why a plan may not run with a confirmation; None if it may.

        stops: Returns the reason that stops a plan regardless of the typed text; None if there is none.

        owners: Lists the owners of the numbers that may go.

        on_check: Called when the operator wants every number checked again.

        place: What the desk's credentials may do.

        on_confirm: Receives each confirmation once, with the API key that was typed for it.

        on_failure: Receives every failure.
    """

    def __init__(
        self,
        *,
        refused: Callable[[PlanConfirmation], str | None],
        stops: Callable[[Checked], str | None],
        owners: Callable[[Checked], tuple[Owner, ...]],
        place: BannerFacts,
        on_check: Callable[[], None],
        on_confirm: Callable[[PlanConfirmation, ApiKey | None], None],
        on_failure: Callable[[Exception], None],
    ) -> None:
        self._refused, self._stops, self._owners_of = refused, stops, owners
        self._on_check, self._on_confirm, self.fail = on_check, on_confirm, on_failure
        self._checked: Checked | None = None
        self._latch: Latch[PlanConfirmation] = Latch()
        self.check = widgets.Button(description="Check every number again", icon="search", disabled=True)
        self.found = widgets.HTML()
        self.found.add_class("desk-place")
        #: A box for each owner.
        self.owners = OwnersAsked(on_change=self._text_changed)
        self.accounts_typed = widgets.Text(description="Type the names of the accounts that look like production")
        self.typed = widgets.Text(description="Type what is to be done", disabled=True)
        self._may = place.may
        self.key = ReleaseKey(
            is_offered=place.by_key,
            on_change=lambda: self.arm(asleep=False),
            on_failure=on_failure,
        )
        self.key.offer(is_needed=not place.may(Request.RELEASE))
        self.confirm = widgets.Button(description="Yes, do it", icon="trash", disabled=True)
        self.confirm.add_class("desk-danger")
        # What comes of it is told in ``watch``, which stays in sight.
        self.confirm.add_class("desk-watched")
        #: Why the button that was pressed did nothing.
        self.refusal = widgets.HTML()
        #: What the button waits for.
        self.waits = widgets.HTML()
        self.watch = RunWatch(on_failure=on_failure)
        fields = (self.owners, self.key, self.accounts_typed, self.typed, self.confirm, self.waits)
        #: Hidden until the check lets something go.
        self._confirming = widgets.VBox(fields)
        super().__init__([self.check, self.found, self._confirming, self.refusal])
        self.check.on_click(self._check_pressed)
        self.typed.observe(self._text_changed, "value")
        self.accounts_typed.observe(self._text_changed, "value")
        self.confirm.on_click(self._confirm_pressed)
        self.show(None, asleep=True)

    def turn_to(self, plan: Plan | None) -> None:
        """Show a plan that is not checked yet; forget the check and the run of the one before."""
        self.watch.forget()
        self.check.disabled = plan is None
        self.show(None, asleep=False)

    @property
    def lets_confirm(self) -> bool:
        """Whether the check let something go."""
        return self._checked is not None and self._confirming.layout.display is None

    def show(self, checked: Checked | None, *, asleep: bool) -> None:
        """Show what a check found, and enable the field for the sentence if nothing stops the plan."""
        self._checked = checked
        self.typed.value = self.accounts_typed.value = ""
        self.key.forget()
        against = self._stops(checked) if checked else None
        self._confirming.layout.display = None if checked is not None and against is None else "none"
        # One button a step is the next one.
        (self.check.remove_class if self.lets_confirm else self.check.add_class)("desk-primary")
        # While it is being checked, or runs, the other words say so.
        not_checked = "" if asleep else message(_RAN if self.watch.has_run else _NOT_CHECKED, "quiet")
        self.found.value = _describe_check(checked, against) if checked else not_checked
        self.owners.show(self._owners_of(checked) if checked and against is None else ())
        production = bool(checked and checked.production and against is None)
        self.accounts_typed.layout.display = None if production else "none"
        self.typed.placeholder = checked.sentence if checked else ""
        if checked is not None:
            releases = checked.plan.act == PlanAct.RELEASE
            self.key.offer(wanted=releases, is_needed=not self._may_some(Request.RELEASE, checked))
            self.confirm.description = f"Yes, {'release' if releases else 'move'} these numbers"
            self.confirm.icon = "trash" if releases else "arrow-right"
        self.typed.disabled = asleep or checked is None or against is not None
        self.arm(asleep=asleep)

    def arm(self, *, asleep: bool) -> None:
        """Enable the button if the sentence is typed; disable it while work is under way."""
        checked, typed, accounts = self._checked, self.typed.value, self.accounts_typed.value
        self._latch.arm(None)
        armed, refused = False, None
        # The rest reads files and the journal, which would be slow at each key.
        against = self._without_permission(checked) if checked else None
        self.confirm.layout.display = "none" if against else None
        if checked is not None and against is None and not asleep and is_sentence(typed, checked.sentence):
            confirmation = PlanConfirmation(checked, typed, accounts, self.owners.agreed)
            refused = self._refused(confirmation)
            armed = refused is None
            self._latch.arm(confirmation if armed else None)
        self.confirm.disabled = not armed
        waits = ""
        if checked is not None and not asleep and not self.typed.disabled:
            waits = (
                f"The button does it at once, for all {len(checked.going):,}. {SPACE_BAR}"
                if armed
                else f"To confirm, type: {checked.sentence}"
            )
            if not armed and checked.production:
                waits += f", and above it: {', '.join(checked.production)}"
            waits = against or refused or waits
        self.waits.value = message(waits, "quiet")

    def _without_permission(self, checked: Checked) -> str | None:
        """Return why no button can work for a plan; None if one may."""
        if checked.plan.act == PlanAct.RELEASE:
            return None if self.key.is_ready else KEY_NEEDED
        return None if self._may_some(Request.CHANGE, checked) else NOT_MOVED

    def _may_some(self, request: Request, checked: Checked) -> bool:
        """Tell whether the credentials may do that to one of the numbers that go, as far as is known."""
        accounts = {item.account_sid for item in checked.going}
        return any(self._may(request, account) for account in accounts) if accounts else self._may(request)

    @guarded
    def _check_pressed(self, _: object) -> None:
        self._on_check()

    @guarded
    def _text_changed(self, _: object) -> None:
        self.arm(asleep=False)

    @guarded
    def _confirm_pressed(self, _: object) -> None:
        confirmation, key = self._latch.take(), self.key.take()
        self.confirm.disabled = True
        if confirmation is not None:
            self._on_confirm(confirmation, key if confirmation.checked.plan.act == PlanAct.RELEASE else None)


def _by_account(checked: Checked) -> str:
    """Say how many numbers of which account go, where the sentence only counts the accounts."""
    labels = {item.account_sid: item.account for item in checked.going}
    many = Counter(item.account_sid for item in checked.going).most_common()
    if len(many) == 1:
        return ""
    more = f" and {len(many) - _NAMED:,} more accounts" if len(many) > _NAMED else ""
    return f": {', '.join(f'{times:,} of {plain(labels[sid])}' for sid, times in many[:_NAMED])}{more}"


def _describe_check(checked: Checked, against: str | None) -> str:
    text = f"Checked: {count(len(checked.going), 'number')} may go{_by_account(checked)}."
    if checked.out:
        text += (
            f" {count(len(checked.out), 'number')} from an earlier run will be looked up, and nothing is sent for them."
        )
    kind = "good"
    if checked.aside:
        kind = "warning"
        text += f" {count(len(checked.aside), 'number is', 'numbers are')} left out now: "
        text += " ".join(f"{item.phone_number}: {why_aside(item)}" for item in checked.aside[:5])
        text += f" And {len(checked.aside) - 5:,} more; the report names each." if len(checked.aside) > 5 else ""
    return message(text, kind) + (message(against, "bad") if against else _what_it_means(checked))


def _what_it_means(checked: Checked) -> str:
    """Say beside the red button what was accepted before, what it saves, and how it can be undone."""
    act, going = checked.plan.act, checked.going
    in_use = sum(checked.decisions[item.sid].verdict is Verdict.IN_USE for item in going)
    said = ""
    if in_use and act != PlanAct.BRING_BACK:
        used = count(in_use, "of them is in use, and goes", "of them are in use, and go")
        said = message(f"{used} for the reason that was written down.", "warning")
    if going and act == PlanAct.RELEASE:
        saved = saved_a_year(going)
        said += message(f"{f'This saves {write_sums(saved)} a year. ' if saved else ''}{_UNDONE}", "quiet")
    return said
