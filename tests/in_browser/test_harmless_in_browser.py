"""What hurried people do to a page, and what it does to their numbers: at most one request for each."""

import re
import time

import pytest
from playwright.sync_api import expect

from helpers._install import CHECKOUT
from tests.support.browser import Visit, visit
from tests.support.kit_in_browser import (
    check_and_type,
    choose,
    make_a_plan_of,
    nothing_else_went_wrong,
    option,
    run_in_kernel,
    simulator_of,
)
from tests.support.simulator_tools import set_latency

ACCOUNT, NAME, NUMBER = "Acme Marketing", "Landing page test 1", "+19175550156"
#: Another notebook released numbers by a plan.
RELEASE_A_PLAN = """
from threading import Event
from helpers import open_desk

desk = open_desk()
numbers = [number for number in desk.inventory().numbers if number.phone_number in {numbers}]
plan, path = desk.plans.make(numbers)
checked = desk.plan_runs.check(plan, path)
desk.plan_runs.run(
    checked, path, typed=checked.sentence, accounts_typed="", stop=Event(), on_progress=lambda progress: None
)
print(*(item.phone_number for item in checked.going))
"""
PLAN = ["+19175550156", "+19175550157", "+19175550158", "+19175550159"]


def arm(page):
    """Choose a number and type it back."""
    choose(page, ACCOUNT, NAME)
    page.get_by_label("Type the number again to confirm", exact=True).fill(NUMBER)
    red = page.get_by_role("button", name="Yes, release this number")
    expect(red).to_be_enabled()
    return red


@pytest.fixture
def slow(kit):
    """Let every answer of Twilio's take a while, from when it is asked for until the end of the test."""
    simulator = simulator_of(kit)
    yield lambda seconds: set_latency(simulator, seconds)
    set_latency(simulator, 0)


def last_act(page, state, *, also=""):
    """Read in the box what the kit did last, by whom, and until when that can be undone."""
    last = page.get_by_text(re.compile(rf"Last in the journal at .* {state}, .*, by .*@.*{also}"))
    expect(last).to_be_visible()
    return last.text_content()


def wait_for(sign, *, seconds=30):
    """Wait until something is so in the world outside of the page."""
    deadline = time.monotonic() + seconds
    while not sign():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_two_clicks_20_milliseconds_apart_send_one_delete(browser, kit, sent):
    """Two presses of a real mouse, the second on its way before the button can be put to sleep."""
    with visit(browser, kit, "02_release.ipynb", height=1300) as here:
        page = here.page
        here.run_all()
        red = arm(page)
        page.evaluate(
            "() => { window.presses = [];"
            "addEventListener('pointerdown', press => window.presses.push([press.timeStamp, press.isTrusted]), true) }"
        )
        red.scroll_into_view_if_needed()
        red.hover()
        for wait in (0.02, 0):
            page.mouse.down()
            page.mouse.up()
            time.sleep(wait)
        expect(page.get_by_role("status").filter(has_text=f"{NUMBER} is released")).to_be_visible()
        (first, real), (second, also_real) = page.evaluate("window.presses")

        assert real
        assert also_real
        assert 15 <= second - first < 200
        assert [request["status"] for request in sent("DELETE")] == [204]
        nothing_else_went_wrong(here)


def test_a_page_reloaded_in_the_middle_of_a_release_sends_nothing_twice(browser, kit, sent, slow):
    """The kernel brings it to its end; run again, the notebook no longer offers the number, and tells its story."""
    with visit(browser, kit, "02_release.ipynb", height=1300) as here:
        page = here.page
        here.run_all()
        red = arm(page)
        slow(1)
        red.click()
        expect(page.get_by_text(f"Releasing {NUMBER}: writing it down")).to_be_visible()
        here.reload()
        wait_for(lambda: sent("DELETE"))
        slow(0)
        run_in_kernel(here, "await panel.ready()")
        here.run_all()
        assert NUMBER in last_act(page, "released", also="It could be taken back until")
        page.get_by_label("Subaccount").select_option(index=option(page.get_by_label("Subaccount"), ACCOUNT))
        expect(page.get_by_label("Number", exact=True).locator("option")).not_to_have_count(1)

        expect(page.get_by_label("Number", exact=True).locator("option", has_text=NUMBER)).to_have_count(0)
        assert [request["status"] for request in sent("DELETE")] == [204]
        nothing_else_went_wrong(here)

    with visit(browser, kit, "05_journal.ipynb") as here:
        here.run_all()
        here.page.locator("summary", has_text=NUMBER).click()

        expect(
            here.page.get_by_text("Looked again: Twilio has no such number any more. It is released.").first
        ).to_be_visible()


def test_a_kernel_restarted_in_the_middle_of_a_release_leaves_an_entry_that_a_look_settles(browser, kit, sent, slow):
    """The request has left, and nobody heard what became of it: run again, the notebook says so, and sends no other."""
    with visit(browser, kit, "02_release.ipynb", height=1300) as here:
        page = here.page
        here.run_all()
        red = arm(page)
        # Longer than a kernel is given to end what it does.
        slow(6)
        red.click()
        wait_for(lambda: sent("DELETE"), seconds=60)
        page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.restartKernel()")
        slow(0)
        here.wait_until_open()
        here.run_all()
        expect(page.get_by_text("1 journal entry is still open")).to_be_visible()

    with visit(browser, kit, "05_journal.ipynb", height=1200) as here:
        page = here.page
        here.run_all()
        page.get_by_role("button", name="Check and close").click()
        expect(page.get_by_text(f"{NUMBER} is released")).to_be_visible()
        expect(page.get_by_text("All is finished: what became of every request is known.")).to_be_visible()

        assert len(sent("DELETE")) == 1
        nothing_else_went_wrong(here)


def test_a_page_reloaded_in_the_middle_of_a_plan_sends_nothing_twice(browser, kit, sent, slow):
    """The kernel goes on with the plan; opened and checked again, it tells of each number, and each got one DELETE."""
    with visit(browser, kit, "03_release_many.ipynb", height=1500) as here:
        page = here.page
        here.run_all()
        make_a_plan_of(page, *PLAN)
        red = check_and_type(page)
        many = int(re.search(r"\d+", page.get_by_label("Type what is to be done").last.input_value())[0])
        slow(0.5)
        red.click()
        wait_for(lambda: sent("DELETE"))
        here.reload()
        slow(0)
        here.run_all()
        saved = page.get_by_label("Or open a plan that was made before")
        saved.select_option(index=option(saved, " numbers · "))
        expect(page.get_by_text("is open, as it was made")).to_be_visible()
        wait_for(lambda: len(sent("DELETE")) == many)
        page.get_by_role("button", name="Check every number again").click()
        expect(page.get_by_text("Checked: ")).to_be_visible(timeout=60_000)
        expect(page.get_by_role("heading", name="Every number")).to_be_visible()
        # Its cell draws the box: run again, it says what the kit did last.
        here.run_all()
        assert any(number in last_act(page, "released", also="It could be taken back until") for number in PLAN)

        assert many > 1
        assert len({request["path"] for request in sent("DELETE")}) == len(sent("DELETE")) == many
        nothing_else_went_wrong(here)


def test_a_page_reloaded_while_a_plan_is_taken_back_buys_nothing_twice(browser, kit, sent, slow):
    """The kernel goes on; run again, the notebook's box says what came back last, and no plan waits any more."""
    with visit(browser, kit, "04_restore.ipynb", width=1280, height=800) as here:
        page = here.page
        gone = run_in_kernel(here, RELEASE_A_PLAN.format(numbers=PLAN)).split()
        assert len(gone) > 1
        here.run_all()
        page.get_by_label("Take back", exact=True).select_option("A whole plan")
        plans = page.get_by_label("Released plan")
        plans.select_option(index=option(plans, f"{len(gone)} numbers"))
        typed = page.get_by_label("Type what is to be done").last
        expect(typed).to_be_enabled(timeout=60_000)
        typed.fill(typed.get_attribute("placeholder"))
        slow(0.5)
        page.get_by_role("button", name="Yes, buy these numbers back").click()
        wait_for(lambda: bought(sent))
        here.reload()
        slow(0)
        wait_for(lambda: len(bought(sent)) == len(gone))
        run_in_kernel(here, "await panel.ready()")
        here.run_all()

        assert any(number in last_act(page, "taken back") for number in gone)
        page.get_by_label("Take back", exact=True).select_option("A whole plan")
        expect(page.get_by_text("No released plan waits here")).to_be_visible()
        assert sorted(bought(sent)) == sorted(gone)
        nothing_else_went_wrong(here)


def bought(sent):
    return [each["form"]["PhoneNumber"] for each in sent("POST") if each["path"].endswith("/IncomingPhoneNumbers.json")]


def test_a_cell_that_was_run_again_and_a_second_tab_send_one_delete(browser, kit, sent):
    """Both show the number and have it typed back; whoever presses second is told that it is not there any more."""
    with visit(browser, kit, "02_release.ipynb", height=1300) as here:
        here.run_all()
        arm(here.page)
        here.run_all()
        first = arm(here.page)
        other = Visit(here.page.context.new_page())
        other.page.goto(here.page.url)
        other.wait_until_open()
        other.run_all()
        second = arm(other.page)
        first.click()
        second.click()
        told = [page.locator(".jupyter-widgets.desk").last for page in (here.page, other.page)]
        for panel in told:
            expect(panel.locator(".desk-message", has_text=NUMBER).first).to_be_visible(timeout=30_000)
        released = f"{NUMBER} is released"
        wait_for(lambda: any(released in panel.inner_text() for panel in told))

        assert [request["status"] for request in sent("DELETE")] == [204]
        nothing_else_went_wrong(here)


@pytest.mark.parametrize("notebook", sorted(path.name for path in (CHECKOUT / "notebooks").glob("*.ipynb")))
def test_run_all_in_the_browser_writes_nothing(browser, kit, sent, notebook):
    """Twice over, with the button that the kit puts above every notebook; and the page asks this machine alone."""
    with visit(browser, kit, notebook) as here:
        here.page.get_by_role("button", name="Run all cells", exact=True).click()
        here.run_all()
        expect(here.page.locator(".desk-banner").first).to_contain_text("Nothing on this page is real.")
        expect(here.page.locator(".desk-waiting")).to_have_count(0)

        assert sent("GET") != []
        assert [request for method in ("POST", "PUT", "PATCH", "DELETE") for request in sent(method)] == []
        nothing_else_went_wrong(here)
