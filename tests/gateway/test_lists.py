"""Lists: each comes to its end or is not read, and is about what was asked, wherever it is."""

import itertools

import pytest
from IPython.core.ultratb import VerboseTB

from helpers.actions.locate import find_everywhere
from helpers.core.errors import CannotConnect, CannotRead, NoAnswer, NoNetwork, NotSent
from helpers.core.reasons import Cause
from helpers.core.records import Account
from helpers.evidence.inventory import take_inventory
from helpers.gateway.visibility import find_reach
from tests.support.golden import as_read

SERVICES = "https://messaging.twilio.com/v1/Services"
#: Every list, by the key under which its records stand, and how it is read.
LISTS = {
    "accounts": lambda gateway, sid: list(gateway.accounts()),
    "incoming_phone_numbers": lambda gateway, sid: list(gateway.numbers(sid)),
    "calls": lambda gateway, sid: [one for page, _ in gateway.log(sid, "Calls", {}) for one in page],
    "messages": lambda gateway, sid: [one for page, _ in gateway.log(sid, "Messages", {}) for one in page],
    "usage_records": lambda gateway, sid: gateway.usage(sid, since="2026-01-01", until="2026-03-01"),
    "outgoing_caller_ids": lambda gateway, sid: list(gateway.listing(sid, "OutgoingCallerIds", "outgoing_caller_ids")),
    "services": lambda gateway, sid: list(gateway.resources(sid, SERVICES, "services")),
}
LOGS, WHOLE = ("calls", "messages"), ("accounts", "incoming_phone_numbers", "outgoing_caller_ids", "services")


@pytest.fixture
def gateway(connect, between):
    """A gateway whose way to Twilio leads through what stands in between."""
    return connect(url=between.url)


@pytest.fixture
def home(gateway):
    return gateway.connection.account_sid


def sid(n, kind="AC"):
    return f"{kind}{n:032x}"


def record(key, n, home, **also):
    """Make a record as it stands in a list; the account's own is the first of all accounts."""
    number = f"+1415555{n % 10_000:04d}"
    own = home if n == 0 else sid(n)
    made = {
        "accounts": {"sid": own, "friendly_name": "Acme", "status": "active", "owner_account_sid": home},
        "incoming_phone_numbers": {"sid": sid(n, "PN"), "account_sid": home, "phone_number": number},
        "usage_records": {"category": f"calls-{n}", "count": "1", "account_sid": home},
    }
    return made.get(key, {"sid": sid(n, "XX"), "account_sid": home, "to": number, "from": number}) | also


def page(key, records, following):
    """Make a page with *following* for the end of the address of the next one; None for the last."""
    uri = following and f"/2010-04-01/Things.json?{following}"
    return {key: records, "next_page_uri": uri, "meta": {"next_page_url": following and f"{SERVICES}?{following}"}}


def answers_in_turn(between, *pages):
    """Answer with one page after the other, and from the last one on with that."""
    turn = itertools.chain(pages, itertools.repeat(pages[-1]))
    between.answers("", 200, lambda _: next(turn))


@pytest.mark.parametrize("records", [0, 3])
@pytest.mark.parametrize("key", LISTS)
def test_a_page_that_names_itself_is_not_read_for_ever(gateway, between, home, key, records, snapshot):
    """Twilio's own example of Applications does."""
    answers_in_turn(between, page(key, [record(key, n, home) for n in range(records)], "Page=0"))

    with pytest.raises(CannotRead) as refused:
        LISTS[key](gateway, home)
    assert as_read(str(refused.value)) == snapshot
    assert len(between.answered) <= 3


@pytest.mark.parametrize("links", ["the same", "always new"])
@pytest.mark.parametrize("around", [2, 3, 7])
@pytest.mark.parametrize("key", LISTS)
def test_a_circle_of_pages_is_not_read_for_ever(gateway, between, home, key, around, links):
    """Each page is read twice at the most, whatever its address is called."""

    def circling(_):
        n = next(count)
        return page(key, [record(key, n % around, home)], f"Page={n % around if links == 'the same' else n}")

    count = itertools.count()
    between.answers("", 200, circling)

    with pytest.raises(CannotRead, match="the list never ends"):
        LISTS[key](gateway, home)
    assert len(between.answered) <= 2 * around + 1


@pytest.mark.parametrize("begins", [0, 2])
@pytest.mark.parametrize("key", LISTS)
def test_empty_pages_that_always_announce_another_are_not_read_for_ever(gateway, between, home, key, begins, snapshot):
    """Under a new address each; from the beginning, or after a few records."""

    def nothing(_):
        n = next(count)
        return page(key, [record(key, n, home)] if n < begins else [], f"Page={n}")

    count = itertools.count()
    between.answers("", 200, nothing)

    with pytest.raises(CannotRead) as refused:
        LISTS[key](gateway, home)
    assert as_read(str(refused.value)) == snapshot
    assert len(between.answered) <= begins + 2


@pytest.mark.parametrize("named", ["Page=0", "Page=1"])
@pytest.mark.parametrize("full", [0, 1, 2])
@pytest.mark.parametrize("key", LISTS)
def test_one_empty_page_with_another_behind_it_is_read_on(gateway, between, home, key, full, named):
    """It may be shorter than was asked for, the first one too, and name itself once."""
    full_pages = [page(key, [record(key, n, home)], f"Page=x{n}") for n in range(full)]
    answers_in_turn(between, *full_pages, page(key, [], named), page(key, [record(key, n, home) for n in (0, 7)], None))

    assert len(LISTS[key](gateway, home)) >= 2
    assert len(between.answered) == full + 2


@pytest.mark.parametrize("key", LISTS)
def test_a_long_list_is_read_to_its_end(gateway, between, home, key):
    """Short pages, and many of them."""
    answers_in_turn(
        between,
        *(page(key, [record(key, 2 * n, home), record(key, 2 * n + 1, home)], f"Page={n}") for n in range(40)),
        page(key, [], None),
    )

    assert len(LISTS[key](gateway, home)) == 80


@pytest.mark.parametrize("key", LISTS)
def test_what_comes_twice_counts_once(gateway, between, home, key):
    """On one page, and on two neighbouring ones: a listing is not a snapshot."""
    zero, one, two, three = (record(key, n, home) for n in range(4))
    answers_in_turn(between, page(key, [zero, one, one], "Page=1"), page(key, [one, two, one, three, two], None))

    assert len(LISTS[key](gateway, home)) == 4


@pytest.mark.parametrize("key", LOGS)
def test_logged_records_with_one_sid_and_other_ends_are_two(gateway, between, home, key):
    """Which of them is the odd one nobody knows: without either, a number would be quieter than it is."""
    one = record(key, 1, home)
    other = one | {"to": "+14155550199"}
    answers_in_turn(between, page(key, [one, other, dict(one)], None))

    assert LISTS[key](gateway, home) == [one, other]


@pytest.mark.parametrize("key", WHOLE)
def test_in_a_short_list_it_counts_once_wherever_it_stands(gateway, between, home, key):
    """Accounts, numbers and what an account has, however far apart they come, and changed in between."""
    again = record(key, 0, home, friendly_name="changed")
    pages = [page(key, [record(key, n, home)], f"Page={n}") for n in range(3)]
    answers_in_turn(between, *pages, page(key, [again, record(key, 3, home)], None))

    assert len(LISTS[key](gateway, home)) == 4


@pytest.mark.parametrize("odd", [None, "", 7, True, ["CA1"], {"a": 1}, "CA1", "é" * 34])
@pytest.mark.parametrize("key", LOGS)
def test_a_logged_record_without_a_sid_of_its_own_is_never_dropped(gateway, between, home, key, odd):
    """Two that are alike may be two calls: fewer would make a number quieter than it is."""
    records = [record(key, 1, home, sid=odd), record(key, 1, home, sid=odd), record(key, 2, home, sid=odd)]
    missing = [{name: value for name, value in one.items() if name != "sid"} for one in records]
    answers_in_turn(between, page(key, records + missing, "Page=1"), page(key, [*records, record(key, 3, home)], None))

    assert len(LISTS[key](gateway, home)) == 10


@pytest.mark.parametrize("following", ["Page=0", None])
def test_a_list_of_accounts_that_is_not_read_shows_no_token(gateway, between, home, following):
    """Each account comes with its own: no variable that a traceback can show holds one."""
    accounts = [record("accounts", n, home, auth_token="hush") for n in (1, 1, 2)] + [
        {"sid": "AC1", "auth_token": "hush"}
    ]
    answers_in_turn(between, page("accounts", accounts, following))

    with pytest.raises(CannotRead) as failed:
        LISTS["accounts"](gateway, home)
    below = failed.value.__traceback__.tb_next
    assert "hush" not in VerboseTB().text(type(failed.value), failed.value, below)


def test_no_number_of_a_list_that_never_ends_is_shown(gateway, between, home, clock, snapshot):
    """Its account counts as not read, and says why; the others are read."""
    reach, accounts = find_reach(gateway)
    lost = next(account for account in accounts if account.friendly_name == "Acme Support")
    between.answers(
        f"{lost.sid}/IncomingPhoneNumbers", 200, page("incoming_phone_numbers", [], "IncomingPhoneNumbers=1")
    )
    between.answers("/Things.json", 200, page("incoming_phone_numbers", [], "IncomingPhoneNumbers=1"))
    inventory = take_inventory(gateway, reach, accounts, seconds=lambda: 0.0)

    (failed,) = [reading for reading in inventory.coverage.readings if not reading.complete]
    assert failed.account == lost
    assert as_read(failed.failure) == snapshot


@pytest.mark.parametrize("key", sorted({*LISTS} - {"accounts"}))
def test_a_list_with_a_row_of_another_account_is_not_read(gateway, between, home, key, snapshot):
    """One account's list answered with another's, or with one row of it; from the first page or a later one."""
    ours, theirs = record(key, 0, home), record(key, 1, home, account_sid=sid(9))
    for pages in ([page(key, [ours, theirs], None)], [page(key, [ours], "Page=1"), page(key, [theirs], None)]):
        between.words.clear()
        answers_in_turn(between, *pages)

        with pytest.raises(CannotRead) as refused:
            LISTS[key](gateway, home)
        assert as_read(str(refused.value)) == snapshot


@pytest.mark.parametrize("key", sorted({*LISTS} - {"accounts", "incoming_phone_numbers"}))
@pytest.mark.parametrize("nobody", [None, ""])
def test_a_row_that_names_no_account_is_as_good_as_any(gateway, between, home, key, nobody):
    """Not every record of Twilio's says whose it is."""
    unnamed = {name: value for name, value in record(key, 1, home).items() if name != "account_sid"}
    answers_in_turn(between, page(key, [record(key, 0, home, account_sid=nobody), unnamed], None))

    assert len(LISTS[key](gateway, home)) == 2


@pytest.mark.parametrize(
    ("path", "key", "parent", "kind"),
    [
        (f"{SERVICES}/{sid(1, 'MG')}/PhoneNumbers", "phone_numbers", "service_sid", "MG"),
        (f"{SERVICES}/{sid(1, 'MG')}/Compliance/Usa2p", "compliance", "messaging_service_sid", "MG"),
        (f"https://proxy.twilio.com/v1/Services/{sid(1, 'KS')}/PhoneNumbers", "phone_numbers", "service_sid", "KS"),
        (
            f"https://trusthub.twilio.com/v1/TrustProducts/{sid(1, 'BU')}/ChannelEndpointAssignments",
            *("results", "trust_product_sid", "BU"),
        ),
    ],
)
def test_a_list_of_another_thing_of_the_same_account_is_not_read(
    gateway, between, home, path, key, parent, kind, snapshot
):
    """One service's numbers answered with another's would hide that a number is in the first."""
    answers_in_turn(between, page(key, [record(key, 1, home, **{parent: sid(1, kind)})], None))
    assert len(list(gateway.resources(home, path, key))) == 1
    between.words.clear()
    answers_in_turn(between, page(key, [record(key, 1, home, **{parent: sid(2, kind)})], None))

    with pytest.raises(CannotRead) as refused:
        list(gateway.resources(home, path, key))
    assert as_read(str(refused.value)) == snapshot


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (page("accounts", [record("accounts", 1, sid(2))], None), "something else than was asked"),
        (page("accounts", [], None), "something else than was asked"),
        (page("accounts", [record("accounts", 1, sid(2))], "Page=0"), "the list never ends"),
        (page("accounts", [], None) | {"next_page_uri": "//evil.example/"}, "the next page is not at Twilio"),
    ],
)
def test_a_list_of_accounts_that_is_another_opens_no_desk(gateway, between, body, sentence, snapshot):
    """Nobody is told to look at the network for that: the network is well."""
    between.answers("/Accounts.json", 200, body)
    between.answers("/Things.json", 200, body)

    with pytest.raises(CannotConnect) as failed:
        find_reach(gateway)
    assert as_read(str(failed.value)) == snapshot
    assert not isinstance(failed.value, NoNetwork)


def test_another_accounts_record_opens_no_desk(gateway, between, home, snapshot):
    """Who we are is what was asked, and somebody else is no answer to it."""
    between.answers(f"/Accounts/{home}.json", 200, record("accounts", 1, home))

    with pytest.raises(CannotConnect) as refused:
        find_reach(gateway)
    assert as_read(str(refused.value)) == snapshot


@pytest.mark.parametrize("other", [{"sid": sid(9, "PN")}, {"account_sid": sid(9)}])
def test_another_number_than_the_one_asked_for_is_none(gateway, between, quiet, other, snapshot):
    """Its card would show what nobody chose."""
    between.answers(f"/{quiet.sid}.json", 200, dict(quiet.sent) | other)

    with pytest.raises(CannotRead) as refused:
        gateway.number(quiet.account_sid, quiet.sid)
    assert as_read(str(refused.value)) == snapshot


def test_a_search_that_is_answered_with_another_accounts_numbers_proves_nothing(operator, gateway, between, quiet):
    """A match in another account than the one searched is no place where the number is."""
    reach, _ = find_reach(gateway)
    between.answers(f"{operator.number('Hotline').account_sid}/IncomingPhoneNumbers", 200, {})
    between.answers("/IncomingPhoneNumbers.json", 200, page("incoming_phone_numbers", [dict(quiet.sent)], None))
    search = find_everywhere(gateway, reach, quiet.phone_number, home=quiet.account_sid)

    assert {number.account_sid for number in search.numbers} <= {quiet.account_sid}
    assert Cause.READ_OTHER_SUBJECT in {why.code for why in search.unread}


def test_a_route_and_prices_of_something_else_are_not_read(gateway, between, home, snapshot):
    """On hosts whose answers are one record each."""
    route = {"voice_region": "ie1", "account_sid": home, "phone_number": "+14155550123"}
    between.answers(f"/v2/PhoneNumbers/{sid(1, 'PN')}", 200, route | {"account_sid": sid(9)})
    between.answers(f"/v2/PhoneNumbers/{sid(2, 'PN')}", 200, route | {"phone_number": "+14155550124"})
    between.answers("/Countries/", 200, {"iso_country": "DE", "phone_number_prices": []})

    for look in (
        lambda: gateway.region(home, sid(1, "PN"), phone_number="+14155550123"),
        lambda: gateway.region(home, sid(2, "PN"), phone_number="+14155550123"),
        lambda: gateway.prices("US"),
    ):
        with pytest.raises(CannotRead) as refused:
            look()
        assert as_read(str(refused.value)) == snapshot


@pytest.mark.parametrize("other", [{"sid": sid(9, "PN")}, {"account_sid": sid(9)}])
def test_a_change_that_is_answered_with_another_number_is_open(gateway, between, quiet, other):
    """Twilio said yes to something, and what became of this number has to be looked at."""
    between.answers("/IncomingPhoneNumbers", 200, dict(quiet.sent) | other, method="POST")

    with pytest.raises(NoAnswer, match="another number"):
        gateway.update_number(quiet.account_sid, quiet.sid, {"VoiceUrl": ""})


@pytest.mark.parametrize("other", [{"phone_number": "+12125550191"}, {"account_sid": sid(9)}])
def test_a_purchase_that_is_answered_with_another_number_is_open(gateway, between, quiet, other):
    """It was asked for one number, for one account."""
    bought = dict(quiet.sent) | {"sid": sid(8, "PN"), "phone_number": "+12125550190"}
    between.answers("/IncomingPhoneNumbers", 201, bought | other, method="POST", times=1)
    between.answers("/IncomingPhoneNumbers", 201, bought, method="POST")

    with pytest.raises(NoAnswer, match="another number"):
        gateway.buy_number(quiet.account_sid, {"PhoneNumber": "+12125550190"})
    assert gateway.buy_number(quiet.account_sid, {"PhoneNumber": "+12125550190"}).sid == sid(8, "PN")


def test_a_move_is_answered_from_where_it_led(gateway, between, quiet):
    """The answer names the account that it was moved to; its old one would be no yes to that."""
    between.answers("/IncomingPhoneNumbers", 200, dict(quiet.sent) | {"account_sid": sid(9)}, method="POST", times=1)
    between.answers("/IncomingPhoneNumbers", 200, dict(quiet.sent), method="POST")

    assert gateway.update_number(quiet.account_sid, quiet.sid, {"AccountSid": sid(9)}).account_sid == sid(9)
    with pytest.raises(NoAnswer):
        gateway.update_number(quiet.account_sid, quiet.sid, {"AccountSid": sid(9)})


#: What is no sid, and would make another address of the one that it stands in.
NO_SIDS = [
    *("", "AC1", "ac" + "0" * 32, "AC" + "0" * 31, "AC" + "0" * 33, "AC" + "g" * 32, "AC" + "0" * 32 + "\n"),
    *("../Accounts", "AC" + "0" * 32 + "/../x", "AC" + "0" * 32 + "?x=", "AC" + "0" * 31 + "#", "AC%2e%2e" + "0" * 26),
    *("AC" + "\u0660" * 32, "@evil.example/", "AC" + "0" * 32 + ".json"),
]
LOOKS = [
    lambda gateway, home, odd: gateway.account(odd),
    lambda gateway, home, odd: list(gateway.numbers(odd)),
    lambda gateway, home, odd: gateway.number(odd, sid(1, "PN")),
    lambda gateway, home, odd: gateway.number(home, odd),
    lambda gateway, home, odd: list(gateway.log(odd, "Calls", {})),
    lambda gateway, home, odd: list(gateway.listing(odd, "Applications", "applications")),
    lambda gateway, home, odd: gateway.usage(odd, since="2026-01-01", until="2026-01-02"),
    lambda gateway, home, odd: gateway.region(home, odd, phone_number="+14155550123"),
    lambda gateway, home, odd: list(gateway.resources(home, f"{SERVICES}/{odd}/PhoneNumbers", "phone_numbers")),
]
CHANGES = [
    lambda gateway, home, odd: gateway.delete_number(home, odd),
    lambda gateway, home, odd: gateway.delete_number(odd, sid(1, "PN")),
    lambda gateway, home, odd: gateway.update_number(home, odd, {"VoiceUrl": ""}),
    lambda gateway, home, odd: gateway.update_number(odd, sid(1, "PN"), {"VoiceUrl": ""}),
    lambda gateway, home, odd: gateway.buy_number(odd, {"PhoneNumber": "+12125550190"}),
]


@pytest.mark.parametrize("odd", NO_SIDS)
def test_what_is_no_sid_stands_in_no_address(gateway, simulator, between, home, odd):
    """It comes out of answers and out of files, and would lead a request somewhere else: none leaves."""
    asked = len(simulator.requests)
    for look in LOOKS:
        with pytest.raises(CannotRead, match="Nothing was changed"):
            look(gateway, home, odd)
    for change in CHANGES:
        with pytest.raises(NotSent, match="Nothing was changed"):
            change(gateway, home, odd)

    assert len(simulator.requests) == asked


def test_an_account_with_an_odd_sid_is_one_that_was_not_read(gateway, between, home, clock):
    """The others are read all the same."""
    reach, accounts = find_reach(gateway)
    odd = Account(f"{sid(1)}/../{home}", "Odd", "active", "Full", home)
    inventory = take_inventory(gateway, reach, (*accounts, odd), seconds=lambda: 0.0)

    (failed,) = [reading for reading in inventory.coverage.readings if not reading.complete]
    assert failed.account == odd
