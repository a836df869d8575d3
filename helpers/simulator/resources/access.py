"""
Identifies the caller and checks what the caller may reach.

The rules are those of https://www.twilio.com/docs/iam/api/subaccounts and
https://www.twilio.com/docs/iam/api-keys.  That the main account's API key gets 404
(20404) for a subaccount's resources, and ``""`` in place of auth tokens, is reported
by users.  What a suspended account's own credentials get is unverified.
"""

from dataclasses import dataclass
from hmac import compare_digest

from helpers.simulator.world.belongings import Belonging
from helpers.simulator.world.keys import ApiKey
from helpers.simulator.world.records import WorldAccount, made_sid
from helpers.simulator.world.refusals import Refused
from helpers.simulator.world.world import World


@dataclass(frozen=True)
class Caller:
    """A caller with valid credentials."""

    #: The name they gave: an account's sid or a key's.
    user: str
    #: ``token``, ``main key``, ``standard key``, ``restricted key`` or ``test``.
    kind: str
    account: WorldAccount
    #: What a restricted key may do; None: everything that its kind may.
    allow: tuple[str, ...] | None = None


def token_of(world: World, account_sid: str) -> str:
    """Make an account's auth token."""
    return made_sid("", world.scenario.seed, "auth token", account_sid)


def secret_of(world: World, key: ApiKey) -> str:
    """Make the secret of an API key: digits and letters, and not only those of an auth token."""
    return made_sid("", world.scenario.seed, "secret", key.sid).translate(str.maketrans("abcdef", "kMpRtZ"))


def credentials(world: World) -> dict[str, list[str] | None]:
    """
    List a user name and a password of each kind there is.

    The subaccount is the first active one; where there is none, its two are None.
    """

    def pair(prefix: str, kind: str, account: WorldAccount) -> list[str]:
        seed = world.scenario.seed
        return [made_sid(prefix, seed, kind, account.sid), made_sid("", seed, kind, account.sid, "secret")]

    subaccount = _first_subaccount(world)
    return {
        "main_token": [world.main.sid, token_of(world, world.main.sid)],
        "main_key": pair("SK", "main key", world.main),
        "standard_key": pair("SK", "standard key", world.main),
        "subaccount": [subaccount.sid, token_of(world, subaccount.sid)] if subaccount else None,
        "subaccount_key": pair("SK", "main key", subaccount) if subaccount else None,
        "test": pair("AC", "test", world.main),
    }


def identify(world: World, user: str, password: str) -> Caller:
    """
    Identify the caller by the credentials.

    Raises:
        Refused: The credentials are wrong, or those of a closed (20003) or suspended (20005) account.
    """
    account = world.accounts.get(user)
    if account is not None:
        caller, expected = Caller(user, "token", account), token_of(world, user)
    else:
        caller, expected = _keyholder(world, user)
    # Bytes, because strings that are not ASCII cannot be compared this way.
    if not compare_digest(password.encode(), expected.encode()) or caller.account.status == "closed":
        raise Refused(20003)
    if caller.account.status == "suspended":
        raise Refused(20005)
    return caller


def admit(world: World, caller: Caller, account_sid: str, path: str) -> WorldAccount:
    """
    Find the account in the address, if the caller may reach what it holds.

    Raises:
        Refused: It does not exist (20404), or not for this caller: 20404 for a key of the main
            account, 20003 for a subaccount's credentials, 20008 for test credentials.
    """
    if caller.kind == "test":
        raise Refused(20008)
    if account_sid != caller.account.sid:
        if not caller.account.is_main:
            raise Refused(20003)
        if caller.kind != "token" or account_sid not in world.accounts:
            raise Refused(20404, path)
    return world.accounts[account_sid]


def admit_to_own(world: World, caller: Caller, kind: str, sid: str, path: str) -> Belonging:
    """
    Find a belonging of the caller, for hosts where no account is in the address.

    The main account's credentials are no good there for what a subaccount has
    (https://www.twilio.com/docs/iam/api/subaccounts); with which code is unverified.

    Raises:
        Refused: It belongs to another account of the company (20003), or there is no such thing (20404).
    """
    for account in (admit_own(caller), *world.accounts.values()):
        belonging = next((one for one in world.belongings(account.sid, kind) if one.sid == sid), None)
        if belonging is not None and belonging.account_sid != caller.account.sid:
            raise Refused(20003)
        if belonging is not None:
            return belonging
    raise Refused(20404, path)


def admit_own(caller: Caller) -> WorldAccount:
    """
    Return the caller's account, for hosts where no account is in the address.

    Raises:
        Refused: Test credentials have none (20008).
    """
    if caller.kind == "test":
        raise Refused(20008)
    return caller.account


def admit_to_accounts(caller: Caller) -> None:
    """
    Let the caller see accounts as such, not what they hold.

    Raises:
        Refused: A standard API key may not (20003), and test credentials may see nothing (20008).
    """
    if caller.kind == "test":
        raise Refused(20008)
    if caller.kind == "standard key":
        raise Refused(20003)


def _keyholder(world: World, user: str) -> tuple[Caller, str]:
    key = world.keys.get(user)
    if key is not None:
        kind = "standard key" if key.allow is None else "restricted key"
        return Caller(user, kind, world.accounts[key.account_sid], key.allow), secret_of(world, key)
    pairs = credentials(world)
    subaccount = _first_subaccount(world)
    holders = (
        ("main_key", "main key", world.main),
        ("standard_key", "standard key", world.main),
        ("subaccount_key", "main key", subaccount and world.accounts[subaccount.sid]),
        ("test", "test", world.main),
    )
    for name, kind, account in holders:
        pair = pairs[name]
        if pair is not None and account is not None and pair[0] == user:
            return Caller(user, kind, account), pair[1]
    raise Refused(20003)


def _first_subaccount(world: World) -> WorldAccount | None:
    return next((a for a in world.scenario.accounts if a.status == "active" and not a.is_main), None)
