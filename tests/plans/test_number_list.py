"""A number is taken by its whole self only; one that is offered is the only one that can be meant."""

import io
import re
import zipfile

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.core.errors import ListUnreadable
from helpers.plans import list_file
from helpers.plans.list_file import read_table
from helpers.plans.number_list import read_list
from helpers.plans.spelling import plain_cell, spelled
from helpers.tables.exports import FORMS
from tests.plans.lists.cases import CASES
from tests.plans.lists.company import ACCOUNTS, OURS, A, B

ENDINGS = st.sampled_from([case.content for case in CASES])


def read(content):
    return read_list(read_table(content), OURS.values(), ACCOUNTS)


def digits(text):
    return re.sub(r"\D", "", text)


@pytest.mark.parametrize("form", ["CSV", "Excel"])
def test_the_kits_own_exports_can_be_read_back(tmp_path, form):
    """What was exported from the inventory, narrowed in a spreadsheet, and saved."""
    numbers = OURS["A"], OURS["B"]
    columns = {"phone_number": [one.phone_number for one in numbers], "sid": [one.sid for one in numbers]}
    FORMS[form][1](pd.DataFrame(columns, dtype="string"), tmp_path / "numbers")
    found = read((tmp_path / "numbers").read_bytes())

    assert [line.number for line in found.taken] == list(numbers)
    assert found.lines == 2


def test_a_number_counts_once_by_the_line_that_names_it_in_full():
    """An offer for what is taken already would ask twice."""
    found = read(f"Number\n(205) 555-0100\n+12055550100\n{A}\n")

    assert [(line.place, line.number.sid) for line in found.taken] == [(3, A)]
    assert found.offered == ()
    assert [(line.place, line.details["place"]) for line in found.unfit] == [(2, 3), (4, 3)]


def test_of_two_numbers_that_may_be_meant_both_are_named():
    """So that the one who wrote the line sees what is missing in it."""
    (line,) = read("555-0170\n").unfit

    assert line.details["candidates"] == ("+12055550170", "+12125550170")


def test_the_line_of_a_problem_is_where_an_editor_shows_it():
    """A break inside quotes is a line there, too."""
    found = read('Phone,Note\n+12055550100,"a\nb"\nnobody,x\n')

    assert [line.place for line in found.unfit] == [4]


def test_a_workbook_that_would_fill_the_memory_is_refused(monkeypatch):
    """By what its parts claim, before any of them is unpacked; and by its rows."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/sharedStrings.xml", bytes(list_file.MOST_UNPACKED + 1))
    with pytest.raises(ListUnreadable, match="too large when it is unpacked"):
        read(packed.getvalue())

    book = openpyxl.Workbook()
    book.active["A12"] = "+12055550100"
    file = io.BytesIO()
    book.save(file)
    monkeypatch.setattr(list_file, "MOST_ROWS", 10)
    with pytest.raises(ListUnreadable, match="more than 10 rows"):
        read(file.getvalue())


@settings(deadline=None)  # a workbook takes a while on a busy machine
@given(ENDINGS, st.integers(0, 400), st.binary(max_size=60))
def test_whatever_a_file_holds_it_is_a_list_or_a_sentence(content, place, torn):
    """No bytes make it fail, and none make it take what they do not name."""
    try:
        found = read(content[:place] + torn + content[place:])
    except ListUnreadable:
        return
    for line in found.taken:
        first, *_ = line.written.split(" · ")
        assert line.number.sid.casefold() in line.written.casefold() or digits(first) == digits(
            line.number.phone_number
        )


@given(st.sampled_from(sorted(OURS)), st.integers(0, 12), st.sampled_from(["", " ", "-", "."]))
def test_what_is_offered_is_the_only_number_that_ends_so(letter, begin, sign):
    """Or none is: with each digit less, more numbers may be meant."""
    written = digits(OURS[letter].phone_number)[begin:]
    found = read(sign.join(written) + "\n") if len(written) > 6 else None
    if found is None:
        return
    could_be = [one for one in OURS.values() if one.phone_number.endswith(written)]

    assert found.taken == ()
    assert [line.number for line in found.offered] == (could_be if len(could_be) == 1 else [])


def test_a_sid_beside_a_spoilt_number_is_looked_at_before_it_counts():
    """The sid may be of another line: a sort in a spreadsheet moves one column alone."""
    found = read(f"phone_number,sid\nn/a,{A}\n+12055550101,{B}\n")

    assert [line.number.sid for line in found.offered] == [A]
    assert [line.number.sid for line in found.taken] == [B]


@pytest.mark.parametrize(
    "written",
    [
        "+49 30 123456/7",
        "+49 30 123456/57",
        "+49 30 123456/457",
        "+49 30 123456-7",
        "+49 30 123456 (7)",
        "+49 30 123456 .. 7",
        "+49-30-123456--7",
        "+49 30 12345\n67",
        "- +49 30 1234567",
    ],
)
def test_what_may_be_two_numbers_or_none_is_not_written_in_full(written):
    """A range, a pair, a bullet that may be a minus: the operator looks at it."""
    spelling = spelled(plain_cell(written))

    assert spelling is None or not spelling.in_full


@pytest.mark.parametrize("mark", ["\u00b9", "\u00b2", "\u2460", "\u2081", "\u00bd"])
def test_a_footnote_is_no_digit(mark):
    """It would make another number of this one."""
    assert spelled(plain_cell(f"+49 30 123456{mark}")) is None


@pytest.mark.parametrize(
    "written", ["+1 (415) 555-0123", "+14155550123", "+33 1 23 45 67 89", "+44 20 7946 0123", "+1(415)5550123"]
)
def test_a_number_is_written_in_full_however_it_is_spaced(written):
    """As people and spreadsheets write the whole of it."""
    assert spelled(plain_cell(written)).in_full


@pytest.mark.parametrize(
    "content",
    [
        "Keep number,Number\n{A},{B}\n",
        "old_sid,new_sid\n{a},{gone}\n",
    ],
)
def test_of_two_columns_that_could_be_meant_nothing_is_taken_unasked(content):
    """Which of them goes is the operator's to say."""
    first, second = OURS["A"], OURS["B"]
    known = {"A": first.phone_number, "B": second.phone_number, "a": first.sid, "gone": f"PN{'9' * 32}"}

    assert read(content.format(**known)).taken == ()
