"""The numbers of a company: columns to look at, whole records to act with."""

from dataclasses import replace
from random import Random

import msgspec
import phonenumbers
import pytest

from helpers.core.records import changed_fields
from helpers.evidence import countries
from helpers.evidence.inventory import take_inventory
from helpers.evidence.numbers import NumbersBuilder, Packed, replace_accounts
from helpers.gateway.client import API
from helpers.gateway.number_page import read_page, take_page
from helpers.gateway.visibility import find_reach
from tests.support.number_tools import numbers_of


def test_a_record_that_is_unpacked_is_the_one_that_came(operator):
    """With every field: a number is put back from its record."""
    inventory = operator.inventory()
    numbers = list(inventory.numbers)

    assert len(numbers) == len(inventory.numbers) == 59
    for number in numbers:
        (again,) = inventory.numbers.get([number.sid])
        assert again == number
        assert changed_fields(again, operator.gateway.number(number.account_sid, number.sid)) == ()
    by_account = [number for account in inventory.accounts for number in inventory.numbers.of_account(account.sid)]
    assert by_account == numbers
    assert list(inventory.numbers.get(["PN" + "0" * 32])) == []


def test_the_numbers_stand_in_the_order_of_the_accounts_however_they_came(busy_company):
    """A table that was drawn anew has the rows where they were."""
    company = busy_company("40x30")
    order = [account.sid for account in company.inventory.accounts]
    places = [order.index(number.account_sid) for number in company.inventory.numbers]

    assert places == sorted(places)
    reach, accounts = find_reach(company.gateway)
    again = take_inventory(company.gateway, reach, accounts, seconds=lambda: 0.0)
    assert again.numbers.columns.equals(company.inventory.numbers.columns)


def test_a_number_that_moved_during_the_reading_is_there_once(operator):
    """It stood in two lists; the later one counts."""
    first, *others = list(operator.inventory().numbers)
    other = others[-1]
    moved = replace(first, account_sid=other.account_sid, sent={**first.sent, "account_sid": other.account_sid})
    order = list(dict.fromkeys(number.account_sid for number in (first, *others)))

    # Whichever of the two accounts is told of first.
    for told in ((), order, order[::-1]):
        numbers = numbers_of([first, *others, moved], order=told)

        assert len(numbers) == 1 + len(others)
        assert [number.account_sid for number in numbers.get([first.sid])] == [other.account_sid]


def test_an_account_that_is_read_anew_replaces_its_numbers_and_no_others(operator):
    """What is gone is gone, what is new is there, and everybody else stays as they were."""
    numbers = list(operator.inventory().numbers)
    account = numbers[0].account_sid
    ours = [number for number in numbers if number.account_sid == account]
    came = replace(ours[0], sid="PN" + "7" * 32, sent={**ours[0].sent, "sid": "PN" + "7" * 32, "voice_url": [1]})
    came = replace(came, unreadable=("voice_url",))
    after = replace_accounts(numbers_of(numbers), numbers_of([*ours[1:], came]), [account])

    assert {number.sid for number in after} == {number.sid for number in numbers} - {ours[0].sid} | {came.sid}
    assert after.unreadable == {"voice_url": 1}
    mended = replace(came, sent={**came.sent, "voice_url": None}, unreadable=())
    assert replace_accounts(after, numbers_of([*ours[1:], mended]), [account]).unreadable == {}
    assert replace_accounts(after, numbers_of([]), [account]).unreadable == {}


def test_an_account_that_is_read_anew_keeps_its_place_and_leaves_no_page_behind(busy_company):
    """However often: a table does not jump, and memory does not grow."""
    company = busy_company("4x30")
    numbers, order = company.inventory.numbers, [account.sid for account in company.inventory.accounts]
    before = numbers.columns
    for _ in range(3):
        anew = numbers_of(numbers.of_account(order[2]))
        numbers = replace_accounts(numbers, anew, [order[2]], order=order)

    assert numbers.columns.equals(before)
    assert len(numbers.pages) == 3 + 30
    assert [number.sid for number in numbers] == before["sid"].to_pylist()


def test_a_number_that_moved_to_an_account_that_is_read_anew_is_in_that_one(operator):
    """Its former account, which nobody read since, stands later in the order."""
    numbers = list(operator.inventory().numbers)
    order = list(dict.fromkeys(number.account_sid for number in numbers))
    moving = next(number for number in numbers if number.account_sid == order[-1])
    moved = replace(moving, account_sid=order[0], sent={**moving.sent, "account_sid": order[0]})
    there = [number for number in numbers if number.account_sid == order[0]]
    after = replace_accounts(numbers_of(numbers), numbers_of([*there, moved]), [order[0]], order=order)

    assert len(after) == len(numbers)
    assert [number.account_sid for number in after.get([moving.sid])] == [order[0]]


def _numbers():
    chance = Random(1)

    def digits(how_many):
        return "".join(chance.choice("0123456789") for _ in range(how_many))

    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        for kind in (0, 1, 2, 3, 4, 6):
            example = phonenumbers.example_number_for_type(region, kind)
            if example is not None:
                whole = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
                yield from (whole, *(whole[:-4] + digits(4) for _ in range(5)))
    for code, regions in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items():
        for _ in range(300 if len(regions) > 1 else 10):
            yield f"+{code}{digits(chance.randrange(3, 13))}"
    yield from (f"+1{area}{digit}{digits(6)}" for area in range(200, 1000) for digit in range(2, 10))
    yield from ("", "+", "12", "+1", "+14155550123x", "+1415555ABCD", "+" + "1" * 30)


def test_the_country_of_a_number_is_the_one_that_looking_up_the_whole_number_gives():
    """Only a part of it is looked up, because 100,000 numbers have some hundreds of such parts."""
    wrong = {number for number in _numbers() if countries.country_of(number) != countries._look_up(number)}

    assert wrong == set()


@pytest.mark.parametrize("number", ["+13875550123", "+14605550123", "+15685550123"])
def test_a_number_of_an_area_code_that_nobody_knows_has_no_country(number):
    """It may be in Canada as well as in the United States, where it costs something else."""
    assert countries.country_of(number) is None
    assert countries.country_of("+14165550123") == "CA"


@pytest.mark.parametrize("number", ["+441624121", "+61891621234", "+17871234567"])
def test_a_number_that_shares_its_code_with_another_country_keeps_its_own(number):
    """The Isle of Man, the Cocos Islands, Puerto Rico: whoever was asked about before."""
    countries.country_of("+442079460123"), countries.country_of("+61255501234"), countries.country_of("+14155550123")

    assert countries.country_of(number) == countries._look_up(number)


@pytest.mark.parametrize(
    "odd", [b'"\xff"', b"1e999", b'{"deep": [1e999]}', b"7" * 5_000, b'{"deep": -%s}' % (b"7" * 5_000)]
)
def test_something_odd_where_nobody_documented_anything_hides_no_number(operator, odd):
    """The page is plain, and is unpacked all the same."""
    number = next(iter(operator.inventory().numbers))
    record = msgspec.json.encode({**number.sent, "new": None}).replace(b'"new":null', b'"new":' + odd)
    body = b'{"incoming_phone_numbers":[%s],"next_page_uri":null}' % record
    page, _, _ = take_page(read_page(body), API, account_sid=number.account_sid)
    builder = NumbersBuilder()
    builder.take([(page, Packed.of(number.account_sid, page.body))])
    (again,) = builder.numbers()

    assert {name: value for name, value in again.sent.items() if name != "new"} == number.sent


def test_no_address_with_a_password_shows_itself(operator):
    """Pages and records of before are in nobody's traceback."""
    number = next(iter(operator.inventory().numbers))
    record = {**number.sent, "voice_url": "https://ann:hunter2@acme.example"}
    body = msgspec.json.encode({"incoming_phone_numbers": [record], "next_page_uri": None})
    page, _, _ = take_page(read_page(body), API, account_sid=number.account_sid)
    builder = NumbersBuilder()
    builder.take([(page, Packed.of(number.account_sid, page.body))])

    assert "hunter2" not in repr((page, page.records, builder.numbers(), builder.numbers().pages))
    assert "hunter2" not in str(builder.numbers().columns.to_pylist())
