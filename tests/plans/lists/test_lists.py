"""Each list gives the numbers that it names in full, offers what only one number can mean, and tells the rest."""

import pytest

from helpers.core.errors import ListUnreadable
from helpers.plans.list_file import MOST_BYTES, MOST_ROWS, read_table
from helpers.plans.number_list import Doubt, Unfit, read_list
from tests.plans.lists.cases import CASES, EXPECTED, FILES
from tests.plans.lists.company import ACCOUNTS, OURS

REFUSED = [case for case in CASES if case.refused]
READ = [case for case in CASES if not case.refused]


def letters(lines):
    return "".join(next(letter for letter, ours in OURS.items() if ours == line.number) for line in lines)


def read(content):
    return read_list(read_table(content), OURS.values(), ACCOUNTS)


def test_there_are_enough_lists_and_each_has_its_expectation():
    """A folder that is not found would pass every test."""
    assert len(FILES) >= 40
    assert {file.name for file in FILES} == EXPECTED.keys()


@pytest.mark.parametrize("case", READ, ids=[case.name for case in READ])
def test_a_list_is_read_as_its_sender_meant_it(case):
    """What is taken, what is offered and what is said of a line; and no line is lost."""
    found = read(case.content)

    assert (letters(found.taken), letters(found.offered)) == (case.taken, case.offered)
    assert {line.place: line.why for line in found.unfit} == case.said
    assert (found.columns, found.sheet) == (case.columns, case.sheet)
    said = [why for why in case.said.values() if why is not Unfit.FURTHER]
    assert found.lines == len(case.taken) + len(case.offered) + len(said)


@pytest.mark.parametrize("case", REFUSED, ids=[case.name for case in REFUSED])
def test_what_is_no_list_is_refused_with_what_it_is(case):
    """As a whole: a part of it would pass for all of it."""
    with pytest.raises(ListUnreadable) as refused:
        read(case.content)

    assert case.refused in str(refused.value)
    assert "Nothing was taken from the list." in str(refused.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"+12055550100\n" * (MOST_BYTES // 12), "more than 20 MB"),
        (b"1\n" * 2_000_000, f"more than {MOST_ROWS:,} rows"),
    ],
    ids=["bytes", "rows"],
)
def test_a_list_that_no_company_has_is_refused_before_it_is_read(content, words):
    """By its bytes, and by its rows."""
    with pytest.raises(ListUnreadable, match=words):
        read(content)


@pytest.mark.parametrize("rows", ["[%s]", "%s"])
def test_a_record_that_names_two_numbers_is_refused(rows):
    """JSON lets a name stand twice, and a program reads the last one: the first would vanish without a word."""
    with pytest.raises(ListUnreadable, match="stands twice in one record"):
        read((rows % '{"phone": "+12055550100", "phone": "+12055550101"}').encode())


def test_every_row_is_looked_at_before_a_column_is_certain():
    """A number of ours in another column, below a thousand rows without one, is as good as in the first."""
    found = read("Phone,Alt\n" + "+12055551999,\n" * 1_100 + "+12055550100,+442079460123\n")

    assert found.taken == ()
    assert [(line.place, line.doubt) for line in found.offered] == [(1_102, Doubt.COLUMN)]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("two_parts_to_release_and_to_keep.txt", "Numbers to keep"),
        ("sections_without_a_meaning.txt", "Berlin:"),
        ("an_action_beside_each.csv", "Action: release"),
        ("ticked_by_hand.csv", "Delete: x"),
        ("accounts_by_name.csv", "Shop"),
    ],
)
def test_the_words_that_raise_a_doubt_are_shown_beside_the_whole_row(name, says):
    """The operator sees what the list says, and decides."""
    line = read((FILES[0].parent / name).read_bytes()).offered[0]

    assert line.words == says
    assert line.doubt in {Doubt.WORDS, Doubt.BESIDE, Doubt.ACCOUNT}


def test_the_rest_of_a_row_is_shown_with_its_number():
    """An area code in a cell of its own may say that another number is meant."""
    found = read((FILES[0].parent / "country_and_area_apart.csv").read_bytes())

    assert [line.written for line in (*found.unfit, *found.offered)] == ["555-0100 · +1 · 212", "555-0100 · +1 · 205"]
