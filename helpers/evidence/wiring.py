"""
The wiring of numbers: their connections, on their own records and at other places that name them.

Twilio releases a connected number without a warning, so the operator sees the wiring first.  The kit fetches the other
places once for each account; those on other hosts than ``api.twilio.com`` need the account's own credentials
(https://www.twilio.com/docs/iam/api/subaccounts).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import chain
from typing import Any

from helpers.core.connections import Link, LinkKind, Place, Unseen, Wiring
from helpers.core.errors import CannotRead
from helpers.core.reasons import NOT_ACTIVE, Cause, Detail, Reason
from helpers.core.records import Account, Number
from helpers.core.redact import without_secrets
from helpers.evidence.links_on_record import links_on_record
from helpers.evidence.naming import names_in, sid_in
from helpers.evidence.written_forms import written_forms
from helpers.gateway.client import NO_SUCH_THING
from helpers.gateway.gateway import Gateway
from helpers.gateway.responses import text_in, understood
from helpers.gateway.transport import Each

#: The fields of a record that can name no connection.
_UNCONNECTED = {"api_version", "beta", "capabilities", "date_created", "date_updated", "friendly_name", "type", "uri"}
_SERVICES = "https://messaging.twilio.com/v1/Services"
#: An order to host a number that came to its end.
_ENDED = {"completed", "failed"}
#: A link with its keys: a number's sid, its E.164 number, or both; or the sid of an
#: application or a bundle.  No key for a leftover.
_KeyedLink = tuple[tuple[str, ...], Link]
_KeyedLinks = Iterator[_KeyedLink]
#: Receives a part of a place that could not be read, and the failure; the reading goes on with the other parts.
_OnFailure = Callable[[Place, str, CannotRead], None]


@dataclass(frozen=True, slots=True)
class _Listed:
    """Something that a place lists, like a messaging service, whose own links are in lists of its own."""

    fetch: Callable[[_OnFailure], _KeyedLinks]


_Fetch = Callable[[Gateway, Account, _OnFailure], Iterator[_KeyedLink | _Listed]]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The links at places other than the numbers' own records, for one account."""

    links: Mapping[str, tuple[Link, ...]]
    #: The places that could not be read, each with the reason.
    unseen: tuple[Unseen, ...]
    #: The same links by the E.164 number beside a sid, because the sid may be another one than the number's.
    beside: Mapping[str, tuple[Link, ...]] = field(default_factory=dict)
    #: What no number needs any more, and costs money: messaging services without numbers that have campaigns.
    leftovers: tuple[Link, ...] = ()


def fetch_surroundings(gateway: Gateway, account: Account, *, each: Each = map) -> Surroundings:
    """
    Fetch the links at every place that may name an account's numbers.

    A place that cannot be read is in ``unseen``; the links that were read before the failure count.

    Args:
        each: A function like ``map``; it runs through the places, and then through what they list.
    """
    return _fetch_places(gateway, account, PLACES, each)


def fetch_leftovers(gateway: Gateway, account: Account, *, each: Each = map) -> Surroundings:
    """Fetch what is left over in an account without numbers: one request, and two for each messaging service."""
    around = _fetch_places(gateway, account, ((Place.MESSAGING_SERVICES, _services),), each)
    return Surroundings({}, around.unseen, leftovers=around.leftovers)


def _fetch_places(
    gateway: Gateway, account: Account, places: Iterable[tuple[Place, _Fetch]], each: Each
) -> Surroundings:
    lists = [*each(_fetch_links, [(place, partial(fetch, gateway, account)) for place, fetch in places])]
    # A company can have hundreds of messaging services: one after the other, they would be the last to be read.
    listed = iter(each(_fetch_links, [(found.place, one.fetch) for found in lists for one in found.listed]))
    links: dict[str, tuple[Link, ...]] = {}
    beside: dict[str, tuple[Link, ...]] = {}
    leftovers: list[Link] = []
    unseen: dict[tuple[Unseen, Reason], None] = {}
    for found in chain.from_iterable([first, *(next(listed) for _ in first.listed)] for first in lists):
        for keys, link in found.links:
            for key, links_by_key in zip(keys, (links, beside), strict=False):
                links_by_key[key] = (*links_by_key.get(key, ()), link)
            if not keys:
                leftovers.append(link)
        # What is wrong with each of many services is told once.
        unseen |= dict.fromkeys((gap, gap.why) for gap in found.gaps)
    return Surroundings(links, tuple(gap for gap, _ in unseen), beside, tuple(leftovers))


@dataclass(frozen=True, slots=True)
class _Found:
    """What one of an account's places told."""

    place: Place
    links: list[_KeyedLink]
    listed: list[_Listed]
    gaps: list[Unseen]


def _fetch_links(job: tuple[Place, Callable[[_OnFailure], Iterator[_KeyedLink | _Listed]]]) -> _Found:
    place, fetch = job
    found = _Found(place, [], [], [])
    try:
        with understood(f"What is at {place}"):
            for one in fetch(lambda *failed: found.gaps.append(gap_at(*failed))):
                if isinstance(one, _Listed):
                    found.listed.append(one)
                else:
                    found.links.append(one)
    except CannotRead as failure:
        found.gaps.append(gap_at(place, "", failure))
    return found


def gap_at(place: Place, part: str, failure: CannotRead) -> Unseen:
    """Make the gap of a place that could not be read."""
    if failure.code in NOT_ACTIVE:
        return Unseen(place, Reason(Cause.INACTIVE, {"status": failure.status}), part)
    return Unseen(place, failure.reason, part)


def wiring_of(number: Number, surroundings: Surroundings) -> Wiring:
    """Combine the links on a number's own record with those in its account's surroundings."""
    forms = written_forms(number.phone_number)
    bundle = number.get("bundle_sid")
    keys = (number.get("voice_application_sid"), number.get("sms_application_sid"), bundle, number.sid, *forms)
    by_key = (surroundings.links.get(key, ()) for key in keys if key)
    elsewhere = dict.fromkeys(chain(*by_key, *(surroundings.beside.get(form, ()) for form in forms)))
    unseen = surroundings.unseen
    if unseen and not bundle:
        # Its own record tells that it is in none of the bundles.
        unseen = tuple(gap for gap in unseen if gap.place is not Place.BUNDLES)
    return Wiring((*links_on_record(number), *elsewhere), (*_unreadable(number), *unseen))


def _unreadable(number: Number) -> Iterator[Unseen]:
    fields = tuple(name for name in number.unreadable if name not in _UNCONNECTED)
    if fields:
        yield Unseen(Place.RECORD, Reason(Cause.FIELDS_UNREADABLE, {"fields": fields}))


def _read(
    listing: Iterable[dict[str, Any]], on_failure: _OnFailure, place: Place, part: str = ""
) -> list[dict[str, Any]]:
    """Read a list as far as possible, so that its failure does not hide the other lists."""
    records, failure = _read_on(listing, place, part)
    if failure is not None:
        on_failure(place, part, failure)
    return records


def _read_on(
    listing: Iterable[dict[str, Any]], place: Place, part: str
) -> tuple[list[dict[str, Any]], CannotRead | None]:
    """Read a list as far as possible, and return the failure that ended it; None if it was read to its end."""
    records = []
    try:
        with understood(f"{place} {part}".strip()):
            for record in listing:
                records.append(record)  # noqa: PERF402  # the records before a failure count
    except CannotRead as failure:
        return records, failure
    return records, None


def _services(gateway: Gateway, account: Account, _: _OnFailure) -> Iterator[_Listed]:
    for service in gateway.resources(account.sid, _SERVICES, "services"):
        sid = sid_in(service, "MG")
        yield _Listed(partial(_service, gateway, account, sid, _name(service, sid)))


def _service(gateway: Gateway, account: Account, sid: str, name: str, on_failure: _OnFailure) -> _KeyedLinks:
    # The numbers come first, so that a failure at the campaigns does not hide them.
    members = gateway.resources(account.sid, f"{_SERVICES}/{sid}/PhoneNumbers", "phone_numbers")
    numbers, failure = _read_on(members, Place.SERVICE_NUMBERS, name)
    whole = failure is None
    if failure is not None:
        on_failure(Place.SERVICE_NUMBERS, name, failure)
    listing = gateway.resources(account.sid, f"{_SERVICES}/{sid}/Compliance/Usa2p", "compliance")
    if not numbers:
        if failure is None:
            yield from _leftover(sid, name, listing)
        return
    campaigns, failure = _read_on(listing, Place.CAMPAIGNS, name)
    if failure is not None:
        on_failure(Place.CAMPAIGNS, name, failure)
    has_campaign = None if failure is not None and not campaigns else bool(campaigns)
    details: dict[str, Detail] = {"name": name, "campaign": has_campaign}
    details["numbers"] = len(numbers) if whole else None
    link = Link(LinkKind.MESSAGING_SERVICE, sid, details)
    for number in numbers:
        yield from _link_number(number, "sid", "phone_number", link)


def _leftover(sid: str, name: str, campaigns: Iterable[dict[str, Any]]) -> _KeyedLinks:
    """
    Link nothing to a messaging service without numbers, if it has campaigns or may have some.

    Twilio charges for a campaign by the month, with numbers or without
    (https://help.twilio.com/articles/11587910480155).  For a brand it charges once, on the same page, so a brand that
    nobody uses is not left over.  A failure leaves no doubt about any number.
    """
    records, failure = _read_on(campaigns, Place.CAMPAIGNS, name)
    statuses = tuple(str(record.get("campaign_status") or "unknown").lower().replace("_", " ") for record in records)
    if statuses or failure is not None:
        details: dict[str, Detail] = {"name": name, "campaigns": statuses if failure is None else None}
        yield (), Link(LinkKind.EMPTY_SERVICE, sid, details)


def _toll_free(gateway: Gateway, account: Account, _: _OnFailure) -> _KeyedLinks:
    url = "https://messaging.twilio.com/v1/Tollfree/Verifications"
    for record in gateway.resources(account.sid, url, "verifications"):
        link = Link(LinkKind.TOLL_FREE_VERIFICATION, _target(record), {"status": _status(record)})
        yield from _link_number(record, "tollfree_phone_number_sid", "tollfree_phone_number", link)


def _trust(gateway: Gateway, account: Account, on_failure: _OnFailure) -> Iterator[_Listed]:
    for resource, kind, places, place in (
        ("TrustProducts", LinkKind.TRUST_PRODUCT, Place.TRUST_PRODUCTS, Place.TRUST_PRODUCT),
        ("CustomerProfiles", LinkKind.BUSINESS_PROFILE, Place.BUSINESS_PROFILES, Place.BUSINESS_PROFILE),
    ):
        base = f"https://trusthub.twilio.com/v1/{resource}"
        for product in _read(gateway.resources(account.sid, base, "results"), on_failure, places):
            sid = sid_in(product, "BU")
            link = Link(kind, sid, {"name": _name(product, sid)})
            url = f"{base}/{sid}/ChannelEndpointAssignments"
            yield _Listed(partial(_assigned, gateway.resources(account.sid, url, "results"), place, link))


def _assigned(listing: Iterable[dict[str, Any]], place: Place, link: Link, on_failure: _OnFailure) -> _KeyedLinks:
    for record in _read(listing, on_failure, place, str(link.details["name"])):
        yield (text_in(record, "channel_endpoint_sid"),), link


def _conversations(gateway: Gateway, account: Account, _: _OnFailure) -> _KeyedLinks:
    url = "https://conversations.twilio.com/v1/Configuration/Addresses"
    # Twilio's largest page of this list is 50.
    for record in gateway.resources(account.sid, url, "address_configurations", page_size=50):
        address = text_in(record, "address").removeprefix("whatsapp:")
        yield (address,), Link(LinkKind.CONVERSATIONS, _target(record))


def _senders(gateway: Gateway, account: Account, _: _OnFailure) -> _KeyedLinks:
    # Twilio requires a channel; the only other one, RCS, names brands instead of numbers
    # (https://www.twilio.com/docs/whatsapp/api/senders, and twilio_messaging_v2.json of Twilio's OpenAPI documents).
    url, channel = "https://messaging.twilio.com/v2/Channels/Senders", "whatsapp"
    for record in gateway.resources(account.sid, url, "senders", filters={"Channel": channel}):
        link = Link(LinkKind.WHATSAPP_SENDER, _target(record), {"status": _status(record)})
        yield (text_in(record, "sender_id").removeprefix(f"{channel}:"),), link


def _proxy(gateway: Gateway, account: Account, _: _OnFailure) -> Iterator[_Listed]:
    base = "https://proxy.twilio.com/v1/Services"
    # "A maximum of 100 records will be returned per page", for both lists (twilio_proxy_v1.json).
    services = gateway.resources(account.sid, base, "services", page_size=100)
    try:
        first = next(services, None)
    except CannotRead as failure:
        # Proxy is closed to new customers (https://www.twilio.com/docs/proxy/proxy-changelog).  For an account without
        # it, Twilio answers that there is no such list.
        if failure.code == NO_SUCH_THING:
            return
        raise
    for service in chain([first] if first else [], services):
        sid = sid_in(service, "KS")
        name = _name(service, sid, "unique_name")
        members = gateway.resources(account.sid, f"{base}/{sid}/PhoneNumbers", "phone_numbers", page_size=100)
        yield _Listed(partial(_pool, members, sid, name))


def _pool(members: Iterable[dict[str, Any]], sid: str, name: str, on_failure: _OnFailure) -> _KeyedLinks:
    for member in _read(members, on_failure, Place.PROXY_NUMBERS, name):
        sessions = member.get("in_use")
        details: dict[str, Detail] = {
            "name": name,
            "reserved": bool(member.get("is_reserved")),
            "sessions": int(sessions or 0),
        }
        yield from _link_number(member, "sid", "phone_number", Link(LinkKind.PROXY, sid, details))


def _sip_domains(gateway: Gateway, account: Account, _: _OnFailure) -> _KeyedLinks:
    for domain in gateway.listing(account.sid, "SIP/Domains", "domains"):
        # "If present, this phone number will be used as the callback for the emergency call" (twilio_api_v2010.json).
        if domain["emergency_caller_sid"]:
            sid, enabled = str(domain["sid"]), domain.get("emergency_calling_enabled")
            link = Link(LinkKind.SIP_DOMAIN, sid, {"name": _name(domain, sid, "domain_name"), "enabled": bool(enabled)})
            yield (text_in(domain, "emergency_caller_sid"),), link


def _caller_ids(gateway: Gateway, account: Account, _: _OnFailure) -> _KeyedLinks:
    for record in gateway.listing(account.sid, "OutgoingCallerIds", "outgoing_caller_ids"):
        yield (text_in(record, "phone_number"),), Link(LinkKind.CALLER_ID, _target(record))


def _hosted_orders(gateway: Gateway, account: Account, _: _OnFailure) -> _KeyedLinks:
    """Link numbers to the orders to host them, which Twilio lists as numbers from the beginning."""
    # https://www.twilio.com/docs/phone-numbers/hosted-numbers/hosted-numbers-api/hosted-number-order-resource
    for order in gateway.resources(account.sid, "https://numbers.twilio.com/v2/HostedNumber/Orders", "items"):
        if order.get("status") not in _ENDED:
            link = Link(LinkKind.HOSTED_ORDER, _target(order), {"status": _status(order)})
            yield from _link_number(order, "incoming_phone_number_sid", "phone_number", link)


def _bundles(gateway: Gateway, account: Account, _: _OnFailure) -> _KeyedLinks:
    """
    Link bundles, which numbers name in their records, to what Twilio may do with them.

    A bundle with an end is rejected on that day unless its data is renewed before
    (https://www.twilio.com/docs/phone-numbers/regulatory/api/bundles).
    """
    url = "https://numbers.twilio.com/v2/RegulatoryCompliance/Bundles"
    for bundle in gateway.resources(account.sid, url, "results"):
        sid, rejected, until = sid_in(bundle, "BU"), _status(bundle) == "twilio-rejected", bundle["valid_until"]
        if until or rejected:
            # What was rejected has no end any more that a renewal could come before.
            end = None if rejected else datetime.fromisoformat(until).date().isoformat()
            details: dict[str, Detail] = {"name": _name(bundle, sid), "until": end}
            yield (sid,), Link(LinkKind.BUNDLE_AT_RISK, sid, details)


def _applications(gateway: Gateway, account: Account, _: _OnFailure) -> _KeyedLinks:
    # A missing name hides no connection: the number's own record shows that an application answers.
    with suppress(CannotRead):
        for record in gateway.listing(account.sid, "Applications", "applications"):
            if record.get("friendly_name"):
                sid = text_in(record, "sid")
                yield (sid,), Link(LinkKind.APPLICATION_NAME, sid, {"name": _name(record, sid)})


def _link_number(record: Mapping[str, Any], sid: str, phone_number: str, link: Link) -> _KeyedLinks:
    """
    Link a number by the sid and the E.164 number in a record.

    Raises:
        KeyError: The record names no number, or lacks the sid that Twilio documents.
    """
    yield names_in(record, sid, phone_number), link
    if sid not in record:
        raise KeyError(sid)


def _name(record: Mapping[str, Any], sid: str, field: str = "friendly_name") -> str:
    # Evidence is kept on disk, and a name can be a web address.
    return without_secrets(str(record.get(field) or sid))


def _target(record: Mapping[str, Any]) -> str:
    return str(record.get("sid") or "")


def _status(record: Mapping[str, Any]) -> str:
    return str(record.get("status") or "unknown").lower().replace("_", " ").replace(":", ", ")


#: The places that may name an account's numbers, each with the function that fetches its links.
PLACES: tuple[tuple[Place, _Fetch], ...] = (
    (Place.MESSAGING_SERVICES, _services),
    (Place.TOLL_FREE_VERIFICATIONS, _toll_free),
    (Place.TRUST, _trust),
    (Place.CONVERSATIONS, _conversations),
    (Place.WHATSAPP_SENDERS, _senders),
    (Place.PROXY, _proxy),
    (Place.SIP_DOMAINS, _sip_domains),
    (Place.CALLER_IDS, _caller_ids),
    (Place.HOSTED_ORDERS, _hosted_orders),
    (Place.BUNDLES, _bundles),
    (Place.APPLICATION_NAMES, _applications),
)
