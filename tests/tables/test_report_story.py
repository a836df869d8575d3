"""Four months of reports: every planted change is found and nothing else, in every file, and nothing is changed."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise

import msgspec
import openpyxl
import pytest

from helpers.evidence.changes import ChangeKind
from helpers.evidence.kept_looks import list_looks
from helpers.tables.report.words import CHANGED
from tests.conftest import Clock
from tests.support.formulas import evaluate
from tests.support.report_story import SILENCED, four_months, story


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """The five reports of the story, and the looks that were kept."""
    folder = tmp_path_factory.mktemp("story")
    clock = Clock()
    with story(folder, clock) as played:
        reports = list(four_months(played, folder / "reports"))
        yield reports, list_looks(played.desk._memory, 90), played


@pytest.fixture(scope="module")
def reports(told):
    return told[0]


def changes_in(report):
    content = msgspec.json.decode(report.file("json").read_bytes())["changed_numbers"]
    return None if content is None else {(each["kind"], each["phone_number"]) for each in content}


def test_every_planted_change_is_found_and_nothing_else(told):
    """In each month; and what fell silent is told once its ninety days are over."""
    (first, *later), _, played = told
    silent = (ChangeKind.NOT_USED_ANY_MORE, played.names[SILENCED].phone_number)

    assert changes_in(first) is None
    assert [changes_in(report) for report in later[:2]] == [report.planted for report in later[:2]]
    found = [changes_in(report) for report in later[2:]]
    assert [silent in each for each in found] == [True, False]
    assert [each - {silent} for each in found] == [report.planted for report in later[2:]]


def test_every_look_is_kept_and_each_report_compares_with_the_month_before(told):
    """Not with a look of the same day."""
    reports, looks, _ = told
    apart = [timedelta(days=30)] * 4

    assert [after - before for before, after in pairwise(looks)] == apart
    assert [report.line["since"] for report in reports] == [
        None,
        *(f"{look:%Y-%m-%dT%H:%M:%SZ}" for look in looks[:4]),
    ]


def test_the_exit_code_tells_a_program_whether_to_speak_up(reports):
    """Something to look at; and at the end, a part of the company that could not be read."""
    assert [int(report.written.result) for report in reports] == [1, 1, 1, 1, 2]
    assert [report.line["result"] for report in reports] == [1, 1, 1, 1, 2]
    assert (reports[-1].line["accounts"], reports[-1].line["accounts_read"]) == (8, 7)


def test_nothing_is_sent_that_could_change_anything(reports):
    """Each report asks, and never tells."""
    assert all(len(report.requests) > 50 for report in reports)
    assert {request["method"] for report in reports for request in report.requests} == {"GET"}


def test_what_was_saved_is_that_of_the_one_number_that_stayed_away(reports):
    """Released on 5 March, billed on the 17th of each month; what was taken back saved nothing."""
    assert [report.line["saved_so_far"] for report in reports] == [
        {},
        {"USD": "1.15"},
        {"USD": "2.30"},
        {"USD": "3.45"},
        {"USD": "4.60"},
    ]


# -- the workbook ----------------------------------------------------------------------------------


def book_of(report):
    return openpyxl.load_workbook(report.file("xlsx"))


def rows_of(sheet, *, width=None):
    """List the rows below the head, up to the first empty one."""
    rows = []
    for row in sheet.iter_rows(min_row=2, values_only=True):
        if not any(cell is not None for cell in row[:width]):
            break
        rows.append(row[:width])
    return rows


SHEETS = ("Little used", "Changes", "Saved", "What was read")


@pytest.mark.parametrize("month", range(5))
def test_the_workbook_reads_back_what_was_found(reports, month):
    """Seven sheets; every change and every unused number stands in its own."""
    report = reports[month]
    book = book_of(report)
    content = msgspec.json.decode(report.file("json").read_bytes())

    assert book.sheetnames == ["Summary", "Not used", *SHEETS, "Method"]
    unused = rows_of(book["Not used"])
    assert [row[0] for row in unused] == [each["phone_number"] for each in content["unused_numbers"]]
    assert len(unused) == report.line["not_used"]
    if month:
        assert {row[:2] for row in rows_of(book["Changes"])} == {
            (CHANGED[kind], number) for kind, number in changes_in(report)
        }


def test_its_sums_are_formulas_that_hold_every_row(reports):
    """What they add up to is what the report says; and whoever removes a row finds them changed."""
    report = reports[2]
    book = book_of(report)
    (idle,) = [row for row in book["Not used"].iter_rows(values_only=True) if row[0] == "All in USD"]
    summary = {row[0]: row for row in book["Summary"].iter_rows(values_only=True)}
    saved = [row for row in book["Saved"].iter_rows(values_only=True) if row[0] == "All in USD"]

    year = float(report.line["saving_a_year"]["USD"])
    assert evaluate(book["Not used"], idle[3]) == pytest.approx(year / 12)
    costs, unused, saving = summary["All in USD"][4:7]
    assert evaluate(book["Summary"], costs) == pytest.approx(float(report.line["cost_a_month"]["USD"]))
    assert evaluate(book["Summary"], unused) == pytest.approx(year / 12)
    assert evaluate(book["Summary"], saving) == pytest.approx(year)
    assert evaluate(book["Summary"], summary["All"][2]) == report.line["numbers"]
    assert evaluate(book["Saved"], saved[0][3]) == pytest.approx(2.30)
    counted = {CHANGED[ChangeKind(kind)]: many for kind, many in report.line["changes"].items()}
    assert {name: evaluate(book["Summary"], summary[name][2]) for name in counted} == counted


def test_numbers_are_texts_and_heads_stay_in_sight(reports):
    """A phone number keeps its plus; a sheet is filtered, has widths, and prints as wide as the paper."""
    book = book_of(reports[1])
    for name in ("Not used", "Changes"):
        sheet = book[name]
        assert sheet.freeze_panes == "B2"
        assert sheet.auto_filter.ref.startswith("A1:")
    number = book["Not used"]["A2"]
    assert (number.data_type, number.number_format, number.value[0]) == ("s", "@", "+")
    for sheet in book:
        assert sheet.print_area
        assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.column_dimensions["A"].width > 8
    assert len(book["Summary"]._charts) == 3


def test_no_formula_is_anything_but_the_reports_own(reports):
    """Text that begins like a formula is text."""
    for sheet in book_of(reports[-1]):
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    assert cell.value.startswith(("=SUM(", "=SUMIF(", "=SUMIFS(", "=COUNTIF(", "=12*"))


def test_no_file_holds_a_secret(told):
    """Neither a token nor the password in a web address."""
    reports, _, played = told
    tokens = {token for _, token in played.simulator.credentials.values()}
    for report in reports:
        texts = [report.written.line, report.written.text]
        texts += [report.file(form).read_text() for form in ("html", "json")]
        texts += [str(row) for sheet in book_of(report) for row in sheet.iter_rows(values_only=True)]
        whole = "\n".join(texts)
        assert "hunter2" not in whole
        assert not any(token in whole for token in tokens)
    assert "https://voice.acme.example/new" in reports[1].file("json").read_text()


def test_what_was_not_read_is_named(reports):
    """The account, and that its numbers are not in the report."""
    rows = {row[0]: row for row in book_of(reports[-1])["What was read"].iter_rows(values_only=True)}

    assert rows["Acme Berlin"][1] == "no"
    assert rows["Acme Berlin"][2] is None
    assert "403" in rows["Acme Berlin"][3]
    assert "7 of 8 accounts" in reports[-1].written.text
    assert Counter(row[1] for row in rows.values())["yes"] == 7
