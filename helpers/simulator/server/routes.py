"""The one table of addresses: which host has which, and what answers there."""

from collections.abc import Callable
from re import Pattern, fullmatch
from re import compile as pattern

from helpers.simulator.resources import (
    accounts,
    add_ons,
    addresses,
    applications,
    available_numbers,
    bundles,
    caller_ids,
    conversations,
    hosted_orders,
    keys,
    messaging,
    monitor,
    numbers,
    prices,
    proxy,
    routes,
    senders,
    sip,
    traffic,
    trunking,
    trusthub,
    usage,
)
from helpers.simulator.resources.exchange import ApiResponse
from helpers.simulator.world.refusals import Refused

LOOPBACK = ("127.0.0.1", "localhost", "::1")
ROOT = r"/2010-04-01/Accounts"
#: Sids in an address; a strange one is looked for, and not found.
ACCOUNT = r"(?P<account_sid>[0-9A-Za-z]+)"

Resource = Callable[..., ApiResponse]
Routes = list[tuple[Pattern[str], dict[str, Resource]]]


def _sid(prefix: str, name: str = "sid") -> str:
    return rf"(?P<{name}>{prefix}[0-9A-Za-z]*)"


def _one(prefix: str) -> str:
    """Write what may follow a list's address: the sid of one of its things."""
    return rf"(?:/{_sid(prefix, 'one')})?"


API: Routes = [
    (pattern(rf"{ROOT}{address}\.json"), verbs)
    for address, verbs in (
        ("", {"GET": accounts.list_accounts, "POST": accounts.create_account}),
        (f"/{ACCOUNT}", {"GET": accounts.fetch_account, "POST": accounts.update_account}),
        (f"/{ACCOUNT}/IncomingPhoneNumbers", {"GET": numbers.list_numbers, "POST": numbers.buy_number}),
        (
            f"/{ACCOUNT}/IncomingPhoneNumbers/(?P<part>Local|Mobile|TollFree)",
            {"GET": numbers.list_numbers, "POST": numbers.buy_number},
        ),
        (
            f"/{ACCOUNT}/IncomingPhoneNumbers/{_sid('PN')}",
            {"GET": numbers.fetch_number, "POST": numbers.update_number, "DELETE": numbers.release_number},
        ),
        (
            f"/{ACCOUNT}/IncomingPhoneNumbers/{_sid('PN')}/AssignedAddOns{_one('XE')}",
            {"GET": add_ons.list_add_ons},
        ),
        (f"/{ACCOUNT}/AvailablePhoneNumbers", {"GET": available_numbers.list_countries}),
        (f"/{ACCOUNT}/AvailablePhoneNumbers/(?P<iso>[A-Za-z]+)", {"GET": available_numbers.fetch_country}),
        (
            f"/{ACCOUNT}/AvailablePhoneNumbers/(?P<iso>[A-Za-z]+)/(?P<part>Local|Mobile|TollFree)",
            {"GET": available_numbers.list_available},
        ),
        (f"/{ACCOUNT}/Keys", {"GET": keys.list_keys, "POST": keys.create_key}),
        (f"/{ACCOUNT}/Keys/{_sid('SK', 'one')}", {"GET": keys.list_keys}),
        (f"/{ACCOUNT}/Calls{_one('CA')}", {"GET": traffic.list_calls}),
        (f"/{ACCOUNT}/Messages{_one('(?:SM|MM)')}", {"GET": traffic.list_messages}),
        (f"/{ACCOUNT}/Usage/Records", {"GET": usage.list_usage}),
        (f"/{ACCOUNT}/OutgoingCallerIds{_one('PN')}", {"GET": caller_ids.list_caller_ids}),
        (f"/{ACCOUNT}/Applications{_one('AP')}", {"GET": applications.list_applications}),
        (f"/{ACCOUNT}/Addresses{_one('AD')}", {"GET": addresses.list_addresses}),
        (f"/{ACCOUNT}/SIP/Domains{_one('SD')}", {"GET": sip.list_domains}),
    )
]

BUNDLES = r"/v1/(?P<part>CustomerProfiles|TrustProducts)"
_LISTS: dict[str, dict[str, Resource]] = {
    "conversations": {rf"/v1/Configuration/Addresses{_one('IG')}": conversations.list_addresses},
    "messaging": {
        rf"/v1/Services{_one('MG')}": messaging.list_services,
        rf"/v1/Services/{_sid('MG', 'service_sid')}/PhoneNumbers{_one('PN')}": messaging.list_service_numbers,
        rf"/v1/Services/{_sid('MG', 'service_sid')}/Compliance/Usa2p{_one('QE')}": messaging.list_campaigns,
        rf"/v1/Tollfree/Verifications{_one('HH')}": messaging.list_verifications,
        rf"/v2/Channels/Senders{_one('XE')}": senders.list_senders,
    },
    "monitor": {rf"/v1/Events{_one('AE')}": monitor.list_events},
    "numbers": {
        rf"/v2/HostedNumber/Orders{_one('HR')}": hosted_orders.list_orders,
        rf"/v2/RegulatoryCompliance/Bundles{_one('BU')}": bundles.list_bundles,
    },
    "pricing": {
        r"/v1/PhoneNumbers/Countries": prices.list_countries,
        r"/v1/PhoneNumbers/Countries/(?P<iso>[A-Za-z]+)": prices.fetch_country,
    },
    "proxy": {
        rf"/v1/Services{_one('KS')}": proxy.list_services,
        rf"/v1/Services/{_sid('KS', 'service_sid')}/PhoneNumbers{_one('PN')}": proxy.list_pool,
    },
    "routes": {r"/v2/PhoneNumbers/(?P<number>\+?[0-9A-Za-z]+)": routes.fetch_route},
    "trunking": {
        rf"/v1/Trunks{_one('TK')}": trunking.list_trunks,
        rf"/v1/Trunks/{_sid('TK', 'trunk_sid')}/PhoneNumbers{_one('PN')}": trunking.list_trunk_numbers,
    },
    "trusthub": {
        rf"{BUNDLES}{_one('BU')}": trusthub.list_bundles,
        rf"{BUNDLES}/{_sid('BU', 'bundle_sid')}/ChannelEndpointAssignments{_one('RA')}": trusthub.list_assignments,
    },
}
#: On these hosts no account is in the address: whose things are shown follows from who signs in.
OTHER_HOSTS: dict[str, Routes] = {
    f"{host}.twilio.com": [(pattern(address), {"GET": resource}) for address, resource in lists.items()]
    for host, lists in _LISTS.items()
}
OTHER_HOSTS["iam.twilio.com"] = [
    (pattern(r"/v1/Keys"), {"GET": keys.list_iam_keys, "POST": keys.create_iam_key}),
    (pattern(rf"/v1/Keys/{_sid('SK', 'one')}"), {"GET": keys.list_iam_keys}),
]
#: What a restricted key needs for each resource; for one thing of a list it is ``read``.
PERMISSIONS: dict[Resource, str] = {
    accounts.list_accounts: "iam/accounts/list",
    accounts.fetch_account: "iam/accounts/read",
    accounts.create_account: "iam/accounts/create",
    accounts.update_account: "iam/accounts/update",
    applications.list_applications: "voice/twiml.apps/list",
    available_numbers.list_countries: "phone-numbers/available-numbers/list",
    available_numbers.fetch_country: "phone-numbers/available-numbers/list",
    available_numbers.list_available: "phone-numbers/available-numbers/list",
    bundles.list_bundles: "phone-numbers/regulatory-compliance.bundles/list",
    caller_ids.list_caller_ids: "voice/outgoing-caller-ids/list",
    keys.list_keys: "iam/api-keys/list",
    keys.create_key: "iam/api-keys/create",
    keys.list_iam_keys: "iam/api-keys/list",
    keys.create_iam_key: "iam/api-keys/create",
    messaging.list_services: "messaging/services/list",
    messaging.list_service_numbers: "messaging/services.phonenumbers/list",
    messaging.list_campaigns: "messaging/services.usa2p-campaign/list",
    monitor.list_events: "monitor/events/list",
    numbers.list_numbers: "phone-numbers/active-numbers/list",
    numbers.fetch_number: "phone-numbers/active-numbers/read",
    numbers.update_number: "phone-numbers/active-numbers/update",
    numbers.release_number: "phone-numbers/active-numbers/delete",
    numbers.buy_number: "phone-numbers/active-numbers/create",
    senders.list_senders: "messaging/whatsapp-senders/list",
    sip.list_domains: "voice/sip.domains/list",
    traffic.list_calls: "voice/calls/list",
    traffic.list_messages: "messaging/messages/list",
    trunking.list_trunks: "voice/sip.trunks/list",
    usage.list_usage: "billing/usage/read",
}
_EVERYTHING = [*API, *(route for routes in OTHER_HOSTS.values() for route in routes)]


def routes_of(host_name: str, path: str) -> Routes:
    """
    Tell what there is on a host; on loopback, all of it.

    There, where two hosts have the same address (``/v1/Services``), it is the first one's.

    Raises:
        Refused: There is no such host (20404), or in that region not for numbers (22402).
    """
    if host_name in LOOPBACK:
        return _EVERYTHING
    if host_name in OTHER_HOSTS:
        return OTHER_HOSTS[host_name]
    # api.twilio.com, api.REGION.twilio.com or api.EDGE.REGION.twilio.com
    if not fullmatch(r"api(\.[a-z0-9-]+){0,2}\.twilio\.com", host_name):
        raise Refused(20404, path)
    region = host_name.split(".")[-3]
    # Releasing, restoring and moving are for the American region only:
    # https://www.twilio.com/docs/api/errors/22402.  That looking is, too, is a simplification.
    if region not in ("api", "us1") and "/IncomingPhoneNumbers" in path:
        raise Refused(22402)
    return API
