"""Taking a number back: inside the ten days, typed back, bought once, and what is unclear settled by looking."""

from dataclasses import replace

import pytest

from helpers.actions.outcome import QUARANTINE
from helpers.actions.reconcile import settle_open
from helpers.actions.restore import find_reclaimed, restore
from helpers.core.errors import NotRestorable, NotSent, ReclaimWindowClosed, TwilioBusy
from helpers.core.records import Restoration
from helpers.decisions.session import Sight
from helpers.journal.states import LEFT, RestoreWay, State
from helpers.simulator import Fault
from tests.support.golden import as_read
from tests.support.restore_tools import ours, purchases


def test_a_number_comes_back_as_it_was(operator, quiet, released, take_back):
    """One purchase with the old configuration in it; every setting is compared, and is as it was."""
    back = take_back(released)

    assert isinstance(back, Restoration)
    assert back.differences == {}
    assert back.old_sid == quiet.sid
    assert back.number.sid != quiet.sid
    assert len(purchases(operator)) == 1
    (now,) = ours(operator, quiet.phone_number)
    for field in ("friendly_name", "voice_url", "voice_fallback_url", "sms_url", "status_callback"):
        assert now.get(field) == quiet.get(field)
    assert operator.journal.entry(released.id).state == "restored"


@pytest.mark.parametrize("typed", ["", "+14155550113", "Old hotline"])
def test_a_number_that_was_not_typed_back_is_not_bought(operator, released, take_back, typed, snapshot):
    """Buying costs money: it takes the same typing as releasing."""
    with pytest.raises(NotRestorable) as refused:
        take_back(released, typed=typed)
    assert as_read(str(refused.value)) == snapshot

    assert purchases(operator) == []
    assert operator.journal.entry(released.id).state == "released"


def test_a_desk_of_one_subaccount_buys_nothing_where_it_could_not_look_first(operator, connect, released, snapshot):
    """Somebody may have reclaimed it in the Console already: what could not be looked at is not "not there"."""
    gateway = connect("subaccount_key")
    session = replace(operator.session, gateway=gateway, sight=Sight(gateway))
    assert not session.reach.whole_company
    assert released.account_sid == gateway.connection.account_sid
    operator.simulator.order(Fault.FORBIDDEN, method="GET", path="/IncomingPhoneNumbers.json", times=9)

    with pytest.raises(NotSent) as refused:
        restore(released, session, typed=released.phone_number)
    assert as_read(str(refused.value)) == snapshot
    assert purchases(operator) == []


def test_a_number_is_not_bought_twice(operator, released, take_back):
    """What was taken back is not waiting to be taken back."""
    take_back(released)

    with pytest.raises(NotRestorable):
        take_back(operator.journal.entry(released.id))
    assert len(purchases(operator)) == 1


def test_a_second_window_with_an_old_view_does_not_buy_again(operator, released, take_back):
    """A panel that still shows the entry as released finds the number among ours, and buys nothing."""
    take_back(released)
    again = take_back(released)

    assert again.number.phone_number == released.phone_number
    assert [row.state for row in operator.journal.entry(released.id).rows].count("restored") == 1
    assert len(purchases(operator)) == 1


@pytest.mark.parametrize(("days", "hours", "works"), [(9, 23, True), (10, 1, False), (40, 0, False)])
def test_the_window_is_ten_days(operator, clock, released, take_back, days, hours, works):
    """Just before its end it works; after it nothing is sent, and the sentence says when it closed."""
    clock.advance(days=days, hours=hours)
    if works:
        assert isinstance(take_back(released), Restoration)
        return

    with pytest.raises(ReclaimWindowClosed) as closed:
        take_back(released)
    assert closed.value.closed_at == released.reclaim_end
    assert purchases(operator) == []


def test_entries_expire_when_no_reading_of_ten_days_is_left(operator, clock, released):
    """Between the two readings the entry still waits; after the later one it is over, and nothing is written."""
    clock.now = released.reclaim_by
    clock.advance(hours=1)
    assert released.shown_state(clock()) in LEFT

    clock.now = released.reclaim_end
    clock.advance(seconds=1)
    assert released.shown_state(clock()) == State.EXPIRED
    assert operator.journal.entry(released.id).state in LEFT


def test_a_refusal_leaves_the_way_through_the_console_open(operator, refused, snapshot):
    """21422 is written down, and the number can still be looked for."""
    assert refused.state == "restore_refused"
    settled = find_reclaimed(refused, operator.session)

    assert settled.entry.state == "restore_refused"
    assert as_read(settled.message) == snapshot


@pytest.mark.parametrize(("status", "code"), [(400, 21631), (400, 21422), (403, 20003)])
def test_a_refusal_of_a_purchase_that_was_carried_out_all_the_same_is_found_by_looking(
    operator, quiet, released, take_back, between, connect, status, code
):
    """A look at once finds the number, which is billed: it is taken back, and nothing is bought again."""
    body = {"code": code, "message": "No.", "status": status}
    between.answers("/IncomingPhoneNumbers.json", status, body, method="POST", carried_out=True)
    operator.gateway = connect(url=between.url)
    taken = take_back(released)

    assert [number.sid for number in ours(operator, quiet.phone_number)] == [taken.number.sid]
    assert operator.journal.entry(released.id).state == "restored"
    assert len(purchases(operator)) == 1


def test_a_refusal_of_a_purchase_that_a_look_cannot_check_stays_open(operator, released, take_back, between, connect):
    """Nobody can say that nothing was bought, until a look can."""
    body = {"code": 21631, "message": "No.", "status": 400}
    between.answers("/IncomingPhoneNumbers.json", 400, body, method="POST", carried_out=True)
    operator.gateway = connect(url=between.url)
    really = operator.gateway.buy_number

    def then_blind(account_sid, form):
        try:
            return really(account_sid, form)
        finally:
            between.answers("/Accounts", 503, {"code": 20503, "message": "Busy."}, method="GET")

    operator.gateway.buy_number = then_blind
    settled = take_back(released)

    assert settled.entry.state == "restore_unknown"
    operator.gateway = connect()
    assert settle_open(settled.entry, operator.session).entry.state == "restored"
    assert len(purchases(operator)) == 1


@pytest.mark.parametrize("fault", [Fault.ANSWER_LOST, Fault.BROKEN_AFTER, Fault.UNAVAILABLE_AFTER])
def test_a_purchase_whose_answer_was_lost_is_found_by_looking(operator, quiet, released, take_back, fault):
    """It was bought: one POST, and the number is found in the account."""
    operator.simulator.order(fault, method="POST")
    back = take_back(released)

    assert isinstance(back, Restoration)
    assert len(purchases(operator)) == 1
    assert len(ours(operator, quiet.phone_number)) == 1
    assert operator.journal.entry(released.id).state == "restored"


@pytest.mark.parametrize("fault", [Fault.REQUEST_LOST, Fault.BROKEN_BEFORE])
def test_a_purchase_that_never_happened_is_settled_after_the_quarantine(
    operator, clock, quiet, released, take_back, fault
):
    """Not there is not yet "not bought": only later may it be tried again, and then it is bought once."""
    operator.simulator.order(fault, method="POST")
    open_entry = take_back(released).entry
    assert open_entry.state == "restore_unknown"
    assert settle_open(open_entry, operator.session).entry.state == "restore_unknown"

    clock.now += QUARANTINE
    settled = settle_open(open_entry, operator.session)
    assert settled.entry.state == "restore_refused"
    assert isinstance(take_back(settled.entry), Restoration)
    assert len(ours(operator, quiet.phone_number)) == 1


def test_a_busy_twilio_sold_nothing(operator, released, take_back):
    """After a 429 the entry waits as before."""
    operator.simulator.order(Fault.THROTTLED, method="POST")

    with pytest.raises(TwilioBusy):
        take_back(released)
    assert operator.journal.entry(released.id).state == "restore_refused"


def test_nothing_is_bought_when_it_cannot_be_looked_for_first(operator, released, take_back):
    """It may be ours already: without a look there is no purchase."""
    operator.simulator.order(Fault.UNAVAILABLE_BEFORE, method="GET", path="IncomingPhoneNumbers.json", times=99)

    with pytest.raises(NotSent):
        take_back(released)
    assert purchases(operator) == []


def test_a_process_that_died_after_buying_leaves_nothing_to_buy_again(
    operator, clock, quiet, released, take_back, monkeypatch
):
    """The next start finds the number, puts its configuration back, and closes the entry."""

    class Killed(BaseException):
        pass

    really = operator.gateway.buy_number

    def bought(*args):
        really(*args)
        raise Killed

    with monkeypatch.context() as until_killed:
        until_killed.setattr(operator.gateway, "buy_number", bought)
        with pytest.raises(Killed):
            take_back(released)
    clock.advance(minutes=5)
    (entry,) = operator.journal.entries()
    assert entry.state == "restoring"

    assert settle_open(entry, operator.session).entry.state == "restored"
    assert len(ours(operator, quiet.phone_number)) == 1
    assert len(purchases(operator)) == 1


def test_the_number_that_somebody_else_released_can_be_taken_back(operator, quiet, take_back):
    """It was not us, but it is the company's number, and what it was is written down."""
    confirmation = operator.confirm(quiet)
    operator.gateway.delete_number(quiet.account_sid, quiet.sid)
    with pytest.raises(Exception, match="somebody else"):
        operator.press(confirmation)

    assert isinstance(take_back(operator.journal.entries()[0]), Restoration)


def test_a_number_that_is_ours_already_is_not_bought(operator, controls, quiet, released, take_back, snapshot):
    """Somebody reclaimed it in the Console a moment ago: the button finds it, and spends nothing."""
    controls.reclaim(quiet.phone_number)
    back = take_back(released)

    assert purchases(operator) == []
    assert back.differences == {}
    assert as_read(operator.journal.entry(released.id).details["how"]) == snapshot


def test_a_number_that_another_team_has_now_is_left_alone(operator, controls, quiet, released, take_back, snapshot):
    """It is in another account, with settings of its own: nothing is bought, and nothing is written to it."""
    controls.reclaim(quiet.phone_number)
    (back,) = ours(operator, quiet.phone_number)
    other = next(account for account in operator.gateway.accounts() if account.friendly_name == "Acme Logistics")
    operator.gateway.update_number(
        back.account_sid, back.sid, {"AccountSid": other.sid, "SmsUrl": "https://team.example"}
    )
    before, (theirs,) = len(operator.writes()), ours(operator, quiet.phone_number)

    with pytest.raises(NotRestorable) as refused:
        take_back(released)
    assert as_read(str(refused.value)) == snapshot
    assert as_read(find_reclaimed(released, operator.session).message) == snapshot
    assert len(operator.writes()) == before
    assert ours(operator, quiet.phone_number) == [theirs]
    assert operator.journal.entry(released.id).state == "released"


def test_a_number_that_went_while_this_computer_was_down_can_be_taken_back(operator, quiet, take_back):
    """Confirmed, then the machine died; somebody else released it: what it was is written down all the same."""
    entry = operator.journal.confirm("one", quiet, at=operator.clock())
    operator.gateway.delete_number(quiet.account_sid, quiet.sid)
    operator.clock.now += 2 * QUARANTINE
    gone = settle_open(entry, operator.session).entry

    assert gone.state == "gone"
    assert take_back(gone).differences == {}


def test_a_purchase_of_a_number_that_is_back_already_is_told_as_none(operator, controls, quiet, refused, take_back):
    """Somebody reclaimed it, a look does not show that yet, and Twilio takes the purchase for a change: nobody paid."""
    controls.reclaim(quiet.phone_number)
    (before,) = ours(operator, quiet.phone_number)
    controls.advance(hours=1)
    controls.rebuy("works")
    operator.simulator.order(Fault.STALE, method="GET", path="IncomingPhoneNumbers.json", times=9)
    back = take_back(refused)
    entry = operator.journal.entry(refused.id)

    assert purchases(operator)[-1]["status"] == 201
    assert back.number.sid == before.sid
    assert back.differences == {}
    assert (entry.state, entry.details["how"]) == ("restored", RestoreWay.ALREADY_THERE)
    there = operator.simulator.world.numbers(quiet.account_sid)
    assert [one.sid for one in there if one.fields["phone_number"] == quiet.phone_number] == [before.sid]


def test_a_list_that_still_shows_the_released_number_does_not_make_it_back(operator, quiet, released, take_back):
    """Twilio's lists can lag behind: a look at the number itself says that it is gone, and it is bought."""
    operator.simulator.order(Fault.STALE, method="GET", path="IncomingPhoneNumbers.json", times=9)
    waiting = find_reclaimed(released, operator.session)
    assert waiting.entry.state in LEFT
    back = take_back(released)

    assert back.number.sid != quiet.sid
    assert len(purchases(operator)) == 1
    assert operator.journal.entry(released.id).state == "restored"
