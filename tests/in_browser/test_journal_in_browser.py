"""Who released a number, when, and why: one search in the journal, and the line itself says it."""

import re

from playwright.sync_api import expect

from tests.support.browser import visit
from tests.support.kit_in_browser import Hand, choose, nothing_else_went_wrong

NUMBER, LINK = "+19175550156", "https://desk.example/t/4711"


def test_who_released_a_number_when_and_why_is_found_with_two_clicks_and_typed_fields(browser, kit, sent, keep_picture):
    """Counted after "Run all cells"; below the line, its ticket is a link to a page of its own."""
    with visit(browser, kit, "02_release.ipynb", width=1280, height=800) as here:
        page = here.page
        here.run_all()
        choose(page, "Acme Marketing", "Landing page test 1")
        page.get_by_label("Why (kept in the journal)").fill("The campaign is over")
        page.get_by_label("Reason code").select_option(label="Campaign over")
        page.get_by_label("Ticket").fill(LINK)
        page.get_by_label("Type the number again to confirm", exact=True).fill(NUMBER)
        keep_picture(here, "release-with-ticket")
        page.get_by_role("button", name="Yes, release this number").click()
        expect(page.get_by_text(f"{NUMBER} is released")).to_be_visible(timeout=60_000)
        nothing_else_went_wrong(here)

    hand = Hand()
    with visit(browser, kit, "05_journal.ipynb", width=1280, height=800) as here:
        page = here.page
        here.run_all()
        hand.fill(page.get_by_label("Search the journal"), "917 555 0156")
        line = page.locator("summary", has_text=re.compile("Released"))
        expect(line).to_have_count(1)
        keep_picture(here, "journal-search")
        for said in (
            re.compile(r"\+1 ?917 ?555 ?0156"),
            re.compile(r"\d\d:\d\d"),
            re.compile(r"by \S+@\S+"),
            "Acme Marketing",
            "“The campaign is over”",
            "Campaign over",
            f"ticket: {LINK}",
            "take back until",
        ):
            expect(line).to_contain_text(said)
        expect(line).to_be_in_viewport()

        assert hand.done <= 2
        line.click()
        expect(page.get_by_role("link", name=LINK)).to_be_visible()
        expect(page.get_by_role("link", name=LINK)).to_have_attribute("href", LINK)
        assert len(sent("DELETE")) == 1
        nothing_else_went_wrong(here)
