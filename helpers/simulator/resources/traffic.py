"""
Calls and Messages: the lists, newest first.

https://www.twilio.com/docs/voice/api/call-resource and
https://www.twilio.com/docs/messaging/api/message-resource.  That calls come newest
first is documented nowhere; it is as reported by users.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from helpers.simulator.resources.access import admit
from helpers.simulator.resources.exchange import ApiRequest, ApiResponse
from helpers.simulator.resources.paging import turn_to_page
from helpers.simulator.world.refusals import Refused
from helpers.simulator.world.traffic_log import FIRST, LAST, Log, LogFilter
from helpers.simulator.world.world import World

#: Parameter -> the field it must equal.
CALL_FIELDS = {"To": "to", "From": "from", "Status": "status", "ParentCallSid": "parent_call_sid"}
MESSAGE_FIELDS = {"To": "to", "From": "from"}
#: Parameter -> the moment that it filters by; with a trailing ``<`` up to its value, with ``>`` from it on.
CALL_MOMENTS = {"StartTime": "start_time", "EndTime": "end_time"}
MESSAGE_MOMENTS = {"DateSent": "date_sent"}


def list_calls(world: World, request: ApiRequest, account_sid: str) -> ApiResponse:
    """List the calls of an account, newest first."""
    account = admit(world, request.caller, account_sid, request.path)
    return _list(
        world, request, "calls", world.calls(account.sid), _criteria(world, request, CALL_FIELDS, CALL_MOMENTS)
    )


def list_messages(world: World, request: ApiRequest, account_sid: str) -> ApiResponse:
    """
    List the messages of an account, newest first, as far back as the account keeps them.

    An account can keep its messages for only seven days.  Older messages are missing from the
    list, and the answer does not say so (reported by users).
    """
    account = admit(world, request.caller, account_sid, request.path)
    criteria = _criteria(world, request, MESSAGE_FIELDS, MESSAGE_MOMENTS)
    days = world.retention.get(account_sid)
    if days is not None:
        criteria = replace(criteria, kept_since=world.now() - timedelta(days=days))
    return _list(world, request, "messages", world.messages(account.sid), criteria)


def _list(world: World, request: ApiRequest, key: str, log: Log, criteria: LogFilter) -> ApiResponse:
    if request.one is not None:
        record = log.find(request.one, since=criteria.kept_since)
        if record is None:
            raise Refused(20404, f"{request.path} {request.one}")
        return ApiResponse(200, record.text)
    page = turn_to_page(request.listing(world), log.select(criteria))
    return ApiResponse(200, page.envelope(key, [log.text(page.records)]))


def _criteria(world: World, request: ApiRequest, fields: dict[str, str], moments: dict[str, str]) -> LogFilter:
    equal: dict[str, str] = {}
    spans: dict[str, tuple[datetime, datetime]] = {}
    for parameter, value in request.listing(world).filters.items():
        name, sign = (parameter[:-1], parameter[-1]) if parameter[-1:] in ("<", ">") else (parameter, "=")
        if name in moments:
            first, last = spans.get(moments[name], (FIRST, LAST))
            earliest, latest = _span(name, sign, value)
            spans[moments[name]] = max(first, earliest), min(last, latest)
        elif name in fields and sign == "=":
            equal[fields[name]] = value
    return LogFilter(equal, spans)


def _span(name: str, sign: str, value: str) -> tuple[datetime, datetime]:
    try:
        moment = datetime.fromisoformat(value)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Refused(20001, f"{name} {value} is neither a date nor a time") from None
    if sign == "<":
        return FIRST, moment
    if sign == ">":
        return moment, LAST
    # "On this date", says the documentation; twilio's library sends its midnight.
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight, midnight.replace(hour=23, minute=59, second=59, microsecond=999_999)
