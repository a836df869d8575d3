"""
Calls and messages: when was a number last used?

One number is looked up by its own address in the logs of its account; a whole account
is swept (``account_traffic.py``) where that costs less
(https://www.twilio.com/docs/voice/api/call-resource#read-multiple-call-resources,
https://www.twilio.com/docs/messaging/api/message-resource#read-multiple-message-resources).
"""

from typing import Any

from helpers.core.errors import CannotRead
from helpers.core.reasons import Cause, Reason
from helpers.core.records import Number, Traffic, Window
from helpers.evidence.retention import messages_kept
from helpers.evidence.tally import Tally, bare, fold
from helpers.gateway.gateway import Gateway
from helpers.gateway.pages import once_each
from helpers.gateway.responses import understood
from helpers.gateway.transport import Each

#: Requests of a look-up: Twilio's filters take one address on one side at a time, so it is calls to and from the
#: number, messages to and from it, and messages to and from it once more under its WhatsApp address.
REQUESTS = 6
#: Records that one of them asks for: enough to tell that a number is in use and when it was last, not to count it.
FEW = 20
_SIDES = ("To", "From")


def look_up(gateway: Gateway, number: Number, window: Window, *, each: Each = map) -> Traffic:
    """
    Look for calls and messages of one number since a day: six requests, and one or a few for how far the log reaches.

    WhatsApp messages carry the number with a prefix, and are asked for as well.  Calls that
    name it inside a SIP address cannot be asked for; a sweep finds them.  A log that could
    not be read makes its count None, and says why.

    Args:
        each: How the questions are asked.
    """
    tally, unread, more = count_one(gateway, number, window, each=each)
    # Older messages could make a silent number a used one, and a little used one an active one.
    kept = messages_kept(gateway, number.account_sid, window)
    if kept.doubt is not None:
        unread.setdefault("Messages", kept.doubt)
    return tally.traffic(
        window,
        unread=unread,
        more=more,
        oldest_message=kept.oldest,
        kept_short=kept.short,
    )


def count_one(
    gateway: Gateway, number: Number, window: Window, *, each: Each = map
) -> tuple[Tally, dict[str, Reason], bool]:
    """
    Count one number's newest calls and messages: six requests, and one more for each empty page that is not the last.

    An answer with records that do not name the number where it was asked for is none: that log is unread.

    Returns:
        The tally; why a log could not be read, by its name; whether there are more than were counted.
    """
    e164, day = number.phone_number, window.since.strftime("%Y-%m-%d")

    def ask(question: tuple[str, dict[str, str]]) -> tuple[list[dict[str, Any]], bool, Reason | None]:
        resource, wanted = question
        side = next(iter(wanted)).lower()
        try:
            with understood(f"The {resource.lower()} of {e164}"):
                for page, follows in gateway.log(number.account_sid, resource, wanted, page_size=FEW):
                    # An empty page with another behind it is no silence.
                    if page:
                        named = all(_names(record.get(side), e164) for record in page)
                        stray = Reason(Cause.SOMETHING_ELSE, {"log": resource, "number": e164})
                        return page, follows, None if named else stray
        except CannotRead as failure:
            return [], False, failure.reason
        return [], False, None

    questions = [
        *(("Calls", {side: e164, "StartTime>": day}) for side in _SIDES),
        *(("Messages", {side: e164, "DateSent>": day}) for side in _SIDES),
        *(("Messages", {side: f"whatsapp:{e164}", "DateSent>": day}) for side in _SIDES),
    ]
    records: dict[str, list[dict[str, Any]]] = {resource: [] for resource, _ in questions}
    tally, more = Tally(), False
    unread: dict[str, Reason] = {}
    for (resource, _), (page, follows, failure) in zip(questions, each(ask, questions), strict=True):
        records[resource] += page
        more = more or follows
        if failure is not None:
            unread.setdefault(resource, failure)
    for resource, found in records.items():
        # A call from a number to itself answers two questions.
        fold({e164: tally}, resource, once_each(found, frozenset())[0], until=window.until)
    return tally, unread, more


def _names(address: object, e164: str) -> bool:
    return isinstance(address, str) and bare(address) == e164
