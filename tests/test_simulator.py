"""What the practice Twilio promises: its worlds, its controls, its clock, its log."""

import json
from datetime import UTC, datetime, timedelta
from re import fullmatch

import pytest
import requests

from helpers.simulator import Fault, serve
from helpers.simulator.fiction import PLENTY, fictional, kind_of, place_of
from helpers.simulator.records import MONTHS, WEEKDAYS, rfc2822
from helpers.simulator.scenarios import scenario

BORN = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
#: The ranges that are kept free: NANPA's 555-01xx, Ofcom's, ACMA's and the Bundesnetzagentur's.
FREE_RANGES = (
    r"\+1[2-9][0-9]{2}55501[0-9]{2}",
    r"\+44207946[0-9]{4}",
    r"\+441(1[3-8]|21|31|41|51|61)4960[0-9]{3}",
    r"\+441914980[0-9]{3}",
    r"\+61[2378](5550|7010)[0-9]{4}",
    r"\+493023125[0-9]{3}",
)


class Controls:
    """The controls of a practice Twilio, over HTTP, as anybody would use them."""

    def __init__(self, practice):
        self.url = practice.url
        self.session = requests.Session()
        self.session.trust_env = False

    def __call__(self, method, name, body=None, **more):
        answer = self.session.request(method, f"{self.url}/__practice/{name}", json=body, timeout=5, **more)
        return answer.status_code, answer.json()

    def twilio(self, path, pair, method="GET", **form):
        return self.session.request(method, f"{self.url}{path}", auth=tuple(pair), data=form, timeout=5)


@pytest.fixture
def practice():
    """Serve a world that begins on a fixed day."""
    with serve(world="acme", seed="promises", now=lambda: BORN) as practice:
        yield practice


@pytest.fixture
def controls(practice):
    """Its controls."""
    controls = Controls(practice)
    yield controls
    controls.session.close()


def release(practice, place=6):
    """Release a number of the main account, and tell which."""
    number = practice.world.numbers(practice.account_sid)[place]
    practice.world.release(practice.account_sid, number.sid)
    return number


def numbers_of(world):
    return {account.sid: world.numbers(account) for account in world.accounts}


def test_the_company_tells_the_whole_story():
    """Every kind of number that an operator may meet is in the small world."""
    acme = scenario("acme", seed="story", born=BORN)
    names = {account.sid: account.friendly_name for account in acme.accounts}
    held = numbers_of(acme)
    fields = [number.fields for numbers in held.values() for number in numbers]
    calls = {call.fields["phone_number_sid"] for account in acme.accounts for call in acme.calls(account)}
    called = [f for f in fields if f["sid"] in calls]
    yesterday = rfc2822(BORN - timedelta(days=1))

    assert 55 <= len(fields) <= 65
    assert [names[sid] for sid, numbers in held.items() if not numbers] == ["Acme Logistics", "Acme Trade Fair"]
    assert [a.friendly_name for a in acme.accounts if a.status == "suspended"] == ["Acme Test Lab"]
    assert [a.friendly_name for a in acme.accounts if a.status == "closed"] == ["Acme Trade Fair"]
    assert 25 <= len(called) <= 45
    assert sum(f["emergency_address_status"] == "registered" for f in fields) == 2
    assert sum(f["trunk_sid"] is not None for f in fields) == 2
    assert sum(f["origin"] == "hosted" for f in fields) == 1
    assert sum(f["type"] == "toll-free" for f in fields) == 3
    assert sum(f["date_created"] == yesterday for f in fields) == 1
    assert sum(str(f["voice_url"]).startswith("https://demo.twilio.com/") for f in fields) >= 10
    assert {place_of(f["phone_number"]).iso for f in fields} == {"US", "GB", "AU", "DE"}


def test_the_hotline_is_busy_and_the_old_hotline_is_not():
    """The traffic fits what the numbers are called."""
    acme = scenario("acme", seed="story", born=BORN)
    support = acme.accounts[1]
    sids = {number.fields["friendly_name"]: number.sid for number in acme.numbers(support)}
    starts = {
        name: [c.times["start_time"] for c in acme.calls(support) if c.fields["phone_number_sid"] == sid]
        for name, sid in sids.items()
    }

    assert max(starts["Hotline"]) > BORN - timedelta(days=1)
    assert len(starts["Hotline"]) == 160
    assert max(starts["Old hotline"]) < BORN - timedelta(days=365)
    assert starts["Support by text"] == []
    assert all(moment < BORN for moments in starts.values() for moment in moments)


def test_the_hostile_world_has_names_that_harm_where_they_are_not_escaped():
    """One subaccount and its numbers are named for trouble; nothing else differs from the small world."""
    acme, hostile = (scenario(name, seed="story", born=BORN) for name in ("acme", "hostile"))
    added = hostile.accounts[-1]
    names = [number.fields["friendly_name"] for number in hostile.numbers(added)]

    assert added.friendly_name == "<img src=x onerror=alert(1)>"
    assert [a.friendly_name for a in hostile.accounts[:-1]] == [a.friendly_name for a in acme.accounts]
    assert any(name.startswith("=HYPERLINK(") for name in names)
    assert max(len(name) for name in names) == 64
    assert "" in names


@pytest.mark.parametrize(("name", "accounts", "numbers"), [("empty", 1, 0), ("1x300", 1, 300), ("20x5", 21, 100)])
def test_a_world_has_the_size_it_is_named_for(name, accounts, numbers):
    """A is the number of subaccounts, B the numbers of each; 1xB is the main account alone."""
    world = scenario(name, seed="size", born=BORN)
    held = [number for numbers in numbers_of(world).values() for number in numbers]

    assert len(world.accounts) == accounts
    assert len({number.fields["phone_number"] for number in held}) == len({n.sid for n in held}) == numbers


@pytest.mark.parametrize("name", ["nothing", "", "0x5", "5x", "x5", "1000x1000", "-1x5", "acme "])
def test_a_world_that_does_not_exist_is_refused_in_a_sentence(name):
    """And a world with more numbers than fiction has, too."""
    with pytest.raises(ValueError, match=r"\.$"), serve(world=name):
        pass


def test_every_number_is_from_a_range_kept_free_for_fiction():
    """Nobody is called by mistake; and there are enough of them for the biggest world."""
    world = scenario("hostile", seed="free", born=BORN)
    told = [number.fields["phone_number"] for numbers in numbers_of(world).values() for number in numbers]
    somebody = [
        record.fields[end].removeprefix("whatsapp:")
        for account in world.accounts
        for record in [*world.calls(account), *world.messages(account)]
        for end in ("from", "to")
    ]
    free = "|".join(FREE_RANGES)

    assert len(set(fictional())) >= PLENTY
    strange = [n for n in [*fictional(), *told, *somebody, *world.shelf] if not fullmatch(free, n)]
    assert strange == []
    assert {kind_of(n) for n in fictional()} == {"local"}


def test_a_generated_number_has_the_fields_that_a_told_one_has():
    """Though it is written in another way."""
    told = scenario("acme", seed="x", born=BORN)
    made = scenario("1x5", seed="x", born=BORN)
    generated, expected = made.numbers(made.accounts[0])[0], told.numbers(told.accounts[0])[0]

    assert list(json.loads(generated.text)) == list(expected.fields)
    assert generated.fields["account_sid"] == made.accounts[0].sid
    assert generated.fields["sid"] == generated.sid


def test_the_same_seed_makes_the_same_world_and_no_seed_another():
    """Sids and tokens can be reproduced where that is wanted, and cannot be guessed where not."""
    with serve(seed="one") as first, serve(seed="one") as second, serve() as third, serve() as fourth:
        pairs = [practice.credentials["main_token"] for practice in (first, second, third, fourth)]

    assert pairs[0] == pairs[1]
    assert len({tuple(pair) for pair in pairs}) == 3


def test_dates_are_written_in_english_whatever_the_machine_speaks():
    """Day and month are not taken from the machine's language."""
    moments = [datetime(2024, month, day, tzinfo=UTC) for month in range(1, 13) for day in range(1, 8)]

    assert {rfc2822(moment)[:3] for moment in moments} == set(WEEKDAYS)
    assert {rfc2822(moment)[8:11] for moment in moments} == set(MONTHS)
    assert rfc2822(datetime(2015, 7, 30, 23, 19, 4, tzinfo=UTC)) == "Thu, 30 Jul 2015 23:19:04 +0000"


def test_the_controls_say_which_world_this_is(practice, controls):
    """Name, identity, clock, credentials and settings."""
    status, about = controls("GET", "")

    assert status == 200
    assert about["world"] == "acme"
    assert about["id"] == practice.world.id
    assert about["now"] == BORN.isoformat()
    assert (about["account_sid"], about["auth_token"]) == (practice.account_sid, practice.auth_token)
    assert about["credentials"] == practice.credentials
    assert (about["rebuy"], about["latency"], about["concurrency"], about["state"]) == ("works", 0.0, None, None)


def test_the_clock_is_moved_and_everything_follows_it(practice, controls):
    """Forward only; answers are dated by it."""
    moved = controls("POST", "clock", {"days": 9, "hours": 1, "seconds": 30})
    back = controls("POST", "clock", {"days": -1})
    answer = controls.twilio("/2010-04-01/Accounts.json", practice.credentials["main_token"])

    assert moved == (200, {"now": "2026-03-11T10:30:30+00:00"})
    assert back[0] == 400
    assert practice.now() == BORN + timedelta(days=9, hours=1, seconds=30)
    assert answer.headers["Date"] == "Wed, 11 Mar 2026 10:30:30 GMT"
    with pytest.raises(ValueError, match="forward"):
        practice.advance(days=-1)
    assert practice.now() == BORN + timedelta(days=9, hours=1, seconds=30)


def test_faults_are_ordered_listed_and_cancelled(practice, controls):
    """By name; what waits can be seen, with the sentence that says what it does."""
    ordered = controls("POST", "faults", {"fault": "ANSWER_LOST", "method": "DELETE", "path": "/PN", "times": 2})
    listed = controls("GET", "faults")
    cancelled = controls("DELETE", "faults")

    assert ordered == listed
    assert [(o["fault"], o["means"], o["times"]) for o in listed[1]] == [
        ("ANSWER_LOST", Fault.ANSWER_LOST.value, 2),
    ]
    assert cancelled == (200, [])


def test_the_log_remembers_every_request_and_no_password(practice, controls):
    """With number, method, host, address, query, form, user and outcome; controls are not in it."""
    pair = practice.credentials["main_token"]
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
    assert [e["user"] for e in entries] == [practice.account_sid, "nobody"]
    assert entries[0]["at"] == BORN.isoformat()
    assert [e["n"] for e in later] == [2]
    assert entries == practice.requests
    assert practice.auth_token not in json.dumps(entries)
    assert "a secret" not in json.dumps(entries)


def test_a_reset_makes_a_world_that_has_never_been(practice, controls):
    """Old credentials are turned away, the clock is back, ordered faults are gone."""
    old = practice.credentials["main_token"]
    practice.order(Fault.BROKEN_BEFORE, times=99)
    practice.advance(days=3)
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


def test_buying_back_can_be_made_to_be_refused(practice, controls):
    """As users report of Twilio: 21422 from the first minute on."""
    number = release(practice)
    path = f"/2010-04-01/Accounts/{practice.account_sid}/IncomingPhoneNumbers.json"
    pair = practice.credentials["main_token"]
    controls("POST", "rebuy", {"mode": "refused"})
    refused = controls.twilio(path, pair, "POST", PhoneNumber=number.fields["phone_number"])
    controls("POST", "rebuy", {"mode": "works"})
    bought = controls.twilio(path, pair, "POST", PhoneNumber=number.fields["phone_number"])

    assert (refused.status_code, refused.json()["code"]) == (400, 21422)
    assert bought.status_code == 201


def test_a_released_number_is_reclaimed_in_the_console(practice, controls):
    """It is back in its account, under a new sid, with nothing configured, whatever buying says."""
    number = release(practice)
    controls("POST", "rebuy", {"mode": "refused"})
    controls("POST", "clock", {"days": 2})
    status, reclaimed = controls("POST", "reclaim", {"phone_number": number.fields["phone_number"]})
    back = practice.world.number(practice.account_sid, reclaimed["sid"])

    assert status == 200
    assert back.sid != number.sid
    assert back.fields["date_created"] == rfc2822(BORN + timedelta(days=2))
    assert number.fields["voice_url"] is not None
    assert back.fields["voice_url"] is None


def test_what_cannot_be_reclaimed_is_not(practice, controls):
    """Never released, back already, or ten days over: 409 and a sentence."""
    number = release(practice)
    wish = {"phone_number": number.fields["phone_number"]}
    never = controls("POST", "reclaim", {"phone_number": "+12125550100"})
    controls("POST", "reclaim", wish)
    again = controls("POST", "reclaim", wish)
    late = release(practice, place=5)
    practice.advance(days=10)
    too_late = controls("POST", "reclaim", {"phone_number": late.fields["phone_number"]})

    for status, answer in (never, again, too_late):
        assert status == 409
        assert answer["error"].endswith(".")
    assert "ten days are over" in too_late[1]["error"]


def test_settings_take_effect(practice, controls):
    """Latency, concurrency, and the code with which an emergency address stands in the way."""
    number = practice.world.numbers(practice.account_sid)[0]
    path = f"/2010-04-01/Accounts/{practice.account_sid}/IncomingPhoneNumbers/{number.sid}.json"
    settings = {"latency": 0.01, "concurrency": 3, "emergency_refusal": 22223}
    status, about = controls("POST", "settings", settings)
    refused = controls.twilio(path, practice.credentials["main_token"], "DELETE")

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
        ("faults", {"fault": "SLOW", "method": 1}),
        ("rebuy", {"mode": "maybe"}),
        ("reclaim", {}),
        ("reset", {"world": "nope"}),
        ("reset", {"seed": 5}),
        ("settings", {"latency": -1}),
        ("settings", {"latency": 0.5, "concurrency": 0}),
        ("watch", {"pid": "x"}),
        ("watch", {"pid": 2**30}),
        ("stop", {"now": True}),
    ],
)
def test_a_control_that_is_given_badly_changes_nothing(practice, controls, name, body):
    """It is answered with 400 and a sentence."""
    before = controls("GET", ""), controls("GET", "faults")
    status, answer = controls("POST", name, body)

    assert status == 400
    assert list(answer) == ["error"]
    assert answer["error"].endswith(".")
    assert (controls("GET", ""), controls("GET", "faults")) == before


def test_no_web_page_can_give_a_control(practice, controls):
    """What a page could send without asking, a form or plain text, is refused; so is another site's name."""
    url = f"{practice.url}/__practice/reset"
    pages = [
        controls.session.post(url, data={"world": "empty"}),
        controls.session.post(url, data='{"world": "empty"}', headers={"Content-Type": "text/plain"}),
        controls.session.post(url, json={"world": "empty"}, headers={"Host": "evil.example"}),
        controls.session.options(url),
    ]

    assert [page.status_code for page in pages] == [400, 400, 404, 404]
    assert all("Access-Control-Allow-Origin" not in page.headers for page in pages)
    assert practice.world.scenario.name == "acme"


def test_an_unknown_control_is_told_which_there_are(controls):
    """So that the list can be had by trying."""
    status, answer = controls("GET", "help")

    assert status == 404
    assert "POST /__practice/clock" in answer["error"]


def test_a_page_of_a_thousand_is_made_in_no_time():
    """The practice Twilio is never what a listing waits for: under 100 ms even on a busy machine."""
    with serve(world="1x2000", seed="size") as practice:
        controls = Controls(practice)
        path = f"/2010-04-01/Accounts/{practice.account_sid}/IncomingPhoneNumbers.json?PageSize=1000"
        answers = [controls.twilio(path, practice.credentials["main_token"]) for _ in range(4)]
        controls.session.close()

    assert [len(answer.json()["incoming_phone_numbers"]) for answer in answers] == [1000] * 4
    assert min(float(answer.headers["Twilio-Request-Duration"]) for answer in answers) < 0.1
