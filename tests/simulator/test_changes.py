"""Twilio's own library, aimed at the practice Twilio, cannot tell: what it changes, releases and buys."""

import pytest
from twilio.base import values
from twilio.base.exceptions import TwilioRestException

from helpers.simulator.world.belongings import BelongingSpec
from tests.support.simulator_tools import account_named, give


def test_it_fetches_and_updates_a_number(simulator, connect):
    """What is sent is stored, what is not stays, and the date of the change is that of the world."""
    numbers = connect(simulator).incoming_phone_numbers
    before = numbers.list(phone_number="+12125550104")[0]
    simulator.advance(hours=1)
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
    assert after.date_updated == simulator.now().replace(microsecond=0)


def test_a_trunk_and_a_voice_application_exclude_each_other(simulator, connect):
    """Setting the one removes the other."""
    numbers = connect(simulator).incoming_phone_numbers
    number = numbers.list(phone_number="+12125550102")[0]
    application = give(simulator.world, simulator.world.main, BelongingSpec("application", "Switchboard", 9))
    with_application = numbers(number.sid).update(voice_application_sid=application)
    with_trunk = numbers(number.sid).update(trunk_sid=number.trunk_sid)

    assert number.trunk_sid is not None
    assert (with_application.voice_application_sid, with_application.trunk_sid) == (application, None)
    assert (with_trunk.voice_application_sid, with_trunk.trunk_sid) == ("", number.trunk_sid)


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


def test_a_released_number_is_gone(simulator, connect):
    """After the 204 it is found neither by its sid nor in a list, and cannot be released again."""
    numbers = connect(simulator).incoming_phone_numbers
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


def test_emergency_address_blocks_the_release(simulator, connect, snapshot):
    """The release is refused until the address is unregistered, which takes two fetches."""
    numbers = connect(simulator).incoming_phone_numbers
    number = numbers.list(phone_number="+12125550100")[0]
    with pytest.raises(TwilioRestException) as refused:
        numbers(number.sid).delete()
    assert refused.value.msg == snapshot
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


def test_a_number_is_bought_off_the_shelf_once(simulator, connect):
    """It comes with a new sid, today's date, what was sent, and nothing else; nobody else can buy it."""
    client = connect(simulator)
    numbers = client.incoming_phone_numbers
    bought = numbers.create(phone_number="+12125550190", voice_url="https://example.com/v", friendly_name="new")
    with pytest.raises(TwilioRestException) as again:
        account_named(client, "Acme Support").incoming_phone_numbers.create(phone_number="+12125550190")

    assert bought.date_created == simulator.now().replace(microsecond=0)
    assert (bought.friendly_name, bought.voice_url, bought.sms_url) == ("new", "https://example.com/v", "")
    assert numbers(bought.sid).fetch().phone_number == "+12125550190"
    assert (again.value.status, again.value.code) == (400, 21422)


def test_what_is_for_sale_can_be_looked_for_and_bought(simulator, connect):
    """By country, kind, area code, digits and address requirements; what was bought is for sale no more."""
    client = connect(simulator)
    countries = client.available_phone_numbers
    us = countries("US")
    local = [number.phone_number for number in us.local.list()]
    client.incoming_phone_numbers.create(phone_number=local[0])

    assert [country.country_code for country in countries.list()] == ["AU", "DE", "GB", "US"]
    assert sorted(us.fetch().subresource_uris) == ["local", "toll_free"]
    assert sorted([*local, *(number.phone_number for number in us.toll_free.list())]) == sorted(
        number for number in simulator.world.scenario.shelf if number.startswith("+1")
    )
    assert [number.phone_number for number in us.local.list()] == local[1:]
    assert {number.phone_number[:5] for number in us.local.list(area_code=415)} == {"+1415"}
    assert [number.phone_number for number in us.local.list(contains="555019*", limit=1)] == local[1:2]
    assert countries("GB").local.list()[0].address_requirements == "any"
    assert countries("GB").local.list(exclude_all_address_required=True) == countries("GB").mobile.list() == []
    with pytest.raises(TwilioRestException) as nowhere:
        countries("XX").fetch()
    assert nowhere.value.code == 20404


def test_a_released_number_is_not_for_sale(simulator, connect):
    """It waits for its former account, which is not told so by this list."""
    client = connect(simulator)
    bought = client.incoming_phone_numbers.create(phone_number="+14155550190")
    client.incoming_phone_numbers(bought.sid).delete()

    assert "+14155550190" not in [number.phone_number for number in client.available_phone_numbers("US").local.list()]


def test_a_purchase_of_a_number_that_one_has_changes_it(simulator, connect):
    """It is answered 201 like a purchase, and sid and date tell that it is none: what was sent is overwritten."""
    numbers = connect(simulator).incoming_phone_numbers
    before = numbers.list(phone_number="+12125550104")[0]
    simulator.advance(hours=1)
    answer = numbers.create_with_http_info(phone_number="+12125550104", voice_url="https://example.com/mine")
    (after,) = numbers.list(phone_number="+12125550104")

    assert (answer.status_code, answer.data.sid, answer.data.date_created) == (201, before.sid, before.date_created)
    assert (after.sid, after.voice_url, after.sms_url) == (before.sid, "https://example.com/mine", before.sms_url)
    assert after.date_updated > before.date_updated


def test_a_number_is_bought_by_area_code_or_kind(simulator, connect):
    """An area code brings any number in it; a list of one kind sells only that kind."""
    numbers = connect(simulator).incoming_phone_numbers

    assert numbers.create(area_code="415").phone_number == "+14155550190"
    assert numbers.toll_free.create(phone_number="+18005550199").phone_number == "+18005550199"
    for wanted, code in (({"area_code": "999"}, 21452), ({"area_code": "12"}, 21451)):
        with pytest.raises(TwilioRestException) as refused:
            numbers.create(**wanted)
        assert refused.value.code == code
    with pytest.raises(TwilioRestException) as wrong_kind:
        numbers.mobile.create(phone_number="+12125550191")
    assert wrong_kind.value.code == 21422


def test_a_number_of_ones_own_is_not_bought_as_another_kind(simulator, connect):
    """The list of toll-free numbers sells no local number, and changes none."""
    numbers = connect(simulator).incoming_phone_numbers
    before = numbers.list(phone_number="+12125550100")[0]
    with pytest.raises(TwilioRestException) as wrong_kind:
        numbers.toll_free.create(phone_number="+12125550100", friendly_name="Another")

    assert wrong_kind.value.code == 21422
    assert numbers(before.sid).fetch().friendly_name == before.friendly_name


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"phone_number": "+1212"}, 21421),
        ({"phone_number": "hello"}, 21421),
        ({"phone_number": "+14155550110"}, 21422),
        ({"phone_number": "+12125550199"}, 21422),
        ({"phone_number": "+442079460199"}, 21631),
        ({"phone_number": "+493023125199"}, 21631),
    ],
)
def test_a_purchase_that_is_refused_buys_nothing(lasting, connect, values, code):
    """Not a number, another account's, not for sale, no address, no bundle: each has its code."""
    numbers = connect(lasting).incoming_phone_numbers
    before = len(numbers.list())
    with pytest.raises(TwilioRestException) as refused:
        numbers.create(**values)

    assert (refused.value.status, refused.value.code) == (400, code)
    assert len(numbers.list()) == before


def test_a_number_that_needs_a_bundle_is_bought_with_one(simulator, connect):
    """Address and bundle have to be those of the account that buys; with both it is bought."""
    berlin = account_named(connect(simulator), "Acme Berlin").incoming_phone_numbers
    like = berlin.list()[0]
    wish = {"phone_number": "+493023125199", "address_sid": like.address_sid}
    with pytest.raises(TwilioRestException) as refused:
        berlin.create(**wish)

    assert (refused.value.status, refused.value.code) == (400, 21649)
    assert berlin.create(**wish, bundle_sid=like.bundle_sid).bundle_sid == like.bundle_sid


#: What a number can name, and the code where the account has no such thing.
NAMED = [
    ("voice_application_sid", "AP", 22108),
    ("sms_application_sid", "AP", 22108),
    ("trunk_sid", "TK", 20001),
    ("address_sid", "AD", 21631),
    ("emergency_address_sid", "AD", 22109),
    ("identity_sid", "RI", 21651),
    ("bundle_sid", "BU", 21649),
]


@pytest.mark.parametrize(("field", "prefix", "code"), NAMED)
def test_what_a_number_names_has_to_be_there(lasting, connect, field, prefix, code):
    """A purchase or an update that names something which does not exist is refused whole."""
    numbers = connect(lasting).incoming_phone_numbers
    before = numbers.list()
    nothing = {field: prefix + "a" * 32, "sms_url": "https://example.com/changed"}
    with pytest.raises(TwilioRestException) as bought:
        numbers.create(phone_number="+12125550190", **nothing)
    with pytest.raises(TwilioRestException) as updated:
        numbers(before[0].sid).update(**nothing)
    after = numbers.list()

    assert {(no.value.status, no.value.code) for no in (bought, updated)} == {(400, code)}
    assert [(number.sid, number.sms_url) for number in after] == [(number.sid, number.sms_url) for number in before]


@pytest.mark.parametrize(
    ("field", "account", "phone_number"),
    [
        ("voice_application_sid", "Acme Support", "+14155550115"),
        ("sms_application_sid", "Acme Alerts", "+16465550173"),
        ("trunk_sid", "Acme", "+12125550102"),
        ("address_sid", "Acme Berlin", "+493023125140"),
        ("emergency_address_sid", "Acme Shops", "+17135550125"),
        ("identity_sid", "Acme Berlin", "+493023125140"),
        ("bundle_sid", "Acme Berlin", "+493023125140"),
    ],
)
def test_what_a_number_names_has_to_be_its_accounts_own(lasting, connect, field, account, phone_number):
    """The same sid is taken in the account that has it, and refused in another account of the company."""
    client = connect(lasting)
    own = account_named(client, account).incoming_phone_numbers
    (number,) = own.list(phone_number=phone_number)
    other = account_named(client, "Acme Marketing").incoming_phone_numbers
    named = {field: getattr(number, field)}
    with pytest.raises(TwilioRestException) as refused:
        other(other.list()[0].sid).update(**named)

    assert refused.value.status == 400
    assert getattr(own(number.sid).update(**named), field) == named[field]


def test_a_released_number_can_be_bought_back_inside_the_window(simulator, connect):
    """It has a new sid, a new date, its kind, and nothing configured but what was sent."""
    numbers = connect(simulator).incoming_phone_numbers
    number = numbers.list(phone_number="+12125550104")[0]
    numbers(number.sid).delete()
    simulator.advance(days=9, hours=23)
    bought = numbers.create(phone_number="+12125550104", sms_url="https://example.com/s")

    assert bought.sid != number.sid
    assert bought.date_created == simulator.now().replace(microsecond=0)
    assert bought.friendly_name == "(212) 555-0104"
    assert (bought.voice_url, bought.sms_url) == (None, "https://example.com/s")
    assert [n.sid for n in numbers.list(phone_number="+12125550104")] == [bought.sid]


def test_a_released_number_is_lost_after_the_window(simulator, connect):
    """From the tenth day on nobody can buy it, the former owner neither."""
    numbers = connect(simulator).incoming_phone_numbers
    numbers(numbers.list(phone_number="+12125550104")[0].sid).delete()
    simulator.advance(days=10)
    with pytest.raises(TwilioRestException) as refused:
        numbers.create(phone_number="+12125550104")

    assert refused.value.code == 21422


def test_a_released_number_waits_for_the_account_that_released_it(simulator, connect):
    """Another account of the company cannot buy it, by number or by area code."""
    client = connect(simulator)
    support = account_named(client, "Acme Support").incoming_phone_numbers
    bought = client.incoming_phone_numbers.create(phone_number="+14155550190")
    client.incoming_phone_numbers(bought.sid).delete()
    with pytest.raises(TwilioRestException) as refused:
        support.create(phone_number="+14155550190")

    assert refused.value.code == 21422
    assert support.create(area_code="415").phone_number == "+14155550191"


def test_a_number_moves_between_accounts_and_keeps_its_sid(simulator, connect):
    """After a transfer it is found in the new account only."""
    client = connect(simulator)
    target = account_named(client, "Acme Logistics")
    number = client.incoming_phone_numbers.list(phone_number="+12125550104")[0]
    moved = client.incoming_phone_numbers(number.sid).update(account_sid=target.fetch().sid)
    with pytest.raises(TwilioRestException) as looked:
        client.incoming_phone_numbers(number.sid).fetch()

    assert (moved.sid, moved.date_created) == (number.sid, number.date_created)
    assert [n.sid for n in target.incoming_phone_numbers.list()] == [number.sid]
    assert looked.value.code == 20404


@pytest.mark.parametrize(
    ("home", "phone_number", "field"),
    [
        ("Acme", "+12125550102", "trunk_sid"),
        ("Acme Support", "+14155550115", "voice_application_sid"),
        ("Acme Support", "+14155550119", "sms_application_sid"),
    ],
)
def test_a_moved_number_leaves_behind_what_its_account_owns(simulator, connect, home, phone_number, field):
    """Its trunk and applications are the former account's: they do not answer it elsewhere, nor when it is back."""
    client = connect(simulator)
    home, target = account_named(client, home), account_named(client, "Acme Marketing")
    (number,) = home.incoming_phone_numbers.list(phone_number=phone_number)
    moved = home.incoming_phone_numbers(number.sid).update(account_sid=target.fetch().sid)
    back = target.incoming_phone_numbers(number.sid).update(account_sid=home.fetch().sid)

    assert getattr(number, field)
    assert not getattr(moved, field)
    assert not getattr(back, field)
    assert (moved.voice_url, moved.friendly_name) == (number.voice_url, number.friendly_name)


def test_a_number_that_needs_an_address_moves_where_there_is_one(simulator, connect):
    """It leaves its own behind; one of the gaining account can be set in the same request."""
    client, world = connect(simulator), simulator.world
    berlin, without = account_named(client, "Acme Berlin"), account_named(client, "Acme Logistics")
    (number,) = berlin.incoming_phone_numbers.list(phone_number="+493023125143")
    (office,) = world.belongings(world.main.sid, "address")
    for target, address in ((without.fetch().sid, None), (world.main.sid, number.address_sid)):
        with pytest.raises(TwilioRestException) as refused:
            berlin.incoming_phone_numbers(number.sid).update(account_sid=target, address_sid=address or values.unset)
        assert refused.value.code == (21631 if address else 21613)
    moved = berlin.incoming_phone_numbers(number.sid).update(account_sid=world.main.sid, address_sid=office.sid)

    assert (moved.account_sid, moved.address_sid, moved.bundle_sid) == (world.main.sid, office.sid, None)
    assert number.bundle_sid


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
