# ruff: noqa: F401, F811  # a fixture is imported, and asked for by an argument of its name
"""The shortest way to a first release, by mouse and by keyboard alone."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import visit
from tests.kit_in_browser import (
    browser,
    keep_picture,
    kit,
    nothing_else_went_wrong,
    option,
    panel_of,
    running_kit,
    sent,
)

ACCOUNT, NAME, NUMBER = "Acme Marketing", "Landing page test 1", "+19175550156"
RED = "Yes, release this number"


def test_a_newcomer_releases_a_number_with_four_clicks_and_one_typed_number(browser, kit, sent):
    """
    Counted from the window that the README's first command opens.

    A press of a button is a click, and so is choosing in a drop-down; scrolling and reading are none.
    """
    clicks = []

    def click(button):
        clicks.append(button)
        button.click()

    def select(field, words):
        clicks.append(field)
        field.select_option(index=option(field, words))

    with visit(browser, kit, "00_start_here.ipynb") as here:
        page = here.page
        click(page.get_by_role("button", name="Run all cells", exact=True))
        select(page.get_by_label("Subaccount"), ACCOUNT)
        select(page.get_by_label("Number", exact=True), NAME)
        expect(page.locator(".desk-verdict")).to_be_visible()
        page.get_by_label("Type the number back", exact=True).fill(NUMBER)
        click(page.get_by_role("button", name=RED))
        expect(page.get_by_role("status").filter(has_text=f"{NUMBER} is released")).to_be_visible()

        assert len(clicks) == 4
        assert [request["status"] for request in sent("DELETE")] == [204]
        nothing_else_went_wrong(here)


def tab_to(page, wanted, *, most=40):
    """Press Tab until the keyboard is where somebody wants it, as a person does who watches the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if wanted.evaluate("wanted => wanted === document.activeElement"):
            return
    raise AssertionError(f"{wanted} is not reached with {most} presses of Tab.")


def pick(page, field, words):
    """Choose in a drop-down that has the focus, with the arrow keys."""
    for _ in range(option(field, words)):
        page.keyboard.press("ArrowDown")


def test_a_number_is_released_with_the_keyboard_alone(browser, kit, sent, keep_picture):
    """From the opened notebook to the proof; Enter on the red button does nothing, and the button says what does."""
    with visit(browser, kit, "02_release.ipynb", height=1300) as here:
        page, keys = here.page, here.page.keyboard
        cells = page.locator(".jp-Notebook .jp-Cell").count()
        for _ in range(cells - 3):
            keys.press("Shift+Enter")
        expect(page.get_by_label("Subaccount")).to_be_visible(timeout=60_000)
        subaccount, number = page.get_by_label("Subaccount"), page.get_by_label("Number", exact=True)
        typed, red = page.get_by_label("Type the number back", exact=True), page.get_by_role("button", name=RED)
        expect(subaccount.locator("option")).not_to_have_count(1)
        keys.press("ArrowUp")
        keys.press("ArrowUp")
        tab_to(page, subaccount)
        pick(page, subaccount, ACCOUNT)
        tab_to(page, number)
        pick(page, number, NAME)
        expect(page.locator(".desk-verdict")).to_be_visible()
        tab_to(page, typed)
        keys.type(NUMBER)
        expect(red).to_be_enabled()
        keys.press("Enter")
        keys.press("Escape")

        assert page.evaluate("document.activeElement.classList.contains('jp-Cell')")
        expect(typed).to_have_value(NUMBER)

        tab_to(page, red)
        for key in ("Enter", "Enter", "NumpadEnter"):
            keys.press(key)
        hint = red.evaluate("button => getComputedStyle(button, '::after').content")
        keep_picture(here, "release-by-keyboard")

        assert "The space bar presses it" in hint
        expect(page.get_by_text(f"The button releases {NUMBER} at once")).to_be_visible()
        assert sent("DELETE") == []

        keys.press("Space")
        expect(page.get_by_role("status").filter(has_text=f"{NUMBER} is released")).to_be_visible()

        assert page.locator(".jp-Notebook .jp-Cell").count() == cells
        assert [request["status"] for request in sent("DELETE")] == [204]
        nothing_else_went_wrong(here)


#: Where the keyboard is, in pixels of the page, and how it is marked; None outside of the panel.
WHERE = """panel => {
    const here = document.activeElement;
    if (!panel.contains(here)) return null;
    const box = here.getBoundingClientRect(), look = getComputedStyle(here);
    const ring = look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) >= 1.5;
    const column = here.closest('.desk-columns > *');
    return {
        name: here.getAttribute('aria-label') ?? here.labels?.[0]?.textContent ?? here.textContent.trim(),
        top: Math.round(box.top + document.scrollingElement.scrollTop - panel.getBoundingClientRect().top),
        left: Math.round(box.left), column: column ? Math.round(column.getBoundingClientRect().left) : -1, ring,
    };
}"""


@pytest.mark.parametrize(
    ("notebook", "first", "least"),
    [
        ("01_inventory.ipynb", "Find out which are quiet", 12),
        ("02_release.ipynb", "Subaccount", 4),
        ("03_release_many.ipynb", "What to do", 5),
        ("05_journal.ipynb", "Read the journal again", 1),
    ],
)
def test_the_focus_can_be_seen_and_goes_as_one_reads(browser, kit, notebook, first, least):
    """Everything that Tab reaches has a ring; columns one by one, top to bottom, left to right."""
    with visit(browser, kit, notebook, height=1900) as here:
        page = here.page
        here.run_all()
        panel = panel_of(page)
        start = panel.get_by_label(first).or_(panel.get_by_role("button", name=first)).first
        expect(start).to_be_enabled()
        start.focus()
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Tab")
        met = []
        while (place := panel.evaluate(WHERE)) is not None and len(met) < 60:
            met.append(place)
            page.keyboard.press("Tab")

        assert len(met) >= least
        assert [place["name"] for place in met if not place["ring"]] == []
        assert [place["name"] for place in met if not place["name"]] == []
        in_order = [(place["column"], place["top"] // 24, place["left"]) for place in met]
        assert in_order == sorted(in_order)
        nothing_else_went_wrong(here)
