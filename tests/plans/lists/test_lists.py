"""Each list gives the numbers that it names in full, offers what only one number can mean, and tells the rest."""

import pytest

from helpers.core.errors import ListUnreadable
from helpers.plans.list_file import read_table
from helpers.plans.number_list import read_list
from tests.plans.lists.company import ACCOUNTS, OURS
from tests.plans.lists.table import CASES, REFUSED


def letters(lines):
    return "".join(next(letter for letter, ours in OURS.items() if ours == line.number) for line in lines)


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_list_is_read_as_its_sender_meant_it(case, tmp_path):
    """What is taken, what is offered and what is said of a line; and no line is lost."""
    file = tmp_path / case.name.replace("/", "-")
    file.write_bytes(case.content)
    found = read_list(read_table(file.read_bytes()), OURS.values(), ACCOUNTS)

    assert (letters(found.taken), letters(found.offered)) == (case.taken, case.offered)
    assert {line.place: line.why for line in found.unfit} == case.said
    assert (found.columns, found.sheet) == (case.columns, case.sheet)
    assert found.lines == len(case.taken) + len(case.offered) + len(case.said)


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_list_is_refused_with_what_it_is(name):
    """As a whole: a part of it would pass for all of it."""
    content, words = REFUSED[name]
    with pytest.raises(ListUnreadable) as refused:
        read_list(read_table(content), OURS.values(), ACCOUNTS)

    assert words in str(refused.value)
    assert "Nothing was taken from the list." in str(refused.value) or "empty" in words
