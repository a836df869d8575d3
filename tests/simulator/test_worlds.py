"""The worlds of the practice Twilio: what is in them, how big they are, and that none of it is real."""

import json
from datetime import UTC, datetime, timedelta
from re import fullmatch

import pytest

from helpers.simulator import serve
from helpers.simulator.world.fictional_numbers import PLENTY, country_of, fictional, kind_of
from helpers.simulator.world.records import MONTHS, WEEKDAYS, rfc2822
from helpers.simulator.world.scenarios import scenario
from tests.support.golden import as_read
from tests.support.simulator_tools import BORN, Controls, every_number_of

#: The ranges that are kept free: NANPA's 555-01xx, Ofcom's, ACMA's and the Bundesnetzagentur's.
FREE_RANGES = (
    r"\+1[2-9][0-9]{2}55501[0-9]{2}",
    r"\+44207946[0-9]{4}",
    r"\+441(1[3-8]|21|31|41|51|61)4960[0-9]{3}",
    r"\+441914980[0-9]{3}",
    r"\+61[2378](5550|7010)[0-9]{4}",
    r"\+493023125[0-9]{3}",
)


def test_the_company_tells_the_whole_story():
    """Every kind of number that an operator may meet is in the small world."""
    acme = scenario("acme", seed="story", born=BORN)
    names = {account.sid: account.friendly_name for account in acme.accounts}
    held = every_number_of(acme)
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
    assert sum(f["type"] == "toll-free" for f in fields) == 5
    suspended = {account.sid for account in acme.accounts if account.status == "suspended"}
    assert sum(f["type"] == "toll-free" and f["account_sid"] in suspended for f in fields) == 2
    assert sum(f["date_created"] == yesterday for f in fields) == 1
    assert sum(str(f["voice_url"]).startswith("https://demo.twilio.com/") for f in fields) >= 10
    assert {country_of(f["phone_number"]).iso for f in fields} == {"US", "GB", "AU", "DE"}


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


def test_the_hostile_world_has_names_that_harm_where_they_are_not_escaped(snapshot):
    """One subaccount and its numbers are named for trouble; nothing else differs from the small world."""
    acme, hostile = (scenario(name, seed="story", born=BORN) for name in ("acme", "hostile"))
    added = hostile.accounts[-1]
    names = [number.fields["friendly_name"] for number in hostile.numbers(added)]

    assert as_read(added.friendly_name) == snapshot
    assert [a.friendly_name for a in hostile.accounts[:-1]] == [a.friendly_name for a in acme.accounts]
    assert any(name.startswith("=HYPERLINK(") for name in names)
    assert max(len(name) for name in names) == 64
    assert "" in names


@pytest.mark.parametrize(("name", "accounts", "numbers"), [("empty", 1, 0), ("1x300", 1, 300), ("20x5", 21, 100)])
def test_a_world_has_the_size_it_is_named_for(name, accounts, numbers):
    """A is the number of subaccounts, B the numbers of each; 1xB is the main account alone."""
    world = scenario(name, seed="size", born=BORN)
    held = [number for numbers in every_number_of(world).values() for number in numbers]

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
    told = [number.fields["phone_number"] for numbers in every_number_of(world).values() for number in numbers]
    somebody = [
        record.fields[end].removeprefix("whatsapp:").removeprefix("sip:").removesuffix("@public-vip.us1.twilio.com")
        for account in world.accounts
        for record in [*world.calls(account), *world.messages(account)]
        for end in ("from", "to")
        if record.fields[end] is not None
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
        pairs = [simulator.credentials["main_token"] for simulator in (first, second, third, fourth)]

    assert pairs[0] == pairs[1]
    assert len({tuple(pair) for pair in pairs}) == 3


def test_dates_are_written_in_english_whatever_the_machine_speaks(snapshot):
    """Day and month are not taken from the machine's language."""
    moments = [datetime(2024, month, day, tzinfo=UTC) for month in range(1, 13) for day in range(1, 8)]

    assert {rfc2822(moment)[:3] for moment in moments} == set(WEEKDAYS)
    assert {rfc2822(moment)[8:11] for moment in moments} == set(MONTHS)
    assert as_read(rfc2822(datetime(2015, 7, 30, 23, 19, 4, tzinfo=UTC))) == snapshot


def test_a_page_of_a_thousand_is_made_in_no_time():
    """The practice Twilio is never what a listing waits for: under 100 ms even on a busy machine."""
    with serve(world="1x2000", seed="size") as simulator:
        controls = Controls(simulator)
        path = f"/2010-04-01/Accounts/{simulator.account_sid}/IncomingPhoneNumbers.json?PageSize=1000"
        answers = [controls.twilio(path, simulator.credentials["main_token"]) for _ in range(4)]
        controls.session.close()

    assert [len(answer.json()["incoming_phone_numbers"]) for answer in answers] == [1000] * 4
    assert min(float(answer.headers["Twilio-Request-Duration"]) for answer in answers) < 0.1
