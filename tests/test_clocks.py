"""Whose clock counts: Twilio's, where this machine's is wrong; and for how long a look, a note and a check are good."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from threading import Event, Thread

import pytest

from helpers.actions.outcome import LEASE, QUARANTINE
from helpers.actions.reconcile import settle_open
from helpers.actions.restore import restore
from helpers.core.errors import NotReleasable, NotSent, OutcomeUnknown
from helpers.decisions.session import Sight
from helpers.gateway.credentials import Connection
from helpers.gateway.gateway import Gateway
from helpers.gateway.simulator_client import SimulatorClient
from helpers.gateway.transport import Answer, Transport
from helpers.simulator import Fault, serve
from tests.support.golden import as_read
from tests.support.journal_rows import no_room_for
from tests.support.panel_tools import desk_at, release_it


@pytest.fixture
def wrong_by(simulator, journal, clock):
    """Open desks at a machine whose clock is wrong."""
    opened = []

    def at(**how_much):
        here = desk_at(simulator, journal, lambda: clock() + timedelta(**how_much), pause=clock.pause)
        opened.append(here)
        return here

    yield at
    for here in opened:
        here.session.gateway.transport.close()


def verdicts(desk):
    panel = desk.inventory_panel()
    panel.looking.button.click()
    return Counter(panel.shown["verdict"])


@pytest.mark.parametrize("days", [-400, -30, 60, 400])
def test_a_wrong_clock_makes_no_number_quiet(wrong_by, desk, days, snapshot):
    """A machine that thinks it is next year sees the same ninety days as one that is right."""
    wrong = wrong_by(days=days)

    assert verdicts(wrong) == verdicts(desk)
    assert as_read(wrong._repr_html_()) == snapshot
    assert "clock is" not in desk._repr_html_()


def test_a_wrong_clock_ends_nobodys_ten_days(wrong_by, desk, journal):
    """Opened once at a machine that is weeks ahead: what was released today can still be taken back."""
    release_it(desk, "Old hotline")
    ahead = wrong_by(days=45)

    assert journal.entries()[0].state == "released"
    assert ahead.acts.restore(journal.entries()[0], typed=journal.entries()[0].phone_number).differences == {}


@pytest.mark.parametrize("seconds", [-100, 100])
def test_two_machines_whose_clocks_differ_wait_equally_long(operator, wrong_by, quiet, seconds, snapshot):
    """What one of them may have sent a moment ago, the other does not call kept: it may still be carried out."""
    operator.simulator.order(Fault.LATE, method="DELETE", seconds=30)
    entry = operator.press(operator.confirm(quiet)).entry
    other = wrong_by(seconds=seconds)
    looked = other.acts.settle(entry)
    operator.clock.advance(seconds=QUARANTINE.total_seconds())

    assert looked.entry.state == "unknown"
    assert as_read(looked.message) == snapshot
    assert other.acts.settle(entry).entry.state == "released_unacknowledged"
    assert not operator.is_ours(quiet)


@pytest.mark.parametrize(
    ("date", "read"),
    [
        ("Wed, 25 Nov 2026 16:54:38 GMT", "2026-11-25T16:54:38+00:00"),
        ("Wed, 25 Nov 2026 17:54:38 +0100", "2026-11-25T16:54:38+00:00"),
        ("Wed, 25 Nov 2026 16:54:38", None),
        ("Wed, 25 Nov 2026 16:5", None),
        ("Wed, 25 Nov 2026 16:54:38 -0000", None),
        ("Sat, 25 Dec 9999 16:54:38 GMT", None),
        ("yesterday", None),
        (None, None),
    ],
)
def test_a_date_that_may_be_cut_off_is_none(date, read):
    """The ten days are not counted from the half of a date, nor from one after which no calendar has ten more."""
    written = Answer(204, b"", {"Date": date} if date else {}).written_at

    assert (written.isoformat() if written else None) == read


@pytest.mark.parametrize("seconds", [3601, -3601])
def test_a_decision_of_yesterday_is_not_acted_on(operator, quiet, seconds, snapshot):
    """A panel left open over night, or a clock set back: somebody may have begun to use the number since."""
    confirmation = operator.confirm(quiet)
    operator.clock.advance(seconds=seconds)

    with pytest.raises(NotReleasable) as refused:
        operator.press(confirmation)
    assert as_read(str(refused.value)) == snapshot
    assert operator.writes() == []


def test_a_request_that_waited_too_long_for_its_turn_is_not_sent(operator, quiet, snapshot):
    """The line before Twilio is long: a DELETE that gets its turn after its time is over stays here."""
    limiter = operator.gateway.transport.limiter
    confirmation = operator.confirm(quiet)
    really, others = operator.journal.append, ExitStack()

    def fill_the_line(entry, state, **detail):
        if state == "intended":
            for _ in range(limiter.limit):
                others.callback(limiter.done, limiter.take(), status=200)
            Thread(target=let_go).start()
        return really(entry, state, **detail)

    def let_go():
        Event().wait(0.2)
        operator.clock.advance(seconds=LEASE.total_seconds() + 1)
        others.close()

    operator.journal.append = fill_the_line
    with pytest.raises(NotSent) as refused:
        operator.press(confirmation)
    assert as_read(str(refused.value)) == snapshot

    assert operator.deletes() == []
    assert operator.journal.entries()[0].state == "not_sent"


def test_a_request_noted_tomorrow_is_not_sent(operator, quiet, monkeypatch):
    """The clock is set back by more than a day in between: how old the note is cannot be told, so it counts as old."""
    really = operator.journal.append

    def set_back(entry, state, **detail):
        noted = really(entry, state, **detail)
        if state == "intended":
            operator.clock.advance(hours=-30)
        return noted

    monkeypatch.setattr(operator.journal, "append", set_back)
    with pytest.raises(NotSent):
        operator.press(operator.confirm(quiet))

    assert operator.deletes() == []


def test_a_yes_that_comes_after_somebody_concluded_otherwise_outweighs_it(operator, quiet, monkeypatch):
    """Another window called it kept while our answer was under way: the number is gone, and can be taken back."""
    really = operator.gateway.delete_number

    def overtaken(account_sid, sid):
        operator.clock.advance(seconds=200)
        (entry,) = operator.journal.entries()
        with ThreadPoolExecutor(1) as window:
            assert window.submit(settle_open, entry, operator.session).result().entry.state == "kept"
        with operator.gateway.only_while(lambda: True):
            return really(account_sid, sid)

    monkeypatch.setattr(operator.gateway, "delete_number", overtaken)
    settled = operator.press(operator.confirm(quiet))

    assert settled.entry.state == "released"
    assert settled.entry.reclaim_by is not None
    assert not operator.is_ours(quiet)


def test_a_window_that_was_overtaken_tells_what_the_other_found(operator, quiet, monkeypatch):
    """The other window proved the release first: this one says so, and nothing is called an error."""
    operator.simulator.order(Fault.ANSWER_LOST, method="DELETE")
    really = operator.gateway.delete_number

    def overtaken(account_sid, sid):
        try:
            return really(account_sid, sid)
        finally:
            (entry,) = operator.journal.entries()
            assert settle_open(entry, operator.session).entry.state == "released_unacknowledged"

    monkeypatch.setattr(operator.gateway, "delete_number", overtaken)
    settled = operator.press(operator.confirm(quiet))

    assert settled.entry.state == "released_unacknowledged"


@pytest.mark.parametrize("state", ["released", "acknowledged"])
def test_a_disk_that_fills_after_the_request_leaves_the_entry_open_and_says_what_is_known(
    operator, quiet, state, snapshot
):
    """Gone is gone: nobody is told that nothing was done, and a later look settles it."""
    with no_room_for(operator.journal, state):
        if state == "acknowledged":
            with pytest.raises(OutcomeUnknown) as refused:
                operator.press(operator.confirm(quiet))
            assert as_read(str(refused.value)) == snapshot
        else:
            said = operator.press(operator.confirm(quiet)).message
            assert "is released" in said
            assert as_read(said) == snapshot
    (entry,) = operator.journal.entries()
    assert entry.open
    assert not operator.is_ours(quiet)

    operator.clock.now += QUARANTINE
    assert settle_open(entry, operator.session).entry.state in {"released", "released_unacknowledged"}


def test_another_companys_desk_proves_nothing(operator, quiet, clock, snapshot):
    """An entry of one company, settled with the credentials of another: it stays open, and says why."""
    operator.simulator.order(Fault.REQUEST_LOST, method="DELETE")
    settled = operator.press(operator.confirm(quiet))
    assert settled.entry.state == "unknown"
    operator.clock.now += 2 * QUARANTINE
    with serve(world="1x3", seed="another company", now=clock) as elsewhere:
        other = connect_to(elsewhere, clock)
        theirs = replace(operator.session, gateway=other, sight=Sight(other))
        looked = settle_open(settled.entry, theirs)
        other.transport.close()

    assert looked.entry.state == "unknown"
    assert as_read(looked.message) == snapshot
    assert settle_open(looked.entry, operator.session).entry.state == "kept"


def connect_to(simulator, clock):
    sid, token = simulator.credentials["main_token"]
    transport = Transport(
        origin=simulator.url, clock=lambda: clock().timestamp(), sleep=lambda seconds: None, jitter=lambda: 0.5
    )
    return Gateway(
        Connection(False, sid, token, sid, SimulatorClient(simulator.url, simulator.control_token)), transport
    )


@pytest.mark.parametrize("state", ["restored", "restore_unknown"])
def test_a_disk_that_fills_after_a_purchase_leaves_the_entry_open_and_says_what_is_known(
    operator, quiet, state, snapshot
):
    """Bought is bought: nobody is told that nothing was done, nothing is bought twice, and a look settles it."""
    released = operator.press(operator.confirm(quiet)).entry
    if state == "restore_unknown":
        operator.simulator.order(Fault.ANSWER_LOST, method="POST", path="/IncomingPhoneNumbers.json")
    with no_room_for(operator.journal, state):
        if state == "restored":
            assert as_read(restore(released, operator.session, typed=quiet.phone_number).message) == snapshot
        else:
            with pytest.raises(OutcomeUnknown) as refused:
                restore(released, operator.session, typed=quiet.phone_number)
            assert as_read(str(refused.value)) == snapshot
    (entry,) = operator.journal.entries()
    assert entry.open

    assert settle_open(entry, operator.session).entry.state == "restored"
    bought = [request for request in operator.writes() if request["path"].endswith("/IncomingPhoneNumbers.json")]
    assert len(bought) == 1


def test_a_purchase_that_waited_too_long_for_its_turn_is_not_sent(operator, quiet, monkeypatch):
    """A lid closed at the wrong moment does not buy tomorrow what was wanted today."""
    released = operator.press(operator.confirm(quiet)).entry
    really = operator.journal.append

    def slept(entry, state, **detail):
        written = really(entry, state, **detail)
        if state == "restoring":
            operator.clock.now += 2 * LEASE
        return written

    monkeypatch.setattr(operator.journal, "append", slept)
    with pytest.raises(NotSent, match="paused"):
        restore(released, operator.session, typed=quiet.phone_number)

    assert [request["method"] for request in operator.writes()] == ["DELETE"]
    assert operator.journal.entries()[0].state == "restore_refused"


def test_one_answer_with_a_wrong_date_moves_nobodys_clock(between, connect, clock):
    """By it every number would be quiet, and the ten days over: two answers in a row have to agree."""
    gateway = connect(url=between.url, wall=clock)
    sid, wrong = gateway.connection.account_sid, "Thu, 02 Mar 2028 09:30:00 GMT"
    told = {"sid": sid, "owner_account_sid": sid}
    named = {"Twilio-Request-Id": "RQ1"}
    ahead = []
    for date in (wrong, "Mon, 02 Mar 2026 09:30:00 GMT", wrong, wrong):
        between.words.clear()
        between.answers(f"/Accounts/{sid}.json", 200, told, headers={"Date": date, **named})
        gateway.account(sid)
        ahead.append(gateway.transport.ahead)

    assert ahead[:3] == [timedelta()] * 3
    assert ahead[3] > timedelta(days=365)


@pytest.mark.parametrize("date", ["Thu, 01 Jan 1970 00:00:00 GMT", "Mon, 02 Mar 2099 09:30:00 GMT"])
def test_answers_that_are_decades_off_move_nobodys_clock(between, connect, clock, date):
    """However many agree: with a clock that is so wrong, this machine would not have got an answer over TLS."""
    gateway = connect(url=between.url, wall=clock)
    sid = gateway.connection.account_sid
    told = {"sid": sid, "owner_account_sid": sid}
    between.answers(f"/Accounts/{sid}.json", 200, told, headers={"Date": date, "Twilio-Request-Id": "RQ1"})
    for _ in range(4):
        gateway.account(sid)

    assert gateway.transport.ahead == timedelta()
