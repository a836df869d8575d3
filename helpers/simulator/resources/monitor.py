"""
monitor.twilio.com: the events in an account, as far as they are about numbers and accounts.

https://www.twilio.com/docs/usage/monitor-events.  Whether the main account sees events of its
subaccounts is documented nowhere; here it does not.  Which actor a key is shown as is not known
either: here it is its account.
"""

from datetime import UTC, datetime
from typing import Any

from helpers.simulator.resources.access import admit_own
from helpers.simulator.resources.exchange import ApiRequest, ApiResponse
from helpers.simulator.resources.lists import answer_meta_list
from helpers.simulator.world.audit import KEPT, AuditEvent
from helpers.simulator.world.records import VERSION, iso8601, made_sid
from helpers.simulator.world.refusals import Refused
from helpers.simulator.world.world import World

#: "Filtering on more than one field in the same request is not supported": Twilio's page of the resource.
FILTERS = {
    "ActorSid": "actor_sid",
    "EventType": "event_type",
    "ResourceSid": "resource_sid",
    "SourceIpAddress": "source_ip_address",
}
#: Where a resource is, relative to its account.
PLACES = {"phone-number": "IncomingPhoneNumbers", "account": ""}


def list_events(world: World, request: ApiRequest) -> ApiResponse:
    """
    List the events of the caller's account in the last thirty days, newest first.

    Raises:
        Refused: More than one field to filter by, or a date that is none (20001; unverified).
    """
    account = admit_own(request.caller)
    asked = [name for name in FILTERS if name in request.query]
    if len(asked) > 1:
        raise Refused(20001, "Filtering on more than one field in the same request is not supported")
    first = max(_moment(request, "StartDate", datetime.min.replace(tzinfo=UTC)), world.now() - KEPT)
    last = _moment(request, "EndDate", datetime.max.replace(tzinfo=UTC))
    events = [one for one in world.events if one.account_sid == account.sid and first <= one.at <= last]
    rows = [
        (order, row)
        for order, row in enumerate(_event(request, one) for one in reversed(events))
        if all(row[FILTERS[name]] == request.query[name] for name in asked)
    ]
    return answer_meta_list(world, request, "events", rows)


def _moment(request: ApiRequest, name: str, otherwise: datetime) -> datetime:
    text = request.query.get(name)
    if text is None:
        return otherwise
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Refused(20001, f"{name} {text} is no date") from None


def _event(request: ApiRequest, one: AuditEvent) -> dict[str, Any]:
    kind = one.event_type.partition(".")[0]
    account = f"https://api.twilio.com{VERSION}/Accounts/{one.account_sid}"
    by_api = one.actor_sid is not None
    actor = one.actor_sid or made_sid("US", one.account_sid)
    resource = f"{account}/{PLACES[kind]}/{one.resource_sid}" if PLACES[kind] else account
    return {
        "account_sid": one.account_sid,
        "actor_sid": actor,
        "actor_type": "account" if by_api else "user",
        "description": None,
        "event_data": {
            "resource_properties": {
                name: {"previous": before, "updated": after} for name, (before, after) in one.changed.items()
            }
        }
        if one.changed
        else None,
        "event_date": iso8601(one.at),
        "event_type": one.event_type,
        "links": {"actor": f"https://api.twilio.com{VERSION}/Accounts/{actor}", "resource": resource},
        "resource_sid": one.resource_sid,
        "resource_type": kind,
        "sid": one.sid,
        "source": "api" if by_api else "web",
        "source_ip_address": "192.0.2.1",
        "url": f"{request.host}/v1/Events/{one.sid}",
    }
