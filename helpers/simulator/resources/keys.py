"""
API keys: to list, to look at, and to make.

https://www.twilio.com/docs/iam/api/keys.  Main keys are made in the Console only: each world has
some.  iam.twilio.com makes restricted keys; the older address makes standard ones, whatever it is
asked for (reported by users).
"""

import json
from typing import Any

from helpers.simulator.resources.access import admit, credentials, secret_of
from helpers.simulator.resources.exchange import ApiRequest, ApiResponse
from helpers.simulator.resources.lists import answer_list, answer_meta_list
from helpers.simulator.resources.number_form import checked_name
from helpers.simulator.resources.permissions import is_permission
from helpers.simulator.world.keys import ApiKey
from helpers.simulator.world.records import WorldAccount, rfc2822
from helpers.simulator.world.refusals import Refused
from helpers.simulator.world.world import World

#: "You can assign up to 100 permissions": https://www.twilio.com/docs/iam/api-keys/restricted-api-keys
MOST_PERMISSIONS = 100


def list_keys(world: World, request: ApiRequest, account_sid: str) -> ApiResponse:
    """List an account's keys, without their secrets."""
    account = _admit(world, request, account_sid)
    rows = [(order, _fields(key)) for order, key in enumerate(_keys_of(world, account))]
    return answer_list(world, request, "keys", rows)


def create_key(world: World, request: ApiRequest, account_sid: str) -> ApiResponse:
    """
    Make a standard key.  Only this answer contains its secret.

    Raises:
        Refused: The account is closed (20005; which code Twilio has for it is unverified).
    """
    return _made(world, _admit(world, request, account_sid), request, allow=None, policy=False)


def list_iam_keys(world: World, request: ApiRequest) -> ApiResponse:
    """List an account's keys, each with its policy."""
    account = _admit(world, request, request.query.get("AccountSid", request.caller.account.sid))
    rows = [(order, {**_fields(key), "policy": _policy(key)}) for order, key in enumerate(_keys_of(world, account))]
    return answer_meta_list(world, request, "keys", rows)


def create_iam_key(world: World, request: ApiRequest) -> ApiResponse:
    """
    Make a standard or a restricted key.

    Raises:
        Refused: The policy is no JSON or too long (20001), or names something that is no permission (70002);
            or the account is closed (20005).
    """
    account = _admit(world, request, request.form.get("AccountSid", ""))
    if request.form.get("KeyType") != "restricted":
        return _made(world, account, request, allow=None, policy=True)
    try:
        policy: Any = json.loads(request.form.get("Policy", ""))
    except (ValueError, RecursionError):
        policy = None
    allow = policy.get("allow") if isinstance(policy, dict) else None
    if not isinstance(allow, list) or not all(isinstance(name, str) for name in allow):
        raise Refused(20001, "Policy must be JSON with a list of permissions under allow")
    if len(allow) > MOST_PERMISSIONS:
        raise Refused(20001, f"A policy has {MOST_PERMISSIONS} permissions at most")
    for name in allow:
        if not is_permission(name):
            raise Refused(70002, name)
    return _made(world, account, request, allow=tuple(allow), policy=True)


def _admit(world: World, request: ApiRequest, account_sid: str) -> WorldAccount:
    account = admit(world, request.caller, account_sid, request.path)
    if request.caller.kind == "standard key":
        raise Refused(20003)
    return account


def _made(
    world: World, account: WorldAccount, request: ApiRequest, *, allow: tuple[str, ...] | None, policy: bool
) -> ApiResponse:
    if account.status == "closed":
        raise Refused(20005)
    name = checked_name("FriendlyName", request.form.get("FriendlyName", ""))
    key = world.make_key(account.sid, name, allow=allow)
    fields = {**_fields(key), "secret": secret_of(world, key)}
    return ApiResponse(201, json.dumps({**fields, "policy": _policy(key)} if policy else fields))


def _keys_of(world: World, account: WorldAccount) -> list[ApiKey]:
    """List the keys that an account had when the world began, and those that were made since."""
    pairs = credentials(world)
    begun = {"subaccount_key": "Main key"} if pairs["subaccount"] and pairs["subaccount"][0] == account.sid else {}
    if account.is_main:
        begun = {"main_key": "Main key", "standard_key": "Standard key"}
    keys = [
        ApiKey(pair[0], account.sid, name, account.created) for kind, name in begun.items() if (pair := pairs[kind])
    ]
    return keys + [key for key in world.keys.values() if key.account_sid == account.sid]


def _fields(key: ApiKey) -> dict[str, Any]:
    return {
        "sid": key.sid,
        "friendly_name": key.friendly_name,
        "date_created": rfc2822(key.created),
        "date_updated": rfc2822(key.created),
    }


def _policy(key: ApiKey) -> dict[str, Any] | None:
    return None if key.allow is None else {"allow": list(key.allow)}
