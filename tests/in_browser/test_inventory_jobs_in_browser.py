"""The jobs that people open the inventory for, with the clicks and fields that each of them takes after Run all."""

from playwright.sync_api import expect

from tests.support.browser import visit
from tests.support.judge import wrong_with
from tests.support.kit_in_browser import lay_notebook, nothing_else_went_wrong, option

#: The clicks and fields that a job may take.
UNUSED_FOR_HALF_A_YEAR, LAST_FOUR_DIGITS, TOLL_FREE_AND_SUSPENDED, WHAT_CHANGED = 6, 3, 6, 2


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
        field = self.page.get_by_role("combobox", name=label, exact=True)
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


def test_the_last_four_digits_find_a_number_of_any_account(browser, kit):
    """No account is chosen first, the option names the account, and nothing is chosen by itself."""
    with visit(browser, kit, "02_release.ipynb", width=1280, height=800) as here:
        here.run_all()
        page = here.page
        number = page.get_by_role("combobox", name="Number", exact=True)
        expect(number.locator("option").nth(5)).to_be_attached(timeout=60_000)
        hand = Hand(page)
        hand.fill("Find a number", "0156")
        expect(page.get_by_text("of 59 numbers in 7 accounts match")).to_be_visible()
        expect(number.locator("option", has_text="0156").first).to_contain_text("Acme Marketing")
        hand.choose("Number", "0156")
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
        expect(page.get_by_text("4 of 59 numbers shown.")).to_be_visible()
        hand.choose("Type", "toll-free")
        expect(page.get_by_text("2 of 59 numbers shown.")).to_be_visible()
        rows = page.locator(".desk-grid-row[aria-selected]")
        expect(rows).to_have_count(2)
        for row, name in zip(rows.all(), ("Load test 2, toll-free", "Customer demo, toll-free"), strict=True):
            expect(row).to_contain_text(name)
            expect(row).to_contain_text("Acme Test Lab")

        assert hand.used <= TOLL_FREE_AND_SUSPENDED
        nothing_else_went_wrong(here)


#: What is cut off: the words of a cell that has more of them than room.
CUT = """cells => cells.filter(cell => cell.scrollWidth > cell.clientWidth + 1
    || [...cell.children].some(each => each.scrollWidth > each.clientWidth + 1)).map(cell => cell.textContent)"""


#: Heads whose words leave less than three pixels to the edge of their column, on the side where the next one begins.
TIGHT = """heads => heads.filter(head => {
    const words = document.createRange();
    words.selectNodeContents(head);
    return head.getBoundingClientRect().right - words.getBoundingClientRect().right < 3;
}).map(head => head.textContent)"""

#: The size of a window, and what is whole in it.
WHOLE = {
    # 1280 x 800, less two scroll bars, which this browser does not show.
    (1250, 800): ["phone_number", "verdict", "idle_days", "wired", "monthly", "next_billing"],
    # 1920 x 1080 at 200 %.
    (960, 540): ["phone_number", "verdict", "monthly"],
    # 1280 x 800 at 200 %, less the same.
    (610, 400): ["phone_number", "verdict", "monthly"],
}


def test_the_grid_is_in_sight_and_no_important_column_is_cut(browser, kit):
    """With the file browser open, and with the panel as narrow as it is then; no head touches the next one."""
    with visit(browser, kit, "01_inventory.ipynb", width=1250, height=800) as here:
        here.run_all()
        page = here.page
        page.get_by_role("button", name="Check now").click()
        expect(page.get_by_text("numbers were not used for 90 days and cost")).to_be_visible(timeout=60_000)
        grid = page.get_by_role("grid", name="Phone numbers")
        for (width, height), whole in WHOLE.items():
            page.set_viewport_size({"width": width, "height": height})
            expect(page.locator(".desk-grid-row .desk-tone-quiet").first).to_be_visible()
            page.wait_for_timeout(500)
            heads = page.locator("[role=columnheader][data-key]")
            keys = heads.evaluate_all("heads => heads.map(head => head.dataset.key)")
            cut = {
                key: page.locator(f".desk-grid-row > :nth-child({keys.index(key) + 1})").evaluate_all(CUT)
                for key in whole
            }
            room = grid.bounding_box()

            assert cut == {key: [] for key in whole}
            assert heads.locator(".desk-grid-sort").evaluate_all(TIGHT) == []
            for key in whole:
                head = page.locator(f"[role=columnheader][data-key={key}]").bounding_box()
                assert head["x"] + head["width"] <= room["x"] + room["width"] + 1, key
            if height == 800:
                page.locator(".desk-inventory").first.evaluate("panel => panel.scrollIntoView()")
                top = page.locator(".desk-inventory").first.bounding_box()["y"]
                assert grid.bounding_box()["y"] - top < 500
        nothing_else_went_wrong(here)


def test_a_part_of_a_picture_is_pressed_with_the_keyboard_and_says_what_it_is(browser, kit):
    """The words that the mouse shows are its name; the focus stays on it, and it is shown as pressed."""
    with visit(browser, kit, "01_inventory.ipynb", width=1280, height=800) as here:
        here.run_all()
        page = here.page
        page.get_by_role("button", name="Check now").click()
        expect(page.get_by_text("numbers were not used for 90 days and cost")).to_be_visible(timeout=60_000)
        part = page.get_by_role("button", name="Acme Marketing: USD")
        part.focus()
        # A key, because what is focused by a script is not shown as focused.
        page.keyboard.press("Tab")
        page.keyboard.press("Shift+Tab")
        tip = part.evaluate("part => getComputedStyle(part, '::after').content")
        page.keyboard.press("Enter")
        expect(page.get_by_text("of 59 numbers shown.")).to_be_visible()
        expect(part).to_have_attribute("aria-pressed", "true")
        expect(part).to_be_focused()

        assert tip != "none"
        assert part.get_attribute("data-tip") == part.get_attribute("aria-label")
        assert (
            page.get_by_role("combobox", name="Account", exact=True)
            .evaluate("field => field.selectedOptions[0].text.replaceAll('\u00a0', ' ')")
            .startswith("Acme Marketing")
        )

        page.keyboard.press("Space")
        expect(page.get_by_text("59 numbers.", exact=True)).to_be_visible()
        nothing_else_went_wrong(here)


def test_a_row_is_opened_and_handed_over_by_keyboard(browser, kit, sent):
    """Enter opens the details; Release opens the other notebook, which offers the number and chooses nothing."""
    with visit(browser, kit, "01_inventory.ipynb", width=1280, height=800) as here:
        here.run_all()
        page = here.page
        expect(page.locator(".desk-grid-row[aria-selected]").first).to_be_visible(timeout=60_000)
        page.get_by_role("grid", name="Phone numbers").focus()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        number = page.locator(".desk-drawer .desk-number code").inner_text()
        page.get_by_role("link", name="Release…").focus()
        page.keyboard.press("Enter")
        offered = page.get_by_role("combobox", name="Number", exact=True)
        expect(offered.locator("option").nth(1)).to_contain_text("from the inventory", timeout=60_000)

        assert offered.locator("option").nth(1).inner_text().startswith(number)
        assert offered.evaluate("field => field.selectedIndex") == 0
        assert page.locator(".desk-grid-row[aria-selected=true]").count() == 0
        assert [request for method in ("POST", "DELETE") for request in sent(method)] == []
        nothing_else_went_wrong(here)


CHANGED = """from helpers import open_desk

desk = open_desk()
desk.report(forms=[])
first, second = [each for each in desk.inventory().numbers if each.friendly_name.startswith("Landing page")][:2]
desk.session.gateway.update_number(first.account_sid, first.sid, {"FriendlyName": "Landing page, reworded"})
desk.session.gateway.delete_number(second.account_sid, second.sid)
desk.practice.advance(days=30)
desk.report(forms=[])
desk.inventory_panel()"""


def test_what_changed_since_last_month_is_two_fields_away(browser, kit, keep_picture):
    """With what it was, in a column for which others make room: nothing is cut off; and the number that is gone."""
    file = lay_notebook(kit, "changed.ipynb", CHANGED)
    with visit(browser, kit, file.name, width=1280, height=800) as here:
        here.run_all()
        page = here.page
        expect(page.get_by_text("were not used for 90 days and cost")).to_be_visible(timeout=60_000)
        hand = Hand(page)
        hand.press("More filters")
        field = page.get_by_role("combobox", name="Changed since", exact=True)
        expect(field.locator("option")).to_have_count(2)
        hand.choose("Changed since", field.locator("option").last.inner_text().replace("\u00a0", " "))
        expect(page.get_by_role("columnheader", name="Changed: Since ")).to_be_visible()
        expect(page.locator(".desk-grid-row").get_by_text("Landing page, reworded")).to_be_visible()
        page.get_by_text("1 number that was there then has no row now").click()
        expect(page.get_by_text("Gone, not with this kit")).to_be_visible()
        keep_picture(here, "inventory-changed")

        assert hand.used <= WHAT_CHANGED
        assert wrong_with(here) == []
        nothing_else_went_wrong(here)
    file.unlink()
