"""Twilio's own library, aimed at the practice Twilio, cannot tell: what it reads."""

from datetime import timedelta

import pytest
from twilio.base.exceptions import TwilioException, TwilioRestException

from tests.support.simulator_tools import account_named


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


def test_a_number_that_goes_between_two_pages_hides_no_other(simulator, connect):
    """The next page begins behind the last number seen, even when that one is gone by then."""
    numbers = account_named(connect(simulator), "Acme Marketing").incoming_phone_numbers
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


def test_empty_fields_are_empty_in_both_ways(lasting, connect):
    """As in Twilio's examples, some empty fields are null and some are the empty text."""
    number = connect(lasting).incoming_phone_numbers.list(phone_number="+12125550103")[0]

    assert (number.voice_url, number.voice_application_sid, number.sms_url) == (None, "", "")
    assert (number.address_sid, number.bundle_sid, number.status_callback) == (None, None, "")
    assert (number.beta, number.voice_caller_id_lookup) == (None, False)


def test_suspended_accounts_keep_their_numbers_and_closed_ones_have_none(simulator, connect):
    """The main account may look at a suspended account's numbers, and release them."""
    client = connect(simulator)
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
