"""The whole story as an operator lives it: a real browser, a real JupyterLab, and the practice Twilio behind it."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.browser import visit
from tests.support.kit_in_browser import cells_of, choose, nothing_else_went_wrong, option, simulator_of

ACCOUNT, NAME, NUMBER = "Acme Marketing", "Landing page test 1", "+19175550156"


@pytest.mark.timeout(300)
def test_a_number_is_released_and_taken_back(browser, kit, sent, keep_picture):
    """Choose, type, double-click, read the proof; one DELETE. Take it back; one purchase. Read the journal."""
    with visit(browser, kit, "02_release.ipynb", height=1300) as here:
        page = here.page
        here.run_all()
        choose(page, ACCOUNT, NAME)
        confirm = page.get_by_role("button", name="Yes, release this number")
        typed = page.get_by_label("Type the number again to confirm", exact=True)

        expect(confirm).to_be_disabled()
        typed.fill(NUMBER)
        expect(confirm).to_be_enabled()
        typed.press("Enter")
        for theme, picture in (("Dark", "release-by-night"), ("Light", "release")):
            here.use_theme(theme)
            keep_picture(here, picture)

        assert sent("DELETE") == []

        confirm.dblclick()
        expect(page.get_by_role("status").filter(has_text=f"{NUMBER} is released")).to_be_visible()
        expect(page.locator(".desk-proof")).to_contain_text("Twilio has no such number any more")
        expect(page.locator(".desk-until")).to_contain_text("You can take it back until")
        with page.context.expect_page() as other:
            page.locator(".desk-until a").click()
        expect(other.value.get_by_role("heading", name="Take a number back")).to_be_visible(timeout=30_000)
        other.value.close()
        expect(page.get_by_label("Number", exact=True)).to_be_enabled()
        expect(page.get_by_label("Number", exact=True).locator("option", has_text=NUMBER)).to_have_count(0)
        expect(typed).to_have_value("")
        keep_picture(here, "released")

        assert [request["status"] for request in sent("DELETE")] == [204]
        nothing_else_went_wrong(here)

    with visit(browser, kit, "04_restore.ipynb", height=1200) as here:
        page = here.page
        here.run_all()
        released = page.get_by_label("Released number")
        released.select_option(index=option(released, NUMBER))
        expect(page.get_by_text("USD 1.15 a month, charged again now")).to_be_visible()
        page.get_by_label("Type the number again to confirm", exact=True).fill(NUMBER)
        keep_picture(here, "restore")
        page.get_by_role("button", name="Buy this number back").dblclick()
        expect(page.get_by_text(f"{NUMBER} is yours again, with every setting as it was.")).to_be_visible()
        keep_picture(here, "restored")

        assert [request["status"] for request in sent("POST")] == [201]
        nothing_else_went_wrong(here)

    with visit(browser, kit, "05_journal.ipynb") as here:
        here.run_all()
        expect(here.page.get_by_text("All is finished: what became of every request is known.")).to_be_visible()
        here.page.locator("summary", has_text=NUMBER).click()
        expect(
            here.page.get_by_text("Looked again: Twilio has no such number any more. It is released.").first
        ).to_be_visible()
        keep_picture(here, "journal")

        assert len(sent("DELETE")) == 1
        nothing_else_went_wrong(here)


def test_on_a_small_screen_the_number_is_in_sight_beside_its_button_and_so_is_the_answer(browser, kit, sent):
    """Nobody scrolls between what is known of a number and what releases it, or goes looking for what became of it."""
    with visit(browser, kit, "02_release.ipynb", width=1280, height=800) as here:
        page = here.page
        here.run_all()
        choose(page, ACCOUNT, NAME)
        page.get_by_label("Type the number again to confirm", exact=True).fill(NUMBER)
        page.locator(".desk-number").evaluate(
            "number => { number.style.scrollMarginTop = '8px'; number.scrollIntoView(); }"
        )
        button = page.get_by_role("button", name="Yes, release this number")
        expect(button).to_be_enabled()
        for part in (page.locator(".desk-number"), page.locator(".desk-verdict"), button):
            expect(part).to_be_in_viewport(ratio=1)
        button.click()
        expect(page.get_by_role("status").filter(has_text=f"{NUMBER} is released")).to_be_in_viewport(ratio=1)

        assert [request["status"] for request in sent("DELETE")] == [204]
        nothing_else_went_wrong(here)


def test_an_open_outcome_counts_down_and_is_settled(browser, kit, sent, keep_picture):
    """
    Twilio said yes and the number stays: a day is counted down by the world's clock, and then a look settles it.

    A look changes nothing, so Enter may start one.
    """
    with visit(browser, kit, "02_release.ipynb", height=1300) as here:
        page = here.page
        here.use_dark_theme()
        here.run_all()
        simulator_of(kit).fault("EMPTY_PROMISE", method="DELETE")
        choose(page, ACCOUNT, NAME)
        page.get_by_label("Type the number again to confirm", exact=True).fill(NUMBER)
        keep_picture(here, "release-dark")
        page.get_by_role("button", name="Yes, release this number").click()
        expect(page.get_by_text("nothing is concluded and nothing is sent again").first).to_be_visible()
        expect(page.get_by_text(re.compile(r"In 23 hours \d+ minutes? a check can conclude"))).to_be_visible()
        keep_picture(here, "open-dark")
        here.run_all()
        page.locator(".desk-open a").click()
        expect(page.get_by_role("heading", name="The journal")).to_be_visible(timeout=30_000)

    with visit(browser, kit, "05_journal.ipynb", height=1200) as here:
        page = here.page
        here.use_dark_theme()
        here.run_all()
        expect(page.get_by_text("1 journal entry is still open")).to_be_visible()
        expect(page.get_by_text(re.compile(r"In 23 hours \d+ minutes? a check can conclude"))).to_be_visible()
        keep_picture(here, "journal-open-dark")
        page.get_by_role("button", name="Check and close").press("Enter")
        expect(
            page.get_by_role("alert").filter(has_text="nothing is concluded and nothing is sent again")
        ).to_be_visible()
        simulator_of(kit).advance(days=1)
        expect(page.get_by_text("Twilio can be asked now, and the answer closes it.")).to_be_visible()
        page.get_by_role("button", name="Check and close").dblclick()
        expect(page.get_by_text("is still yours: two looks found it where it was")).to_be_visible()
        expect(page.get_by_text("All is finished: what became of every request is known.")).to_be_visible()

        assert len(sent("DELETE")) == 1
        assert sent("POST") == []
        nothing_else_went_wrong(here)


def test_a_panel_is_used_by_keyboard_and_says_when_its_kernel_is_gone(browser, kit, keep_picture):
    """Letters and arrows choose options and press nothing of JupyterLab's; a panel without a kernel says so."""
    with visit(browser, kit, "02_release.ipynb", height=1300) as here:
        page = here.page
        here.run_all()
        cells = cells_of(page)
        subaccount = page.get_by_label("Subaccount")
        option(subaccount, ACCOUNT)
        subaccount.focus()
        for key in ("d", "d", "a", "x", "ArrowDown"):
            page.keyboard.press(key)
        expect(page.get_by_label("Number", exact=True).locator("option")).not_to_have_count(1)

        assert cells_of(page) == cells
        assert subaccount.evaluate("field => field.selectedIndex") > 0

        page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.restartKernel()")
        panel = page.locator(".jupyter-widgets.desk")
        expect(panel).to_have_class(re.compile("jupyter-widgets-disconnected"))

        assert "The kernel stopped" in panel.evaluate("panel => getComputedStyle(panel, '::before').content")
        keep_picture(here, "kernel-gone")


def test_names_that_were_made_to_do_harm_do_none(browser, kit, keep_picture):
    """A subaccount named like an image with a script is shown as its name, in either theme."""
    simulator_of(kit).reset(world="hostile")
    with visit(browser, kit, "02_release.ipynb", height=1300) as here:
        page = here.page
        page.evaluate("() => { window.alerted = false; window.alert = () => { window.alerted = true } }")
        here.run_all()
        choose(page, "<img src=x onerror=alert(1)>", "<script>")
        keep_picture(here, "hostile")
        here.use_dark_theme()
        keep_picture(here, "hostile-dark")

        assert page.evaluate("window.alerted") is False
        assert page.locator(".desk img, .desk script").count() == 0
        expect(page.locator(".desk-facts").first).to_contain_text("<img src=x onerror=alert(1)>")
        nothing_else_went_wrong(here)
