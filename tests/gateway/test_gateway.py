"""Asking Twilio: every page or a sentence, one sending of what changes something, and no secret anywhere."""

import pytest

from helpers.actions.locate import find_everywhere
from helpers.core.errors import CannotRead, NoAnswer, NotSent, TwilioBusy, TwilioSaidNo
from helpers.evidence.inventory import take_inventory
from helpers.gateway.transport import Answer, Transport
from helpers.gateway.visibility import find_reach
from helpers.simulator import Fault, serve
from helpers.tables.about import describe_coverage
from tests.support.golden import as_read


def test_all_accounts_and_all_numbers_are_read(operator, simulator):
    """The inventory holds what the world holds, the suspended account's numbers too, and says how much was read."""
    inventory = operator.inventory()
    names = {account.friendly_name for account in inventory.accounts}

    assert {"Acme", "Acme Test Lab", "Acme Logistics", "Acme Trade Fair"} <= names
    assert all(reading.complete for reading in inventory.coverage.readings)
    assert sum(reading.numbers for reading in inventory.coverage.readings) == len(inventory.numbers) > 55
    asked = sum(account.status != "closed" for account in inventory.accounts)
    assert describe_coverage(inventory.coverage).startswith(f"{asked} of {asked} ")


def test_an_account_that_cannot_be_read_is_named_with_its_reason(operator, simulator, quiet, snapshot):
    """Its numbers are missing, and that is said; the others are there."""
    simulator.order(Fault.UNAUTHORIZED, path=f"{quiet.account_sid}/IncomingPhoneNumbers", times=9)
    inventory = operator.inventory()

    (failed,) = [reading for reading in inventory.coverage.readings if not reading.complete]
    assert failed.account.friendly_name == "Acme Support"
    assert as_read(describe_coverage(inventory.coverage)) == snapshot
    assert not any(number.account_sid == quiet.account_sid for number in inventory.numbers)


def test_half_a_list_is_not_shown_as_a_whole_one(clock, snapshot):
    """The second page fails: the account counts as not read, and none of its numbers is shown."""
    with serve(world="1x2500", seed="test", now=clock) as simulator:
        gateway = gateway_to(simulator, clock)
        simulator.order(Fault.UNAVAILABLE_BEFORE, path="IncomingPhoneNumbers", after=1, times=9)
        inventory = take(gateway, clock)

    assert len(inventory.numbers) == 0
    assert as_read(describe_coverage(inventory.coverage)) == snapshot


def test_pages_are_followed_to_the_end(clock):
    """2,500 numbers come in three pages of a thousand, each number once."""
    with serve(world="1x2500", seed="test", now=clock) as simulator:
        inventory = take(gateway_to(simulator, clock), clock)
        asked = [request["path"] for request in simulator.requests if "IncomingPhoneNumbers" in request["path"]]

    assert len({number.sid for number in inventory.numbers}) == len(inventory.numbers) == 2500
    assert len(asked) == 3


def test_reading_survives_what_passes(operator, simulator):
    """A lost connection, a 503 and a few 429s while reading are tried again, and nothing is missing."""
    whole = len(operator.inventory().numbers)
    simulator.order(Fault.REQUEST_LOST, path="IncomingPhoneNumbers")
    simulator.order(Fault.UNAVAILABLE_BEFORE, path="IncomingPhoneNumbers")
    simulator.order(Fault.THROTTLED, path="IncomingPhoneNumbers", times=6)

    assert len(operator.inventory().numbers) == whole


def test_a_concurrency_limit_is_found_and_kept(clock):
    """With room for four at once, a listing of 60 accounts gets through, and backs off early."""
    with serve(world="60x3", seed="test", now=clock, concurrency=1, latency=0.002) as simulator:
        inventory = take(gateway_to(simulator, clock), clock)

    assert all(reading.complete for reading in inventory.coverage.readings)


def test_a_number_out_of_reach_reads_as_none(gateway):
    """404 is an answer; what it means is for others to find out."""
    assert gateway.number(gateway.connection.account_sid, "PN" + "0" * 32) is None


def test_an_answer_that_is_not_json_is_not_an_answer(gateway, simulator, quiet):
    """What cannot be read counts as not read."""
    simulator.order(Fault.GARBLED, path=quiet.sid)

    with pytest.raises(CannotRead):
        gateway.number(quiet.account_sid, quiet.sid)


@pytest.mark.parametrize(
    ("fault", "outcome", "status"),
    [
        (Fault.REQUEST_LOST, NoAnswer, None),
        (Fault.ANSWER_LOST, NoAnswer, None),
        (Fault.SILENT_BEFORE, NoAnswer, None),
        (Fault.BROKEN_BEFORE, NoAnswer, 500),
        (Fault.UNAVAILABLE_AFTER, NoAnswer, 503),
        (Fault.THROTTLED, TwilioBusy, 429),
        (Fault.NOT_FOUND, TwilioSaidNo, 404),
        (Fault.FORBIDDEN, TwilioSaidNo, 403),
        (Fault.UNAUTHORIZED, TwilioSaidNo, 401),
        (Fault.WRONG_REGION, TwilioSaidNo, None),
    ],
)
def test_what_changes_something_is_sent_once_whatever_happens(connect, simulator, quiet, fault, outcome, status):
    """Each failure is one of three things: not done, refused, or unknown; and none is tried again."""
    gateway = connect(timeouts=(1.0, 0.3))
    simulator.order(fault, method="DELETE", times=9, seconds=1)
    with pytest.raises(outcome):
        gateway.delete_number(quiet.account_sid, quiet.sid)

    (sent,) = [request for request in simulator.requests if request["method"] == "DELETE"]
    assert status is None or sent["status"] == status


def test_without_a_connection_nothing_was_sent(connect, quiet, snapshot):
    """A refused connection is the one failure of which we know that nothing left."""
    gateway = connect(url="http://127.0.0.1:1")

    with pytest.raises(NotSent) as refused:
        gateway.delete_number(quiet.account_sid, quiet.sid)
    assert as_read(str(refused.value)) == snapshot


def test_an_answer_shows_no_body():
    """/Accounts answers hold every subaccount's auth token; an answer's repr does not."""
    assert "hush" not in repr(Answer(200, b'{"auth_token": "hush"}', {}))


def gateway_to(simulator, clock):
    from helpers.gateway.credentials import Connection
    from helpers.gateway.gateway import Gateway
    from helpers.gateway.simulator_client import SimulatorClient

    transport = Transport(
        origin=simulator.url, clock=lambda: clock().timestamp(), sleep=lambda _: None, jitter=lambda: 0.5
    )
    sid, token = simulator.credentials["main_token"]
    return Gateway(
        Connection(False, sid, token, sid, SimulatorClient(simulator.url, simulator.control_token)), transport
    )


def take(gateway, clock):
    reach, accounts = find_reach(gateway)
    inventory = take_inventory(gateway, reach, accounts, seconds=lambda: 0.0)
    gateway.transport.close()
    return inventory


def test_a_search_finds_the_whole_number_or_nothing(operator, quiet):
    """Twilio matches parts of numbers; a part is somebody else's number."""
    whole = find_everywhere(operator.gateway, operator.reach, quiet.phone_number, home=quiet.account_sid)
    part = find_everywhere(operator.gateway, operator.reach, quiet.phone_number[:-1], home=quiet.account_sid)

    assert whole.numbers == (quiet,)
    assert part.numbers == ()


def test_a_number_that_a_listing_repeats_counts_once(gateway, quiet, monkeypatch):
    """A listing is not a snapshot: while numbers come and go, one can stand on two pages."""
    really = gateway.client.pages

    def repeated(url, key, make, *, what):
        for page in really(url, key, make, what=what):
            yield page
            yield page

    monkeypatch.setattr(gateway.client, "pages", repeated)
    sids = [number.sid for number in gateway.numbers(quiet.account_sid)]

    assert len(sids) == len(set(sids)) > 1


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://messaging.evil.example/v1/Services",
        "https://messaging.twilio.com.evil.example/v1/Services",
        "https://eviltwilio.com/v1/Services",
        "https://messaging.twilio.com@evil.example/v1/Services",
        "https://evil.example/.twilio.com/v1/Services",
    ],
)
def test_credentials_go_to_twilio_only_whatever_a_page_says_comes_next(
    connect, simulator, between, elsewhere, snapshot
):
    """A page that leads somewhere else is not followed: nobody there is told an account's token."""
    between.answers("/v1/Services", 200, {"services": [], "meta": {"next_page_url": elsewhere}}, times=1)
    gateway = connect(url=between.url)
    services = gateway.resources(gateway.connection.account_sid, "https://messaging.twilio.com/v1/Services", "services")

    with pytest.raises(CannotRead) as refused:
        list(services)
    assert as_read(str(refused.value)) == snapshot
    assert [request["host"] for request in simulator.requests if "evil" in request["host"]] == []
