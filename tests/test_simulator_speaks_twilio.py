"""Twilio's own library, aimed at the practice Twilio, cannot tell."""

import json
from datetime import timedelta

import pytest
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.rest import Client

from helpers.simulator import serve

#: As in https://github.com/twilio/twilio-oai, twilio_api_v2010.json.
NUMBER_FIELDS = """
    account_sid address_requirements address_sid api_version beta bundle_sid capabilities date_created date_updated
    emergency_address_sid emergency_address_status emergency_status friendly_name identity_sid origin phone_number
    sid sms_application_sid sms_fallback_method sms_fallback_url sms_method sms_url status status_callback
    status_callback_method trunk_sid type uri voice_application_sid voice_caller_id_lookup voice_fallback_method
    voice_fallback_url voice_method voice_receive_mode voice_url
""".split()
ACCOUNT_FIELDS = """
    auth_token date_created date_updated friendly_name owner_account_sid sid status subresource_uris type uri
""".split()
CALL_FIELDS = """
    account_sid answered_by api_version caller_name date_created date_updated direction duration end_time
    forwarded_from from from_formatted group_sid parent_call_sid phone_number_sid price price_unit queue_time sid
    start_time status subresource_uris to to_formatted trunk_sid uri
""".split()
MESSAGE_FIELDS = """
    account_sid api_version body date_created date_sent date_updated direction error_code error_message from
    messaging_service_sid num_media num_segments price price_unit sid status subresource_uris to uri
""".split()


@pytest.fixture(scope="module")
def lasting():
    """Serve a world to the tests that only look."""
    with serve(world="acme", seed="speaks") as practice:
        yield practice


@pytest.fixture
def practice():
    """Serve a world to one test, which may change it."""
    with serve(world="acme", seed="speaks") as practice:
        yield practice


@pytest.fixture
def connect(monkeypatch):
    """Make clients of Twilio's library, and close them again."""
    monkeypatch.delenv("TWILIO_EDGE", raising=False)
    monkeypatch.delenv("TWILIO_REGION", raising=False)
    made = []

    def connect(practice, user=None, password=None, account_sid=None):
        client = Client(user or practice.account_sid, password or practice.auth_token, account_sid)
        client.http_client.session.trust_env = False
        client.api.base_url = client.pricing.base_url = practice.url
        made.append(client)
        return client

    yield connect
    for client in made:
        client.http_client.session.close()


def account_named(client, name):
    return client.api.v2010.accounts(next(a.sid for a in client.api.v2010.accounts.list() if a.friendly_name == name))


def test_it_lists_the_company(lasting, connect):
    """All accounts are listed with their states, the main one among them, and found by name and state."""
    accounts = connect(lasting).api.v2010.accounts

    assert {a.friendly_name for a in accounts.list()} >= {"Acme", "Acme Support", "Acme Berlin", "Acme Logistics"}
    assert [a.friendly_name for a in accounts.list(status="suspended")] == ["Acme Test Lab"]
    assert [a.friendly_name for a in accounts.list(status="closed")] == ["Acme Trade Fair"]
    assert [a.friendly_name for a in accounts.list(friendly_name="Acme Shops")] == ["Acme Shops"]
    assert {a.owner_account_sid for a in accounts.list()} == {lasting.account_sid}


def test_it_turns_pages_until_the_end(lasting, connect):
    """Whatever the page size, following the pages brings every number once, in the same order."""
    numbers = account_named(connect(lasting), "Acme Shops").incoming_phone_numbers
    everything = [n.sid for n in numbers.list()]

    assert len(everything) == len(set(everything)) == 15
    assert [n.sid for n in numbers.list(page_size=1)] == everything
    assert [n.sid for n in numbers.list(page_size=4)] == everything
    assert [n.sid for n in numbers.list(page_size=15)] == everything
    assert [n.sid for n in numbers.list(limit=7, page_size=3)] == everything[:7]


def test_it_turns_pages_back(lasting, connect):
    """The page before the third one is the second one, and before the first there is none."""
    numbers = account_named(connect(lasting), "Acme Shops").incoming_phone_numbers
    sids = [n.sid for n in numbers.list()]
    second = numbers.page(page_size=4).next_page().next_page().previous_page()
    first = second.previous_page()

    assert [n.sid for n in second] == sids[4:8]
    assert [n.sid for n in first] == sids[:4]
    assert first.previous_page() is None


def test_a_number_that_goes_between_two_pages_hides_no_other(practice, connect):
    """The next page begins behind the last number seen, even when that one is gone by then."""
    numbers = account_named(connect(practice), "Acme Marketing").incoming_phone_numbers
    everything = [n.sid for n in numbers.list()]
    page = numbers.page(page_size=5)
    seen = [n.sid for n in page]
    numbers(seen[0]).delete()
    numbers(seen[4]).delete()

    assert [n.sid for n in page.next_page()] == everything[5:10]


def test_it_finds_numbers_by_what_is_asked_for(lasting, connect):
    """A part of a number, with stars for digits, an exact name, an origin and a kind each narrow the list."""
    client = connect(lasting)
    main, berlin = client.incoming_phone_numbers, account_named(client, "Acme Berlin").incoming_phone_numbers

    assert [n.phone_number for n in main.list(phone_number="+12125550105")] == ["+12125550105"]
    assert {n.phone_number for n in main.list(phone_number="212555010*")} == {f"+1212555010{n}" for n in range(6)}
    assert {n.phone_number for n in main.list(phone_number="+1***5550101")} == {"+12125550101", "+18335550101"}
    assert [n.phone_number for n in main.list(friendly_name="Head office")] == ["+12125550100"]
    assert main.list(friendly_name="Head") == []
    assert [n.phone_number for n in berlin.list(origin="hosted")] == ["+493023125142"]
    assert [n.phone_number for n in main.toll_free.list()] == ["+18005550100", "+18335550101"]
    assert len(main.local.list()) == 6
    assert main.mobile.list() == []


@pytest.mark.parametrize(
    ("path", "key", "fields"),
    [
        ("IncomingPhoneNumbers", "incoming_phone_numbers", NUMBER_FIELDS),
        ("IncomingPhoneNumbers/Local", "incoming_phone_numbers", [f for f in NUMBER_FIELDS if f != "type"]),
        ("Calls", "calls", CALL_FIELDS),
        ("Messages", "messages", MESSAGE_FIELDS),
    ],
)
def test_every_field_of_the_specification_is_there(lasting, connect, path, key, fields):
    """Each record has exactly the fields of Twilio's OpenAPI document; lists of one kind lack the type."""
    client = connect(lasting)
    for account in client.api.v2010.accounts.list(status="active"):
        url = f"{lasting.url}/2010-04-01/Accounts/{account.sid}/{path}.json"
        for record in json.loads(client.request("GET", url).text)[key]:
            assert sorted(record) == sorted(fields)


def test_every_field_of_an_account_is_there(lasting, connect):
    """Each account has exactly the fields of Twilio's OpenAPI document."""
    accounts = json.loads(connect(lasting).request("GET", f"{lasting.url}/2010-04-01/Accounts.json").text)["accounts"]

    assert [sorted(account) for account in accounts] == [sorted(ACCOUNT_FIELDS)] * 9


def test_empty_fields_are_empty_in_both_ways(lasting, connect):
    """As in Twilio's examples, some empty fields are null and some are the empty text."""
    number = connect(lasting).incoming_phone_numbers.list(phone_number="+12125550103")[0]

    assert (number.voice_url, number.voice_application_sid, number.sms_url) == (None, "", "")
    assert (number.address_sid, number.bundle_sid, number.status_callback) == (None, None, "")
    assert (number.beta, number.voice_caller_id_lookup) == (False, False)


def test_it_fetches_and_updates_a_number(practice, connect):
    """What is sent is stored, what is not stays, and the date of the change is that of the world."""
    numbers = connect(practice).incoming_phone_numbers
    before = numbers.list(phone_number="+12125550104")[0]
    practice.advance(hours=1)
    numbers(before.sid).update(
        friendly_name="Café",
        voice_url="https://example.com/voice?a=1&b=2",
        voice_method="get",
        sms_url="",
        status_callback="http://example.com/",
        voice_caller_id_lookup=True,
    )
    after = numbers(before.sid).fetch()

    assert after.friendly_name == "Café"
    assert after.voice_url == "https://example.com/voice?a=1&b=2"
    assert after.voice_method == "GET"
    assert after.sms_url == ""
    assert after.status_callback == "http://example.com/"
    assert after.voice_caller_id_lookup is True
    assert after.voice_fallback_url == before.voice_fallback_url
    assert after.date_created == before.date_created
    assert after.date_updated == practice.now().replace(microsecond=0)


def test_a_trunk_and_a_voice_application_exclude_each_other(practice, connect):
    """Setting the one removes the other."""
    numbers = connect(practice).incoming_phone_numbers
    number = numbers.list(phone_number="+12125550102")[0]
    with_application = numbers(number.sid).update(voice_application_sid="AP" + "a" * 32)
    with_trunk = numbers(number.sid).update(trunk_sid="TK" + "b" * 32)

    assert number.trunk_sid is not None
    assert (with_application.voice_application_sid, with_application.trunk_sid) == ("AP" + "a" * 32, None)
    assert (with_trunk.voice_application_sid, with_trunk.trunk_sid) == ("", "TK" + "b" * 32)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"voice_url": "ftp://example.com"}, 21402),
        ({"voice_url": "example.com/voice"}, 21402),
        ({"sms_url": "https://"}, 21402),
        ({"voice_method": "PUT"}, 21403),
        ({"trunk_sid": "TK12"}, 20001),
        ({"friendly_name": "x" * 65}, 20001),
        ({"voice_receive_mode": "telex"}, 20001),
        ({"trunk_sid": "TK" + "b" * 32, "voice_application_sid": "AP" + "a" * 32}, 20001),
        ({"emergency_status": "Inactive"}, 22222),
    ],
)
def test_a_bad_value_changes_nothing(lasting, connect, values, code):
    """An update with anything wrong in it is refused whole."""
    numbers = connect(lasting).incoming_phone_numbers
    number = numbers.list(phone_number="+12125550104")[0]
    with pytest.raises(TwilioRestException) as refused:
        numbers(number.sid).update(**{"status_callback": "https://example.com/changed", **values})

    assert (refused.value.status, refused.value.code) == (400, code)
    assert numbers(number.sid).fetch().status_callback == number.status_callback


def test_a_released_number_is_gone(practice, connect):
    """After the 204 it is found neither by its sid nor in a list, and cannot be released again."""
    numbers = connect(practice).incoming_phone_numbers
    number = numbers.list(phone_number="+12125550104")[0]
    released = numbers(number.sid).delete_with_http_info()
    with pytest.raises(TwilioRestException) as looked:
        numbers(number.sid).fetch()
    with pytest.raises(TwilioRestException) as again:
        numbers(number.sid).delete()

    assert released.status_code == 204
    assert (looked.value.status, looked.value.code) == (404, 20404)
    assert (again.value.status, again.value.code) == (404, 20404)
    assert numbers.list(phone_number="+12125550104") == []


def test_a_number_with_an_emergency_address_is_not_released_until_it_has_none(practice, connect):
    """It is refused, then unregistered, which takes two looks, and then released."""
    numbers = connect(practice).incoming_phone_numbers
    number = numbers.list(phone_number="+12125550100")[0]
    with pytest.raises(TwilioRestException) as refused:
        numbers(number.sid).delete()
    leaving = numbers(number.sid).update(emergency_address_sid="")
    with pytest.raises(TwilioRestException):
        numbers(number.sid).delete()
    seen = [numbers(number.sid).fetch().emergency_address_status for _ in range(3)]
    last = numbers(number.sid).fetch()

    assert refused.value.status == 400
    assert leaving.emergency_address_status == "pending-unregistration"
    assert leaving.emergency_address_sid == number.emergency_address_sid
    assert seen == ["pending-unregistration", "pending-unregistration", "unregistered"]
    assert last.emergency_address_sid is None
    assert numbers(number.sid).delete() is True


def test_a_number_is_bought_off_the_shelf_once(practice, connect):
    """It comes with a new sid, today's date, what was sent, and nothing else; nobody can buy it again."""
    numbers = connect(practice).incoming_phone_numbers
    bought = numbers.create(phone_number="+12125550190", voice_url="https://example.com/v", friendly_name="new")
    with pytest.raises(TwilioRestException) as again:
        numbers.create(phone_number="+12125550190")

    assert bought.date_created == practice.now().replace(microsecond=0)
    assert (bought.friendly_name, bought.voice_url, bought.sms_url) == ("new", "https://example.com/v", "")
    assert numbers(bought.sid).fetch().phone_number == "+12125550190"
    assert (again.value.status, again.value.code) == (400, 21422)


def test_a_number_is_bought_by_area_code_or_kind(practice, connect):
    """An area code brings any number in it; a list of one kind sells only that kind."""
    numbers = connect(practice).incoming_phone_numbers

    assert numbers.create(area_code="415").phone_number == "+14155550190"
    assert numbers.toll_free.create(phone_number="+18005550199").phone_number == "+18005550199"
    for wanted, code in (({"area_code": "999"}, 21452), ({"area_code": "12"}, 21451)):
        with pytest.raises(TwilioRestException) as refused:
            numbers.create(**wanted)
        assert refused.value.code == code
    with pytest.raises(TwilioRestException) as wrong_kind:
        numbers.mobile.create(phone_number="+12125550191")
    assert wrong_kind.value.code == 21422


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"phone_number": "+1212"}, 21421),
        ({"phone_number": "hello"}, 21421),
        ({"phone_number": "+12125550100"}, 21422),
        ({"phone_number": "+12125550199"}, 21422),
        ({"phone_number": "+442079460199"}, 21631),
        ({"phone_number": "+493023125199", "address_sid": "AD" + "a" * 32}, 21649),
    ],
)
def test_a_purchase_that_is_refused_buys_nothing(lasting, connect, values, code):
    """Not a number, ours already, not for sale, no address, no bundle: each has its code."""
    numbers = connect(lasting).incoming_phone_numbers
    before = len(numbers.list())
    with pytest.raises(TwilioRestException) as refused:
        numbers.create(**values)

    assert (refused.value.status, refused.value.code) == (400, code)
    assert len(numbers.list()) == before


def test_a_released_number_can_be_bought_back_inside_the_window(practice, connect):
    """It has a new sid, a new date, its kind, and nothing configured but what was sent."""
    numbers = connect(practice).incoming_phone_numbers
    number = numbers.list(phone_number="+12125550104")[0]
    numbers(number.sid).delete()
    practice.advance(days=9, hours=23)
    bought = numbers.create(phone_number="+12125550104", sms_url="https://example.com/s")

    assert bought.sid != number.sid
    assert bought.date_created == practice.now().replace(microsecond=0)
    assert bought.friendly_name == "(212) 555-0104"
    assert (bought.voice_url, bought.sms_url) == (None, "https://example.com/s")
    assert [n.sid for n in numbers.list(phone_number="+12125550104")] == [bought.sid]


def test_a_released_number_is_lost_after_the_window(practice, connect):
    """From the tenth day on nobody can buy it, the former owner neither."""
    numbers = connect(practice).incoming_phone_numbers
    numbers(numbers.list(phone_number="+12125550104")[0].sid).delete()
    practice.advance(days=10)
    with pytest.raises(TwilioRestException) as refused:
        numbers.create(phone_number="+12125550104")

    assert refused.value.code == 21422


def test_a_released_number_waits_for_the_account_that_released_it(practice, connect):
    """Another account of the company cannot buy it, by number or by area code."""
    client = connect(practice)
    support = account_named(client, "Acme Support").incoming_phone_numbers
    bought = client.incoming_phone_numbers.create(phone_number="+14155550190")
    client.incoming_phone_numbers(bought.sid).delete()
    with pytest.raises(TwilioRestException) as refused:
        support.create(phone_number="+14155550190")

    assert refused.value.code == 21422
    assert support.create(area_code="415").phone_number == "+14155550191"


def test_a_number_moves_between_accounts_and_keeps_its_sid(practice, connect):
    """After a transfer it is found in the new account only."""
    client = connect(practice)
    target = account_named(client, "Acme Logistics")
    number = client.incoming_phone_numbers.list(phone_number="+12125550104")[0]
    moved = client.incoming_phone_numbers(number.sid).update(account_sid=target.fetch().sid)
    with pytest.raises(TwilioRestException) as looked:
        client.incoming_phone_numbers(number.sid).fetch()

    assert (moved.sid, moved.date_created) == (number.sid, number.date_created)
    assert [n.sid for n in target.incoming_phone_numbers.list()] == [number.sid]
    assert looked.value.code == 20404


def test_some_transfers_are_refused(lasting, connect):
    """A hosted number, a strange, suspended or malformed account, and a subaccount's wish to move."""
    client = connect(lasting)
    berlin = account_named(client, "Acme Berlin").incoming_phone_numbers
    hosted = berlin.list(origin="hosted")[0]
    number = berlin.list()[0]
    suspended = account_named(client, "Acme Test Lab").fetch().sid
    own = connect(lasting, *lasting.credentials["subaccount"]).incoming_phone_numbers
    wishes = [
        (berlin(hosted.sid), lasting.account_sid, 22121),
        (berlin(number.sid), "AC" + "0" * 32, 21473),
        (berlin(number.sid), suspended, 21472),
        (berlin(number.sid), "Acme", 21470),
        (own(own.list()[0].sid), lasting.account_sid, 21474),
    ]
    for context, target, code in wishes:
        with pytest.raises(TwilioRestException) as refused:
            context.update(account_sid=target)
        assert refused.value.code == code


def test_suspended_accounts_keep_their_numbers_and_closed_ones_have_none(practice, connect):
    """The main account may look at a suspended account's numbers, and release them."""
    client = connect(practice)
    suspended = account_named(client, "Acme Test Lab").incoming_phone_numbers
    numbers = suspended.list()

    assert len(numbers) == 4
    assert suspended(numbers[0].sid).delete() is True
    assert len(suspended.list()) == 3
    assert account_named(client, "Acme Trade Fair").incoming_phone_numbers.list() == []


def test_calls_come_newest_first_and_can_be_narrowed(lasting, connect):
    """By day, by moment, by either end, by state; the pages go on where the last one ended."""
    support = account_named(connect(lasting), "Acme Support").calls
    calls = support.list()
    day = calls[30].start_time.date()
    moment = calls[30].start_time

    assert [c.start_time for c in calls] == sorted((c.start_time for c in calls), reverse=True)
    assert [c.sid for c in support.list(page_size=20)] == [c.sid for c in calls]
    assert {c.sid for c in support.list(start_time=day)} == {c.sid for c in calls if c.start_time.date() == day}
    assert {c.sid for c in support.list(start_time_after=moment)} == {c.sid for c in calls if c.start_time >= moment}
    assert {c.sid for c in support.list(start_time_before=moment)} == {c.sid for c in calls if c.start_time <= moment}
    assert {c.sid for c in support.list(to="+14155550110")} == {c.sid for c in calls if c.to == "+14155550110"}
    assert {c.status for c in support.list(status="no-answer")} == {"no-answer"}


def test_messages_tell_whatsapp_and_messaging_services(lasting, connect):
    """A WhatsApp message has prefixed addresses, which a bare number does not find."""
    client = connect(lasting)
    support, alerts = account_named(client, "Acme Support").messages, account_named(client, "Acme Alerts").messages
    newest = alerts.list(limit=1)[0]

    assert len(support.list(from_="whatsapp:+14155550114")) > 0
    assert support.list(from_="+14155550114") == []
    assert any(m.messaging_service_sid for m in alerts.list(from_="+16465550170"))
    assert alerts.list(date_sent_after=newest.date_sent)[0].sid == newest.sid
    assert alerts.list(date_sent_after=lasting.now() + timedelta(days=1)) == []


def test_prices_are_listed_by_country(lasting, connect):
    """Prices are strings, the types have spaces, and a country without numbers is not found."""
    countries = connect(lasting).pricing.v1.phone_numbers.countries
    us = countries("US").fetch()
    with pytest.raises(TwilioRestException) as nowhere:
        countries("XX").fetch()

    assert [c.iso_country for c in countries.list(page_size=1)] == ["AU", "DE", "GB", "US"]
    assert us.price_unit == "USD"
    assert {p["number_type"]: p["base_price"] for p in us.phone_number_prices} == {"local": "1.15", "toll free": "2.15"}
    assert nowhere.value.code == 20404


def test_a_list_that_is_refused_is_refused_as_twilio_does(lasting, connect):
    """The library raises its bare exception, with Twilio's body in the response."""
    client = connect(lasting)
    for wrong, code in (({"page_size": 1001}, 20007), ({"page_number": 3}, 20001), ({"page_token": "PA1"}, 21481)):
        with pytest.raises(TwilioException) as refused:
            client.incoming_phone_numbers.page(**wrong)
        assert f'"code": {code}' in refused.value.args[1].text
