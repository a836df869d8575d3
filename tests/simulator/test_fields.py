"""Field by field, the practice Twilio's records are those of Twilio's own specification."""

import json

import pytest

from helpers.simulator import serve
from tests.support.simulator_tools import own_clients

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
USAGE_FIELDS = """
    account_sid api_version as_of category count count_unit description end_date price price_unit start_date
    subresource_uris uri usage usage_unit
""".split()
CALLER_ID_FIELDS = "account_sid date_created date_updated friendly_name phone_number sid uri".split()
APPLICATION_FIELDS = """
    account_sid api_version date_created date_updated friendly_name message_status_callback
    public_application_connect_enabled sid sms_fallback_method sms_fallback_url sms_method sms_status_callback sms_url
    status_callback status_callback_method uri voice_caller_id_lookup voice_fallback_method voice_fallback_url
    voice_method voice_url
""".split()
ADDRESS_FIELDS = """
    account_sid city customer_name date_created date_updated emergency_enabled friendly_name iso_country postal_code
    region sid street street_secondary uri validated verified
""".split()
SIP_DOMAIN_FIELDS = """
    account_sid api_version auth_type byoc_trunk_sid date_created date_updated domain_name emergency_caller_sid
    emergency_calling_enabled friendly_name secure sid sip_registration subresource_uris uri voice_fallback_method
    voice_fallback_url voice_method voice_status_callback_method voice_status_callback_url voice_url
""".split()
#: Where, whose, under which key, and with which fields.
ELSEWHERE = {
    "https://messaging.twilio.com/v1/Services": (
        "Acme Alerts",
        "services",
        """account_sid area_code_geomatch date_created date_updated fallback_method fallback_to_long_code fallback_url
        friendly_name inbound_method inbound_request_url links mms_converter scan_message_content sid smart_encoding
        status_callback sticky_sender synchronous_validation url us_app_to_person_registered usecase
        use_inbound_webhook_on_number validity_period""",
    ),
    "https://messaging.twilio.com/v1/Services/{0}/PhoneNumbers": (
        "Acme Alerts",
        "phone_numbers",
        "account_sid capabilities country_code date_created date_updated phone_number service_sid sid url",
    ),
    "https://messaging.twilio.com/v1/Services/{0}/Compliance/Usa2p": (
        "Acme Alerts",
        "compliance",
        """account_sid age_gated brand_registration_sid campaign_id campaign_status date_created date_updated
        description direct_lending errors has_embedded_links has_embedded_phone help_keywords help_message
        is_externally_registered message_flow message_samples messaging_service_sid mock opt_in_keywords
        opt_in_message opt_out_keywords opt_out_message rate_limits sid subscriber_opt_in url
        us_app_to_person_usecase""",
    ),
    "https://messaging.twilio.com/v1/Tollfree/Verifications": (
        "Acme Marketing",
        "verifications",
        """account_sid additional_information age_gated_content business_city business_contact_email
        business_contact_first_name business_contact_last_name business_contact_phone business_country business_name
        business_postal_code business_registration_authority business_registration_country
        business_registration_number business_registration_phone_number business_state_province_region
        business_street_address business_street_address2 business_type business_website customer_profile_sid
        date_created date_updated doing_business_as edit_allowed edit_expiration error_code external_reference_id
        help_message_sample message_volume notification_email opt_in_confirmation_message opt_in_image_urls
        opt_in_keywords opt_in_type privacy_policy_url production_message_sample regulated_item_sid rejection_reason
        rejection_reasons resource_links sid status terms_and_conditions_url tollfree_phone_number
        tollfree_phone_number_sid trust_product_sid url use_case_categories use_case_summary vetting_id
        vetting_id_expiration vetting_provider""",
    ),
    "https://messaging.twilio.com/v2/Channels/Senders?Channel=whatsapp": (
        "Acme Shops",
        "senders",
        "compliance configuration friendly_name offline_reasons profile properties sender_id sid status url webhook",
    ),
    "https://proxy.twilio.com/v1/Services": (
        "Acme Marketing",
        "services",
        """account_sid callback_url chat_instance_sid date_created date_updated default_ttl geo_match_level
        intercept_callback_url links number_selection_behavior out_of_session_callback_url sid unique_name url""",
    ),
    "https://proxy.twilio.com/v1/Services/{0}/PhoneNumbers": (
        "Acme Marketing",
        "phone_numbers",
        """account_sid capabilities date_created date_updated friendly_name in_use is_reserved iso_country phone_number
        service_sid sid url""",
    ),
    "https://trunking.twilio.com/v1/Trunks": (
        "Acme",
        "trunks",
        """account_sid auth_type auth_type_set cnam_lookup_enabled date_created date_updated disaster_recovery_method
        disaster_recovery_url domain_name friendly_name links recording secure sid symmetric_rtp_enabled
        transfer_caller_id transfer_mode url""",
    ),
    "https://trunking.twilio.com/v1/Trunks/{0}/PhoneNumbers": (
        "Acme",
        "phone_numbers",
        """account_sid address_requirements api_version beta capabilities date_created date_updated friendly_name
        links phone_number sid sms_application_sid sms_fallback_method sms_fallback_url sms_method sms_url
        status_callback status_callback_method trunk_sid url voice_application_sid voice_caller_id_lookup
        voice_fallback_method voice_fallback_url voice_method voice_url""",
    ),
    "https://trusthub.twilio.com/v1/TrustProducts": (
        "Acme",
        "results",
        """account_sid date_created date_updated email errors friendly_name links policy_sid sid status
        status_callback url valid_until""",
    ),
    "https://trusthub.twilio.com/v1/TrustProducts/{0}/ChannelEndpointAssignments": (
        "Acme",
        "results",
        "account_sid channel_endpoint_sid channel_endpoint_type date_created sid trust_product_sid url",
    ),
    "https://trusthub.twilio.com/v1/CustomerProfiles": (
        "Acme",
        "results",
        """account_sid date_created date_updated email errors friendly_name links policy_sid sid status
        status_callback url valid_until""",
    ),
    "https://trusthub.twilio.com/v1/CustomerProfiles/{0}/ChannelEndpointAssignments": (
        "Acme",
        "results",
        "account_sid channel_endpoint_sid channel_endpoint_type customer_profile_sid date_created sid url",
    ),
    "https://conversations.twilio.com/v1/Configuration/Addresses": (
        "Acme Support",
        "address_configurations",
        "account_sid address address_country auto_creation date_created date_updated friendly_name sid type url",
    ),
}


@pytest.fixture
def sign_in(lasting):
    """Make clients of accounts that ask Twilio's hosts by name."""
    with own_clients(lasting) as sign_in:
        yield sign_in


@pytest.mark.parametrize(
    ("path", "key", "fields"),
    [
        ("IncomingPhoneNumbers", "incoming_phone_numbers", NUMBER_FIELDS),
        ("IncomingPhoneNumbers/Local", "incoming_phone_numbers", [f for f in NUMBER_FIELDS if f != "type"]),
        ("Calls", "calls", CALL_FIELDS),
        ("Messages", "messages", MESSAGE_FIELDS),
        ("Usage/Records", "usage_records", USAGE_FIELDS),
        ("OutgoingCallerIds", "outgoing_caller_ids", CALLER_ID_FIELDS),
        ("Applications", "applications", APPLICATION_FIELDS),
        ("Addresses", "addresses", ADDRESS_FIELDS),
        ("SIP/Domains", "domains", SIP_DOMAIN_FIELDS),
    ],
)
def test_every_field_of_the_specification_is_there(lasting, connect, path, key, fields):
    """Each record has exactly the fields of Twilio's OpenAPI document; lists of one kind lack the type."""
    client = connect(lasting)
    records = [
        record
        for account in client.api.v2010.accounts.list(status="active")
        for record in read(client, f"{lasting.url}/2010-04-01/Accounts/{account.sid}/{path}.json")[key]
    ]

    assert [sorted(record) for record in records] == [sorted(fields)] * len(records) != []


@pytest.mark.parametrize("part", ["", "/Local"])
@pytest.mark.parametrize("world", ["hostile", "1x60"])
def test_a_list_leaves_open_whether_a_number_is_a_beta_one(connect, world, part):
    """Null where a fetch of the same number says false, as in Twilio's examples; all else is the same on both."""
    with serve(world=world, seed="fields") as simulator:
        client = connect(simulator)
        for account in client.api.v2010.accounts.list(status="active"):
            numbers = f"{simulator.url}/2010-04-01/Accounts/{account.sid}/IncomingPhoneNumbers"
            for listed in read(client, f"{numbers}{part}.json")["incoming_phone_numbers"][:12]:
                fetched = read(client, f"{numbers}/{listed['sid']}.json")
                assert (listed["beta"], fetched["beta"]) == (None, False)
                assert {**listed, "beta": False, "type": fetched["type"]} == fetched


def test_every_field_of_an_account_is_there(lasting, connect):
    """Each account has exactly the fields of Twilio's OpenAPI document."""
    accounts = json.loads(connect(lasting).request("GET", f"{lasting.url}/2010-04-01/Accounts.json").text)["accounts"]

    assert [sorted(account) for account in accounts] == [sorted(ACCOUNT_FIELDS)] * 9


def read(client, url):
    return json.loads(client.request("GET", url).text)


def address_of(client, url):
    """Put the sid of the first parent into the address of a list that has one."""
    if "{0}" not in url:
        return url
    parent = url.partition("/{0}")[0]
    return url.format(read(client, parent)[ELSEWHERE[parent][1]][0]["sid"])


@pytest.mark.parametrize("url", ELSEWHERE)
def test_every_field_is_there_on_other_hosts(sign_in, url):
    """Each record has exactly the fields of Twilio's OpenAPI document, and the list its seven words about pages."""
    whose, key, fields = ELSEWHERE[url]
    client = sign_in(whose)
    url = address_of(client, url)
    answer = read(client, url)
    page = f"{url}{'&' if '?' in url else '?'}PageSize=50&Page=0"

    assert sorted(answer) == sorted([key, "meta"])
    assert [sorted(record) for record in answer[key]] == [sorted(fields.split())] * len(answer[key]) != []
    assert answer["meta"] == {
        "page": 0,
        "page_size": 50,
        "first_page_url": page,
        "previous_page_url": None,
        "url": page,
        "next_page_url": None,
        "key": key,
    }
    assert all(record["url"].startswith(url.partition("?")[0]) for record in answer[key])


@pytest.mark.parametrize("url", ELSEWHERE)
def test_each_thing_is_found_by_its_sid_on_other_hosts(sign_in, url):
    """It is the same as in the list, has the address that it names, and a strange sid is not found."""
    whose, key, _ = ELSEWHERE[url]
    client = sign_in(whose)
    url = address_of(client, url)
    listed = read(client, url)[key]

    assert [read(client, one["url"]) for one in listed] == listed
    assert read(client, listed[0]["url"][:-32] + "0" * 32)["code"] == 20404


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("Calls", "calls"),
        ("Messages", "messages"),
        ("OutgoingCallerIds", "outgoing_caller_ids"),
        ("Applications", "applications"),
        ("Addresses", "addresses"),
        ("SIP/Domains", "domains"),
    ],
)
@pytest.mark.parametrize("world", ["acme", "2x10+300"])
def test_each_thing_is_found_by_its_sid(connect, world, path, key):
    """It is the same as in the list; a strange sid, another account's thing and a lost message are not found."""
    with serve(world=world, seed="fields") as simulator:
        client = connect(simulator)
        for account in simulator.world.accounts.values():
            listed = read(client, f"{simulator.url}/2010-04-01/Accounts/{account.sid}/{path}.json")[key][:20]
            assert [read(client, simulator.url + one["uri"]) for one in listed] == listed
            for one in listed[:1]:
                strange = one["uri"].replace(one["sid"], one["sid"][:2] + "0" * 32)
                assert read(client, simulator.url + strange)["code"] == 20404
                other = one["uri"].replace(
                    account.sid, next(sid for sid in simulator.world.accounts if sid != account.sid)
                )
                assert read(client, simulator.url + other)["code"] == 20404
            if listed and path == "Messages":
                simulator.world.retention[account.sid] = 0
                assert read(client, simulator.url + listed[-1]["uri"])["code"] == 20404
