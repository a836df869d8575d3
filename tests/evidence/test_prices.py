"""What numbers cost: money that is right to the last digit, asked for once, and unknown where nobody says."""

import re
from dataclasses import replace
from decimal import Decimal
from threading import Event

import pytest

from helpers.decisions.judge import Judge
from helpers.evidence.evidence_rows import SCHEMA
from helpers.evidence.prices import PriceList
from helpers.simulator import Fault
from helpers.tables.about import describe_unread_prices
from helpers.tables.frames import evidence_table, number_table
from helpers.tables.judged_numbers import judge_numbers
from tests.support.golden import as_read


@pytest.fixture
def prices(operator, tmp_path):
    return PriceList(operator.gateway, file=tmp_path / "prices.json", clock=operator.clock)


@pytest.fixture
def judged(operator):
    """Judge every number of the company by nothing but its price."""
    return judging(operator)


def judging(operator):
    judge = Judge(operator.session)

    def decisions(*, stop=None):
        inventory = operator.inventory()
        accounts = {account.sid: account for account in inventory.accounts}
        judge.fetch_prices(inventory.numbers.columns["country"].unique().to_pylist(), stop=stop)
        found = list(judge.decide_all(inventory.numbers, accounts, {}, judge.standing(), now=operator.clock()))
        return found, describe_unread_prices(judge.unpriced())

    return decisions


def asked(simulator):
    return [request for request in simulator.requests if "/PhoneNumbers/Countries" in request["path"]]


def test_prices_are_money_and_unknown_prices_are_unknown(operator, prices, simulator, quiet):
    """What Twilio does not state, or could not be asked, is None and not 0; and it is asked again after a minute."""
    simulator.order(Fault.UNAVAILABLE_BEFORE, path="PhoneNumbers/Countries", times=3)
    assert prices.fetch(quiet) is None

    operator.clock.advance(minutes=1)
    price = prices.fetch(quiet)
    assert (price.monthly, price.currency) == (Decimal("1.15"), "USD")


def test_a_country_is_asked_for_its_prices_once(operator, prices):
    """Sixty numbers of four countries cost four requests."""
    numbers = operator.inventory().numbers
    before = operator.gateway.requests
    assert all(prices.fetch(number) for number in numbers)

    assert operator.gateway.requests - before == 4


def test_a_pricing_api_that_answers_nothing_is_asked_once_for_each_country(judged, simulator):
    """Not once for each number; and it is said once."""
    simulator.order(Fault.FORBIDDEN, path="PhoneNumbers/Countries", times=10_000)
    decisions, said = judged()

    assert {decision.price for decision in decisions} == {None}
    assert len(asked(simulator)) == 4
    assert re.findall(r"\b[A-Z]{2}\b", said)[:4] == ["AU", "DE", "GB", "US"]
    assert said.count("HTTP 403") == 1


@pytest.mark.parametrize("fault", [Fault.FORBIDDEN, Fault.UNAVAILABLE_BEFORE])
def test_prices_that_cannot_be_read_are_not_asked_for_again_at_every_table(operator, judged, simulator, fault):
    """All tables within a minute ask once; the next one asks again, also where the clock was set back."""
    simulator.order(fault, path="Countries/US", times=10_000)
    judged()
    once = len(asked(simulator))
    operator.clock.advance(seconds=59)
    for _ in range(3):
        judged()
    assert len(asked(simulator)) == once

    for step in ({"seconds": 1}, {"days": -1}):
        before = len(asked(simulator))
        operator.clock.advance(**step)
        judged()
        assert {one["path"] for one in asked(simulator)[before:]} == {"/v1/PhoneNumbers/Countries/US"}


#: A price list of Twilio's, and one of its parts damaged: the rest counts.
PRICED = {"number_type": "mobile", "current_price": "2.50"}
DAMAGED = (
    *({"number_type": "local", "current_price": odd} for odd in (None, "", "free", -1.15, True, [], {}, "1e30", "NaN")),
    *({"number_type": odd, "current_price": "1.15"} for odd in (None, "", 5, [])),
    {"number_type": "local"},
    None,
    [],
)


@pytest.mark.parametrize("damaged", DAMAGED)
def test_a_kind_without_a_price_is_unread_for_a_minute(operator, prices, quiet, monkeypatch, tmp_path, damaged):
    """Not for a week, as a list that was read in full; another kernel asks for it again, and the other kinds count."""
    answers = []

    def stated(country):
        answers.append(country)
        return {"iso_country": country, "price_unit": "usd", "phone_number_prices": [damaged, PRICED]}

    monkeypatch.setattr(operator.gateway, "prices", stated)
    mobile = replace(quiet, sent={**quiet.sent, "type": "mobile"})
    for _ in range(3):
        assert prices.fetch(quiet) is None
        assert prices.fetch(mobile).monthly == Decimal("2.50")
    assert (set(prices.unread), len(answers)) == ({"US"}, 1)
    PriceList(operator.gateway, file=tmp_path / "prices.json", clock=operator.clock).fetch(quiet)
    assert len(answers) == 2

    operator.clock.advance(minutes=1)
    monkeypatch.undo()
    assert prices.fetch(quiet).monthly == Decimal("1.15")
    assert prices.unread == {}


@pytest.mark.parametrize(
    "listed", [{}, {"phone_number_prices": None}, {"phone_number_prices": 5}, {"phone_number_prices": {"local": 1}}]
)
@pytest.mark.parametrize("unit", ["usd", None, 5])
def test_an_answer_without_a_price_list_is_unread_for_a_minute(operator, prices, quiet, monkeypatch, listed, unit):
    """Nobody is told for a week that Twilio states no price there."""
    monkeypatch.setattr(operator.gateway, "prices", lambda _: {"price_unit": unit, **listed})
    assert prices.fetch(quiet) is None
    assert set(prices.unread) == {"US"}

    monkeypatch.undo()
    assert prices.fetch(quiet) is None
    operator.clock.advance(minutes=1)
    assert prices.fetch(quiet).monthly == Decimal("1.15")


def test_prices_that_can_be_read_again_are_not_called_unread(operator, judged, simulator, snapshot):
    """What was said about the last time is gone with the next answer."""
    simulator.order(Fault.FORBIDDEN, path="Countries/US", times=1)

    assert as_read(judged()[1]) == snapshot
    operator.clock.advance(minutes=1)
    assert judged()[1] == ""


def test_prices_that_are_under_way_are_not_asked_for_again_once_it_is_stopped(connect, simulator, operator):
    """What was not read for that is no failure of Twilio's."""
    stop = Event()
    simulator.order(Fault.UNAVAILABLE_BEFORE, path="/PhoneNumbers/Countries", times=99)
    operator.gateway = connect(sleep=lambda _: stop.set())
    _, said = judging(operator)(stop=stop)

    assert said == ""
    assert len({request["path"] for request in asked(simulator)}) == len(asked(simulator)) > 0


def test_stop_reaches_the_prices(judged, simulator):
    """Whoever presses Stop does not wait for a list of prices."""
    stop = Event()
    stop.set()
    judged(stop=stop)

    assert asked(simulator) == []


def test_prices_are_kept_for_a_week_with_their_age(operator, prices, simulator, tmp_path, quiet):
    """The next kernel asks nothing; after a week it asks, and where nobody answers the old price is told as old."""
    first = prices.fetch(quiet)
    assert first.stated_at == operator.clock()

    def another():
        return PriceList(operator.gateway, file=tmp_path / "prices.json", clock=operator.clock)

    assert another().fetch(quiet) == first
    assert len(asked(simulator)) == 1

    operator.clock.advance(days=8)
    simulator.order(Fault.FORBIDDEN, path="PhoneNumbers/Countries", times=1)
    assert another().fetch(quiet) == first
    assert another().fetch(quiet) == replace(first, stated_at=operator.clock())


@pytest.mark.parametrize("kept", [b"", b"[]", b'{"US": null}', b"\xff", b'{"US": ' * 5000])
def test_kept_prices_that_cannot_be_read_are_asked_for_again(operator, tmp_path, quiet, kept):
    """Whatever became of the file, it takes nothing down."""
    (tmp_path / "prices.json").write_bytes(kept)
    prices = PriceList(operator.gateway, file=tmp_path / "prices.json", clock=operator.clock)

    assert prices.fetch(quiet).monthly == Decimal("1.15")


@pytest.mark.parametrize("listed", [("1.15", "3.00"), ("3.00", "1.15"), ("1.15", "3.00", "1.15")])
def test_two_prices_for_one_type_are_none(operator, prices, quiet, monkeypatch, listed):
    """Which of them it costs, nobody says; the same price twice is one."""

    def state(*amounts):
        local = [{"number_type": "local", "current_price": amount} for amount in amounts]
        monkeypatch.setattr(
            operator.gateway, "prices", lambda _: {"price_unit": "usd", "phone_number_prices": [*local, PRICED]}
        )

    state(*listed)
    mobile = replace(quiet, sent={**quiet.sent, "type": "mobile"})
    assert prices.fetch(quiet) is None
    assert prices.fetch(mobile).monthly == Decimal("2.50")
    assert set(prices.unread) == {"US"}

    state("1.15", "1.150")
    operator.clock.advance(minutes=1)
    assert prices.fetch(quiet).monthly == Decimal("1.15")


@pytest.mark.parametrize("unit", ["", " ", "US", "dollars", "$$$", None, 7])
def test_an_amount_without_a_currency_is_no_price(operator, prices, quiet, monkeypatch, unit):
    """A sum of nothing would stand beside the dollars."""
    monkeypatch.setattr(
        operator.gateway,
        "prices",
        lambda _: {"price_unit": unit, "phone_number_prices": [{**PRICED, "number_type": "local"}]},
    )

    assert prices.fetch(quiet) is None
    assert set(prices.unread) == {"US"}


@pytest.mark.parametrize(
    ("stated", "known"),
    [
        ("1.06375", "1.06375"),
        ("0.00475", "0.00475"),
        ("123456789.5", "123456789.5"),
        ("1e30", None),
        ("0.000000000001", None),
        ("NaN", None),
        ("free", None),
        (None, None),
    ],
)
def test_a_price_is_exact_or_unknown(operator, monkeypatch, stated, known):
    """However many digits it has, it stands in the table as stated; one that cannot costs nobody the table."""
    monkeypatch.setattr(
        operator.gateway,
        "prices",
        lambda _: {"price_unit": "usd", "phone_number_prices": [{"number_type": "local", "current_price": stated}]},
    )
    inventory, judge = operator.inventory(), Judge(operator.session)
    numbers = number_table(inventory)
    judge.fetch_prices(["US"])
    table = evidence_table(
        numbers, judge_numbers(judge, inventory, numbers, SCHEMA.empty_table(), now=operator.clock()).columns
    )

    assert set(table["monthly"].dropna()) == ({Decimal(known)} if known else set())


def test_an_answer_that_is_no_price_list_is_said(operator, judged, monkeypatch):
    """The inventory opens all the same."""
    monkeypatch.setattr(operator.gateway, "prices", lambda _: ["nothing"])

    decisions, said = judged()

    assert {decision.price for decision in decisions} == {None}
    assert re.findall(r"\b[A-Z]{2}\b", said)[:4] == ["AU", "DE", "GB", "US"]
