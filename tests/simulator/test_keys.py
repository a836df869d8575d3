"""API keys on the practice Twilio: main, standard and restricted ones, and what each may do."""

import json

import pytest
from twilio.base.exceptions import TwilioException, TwilioRestException

from helpers.simulator import serve
from tests.support.simulator_tools import account_named, named_hosts

LOOKING = ["/twilio/phone-numbers/active-numbers/list", "/twilio/phone-numbers/active-numbers/read"]


@pytest.fixture
def main(simulator):
    """The main account's token, at every host by its name."""
    with named_hosts(simulator, simulator.account_sid, simulator.auth_token) as client:
        yield client


def restricted(client, allow, account_sid=None):
    return client.iam.v1.new_api_key.create(
        account_sid=account_sid or client.account_sid,
        friendly_name="looks",
        key_type="restricted",
        policy={"allow": allow},
    )


def test_a_restricted_key_does_what_it_may_and_nothing_else(simulator, main, connect):
    """A missing permission is 401 with 70051 and its name; what was refused was not carried out."""
    key = restricted(main, LOOKING)
    looks = connect(simulator, key.sid, key.secret, account_sid=simulator.account_sid)
    number, *_ = looks.incoming_phone_numbers.list()
    with pytest.raises(TwilioRestException) as released:
        looks.incoming_phone_numbers(number.sid).delete()
    with pytest.raises(TwilioException) as listed:
        looks.calls.list()

    assert looks.incoming_phone_numbers(number.sid).fetch().sid == number.sid
    assert (released.value.status, released.value.code) == (401, 70051)
    assert "twilio/phone-numbers/active-numbers/delete" in released.value.msg
    assert '"code": 70051' in listed.value.args[1].text
    assert main.incoming_phone_numbers(number.sid).fetch().sid == number.sid


def test_reading_one_and_listing_all_are_two_permissions(simulator, main, connect):
    """A star stands for all of one resource; what has no permission is refused to every restricted key."""
    lists = restricted(main, ["/twilio/voice/calls/list", "/twilio/phone-numbers/active-numbers/*"])
    client = connect(simulator, lists.sid, lists.secret, account_sid=simulator.account_sid)
    call, *_ = client.calls.list()
    with pytest.raises(TwilioRestException) as read:
        client.calls(call.sid).fetch()
    with pytest.raises(TwilioException) as unknown:
        client.addresses.list()

    assert (read.value.status, read.value.code) == (401, 70051)
    assert '"code": 70051' in unknown.value.args[1].text
    assert "required permission" not in unknown.value.args[1].text
    assert client.incoming_phone_numbers(client.incoming_phone_numbers.list()[-1].sid).delete() is True


def test_a_restricted_key_is_its_accounts_own(simulator, main, connect):
    """The main account's sees no subaccount, in the list of accounts neither; a subaccount's sees its own."""
    support = account_named(main, "Acme Support").fetch()
    ours = restricted(main, [*LOOKING, "/twilio/iam/accounts/list"])
    client = connect(simulator, ours.sid, ours.secret, account_sid=simulator.account_sid)
    with pytest.raises(TwilioException) as refused:
        client.api.v2010.accounts(support.sid).incoming_phone_numbers.list()
    theirs = restricted(main, LOOKING, support.sid)
    own = connect(simulator, theirs.sid, theirs.secret, account_sid=support.sid)

    assert [account.sid for account in client.api.v2010.accounts.list()] == [simulator.account_sid]
    assert '"code": 20404' in refused.value.args[1].text
    assert len(own.incoming_phone_numbers.list()) == 10


def test_the_older_address_makes_standard_keys_whatever_it_is_asked_for(simulator, main, connect):
    """Such a key releases numbers, and may not see accounts or keys."""
    made = main.request(
        "POST",
        f"https://api.twilio.com/2010-04-01/Accounts/{main.account_sid}/Keys.json",
        data={"FriendlyName": "looks", "KeyType": "restricted", "Policy": '{"allow": []}'},
        auth=(main.username, main.password),
    )
    key = json.loads(made.text)
    client = connect(simulator, key["sid"], key["secret"], account_sid=simulator.account_sid)

    assert made.status_code == 201
    assert len(client.calls.list()) > 0
    for asked in (client.api.v2010.accounts, client.keys):
        with pytest.raises(TwilioException) as refused:
            asked.list()
        assert '"code": 20003' in refused.value.args[1].text


def test_a_closed_account_gets_no_keys(simulator, main):
    """Neither at the older address nor at the newer one."""
    closed = account_named(main, "Acme Trade Fair").fetch()
    with pytest.raises(TwilioRestException) as standard:
        main.api.v2010.accounts(closed.sid).new_keys.create()
    with pytest.raises(TwilioRestException) as limited:
        restricted(main, LOOKING, closed.sid)

    assert (standard.value.code, limited.value.code) == (20005, 20005)
    assert simulator.world.keys == {}


def test_a_key_shows_its_policy_and_never_its_secret_again(simulator, main):
    """A key that may read keys can prove that it cannot delete."""
    key = restricted(main, [*LOOKING, "/twilio/iam/api-keys/read"])
    with named_hosts(simulator, key.sid, key.secret) as own:
        itself = own.request(
            "GET",
            f"https://iam.twilio.com/v1/Keys/{key.sid}",
            params={"AccountSid": simulator.account_sid},
            auth=(key.sid, key.secret),
        )
    listed = main.keys.list()

    assert json.loads(itself.text)["policy"] == {"allow": [*LOOKING, "/twilio/iam/api-keys/read"]}
    assert key.secret not in itself.text
    assert {each.friendly_name for each in listed} == {"Main key", "Standard key", "looks"}
    assert main.keys(key.sid).fetch().friendly_name == "looks"


@pytest.mark.parametrize(
    ("policy", "code"),
    [
        ({"allow": ["/2010-04-01/Accounts/*"]}, 70002),
        ({"allow": "everything"}, 20001),
        ({"deny": []}, 20001),
        ({"allow": LOOKING * 51}, 20001),
    ],
)
def test_a_policy_that_is_none_makes_no_key(simulator, main, policy, code):
    """A name that is no permission, no list, and more than a hundred of them."""
    with pytest.raises(TwilioRestException) as refused:
        main.iam.v1.new_api_key.create(account_sid=main.account_sid, key_type="restricted", policy=policy)

    assert (refused.value.status, refused.value.code) == (400, code)
    assert simulator.world.keys == {}


def test_keys_outlast_the_process(tmp_path, connect):
    """They are in the world's file, and their secrets are not."""
    path = tmp_path / "world.json"
    with serve(world="acme", seed="keys", state=path) as simulator:
        with named_hosts(simulator, simulator.account_sid, simulator.auth_token) as client:
            key = restricted(client, LOOKING)
        before = dict(simulator.world.keys)
    with serve(world="acme", seed="keys", state=path) as simulator:
        again = connect(simulator, key.sid, key.secret, account_sid=simulator.account_sid)

        assert simulator.world.keys == before
        assert len(again.incoming_phone_numbers.list()) > 0
    assert key.secret not in path.read_text()
