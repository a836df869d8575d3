"""What a workbook says of its rows without words: struck out, commented, coloured, merged, hidden, on another sheet."""

import io

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

from helpers.plans.number_list import Doubt, Unfit
from tests.plans.lists.company import OURS
from tests.plans.lists.test_lists import letters, read

A, B, C = (OURS[letter].phone_number for letter in "ABC")
YELLOW = PatternFill("solid", fgColor="FFFF00")


def workbook(change, *, title="List"):
    """Make the bytes of a workbook with three numbers in column A, changed."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in (["Phone", "Name"], [A, "Ann"], [B, "Bob"], [C, "Cy"]):
        sheet.append(row)
    change(sheet)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def strike(sheet):
    sheet["A3"].font = Font(strike=True)


def strike_inside(sheet):
    sheet["A3"] = CellRichText(TextBlock(InlineFont(strike=True), B))


def strike_the_name(sheet):
    sheet["B3"].font = Font(strike=True)


def strike_and_repeat(sheet):
    strike(sheet)
    sheet.append([B, "Bob"])


def comment(sheet):
    sheet["A3"].comment = Comment("Keep this one!", "Ann")


def comment_on_the_head(sheet):
    sheet["A1"].comment = Comment("Keep all of these.", "Ann")


def merge(sheet):
    sheet["B3"] = "Shop"
    sheet.merge_cells("B3:B4")


def colour(sheet):
    sheet["A3"].fill = YELLOW


def colour_all(sheet):
    for place in (2, 3, 4):
        sheet[f"A{place}"].fill = YELLOW
        sheet[f"B{place}"].fill = YELLOW


def colour_beside(sheet):
    sheet["D3"].fill = YELLOW


def write_in_red(sheet):
    sheet["B3"].font = Font(color="FF0000")


def write_in_black(sheet):
    sheet["A3"].font = Font(color="FF000000", bold=True)
    sheet["B3"].font = Font(bold=True)


def flatten(sheet):
    sheet.row_dimensions[3].height = 0.1


def fold_in(sheet):
    sheet.row_dimensions[3].hidden = True


def hide_the_numbers(sheet):
    sheet.column_dimensions["A"].hidden = True


def narrow_the_numbers(sheet):
    sheet.column_dimensions["A"].width = 0.1


def hide_another(sheet):
    sheet.column_dimensions["B"].hidden = True


def nothing(sheet):
    del sheet


@pytest.mark.parametrize(
    ("change", "taken", "offered", "why"),
    [
        (nothing, "ABC", "", None),
        (strike, "AC", "", Unfit.STRUCK),
        (strike_inside, "AC", "", Unfit.STRUCK),
        (strike_the_name, "AC", "", Unfit.STRUCK),
        (strike_and_repeat, "AC", "", Unfit.STRUCK),
        (flatten, "AC", "", Unfit.HIDDEN),
        (fold_in, "AC", "", Unfit.HIDDEN),
        (comment, "AC", "B", None),
        (comment_on_the_head, "", "ABC", None),
        (merge, "A", "BC", None),
        (colour, "", "ABC", None),
        (colour_all, "ABC", "", None),
        (colour_beside, "", "ABC", None),
        (write_in_red, "", "ABC", None),
        (write_in_black, "ABC", "", None),
        (hide_the_numbers, "", "ABC", None),
        (narrow_the_numbers, "", "ABC", None),
        (hide_another, "ABC", "", None),
    ],
)
def test_what_a_row_shows_without_words_is_not_passed_over(change, taken, offered, why):
    """A struck or hidden row stays; for the others somebody looks, because a colour means something to its sender."""
    found = read(workbook(change))

    assert (letters(found.taken), letters(found.offered)) == (taken, offered)
    assert {line.why for line in found.unfit if line.place == 3} == ({why} if why else set())


@pytest.mark.parametrize(("title", "taken"), [("List", "ABC"), ("Keep", ""), ("Do not cancel", ""), ("Needed", "")])
def test_the_name_of_a_sheet_is_read(title, taken):
    """It is a word above all of its numbers."""
    found = read(workbook(nothing, title=title))

    assert letters(found.taken) == taken
    assert {line.doubt for line in found.offered} <= {Doubt.WORDS}


def test_the_other_sheets_are_named():
    """Numbers on them are not read, and the operator is told so."""
    found = read(workbook(lambda sheet: sheet.parent.create_sheet("UK").append([A])))

    assert (found.sheet, found.other_sheets) == ("List", ("UK",))
