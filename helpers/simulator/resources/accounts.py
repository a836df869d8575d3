"""
Accounts: list, fetch, open, and change.

https://www.twilio.com/docs/iam/api/account
"""

import json

from helpers.simulator.resources.access import Caller, admit_to_accounts, token_of
from helpers.simulator.resources.exchange import ApiRequest, ApiResponse
from helpers.simulator.resources.number_form import checked_name
from helpers.simulator.resources.paging import turn_to_page
from helpers.simulator.world.records import VERSION, Record, WorldAccount, rfc2822
from helpers.simulator.world.refusals import Refused
from helpers.simulator.world.world import World

STATUSES = ("active", "suspended", "closed")
SUBRESOURCES = {
    "available_phone_numbers": "AvailablePhoneNumbers",
    "calls": "Calls",
    "conferences": "Conferences",
    "incoming_phone_numbers": "IncomingPhoneNumbers",
    "notifications": "Notifications",
    "outgoing_caller_ids": "OutgoingCallerIds",
    "recordings": "Recordings",
    "transcriptions": "Transcriptions",
    "addresses": "Addresses",
    "signing_keys": "SigningKeys",
    "connect_apps": "ConnectApps",
    "sip": "SIP",
    "authorized_connect_apps": "AuthorizedConnectApps",
    "usage": "Usage",
    "keys": "Keys",
    "applications": "Applications",
    "short_codes": "SMS/ShortCodes",
    "queues": "Queues",
    "messages": "Messages",
    "balance": "Balance",
}


def list_accounts(world: World, request: ApiRequest) -> ApiResponse:
    """List the caller's account, and every subaccount of it."""
    admit_to_accounts(request.caller)
    own = request.caller.account
    name, status = request.query.get("FriendlyName"), request.query.get("Status")
    records = [
        Record(order, sid=account.sid, text="")
        for order, account in enumerate(world.accounts.values())
        # Whether a restricted key sees subaccounts is not known: here it does not.
        if (account is own or (own.is_main and request.caller.allow is None))
        and (name is None or account.friendly_name == name)
        and (status is None or account.status == status)
    ]
    page = turn_to_page(request.listing(world), records)
    texts = [_text(world, world.accounts[record.sid], request.caller) for record in page.records]
    return ApiResponse(200, page.envelope("accounts", texts))


def fetch_account(world: World, request: ApiRequest, account_sid: str) -> ApiResponse:
    """
    Show one account.

    Raises:
        Refused: Not for this caller (20003), not there, or a subaccount asked for by key (20404).
    """
    return ApiResponse(200, _text(world, _the_account(world, request, account_sid), request.caller))


def create_account(world: World, request: ApiRequest) -> ApiResponse:
    """
    Open a subaccount.

    Raises:
        Refused: Not for this caller (20003), the caller's account is a subaccount itself (21101), or the
            name is too long.  Nothing was opened.
    """
    admit_to_accounts(request.caller)
    if not request.caller.account.is_main:
        raise Refused(21101)
    usual = f"SubAccount Created at {world.now():%Y-%m-%d %I:%M %p}"
    account = world.open_account(checked_name("FriendlyName", request.form.get("FriendlyName", usual)))
    world.record_event(account.sid, "account.created", account.sid, actor_sid=request.caller.account.sid)
    return ApiResponse(201, _text(world, account, request.caller))


def update_account(world: World, request: ApiRequest, account_sid: str) -> ApiResponse:
    """
    Rename an account, suspend it, let it go on, or close it.

    Closing cannot be undone, and releases every number
    (https://www.twilio.com/docs/iam/api/subaccounts).

    Raises:
        Refused: As ``fetch_account``; the account is closed (20005), the status is none, or the main
            account's is to be changed (20001); with which codes is unverified.  Nothing was changed.
    """
    account = _the_account(world, request, account_sid)
    status = request.form.get("Status", account.status).lower()
    if status not in STATUSES:
        raise Refused(20001, f"Status must be one of {', '.join(STATUSES)}")
    if status != account.status and account.is_main:
        raise Refused(20001, "The status of the main account cannot be changed")
    if account.status == "closed":
        raise Refused(20005)
    name = checked_name("FriendlyName", request.form.get("FriendlyName", account.friendly_name))
    held = world.numbers(account_sid) if status == "closed" else []
    changed = world.change_account(account_sid, friendly_name=name, status=status)
    actor = request.caller.account.sid
    values = {"friendly_name": (account.friendly_name, name), "status": (account.status, status)}
    values = {field: pair for field, pair in values.items() if pair[0] != pair[1]}
    world.record_event(account_sid, "account.updated", account_sid, actor_sid=actor, changed=values)
    for number in held:
        world.record_event(account_sid, "phone-number.deleted", number.sid, actor_sid=actor)
    return ApiResponse(200, _text(world, changed, request.caller))


def _the_account(world: World, request: ApiRequest, account_sid: str) -> WorldAccount:
    admit_to_accounts(request.caller)
    own = request.caller.account
    if account_sid != own.sid:
        if not own.is_main:
            raise Refused(20003)
        if request.caller.kind != "token" or account_sid not in world.accounts:
            raise Refused(20404, request.path)
    return world.accounts[account_sid]


def _text(world: World, account: WorldAccount, caller: Caller) -> str:
    uri = f"{VERSION}/Accounts/{account.sid}"
    return json.dumps(
        {
            # Keys are shown no tokens (reported by users).
            "auth_token": token_of(world, account.sid) if caller.kind == "token" else "",
            "date_created": rfc2822(account.created),
            "date_updated": rfc2822(account.updated or account.created),
            "friendly_name": account.friendly_name,
            "owner_account_sid": account.owner_sid,
            "sid": account.sid,
            "status": account.status,
            "subresource_uris": {name: f"{uri}/{path}.json" for name, path in SUBRESOURCES.items()},
            "type": "Full",
            "uri": f"{uri}.json",
        }
    )
