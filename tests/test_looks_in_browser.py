# ruff: noqa: F401, F811  # a fixture is imported, and asked for by an argument of its name
"""Every panel in both themes: nothing in it keeps anybody from using it, nothing is cut off, and a picture is kept."""

import pytest
from playwright.sync_api import expect

from tests.axe import grave_violations, too_pale
from tests.browser import visit
from tests.kit_in_browser import (
    PICTURES,
    browser,
    choose,
    keep_picture,
    kit,
    nothing_else_went_wrong,
    option,
    panel_of,
    running_kit,
)

ACCOUNT, NAME, NUMBER = "Acme Marketing", "Landing page test 1", "+19175550156"

#: What sticks out to the right of the panel it belongs to, and is not in something that scrolls.
CUT_OFF = """() => [...document.querySelectorAll('.jupyter-widgets.desk')].flatMap(panel => {
    const edge = panel.getBoundingClientRect().right + 1;
    return [...panel.querySelectorAll('*')].filter(part => part.checkVisibility()
        && part.getBoundingClientRect().right > edge && !part.closest('.desk-scroll, .desk-grid'))
        .map(part => part.outerHTML.slice(0, 120));
})"""


def look_at_numbers(page):
    page.get_by_role("button", name="Find out which are quiet").click()
    expect(page.get_by_text("Every number was looked at")).to_be_visible(timeout=60_000)


def arm(page):
    choose(page, ACCOUNT, NAME)
    page.get_by_label("Type the number back", exact=True).fill(NUMBER)


def release(page):
    arm(page)
    page.get_by_role("button", name="Yes, release this number").click()
    expect(page.get_by_role("status").filter(has_text=f"{NUMBER} is released")).to_be_visible()


def make_a_plan(page):
    source = page.get_by_label("With which numbers")
    source.select_option(index=option(source, "Quiet ones"))
    page.get_by_label("Also those that something may be connected to").check()
    page.get_by_role("button", name="Look at them and make a plan").click()
    expect(page.get_by_text("The plan is made")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Check every number again").click()
    expect(page.get_by_text("Checked. What the check found")).to_be_visible(timeout=60_000)


def choose_released(page):
    released = page.get_by_label("Released number")
    released.select_option(index=option(released, NUMBER))
    expect(page.get_by_text("USD 1.15 a month, charged again now")).to_be_visible()


def open_entry(page):
    page.locator("summary", has_text=NUMBER).click()


#: In this order each finds the world as the one before has left it.
PLAYED = {
    "00_start_here": lambda page: None,
    "01_inventory": look_at_numbers,
    "03_release_many": make_a_plan,
    "02_release": release,
    "04_restore": choose_released,
    "05_journal": open_entry,
}
#: The panels that may be wide; the others are as wide as one can read.
WIDE = {"01_inventory", "02_release", "03_release_many"}


def judge(here, name, theme):
    """Say what is wrong with what is shown; keep pictures of it."""
    page = here.page
    page.mouse.move(0, 0)
    for width in (1280, 1920) if name in WIDE else (1280,):
        page.set_viewport_size({"width": width, "height": 1900})
        panel = panel_of(page)
        panel.evaluate("panel => panel.scrollIntoView({block: 'start'})")
        page.wait_for_timeout(300)
        here.picture(PICTURES / f"{name}-{theme}-{width}.png")
        yield from ((width, "cut off", part) for part in page.evaluate(CUT_OFF))
    yield from grave_violations(page)
    yield from ((theme, "too pale", words) for words in too_pale(page))


@pytest.mark.timeout(400)
def test_every_panel_can_be_read_and_used_by_everybody(browser, kit):
    """No serious or critical violation of axe's rules, nothing cut off; light and dark, at 1280 and 1920 pixels."""
    wrong = []
    for name, play in PLAYED.items():
        with visit(browser, kit, f"{name}.ipynb", width=1280, height=1900) as here:
            here.run_all()
            play(here.page)
            for theme in ("light", "dark"):
                here.use_theme(theme.title())
                wrong += [(name, theme, *found) for found in judge(here, name, theme)]
            nothing_else_went_wrong(here)

    assert wrong == []


def test_what_nobody_could_read_is_found(browser, kit):
    """A pale text and a field without a name: were they not found, the test above would prove nothing."""
    with visit(browser, kit, "05_journal.ipynb") as here:
        here.use_theme("Light")
        here.run_all()
        panel_of(here.page).evaluate(
            "panel => panel.insertAdjacentHTML('beforeend', '<p style=\"color: #aaa\">pale</p><input type=\"text\">')"
        )

        assert {rule for _, rule, _ in grave_violations(here.page)} >= {"label"}
        assert [words.split(":")[0] for words in too_pale(here.page)] == ["pale"]


def test_what_is_empty_says_what_to_do_next(browser, kit):
    """Nothing released, nothing open, no plan: each panel names the next step, and the notebook where it is done."""
    said = {
        "03_release_many.ipynb": "No plan is open. Make one, or open one that was made before",
        "04_restore.ipynb": "A number that you release in",
        "05_journal.ipynb": "Nothing was done here yet.",
    }
    for notebook, words in said.items():
        with visit(browser, kit, notebook) as here:
            here.run_all()

            expect(panel_of(here.page)).to_contain_text(words)
            assert grave_violations(here.page) == []
