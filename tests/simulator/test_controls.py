"""The controls of the practice Twilio: its clock, its log, its faults, its settings."""

import gzip
import json
from datetime import timedelta
from email.utils import parsedate_to_datetime

import pytest
import requests

from helpers.simulator import Fault, serve
from helpers.simulator.world.records import rfc2822
from tests.support.simulator_tools import BORN


@pytest.fixture
def simulator():
    """Serve a world that begins on a fixed day."""
    with serve(world="acme", seed="promises", now=lambda: BORN) as simulator:
        yield simulator


def release(simulator, place=6):
    """Release a number of the main account, and tell which."""
    number = simulator.world.numbers(simulator.account_sid)[place]
    simulator.world.release(simulator.account_sid, number.sid)
    return number


def test_the_controls_say_which_world_this_is(simulator, controls):
    """Name, identity, clock, credentials and settings."""
    status, about = controls("GET", "")

    assert status == 200
    assert about["world"] == "acme"
    assert about["id"] == simulator.world.id
    assert about["now"] == BORN.isoformat()
    assert (about["account_sid"], about["auth_token"]) == (simulator.account_sid, simulator.auth_token)
    assert about["credentials"] == simulator.credentials
    assert (about["rebuy"], about["latency"], about["concurrency"], about["state"]) == ("works", 0.0, None, None)


def test_the_clock_is_moved_and_everything_follows_it(simulator, controls):
    """Forward only; answers are dated by it."""
    moved = controls("POST", "clock", {"days": 9, "hours": 1, "seconds": 30})
    back = controls("POST", "clock", {"days": -1})
    answer = controls.twilio("/2010-04-01/Accounts.json", simulator.credentials["main_token"])

    assert moved == (200, {"now": "2026-03-11T10:30:30+00:00"})
    assert back[0] == 400
    assert simulator.now() == BORN + timedelta(days=9, hours=1, seconds=30)
    assert parsedate_to_datetime(answer.headers["Date"]) == simulator.now()
    with pytest.raises(ValueError, match="forward"):
        simulator.advance(days=-1)
    assert simulator.now() == BORN + timedelta(days=9, hours=1, seconds=30)


def test_faults_are_ordered_listed_and_cancelled(simulator, controls):
    """By name; what waits can be seen, with the sentence that says what it does."""
    ordered = controls("POST", "faults", {"fault": "ANSWER_LOST", "method": "DELETE", "path": "/PN", "times": 2})
    listed = controls("GET", "faults")
    cancelled = controls("DELETE", "faults")

    assert ordered == listed
    assert [(o["fault"], o["means"], o["times"]) for o in listed[1]] == [
        ("ANSWER_LOST", Fault.ANSWER_LOST.value, 2),
    ]
    assert cancelled == (200, [])


def test_the_log_remembers_every_request_and_no_password(simulator, controls):
    """With number, method, host, address, query, form, user and outcome; controls are not in it."""
    pair = simulator.credentials["main_token"]
    controls.twilio("/2010-04-01/Accounts.json?PageSize=5", pair)
    controls.twilio("/nowhere", ["nobody", "a secret"], "POST", FriendlyName="x")
    controls("POST", "clock", {"seconds": 1})
    status, entries = controls("GET", "requests")
    later = controls("GET", "requests?after=1")[1]

    assert status == 200
    assert [(e["n"], e["method"], e["path"], e["status"], e["carried_out"]) for e in entries] == [
        (1, "GET", "/2010-04-01/Accounts.json", 200, True),
        (2, "POST", "/nowhere", 401, False),
    ]
    assert (entries[0]["query"], entries[1]["form"]) == ({"PageSize": "5"}, {"FriendlyName": "x"})
    assert [e["user"] for e in entries] == [simulator.account_sid, "nobody"]
    assert entries[0]["at"] == BORN.isoformat()
    assert [e["n"] for e in later] == [2]
    assert entries == simulator.requests
    assert simulator.auth_token not in json.dumps(entries)
    assert "a secret" not in json.dumps(entries)


def test_a_reset_makes_a_world_that_has_never_been(simulator, controls):
    """Old credentials are turned away, the clock is back, ordered faults are gone."""
    old = simulator.credentials["main_token"]
    simulator.order(Fault.BROKEN_BEFORE, times=99)
    simulator.advance(days=3)
    was = controls("GET", "")[1]
    status, now = controls("POST", "reset", {})
    other = controls("POST", "reset", {"world": "2x3", "seed": "known"})[1]

    assert status == 200
    assert (now["world"], now["now"]) == ("acme", BORN.isoformat())
    assert now["id"] != was["id"]
    assert now["account_sid"] != was["account_sid"]
    assert controls.twilio("/2010-04-01/Accounts.json", old).status_code == 401
    assert other["world"] == "2x3"
    assert controls("POST", "reset", {"world": "2x3", "seed": "known"})[1]["id"] == other["id"]
    assert controls("POST", "reset", {"world": "nope"})[0] == 400
    assert controls("GET", "")[1]["id"] == other["id"]


def test_buying_back_can_be_made_to_be_refused(simulator, controls):
    """As users report of Twilio: 21422 from the first minute on."""
    number = release(simulator)
    path = f"/2010-04-01/Accounts/{simulator.account_sid}/IncomingPhoneNumbers.json"
    pair = simulator.credentials["main_token"]
    controls("POST", "rebuy", {"mode": "refused"})
    refused = controls.twilio(path, pair, "POST", PhoneNumber=number.fields["phone_number"])
    controls("POST", "rebuy", {"mode": "works"})
    bought = controls.twilio(path, pair, "POST", PhoneNumber=number.fields["phone_number"])

    assert (refused.status_code, refused.json()["code"]) == (400, 21422)
    assert bought.status_code == 201


def test_a_released_number_is_reclaimed_in_the_console(simulator, controls):
    """It is back in its account, under a new sid, with nothing configured, whatever buying says."""
    number = release(simulator)
    controls("POST", "rebuy", {"mode": "refused"})
    controls("POST", "clock", {"days": 2})
    status, reclaimed = controls("POST", "reclaim", {"phone_number": number.fields["phone_number"]})
    back = simulator.world.number(simulator.account_sid, reclaimed["sid"])

    assert status == 200
    assert back.sid != number.sid
    assert back.fields["date_created"] == rfc2822(BORN + timedelta(days=2))
    assert number.fields["voice_url"] is not None
    assert back.fields["voice_url"] is None


def test_unreleased_number_is_not_reclaimed(simulator, controls, snapshot):
    """A number that was never released, is back already, or is past its ten days gets 409 and a sentence."""
    number = release(simulator)
    wish = {"phone_number": number.fields["phone_number"]}
    never = controls("POST", "reclaim", {"phone_number": "+12125550100"})
    controls("POST", "reclaim", wish)
    again = controls("POST", "reclaim", wish)
    late = release(simulator, place=5)
    simulator.advance(days=10)
    too_late = controls("POST", "reclaim", {"phone_number": late.fields["phone_number"]})

    for status, answer in (never, again, too_late):
        assert (status, answer) == (409, snapshot)


def test_settings_take_effect(simulator, controls):
    """Latency, concurrency, and the code with which an emergency address stands in the way."""
    number = simulator.world.numbers(simulator.account_sid)[0]
    path = f"/2010-04-01/Accounts/{simulator.account_sid}/IncomingPhoneNumbers/{number.sid}.json"
    settings = {"latency": 0.01, "concurrency": 3, "emergency_refusal": 22223}
    status, about = controls("POST", "settings", settings)
    refused = controls.twilio(path, simulator.credentials["main_token"], "DELETE")

    assert status == 200
    assert {name: about[name] for name in settings} == settings
    assert (refused.status_code, refused.json()["code"]) == (400, 22223)
    assert controls("POST", "settings", {"concurrency": None})[1]["concurrency"] is None


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("clock", {"days": "one"}),
        ("clock", {"days": -1}),
        ("clock", {"weeks": 1}),
        ("clock", {"days": 10**9}),
        ("clock", {"days": True}),
        ("clock", ["days"]),
        ("faults", {}),
        ("faults", {"fault": "FIRE"}),
        ("faults", {"fault": "SLOW", "times": 0}),
        ("faults", {"fault": "SLOW", "seconds": "x"}),
        ("faults", {"fault": "SLOW", "times": True}),
        ("faults", {"fault": "SLOW", "after": -1}),
        ("faults", {"fault": "SLOW", "every": 1.5}),
        ("faults", {"fault": "SLOW", "seconds": -1}),
        ("faults", {"fault": "SLOW", "method": 1}),
        ("faults", {"fault": "SLOW", "code": None}),
        ("faults", {"fault": "SLOW", "colour": "red"}),
        ("rebuy", {"mode": "maybe"}),
        ("reclaim", {}),
        ("reset", {"world": "nope"}),
        ("reset", {"seed": 5}),
        ("settings", {"latency": -1}),
        ("settings", {"latency": 0.5, "concurrency": 0}),
        ("watch", {"pid": "x"}),
        ("watch", {"pid": 2**30}),
        ("stop", {"now": True}),
        ("settings", {"latency": 10**400}),
        ("faults", {"fault": "LATE", "seconds": 1e12}),
        ("watch", {"pid": 10**400}),
    ],
)
def test_bad_control_changes_nothing(controls, snapshot, name, body):
    """The control answers 400 and a sentence."""
    before = controls("GET", ""), controls("GET", "faults")
    status, answer = controls("POST", name, body)

    assert status == 400
    assert answer == snapshot
    assert (controls("GET", ""), controls("GET", "faults")) == before


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"no", {"Content-Encoding": "gzip"}, 400),
        (b"no", {"Content-Encoding": "deflate"}, 400),
        (b"{}", {"Content-Type": "application/json; charset=klingon"}, 400),
        (b" " * 1_200_000, {}, 413),
        (gzip.compress(b" " * 50_000_000), {"Content-Encoding": "gzip"}, 413),
    ],
)
def test_a_control_whose_body_cannot_be_read_changes_nothing(simulator, controls, body, headers, status):
    """Its answer is the controls' own JSON, however the body fails."""
    before = controls("GET", "")
    answer = controls.session.post(
        f"{simulator.url}/__practice/clock", body, headers={"Content-Type": "application/json"} | headers, timeout=5
    )

    assert (answer.status_code, list(answer.json())) == (status, ["error"])
    assert controls("GET", "") == before


def test_a_request_whose_form_cannot_be_read_is_in_the_log(simulator, controls):
    """A part that cannot be decoded is the request's fault: Twilio's 20001, and nothing was bought."""
    part = b'--x\r\nContent-Disposition: form-data; name="A"\r\nContent-Transfer-Encoding: x\r\n\r\nx\r\n--x--\r\n'
    path = f"/2010-04-01/Accounts/{simulator.account_sid}/IncomingPhoneNumbers.json"
    answer = controls.session.post(
        f"{simulator.url}{path}", part, headers={"Content-Type": "multipart/form-data; boundary=x"}, timeout=5
    )
    (entry,) = controls("GET", "requests")[1]

    assert (answer.status_code, answer.json()["code"]) == (400, 20001)
    assert (entry["method"], entry["path"], entry["status"], entry["carried_out"]) == ("POST", path, 400, False)


def test_no_web_page_can_give_a_control(simulator, controls):
    """What a page could send without asking, a form or plain text, is refused; so is another site's name."""
    url = f"{simulator.url}/__practice/reset"
    pages = [
        controls.session.post(url, data={"world": "empty"}),
        controls.session.post(url, data='{"world": "empty"}', headers={"Content-Type": "text/plain"}),
        controls.session.post(url, json={"world": "empty"}, headers={"Host": "evil.example"}),
        controls.session.options(url),
    ]

    assert [page.status_code for page in pages] == [400, 400, 404, 404]
    assert all("Access-Control-Allow-Origin" not in page.headers for page in pages)
    assert simulator.world.scenario.name == "acme"


@pytest.mark.parametrize("token", [None, "", "0" * 32, "\xe9"])
@pytest.mark.parametrize(("method", "name"), [("GET", ""), ("POST", "reset"), ("DELETE", "faults"), ("GET", "help")])
def test_a_control_without_the_servers_secret_changes_nothing(simulator, controls, token, method, name):
    """Any user of the machine can find the port; only who started the server may steer it."""
    simulator.order(Fault.SLOW)
    before = controls("GET", ""), controls("GET", "faults")
    with requests.Session() as session:
        session.trust_env = False
        headers = {} if token is None else {"Control-Token": token.encode("latin-1")}
        answer = session.request(method, f"{simulator.url}/__practice/{name}", json={}, headers=headers, timeout=5)

    assert answer.status_code == 403
    assert list(answer.json()) == ["error"]
    assert (controls("GET", ""), controls("GET", "faults")) == before


def test_no_control_tells_the_secret(simulator, controls):
    """It stands in the first line alone: what is asked of the world may be logged and shown."""
    told = [controls("GET", name) for name in ("", "faults", "requests", "help")]

    assert simulator.control_token not in json.dumps(told)
    assert simulator.control_token not in repr([simulator, simulator.requests])


def test_an_unknown_control_is_told_which_there_are(controls):
    """So that the list can be had by trying."""
    status, answer = controls("GET", "help")

    assert status == 404
    assert "POST /__practice/clock" in answer["error"]
