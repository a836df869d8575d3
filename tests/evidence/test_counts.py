"""What is counted is what happened: the sweep against the practice Twilio's own log, record by record."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from helpers.core.dates import readable
from helpers.core.log_record import LogRecord
from helpers.core.records import Window
from helpers.evidence import log_windows as cutting
from helpers.evidence.log_windows import cut_window, midnight
from helpers.evidence.tally import Tally, fold
from tests.evidence.test_account_traffic import sweep_of
from tests.support.failures import cannot_read


def unreadable(*_, **__):
    raise cannot_read("Nobody may read it.")


#: What Usage Records say: the truth; nothing, because nobody may read them; nothing yet, because they lag behind.
USAGE = {"right": None, "unreadable": unreadable, "says nothing": lambda *_, **__: {}}


def happened(company, *, since):
    """Count in the practice Twilio's own log what each number had part in, and when that was last."""
    counts, last = Counter(), {}
    scenario = company.simulator.world.scenario
    for account in scenario.accounts:
        for kind, log, field in (
            ("calls", scenario.calls(account), "start_time"),
            ("messages", scenario.messages(account), "date_sent"),
        ):
            for record in log:
                moment = readable(record.fields[field])
                if moment >= since:
                    for side in ("to", "from"):
                        number = record.fields[side]
                        counts[kind, number] += 1
                        last[number] = max(moment, last.get(number, moment))
    return counts, last


@pytest.mark.parametrize("said", USAGE)
@pytest.mark.parametrize("seed", range(4))
def test_every_call_and_every_message_is_counted_once(busy_company, clock, monkeypatch, seed, said):
    """A company drawn by lot, its logs cut where they may be cut: counts and latest times are those of its own log."""
    dice = Random(seed)
    accounts, each = dice.randint(1, 4), dice.randint(40, 90)
    company = busy_company(f"{accounts}x{each}+{dice.randint(1, 9) * 1000 + dice.randint(0, 999)}")
    monkeypatch.setattr(cutting, "ENOUGH", dice.choice([200, 700, 3000]))
    if USAGE[said]:
        monkeypatch.setattr(company.gateway, "usage", USAGE[said])
    # Log windows of a window that begins in the middle of a day, and of the traffic.
    found = sweep_of(company, clock, days=dice.choice([20, 61, 89]))
    some = next(iter(found.values()))
    counts, last = happened(company, since=midnight(some.since))

    for number in company.inventory.numbers:
        traffic = found[number.sid]
        assert not traffic.more
        assert traffic.calls == counts["calls", number.phone_number]
        assert traffic.messages == counts["messages", number.phone_number] or (
            # How far back the log reaches cannot be told without the bill.
            said == "unreadable" and traffic.messages is None and traffic.unread
        )
        assert traffic.last_used == last.get(number.phone_number)
    assert sum(counts.values()) > 500


@pytest.mark.parametrize("expected", [0, 2999, 7000, 40_000, 10**6])
@pytest.mark.parametrize("days", [0, 1, 6, 89.5, 390])
def test_stretches_leave_no_moment_out_and_hold_none_twice(expected, days):
    """Each begins where the one before ends, at midnight; the first before the window, the last after it."""
    until = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    since = until - timedelta(days=days)
    cut = cut_window(expected, Window(since, until))

    assert 1 <= len(cut) <= 16
    assert [begin for begin, _ in cut[1:]] == [end for _, end in cut[:-1]]
    assert all(begin == midnight(begin) for begin, _ in cut)
    assert (cut[0][0], cut[-1][1] > until) == (midnight(since), True)


def requests_for(company, clock, monkeypatch, usage):
    with monkeypatch.context() as patched:
        if usage:
            patched.setattr(company.gateway, "usage", usage)
        before = company.gateway.requests
        sweep_of(company, clock)
        return company.gateway.requests - before


@pytest.mark.parametrize("world", ["1x200+20000", "1x20+60000"])
@pytest.mark.parametrize("said", ["unreadable", "says nothing"])
def test_a_log_that_is_longer_than_usage_said_costs_two_pages_more(busy_company, clock, monkeypatch, world, said):
    """One of the calls, one of the messages; then it is done as it would have been done at once."""
    company = busy_company(world)
    planned = requests_for(company, clock, monkeypatch, None)
    found_out = requests_for(company, clock, monkeypatch, USAGE[said])

    assert found_out <= planned + 4


@pytest.mark.parametrize(
    ("written", "counted"),
    [
        ("Sat, 28 Feb 2026 23:59:59 +0000", 0),
        ("Sun, 01 Mar 2026 00:00:00 +0000", 1),
        ("Sun, 01 Mar 2026 23:59:59 +0000", 1),
        ("Mon, 02 Mar 2026 00:00:00 +0000", 0),
        ("Mon, 02 Mar 2026 00:00:00 -0500", 1),
        ("2026-03-02T00:00:00Z", 1),
        (20260302, 1),
        (None, 1),
    ],
)
def test_a_stretch_counts_its_own_days_and_what_has_no_time(written, counted):
    """A record of the day before or after is another log window's; one whose time cannot be read counts, without it."""
    begin = datetime(2026, 3, 1, tzinfo=UTC)
    tally = Tally()
    records = [LogRecord(to="+14155550112", from_="+14155550199", start_time=written)]
    found = fold({"+14155550112": tally}, "Calls", records, begin=begin, end=begin + timedelta(days=1), until=begin)

    assert found == tally.calls == counted
    assert list(tally.last.values()) == ([f"2026-03-01 {written[17:25]}"] if "01 Mar" in str(written) else [])
