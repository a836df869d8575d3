"""Numbers are judged by cases, and the table is the one that judging each number by itself would give."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import product
from operator import attrgetter
from random import Random

import msgspec
import pandas as pd
import pyarrow as pa
import pytest

from helpers.core.connections import Link, LinkKind, Place, Unseen, Wiring, bundle_at_risk, bundle_end
from helpers.core.number_record import Capabilities, make_number
from helpers.core.reasons import Cause, Reason
from helpers.core.records import Traffic, TrafficMethod, TrafficReading, Verdict, Window
from helpers.decisions.judge import Judge
from helpers.decisions.protected import Kind, Protected
from helpers.decisions.reading_words import describe_reading
from helpers.decisions.sentences import connections, explain_verdict, gaps, reason
from helpers.evidence.columns import CHOICE, TEXT, TIME, YES_NO, number_columns
from helpers.evidence.company_evidence import AccountEvidence, group_by_account
from helpers.evidence.evidence import Evidence
from helpers.evidence.evidence_rows import SCHEMA, TIMES, rows_of
from helpers.evidence.links_on_record import links_on_record
from helpers.evidence.memory import EvidenceMemory
from helpers.evidence.numbers import numbers_of_columns
from helpers.evidence.wiring import Surroundings
from helpers.gateway.number_page import read_page, take_page
from helpers.tables import judged_numbers
from helpers.tables.frames import MONEY, evidence_table, number_table, numbers_table, to_arrow
from helpers.tables.judged_numbers import FEW_A_MONTH
from tests.support.evidence import take
from tests.support.number_tools import numbers_of

ODD = (
    None,
    "",
    7,
    True,
    [1],
    {"odd": 1},
    "true",
    "Tue, 31 Feb 2026 08:00:00 +0000",
    "https://ann:x@acme.example/?key=x",
)


def table_of(judge, inventory, evidence, now):
    numbers = number_table(inventory)
    return evidence_table(numbers, judged_numbers.judge_numbers(judge, inventory, numbers, evidence, now=now).columns)


def thin_use(decision):
    """Tell of a number in use whether it carries little, only inward, and what an event costs; None if not known."""
    traffic = decision.traffic
    if (
        decision.verdict is not Verdict.IN_USE
        or traffic.more
        or traffic.unread
        or None in (traffic.calls, traffic.messages)
    ):
        return None
    events = traffic.calls + traffic.messages
    months = (traffic.until - traffic.since) / timedelta(days=30)
    if not events or months <= 0:
        return None
    inbound = traffic.last_call_out is None and traffic.last_message_out is None and not traffic.waiting
    cost = Decimal(str(round(float(decision.price.monthly) * months / events, 4))) if decision.price else None
    return events <= FEW_A_MONTH * months, inbound, cost


def each_by_itself(judge, inventory, evidence, now):
    """Decide on every number with its whole record, and make the table of the decisions."""
    accounts = {account.sid: account for account in inventory.accounts}
    decisions = list(judge.decide_all(inventory.numbers, accounts, evidence, judge.standing(), now=now))
    traffic, wiring = [each.traffic for each in decisions], [each.wiring for each in decisions]
    bundles = [wired and bundle_at_risk(wired) for wired in wiring]
    prices = [each.price for each in decisions]
    billed = [each.next_billing for each in decisions]
    moments = ("last_used", "last_call_in", "last_call_out", "last_message_in", "last_message_out", "oldest_message")

    def of(things, tell):
        return [None if thing is None else tell(thing) for thing in things]

    return evidence_table(
        number_table(inventory),
        to_arrow(
            {
                "verdict": (CHOICE, [each.verdict.value for each in decisions]),
                **{name: (TIME, of(traffic, attrgetter(name))) for name in moments},
                "last_used_at_least": (YES_NO, of(traffic, lambda each: not each.latest_known)),
                "idle_days": (pa.int64(), of(traffic, lambda each: each.idle_days)),
                "idle_at_least": (YES_NO, of(traffic, lambda each: each.last_used is None)),
                "calls": (pa.int64(), of(traffic, lambda each: each.calls)),
                "messages": (pa.int64(), of(traffic, lambda each: each.messages)),
                "counts_at_least": (YES_NO, of(traffic, lambda each: each.more)),
                "active": (YES_NO, of(traffic, lambda each: each.active)),
                "looked_at": (TIME, of(traffic, lambda each: each.until)),
                "how_looked": (TEXT, of(traffic, lambda each: describe_reading(each.way) if each.way else None)),
                "monthly": (MONEY, of(prices, lambda price: price.monthly)),
                "currency": (CHOICE, of(prices, lambda price: price.currency)),
                "price_stated": (TIME, of(prices, lambda price: price.stated_at)),
                "next_billing": (pa.date32(), billed),
                "days_to_billing": (pa.int64(), of(billed, lambda day: (day - now.date()).days)),
                "trickle": (YES_NO, [thin and thin[0] for thin in map(thin_use, decisions)]),
                "inbound_only": (YES_NO, [thin and thin[1] for thin in map(thin_use, decisions)]),
                "cost_per_event": (MONEY, [thin and thin[2] for thin in map(thin_use, decisions)]),
                "wired": (YES_NO, of(wiring, lambda each: each.wired)),
                "bundle_ends": (pa.date32(), of(bundles, bundle_end)),
                "bundle_rejected": (YES_NO, of(bundles, lambda each: bundle_end(each) is None)),
                "wiring": (TEXT, of(wiring, lambda each: None if each.wired is None else " ".join(connections(each)))),
                "not_looked_at": (TEXT, of(wiring, lambda each: " ".join(gaps(each.unseen)) or None)),
                "warnings": (TEXT, [" ".join(map(reason, each.cautions)) or None for each in decisions]),
                "blocked": (TEXT, [" ".join(map(reason, each.blockers)) or None for each in decisions]),
                "because": (TEXT, [" ".join(explain_verdict(each.traffic, each.looked_at)) for each in decisions]),
            }
        ),
    )


def changed(inventory, chance):
    """Change some records so that no two worlds, and hardly two numbers, are alike."""
    numbers = []
    for number in inventory.numbers:
        record = dict(number.sent)
        for field, values in {
            "emergency_address_status": ("registered", "unregistered", "pending-registration", "", None),
            "emergency_address_sid": ("AD" + "0" * 32, None, ""),
            "origin": ("twilio", "hosted", "HOSTED", None, 5),
            "type": ("local", "toll-free", "mobile", None, [1]),
            "phone_number": (number.phone_number, "+18005550123", "+18335550199"),
            "date_created": (
                number.sent["date_created"],
                *(f"Sun, 0{day} Mar 2026 07:59:0{day} +0000" for day in range(1, 8)),
                *(f"Fri, {day:02} Jan 2026 12:00:00 +0000" for day in range(25, 32)),
                *(f"Fri, {day:02} Feb 2026 12:00:00 +0000" for day in range(1, 5)),
                *("Thu, 29 Feb 2024 23:59:59 +0000", "yesterday", None),
            ),
            chance.choice(sorted(record.keys() - {"sid", "account_sid", "phone_number"})): ODD,
        }.items():
            if chance.random() < 0.3:
                record[field] = chance.choice(values)
        numbers.append(make_number(record))
    statuses = ("active", "suspended", "closed")
    accounts = tuple(replace(account, status=chance.choice(statuses)) for account in inventory.accounts)
    return replace(inventory, accounts=accounts, numbers=numbers_of(numbers))


@pytest.mark.parametrize("world", ["acme", "hostile", "empty", "5x40"])
def test_the_table_by_cases_is_the_table_number_by_number(world, busy_company, operator, clock, monkeypatch):
    """In every world; with every open entry, protection and odd record apart."""
    company = busy_company(world)
    judge = Judge(replace(operator.session, gateway=company.gateway))
    judge.fetch_prices(["US", "GB", "AU", "DE"])
    first = next(iter(company.inventory.numbers), None)
    if first is not None:
        names = ("test", first.friendly_name[:1] + "*3*")
        for kind, what in ((Kind.NUMBER, first.phone_number), *((Kind.NAME, name) for name in names)):
            operator.session.protection.protect(Protected(kind, what, "", "", "2026-03-01"))

    for inventory in (company.inventory, *(changed(company.inventory, Random(seed)) for seed in range(3))):
        for moment in (clock(), clock() + timedelta(days=400, microseconds=5)):
            by_cases = table_of(judge, inventory, SCHEMA.empty_table(), moment)
            pd.testing.assert_frame_equal(by_cases, each_by_itself(judge, inventory, {}, moment))
            assert len(by_cases) == len(inventory.numbers)


def test_few_cases_are_decided(busy_company, operator, clock, monkeypatch):
    """That is what it is for: a thousand numbers that nobody looked at are some dozens of cases."""
    company, asked = busy_company("10x100"), []
    judge = Judge(replace(operator.session, gateway=company.gateway))
    decide = judge.decide_all

    def counted(numbers, *args, **how):
        asked.extend(numbers)
        return decide(asked, *args, **how)

    monkeypatch.setattr(judge, "decide_all", counted)
    begins, is_toll_free = [], judged_numbers.is_toll_free
    monkeypatch.setattr(judged_numbers, "is_toll_free", lambda begin: begins.append(begin) or is_toll_free(begin))
    table_of(judge, company.inventory, SCHEMA.empty_table(), clock())

    assert 0 < len(asked) < len(company.inventory.numbers) / 10
    assert 0 < len(begins) < len(company.inventory.numbers) / 5


#: Facts about traffic that a look may find, each with odd neighbours.
ODD_TRAFFIC = {
    "calls": (None, 0, 1, 7, 12_345),
    "messages": (None, 0, 1, 2),
    "waiting": (0, 0, 1, 3_000),
    "more": (False, True),
    "kept_short": (False, True),
    "active": (None, False, True),
    "unread": (
        {},
        {"Calls": Reason(Cause.STOPPED)},
        {"Calls": Reason(Cause.STOPPED), "Messages": Reason(Cause.NOT_ALL_KEPT, {"billed": 9, "shown": 3})},
    ),
    "later": (None, Reason(Cause.SILENT_SINCE, {"at": "2026-03-01T00:00:00+00:00"})),
    "way": (None, TrafficReading(TrafficMethod.LOOKED_UP, 1), TrafficReading(TrafficMethod.READ_THROUGH, 2_000)),
}
ODD_UNSEEN = (
    (),
    (),
    (Unseen(Place.REGION, Reason(Cause.INACTIVE, {"status": 401})),),
    (Unseen(Place.EVERYWHERE, Reason(Cause.NOBODY_LOOKED)), Unseen(Place.PROXY, Reason(Cause.STOPPED), "a part")),
)


def odd(evidence, chance):
    """Change what was found so that hardly two numbers are alike."""
    known = {}
    for sid, one in evidence.items():
        until = one.traffic.until - timedelta(days=chance.choice((0, 0, 1, 40)), microseconds=chance.choice((0, 1)))
        found = {name: chance.choice(values) for name, values in ODD_TRAFFIC.items()}
        ago = {name: chance.choice((None, *range(95))) for name in TIMES}
        moment = until.replace(microsecond=0)
        found |= {name: days and moment - timedelta(days=days, seconds=days) for name, days in ago.items()}
        traffic = Traffic(until - timedelta(days=90), until, **found)
        wiring = replace(one.wiring, unseen=chance.choice(ODD_UNSEEN))
        known[sid] = Evidence(traffic, wiring if chance.random() < 0.7 else Wiring((), wiring.unseen))
    return known


@pytest.mark.parametrize("world", ["acme", "hostile", "5x40+2000"])
def test_a_number_with_evidence_is_judged_by_it(world, busy_company, operator, clock, tmp_path):
    """Some were looked at and some were not; found as the world is, and in every odd way."""
    company, chance = busy_company(world), Random(world)
    judge = Judge(replace(operator.session, gateway=company.gateway))
    judge.fetch_prices(["US", "GB", "AU", "DE"])
    accounts = {account.sid: account for account in company.inventory.accounts}
    some = [number for place, number in enumerate(company.inventory.numbers) if place % 3]
    known = take(company.gateway, some, accounts, Window.of(90, until=clock()))
    inventories = (company.inventory, changed(company.inventory, Random(1)))

    for evidence, inventory in product((known, odd(known, chance), odd(known, chance)), inventories):
        memory = EvidenceMemory(tmp_path / str(chance.random()), 90)
        for sid, group in group_by_account(some).items():
            found = {number.sid: evidence[number.sid] for number in group}
            memory.update(AccountEvidence(sid, group, found, Surroundings({}, ())))
        kept = {sid: one for sid, one in evidence.items() if not one.stopped}
        # The record at hand may be another one by now.
        recalled = memory.recall(inventory.numbers)
        table = table_of(judge, inventory, memory.rows(), clock())

        assert recalled.keys() == kept.keys()
        pd.testing.assert_frame_equal(table, each_by_itself(judge, inventory, recalled, clock()))
        assert table["looked_at"].notna().sum() == len(kept)


def test_evidence_of_the_account_that_it_was_in_is_not_evidence(busy_company, operator, clock, tmp_path):
    """Its new account's log was never read."""
    company, memory = busy_company("5x40+2000"), EvidenceMemory(tmp_path, 90)
    judge, inventory = Judge(replace(operator.session, gateway=company.gateway)), company.inventory
    accounts = {account.sid: account for account in inventory.accounts}
    take(company.gateway, inventory.numbers, accounts, Window.of(90, until=clock()), memory=memory)
    first, *others = inventory.numbers
    other = next(one.account_sid for one in others if one.account_sid != first.account_sid)
    moved = make_number({**first.sent, "account_sid": other})
    table = table_of(judge, replace(inventory, numbers=numbers_of([moved, *others])), memory.rows(), clock())

    assert moved.sid not in memory.recall([moved])
    assert table.set_index("sid").loc[first.sid, "verdict"] == "unknown"
    assert (table["verdict"] != "unknown").sum() == len(others)

    # Its new account was looked at since; what the old one knew is still there.
    known = memory.recall([first])
    memory.update(AccountEvidence(other, [moved], known, Surroundings({}, ())))
    table = table_of(judge, replace(inventory, numbers=numbers_of([moved, *others])), memory.rows(), clock())

    assert memory.recall([moved]).keys() == known.keys()
    assert table.set_index("sid").loc[first.sid, "verdict"] != "unknown"


def test_a_plain_record_and_one_read_with_care_have_the_same_columns(operator):
    """Whatever is odd about a record, its columns say what reading it with care says; nothing is lost."""
    chance = Random(3)
    plain = list(operator.inventory().numbers)
    for _ in range(300):
        number = chance.choice(plain)
        record = dict(number.sent)
        for _ in range(chance.randrange(3)):
            name = chance.choice(sorted(record.keys() - {"sid", "account_sid", "phone_number"}))
            record[name] = chance.choice(ODD)
            if chance.random() < 0.2:
                record[name.upper()] = record.pop(name)
            elif chance.random() < 0.2:
                del record[name]
        body = msgspec.json.encode({"incoming_phone_numbers": [record], "next_page_uri": None})
        page, _, _ = take_page(read_page(body), "https://api.twilio.com", account_sid=number.account_sid)
        careful = numbers_of([make_number(record)])

        assert number_columns(page.records).to_pylist() == careful.columns.to_pylist()


@pytest.mark.parametrize("odd", ["Tue, 31 Feb 2026 08:00:00 +0000", "Mon, 02 Feb 2026 25:00:00 +0000"])
def test_an_odd_date_is_odd_whatever_was_read_before(odd, operator):
    """A record of the same fields and types was read as it came; this one is read with care all the same."""
    record = next(iter(operator.inventory().numbers)).sent

    assert make_number({**record}).unreadable == ()
    assert make_number({**record, "date_created": odd}).unreadable == ("date_created",)


def test_a_capability_that_is_left_out_is_lacked_and_one_without_a_value_is_unknown(operator):
    """As a record says it: three kinds of answer."""
    number = next(iter(operator.inventory().numbers))
    record = {**number.sent, "capabilities": {"voice": True, "sms": None}}
    frame = numbers_table(replace(operator.inventory(), numbers=numbers_of([make_number(record)])))

    assert (frame["voice"][0], frame["mms"][0], pd.isna(frame["sms"][0])) == (True, False, True)
    assert Capabilities() == Capabilities(voice=False, sms=False, mms=False, fax=False)


@pytest.mark.parametrize("name", ["https://hotline@acme.example", "https://acme.example/?key=hotline", "The hotline"])
def test_a_protected_name_blocks_also_where_its_column_leaves_a_part_out(name, operator, clock):
    """The column has no secret; the protection is found by the whole name."""
    first, *others = list(operator.inventory().numbers)
    named = make_number({**first.sent, "friendly_name": name})
    inventory = replace(operator.inventory(), numbers=numbers_of([named, *others]))
    operator.session.protection.protect(Protected(Kind.NAME, "hotline", "", "", "2026-03-01"))
    table = table_of(Judge(operator.session), inventory, SCHEMA.empty_table(), clock())

    assert "hotline" in table.set_index("sid")["blocked"][first.sid]


@pytest.mark.parametrize(
    "url",
    [
        "https://ann:x@demo.twilio.com/welcome/voice/",
        "https://ann:x@webhooks.twilio.com/v1/Accounts/AC1/Flows/FW1",
        "https://webhooks.twilio.com/v1/Accounts/AC1/Flows/FW1?token=x",
        "https://acme.example/?token=.twil.io/",
        "https://acme.example/?key=/Flows/",
        "https://ann:.twil.io/@acme.example/",
    ],
)
def test_a_password_in_an_address_decides_nothing(url, operator):
    """The columns have none, so the record tells of the same connections as they do."""
    number = next(iter(operator.inventory().numbers))
    fields = dict.fromkeys(("voice_url", "voice_fallback_url", "sms_url", "sms_fallback_url"), url)
    for names in (("voice_url",), ("voice_fallback_url",), ("voice_url", "sms_url"), tuple(fields)):
        record = {**number.sent, **dict.fromkeys(fields), **{name: fields[name] for name in names}}
        whole = numbers_of([make_number({**record, "trunk_sid": None, "voice_receive_mode": "voice"})])
        (from_record,), (from_columns,) = whole, numbers_of_columns(whole.columns, {})

        assert list(links_on_record(from_columns)) == list(links_on_record(from_record))


def test_a_number_that_moved_is_blocked_by_what_its_own_account_knows(desk, clock):
    """Its former account's row stands in the same file, before or after."""
    inventory, now = desk.inventory(), clock()
    number = next(iter(inventory.numbers))
    elsewhere = next(each.sid for each in inventory.accounts if each.sid != number.account_sid)
    order = Link(LinkKind.HOSTED_ORDER, "HR1", {"status": "received"})
    found = {number.sid: Evidence(Traffic(now - timedelta(days=90), now, 0, 0), Wiring((order,), ()))}
    rows = [rows_of(account, found) for account in (number.account_sid, elsewhere)]
    for evidence in (rows, rows[::-1]):
        table = table_of(Judge(desk.session), inventory, pa.concat_tables(evidence), now).set_index("sid")

        assert "An order to host it is under way" in table.blocked[number.sid]


def test_an_order_to_host_a_number_blocks_it_in_the_table_as_on_its_card(desk):
    """It is the only evidence that blocks; every other number is blocked by what the table knows without a look."""
    before = desk.evidence().set_index("sid").blocked
    desk.inventory_panel().looking.button.click()
    known = desk.evidence().set_index("sid")
    other = known.index[known.blocked.fillna("") != before.reindex(known.index).fillna("")]

    assert list(known.phone_number[other]) == ["+493023125142"]
    assert "An order to host it is under way (status: carrier-processing)" in known.blocked[other[0]]
