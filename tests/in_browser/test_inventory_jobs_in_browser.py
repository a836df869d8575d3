"""The jobs that people open the inventory for, with the clicks and fields that each of them takes after Run all."""

import pytest
from playwright.sync_api import expect

from tests.support.browser import visit
from tests.support.kit_in_browser import nothing_else_went_wrong, option

#: The clicks and fields that a job may take.
UNUSED_FOR_HALF_A_YEAR, LAST_FOUR_DIGITS, TOLL_FREE_AND_SUSPENDED = 6, 3, 6


class Hand:
    """Somebody at the screen, whose clicks and fields are counted."""

    def __init__(self, page):
        self.page, self.used = page, 0

    def press(self, name):
        self.used += 1
        self.page.get_by_role("button", name=name).first.click()

    def fill(self, label, text):
        self.used += 1
        self.page.get_by_role("textbox", name=label, exact=True).fill(text)

    def choose(self, label, text):
        self.used += 1
        field = self.page.get_by_label(label, exact=True)
        field.select_option(index=option(field, text))


def test_unused_for_half_a_year_and_a_sheet_for_the_boss(browser, kit, sent):
    """Look back 180 days, check, leave what was not used, export, download."""
    with visit(browser, kit, "01_inventory.ipynb", width=1280, height=800) as here:
        here.run_all()
        page = here.page
        expect(page.locator(".desk-grid-row[aria-selected]").first).to_be_visible(timeout=60_000)
        hand = Hand(page)
        hand.press("Look back 180 days")
        expect(page.get_by_text("Checking reads the last 180 days.")).to_be_visible()
        hand.press("Check now")
        expect(page.get_by_text("numbers were not used for 180 days and cost")).to_be_visible(timeout=60_000)
        hand.press("Not used: ")
        expect(page.get_by_text("of 59 numbers shown.")).to_be_visible()
        hand.press("Excel")
        expect(page.get_by_role("button", name="Download")).to_be_visible()
        with page.expect_download() as download:
            hand.press("Download")

        assert download.value.suggested_filename.endswith(".xlsx")
        assert hand.used <= UNUSED_FOR_HALF_A_YEAR
        assert [request for method in ("POST", "DELETE") for request in sent(method)] == []
        nothing_else_went_wrong(here)


def test_a_filter_beyond_what_was_checked_leads_on(browser, kit):
    """The same, from the filter: one press looks further."""
    with visit(browser, kit, "01_inventory.ipynb", width=1280, height=800) as here:
        here.run_all()
        page = here.page
        expect(page.locator(".desk-grid-row[aria-selected]").first).to_be_visible(timeout=60_000)
        hand = Hand(page)
        hand.press("Look back 30 days")
        hand.fill("Not used for", "45")
        hand.press("Check the last 90 days")
        expect(page.get_by_text("numbers were not used for 90 days and cost")).to_be_visible(timeout=60_000)
        expect(page.locator("[role=columnheader][data-key=verdict]")).to_have_text("Last 90 days")
        nothing_else_went_wrong(here)


@pytest.mark.parametrize("digits", ["0156"])
def test_the_last_four_digits_find_a_number_of_any_account(browser, kit, digits):
    """No account is chosen first, the option names the account, and nothing is chosen by itself."""
    with visit(browser, kit, "02_release.ipynb", width=1280, height=800) as here:
        here.run_all()
        page = here.page
        number = page.get_by_label("Number", exact=True)
        expect(number.locator("option").nth(5)).to_be_attached(timeout=60_000)
        hand = Hand(page)
        hand.fill("Find a number", digits)
        expect(page.get_by_text("of 59 numbers in 7 accounts match")).to_be_visible()
        expect(number.locator("option", has_text=digits).first).to_contain_text("Acme Marketing")
        hand.choose("Number", digits)
        expect(page.locator(".desk-verdict")).to_be_visible(timeout=60_000)

        assert hand.used <= LAST_FOUR_DIGITS
        nothing_else_went_wrong(here)


def test_toll_free_numbers_in_suspended_accounts(browser, kit):
    """Both are filters, by the columns that say so."""
    with visit(browser, kit, "01_inventory.ipynb", width=1280, height=800) as here:
        here.run_all()
        page = here.page
        expect(page.locator(".desk-grid-row[aria-selected]").first).to_be_visible(timeout=60_000)
        hand = Hand(page)
        hand.press("More filters")
        hand.choose("Account status", "suspended")
        hand.choose("Type", "toll free")
        expect(page.get_by_text("1 of 59 numbers shown.")).to_be_visible()
        expect(page.locator(".desk-grid-row[aria-selected]")).to_contain_text("Acme Test Lab")

        assert hand.used <= TOLL_FREE_AND_SUSPENDED
        nothing_else_went_wrong(here)
