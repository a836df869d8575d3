"""
The messages of an account that wait to be sent, and the numbers that they may be sent from.

A message can be scheduled up to 35 days ahead (https://www.twilio.com/docs/api/errors/35115), so a number without any
message in the log may have some in its future.  Scheduling takes a messaging service, and Twilio chooses the sender
when it sends, unless the message names one (https://www.twilio.com/docs/messaging/features/message-scheduling).

Twilio lists such messages among the others, with their status and without a date of sending: its own sample finds them
there (send-scheduled-reminders.js of https://github.com/twilio/hls-patient-appointment-management).  No filter finds
them (twilio_api_v2010.json), and the filter by date may leave them out, so the kit reads the newest messages of an
account without a filter, one page.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from helpers.core.errors import CannotRead
from helpers.core.reasons import Cause, Detail, Reason
from helpers.core.records import Number
from helpers.evidence.naming import names_in
from helpers.evidence.tally import bare_number, service_of
from helpers.evidence.written_forms import written_forms
from helpers.gateway.client import NO_SUCH_THING
from helpers.gateway.gateway import Gateway
from helpers.gateway.responses import understood

#: The states before a message is sent (https://www.twilio.com/docs/messaging/api/message-resource#message-status-values).
_WAITING = {"accepted", "scheduled", "queued", "sending"}


@dataclass(frozen=True, slots=True)
class Waiting:
    """The messages of an account that wait to be sent."""

    #: E.164 number -> messages that name it as their sender.
    senders: Mapping[str, int] = field(default_factory=dict)
    #: Messaging service -> messages whose sender Twilio chooses from its numbers; ``ANY`` if they do not name it.
    services: Mapping[str, int] = field(default_factory=dict)
    #: Why they could not be read; None if they were.
    unread: Reason | None = None

    def count(self, number: Number, members: Mapping[str, frozenset[str]]) -> int:
        """
        Count the messages that are, or may be, sent from a number.

        Args:
            members: Messaging service -> the sids and E.164 numbers of its members; without those that are unknown.
        """
        forms = written_forms(number.phone_number)
        chosen = (
            count
            for service, count in self.services.items()
            if not members.get(service, frozenset()).isdisjoint({number.sid, *forms})
        )
        return sum(self.senders.get(form, 0) for form in forms) + sum(chosen)


def fetch_waiting(gateway: Gateway, account_sid: str) -> Waiting:
    """Fetch the waiting messages among the newest thousand of an account: one request, and one after an empty page."""
    senders, services = Counter[str](), Counter[str]()
    try:
        with understood(f"The messages of {account_sid} that wait to be sent"):
            newest = next((page for page, _ in gateway.log(account_sid, "Messages", {}) if page), [])
            for record in newest:
                status, sender = record.status, record.from_
                if not (isinstance(status, str) and status in _WAITING):
                    continue
                if isinstance(sender, str) and sender:
                    senders[bare_number(sender) or sender] += 1
                else:
                    services[service_of(record)] += 1
    except CannotRead as failure:
        return Waiting(unread=failure.reason)
    return Waiting(senders, services)


def fetch_members(
    gateway: Gateway, account_sid: str, services: Iterable[str]
) -> tuple[dict[str, frozenset[str]], dict[str, Reason]]:
    """
    Fetch the sids and E.164 numbers by which messaging services name their numbers.

    A service that was deleted has none, and a message that waited in it was never sent.

    Returns:
        The members by service, without the services that could not be read; the reasons of those.
    """
    members: dict[str, frozenset[str]] = {}
    unread: dict[str, Reason] = {}
    for service in sorted(services):
        url = f"https://messaging.twilio.com/v1/Services/{service}/PhoneNumbers"
        try:
            with understood(f"The list of numbers of the messaging service {service}"):
                records = gateway.resources(account_sid, url, "phone_numbers")
                members[service] = frozenset(name for one in records for name in names_in(one, "sid", "phone_number"))
        except CannotRead as failure:
            if failure.code == NO_SUCH_THING:
                members[service] = frozenset()
            else:
                unread[service] = failure.reason
    return members, unread


def nameless_row(log: str, service: str, why: Reason | None) -> Reason:
    """
    Make the reason that a row of a log does not say of which number it is.

    Args:
        service: The messaging service of which it is; ``ANY`` if the row does not say.

        why: Why the numbers of the service could not be read; None if they were.
    """
    details: dict[str, Detail] = {"log": log, "service": service}
    return why.with_cause(Cause.NAMELESS_ROW, details) if why else Reason(Cause.NAMELESS_ROW, details)
