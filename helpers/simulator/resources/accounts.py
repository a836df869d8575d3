"""
Accounts: list and fetch.

https://www.twilio.com/docs/iam/api/account
"""

import json

from helpers.simulator.resources.access import Caller, admit_to_accounts, token_of
from helpers.simulator.resources.exchange import ApiRequest, ApiResponse
from helpers.simulator.resources.paging import turn_to_page
from helpers.simulator.world.records import VERSION, Record, WorldAccount, rfc2822
from helpers.simulator.world.refusals import Refused
from helpers.simulator.world.world import World

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
        if (own.is_main or account is own)
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
    admit_to_accounts(request.caller)
    own = request.caller.account
    if account_sid != own.sid:
        if not own.is_main:
            raise Refused(20003)
        if request.caller.kind != "token" or account_sid not in world.accounts:
            raise Refused(20404, request.path)
    return ApiResponse(200, _text(world, world.accounts[account_sid], request.caller))


def _text(world: World, account: WorldAccount, caller: Caller) -> str:
    uri = f"{VERSION}/Accounts/{account.sid}"
    return json.dumps(
        {
            # Keys are shown no tokens (reported by users).
            "auth_token": token_of(world, account.sid) if caller.kind == "token" else "",
            "date_created": rfc2822(account.created),
            "date_updated": rfc2822(account.created),
            "friendly_name": account.friendly_name,
            "owner_account_sid": account.owner_sid,
            "sid": account.sid,
            "status": account.status,
            "subresource_uris": {name: f"{uri}/{path}.json" for name, path in SUBRESOURCES.items()},
            "type": "Full",
            "uri": f"{uri}.json",
        }
    )
