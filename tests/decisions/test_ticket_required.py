"""A protection can let a number go with a reason code and a ticket, and not without; both are kept with the release."""

from threading import Event

import pytest

from helpers.core.errors import NotReleasable, NotRunnable
from helpers.core.grounds import Grounds, ReasonCode, make_grounds
from helpers.core.number_note import NumberNote
from helpers.core.reasons import Cause
from helpers.core.records import Verdict
from helpers.decisions.decision import may_be_released, refusal
from helpers.decisions.protected import Kind, Protected, Rule
from helpers.panels.shared.grounds import show_ticket
from helpers.plans.edits import give_grounds
from helpers.plans.files import open_plan
from helpers.plans.plan import Aside, unregistering
from helpers.tables.frames import journal_table, report_table
from helpers.tables.story import story
from tests.support.golden import as_read
from tests.support.plan_tools import QUIET_NAMES, by_name

LEFT = Grounds(ReasonCode.CUSTOMER_LEFT, "OPS-4711")
INCOMPLETE = [Grounds(), Grounds(ReasonCode.CUSTOMER_LEFT), Grounds(ticket="OPS-4711")]


def asking(kind, what):
    return Protected(kind, what, "ask the shop", "ann@desk", "2026-03-02", Rule.WITH_TICKET)


@pytest.mark.parametrize("grounds", INCOMPLETE)
def test_without_both_a_release_is_refused_and_says_what_is_missing(operator, quiet, protection, grounds, snapshot):
    """One of the two is not enough, and nothing is written down as confirmed."""
    protection.protect(asking(Kind.NUMBER, quiet.phone_number))
    with pytest.raises(NotReleasable) as refused:
        operator.press(operator.confirm(quiet, grounds=grounds))

    assert as_read(str(refused.value)) == snapshot
    assert operator.writes() == []
    assert operator.journal.entries() == []


def test_with_both_it_goes_and_the_journal_keeps_them(operator, quiet, protection):
    """As facts, in the row of the confirmation; its story, its table and the search tell them."""
    protection.protect(asking(Kind.NUMBER, quiet.phone_number))
    entry = operator.press(operator.confirm(quiet, grounds=LEFT)).entry

    assert not operator.is_ours(quiet)
    assert entry.rows[0].detail["reason_code"] == "customer left"
    assert entry.rows[0].detail["ticket"] == "OPS-4711"
    assert "Customer left. Ticket: OPS-4711." in next(iter(story(entry)))[1]
    (row,) = journal_table([entry], now=operator.clock()).to_dict("records")
    assert (row["reason_code"], row["ticket"]) == ("customer left", "OPS-4711")
    for words in ("ops-4711", "customer left"):
        found, more = operator.journal.search(words, 10)
        assert ([each.id for each in found], more) == ([entry.id], False)


def test_the_link_to_a_ticket_stays_whole(operator, planner, quiet):
    """In the journal, its story and its table, and in the report of a plan and its table."""
    link = "https://tracker.example/browse?ticket=42"
    grounds = make_grounds(ReasonCode.CUSTOMER_LEFT, link)
    entry = operator.press(operator.confirm(quiet, grounds=grounds)).entry
    plan, path = planner.make(QUIET_NAMES[1], grounds=grounds)
    planner.run(plan, path)

    assert entry.rows[0].detail["ticket"] == link
    assert f"Ticket: {link}." in next(iter(story(entry)))[1]
    assert list(journal_table([entry], now=operator.clock())["ticket"]) == [link]
    assert list(report_table(planner.runs.report(plan, path))["ticket"]) == [link]
    assert f'href="{link}"' in show_ticket(link)
    assert f">{link}<" in show_ticket(link).replace("<bdi>", "").replace("</bdi>", "")


def test_nobody_has_to_give_either_where_nothing_asks_for_them(operator, quiet):
    """The release says why in words, or not at all, as before."""
    entry = operator.press(operator.confirm(quiet)).entry

    assert not operator.is_ours(quiet)
    assert {"reason_code", "ticket"} & set(entry.details) == set()


def test_the_strictest_of_several_protections_holds(operator, quiet, protection, clock):
    """A ticket opens nothing that somebody else protected altogether, or keeps until a day."""
    protection.protect(asking(Kind.NUMBER, quiet.phone_number))
    account = operator.decide(quiet).account
    assert protection.find(quiet, account).code is Cause.TICKET_REQUIRED

    kept = NumberNote(quiet.phone_number, "", "", clock().date(), "bob@desk", clock())
    protection.write_note(kept, before=None)
    assert protection.find(quiet, account).code is Cause.KEPT

    protection.protect(Protected(Kind.NAME, quiet.friendly_name, "", "bob@desk", "2026-03-02"))
    assert protection.find(quiet, account).code is Cause.PROTECTED
    with pytest.raises(NotReleasable):
        operator.press(operator.confirm(quiet, grounds=LEFT))
    assert operator.writes() == []


def test_a_ticket_answers_no_other_blocker(operator, protection):
    """A number with an emergency address keeps it, whatever is written."""
    pharmacy = operator.number("Shop Houston, pharmacy")
    protection.protect(asking(Kind.NUMBER, pharmacy.phone_number))
    decision = operator.session.protection and operator.decide(pharmacy)

    assert not may_be_released(decision)
    assert refusal(decision, typed=pharmacy.phone_number, why="", grounds=LEFT) is not None


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  OPS-4711\n", "OPS-4711"),
        ("https://ann:hunter2@desk.example/t/4711", "https://desk.example/t/4711"),
        ("see https://desk.example/t?id=4711&api_key=hunter2", "see https://desk.example/t?id=4711&api_key=…"),
    ],
)
def test_no_secret_gets_into_a_ticket(typed, kept):
    """A link is copied as it stands in a browser, with whatever is in it."""
    assert make_grounds(None, typed).ticket == kept


# -- in a plan -----------------------------------------------------------------------------------


def test_a_plan_without_them_sets_the_number_aside_and_takes_it_in_when_they_are_given(planner, snapshot):
    """Its file keeps them, whoever gave them is an author, and an approval of the plan before does not count."""
    planner.protection.protect(asking(Kind.NAME, "*pop-up*"))
    plan, path = planner.make("Shop Miami pop-up", QUIET_NAMES[0])
    waiting = by_name(plan)["Shop Miami pop-up"]
    assert (waiting.aside, waiting.reason.code) == (Aside.BLOCKED, Cause.TICKET_REQUIRED)
    for grounds in INCOMPLETE:
        with pytest.raises(NotRunnable) as refused:
            give_grounds(plan, grounds, author="ann@desk")
    assert as_read(str(refused.value)) == snapshot

    changed = give_grounds(plan, LEFT, author="ann@desk")
    assert [item.name for item in changed.aside] == []
    assert changed.authors == ("pat@desk", "ann@desk")
    assert changed.fingerprint != plan.fingerprint
    path = planner.plans.save(changed, path, before=plan)
    assert open_plan(path) == changed

    states, stopped = planner.run(changed, path)
    assert (set(states.values()), stopped) == ({"released"}, None)
    lines = planner.runs.report(changed, path)
    assert {(line.detail["reason_code"], line.detail["ticket"]) for line in lines} == {("customer left", "OPS-4711")}
    table = report_table(lines)
    assert (set(table["reason_code"]), set(table["ticket"])) == ({"customer left"}, {"OPS-4711"})


def test_a_number_in_use_still_needs_its_own_reason(planner):
    """The ticket answers the protection; that somebody calls the number is another question."""
    planner.protection.protect(asking(Kind.NAME, "Hotline"))
    plan, _ = planner.make("Hotline")
    assert plan.items[0].reason.code is Cause.TICKET_REQUIRED
    changed = give_grounds(plan, LEFT, author="ann@desk")

    assert changed.items[0].verdict is Verdict.IN_USE
    assert changed.items[0].aside is Aside.IN_USE


def test_an_emergency_address_of_a_plan_waits_for_the_ticket_first(planner, operator):
    """Then it is unregistered with both, as a step of its own, and the number goes."""
    planner.protection.protect(asking(Kind.NAME, "Shop Houston, pharmacy"))
    ticketed, _ = planner.make("Shop Houston, pharmacy", grounds=LEFT)
    plan, path = planner.make("Shop Houston, pharmacy")
    assert [(item.aside, item.reason.code) for item in plan.items] == [(Aside.BLOCKED, Cause.TICKET_REQUIRED)]
    assert unregistering(plan) is None

    changed = give_grounds(plan, LEFT, author="ann@desk")
    (item,) = changed.items
    assert (item.aside, item.reason) == (ticketed.items[0].aside, ticketed.items[0].reason)
    assert item.reason.code is Cause.EMERGENCY_ADDRESS
    path = planner.plans.save(changed, path, before=plan)
    told = []
    planner.runs.unregister(changed, path, typed=unregistering(changed), stop=Event(), on_message=told.append)
    assert [entry.state for entry in operator.journal.entries()] == ["unregistered"], told
    assert operator.journal.entries()[0].details["ticket"] == "OPS-4711"

    again, path = planner.plans.again(changed, path)
    states, stopped = planner.run(again, path)
    assert (set(states.values()), stopped) == ({"released"}, None)


def test_who_protected_it_since_the_plan_was_made_is_heard(planner, operator):
    """The check sets it aside where the plan has no ticket, and lets it go where it has."""
    plain, _ = planner.make(QUIET_NAMES[0])
    ticketed, path = planner.make(QUIET_NAMES[0], grounds=LEFT)
    planner.protection.protect(asking(Kind.NAME, QUIET_NAMES[0]))
    checked = planner.runs.check(plain)

    assert [item.reason.code for item in checked.aside] == [Cause.TICKET_REQUIRED]
    assert checked.going == ()
    assert len(planner.runs.check(ticketed).going) == 1
    again, _ = planner.plans.again(ticketed, path)
    assert again.grounds == LEFT
    assert operator.writes() == []
