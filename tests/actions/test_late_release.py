"""A release that was carried out later than anybody waited: it is found, told, and can be taken back in time."""

from datetime import timedelta

import pytest

from helpers.actions.move import move
from helpers.actions.outcome import AFTER_A_YES, QUARANTINE
from helpers.actions.reconcile import settle_open, unproven_requests
from helpers.actions.restore import restore
from helpers.core.errors import TwilioSaidNo
from helpers.core.records import RECLAIM_WINDOW
from helpers.journal.states import Act
from helpers.panels.shared.outcome import time_left
from helpers.simulator import Fault
from helpers.tables.story import story
from tests.support.golden import as_read
from tests.support.restore_tools import lost


def looks(simulator, quiet):
    return [asked for asked in simulator.requests if asked["method"] == "GET" and quiet.sid in asked["path"]]


@pytest.mark.parametrize("seconds", [70, 130, 600, 6 * 86400])
def test_a_delete_that_lands_after_the_quarantine_is_found_at_the_next_opening(
    operator, quiet, reopened, seconds, snapshot
):
    """It was called kept, and was released after all: by us, without an answer, at the moment of the request."""
    entry = lost(operator, quiet, seconds)
    operator.clock.now += QUARANTINE
    assert settle_open(entry, operator.session).entry.state == "kept"
    operator.clock.advance(seconds=seconds)
    desk = reopened()

    late = operator.journal.entry(entry.id)
    assert late.state == "released_unacknowledged"
    assert late.left_at == late.last("intended").at
    assert as_read(desk._repr_html_()) == snapshot
    assert desk.restore_panel().entry.options[1][1] == entry.id
    assert len(operator.deletes()) == 1


def test_a_number_listed_for_days_after_a_yes_is_released_when_it_goes(operator, quiet, reopened, controls):
    """204, still there a day later and called kept; then it goes: that was our release, and it is told as one."""
    operator.simulator.order(Fault.EMPTY_PROMISE, method="DELETE")
    entry = operator.press(operator.confirm(quiet)).entry
    operator.clock.now += AFTER_A_YES + QUARANTINE
    assert settle_open(entry, operator.session).entry.state == "kept"
    operator.gateway.delete_number(quiet.account_sid, quiet.sid)
    reopened()

    late = operator.journal.entry(entry.id)
    assert late.state == "released"
    assert late.left_at == late.last("acknowledged").at


def test_a_number_still_listed_after_a_yes_is_looked_at_when_the_desk_is_opened(operator, quiet, reopened):
    """Nobody has to press anything for it: within a day it is open, and an opening that finds it gone says so."""
    operator.simulator.order(Fault.EMPTY_PROMISE, method="DELETE")
    entry = operator.press(operator.confirm(quiet)).entry
    operator.clock.advance(minutes=10)
    reopened()
    assert operator.journal.entry(entry.id).state == "acknowledged"
    operator.gateway.delete_number(quiet.account_sid, quiet.sid)
    reopened()

    assert operator.journal.entry(entry.id).state == "released"


def test_a_number_that_is_still_there_costs_one_request_at_an_opening(operator, quiet, reopened, simulator):
    """One GET for each release that came to nothing, nothing written, and nothing told."""
    entry = lost(operator, quiet, 10**7)
    operator.clock.now += QUARANTINE
    kept = settle_open(entry, operator.session).entry
    before = len(looks(simulator, quiet))
    desk = reopened()

    assert len(looks(simulator, quiet)) == before + 1
    assert operator.journal.entry(entry.id).rows == kept.rows
    assert quiet.phone_number not in desk._repr_html_().partition("Last in the journal")[0]


def test_after_ten_days_nothing_is_looked_at_any_more(operator, quiet, reopened, simulator):
    """By then nothing could be taken back."""
    entry = lost(operator, quiet, 10**7)
    operator.clock.now += QUARANTINE
    settle_open(entry, operator.session)
    operator.clock.now += RECLAIM_WINDOW
    before = len(looks(simulator, quiet))
    reopened()

    assert len(looks(simulator, quiet)) == before


def test_a_kept_number_that_somebody_moved_is_still_ours(operator, quiet, reopened, snapshot):
    """It is found in the other account, that is written down once, and nothing is called released."""
    entry = lost(operator, quiet, 10**7)
    operator.clock.now += QUARANTINE
    settle_open(entry, operator.session)
    target = operator.number("Board room").account_sid
    operator.gateway.update_number(quiet.account_sid, quiet.sid, {"AccountSid": target})
    desk = reopened()
    reopened()

    moved = operator.journal.entry(entry.id)
    assert [row.state for row in moved.rows][-2:] == ["kept", "kept"]
    assert moved.details["found_in"] == target
    assert as_read(desk._repr_html_()) == snapshot


def test_a_search_with_a_gap_concludes_nothing_at_an_opening_either(operator, quiet, reopened, snapshot):
    """One account could not be read: it may be there. The banner says so, and the next opening looks again."""
    entry = lost(operator, quiet, 70)
    elsewhere = operator.number("Board room").account_sid
    operator.clock.now += QUARANTINE
    settle_open(entry, operator.session)
    operator.simulator.advance(seconds=70)
    order = {"method": "GET", "path": f"{elsewhere}/IncomingPhoneNumbers", "times": 3}
    operator.simulator.order(Fault.UNAVAILABLE_BEFORE, **order)
    desk = reopened()

    assert operator.journal.entry(entry.id).state == "kept"
    assert as_read(desk._repr_html_()) == snapshot
    reopened()
    assert operator.journal.entry(entry.id).state == "released_unacknowledged"


def test_a_later_release_of_the_number_explains_its_absence(operator, quiet, journal):
    """Kept, then confirmed anew and released: the first entry stays kept, and the number is listed once."""
    first = lost(operator, quiet, 10**7)
    operator.clock.now += QUARANTINE
    settle_open(first, operator.session)
    second = operator.press(operator.confirm(quiet)).entry

    assert second.state == "released"
    assert unproven_requests(journal.entries(), now=operator.clock()) == []


@pytest.mark.parametrize(("status", "code"), [(400, 21404), (401, 20003), (403, 20005), (409, 20409), (400, "21631")])
def test_a_refusal_of_what_was_carried_out_all_the_same_is_a_lost_answer(
    operator, quiet, between, connect, status, code
):
    """A look at once finds the number gone: released, without a clear answer, to be taken back."""
    body = {"code": code, "message": "No.", "status": status}
    between.answers(quiet.sid, status, body, method="DELETE", carried_out=True)
    operator.gateway = connect(url=between.url)
    settled = operator.press(operator.confirm(quiet))

    assert [row.state for row in settled.entry.rows][-2:] == ["unknown", "released_unacknowledged"]
    assert settled.entry.reclaim_by is not None
    assert len(operator.deletes()) == 1


def test_a_refusal_that_a_look_cannot_check_stays_open(operator, quiet, between, connect):
    """Nobody can say that the number is still ours."""
    confirmation = operator.confirm(quiet)
    operator.gateway = connect(url=between.url)
    between.answers(quiet.sid, 403, {"code": 20403, "message": "No."}, method="DELETE", carried_out=True)
    really = operator.gateway.number

    def then_blind(account_sid, sid):
        found = really(account_sid, sid)
        between.answers("/Accounts", 503, {"code": 20503, "message": "Busy."}, method="GET")
        return found

    operator.gateway.number = then_blind
    settled = operator.press(confirmation)

    assert settled.entry.state == "unknown"
    operator.gateway = connect()
    assert settle_open(settled.entry, operator.session).entry.state == "released_unacknowledged"


def test_a_refusal_is_looked_at_again_for_ten_days(operator, quiet, between, connect, reopened):
    """Still there at once, and gone a while later: it is on the list, and not called a release with a yes."""
    between.answers(quiet.sid, 403, {"code": 20403, "message": "No."}, method="DELETE")
    operator.gateway = connect(url=between.url)
    with pytest.raises(TwilioSaidNo):
        operator.press(operator.confirm(quiet))
    (entry,) = operator.journal.entries()
    assert entry.state == "refused"
    between.words.clear()
    operator.gateway.delete_number(quiet.account_sid, quiet.sid)
    desk = reopened()

    assert operator.journal.entry(entry.id).state == "gone"
    assert entry.id in [value for _, value in desk.restore_panel().entry.options]


@pytest.fixture
def refused_at_first(operator, quiet, between, connect):
    """A release that Twilio refused with a code of its own; a look right after found the number."""
    between.answers(quiet.sid, 400, {"code": 21000, "message": "No.", "status": 400}, method="DELETE", times=1)
    operator.gateway = connect(url=between.url)
    with pytest.raises(TwilioSaidNo):
        operator.press(operator.confirm(quiet))
    (entry,) = operator.journal.entries()
    return entry


@pytest.fixture
def kept_at_first(operator, quiet):
    """A release without an answer; two looks after the quarantine found the number."""
    entry = lost(operator, quiet, 10**7)
    operator.clock.now += QUARANTINE
    return settle_open(entry, operator.session).entry


@pytest.mark.parametrize("first", ["refused_at_first", "kept_at_first"])
def test_what_was_found_afterwards_may_have_left_days_later(operator, quiet, reopened, request, first, snapshot):
    """A colleague releases it on day 6: nothing is told against Twilio's answer, and nothing is called too late."""
    entry = request.getfixturevalue(first)
    operator.clock.advance(days=6)
    operator.gateway.delete_number(quiet.account_sid, quiet.sid)
    operator.clock.advance(days=1)
    desk = reopened()
    late = operator.journal.entry(entry.id)

    told = [*desk._late.sentences, *(sentence for _, sentence in list(story(late))[-1:])]
    assert [as_read(text) for text in told] == snapshot
    # The date that is shown is the stricter one.
    assert late.left_at == late.sent_at
    assert late.reclaim_by.date() == (late.sent_at + RECLAIM_WINDOW).date()
    operator.clock.advance(days=4)
    assert not late.over(operator.clock())
    assert time_left(late, operator.clock()) == ("It may still work: hurry.", "bad")
    assert restore(late, operator.session, typed=quiet.phone_number).differences == {}


def test_what_twilio_said_yes_to_is_over_ten_days_after_its_yes(operator, quiet, journal, reopened):
    """The process died before the look, and somebody looks on day 9: that lengthens nothing."""
    entry = journal.confirm("one", quiet, at=operator.clock())
    entry = journal.append(entry, "intended", at=operator.clock())
    entry = journal.append(entry, "acknowledged", at=operator.clock())
    operator.gateway.delete_number(quiet.account_sid, quiet.sid)
    operator.clock.advance(days=9)
    reopened()

    assert journal.entry("one").state == "released"
    assert journal.entry("one").over(entry.at + RECLAIM_WINDOW + timedelta(seconds=1))


def test_a_number_that_was_moved_after_an_empty_yes_is_still_ours(operator, quiet, reopened):
    """204, still listed, then moved by somebody: open for a day, then kept, and never called released."""
    operator.simulator.order(Fault.EMPTY_PROMISE, method="DELETE")
    entry = operator.press(operator.confirm(quiet)).entry
    operator.clock.advance(minutes=10)
    target = operator.number("Board room").account_sid
    operator.gateway.update_number(quiet.account_sid, quiet.sid, {"AccountSid": target})
    reopened()
    assert operator.journal.entry(entry.id).state == "acknowledged"
    operator.clock.now += AFTER_A_YES
    reopened()

    assert operator.journal.entry(entry.id).state == "kept"
    assert operator.is_ours(quiet)


def test_an_earlier_release_that_was_taken_back_explains_nothing(operator, quiet, journal, reopened):
    """It came back under its old sid; what is sent for it afterwards is looked at again like any other."""
    first = journal.confirm("first", quiet, at=operator.clock())
    for state in ("intended", "acknowledged", "released", "restoring", "restored"):
        first = journal.append(first, state, at=operator.clock())
    entry = lost(operator, quiet, 70)
    operator.clock.now += QUARANTINE
    assert settle_open(entry, operator.session).entry.state == "kept"
    operator.clock.advance(seconds=70)
    reopened()

    assert journal.entry(entry.id).state == "released_unacknowledged"


def test_a_number_that_the_kit_moved_after_it_was_kept_is_not_called_moved_by_somebody(operator, quiet, reopened):
    """Where the kit put it, the next desk has nothing to tell."""
    entry = lost(operator, quiet, 5000)
    operator.clock.now += QUARANTINE
    assert settle_open(entry, operator.session).entry.state == "kept"
    other = operator.number("Board room").account_sid
    target = next(account for account in operator.session.accounts if account.sid == other)
    move(operator.confirm(quiet), target, operator.session)
    desk = reopened()

    assert operator.journal.entry(entry.id).latest.detail.get("found_in") is None
    assert "somebody moved it" not in desk._repr_html_()


@pytest.mark.parametrize(("moves", "looked_at"), [(["AC2"], False), (["AC2", "home"], True)])
def test_a_number_that_was_parked_and_brought_back_is_looked_at_again(quiet, journal, clock, moves, looked_at):
    """Where the kit parked it explains its absence; once it is back, a release that lands late would be missed."""
    entry = journal.confirm("one", quiet, at=clock())
    for state in ("intended", "unknown", "kept"):
        entry = journal.append(entry, state, at=clock())
    for where in moves:
        target = quiet.account_sid if where == "home" else where
        move_ = journal.confirm(f"to {target}", quiet, at=clock(), act=Act.MOVE, detail={"target": target})
        for state in ("intended", "acknowledged", "moved"):
            move_ = journal.append(move_, state, at=clock())

    assert [found.id for found in unproven_requests(journal.entries(), now=clock())] == (["one"] if looked_at else [])
