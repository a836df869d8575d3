"""A list is taken by exact matches only; everything else is reported by its line, and nothing is guessed."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.core.errors import ListUnreadable
from helpers.core.records import Account, Number
from helpers.plans.number_list import read_list
from helpers.tables.exports import write_csv, write_for_excel
from tests.support.golden import as_read

ACCOUNTS = [Account(f"AC{n:032x}", f"Account {n}", "active", "Full", f"AC{1:032x}") for n in (1, 2)]


def number(n, phone_number, account=1):
    return Number(f"PN{n:032x}", f"AC{account:032x}", phone_number, f"Number {n}", {})


ONE, TWO = number(1, "+14155550101"), number(2, "+14155550102")
#: The same number twice, as after a port that went wrong.
TWIN, OTHER_TWIN = number(3, "+14155550103"), number(4, "+14155550103", account=2)
OURS = [ONE, TWO, TWIN, OTHER_TWIN]


def take(text, *, encoding="utf-8"):
    return read_list(text.encode(encoding), OURS, ACCOUNTS)


@pytest.mark.parametrize(
    "text",
    [
        "phone_number\n+14155550101\n+14155550102\n",
        f"sid\n{ONE.sid}\n{TWO.sid}\n",
        f"Phone_Number;sid\r\n+14155550101;{ONE.sid}\r\n+14155550102;\r\n",
        f"name\tphone_number\taccount_sid\nA\t+14155550101\t{ONE.account_sid}\nB\t+14155550102\t\n",
        '\ufeffphone_number\n"=""+14155550101"""\n\'+14155550102\n',
        "phone_number\n\n+14155550101\n\n+14155550102",
    ],
)
def test_numbers_and_sids_are_taken(text):
    """By either, with either separator, with other columns beside them, as Excel writes them too."""
    wanted = take(text)

    assert wanted.numbers == (ONE, TWO)
    assert wanted.problems == ()


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("+1415555010", "is not a number of this company"),
        ("4155550101", "is not written as Twilio writes numbers"),
        ("+1 415 555 0101", "is not written as Twilio writes numbers"),
        ("1.41555501E+10", "A spreadsheet shortened it"),
        ("+1415*", "is not written as Twilio writes numbers"),
        ("+14155550199", "is not a number of this company"),
        ("+14155550101,more", "It has 2 columns, and the first line has 1."),
        ("+14155550103", "is in more than one account: name its SID."),
    ],
)
def test_what_is_no_exact_match_is_reported_by_its_line(row, words):
    """A part, another writing, somebody else's number: none of them is taken."""
    wanted = take(f"phone_number\n+14155550101\n{row}\n+14155550102\n")

    assert wanted.numbers == (ONE, TWO)
    ((line, said),) = wanted.problems
    assert line == 3
    assert words in said


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (f"+14155550101,{TWO.sid},", "are not the same number"),
        (f"+14155550101,,{OTHER_TWIN.account_sid}", "but in another account of this company"),
        (f"+14155550101,,AC{9:032x}", "which is not an account of this company"),
        (",PN12,", "is not the SID of a number"),
        (f",PN{99:032x},", "is not a number of this company"),
        (f",,{ONE.account_sid}", "It names no number"),
    ],
)
def test_columns_that_contradict_each_other_are_reported(row, words):
    """The number says one thing and its sid another: nobody chooses between them."""
    wanted = take(f"phone_number,sid,account_sid\n{row}\n")

    assert wanted.numbers == ()
    assert words in wanted.problems[0][1]


def test_a_twin_is_taken_by_its_sid_or_its_account():
    """One number in two accounts is two numbers."""
    by_sid = take(f"phone_number,sid\n+14155550103,{OTHER_TWIN.sid}\n")
    by_account = take(f"phone_number,account_sid\n+14155550103,{TWIN.account_sid}\n")

    assert (by_sid.numbers, by_account.numbers) == ((OTHER_TWIN,), (TWIN,))


def test_the_second_of_two_equal_lines_is_reported(snapshot):
    """With the line of the first."""
    wanted = take(f"phone_number,sid\n+14155550101,\n,{ONE.sid}\n")

    assert wanted.numbers == (ONE,)
    assert wanted.problems == snapshot


@pytest.mark.parametrize(
    "text", ["", "\n", "+14155550101\n", "number\n+14155550101\n", "phone_number,phone_number\n+1,+1\n"]
)
def test_a_header_that_was_changed_is_refused_as_a_whole(text, snapshot):
    """Which column holds the numbers is not guessed."""
    with pytest.raises(ListUnreadable) as refused:
        take(text)
    assert as_read(str(refused.value)) == snapshot


@pytest.mark.parametrize("text", ["", "\n+14155550101\n", "\nphone_number\n+14155550101\n", ",,\n+1,,\n", " \n"])
def test_a_first_line_that_is_empty_is_said_to_be(text, snapshot):
    """Whoever looks for what is wrong finds it above the names, where nothing is to be seen."""
    with pytest.raises(ListUnreadable) as refused:
        take(text)
    assert as_read(str(refused.value)) == snapshot


@pytest.mark.parametrize(
    "text",
    [
        '"phone_number\n+14155550101\n',
        '"phone_number"x\n+14155550101\n',
        f"phone_number,{'x' * 200_000}\n+14155550101,\n",
    ],
)
def test_a_first_line_that_is_no_csv_is_refused_in_a_sentence(text, snapshot):
    """A quotation mark that never ends hides the whole list; nothing is taken, and it is said where to look."""
    with pytest.raises(ListUnreadable) as refused:
        take(text)
    assert as_read(str(refused.value)) == snapshot


@pytest.mark.parametrize(
    "text",
    [
        "phone_number,,\n+14155550101,,\n+14155550102,,\n",
        "note,phone_number,note\nA,+14155550101,B\nA,+14155550102,B\n",
        ";phone_number;\n;+14155550101;\n;+14155550102;\n",
    ],
)
def test_other_columns_may_be_empty_or_of_one_name(text):
    """Excel writes columns that somebody emptied; what is not read cannot be wrong."""
    wanted = take(text)

    assert wanted.numbers == (ONE, TWO)
    assert wanted.problems == ()


def test_columns_are_counted_as_the_first_line_has_them(snapshot):
    """The one who counts after us comes to the same."""
    wanted = take("phone_number,,\n+14155550101\n")

    assert wanted.problems == snapshot


def test_what_is_not_text_is_refused_with_what_to_do():
    """A list as Excel saves it by itself."""
    with pytest.raises(ListUnreadable, match="CSV UTF-8"):
        take("phone_number\nBüro\n", encoding="latin-1")


def test_a_quote_that_never_ends_is_reported_where_it_begins_to_matter(snapshot):
    """What stands before it is taken, and that the rest is missing is said."""
    wanted = take('phone_number\n+14155550101\n"+14155550102\n')

    assert wanted.numbers == (ONE,)
    assert as_read(wanted.problems[0][1]) == snapshot


@pytest.mark.parametrize("write", [write_csv, write_for_excel])
def test_the_kits_own_exports_can_be_read_back(tmp_path, write):
    """What was exported from the inventory, narrowed in a spreadsheet, and saved."""
    frame = pd.DataFrame(
        {"phone_number": [ONE.phone_number, TWO.phone_number], "sid": [ONE.sid, TWO.sid]}, dtype="string"
    )
    write(frame, tmp_path / "numbers.csv")
    wanted = read_list((tmp_path / "numbers.csv").read_bytes(), OURS, ACCOUNTS)

    assert wanted.numbers == (ONE, TWO)


@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b'"', b'"phone_number', b"phone_number\n", b"sid,phone_number\n", b"sid;account_sid\n"]),
)
def test_whatever_a_file_holds_it_is_a_list_or_a_sentence(data, header):
    """No bytes make it fail, and no bytes make it take what they do not name."""
    try:
        wanted = read_list(header + data, OURS, ACCOUNTS)
    except ListUnreadable:
        return
    for found in wanted.numbers:
        assert found.phone_number.encode() in data or found.sid.encode() in data
