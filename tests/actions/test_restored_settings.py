"""What a number that is back was set to: put back where it has none, compared, and listed where it is different."""

import pytest

from helpers.actions.restore import find_reclaimed, restore
from helpers.actions.settings import as_form
from helpers.core.errors import NotRestorable, TwilioSaidNo
from helpers.core.reasons import Cause, Reason
from helpers.core.records import Restoration
from helpers.simulator import Fault
from tests.support.golden import as_read
from tests.support.restore_tools import ours, purchases


def not_put_back(back):
    """List the parameters of each request that put settings back in vain; none for all of them."""
    return [why.details["parameters"] for why in back.by_hand if why.code is Cause.NOT_PUT_BACK]


def test_what_cannot_be_seen_on_the_number_is_left_to_a_person(released, take_back):
    """Messaging services and campaigns are named, because nobody could put them back."""
    assert Reason(Cause.CONNECTIONS_UNKNOWN) in take_back(released).by_hand


def test_a_number_reclaimed_in_the_console_gets_its_configuration_back(operator, controls, quiet, refused):
    """Look again finds it under its new sid, puts its settings back, compares, and closes the entry."""
    controls.reclaim(quiet.phone_number)
    back = find_reclaimed(refused, operator.session)

    assert back.differences == {}
    assert back.number.get("voice_url") == quiet.get("voice_url")
    assert operator.journal.entry(refused.id).state == "restored"
    assert len(purchases(operator)) == 1


def test_settings_that_somebody_made_after_reclaiming_are_left_alone(operator, controls, quiet, refused):
    """A colleague was faster and pointed it somewhere new: that stays, and is listed as different."""
    controls.reclaim(quiet.phone_number)
    (back,) = ours(operator, quiet.phone_number)
    operator.gateway.update_number(back.account_sid, back.sid, {"VoiceUrl": "https://new.acme.example/ivr"})
    taken = find_reclaimed(refused, operator.session)

    assert taken.differences == {"voice_url": (quiet.get("voice_url"), "https://new.acme.example/ivr")}
    assert taken.number.get("sms_url") == quiet.get("sms_url")


def test_settings_that_could_not_be_put_back_are_listed(operator, controls, quiet, refused):
    """Putting them back fails: the number is back, and each difference is named with what it was."""
    controls.reclaim(quiet.phone_number)
    operator.simulator.order(Fault.REFUSED, method="POST", times=99)
    back = find_reclaimed(refused, operator.session)

    assert back.differences["voice_url"][0] == quiet.get("voice_url")
    assert "VoiceUrl" in {name for names in not_put_back(back) for name in names}
    assert operator.journal.entry(refused.id).state == "restored"


def test_one_setting_that_twilio_does_not_take_keeps_no_other_away(operator, controls, quiet, refused):
    """All of them together are refused, and so is one of them alone: the others are put back all the same."""
    controls.reclaim(quiet.phone_number)
    operator.simulator.order(Fault.REFUSED, method="POST", times=2)
    back = find_reclaimed(refused, operator.session)

    assert 0 < len(back.differences) <= 2
    assert ["FriendlyName" in names for names in not_put_back(back)] == [True]
    assert back.number.get("voice_url") == quiet.get("voice_url")


def test_the_only_setting_that_is_missing_is_sent_once(operator, quiet, released):
    """Twilio refuses it: no request that changes something is sent twice."""
    form = {name: value for name, value in as_form(quiet).items() if name != "FriendlyName"}
    operator.gateway.buy_number(quiet.account_sid, {"PhoneNumber": quiet.phone_number, **form})
    before = len(operator.writes())
    operator.simulator.order(Fault.REFUSED, method="POST", times=99)
    back = find_reclaimed(released, operator.session)

    assert [request["form"] for request in operator.writes()[before:]] == [{"FriendlyName": quiet.friendly_name}]
    assert not_put_back(back) == [("FriendlyName",)]
    assert set(back.differences) == {"friendly_name"}


@pytest.fixture
def old_version(operator, quiet):
    """The entry of a number whose calls speak the first version of Twilio's API."""
    operator.gateway.update_number(quiet.account_sid, quiet.sid, {"ApiVersion": "2008-08-01"})
    return operator.press(operator.confirm(operator.number(quiet.friendly_name))).entry


def test_the_version_of_the_api_is_put_back(operator, old_version, take_back):
    """A new number speaks the newest: its old programs would answer calls that they do not understand."""
    back = take_back(old_version)

    assert back.number.get("api_version") == "2008-08-01"
    assert back.differences == {}
    # An old version never keeps the number itself from coming back.
    assert [request["form"] for request in operator.writes()[-1:]] == [{"ApiVersion": "2008-08-01"}]
    assert "ApiVersion" not in purchases(operator)[0]["form"]


def test_a_version_of_the_api_that_twilio_does_not_take_any_more_is_told(operator, old_version, take_back):
    """The number is back, and what is different is named."""
    operator.simulator.order(Fault.REFUSED, method="POST", path="IncomingPhoneNumbers/PN", times=99)
    back = take_back(old_version)

    assert back.differences == {"api_version": ("2008-08-01", "2010-04-01")}
    assert not_put_back(back) == [("ApiVersion",)]


def test_an_answer_that_was_lost_while_putting_back_is_told_and_not_sent_again(operator, controls, quiet, refused):
    """Whether the settings are there is seen by looking; no second request is sent."""
    controls.reclaim(quiet.phone_number)
    before = len(operator.writes())
    operator.simulator.order(Fault.REQUEST_LOST, method="POST")
    back = find_reclaimed(refused, operator.session)

    assert len(operator.writes()) == before + 1
    assert not_put_back(back) == [()]


@pytest.fixture
def stale(operator, released, take_back):
    """An entry whose number Twilio does not sell with its old settings: its bundle is not valid any more."""
    operator.simulator.order(Fault.REFUSED, method="POST", code=21649)
    with pytest.raises(TwilioSaidNo) as no:
        take_back(released)
    assert no.value.code == 21649
    return operator.journal.entry(released.id)


def test_a_number_can_be_bought_without_its_old_settings(operator, quiet, stale, snapshot):
    """The purchase names the number alone; afterwards each setting is put back, and the journal tells how."""
    back = restore(stale, operator.session, typed=stale.phone_number, bare=True)
    refused, bought = purchases(operator)
    entry = operator.journal.entry(stale.id)

    assert "VoiceUrl" in refused["form"]
    assert bought["form"] == {"PhoneNumber": quiet.phone_number}
    assert back.differences == {}
    assert [number.get("voice_url") for number in ours(operator, quiet.phone_number)] == [quiet.get("voice_url")]
    assert [row.state for row in entry.rows[-4:]] == ["restoring", "restore_refused", "restoring", "restored"]
    assert as_read(entry.details["how"]) == snapshot


def test_what_twilio_does_not_take_after_a_bare_purchase_is_listed(operator, quiet, stale):
    """The number is back, which comes first; what is missing is named with what it was."""
    operator.simulator.order(Fault.REFUSED, method="POST", path="IncomingPhoneNumbers/PN", code=21649, times=99)
    back = restore(stale, operator.session, typed=stale.phone_number, bare=True)

    assert len(ours(operator, quiet.phone_number)) == 1
    assert back.differences["voice_url"] == (quiet.get("voice_url"), None)
    assert "VoiceUrl" in {name for names in not_put_back(back) for name in names}
    assert {why.details["code"] for why in back.by_hand if why.code is Cause.NOT_PUT_BACK} == {21649}


@pytest.mark.parametrize("typed", ["", "+14155550113"])
def test_a_bare_purchase_takes_the_same_typing(operator, stale, typed, snapshot):
    """It costs the same."""
    before = len(purchases(operator))

    with pytest.raises(NotRestorable) as refused:
        restore(stale, operator.session, typed=typed, bare=True)
    assert as_read(str(refused.value)) == snapshot
    assert len(purchases(operator)) == before


def test_a_bare_purchase_whose_answer_was_lost_is_found_by_looking(operator, quiet, stale):
    """It is journalled like the other, and never sent twice."""
    operator.simulator.order(Fault.ANSWER_LOST, method="POST")
    back = restore(stale, operator.session, typed=stale.phone_number, bare=True)

    assert isinstance(back, Restoration)
    assert len(purchases(operator)) == 2
    assert len(ours(operator, quiet.phone_number)) == 1


@pytest.fixture
def lost(operator):
    """The entry of a number whose application somebody deleted."""
    number = operator.number("Chat pilot 2023")
    operator.simulator.world.change(number.account_sid, number.sid, sms_application_sid=f"AP{0:032x}")
    return operator.press(operator.confirm(operator.number("Chat pilot 2023"))).entry


def test_an_application_that_the_account_does_not_have_is_named_and_keeps_nothing_else_away(operator, lost, take_back):
    """Twilio refuses the purchase whole; bought alone, the number has every setting but that one."""
    with pytest.raises(TwilioSaidNo) as no:
        take_back(lost)
    assert no.value.code == 22108
    back = restore(operator.journal.entry(lost.id), operator.session, typed=lost.phone_number, bare=True)
    failed = [tuple(one.details["parameters"]) for one in back.by_hand if one.code == Cause.NOT_PUT_BACK]

    assert failed == [("SmsApplicationSid",)]
    assert set(back.differences) == {"sms_application_sid"}
    assert back.number.get("friendly_name") == "Chat pilot 2023"
    assert operator.journal.entry(lost.id).state == "restored"


def test_a_setting_that_could_not_be_read_is_named(operator, between, connect, take_back):
    """Nobody knows what it was, so nobody can put it back: a person is told which."""

    def odd(_, content):
        for record in content.get("incoming_phone_numbers", [content]):
            if record.get("friendly_name") == "Landing page test 2":
                record["sms_url"] = ["odd"]

    between.changes.append(odd)
    operator.gateway = connect(url=between.url)
    settled = operator.press(operator.confirm(operator.number("Landing page test 2")))
    between.changes.clear()

    assert ("SmsUrl",) in not_put_back(take_back(operator.journal.entry(settled.entry.id)))
