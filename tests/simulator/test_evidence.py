"""What the practice Twilio tells about use: logs, in bulk too, how long they are kept, and what was billed."""

import json
import time
from collections import Counter
from datetime import timedelta
from email.utils import parsedate_to_datetime

import pytest
from twilio.base.exceptions import TwilioException

from helpers.simulator import serve
from helpers.simulator.world.events import UNANSWERED
from helpers.simulator.world.scenarios import scenario
from helpers.simulator.world.traffic_log import LogFilter
from tests.support.simulator_tools import BORN, Controls, account_named, every_number_of

#: Four accounts of twenty numbers, and so many calls and messages.
BUSY, TRAFFIC = "4x20+6000", 6000


@pytest.fixture(scope="module")
def busy():
    """Serve a generated company with traffic to the tests that only look."""
    with serve(world=BUSY, seed="busy", now=lambda: BORN) as simulator:
        yield simulator


@pytest.fixture
def simulator():
    """Serve the small company to one test, which may change it."""
    with serve(world="acme", seed="evidence", now=lambda: BORN) as simulator:
        yield simulator


def logs_of(world):
    return [log(account) for account in world.accounts for log in (world.calls, world.messages)]


def usage(client, **wanted):
    return {record.category: record for record in client.usage.records.list(**wanted)}


def busiest(simulator, client):
    """Find the account with the most calls, and those calls."""
    accounts = [client.api.v2010.accounts(account.sid) for account in simulator.world.accounts.values()]
    logs = {context: context.calls.list(page_size=1000) for context in accounts}
    return max(logs.items(), key=lambda item: len(item[1]))


@pytest.mark.parametrize("name", ["1x1+1", "1x7+1001", BUSY, "20x5+333"])
def test_world_has_the_traffic_named(name):
    """A world has as many records as its name says, all of the last ninety days, each with its own sid."""
    world = scenario(name, seed="traffic", born=BORN)
    records = [record for log in logs_of(world) for record in log]
    moments = [
        parsedate_to_datetime(record.fields.get("start_time", record.fields.get("date_sent"))) for record in records
    ]

    assert len(records) == int(name.partition("+")[2])
    assert len({record.sid for record in records}) == len(records)
    assert all(BORN - timedelta(days=90, seconds=1) <= moment < BORN for moment in moments)


def test_most_of_the_traffic_is_a_few_numbers_and_many_have_none():
    """At most three out of five numbers are used, some only for calls or only for texts; some accounts are silent."""
    world = scenario("20x50+40000", seed="few", born=BORN)
    used = {"CA": Counter(), "SM": Counter()}
    for log in logs_of(world):
        for record in log:
            used[record.sid[:2]][record.fields["to" if record.fields["direction"] == "inbound" else "from"]] += 1
    called, texted, both = used["CA"], used["SM"], used["CA"] + used["SM"]
    held = {number.fields["phone_number"] for numbers in every_number_of(world).values() for number in numbers}

    assert both.keys() <= held
    assert 0.4 * len(held) < len(both) <= 0.6 * len(held)
    assert min(len(called.keys() - texted.keys()), len(texted.keys() - called.keys())) > 0.1 * len(held)
    assert sum(count for _, count in both.most_common(len(both) // 5)) > 0.5 * 40_000
    assert sum(not world.calls(account) and not world.messages(account) for account in world.accounts) > 1


@pytest.mark.parametrize("name", ["2x2+99999999", "2x0+5"])
def test_impossible_traffic_is_refused(name, snapshot):
    """A world with too much traffic, or with traffic of no numbers, is refused."""
    with pytest.raises(ValueError) as refusal:  # noqa: PT011  # the sentence is in the golden file
        scenario(name, seed="x", born=BORN)
    assert str(refusal.value) == snapshot


def test_records_in_bulk_are_written_like_those_that_are_told():
    """With the same fields in the same order, and each in the company's own range of callers."""
    made, told = (scenario(name, seed="x", born=BORN) for name in (BUSY, "acme"))
    account = max(made.accounts, key=lambda account: len(made.calls(account)))
    support, alerts = told.accounts[1], told.accounts[5]

    assert list(made.calls(account)[0].fields) == list(told.calls(support)[0].fields)
    assert list(made.messages(account)[0].fields) == list(told.messages(alerts)[0].fields)
    assert made.calls(account)[7].fields["sid"] == made.calls(account)[7].sid


def test_a_page_written_all_at_once_is_its_records_one_by_one():
    """The same text, wherever the page begins; a page of nothing is empty."""
    world = scenario(BUSY, seed="page", born=BORN)
    for log in logs_of(world):
        page = log.select(LogFilter())[5:32]

        assert log.text(page) == ", ".join(record.text for record in page)
        assert [json.loads(record.text)["sid"] for record in page] == [record.sid for record in page]
        assert not log.text(page[:0])


def test_nobody_who_calls_has_a_number_of_the_company():
    """So that a number that nobody uses is in no log by accident."""
    for world in (scenario(name, seed="others", born=BORN) for name in (BUSY, "acme")):
        held = {number.fields["phone_number"] for numbers in every_number_of(world).values() for number in numbers}
        others = {
            record.fields["from" if record.fields["direction"] == "inbound" else "to"].removeprefix("whatsapp:")
            for log in logs_of(world)
            for record in log
        }

        assert others
        assert others & held == set()


def test_a_big_log_is_read_like_a_small_one(busy, connect):
    """Page by page, by number, by day, by moment, by state and by end: the same as sorting it out oneself."""
    account, calls = busiest(busy, connect(busy))
    some = calls[len(calls) // 3]
    day, moment, ended = some.start_time.date(), some.start_time, some.end_time
    in_one_week = {"start_time_after": moment - timedelta(days=7), "start_time_before": moment}

    def sids(records):
        return [record.sid for record in records]

    listed = account.calls.list
    assert [c.start_time for c in calls] == sorted((c.start_time for c in calls), reverse=True)
    assert sids(listed(page_size=77)) == sids(calls)
    assert sids(listed(start_time=day)) == sids(c for c in calls if c.start_time.date() == day) != []
    assert sids(listed(**in_one_week)) == sids(c for c in calls if moment - timedelta(days=7) <= c.start_time <= moment)
    assert sids(listed(start_time_after=moment)) == sids(c for c in calls if c.start_time >= moment)
    assert sids(listed(end_time_after=ended)) == sids(c for c in calls if c.end_time and c.end_time >= ended)
    assert sids(listed(status="no-answer")) == sids(c for c in calls if c.status == "no-answer") != []
    for end, number in (("to", some.to), ("from_", some._from)):
        expected = [c for c in calls if (c.to if end == "to" else c._from) == number]
        assert sids(listed(**{end: number})) == sids(expected) != []
        assert sids(listed(**{end: number}, page_size=1, limit=1)) == sids(expected[:1])
    assert listed(to="+12125550199", from_=some._from) == []
    assert listed(to=some.to, from_="+19995550100") == []


def test_the_same_seed_makes_the_same_traffic():
    """Also when it was dropped from memory in between."""
    first, second = (scenario(BUSY, seed="again", born=BORN) for _ in range(2))

    assert [r.text for log in logs_of(first) for r in log[:5]] == [r.text for log in logs_of(second) for r in log[:5]]


def test_two_million_records_take_no_time_until_they_are_read():
    """The world is there at once; a thousand records take less than 100 ms even on a busy machine."""
    began = time.process_time()
    with serve(world="200x50+2000000", seed="big", now=lambda: BORN) as simulator:
        account = max(simulator.world.accounts.values(), key=lambda a: len(simulator.world.scenario.calls(a)))
        controls = Controls(simulator)
        path = f"/2010-04-01/Accounts/{account.sid}/Calls.json?PageSize=1000"
        answers = [controls.twilio(path, simulator.credentials["main_token"]) for _ in range(4)]
        controls.session.close()

    assert time.process_time() - began < 5
    assert [len(answer.json()["calls"]) for answer in answers] == [1000] * 4
    assert min(float(answer.headers["Twilio-Request-Duration"]) for answer in answers) < 0.1


@pytest.mark.parametrize("world", ["acme", BUSY])
def test_what_is_billed_is_what_happened(connect, world):
    """For each account by itself, the records count its calls and its texts, in and out, over any days."""
    with serve(world=world, seed="billed", now=lambda: BORN) as simulator:
        client = connect(simulator)
        simulator.world.retention.clear()
        for account in (a for a in simulator.world.accounts.values() if a.status == "active"):
            context = client.api.v2010.accounts(account.sid)
            since = BORN.date() - timedelta(days=30)
            billed = usage(context, start_date=since, end_date=BORN.date(), include_subaccounts=False)
            calls = context.calls.list(start_time_after=since)
            texts = [m for m in context.messages.list(date_sent_after=since) if not m.from_.startswith("whatsapp:")]

            for category, listed in (("calls", calls), ("sms", texts)):
                inbound = sum(record.direction in {"inbound", "trunking-originating"} for record in listed)
                assert billed[category].count == str(len(listed))
                assert billed[f"{category}-inbound"].count == str(inbound)
                assert billed[f"{category}-outbound"].count == str(len(listed) - inbound)
            assert billed["mms"].count == "0"
            assert billed["phonenumbers"].count == str(len(context.incoming_phone_numbers.list()))


@pytest.mark.parametrize("world", ["acme", "1x20+3000"])
def test_a_call_that_nobody_answered_has_no_end_no_length_and_no_price(world, connect):
    """In the story and in bulk; on the bill it counts, and costs nothing."""
    with serve(world=world, seed="evidence", now=lambda: BORN) as simulator:
        client = connect(simulator)
        calls = [
            call
            for account in simulator.world.accounts
            for call in client.api.v2010.accounts(account).calls.list(page_size=1000)
        ]
        total = usage(client, category="calls", start_date="-2000days")["calls"]
    unanswered = [call for call in calls if call.status != "completed"]
    answered = [call for call in calls if call.status == "completed"]

    assert {call.status for call in unanswered} == ({"no-answer"} if "x" in world else set(UNANSWERED))
    assert {(call.end_time, call.duration, call.price) for call in unanswered} == {(None, None, None)}
    assert all(call.start_time and call.date_created == call.start_time for call in unanswered)
    assert all(call.end_time and int(call.duration) > 0 > float(call.price) for call in answered)
    assert int(total.count) == len(calls)
    if world == "acme":
        assert float(total.price) == pytest.approx(-sum(float(call.price) for call in answered))


def test_a_call_that_is_put_through_is_two_calls(simulator, connect):
    """The second leg names the first, shows the first caller, and has a price of its own."""
    calls = account_named(connect(simulator), "Acme Support").calls
    legs = [call for call in calls.list() if call.parent_call_sid]
    first = {call.sid: call for call in calls.list(to="+14155550116") if call.status == "completed"}

    assert {leg.parent_call_sid for leg in legs} == first.keys() != set()
    assert [leg.sid for leg in calls.list(parent_call_sid=legs[0].parent_call_sid)] == [legs[0].sid]
    for leg in legs:
        assert (leg.direction, leg._from, leg.forwarded_from) == (
            "outbound-dial",
            first[leg.parent_call_sid]._from,
            "+14155550116",
        )
        assert float(leg.price) < 0


def test_not_every_text_arrives(simulator, connect):
    """Some are undelivered or failed, with an error; a failed one costs nothing."""
    client = connect(simulator)
    texts = [
        text
        for account in simulator.world.accounts
        for text in client.api.v2010.accounts(account).messages.list(page_size=1000)
        if text.date_sent
    ]
    failed = [text for text in texts if text.status == "failed"]
    undelivered = [text for text in texts if text.status == "undelivered"]

    assert {text.status for text in texts} == {"received", "delivered", "failed", "undelivered"}
    assert {text.direction for text in failed + undelivered} == {"outbound-api"}
    assert all(text.error_code and text.price is None for text in failed)
    assert all(text.error_code and text.price for text in undelivered)


def test_a_text_that_waits_in_a_messaging_service_has_no_sender_and_no_time(simulator, connect):
    """The list has it, unless it is asked for the days of sending; no bill counts it yet."""
    alerts = account_named(connect(simulator), "Acme Alerts")
    waiting = [text for text in alerts.messages.list() if text.date_sent is None]

    assert {text.status for text in waiting} == {"accepted", "scheduled"}
    assert {(text.from_, text.price) for text in waiting} == {(None, None)}
    assert all(text.messaging_service_sid.startswith("MG") and text.date_created < BORN for text in waiting)
    assert not [text for text in alerts.messages.list(date_sent_after=BORN - timedelta(days=90)) if not text.date_sent]
    assert int(usage(alerts)["sms"].count) == 160


def test_usage_is_of_the_whole_company_unless_told_otherwise(busy, connect):
    """The main account's records include those of its subaccounts."""
    client = connect(busy)
    every, own = usage(client), usage(client, include_subaccounts=False)

    assert int(every["calls"].count) + int(every["sms"].count) == TRAFFIC
    assert own["calls"].count == "0"
    assert float(every["totalprice"].price) == pytest.approx(
        sum(float(every[category].price) for category in ("calls", "sms", "phonenumbers"))
    )


def test_usage_is_asked_for_by_days_or_by_days_ago(busy, connect):
    """And by category; the answer says which days it is about."""
    client = connect(busy)
    by_offset = usage(client, category="calls", start_date="-30days", end_date="-1day")
    since, until = BORN.date() - timedelta(days=30), BORN.date() - timedelta(days=1)
    by_day = usage(client, category="calls", start_date=since, end_date=until)

    assert by_offset.keys() == {"calls"}
    assert by_offset["calls"].count == by_day["calls"].count != "0"
    assert (by_offset["calls"].start_date, by_offset["calls"].end_date) == (since, until)
    for wrong in ({"start_date": "soon"}, {"start_date": "-3weeks"}, {"category": "pigeons"}):
        with pytest.raises(TwilioException):
            usage(client, **wrong)


def test_an_account_that_keeps_messages_for_a_week_lists_no_older_ones(simulator, connect):
    """They are gone from the list without a word, and still on the bill; calls stay."""
    client = connect(simulator)
    alerts = account_named(client, "Acme Alerts")
    listed = alerts.messages.list()

    assert min(m.date_created for m in listed) >= BORN - timedelta(days=7)
    assert alerts.messages.list(to="+16465550174") == alerts.messages.list(from_="+16465550174") == []
    assert alerts.messages.list(date_sent_before=BORN.date() - timedelta(days=20)) == []
    assert int(usage(alerts)["sms"].count) == 160 > len(listed) > 0
    assert len(alerts.calls.list()) == 2


def test_how_long_messages_are_kept_is_a_setting(simulator, connect):
    """By account and in days; null is for as long as Twilio does.  Nonsense changes nothing."""
    client = connect(simulator)
    controls = Controls(simulator)
    sids = {account.friendly_name: account.sid for account in simulator.world.accounts.values()}
    alerts, support = sids["Acme Alerts"], sids["Acme Support"]
    status, about = controls("POST", "settings", {"retention": {alerts: None, support: 30}})
    nonsense = ([7], {"AC0": 7}, {support: 0}, {support: 2_000_000})
    wrong = [controls("POST", "settings", {"retention": days})[0] for days in nonsense]
    controls.session.close()

    assert (status, wrong) == (200, [400, 400, 400, 400])
    assert about["retention"] == simulator.world.retention == {support: 30}
    assert len(client.api.v2010.accounts(alerts).messages.list()) == 162
    assert min(m.date_sent for m in client.api.v2010.accounts(support).messages.list()) >= BORN - timedelta(days=30)


def test_how_long_messages_are_kept_outlasts_the_process(tmp_path):
    """It is in the world's file."""
    for days in (7, 30):
        with serve(world="acme", seed="kept", state=tmp_path / "world.json", now=lambda: BORN) as simulator:
            (alerts,) = simulator.world.retention
            assert simulator.world.retention == {alerts: days}
            controls = Controls(simulator)
            controls("POST", "settings", {"retention": {alerts: 30}})
            controls.session.close()
