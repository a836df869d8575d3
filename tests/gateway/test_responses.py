"""Not everything that answers is Twilio, and not every answer is whole: neither proves anything."""

import json
import traceback

import msgspec
import pytest
from IPython.core.ultratb import VerboseTB

from helpers.actions.locate import find_everywhere
from helpers.core.errors import CannotRead, NoAnswer, TwilioSaidNo
from helpers.gateway.client import API
from helpers.gateway.log_page import as_log, log_page_in
from helpers.gateway.responses import extract
from helpers.gateway.transport import Answer
from tests.support.golden import as_read
from tests.support.in_between import LOGIN

NUMBERS = "/IncomingPhoneNumbers"
WHOLE = {"sid": "PN1", "account_sid": "AC1", "phone_number": "+14155550123"}


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, LOGIN),
        (404, {"message": "no route"}),
        (404, {"code": 20403, "message": "Forbidden", "status": 404}),
        (200, LOGIN),
        (302, LOGIN),
        (403, LOGIN),
    ],
)
def test_only_twilio_says_that_a_number_is_not_there(gateway, between, quiet, status, body):
    """A 404 of a proxy's, or any other page, is a look that failed: nothing follows from it."""
    between.answers(NUMBERS, status, body)

    with pytest.raises(CannotRead):
        gateway.number(quiet.account_sid, quiet.sid)


def test_twilios_own_404_says_that_it_is_not_there(gateway, between, quiet):
    """Status 404 with Twilio's code for it."""
    between.answers(NUMBERS, 404, {"code": 20404, "message": "not found", "status": 404})

    assert gateway.number(quiet.account_sid, quiet.sid) is None


def test_a_page_in_between_never_proves_a_release(operator, between, connect, simulator, quiet):
    """Every look is answered 404 by something else: the entry stays open, and no account counts as searched."""
    operator.gateway = connect(url=between.url)
    confirmation = operator.confirm(quiet)
    between.answers("IncomingPhoneNumbers", 200, LOGIN, method="DELETE")
    between.answers("IncomingPhoneNumbers", 404, LOGIN, method="GET")
    between.words[-1].times = 0
    looks = between.words[-1]
    really = operator.gateway.delete_number

    def delete(*args):
        looks.times = 1_000
        return really(*args)

    operator.gateway.delete_number = delete
    settled = operator.press(confirmation)

    assert settled.entry.state == "unknown"
    assert operator.deletes() == []
    home = quiet.account_sid
    assert find_everywhere(operator.gateway, operator.reach, quiet.phone_number, home=home).unread != ()


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, LOGIN),
        (200, {}),
        (202, {}),
        (302, LOGIN),
        (403, LOGIN),
        (404, LOGIN),
        (404, {"message": "no route"}),
        (429, LOGIN),
    ],
)
def test_what_is_not_twilios_word_on_a_release_leaves_it_open(gateway, between, quiet, status, body):
    """Only 204 is a receipt, and only a no with Twilio's code is a no."""
    between.answers(NUMBERS, status, body, method="DELETE")

    with pytest.raises(NoAnswer):
        gateway.delete_number(quiet.account_sid, quiet.sid)


def test_twilios_own_no_is_a_no(gateway, between, quiet, snapshot):
    """With its code, nothing was changed."""
    between.answers(NUMBERS, 403, {"code": 20403, "message": "Forbidden", "status": 403}, method="DELETE")

    with pytest.raises(TwilioSaidNo) as refused:
        gateway.delete_number(quiet.account_sid, quiet.sid)
    assert as_read(str(refused.value)) == snapshot


def test_a_no_whose_code_is_a_text_is_read(gateway, between, quiet, snapshot):
    """Twilio's newer hosts have been seen to write it so: a no is a no, and a 404 a 404."""
    between.answers(NUMBERS, 403, {"code": "20403", "message": "Forbidden"}, method="DELETE")
    with pytest.raises(TwilioSaidNo) as no:
        gateway.delete_number(quiet.account_sid, quiet.sid)
    assert as_read(str(no.value)) == snapshot
    assert no.value.code == 20403

    between.answers(NUMBERS, 404, {"code": "20404", "message": "not found"}, method="GET")
    assert gateway.number(quiet.account_sid, quiet.sid) is None


@pytest.mark.parametrize(
    "code",
    [True, False, None, "", "no", "20403.0", " 20403", "-1", "0x1", "\u0662\u0660", "9" * 5000, 20403.5, [20403], {}],
)
def test_what_is_no_code_is_nobodys_no(gateway, between, quiet, code):
    """Without a code of Twilio's it is open what became of the request, whatever else stands there."""
    between.answers(NUMBERS, 403, {"code": code, "message": "Forbidden"}, method="DELETE")

    with pytest.raises(NoAnswer):
        gateway.delete_number(quiet.account_sid, quiet.sid)


@pytest.mark.parametrize(("status", "code"), [(403, 20005), (401, 20005), (403, 10001), (401, "20005")])
def test_a_suspended_account_is_not_told_as_missing_rights(gateway, between, quiet, status, code, snapshot):
    """The credentials are well: the account is not, and that is to be mended."""
    between.answers(NUMBERS, status, {"code": code, "message": "Account is not active"})

    for change in (
        lambda: gateway.delete_number(quiet.account_sid, quiet.sid),
        lambda: gateway.update_number(quiet.account_sid, quiet.sid, {"VoiceUrl": ""}),
        lambda: gateway.buy_number(quiet.account_sid, {"PhoneNumber": "+12125550190"}),
    ):
        with pytest.raises(TwilioSaidNo) as no:
            change()
        assert as_read(str(no.value)) == snapshot
        assert "These credentials" not in str(no.value)


def test_an_account_that_takes_signed_requests_only_is_told_so(gateway, between, quiet, snapshot):
    """No right that somebody could give to these credentials would help."""
    words = "All other types of authentication are disabled for the account"
    between.answers(NUMBERS, 401, {"code": 70052, "message": words}, method="DELETE")

    with pytest.raises(TwilioSaidNo) as no:
        gateway.delete_number(quiet.account_sid, quiet.sid)
    assert str(no.value) == snapshot


@pytest.mark.parametrize(
    "body", ['{"calls": [{"sid": ' + "[" * 100_000, '{"usage_records": [{"category": "sms", "count": 1e999}]']
)
def test_a_page_that_takes_a_reader_down_is_one_that_was_not_read(gateway, between, quiet, body, snapshot):
    """Nested without end, or larger than any number: nothing raw comes out."""
    between.answers("", 200, f'{body}, "next_page_uri": null}}')

    for key in ("calls", "usage_records"):
        with pytest.raises(CannotRead) as refused:
            LOOKS[key](gateway, quiet)
        assert as_read(str(refused.value)) == snapshot


@pytest.mark.parametrize(
    "body",
    [LOGIN, {}, {"sid": "PN1"}, {**WHOLE, "sid": None}, {**WHOLE, "phone_number": 1}, {**WHOLE, "account_sid": ""}, []],
)
def test_a_yes_that_cannot_be_understood_leaves_a_change_open(gateway, between, quiet, body):
    """Without a sid, an account and a number it says nothing that can be built on."""
    between.answers(NUMBERS, 201, body, method="POST")

    with pytest.raises(NoAnswer):
        gateway.buy_number(quiet.account_sid, {"PhoneNumber": "+12125550190"})
    with pytest.raises(NoAnswer):
        gateway.update_number(quiet.account_sid, quiet.sid, {"VoiceUrl": ""})


#: Every look, with the key under which its records stand.
LOOKS = {
    "accounts": lambda gateway, number: list(gateway.accounts()),
    "incoming_phone_numbers": lambda gateway, number: list(gateway.numbers(number.account_sid)),
    "calls": lambda gateway, number: list(gateway.log(number.account_sid, "Calls", {})),
    "usage_records": lambda gateway, number: gateway.usage(number.account_sid, since="2026-01-01", until="2026-03-01"),
    "outgoing_caller_ids": lambda gateway, number: list(
        gateway.listing(number.account_sid, "OutgoingCallerIds", "outgoing_caller_ids")
    ),
    "services": lambda gateway, number: list(
        gateway.resources(gateway.connection.account_sid, "https://messaging.twilio.com/v1/Services", "services")
    ),
}
END = {"next_page_uri": None, "meta": {"next_page_url": None}}
WRONG = [
    lambda key: [],
    lambda key: END,
    lambda key: {**END, key: None},
    lambda key: {**END, key: {}},
    lambda key: {**END, key: "none"},
    lambda key: {**END, key: ["none"]},
    lambda key: {key: []},
    lambda key: {key: [], "next_page_uri": "@evil.example/", "meta": {"next_page_url": "http://api.twilio.com/"}},
    # No link, and no end of the list either.
    *(
        lambda key, link=link: {key: [], "next_page_uri": link, "meta": {"next_page_url": link}}
        for link in (0, False, [], {})
    ),
]


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("key", LOOKS)
def test_a_page_of_the_wrong_shape_is_a_page_that_was_not_read(gateway, between, quiet, key, wrong):
    """Not an empty list, and no traceback; and nothing is asked of whom it points to."""
    between.answers("", 200, wrong(key))

    with pytest.raises(CannotRead, match="not what Twilio sends"):
        LOOKS[key](gateway, quiet)


@pytest.mark.parametrize(
    ("key", "record"),
    [
        ("accounts", {"friendly_name": "Acme", "auth_token": "hush"}),
        ("usage_records", {"category": "calls", "count": "many"}),
    ],
)
def test_one_record_that_lacks_what_it_must_have_fails_the_look(gateway, between, quiet, key, record, snapshot):
    """Half a list would look like a whole one; and no token is in what is told about it."""
    between.answers("", 200, {**END, key: [{**WHOLE, "category": "sms", "count": "1"}, record]})

    with pytest.raises(CannotRead) as failed:
        LOOKS[key](gateway, quiet)
    assert as_read(str(failed.value)) == snapshot
    # Without this test's own frame, which holds the record.
    below = failed.value.__traceback__.tb_next
    shown = "".join([VerboseTB().text(type(failed.value), failed.value, below), *traceback.format_tb(below)])

    assert "pages" in shown
    assert "hush" not in shown


def test_one_number_of_the_wrong_shape_is_a_look_that_failed(gateway, between, quiet, snapshot):
    """A record without a number is no number."""
    between.answers(NUMBERS, 200, {"sid": quiet.sid, "account_sid": quiet.account_sid})

    with pytest.raises(CannotRead) as refused:
        gateway.number(quiet.account_sid, quiet.sid)
    assert as_read(str(refused.value)) == snapshot


def log_page(**fields):
    body = json.dumps({"next_page_uri": None, **fields}).encode()
    return extract(Answer(200, body, {}), lambda page: log_page_in("Calls", page, API), read=as_log)


@pytest.mark.parametrize("odd", [None, 5, 1.5, True, [], {}, "", "x"])
@pytest.mark.parametrize("name", ["sid", "account_sid", "to", "from", "direction", "duration", "start_time", "status"])
def test_a_record_of_a_log_is_read_whatever_its_fields_hold(name, odd):
    """It is one of the page's records, with the field as it is; what the kit does not count is left out."""
    (records, marks, following) = log_page(calls=[{"to": "+14155550112", "price": "1", name: odd}, {}])

    assert (len(records), len(marks), following) == (2, 2, None)
    assert getattr(records[0], {"from": "from_"}.get(name, name)) == odd
    assert msgspec.to_builtins(records[0]).keys().isdisjoint({"price"})


@pytest.mark.parametrize(
    "fields",
    [{}, {"calls": None}, {"calls": {}}, {"calls": ["x"]}, {"calls": [None]}, {"messages": []}]
    + [{"calls": [], "next_page_uri": link} for link in (5, "next", ["/"], 0, False, [], {})],
)
def test_a_page_of_a_log_without_its_list_or_with_no_link_is_none(fields):
    """Half a list would make numbers quiet."""
    assert log_page(**fields) is None
    assert extract(Answer(200, b'{"calls": []}', {}), lambda page: log_page_in("Calls", page, API), read=as_log) is None
