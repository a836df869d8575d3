"""Many numbers by a plan, as an operator plays it: made, read, checked, typed, stopped, taken up again."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.browser import visit
from tests.support.kit_in_browser import check_and_type, make_a_plan_of, nothing_else_went_wrong, option, simulator_of
from tests.support.simulator_tools import set_latency
from tests.support.stillness import jumped, watch

MANY = re.compile(r"release (\d+) numbers of Acme")


@pytest.fixture
def looked(browser, kit):
    """Somebody has found out which numbers are quiet."""
    with visit(browser, kit, "01_inventory.ipynb") as here:
        here.run_all()
        here.page.get_by_role("button", name="Find out which are quiet").click()
        expect(here.page.get_by_text("Every number was looked at")).to_be_visible(timeout=60_000)


def begin_a_plan(page):
    source = page.get_by_label("With which numbers")
    source.select_option(index=option(source, "Quiet ones"))
    page.get_by_label("Also those that something may be connected to").check()
    page.get_by_label("Why (kept in the plan and in the journal)").fill("Spring cleaning")
    page.get_by_role("button", name="Look at them and make a plan").click()


def make_a_plan(page):
    begin_a_plan(page)
    expect(page.get_by_text("The plan is made")).to_be_visible(timeout=60_000)


def how_many(page):
    """Read in the sentence that was typed how many numbers go."""
    return int(MANY.fullmatch(page.get_by_label("Type what is to be done").last.input_value())[1])


def stop_looking(page):
    stop = page.get_by_role("button", name="Stop looking")
    stop.click()
    expect(page.get_by_text("The look was stopped, as you asked, and nothing came of it.")).to_be_visible(
        timeout=60_000
    )
    expect(stop).to_be_hidden()


@pytest.mark.timeout(300)
def test_a_plan_is_stopped_taken_up_again_and_reported(browser, kit, sent, looked, keep_picture):
    """Two clicks on the red button, a stop on the way, a restarted kernel, and one DELETE for each number."""
    simulator = simulator_of(kit)
    with visit(browser, kit, "03_release_many.ipynb", height=1500) as here:
        page = here.page
        here.run_all()
        make_a_plan(page)
        red = check_and_type(page)
        many = how_many(page)
        expect(red).to_be_enabled()
        page.get_by_label("Type what is to be done").last.press("Enter")
        keep_picture(here, "plan")
        assert many > 16
        assert sent("DELETE") == []

        set_latency(simulator, 0.3)
        red.dblclick()
        stop = page.get_by_role("button", name="Stop before the next number")
        expect(stop).to_be_enabled()
        # One at least has gone by then, however quick the hand is.
        expect(page.get_by_text(re.compile(rf"^[1-9]\d* of {many}\."))).to_be_visible()
        stop.click()
        expect(page.get_by_text("Stopped, as you asked.")).to_be_visible(timeout=60_000)
        keep_picture(here, "plan-stopped")
        gone = len(sent("DELETE"))
        set_latency(simulator, 0)
        assert 0 < gone < many
        nothing_else_went_wrong(here)

    # Another day, another kernel: the plan is a file, and the journal knows how far it got.
    with visit(browser, kit, "03_release_many.ipynb", height=1500) as here:
        page = here.page
        here.use_dark_theme()
        here.run_all()
        saved = page.get_by_label("Or open a plan that was made before")
        saved.select_option(index=option(saved, "plan-"))
        expect(page.get_by_text("is open, as it was made")).to_be_visible()
        red = check_and_type(page)
        assert how_many(page) == many - gone
        red.dblclick()
        expect(page.get_by_text(f"The plan is through. {many} released")).to_be_visible(timeout=60_000)
        page.get_by_role("button", name="Calendar with a reminder").click()
        expect(page.get_by_text(re.compile(r"Wrote .*take-back-.*\.ics"))).to_be_visible()
        keep_picture(here, "plan-through-dark")

        assert len(sent("DELETE")) == many
        assert len({request["path"] for request in sent("DELETE")}) == many
        nothing_else_went_wrong(here)


def test_a_look_at_the_numbers_of_a_plan_can_be_stopped(browser, kit, sent, looked):
    """While it is made, and while it is checked: no file is left by the one, nothing is armed by the other."""
    simulator, (plans,) = simulator_of(kit), (each / "plans" for each in kit.home.rglob("practice"))
    with visit(browser, kit, "03_release_many.ipynb", height=1500) as here:
        page = here.page
        here.run_all()
        before = sorted(plans.glob("*"))
        set_latency(simulator, 0.1)
        begin_a_plan(page)
        stop_looking(page)
        assert sorted(plans.glob("*")) == before

        set_latency(simulator, 0)
        watch(page)
        make_a_plan(page)
        # The plan is as long as it is; the fields that it was made with stay under the hand.
        assert jumped(page, waiting="Looking at the numbers", within=".desk-card:has(.desk-fields)") == []
        set_latency(simulator, 0.1)
        page.get_by_role("button", name="Check every number again").click()
        stop_looking(page)
        set_latency(simulator, 0)
        expect(page.get_by_label("Type what is to be done").last).to_be_disabled()
        expect(page.get_by_role("button", name="Check every number again")).to_be_enabled()

        assert sent("POST") + sent("DELETE") == []
        nothing_else_went_wrong(here)


def test_a_list_is_uploaded_and_its_bad_lines_are_shown(browser, kit, sent):
    """The file that somebody sent by mail: two lines are taken, three are reported."""
    with visit(browser, kit, "03_release_many.ipynb", height=1500) as here:
        page = here.page
        here.run_all()
        make_a_plan_of(page, "+19175550156", "+1917555015", "+19175550158", "+19175550156", "+14155550199")
        expect(page.get_by_text("3 lines of the list could not be taken").first).to_be_visible()
        expect(page.get_by_text("2 numbers to release, 0 set aside")).to_be_visible()
        expect(page.get_by_text("is not a number of this company")).to_be_visible()

        assert sent("POST") + sent("DELETE") == []
        nothing_else_went_wrong(here)
