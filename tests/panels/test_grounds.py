"""A reason code and a ticket: chosen and typed where a number is released, asked for where a protection says so."""

import pytest

from helpers.core.grounds import ReasonCode
from helpers.decisions.protected import Kind, Protected, Rule
from helpers.panels.shared.grounds import show_ticket
from tests.support.golden import as_read
from tests.support.on_screen import as_seen, is_seen, part
from tests.support.panel_tools import QUIET, choose, deletes, named, told
from tests.support.plan_panel_tools import check_and_type, from_list

pytestmark = pytest.mark.usefixtures("loud")

LINK = "https://desk.example/t/4711"


@pytest.fixture
def asked(desk):
    """A number that goes with a reason code and a ticket only."""
    number = named(desk, QUIET)
    line = Protected(Kind.NUMBER, number.phone_number, "the shop", "ann@desk", "2026-03-02", Rule.WITH_TICKET)
    desk.session.protection.protect(line)
    return number


def test_nothing_is_chosen_at_first_and_a_release_needs_neither(armed_release, simulator):
    """They are asked for only where a protection asks for them."""
    fields = armed_release.grounds
    assert (fields.code.value, fields.ticket.value) == (None, "")
    armed_release.confirm.click()

    assert len(deletes(simulator)) == 1


def test_the_button_sleeps_until_both_are_there_and_says_so(release_panel, desk, asked, simulator, snapshot):
    """Typed back is not enough; afterwards they are empty, for the next number has grounds of its own."""
    panel, fields = release_panel, release_panel.grounds
    choose(panel, asked)
    panel.typed.value = asked.phone_number
    assert (panel.confirm.disabled, panel.typed.disabled) == (True, False)
    assert as_read(part(panel, "desk-reason")) == snapshot
    fields.ticket.value = LINK
    assert panel.confirm.disabled
    fields.code.value = ReasonCode.REPLACED
    assert not panel.confirm.disabled
    panel.confirm.click()

    assert len(deletes(simulator)) == 1
    (entry,) = desk.session.journal.entries()
    assert (entry.details["reason_code"], entry.details["ticket"]) == ("replaced by another number", LINK)
    assert (fields.code.value, fields.ticket.value, fields.code.disabled) == (None, "", True)


def test_an_emergency_address_asks_for_them_once_for_both_acts(release_panel, desk, simulator, snapshot):
    """The fields are awake beside it, say what is missing, and keep what was given for the release that follows."""
    panel, fields, number = release_panel, release_panel.grounds, named(desk, "Shop Houston, pharmacy")
    line = Protected(Kind.NUMBER, number.phone_number, "the shop", "ann@desk", "2026-03-02", Rule.WITH_TICKET)
    desk.session.protection.protect(line)
    choose(panel, number)
    panel.typed_emergency.value = number.phone_number
    assert as_seen(panel.emergency) == snapshot
    assert (panel.unregister.disabled, fields.code.disabled, panel.typed.disabled) == (True, False, True)
    fields.ticket.value = LINK
    assert panel.unregister.disabled
    fields.code.value = ReasonCode.REPLACED
    panel.unregister.click()

    assert "is unregistered" in panel.said
    assert (fields.code.value, fields.ticket.value) == (ReasonCode.REPLACED, LINK)
    panel.typed.value = number.phone_number
    panel.confirm.click()
    assert len(deletes(simulator)) == 1
    assert {entry.details["ticket"] for entry in desk.session.journal.entries()} == {LINK}
    assert (fields.code.value, fields.ticket.value) == (None, "")


def test_another_number_never_takes_over_the_grounds_of_the_last_one(release_panel, desk):
    """Also where its own check is under way or failed."""
    panel, fields = release_panel, release_panel.grounds
    choose(panel, named(desk, QUIET))
    fields.ticket.value = LINK
    panel.look.click()
    assert fields.ticket.value == LINK
    panel.subaccount.value = None
    choose(panel, named(desk, QUIET))
    fields.ticket.value = LINK
    panel.number.value = next(sid for _, sid in panel.number.options if sid not in {None, panel.number.value})
    assert fields.ticket.value == ""


def test_a_plan_asks_for_them_where_it_lacks_them(plan_panel, desk, asked, simulator, snapshot):
    """Beside the numbers that wait for them, with a refusal at the button; written in, the number goes."""
    panel, edit = plan_panel, plan_panel.edit
    from_list(panel, f"phone_number\n{asked.phone_number}\n")
    assert panel.plan.going == ()
    assert is_seen(panel, edit.give_grounds)
    edit.grounds.ticket.value = LINK
    edit.give_grounds.click()
    assert as_seen(edit) == snapshot
    assert panel.plan.going == ()

    edit.grounds.code.value = ReasonCode.OTHER
    edit.give_grounds.click()
    assert len(panel.plan.going) == 1
    assert not is_seen(panel, edit.give_grounds)
    assert f'href="{LINK}"' in panel.plan_overview.value
    check_and_type(panel)
    panel.run.confirm.click()

    assert len(deletes(simulator)) == 1
    (entry,) = desk.session.journal.entries()
    assert (entry.details["reason_code"], entry.details["ticket"]) == ("other", LINK)
    journal = desk.journal_panel()
    assert f'href="{LINK}"' in journal.closed.value


def test_a_plan_that_is_made_with_them_is_asked_for_nothing(plan_panel, asked):
    """They are given once, with the plan, and kept in its file."""
    plan_panel.source.grounds.code.value = ReasonCode.CUSTOMER_LEFT
    plan_panel.source.grounds.ticket.value = "https://ann:hunter2@desk.example/t/4711"
    from_list(plan_panel, f"phone_number\n{asked.phone_number}\n")

    assert len(plan_panel.plan.going) == 1
    assert plan_panel.plan.grounds.ticket == LINK
    assert not is_seen(plan_panel, plan_panel.edit.give_grounds)
    assert "hunter2" not in plan_panel.path.read_text() + told(plan_panel.report) + plan_panel.plan_overview.value


def test_a_protection_with_that_rule_is_made_and_listed(desk, snapshot):
    """The box is not ticked by itself, and is empty again afterwards: the next protection is for good."""
    panel = desk.protection_panel()
    assert not panel.with_ticket.value
    panel.kind.value, panel.what.value = Kind.NAME, "hotline"
    panel.with_ticket.value = True
    panel.protect.click()
    panel.kind.value, panel.what.value = Kind.NAME, "pop-up"
    panel.protect.click()

    assert [line.rule for line in desk.session.protection.read()] == [Rule.WITH_TICKET, Rule.NEVER]
    assert as_read(panel.listed.value) == snapshot


@pytest.mark.parametrize(
    ("ticket", "is_link"),
    [
        (LINK, True),
        ("HTTP://desk.example/4711", True),
        ("OPS-4711", False),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        (f'{LINK}" onmouseover="alert(1)', False),
        ("https://desk.example/<script>", False),
    ],
)
def test_only_a_web_address_becomes_a_link(ticket, is_link):
    """And whatever stands in it is shown, never run."""
    shown = show_ticket(ticket)

    assert ("<a href" in shown) is is_link
    assert "<script" not in shown
    assert 'rel="noopener noreferrer"' in shown or not is_link
    assert 'onmouseover="' not in shown
