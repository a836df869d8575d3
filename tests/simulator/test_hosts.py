"""The other hosts of the practice Twilio: what numbers are part of, shown only to the account that has it."""

import json

import pytest
from twilio.base.exceptions import TwilioException, TwilioRestException

from helpers.simulator import serve
from helpers.simulator.resources.access import token_of
from tests.support.simulator_tools import give_a_pool, named_hosts, own_clients


@pytest.fixture
def sign_in(simulator):
    """Make clients of an account of the company, with its own token, that ask Twilio's hosts by name."""
    with own_clients(simulator) as sign_in:
        yield sign_in


def test_delivery_alerts_are_sent_by_a_service_with_a_campaign(sign_in):
    """The library reads the service, its numbers page by page, and the campaign they would be lost from."""
    services = sign_in("Acme Alerts").messaging.v1.services
    (service,) = services.list()
    numbers = services(service.sid).phone_numbers.list(page_size=1)
    (campaign,) = services(service.sid).us_app_to_person.list()

    assert (service.friendly_name, service.us_app_to_person_registered) == ("Delivery alerts", True)
    assert [number.phone_number for number in numbers] == [f"+1646555017{last}" for last in range(2)]
    assert (campaign.campaign_status, campaign.messaging_service_sid) == ("VERIFIED", service.sid)


def test_messages_name_the_service_that_sent_them(sign_in):
    """It is the one that the numbers are in."""
    client = sign_in("Acme Alerts")
    named = {message.messaging_service_sid for message in client.messages.list(from_="+16465550170")}

    assert named == {client.messaging.v1.services.list()[0].sid}


def test_a_service_without_a_campaign_has_none(sign_in):
    """The list is empty, and the service says so."""
    services = sign_in("Acme Marketing").messaging.v1.services
    (service,) = services.list()

    assert services(service.sid).us_app_to_person.list() == []
    assert service.us_app_to_person_registered is False


def test_a_toll_free_verification_is_found_by_its_number(sign_in):
    """The order line's is approved; another number has none."""
    client = sign_in("Acme")
    order_line = client.incoming_phone_numbers.list(phone_number="+18005550100")[0]
    office = client.incoming_phone_numbers.list(phone_number="+12125550100")[0]
    verifications = client.messaging.v1.tollfree_verifications

    assert [v.status for v in verifications.list(tollfree_phone_number_sid=order_line.sid)] == ["TWILIO_APPROVED"]
    assert verifications.list(tollfree_phone_number_sid=office.sid) == []
    assert verifications.list(status="IN_REVIEW") == []


def test_a_trunk_has_the_numbers_that_say_so(sign_in):
    """A number that is taken off the trunk is on it no more."""
    client = sign_in("Acme")
    trunks = client.trunking.v1.trunks
    (trunk,) = trunks.list()
    before = trunks(trunk.sid).phone_numbers.list()
    client.incoming_phone_numbers(before[0].sid).update(trunk_sid="")

    assert [number.phone_number for number in before] == ["+12125550102", "+12125550103"]
    assert [number.sid for number in trunks(trunk.sid).phone_numbers.list()] == [before[1].sid]


def test_a_call_over_a_trunk_is_written_as_twilio_writes_it(sign_in):
    """One that comes in is to a SIP address, so that no filter finds it by its number; one that goes out is from it."""
    client = sign_in("Acme")
    (trunk,) = client.trunking.v1.trunks.list()
    calls = [call for call in client.calls.list() if call.trunk_sid]
    ends = {(call.direction, call.to) for call in calls if call.direction != "trunking-terminating"}

    assert {call.trunk_sid for call in calls} == {trunk.sid}
    assert ends == {("trunking-originating", "sip:+12125550102@public-vip.us1.twilio.com")}
    assert client.calls.list(to="+12125550102") == []
    assert {call.direction for call in client.calls.list(from_="+12125550102")} == {"trunking-terminating"}


def test_trust_products_and_profiles_tell_their_numbers(sign_in):
    """All of them, or those that are asked for by sid."""
    client = sign_in("Acme")
    (product,), (profile,) = client.trusthub.v1.trust_products.list(), client.trusthub.v1.customer_profiles.list()
    signed = client.trusthub.v1.trust_products(product.sid).trust_products_channel_endpoint_assignment
    known = client.trusthub.v1.customer_profiles(profile.sid).customer_profiles_channel_endpoint_assignment
    office, board_room = (a.channel_endpoint_sid for a in signed.list())

    assert (product.friendly_name, product.status) == ("SHAKEN/STIR", "twilio-approved")
    assert len(known.list()) == 3
    assert [a.channel_endpoint_sid for a in signed.list(channel_endpoint_sid=board_room)] == [board_room]
    assert len(known.list(channel_endpoint_sids=f"{office},{board_room}")) == 2
    assert client.trusthub.v1.trust_products.list(status="draft") == []


def test_conversations_begin_at_addresses(sign_in):
    """Fifty a page at most; over WhatsApp the number has a prefix."""
    addresses = sign_in("Acme Support").conversations.v1.address_configurations
    with pytest.raises(TwilioException) as refused:
        addresses.list(page_size=51)

    assert [a.address for a in addresses.list(type="sms")] == ["+14155550113", "+14155550119"]
    assert [a.address for a in addresses.list(type="whatsapp")] == ["whatsapp:+14155550114"]
    assert json.loads(refused.value.args[1].text)["code"] == 20007


def test_whatsapp_senders_are_listed_by_their_channel(sign_in):
    """A channel has to be named; of RCS there are none."""
    senders = sign_in("Acme Shops").messaging.v2.channels_senders
    with pytest.raises(TwilioException) as refused:
        senders.list()

    assert [(one.sender_id, one.status) for one in senders.list(channel="whatsapp")] == [
        ("whatsapp:+442079460133", "ONLINE")
    ]
    assert senders.list(channel="rcs") == []
    assert sign_in("Acme").messaging.v2.channels_senders.list(channel="whatsapp") == []
    assert json.loads(refused.value.args[1].text)["code"] == 20001


def test_a_proxy_service_has_a_pool_of_numbers(sign_in):
    """The library reads the service and its one number, which is kept for somebody."""
    services = sign_in("Acme Marketing").proxy.v1.services
    (service,) = services.list()
    (number,) = services(service.sid).phone_numbers.list()

    assert service.unique_name == "Influencer hotline"
    assert (number.phone_number, number.is_reserved, number.in_use) == ("+19175550161", True, 0)
    assert sign_in("Acme").proxy.v1.services.list() == []


def test_a_pool_is_read_page_by_page(simulator, sign_in):
    """The library follows from page to page; more than a hundred at once are refused."""
    support = next(a for a in simulator.world.accounts.values() if a.friendly_name == "Acme Support")
    give_a_pool(simulator.world, support, [f"+1415555011{last}" for last in range(5)])
    services = sign_in("Acme Support").proxy.v1.services
    pool = services(services.list()[0].sid).phone_numbers
    with pytest.raises(TwilioException) as refused:
        pool.list(page_size=101)

    assert [number.phone_number for number in pool.list(page_size=2)] == [f"+1415555011{last}" for last in range(5)]
    assert [number.phone_number for number in pool.list(page_size=2, limit=3)][2:] == ["+14155550112"]
    assert {number.in_use for number in pool.list()} == {2}
    assert json.loads(refused.value.args[1].text)["code"] == 20007


def test_one_number_is_answered_in_ireland(sign_in):
    """Found by its sid or by itself; the others are answered in the American region."""
    client = sign_in("Acme Shops")
    london = client.incoming_phone_numbers.list(friendly_name="Shop London")[0]
    numbers = client.routes.v2.phone_numbers
    with pytest.raises(TwilioRestException) as elsewhere:
        numbers("+12125550100").fetch()

    assert numbers(london.phone_number).fetch().voice_region == "ie1"
    assert numbers(london.sid).fetch().voice_region == "ie1"
    assert numbers("+13125550120").fetch().voice_region == "us1"
    assert (elsewhere.value.status, elsewhere.value.code) == (404, 20404)


def test_applications_caller_ids_and_addresses_are_for_the_main_account_too(simulator, connect):
    """They are on api.twilio.com, where the main account's token reaches every subaccount."""
    sids = {account.friendly_name: account.sid for account in simulator.world.accounts.values()}
    support, alerts, shops = (
        connect(simulator, account_sid=sids[name]) for name in ("Acme Support", "Acme Alerts", "Acme Shops")
    )
    codes = alerts.incoming_phone_numbers.list(friendly_name="One-time codes")[0]
    pharmacy = shops.incoming_phone_numbers.list(friendly_name="Shop Houston, pharmacy")[0]
    with pytest.raises(TwilioRestException) as unknown:
        support.applications("AP" + "0" * 32).fetch()

    assert alerts.applications(codes.sms_application_sid).fetch().friendly_name == "One-time codes"
    assert len(support.applications.list()) == 3
    assert unknown.value.code == 20404
    assert [c.phone_number for c in support.outgoing_caller_ids.list(phone_number="+14155550118")] == ["+14155550118"]
    assert support.outgoing_caller_ids.list(phone_number="+14155550110") == []
    assert [a.sid for a in shops.addresses.list(emergency_enabled=True)] == [pharmacy.emergency_address_sid]
    assert {n.address_sid for n in shops.incoming_phone_numbers.list()} == {
        None,
        *(a.sid for a in shops.addresses.list(iso_country="GB")),
    }


def test_emergency_calls_from_a_sip_domain_are_made_with_a_number(simulator, connect):
    """One domain names the number for them, another none; the main account's token reads them for a subaccount."""
    sids = {account.friendly_name: account.sid for account in simulator.world.accounts.values()}
    main, shops = connect(simulator), connect(simulator, account_sid=sids["Acme Shops"])
    pharmacy = shops.incoming_phone_numbers.list(friendly_name="Shop Houston, pharmacy")[0]
    (counters,), (warehouse,) = shops.sip.domains.list(), main.sip.domains.list()

    assert counters.domain_name == "acme-counter-phones.sip.twilio.com"
    assert (counters.emergency_calling_enabled, counters.emergency_caller_sid) == (True, pharmacy.sid)
    assert (warehouse.emergency_calling_enabled, warehouse.emergency_caller_sid) == (False, None)


def test_what_is_a_subaccounts_is_not_for_the_main_account(simulator, sign_in):
    """The main account's token shows its own, and is refused what belongs to another: 401, code 20003."""
    service = sign_in("Acme Alerts").messaging.v1.services.list()[0]
    main = sign_in("Acme").messaging.v1.services
    with pytest.raises(TwilioException) as refused:
        main(service.sid).phone_numbers.list()
    with pytest.raises(TwilioException) as unknown:
        main("MG" + "0" * 32).phone_numbers.list()

    assert main.list() == []
    assert refused.value.args[1].status_code == 401
    assert json.loads(refused.value.args[1].text)["code"] == 20003
    assert unknown.value.args[1].status_code == 404


def test_a_subaccounts_own_key_does_and_test_credentials_do_not(simulator):
    """As the token does."""
    with (
        named_hosts(simulator, *simulator.credentials["subaccount_key"]) as key,
        named_hosts(simulator, *simulator.credentials["test"]) as test,
    ):
        seen = key.conversations.v1.address_configurations.list()
        with pytest.raises(TwilioException) as refused:
            test.conversations.v1.address_configurations.list()

    assert len(seen) == 3
    assert json.loads(refused.value.args[1].text)["code"] == 20008


def test_a_host_has_only_what_is_its_own(sign_in):
    """A trunk is not found where messages are."""
    answer = sign_in("Acme").request("GET", "https://messaging.twilio.com/v1/Trunks")

    assert answer.status_code == 404


def test_a_number_that_is_released_disappears_from_everything(simulator, sign_in):
    """Also when it is bought back: it comes under another sid, and part of nothing."""
    client = sign_in("Acme Marketing")
    raffle = client.incoming_phone_numbers.list(phone_number="+18445550159")[0]
    services = client.messaging.v1.services
    senders = services(services.list()[0].sid).phone_numbers
    before = len(senders.list())
    client.incoming_phone_numbers(raffle.sid).delete()
    client.incoming_phone_numbers.create(phone_number="+18445550159")

    assert before == 2
    assert [number.phone_number for number in senders.list()] == ["+19175550160"]
    assert client.messaging.v1.tollfree_verifications.list() == []


def test_a_released_number_is_in_no_pool_and_no_sender(sign_in):
    """The service stays, without it."""
    marketing, shops = sign_in("Acme Marketing"), sign_in("Acme Shops")
    for client, phone_number in ((marketing, "+19175550161"), (shops, "+442079460133")):
        client.incoming_phone_numbers(client.incoming_phone_numbers.list(phone_number=phone_number)[0].sid).delete()
    (service,) = marketing.proxy.v1.services.list()

    assert marketing.proxy.v1.services(service.sid).phone_numbers.list() == []
    assert shops.messaging.v2.channels_senders.list(channel="whatsapp") == []


def test_a_generated_company_has_a_few_services(monkeypatch):
    """Each of its accounts has three, with numbers of its own in them."""
    with serve(world="3x50", seed="few") as simulator:
        account = list(simulator.world.accounts.values())[2]
        with named_hosts(simulator, account.sid, token_of(simulator.world, account.sid)) as client:
            services = client.messaging.v1.services
            members = [number for s in services.list() for number in services(s.sid).phone_numbers.list()]
            held = {number.sid for number in client.incoming_phone_numbers.list()}

    assert len(members) == len({number.sid for number in members}) == 8
    assert {number.sid for number in members} <= held
