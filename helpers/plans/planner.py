"""Make, save, open, change and approve plans at a desk."""

from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from threading import Event

from helpers.core.errors import CannotRead, NotRunnable, PlanUnreadable
from helpers.core.grounds import NO_GROUNDS, Grounds
from helpers.core.number_note import NumberNote
from helpers.core.records import Account, Number, PlanAct
from helpers.decisions.quiet_numbers import QuietNumbers
from helpers.decisions.session import Session
from helpers.plans.approvals import Approvals
from helpers.plans.clearance import of_another_company
from helpers.plans.edits import carry_over
from helpers.plans.files import open_plan, plan_files, require_unchanged, save_plan
from helpers.plans.homes import Homes, find_homes
from helpers.plans.plan import Plan, make_plan
from helpers.plans.recheck import OnSteps, Recheck, ignore_steps
from helpers.plans.report import require_sentences
from helpers.plans.saved import PlanFile, read_files
from helpers.plans.second_person import Approval, SecondPerson

_NO_PLAN = "No plan was made."


class Planner:
    """
    Makes plans from numbers, and keeps them as files.

    Args:
        quiet: Lists the numbers that are quiet by the kept evidence.

        folder: The folder for the files of plans.

        earlier: Another folder whose plans are offered too.
    """

    def __init__(
        self,
        session: Session,
        recheck: Recheck,
        *,
        quiet: Callable[[], QuietNumbers],
        folder: Path,
        earlier: Path | None = None,
    ) -> None:
        self._session, self._recheck, self._quiet = session, recheck, quiet
        self._approvals = Approvals(session)
        self.who, self.folder, self._earlier = session.who, folder, earlier

    @property
    def company(self) -> str:
        """The company's name."""
        return self._session.reach.account.friendly_name

    def notes(self) -> Mapping[str, NumberNote]:
        """Read what was noted about numbers, by phone number; nothing where that cannot be read."""
        _, notes = self._session.protection.finder()
        return notes

    def targets(self) -> tuple[Account, ...]:
        """List the accounts that numbers can be parked in."""
        return tuple(
            account for account in self._session.accounts if account.status == "active" and not account.is_main
        )

    def quiet(
        self, *, account_sid: str | None, idle: int = 0, billed_within: int | None = None, wired: bool = False
    ) -> list[str]:
        """
        Choose the numbers that are quiet by the kept evidence, by their sids.

        Args:
            account_sid: Only numbers of this account; None for all accounts.

            idle, billed_within: The least days without traffic, and the most days until the next bill.

            wired: Whether to choose also numbers that have a connection, or may have one.
        """
        today = self._session.clock().date()
        chosen = []
        for number in self._quiet().numbers:
            if account_sid not in {None, number.account_sid} or number.idle_days is None or number.idle_days < idle:
                continue
            if not wired and number.wired is not False:
                continue
            billed = number.next_billing
            if billed_within is not None and (billed is None or (billed - today).days > billed_within):
                continue
            chosen.append(number.sid)
        return chosen

    def make(
        self,
        numbers: Iterable[Number],
        *,
        act: PlanAct = PlanAct.RELEASE,
        why: str = "",
        grounds: Grounds = NO_GROUNDS,
        target: str | None = None,
        progress: OnSteps = ignore_steps,
        stop: Event | None = None,
    ) -> tuple[Plan, Path]:
        """
        Read numbers and their evidence anew, make a plan of them, and save it.

        Args:
            target: The account to park them in.  A plan that brings back takes each number to the account that it came
                from by the journal.

            grounds: The reason code and the ticket for all of them.

        Raises:
            NotRunnable: There are no numbers, or an account to move them to is not known.  Nothing was written.
            Stopped: *stop* was set.  Nothing was written.
            CannotRead: An account could not be read.  Nothing was written.
            PlanUnreadable: The file could not be written.
        """
        chosen = list(numbers)
        targets = self._targets(chosen, act=act, target=target)
        stop = stop or Event()
        seen, held = self._read({number.account_sid for number in chosen}, stop)
        plan = self._made(chosen, seen, held, targets, act=act, why=why, grounds=grounds, progress=progress, stop=stop)
        return plan, save_plan(plan, self.folder)

    def open(self, path: Path) -> Plan:
        """
        Open a plan that was made for this company.

        Raises:
            PlanUnreadable: It cannot be read, or something else than the kit changed it.
            NotRunnable: It was made for another company, or on the practice Twilio while this desk is live.
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

    def files(self) -> tuple[PlanFile, ...]:
        """List the plans that were made here, the newest first, with what became of each."""
        paths = plan_files(self.folder, *([self._earlier] if self._earlier else []))
        return read_files(paths, self._session.journal, now=self._session.clock())

    def save(self, plan: Plan, path: Path, *, before: Plan) -> Path:
        """
        Write a changed plan over the one *before*; an approval of the earlier one does not count for it.

        Raises:
            NotRunnable: Somebody else changed the file since *before* was read.  It is as it was.
            PlanUnreadable: The file cannot be read or written.
        """
        require_unchanged(before, path)
        return save_plan(plan, path.parent)

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

    def again(
        self, plan: Plan, path: Path, *, progress: OnSteps = ignore_steps, stop: Event | None = None
    ) -> tuple[Plan, Path]:
        """
        Make a new plan of the numbers of an old one that are still there, with the decisions of people in the old one.

        Raises:
            NotRunnable: As for ``make``; or somebody else changed the file since the plan was read.
            Stopped, CannotRead, PlanUnreadable: As for ``make``.
        """
        require_unchanged(plan, path)
        stop = stop or Event()
        seen, held = self._read({item.account_sid for item in plan.items}, stop)
        numbers = [seen[item.sid] for item in plan.items if item.sid in seen]
        target = next((item.target for item in plan.items if item.target), None)
        targets = self._targets(numbers, act=plan.act, target=target)
        act, why, grounds = plan.act, plan.why, plan.grounds
        made = self._made(numbers, seen, held, targets, act=act, why=why, grounds=grounds, progress=progress, stop=stop)
        carried = carry_over(plan, made, author=self.who)
        return carried, save_plan(carried, self.folder)

    def parked(self, numbers: Iterable[Number]) -> list[Number]:
        """Choose the numbers that the kit parked and that are still where it put them."""
        home = self._homes()
        return [number for number in numbers if number.account_sid in home.get(number.sid, {})]

    # -- how it is done --------------------------------------------------------------------------

    def _homes(self) -> Homes:
        return find_homes(self._session.journal.moves())

    def _read(self, account_sids: Collection[str], stop: Event) -> tuple[dict[str, Number], dict[str, int]]:
        """Read the lists of accounts anew: their numbers by sid, and how many each account has."""
        seen, held, unread = self._recheck.read_lists(account_sids, stop=stop)
        if unread:
            raise CannotRead(next(iter(unread.values())), effect=_NO_PLAN)
        return seen, held

    def _made(
        self,
        chosen: Collection[Number],
        seen: Mapping[str, Number],
        held: Mapping[str, int],
        targets: Mapping[str, str],
        *,
        act: PlanAct,
        why: str,
        grounds: Grounds,
        progress: OnSteps,
        stop: Event,
    ) -> Plan:
        """Read numbers and their evidence, and make a plan, unsaved.  The caller has just read the accounts."""
        # Each by itself: a list may state fields differently, and the run compares every field.
        there, missed = self._recheck.fetch_numbers(
            {number.sid: seen[number.sid].account_sid for number in chosen if number.sid in seen}, stop=stop
        )
        if missed:
            raise CannotRead(next(iter(missed.values())), effect=_NO_PLAN)
        still = [there[number.sid] for number in chosen if number.sid in there]
        if len(still) < len(chosen):
            raise NotRunnable(
                f"No plan was made: {len(chosen) - len(still)} of these numbers are not in their accounts any more. "
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
            grounds=grounds,
            held={sid: held[sid] for sid in {number.account_sid for number in still}},
            targets=targets,
            names={account.sid: account.label for account in self._session.accounts} if targets else {},
        )

    def _targets(self, chosen: Collection[Number], *, act: PlanAct, target: str | None) -> dict[str, str]:
        if not chosen:
            raise NotRunnable("No plan was made: no numbers were chosen.")
        if act == PlanAct.RELEASE:
            return {}
        if act == PlanAct.PARK:
            if target is None:
                raise NotRunnable("No plan was made: choose the subaccount to park them in.")
            return {number.sid: target for number in chosen}
        homes = self._homes()
        for number in chosen:
            if number.account_sid not in homes.get(number.sid, {}):
                raise NotRunnable(
                    f"No plan was made: the journal does not say that the kit moved {number.phone_number} to where it "
                    "is, so where it came from is not known."
                )
        return {number.sid: homes[number.sid][number.account_sid] for number in chosen}
