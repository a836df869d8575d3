"""A field of another type than Twilio documents is read where its meaning is plain, and else missing and said."""

import pytest

from helpers.core.connections import Place
from helpers.core.number_record import make_number
from helpers.core.reasons import Cause
from helpers.evidence.wiring import Surroundings, wiring_of
from helpers.panels.shared.number_card import show_card
from helpers.tables.about import describe_coverage
from helpers.tables.frames import numbers_table
from tests.support.plan_tools import QUIET_NAMES

IDENTITY = {"sid": "PN1", "account_sid": "AC1", "phone_number": "+14155550123"}
#: Every field of a number's record but the three without which it is none.
FIELDS = (
    *("address_requirements", "address_sid", "api_version", "beta", "bundle_sid", "capabilities", "date_created"),
    *("date_updated", "emergency_address_sid", "emergency_address_status", "emergency_status", "friendly_name"),
    *("identity_sid", "origin", "sms_application_sid", "sms_fallback_method", "sms_fallback_url", "sms_method"),
    *("sms_url", "status", "status_callback", "status_callback_method", "trunk_sid", "type", "uri"),
    *("voice_application_sid", "voice_caller_id_lookup", "voice_fallback_method", "voice_fallback_url"),
    *("voice_method", "voice_receive_mode", "voice_url"),
)
NAME = QUIET_NAMES[0]


@pytest.fixture
def changed(between, operator, connect):
    """Give a function that changes fields of one quiet number in every answer of Twilio's."""
    fields = {}

    def change(path, content):
        for record in content.get("incoming_phone_numbers", [content]):
            if record.get("friendly_name") == NAME:
                record.update(fields)

    between.changes.append(change)
    operator.gateway = connect(url=between.url)

    def set_fields(**changes):
        fields.update(changes)
        return operator

    return set_fields


@pytest.mark.parametrize("value", [["a"], {"a": 1}, 5, 1.5, "odd"], ids=type)
@pytest.mark.parametrize("field", FIELDS)
def test_a_field_of_another_type_is_named_unreadable(field, value):
    """Whatever comes in a field, the number is made, and what cannot be read is None and named."""
    number = make_number({**IDENTITY, field: value})
    named = "capabilities.a" if (field, value) == ("capabilities", {"a": 1}) else field
    is_read = number.get(field) is not None and named == field

    assert number.unreadable == (() if is_read else (named,))
    assert number.sent[field] is not None


@pytest.mark.parametrize(
    ("capabilities", "read"),
    [
        ({"SMS": True, "Voice": False}, {"sms": True, "voice": False}),
        ({"sms": "true", "mms": "False"}, {"sms": True, "mms": False}),
        (["SMS", "voice"], {"sms": True, "voice": True}),
        ({"sms": True, "FAX": None}, {"sms": True, "fax": None}),
        ([], {}),
        ([1], None),
        ("sms", None),
        (True, None),
    ],
)
def test_capabilities_are_read_in_every_plain_form(capabilities, read):
    """Names in capitals, a list of names and texts for flags mean what they say; nothing else is guessed."""
    number = make_number({**IDENTITY, "capabilities": capabilities})

    assert number.get("capabilities") == read
    assert number.unreadable == (("capabilities",) if read is None else ())


@pytest.mark.parametrize(
    ("flag", "read"),
    [("false", False), ("TRUE", True), (True, True), (None, None), ("", None), ("yes", None), (1, None)],
)
def test_a_flag_is_read_as_a_text(flag, read):
    """The texts of true and false are flags; other values are unreadable, and none is guessed."""
    number = make_number({**IDENTITY, "beta": flag})

    assert number.get("beta") is read
    assert number.unreadable == (("beta",) if read is None and flag else ())


def test_names_of_fields_in_capitals_are_read():
    """A record whose fields are written in capitals is the same number."""
    number = make_number(
        {name.upper(): text for name, text in IDENTITY.items()} | {"Voice_Url": "https://acme.example"}
    )

    assert (number.sid, number.phone_number) == ("PN1", "+14155550123")
    assert number.get("voice_url") == "https://acme.example"


def test_a_change_of_an_unreadable_field_is_a_change():
    """The value stays in the record, so a comparison sees another one."""
    one, other = (make_number({**IDENTITY, "voice_url": value}) for value in ([1], [2]))

    assert one.stated != other.stated


@pytest.mark.parametrize("field", FIELDS)
def test_a_table_with_an_odd_number_is_whole(changed, field):
    """One number with an odd field costs no row of a table and no card; the line above the table names the field."""
    operator = changed(**{field: {"odd": [1]}})
    inventory = operator.inventory()
    decision = operator.decide(operator.number(NAME)) if field != "friendly_name" else None

    assert len(numbers_table(inventory)) == 59
    assert decision is None or decision.number.phone_number in show_card(decision)
    named = "capabilities.odd" if field == "capabilities" else field
    assert inventory.coverage.unreadable == {named: 1}
    assert f"{named} (1)" in describe_coverage(inventory.coverage)


@pytest.mark.parametrize("field", ["voice_url", "trunk_sid", "bundle_sid", "sms_application_sid", "status_callback"])
def test_an_unreadable_connection_is_not_none(changed, field):
    """Whether the number is connected is unknown, not no."""
    number = changed(**{field: ["odd"]}).number(NAME)
    wiring = wiring_of(number, Surroundings({}, ()))

    assert [gap.why.code for gap in wiring.unseen if gap.place is Place.RECORD] == [Cause.FIELDS_UNREADABLE]


@pytest.mark.parametrize("field", ["emergency_address_sid", "emergency_address_status"])
def test_an_unreadable_emergency_address_blocks(changed, field):
    """It may be registered, and then Twilio refuses the release."""
    operator = changed(**{field: ["odd"]})
    decision = operator.decide(operator.number(NAME))

    assert Cause.EMERGENCY_ADDRESS in {blocker.code for blocker in decision.blockers}
