"""What a plan released yesterday is taken back whole, as an operator plays it."""

import re

import pytest
from playwright.sync_api import expect

from tests.in_browser.test_plans_in_browser import WATCH_STOP
from tests.support.browser import visit
from tests.support.kit_in_browser import nothing_else_went_wrong, option, run_in_kernel, simulator_of
from tests.support.simulator_tools import set_latency

NUMBERS = 20
#: Another notebook released some numbers of each customer by a plan of its own.
RELEASE_OF_EACH = """
from threading import Event
from helpers import open_desk

desk = open_desk()
for customer, many in zip([account for account in desk.session.accounts if not account.is_main], {many}):
    numbers = [number for number in desk.inventory().numbers if number.account_sid == customer.sid][:many]
    plan, path = desk.plans.make(numbers, why="Customer left")
    checked = desk.plan_runs.check(plan, path)
    desk.plan_runs.run(
        checked, path, typed=checked.sentence, accounts_typed="", stop=Event(), on_progress=lambda progress: None
    )
print(len(desk.entries()))
"""
RELEASE = RELEASE_OF_EACH.format(many=[NUMBERS])


@pytest.fixture
def customer(kit):
    """A company of two customers whose numbers nobody uses."""
    simulator_of(kit).reset(world="2x30")
    return kit


def purchases(sent):
    return [each["form"]["PhoneNumber"] for each in sent("POST") if each["path"].endswith("/IncomingPhoneNumbers.json")]


@pytest.mark.timeout(300)
def test_a_plan_of_twenty_is_taken_back_with_five_clicks_and_typed_fields(browser, customer, sent, keep_picture):
    """
    Counted after "Run all cells".  The price of today, the count and the account are typed, once.

    Stop is in sight from the first second of the run to the last, and nothing in the notebook contradicts its end.
    """
    counted = 0
    simulator = simulator_of(customer)
    with visit(browser, customer, "04_restore.ipynb", width=1280, height=800) as here:
        page = here.page
        assert run_in_kernel(here, RELEASE).strip() == str(NUMBERS)
        here.run_all()
        page.get_by_label("Take back", exact=True).select_option("A whole plan")
        counted += 1
        plans = page.get_by_label("Released plan")
        plans.select_option(index=option(plans, f"{NUMBERS} numbers"))
        counted += 1
        typed = page.get_by_label("Type what is to be done").last
        expect(typed).to_be_enabled(timeout=60_000)
        keep_picture(here, "restore-whole-plan")
        assert purchases(sent) == []
        typed.fill(f"buy back {NUMBERS} numbers of Acme customer 0001 for USD {1.15 * NUMBERS:.2f}")
        counted += 1
        buy = page.get_by_role("button", name="Yes, buy these numbers back")
        expect(buy).to_be_enabled()
        buy.scroll_into_view_if_needed()
        set_latency(simulator, 0.4)
        page.evaluate(WATCH_STOP)
        buy.dblclick()
        counted += 1
        expect(page.get_by_text(re.compile(rf"^[1-9]\d* of {NUMBERS}\."))).to_be_visible(timeout=60_000)
        seen = page.evaluate("window.stops.splice(0)")
        # For a picture the window grows for a moment.
        keep_picture(here, "restore-whole-plan-running")
        page.evaluate("window.stops.splice(0)")
        page.mouse.move(700, 400)
        for wheel in (-1500, 900, -400):
            page.mouse.wheel(0, wheel)
            page.wait_for_timeout(300)
        set_latency(simulator, 0)
        expect(page.get_by_text(f"The plan is taken back. {NUMBERS} numbers are yours again.").first).to_be_visible(
            timeout=60_000
        )
        seen += page.evaluate("window.stops")
        keep_picture(here, "restore-whole-plan-through")

        assert counted <= 5
        assert len(purchases(sent)) == len(set(purchases(sent))) == NUMBERS
        assert len(seen) > 10
        assert {what_hides_it for what_hides_it, _ in seen} == {""}
        expect(page.get_by_text("can be taken back until")).to_have_count(0)
        nothing_else_went_wrong(here)


@pytest.mark.timeout(300)
def test_the_report_of_a_plan_leads_to_taking_that_plan_back(browser, customer, sent):
    """It is the first on offer there, before a newer one; nothing is chosen, and nothing was bought by going there."""
    with visit(browser, customer, "03_release_many.ipynb", width=1280, height=800) as here:
        page = here.page
        assert run_in_kernel(here, RELEASE_OF_EACH.format(many=[3, 4])).strip() == "7"
        here.run_all()
        saved = page.get_by_label("Or open a plan that was made before")
        saved.select_option(index=option(saved, "3 numbers"))
        page.get_by_role("link", name="Take back the whole plan…").click()
        taking = page.get_by_label("Take back", exact=True)
        taking.select_option("A whole plan", timeout=60_000)
        plans = page.get_by_label("Released plan")
        offered = plans.locator("option")
        expect(offered).to_have_count(3)

        expect(offered.nth(1)).to_contain_text(re.compile(r"3\snumbers"))
        expect(offered.nth(2)).to_contain_text(re.compile(r"4\snumbers"))
        assert plans.input_value() == offered.nth(0).get_attribute("value")
        expect(page.get_by_role("button", name="Yes, buy these numbers back")).to_be_disabled()
        assert purchases(sent) == []
        nothing_else_went_wrong(here)
