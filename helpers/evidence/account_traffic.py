"""
The traffic of a whole company, for as few requests as it takes.

Per account, whichever costs less: read its logs of calls and messages through, folding
the records as they stream by, or look up each number.  Usage Records plan that; where a
sweep turns out larger than they said, the rest is looked up.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from threading import Event, Lock

from helpers.core.errors import CannotRead
from helpers.core.reasons import Cause, Detail, Reason
from helpers.core.records import Account, Number, Traffic, TrafficMethod, TrafficReading, Window
from helpers.evidence.log_windows import estimate, midnight, stretches
from helpers.evidence.naming import names_in
from helpers.evidence.number_traffic import REQUESTS, count_one
from helpers.evidence.retention import Kept, lacks, messages_billed, messages_kept
from helpers.evidence.tally import ANY, Tally, fold
from helpers.gateway.gateway import PAGE, Gateway
from helpers.gateway.responses import understood
from helpers.gateway.transport import CONNECTIONS

#: How much longer Twilio takes for a page of a thousand than for one record.  A guess; measured on the practice Twilio.
WEIGHT = 3
#: Log -> the field that says when one of its records happened, and what it is asked for by.
LOGS = {"Calls": ("start_time", "StartTime"), "Messages": ("date_sent", "DateSent")}
#: More threads than there may be requests under way: while one counts its page, another can ask.
THREADS = CONNECTIONS + CONNECTIONS // 2
_STOPPED = Reason(Cause.STOPPED)


@dataclass
class _Plan:
    """What is being found out about one account."""

    account: Account
    numbers: list[Number]
    tallies: dict[str, Tally]
    #: Expected records; None where Usage Records could not be read.
    expected: Mapping[str, int] | None = None
    #: Log -> how many records it may have, where it turned out to be longer than that.
    guessed: dict[str, int] = field(default_factory=dict)
    sweeping: bool = True
    pages: int = 0
    listed: int = 0
    #: Log, or messaging service -> why it could not be read.
    unread: dict[str, Reason] = field(default_factory=dict)
    #: Log -> the messaging services of records that name no number of the account; ``ANY`` where it may be any.
    nameless: dict[str, set[str]] = field(default_factory=lambda: {log: set() for log in LOGS})
    #: Messaging service -> sids and E.164s of its numbers, as far as they could be read.
    members: dict[str, set[str]] = field(default_factory=dict)
    #: How many stretches of each log were not read to their end; one each until they are cut.
    left: Counter[str] = field(default_factory=lambda: Counter(Calls=1, Messages=1))
    kept: Kept = field(default_factory=lambda: Kept(None, _STOPPED))
    #: By number: why a log could not be read, and whether more was there than was counted.
    looked_up: dict[str, tuple[dict[str, Reason], bool]] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    @property
    def lookups(self) -> int:
        return REQUESTS * len(self.numbers)

    @property
    def way(self) -> TrafficReading:
        """How it was looked at, and what that cost."""
        how = TrafficMethod.BEGUN if self.pages else TrafficMethod.LOOKED_UP
        return TrafficReading(
            how if self.looked_up else TrafficMethod.READ_THROUGH, self.pages + REQUESTS * len(self.looked_up)
        )

    def size(self, log: str) -> int:
        """How many records a log is thought to have; 0 where nobody knows."""
        return self.guessed.get(log) or (self.expected or {}).get(log, 0)

    @property
    def worth_it(self) -> bool:
        """Whether reading the logs through should cost less than looking each number up."""
        return sum(map(self.size, LOGS)) / PAGE * WEIGHT + 2 <= self.lookups

    @property
    def too_large(self) -> bool:
        """Whether reading on would cost more than looking each number up."""
        return self.pages * WEIGHT > self.lookups + REQUESTS


def sweep(
    gateway: Gateway,
    numbers: Iterable[Number],
    accounts: Mapping[str, Account],
    window: Window,
    *,
    stop: Event,
    progress: Callable[[int, int], None],
) -> dict[str, Traffic]:
    """
    Find out when each number was last used; the answer is by sid, and has every number.

    What could not be read, or was not got to before *stop* was set, is None in the traffic
    of the numbers that it leaves open, with the reason.

    Args:
        progress: Told how many of how many steps are done; called from several threads.
    """
    plans = [
        _Plan(accounts[sid], theirs, {number.phone_number: Tally() for number in theirs})
        for sid, theirs in by_account(numbers).items()
    ]
    with ThreadPoolExecutor(THREADS) as side_by_side:

        def run(jobs: Sequence[Callable[[], None]]) -> None:
            def one(job: Callable[[], None]) -> None:
                if not stop.is_set():
                    with gateway.until(stop):
                        job()

            for done, _ in enumerate(side_by_side.map(one, jobs), start=1):
                progress(done, len(jobs))

        run([partial(_expect, gateway, plan, window) for plan in plans])
        logs = [(plan, log) for plan in plans if plan.sweeping for log in LOGS]
        read = partial(_read_chain, gateway, until=window.until, stop=stop)
        begin = partial(_begin, gateway, window)
        known = [(plan, log) for plan, log in logs if plan.size(log) >= PAGE]
        short = [partial(begin, plan, log) for plan, log in logs if plan.size(log) < PAGE]
        run([partial(read, plan, chain) for plan, chain in _chains(known, window)] + short)
        longer = [(plan, log) for plan, log in logs if log in plan.guessed and plan.sweeping]
        run([partial(read, plan, chain) for plan, chain in _chains(longer, window)])
        run([partial(_ask_for_members, gateway, plan) for plan in plans if plan.nameless["Messages"] - {ANY}])
        look_up = partial(_look_up, gateway, window)
        run([partial(look_up, plan, number) for plan in plans for number in _left_open(plan)])
    return {number.sid: _conclude(plan, number, window) for plan in plans for number in plan.numbers}


def by_account(numbers: Iterable[Number]) -> dict[str, list[Number]]:
    """Group numbers by the sid of their account."""
    found: dict[str, list[Number]] = {}
    for number in numbers:
        found.setdefault(number.account_sid, []).append(number)
    return found


def _expect(gateway: Gateway, plan: _Plan, window: Window) -> None:
    """Find out how much there is to read, and whether it is all there: first, so that what is read then is finished."""
    sid, billed = plan.account.sid, None
    # Without a plan the sweep begins, and gives up when it gets too long.
    with suppress(CannotRead), understood(f"The usage of {sid}"):
        usage = gateway.usage(sid, since=window.since.date(), until=window.until.date())
        billed = messages_billed(usage)
        plan.expected = {"Calls": usage.get("calls", 0), "Messages": billed}
        plan.sweeping = plan.worth_it
    plan.kept = messages_kept(gateway, sid, window, billed=billed)


def _begin(gateway: Gateway, window: Window, plan: _Plan, log: str) -> None:
    """
    Read a log that should have no more than a page.

    Where Usage Records could not be read, or lag behind, or the page is shorter than was asked for, another
    may follow: then the page counts for nothing but a guess at how many there are, after which the log is
    cut like any other, or each number looked up.
    """
    field_name, filter_name = LOGS[log]
    try:
        with understood(f"The {log.lower()} of {plan.account.sid}"):
            asked = {f"{filter_name}>": window.since.strftime("%Y-%m-%d")}
            page, follows = next(gateway.log(plan.account.sid, log, asked))
            with plan.lock:
                plan.pages += 1
                counting, nameless = {} if follows else plan.tallies, plan.nameless[log]
                counted = fold(counting, log, page, begin=midnight(window.since), until=window.until, nameless=nameless)
                if follows:
                    plan.guessed[log] = estimate(page, field_name, since=window.since)
                    plan.sweeping = plan.sweeping and plan.worth_it
                    return
                plan.listed += counted if log == "Messages" else 0
                plan.left[log] -= 1
    except CannotRead as failure:
        plan.unread[log] = failure.reason


Chain = tuple[str, datetime, datetime]


def _chains(logs: Iterable[tuple[_Plan, str]], window: Window) -> list[tuple[_Plan, Chain]]:
    """Cut logs into stretches to be read side by side, the longest first: what takes longest must not begin last."""
    found: list[tuple[float, _Plan, Chain]] = []
    for plan, log in logs:
        cut = stretches(plan.size(log), window)
        plan.left[log] = len(cut)
        found += [(plan.size(log) / len(cut), plan, (log, *stretch)) for stretch in cut]
    found.sort(key=lambda chain: -chain[0])
    return [(plan, chain) for _, plan, chain in found]


def _read_chain(gateway: Gateway, plan: _Plan, chain: Chain, *, until: datetime, stop: Event) -> None:
    log, begin, end = chain
    _, name = LOGS[log]
    # Whether Twilio counts the last day in is not clear, so both days are asked for, and records sorted out by time.
    filters = {f"{name}>": begin.strftime("%Y-%m-%d"), f"{name}<": end.strftime("%Y-%m-%d")}
    nameless = plan.nameless[log]
    try:
        with understood(f"The {log.lower()} of {plan.account.sid}"):
            for page, follows in gateway.log(plan.account.sid, log, filters):
                with plan.lock:
                    counted = fold(plan.tallies, log, page, begin=begin, end=end, until=until, nameless=nameless)
                    plan.pages += 1
                    plan.listed += counted if log == "Messages" else 0
                # Not kept while the next one is on its way.
                del page
                if stop.is_set():
                    return
                if follows and (plan.too_large or not plan.sweeping):
                    plan.sweeping = False
                    return
        with plan.lock:
            plan.left[log] -= 1
    except CannotRead as failure:
        plan.unread[log] = failure.reason


def _ask_for_members(gateway: Gateway, plan: _Plan) -> None:
    """Find out which numbers messaging services can send from: a message that names none is of one of them."""
    for service in sorted(plan.nameless["Messages"] - {ANY}):
        url = f"https://messaging.twilio.com/v1/Services/{service}/PhoneNumbers"
        try:
            with understood(f"The list of numbers of the messaging service {service}"):
                listed = gateway.resources(plan.account.sid, url, "phone_numbers")
                plan.members[service] = {name for one in listed for name in names_in(one, "sid", "phone_number")}
        except CannotRead as failure:
            plan.unread[service] = failure.reason


def _left_open(plan: _Plan) -> list[Number]:
    """Choose the numbers to look up: all, or those that a sweep did not get to before it got too long."""
    if plan.sweeping:
        return []
    return [number for number in plan.numbers if not _heard(plan.tallies[number.phone_number])]


def _heard(tally: Tally) -> bool:
    return bool(tally.calls or tally.messages)


def _look_up(gateway: Gateway, window: Window, plan: _Plan, number: Number) -> None:
    tally, unread, more = count_one(gateway, number, window)
    plan.tallies[number.phone_number] = tally
    plan.looked_up[number.sid] = unread, more


def _conclude(plan: _Plan, number: Number, window: Window) -> Traffic:
    unread, more = plan.looked_up.get(number.sid) or _not_read(plan, number)
    unread = dict(_nameless(plan, number)) | unread
    kept = _kept(plan)
    if kept.doubt is not None:
        unread = {"Messages": kept.doubt, **unread}
    return plan.tallies[number.phone_number].traffic(
        window,
        unread=unread,
        more=more,
        oldest_message=kept.oldest,
        kept_short=kept.short,
        way=plan.way,
    )


def _not_read(plan: _Plan, number: Number) -> tuple[dict[str, Reason], bool]:
    """Say which logs were not read to their end for a number that was not looked up by itself, and why."""
    given_up = not plan.sweeping and _heard(plan.tallies[number.phone_number])
    reason = Reason(Cause.GIVEN_UP) if given_up else _STOPPED
    return {log: plan.unread.get(log, reason) for log, left in plan.left.items() if left}, given_up


def _nameless(plan: _Plan, number: Number) -> Iterator[tuple[str, Reason]]:
    """Say in which logs there is a record that may be of this number: it does not say of which it is."""
    for log, service in ((log, service) for log, services in plan.nameless.items() for service in sorted(services)):
        members = plan.members.get(service)
        if members is None or not members.isdisjoint({number.sid, number.phone_number}):
            unread = plan.unread.get(service, _STOPPED) if service and members is None else None
            told: dict[str, Detail] = {"log": log, "service": service}
            yield log, unread.with_cause(Cause.NAMELESS_ROW, told) if unread else Reason(Cause.NAMELESS_ROW, told)


def _kept(plan: _Plan) -> Kept:
    """Tell how far an account's messages reach back, once more by all that was billed and listed."""
    if plan.kept.doubt is not None or plan.expected is None or plan.left["Messages"]:
        return plan.kept
    billed = plan.expected["Messages"]
    if not lacks(billed, plan.listed):
        return plan.kept
    doubt = Reason(Cause.NOT_ALL_KEPT, {"billed": billed, "shown": plan.listed})
    return Kept(plan.kept.oldest, doubt, short=True)
