"""Taking a number back: inside the ten days, once, with its configuration, and with what could not be put back."""

import pytest

from helpers.errors import NotRestorable, NotSent, ReclaimWindowClosed, TwilioBusy, TwilioSaidNo
from helpers.records import Restoration
from helpers.recover import expire, recover
from helpers.restore import RESERVED, look_for_reclaimed, restore
from helpers.settle import QUARANTINE
from helpers.simulator import Fault
from helpers.states import LEFT


@pytest.fixture
def released(operator, quiet):
    """The journal entry of a number that was released a moment ago."""
    return operator.press(operator.confirm(quiet)).entry


@pytest.fixture
def take_back(operator):
    """Type the number and press the button."""

    def pressed(entry, *, typed=None):
        return restore(
            entry,
            typed=entry.phone_number if typed is None else typed,
            who="pat@desk",
            **operator.with_all_but_pause,
        )

    return pressed


def purchases(operator):
    return [
        request
        for request in operator.practice.requests
        if request["method"] == "POST" and request["path"].endswith("/IncomingPhoneNumbers.json")
    ]


def ours(operator, phone_number):
    return [number for number in operator.inventory().numbers if number.phone_number == phone_number]


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


def test_what_cannot_be_seen_on_the_number_is_left_to_a_person(released, take_back):
    """Messaging services and campaigns are named, because nobody could put them back."""
    assert any("messaging services" in sentence for sentence in take_back(released).by_hand)


@pytest.mark.parametrize("typed", ["", "+14155550113", "Old hotline"])
def test_a_number_that_was_not_typed_back_is_not_bought(operator, released, take_back, typed):
    """Buying costs money: it takes the same typing as releasing."""
    with pytest.raises(NotRestorable, match="what was typed is not"):
        take_back(released, typed=typed)

    assert purchases(operator) == []
    assert operator.journal.entry(released.id).state == "released"


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
    """Between the two readings the entry still waits; after the later one it has expired."""
    clock.now = released.reclaim_by
    clock.advance(hours=1)
    expire(operator.journal, now=clock())
    assert operator.journal.entry(released.id).state in LEFT

    clock.now = released.reclaim_end
    clock.advance(seconds=1)
    expire(operator.journal, now=clock())
    assert operator.journal.entry(released.id).state == "expired"


@pytest.fixture
def refused(controls, operator, released, take_back):
    """An entry whose number Twilio would not sell back."""
    controls.rebuy("refused")
    with pytest.raises(TwilioSaidNo) as no:
        take_back(released)
    assert no.value.code == RESERVED
    return operator.journal.entry(released.id)


def test_a_refusal_leaves_the_way_through_the_console_open(operator, refused):
    """21422 is written down, and the number can still be looked for."""
    assert refused.state == "restore_refused"
    settled = look_for_reclaimed(refused, **operator.with_all_but_pause)

    assert settled.entry.state == "restore_refused"
    assert "is not back in any account" in settled.said


def test_a_number_reclaimed_in_the_console_gets_its_configuration_back(operator, controls, quiet, refused):
    """Look again finds it under its new sid, puts its settings back, compares, and closes the entry."""
    controls.reclaim(quiet.phone_number)
    back = look_for_reclaimed(refused, **operator.with_all_but_pause)

    assert back.differences == {}
    assert back.number.get("voice_url") == quiet.get("voice_url")
    assert operator.journal.entry(refused.id).state == "restored"
    assert len(purchases(operator)) == 1


def test_settings_that_somebody_made_after_reclaiming_are_left_alone(operator, controls, quiet, refused):
    """A colleague was faster and pointed it somewhere new: that stays, and is listed as different."""
    controls.reclaim(quiet.phone_number)
    (back,) = ours(operator, quiet.phone_number)
    operator.gateway.update_number(back.account_sid, back.sid, {"VoiceUrl": "https://new.acme.example/ivr"})
    taken = look_for_reclaimed(refused, **operator.with_all_but_pause)

    assert taken.differences == {"voice_url": (quiet.get("voice_url"), "https://new.acme.example/ivr")}
    assert taken.number.get("sms_url") == quiet.get("sms_url")


@pytest.mark.parametrize("fault", [Fault.ANSWER_LOST, Fault.BROKEN_AFTER, Fault.UNAVAILABLE_AFTER])
def test_a_purchase_whose_answer_was_lost_is_found_by_looking(operator, quiet, released, take_back, fault):
    """It was bought: one POST, and the number is found in the account."""
    operator.practice.order(fault, method="POST")
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
    operator.practice.order(fault, method="POST")
    open_entry = take_back(released).entry
    assert open_entry.state == "restore_unknown"
    assert recover(open_entry, **operator.with_everything).entry.state == "restore_unknown"

    clock.now += QUARANTINE
    settled = recover(open_entry, **operator.with_everything)
    assert settled.entry.state == "restore_refused"
    assert isinstance(take_back(settled.entry), Restoration)
    assert len(ours(operator, quiet.phone_number)) == 1


def test_a_busy_twilio_sold_nothing(operator, released, take_back):
    """After a 429 the entry waits as before."""
    operator.practice.order(Fault.THROTTLED, method="POST")

    with pytest.raises(TwilioBusy):
        take_back(released)
    assert operator.journal.entry(released.id).state == "restore_refused"


def test_nothing_is_bought_when_it_cannot_be_looked_for_first(operator, released, take_back):
    """It may be ours already: without a look there is no purchase."""
    operator.practice.order(Fault.UNAVAILABLE_BEFORE, method="GET", path="IncomingPhoneNumbers.json", times=99)

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

    assert recover(entry, **operator.with_everything).entry.state == "restored"
    assert len(ours(operator, quiet.phone_number)) == 1
    assert len(purchases(operator)) == 1


def test_the_number_that_somebody_else_released_can_be_taken_back(operator, quiet, take_back):
    """It was not us, but it is the company's number, and what it was is written down."""
    confirmation = operator.confirm(quiet)
    operator.gateway.delete_number(quiet.account_sid, quiet.sid)
    with pytest.raises(Exception, match="somebody else"):
        operator.press(confirmation)

    assert isinstance(take_back(operator.journal.entries()[0]), Restoration)


def test_settings_that_could_not_be_put_back_are_listed(operator, controls, quiet, refused):
    """Putting them back fails: the number is back, and each difference is named with what it was."""
    controls.reclaim(quiet.phone_number)
    operator.practice.order(Fault.REFUSED, method="POST", times=99)
    back = look_for_reclaimed(refused, **operator.with_all_but_pause)

    assert back.differences["voice_url"][0] == quiet.get("voice_url")
    assert any("Putting back VoiceUrl" in sentence and "failed" in sentence for sentence in back.by_hand)
    assert operator.journal.entry(refused.id).state == "restored"


def test_one_setting_that_twilio_does_not_take_keeps_no_other_away(operator, controls, quiet, refused):
    """All of them together are refused, and so is one of them alone: the others are put back all the same."""
    controls.reclaim(quiet.phone_number)
    operator.practice.order(Fault.REFUSED, method="POST", times=2)
    back = look_for_reclaimed(refused, **operator.with_all_but_pause)
    (sentence,) = [sentence for sentence in back.by_hand if sentence.startswith("Putting back")]

    assert 0 < len(back.differences) <= 2
    assert "FriendlyName" in sentence
    assert back.number.get("voice_url") == quiet.get("voice_url")


def test_an_answer_that_was_lost_while_putting_back_is_told_and_not_sent_again(operator, controls, quiet, refused):
    """Whether the settings are there is seen by looking; no second request is sent."""
    controls.reclaim(quiet.phone_number)
    before = len(operator.writes())
    operator.practice.order(Fault.REQUEST_LOST, method="POST")
    back = look_for_reclaimed(refused, **operator.with_all_but_pause)

    assert len(operator.writes()) == before + 1
    assert any("Putting its settings back failed" in sentence for sentence in back.by_hand)


@pytest.fixture
def stale(operator, released, take_back):
    """An entry whose number Twilio does not sell with its old settings: its bundle is not valid any more."""
    operator.practice.order(Fault.REFUSED, method="POST", code=21649)
    with pytest.raises(TwilioSaidNo) as no:
        take_back(released)
    assert no.value.code == 21649
    return operator.journal.entry(released.id)


def test_a_number_can_be_bought_without_its_old_settings(operator, quiet, stale):
    """The purchase names the number alone; afterwards each setting is put back, and the journal tells how."""
    back = restore(stale, typed=stale.phone_number, who="pat@desk", bare=True, **operator.with_all_but_pause)
    refused, bought = purchases(operator)
    entry = operator.journal.entry(stale.id)

    assert "VoiceUrl" in refused["form"]
    assert bought["form"] == {"PhoneNumber": quiet.phone_number}
    assert back.differences == {}
    assert [number.get("voice_url") for number in ours(operator, quiet.phone_number)] == [quiet.get("voice_url")]
    assert [row.state for row in entry.rows[-4:]] == ["restoring", "restore_refused", "restoring", "restored"]
    assert entry.told["how"] == "purchase without its old settings"


def test_what_twilio_does_not_take_after_a_bare_purchase_is_listed(operator, quiet, stale):
    """The number is back, which comes first; what is missing is named with what it was."""
    operator.practice.order(Fault.REFUSED, method="POST", path="IncomingPhoneNumbers/PN", code=21649, times=99)
    back = restore(stale, typed=stale.phone_number, who="pat@desk", bare=True, **operator.with_all_but_pause)

    assert len(ours(operator, quiet.phone_number)) == 1
    assert back.differences["voice_url"] == (quiet.get("voice_url"), None)
    assert any("VoiceUrl" in sentence and "21649" in sentence for sentence in back.by_hand)


@pytest.mark.parametrize("typed", ["", "+14155550113"])
def test_a_bare_purchase_takes_the_same_typing(operator, stale, typed):
    """It costs the same."""
    before = len(purchases(operator))

    with pytest.raises(NotRestorable, match="what was typed is not"):
        restore(stale, typed=typed, who="pat@desk", bare=True, **operator.with_all_but_pause)
    assert len(purchases(operator)) == before


def test_a_bare_purchase_whose_answer_was_lost_is_found_by_looking(operator, quiet, stale):
    """It is journalled like the other, and never sent twice."""
    operator.practice.order(Fault.ANSWER_LOST, method="POST")
    back = restore(stale, typed=stale.phone_number, who="pat@desk", bare=True, **operator.with_all_but_pause)

    assert isinstance(back, Restoration)
    assert len(purchases(operator)) == 2
    assert len(ours(operator, quiet.phone_number)) == 1


def test_a_number_that_is_ours_already_is_not_bought(operator, controls, quiet, released, take_back):
    """Somebody reclaimed it in the Console a moment ago: the button finds it, and spends nothing."""
    controls.reclaim(quiet.phone_number)
    back = take_back(released)

    assert purchases(operator) == []
    assert back.differences == {}
    assert operator.journal.entry(released.id).told["how"] == "found in the account"
