"""The places where numbers are named: each is read to its end, and one that cannot be read hides no other."""

from collections import Counter

import pytest

from helpers.decision import refusal
from helpers.errors import CannotRead
from helpers.judge import Judge
from helpers.protection import Protection
from helpers.simulator import Fault
from helpers.wiring import look_around, wiring_of
from tests.simulator_tools import give_a_pool


def account_named(operator, name):
    return next(each for each in operator.gateway.accounts() if each.friendly_name == name)


def test_every_kind_of_place_names_some_number_of_acmes(operator):
    """The practice company has at least one number at each place that is looked at."""
    kinds = set()
    for account in operator.gateway.accounts():
        # A suspended account's own credentials are turned away.
        if account.status == "active":
            around = look_around(operator.gateway, account)
            kinds |= {link.kind for links in around.links.values() for link in links}
            assert around.unseen == ()
            # A domain that names no number for emergency calls is a link of nobody's.
            assert all(around.links)

    assert kinds >= {"messaging service", "toll-free verification", "trust product", "conversations", "caller id"}
    assert kinds >= {"WhatsApp sender", "Proxy", "SIP domain"}


@pytest.mark.parametrize(
    ("account", "path", "named", "lost"),
    [
        ("Acme Alerts", "/Compliance/Usa2p", "the A2P campaigns of the messaging service Delivery alerts", set()),
        ("Acme", "/ChannelEndpointAssignments", "the trust product SHAKEN/STIR", {"trust product"}),
        ("Acme", "/v1/TrustProducts", "trust products", {"trust product"}),
        ("Acme Shops", "/v2/Channels/Senders", "WhatsApp senders", {"WhatsApp sender"}),
        ("Acme Shops", "/SIP/Domains", "SIP domains", {"SIP domain"}),
        ("Acme Marketing", "/v1/Services/KS", "the numbers of the Proxy service Influencer hotline", {"Proxy"}),
    ],
)
def test_a_list_that_fails_hides_nothing_beside_it(operator, practice, account, path, named, lost):
    """One campaign or product that cannot be read: everything else that was found is there, and the gap is named."""
    one = account_named(operator, account)
    whole = Counter(link.kind for links in look_around(operator.gateway, one).links.values() for link in links)
    practice.order(Fault.FORBIDDEN, path=path, times=1)
    found = look_around(operator.gateway, one)
    kinds = Counter(link.kind for links in found.links.values() for link in links)

    assert len(found.unseen) == 1
    assert f"Could not look at {named}: " in found.unseen[0]
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
    ],
)
def test_a_record_that_names_no_number_as_documented_is_a_place_not_looked_at(
    operator, connect, between, path, key, odd, place
):
    """Never "nothing there": the place is named, and the other places are seen."""
    gateway, one = connect(url=between.url), account_named(operator, "Acme Marketing")
    list(gateway.accounts())
    between.answers(path, 200, {key: [odd], "next_page_uri": None, "meta": {"next_page_url": None}})
    found = look_around(gateway, one)

    assert [reason.partition(": ")[0] for reason in found.unseen] == [f"Could not look at {place}"]
    assert "is not as it should be" in found.unseen[0]
    assert "toll-free verification" in {link.kind for links in found.links.values() for link in links}


def test_every_page_of_a_proxy_pool_is_read(busy_company):
    """A pool of 230 numbers comes in three pages: each of its numbers is found, and no other."""
    company = busy_company("1x250")
    (account,) = company.inventory.accounts
    pooled = [number for place, number in enumerate(company.inventory.numbers) if place < 230]
    world = company.practice.world
    give_a_pool(world, world.main, [number.phone_number for number in pooled])
    around = look_around(company.gateway, account)
    said = around.links[pooled[-1].sid][-1].said
    pages = [one for one in company.practice.requests if one["host"] == "proxy.twilio.com" and "/KS" in one["path"]]

    assert around.unseen == ()
    assert {key for key, links in around.links.items() if "Proxy" in {link.kind for link in links}} == {
        number.sid for number in pooled
    }
    assert said.startswith("It is in the pool of the Proxy service Couriers (KS")
    assert said.endswith("), with 2 open sessions.")
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
def test_a_product_that_an_account_may_not_use_stands_in_no_release(operator, practice, tmp_path, fault, path, place):
    """It could not be looked at, which is said; a quiet number is quiet and can go all the same."""
    number = operator.number("Landing page test 1")
    judge = Judge(operator.gateway, operator.journal, Protection(tmp_path / "protected.json"), clock=operator.clock)
    practice.order(fault, path=path, times=9)
    decision = judge.one(number, account_named(operator, "Acme Marketing"))

    assert decision.wiring.wired is None
    assert [reason.partition(": ")[0] for reason in decision.wiring.unseen] == [f"Could not look at {place}"]
    assert decision.wiring.unseen[0] in decision.warnings
    assert refusal(decision, typed=number.phone_number, why="") is None


def test_an_account_to_which_twilio_says_that_there_is_no_proxy_has_no_pool(operator, practice):
    """It is closed to new customers: for them every number's wiring would be unknown for good."""
    account = account_named(operator, "Acme Marketing")
    practice.order(Fault.NOT_FOUND, path="proxy.twilio.com/v1/Services", times=9)
    around = look_around(operator.gateway, account)

    assert around.unseen == ()
    assert "Proxy" not in {link.kind for links in around.links.values() for link in links}


def test_an_emergency_caller_of_a_switched_off_domain_is_named_all_the_same(operator, connect, between):
    """Whoever switches emergency calls on again finds the number gone."""
    gateway, number = connect(url=between.url), operator.number("Landing page test 1")
    list(gateway.accounts())
    domain = {"sid": "SD1", "domain_name": None, "emergency_calling_enabled": False, "emergency_caller_sid": number.sid}
    between.answers("/SIP/Domains", 200, {"domains": [domain], "next_page_uri": None})
    (link,) = wiring_of(number, look_around(gateway, account_named(operator, "Acme Marketing"))).links

    assert link.said == "Emergency calls from the SIP domain SD1 are made with it once they are switched on there."


def test_a_list_that_breaks_off_still_tells_what_it_began_with(operator, monkeypatch):
    """Its second page fails: the members of the first one are members all the same."""
    (one,) = [each for each in operator.gateway.accounts() if each.friendly_name == "Acme Alerts"]
    read = operator.gateway.resources

    def breaking_off(account_sid, url, key, **how):
        for place, each in enumerate(read(account_sid, url, key, **how)):
            if key == "phone_numbers" and place == 2:
                raise CannotRead("The second page failed.")
            yield each

    monkeypatch.setattr(operator.gateway, "resources", breaking_off)
    found = look_around(operator.gateway, one)

    assert [link.kind for links in found.links.values() for link in links].count("messaging service") == 2
    assert "The second page failed." in found.unseen[0]
