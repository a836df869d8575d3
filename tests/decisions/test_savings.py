"""What releases saved until now: from the journal alone, and never more than Twilio would have billed."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from helpers.core.records import Confirmation, PlanAct
from helpers.decisions.savings import Savings, add_up_savings
from helpers.journal.entries import Entry, Row
from helpers.journal.states import Act, State
from tests.support.panel_tools import QUIET, named

MARCH = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
BOUGHT = "Mon, 17 Mar 2025 08:00:00 +0000"


def entry(name="one", *, state=State.RELEASED, at=MARCH, act=Act.RELEASE, price="USD 1.15", bought=BOUGHT, **more):
    """An entry of a number that was bought on the 17th of a month."""
    number = {"sid": f"PN{name}", "account_sid": "AC1", "phone_number": "+19175550156", "date_created": bought}
    detail = {"price": price, "account_name": "Acme", "number": number, **more}
    rows = (Row(1, State.CONFIRMED, at, detail), Row(2, State.INTENDED, at, {}), Row(3, state, at, {}))
    return Entry(name, act, "AC1", f"PN{name}", "+19175550156", rows)


def saved(*entries, days=100, held=()):
    return add_up_savings(entries, held=held, now=MARCH + timedelta(days=days))


def test_a_released_number_saves_its_price_on_each_day_on_which_it_would_be_billed():
    """Bought on the 17th and released on 2 March: by 10 June that is March, April and May."""
    savings = saved(entry())

    assert [(row.month, row.amount) for row in savings.rows] == [
        (date(2026, month, 1), Decimal("1.15")) for month in (3, 4, 5)
    ]
    assert {(row.account, row.account_sid, row.currency) for row in savings.rows} == {("Acme", "AC1", "USD")}
    assert (savings.released, savings.a_month, savings.since) == (1, {"USD": Decimal("1.15")}, MARCH)


def test_nothing_is_saved_before_the_next_bill():
    """The month in which it was released was paid."""
    assert saved(entry(), days=14).rows == ()
    assert len(saved(entry(), days=15).rows) == 1


def test_where_its_day_of_purchase_is_not_known_a_month_passes_first():
    """So that never more is counted than was saved."""
    assert saved(entry(bought=None), days=30).rows == ()
    assert [row.month.month for row in saved(entry(bought=None), days=31).rows] == [4]


def test_numbers_of_one_account_and_month_are_added_up_and_currencies_are_not():
    """Two dollars are no euro."""
    savings = saved(entry("one"), entry("two", price="USD 2.15"), entry("three", price="EUR 1"), days=20)

    assert [(row.currency, row.amount) for row in savings.rows] == [("EUR", Decimal(1)), ("USD", Decimal("3.30"))]
    assert savings.a_month == {"USD": Decimal("3.30"), "EUR": Decimal(1)}


@pytest.mark.parametrize("price", [None, "", "odd", "USD many"])
def test_a_price_that_is_not_known_is_said_and_not_counted_as_nothing(price):
    """The number was released all the same."""
    savings = saved(entry(price=price), entry("two"))

    assert (savings.released, savings.without_price) == (2, 1)
    assert savings.a_month == {"USD": Decimal("1.15")}


@pytest.mark.parametrize("state", [state for state in State if state != State.RELEASED])
def test_only_a_release_that_is_proven_saves_anything(state):
    """Not one that is open, was refused, is of somebody else, or was taken back."""
    savings = saved(entry(state=state))

    assert bool(savings.rows) is (state == State.RELEASED_UNACKNOWLEDGED)
    assert savings.taken_back == (state == State.RESTORED)


@pytest.mark.parametrize("state", [State.RESTORING, State.RESTORE_REFUSED, State.RESTORE_UNKNOWN, State.RESTORED])
def test_a_number_that_nobody_could_take_back_goes_on_saving(state):
    """While that is open, it may have come back, and nothing is counted."""
    released = entry()
    after = replace(released, rows=(*released.rows, Row(4, state, MARCH + timedelta(days=1), {})))

    assert bool(saved(after).rows) is (state == State.RESTORE_REFUSED)
    assert saved(after).taken_back == (state == State.RESTORED)


def test_a_number_that_the_company_has_again_saves_nothing():
    """It came back without this kit."""
    savings = saved(entry(), held={"+19175550156"})

    assert (savings.rows, savings.released, savings.taken_back) == ((), 0, 1)


def test_a_parked_number_goes_on_costing():
    """It is counted, and saves nothing; one that was brought back is parked no more, in whatever order they come."""
    park = entry("p", act=Act.MOVE, state=State.MOVED, plan_act=PlanAct.PARK)
    later = entry("p", act=Act.MOVE, state=State.MOVED, plan_act=PlanAct.BRING_BACK, at=MARCH + timedelta(days=1))

    assert (saved(park).parked, saved(park).rows, saved(park).a_month) == (1, (), {})
    assert saved(park, later).parked == 0
    assert saved(later, park).parked == 0


def test_an_empty_journal_saved_nothing():
    """And says since when: never."""
    assert saved() == Savings((), None, 0, 0, 0, 0, {})


def test_what_the_kit_writes_at_a_release_is_what_is_added_up(desk, clock):
    """Price, account and day of purchase are in the journal; what was taken back is left out."""
    for name, number in (("one", QUIET), ("two", "Landing page test 2")):
        chosen = named(desk, number)
        desk.acts.release(Confirmation(name, desk.decide(chosen), chosen.phone_number))
    (two,) = desk.session.journal.entries_named("two")
    desk.acts.restore(two, typed=two.phone_number)
    clock.advance(days=70)
    held = {number.phone_number for number in desk.inventory().numbers}
    savings = add_up_savings(desk.session.journal.each_entry(), held=held, now=clock())

    assert (savings.released, savings.taken_back, savings.without_price) == (1, 1, 0)
    assert [(row.month.month, row.account, row.amount) for row in savings.rows] == [
        (3, "Acme Marketing", Decimal("1.15")),
        (4, "Acme Marketing", Decimal("1.15")),
    ]
