"""The traffic of the whole company: two ways to ask, one answer, and never silence in place of "could not look"."""

import threading
import time
from collections import Counter
from itertools import count

import pytest
from msgspec.structs import replace

from helpers.core.log_record import LogRecord
from helpers.core.reasons import Cause, Reason
from helpers.core.records import Traffic, TrafficMethod, Window
from helpers.decisions.sentences import reason
from helpers.evidence import account_traffic as sweeping
from helpers.evidence.number_traffic import fetch_number_traffic
from helpers.evidence.tally import Tally, fold
from helpers.simulator import Fault
from tests.support.evidence import take_traffic
from tests.support.golden import as_read


@pytest.fixture
def take(operator):
    """Find out about every number of the company."""

    def taken(*, days=90, stop=None) -> dict[str, Traffic]:
        inventory = operator.inventory()
        return take_traffic(
            operator.gateway,
            inventory.numbers,
            {account.sid: account for account in inventory.accounts},
            Window.of(days, until=operator.clock()),
            stop=stop,
        )

    return taken


def one_by_one(operator, *, days=90):
    window = Window.of(days, until=operator.clock())
    return {
        number.sid: fetch_number_traffic(operator.gateway, number, window) for number in operator.inventory().numbers
    }


def same(one, other):
    """Compare what is told about a number; where only the newest were counted, whether there were any."""
    if any(why.code is Cause.ON_TRUNK for why in (*one.unread.values(), *other.unread.values())):
        # The calls that it made were found, and so nobody read on for those that came in over its trunk.
        return one.used and other.used
    fields = [
        "last_call_in",
        "last_call_out",
        "last_message_in",
        "last_message_out",
        "last_used",
        "oldest_message",
        "kept_short",
    ]
    if not (one.more or other.more):
        fields += ["calls", "messages", "active"]
    counted = all(
        (getattr(one, log) is None) == (getattr(other, log) is None)
        and bool(getattr(one, log)) == bool(getattr(other, log))
        for log in ("calls", "messages")
    )
    return counted and [getattr(one, field) for field in fields] == [getattr(other, field) for field in fields]


@pytest.mark.parametrize("days", [7, 90, 390])
def test_sweeping_and_looking_up_give_the_same_answer(operator, take, days):
    """Every number of the company, both ways: counts, latest times each way, and Twilio's own rule."""
    swept, asked = take(days=days), one_by_one(operator, days=days)

    assert len(swept) == len(asked) > 55
    assert [sid for sid in swept if not same(swept[sid], asked[sid])] == []


def test_a_sweep_that_gets_too_long_goes_over_to_looking_up(operator, take, monkeypatch):
    """Usage Records said little and the log goes on and on: the answer is the same, and says "at least" at most."""
    expected = take()
    monkeypatch.setattr(sweeping, "WEIGHT", 10_000)
    monkeypatch.setattr(sweeping, "PAGE", 1)
    operator.simulator.order(Fault.FORBIDDEN, path="/Usage/Records", times=99)
    found = take()

    for sid, traffic in found.items():
        assert bool(traffic.calls) == bool(expected[sid].calls)
        assert bool(traffic.messages) == bool(expected[sid].messages) or traffic.messages is None


@pytest.mark.parametrize("log", ["Calls", "Messages"])
def test_a_log_that_fails_half_way_leaves_its_quiet_numbers_open(operator, take, quiet, log):
    """What was heard still counts; what was not heard is unknown, and the reason says so."""
    operator.simulator.order(Fault.UNAVAILABLE_BEFORE, path=f"{quiet.account_sid}/{log}", times=99)
    found = take()
    field = log.lower()

    assert getattr(found[quiet.sid], field) is None
    assert Cause.READ_REFUSED in {why.code for why in found[quiet.sid].unread.values()}
    elsewhere = operator.number("Board room")
    assert getattr(found[elsewhere.sid], field) == 0


@pytest.mark.parametrize("log", ["Calls", "Messages"])
@pytest.mark.parametrize("way", [0, 10**9])
def test_an_empty_page_with_another_behind_it_is_no_silence(operator, take, monkeypatch, log, way):
    """Pages may be shorter than was asked for: only where no other follows is a log at its end, whichever way."""
    monkeypatch.setattr(sweeping, "WEIGHT", way)
    expected = take()
    # More than three in a row would be a list that does not end.
    for account in operator.inventory().accounts:
        operator.simulator.order(Fault.EMPTY_PAGE, path=f"/{account.sid}/{log}.json", times=3)

    found = take()

    assert [sid for sid, traffic in found.items() if not same(traffic, expected[sid])] == []


def test_a_log_of_short_pages_is_read_to_its_end(operator, take, monkeypatch):
    """Nothing says how many records a page has: one of each number of them counts like one of all."""
    expected, read = take(), operator.gateway.log

    def short(account_sid, resource, filters, *, page_size=1000):
        yield from read(account_sid, resource, filters, page_size=min(page_size, 7))

    monkeypatch.setattr(operator.gateway, "log", short)
    monkeypatch.setattr(sweeping, "WEIGHT", 0)

    assert [sid for sid, traffic in take().items() if not same(traffic, expected[sid])] == []


def test_what_is_behind_an_empty_page_and_cannot_be_read_is_unknown(operator, take):
    """The page that follows fails: that is no silence either."""
    busy = operator.number("Hotline")
    operator.simulator.order(Fault.EMPTY_PAGE, path=f"{busy.account_sid}/Calls")
    operator.simulator.order(Fault.FORBIDDEN, path=f"{busy.account_sid}/Calls", times=99)

    assert take()[busy.sid].calls is None


def test_one_odd_record_costs_no_other_account_its_answer(operator, take, quiet, monkeypatch, snapshot):
    """A page without its list, a date in another form, a length in fractions: only what depends on them is open."""
    expected = take()
    read = operator.gateway.log

    def odd(account_sid, resource, filters, *, page_size=1000):
        for page, follows in read(account_sid, resource, filters, page_size=page_size):
            if account_sid == quiet.account_sid and resource == "Messages":
                raise KeyError("messages")
            yield [replace(one, duration="12.5", start_time="2026-03-01T00:00:00Z") for one in page], follows

    monkeypatch.setattr(operator.gateway, "log", odd)
    found = take()

    assert found[quiet.sid].messages is None
    assert as_read(reason(next(iter(found[quiet.sid].unread.values())))) == snapshot
    ours = [number for number in operator.inventory().numbers if number.account_sid != quiet.account_sid]
    assert all(found[number.sid].messages == expected[number.sid].messages for number in ours)
    assert all(bool(found[number.sid].calls) >= bool(expected[number.sid].calls) for number in ours)


def sweep_of(company, clock, *, days=90, stop=None, before=None):
    return take_traffic(
        company.gateway,
        company.inventory.numbers,
        {account.sid: account for account in company.inventory.accounts},
        Window.of(days, until=clock()),
        stop=stop,
        before=before,
    )


@pytest.mark.parametrize("after", [0, 2, 5])
@pytest.mark.parametrize("log", ["/Calls", "/Messages"])
def test_nothing_is_called_idle_for_longer_than_it_was(busy_company, clock, log, after):
    """The newest log window of a log fails while older ones are read: for how long a number is idle is then unknown."""
    company = busy_company("1x60+20000")
    true = {sid: traffic.idle_days for sid, traffic in sweep_of(company, clock).items()}
    company.simulator.order(Fault.FORBIDDEN, path=log, times=3, after=after)
    found = sweep_of(company, clock)

    assert [sid for sid, days in true.items() if days is None] == []
    assert {traffic.idle_days for sid, traffic in found.items() if traffic.idle_days != true[sid]} == {None}


def test_a_log_that_was_begun_and_left_is_no_zero(busy_company, clock, monkeypatch):
    """A number that was heard in one log only, when the sweep was given up, has an unknown count in the other."""
    company = busy_company("1x60+20000")
    true = sweep_of(company, clock)
    monkeypatch.setattr(sweeping, "WEIGHT", 60)
    monkeypatch.setattr(
        company.gateway, "usage", lambda *_, since, until: {"calls": 2500, "sms": 2500 if until > since else 1}
    )
    found = sweep_of(company, clock)

    assert next(iter(found.values())).way.how is TrafficMethod.BEGUN
    assert {why.code for traffic in found.values() for why in traffic.unread.values()} == {Cause.GIVEN_UP}
    assert [sid for sid, traffic in found.items() if traffic.calls == 0 and true[sid].calls] == []
    assert [sid for sid, traffic in found.items() if traffic.messages == 0 and true[sid].messages] == []
    assert {traffic.idle_days for sid, traffic in found.items() if traffic.idle_days != true[sid].idle_days} <= {None}


def test_what_was_read_before_stop_was_pressed_is_known(busy_company, clock):
    """Accounts that were read to their end are judged; the others are unknown, every number of them."""
    company = busy_company("100x3+6000")
    true, stop, begun = sweep_of(company, clock), threading.Event(), count(1)

    def before():
        # Each of 100 accounts has some jobs.
        if next(begun) == 70:
            stop.set()

    found = sweep_of(company, clock, stop=stop, before=before)
    accounts = {number.sid: number.account_sid for number in company.inventory.numbers}
    whole = {accounts[sid] for sid in found if (found[sid].calls, found[sid].messages) == (0, 0)}

    assert 0 < len(whole) < 101
    assert [sid for sid in found if accounts[sid] in whole and not same(found[sid], true[sid])] == []
    assert any(traffic.stopped for traffic in found.values())


def test_a_stopped_look_knows_nothing_it_did_not_see(operator, take):
    """Stopped at once: every number is unknown, none is quiet."""
    stop = threading.Event()
    stop.set()
    found = take(stop=stop)

    assert {traffic.calls for traffic in found.values()} == {None}
    assert all(traffic.stopped and len(traffic.unread) == 2 for traffic in found.values())


def test_a_throttling_twilio_changes_nothing_but_the_time(operator, take):
    """A storm of 429s is waited out."""
    expected = take()
    operator.simulator.order(Fault.THROTTLED, path="/Calls", times=10)

    assert {sid for sid, traffic in take().items() if not same(traffic, expected[sid])} == set()


def record(*, day="Sun, 01 Mar 2026 08:00:00 +0000", **fields):
    return LogRecord(to="+14155550112", from_="+14155550199", start_time=day, date_sent=day, **fields)


@pytest.mark.parametrize(
    ("resource", "records", "active"),
    [
        ("Calls", [record(status="completed", duration="12")] * 3, True),
        ("Calls", [record(status="completed", duration="12")] * 2, False),
        ("Calls", [record(status="completed", duration="11")] * 9, False),
        ("Calls", [record(status="no-answer", duration="60")] * 9, False),
        ("Calls", [record(status="completed", duration="60", day="Thu, 29 Jan 2026 08:00:00 +0000")] * 9, False),
        ("Calls", [record(status="completed", duration="12.5")] * 9, False),
        ("Calls", [record(status="completed", duration="60", day="2026-03-01T08:00:00Z")] * 9, False),
        ("Calls", [record(status="completed", duration="60", day="Tue, 31 Feb 2026 08:00:00 +0000")] * 9, False),
        ("Calls", [record(status="completed", duration="60", day="Sun, 01 Mar 2026 25:00:00 +0000")] * 9, True),
        ("Messages", [record()] * 3, True),
        ("Messages", [record()] * 2, False),
    ],
)
def test_active_is_what_twilio_calls_active(clock, resource, records, active):
    """In the last month at least three completed calls of twelve seconds, or three texts."""
    tally = Tally()
    fold({"+14155550112": tally}, resource, records, until=clock())
    traffic = tally.traffic(Window.of(90, until=clock()), unread={})

    assert traffic.active is active
    assert traffic.calls + traffic.messages == len(records)


def test_an_unread_log_leaves_twilios_rule_open(clock):
    """Two texts and an unread call log: it may be active, and may not."""
    tally = Tally()
    fold({"+14155550112": tally}, "Messages", [record()] * 2, until=clock())
    traffic = tally.traffic(Window.of(90, until=clock()), unread={"Calls": Reason(Cause.STOPPED)})

    assert traffic.active is None
    assert (traffic.calls, traffic.messages) == (None, 2)


def test_a_stopped_look_ends_with_the_answers_that_are_under_way(busy_company, clock):
    """What was never answered is not asked for again, no page follows, and what is missing was stopped."""
    company, stop = busy_company("3x30+9000", timeouts=(1.0, 1.0)), threading.Event()
    company.simulator.order(Fault.SILENT_BEFORE, method="GET", path="/Calls.json", times=1_000, seconds=60)
    threading.Timer(0.5, stop.set).start()
    began = time.monotonic()
    found = sweep_of(company, clock, stop=stop)

    # The last answer is waited for until its time is over; three tries of each would take three times as long.
    assert time.monotonic() - began < 2.5
    assert {traffic.calls for traffic in found.values()} == {None}
    assert any(traffic.stopped for traffic in found.values())


def test_repeated_rows_are_counted_once(operator, take, monkeypatch):
    """Each page of a log repeats the one before it: counts and bills are those of the log."""
    read = operator.gateway.client.pages

    def counts():
        return Counter({sid: (one.calls, one.messages) for sid, one in take().items()})

    def repeated(url, key, make, **how):
        before = []
        for page, follows in read(url.replace("PageSize=1000", "PageSize=9"), key, make, **how):
            yield before + page, follows
            before = page if key in {"calls", "messages"} else []

    monkeypatch.setattr(sweeping, "WEIGHT", 0)
    true = counts()
    monkeypatch.setattr(operator.gateway.client, "pages", repeated)

    assert counts() == true
