"""Lists: each comes to its end or is not read, and a record that comes twice counts once."""

import itertools

import pytest
from IPython.core.ultratb import VerboseTB

from helpers.core.errors import CannotRead, WrongAnswer
from helpers.core.reasons import Cause
from helpers.evidence.inventory import take_inventory
from helpers.gateway.visibility import find_reach
from tests.support.golden import as_read
from tests.support.list_pages import LISTS, LOGS, WHOLE, answers_in_turn, page, record


@pytest.mark.parametrize("records", [0, 3])
@pytest.mark.parametrize("key", LISTS)
def test_page_that_names_itself_ends(gateway, between, main, key, records, snapshot):
    """Twilio's own example of Applications does."""
    answers_in_turn(between, page(key, [record(key, n, main) for n in range(records)], "Page=0"))

    with pytest.raises(CannotRead) as refused:
        LISTS[key](gateway, main)
    assert as_read(str(refused.value)) == snapshot
    assert len(between.answered) <= 3


@pytest.mark.parametrize("links", ["the same", "always new"])
@pytest.mark.parametrize("around", [2, 3, 7])
@pytest.mark.parametrize("key", LISTS)
def test_circle_of_pages_ends(gateway, between, main, key, around, links):
    """Each page is read twice at the most, whatever its address is called."""

    def circling(_):
        n = next(count)
        return page(key, [record(key, n % around, main)], f"Page={n % around if links == 'the same' else n}")

    count = itertools.count()
    between.answers("", 200, circling)

    with pytest.raises(WrongAnswer):
        LISTS[key](gateway, main)
    assert len(between.answered) <= 2 * around + 1


@pytest.mark.parametrize("begins", [0, 2])
@pytest.mark.parametrize("key", LISTS)
def test_endless_empty_pages_end(gateway, between, main, key, begins, snapshot):
    """Under a new address each; from the beginning, or after a few records."""

    def nothing(_):
        n = next(count)
        return page(key, [record(key, n, main)] if n < begins else [], f"Page={n}")

    count = itertools.count()
    between.answers("", 200, nothing)

    with pytest.raises(CannotRead) as refused:
        LISTS[key](gateway, main)
    assert as_read(str(refused.value)) == snapshot
    assert len(between.answered) <= begins + 2


@pytest.mark.parametrize("named", ["Page=0", "Page=1"])
@pytest.mark.parametrize("full", [0, 1, 2])
@pytest.mark.parametrize("key", LISTS)
def test_one_empty_page_is_passed(gateway, between, main, key, full, named):
    """It may be shorter than was asked for, the first one too, and name itself once."""
    full_pages = [page(key, [record(key, n, main)], f"Page=x{n}") for n in range(full)]
    answers_in_turn(between, *full_pages, page(key, [], named), page(key, [record(key, n, main) for n in (0, 7)], None))

    assert len(LISTS[key](gateway, main)) >= 2
    assert len(between.answered) == full + 2


@pytest.mark.parametrize("key", LISTS)
def test_long_list_is_read_whole(gateway, between, main, key):
    """Short pages, and many of them."""
    answers_in_turn(
        between,
        *(page(key, [record(key, 2 * n, main), record(key, 2 * n + 1, main)], f"Page={n}") for n in range(40)),
        page(key, [], None),
    )

    assert len(LISTS[key](gateway, main)) == 80


@pytest.mark.parametrize("key", LISTS)
def test_record_that_comes_twice_counts_once(gateway, between, main, key):
    """On one page, and on two neighbouring ones: a listing is not a snapshot."""
    zero, one, two, three = (record(key, n, main) for n in range(4))
    answers_in_turn(between, page(key, [zero, one, one], "Page=1"), page(key, [one, two, one, three, two], None))

    assert len(LISTS[key](gateway, main)) == 4


@pytest.mark.parametrize("key", LOGS)
def test_one_sid_with_other_ends_is_two(gateway, between, main, key):
    """Which of them is the odd one nobody knows: without either, a number would be quieter than it is."""
    one = record(key, 1, main)
    other = one | {"to": "+14155550199"}
    answers_in_turn(between, page(key, [one, other, dict(one)], None))

    assert LISTS[key](gateway, main) == [one, other]


@pytest.mark.parametrize("key", WHOLE)
def test_short_list_counts_each_record_once(gateway, between, main, key):
    """Accounts, numbers and what an account has, however far apart they come, and changed in between."""
    again = record(key, 0, main, friendly_name="changed")
    pages = [page(key, [record(key, n, main)], f"Page={n}") for n in range(3)]
    answers_in_turn(between, *pages, page(key, [again, record(key, 3, main)], None))

    assert len(LISTS[key](gateway, main)) == 4


@pytest.mark.parametrize("odd", [None, "", 7, True, ["CA1"], {"a": 1}, "CA1", "é" * 34])
@pytest.mark.parametrize("key", LOGS)
def test_logged_record_without_sid_stays(gateway, between, main, key, odd):
    """Two that are alike may be two calls: fewer would make a number quieter than it is."""
    records = [record(key, 1, main, sid=odd), record(key, 1, main, sid=odd), record(key, 2, main, sid=odd)]
    missing = [{name: value for name, value in one.items() if name != "sid"} for one in records]
    answers_in_turn(between, page(key, records + missing, "Page=1"), page(key, [*records, record(key, 3, main)], None))

    assert len(LISTS[key](gateway, main)) == 10


@pytest.mark.parametrize("following", ["Page=0", None])
def test_unread_list_of_accounts_shows_no_token(gateway, between, main, following):
    """Each account comes with its own: no variable that a traceback can show holds one."""
    accounts = [record("accounts", n, main, auth_token="hush") for n in (1, 1, 2)] + [
        {"sid": "AC1", "auth_token": "hush"}
    ]
    answers_in_turn(between, page("accounts", accounts, following))

    with pytest.raises(CannotRead) as failed:
        LISTS["accounts"](gateway, main)
    below = failed.value.__traceback__.tb_next
    assert "hush" not in VerboseTB().text(type(failed.value), failed.value, below)


def test_endless_list_of_numbers_shows_none(gateway, between, main, clock):
    """Its account counts as not read, and says why; the others are read."""
    reach, accounts = find_reach(gateway)
    lost = next(account for account in accounts if account.friendly_name == "Acme Support")
    between.answers(
        f"{lost.sid}/IncomingPhoneNumbers", 200, page("incoming_phone_numbers", [], "IncomingPhoneNumbers=1")
    )
    between.answers("/Things.json", 200, page("incoming_phone_numbers", [], "IncomingPhoneNumbers=1"))
    inventory = take_inventory(gateway, reach, accounts, seconds=lambda: 0.0)

    (failed,) = [reading for reading in inventory.coverage.readings if not reading.complete]
    assert failed.account == lost
    assert failed.failure.code is Cause.READ_ENDLESS
