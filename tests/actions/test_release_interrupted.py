"""A release whose answer is unclear, late or never comes: neither success nor failure until a look proves it."""

import pytest

from helpers.actions.outcome import AFTER_A_YES, QUARANTINE, settle_after
from helpers.actions.reconcile import settle_open, unproven_requests
from helpers.actions.restore import restore
from helpers.core.errors import NotSent
from helpers.core.reasons import Cause, Reason, reason_in
from helpers.decisions.session import Sight
from helpers.simulator import Fault
from tests.support.golden import as_read

CARRIED_OUT = [
    Fault.ANSWER_LOST,
    Fault.ANSWER_CUT,
    Fault.SILENT_AFTER,
    Fault.BROKEN_AFTER,
    Fault.UNAVAILABLE_AFTER,
]
NOT_CARRIED_OUT = [Fault.REQUEST_LOST, Fault.SILENT_BEFORE, Fault.BROKEN_BEFORE, Fault.UNAVAILABLE_BEFORE]


@pytest.mark.parametrize("fault", CARRIED_OUT)
def test_a_release_whose_answer_was_lost_is_proved_by_looking(operator, quiet, connect, fault):
    """It was carried out: one DELETE, a search through all accounts, and its own name in the journal."""
    operator.gateway = connect(timeouts=(1.0, 0.3))
    operator.simulator.order(fault, method="DELETE", seconds=1)
    settled = operator.press(operator.confirm(quiet))

    # A body that is cut off cannot hurt an answer that has none.
    expected = (
        "released" if fault is Fault.ANSWER_CUT and settled.entry.last("acknowledged") else "released_unacknowledged"
    )
    assert settled.entry.state == expected
    assert len(operator.deletes()) == 1
    assert not operator.is_ours(quiet)


@pytest.mark.parametrize("fault", NOT_CARRIED_OUT)
def test_a_release_that_never_happened_stays_open_until_the_quarantine_is_over(
    operator, quiet, connect, fault, snapshot
):
    """Still listed is not yet kept, because the request may still be carried out; then two looks settle it."""
    operator.gateway = connect(timeouts=(1.0, 0.3))
    operator.simulator.order(fault, method="DELETE", seconds=1)
    settled = operator.press(operator.confirm(quiet))
    assert settled.entry.state == "unknown"
    assert as_read(settled.message) == snapshot
    assert settle_open(settled.entry, operator.session).entry.state == "unknown"

    operator.clock.now += QUARANTINE
    later = settle_open(settled.entry, operator.session)
    assert later.entry.state == "kept"
    assert len(operator.deletes()) == 1
    assert operator.is_ours(quiet)


def test_a_delete_that_lands_late_is_not_called_kept(operator, quiet):
    """The connection broke, the number is still there, and then it goes: it was released, by us."""
    operator.simulator.order(Fault.LATE, method="DELETE", seconds=30)
    settled = operator.press(operator.confirm(quiet))
    assert settled.entry.state == "unknown"

    operator.simulator.advance(seconds=31)
    later = settle_open(settled.entry, operator.session)
    assert later.entry.state == "released_unacknowledged"
    assert len(operator.deletes()) == 1


def test_a_promise_that_is_not_kept_is_not_a_release(operator, quiet):
    """204 and still there: open for a day, and kept after that."""
    operator.simulator.order(Fault.EMPTY_PROMISE, method="DELETE")
    settled = operator.press(operator.confirm(quiet))
    assert settled.entry.state == "acknowledged"
    assert "still listed" in settled.message

    operator.clock.now += AFTER_A_YES - QUARANTINE
    assert settle_open(settled.entry, operator.session).entry.state == "acknowledged"
    operator.clock.now += QUARANTINE
    assert settle_open(settled.entry, operator.session).entry.state == "kept"
    assert operator.is_ours(quiet)


def test_a_number_moved_in_that_moment_is_found_and_is_not_called_released(operator, quiet, snapshot):
    """The DELETE finds nothing, because somebody moved it: it is still ours, and never sent for again."""
    operator.simulator.order(Fault.MOVED, method="DELETE")
    settled = operator.press(operator.confirm(quiet))
    assert settled.entry.state == "unknown"
    assert as_read(settled.message) == snapshot

    operator.clock.now += QUARANTINE
    later = settle_open(settled.entry, operator.session)
    assert later.entry.state == "kept"
    assert "still yours" in later.message
    assert operator.is_ours(quiet)


def test_a_number_that_answers_404_and_is_listed_where_it_was_proves_nothing(operator, quiet, snapshot):
    """A false 404 after a lost request: neither moved nor released, and open until two looks agree."""
    operator.simulator.order(Fault.REQUEST_LOST, method="DELETE")
    confirmation = operator.confirm(quiet)
    operator.simulator.order(Fault.NOT_FOUND, method="GET", path=quiet.sid, after=1)
    settled = operator.press(confirmation)
    assert settled.entry.state == "unknown"
    assert as_read(settled.message) == snapshot

    operator.clock.now += QUARANTINE
    later = settle_open(settled.entry, operator.session)
    assert (later.entry.state, reason_in(later.entry.rows[-1].detail)) == ("kept", Reason(Cause.FOUND_WHERE_IT_WAS))


def test_a_number_that_was_taken_back_meanwhile_is_not_called_released_by_somebody(operator, quiet):
    """An answer from before shows the old record, the DELETE finds nothing: the number is ours, with another SID."""
    released = operator.press(operator.confirm(quiet)).entry
    confirmation = operator.confirm(quiet)
    restore(released, operator.session, typed=quiet.phone_number)
    operator.simulator.order(Fault.STALE, method="GET", path=quiet.sid)
    settled = operator.press(confirmation)
    assert (settled.entry.state, reason_in(settled.entry.rows[-1].detail).code) == ("kept", Cause.ANOTHER_SID)

    # Its former SID is gone for good: whatever becomes of the number later is told by its own entries.
    assert unproven_requests(operator.journal.entries(), now=operator.clock()) == []


def test_a_404_to_the_delete_itself_is_not_our_release(operator, quiet, monkeypatch, snapshot):
    """Two operators with a journal each: one gets 204, the other gets 404 and says "not by us"."""
    really = operator.gateway.delete_number

    def overtaken(account_sid, sid):
        really(account_sid, sid)
        return really(account_sid, sid)

    monkeypatch.setattr(operator.gateway, "delete_number", overtaken)
    settled = operator.press(operator.confirm(quiet))

    assert settled.entry.state == "gone"
    assert as_read(settled.message) == snapshot


def test_a_search_that_could_not_look_everywhere_proves_nothing(operator, quiet, snapshot):
    """One account that cannot be read leaves "moved" possible: the entry stays open until it can be."""
    elsewhere = operator.number("Board room").account_sid
    operator.simulator.order(Fault.ANSWER_LOST, method="DELETE")
    confirmation = operator.confirm(quiet)
    operator.simulator.order(Fault.UNAVAILABLE_BEFORE, method="GET", path=f"{elsewhere}/IncomingPhoneNumbers", times=3)
    settled = operator.press(confirmation)
    assert settled.entry.state == "unknown"
    assert as_read(settled.message) == snapshot

    assert settle_open(settled.entry, operator.session).entry.state == "released_unacknowledged"


def test_credentials_that_see_one_account_cannot_tell_released_from_moved(operator, connect, quiet, snapshot):
    """A subaccount's token sees a 404 after a lost answer, and says that it cannot tell."""
    operator.simulator.order(Fault.ANSWER_LOST, method="DELETE")
    confirmation = operator.confirm(operator.number("Head office fax"))
    operator.gateway = connect("main_key")
    operator.sight = Sight(operator.gateway)
    settled = operator.press(confirmation)

    assert settled.entry.state == "unknown"
    assert as_read(settled.message) == snapshot


def test_a_request_that_never_left_closes_the_entry(operator, quiet, connect, between, monkeypatch, snapshot):
    """Without a connection there was no request: the number is ours, and can be confirmed again."""
    confirmation, plugged_in = operator.confirm(quiet), operator.gateway
    operator.gateway = connect(url=between.url)
    really = operator.journal.append

    def unplugged(entry, state, **detail):
        if state == "intended":
            between.unplug()
        return really(entry, state, **detail)

    with monkeypatch.context() as patch:
        patch.setattr(operator.journal, "append", unplugged)
        with pytest.raises(NotSent) as refused:
            operator.press(confirmation)
    assert as_read(str(refused.value)) == snapshot
    assert operator.journal.entries()[0].state == "not_sent"
    operator.gateway = plugged_in

    assert operator.press(operator.confirm(quiet)).entry.state == "released"


class Killed(BaseException):
    """The process ends here: no except clause of the kit may catch it."""


STEPS = {
    "before the claim": ("journal", "confirm", "before"),
    "after the claim": ("journal", "confirm", "after"),
    "after the look": ("gateway", "number", "after"),
    "after the note": ("journal", "intended", "after"),
    "when the request has left": ("gateway", "delete_number", "after"),
    "after the answer was written down": ("journal", "acknowledged", "after"),
    "after the proof": ("gateway", "number", "after the request"),
    "after it was settled": ("journal", "released", "after"),
}


@pytest.mark.parametrize("step", STEPS)
def test_killed_between_any_two_steps_the_next_start_settles_it(operator, quiet, monkeypatch, step):
    """Whatever the moment: nothing is lost, at most one DELETE was sent, and world and journal agree."""
    confirmation = operator.confirm(quiet)
    with monkeypatch.context() as until_killed:
        _kill(operator, until_killed, *STEPS[step])
        with pytest.raises(Killed):
            operator.press(confirmation)

    operator.clock.advance(minutes=5)
    for entry in operator.journal.entries():
        settle_open(entry, operator.session)
    states = [entry.state for entry in operator.journal.entries()]
    gone = not operator.is_ours(quiet)
    assert len(operator.deletes()) == (1 if gone else 0)
    assert states in ([["released"], ["released_unacknowledged"]] if gone else [[], ["kept"]])
    if gone:
        assert operator.journal.entries()[0].number == quiet


def _kill(operator, monkeypatch, what, name, when):
    if what == "journal" and name != "confirm":
        really = operator.journal.append

        def written(entry, state, **detail):
            result = really(entry, state, **detail)
            if state == name:
                raise Killed
            return result

        monkeypatch.setattr(operator.journal, "append", written)
        return
    there = getattr(operator, what)
    do = getattr(there, name)

    def done(*args, **otherwise):
        if when == "before":
            raise Killed
        result = do(*args, **otherwise)
        if when == "after the request" and not operator.deletes():
            return result
        raise Killed

    monkeypatch.setattr(there, name, done)


def test_an_intended_entry_waits_for_a_process_that_may_still_be_at_it(operator, quiet, monkeypatch):
    """Right after a crash nobody knows whether the request is on its way, so the wait is longer."""
    confirmation = operator.confirm(quiet)
    with monkeypatch.context() as until_killed:
        _kill(operator, until_killed, "journal", "intended", "after")
        with pytest.raises(Killed):
            operator.press(confirmation)
    (entry,) = operator.journal.entries()
    assert settle_after(entry) - entry.at > QUARANTINE

    assert settle_open(entry, operator.session).entry.state == "intended"
    assert operator.is_ours(quiet)


def test_one_look_that_finds_it_is_not_enough(operator, quiet):
    """The first look after the quarantine is answered from an old copy: the second one tells the truth."""
    operator.simulator.order(Fault.ANSWER_LOST, method="DELETE")
    confirmation = operator.confirm(quiet)
    operator.simulator.order(Fault.STALE, method="GET", path=quiet.sid, after=1, times=1)
    settled = operator.press(confirmation)
    assert settled.entry.state == "unknown"

    operator.clock.now += QUARANTINE
    operator.simulator.order(Fault.STALE, method="GET", path=quiet.sid, times=1)
    later = settle_open(settled.entry, operator.session)
    assert later.entry.state == "released_unacknowledged"
