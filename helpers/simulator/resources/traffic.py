"""
Calls and Messages: the lists, newest first.

https://www.twilio.com/docs/voice/api/call-resource and
https://www.twilio.com/docs/messaging/api/message-resource.  That calls come newest
first is documented nowhere; it is as reported by users.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from helpers.simulator.access import admit
from helpers.simulator.ask import Answer, Ask
from helpers.simulator.paging import turn_to_page
from helpers.simulator.records import Record
from helpers.simulator.refusals import Refused
from helpers.simulator.world import World

#: Parameter -> the field it must equal.
EQUAL = {"To": "to", "From": "from", "Status": "status", "ParentCallSid": "parent_call_sid"}
#: Parameter -> the moment it is about; a trailing ``<`` or ``>`` asks for those up to it or from it on.
MOMENTS = {"StartTime": "start_time", "EndTime": "end_time", "DateSent": "date_sent"}


def list_calls(world: World, ask: Ask, account_sid: str) -> Answer:
    """List the calls of an account, newest first."""
    account = admit(world, ask.caller, account_sid, ask.path)
    return _list(world, ask, "calls", world.scenario.calls(account))


def list_messages(world: World, ask: Ask, account_sid: str) -> Answer:
    """List the messages of an account, newest first."""
    account = admit(world, ask.caller, account_sid, ask.path)
    return _list(world, ask, "messages", world.scenario.messages(account))


def _list(world: World, ask: Ask, key: str, records: Sequence[Record]) -> Answer:
    for parameter, value in ask.listing(world).filters.items():
        name, sign = (parameter[:-1], parameter[-1]) if parameter[-1:] in ("<", ">") else (parameter, "=")
        if name in MOMENTS:
            earliest, latest = _span(name, sign, value)
            records = [r for r in records if _within(r, MOMENTS[name], earliest, latest)]
        elif name in EQUAL and sign == "=":
            records = [r for r in records if r.fields.get(EQUAL[name]) == value]
    page = turn_to_page(ask.listing(world), records)
    return Answer(200, page.envelope(key, [record.text for record in page.records]))


def _within(record: Record, field: str, earliest: datetime, latest: datetime) -> bool:
    moment = record.times.get(field)
    return moment is not None and earliest <= moment <= latest


def _span(name: str, sign: str, value: str) -> tuple[datetime, datetime]:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise Refused(20001, f"{name} {value} is neither a date nor a time") from None
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    if sign == "<":
        return first, moment
    if sign == ">":
        return moment, last
    # "On this date", says the documentation; twilio's library sends its midnight.
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight, midnight + timedelta(days=1) - timedelta(microseconds=1)
