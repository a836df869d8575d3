"""A release: what is refused, what is sent, what is proved, and what is written down before."""

from dataclasses import replace

import pytest

from helpers.actions.outcome import LEASE
from helpers.actions.restore import restore
from helpers.core.dates import readable
from helpers.core.errors import (
    AlreadyUsed,
    Drifted,
    JournalUnwritable,
    NotReleasable,
    NotSent,
    NotThere,
    OutcomeUnknown,
    TwilioBusy,
    TwilioSaidNo,
)
from helpers.core.reasons import Cause, Reason, reason_in
from helpers.core.records import Verdict
from helpers.simulator import Fault
from tests.support.golden import as_read


def test_a_confirmed_number_is_released_and_proved_gone(operator, quiet, snapshot):
    """One DELETE; then the number answers 404, the world has it no more, and the journal says so."""
    settled = operator.press(operator.confirm(quiet))

    assert settled.entry.state == "released"
    assert as_read(settled.message) == snapshot
    assert [request["status"] for request in operator.deletes()] == [204]
    assert not operator.is_ours(quiet)


def test_everything_needed_to_put_it_back_is_on_disk_before_the_request(operator, quiet, monkeypatch):
    """When the DELETE leaves, the journal already holds every field that Twilio ever sent of the number."""
    on_disk = []
    really = operator.gateway.delete_number

    def watched(account_sid, sid):
        on_disk.extend((entry.state, entry.number) for entry in operator.journal.entries())
        return really(account_sid, sid)

    monkeypatch.setattr(operator.gateway, "delete_number", watched)
    operator.press(operator.confirm(quiet))

    assert on_disk == [("intended", quiet)]
    assert len(on_disk[0][1].sent) >= 34


def test_the_ten_days_start_when_twilio_says_it_was(operator, quiet):
    """The deadline is counted from Twilio's own clock, not from this machine's."""
    settled = operator.press(operator.confirm(quiet))

    assert settled.entry.left_at == operator.simulator.now().replace(microsecond=0)


@pytest.mark.parametrize("typed", ["", "old hotline", "4155550112", "+1415555011", "+14155550113", "+141555501120"])
def test_a_number_that_was_not_typed_back_is_not_released(operator, quiet, typed, snapshot):
    """Nearly right is wrong: nothing is sent, and the sentence says what to type."""
    with pytest.raises(NotReleasable) as refused:
        operator.press(operator.confirm(quiet, typed=typed))
    assert as_read(str(refused.value)) == snapshot

    assert operator.writes() == []
    assert operator.journal.entries() == []


def test_a_number_whose_traffic_could_not_be_read_is_not_released(operator, quiet, snapshot):
    """What nobody could look at is not quiet, whatever reason is typed."""
    operator.simulator.order(Fault.UNAVAILABLE_BEFORE, path="Messages", times=99)
    confirmation = operator.confirm(quiet, why="I am sure")

    assert confirmation.decision.verdict is Verdict.UNKNOWN
    with pytest.raises(NotReleasable) as refused:
        operator.press(confirmation)
    assert as_read(str(refused.value)) == snapshot
    assert operator.writes() == []


def test_a_number_in_use_takes_a_written_reason(operator, snapshot):
    """A busy hotline is not released on a click; with a reason it is, and the reason is kept."""
    hotline = operator.number("Hotline")
    with pytest.raises(NotReleasable) as refused:
        operator.press(operator.confirm(hotline))
    assert as_read(str(refused.value)) == snapshot
    assert operator.writes() == []

    settled = operator.press(operator.confirm(hotline, why="moved to the other carrier"))
    assert settled.entry.state == "released"
    assert as_read(settled.entry.details["why"]) == snapshot


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("Head office", "emergency address"), ("Gehostet von der alten Telefonanlage", "hosted number")],
)
def test_a_blocked_number_is_not_released(operator, name, sentence):
    """What Twilio would refuse, or could never give back, is refused before anything is sent."""
    with pytest.raises(NotReleasable, match=sentence):
        operator.press(operator.confirm(operator.number(name), why="it is in the way"))

    assert operator.writes() == []


def test_pressing_twice_releases_once(operator, quiet):
    """The second use of a confirmation is told so, and nothing is sent."""
    confirmation = operator.confirm(quiet)
    operator.press(confirmation)

    with pytest.raises(AlreadyUsed):
        operator.press(confirmation)
    assert len(operator.deletes()) == 1


def test_a_second_confirmation_of_a_released_number_sends_nothing(operator, quiet):
    """A second kernel that saw the number before it went is told that it is gone already."""
    first, second = operator.confirm(quiet), operator.confirm(quiet)
    operator.press(first)

    with pytest.raises(AlreadyUsed, match="released already"):
        operator.press(second)
    assert len(operator.deletes()) == 1


def test_a_number_that_changed_since_it_was_shown_is_not_released(operator, quiet):
    """Somebody gave it a new webhook in the meantime: it may be needed again."""
    operator.simulator.order(Fault.CHANGED, method="GET", path=quiet.sid, times=1)

    with pytest.raises(Drifted, match="voice_url"):
        operator.press(operator.confirm(quiet))
    assert operator.deletes() == []
    assert operator.journal.entries()[0].state == "kept"


def test_a_number_that_was_moved_since_it_was_shown_is_not_released(operator, quiet, snapshot):
    """It is in another account now, and still ours."""
    other = operator.number("Board room").account_sid
    confirmation = operator.confirm(quiet)
    operator.gateway.update_number(quiet.account_sid, quiet.sid, {"AccountSid": other})

    with pytest.raises(NotThere) as refused:
        operator.press(confirmation)
    assert as_read(str(refused.value)) == snapshot
    assert operator.deletes() == []
    assert operator.journal.entries()[0].state == "kept"


def test_a_number_that_answers_404_and_is_listed_where_it_was_is_not_called_moved(operator, quiet, snapshot):
    """One false 404: nothing is sent, nobody is said to have moved it, and it can be chosen again."""
    confirmation = operator.confirm(quiet)
    operator.simulator.order(Fault.NOT_FOUND, method="GET", path=quiet.sid)

    with pytest.raises(NotThere) as refused:
        operator.press(confirmation)
    assert as_read(str(refused.value)) == snapshot
    (entry,) = operator.journal.entries()
    assert (entry.state, reason_in(entry.rows[-1].detail)) == ("not_sent", Reason(Cause.LISTED_BUT_NOT_FOUND))
    assert operator.deletes() == []
    assert operator.press(operator.confirm(quiet)).entry.state == "released"


def test_a_number_that_somebody_else_released_is_not_called_ours(operator, quiet, snapshot):
    """It was gone before we asked; it can still be taken back, so what it was is kept."""
    confirmation = operator.confirm(quiet)
    operator.gateway.delete_number(quiet.account_sid, quiet.sid)

    with pytest.raises(NotThere) as refused:
        operator.press(confirmation)
    assert as_read(str(refused.value)) == snapshot
    (entry,) = operator.journal.entries()
    assert entry.state == "gone"
    assert entry.number == quiet
    assert entry.left_at == confirmation.decision.looked_at
    assert len(operator.deletes()) == 1


def test_a_number_that_was_taken_back_is_not_called_released_by_somebody(operator, quiet, snapshot):
    """A window that was open meanwhile shows the old record: the number is ours, with another SID."""
    released = operator.press(operator.confirm(quiet)).entry
    confirmation = operator.confirm(quiet)
    restore(released, operator.session, typed=quiet.phone_number)

    with pytest.raises(NotThere) as refused:
        operator.press(confirmation)
    (number,) = [one for one in operator.inventory().numbers if one.phone_number == quiet.phone_number]
    assert as_read(str(refused.value)).replace(number.account_sid, "AC…") == snapshot
    why = reason_in(operator.journal.entries()[-1].rows[-1].detail)
    assert (why.code, why.details["sid"]) == (Cause.ANOTHER_SID, number.sid)
    assert len(operator.deletes()) == 1


def test_a_number_that_cannot_be_looked_at_first_is_not_released(operator, quiet, snapshot):
    """The look before the act failed: nothing is sent, and the number can be chosen again."""
    confirmation = operator.confirm(quiet)
    operator.simulator.order(Fault.BROKEN_BEFORE, method="GET", path=quiet.sid, times=99)

    with pytest.raises(NotSent) as refused:
        operator.press(confirmation)
    assert as_read(str(refused.value)) == snapshot
    assert operator.deletes() == []
    assert operator.journal.entries()[0].state == "not_sent"


def full_at(operator, monkeypatch, first):
    """Let the journal's disk be full when one state of an entry is to be written."""
    really = operator.journal.append

    def full(entry, state, **detail):
        if state == first:
            raise JournalUnwritable("The disk is full.")
        return really(entry, state, **detail)

    monkeypatch.setattr(operator.journal, "append", full)


def test_a_journal_that_cannot_be_written_means_no_release(operator, quiet, monkeypatch):
    """Without the note there is no act."""
    confirmation = operator.confirm(quiet)
    full_at(operator, monkeypatch, "intended")

    with pytest.raises(JournalUnwritable):
        operator.press(confirmation)
    assert operator.deletes() == []
    assert operator.is_ours(quiet)


def test_a_journal_that_fails_after_the_request_leaves_an_open_entry(operator, quiet, monkeypatch, snapshot):
    """It was sent, and that is what the operator is told; the entry is settled later."""
    confirmation = operator.confirm(quiet)
    full_at(operator, monkeypatch, "acknowledged")

    with pytest.raises(OutcomeUnknown) as refused:
        operator.press(confirmation)
    assert as_read(str(refused.value)) == snapshot
    assert operator.journal.entries()[0].state == "intended"


def test_a_refusal_leaves_the_number_and_says_what_twilio_said(operator, quiet, snapshot):
    """A definite no is shown with Twilio's own words and code, and closes the entry."""
    operator.simulator.order(Fault.REFUSED, method="DELETE")

    with pytest.raises(TwilioSaidNo) as refused:
        operator.press(operator.confirm(quiet))
    assert as_read(str(refused.value)) == snapshot
    assert operator.journal.entries()[0].state == "refused"
    assert operator.is_ours(quiet)


def test_a_busy_twilio_is_asked_again_because_429_is_never_processed(operator, quiet):
    """Two 429s, then it goes through: three requests, one release, each of them written down before."""
    operator.simulator.order(Fault.THROTTLED, method="DELETE", times=2)
    settled = operator.press(operator.confirm(quiet))

    assert [request["status"] for request in operator.deletes()] == [429, 429, 204]
    assert [row.state for row in settled.entry.rows] == [
        *("confirmed", "intended", "throttled", "intended", "throttled", "intended"),
        *("acknowledged", "released"),
    ]


def test_a_twilio_that_stays_busy_is_left_alone(operator, quiet, snapshot):
    """After five tries nothing was released, and the sentence says so."""
    operator.simulator.order(Fault.THROTTLED, method="DELETE", times=99)

    with pytest.raises(TwilioBusy) as refused:
        operator.press(operator.confirm(quiet))
    assert as_read(str(refused.value)) == snapshot
    assert operator.journal.entries()[0].state == "not_sent"
    assert operator.is_ours(quiet)


def test_a_machine_that_slept_between_note_and_act_sends_nothing(operator, quiet, monkeypatch):
    """A lid closed at the wrong moment does not send yesterday's DELETE this morning."""
    confirmation = operator.confirm(quiet)
    really = operator.journal.append

    def slept(entry, state, **detail):
        written = really(entry, state, **detail)
        if state == "intended":
            operator.clock.now += 2 * LEASE
        return written

    monkeypatch.setattr(operator.journal, "append", slept)

    with pytest.raises(NotSent, match="paused"):
        operator.press(confirmation)
    assert operator.deletes() == []
    assert operator.journal.entries()[0].state == "not_sent"


def test_a_suspended_subaccounts_number_can_be_released(operator):
    """Twilio leaves it to the owner; it is billed while the account is suspended."""
    number = operator.number("Load test 3")
    settled = operator.press(operator.confirm(number))

    assert settled.entry.state == "released"


def test_a_number_bought_yesterday_carries_a_warning(operator):
    """New numbers are warned about, because nobody had time to use them."""
    (new,) = [
        number
        for number in operator.inventory().numbers
        if (operator.clock() - readable(number.sent["date_created"])).days < 5
    ]

    assert [caution.code for caution in operator.decide(new).cautions] == [Cause.NEW]


def test_a_confirmation_speaks_of_one_number_only(operator, quiet):
    """A decision on one number with another's digits typed is refused, and neither number is touched."""
    other = operator.number("Training room")

    with pytest.raises(NotReleasable):
        operator.press(replace(operator.confirm(quiet), typed=other.phone_number))
    assert operator.writes() == []
