"""
Take back what a plan released: find out which of its numbers can be bought, and for how much; buy them in one run.

The journal alone says what a plan released.  So a run that was stopped, killed or cut off from the network continues
where it was, in any window, and no number is bought twice.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from threading import Event

from helpers.actions.actions import Actions
from helpers.actions.outcome import Settled
from helpers.actions.restore import RESERVED, refused_with
from helpers.actions.settings import summary
from helpers.core.errors import NotRestorable, NotRunnable
from helpers.core.records import Number, Price, Restoration
from helpers.core.typed_text import is_sentence
from helpers.decisions.decision import VALID_FOR
from helpers.decisions.session import Session
from helpers.journal.entries import Entry
from helpers.journal.states import LEFT, Act, State
from helpers.plans.batch import Batch, BatchResult, Progress, Work, is_out, look_up
from helpers.plans.plan import of_accounts
from helpers.plans.released_number import released_in
from helpers.plans.report import ReportLine, outcome_of


class NotBought(StrEnum):
    """The reason why a number that left with a plan is not bought with the others."""

    OVER = "over"
    BY_SOMEBODY = "released by somebody else"
    NOT_KEPT = "settings not kept"
    CONSOLE = "Console only"
    OUT_OF_SIGHT = "account out of sight"
    NO_PRICE = "price unknown"


@dataclass(frozen=True, slots=True)
class ReleasedPlan:
    """A plan of which something can still be taken back."""

    plan_id: str
    #: When the first of its numbers was confirmed.
    at: datetime
    #: How many of its numbers may be taken back still, and the labels of their accounts.
    numbers: int
    accounts: tuple[str, ...]
    #: When the first of them is lost; None where that is unknown.
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Offer:
    """A number that can be bought back, and its price today."""

    entry: Entry
    account: str
    price: Price


@dataclass(frozen=True, slots=True)
class TakeBack:
    """What can be taken back of a plan, as it was found at a moment."""

    plan_id: str
    at: datetime
    #: The numbers to buy: those that are lost first come first, and those that Twilio refused before come last.
    offers: tuple[Offer, ...]
    #: The numbers for which an earlier run sent a purchase whose outcome is not known.
    out: tuple[Entry, ...]
    #: The numbers that came back already.
    back: tuple[Entry, ...]
    #: The numbers that are not bought with the others, each with the reason.
    aside: tuple[tuple[Entry, NotBought], ...]

    @property
    def monthly(self) -> dict[str, Decimal]:
        """What the numbers cost together, by currency: that is charged at once, and then every month."""
        sums: dict[str, Decimal] = {}
        for offer in self.offers:
            sums[offer.price.currency] = sums.get(offer.price.currency, Decimal(0)) + offer.price.monthly
        return dict(sorted(sums.items()))

    @property
    def sentence(self) -> str:
        """The sentence that the operator types: how many numbers, of which account, and what they cost together."""
        if not self.offers:
            return ""
        accounts = {offer.entry.account_sid: offer.account for offer in self.offers}
        cost = " and ".join(f"{currency} {amount:.2f}" for currency, amount in self.monthly.items())
        return f"buy back {of_accounts(len(self.offers), accounts)} for {cost}"


def label_of(entry: Entry, names: Mapping[str, str]) -> str:
    """Name the account that a number left: by its name now, or by that of the day if it is not in sight."""
    return names.get(entry.account_sid) or str(entry.details.get("account_name") or entry.account_sid)


class TakeBackRunner:
    """
    Takes plans back at a desk.

    Args:
        price: Fetches what a number costs today; None where nobody can tell.
    """

    def __init__(self, session: Session, acts: Actions, *, price: Callable[[Number], Price | None]) -> None:
        self._session, self._actions, self._price = session, acts, price

    def list_plans(self, entries: Iterable[Entry], now: datetime) -> tuple[ReleasedPlan, ...]:
        """
        List the plans of which something can still be taken back, or has to be looked up; the most urgent first.

        Args:
            entries: The entries of all numbers that can still be taken back.
        """
        names = self._names()
        plans: dict[str, list[Entry]] = {}
        for entry in entries:
            plan = entry.details.get("plan")
            buying = entry.state in {State.RESTORING, State.RESTORE_UNKNOWN}
            if plan and entry.act == Act.RELEASE and (buying or entry.take_back_until(now)):
                plans.setdefault(plan, []).append(entry)
        listed = [
            ReleasedPlan(
                plan_id,
                min(entry.rows[0].at for entry in ours),
                len(ours),
                tuple(sorted({label_of(entry, names) for entry in ours})),
                min((entry.reclaim_by for entry in ours if entry.reclaim_by), default=None),
            )
            for plan_id, ours in plans.items()
        ]
        return tuple(sorted(listed, key=lambda plan: (plan.until or now, plan.at)))

    def check(self, plan_id: str) -> TakeBack:
        """
        Find out what can be taken back of a plan, and for how much.  Sends nothing that changes anything.

        Raises:
            CannotConnect, JournalUnwritable: The accounts or the journal could not be read.
        """
        self._session.sight.refresh()
        names, now = self._names(), self._session.clock()
        offers: list[Offer] = []
        aside: list[tuple[Entry, NotBought]] = []
        entries = self._entries(plan_id)
        for entry in sorted(entries, key=lambda one: _place(one, now)):
            if entry.state not in LEFT:
                continue
            price = self._price(entry.number) if entry.number else None
            against = _against(entry, now=now, in_sight=entry.account_sid in names)
            if against is None and price is not None:
                offers.append(Offer(entry, label_of(entry, names), price))
            else:
                aside.append((entry, against or NotBought.NO_PRICE))
        return TakeBack(
            plan_id,
            now,
            tuple(offers),
            tuple(entry for entry in entries if entry.act == Act.RELEASE and is_out(entry)),
            tuple(entry for entry in entries if entry.state == State.RESTORED),
            tuple(aside),
        )

    def run(
        self, checked: TakeBack, *, typed: str, stop: Event, on_progress: Callable[[Progress], None]
    ) -> BatchResult:
        """
        Buy the numbers back, each once, until the last or until the run is stopped; look up the open purchases.

        Raises:
            NotRunnable: The sentence was not typed, or the prices are more than an hour old.  Nothing was sent.
            JournalBroken: A row of the journal was changed or removed.  Nothing was sent.
        """
        if checked.offers and not is_sentence(typed, checked.sentence):
            raise NotRunnable(f"Nothing was bought: what was typed is not “{checked.sentence}”.")
        if self._session.clock() - checked.at > VALID_FOR:
            raise NotRunnable("Nothing was bought: the prices are more than an hour old. Choose the plan again.")
        self._session.journal.verify()
        offers = {offer.entry.number_sid: offer for offer in checked.offers}

        def buy(work: Work, stopped: Callable[[], bool]) -> Settled:
            offer = offers[work.sid]
            self._require_price(offer)
            outcome = self._actions.restore(offer.entry, typed=typed, sentence=checked.sentence, is_stopped=stopped)
            if isinstance(outcome, Settled):
                return outcome
            return self._settled(offer.entry, outcome)

        return Batch(
            self._session,
            going=[look_up(offer.entry) for offer in checked.offers],
            out=[look_up(entry) for entry in checked.out],
            on_number=buy,
            on_open_entry=self._actions.settle,
            stop=stop,
            on_progress=on_progress,
        ).go()

    def report(self, plan_id: str) -> tuple[ReportLine, ...]:
        """List what became of every number that left with a plan."""
        names, now = self._names(), self._session.clock()
        return tuple(
            ReportLine(
                released_in(entry, label_of(entry, names)),
                entry.shown_state(now),
                outcome_of(entry, now),
                entry,
                entry.take_back_until(now),
            )
            for entry in sorted(self._entries(plan_id), key=lambda one: _place(one, now))
            if entry.state in LEFT | {State.RESTORED, State.RESTORING, State.RESTORE_UNKNOWN}
        )

    def _entries(self, plan_id: str) -> list[Entry]:
        """Read the latest entry of each number of a plan."""
        named = self._session.journal.entries_named(f"{plan_id}-")
        return list({entry.number_sid: entry for entry in named if entry.act == Act.RELEASE}.values())

    def _names(self) -> dict[str, str]:
        return {account.sid: account.label for account in self._session.accounts}

    def _require_price(self, offer: Offer) -> None:
        entry, price = offer.entry, self._price(offer.entry.number) if offer.entry.number else None
        if price is None:
            raise NotRestorable(f"{entry.phone_number} was not bought: its price could not be read. Nothing was sent.")
        if (price.monthly, price.currency) != (offer.price.monthly, offer.price.currency):
            raise NotRestorable(
                f"{entry.phone_number} was not bought: it costs {price.currency} {price.monthly} a month now, and "
                f"{offer.price.currency} {offer.price.monthly} was shown. Nothing was sent."
            )

    def _settled(self, entry: Entry, restoration: Restoration) -> Settled:
        message = f"{entry.phone_number} is yours again. {summary(restoration.differences)}"
        return Settled(self._session.journal.entry(entry.id), message)


def _place(entry: Entry, now: datetime) -> tuple[bool, datetime, str]:
    """Put a number in its place: refused ones last, the most urgent first."""
    return entry.state == State.RESTORE_REFUSED, entry.reclaim_end or now, entry.phone_number


def _against(entry: Entry, *, now: datetime, in_sight: bool) -> NotBought | None:
    """Return why a number that left is not bought with the others; None if it may be."""
    if entry.over(now):
        return NotBought.OVER
    if entry.last(State.RELEASED, State.RELEASED_UNACKNOWLEDGED) is None:
        return NotBought.BY_SOMEBODY
    if entry.number is None:
        return NotBought.NOT_KEPT
    if refused_with(entry) == RESERVED:
        return NotBought.CONSOLE
    return None if in_sight else NotBought.OUT_OF_SIGHT
