"""Check a plan, run it, and report on it."""

from collections.abc import Callable, Collection, Container, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from threading import Event

from helpers.actions.actions import Actions
from helpers.actions.outcome import Settled
from helpers.core.account_names import to_type
from helpers.core.advice import for_a_plan
from helpers.core.errors import CannotRead, KitError, NotReleasable, NotRunnable, PlanUnreadable
from helpers.core.permissions import ApiKey
from helpers.core.reasons import Cause, Reason
from helpers.core.records import Confirmation, Decision, PlanAct
from helpers.core.typed_text import is_sentence
from helpers.decisions.session import Session
from helpers.journal.states import State
from helpers.plans.approvals import Approvals
from helpers.plans.batch import (
    IN_A_ROW,
    Batch,
    BatchResult,
    NoEntry,
    Outcome,
    Progress,
    Work,
    is_out,
    look_up,
    standings,
    work_on,
)
from helpers.plans.clearance import (
    Checked,
    Circumstances,
    changes_since_made,
    check,
    needs_counts,
    of_another_company,
    refused,
    stops,
    target_gone,
)
from helpers.plans.files import note_set_aside, open_plan, require_unchanged, set_aside_of
from helpers.plans.homes import find_homes
from helpers.plans.owners import Owner, Owners, owner_facts
from helpers.plans.plan import Aside, Item, Plan, unregistering, with_emergency_address
from helpers.plans.recheck import OnSteps, Recheck, ignore_steps
from helpers.plans.report import ReportLine, report_lines


class PlanRunner:
    """Runs plans at a desk."""

    def __init__(self, session: Session, recheck: Recheck, acts: Actions) -> None:
        self._session, self._recheck, self._actions = session, recheck, acts
        self._approvals, self._owners = Approvals(session), Owners(session)

    def check(
        self, plan: Plan, path: Path | None = None, *, progress: OnSteps = ignore_steps, stop: Event | None = None
    ) -> Checked:
        """
        Read every number of a plan again that no run has dealt with, and set the changed ones aside with the reason.

        Args:
            path: The plan's file; the reasons are written beside it, for the report.

        Raises:
            Stopped: *stop* was set.  Nothing was sent.
            CannotConnect, JournalUnwritable: The accounts or the journal could not be read.  Nothing was sent.
        """
        journal = self._session.journal
        stand = standings(plan, journal.entries_named(f"{plan.id}-"))
        out = {sid for sid, standing in stand.items() if is_out(standing.entry)}
        done = {sid for sid, standing in stand.items() if standing.done}
        left = [item for item in plan.going if item.sid not in out | done]
        stop = stop or Event()
        # Not the count in the plan's file, which anybody can edit.
        held = (
            self._recheck.count_numbers({item.account_sid for item in plan.going}, stop) if needs_counts(plan) else {}
        )
        going_on = {work.entry_id for item in left if (work := work_on(plan, item, stand[item.sid])).entry}
        decisions, unread = self._judged(left, going_on=going_on, progress=progress, stop=stop)
        checked = check(
            plan,
            decisions,
            unread=unread,
            accounts=self._session.accounts_by_sid,
            at=self._session.clock(),
            held=held,
            homes=find_homes(journal.moves()),
            done=done,
            out=out,
        )
        if path is not None:
            note_set_aside(path, checked.aside)
        return checked

    def owners(self, checked: Checked) -> tuple[Owner, ...]:
        """List the owners of the numbers that may go; see ``Owners.read``."""
        return self._owners.read(checked)

    def stops(self, checked: Checked, path: Path) -> str | None:
        """Return the reason that stops a plan now regardless of the typed text; None if there is none."""
        try:
            return stops(checked, self._circumstances(checked.plan, path))
        except KitError as unreadable:
            return str(unreadable)

    def refused(self, checked: Checked, path: Path, *, typed: str, accounts_typed: str) -> str | None:
        """Return the reason why a plan may not run with the typed texts; None if it may."""
        try:
            here = self._circumstances(checked.plan, path)
        except KitError as unreadable:
            return str(unreadable)
        return refused(checked, here, typed=typed, accounts_typed=accounts_typed)

    def run(
        self,
        checked: Checked,
        path: Path,
        *,
        typed: str,
        accounts_typed: str,
        stop: Event,
        on_progress: Callable[[Progress], None],
        key: ApiKey | None = None,
        agreed: Collection[str] = (),
    ) -> BatchResult:
        """
        Run a plan to its end, or until it is stopped.

        Args:
            key: An API key to release with, in place of the desk's own credentials.

            agreed: The owners of numbers of whom the operator says that they agreed.

        Raises:
            JournalBehind, JournalUnwritable: That could not be written down.  Nothing was sent.
            NotRunnable: The plan may not run, or not with the typed texts.  Nothing was sent.
            JournalBroken: A row of the journal was changed or removed.  Nothing was sent.
        """
        plan = open_plan(path)
        if plan.fingerprint != checked.plan.fingerprint:
            raise NotRunnable("The plan was changed since it was checked. Check it again. Nothing was sent.")
        reason = self.refused(checked, path, typed=typed, accounts_typed=accounts_typed)
        if reason is not None:
            raise NotRunnable(reason)
        self._session.journal.verify()
        # Read once more: the chain of the rows was verified only now.
        second = self._approvals.read(plan, path)
        missing = second.missing(plan, self._session.who)
        if missing is not None:
            raise NotRunnable(f"{missing} Nothing was sent.")
        approval = second.approval(plan, self._session.who)
        plan_facts = {"plan": plan.id, "plan_act": plan.act, "plan_fingerprint": plan.fingerprint}
        if second.needed_for(plan) and approval is not None:
            plan_facts["approved_by"] = approval.who
        if plan.limit_raised:
            plan_facts["limit_raised"] = plan.limit_raised
        if not second.needed_for(plan) and (second.waived_by or plan.two_dropped_by):
            plan_facts["second_person_dropped_by"] = second.waived_by or plan.two_dropped_by
        accounts, owners = self._session.accounts_by_sid, self._owners.write(checked, agreed)

        # Once, because it asks for every number of the plan.
        going, sentence = {item.sid: item for item in checked.going}, checked.sentence
        stand = standings(plan, self._session.journal.entries_named(f"{plan.id}-"))
        left = [work_on(plan, item, stand[sid]) for sid, item in going.items() if not stand[sid].done]
        out = [look_up(entry) for item in checked.out if (entry := stand[item.sid].entry)]

        def act_on(work: Work, stopped: Callable[[], bool]) -> Settled:
            item, decision = going[work.sid], checked.decisions[work.sid]
            confirmation = Confirmation(
                work.entry_id,
                decision,
                typed,
                why=". ".join(part.rstrip(".") for part in (plan.why, item.why) if part),
                grounds=plan.grounds,
                # The names of production accounts were typed for the whole plan.
                account_typed=to_type(decision.account.label, decision.account.sid),
                sentence=sentence,
                plan=plan_facts | owner_facts(decision, owners),
            )
            if plan.act == PlanAct.RELEASE:
                return self._actions.release(confirmation, key=key, begun=work.entry, is_stopped=stopped)
            target = accounts.get(item.target or "")
            if target is None:
                raise NotReleasable(
                    f"{item.phone_number} was not moved: the account {item.target_name or item.target} is not there.",
                    reason=target_gone(item),
                )
            return self._actions.move(confirmation, target, begun=work.entry, is_stopped=stopped)

        ran = Batch(
            self._session,
            going=left,
            out=out,
            on_number=act_on,
            on_open_entry=self._actions.settle,
            stop=stop,
            on_progress=on_progress,
        ).go()
        return replace(ran, also=_joined(ran.also, _not_noted(path, ran.outcomes, going)))

    def report(self, plan: Plan, path: Path | None = None) -> tuple[ReportLine, ...]:
        """List the outcome of every number of a plan."""
        set_aside = set_aside_of(path) if path else {}
        entries = self._session.journal.entries_named(f"{plan.id}-")
        _, notes = self._session.protection.finder()
        return report_lines(plan, entries, set_aside=set_aside, now=self._session.clock(), notes=notes)

    def unregister(self, plan: Plan, path: Path, *, typed: str, stop: Event, on_message: Callable[[str], None]) -> bool:
        """
        Unregister the emergency addresses of the numbers that have no other blocker, one after the other.

        Each number is judged again before.  A number that is protected, in use, changed or unknown keeps its address.
        Three failures one after the other end the work.

        Args:
            on_message: Receives one sentence about the result for each number.

        Returns:
            Whether every one of them is unregistered.

        Raises:
            NotRunnable: The plan is of another company or was changed since it was opened, the typed text is not the
                sentence for it, or a second person is missing.  Nothing was sent.
            PlanUnreadable: Its file cannot be read.  Nothing was sent.
            JournalBroken: A row of the journal was changed or removed.  Nothing was sent.
        """
        require_unchanged(plan, path)
        foreign = of_another_company(plan, company_sid=self._session.reach.account.sid, live=self._session.live)
        if foreign is not None:
            raise NotRunnable(foreign)
        sentence = unregistering(plan)
        if sentence is None or not is_sentence(typed, sentence):
            raise NotRunnable(f"Nothing was sent: what was typed is not “{sentence}”.")
        # The rule is a row of the journal.
        self._session.journal.verify()
        missing = self._approvals.read(plan, path).missing(plan, self._session.who)
        if missing is not None:
            raise NotRunnable(f"{missing} Nothing was sent.")
        items = with_emergency_address(plan)
        decisions, unread = self._judged(items, going_on=(), progress=ignore_steps, stop=stop)
        failed = unregistered = 0
        for item in items:
            if stop.is_set() or failed >= IN_A_ROW:
                on_message(f"{item.phone_number} was not got to, and keeps its address.")
                continue
            decision = decisions.get(item.sid)
            against = _changed(item, decision, unread.get(item.sid))
            if decision is None or against is not None:
                on_message(f"{item.phone_number} keeps its emergency address: {against} Nothing was sent.")
                continue
            try:
                name, plan_facts = self._session.one_time_id(), {"plan": plan.id, "plan_fingerprint": plan.fingerprint}
                confirmation = Confirmation(
                    name, decision, typed, grounds=plan.grounds, sentence=sentence, plan=plan_facts
                )
                settled = self._actions.unregister(confirmation, is_stopped=stop.is_set)
                failed = failed + 1 if settled.entry.open else 0
                unregistered += settled.entry.state == State.UNREGISTERED
                on_message(str(settled))
            except KitError as failure:
                failed += 1
                on_message(for_a_plan(failure.message, failure.advice))
        return unregistered == len(items)

    # -- how it is done --------------------------------------------------------------------------

    def _judged(
        self, items: Iterable[Item], *, going_on: Container[str], progress: OnSteps, stop: Event
    ) -> tuple[dict[str, Decision], dict[str, Reason]]:
        """Judge numbers of a plan as they are now, by sid; return the reasons of unreadable numbers as well."""
        self._recheck.read_accounts(stop)
        seen, unread = self._recheck.fetch_numbers({item.sid: item.account_sid for item in items}, stop=stop)
        judged = self._recheck.judge(list(seen.values()), going_on=going_on, progress=progress, stop=stop)
        return {decision.number.sid: decision for decision in judged}, unread

    def _circumstances(self, plan: Plan, path: Path) -> Circumstances:
        session = self._session
        return Circumstances(
            company_sid=session.reach.account.sid,
            live=session.live,
            who=session.who,
            second=self._approvals.read(plan, path),
            now=session.clock(),
        )


def _not_noted(path: Path, outcomes: Mapping[str, Outcome], items: Mapping[str, Item]) -> str | None:
    """Write down why the kit refused numbers, for later reports; return a sentence if that failed."""
    refused_by_kit = [
        replace(items[sid], aside=Aside.REFUSED, reason=each.reason or Reason(Cause.REFUSED))
        for sid, each in outcomes.items()
        if each.state == NoEntry.NOT_BEGUN
    ]
    try:
        note_set_aside(path, refused_by_kit)
    except PlanUnreadable as failure:
        return f"Why the kit refused numbers could not be kept for reports of another day: {failure}"
    return None


def _joined(*parts: str | None) -> str | None:
    return " ".join(part for part in parts if part) or None


def _changed(item: Item, decision: Decision | None, unread: Reason | None) -> str | None:
    """Return the reason why a number is not the one in the plan any more; None if it is."""
    if unread is not None:
        return f"it could not be looked at. {CannotRead(unread)}"
    if decision is None:
        return "the number is not in its account any more."
    if changes_since_made(item, decision):
        return "the number was changed since the plan was made."
    return None
