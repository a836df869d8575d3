"""
Who we are to Twilio, and what can be seen from there.

What each kind of credential may do is documented at
https://www.twilio.com/docs/iam/api/subaccounts and https://www.twilio.com/docs/iam/api-keys;
where sources disagree (an API key of the main account and a subaccount's numbers), we try.
"""

from helpers.errors import CannotConnect, CannotRead, CredentialsRefused, NoNetwork, TestCredentials
from helpers.gateway import Gateway
from helpers.records import Account, Reach


def find_reach(gateway: Gateway) -> tuple[Reach, tuple[Account, ...]]:
    """
    Find out who we are and which accounts are in reach: two or three requests.

    Returns:
        The reach, and the accounts of the company that these credentials can name.

    Raises:
        CredentialsRefused, TestCredentials, NoNetwork, CannotConnect: Each with its own
            sentence.  Nothing was changed.
    """
    connection = gateway.connection
    by_key = connection.username.startswith("SK")
    try:
        account = gateway.account(connection.account_sid)
    except CannotRead as failure:
        # A standard key is turned away from /Accounts, and reads its own account's numbers all the same.
        nameless = Account(connection.account_sid, connection.account_sid, "unknown", "unknown", "")
        if by_key and failure.status == 401 and _can_read(gateway, nameless):
            return _standard_key(nameless, failure), (nameless,)
        raise _refusal(failure, by_key=by_key) from None
    try:
        accounts = tuple(gateway.accounts())
    except CannotRead as failure:
        return _alone(account, by_key=by_key, failure=failure), (account,)
    # The API key of a subaccount, or its token, is shown the subaccount alone.
    if not account.is_main:
        return _alone(account, by_key=by_key), (account,)
    return _main(gateway, account, accounts, by_key=by_key), accounts


def _main(gateway: Gateway, account: Account, accounts: tuple[Account, ...], *, by_key: bool) -> Reach:
    credential = "API key" if by_key else "auth token"
    others = [other for other in accounts if not other.is_main and other.status != "closed"]
    said = [f"Main account, by {credential}."]
    reaches = not by_key or not others or _can_read(gateway, others[0])
    if not reaches:
        said.append(
            f"An API key of the main account cannot see its subaccounts' numbers: {len(others):,} subaccounts are "
            "listed by name only. Open the desk with the main account's auth token to see them all."
        )
    return Reach(account, credential, subaccounts=reaches, whole_company=reaches, because=tuple(said))


def _standard_key(account: Account, failure: CannotRead) -> Reach:
    said = (
        f"This is a standard API key: it cannot list accounts ({_brief(failure)}), so only the numbers of its own "
        f"account {account.sid} are shown. Open the desk with the main account's auth token to see the whole company."
    )
    return Reach(account, "API key", subaccounts=False, whole_company=False, because=(said,))


def _can_read(gateway: Gateway, account: Account) -> bool:
    try:
        next(iter(gateway.numbers(account.sid)), None)
    except CannotRead:
        return False
    return True


def _alone(account: Account, *, by_key: bool, failure: CannotRead | None = None) -> Reach:
    credential = "API key" if by_key else "auth token"
    if account.is_main:
        said = (
            f"This {credential} cannot list subaccounts ({_brief(failure)}): only the main account's own numbers are "
            "shown. Open the desk with the main account's auth token to see the whole company."
        )
    else:
        said = (
            f"These are the credentials of one subaccount, {account.friendly_name}: only its numbers are shown. "
            "Open the desk with the main account's auth token to see the whole company."
        )
    return Reach(account, credential, subaccounts=False, whole_company=False, because=(said,))


def _brief(failure: CannotRead | None) -> str:
    code = failure.code if failure else None
    return f"Twilio error {code}" if code else "Twilio refused it"


def _refusal(failure: CannotRead, *, by_key: bool) -> CannotConnect:
    if failure.status is None:
        return NoNetwork(
            f"{failure} Check the network, and HTTPS_PROXY and REQUESTS_CA_BUNDLE where a proxy is in between, "
            "then run this cell again."
        )
    if failure.code == 20008 or (failure.status == 403 and not by_key):
        return TestCredentials(
            "These are Twilio test credentials: they can neither list nor release numbers. Nothing was changed. "
            "Use the live account SID and auth token from Twilio's Console, or leave them out to practise."
        )
    if failure.status == 401:
        what = "API key" if by_key else "account SID and auth token"
        return CredentialsRefused(
            f"Twilio does not accept this {what} (error 20003): mistyped, revoked, replaced, or of another region "
            "than US1. Nothing was changed. Copy them again from Twilio's Console, then run this cell again."
        )
    if failure.status == 404:
        return CredentialsRefused(
            "The credentials are accepted, but not for this account SID. Nothing was changed. An API key belongs to "
            "one account: set TWILIO_ACCOUNT_SID to that one, then run this cell again."
        )
    return CannotConnect(f"{failure} Run this cell again in a while.")
