"""A list as somebody mailed it: pasted or uploaded, looked at line by line, taken, or refused; and one to send back."""

import re

import openpyxl
import pytest
from playwright.sync_api import expect

from tests.support.browser import visit
from tests.support.kit_in_browser import make_a_plan_of, nothing_else_went_wrong, option

PASTED = "Landing pages\n(917) 555-0156\n917.555.0157\n+1 917 555 0158\n1.91756E+10\n+14155550199\n"


@pytest.fixture
def at_the_list(browser, kit):
    """The release-many notebook, with a list as the source of the next plan."""
    with visit(browser, kit, "03_release_many.ipynb", width=1280, height=800) as here:
        here.run_all()
        source = here.page.get_by_label("With which numbers")
        source.select_option(index=option(source, "in a list of mine"))
        yield here
        nothing_else_went_wrong(here)


def paste(page, text):
    page.get_by_label("Or paste it, one number in a line").fill(text)
    page.get_by_role("button", name="Look at them and make a plan").click()


def upload(page, name, content):
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name=re.compile("Choose the list")).click()
    chooser.value.set_files({"name": name, "mimeType": "application/octet-stream", "buffer": content})
    expect(page.get_by_text(name, exact=True)).to_be_visible()


@pytest.mark.timeout(240)
def test_a_pasted_list_is_looked_at_and_taken(at_the_list, sent, keep_picture):
    """Each line beside the number that it was read as; nothing is made of it before somebody says so."""
    page = at_the_list.page
    paste(page, PASTED)
    told = page.get_by_text(
        "I read 3 of 6 lines as these numbers of yours. The list also says “Landing pages”: does it mean these?"
    )
    expect(told.first).to_be_visible(timeout=60_000)
    row = page.get_by_role("row").filter(has_text="917.555.0157")
    expect(row).to_contain_text("+19175550157")
    expect(row).to_contain_text("Acme Marketing")
    expect(page.get_by_text("A spreadsheet shortened it")).to_be_visible()
    expect(page.get_by_text("No plan is open.")).to_have_count(0)
    expect(page.get_by_role("button", name="Check every number again")).to_be_hidden()
    for theme in ("light", "dark"):
        at_the_list.use_theme(theme.title())
        keep_picture(at_the_list, f"list-offered-{theme}")

    page.get_by_role("button", name="Yes, take these 3 numbers").dblclick()
    expect(page.get_by_text("The plan is made")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("3 numbers to release, 0 not in this plan")).to_be_visible()
    assert sent("POST") + sent("DELETE") == []


@pytest.mark.timeout(240)
def test_a_refused_list_leaves_nothing_of_the_one_before(at_the_list, keep_picture):
    """No table, no plan, no name of a file: what is on the screen is about the list that was refused."""
    page = at_the_list.page
    make_a_plan_of(page, "+19175550156", "+14155550199")
    expect(page.get_by_text("1 line of the list could not be taken").first).to_be_visible()

    page.get_by_role("button", name="Start anew").click()
    upload(page, "scan.pdf", b"%PDF-1.7")
    page.get_by_role("button", name="Look at them and make a plan").click()
    expect(page.get_by_text("it is a PDF")).to_be_visible(timeout=60_000)
    for left in ("numbers.csv", "+14155550199", "could not be taken", "The plan is made", "Fingerprint"):
        expect(page.get_by_text(left)).to_have_count(0)
    expect(page.get_by_role("button", name="Check every number again")).to_be_hidden()
    keep_picture(at_the_list, "list-refused")


def test_a_workbook_is_downloaded_and_read_back(browser, kit, tmp_path):
    """From the inventory to the browser's own folder, and from there into a plan."""
    with visit(browser, kit, "01_inventory.ipynb") as here:
        here.run_all()
        page = here.page
        page.get_by_label("Search", exact=True).fill("9175550156")
        expect(page.get_by_text(re.compile("^1 of "))).to_be_visible()
        page.get_by_role("button", name=re.compile(r"\bExcel$")).click()
        button = page.get_by_role("button", name=re.compile(r"Download numbers-.*\.xlsx"))
        expect(button).to_be_visible(timeout=30_000)
        with page.expect_download() as download:
            button.click()
        mailed = tmp_path / download.value.suggested_filename
        download.value.save_as(mailed)
        nothing_else_went_wrong(here)

    (_, (number, *_)) = openpyxl.load_workbook(mailed)["Numbers"].iter_rows(values_only=True)
    assert number == "+19175550156"
    with visit(browser, kit, "03_release_many.ipynb") as here:
        here.run_all()
        source = here.page.get_by_label("With which numbers")
        source.select_option(index=option(source, "in a list of mine"))
        upload(here.page, mailed.name, mailed.read_bytes())
        here.page.get_by_role("button", name="Look at them and make a plan").click()
        expect(here.page.get_by_text("sheet “Numbers”, columns “phone_number” and “sid”: 1 line.")).to_be_visible()
        # What the inventory says of the number stands beside it, so it is looked at.
        here.page.get_by_role("button", name="Yes, take this number").click()
        expect(here.page.get_by_text("The plan is made")).to_be_visible(timeout=60_000)
        nothing_else_went_wrong(here)
