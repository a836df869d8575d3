"""
What numbers are connected to: on the number itself, and wherever else at Twilio they are named.

Twilio releases a number that is in use without a word, so all of this is for the operator
to see before.  Gathered once per account; what lies on other hosts than ``api.twilio.com``
takes the account's own credentials (https://www.twilio.com/docs/iam/api/subaccounts).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any

from helpers.core.connections import Link, LinkKind, Place, Unseen, Wiring
from helpers.core.errors import CannotRead
from helpers.core.number_facts import has_emergency_address, is_demo
from helpers.core.reasons import Cause, Detail, Reason
from helpers.core.records import Account, Number
from helpers.evidence.naming import names_in, sid_in
from helpers.gateway.client import NO_SUCH_THING
from helpers.gateway.gateway import Gateway
from helpers.gateway.responses import text_in, understood
from helpers.gateway.transport import Each

#: Where calls are taken unless somebody chose otherwise.
USUAL_REGION = "us1"
#: Twilio's code where an account is suspended or closed (https://www.twilio.com/docs/api/errors/20005).
_NOT_ACTIVE = 20005
#: What was found, by a number's sid, its E.164, or both; or by an application's sid.
Found = Iterator[tuple[tuple[str, ...], Link]]
#: Is told what could not be looked at, and why; what is beside it is looked at all the same.
Missed = Callable[[Place, str, CannotRead], None]
_Find = Callable[[Gateway, Account, Missed], Found]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where an account's numbers are named, other than on themselves."""

    links: Mapping[str, tuple[Link, ...]]
    #: Where nobody could look, and why.
    unseen: tuple[Unseen, ...]
    #: The same links by the E.164 that stands beside a sid: such a sid may be another one than the number's.
    beside: Mapping[str, tuple[Link, ...]] = field(default_factory=dict)


def look_around(gateway: Gateway, account: Account, *, each: Each = map) -> Surroundings:
    """
    Look once at every place where an account's numbers may be named.

    A place that could not be looked at is named in ``unseen``; what was found there before counts.

    Args:
        each: How the places are gone through.
    """

    def look(at: tuple[Place, _Find]) -> tuple[list[tuple[tuple[str, ...], Link]], list[Unseen]]:
        place, find = at
        found: list[tuple[tuple[str, ...], Link]] = []
        unseen: list[Unseen] = []
        try:
            with understood(f"What is at {place}"):
                found.extend(find(gateway, account, lambda *missed: unseen.append(_gap(*missed))))
        except CannotRead as failure:
            unseen.append(_gap(place, "", failure))
        return found, unseen

    links: dict[str, tuple[Link, ...]] = {}
    beside: dict[str, tuple[Link, ...]] = {}
    missed: list[Unseen] = []
    for found, unseen in each(look, PLACES):
        for keys, link in found:
            for key, by_it in zip(keys, (links, beside), strict=False):
                by_it[key] = (*by_it.get(key, ()), link)
        missed += unseen
    return Surroundings(links, tuple(missed), beside)


def _gap(place: Place, part: str, failure: CannotRead) -> Unseen:
    if failure.code == _NOT_ACTIVE:
        return Unseen(place, Reason(Cause.INACTIVE, {"status": failure.status}), part)
    return Unseen(place, failure.reason, part)


def wiring_of(number: Number, around: Surroundings) -> Wiring:
    """Put together what one number is connected to."""
    keys = (number.get("voice_application_sid"), number.get("sms_application_sid"), number.sid, number.phone_number)
    by_key = (around.links.get(key, ()) for key in keys if key)
    elsewhere = dict.fromkeys(chain(*by_key, around.beside.get(number.phone_number, ())))
    return Wiring((*of_its_own(number), *elsewhere), around.unseen)


def with_region(gateway: Gateway, number: Number, wiring: Wiring) -> Wiring:
    """
    Look where a number's calls are taken: one request, so not for every number of a company.

    In another region than US1 it has settings of its own, which no look from here shows
    (https://www.twilio.com/docs/global-infrastructure/inbound-processing-api).
    """
    try:
        region = gateway.region(number.account_sid, number.sid, phone_number=number.phone_number)
    except CannotRead as failure:
        gap = _gap(Place.REGION, "", failure)
        return replace(wiring, unseen=(*wiring.unseen, gap), region_seen=True)
    if region == USUAL_REGION:
        return replace(wiring, region_seen=True)
    return replace(wiring, links=(*wiring.links, Link(LinkKind.REGION, region)), region_seen=True)


def of_its_own(number: Number) -> Iterator[Link]:
    """Read what the number's own record says; Twilio's demo pages are nothing."""
    trunk, fax = number.get("trunk_sid"), number.get("voice_receive_mode") == "fax"
    if trunk:
        yield Link(LinkKind.SIP_TRUNK, str(trunk))
    if fax:
        yield Link(LinkKind.FAX, "calls")
    # Twilio ignores the rest where a trunk is set.
    calls = () if trunk or fax else _answering(number, "calls", "voice")
    yield from _both((*calls, *_answering(number, "messages", "sms")))
    if number.get("status_callback"):
        yield Link(LinkKind.WEBHOOK, "status")
    regulatory = number.get("bundle_sid") or number.get("address_sid") or number.get("identity_sid")
    if regulatory:
        yield Link(LinkKind.REGULATORY, str(regulatory))
    if has_emergency_address(number):
        yield Link(LinkKind.EMERGENCY_ADDRESS, str(number.get("emergency_address_sid") or ""))


def _both(links: tuple[Link, ...]) -> Iterator[Link]:
    """Join what answers calls with what answers messages, where it is the same application or flow."""
    answers: dict[Link, tuple[str, ...]] = {}
    for link in links:
        answers[link] = (*answers.get(link, ()), str(link.details["answers"]))
    for link, what in answers.items():
        yield replace(link, details={**link.details, "answers": what})


def _answering(number: Number, what: str, field: str) -> Iterator[Link]:
    application, url = number.get(f"{field}_application_sid"), number.get(f"{field}_url")
    fallback = number.get(f"{field}_fallback_url")
    # Twilio ignores the addresses where an application is set.
    if application:
        yield Link(LinkKind.APPLICATION, str(application), {"answers": what})
    elif url and not is_demo(url):
        yield _webhook(what, url)
    elif fallback and not is_demo(fallback):
        yield Link(LinkKind.WEBHOOK, what, {"answers": what, "fallback": True})


def _webhook(what: str, url: str) -> Link:
    if ".twil.io/" in f"{url}/":
        return Link(LinkKind.FUNCTION, what, {"answers": what})
    if url.startswith("https://webhooks.twilio.com/") and "/Flows/" in url:
        return Link(LinkKind.STUDIO_FLOW, url.rpartition("/Flows/")[2].split("?")[0], {"answers": what})
    return Link(LinkKind.WEBHOOK, what, {"answers": what})


def _seen(listing: Iterable[dict[str, Any]], missed: Missed, place: Place, part: str = "") -> list[dict[str, Any]]:
    """Read a list as far as it can be read: one that fails must not hide what stands in the others."""
    found = []
    try:
        with understood(f"{place} {part}".strip()):
            for one in listing:
                found.append(one)  # noqa: PERF402  # what came before a failure counts
    except CannotRead as failure:
        missed(place, part, failure)
    return found


def _services(gateway: Gateway, account: Account, missed: Missed) -> Found:
    base = "https://messaging.twilio.com/v1/Services"
    for service in gateway.resources(account.sid, base, "services"):
        sid = sid_in(service, "MG")
        name = str(service.get("friendly_name") or sid)
        # The numbers first: a campaign that cannot be read must not hide them.
        members = gateway.resources(account.sid, f"{base}/{sid}/PhoneNumbers", "phone_numbers")
        inside = _seen(members, missed, Place.SERVICE_NUMBERS, name)
        if not inside:
            continue
        listing = gateway.resources(account.sid, f"{base}/{sid}/Compliance/Usa2p", "compliance")
        campaigns = _seen(listing, missed, Place.CAMPAIGNS, name)
        link = Link(LinkKind.MESSAGING_SERVICE, sid, {"name": name, "campaign": bool(campaigns)})
        for member in inside:
            yield from _named(member, "sid", "phone_number", link)


def _toll_free(gateway: Gateway, account: Account, _: Missed) -> Found:
    url = "https://messaging.twilio.com/v1/Tollfree/Verifications"
    for one in gateway.resources(account.sid, url, "verifications"):
        link = Link(LinkKind.TOLL_FREE_VERIFICATION, _target(one), {"status": _status(one)})
        yield from _named(one, "tollfree_phone_number_sid", "tollfree_phone_number", link)


def _trust(gateway: Gateway, account: Account, missed: Missed) -> Found:
    for resource, kind, places, place in (
        ("TrustProducts", LinkKind.TRUST_PRODUCT, Place.TRUST_PRODUCTS, Place.TRUST_PRODUCT),
        ("CustomerProfiles", LinkKind.BUSINESS_PROFILE, Place.BUSINESS_PROFILES, Place.BUSINESS_PROFILE),
    ):
        base = f"https://trusthub.twilio.com/v1/{resource}"
        for product in _seen(gateway.resources(account.sid, base, "results"), missed, places):
            sid = sid_in(product, "BU")
            name = str(product.get("friendly_name") or sid)
            url = f"{base}/{sid}/ChannelEndpointAssignments"
            for one in _seen(gateway.resources(account.sid, url, "results"), missed, place, name):
                yield (text_in(one, "channel_endpoint_sid"),), Link(kind, sid, {"name": name})


def _conversations(gateway: Gateway, account: Account, _: Missed) -> Found:
    url = "https://conversations.twilio.com/v1/Configuration/Addresses"
    # Its largest page, unlike everybody else's, is fifty.
    for one in gateway.resources(account.sid, url, "address_configurations", page_size=50):
        address = text_in(one, "address").removeprefix("whatsapp:")
        yield (address,), Link(LinkKind.CONVERSATIONS, _target(one))


def _senders(gateway: Gateway, account: Account, _: Missed) -> Found:
    # Without a channel there is no list; its other one, RCS, names no number, but a brand
    # (https://www.twilio.com/docs/whatsapp/api/senders, and twilio_messaging_v2.json of Twilio's OpenAPI documents).
    url, channel = "https://messaging.twilio.com/v2/Channels/Senders", "whatsapp"
    for one in gateway.resources(account.sid, url, "senders", filters={"Channel": channel}):
        link = Link(LinkKind.WHATSAPP_SENDER, _target(one), {"status": _status(one)})
        yield (text_in(one, "sender_id").removeprefix(f"{channel}:"),), link


def _proxy(gateway: Gateway, account: Account, missed: Missed) -> Found:
    base = "https://proxy.twilio.com/v1/Services"
    # "A maximum of 100 records will be returned per page", of either list (twilio_proxy_v1.json, likewise).
    services = gateway.resources(account.sid, base, "services", page_size=100)
    try:
        first = next(services, None)
    except CannotRead as failure:
        # Closed to new customers (https://www.twilio.com/docs/proxy/proxy-changelog): an account to which Twilio itself
        # says that there is no such list has no pool.
        if failure.code == NO_SUCH_THING:
            return
        raise
    for service in chain([first] if first else [], services):
        sid = sid_in(service, "KS")
        name = str(service.get("unique_name") or sid)
        members = gateway.resources(account.sid, f"{base}/{sid}/PhoneNumbers", "phone_numbers", page_size=100)
        for member in _seen(members, missed, Place.PROXY_NUMBERS, name):
            sessions = member.get("in_use")
            told: dict[str, Detail] = {
                "name": name,
                "reserved": bool(member.get("is_reserved")),
                "sessions": int(sessions or 0),
            }
            yield from _named(member, "sid", "phone_number", Link(LinkKind.PROXY, sid, told))


def _sip_domains(gateway: Gateway, account: Account, _: Missed) -> Found:
    for domain in gateway.listing(account.sid, "SIP/Domains", "domains"):
        # "If present, this phone number will be used as the callback for the emergency call" (twilio_api_v2010.json).
        if domain["emergency_caller_sid"]:
            name, enabled = str(domain.get("domain_name") or domain["sid"]), domain.get("emergency_calling_enabled")
            link = Link(LinkKind.SIP_DOMAIN, str(domain["sid"]), {"name": name, "enabled": bool(enabled)})
            yield (text_in(domain, "emergency_caller_sid"),), link


def _caller_ids(gateway: Gateway, account: Account, _: Missed) -> Found:
    for one in gateway.listing(account.sid, "OutgoingCallerIds", "outgoing_caller_ids"):
        yield (text_in(one, "phone_number"),), Link(LinkKind.CALLER_ID, _target(one))


def _applications(gateway: Gateway, account: Account, _: Missed) -> Found:
    # A name is only for reading: that an application answers, the number's own record tells.
    with suppress(CannotRead):
        for one in gateway.listing(account.sid, "Applications", "applications"):
            if one.get("friendly_name"):
                sid = text_in(one, "sid")
                yield (sid,), Link(LinkKind.APPLICATION_NAME, sid, {"name": str(one["friendly_name"])})


def _named(record: Mapping[str, Any], sid: str, phone_number: str, link: Link) -> Found:
    """
    Link a number by its sid and by its E.164, whichever a record has.

    Raises:
        KeyError: It names no number, or lacks the sid that Twilio documents.
    """
    yield names_in(record, sid, phone_number), link
    if sid not in record:
        raise KeyError(sid)


def _target(one: Mapping[str, Any]) -> str:
    return str(one.get("sid") or "")


def _status(one: Mapping[str, Any]) -> str:
    return str(one.get("status") or "unknown").lower().replace("_", " ").replace(":", ", ")


#: Where an account's numbers may be named, and how to look there.
PLACES: tuple[tuple[Place, _Find], ...] = (
    (Place.MESSAGING_SERVICES, _services),
    (Place.TOLL_FREE_VERIFICATIONS, _toll_free),
    (Place.TRUST, _trust),
    (Place.CONVERSATIONS, _conversations),
    (Place.WHATSAPP_SENDERS, _senders),
    (Place.PROXY, _proxy),
    (Place.SIP_DOMAINS, _sip_domains),
    (Place.CALLER_IDS, _caller_ids),
    (Place.APPLICATION_NAMES, _applications),
)
