"""
Finds the resource for a request: checks host, credentials, address and method.

No sockets here: ``server.py`` reads requests off the network and hands them over.
"""

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from re import fullmatch
from urllib.parse import urlsplit

from helpers.simulator.resources.access import identify
from helpers.simulator.resources.exchange import ApiRequest, ApiResponse, refusal
from helpers.simulator.resources.permissions import require
from helpers.simulator.server.routes import ACCOUNT, LOOPBACK, PERMISSIONS, ROOT, routes_of
from helpers.simulator.world.refusals import Refused
from helpers.simulator.world.world import World


@dataclass(frozen=True)
class HttpRequest:
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
        """The user name in the credentials, if there are any; not yet verified."""
        pair = _basic(self.authorization)
        return pair[0] if pair else None

    @property
    def account_sid(self) -> str | None:
        """The account in the address, if there is one."""
        match = fullmatch(rf"{ROOT}/{ACCOUNT}(/.*|\.json)", self.path)
        return match.group("account_sid") if match else None


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


def is_known(request: HttpRequest) -> bool:
    """Tell whether Twilio has something at the address of a request that can be asked for so."""
    try:
        return any(
            request.method in verbs and address.fullmatch(request.path)
            for address, verbs in routes_of(request.host_name, request.path)
        )
    except Refused:
        return False


def answer(world: World, request: HttpRequest, *, stale: bool = False) -> ApiResponse:
    """Carry *request* out in *world*, or refuse it as Twilio does."""
    try:
        return _carry_out(world, request, stale=stale)
    except Refused as no:
        return refusal(no)


def _carry_out(world: World, request: HttpRequest, *, stale: bool) -> ApiResponse:
    routes = routes_of(request.host_name, request.path)
    pair = _basic(request.authorization)
    if pair is None:
        raise Refused(20003)
    scheme = "http" if request.host_name in LOOPBACK else "https"
    api_request = ApiRequest(
        host=f"{scheme}://{request.host}",
        path=request.path,
        query=request.query,
        form=request.form,
        caller=identify(world, *pair),
        stale=stale,
    )
    for address, verbs in routes:
        match = address.fullmatch(request.path)
        if match is None:
            continue
        if request.method not in verbs:
            raise Refused(20004)
        names = match.groupdict()
        one = names.pop("one", None)
        if one is not None:
            # Without "/SID"; the older addresses go on with ".json".
            path = request.path[: match.start("one") - 1] + request.path[match.end("one") :]
            api_request = replace(api_request, path=path, one=one)
        permission = PERMISSIONS.get(verbs[request.method])
        if permission is not None and one is not None:
            permission = permission.replace("/list", "/read")
        require(api_request.caller, permission)
        return verbs[request.method](world, api_request, **names)
    raise Refused(20404, request.path)


def _basic(authorization: str | None) -> tuple[str, str] | None:
    kind, _, encoded = (authorization or "").partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        user, colon, password = b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:
        # It is no base64, or not even ASCII.
        return None
    return (user, password) if colon else None
