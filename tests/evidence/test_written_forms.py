"""One number is written in two ways in Mexico, Argentina and Brazil: the use of either form is use of the number."""

from dataclasses import replace
from threading import Event
from urllib.parse import parse_qs, urlsplit

import pytest

from helpers.core.connections import LinkKind
from helpers.core.reasons import Cause
from helpers.core.records import Window
from helpers.core.typed_text import is_typed_back
from helpers.evidence import account_traffic
from helpers.evidence.number_traffic import fetch_number_traffic
from helpers.evidence.wiring import fetch_surroundings, wiring_of
from helpers.plans.list_file import read_table
from helpers.plans.number_list import read_list
from tests.support.evidence import take_traffic

#: Forms of one number each, and a customer's number.
PAIRS = (
    ("+525555550123", "+5215555550123"),
    ("+541155550123", "+5491155550123"),
    ("+551155550123", "+5511955550123"),
)
FORMS = [*PAIRS, *((other, own) for own, other in PAIRS)]
OURS, THEIRS, WHEN = "+19175550156", "+14165550188", "Sun, 01 Mar 2026 08:00:00 +0000"
CALL = {"sid": f"CA{1:032x}", "status": "completed", "duration": "60", "start_time": WHEN, "date_created": WHEN}
TEXT = {"sid": f"SM{1:032x}", "status": "delivered", "date_sent": WHEN, "date_created": WHEN}
#: What happened, by the form that the log writes.
USES = {
    "a call that came in": lambda form: ("Calls", {**CALL, "to": form, "from": THEIRS, "direction": "inbound"}),
    "a call that was made": lambda form: ("Calls", {**CALL, "to": THEIRS, "from": form, "direction": "outbound-api"}),
    "a text that came in": lambda form: ("Messages", {**TEXT, "to": form, "from": THEIRS, "direction": "inbound"}),
    "a WhatsApp message that was sent": lambda form: (
        *("Messages", {**TEXT, "to": f"whatsapp:{THEIRS}", "from": f"whatsapp:{form}", "direction": "outbound-api"}),
    ),
}


@pytest.fixture
def company(operator, connect, between):
    """A company one of whose silent numbers has another form and has part in rows of its account's log."""
    inventory = operator.inventory()
    accounts = {account.sid: account for account in inventory.accounts}
    home = next(one.account_sid for one in inventory.numbers if one.phone_number == OURS)
    gateway = connect(url=between.url)

    def use(form, *uses):
        numbers = [one for one in inventory.numbers if one.account_sid == home]
        numbers = [replace(one, phone_number=form) if one.phone_number == OURS else one for one in numbers]
        rows = {"Calls": [], "Messages": []}
        for log, row in uses:
            rows[log].append({**row, "account_sid": home})

        def add_rows(path, content):
            """Show the rows that match what was asked for, as Twilio does: letter by letter."""
            query = parse_qs(urlsplit(path).query)
            wanted = {side.lower(): query[side][0] for side in ("To", "From") if side in query}
            for log, added in rows.items():
                if f"{home}/{log}.json" in path and "DateSent<" not in query:
                    content[log.lower()] += [row for row in added if wanted.items() <= row.items()]

        between.changes[:] = [add_rows]
        return numbers

    use.gateway, use.accounts, use.window = gateway, accounts, Window.of(90, until=operator.clock())
    return use


def together(company, numbers, monkeypatch, *, weight):
    monkeypatch.setattr(account_traffic, "WEIGHT", weight)
    how = {"stop": Event()}
    found = take_traffic(company.gateway, numbers, company.accounts, company.window, **how)
    return {number.phone_number: found[number.sid] for number in numbers}


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize(("own", "written"), FORMS)
def test_a_number_that_the_log_writes_in_another_form_is_in_use(company, monkeypatch, own, written, use):
    """Whichever way its account is read; no other number of the account is."""
    log, _ = USES[use](written)
    before = together(company, company(own), monkeypatch, weight=0)
    numbers = company(own, USES[use](written))
    for weight in (0, 10**9):
        found = together(company, numbers, monkeypatch, weight=weight)

        assert getattr(found[own], log.lower()) == 1, weight
        assert {one for one in found if found[one].tells != before[one].tells} == set()
        assert [one for one in found if bool(found[one].last_used) > bool(before[one].last_used)] == [own], weight
    (number,) = (one for one in numbers if one.phone_number == own)
    assert getattr(fetch_number_traffic(company.gateway, number, company.window), log.lower()) == 1


def test_numbers_that_are_forms_of_each_other_are_both_in_use(company, monkeypatch):
    """Nobody knows of which of the two a row is that names one: neither is called quiet."""
    own, other = PAIRS[2]
    numbers = company(own, USES["a text that came in"](other))
    sibling = replace(numbers[-1], phone_number=other)
    found = together(company, [*numbers[:-1], sibling], monkeypatch, weight=0)

    assert (found[own].messages, found[other].messages) == (1, 1)


@pytest.mark.parametrize(
    ("own", "not_a_form"),
    [
        ("+525555550123", "+5225555550123"),
        ("+5215555550123", "+15555550123"),
        ("+551155550123", "+5511855550123"),
        ("+14155550112", "+114155550112"),
        ("+14155550112", "+141595550112"),
    ],
)
def test_a_number_that_only_looks_alike_is_another_number(company, monkeypatch, own, not_a_form):
    """One digit more or less is another number's, in these countries and in all others."""
    numbers = company(own, USES["a text that came in"](not_a_form))

    assert together(company, numbers, monkeypatch, weight=0)[own].messages == 0


@pytest.mark.parametrize(("own", "written"), FORMS)
def test_a_waiting_message_leaves_the_member_in_another_form_open(company, between, monkeypatch, own, written):
    """The messaging service names its number in the other form, under a sid of its own."""
    service = f"MG{'2' * 32}"
    row = {**TEXT, "to": THEIRS, "from": None, "direction": "outbound-api", "messaging_service_sid": service}
    numbers = company(own, ("Messages", row))
    list(company.gateway.accounts())
    member = {"sid": f"XE{'0' * 32}", "phone_number": written}
    between.answers("/PhoneNumbers", 200, {"phone_numbers": [member], "meta": {"next_page_url": None}})
    found = together(company, numbers, monkeypatch, weight=0)

    assert found[own].messages is None
    assert {why.code for why in found[own].unread.values()} == {Cause.NAMELESS_ROW}


#: Place -> where its list is, its key, and a record that names a number.
PLACES = {
    LinkKind.MESSAGING_SERVICE: (
        *("/PhoneNumbers?", "phone_numbers", lambda form: {"sid": f"XE{'0' * 32}", "phone_number": form}),
    ),
    LinkKind.WHATSAPP_SENDER: (
        *("/Channels/Senders", "senders", lambda form: {"sid": "XE1", "sender_id": f"whatsapp:{form}"}),
    ),
    LinkKind.CONVERSATIONS: (
        *("/Configuration/Addresses", "address_configurations"),
        lambda form: {"sid": "IG1", "address": f"whatsapp:{form}"},
    ),
    LinkKind.PROXY: (
        *("/v1/Services/KS", "phone_numbers", lambda form: {"sid": f"PN{'0' * 32}", "phone_number": form}),
    ),
    LinkKind.CALLER_ID: (
        *("/OutgoingCallerIds", "outgoing_caller_ids", lambda form: {"sid": "PN2", "phone_number": form}),
    ),
}


@pytest.mark.parametrize("kind", PLACES)
@pytest.mark.parametrize(("own", "written"), FORMS)
def test_a_place_that_names_a_number_in_another_form_is_found(company, between, kind, own, written):
    """Its connection is shown, and nobody else's."""
    numbers = company(own)
    list(company.gateway.accounts())
    path, key, record = PLACES[kind]
    answer = {key: [record(written)], "next_page_uri": None, "meta": {"next_page_url": None}}
    between.answers(path, 200, answer)
    around = fetch_surroundings(company.gateway, company.accounts[numbers[0].account_sid])
    connected = {
        number.phone_number for number in numbers if kind in {link.kind for link in wiring_of(number, around).links}
    }

    assert connected == {own}


@pytest.mark.parametrize(("own", "written"), FORMS)
def test_what_is_typed_or_listed_matches_its_own_form_only(company, own, written):
    """The other form is not the number: nothing is confirmed by it, and no list means it."""
    numbers = company(own)
    number = next(one for one in numbers if one.phone_number == own)
    accounts = list(company.accounts.values())

    assert [is_typed_back(form, number) for form in (own, written)] == [True, False]
    listed = [read_list(read_table(f"phone_number\n{form}\n"), numbers, accounts) for form in (own, written)]
    assert [len(one.taken) + len(one.offered) for one in listed] == [1, 0]
