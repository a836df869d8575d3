"""Whoever finds nothing is told what to do next."""

from playwright.sync_api import expect

from tests.support.browser import visit
from tests.support.judge import wrong_with
from tests.support.kit_in_browser import PICTURES, nothing_else_went_wrong, option, panel_of, simulator_of


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
            assert wrong_with(here) == []


def test_a_company_with_nothing_in_it_is_told_what_to_do_next(browser, kit):
    """No subaccounts and no numbers: the banner, the inventory, the choice of a number and parking each say so."""
    simulator_of(kit).reset(world="empty")
    with visit(browser, kit, "01_inventory.ipynb", height=1900) as here:
        here.run_all()
        expect(here.page.get_by_text("without subaccounts: every number is its own")).to_be_visible()
        expect(panel_of(here.page)).to_contain_text("If you expected some, check which account this is.")
        assert wrong_with(here) == []

    with visit(browser, kit, "02_release.ipynb", height=1900) as here:
        here.run_all()
        subaccount = here.page.get_by_label("Subaccount")
        subaccount.select_option(index=option(subaccount, "Acme (main account) · 0 numbers"))
        expect(here.page.get_by_text("This account has no numbers. Choose another one")).to_be_visible()

    with visit(browser, kit, "03_release_many.ipynb", height=1900) as here:
        here.run_all()
        here.page.get_by_label("What to do").select_option(index=1)
        expect(here.page.get_by_text("No active subaccount is in sight to park numbers in.")).to_be_visible()
        nothing_else_went_wrong(here)


def test_a_company_without_a_quiet_number_is_told_so(browser, kit):
    """Every number has calls: the inventory says that there is nothing to release, and a plan of quiet ones none."""
    simulator_of(kit).reset(world="2x1+60")
    with visit(browser, kit, "01_inventory.ipynb", height=1900) as here:
        here.run_all()
        here.page.get_by_role("button", name="Check now").click()
        expect(here.page.get_by_text("No number is known to be unused for 90 days.")).to_be_visible()
        here.picture(PICTURES / "inventory-nothing-quiet.png")

    with visit(browser, kit, "03_release_many.ipynb", height=1900) as here:
        here.run_all()
        source = here.page.get_by_label("With which numbers")
        source.select_option(index=option(source, "Those not used"))
        here.page.get_by_role("button", name="Look at them and make a plan").click()
        expect(here.page.get_by_text("No plan was made: no number is like that")).to_be_visible()
        nothing_else_went_wrong(here)
