"""
The reach of the credentials: their account, and the accounts that they can read.

Twilio documents the permissions of each kind of credential at
https://www.twilio.com/docs/iam/api/subaccounts and https://www.twilio.com/docs/iam/api-keys;
where sources disagree (an API key of the main account and a subaccount's numbers), the kit tries.
A refusal by Twilio means "out of reach".  Any other failure raises, and the desk does not open.
"""

import re
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

from helpers.core.errors import (
    CannotConnect,
    CannotRead,
    CredentialsRefused,
    NoNetwork,
    RecordsUnreadable,
    TestCredentials,
    WrongAnswer,
    WrongRegion,
)
from helpers.core.failures import SIGNED_ADVICE, answered
from helpers.core.reasons import MISSING_PERMISSION, NOT_ACTIVE, ONLY_SIGNED, Cause, Detail, Reason, Request
from helpers.core.records import Account, Number, Reach
from helpers.gateway.credentials import Connection
from helpers.gateway.gateway import Gateway

#: Twilio's messages of code 20003 to wrong credentials, in small letters and without signs.  A message that says more
#: is about something else.
_WRONG_CREDENTIALS = re.compile(
    r"(authenticate|authentication (error|required|failed))? ?"
    r"(unauthorized|no credentials provided|your accountsid or authtoken was incorrect"
    r"|(invalid|incorrect) (username|password|username (or|and) password|credentials?))?"
)

_NOT_KNOWN = (
    "What this API key may do is not known, because it may not read its own policy: Twilio may refuse a release, and "
    "then names the missing permission."
)
_NOT_KNOWN_BY_NAMES = (
    "What this API key may do is not known, because its policy names permissions that this version of the kit does not "
    "know: Twilio may refuse a release, and then names the missing permission."
)
_OTHERS = "Whether Twilio lists every subaccount to such a key is not known, so there may be more than these."
_FOREIGN = "TWILIO_DESK_KEYS names accounts of another company, which are left out: {}."
_DOING = {Request.RELEASE: "release numbers", Request.BUY: "buy them back", Request.CHANGE: "change or move them"}
_REFUSES = "By its policy this API key may not: {}. It lacks {}. No button is shown for that."
_SECOND = " A key that may release can be typed in for one release."
_KEYED_REFUSE = "By their own policies, {:,} of these keys may not release numbers."
_KEYED_NOT_KNOWN = (
    "What {:,} of these keys may do is not known: Twilio may refuse, and then names the missing permission."
)


def find_reach(gateway: Gateway) -> tuple[Reach, tuple[Account, ...]]:
    """
    Find the account of the credentials and the accounts in reach, with two to four requests.

    For each account with an API key of its own, one more reads what that key may do; and before it, one each reads
    those that Twilio does not list to the desk's own key.  These go side by side.

    Returns:
        The reach, and the accounts of the company that these credentials can name.

    Raises:
        CredentialsRefused, TestCredentials, NoNetwork, CannotConnect: Each with its own
            sentence.  Nothing was changed.
    """
    reach, accounts = _find_reach(gateway)
    if not _uses_api_key(gateway.connection):
        return reach, accounts
    # By now only a key without limits has seen the whole list of accounts.
    reach = _with_policy(reach, gateway)
    return _with_account_keys(reach, accounts, gateway)


def account_of(number: Number, accounts: Iterable[Account]) -> Account:
    """
    Find the account of a number: the operator types its name, and its protections apply to the number.

    Raises:
        CannotRead: The account is not among *accounts*.  No other account's protections may stand in for it.
    """
    match = next((account for account in accounts if account.sid == number.account_sid), None)
    if match is None:
        unknown: dict[str, Detail] = {"number": number.phone_number, "account": number.account_sid}
        raise CannotRead(Reason(Cause.READ_ACCOUNT_UNKNOWN, unknown))
    return match


def _find_reach(gateway: Gateway) -> tuple[Reach, tuple[Account, ...]]:
    connection = gateway.connection
    by_key = _uses_api_key(connection)
    try:
        account = gateway.account(connection.account_sid)
    except CannotRead as failure:
        # Twilio refuses /Accounts to a standard or restricted key, which may still read its own account's numbers.
        nameless = Account(connection.account_sid, connection.account_sid, "unknown", "unknown", "")
        if by_key and failure.code in {20003, 20403, MISSING_PERMISSION} and _can_read(gateway, nameless):
            return _reach_of_narrow_key(nameless, failure), (nameless,)
        raise _as_connect_failure(failure, connection) from None
    try:
        accounts = tuple(gateway.accounts())
    except CannotRead as failure:
        if not _is_refusal(failure):
            raise _as_connect_failure(failure, connection) from None
        return _reach_of_one_account(account, by_key=by_key, failure=failure), (account,)
    # Twilio shows a subaccount's API key or token only that subaccount.
    if not account.is_main:
        return _reach_of_one_account(account, by_key=by_key), (account,)
    return _reach_of_main_account(gateway, account, accounts, by_key=by_key), accounts


def _with_account_keys(
    reach: Reach, accounts: tuple[Account, ...], gateway: Gateway
) -> tuple[Reach, tuple[Account, ...]]:
    """Add the accounts that have an API key of their own in the operator's file, and what each of these keys may do."""
    keys = gateway.connection.account_keys.keys() - {reach.account.sid}
    if not keys:
        return reach, accounts
    listed = {account.sid: account for account in accounts}
    with ThreadPoolExecutor(gateway.threads) as side_by_side:
        unlisted = list(side_by_side.map(partial(_fetch_or_name, gateway), sorted(keys - listed.keys())))
    owner = reach.account.owner_account_sid
    # Its numbers are not this company's, whatever keys there are.
    foreign = [each.sid for each in unlisted if owner and each.owner_account_sid not in {"", owner}]
    accounts = (*accounts, *(each for each in unlisted if each.sid not in foreign))
    keyed = tuple(account for account in accounts if account.sid in keys)
    others = [account for account in accounts if account.sid != reach.account.sid and account.status != "closed"]
    remark = f"TWILIO_DESK_KEYS has an API key of its own for {len(keyed):,} of the {len(others):,} subaccounts listed."
    with ThreadPoolExecutor(gateway.threads) as side_by_side:
        may_not = list(side_by_side.map(lambda account: _refused(gateway, account.sid), keyed))
    refuses = {each.sid: refused for each, refused in zip(keyed, may_not, strict=True) if refused is not None}
    looking, unknown = sum(Request.RELEASE in each for each in refuses.values()), len(keyed) - len(refuses)
    remarks = [remark, *([_KEYED_REFUSE.format(looking)] if looking else [])]
    remarks += [_KEYED_NOT_KNOWN.format(unknown)] if unknown else []
    remarks += [_FOREIGN.format(", ".join(foreign))] if foreign else []
    return replace(reach, keyed=keyed, keyed_refuses=refuses, because=(*reach.because, *remarks)), accounts


def _refused(gateway: Gateway, account_sid: str) -> tuple[Request, ...] | None:
    """Read what an account's key may certainly not do; None where that is not known."""
    try:
        policy = gateway.policy(account_sid)
    except CannotRead:
        return None
    if policy is None:
        return ()
    return policy.lacks(Request) if policy.is_understood else None


def _fetch_or_name(gateway: Gateway, sid: str) -> Account:
    """Fetch an account that Twilio did not list; where its key may not, it is named by its SID."""
    try:
        return gateway.account(sid)
    except CannotRead as failure:
        if failure.status is None:
            raise _as_connect_failure(failure, gateway.connection) from None
        return Account(sid, sid, "unknown", "unknown", "")


def _with_policy(reach: Reach, gateway: Gateway) -> Reach:
    """Add what the key may do, where it may read its own policy; what is not known forbids nothing."""
    try:
        policy = gateway.policy(gateway.connection.account_sid)
    except CannotRead:
        return _limited(reach, _NOT_KNOWN)
    if policy is None:
        return reach
    if not policy.is_understood:
        return _limited(reach, _NOT_KNOWN_BY_NAMES)
    refuses = policy.lacks(Request)
    doing = ", ".join(_DOING[each] for each in refuses)
    lacking = ", ".join(dict.fromkeys(name for each in refuses for name in policy.missing(each)))
    also = _SECOND if Request.RELEASE in refuses else ""
    remarks = [_REFUSES.format(doing, lacking) + also] if refuses else []
    return replace(_limited(reach, *remarks), refuses=refuses)


def _limited(reach: Reach, *remarks: str) -> Reach:
    """Add remarks to the reach of a key with limits, to which Twilio may not list every account."""
    others = (_OTHERS,) if reach.whole_company else ()
    return replace(reach, whole_company=False, because=(*reach.because, *others, *remarks))


def _reach_of_main_account(gateway: Gateway, account: Account, accounts: tuple[Account, ...], *, by_key: bool) -> Reach:
    credential = "API key" if by_key else "auth token"
    others = [other for other in accounts if not other.is_main and other.status != "closed"]
    remarks = [f"Main account, by {credential}."]
    # An account with an API key of its own says nothing of what this one reaches.
    others = [other for other in others if other.sid not in gateway.connection.account_keys]
    reaches = not by_key or not others or _can_read(gateway, others[0])
    if not reaches:
        named = "1 subaccount is" if len(others) == 1 else f"{len(others):,} subaccounts are"
        remarks.append(
            f"An API key of the main account cannot see its subaccounts' numbers: {named} listed by name only. Open "
            "the desk with the main account's auth token to see them all."
        )
    return Reach(account, credential, subaccounts=reaches, whole_company=reaches, because=tuple(remarks))


def _reach_of_narrow_key(account: Account, failure: CannotRead) -> Reach:
    if _names_credentials(failure):
        kind = "a standard API key"
    else:
        kind = "an API key" if failure.code == 20003 else "a restricted API key"
    remark = (
        f"This is {kind}: it cannot list accounts ({_brief(failure)}), so it shows the numbers of its own "
        f"account {account.sid} only. Open the desk with the main account's auth token to see the whole company."
    )
    return Reach(account, "API key", subaccounts=False, whole_company=False, because=(remark,))


def _can_read(gateway: Gateway, account: Account) -> bool:
    try:
        next(iter(gateway.numbers(account.sid)), None)
    except RecordsUnreadable:
        return True
    except CannotRead as failure:
        if not _is_refusal(failure):
            raise _as_connect_failure(failure, gateway.connection) from None
        return False
    return True


def _is_refusal(failure: CannotRead) -> bool:
    """Check whether Twilio itself refused these credentials; a brief failure or a proxy's answer is no refusal."""
    return failure.status in {401, 403, 404} and failure.code is not None


def _reach_of_one_account(account: Account, *, by_key: bool, failure: CannotRead | None = None) -> Reach:
    credential = "API key" if by_key else "auth token"
    if account.is_main:
        remark = (
            f"This {credential} cannot list subaccounts ({_brief(failure)}): only the main account's own numbers are "
            "shown. Open the desk with the main account's auth token to see the whole company."
        )
    else:
        remark = (
            f"These are the credentials of one subaccount, {account.friendly_name}: only its numbers are shown. "
            "Open the desk with the main account's auth token to see the whole company."
        )
    return Reach(account, credential, subaccounts=False, whole_company=False, because=(remark,))


def _brief(failure: CannotRead | None) -> str:
    code = failure.code if failure else None
    return f"Twilio error {code}" if code else "Twilio refused it"


def _names_credentials(failure: CannotRead) -> bool:
    """
    Check whether a refusal is about the credentials themselves, by Twilio's whole message.

    20003 came with valid credentials as well: "Policy evaluation failed" (https://github.com/twilio/twilio-cli/issues/704)
    and "Primary compliance profile is not approved".
    """
    words = " ".join(re.findall(r"\w+", (failure.words or "").lower()))
    return failure.code == 20003 and _WRONG_CREDENTIALS.fullmatch(words) is not None


def _uses_api_key(connection: Connection) -> bool:
    return connection.username.startswith("SK")


def _as_connect_failure(failure: CannotRead, connection: Connection) -> CannotConnect:
    status, code = failure.status, failure.code
    if status is None:
        return NoNetwork(
            f"{failure} Check the network, and HTTPS_PROXY and REQUESTS_CA_BUNDLE where a proxy is in between, "
            "then run the notebook again."
        )
    if code is None and status < 500 and status != 429 and not isinstance(failure, WrongAnswer):
        return NoNetwork(
            f"Something in between answered instead of Twilio (HTTP {status}): a proxy, a firewall or a login page of "
            "this network. Nothing was read and nothing was changed. Sign in to the network in a browser, or ask "
            "whoever runs it to let api.twilio.com through, then run the notebook again."
        )
    if code == 20008:
        return TestCredentials(
            "These are Twilio test credentials: they can neither list nor release numbers. Nothing was changed. "
            "Use the live account SID and auth token from Twilio's Console, or leave them out to practise."
        )
    if code in {22400, 22402}:
        return WrongRegion(
            f"Twilio does not allow this in the region of these credentials (error {code}); numbers are released only "
            "through its region US1. Nothing was changed. Use credentials of US1, then run the notebook again."
        )
    if code in NOT_ACTIVE or status in {401, 403, 404}:
        return CredentialsRefused(_explain_refusal(failure, connection))
    return CannotConnect(f"{failure} Which numbers you have is not known. Run the notebook again in a while.")


def _explain_refusal(failure: CannotRead, connection: Connection) -> str:
    """Say why Twilio refuses the credentials; only the answer to wrong ones says that they are wrong."""
    status, code = failure.status, failure.code
    what = "API key" if _uses_api_key(connection) else "account SID and auth token"
    subject = "It is" if _uses_api_key(connection) else "They are"
    answer = answered(failure.reason.details)
    if code in NOT_ACTIVE:
        return (
            f"Twilio says that this account is not active (error {code}): it is suspended or closed, and its own "
            "credentials open nothing. Nothing was changed. The main account's auth token still shows a suspended "
            "subaccount's numbers: open the desk with it, or have the account made active, then run the notebook again."
        )
    if status == 401 and not connection.live:
        # Nobody copies the practice Twilio's credentials: the failure itself says what to do where its world was reset.
        return str(failure)
    if code == ONLY_SIGNED:
        return f"{failure} {SIGNED_ADVICE} Then run the notebook again."
    if code == MISSING_PERMISSION:
        return (
            f"These credentials lack a permission: {answer} Nothing was changed. Have it given to them in Twilio's "
            "Console, or use the main account's auth token, then run the notebook again."
        )
    if status == 401 and _names_credentials(failure):
        return (
            f"Twilio does not accept this {what}: {answer} {subject} mistyped, revoked, replaced, or of another region "
            "than US1. Nothing was changed. Copy them again from Twilio's Console, then run the notebook again."
        )
    if status == 401:
        return (
            f"Twilio refuses a look at the account: {answer} Nothing was changed. Clear this up in Twilio's Console or "
            "with Twilio's support, then run the notebook again."
        )
    if status == 403:
        return (
            f"Twilio knows this {what} and does not allow a look at the account: {answer} Nothing was changed. "
            "Allow it in Twilio's Console, or use the main account's auth token, then run the notebook again."
        )
    return (
        "The credentials are accepted, but not for this account SID. Nothing was changed. An API key belongs to "
        "one account: set TWILIO_ACCOUNT_SID to that one, then run the notebook again."
    )
