"""Every panel in both themes: nothing in it keeps anybody from using it, nothing is cut off, and a picture is kept."""

import re
from functools import partial

import pytest
from playwright.sync_api import expect

from tests.support.browser import visit
from tests.support.judge import WIDTHS, wrong_at_every_width, wrong_with
from tests.support.kit_in_browser import PICTURES, choose, nothing_else_went_wrong, option, panel_of, protect

ACCOUNT, NAME, NUMBER = "Acme Marketing", "Landing page test 1", "+19175550156"


def look_at_home(here, judge):
    page = here.page
    expect(page.get_by_role("heading", name="59 numbers cost USD 896.40 a year")).to_be_visible()
    judge("first-visit")
    page.get_by_role("button", name="Check now").click()
    expect(page.get_by_role("heading", name="You could save USD")).to_be_visible(timeout=60_000)


def look_at_numbers(here, judge):
    page = here.page
    expect(page.get_by_text("were not used for 90 days and cost")).to_be_visible(timeout=60_000)
    page.get_by_label("Search", exact=True).fill("no such name")
    expect(page.get_by_text("No number passes these filters.")).to_be_visible()
    judge("no-row")
    page.get_by_role("button", name="Clear filters").click()
    expect(page.get_by_text("59 numbers.", exact=True)).to_be_visible()
    expect(page.locator(".desk-grid-row[aria-selected]").nth(5)).to_be_visible()
    page.get_by_role("grid", name="Phone numbers").focus()
    for key in ("ArrowDown", "Space", "Enter"):
        page.keyboard.press(key)
    expect(page.locator(".desk-drawer .desk-number")).to_be_visible()
    page.get_by_role("button", name="Excel").click()
    expect(page.get_by_role("button", name="Download")).to_be_visible()
    page.get_by_role("button", name="Protect…").click()
    expect(page.get_by_role("button", name="Protect it")).to_be_visible()
    judge("details")
    for button in ("Note…", "Choose columns", "More filters"):
        page.get_by_role("button", name=button).click()
    expect(page.get_by_role("button", name="Save the note")).to_be_visible()


def release(here, judge):
    page, red = here.page, here.page.get_by_role("button", name="Yes, release this number")
    typed = page.get_by_label("Type the number again to confirm", exact=True)
    choose(page, "Acme Support", "+14155550110")
    page.get_by_label("Why, although it is in use (required)").fill("It is answered elsewhere now")
    typed.fill("+14155550110")
    expect(red).to_be_enabled()
    judge("in-use")
    choose(page, ACCOUNT, NAME)
    expect(page.locator(".desk-verdict")).to_have_text("Not used")
    judge("chosen")
    typed.fill(NUMBER)
    red.click()
    expect(page.get_by_role("status").filter(has_text=f"{NUMBER} is released")).to_be_visible()


def make_a_plan(here, judge):
    page = here.page
    protect(page, "*billboard*").fill("*billboard*")
    source = page.get_by_label("With which numbers")
    source.select_option(index=option(source, "Those not used"))
    page.get_by_label("Also those that something may be connected to").check()
    page.get_by_role("button", name="Look at them and make a plan").click()
    expect(page.get_by_text("The plan is made")).to_be_visible(timeout=60_000)
    judge("made")
    page.get_by_role("button", name="Check every number again").click()
    expect(page.get_by_text("Checked: ")).to_be_visible(timeout=60_000)


def choose_released(here, judge):
    released = here.page.get_by_label("Released number")
    released.select_option(index=option(released, NUMBER))
    expect(here.page.get_by_text("USD 1.15 a month, charged again now")).to_be_visible()


def open_entry(here, judge):
    here.page.locator("summary", has_text=NUMBER).click()


def read_tables(here, judge):
    expect(here.page.locator("table.dataframe").first).to_be_visible()


#: In this order each finds the world as the one before has left it.
PLAYED = {
    "00_start_here": look_at_home,
    "01_inventory": look_at_numbers,
    "06_pandas": read_tables,
    "03_release_many": make_a_plan,
    "02_release": release,
    "04_restore": choose_released,
    "05_journal": open_entry,
}


@pytest.mark.timeout(400)
def test_every_panel_can_be_read_and_used_by_everybody(browser, kit):
    """No serious or critical violation of axe's rules, nothing cut off; both themes, at 1280, 1920 and 200 %."""
    wrong = []
    for name, play in PLAYED.items():
        with visit(browser, kit, f"{name}.ipynb", width=1280, height=1900) as here:
            here.run_all()

            def judge(state, here=here, name=name):
                shown = f"{name}-{state}" if state else name
                places = partial("{}-{}-{}.png".format, shown)
                # JupyterLab may leave out what is far from what it shows.
                panel = here.page.locator(".desk-home" if name.startswith("00") else ".desk").last
                panel.evaluate("panel => panel.scrollIntoView({block: 'start'})")
                widths = (1280,) if state else WIDTHS
                found = wrong_at_every_width(here, lambda *which: PICTURES / places(*which), again=widths)
                wrong.extend((shown, *each) for each in found)

            play(here, judge)
            judge("")
            nothing_else_went_wrong(here)

    assert wrong == []


#: Pale in one theme each, in words and in a field; a field without a name; something that sticks out.
UNREADABLE = """panel => panel.insertAdjacentHTML('beforeend', `
    <p style="color: #aaa">pale by day</p><p style="color: #555">pale by night</p>
    <input aria-label="Field" style="color: #aaa" value="pale value">
    <input type="text"><p style="width: 200%">wide</p>`)"""


def test_what_nobody_could_read_is_found(browser, kit):
    """In whichever theme; were it not found, no test that looks for it would prove anything."""
    with visit(browser, kit, "05_journal.ipynb") as here:
        here.use_theme("Light")
        here.run_all()
        panel_of(here.page).evaluate(UNREADABLE)
        wrong = wrong_with(here)
        pale = {(found[0], found[2].split(":")[0]) for found in wrong if found[1] == "too pale"}

        assert [part for kind, part, *_ in wrong if kind == "cut off"] == ['<p style="width: 200%">wide</p>']
        assert pale == {("Light", "pale by day"), ("Light", "pale value"), ("Dark", "pale by night")}
        assert [found[0] for found in wrong if "label" in found] == ["Dark", "Light"]


def test_who_hears_the_screen_hears_every_sign_once(browser, kit):
    """Heads that are signs, boxes and bars have names; a number is told once; nothing turns for who asks for that."""
    with visit(browser, kit, "01_inventory.ipynb") as here:
        page = here.page
        page.emulate_media(reduced_motion="reduce")
        here.run_all()
        first = page.get_by_role("row").filter(has_text="Head office").first
        expect(page.get_by_role("columnheader", name="Warnings")).to_be_visible()
        expect(page.get_by_role("columnheader", name="Status: Last 90 days")).to_be_visible()
        expect(first.get_by_role("gridcell", name="Not ticked")).to_be_visible()
        first.click()
        expect(first.get_by_role("gridcell", name="Ticked", exact=True)).to_be_visible()
        expect(first.get_by_role("gridcell", name="+12125550100", exact=True)).to_be_visible()
        page.get_by_role("button", name="Check now").click()
        expect(page.get_by_role("progressbar", name="How far the look is")).to_have_attribute(
            "aria-valuetext", re.compile(r"^\d+ %$")
        )
        still = "[...document.querySelectorAll('.desk-spinner')].map(each => getComputedStyle(each).animationName)"

        assert set(page.evaluate(still)) == {"none"}
