"""A number that was heard once is in use, though a look that hears less finds it silent."""

import pytest

from helpers.core.records import Verdict
from helpers.decisions.sentences import NOT_CHECKED
from helpers.panels.shared.number_card import show_card
from helpers.simulator import Fault
from tests.support.golden import as_read
from tests.support.log_rows import log_record
from tests.support.panel_tools import QUIET, choose, named


@pytest.fixture
def called_over_sip(desk, monkeypatch):
    """A number that is only ever called by the SIP address that contains it: asking for its own address finds none."""
    number, read = named(desk, QUIET), desk.session.gateway.log
    call = {
        "sid": "CA1",
        "to": f"sip:{number.phone_number}@acme.sip.twilio.com",
        "from": "client:anna",
        "status": "completed",
        "duration": "60",
        "start_time": "Sun, 01 Mar 2026 10:00:00 +0000",
    }

    def log(account_sid, resource, filters, **how):
        whole = resource == "Calls" and account_sid == number.account_sid and not {"To", "From"} & set(filters)
        for page, follows in read(account_sid, resource, filters, **how):
            yield [log_record(call), *page] if whole else page, follows
            whole = False

    monkeypatch.setattr(desk.session.gateway, "log", log)
    return number


def find_out(desk):
    desk.inventory_panel().looking.button.click()


def verdict_in_the_grid(desk, number):
    return desk.evidence().set_index("sid").verdict[number.sid]


def test_the_release_card_never_says_quiet_of_what_the_grid_says_is_in_use(desk, called_over_sip, snapshot):
    """The card tells the call that was heard, and that today's look did not hear it; the button wants a reason."""
    find_out(desk)
    panel = desk.release_panel()
    choose(panel, called_over_sip)
    panel.typed.value = called_over_sip.phone_number

    assert verdict_in_the_grid(desk, called_over_sip) == "in use"
    assert "In use" in panel.card.value
    assert as_read(panel.said) == snapshot
    assert panel.confirm.disabled


@pytest.mark.parametrize("days", [30, 180])
def test_what_was_heard_in_the_chosen_days_counts_for_a_release(desk, called_over_sip, days):
    """Fewer days than usual, or more: whatever the inventory looked back on."""
    desk.inventory_panel(days=days).looking.button.click()

    assert desk.decide(called_over_sip).verdict is Verdict.IN_USE


def test_a_plan_sets_it_aside(desk, called_over_sip, monkeypatch):
    """However the plan's own look is made."""
    find_out(desk)
    monkeypatch.setattr("helpers.evidence.account_traffic._Plan.worth_it", None)
    plan, _ = desk.plans.make([called_over_sip])

    assert [item.aside.value for item in plan.items] == ["in use"]


def test_a_later_look_at_all_numbers_does_not_forget_it(desk, called_over_sip, monkeypatch, clock):
    """For as long as the call is among the days looked at; after them the number is quiet."""
    find_out(desk)
    monkeypatch.setattr("helpers.evidence.account_traffic._Plan.worth_it", None)
    clock.advance(days=80)
    find_out(desk)
    assert verdict_in_the_grid(desk, called_over_sip) == "in use"

    clock.advance(days=20)
    find_out(desk)
    assert verdict_in_the_grid(desk, called_over_sip) == "quiet"
    assert desk.decide(called_over_sip).verdict is Verdict.QUIET


def test_what_could_not_be_looked_at_stays_unknown(desk, called_over_sip, simulator):
    """That it was heard before makes a silence louder; it opens no button that a failed look keeps shut."""
    find_out(desk)
    simulator.order(Fault.FORBIDDEN, path="/Messages", times=99)

    assert desk.decide(called_over_sip).verdict is Verdict.UNKNOWN


def test_the_card_says_what_a_look_up_does_not_hear(desk, called_over_sip, snapshot):
    """Where nobody has read its account's whole log yet, the number looks quiet, and the reader is told."""
    decision = desk.decide(called_over_sip)

    assert decision.verdict is Verdict.QUIET
    assert as_read(NOT_CHECKED) == snapshot
    assert NOT_CHECKED.partition(",")[0] in show_card(decision)
