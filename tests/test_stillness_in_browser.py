# ruff: noqa: F401, F811  # a fixture is imported, and asked for by an argument of its name
"""Nothing jumps while something loads: what is still to come has its place from the start."""

import pytest
from playwright.sync_api import expect

from tests.browser import visit
from tests.kit_in_browser import (
    browser,
    kit,
    nothing_else_went_wrong,
    option,
    panel_of,
    practice_of,
    running_kit,
)

ACCOUNT, NAME, NUMBER = "Acme Marketing", "Landing page test 1", "+19175550156"
#: Pixels: less than a line of text.
LITTLE = 14

# Looks at every frame that is painted, because what jumps and jumps back has jumped twice.
WATCH = """panel => {
    const seen = window.seen = new Map();
    const look = () => {
        const top = panel.getBoundingClientRect().top;
        for (const part of panel.querySelectorAll('.desk-card, .jupyter-button, .desk-grid, input, select')) {
            if (!part.checkVisibility()) continue;
            const at = Math.round(part.getBoundingClientRect().top - top), met = seen.get(part);
            if (met) { met.least = Math.min(met.least, at); met.most = Math.max(met.most, at); }
            else seen.set(part, { least: at, most: at });
        }
        window.watching = requestAnimationFrame(look);
    };
    look();
}"""

JUMPED = """([panel, little, within]) => {
    cancelAnimationFrame(window.watching);
    return [...window.seen].filter(([part, at]) => at.most - at.least > little && part.closest(within))
        .map(([part, at]) => [part.textContent.trim().slice(0, 40) || part.ariaLabel, at.least, at.most]);
}"""


def watch(page):
    """Begin to note where every part of the panel is, frame by frame."""
    panel_of(page).evaluate(WATCH)


def jumped(page, *, within=".desk"):
    """List what was in more than one place since ``watch``, with the places."""
    page.wait_for_timeout(500)
    return page.evaluate(JUMPED, [panel_of(page).element_handle(), LITTLE, within])


@pytest.fixture
def slow(kit):
    """Twilio takes a while for every answer, so that what is shown meanwhile can be looked at."""
    practice = practice_of(kit)
    practice._ask("POST", "settings", {"latency": 0.1})
    yield
    practice._ask("POST", "settings", {"latency": 0})


def begin_to_run(page):
    page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-all-cells') }")


@pytest.mark.parametrize("width", [1280, 1920])
def test_the_inventory_stays_where_it_is_while_it_reads_and_looks(browser, kit, slow, width):
    """From the first sight of the panel to its grid, and from the press of the button to the verdicts."""
    with visit(browser, kit, "01_inventory.ipynb", width=width, height=1900) as here:
        page = here.page
        begin_to_run(page)
        expect(page.get_by_text("Reading the numbers of all accounts…")).to_be_visible(timeout=60_000)
        watch(page)
        expect(page.locator(".desk-grid-row[aria-selected]").first).to_be_visible(timeout=60_000)

        assert jumped(page) == []

        page.get_by_role("button", name="Find out which are quiet").click()
        expect(page.get_by_role("button", name="Stop")).to_be_visible()
        watch(page)
        expect(page.get_by_text("Every number was looked at")).to_be_visible(timeout=60_000)

        assert jumped(page) == []
        nothing_else_went_wrong(here)


def test_a_number_is_looked_at_released_and_taken_back_without_a_jump(browser, kit, slow):
    """The card has its height before its facts are there; the red button is where it was when they are."""
    with visit(browser, kit, "02_release.ipynb", width=1280, height=1900) as here:
        page = here.page
        here.run_all()
        subaccount, number = page.get_by_label("Subaccount"), page.get_by_label("Number", exact=True)
        subaccount.select_option(index=option(subaccount, ACCOUNT))
        expect(number.locator("option")).not_to_have_count(1)
        watch(page)
        number.select_option(index=option(number, NAME))
        expect(page.get_by_text("Looking at its settings")).to_be_visible()
        expect(page.locator(".desk-verdict")).to_be_visible(timeout=60_000)

        assert jumped(page) == []

        page.get_by_label("Type the number back", exact=True).fill(NUMBER)
        watch(page)
        page.get_by_role("button", name="Yes, release this number").click()
        expect(page.get_by_text(f"{NUMBER} is released")).to_be_visible(timeout=60_000)
        expect(number).to_be_enabled()

        assert jumped(page) == []

    with visit(browser, kit, "04_restore.ipynb", width=1280, height=1900) as here:
        page = here.page
        begin_to_run(page)
        expect(page.get_by_text("Reading the journal…")).to_be_attached(timeout=60_000)
        watch(page)
        released = page.get_by_label("Released number")
        released.select_option(index=option(released, NUMBER))
        expect(page.get_by_text("USD 1.15 a month, charged again now")).to_be_visible()

        assert jumped(page) == []
        nothing_else_went_wrong(here)


def test_what_a_plan_is_made_of_stays_where_it_is_while_the_plan_is_made(browser, kit, slow):
    """The plan itself is as long as it is, and grows below; a field that was pushed away would be found."""
    with visit(browser, kit, "03_release_many.ipynb", width=1280, height=1900) as here:
        page = here.page
        here.run_all()
        source = page.get_by_label("With which numbers")
        source.select_option(index=option(source, "Quiet ones"))
        page.get_by_label("Also those that something may be connected to").check()
        watch(page)
        page.get_by_role("button", name="Look at them and make a plan").click()
        expect(page.get_by_text("No plan was made").or_(page.get_by_text("The plan is made")).first).to_be_visible(
            timeout=60_000
        )

        assert jumped(page, within=".desk-card:has(.desk-fields)") == []

        watch(page)
        panel_of(page).evaluate("panel => panel.insertAdjacentHTML('afterbegin', '<p>One line more.</p>')")

        assert jumped(page) != []
        nothing_else_went_wrong(here)
