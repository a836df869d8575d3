"""The shortest way to a first release, by mouse and by keyboard alone."""

from itertools import pairwise

import pytest
from playwright.sync_api import expect

from tests.support.browser import visit
from tests.support.kit_in_browser import (
    cells_of,
    check_and_type,
    choose,
    choose_account,
    make_a_plan_of,
    nothing_else_went_wrong,
    option,
    protect,
    release_at_once,
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
        clicks.append(page.get_by_label("Subaccount"))
        select(choose_account(page, ACCOUNT), NAME)
        expect(page.locator(".desk-verdict")).to_be_visible()
        page.get_by_label("Type the number again to confirm", exact=True).fill(NUMBER)
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
        cells = cells_of(page)
        for _ in range(cells - 1):
            keys.press("Shift+Enter")
        expect(page.get_by_label("Subaccount")).to_be_visible(timeout=60_000)
        subaccount, number = page.get_by_label("Subaccount"), page.get_by_label("Number", exact=True)
        typed, red = (
            page.get_by_label("Type the number again to confirm", exact=True),
            page.get_by_role("button", name=RED),
        )
        expect(subaccount.locator("option")).not_to_have_count(1)
        keys.press("ArrowUp")
        keys.press("ArrowUp")
        tab_to(page, subaccount)
        pick(page, subaccount, ACCOUNT)
        tab_to(page, number)
        pick(page, number, NAME)
        expect(page.locator(".desk-verdict")).to_be_visible()
        look = page.get_by_role("button", name="Look again")
        tab_to(page, look)
        keys.press("Space")
        expect(page.locator(".desk-verdict")).to_be_visible()
        expect(look).to_be_enabled()
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
        keep_picture(here, "release-by-keyboard")
        # Another theme, which the picture was judged in, may take the focus away.
        red.focus()

        expect(page.get_by_text(f"The button releases {NUMBER} (Landing")).to_contain_text("the space bar presses it")
        assert sent("DELETE") == []

        keys.press("Space")
        expect(page.get_by_role("status").filter(has_text=f"{NUMBER} is released")).to_be_visible()

        assert cells_of(page) == cells
        assert [request["status"] for request in sent("DELETE")] == [204]
        nothing_else_went_wrong(here)


#: Where the keyboard is, in pixels of its panel, and how it is marked; None outside of the panel.
WHERE = """panel => {
    const here = document.activeElement;
    if (!panel.contains(here)) return null;
    const from = panel.getBoundingClientRect(), box = here.getBoundingClientRect(), look = getComputedStyle(here);
    // Numbered steps come one after the other, wherever they stand; columns from left to right.
    const step = here.closest('.desk-beside > *'), steps = [...step?.parentElement.children ?? []];
    const beside = here.closest('.desk-columns, .desk-beside'), column = here.closest('.desk-columns > *') ?? panel;
    return {
        name: here.getAttribute('aria-label') ?? here.labels?.[0]?.textContent ?? here.textContent.trim(),
        ring: look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) >= 1.5,
        place: [(beside ?? here).getBoundingClientRect().top - from.top,
            step ? 2 * steps.indexOf(step) : column.getBoundingClientRect().left, box.top - from.top, box.left],
    };
}"""


def walk(page, panel, first):
    """Press Tab from the first thing in a panel to the last; tell where it came by, and what Escape did there."""
    named = panel.get_by_label(first, exact=True).or_(panel.get_by_role("button", name=first))
    start = named.or_(panel.locator("summary", has_text=first)).first
    expect(start).to_be_enabled()
    start.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    met = []
    while (place := panel.evaluate(WHERE)) is not None and len(met) < 60:
        stop = page.evaluate_handle("document.activeElement").as_element()
        page.keyboard.press("Escape")
        place["left"] = panel.evaluate("panel => document.activeElement === panel.closest('.jp-Cell')")
        met.append(place)
        stop.focus()
        page.keyboard.press("Tab")
    return met


def reads_on(here, there):
    """Tell whether one comes to a place after another by reading; what is a few pixels lower is in the same line."""
    steps = [after - before for before, after in zip(here["place"], there["place"], strict=True)]
    return next((step > 0 for step, slack in zip(steps, (12, 1, 12, 1), strict=True) if abs(step) > slack), False)


def type_back(page):
    """Choose a number in the release panel, and type it back."""
    choose(page, ACCOUNT, NAME)
    page.get_by_label("Type the number again to confirm", exact=True).fill(NUMBER)
    expect(page.get_by_role("button", name=RED)).to_be_enabled()


def unprotect(page):
    """Protect a name, and be about to take that away again."""
    protect(page, "*hotline*").fill("*hotline*")
    expect(page.get_by_role("button", name="Yes, unprotect it")).to_be_enabled()


def plan(page):
    """Make a plan."""
    make_a_plan_of(page, NUMBER, "+17135550125")


def confirm_plan(page):
    """Check the plan, and type its sentence."""
    expect(check_and_type(page)).to_be_enabled()


def type_to_buy(page):
    """Choose a released number, and type it back."""
    released = page.get_by_label("Released number")
    released.select_option(index=option(released, NUMBER))
    page.get_by_label("Type the number again to confirm", exact=True).fill(NUMBER)
    expect(page.get_by_role("button", name="Buy this number back")).to_be_enabled()


#: What is done in each notebook, and what is walked through after it: which panel, from where on, past how much.
WALKS = {
    "01_inventory.ipynb": [(None, -1, "Check now", 12)],
    "02_release.ipynb": [(None, -1, "Subaccount", 4), (type_back, -1, "Subaccount", 7)],
    "03_release_many.ipynb": [
        *((unprotect, 0, "Protect", 6), (None, -1, "What to do", 5)),
        *((plan, -1, "Start anew", 12), (confirm_plan, -1, "Start anew", 5)),
    ],
    "04_restore.ipynb": [(type_to_buy, -1, "Released number", 4)],
    "05_journal.ipynb": [(None, -1, NUMBER, 2)],
}


@pytest.mark.parametrize("notebook", WALKS)
def test_the_focus_can_be_seen_goes_as_one_reads_and_leaves_with_escape(browser, kit, sent, notebook):
    """
    Everything that Tab reaches has a ring; steps and columns one by one, top to bottom, left to right.

    From anywhere Escape goes to the panel's own cell; what was chosen and typed stays, and nothing is pressed.
    """
    with visit(browser, kit, notebook, height=1900) as here:
        page = here.page
        release_at_once(here, *({NUMBER} if notebook[:2] in {"04", "05"} else ()))
        before = len(sent("DELETE"))
        here.run_all()
        if notebook == "01_inventory.ipynb":
            # It is filled after the last cell ran.
            expect(page.locator(".desk-days, .desk-chart .desk-empty").first).to_be_visible()
            expect(page.locator(".desk-grid-row[aria-selected]").first).to_be_visible()
        if notebook == "02_release.ipynb":
            expect(page.get_by_label("Subaccount").locator("option").nth(1)).to_be_attached()
        for play, which, first, least in WALKS[notebook]:
            if play:
                play(page)
            panel = page.locator(".jupyter-widgets.desk").nth(which)
            fields = panel.locator("input, select")
            typed = fields.evaluate_all("all => all.map(field => field.value)")
            armed = panel.locator(".desk-danger:enabled, .desk-buys:enabled")
            awake = armed.count()
            met = walk(page, panel, first)

            assert least <= len(met) < 60
            assert [place["name"] for place in met if not place["ring"]] == []
            assert [place["place"] for place in met if not place["name"]] == []
            assert [place["name"] for place in met if not place["left"]] == []
            assert [pair for pair in pairwise(met) if not reads_on(*pair)] == []
            assert fields.evaluate_all("all => all.map(field => field.value)") == typed
            assert sent("POST") + sent("DELETE")[before:] == []
            expect(armed).to_have_count(awake)
        nothing_else_went_wrong(here)
