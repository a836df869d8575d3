"""Plans at a desk: made, opened, checked, approved and run, each with all it needs."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

from helpers.acts import Acts
from helpers.clearance import Checked, check, of_another_company, refused, stops
from helpers.entries import Entry
from helpers.errors import CannotRead, NotRunnable
from helpers.evidence import take_evidence
from helpers.gateway import Gateway
from helpers.inventory import take_inventory
from helpers.journal import Journal
from helpers.judge import WINDOW, Judge
from helpers.plan import PARKING, RELEASING, Item, Plan, make_plan
from helpers.plan_files import approval_of, open_plan, save_plan
from helpers.records import Account, Decision, Number, Reach
from helpers.report import Line, report
from helpers.run import Outcome, Progress, Run, is_out, standings
from helpers.settle import Settled
from helpers.states import MOVE

#: Told how many of how many steps are done; may be called from several threads.
Told = Callable[[int, int], None]


def _tell_nobody(_done: int, _whole: int) -> None:
    """Take note of nothing."""


class Plans:
    """
    What can be done with plans at a desk.

    Args:
        reach, accounts: Tell what is in sight at that moment.

        folder: Where plans are kept as files.

        one_time_id: Names a plan for the journal.
    """

    def __init__(
        self,
        gateway: Gateway,
        journal: Journal,
        judge: Judge,
        acts: Acts,
        *,
        who: str,
        reach: Callable[[], Reach],
        accounts: Callable[[], tuple[Account, ...]],
        folder: Path,
        clock: Callable[[], datetime],
        pause: Callable[[float], None],
        one_time_id: Callable[[], str],
    ) -> None:
        self._gateway, self._journal, self._judge, self._acts = gateway, journal, judge, acts
        self.who, self._reach, self._accounts, self.folder = who, reach, accounts, folder
        self._clock, self._pause, self._one_time_id = clock, pause, one_time_id

    def make(
        self,
        numbers: Iterable[Number],
        *,
        act: str = RELEASING,
        why: str = "",
        target: str | None = None,
        progress: Told = _tell_nobody,
    ) -> tuple[Plan, Path]:
        """
        Look at numbers from all sides, and make a plan of them, saved as a file.

        Args:
            target: The account to park them in, where the plan parks.  A plan that brings back takes
                each number to where the journal says that it came from.

        Raises:
            NotRunnable: There are none, or it is not known where to move them.
            CannotRead: An account could not be read.  Nothing was written.
            PlanUnreadable: The file could not be written.
        """
        wanted = list(numbers)
        if not wanted:
            raise NotRunnable("No plan was made: no numbers were chosen.")
        targets = self._targets(wanted, act=act, target=target)
        seen, held, unread = self._read({number.account_sid for number in wanted})
        if unread:
            raise CannotRead(f"No plan was made. {next(iter(unread.values()))}")
        still = [seen[number.sid] for number in wanted if number.sid in seen]
        if len(still) < len(wanted):
            raise NotRunnable(
                f"No plan was made: {len(wanted) - len(still)} of these numbers are not in their accounts any more. "
                "Read the inventory again."
            )
        reach = self._reach()
        plan = make_plan(
            self._judged(still, plan_id=None, progress=progress),
            id=self._one_time_id()[:16],
            act=act,
            company_sid=reach.account.sid,
            company=reach.account.friendly_name,
            live=self._gateway.connection.live,
            author=self.who,
            made_at=self._clock(),
            why=why,
            held=held,
            targets=targets,
        )
        return plan, save_plan(plan, self.folder)

    def open(self, path: Path) -> Plan:
        """
        Open a plan that was made for this company.

        Raises:
            PlanUnreadable: It cannot be read, or was changed by something else than the kit.
            NotRunnable: It is of another company, or of the practice Twilio where this desk is live.
        """
        plan = open_plan(path)
        foreign = of_another_company(plan, company_sid=self._reach().account.sid, live=self._gateway.connection.live)
        if foreign is not None:
            raise NotRunnable(foreign)
        return plan

    def check(self, plan: Plan, *, progress: Told = _tell_nobody) -> Checked:
        """Look at every number again that the plan has not dealt with; what changed is set aside with its reason."""
        stand = standings(plan, self._journal.entries())
        out = {sid for sid, standing in stand.items() if is_out(standing.entry)}
        done = {sid for sid, standing in stand.items() if standing.done}
        left = [item for item in plan.going if item.sid not in out | done]
        seen, _, unread = self._read({item.account_sid for item in left})
        there = [seen[item.sid] for item in left if item.sid in seen and item.account_sid == seen[item.sid].account_sid]
        decisions = {
            decision.number.sid: decision for decision in self._judged(there, plan_id=plan.id, progress=progress)
        }
        return check(plan, decisions, unread=unread, at=self._clock(), done=done, out=out)

    def stops(self, checked: Checked, path: Path) -> str | None:
        """Say what stands against running a plan now, whatever is typed; None for nothing."""
        return stops(checked, **self._circumstances(path))

    def refused(self, checked: Checked, path: Path, *, typed: str, accounts_typed: str) -> str | None:
        """Say why a plan may not run with what was typed; None where it may."""
        return refused(checked, typed=typed, accounts_typed=accounts_typed, **self._circumstances(path))

    def run(
        self,
        checked: Checked,
        path: Path,
        *,
        typed: str,
        accounts_typed: str,
        stop: Event,
        told: Callable[[Progress], None],
    ) -> tuple[Mapping[str, Outcome], str | None]:
        """
        Run a plan to its end, or until it is stopped.

        Returns:
            What became of each number that was got to; and why the run stopped by itself, or None.

        Raises:
            NotRunnable: Something stands against it.  Nothing was sent.
        """
        plan = open_plan(path)
        if plan.fingerprint != checked.plan.fingerprint:
            raise NotRunnable("The plan was changed since it was checked. Check it again. Nothing was sent.")
        reason = self.refused(checked, path, typed=typed, accounts_typed=accounts_typed)
        if reason is not None:
            raise NotRunnable(reason)
        approval = approval_of(path)
        mark = {"plan": plan.id, "plan_fingerprint": plan.fingerprint}
        if plan.two_people and approval is not None:
            mark["approved_by"] = approval.who
        accounts = {account.sid: account for account in self._accounts()}

        def act(item: Item, decision: Decision, name: str, begun: Entry | None) -> Settled:
            agreed: dict[str, Any] = {
                "confirmation": name,
                "typed": typed,
                "why": ". ".join(part.rstrip(".") for part in (plan.why, item.why) if part),
                "sentence": checked.sentence,
                "plan": mark,
                "begun": begun,
            }
            if plan.act == RELEASING:
                # That its name was typed was checked for the plan as a whole.
                return self._acts.release(decision, account_typed=decision.account.friendly_name, **agreed)
            return self._acts.move(decision, accounts[item.target or ""], **agreed)

        going = Run(
            checked,
            act=act,
            settle=self._acts.settle,
            journal=self._journal,
            clock=self._clock,
            pause=self._pause,
            stop=stop,
            told=told,
        )
        return going.go(), going.stopped_because

    def report(self, plan: Plan, *, aside: Iterable[Item] = ()) -> tuple[Line, ...]:
        """Tell what became of every number of a plan."""
        return report(plan, self._journal.entries(), aside=aside)

    def parked(self, numbers: Iterable[Number]) -> list[Number]:
        """Choose the numbers that the kit moved to where they are, and that can be brought back."""
        home = self._homes()
        return [number for number in numbers if number.account_sid in home.get(number.sid, {})]

    # -- how it is done --------------------------------------------------------------------------

    def _circumstances(self, path: Path) -> dict[str, Any]:
        return {
            "company_sid": self._reach().account.sid,
            "live": self._gateway.connection.live,
            "who": self.who,
            "approval": approval_of(path),
            "now": self._clock(),
        }

    def _homes(self) -> dict[str, dict[str, str]]:
        """Read from the journal where each moved number came from: sid -> {where it is: where it was}."""
        homes: dict[str, dict[str, str]] = {}
        for entry in self._journal.entries():
            if entry.act == MOVE and entry.state == "moved":
                homes[entry.number_sid] = {entry.told["target"]: entry.account_sid}
        return homes

    def _targets(self, wanted: Iterable[Number], *, act: str, target: str | None) -> dict[str, str]:
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

    def _read(self, account_sids: Collection[str]) -> tuple[dict[str, Number], dict[str, int], dict[str, str]]:
        """Read the accounts of a plan anew: their numbers by sid, how many each has, and which could not be read."""
        ours = [account for account in self._accounts() if account.sid in account_sids]
        inventory = take_inventory(
            self._gateway, self._reach(), ours, clock=self._clock, seconds=lambda: self._clock().timestamp()
        )
        held = {reading.account.sid: reading.numbers for reading in inventory.readings if reading.complete}
        unread = {reading.account.sid: reading.failure for reading in inventory.readings if reading.failure}
        unread |= {sid: "It is not in sight of this desk." for sid in account_sids if sid not in held | unread}
        return {number.sid: number for number in inventory.numbers}, held, unread

    def _judged(self, numbers: list[Number], *, plan_id: str | None, progress: Told) -> list[Decision]:
        accounts = {account.sid: account for account in self._accounts()}
        now = self._clock()
        evidence = take_evidence(
            self._gateway,
            numbers,
            accounts,
            since=now - timedelta(days=WINDOW),
            until=now,
            folder=None,
            stop=Event(),
            progress=progress,
        )
        return list(self._judge.all(numbers, accounts, evidence, plan_id=plan_id))
