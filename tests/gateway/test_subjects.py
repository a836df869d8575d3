"""An answer is about what was asked: one about another account, list or number is no answer."""

import pytest

from helpers.actions.locate import find_everywhere
from helpers.core.errors import CannotConnect, CannotRead, NoAnswer, NoNetwork
from helpers.core.reasons import Cause
from helpers.gateway.visibility import find_reach
from tests.support.golden import as_read
from tests.support.list_pages import LISTS, SERVICES, answers_in_turn, page, record, sid


@pytest.mark.parametrize("key", sorted({*LISTS} - {"accounts"}))
def test_row_of_another_account_is_refused(gateway, between, main, key, snapshot):
    """One account's list answered with another's, or with one row of it; from the first page or a later one."""
    ours, theirs = record(key, 0, main), record(key, 1, main, account_sid=sid(9))
    for pages in ([page(key, [ours, theirs], None)], [page(key, [ours], "Page=1"), page(key, [theirs], None)]):
        between.words.clear()
        answers_in_turn(between, *pages)

        with pytest.raises(CannotRead) as refused:
            LISTS[key](gateway, main)
        assert as_read(str(refused.value)) == snapshot


@pytest.mark.parametrize("key", sorted({*LISTS} - {"accounts", "incoming_phone_numbers"}))
@pytest.mark.parametrize("nobody", [None, ""])
def test_row_without_an_account_is_read(gateway, between, main, key, nobody):
    """Not every record of Twilio's says whose it is."""
    unnamed = {name: value for name, value in record(key, 1, main).items() if name != "account_sid"}
    answers_in_turn(between, page(key, [record(key, 0, main, account_sid=nobody), unnamed], None))

    assert len(LISTS[key](gateway, main)) == 2


@pytest.mark.parametrize(
    ("path", "key", "parent", "kind"),
    [
        (f"{SERVICES}/{sid(1, 'MG')}/PhoneNumbers", "phone_numbers", "service_sid", "MG"),
        (f"{SERVICES}/{sid(1, 'MG')}/Compliance/Usa2p", "compliance", "messaging_service_sid", "MG"),
        (f"https://proxy.twilio.com/v1/Services/{sid(1, 'KS')}/PhoneNumbers", "phone_numbers", "service_sid", "KS"),
        (
            f"https://trusthub.twilio.com/v1/TrustProducts/{sid(1, 'BU')}/ChannelEndpointAssignments",
            *("results", "trust_product_sid", "BU"),
        ),
    ],
)
def test_list_of_another_service_is_refused(gateway, between, main, path, key, parent, kind, snapshot):
    """One service's numbers answered with another's would hide that a number is in the first."""
    answers_in_turn(between, page(key, [record(key, 1, main, **{parent: sid(1, kind)})], None))
    assert len(list(gateway.resources(main, path, key))) == 1
    between.words.clear()
    answers_in_turn(between, page(key, [record(key, 1, main, **{parent: sid(2, kind)})], None))

    with pytest.raises(CannotRead) as refused:
        list(gateway.resources(main, path, key))
    assert as_read(str(refused.value)) == snapshot


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (page("accounts", [record("accounts", 1, sid(2))], None), "something else than was asked"),
        (page("accounts", [], None), "something else than was asked"),
        (page("accounts", [record("accounts", 1, sid(2))], "Page=0"), "the list never ends"),
        (page("accounts", [], None) | {"next_page_uri": "//evil.example/"}, "the next page is not at Twilio"),
    ],
)
def test_list_of_other_accounts_opens_no_desk(gateway, between, body, sentence, snapshot):
    """Nobody is told to look at the network for that: the network is well."""
    between.answers("/Accounts.json", 200, body)
    between.answers("/Things.json", 200, body)

    with pytest.raises(CannotConnect) as failed:
        find_reach(gateway)
    assert as_read(str(failed.value)) == snapshot
    assert not isinstance(failed.value, NoNetwork)


def test_record_of_another_account_opens_no_desk(gateway, between, main, snapshot):
    """Who we are is what was asked, and somebody else is no answer to it."""
    between.answers(f"/Accounts/{main}.json", 200, record("accounts", 1, main))

    with pytest.raises(CannotConnect) as refused:
        find_reach(gateway)
    assert as_read(str(refused.value)) == snapshot


@pytest.mark.parametrize("other", [{"sid": sid(9, "PN")}, {"account_sid": sid(9)}])
def test_another_number_is_no_answer(gateway, between, quiet, other, snapshot):
    """Its card would show what nobody chose."""
    between.answers(f"/{quiet.sid}.json", 200, dict(quiet.sent) | other)

    with pytest.raises(CannotRead) as refused:
        gateway.number(quiet.account_sid, quiet.sid)
    assert as_read(str(refused.value)) == snapshot


def test_numbers_of_another_account_prove_nothing(operator, gateway, between, quiet):
    """A match in another account than the one searched is no place where the number is."""
    reach, _ = find_reach(gateway)
    between.answers(f"{operator.number('Hotline').account_sid}/IncomingPhoneNumbers", 200, {})
    between.answers("/IncomingPhoneNumbers.json", 200, page("incoming_phone_numbers", [dict(quiet.sent)], None))
    search = find_everywhere(gateway, reach, quiet.phone_number, home=quiet.account_sid)

    assert {number.account_sid for number in search.numbers} <= {quiet.account_sid}
    assert Cause.READ_OTHER_SUBJECT in {why.code for why in search.unread}


def test_route_and_prices_of_others_are_refused(gateway, between, main, snapshot):
    """On hosts whose answers are one record each."""
    route = {"voice_region": "ie1", "account_sid": main, "phone_number": "+14155550123"}
    between.answers(f"/v2/PhoneNumbers/{sid(1, 'PN')}", 200, route | {"account_sid": sid(9)})
    between.answers(f"/v2/PhoneNumbers/{sid(2, 'PN')}", 200, route | {"phone_number": "+14155550124"})
    between.answers("/Countries/", 200, {"iso_country": "DE", "phone_number_prices": []})

    for look in (
        lambda: gateway.region(main, sid(1, "PN"), phone_number="+14155550123"),
        lambda: gateway.region(main, sid(2, "PN"), phone_number="+14155550123"),
        lambda: gateway.prices("US"),
    ):
        with pytest.raises(CannotRead) as refused:
            look()
        assert as_read(str(refused.value)) == snapshot


@pytest.mark.parametrize("other", [{"sid": sid(9, "PN")}, {"account_sid": sid(9)}])
def test_change_of_another_number_is_open(gateway, between, quiet, other):
    """Twilio said yes to something, and what became of this number has to be looked at."""
    between.answers("/IncomingPhoneNumbers", 200, dict(quiet.sent) | other, method="POST")

    with pytest.raises(NoAnswer, match="another number"):
        gateway.update_number(quiet.account_sid, quiet.sid, {"VoiceUrl": ""})


@pytest.mark.parametrize("other", [{"phone_number": "+12125550191"}, {"account_sid": sid(9)}])
def test_purchase_of_another_number_is_open(gateway, between, quiet, other):
    """It was asked for one number, for one account."""
    bought = dict(quiet.sent) | {"sid": sid(8, "PN"), "phone_number": "+12125550190"}
    between.answers("/IncomingPhoneNumbers", 201, bought | other, method="POST", times=1)
    between.answers("/IncomingPhoneNumbers", 201, bought, method="POST")

    with pytest.raises(NoAnswer, match="another number"):
        gateway.buy_number(quiet.account_sid, {"PhoneNumber": "+12125550190"})
    assert gateway.buy_number(quiet.account_sid, {"PhoneNumber": "+12125550190"}).sid == sid(8, "PN")


def test_move_is_answered_by_its_target(gateway, between, quiet):
    """The answer names the account that it was moved to; its old one would be no yes to that."""
    between.answers("/IncomingPhoneNumbers", 200, dict(quiet.sent) | {"account_sid": sid(9)}, method="POST", times=1)
    between.answers("/IncomingPhoneNumbers", 200, dict(quiet.sent), method="POST")

    assert gateway.update_number(quiet.account_sid, quiet.sid, {"AccountSid": sid(9)}).account_sid == sid(9)
    with pytest.raises(NoAnswer):
        gateway.update_number(quiet.account_sid, quiet.sid, {"AccountSid": sid(9)})
