"""
What numbers are connected to: on the number itself, and wherever else at Twilio they are named.

Twilio releases a number that is in use without a word, so all of this is for the operator
to see before.  Gathered once per account; what lies on other hosts than ``api.twilio.com``
takes the account's own credentials (https://www.twilio.com/docs/iam/api/subaccounts).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from helpers.decision import is_demo
from helpers.errors import CannotRead
from helpers.gateway import Gateway
from helpers.records import Account, Link, Number, Wiring

#: Key of what was found: a number's sid, or its E.164 where that is all that is named.
Found = Iterator[tuple[str, Link]]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where an account's numbers are named, other than on themselves."""

    links: Mapping[str, tuple[Link, ...]]
    #: Where nobody could look, and why, one sentence each.
    unseen: tuple[str, ...]


def look_around(gateway: Gateway, account: Account) -> Surroundings:
    """
    Look once at every place where an account's numbers may be named.

    A place that could not be looked at is named in ``unseen``; what was found there before counts.
    """
    links: dict[str, list[Link]] = {}
    unseen: list[str] = []
    for what, find in PLACES:
        try:
            for key, link in find(gateway, account):
                links.setdefault(key, []).append(link)
        except CannotRead as failure:
            unseen.append(f"Could not look at {what}: {failure}")
    return Surroundings({key: tuple(found) for key, found in links.items()}, tuple(unseen))


def wiring_of(number: Number, around: Surroundings) -> Wiring:
    """Put together what one number is connected to."""
    elsewhere = (*around.links.get(number.sid, ()), *around.links.get(number.phone_number, ()))
    return Wiring((*of_its_own(number), *elsewhere), around.unseen)


def of_its_own(number: Number) -> Iterator[Link]:
    """Read what the number's own record says; Twilio's demo pages are nothing."""
    trunk = number.get("trunk_sid")
    if trunk:
        yield Link("SIP trunk", f"It is on the SIP trunk {trunk}.")
    for what, field in (("calls", "voice"), ("messages", "sms")):
        application, url = number.get(f"{field}_application_sid"), number.get(f"{field}_url")
        # Twilio ignores the address where an application or a trunk is set.
        if application:
            yield Link("application", f"An application answers its {what} ({application}).")
        elif url and not is_demo(url) and not (trunk and field == "voice"):
            yield Link("webhook", _webhook(what, url))
    if number.get("bundle_sid") or number.get("address_sid"):
        yield Link(
            "regulatory",
            "A regulatory bundle or address is attached to it; taking it back needs them again, still valid.",
        )


def _webhook(what: str, url: str) -> str:
    if ".twil.io/" in f"{url}/":
        return f"A Twilio Function answers its {what}."
    if url.startswith("https://webhooks.twilio.com/") and "/Flows/" in url:
        return f"The Studio flow {url.rpartition('/Flows/')[2].split('?')[0]} answers its {what}."
    return f"A web address of yours answers its {what}."


def _services(gateway: Gateway, account: Account) -> Found:
    base = "https://messaging.twilio.com/v1/Services"
    for service in gateway.resources(account.sid, base, "services"):
        sid, name = service["sid"], service.get("friendly_name") or service["sid"]
        campaigns = list(gateway.resources(account.sid, f"{base}/{sid}/Compliance/Usa2p", "compliance"))
        through = ", and through it to an A2P campaign" if campaigns else ""
        said = f"It belongs to the messaging service {name} ({sid}){through}."
        for member in gateway.resources(account.sid, f"{base}/{sid}/PhoneNumbers", "phone_numbers"):
            yield member["sid"], Link("messaging service", said)


def _toll_free(gateway: Gateway, account: Account) -> Found:
    url = "https://messaging.twilio.com/v1/Tollfree/Verifications"
    for one in gateway.resources(account.sid, url, "verifications"):
        status = str(one.get("status") or "unknown").lower().replace("_", " ")
        said = f"It has a toll-free verification ({status}), which is lost with it and takes days to get again."
        yield one["tollfree_phone_number_sid"], Link("toll-free verification", said)


def _trust(gateway: Gateway, account: Account) -> Found:
    for kind, what in (("TrustProducts", "trust product"), ("CustomerProfiles", "business profile")):
        base = f"https://trusthub.twilio.com/v1/{kind}"
        for product in gateway.resources(account.sid, base, "results"):
            name = product.get("friendly_name") or product["sid"]
            for one in gateway.resources(account.sid, f"{base}/{product['sid']}/ChannelEndpointAssignments", "results"):
                yield one["channel_endpoint_sid"], Link(what, f"It is assigned to the {what} {name}.")


def _conversations(gateway: Gateway, account: Account) -> Found:
    url = "https://conversations.twilio.com/v1/Configuration/Addresses"
    # Its largest page, unlike everybody else's, is fifty.
    for one in gateway.resources(account.sid, url, "address_configurations", page_size=50):
        address = str(one.get("address") or "").removeprefix("whatsapp:")
        yield address, Link("conversations", "Conversations answers it (an address configuration names it).")


def _caller_ids(gateway: Gateway, account: Account) -> Found:
    for one in gateway.caller_ids(account.sid):
        yield one["phone_number"], Link("caller id", "It is also a verified caller id of its account.")


#: Where an account's numbers may be named, in words, and how to look there.
PLACES: tuple[tuple[str, Callable[[Gateway, Account], Found]], ...] = (
    ("messaging services and campaigns", _services),
    ("toll-free verifications", _toll_free),
    ("trust products and business profiles", _trust),
    ("Conversations addresses", _conversations),
    ("verified caller ids", _caller_ids),
)
