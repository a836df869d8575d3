"""Whether silence proves anything: an account may keep its messages for days only, and its log does not say so."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest

from helpers.core.log_record import LogRecord
from helpers.core.reasons import Cause, Reason
from helpers.core.records import TrafficMethod, TrafficReading, Window
from helpers.decisions.sentences import reason
from helpers.evidence import account_traffic as sweeping
from helpers.evidence.evidence import choose_traffic
from helpers.evidence.log_windows import estimate_size
from helpers.evidence.number_traffic import fetch_number_traffic
from helpers.evidence.retention import check_retention, compare_bill
from helpers.evidence.tally import Tally
from helpers.simulator import Fault
from tests.support.evidence import take_traffic
from tests.support.failures import cannot_read

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


class Log:
    """An account with so many messages on each day, so many days ago, and so many days for which they are kept."""

    def __init__(self, sent, *, kept=400, billed=None, category="sms"):
        self.sent, self.kept, self.category = sent, kept, category
        self.billed = sent if billed is None else billed
        self.requests = 0

    def log(self, account_sid, resource, filters, *, page_size=1000):
        self.requests += 1
        days = [NOW.date() - timedelta(days=ago) for ago in sorted(self.sent) if ago <= self.kept]
        first, last = filters.get("DateSent>", "0"), filters.get("DateSent<", "9")
        ours = [day for day in days if first <= f"{day}" < last]
        how_many = {NOW.date() - timedelta(days=ago): number for ago, number in self.sent.items()}
        found = [
            LogRecord(date_sent=f"{day:%a, %d %b %Y} 08:00:00 +0000") for day in ours for _ in range(how_many[day])
        ]
        yield found[:page_size], len(found) > page_size

    def usage(self, account_sid, *, since, until):
        self.requests += 1
        days = {NOW.date() - timedelta(days=ago): number for ago, number in self.billed.items()}
        return {self.category: sum(number for day, number in days.items() if since <= day <= until)}


def kept(log, *, days=90):
    return check_retention(log, "AC1", Window.of(days, until=NOW))


EVERY_DAY = dict.fromkeys(range(200), 50)


@pytest.mark.parametrize("busy", [1, 50, 5_000])
def test_a_log_with_an_older_message_reaches_back(busy):
    """However much there is: one request."""
    log = Log(dict.fromkeys(range(200), busy))

    assert kept(log).doubt is None
    assert log.requests == 1


@pytest.mark.parametrize("busy", [1, 50, 5_000])
@pytest.mark.parametrize("age", [3, 30, 89])
def test_an_account_younger_than_the_window_is_not_doubted(age, busy):
    """It shows what it was billed for on its first day; more than a page of that is as good."""
    log = Log(dict.fromkeys(range(age), busy))

    assert kept(log).doubt is None
    assert kept(log).oldest.date() == NOW.date() - timedelta(days=age - 1)
    assert log.requests < 2 * 12


@pytest.mark.parametrize("busy", [1, 50, 5_000])
@pytest.mark.parametrize("days", [7, 30, 85, 89])
def test_a_log_that_was_cut_short_proves_nothing(days, busy):
    """Billed for what it does not show: whoever was texted before, nobody can see."""
    log = Log(dict.fromkeys(range(200), busy), kept=days)

    assert kept(log).doubt.code is Cause.KEPT_FOR_LESS
    assert kept(log).short


def test_five_texts_that_were_billed_and_are_not_shown_are_five_too_many():
    """There is no number of missing messages that is small enough to call a number quiet."""
    assert kept(Log({80: 5}, kept=7)).doubt is not None
    assert kept(Log({80: 1}, kept=7)).doubt is not None


def test_an_account_that_texts_over_whatsapp_alone_is_doubted_all_the_same():
    """Its messages are billed under another name."""
    assert kept(Log(EVERY_DAY, kept=7, category="channels-whatsapp")).doubt is not None


def test_an_account_that_never_sent_a_message_lacks_none():
    """Nothing was billed, nothing is shown."""
    assert kept(Log({})).doubt is None
    assert kept(Log({})).oldest is None


def test_an_empty_page_with_another_behind_it_is_no_short_log(operator, quiet):
    """That its account shows old messages is found out from the page that follows."""
    operator.simulator.order(Fault.EMPTY_PAGE, path="/Messages.json")
    window = Window.of(90, until=operator.clock())
    found = check_retention(operator.gateway, quiet.account_sid, window)

    assert found.doubt is None
    assert found.oldest < window.since


class Deaf(Log):
    """A log that shows its newest messages, whatever it is asked for."""

    def log(self, account_sid, resource, filters, *, page_size=1000):
        yield from super().log(account_sid, resource, {}, page_size=page_size)


@pytest.mark.parametrize("busy", [1, 50, 5_000])
def test_messages_of_other_days_than_were_asked_for_prove_nothing(busy):
    """A newer one does not show how far back the log reaches, and a full page of newer ones does not either."""
    log = Deaf(dict.fromkeys(range(200), busy), kept=7)

    assert kept(log).doubt.code is Cause.KEPT_FOR_LESS


@pytest.mark.parametrize(
    "odd", [None, "", 0, 7, 1.5, True, [], ["x"], {}, {"x": 1}, "yesterday", "2026-03-01T08:00:00Z"]
)
def test_a_message_without_a_readable_time_proves_nothing(odd):
    """When it was made is as good as when it was sent; with neither, nobody knows that it is old."""
    log, old = Log(EVERY_DAY, kept=7), "Sun, 02 Nov 2025 08:00:00 +0000"
    found = {}
    for made in (odd, old):
        log.log = lambda *_, made=made, **__: iter([([LogRecord(date_sent=odd, date_created=made)], False)])
        found[made == old] = kept(log).doubt is None

    assert found == {False: False, True: True}


@pytest.mark.parametrize(
    "odd", [None, "", 0, 7, 1.5, True, [], ["x"], {}, {"x": 1}, "yesterday", "2026-03-01T08:00:00Z"]
)
def test_a_page_whose_times_cannot_be_read_is_as_long_as_it_is(odd):
    """That is all that is known of how long its log may be."""
    assert estimate_size([LogRecord(start_time=odd), LogRecord()], "Calls", since=NOW - timedelta(days=90)) == 2


def test_bills_that_cannot_be_read_leave_it_open():
    """Unknown is not a kind of yes."""
    log = Log(EVERY_DAY, kept=7)

    def usage(*_, **__):
        raise cannot_read("The usage could not be read.")

    log.usage = usage

    assert kept(log).doubt.code is Cause.KEEPING_UNKNOWN
    assert not kept(log).short


def compared(log, *, days=90):
    window = Window.of(days, until=NOW)
    return compare_bill(log, "AC1", window, check_retention(log, "AC1", window))


@pytest.mark.parametrize("busy", [1, 5, 50, 5_000])
def test_an_old_message_hides_no_gap(busy):
    """An account began to delete its messages this quarter: what was billed since is not there, and so may ours be."""
    log = Log(dict.fromkeys(range(95, 200), busy), billed=dict.fromkeys(range(200), busy))

    assert kept(log).doubt is None
    assert compared(log).doubt.code in {Cause.NOT_ALL_KEPT, Cause.KEPT_FOR_LESS}
    assert compared(log).short
    assert compared(log).oldest is not None


@pytest.mark.parametrize("busy", [0, 1, 5, 50, 5_000])
def test_a_log_that_shows_what_was_billed_is_not_doubted_and_costs_three_requests_more_at_most(busy):
    """All of it where that is a page; yesterday's where it is more."""
    log = Log(dict.fromkeys(range(200), busy))
    kept(log)
    before, log.requests = log.requests, 0

    assert compared(log).doubt is None
    assert log.requests <= before + 3


def test_a_bill_that_cannot_be_read_takes_nothing_from_what_an_old_message_shows():
    """A key may read logs and no usage; a doubt that was there before stays, too."""
    log = Log(EVERY_DAY)

    def usage(*_, **__):
        raise cannot_read("The usage could not be read.")

    log.usage = usage
    assert compared(log).doubt is None
    log = Log(EVERY_DAY, kept=7)
    assert compared(log).doubt.code is Cause.KEPT_FOR_LESS


@pytest.mark.parametrize("billed", ["3000", "500"])
def test_a_number_that_is_looked_up_in_a_log_with_a_gap_is_unknown(operator, connect, between, quiet, billed):
    """On its card, and among the others of its account, whose log is not read through there."""
    gateway, window = connect(url=between.url), Window.of(90, until=NOW)
    assert fetch_number_traffic(gateway, quiet, window).messages == 0

    def bill(path, content):
        for record in content.get("usage_records", ()):
            record["count"] = billed if record["category"] == "sms" else record["count"]

    between.changes.append(bill)
    accounts = {account.sid: account for account in operator.gateway.accounts()}
    together = take_traffic(gateway, [quiet], accounts, window)

    for found in (fetch_number_traffic(gateway, quiet, window), together[quiet.sid]):
        assert found.messages is None
        assert found.unread["Messages"].code in {Cause.NOT_ALL_KEPT, Cause.KEPT_FOR_LESS}


def test_a_gap_that_only_a_whole_reading_found_is_not_forgotten_by_a_look_at_one_number(operator):
    """The number's own question is answered with nothing, as it would be if its messages had been deleted."""
    window = Window.of(90, until=NOW)
    why = Reason(Cause.NOT_ALL_KEPT, {"billed": 3000, "shown": 9})
    old = Tally().traffic(window, unread={"Messages": why}, way=TrafficReading(TrafficMethod.READ_THROUGH, 5))
    new = Tally().traffic(window, unread={})
    chosen = choose_traffic(new, old)

    assert (chosen.calls, chosen.messages) == (0, None)
    assert chosen.unread["Messages"].code is Cause.NOT_ALL_KEPT
    assert reason(chosen.unread["Messages"]).startswith("Found on 2 March 2026, 09:30 UTC, where")
    # Whoever reads the whole log anew knows better.
    assert choose_traffic(replace(new, way=old.way), old).messages == 0


#: What stands where Twilio should state how many messages were billed.
NO_COUNTS = (None, "", "many", "-5", -5, "NaN", True, False, 1.5, "1.5", [], [5], {}, "MISSING")


def lab_of(operator):
    """Find the numbers of an account that nobody calls or texts, and every account by its sid."""
    inventory = operator.inventory()
    accounts = {account.sid: account for account in inventory.accounts}
    return [one for one in inventory.numbers if accounts[one.account_sid].friendly_name == "Acme Test Lab"], accounts


@pytest.mark.parametrize("stated", NO_COUNTS)
def test_a_bill_without_a_count_makes_no_number_quiet(operator, connect, between, stated):
    """An account whose log shows no old message: how far it reaches is told by the bill alone, both ways."""
    lab, accounts = lab_of(operator)
    gateway = connect(url=between.url)

    def blank(path, content):
        for record in content.get("usage_records", ()):
            record["count"] = stated
            if stated == "MISSING":
                del record["count"]

    between.changes.append(blank)
    window = Window.of(90, until=NOW)
    how = {"stop": Event()}
    together = take_traffic(gateway, lab, accounts, window, **how)
    alone = {number.sid: fetch_number_traffic(gateway, number, window) for number in lab}

    for found in (together, alone):
        assert {(traffic.calls, traffic.messages) for traffic in found.values()} == {(0, None)}
        assert {why.code for traffic in found.values() for why in traffic.unread.values()} == {Cause.KEEPING_UNKNOWN}


@pytest.mark.parametrize("category", ["calls", "phonenumbers", "totalprice"])
def test_a_count_that_no_message_is_billed_under_leaves_no_doubt(operator, connect, between, category):
    """Twilio's own example states null for some categories: those say nothing of messages."""
    lab, accounts = lab_of(operator)
    gateway = connect(url=between.url)

    def blank(path, content):
        for record in content.get("usage_records", ()):
            record["count"] = None if record["category"] == category else record["count"]

    between.changes.append(blank)
    how = {"stop": Event()}
    found = take_traffic(gateway, lab, accounts, Window.of(90, until=NOW), **how)

    assert {(traffic.calls, traffic.messages) for traffic in found.values()} == {(0, 0)}


@pytest.fixture
def company(busy_company):
    return busy_company("1x50+40000")


@pytest.mark.parametrize("way", [0, 10**9])
def test_a_quiet_number_of_a_busy_account_is_quiet_both_ways(company, monkeypatch, way):
    """The grid and the release card say the same, though there are more messages than fit on a page."""
    monkeypatch.setattr(sweeping, "WEIGHT", way)
    window = Window.of(90, until=NOW)
    ours = company.inventory.numbers
    found = take_traffic(
        company.gateway,
        ours,
        {account.sid: account for account in company.inventory.accounts},
        window,
        stop=company.stop,
    )
    silent = [number for number in ours if (found[number.sid].calls, found[number.sid].messages) == (0, 0)]

    assert len(silent) > 5
    assert [traffic for traffic in found.values() if None in (traffic.calls, traffic.messages)] == []
    for number in silent[:5]:
        seen = fetch_number_traffic(company.gateway, number, window)
        assert (seen.calls, seen.messages) == (0, 0)
