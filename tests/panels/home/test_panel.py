"""The first screen, played: what could be saved and what needs attention, and no more than is known."""

import asyncio
import re
from dataclasses import replace
from decimal import Decimal

import pytest

from helpers.core.records import Verdict
from helpers.decisions.due import Task
from helpers.simulator import Fault
from helpers.tables.frames import filter_by_verdict
from tests.support.golden import as_read
from tests.support.panel_tools import release_it

pytestmark = pytest.mark.usefixtures("loud")


@pytest.fixture
def looked(desk):
    """A desk at which somebody has found out which numbers are quiet."""
    panel = desk.home_panel()
    panel.looking.button.click()
    return panel


def answer(panel):
    return as_read(panel.answer.value)


def attention(panel):
    return as_read(panel.attention.value)


def logs_asked(simulator):
    return [each for each in simulator.requests if "/Calls" in each["path"] or "/Messages" in each["path"]]


def test_before_anybody_looked_it_says_what_all_cost_and_reads_no_log(desk, simulator):
    """Nothing is called quiet, and what is billed for nothing is called unknown."""
    panel = desk.home_panel()

    assert "59 numbers cost USD" in answer(panel)
    assert "Nobody has checked yet which of them are used. Checking reads the last 90 days." in answer(panel)
    assert "save" not in answer(panel)
    assert "is not known before all are checked" in attention(panel)
    assert panel.looking.button.description == "Check now"
    assert logs_asked(simulator) == []
    assert {each["method"] for each in simulator.requests} == {"GET"}


def test_after_a_look_it_says_what_the_same_rows_of_the_inventory_say(desk, looked):
    """The sum of a year, told once, is twelve times the month of the numbers that the inventory calls quiet."""
    frame = desk.evidence()
    quiet = filter_by_verdict(frame, Verdict.QUIET)
    year = 12 * sum(quiet["monthly"].dropna(), Decimal(0))

    assert f"You could save USD {year:,.2f} a year" in answer(looked)
    assert answer(looked).count(f"{year:,.2f}") == 1
    assert f"{len(quiet)} of {len(frame)} numbers were not used for 90 days. " in answer(looked)
    for verdict, words in ((Verdict.IN_USE, "in use"), (Verdict.UNKNOWN, "unknown")):
        assert f"{len(filter_by_verdict(frame, verdict))} {words}" in answer(looked)
    assert looked.looking.button.description == "Check now"


def test_one_button_is_the_next_step(desk):
    """Check before a check, and look through the numbers after it: it is blue, and no other is."""
    panel = desk.home_panel()
    before = "desk-primary" in panel.looking.button._dom_classes, "desk-next" in panel._ways.value
    panel.looking.button.click()

    assert before == (True, False)
    assert "desk-primary" not in panel.looking.button._dom_classes
    assert re.findall(r'desk-next"[^>]*>([^<]*)<', panel._ways.value) == ["Look through the numbers"]


def test_what_is_billed_this_week_is_what_the_list_has(desk, looked):
    """The same numbers, and the same sum."""
    due = desk.due()
    due = due[due.what.isin([Task.UNWIRED, Task.NOT_WHOLLY_SEEN])]

    assert len(due) > 0
    assert f"{len(due)} unused number{'s are' if len(due) > 1 else ' is'} billed this week" in attention(looked)
    assert f"USD {sum(due['monthly'], Decimal(0)):,.2f} in all." in attention(looked)


def test_an_old_look_says_how_old_it_is_and_nothing_of_this_week(desk, looked, clock):
    """A number may be in use again after a week."""
    clock.advance(days=8)
    panel = desk.home_panel()

    assert "The last check is of" in attention(panel)
    assert "Check again to see which unused ones are billed this week." in attention(panel)
    assert "numbers are billed this week" not in attention(panel)


def test_what_could_not_be_judged_is_not_called_quiet(desk, simulator):
    """No log can be read: nothing could be saved that is known."""
    for log in ("/Calls", "/Messages", "/Usage"):
        simulator.order(Fault.FORBIDDEN, path=log, times=100_000)
    panel = desk.home_panel()
    panel.looking.button.click()

    assert "No number is known to be unused" in answer(panel)
    assert "59 unknown" in answer(panel)
    assert "save" not in answer(panel)


def test_an_account_that_cannot_be_read_is_named_with_the_reason(desk, simulator):
    """Its numbers are in no figure, and that is said."""
    (account,) = [each for each in desk.session.accounts if each.friendly_name == "Acme Support"]
    simulator.order(Fault.FORBIDDEN, path=f"{account.sid}/IncomingPhoneNumbers", times=100)
    panel = desk.home_panel()

    assert "7 of 8 accounts could be read in full." in answer(panel)
    assert "1 account was not read in full" in attention(panel)
    assert "Acme Support" in attention(panel)
    assert "not counted on this page" in attention(panel)


def test_a_reading_that_fails_says_so(desk, simulator):
    """No figure stands there, and why is said."""
    simulator.order(Fault.FORBIDDEN, path="/2010-04-01/Accounts.json", times=100)
    simulator.order(Fault.FORBIDDEN, path="/IncomingPhoneNumbers", times=100)
    panel = desk.home_panel()

    assert "No number was read" in answer(panel)
    assert "cost" not in answer(panel)


def test_what_a_lost_answer_left_open_comes_first(desk, simulator):
    """With the number, its name and its account, and the notebook that settles it."""
    simulator.order(Fault.BROKEN_BEFORE, method="DELETE")
    number = next(each for each in desk.inventory().numbers if each.friendly_name == "Landing page test 1")
    played = desk.release_panel()
    played.subaccount.value, played.number.value = number.account_sid, number.sid
    played.typed.value = number.phone_number
    played.confirm.click()
    panel = desk.home_panel()

    assert attention(panel).index("1 act is not finished") < attention(panel).index("Check and close")
    assert number.phone_number in attention(panel)
    assert "Acme Marketing" in attention(panel)
    assert "05_journal.ipynb" in panel.attention.value


def test_what_twilio_may_take_back_is_told_with_the_day_if_there_is_one(desk, looked, clock):
    """Four numbers of the suspended account, and Berlin's four in the bundle that ends; afterwards it is rejected."""
    assert "1 account with numbers is suspended\nAcme Test Lab: 4 numbers." in attention(looked)
    assert "4 numbers have a bundle that runs out\nOn 23 March 2026, unless its data is renewed" in attention(looked)
    clock.advance(days=22)
    looked.looking.button.click()

    assert "4 numbers have a bundle that was rejected" in attention(looked)
    assert "runs out" not in attention(looked)


def test_released_numbers_are_told_until_their_ten_days_are_over(desk, clock):
    """With the moment; afterwards nothing is left of them."""
    release_it(desk, "Landing page test 1")
    first = desk.session.journal.latest().reclaim_by
    during = desk.home_panel()
    clock.advance(days=11)
    after = desk.home_panel()

    assert "1 released number can still be taken back" in attention(during)
    assert f"{first:%H:%M}" in attention(during)
    assert "no released number can still be taken back" in attention(after)


def test_it_follows_what_another_panel_does(desk):
    """A number that is released below is gone from the figures, and stands among those to take back."""

    async def played():
        panel = desk.home_panel()
        await panel.ready()
        before = answer(panel)
        await asyncio.to_thread(release_it, desk, "Landing page test 1")
        for _ in range(4):
            panel._tick(desk.session.clock())
        await panel.ready()
        return before, answer(panel), attention(panel)

    before, after, told = asyncio.run(played())

    assert "59 numbers" in before
    assert "58 numbers" in after
    assert "1 released number can still be taken back" in told


def test_names_at_twilio_are_shown_as_text(desk, simulator):
    """A name that is HTML runs nothing."""
    hostile = "<img src=x onerror=alert(1)>"
    account = next(each for each in simulator.world.accounts.values() if each.friendly_name == "Acme Support")
    simulator.world.accounts[account.sid] = replace(account, friendly_name=hostile)
    desk.session.sight.refresh()
    simulator.order(Fault.FORBIDDEN, path=f"{account.sid}/IncomingPhoneNumbers", times=100)
    panel = desk.home_panel()

    assert hostile in attention(panel)
    assert "<img" not in panel.attention.value + panel.answer.value


def test_a_look_that_is_stopped_keeps_what_it_found_and_says_so(desk, simulator):
    """The numbers of the other accounts are not called quiet."""
    (account,) = [each for each in desk.session.accounts if each.friendly_name == "Acme Support"]
    simulator.order(Fault.SLOW, path=f"{account.sid}/", times=1000, seconds=1)

    async def played():
        panel = desk.home_panel()
        await panel.ready()
        panel.looking.button.click()
        for _ in range(200):
            so_far = desk._evidence.so_far(90)
            if so_far is not None and so_far.table.about.looked_at is not None:
                break
            await asyncio.sleep(0.05)
        panel.looking.stop.click()
        await panel.ready()
        return panel

    panel = asyncio.run(played())
    unknown = filter_by_verdict(desk.evidence(), Verdict.UNKNOWN)

    assert " of 7 accounts are checked, and that is kept." in panel.said
    assert 0 < len(unknown) < 59
    assert f"{int(unknown['looked_at'].isna().sum())} are not checked yet." in answer(panel)
    assert panel.looking.button.disabled is False
