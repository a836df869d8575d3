"""Numbers are judged by cases, and the table is the one that judging each number by itself would give."""

from dataclasses import replace
from datetime import timedelta
from random import Random
from threading import Event

import msgspec
import pandas as pd
import pytest

from helpers.core.number_record import Capabilities, make_number
from helpers.core.records import Window
from helpers.decisions.judge import Judge
from helpers.decisions.protection import Kind, Protected
from helpers.evidence.columns import number_columns
from helpers.evidence.company_evidence import take_evidence
from helpers.evidence.memory import recall
from helpers.gateway.number_page import read_page, take_page
from helpers.tables import judged_numbers
from helpers.tables.frames import evidence_table, number_table, numbers_table
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


def each_by_itself(judge, inventory, evidence, now, monkeypatch):
    """Make every number a case of its own."""
    with monkeypatch.context() as patched:
        patched.setattr(judged_numbers, "_apart", lambda *_: set(inventory.numbers.columns["sid"].to_pylist()))
        return table_of(judge, inventory, evidence, now)


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
            by_cases = table_of(judge, inventory, {}, moment)
            pd.testing.assert_frame_equal(by_cases, each_by_itself(judge, inventory, {}, moment, monkeypatch))
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
    table_of(judge, company.inventory, {}, clock())

    assert 0 < len(asked) < len(company.inventory.numbers) / 10


def test_a_number_with_evidence_is_judged_by_it(busy_company, operator, clock, monkeypatch, tmp_path):
    """Some were looked at and some were not."""
    company = busy_company("5x40+2000")
    judge, accounts = Judge(replace(operator.session, gateway=company.gateway)), company.inventory.accounts
    some = [number for place, number in enumerate(company.inventory.numbers) if place % 3]
    known = take_evidence(
        company.gateway,
        some,
        {account.sid: account for account in accounts},
        Window.of(90, until=clock()),
        folder=tmp_path,
        stop=Event(),
        progress=lambda done, whole: None,
    )
    evidence = recall(company.inventory.numbers, folder=tmp_path, days=90)
    table = table_of(judge, company.inventory, evidence, clock())

    assert evidence.keys() == known.keys()
    pd.testing.assert_frame_equal(table, each_by_itself(judge, company.inventory, evidence, clock(), monkeypatch))
    assert set(table["verdict"]) == {"quiet", "in use", "unknown"}
    assert table["looked_at"].notna().sum() == len(some)


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
    table = table_of(Judge(operator.session), inventory, {}, clock())

    assert "hotline" in table.set_index("sid")["blocked"][first.sid]
