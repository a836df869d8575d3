"""Failures that were ordered happen, to the request they were ordered for, and to no other."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import requests

from helpers.simulator import Fault, serve
from tests.support.simulator_tools import control

NEVER_CARRIED_OUT = {
    Fault.REQUEST_LOST,
    Fault.SILENT_BEFORE,
    Fault.BROKEN_BEFORE,
    Fault.UNAVAILABLE_BEFORE,
    Fault.THROTTLED,
    Fault.EMPTY_PROMISE,
    Fault.NOT_FOUND,
    Fault.UNAUTHORIZED,
    Fault.FORBIDDEN,
    Fault.REFUSED,
    Fault.WRONG_REGION,
    # The number is moved before the DELETE comes for it.
    Fault.MOVED,
    # Not before its time; see below.
    Fault.LATE,
}
#: Fault -> status and code of the answer to a DELETE; None is no answer.
ANSWERS = {
    Fault.REQUEST_LOST: None,
    Fault.ANSWER_LOST: None,
    Fault.ANSWER_CUT: None,
    Fault.SILENT_BEFORE: None,
    Fault.SILENT_AFTER: None,
    Fault.LATE: None,
    Fault.BROKEN_BEFORE: (500, 20500),
    Fault.BROKEN_AFTER: (500, 20500),
    Fault.UNAVAILABLE_BEFORE: (503, 20503),
    Fault.UNAVAILABLE_AFTER: (503, 20503),
    Fault.SLOW: (204, None),
    Fault.THROTTLED: (429, 20429),
    Fault.EMPTY_PROMISE: (204, None),
    Fault.NOT_FOUND: (404, 20404),
    Fault.UNAUTHORIZED: (401, 20003),
    Fault.FORBIDDEN: (403, 20403),
    Fault.GARBLED: (200, "not JSON"),
    Fault.MOVED: (404, 20404),
    Fault.REFUSED: (400, 22400),
    Fault.WRONG_REGION: (400, 22402),
    # Only a GET can be answered late in this sense, so a DELETE goes well.
    Fault.STALE: (204, None),
    Fault.CHANGED: (204, None),
    Fault.EMPTY_PAGE: (204, None),
}


class Caller:
    """Somebody who asks for one number of the main account, with a patience of half a second."""

    def __init__(self, simulator):
        self.simulator = simulator
        self.number = simulator.world.numbers(simulator.account_sid)[6]
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.auth = (simulator.account_sid, simulator.auth_token)
        self.path = f"/2010-04-01/Accounts/{simulator.account_sid}/IncomingPhoneNumbers/{self.number.sid}.json"

    def ask(self, method, path=None, **form):
        return self.session.request(method, self.simulator.url + (path or self.path), data=form, timeout=0.5)

    def outcome(self, method):
        try:
            answer = self.ask(method)
        except requests.RequestException:
            return None
        try:
            return answer.status_code, answer.json().get("code") if answer.content else None
        except ValueError:
            return answer.status_code, "not JSON"

    def still_there(self):
        return self.simulator.world.number(self.simulator.account_sid, self.number.sid) is not None


@pytest.fixture
def simulator():
    """Serve a world whose clock stands still."""
    with serve(world="acme", seed="faults", now=lambda: datetime(2026, 3, 2, 9, 30, tzinfo=UTC)) as simulator:
        yield simulator


@pytest.fixture
def caller(simulator):
    """Somebody who calls, and hangs up at the end."""
    caller = Caller(simulator)
    yield caller
    caller.session.close()


def test_every_fault_says_what_it_does():
    """The values are sentences, and every fault is in the table of this file."""
    assert set(ANSWERS) == set(Fault)
    assert all(len(fault.value.split()) > 5 for fault in Fault)


@pytest.mark.parametrize("fault", Fault)
def test_a_release_that_fails_is_carried_out_or_not_as_the_fault_says(simulator, caller, fault):
    """The answer is the one that was ordered, and the world and the log agree on what happened."""
    simulator.order(fault, seconds=0.1 if fault is Fault.SLOW else 2)
    outcome = caller.outcome("DELETE")
    moved = fault is Fault.MOVED

    assert outcome == ANSWERS[fault]
    assert caller.still_there() == (fault in NEVER_CARRIED_OUT and not moved)
    assert simulator.requests[-1]["carried_out"] == (fault not in NEVER_CARRIED_OUT)
    assert simulator.requests[-1]["status"] == (outcome[0] if outcome else None)


def test_a_fault_befalls_the_request_it_was_ordered_for(simulator, caller):
    """Method, address, how many to let pass and how often are all minded; then all is well again."""
    simulator.order(Fault.BROKEN_BEFORE, method="GET", path=caller.number.sid, after=1, times=2)
    elsewhere = f"/2010-04-01/Accounts/{simulator.account_sid}/IncomingPhoneNumbers.json"
    seen = []
    for _ in range(4):
        assert caller.ask("GET", elsewhere).status_code == 200
        assert caller.ask("POST", FriendlyName="x").status_code == 200
        seen.append(caller.ask("GET").status_code)

    assert seen == [200, 500, 500, 200]


def test_orders_are_used_up_one_after_the_other(simulator, caller):
    """The first that matches is taken; the second waits for the next request."""
    simulator.order(Fault.THROTTLED)
    simulator.order(Fault.UNAVAILABLE_BEFORE)

    assert [caller.ask("GET").status_code for _ in range(3)] == [429, 503, 200]


def test_a_refusal_has_the_code_that_was_ordered(simulator, caller):
    """Any code of Twilio's can be tried, also one that is not known here."""
    simulator.order(Fault.REFUSED, code=21631)
    simulator.order(Fault.REFUSED, code=99999)

    assert caller.outcome("DELETE") == (400, 21631)
    assert caller.outcome("DELETE") == (400, 99999)


def test_a_late_request_is_carried_out_when_the_clock_gets_there(simulator, caller):
    """The connection is reset at once; the number goes half a minute later, and not before."""
    simulator.order(Fault.LATE, method="DELETE", seconds=30)
    caller.outcome("DELETE")
    simulator.advance(seconds=29)
    before = caller.still_there(), simulator.requests[-1]["carried_out"]
    simulator.advance(seconds=1)

    assert before == (True, False)
    assert not caller.still_there()
    assert simulator.requests[-1]["carried_out"] is True


def test_a_late_request_is_seen_by_whoever_asks_next():
    """Also where the clock is the test's own: what was due when a request comes has happened before it."""
    moments = [datetime(2026, 3, 2, 9, 30, tzinfo=UTC)]
    with serve(world="acme", seed="faults", now=lambda: moments[-1]) as simulator:
        caller = Caller(simulator)
        simulator.order(Fault.LATE, method="DELETE", seconds=30)
        caller.outcome("DELETE")
        before = caller.ask("GET").status_code
        moments.append(moments[0] + timedelta(seconds=30))
        after = caller.ask("GET").status_code
        caller.session.close()

    assert (before, after) == (200, 404)


def test_a_late_request_needs_nobody_to_move_the_clock():
    """Where the clock runs by itself, the number goes by itself."""
    with serve(world="acme", seed="faults") as simulator:
        caller = Caller(simulator)
        simulator.order(Fault.LATE, method="DELETE", seconds=0.1)
        caller.outcome("DELETE")
        before = caller.still_there()
        deadline = time.monotonic() + 5
        while caller.still_there() and time.monotonic() < deadline:
            time.sleep(0.02)
        caller.session.close()

        assert before
        assert not caller.still_there()


def test_a_stale_answer_is_as_of_before_the_last_change(simulator, caller):
    """After an update, a release or a purchase, the fetch and the list show what was before."""
    listing = f"/2010-04-01/Accounts/{simulator.account_sid}/IncomingPhoneNumbers.json"

    def listed(*, stale):
        if stale:
            simulator.order(Fault.STALE)
        return {n["sid"]: n["friendly_name"] for n in caller.ask("GET", listing).json()["incoming_phone_numbers"]}

    caller.ask("POST", FriendlyName="changed")
    simulator.order(Fault.STALE)
    fetched = caller.ask("GET").json()["friendly_name"]
    assert fetched == "Board room"
    assert listed(stale=True)[caller.number.sid] == "Board room"
    assert listed(stale=False)[caller.number.sid] == "changed"

    caller.ask("DELETE")
    simulator.order(Fault.STALE)
    assert caller.ask("GET").json()["friendly_name"] == "changed"
    assert listed(stale=True)[caller.number.sid] == "changed"
    assert caller.number.sid not in listed(stale=False)

    bought = caller.ask("POST", listing, PhoneNumber="+12125550190").json()["sid"]
    assert bought not in listed(stale=True)
    assert bought in listed(stale=False)


def test_a_changed_number_is_seen_changed(simulator, caller):
    """The answer to the GET already shows what somebody else did."""
    simulator.order(Fault.CHANGED)
    before = caller.number.fields["voice_url"]

    assert caller.ask("GET").json()["voice_url"] != before
    assert caller.ask("GET").json()["voice_url"].startswith("https://somebody-else")


def test_a_moved_number_is_in_another_account_of_the_company(simulator, caller):
    """The DELETE finds nothing; the number is still the company's, under the same sid."""
    simulator.order(Fault.MOVED, method="DELETE")
    caller.outcome("DELETE")
    owners = [sid for sid in simulator.world.accounts if simulator.world.number(sid, caller.number.sid)]

    assert len(owners) == 1
    assert owners[0] != simulator.account_sid


def test_more_requests_at_once_than_allowed_get_429():
    """Those over the limit of their account are not carried out; other accounts are not counted in."""
    with serve(world="acme", seed="faults", concurrency=2, latency=0.3) as simulator, requests.Session() as session:
        session.trust_env = False
        session.auth = (simulator.account_sid, simulator.auth_token)
        accounts = [simulator.account_sid] * 5 + [simulator.credentials["subaccount"][0]] * 2

        def ask(sid):
            return session.get(f"{simulator.url}/2010-04-01/Accounts/{sid}/IncomingPhoneNumbers.json").status_code

        with ThreadPoolExecutor(7) as pool:
            statuses = list(pool.map(ask, accounts))
        refused = [entry for entry in simulator.requests if entry["status"] == 429]

    assert sorted(statuses[:5]) == [200, 200, 429, 429, 429]
    assert statuses[5:] == [200, 200]
    assert not any(entry["carried_out"] for entry in refused)


def test_an_answer_takes_as_long_as_the_latency():
    """Every answer of the real Twilio takes a while."""
    with serve(world="empty", latency=0.15) as slow, requests.Session() as session:
        session.trust_env = False
        began = time.monotonic()
        answer = session.get(f"{slow.url}/2010-04-01/Accounts.json", auth=(slow.account_sid, slow.auth_token))
        took = time.monotonic() - began

    assert answer.status_code == 200
    assert took >= 0.15
    assert float(answer.headers["Twilio-Request-Duration"]) >= 0.15


def test_a_server_that_is_being_silent_stops_at_once():
    """Closing does not wait for the end of a silence."""
    with serve(world="acme", seed="faults") as silent:
        caller = Caller(silent)
        silent.order(Fault.SILENT_AFTER)
        caller.outcome("DELETE")
        caller.session.close()
        began = time.monotonic()

    assert time.monotonic() - began < 1


def test_an_icon_uses_up_no_fault(simulator, caller):
    """A browser asks for more than Twilio has: an order without an address waits for a request that Twilio knows."""
    simulator.order(Fault.BROKEN_BEFORE)
    for path in ("/favicon.ico", "/", "/2010-04-01/Nothing.json"):
        assert caller.ask("GET", path=path).status_code != 500

    assert caller.ask("GET").status_code == 500


@pytest.mark.parametrize("path", ["//", "/%0a", "/..;/", "/__practice", "/__practice/nothing", "/2010-04-01/Accounts"])
def test_an_odd_address_uses_up_no_fault(simulator, caller, path):
    """Neither does a control, with its secret or without."""
    simulator.order(Fault.BROKEN_BEFORE)
    for method in ("GET", "POST", "DELETE"):
        assert caller.ask(method, path=path).status_code != 500
    control(simulator, "clock", {"seconds": 1})

    assert caller.ask("GET").status_code == 500


@pytest.mark.parametrize("method", ["OPTIONS", "HEAD", "PUT", "PATCH"])
def test_what_twilio_does_not_do_uses_up_no_fault(simulator, caller, method):
    """A web page asks by OPTIONS before it may ask; what Twilio answers with 405 is no request that could fail."""
    simulator.order(Fault.BROKEN_BEFORE)
    assert caller.ask(method).status_code == 405

    assert caller.ask("GET").status_code == 500
