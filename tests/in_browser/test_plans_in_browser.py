"""Many numbers by a plan, as an operator plays it: made, read, checked, typed, stopped, taken up again."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.browser import visit
from tests.support.kit_in_browser import (
    Hand,
    check_and_type,
    make_a_plan_of,
    nothing_else_went_wrong,
    option,
    run_in_kernel,
    simulator_of,
)
from tests.support.simulator_tools import set_latency
from tests.support.stillness import jumped, watch

MANY = re.compile(r"release (\d+) numbers of .+")


@pytest.fixture
def looked(browser, kit):
    """Somebody has found out which numbers are quiet."""
    with visit(browser, kit, "01_inventory.ipynb") as here:
        here.run_all()
        here.page.get_by_role("button", name="Check now").click()
        expect(here.page.get_by_text("not used for 90 days and cost")).to_be_visible(timeout=60_000)


def begin_a_plan(page):
    source = page.get_by_label("With which numbers")
    source.select_option(index=option(source, "Those not used"))
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
        expect(page.get_by_text("Stopped, as you asked.").first).to_be_visible(timeout=60_000)
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
        saved.select_option(index=option(saved, "released, "))
        expect(page.get_by_text("is open, as it was made")).to_be_visible()
        red = check_and_type(page)
        assert how_many(page) == many - gone
        red.dblclick()
        expect(page.get_by_text(f"The plan is through. {many} released").first).to_be_visible(timeout=60_000)
        page.get_by_role("button", name="Calendar with a reminder").click()
        expect(page.get_by_text(re.compile(r"Wrote .*take-back-.*\.ics"))).to_be_visible()
        keep_picture(here, "plan-through-dark")

        assert len(sent("DELETE")) == many
        assert len({request["path"] for request in sent("DELETE")}) == many
        nothing_else_went_wrong(here)


#: Each twentieth of a second: what keeps Stop from being seen and pressed, and how far the notebook is scrolled.
WATCH_STOP = """() => {
    window.stops = [];
    const notebook = document.querySelector('.jp-Notebook:not([aria-hidden]) .jp-WindowedPanel-outer');
    window.watching = setInterval(() => {
        const buttons = [...document.querySelectorAll('button')];
        const stop = buttons.find((each) => /Stop before|Stop waiting/.test(each.textContent));
        const box = stop?.getBoundingClientRect();
        if (!box?.width || stop.disabled) return;
        const middle = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
        const whole = box.top >= 0 && box.bottom <= innerHeight;
        const hidden = !whole ? `at ${box.top}` : !stop.contains(middle) ? `under ${middle?.outerHTML}` : '';
        window.stops.push([hidden, Math.round(notebook.scrollTop)]);
        const lists = [...document.querySelectorAll('.desk .desk-scroll, .desk .desk-grid, .desk > .desk-stays')];
        window.tallest = Math.max(window.tallest ?? 0, ...lists.map((each) => each.getBoundingClientRect().height));
    }, 50);
}"""


@pytest.mark.timeout(300)
def test_stop_is_in_sight_from_the_first_second_of_a_run_to_the_last(browser, kit, sent, looked):
    """Wherever the reader scrolls to meanwhile, out of the panel as well; and nothing moves the page but the reader."""
    simulator = simulator_of(kit)
    with visit(browser, kit, "03_release_many.ipynb", width=1280, height=800) as here:
        page = here.page
        here.run_all()
        make_a_plan(page)
        red = check_and_type(page)
        many = how_many(page)
        red.scroll_into_view_if_needed()
        set_latency(simulator, 0.5)
        page.evaluate(WATCH_STOP)
        red.click()
        expect(page.get_by_text(re.compile(rf"^[1-9]\d* of {many}\."))).to_be_visible(timeout=60_000)
        before = page.evaluate("window.stops.splice(0)")
        page.mouse.move(700, 400)
        for wheel in (-1500, 900, -400, 3000):
            page.mouse.wheel(0, wheel)
            page.wait_for_timeout(300)
        set_latency(simulator, 0)
        expect(page.get_by_text(f"The plan is through. {many} released").first).to_be_visible(timeout=60_000)
        after = page.evaluate("window.stops")
        # What is left of the bar is one sentence, where the bar was.
        expect(page.get_by_role("button", name=re.compile("Stop before|Stop waiting"))).to_be_hidden()
        expect(page.locator(".desk > .desk-stays")).to_contain_text("The plan is through.")
        assert page.evaluate("window.tallest") < 800

        assert len(before) > 5
        assert len(after) > 15
        assert {hidden for hidden, _ in (*before, *after)} == {""}
        assert max(top for _, top in before) - min(top for _, top in before) < 4
        assert len(sent("DELETE")) == many
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
        # Until it is made, the fields stay under the hand; then they shrink to a line, where they were.
        assert jumped(page, waiting="Looking at the numbers", within=".desk-card:has(textarea)") == []
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
        expect(page.get_by_text("2 numbers to release, 0 not in this plan")).to_be_visible()
        expect(page.get_by_text("This company has no such number").first).to_be_visible()

        assert sent("POST") + sent("DELETE") == []
        nothing_else_went_wrong(here)


def step_is_in_sight(page, name, *parts):
    """Nobody scrolls: where one is, and what is to be read or pressed there, is on the screen as a whole."""
    at_hand = page.locator(".desk-stepper [aria-current=step]")
    expect(at_hand).to_contain_text(name)
    for part in (at_hand, *parts):
        expect(part).to_be_in_viewport(ratio=1)


def lefts_of_cards(page):
    """Measure where the words of each card of the panel begin."""
    heads = page.locator(".desk > .desk-card:not(.desk-folded) .desk-step").all()
    return [round(head.bounding_box()["x"]) for head in heads if head.is_visible()]


@pytest.fixture
def customers(kit):
    """A company of two customers with thirty numbers each, many of them in use."""
    simulator_of(kit).reset(world="2x30+600")
    return kit


@pytest.mark.timeout(300)
def test_all_numbers_of_a_customer_who_left_are_released_with_ten_clicks_and_typed_fields(
    browser, customers, sent, keep_picture
):
    """
    Counted after "Run all cells": a press, a choice in a drop-down and a typed field are one each; reading is none.

    No step is left out for it: those in use take a written reason, every number is checked, the sentence is typed.
    """
    hand = Hand()
    click, select, fill = hand.click, hand.select, hand.fill
    with visit(browser, customers, "03_release_many.ipynb", width=1280, height=800) as here:
        page = here.page
        here.run_all()
        select(page.get_by_label("With which numbers"), "A whole account")
        select(page.get_by_label("Which account", exact=True), "Acme customer 0001")
        fill(page.get_by_label("Why (kept in the plan and in the journal)"), "Customer left, ticket 4711")
        click(page.get_by_role("button", name="Look at them and make a plan"))
        expect(page.get_by_text("The plan is made")).to_be_visible(timeout=60_000)
        step_is_in_sight(page, "Review", page.get_by_text(re.compile("to release, .* not in this plan")))
        left = page.get_by_role("grid", name="Numbers not in this plan")
        click(left.get_by_role("button", name="Select all rows shown"))
        in_use = page.get_by_role("button", name=re.compile(r"Add \d+ to the plan"))
        expect(in_use).to_be_visible()
        many = int(re.search(r"\d+", in_use.text_content())[0])
        assert many >= 10
        fill(page.get_by_label("Reason for all that are in use"), "Customer left, ticket 4711")
        click(in_use)
        expect(page.get_by_text("30 numbers to release, 0 not in this plan")).to_be_visible()
        keep_picture(here, "plan-whole-account")
        lefts = lefts_of_cards(page)
        assert len(lefts) > 1
        assert len(set(lefts)) == 1
        assert sent("DELETE") == []
        click(page.get_by_role("button", name="Check every number again"))
        typed = page.get_by_label("Type what is to be done").last
        expect(typed).to_be_enabled(timeout=60_000)
        step_is_in_sight(page, "Confirm", typed, page.get_by_role("button", name="Yes, release these numbers"))
        fill(typed, "release 30 numbers of Acme customer 0001")
        keep_picture(here, "plan-to-confirm")
        click(page.get_by_role("button", name="Yes, release these numbers"))
        expect(page.get_by_text("The plan is through. 30 released").first).to_be_visible(timeout=120_000)
        step_is_in_sight(page, "Report", page.get_by_text("The plan is through. 30 released"))
        keep_picture(here, "plan-report")

        assert hand.done <= 10
        assert len(sent("DELETE")) == len({request["path"] for request in sent("DELETE")}) == 30
        nothing_else_went_wrong(here)


_QUIET = """
from helpers import open_desk
desk = open_desk()
decisions = map(desk.decide, desk.inventory().numbers)
print(*(each.number.phone_number for each in decisions if each.verdict == "quiet" and not each.blockers))
"""


@pytest.mark.timeout(300)
def test_a_list_of_thirty_that_came_by_mail_is_released_with_eight_clicks_and_typed_fields(
    browser, kit, sent, keep_picture
):
    """Counted as above, with the press on the file itself.  Nothing of the list before it stands beside it."""
    simulator_of(kit).reset(world="3x30+900")
    hand = Hand()
    with visit(browser, kit, "03_release_many.ipynb") as here:
        page = here.page
        here.run_all()
        numbers = run_in_kernel(here, _QUIET).split()[:30]
        assert len(numbers) == 30
        hand.select(page.get_by_label("With which numbers"), "in a list of mine")
        with page.expect_file_chooser() as chooser:
            hand.click(page.get_by_role("button", name="Choose the list"))
        hand.done += 1
        listed = "\n".join(["phone_number", *numbers])
        chooser.value.set_files({"name": "from-finance.csv", "mimeType": "text/csv", "buffer": listed.encode()})
        hand.fill(page.get_by_label("Why (kept in the plan and in the journal)"), "List of finance, 28 November")
        hand.click(page.get_by_role("button", name="Look at them and make a plan"))
        expect(page.get_by_text("30 numbers to release, 0 not in this plan")).to_be_visible(timeout=60_000)
        assert sent("DELETE") == []
        hand.click(page.get_by_role("button", name="Check every number again"))
        typed = page.get_by_label("Type what is to be done").last
        expect(typed).to_be_enabled(timeout=60_000)
        hand.fill(typed, "release 30 numbers of 3 accounts")
        keep_picture(here, "plan-list-by-mail")
        hand.click(page.get_by_role("button", name="Yes, release these numbers"))
        expect(page.get_by_text("The plan is through. 30 released").first).to_be_visible(timeout=120_000)

        assert hand.done <= 8
        assert len(sent("DELETE")) == len({request["path"] for request in sent("DELETE")}) == 30
        nothing_else_went_wrong(here)


def test_numbers_of_a_plan_are_found_ticked_and_left_out_in_the_grid(browser, kit, sent, keep_picture):
    """Nothing is ticked at first; a refusal stands at its button, both in sight; of one row everything is told."""
    with visit(browser, kit, "03_release_many.ipynb", height=800) as here:
        page = here.page
        here.run_all()
        make_a_plan_of(page, "+19175550156", "+12125550103", "+14155550110", "+14155550111", "+17135550125")
        inside = page.get_by_role("grid", name="Numbers in this plan")
        outside = page.get_by_role("grid", name="Numbers not in this plan")
        expect(inside.get_by_role("row")).to_have_count(3)
        expect(outside.get_by_role("row")).to_have_count(4)
        expect(page.locator(".desk-plan-numbers [aria-selected=true]")).to_have_count(0)

        add, told = page.get_by_role("button", name=re.compile("to the plan")), page.get_by_role("alert")
        outside.get_by_role("row").filter(has_text="+14155550110").click()
        add.click()
        refusal = told.filter(has_text="Nothing was added")
        expect(refusal).to_contain_text("Write down why")
        assert abs(refusal.bounding_box()["y"] - add.bounding_box()["y"]) < 120
        expect(refusal).to_be_in_viewport()
        expect(add).to_be_in_viewport()

        inside.focus()
        page.keyboard.press("End")
        about = page.locator(".desk-plan-numbers .desk-about-row").first
        expect(about).to_contain_text("SIP trunk")
        page.keyboard.press("Space")
        page.get_by_role("button", name="Leave 1 out").click()
        expect(inside.get_by_role("row")).to_have_count(2)
        expect(outside.get_by_role("row").filter(has_text="Left out by")).to_have_count(1)

        page.get_by_label("Find numbers of this plan").fill("left out")
        expect(outside.get_by_role("row")).to_have_count(2)
        expect(inside.get_by_text("No number of these matches")).to_be_visible()
        page.get_by_label("Find numbers of this plan").fill("")
        keep_picture(here, "plan-two-groups")

        assert sent("POST") + sent("DELETE") == []
        nothing_else_went_wrong(here)


@pytest.mark.timeout(300)
def test_a_plan_of_three_hundred_is_read_run_and_stopped_and_the_page_answers_all_the_while(browser, kit, sent):
    """The list is scrolled while it runs, the last row is there at once, and Stop is in sight and stops it."""
    simulator_of(kit).reset(world="2x300")
    with visit(browser, kit, "03_release_many.ipynb", width=1280, height=800) as here:
        page = here.page
        here.run_all()
        for label, words in (("With which numbers", "A whole account"), ("Which account", "Acme customer 0001")):
            field = page.get_by_label(label, exact=True)
            field.select_option(index=option(field, words))
        page.get_by_role("button", name="Look at them and make a plan").click()
        expect(page.get_by_text("The plan is made")).to_be_visible(timeout=60_000)
        inside = page.get_by_role("grid", name="Numbers in this plan")
        expect(inside).to_have_attribute("aria-rowcount", "301")
        inside.focus()
        page.keyboard.press("End")
        expect(inside.locator("[aria-rowindex='301']")).to_be_in_viewport()
        page.get_by_label("Why this plan may take more than plans may").fill("Customer left, all of it")
        page.get_by_role("button", name="Raise the limit for this plan").click()
        # The steps move meanwhile, and a press that falls between two places is none.
        expect(page.get_by_text("The plan is changed, and has to be checked again.")).to_be_visible()
        red = check_and_type(page)
        red.scroll_into_view_if_needed()
        page.evaluate(WATCH_STOP)
        red.click()
        expect(page.get_by_text(re.compile(r"^[1-9]\d* of 300\."))).to_be_visible(timeout=60_000)
        lines = page.get_by_role("grid", name="How far each number is")
        lines.focus()
        page.keyboard.press("End")
        expect(lines.locator("[aria-rowindex='301']")).to_be_in_viewport()
        page.get_by_role("button", name="Stop before the next number").click()
        expect(page.get_by_text("Stopped, as you asked.").first).to_be_visible(timeout=60_000)
        expect(page.get_by_role("grid", name="What became of each number")).to_be_in_viewport()

        assert 0 < len(sent("DELETE")) < 300
        assert {hidden for hidden, _ in page.evaluate("window.stops")} == {""}
        nothing_else_went_wrong(here)
