"""
The traffic of an account's numbers, with as few requests as possible.

The kit chooses the cheaper method: to read the logs of calls and messages through, or to look up each
number.  Usage Records give the expected size of the logs.  If a log turns out to be longer, the kit stops reading it
and looks up the remaining numbers.  A look-up does not find the calls of a SIP trunk, so for the numbers on one the
kit reads the log of calls through in any case, unless it is too long.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from threading import Event, Lock

from helpers.core.errors import CannotRead
from helpers.core.reasons import Cause, Reason
from helpers.core.records import Account, Number, Traffic, TrafficMethod, TrafficReading, Window
from helpers.evidence.log_windows import cut_window, estimate_size, midnight
from helpers.evidence.number_traffic import count_newest, count_requests, needs_whole_log, with_calls
from helpers.evidence.retention import Retention, check_retention, compare_bill, count_billed, is_incomplete
from helpers.evidence.steps import Run, Step
from helpers.evidence.tally import ANY, Tally, fold
from helpers.evidence.trunk_calls import MOST_PAGES, fetch_trunk_calls
from helpers.evidence.waiting import Waiting, fetch_members, fetch_waiting, nameless_row
from helpers.evidence.written_forms import written_forms
from helpers.gateway.gateway import Gateway
from helpers.gateway.pages import PAGE
from helpers.gateway.responses import understood

#: How much longer Twilio takes for a page of 1,000 records than for one record.  Measured on the practice Twilio.
WEIGHT = 3
#: Log -> the name of the filter of its records by time.
LOGS = {"Calls": "StartTime", "Messages": "DateSent"}
_STOPPED = Reason(Cause.STOPPED)


@dataclass
class _Plan:
    """The state of the work on one account."""

    account: Account
    numbers: list[Number]
    #: Written form of a number, or its sid -> its tally.
    tallies: dict[str, Tally]
    #: Log -> expected records, for the logs whose count Usage Records state.
    expected: Mapping[str, int] = field(default_factory=dict)
    #: Log -> estimated records, for a log that turned out to be longer than expected.
    estimated: dict[str, int] = field(default_factory=dict)
    reading_through: bool = True
    pages: int = 0
    messages_seen: int = 0
    #: The pages of calls that were read for the numbers on SIP trunks alone.
    pages_of_trunks: int = 0
    #: Log or messaging service -> why it could not be read.
    unread: dict[str, Reason] = field(default_factory=dict)
    #: Log -> the messaging services of records that name no number; ``ANY`` if a record may be of any number.
    nameless: dict[str, set[str]] = field(default_factory=lambda: {log: set() for log in LOGS})
    #: The messages that wait to be sent.
    waiting: Waiting = field(default_factory=lambda: Waiting(unread=_STOPPED))
    #: Messaging service -> the sids and E.164 numbers of its members, if they could be read.
    members: dict[str, frozenset[str]] = field(default_factory=dict)
    #: Log -> the number of log windows that are not read to their end; 1 until the log is cut.
    left: Counter[str] = field(default_factory=lambda: Counter(Calls=1, Messages=1))
    retention: Retention = field(default_factory=lambda: Retention(None, _STOPPED))
    #: Sid of a number -> its tally, its unread logs with the reasons, and whether more records exist than were counted.
    looked_up: dict[str, tuple[Tally, dict[str, Reason], bool]] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    @property
    def lookups(self) -> float:
        """The expected cost of looking up each number; for those on a SIP trunk, the calls are read through as well."""
        pages = self.size("Calls") / PAGE
        on_trunk = pages <= MOST_PAGES and any(number.get("trunk_sid") for number in self.numbers)
        return sum(map(count_requests, self.numbers)) + (pages * WEIGHT if on_trunk else 0)

    @property
    def way(self) -> TrafficReading:
        """The method of reading, and its requests."""
        how = TrafficMethod.BEGUN if self.pages else TrafficMethod.LOOKED_UP
        lookups = sum(count_requests(number) for number in self.numbers if number.sid in self.looked_up)
        requests = self.pages + lookups + self.pages_of_trunks
        return TrafficReading(how if self.looked_up else TrafficMethod.READ_THROUGH, requests)

    @property
    def services(self) -> set[str]:
        """The messaging services with a message that may be of any of their numbers."""
        return (self.nameless["Messages"] | self.waiting.services.keys()) - {ANY}

    def tally(self, number: Number) -> Tally:
        """Return what the account's log holds of a number so far, in any of its written forms."""
        forms = written_forms(number.phone_number)
        return Tally.of(self.tallies[form] for form in forms) if len(forms) > 1 else self.tallies[number.phone_number]

    def size(self, log: str) -> int:
        """Return the estimated records of a log; 0 if unknown."""
        return self.estimated.get(log) or self.expected.get(log, 0)

    @property
    def worth_it(self) -> bool:
        """Whether reading the logs through is expected to cost less than looking up each number."""
        return sum(map(self.size, LOGS)) / PAGE * WEIGHT + 2 <= self.lookups

    @property
    def too_large(self) -> bool:
        """Whether reading on costs more than looking up each number."""
        return self.pages * WEIGHT > self.lookups + count_requests(self.numbers[0])


def fetch_account_traffic(
    gateway: Gateway,
    account: Account,
    numbers: Sequence[Number],
    window: Window,
    *,
    stop: Event,
    run: Run,
) -> dict[str, Traffic]:
    """
    Fetch the traffic of every number of an account, by sid.

    A count that cannot be read, or is not read before *stop* is set, is None, and the traffic holds the reason.

    Args:
        run: Runs jobs side by side, and returns when all are done; it leaves out those that *stop* came before.
    """
    tallies = {form: Tally() for number in numbers for form in written_forms(number.phone_number)}
    tallies |= {number.sid: tallies[number.phone_number] for number in numbers}
    plan = _Plan(account, list(numbers), tallies)
    run([(Step.USAGE, partial(_plan_reading, gateway, plan, window))])
    read = partial(_read_log_window, gateway, plan, until=window.until, stop=stop)
    if plan.reading_through:
        long = [log for log in LOGS if plan.size(log) >= PAGE]
        short = [(_STEPS[log], partial(_begin, gateway, window, plan, log)) for log in LOGS if plan.size(log) < PAGE]
        run([(_STEPS[each[0]], partial(read, each)) for each in _cut(plan, long, window)] + short)
    if plan.reading_through:
        run([(_STEPS[each[0]], partial(read, each)) for each in _cut(plan, plan.estimated, window)])
    if plan.services:
        run([(Step.MESSAGES, partial(_fetch_members, gateway, plan))])
    to_look_up = [(Step.NUMBERS, partial(_look_up, gateway, window, plan, each)) for each in _numbers_to_look_up(plan)]
    run(([(Step.USAGE, partial(_compare_bill, gateway, plan, window))] if to_look_up else []) + to_look_up)
    if on_trunk := [number for number in numbers if _needs_whole_log(plan, number)]:
        _read_trunk_calls(gateway, plan, on_trunk, window, stop=stop, run=run)
    return {number.sid: _conclude(plan, number, window) for number in plan.numbers}


def _plan_reading(gateway: Gateway, plan: _Plan, window: Window) -> None:
    """
    Fetch the expected size of the logs and the messages that wait, and check the retention of messages.

    This comes before the reading, so that the logs hold everything that was billed by then.
    """
    sid, billed = plan.account.sid, None
    # Without Usage Records, the kit reads the logs through until that costs too much.
    with suppress(CannotRead), understood(f"The usage of {sid}"):
        usage = gateway.usage(sid, since=window.since.date(), until=window.until.date())
        billed = count_billed(usage)
        counts = {"Calls": usage.get("calls", 0), "Messages": billed}
        plan.expected = {log: count for log, count in counts.items() if count is not None}
        plan.reading_through = plan.worth_it
    plan.retention = check_retention(gateway, sid, window, billed=billed)
    plan.waiting = fetch_waiting(gateway, sid)


def _begin(gateway: Gateway, window: Window, plan: _Plan, log: str) -> None:
    """
    Read a log that is expected to fit on one page.

    Another page may follow: if Usage Records could not be read or lag behind, or if Twilio sends shorter pages.  Then
    the first page only serves to estimate the size of the log, and its records do not count.
    """
    try:
        with understood(f"The {log.lower()} of {plan.account.sid}"):
            filters = {f"{LOGS[log]}>": window.since.strftime("%Y-%m-%d")}
            page, follows = next(gateway.log(plan.account.sid, log, filters))
            with plan.lock:
                plan.pages += 1
                tallies, nameless = {} if follows else plan.tallies, plan.nameless[log]
                counted = fold(tallies, log, page, begin=midnight(window.since), until=window.until, nameless=nameless)
                if follows:
                    plan.estimated[log] = estimate_size(page, log, since=window.since)
                    plan.reading_through = plan.reading_through and plan.worth_it
                    return
                plan.messages_seen += counted if log == "Messages" else 0
                plan.left[log] -= 1
    except CannotRead as failure:
        plan.unread[log] = failure.reason


_STEPS = {"Calls": Step.CALLS, "Messages": Step.MESSAGES}
#: A log, and the beginning and the end of the log window.
_LogWindow = tuple[str, datetime, datetime]


def _cut(plan: _Plan, logs: Iterable[str], window: Window) -> list[_LogWindow]:
    """Cut logs into log windows to read side by side, the longest first, so that none of them begins last."""
    sized: list[tuple[float, _LogWindow]] = []
    for log in logs:
        cut = cut_window(plan.size(log), window)
        plan.left[log] = len(cut)
        sized += [(plan.size(log) / len(cut), (log, *log_window)) for log_window in cut]
    sized.sort(key=lambda log_window: -log_window[0])
    return [log_window for _, log_window in sized]


def _read_log_window(gateway: Gateway, plan: _Plan, log_window: _LogWindow, *, until: datetime, stop: Event) -> None:
    log, begin, end = log_window
    name = LOGS[log]
    # Twilio's documentation leaves open whether the last day is included, so the kit filters by time itself.
    filters = {f"{name}>": begin.strftime("%Y-%m-%d"), f"{name}<": end.strftime("%Y-%m-%d")}
    nameless = plan.nameless[log]
    try:
        with understood(f"The {log.lower()} of {plan.account.sid}"):
            for page, follows in gateway.log(plan.account.sid, log, filters):
                with plan.lock:
                    counted = fold(plan.tallies, log, page, begin=begin, end=end, until=until, nameless=nameless)
                    plan.pages += 1
                    plan.messages_seen += counted if log == "Messages" else 0
                # Free the memory before the next page arrives.
                del page
                if stop.is_set():
                    return
                if follows and (plan.too_large or not plan.reading_through):
                    plan.reading_through = False
                    return
        with plan.lock:
            plan.left[log] -= 1
    except CannotRead as failure:
        plan.unread[log] = failure.reason


def _fetch_members(gateway: Gateway, plan: _Plan) -> None:
    """Fetch the numbers of the messaging services of messages without a sender: each is of one of these numbers."""
    members, unread = fetch_members(gateway, plan.account.sid, plan.services)
    plan.members |= members
    plan.unread |= unread


def _numbers_to_look_up(plan: _Plan) -> list[Number]:
    """List the numbers without any call or message so far, unless the logs were read through."""
    if plan.reading_through:
        return []
    return [number for number in plan.numbers if not _is_used(plan.tally(number))]


def _is_used(tally: Tally) -> bool:
    return bool(tally.calls or tally.messages)


def _compare_bill(gateway: Gateway, plan: _Plan, window: Window) -> None:
    """Compare the log with the bill where nobody reads it to its end; elsewhere, ``_final_retention`` does."""
    if plan.left["Messages"]:
        billed = plan.expected.get("Messages")
        plan.retention = compare_bill(gateway, plan.account.sid, window, plan.retention, billed=billed)


def _look_up(gateway: Gateway, window: Window, plan: _Plan, number: Number) -> None:
    plan.looked_up[number.sid] = count_newest(gateway, number, window)


def _needs_whole_log(plan: _Plan, number: Number) -> bool:
    looked_up = plan.looked_up.get(number.sid)
    return looked_up is not None and needs_whole_log(*looked_up[:2])


def _read_trunk_calls(
    gateway: Gateway, plan: _Plan, numbers: Sequence[Number], window: Window, *, stop: Event, run: Run
) -> None:
    nameless = plan.nameless["Calls"]
    tallies, why, pages = fetch_trunk_calls(gateway, numbers, window, nameless=nameless, stop=stop, run=run)
    plan.pages_of_trunks = pages
    for sid in tallies:
        _, unread, more = plan.looked_up[sid]
        plan.looked_up[sid] = tallies[sid], with_calls(unread, why), more


def _conclude(plan: _Plan, number: Number, window: Window) -> Traffic:
    tally, unread, more = plan.looked_up.get(number.sid) or (plan.tally(number), *_unread_logs(plan, number))
    unread = dict(_nameless_records(plan, number)) | unread
    if plan.waiting.unread is not None:
        unread = {"Messages": plan.waiting.unread, **unread}
    retention = _final_retention(plan)
    if retention.doubt is not None:
        unread = {"Messages": retention.doubt, **unread}
    return tally.traffic(
        window,
        unread=unread,
        more=more,
        oldest_message=retention.oldest,
        kept_short=retention.short,
        waiting=plan.waiting.count(number, plan.members),
        way=plan.way,
    )


def _unread_logs(plan: _Plan, number: Number) -> tuple[dict[str, Reason], bool]:
    """List the logs that were not read to their end, and whether the kit gave up; for a number not looked up."""
    given_up = not plan.reading_through and _is_used(plan.tally(number))
    reason = Reason(Cause.GIVEN_UP) if given_up else _STOPPED
    return {log: plan.unread.get(log, reason) for log, left in plan.left.items() if left}, given_up


def _nameless_records(plan: _Plan, number: Number) -> Iterator[tuple[str, Reason]]:
    """List the logs with a record that names no number and may be of this one."""
    services = [(log, service) for log, services in plan.nameless.items() for service in sorted(services)]
    # A waiting message of a service whose members are known counts as use of each of them.
    services += [("Messages", service) for service in sorted(plan.waiting.services) if service not in plan.members]
    for log, service in services:
        members = plan.members.get(service)
        if members is None or not members.isdisjoint({number.sid, *written_forms(number.phone_number)}):
            why = plan.unread.get(service, _STOPPED) if service and members is None else None
            yield log, nameless_row(log, service, why)


def _final_retention(plan: _Plan) -> Retention:
    """Check the retention again if all messages were read: compare the billed messages with those in the log."""
    billed = plan.expected.get("Messages")
    if plan.retention.doubt is not None or billed is None or plan.left["Messages"]:
        return plan.retention
    if not is_incomplete(billed, plan.messages_seen):
        return plan.retention
    doubt = Reason(Cause.NOT_ALL_KEPT, {"billed": billed, "shown": plan.messages_seen})
    return Retention(plan.retention.oldest, doubt, short=True)
