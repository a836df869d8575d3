"""Subaccounts of the practice Twilio: opened, renamed, suspended and closed, as Twilio's own library asks for it."""

import pytest
from twilio.base.exceptions import TwilioException, TwilioRestException

from helpers.simulator import serve
from tests.support.simulator_tools import account_named


def refused(wish):
    """Carry out a wish that is to be refused, and return status and code."""
    with pytest.raises(TwilioRestException) as no:
        wish()
    return no.value.status, no.value.code


def test_a_new_account_is_listed_has_nothing_and_can_buy(simulator, connect):
    """Its own credentials work; its name, although Acme has such an account already, brings nothing of that one's."""
    client = connect(simulator)
    made = client.api.v2010.accounts.create_with_http_info(friendly_name="Acme Support")
    account = client.api.v2010.accounts(made.data.sid)
    own = connect(simulator, made.data.sid, made.data.auth_token)

    assert (made.status_code, made.data.status, made.data.owner_account_sid) == (201, "active", simulator.account_sid)
    assert made.data.sid in {listed.sid for listed in client.api.v2010.accounts.list(friendly_name="Acme Support")}
    assert [*account.incoming_phone_numbers.list(), *account.calls.list(), *account.messages.list()] == []
    assert [*account.applications.list(), *account.addresses.list()] == []
    assert {record.category: record.count for record in account.usage.records.list()}["calls"] == "0"
    assert own.incoming_phone_numbers.create(phone_number="+12125550190").account_sid == made.data.sid


def test_an_account_without_a_name_is_called_after_its_day(simulator, connect):
    """As Twilio's OpenAPI document says."""
    account = connect(simulator).api.v2010.accounts.create()

    assert account.friendly_name.startswith(f"SubAccount Created at {simulator.now():%Y-%m-%d}")


def test_only_the_main_account_opens_accounts(lasting, connect):
    """A subaccount has none of its own, and a standard key may not see any."""
    before = len(lasting.world.accounts)
    subaccount = connect(lasting, *lasting.credentials["subaccount"])
    key = connect(lasting, *lasting.credentials["standard_key"], account_sid=lasting.account_sid)
    main = connect(lasting).api.v2010.accounts

    assert refused(lambda: subaccount.api.v2010.accounts.create(friendly_name="x")) == (400, 21101)
    assert refused(lambda: key.api.v2010.accounts.create(friendly_name="x")) == (401, 20003)
    assert refused(lambda: main.create(friendly_name="x" * 65)) == (400, 20001)
    assert len(lasting.world.accounts) == before


def test_a_suspended_account_keeps_its_numbers_and_goes_on_again(simulator, connect):
    """Its own credentials are refused meanwhile, also those of a key; the main account still sees everything."""
    client = connect(simulator)
    own = connect(simulator, *simulator.credentials["subaccount"])
    key = connect(simulator, *simulator.credentials["subaccount_key"], account_sid=own.account_sid)
    support = account_named(client, "Acme Support")
    before = [number.sid for number in support.incoming_phone_numbers.list()]
    simulator.advance(hours=1)
    suspended = support.update(status="suspended")

    assert (suspended.status, suspended.date_updated > suspended.date_created) == ("suspended", True)
    for turned_away in (own, key):
        with pytest.raises(TwilioException) as no:
            turned_away.incoming_phone_numbers.list()
        assert no.value.args[1].status_code == 403
    assert [number.sid for number in support.incoming_phone_numbers.list()] == before
    assert refused(lambda: support.incoming_phone_numbers.create(phone_number="+12125550190")) == (403, 20005)
    assert support.update(status="active", friendly_name="Acme Care").friendly_name == "Acme Care"
    assert [number.sid for number in own.incoming_phone_numbers.list()] == before


def test_a_closed_account_has_lost_its_numbers_for_good(simulator, connect):
    """Closing releases every number, also one that an ambulance is sent to, and cannot be undone."""
    client = connect(simulator)
    shops = account_named(client, "Acme Shops")
    own = connect(simulator, shops.fetch().sid, shops.fetch().auth_token)
    gone = {number.phone_number for number in shops.incoming_phone_numbers.list()}
    closed = shops.update(status="closed")

    assert (closed.status, len(gone)) == ("closed", 15)
    assert shops.incoming_phone_numbers.list() == []
    assert gone <= simulator.world.released.keys()
    assert refused(lambda: shops.update(status="active")) == (403, 20005)
    assert refused(own.api.v2010.accounts(closed.sid).fetch) == (401, 20003)


def test_some_changes_of_accounts_are_refused(lasting, connect):
    """A status that is none, the main account's status, another's account, and one that is not there."""
    client = connect(lasting)
    subaccount = connect(lasting, *lasting.credentials["subaccount"])
    accounts, foreign = client.api.v2010.accounts, subaccount.api.v2010.accounts
    main, support = accounts(lasting.account_sid), accounts(subaccount.account_sid)
    before = [(account.sid, account.status, account.friendly_name) for account in accounts.list()]

    assert refused(lambda: support.update(status="asleep")) == (400, 20001)
    assert refused(lambda: main.update(status="closed")) == (400, 20001)
    assert refused(lambda: foreign(lasting.account_sid).update(friendly_name="x")) == (401, 20003)
    assert refused(lambda: accounts("AC" + "0" * 32).update(friendly_name="x")) == (404, 20404)
    assert [(account.sid, account.status, account.friendly_name) for account in accounts.list()] == before


def test_accounts_outlast_the_process(tmp_path, connect):
    """A new account with its number, a renamed one with its old numbers and a closed one are in the world's file."""
    path = tmp_path / "world.json"
    with serve(world="acme", seed="accounts", state=path) as simulator:
        client = connect(simulator)
        made = client.api.v2010.accounts.create(friendly_name="Acme New")
        account_named(client, "Acme Shops").update(status="closed")
        account_named(client, "Acme Support").update(friendly_name="Acme Care")
        client.api.v2010.accounts(made.sid).incoming_phone_numbers.create(phone_number="+12125550190")
        before = dict(simulator.world.accounts)
    with serve(world="acme", seed="accounts", state=path) as simulator:
        client = connect(simulator)
        numbers = {
            name: account_named(client, name).incoming_phone_numbers.list() for name in ("Acme New", "Acme Care")
        }

        assert simulator.world.accounts == before
        assert [number.phone_number for number in numbers["Acme New"]] == ["+12125550190"]
        assert len(numbers["Acme Care"]) == 10
        assert account_named(client, "Acme Shops").incoming_phone_numbers.list() == []
