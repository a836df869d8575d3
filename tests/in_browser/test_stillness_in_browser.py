"""Nothing jumps while something loads: what is still to come has its place from the start."""

import pytest
from playwright.sync_api import expect

from tests.support.browser import visit
from tests.support.kit_in_browser import choose_account, nothing_else_went_wrong, option, panel_of, simulator_of
from tests.support.simulator_tools import set_latency
from tests.support.stillness import jumped, watch

ACCOUNT, NAME, NUMBER = "Acme Marketing", "Landing page test 1", "+19175550156"


@pytest.fixture
def slow(kit):
    """Twilio takes a while for every answer, so that what is shown meanwhile can be looked at."""
    simulator = simulator_of(kit)
    set_latency(simulator, 0.3)
    yield
    set_latency(simulator, 0)


@pytest.mark.parametrize("width", [1280, 1920])
def test_the_inventory_stays_where_it_is_while_it_reads_and_looks(browser, kit, slow, width):
    """From the first sight of the panel to its grid, and from the press of the button to the verdicts."""
    with visit(browser, kit, "01_inventory.ipynb", width=width, height=1900) as here:
        page = here.page
        watch(page)
        here.run_all()
        expect(page.locator(".desk-grid-row[aria-selected]").first).to_be_visible(timeout=60_000)

        assert jumped(page, waiting="Reading the numbers of all accounts…") == []

        page.get_by_role("button", name="Check now").click()
        expect(page.get_by_role("button", name="Stop")).to_be_visible()
        watch(page)
        expect(page.get_by_text("not used for 90 days and cost")).to_be_visible(timeout=60_000)

        assert jumped(page, waiting="Checking") == []

        watch(page)
        page.locator(".desk-filters select").nth(1).select_option(label="Not used")
        expect(page.get_by_role("status").filter(has_text="numbers shown.")).to_be_visible()

        assert jumped(page) == []
        nothing_else_went_wrong(here)


def test_a_number_is_looked_at_released_and_taken_back_without_a_jump(browser, kit, slow):
    """The card has its height before its facts are there; the red button is where it was when they are."""
    with visit(browser, kit, "02_release.ipynb", width=1280, height=1900) as here:
        page = here.page
        here.run_all()
        number = choose_account(page, ACCOUNT)
        watch(page)
        number.select_option(index=option(number, NAME))
        expect(page.locator(".desk-verdict")).to_be_visible(timeout=60_000)

        assert jumped(page, waiting="Looking at its settings") == []

        watch(page)
        page.get_by_role("button", name="Look again").click()
        expect(page.get_by_role("button", name="Look again")).to_be_disabled()
        expect(page.get_by_role("button", name="Look again")).to_be_enabled(timeout=60_000)

        assert jumped(page, waiting="Looking at its settings") == []

        page.get_by_label("Type the number again to confirm", exact=True).fill(NUMBER)
        watch(page)
        page.get_by_role("button", name="Yes, release this number").click()
        expect(page.get_by_text(f"{NUMBER} is released")).to_be_visible(timeout=60_000)
        expect(number).to_be_enabled()

        assert jumped(page, waiting=f"Releasing {NUMBER}") == []

    with visit(browser, kit, "04_restore.ipynb", width=1280, height=1900) as here:
        page = here.page
        watch(page)
        here.run_all()
        released = page.get_by_label("Released number")
        released.select_option(index=option(released, NUMBER))
        expect(page.get_by_text("USD 1.15 a month, charged again now")).to_be_visible()

        # The journal and the price were read so fast that no frame may have shown the waiting.
        assert jumped(page) == []

        page.get_by_label("Type the number again to confirm", exact=True).fill(NUMBER)
        watch(page)
        page.get_by_role("button", name="Buy this number back").click()
        expect(page.get_by_text(f"{NUMBER} is yours again")).to_be_visible(timeout=60_000)
        expect(released).to_be_enabled()

        assert jumped(page, waiting=f"Buying back {NUMBER}") == []
        nothing_else_went_wrong(here)


def test_what_jumps_is_found(browser, kit):
    """Were it not, the tests above would prove nothing."""
    with visit(browser, kit, "05_journal.ipynb") as here:
        here.run_all()
        expect(here.page.get_by_role("button", name="Read the journal again")).to_be_visible()
        watch(here.page)
        panel_of(here.page).evaluate("panel => panel.insertAdjacentHTML('afterbegin', '<p>One line more.</p>')")

        assert jumped(here.page) != []
