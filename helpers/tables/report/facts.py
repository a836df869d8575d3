"""The facts of a report: what could be saved, what changed, what was saved, and how much of it was read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import IntEnum
from typing import cast

from helpers.core.reasons import Cause
from helpers.core.records import Verdict
from helpers.decisions.comparison import Comparison
from helpers.decisions.quiet_numbers import NumberAtRisk
from helpers.decisions.savings import Savings
from helpers.journal.entries import Entry
from helpers.tables.about import About, EvidenceTable
from helpers.tables.frames import Frame, filter_by_verdict, numbers_at_risk
from helpers.tables.money import a_year, sum_costs

#: Why a number could be in use although everything was read that Twilio shows; reading again would tell no more.
_READ_AND_UNKNOWN = {
    *(Cause.NAMELESS_ROW, Cause.KEPT_FOR_LESS, Cause.NOT_ALL_KEPT, Cause.KEEPING_UNKNOWN, Cause.INACTIVE),
}


class Result(IntEnum):
    """The result of a report; the command exits with it."""

    NOTHING = 0
    SOMETHING = 1
    #: Twilio, or a part of the company, could not be read, so that "nothing" would claim too much.
    NOT_READ = 2


@dataclass(frozen=True, slots=True)
class Made:
    """By whom and where a report was made."""

    who: str
    live: bool
    #: The name of the company: that of the account that signed in.
    company: str
    at: datetime
    #: The moment of the look.
    looked_at: datetime


@dataclass(frozen=True, slots=True)
class AccountCosts:
    """What the numbers of an account cost a month in one currency, and how many of them are not used."""

    account: str
    #: Empty for numbers whose price is not known.
    currency: str
    numbers: int
    not_used: int
    monthly: Decimal
    monthly_not_used: Decimal


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """Everything that a report tells."""

    made: Made
    about: About
    #: Every number, those that are not used, and those in use that carry little.
    frame: Frame
    not_used: Frame
    little_used: Frame
    #: Those that Twilio may take back by itself.
    at_risk: tuple[NumberAtRisk, ...]
    #: Currency -> what all, and the unused ones, cost a month.
    costs: dict[str, Decimal]
    costs_not_used: dict[str, Decimal]
    #: The accounts with the largest savings first.
    accounts: tuple[AccountCosts, ...]
    #: None where there is no earlier look to compare with.
    comparison: Comparison | None
    savings: Savings
    #: The acts of the journal whose outcome is not known.
    unfinished: tuple[Entry, ...]

    @property
    def saving_a_year(self) -> dict[str, Decimal]:
        """Currency -> what releasing every number that is not used would save a year."""
        return a_year(self.costs_not_used)

    @property
    def unknown(self) -> int:
        """The count of numbers that could not be judged."""
        return len(filter_by_verdict(self.frame, Verdict.UNKNOWN))

    @property
    def uncounted(self) -> int:
        """The count of numbers in use of which not every call and message was counted."""
        return int(filter_by_verdict(self.frame, Verdict.IN_USE)["trickle"].isna().sum())

    @property
    def in_use(self) -> int:
        """The count of numbers that are in use."""
        return len(self.frame) - len(self.not_used) - self.unknown

    @property
    def without_price(self) -> int:
        """The count of unused numbers that no sum holds, because their price is not known."""
        return int(self.not_used["monthly"].isna().sum())

    @property
    def not_looked_at(self) -> int:
        """The count of unused numbers whose logs this look could not read: they are as an earlier look found them."""
        return int((self.not_used["looked_at"] < self.made.looked_at.replace(microsecond=0)).sum())

    @property
    def unread_logs(self) -> int:
        """The count of numbers that are unknown because Twilio did not let their logs be read."""
        unjudged = self.about.unjudged.items()
        return sum(many for why, many in unjudged if why.code not in _READ_AND_UNKNOWN) + self.about.without_evidence

    @property
    def result(self) -> Result:
        """Whether there is something to look at, and whether enough was read to say so."""
        if self.about.coverage.unread or self.unread_logs or self.not_looked_at:
            return Result.NOT_READ
        changed = self.comparison is not None and self.comparison.changes
        some = changed or self.unfinished or self.at_risk or len(self.not_used) or self.unknown
        return Result.SOMETHING if some else Result.NOTHING


def make_report(
    table: EvidenceTable, made: Made, comparison: Comparison | None, savings: Savings, unfinished: Iterable[Entry]
) -> Report:
    """Make a report of a table."""
    frame = table.frame
    not_used, thin = filter_by_verdict(frame, Verdict.QUIET), frame["trickle"] | frame["inbound_only"]
    little_used = frame[thin.to_numpy(dtype=bool, na_value=False)]
    return Report(
        *(made, table.about, frame, _dear_first(not_used), _dear_first(little_used)),
        *(tuple(numbers_at_risk(frame, now=made.at)), sum_costs(frame), sum_costs(not_used)),
        accounts=_by_account(frame),
        comparison=comparison,
        savings=savings,
        unfinished=tuple(unfinished),
    )


def _dear_first(frame: Frame) -> Frame:
    return frame.sort_values(["monthly", "phone_number"], ascending=[False, True], kind="stable")


def _by_account(frame: Frame) -> tuple[AccountCosts, ...]:
    """Add up the costs of each account and currency; prices are added once for all numbers that have the same."""
    # The currency with the largest sum comes first, and what has no price last.
    order = {currency: place for place, currency in enumerate(sum_costs(frame))}
    groups = ["account_sid", "account", "currency", "monthly", "verdict"]
    counted = frame.groupby(groups, observed=True, dropna=False, sort=False).size()
    sums: dict[tuple[str, str], AccountCosts] = {}
    for place, many in counted.items():
        sid, account, currency, price, verdict = cast("tuple[str, str, object, object, str]", place)
        of = (sid, currency if isinstance(currency, str) else "")
        monthly = price * int(many) if isinstance(price, Decimal) else Decimal(0)
        quiet = verdict == Verdict.QUIET
        had = sums.get(of, AccountCosts(account, of[1], 0, 0, Decimal(0), Decimal(0)))
        sums[of] = AccountCosts(
            *(account, of[1], had.numbers + int(many), had.not_used + int(many) * quiet),
            monthly=had.monthly + monthly,
            monthly_not_used=had.monthly_not_used + monthly * quiet,
        )
    return tuple(
        sorted(
            sums.values(),
            key=lambda each: (
                *(order.get(each.currency, len(order)), -each.monthly_not_used, -each.monthly),
                each.account,
            ),
        )
    )
