"""The report that the first screen writes: found where the last one is named, and downloaded from there."""

from playwright.sync_api import expect

from tests.support.browser import visit
from tests.support.kit_in_browser import lay_notebook, nothing_else_went_wrong


def test_a_report_is_written_and_downloaded(browser, kit, sent, keep_picture):
    """After a check, with two presses; every file is in sight, nothing is cut off, and nothing is changed at Twilio."""
    code = ("from helpers import open_desk\n\ndesk = open_desk()\ndesk", "home = desk.home_panel()\nhome")
    file = lay_notebook(kit, "report.ipynb", *code)
    with visit(browser, kit, file.name, width=1280, height=800) as here:
        page = here.page
        here.run_all()
        write = page.get_by_role("button", name="Write a report")
        expect(write).to_be_disabled()
        page.get_by_role("button", name="Check now").click()
        expect(write).to_be_enabled(timeout=60_000)
        write.click()
        buttons = page.get_by_role("button", name="Download twilio-numbers-")
        expect(buttons).to_have_count(3, timeout=60_000)
        with page.expect_download() as taken:
            buttons.first.click()
        keep_picture(here, "report-button")

        assert taken.value.suggested_filename.endswith(".xlsx")
        assert taken.value.path().read_bytes()[:2] == b"PK"
        assert [request for method in ("POST", "DELETE") for request in sent(method)] == []
        nothing_else_went_wrong(here)
    file.unlink()
