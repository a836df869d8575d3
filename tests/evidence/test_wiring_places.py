"""The places where numbers are named: each is read to its end, and one that cannot be read hides no other."""

from collections import Counter

import pytest

from helpers.core.connections import Place
from helpers.decisions.decision import refusal
from helpers.decisions.judge import Judge
from helpers.decisions.sentences import connection, gaps
from helpers.evidence import wiring
from helpers.evidence.wiring import PLACES, fetch_surroundings, wiring_of
from helpers.simulator import Fault
from tests.support.failures import cannot_read
from tests.support.golden import as_read
from tests.support.simulator_tools import give_a_pool


def account_named(operator, name):
    return next(each for each in operator.gateway.accounts() if each.friendly_name == name)


def test_every_kind_of_place_names_some_number_of_acmes(operator):
    """The practice company has at least one number at each place that is looked at."""
    kinds = set()
    for account in operator.gateway.accounts():
        # A suspended account's own credentials are turned away.
        if account.status == "active":
            around = fetch_surroundings(operator.gateway, account)
            kinds |= {link.kind for links in around.links.values() for link in links}
            assert around.unseen == ()
            # A domain that names no number for emergency calls is a link of nobody's.
            assert all(around.links)

    assert kinds >= {"messaging service", "toll-free verification", "trust product", "conversations", "caller id"}
    assert kinds >= {"WhatsApp sender", "Proxy", "SIP domain", "order to host it", "bundle at risk"}


@pytest.mark.parametrize(
    ("account", "path", "named", "lost"),
    [
        ("Acme Alerts", "/Compliance/Usa2p", "the A2P campaigns of the messaging service Delivery alerts", set()),
        ("Acme", "/ChannelEndpointAssignments", "the trust product SHAKEN/STIR", {"trust product"}),
        ("Acme", "/v1/TrustProducts", "trust products", {"trust product"}),
        ("Acme Shops", "/v2/Channels/Senders", "WhatsApp senders", {"WhatsApp sender"}),
        ("Acme Shops", "/SIP/Domains", "SIP domains", {"SIP domain"}),
        ("Acme Berlin", "/HostedNumber/Orders", "orders of hosted numbers", {"order to host it"}),
        ("Acme Berlin", "/RegulatoryCompliance/Bundles", "regulatory bundles", {"bundle at risk"}),
        ("Acme Marketing", "/v1/Services/KS", "the numbers of the Proxy service Influencer hotline", {"Proxy"}),
    ],
)
def test_a_list_that_fails_hides_nothing_beside_it(operator, simulator, account, path, named, lost, snapshot):
    """One campaign or product that cannot be read: everything else that was found is there, and the gap is named."""
    one = account_named(operator, account)
    whole = Counter(link.kind for links in fetch_surroundings(operator.gateway, one).links.values() for link in links)
    simulator.order(Fault.FORBIDDEN, path=path, times=1)
    found = fetch_surroundings(operator.gateway, one)
    kinds = Counter(link.kind for links in found.links.values() for link in links)

    assert len(found.unseen) == 1
    assert as_read(gaps(found.unseen)[0]) == snapshot
    assert lost <= whole.keys()
    assert {kind: count for kind, count in kinds.items() if kind not in lost} == {
        kind: count for kind, count in whole.items() if kind not in lost
    }


@pytest.mark.parametrize(
    ("path", "key", "odd", "place"),
    [
        ("/v2/Channels/Senders", "senders", {"sid": "XE1", "sender_id": None}, "WhatsApp senders"),
        ("/v1/Services/KS", "phone_numbers", {"phone_number": "+19175550161"}, "Proxy services"),
        ("/SIP/Domains", "domains", {"sid": "SD1"}, "SIP domains"),
        ("/HostedNumber/Orders", "items", {"sid": "HR1", "status": "testing"}, "orders of hosted numbers"),
        ("/RegulatoryCompliance/Bundles", "results", {"sid": f"BU{'0' * 32}"}, "regulatory bundles"),
    ],
)
def test_a_record_that_names_no_number_as_documented_is_a_place_not_looked_at(
    operator, connect, between, path, key, odd, place, snapshot
):
    """Never "nothing there": the place is named, and the other places are seen."""
    gateway, one = connect(url=between.url), account_named(operator, "Acme Marketing")
    list(gateway.accounts())
    between.answers(path, 200, {key: [odd], "next_page_uri": None, "meta": {"next_page_url": None}})
    found = fetch_surroundings(gateway, one)

    assert [gap.place for gap in found.unseen] == [place]
    assert as_read(gaps(found.unseen)[0]) == snapshot
    assert "toll-free verification" in {link.kind for links in found.links.values() for link in links}


#: Place -> where its records are, whose, under which key, and what they name a number by.
NAMED_TWICE = {
    "messaging service": ("/PhoneNumbers?PageSize=1000", "phone_numbers", "sid", "phone_number"),
    "toll-free verification": (
        *("/v1/Tollfree/Verifications", "verifications", "tollfree_phone_number_sid", "tollfree_phone_number"),
    ),
    "Proxy": ("/v1/Services/KS", "phone_numbers", "sid", "phone_number"),
}
E164 = {"messaging service": "+18445550159", "toll-free verification": "+18445550159", "Proxy": "+19175550161"}


@pytest.fixture
def named(operator, connect, between, monkeypatch):
    """Look around with other records at a place than it has, and tell the links of that kind and what was not seen."""
    gateway, one = connect(url=between.url), account_named(operator, "Acme Marketing")
    list(gateway.accounts())

    def looked(kind, *records):
        path, key, _, _ = NAMED_TWICE[kind]
        monkeypatch.setattr(wiring, "PLACES", [place for place in PLACES if place[0].startswith(kind)])
        between.words.clear()
        between.answers(path, 200, {key: list(records), "meta": {"next_page_url": None}})
        around = fetch_surroundings(gateway, one)
        number = next(each for each in numbers if each.phone_number == E164[kind])
        return [link for link in wiring_of(number, around).links if link.kind == kind], around.unseen

    numbers = list(gateway.numbers(one.sid))
    looked.sid = lambda kind: next(each.sid for each in numbers if each.phone_number == E164[kind])
    return looked


ANOTHER = f"PN{'0' * 32}"


@pytest.mark.parametrize("kind", NAMED_TWICE)
def test_a_number_is_linked_where_its_sid_or_its_number_is_named(named, kind):
    """A membership may have a sid of its own, or an older one of the number's; both together are one link."""
    _, _, sid, phone_number = NAMED_TWICE[kind]
    ours, e164 = named.sid(kind), E164[kind]
    told = [
        {sid: ours, phone_number: e164},
        {sid: ours},
        {sid: ours, phone_number: None},
        {sid: ours, phone_number: "+14155550199"},
        {sid: ANOTHER, phone_number: e164},
        {sid: f"XE{'0' * 32}", phone_number: e164},
        {sid: None, phone_number: e164},
        {sid: [], phone_number: e164},
    ]

    for record in told:
        links, unseen = named(kind, record)
        assert (len(links), unseen) == (1, ()), record
    links, unseen = named(kind, {sid: ours, phone_number: e164}, {sid: f"XE{'0' * 32}", phone_number: e164})
    assert (len(links), unseen) == (1, ())
    assert named(kind, {sid: ANOTHER, phone_number: "+14155550199"}) == ([], ())


@pytest.mark.parametrize("kind", NAMED_TWICE)
def test_a_record_that_names_neither_is_a_place_not_looked_at(named, kind):
    """A sid that is no number's names none."""
    _, _, sid, phone_number = NAMED_TWICE[kind]

    for odd in (None, "", 5, [], {}, f"XE{'0' * 32}"):
        links, unseen = named(kind, {sid: odd, phone_number: odd})
        assert links == []
        assert len(unseen) == 1


@pytest.mark.parametrize("kind", NAMED_TWICE)
def test_a_record_without_its_sid_links_what_it_names(named, kind):
    """That it is not as documented is told all the same."""
    links, unseen = named(kind, {NAMED_TWICE[kind][3]: E164[kind]})

    assert (len(links), len(unseen)) == (1, 1)


@pytest.mark.parametrize(
    ("path", "key", "field", "place"),
    [
        ("/ChannelEndpointAssignments", "results", "channel_endpoint_sid", "business profiles"),
        ("/Configuration/Addresses", "address_configurations", "address", "Conversations addresses"),
        ("/v2/Channels/Senders", "senders", "sender_id", "WhatsApp senders"),
        ("/OutgoingCallerIds", "outgoing_caller_ids", "phone_number", "verified caller ids"),
        ("/v1/TrustProducts", "results", "sid", "business profiles"),
        ("/v1/Services", "services", "sid", "messaging services"),
    ],
)
def test_a_record_that_names_nothing_is_a_place_not_looked_at(
    operator, connect, between, monkeypatch, path, key, field, place
):
    """Whatever stands where it should name a number, or itself: nothing is raw, and nothing counts as "not there"."""
    gateway, one = connect(url=between.url), account_named(operator, "Acme")
    list(gateway.accounts())
    monkeypatch.setattr(wiring, "PLACES", [one for one in PLACES if place in one[0]])
    for record in ({}, *({field: odd} for odd in (None, "", 5, [], {}))):
        between.words.clear()
        between.answers(path, 200, {key: [record], "next_page_uri": None, "meta": {"next_page_url": None}})
        unseen = fetch_surroundings(gateway, one).unseen
        assert any(place in said.partition(": ")[0] for said in gaps(unseen)), record


@pytest.fixture
def with_services(operator, connect, between):
    """An account with three messaging services, each of which lists the same records."""

    def made(*records):
        gateway, one = connect(url=between.url), account_named(operator, "Acme Marketing")
        list(gateway.accounts())
        services = [{"sid": f"MG{at:032x}", "friendly_name": f"Service {at}"} for at in range(3)]
        meta = {"meta": {"next_page_url": None}}
        between.answers("/v1/Services?PageSize=1000", 200, {"services": services, **meta})
        between.answers("/PhoneNumbers?PageSize=1000", 200, {"phone_numbers": list(records), **meta})
        between.answers("/Compliance/Usa2p", 200, {"compliance": [], **meta})
        return gateway, one, {each["sid"] for each in services}

    return made


def test_what_a_place_lists_is_read_side_by_side(with_services):
    """A company with hundreds of messaging services is not read one service after the other."""
    gateway, one, services = with_services({"sid": ANOTHER, "phone_number": "+14155550199"})
    waves = []

    def each(function, items):
        waves.append(list(items))
        return map(function, waves[-1])

    around = fetch_surroundings(gateway, one, each=each)
    places, listed = ([place for place, _ in wave] for wave in waves)

    assert Counter(places) == Counter(place for place, _ in PLACES)
    assert Counter(listed)[Place.MESSAGING_SERVICES] == len(services)
    assert {link.target for link in services_of(around)} == services


def test_odd_records_of_services_are_one_gap_and_hide_no_service(with_services):
    """The numbers that they do name are linked; nobody reads the same sentence for every service."""
    gateway, one, services = with_services({"phone_number": "+14155550199"})
    around = fetch_surroundings(gateway, one)

    assert [gap.place for gap in around.unseen] == [Place.MESSAGING_SERVICES]
    assert {link.target for link in services_of(around)} == services


@pytest.mark.parametrize("sid", [5, [], {"x": 1}, True])
def test_an_emergency_number_of_a_domain_that_is_no_sid_is_a_place_not_looked_at(operator, connect, between, sid):
    """None is ordinary: that domain makes its emergency calls with no number of the account's."""
    gateway, one = connect(url=between.url), account_named(operator, "Acme")
    list(gateway.accounts())
    between.answers("/SIP/Domains", 200, {"domains": [{"emergency_caller_sid": sid}], "next_page_uri": None})
    unseen = fetch_surroundings(gateway, one).unseen

    assert [gap.place for gap in unseen] == ([Place.SIP_DOMAINS] if sid else [])


def test_every_page_of_a_proxy_pool_is_read(busy_company, snapshot):
    """A pool of 230 numbers comes in three pages: each of its numbers is found, and no other."""
    company = busy_company("1x250")
    (account,) = company.inventory.accounts
    pooled = [number for place, number in enumerate(company.inventory.numbers) if place < 230]
    world = company.simulator.world
    give_a_pool(world, world.main, [number.phone_number for number in pooled])
    around = fetch_surroundings(company.gateway, account)
    said = connection(around.links[pooled[-1].sid][-1])
    pages = [one for one in company.simulator.requests if one["host"] == "proxy.twilio.com" and "/KS" in one["path"]]

    assert around.unseen == ()
    assert {key for key, links in around.links.items() if "Proxy" in {link.kind for link in links}} == {
        number.sid for number in pooled
    }
    assert as_read(said) == snapshot
    assert len(pages) == 3


@pytest.mark.parametrize(
    ("fault", "path", "place"),
    [
        (Fault.FORBIDDEN, "proxy.twilio.com/v1/Services", "Proxy services"),
        (Fault.FORBIDDEN, "/v2/Channels/Senders", "WhatsApp senders"),
        (Fault.NOT_FOUND, "/v2/Channels/Senders", "WhatsApp senders"),
        (Fault.FORBIDDEN, "/SIP/Domains", "SIP domains"),
        (Fault.NOT_FOUND, "/SIP/Domains", "SIP domains"),
    ],
)
def test_a_product_that_an_account_may_not_use_stands_in_no_release(operator, simulator, tmp_path, fault, path, place):
    """It could not be looked at, which is said; a quiet number is quiet and can go all the same."""
    number = operator.number("Landing page test 1")
    judge = Judge(operator.session)
    simulator.order(fault, path=path, times=9)
    decision = judge.decide(number, account_named(operator, "Acme Marketing"))

    assert decision.wiring.wired is None
    assert [gap.place for gap in decision.wiring.unseen] == [place]
    assert refusal(decision, typed=number.phone_number, why="") is None


def test_an_account_to_which_twilio_says_that_there_is_no_proxy_has_no_pool(operator, simulator):
    """It is closed to new customers: for them every number's wiring would be unknown for good."""
    account = account_named(operator, "Acme Marketing")
    simulator.order(Fault.NOT_FOUND, path="proxy.twilio.com/v1/Services", times=9)
    around = fetch_surroundings(operator.gateway, account)

    assert around.unseen == ()
    assert "Proxy" not in {link.kind for links in around.links.values() for link in links}


def test_an_emergency_caller_of_a_switched_off_domain_is_named_all_the_same(operator, connect, between, snapshot):
    """Whoever switches emergency calls on again finds the number gone."""
    gateway, number = connect(url=between.url), operator.number("Landing page test 1")
    list(gateway.accounts())
    domain = {"sid": "SD1", "domain_name": None, "emergency_calling_enabled": False, "emergency_caller_sid": number.sid}
    between.answers("/SIP/Domains", 200, {"domains": [domain], "next_page_uri": None})
    (link,) = wiring_of(number, fetch_surroundings(gateway, account_named(operator, "Acme Marketing"))).links

    assert as_read(connection(link)) == snapshot


def test_a_list_that_breaks_off_still_tells_what_it_began_with(operator, monkeypatch, snapshot):
    """Its second page fails: the members of the first one are members all the same."""
    (one,) = [each for each in operator.gateway.accounts() if each.friendly_name == "Acme Alerts"]
    read = operator.gateway.resources

    def breaking_off(account_sid, url, key, **how):
        for place, each in enumerate(read(account_sid, url, key, **how)):
            if key == "phone_numbers" and place == 1:
                raise cannot_read("The second page failed.")
            yield each

    monkeypatch.setattr(operator.gateway, "resources", breaking_off)
    found = fetch_surroundings(operator.gateway, one)

    assert [link.kind for links in found.links.values() for link in links].count("messaging service") == 1
    assert as_read(gaps(found.unseen)[0]) == snapshot


def test_an_order_to_host_a_number_counts_until_it_has_ended(operator, connect, between):
    """Completed or failed, it says nothing any more; a state that nobody knows is under way."""
    gateway, one = connect(url=between.url), account_named(operator, "Acme Berlin")
    list(gateway.accounts())
    states = ("completed", "failed", "carrier-processing", "something new", None)
    orders = [
        {"sid": f"HR{at}", "status": state, "incoming_phone_number_sid": f"PN{at}", "phone_number": None}
        for at, state in enumerate(states)
    ]
    between.answers("/HostedNumber/Orders", 200, {"items": orders, "meta": {"next_page_url": None}})
    links = fetch_surroundings(gateway, one).links

    assert [sid for sid in ("PN0", "PN1", "PN2", "PN3", "PN4") if sid in links] == ["PN2", "PN3", "PN4"]


def test_each_account_is_asked_once_for_its_bundles_and_once_for_its_orders(operator, simulator):
    """Whatever number of numbers it has."""
    before = len(simulator.requests)
    fetch_surroundings(operator.gateway, account_named(operator, "Acme Berlin"))
    asked = [each["path"].partition("?")[0] for each in simulator.requests[before:]]

    assert asked.count("/v2/HostedNumber/Orders") == asked.count("/v2/RegulatoryCompliance/Bundles") == 1


def test_a_service_whose_numbers_were_read_in_part_has_nobody_knows_how_many(operator, connect, between):
    """So that nobody is told that the last of them went."""
    gateway, one = connect(url=between.url), account_named(operator, "Acme Alerts")
    whole = {link.details["numbers"] for link in services_of(fetch_surroundings(operator.gateway, one))}
    list(gateway.accounts())
    (service,) = gateway.resources(one.sid, "https://messaging.twilio.com/v1/Services", "services")
    record = {"sid": ANOTHER, "phone_number": "+16465550170"}
    more = f"https://messaging.twilio.com/v1/Services/{service['sid']}/PhoneNumbers?Page=1&PageSize=1000"
    between.answers("/PhoneNumbers?PageSize=1000", 200, {"phone_numbers": [record], "meta": {"next_page_url": more}})
    around = fetch_surroundings(gateway, one)

    assert whole == {2}
    assert Place.SERVICE_NUMBERS in {gap.place for gap in around.unseen}
    assert {link.details["numbers"] for link in services_of(around)} == {None}


def services_of(around):
    return [link for links in around.links.values() for link in links if link.kind == "messaging service"]
