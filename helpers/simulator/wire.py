"""
From a request to an answer: the hosts, the one route table, the credentials, the noes.

No sockets here: ``server.py`` reads requests off the network and hands them over.
"""

from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from re import Pattern, fullmatch
from re import compile as pattern
from urllib.parse import urlsplit

from helpers.simulator.access import identify
from helpers.simulator.ask import Answer, Ask, refusal
from helpers.simulator.refusals import Refused
from helpers.simulator.resources import accounts, numbers, prices, traffic
from helpers.simulator.world import World

LOOPBACK = ("127.0.0.1", "localhost", "::1")
#: Names of numbers and accounts in an address; a strange one is looked for, and not found.
ACCOUNT, NUMBER = r"(?P<account_sid>[0-9A-Za-z]+)", r"(?P<sid>PN[0-9A-Za-z]*)"
ROOT = r"/2010-04-01/Accounts"

Resource = Callable[..., Answer]
Routes = list[tuple[Pattern[str], dict[str, Resource]]]

API: Routes = [
    (pattern(address), verbs)
    for address, verbs in (
        (rf"{ROOT}\.json", {"GET": accounts.list_accounts}),
        (rf"{ROOT}/{ACCOUNT}\.json", {"GET": accounts.fetch_account}),
        (
            rf"{ROOT}/{ACCOUNT}/IncomingPhoneNumbers\.json",
            {"GET": numbers.list_numbers, "POST": numbers.buy_number},
        ),
        (
            rf"{ROOT}/{ACCOUNT}/IncomingPhoneNumbers/(?P<part>Local|Mobile|TollFree)\.json",
            {"GET": numbers.list_numbers, "POST": numbers.buy_number},
        ),
        (
            rf"{ROOT}/{ACCOUNT}/IncomingPhoneNumbers/{NUMBER}\.json",
            {"GET": numbers.fetch_number, "POST": numbers.update_number, "DELETE": numbers.release_number},
        ),
        (rf"{ROOT}/{ACCOUNT}/Calls\.json", {"GET": traffic.list_calls}),
        (rf"{ROOT}/{ACCOUNT}/Messages\.json", {"GET": traffic.list_messages}),
    )
]

PRICING: Routes = [
    (pattern(r"/v1/PhoneNumbers/Countries"), {"GET": prices.list_countries}),
    (pattern(r"/v1/PhoneNumbers/Countries/(?P<iso>[A-Za-z]+)"), {"GET": prices.fetch_country}),
]


@dataclass(frozen=True)
class Request:
    """A request as it came off the network."""

    method: str
    #: The Host header: a name, perhaps with a port.
    host: str
    path: str
    query: Mapping[str, str]
    form: Mapping[str, str]
    authorization: str | None

    @property
    def host_name(self) -> str:
        """The host without its port."""
        return host_name(self.host)

    @property
    def user(self) -> str | None:
        """Who says to be calling, if anyone; not whether it is true."""
        pair = _basic(self.authorization)
        return pair[0] if pair else None

    @property
    def account_sid(self) -> str | None:
        """The account in the address, if there is one."""
        found = fullmatch(rf"{ROOT}/{ACCOUNT}(/.*|\.json)", self.path)
        return found.group("account_sid") if found else None


def host_name(host: str) -> str:
    """
    Take the port off a Host header.

    >>> host_name("127.0.0.1:4010"), host_name("[::1]:4010"), host_name("API.twilio.com")
    ('127.0.0.1', '::1', 'api.twilio.com')
    """
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def answer(world: World, request: Request, *, stale: bool = False) -> Answer:
    """Carry *request* out in *world*, or say no the way Twilio does."""
    try:
        return _carry_out(world, request, stale=stale)
    except Refused as no:
        return refusal(no)


def _carry_out(world: World, request: Request, *, stale: bool) -> Answer:
    routes = _routes(request)
    pair = _basic(request.authorization)
    if pair is None:
        raise Refused(20003)
    scheme = "http" if request.host_name in LOOPBACK else "https"
    ask = Ask(
        host=f"{scheme}://{request.host}",
        path=request.path,
        query=request.query,
        form=request.form,
        caller=identify(world, *pair),
        stale=stale,
    )
    for address, verbs in routes:
        found = address.fullmatch(request.path)
        if found is None:
            continue
        if request.method not in verbs:
            raise Refused(20004)
        return verbs[request.method](world, ask, **found.groupdict())
    raise Refused(20404, request.path)


def _routes(request: Request) -> Routes:
    name = request.host_name
    if name in LOOPBACK:
        return API + PRICING
    if name == "pricing.twilio.com":
        return PRICING
    # api.twilio.com, api.REGION.twilio.com or api.EDGE.REGION.twilio.com
    if not fullmatch(r"api(\.[a-z0-9-]+){0,2}\.twilio\.com", name):
        raise Refused(20404, request.path)
    region = name.split(".")[-3]
    # Releasing, restoring and moving are for the American region only:
    # https://www.twilio.com/docs/api/errors/22402.  That looking is, too, is a simplification.
    if region not in ("api", "us1") and "/IncomingPhoneNumbers" in request.path:
        raise Refused(22402)
    return API


def _basic(authorization: str | None) -> tuple[str, str] | None:
    kind, _, encoded = (authorization or "").partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        user, colon, password = b64decode(encoded, validate=True).decode().partition(":")
    except (NotBase64, UnicodeDecodeError):
        return None
    return (user, password) if colon else None
