"""A record in an account's list of which no number can be made: named, and the list is not complete."""

import pytest

from helpers.actions.locate import find_everywhere
from helpers.core.errors import CannotRead, RecordsUnreadable
from helpers.gateway.visibility import find_reach
from helpers.tables.about import describe_coverage
from helpers.tables.frames import accounts_table
from tests.support.golden import as_read
from tests.support.list_pages import answers_in_turn, page, record, sid
from tests.support.panel_tools import desk_at
from tests.support.plan_tools import QUIET_NAMES, Planner

KEY = "incoming_phone_numbers"
NAME, OTHER = QUIET_NAMES[:2]


@pytest.fixture
def odd(between, operator, connect):
    """Give a function that changes fields of one quiet number in every answer of Twilio's; None removes a field."""

    def change_to(**fields):
        def change(path, content):
            for one in content.get(KEY, []):
                if one["friendly_name"] == NAME:
                    one.update(fields)

        between.changes.append(change)
        operator.gateway = connect(url=between.url)
        return operator

    return change_to


@pytest.mark.parametrize("fields", [{"sid": None}, {"sid": 7}, {"phone_number": ""}, {"phone_number": ["+1"]}], ids=str)
def test_the_other_numbers_of_its_account_are_there_and_the_record_is_named(odd, fields, snapshot):
    """By its place, and by what of its phone number, name and sid can be read; the account is not complete."""
    whole = {number.friendly_name for number in odd().inventory().numbers}
    inventory = odd(**fields).inventory()
    (reading,) = [reading for reading in inventory.coverage.readings if not reading.complete]

    assert whole - {number.friendly_name for number in inventory.numbers} == {NAME}
    assert reading.numbers == sum(number.account_sid == reading.account.sid for number in inventory.numbers) > 0
    assert as_read(describe_coverage(inventory.coverage)) == snapshot


def test_no_count_of_its_account_is_stated(odd):
    """Of how many numbers the account has, a table says nothing rather than too little."""
    table = accounts_table(odd(sid=None).inventory())
    counts = dict(zip(table["account"], table["numbers"].isna(), strict=True))

    assert [name for name, is_missing in counts.items() if is_missing] == ["Acme Marketing"]


def test_a_search_that_meets_it_proves_nothing(odd, operator):
    """Whether a number is gone from every account is not known where one of the matches cannot be read."""
    number = operator.number(NAME)
    ours = odd(sid=None)
    search = find_everywhere(ours.gateway, ours.reach, number.phone_number, home=number.account_sid)

    assert (search.numbers, len(search.unread)) == ((), 1)


def test_no_plan_is_made_of_its_account(odd, tmp_path, snapshot):
    """A plan counts what its account holds, and here nobody can."""
    planner = Planner(odd(sid=None), tmp_path)

    with pytest.raises(CannotRead) as refused:
        planner.make(OTHER, why="quiet")
    assert as_read(str(refused.value)) == snapshot


def test_a_company_whose_first_list_holds_it_opens(between, connect):
    """What the credentials reach is asked of one list, and an odd record in it is no refusal."""
    gateway = connect("main_key", url=between.url)
    between.answers("/IncomingPhoneNumbers.json", 200, page(KEY, [{"sid": None}], None))

    assert find_reach(gateway)[0].subaccounts


def test_records_are_counted_over_pages_and_none_is_left_out_in_silence(connect, between, snapshot):
    """Its place is the one in the whole list; of many, some are described and the others counted."""
    gateway = connect(url=between.url)
    home = gateway.connection.account_sid
    first = [record(KEY, n, home) for n in range(3)]
    second = [record(KEY, n, home, sid=None, phone_number=14155550100 + n) for n in range(1, 8)]
    answers_in_turn(between, page(KEY, first, "Page=1"), page(KEY, second, None))
    read = []

    with pytest.raises(RecordsUnreadable) as unread:
        read.extend(gateway.numbers(home))
    assert len(read) == 3
    assert as_read(str(unread.value)) == snapshot


def test_a_record_of_another_account_is_no_answer(connect, between):
    """However little else of it can be read: then nothing of the list is about what was asked."""
    gateway = connect(url=between.url)
    home = gateway.connection.account_sid
    answers_in_turn(between, page(KEY, [record(KEY, 1, home), record(KEY, 2, sid(9), sid=None)], None))

    with pytest.raises(CannotRead, match="something else than was asked"):
        list(gateway.numbers(home))


def test_the_panels_say_that_its_account_was_read_in_part(odd, between, simulator, journal, clock, snapshot):
    """Where the operator looks: above the table, above the lists, and at the account."""
    odd(sid=None)
    desk = desk_at(simulator, journal, clock, url=between.url)
    inventory, release = desk.inventory_panel(), desk.release_panel()

    assert as_read(inventory._sentence.value) == snapshot
    assert as_read(release.reading.value) == snapshot
    assert [label for label, _ in release.subaccount.options if "not all" in label] == snapshot
    desk.session.gateway.transport.close()
