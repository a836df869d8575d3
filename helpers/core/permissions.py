"""
What an API key may do: Twilio's permissions by their names, and those that a key's policy gives.  Pure.

Twilio's own list is not public in text; these names are those that people have written down.  A restricted key has a
policy, which it can read where it may: https://www.twilio.com/docs/iam/api-keys/restricted-api-keys
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from helpers.core.reasons import Request
from helpers.core.redact import Secret

_NUMBERS = "/twilio/phone-numbers/active-numbers"
#: What a key needs to show the numbers of its account, their use and their connections, and to read its own policy.
LOOK = (
    *(f"{_NUMBERS}/list", f"{_NUMBERS}/read"),
    *("/twilio/iam/accounts/read", "/twilio/iam/accounts/list", "/twilio/iam/api-keys/read"),
    *("/twilio/voice/calls/list", "/twilio/messaging/messages/list", "/twilio/billing/usage/read"),
    *("/twilio/voice/twiml.apps/list", "/twilio/voice/outgoing-caller-ids/list"),
    *("/twilio/voice/sip.domains/list", "/twilio/voice/sip.trunks/list"),
    *("/twilio/messaging/services/list", "/twilio/messaging/services.phonenumbers/list"),
    *("/twilio/messaging/services.usa2p-campaign/list", "/twilio/messaging/whatsapp-senders/list"),
    *("/twilio/monitor/events/list", "/twilio/phone-numbers/regulatory-compliance.bundles/list"),
)
#: The form of a permission's name: its resource, and what may be done there.
_NAME = re.compile(r"(/twilio/[a-z0-9*-]+/[a-z0-9.*-]+)/(list|read|create|update|delete|\*)")
_RESOURCES = {f"{_NUMBERS.rpartition('/')[0]}/available-numbers", *(name.rpartition("/")[0] for name in LOOK)}
#: What a key needs that is typed in at a release.
RELEASE = (f"{_NUMBERS}/read", f"{_NUMBERS}/delete")
#: What each request that changes something takes: the kit looks at the number before it and after it.
NEEDED = {
    Request.RELEASE: RELEASE,
    Request.BUY: (f"{_NUMBERS}/list", f"{_NUMBERS}/read", f"{_NUMBERS}/create"),
    Request.CHANGE: (f"{_NUMBERS}/read", f"{_NUMBERS}/update"),
}


@dataclass(frozen=True, slots=True)
class ApiKey:
    """An API key to sign in with.  The repr omits its secret."""

    sid: str
    secret: str = field(repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "secret", Secret(self.secret))


@dataclass(frozen=True, slots=True)
class Policy:
    """The policy of a restricted key."""

    allow: tuple[str, ...]
    deny: tuple[str, ...] = ()

    @property
    def is_understood(self) -> bool:
        """
        Tell whether the names of this file say what it lets the key do with numbers.

        The key does see numbers: where its policy has other names for that, it has others for the rest, too.  And where
        it has one more name that may be about them, nobody knows what that one allows.

        >>> sees, others = "/twilio/phone-numbers/active-numbers/list", ("verify/services/create", "numbers/x/delete")
        >>> [Policy((sees, f"/twilio/{name}")).is_understood for name in others]
        [True, False]
        """
        sees = any(_covers(self.allow, name) for name in LOOK if name.startswith(_NUMBERS))
        return sees and not any(map(_is_riddle, self.allow))

    def lacks(self, requests: Iterable[Request]) -> tuple[Request, ...]:
        """
        List the requests that the policy does not let the key carry out.

        >>> Policy(("/twilio/phone-numbers/active-numbers/*",), ("/twilio/*/*/create",)).lacks(Request)
        (<Request.BUY: 'buy'>,)
        """
        return tuple(each for each in requests if self.missing(each))

    def missing(self, request: Request) -> tuple[str, ...]:
        """
        List the permissions that the policy does not give, of those that a request takes.

        >>> Policy(tuple(f"/twilio/phone-numbers/active-numbers/{each}" for each in ("list", "delete"))).missing(
        ...     Request.RELEASE
        ... )
        ('/twilio/phone-numbers/active-numbers/read',)
        """
        return tuple(name for name in NEEDED[request] if not _covers(self.allow, name) or _covers(self.deny, name))


def _is_riddle(name: str) -> bool:
    """Tell whether an unknown name may let a key change numbers."""
    if name.endswith(("/list", "/read")):
        return False
    parts = _NAME.fullmatch(name)
    return parts is None or ("number" in name and parts[1] not in _RESOURCES)


def _covers(patterns: Iterable[str], name: str) -> bool:
    return any(re.fullmatch(re.escape(each).replace(r"\*", ".*"), name) for each in patterns)
