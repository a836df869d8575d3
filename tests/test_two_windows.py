"""Two windows at one journal entry: what one of them is doing is not concluded upon by the other."""

from dataclasses import replace
from datetime import timedelta

import pytest

from helpers.actions.outcome import settle
from helpers.actions.release import release
from helpers.actions.restore import restore
from helpers.core.errors import EntryMovedOn
from helpers.core.records import Number
from helpers.decisions.session import Session
from helpers.simulator import Fault
from tests.support.golden import as_read


@pytest.fixture
def other(operator, connect) -> Session:
    """What a second window of the same desk acts with."""
    return replace(operator.session, gateway=connect())


@pytest.fixture
def meanwhile(operator, monkeypatch):
    """Let something happen in the moment before the first window's request leaves, or right after Twilio did it."""

    def arrange(what, *, request="delete_number", after=False):
        send = getattr(operator.gateway, request)

        def sent(*arguments):
            if not after:
                what()
            try:
                return send(*arguments)
            finally:
                if after:
                    what()

        monkeypatch.setattr(operator.gateway, request, sent)

    return arrange


def begun(operator, quiet: Number):
    """Confirm a number, and write that down, as both windows of a plan know it."""
    confirmation = operator.confirm(quiet)
    return confirmation, operator.journal.confirm(confirmation.id, quiet, at=operator.clock())


def go_on(confirmation, entry, session):
    return release(confirmation, session, begun=entry)


def states(operator, confirmation):
    return [row.state for row in operator.journal.entry(confirmation.id).rows]


def test_a_window_that_could_not_look_does_not_call_unsent_what_another_one_sends(
    operator, quiet, other, meanwhile, snapshot
):
    """Its look fails while the other's DELETE is about to leave: the number is released, and the journal says so."""
    confirmation, entry = begun(operator, quiet)
    told = []

    def look_in_vain():
        operator.simulator.order(Fault.UNAVAILABLE_BEFORE, method="GET", path=quiet.sid, times=3)
        with pytest.raises(EntryMovedOn) as refused:
            go_on(confirmation, entry, other)
        told.append(str(refused.value))

    meanwhile(look_in_vain)
    settled = go_on(confirmation, entry, operator.session)

    assert as_read(told[0]) == snapshot
    assert settled.entry.state == "released"
    assert states(operator, confirmation) == ["confirmed", "intended", "acknowledged", "released"]
    assert not operator.is_ours(quiet)
    assert len(operator.deletes()) == 1


def test_a_window_that_finds_it_gone_does_not_call_it_somebody_elses_release(operator, quiet, other, meanwhile):
    """It is gone because the other window's DELETE was carried out, of which the answer is still on its way."""
    confirmation, entry = begun(operator, quiet)

    def find_it_gone():
        with pytest.raises(EntryMovedOn):
            go_on(confirmation, entry, other)

    meanwhile(find_it_gone, after=True)
    operator.simulator.order(Fault.ANSWER_LOST, method="DELETE")
    settled = go_on(confirmation, entry, operator.session)

    assert settled.entry.state == "released_unacknowledged"
    assert states(operator, confirmation) == ["confirmed", "intended", "unknown", "released_unacknowledged"]


def test_a_look_that_began_before_the_request_was_noted_concludes_nothing(operator, quiet, other, meanwhile, snapshot):
    """The journal notebook settles an old entry in the moment in which a plan takes it up again."""
    confirmation, entry = begun(operator, quiet)
    operator.clock.now += timedelta(minutes=5)
    told = []
    meanwhile(lambda: told.append(settle(entry, other)))
    settled = go_on(confirmation, entry, operator.session)

    assert as_read(told[0].message) == snapshot
    assert told[0].entry.open
    assert settled.entry.state == "released"
    assert not operator.is_ours(quiet)


def test_a_yes_of_twilios_outweighs_that_another_window_called_it_gone(operator, quiet, meanwhile):
    """It was released by us after all, at the moment of the receipt, and can be taken back from then on."""

    def call_it_gone():
        (entry,) = operator.journal.entries()
        operator.journal.append(entry, "gone", at=operator.clock(), detail={"why": "it was in none of our accounts"})

    meanwhile(call_it_gone, request="delete_number", after=True)
    settled = operator.press(operator.confirm(quiet))

    assert settled.entry.state == "released"
    assert settled.entry.reclaim_by is not None
    assert "acknowledged" in [row.state for row in settled.entry.rows]
    assert len(operator.deletes()) == 1


def test_what_was_bought_is_ours_although_another_window_had_given_it_up(operator, quiet, other, meanwhile):
    """A purchase that takes longer than the other window waits: the yes outweighs what that one concluded."""
    entry = operator.press(operator.confirm(quiet)).entry

    def give_it_up():
        noted = operator.journal.entry(entry.id)
        operator.journal.append(
            noted, "restore_refused", at=operator.clock(), detail={"why": "not found after the quarantine"}
        )

    meanwhile(give_it_up, request="buy_number", after=True)
    restore(entry, operator.session, typed=quiet.phone_number)

    assert operator.journal.entry(entry.id).state == "restored"
