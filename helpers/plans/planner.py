"""Plans at a desk: made, kept as files, opened again, approved."""

from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from threading import Event

from helpers.core.errors import CannotRead, NotRunnable, PlanUnreadable
from helpers.core.records import PARKING, RELEASING, Account, Decision, Number, Verdict
from helpers.decisions.session import Session
from helpers.plans.approvals import Approvals
from helpers.plans.clearance import of_another_company
from helpers.plans.edits import carry_over
from helpers.plans.files import open_plan, plan_files, save_plan
from helpers.plans.homes import Homes, find_homes
from helpers.plans.plan import Plan, make_plan
from helpers.plans.recheck import OnSteps, Recheck, ignore_steps
from helpers.plans.report import require_sentences
from helpers.plans.second_person import Approval, SecondPerson


class Planner:
    """
    What can be done with plans at a desk.

    Args:
        decisions: Judges every number of the company by what was found out before.

        folder: Where plans are kept as files.
    """

    def __init__(
        self,
        session: Session,
        recheck: Recheck,
        *,
        decisions: Callable[[], Iterable[Decision]],
        folder: Path,
    ) -> None:
        self._session, self._recheck, self._decisions = session, recheck, decisions
        self._approvals = Approvals(session)
        self.who, self.folder = session.who, folder

    @property
    def company(self) -> str:
        """The company's name, as it has to be typed."""
        return self._session.reach.account.friendly_name

    def targets(self) -> tuple[Account, ...]:
        """List the accounts that numbers can be parked in."""
        return tuple(
            account for account in self._session.accounts if account.status == "active" and not account.is_main
        )

    def quiet(
        self, *, account_sid: str | None, idle: int = 0, billed_within: int | None = None, wired: bool = False
    ) -> list[Number]:
        """
        Choose the numbers that were found quiet before.

        Args:
            idle, billed_within: Days.

            wired: Whether those are chosen too that are connected to something, or may be.
        """
        today = self._session.clock().date()
        chosen = []
        for decision in self._decisions():
            if decision.verdict is not Verdict.QUIET or account_sid not in {None, decision.account.sid}:
                continue
            days = decision.traffic.idle_days if decision.traffic else None
            if days is None or days < idle:
                continue
            if not wired and (decision.wiring is None or decision.wiring.wired is not False):
                continue
            billed = decision.next_billing
            if billed_within is not None and (billed is None or (billed - today).days > billed_within):
                continue
            chosen.append(decision.number)
        return chosen

    def make(
        self,
        numbers: Iterable[Number],
        *,
        act: str = RELEASING,
        why: str = "",
        target: str | None = None,
        progress: OnSteps = ignore_steps,
        stop: Event | None = None,
    ) -> tuple[Plan, Path]:
        """
        Look at numbers from all sides, and make a plan of them, saved as a file.

        Args:
            target: The account to park them in, where the plan parks.  A plan that brings back takes
                each number to where the journal says that it came from.

        Raises:
            NotRunnable: There are none, or it is not known where to move them.
            Stopped: *stop* was set.
            CannotRead: An account could not be read.  Nothing was written.
            PlanUnreadable: The file could not be written.
        """
        wanted = list(numbers)
        targets = self._targets(wanted, act=act, target=target)
        stop = stop or Event()
        seen, held = self._read({number.account_sid for number in wanted}, stop)
        plan = self._made(wanted, seen, held, targets, act=act, why=why, progress=progress, stop=stop)
        return plan, save_plan(plan, self.folder)

    def open(self, path: Path) -> Plan:
        """
        Open a plan that was made for this company.

        Raises:
            PlanUnreadable: It cannot be read, or was changed by something else than the kit.
            NotRunnable: It is of another company, or of the practice Twilio where this desk is live.
        """
        plan = open_plan(path)
        try:
            require_sentences(plan)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError):
            raise PlanUnreadable(
                f"{path.name} holds a reason that this version of the kit cannot put into words. Nothing was opened. "
                "Make the plan anew."
            ) from None
        foreign = of_another_company(plan, company_sid=self._session.reach.account.sid, live=self._session.live)
        if foreign is not None:
            raise NotRunnable(foreign)
        return plan

    def files(self) -> list[Path]:
        """List the plans that were made here, the newest first."""
        return plan_files(self.folder)

    def save(self, plan: Plan) -> Path:
        """Write a changed plan; an approval that it had is for what it was before."""
        return save_plan(plan, self.folder)

    def approve(self, path: Path, *, fingerprint: str) -> Approval:
        """Approve a plan as its second person; see ``Approvals.approve``."""
        return self._approvals.approve(path, fingerprint=fingerprint, who=self.who)

    def second_person(self, plan: Plan, path: Path) -> SecondPerson:
        """Read the rule about second persons, and the approvals of a plan; see ``Approvals.read``."""
        return self._approvals.read(plan, path)

    def require_second_person(self) -> None:
        """Make the rule that every plan needs a second person; see ``Approvals.require``."""
        self._approvals.require(who=self.who)

    def waive_second_person(self, *, typed: str) -> None:
        """End that rule; see ``Approvals.waive``."""
        self._approvals.waive(who=self.who, typed=typed)

    def again(self, plan: Plan, *, progress: OnSteps = ignore_steps, stop: Event | None = None) -> tuple[Plan, Path]:
        """
        Make a new plan of the numbers of an old one that are still there, with all that people decided in the old one.

        Raises:
            As ``make``.
        """
        stop = stop or Event()
        seen, held = self._read({item.account_sid for item in plan.items}, stop)
        numbers = [seen[item.sid] for item in plan.items if item.sid in seen]
        target = next((item.target for item in plan.items if item.target), None)
        targets = self._targets(numbers, act=plan.act, target=target)
        made = self._made(numbers, seen, held, targets, act=plan.act, why=plan.why, progress=progress, stop=stop)
        carried = carry_over(plan, made, author=self.who)
        return carried, save_plan(carried, self.folder)

    def parked(self, numbers: Iterable[Number]) -> list[Number]:
        """Choose the numbers that the kit moved to where they are, and that can be brought back."""
        home = self._homes()
        return [number for number in numbers if number.account_sid in home.get(number.sid, {})]

    # -- how it is done --------------------------------------------------------------------------

    def _homes(self) -> Homes:
        return find_homes(self._session.journal.entries())

    def _read(self, account_sids: Collection[str], stop: Event) -> tuple[dict[str, Number], dict[str, int]]:
        """Read the lists of accounts anew: their numbers by sid, and how many each has."""
        seen, held, unread = self._recheck.read_lists(account_sids, stop=stop)
        if unread:
            raise CannotRead(f"No plan was made. {next(iter(unread.values()))}")
        return seen, held

    def _made(
        self,
        wanted: Collection[Number],
        seen: Mapping[str, Number],
        held: Mapping[str, int],
        targets: Mapping[str, str],
        *,
        act: str,
        why: str,
        progress: OnSteps,
        stop: Event,
    ) -> Plan:
        """Look at numbers whose accounts were just read, and make a plan of them; nothing is written."""
        # Each is looked at by itself: a list tells some fields otherwise, and the run compares every field.
        there, missed = self._recheck.fetch_numbers(
            {number.sid: seen[number.sid].account_sid for number in wanted if number.sid in seen}, stop=stop
        )
        if missed:
            raise CannotRead(f"No plan was made. {next(iter(missed.values()))}")
        still = [there[number.sid] for number in wanted if number.sid in there]
        if len(still) < len(wanted):
            raise NotRunnable(
                f"No plan was made: {len(wanted) - len(still)} of these numbers are not in their accounts any more. "
                "Read the inventory again."
            )
        reach = self._session.reach
        return make_plan(
            self._recheck.judge(still, progress=progress, stop=stop),
            id=self._session.one_time_id()[:16],
            act=act,
            company_sid=reach.account.sid,
            company=reach.account.friendly_name,
            live=self._session.live,
            author=self.who,
            made_at=self._session.clock(),
            why=why,
            held={sid: held[sid] for sid in {number.account_sid for number in still}},
            targets=targets,
            names={account.sid: account.friendly_name for account in self._session.accounts} if targets else {},
        )

    def _targets(self, wanted: Collection[Number], *, act: str, target: str | None) -> dict[str, str]:
        if not wanted:
            raise NotRunnable("No plan was made: no numbers were chosen.")
        if act == RELEASING:
            return {}
        if act == PARKING:
            if target is None:
                raise NotRunnable("No plan was made: choose the subaccount to park them in.")
            return {number.sid: target for number in wanted}
        homes = self._homes()
        for number in wanted:
            if number.account_sid not in homes.get(number.sid, {}):
                raise NotRunnable(
                    f"No plan was made: the journal does not say that the kit moved {number.phone_number} to where it "
                    "is, so where it came from is not known."
                )
        return {number.sid: homes[number.sid][number.account_sid] for number in wanted}
