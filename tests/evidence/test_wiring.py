"""What a number is connected to: found wherever it is named, and never "nothing" where nobody could look."""

from dataclasses import replace

import pytest

from helpers.actions.restore import restore
from helpers.core.connections import Link, LinkKind, Place, Wiring
from helpers.core.records import Number
from helpers.decisions.judge import Judge
from helpers.decisions.sentences import connection, connections, gaps
from helpers.evidence.close_look import look_closely
from helpers.evidence.links_on_record import links_on_record
from helpers.evidence.wiring import fetch_surroundings, wiring_of
from helpers.simulator import Fault
from tests.support.golden import as_read


@pytest.fixture
def wired(operator):
    """Find out what a number of that name is connected to."""

    def found(name):
        number = operator.number(name)
        (account,) = [one for one in operator.gateway.accounts() if one.sid == number.account_sid]
        return wiring_of(number, fetch_surroundings(operator.gateway, account))

    return found


def told(wiring):
    return " ".join(connections(wiring))


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("Delivery alerts 2", "messaging service", "A2P campaign"),
        ("PBX overflow trunk", "SIP trunk", "on the SIP trunk TK"),
        ("Callback robot", "application", "An application answers its calls"),
        ("Old hotline", "webhook", "A web address of yours answers its calls"),
        ("Büro Berlin", "regulatory", "regulatory bundle"),
        (
            "Shop London (never opened)",
            "WhatsApp sender",
            "It is a WhatsApp sender (online): somebody writes to people",
        ),
        ("(917) 555-0161", "Proxy", "It is in the pool of the Proxy service Influencer hotline"),
        ("(917) 555-0161", "Proxy", "), reserved."),
        ("Shop Houston, pharmacy", "SIP domain", "SIP domain acme-counter-phones.sip.twilio.com are made with it."),
    ],
)
def test_a_number_is_found_wherever_it_is_named(wired, name, kind, words):
    """Each kind of connection, by its own sentence."""
    wiring = wired(name)

    assert kind in {link.kind for link in wiring.links}
    assert words in told(wiring)
    assert wiring.wired is True


def test_demo_pages_are_no_connection(wired):
    """A number that nobody ever set up is connected to nothing, and everybody looked."""
    wiring = wired("Landing page test 1")

    assert wiring.links == ()
    assert wiring.wired is False


def test_a_place_that_could_not_be_looked_at_is_named(operator, simulator, wired):
    """Without a look at the messaging services nobody can say "not wired"."""
    simulator.order(Fault.FORBIDDEN, path="/v1/Services", times=99)
    wiring = wired("Landing page test 1")

    assert wiring.wired is None
    assert Place.MESSAGING_SERVICES in {gap.place for gap in wiring.unseen}


def test_an_api_key_cannot_look_where_it_takes_a_subaccounts_own_credentials(connect, operator):
    """Said as "could not look", with the reason; the number's own fields count all the same."""
    number = operator.number("Old hotline")
    (account,) = [one for one in operator.gateway.accounts() if one.sid == number.account_sid]
    around = fetch_surroundings(connect("main_key"), account)

    assert any("takes its own credentials" in said for said in gaps(around.unseen))
    assert wiring_of(number, around).wired is True


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://acme-1234.twil.io/ivr", "A Twilio Function answers its calls."),
        ("https://webhooks.twilio.com/v1/Accounts/AC1/Flows/FW12?x=1", "The Studio flow FW12 answers its calls."),
        ("https://acme.example/ivr", "A web address of yours answers its calls."),
    ],
)
def test_a_webhook_is_told_by_what_it_leads_to(operator, quiet, url, said):
    """Functions and Studio flows are recognised by their addresses."""
    changed = operator.gateway.update_number(quiet.account_sid, quiet.sid, {"VoiceUrl": url})

    assert said in connections(Wiring(tuple(links_on_record(changed))))


def test_what_a_number_was_wired_to_is_on_the_list_after_taking_it_back(operator, wired):
    """A membership that was lost with the release is named when the number comes back."""
    number = operator.number("Influencer campaign")
    decision = replace(operator.decide(number), wiring=wired(number.friendly_name))
    confirmation = replace(operator.confirm(number), decision=decision)
    released = operator.press(confirmation).entry
    back = restore(released, operator.session, typed=number.phone_number)

    assert LinkKind.MESSAGING_SERVICE in {why.details.get("kind") for why in back.by_hand}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"identity_sid": "RI1"}, "identity"),
        ({"voice_fallback_url": "https://acme.example/x"}, "answers its calls where nothing else does"),
        ({"sms_fallback_url": "https://acme.example/x"}, "answers its messages where nothing else does"),
        ({"status_callback": "https://acme.example/x"}, "told what becomes of its calls"),
        ({"emergency_address_sid": "AD1"}, "Emergency services"),
        ({"voice_receive_mode": "fax", "voice_url": "https://acme.example/x"}, "set to take faxes, and no calls"),
    ],
)
def test_whatever_is_set_on_a_number_is_a_connection(fields, said):
    """Each of them alone is enough to ask somebody first."""
    links = tuple(links_on_record(Number("PN1", "AC1", "+14155550123", "", fields)))

    assert [said in connection(link) for link in links] == [True]


def test_an_application_is_told_by_its_name(wired, snapshot):
    """A sid alone says nothing to the person who decides."""
    assert as_read(told(wired("Callback robot"))) == snapshot


def test_names_of_applications_that_cannot_be_read_leave_nothing_open(simulator, wired):
    """They are for reading only: what is not wired is not wired."""
    simulator.order(Fault.FORBIDDEN, path="/Applications", times=9)

    assert wired("Landing page test 1").wired is False


def test_choosing_a_number_again_looks_once_more(operator, simulator, tmp_path, quiet):
    """A place that could not be looked at is not remembered as such; one that could is, for a while."""
    judge = Judge(operator.session)
    (account,) = [one for one in operator.gateway.accounts() if one.sid == quiet.account_sid]
    simulator.order(Fault.FORBIDDEN, path="/v1/Services", times=1)

    assert judge.decide(quiet, account).wiring.unseen != ()
    assert judge.decide(quiet, account).wiring.unseen == ()

    before = operator.gateway.requests
    judge.decide(quiet, account)
    assert operator.gateway.requests - before < 14


def test_a_number_whose_calls_are_taken_in_another_region_says_so(operator):
    """What stands on it here may not be what answers it there; looked at for one number at a time."""
    wired = look_closely(operator.gateway, operator.number("Shop London"), Wiring(()))

    assert Link(LinkKind.REGION, "ie1") in wired.links
    assert look_closely(operator.gateway, operator.number("Old hotline"), Wiring(())).links == ()


def test_a_region_that_could_not_be_looked_at_is_not_the_usual_one(operator, simulator):
    """Nobody takes silence for US1."""
    simulator.order(Fault.FORBIDDEN, path="/v2/PhoneNumbers/", times=3)
    wired = look_closely(operator.gateway, operator.number("Old hotline"), Wiring(()))

    assert wired.wired is None
    assert [gap.place for gap in wired.unseen] == [Place.REGION]


def test_the_add_ons_of_a_number_are_looked_at_before_it_can_go(operator, simulator):
    """By one request for each number that is looked at closely, and by none before that."""
    before = len(simulator.requests)
    wired = look_closely(operator.gateway, operator.number("Head office"), Wiring(()))

    assert [link.details["name"] for link in wired.links if link.kind is LinkKind.ADD_ON] == ["Caller name lookup"]
    asked = [each["path"] for each in simulator.requests[before:] if "AssignedAddOns" in each["path"]]
    assert len(asked) == 1


def test_add_ons_that_could_not_be_read_are_not_none(operator, simulator):
    """The gap is named, and the region beside it is known all the same."""
    simulator.order(Fault.FORBIDDEN, path="/AssignedAddOns", times=3)
    wired = look_closely(operator.gateway, operator.number("Shop London"), Wiring(()))

    assert [gap.place for gap in wired.unseen] == [Place.ADD_ONS]
    assert Link(LinkKind.REGION, "ie1") in wired.links


def test_add_ons_of_another_number_are_no_answer(operator, connect, between):
    """What Twilio says about another number says nothing of this one."""
    gateway, number = connect(url=between.url), operator.number("Old hotline")
    list(gateway.accounts())
    other = {
        "sid": "XE1",
        "account_sid": number.account_sid,
        "resource_sid": f"PN{'0' * 32}",
        "friendly_name": "Lookup",
    }
    between.answers("/AssignedAddOns", 200, {"assigned_add_ons": [other], "next_page_uri": None})
    wired = look_closely(gateway, number, Wiring(()))

    assert ([gap.place for gap in wired.unseen], wired.links) == ([Place.ADD_ONS], ())
