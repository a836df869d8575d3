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

from helpers.answers import understood
from helpers.asking import NO_SUCH_THING
from helpers.decision import has_emergency_address, is_demo
from helpers.errors import CannotRead
from helpers.gateway import Gateway
from helpers.naming import names_in, sid_in, text_in
from helpers.records import Account, Link, Number, Wiring
from helpers.transport import Each

#: Where calls are taken unless somebody chose otherwise.
USUAL_REGION = "us1"
#: Twilio's code where an account is suspended or closed (https://www.twilio.com/docs/api/errors/20005).
_NOT_ACTIVE = 20005
#: How the one sentence begins that names all places which Twilio does not show for that.
_INACTIVE = "Its account is not active: "
#: What was found, by a number's sid, its E.164, or both; or by an application's sid.
Found = Iterator[tuple[tuple[str, ...], Link]]
#: Is told what could not be looked at, and why; what is beside it is looked at all the same.
Missed = Callable[[str, CannotRead], None]
_Find = Callable[[Gateway, Account, Missed], Found]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where an account's numbers are named, other than on themselves."""

    links: Mapping[str, tuple[Link, ...]]
    #: Where nobody could look, and why, one sentence each.
    unseen: tuple[str, ...]
    #: The same links by the E.164 that stands beside a sid: such a sid may be another one than the number's.
    beside: Mapping[str, tuple[Link, ...]] = field(default_factory=dict)


def look_around(gateway: Gateway, account: Account, *, each: Each = map) -> Surroundings:
    """
    Look once at every place where an account's numbers may be named.

    A place that could not be looked at is named in ``unseen``; what was found there before counts.

    Args:
        each: How the places are gone through.
    """

    def look(place: tuple[str, _Find]) -> tuple[list[tuple[tuple[str, ...], Link]], list[tuple[str, CannotRead]]]:
        what, find = place
        found: list[tuple[tuple[str, ...], Link]] = []
        unseen: list[tuple[str, CannotRead]] = []
        try:
            with understood(f"What is at {what}"):
                found.extend(find(gateway, account, lambda part, failure: unseen.append((part, failure))))
        except CannotRead as failure:
            unseen.append((what, failure))
        return found, unseen

    links: dict[str, tuple[Link, ...]] = {}
    beside: dict[str, tuple[Link, ...]] = {}
    missed: list[tuple[str, CannotRead]] = []
    for found, unseen in each(look, PLACES):
        for keys, link in found:
            for key, by_it in zip(keys, (links, beside), strict=False):
                by_it[key] = (*by_it.get(key, ()), link)
        missed += unseen
    return Surroundings(links, tuple(_unseen(missed)), beside)


def _unseen(missed: Iterable[tuple[str, CannotRead]]) -> Iterator[str]:
    """Say where nobody could look, one sentence for all places with the same reason."""
    places: dict[str, list[str]] = {}
    for what, failure in missed:
        inactive = f"{_INACTIVE}Twilio answers HTTP {failure.status}, so these could not be looked at: "
        places.setdefault(inactive if failure.code == _NOT_ACTIVE else str(failure), []).append(what)
    for reason, whats in places.items():
        listed = ", ".join(whats)
        yield f"{reason}{listed}." if reason.startswith(_INACTIVE) else f"Could not look at {listed}: {reason}"


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
        region = gateway.region(number.account_sid, number.sid)
    except CannotRead as failure:
        what = "the region that takes its calls"
        *others, last = wiring.unseen or ("",)
        if failure.code == _NOT_ACTIVE and last.startswith(_INACTIVE):
            unseen = (*others, f"{last.removesuffix('.')}, {what}.")
        else:
            unseen = (*wiring.unseen, *_unseen([(what, failure)]))
        return replace(wiring, unseen=unseen, region_seen=True)
    if region == USUAL_REGION:
        return replace(wiring, region_seen=True)
    said = f"Its calls are taken in the region {region}, where it has settings that are not shown here."
    return replace(wiring, links=(*wiring.links, Link("region", said)), region_seen=True)


#: The kinds of links that a number's own record tells.
OWN_KINDS = {"SIP trunk", "application", "webhook", "regulatory", "emergency address"}


def of_its_own(number: Number) -> Iterator[Link]:
    """Read what the number's own record says; Twilio's demo pages are nothing."""
    trunk, fax = number.get("trunk_sid"), number.get("voice_receive_mode") == "fax"
    if trunk:
        yield Link("SIP trunk", f"It is on the SIP trunk {trunk}.")
    if fax:
        yield Link("webhook", "It is set to take faxes, and no calls.")
    # Twilio ignores the rest where a trunk is set.
    if not (trunk or fax):
        yield from _answering(number, "calls", "voice")
    yield from _answering(number, "messages", "sms")
    if number.get("status_callback"):
        yield Link("webhook", "A web address of yours is told what becomes of its calls.")
    if number.get("bundle_sid") or number.get("address_sid") or number.get("identity_sid"):
        yield Link(
            "regulatory",
            "A regulatory bundle, identity or address is attached to it; taking it back needs them again, still valid.",
        )
    if has_emergency_address(number):
        yield Link("emergency address", "Emergency services find whoever calls from it by its emergency address.")


def _answering(number: Number, what: str, field: str) -> Iterator[Link]:
    application, url = number.get(f"{field}_application_sid"), number.get(f"{field}_url")
    fallback = number.get(f"{field}_fallback_url")
    # Twilio ignores the addresses where an application is set.
    if application:
        yield Link("application", f"An application answers its {what} ({application}).")
    elif url and not is_demo(url):
        yield Link("webhook", _webhook(what, url))
    elif fallback and not is_demo(fallback):
        yield Link("webhook", f"A web address of yours answers its {what} where nothing else does.")


def _webhook(what: str, url: str) -> str:
    if ".twil.io/" in f"{url}/":
        return f"A Twilio Function answers its {what}."
    if url.startswith("https://webhooks.twilio.com/") and "/Flows/" in url:
        return f"The Studio flow {url.rpartition('/Flows/')[2].split('?')[0]} answers its {what}."
    return f"A web address of yours answers its {what}."


def _seen(listing: Iterable[dict[str, Any]], what: str, missed: Missed) -> list[dict[str, Any]]:
    """Read a list as far as it can be read: one that fails must not hide what stands in the others."""
    found = []
    try:
        with understood(what):
            for one in listing:
                found.append(one)  # noqa: PERF402  # what came before a failure counts
    except CannotRead as failure:
        missed(what, failure)
    return found


def _services(gateway: Gateway, account: Account, missed: Missed) -> Found:
    base = "https://messaging.twilio.com/v1/Services"
    for service in gateway.resources(account.sid, base, "services"):
        sid = sid_in(service, "MG")
        name = service.get("friendly_name") or sid
        # The numbers first: a campaign that cannot be read must not hide them.
        members = gateway.resources(account.sid, f"{base}/{sid}/PhoneNumbers", "phone_numbers")
        inside = _seen(members, f"the numbers of the messaging service {name}", missed)
        if not inside:
            continue
        listing = gateway.resources(account.sid, f"{base}/{sid}/Compliance/Usa2p", "compliance")
        campaigns = _seen(listing, f"the A2P campaigns of the messaging service {name}", missed)
        through = ", and through it to an A2P campaign" if campaigns else ""
        said = f"It belongs to the messaging service {name} ({sid}){through}."
        for member in inside:
            yield from _named(member, "sid", "phone_number", Link("messaging service", said))


def _toll_free(gateway: Gateway, account: Account, _: Missed) -> Found:
    url = "https://messaging.twilio.com/v1/Tollfree/Verifications"
    for one in gateway.resources(account.sid, url, "verifications"):
        said = f"It has a toll-free verification ({_status(one)}), which is lost with it and takes days to get again."
        link = Link("toll-free verification", said)
        yield from _named(one, "tollfree_phone_number_sid", "tollfree_phone_number", link)


def _trust(gateway: Gateway, account: Account, missed: Missed) -> Found:
    for kind, what in (("TrustProducts", "trust product"), ("CustomerProfiles", "business profile")):
        base = f"https://trusthub.twilio.com/v1/{kind}"
        for product in _seen(gateway.resources(account.sid, base, "results"), f"{what}s", missed):
            sid = sid_in(product, "BU")
            name = str(product.get("friendly_name") or sid)
            url = f"{base}/{sid}/ChannelEndpointAssignments"
            for one in _seen(gateway.resources(account.sid, url, "results"), f"the {what} {name}", missed):
                said = f"It is assigned to the {what} {name.rstrip('.')}."
                yield (text_in(one, "channel_endpoint_sid"),), Link(what, said)


def _conversations(gateway: Gateway, account: Account, _: Missed) -> Found:
    url = "https://conversations.twilio.com/v1/Configuration/Addresses"
    # Its largest page, unlike everybody else's, is fifty.
    for one in gateway.resources(account.sid, url, "address_configurations", page_size=50):
        address = text_in(one, "address").removeprefix("whatsapp:")
        yield (address,), Link("conversations", "Conversations answers it (an address configuration names it).")


def _senders(gateway: Gateway, account: Account, _: Missed) -> Found:
    # Without a channel there is no list; its other one, RCS, names no number, but a brand
    # (https://www.twilio.com/docs/whatsapp/api/senders, and twilio_messaging_v2.json of Twilio's OpenAPI documents).
    url, channel = "https://messaging.twilio.com/v2/Channels/Senders", "whatsapp"
    for one in gateway.resources(account.sid, url, "senders", filters={"Channel": channel}):
        said = f"It is a WhatsApp sender ({_status(one)}): somebody writes to people from it there."
        yield (text_in(one, "sender_id").removeprefix(f"{channel}:"),), Link("WhatsApp sender", said)


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
        name = service.get("unique_name") or sid
        members = gateway.resources(account.sid, f"{base}/{sid}/PhoneNumbers", "phone_numbers", page_size=100)
        for member in _seen(members, f"the numbers of the Proxy service {name}", missed):
            reserved = ", reserved" if member.get("is_reserved") else ""
            count = member.get("in_use")
            busy = f", with {count:,} open session{'' if count == 1 else 's'}" if count else ""
            said = f"It is in the pool of the Proxy service {name} ({sid}){reserved}{busy}."
            yield from _named(member, "sid", "phone_number", Link("Proxy", said))


def _sip_domains(gateway: Gateway, account: Account, _: Missed) -> Found:
    for domain in gateway.listing(account.sid, "SIP/Domains", "domains"):
        # "If present, this phone number will be used as the callback for the emergency call" (twilio_api_v2010.json).
        if domain["emergency_caller_sid"]:
            name = domain.get("domain_name") or domain["sid"]
            off = "" if domain.get("emergency_calling_enabled") else " once they are switched on there"
            said = f"Emergency calls from the SIP domain {name} are made with it{off}."
            yield (text_in(domain, "emergency_caller_sid"),), Link("SIP domain", said)


def _caller_ids(gateway: Gateway, account: Account, _: Missed) -> Found:
    for one in gateway.listing(account.sid, "OutgoingCallerIds", "outgoing_caller_ids"):
        yield (text_in(one, "phone_number"),), Link("caller id", "It is also a verified caller id of its account.")


def _applications(gateway: Gateway, account: Account, _: Missed) -> Found:
    # A name is only for reading: that an application answers, the number's own record tells.
    with suppress(CannotRead):
        for one in gateway.listing(account.sid, "Applications", "applications"):
            if one.get("friendly_name"):
                said = f"The application {one['sid']} is {one['friendly_name']}."
                yield (text_in(one, "sid"),), Link("application name", said)


def _named(record: Mapping[str, Any], sid: str, phone_number: str, link: Link) -> Found:
    """
    Link a number by its sid and by its E.164, whichever a record has.

    Raises:
        KeyError: It names no number, or lacks the sid that Twilio documents.
    """
    yield names_in(record, sid, phone_number), link
    if sid not in record:
        raise KeyError(sid)


def _status(one: Mapping[str, Any]) -> str:
    return str(one.get("status") or "unknown").lower().replace("_", " ").replace(":", ", ")


#: Where an account's numbers may be named, in words, and how to look there.
PLACES: tuple[tuple[str, _Find], ...] = (
    ("messaging services and campaigns", _services),
    ("toll-free verifications", _toll_free),
    ("trust products and business profiles", _trust),
    ("Conversations addresses", _conversations),
    ("WhatsApp senders", _senders),
    ("Proxy services", _proxy),
    ("SIP domains", _sip_domains),
    ("verified caller ids", _caller_ids),
    ("names of applications", _applications),
)
