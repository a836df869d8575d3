"""
The traffic of one number, fetched with Twilio's filters from the logs of its account.

``account_traffic.py`` reads whole logs instead where that costs less
(https://www.twilio.com/docs/voice/api/call-resource#read-multiple-call-resources,
https://www.twilio.com/docs/messaging/api/message-resource#read-multiple-message-resources).
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from threading import Event

from helpers.core.errors import CannotRead
from helpers.core.log_record import LogRecord
from helpers.core.reasons import Cause, Reason
from helpers.core.records import Number, Traffic, Window
from helpers.evidence.retention import Retention, check_retention, compare_bill
from helpers.evidence.steps import Step
from helpers.evidence.tally import ANY, Tally, bare_number, fold
from helpers.evidence.trunk_calls import ON_TRUNK, fetch_trunk_calls
from helpers.evidence.waiting import fetch_members, fetch_waiting, nameless_row
from helpers.evidence.written_forms import written_forms
from helpers.gateway.gateway import Gateway
from helpers.gateway.pages import once_each
from helpers.gateway.responses import understood
from helpers.gateway.transport import Each

#: Requests for one written form of a number: a filter of Twilio's takes one address on one side.  So the kit asks for
#: calls to and from the number, messages to and from it, and messages to and from its WhatsApp address.
_REQUESTS = 6
#: Records in each answer: enough to see that a number is in use and when it was last used, but not to count.
FEW = 20
_SIDES = ("To", "From")


def fetch_number_traffic(gateway: Gateway, number: Number, window: Window, *, each: Each = map) -> Traffic:
    """
    Fetch the newest calls and messages of one number, and the messages that wait to be sent from it.

    A few more requests check how far the log reaches back.  Twilio's filters do not find calls to a SIP or WhatsApp
    address that contains the number; only the whole log shows them.  So for a number on a SIP trunk of which nothing
    else was found, the kit reads the log of calls through; calls of a trunk that it has left are not found.  If a log
    cannot be read, its count is None and the traffic holds the reason.

    Args:
        each: A function like ``map``; it runs the requests.
    """
    # Begun first, because an executor's ``map`` begins at once: the operator waits for all of this.
    waiting_messages = each(partial(fetch_waiting, gateway), [number.account_sid])
    retentions = each(partial(_check_messages, gateway, window), [number.account_sid])
    tally, unread, more = count_newest(gateway, number, window, each=each)
    if needs_whole_log(tally, unread):
        tally, unread = _read_whole_log(gateway, number, window, unread, each)
    # Messages that are not kept could change the verdict, and the number's activity.
    (retention,) = retentions
    if retention.doubt is not None:
        unread.setdefault("Messages", retention.doubt)
    (waiting,) = waiting_messages
    members, gaps = fetch_members(gateway, number.account_sid, waiting.services.keys() - {ANY})
    if waiting.unread is not None:
        unread.setdefault("Messages", waiting.unread)
    for service in waiting.services.keys() - members.keys():
        unread.setdefault("Messages", nameless_row("Messages", service, gaps.get(service)))
    return tally.traffic(
        window,
        unread=unread,
        more=more,
        oldest_message=retention.oldest,
        kept_short=retention.short,
        waiting=waiting.count(number, members),
    )


def _check_messages(gateway: Gateway, window: Window, account_sid: str) -> Retention:
    return compare_bill(gateway, account_sid, window, check_retention(gateway, account_sid, window))


def needs_whole_log(tally: Tally, unread: Mapping[str, Reason]) -> bool:
    """Tell whether only the whole log of calls shows if a number that was looked up is used: it is on a SIP trunk."""
    return unread.get("Calls") == ON_TRUNK and not (tally.calls or tally.messages)


def _read_whole_log(
    gateway: Gateway, number: Number, window: Window, unread: Mapping[str, Reason], each: Each
) -> tuple[Tally, dict[str, Reason]]:
    def run(jobs: Sequence[tuple[Step, Callable[[], None]]]) -> None:
        list(each(lambda job: job[1](), jobs))

    nameless = set[str]()
    tallies, why, _ = fetch_trunk_calls(gateway, [number], window, nameless=nameless, stop=Event(), run=run)
    why = why or (nameless_row("Calls", ANY, None) if nameless else None)
    return tallies[number.sid], with_calls(unread, why)


def with_calls(unread: Mapping[str, Reason], why: Reason | None) -> dict[str, Reason]:
    """Return the unread logs of a number once the log of calls was read through; *why* it was not, if it was not."""
    calls = {"Calls": why} if why else {}
    return calls | {log: other for log, other in unread.items() if log != "Calls"}


def count_newest(
    gateway: Gateway, number: Number, window: Window, *, each: Each = map
) -> tuple[Tally, dict[str, Reason], bool]:
    """
    Count one number's newest calls and messages.

    That takes six requests for each of its written forms, and one more after each empty page.

    If an answer contains a record that does not name the number on the filtered side, the log counts as unread.  So do
    the calls of a number on a SIP trunk: those that came in over the trunk are not among its own.

    Returns:
        The tally; the unread logs, each with the reason; whether the logs hold more records than were counted.
    """
    e164, forms, day = number.phone_number, written_forms(number.phone_number), window.since.strftime("%Y-%m-%d")

    def ask(question: tuple[str, dict[str, str]]) -> tuple[list[LogRecord], bool, Reason | None]:
        resource, filters = question
        side = next(iter(filters)).lower()
        try:
            with understood(f"The {resource.lower()} of {e164}"):
                for page, follows in gateway.log(number.account_sid, resource, filters, page_size=FEW):
                    # After an empty page, another page may hold records.
                    if page:
                        if all(_names(record.to if side == "to" else record.from_, forms) for record in page):
                            return page, follows, None
                        return page, follows, Reason(Cause.SOMETHING_ELSE, {"log": resource, "number": e164})
        except CannotRead as failure:
            return [], False, failure.reason
        return [], False, None

    questions = [
        question
        for form in forms
        for side in _SIDES
        for question in (
            ("Calls", {side: form, "StartTime>": day}),
            ("Messages", {side: form, "DateSent>": day}),
            ("Messages", {side: f"whatsapp:{form}", "DateSent>": day}),
        )
    ]
    records: dict[str, list[LogRecord]] = {resource: [] for resource, _ in questions}
    tally, more = Tally(), False
    unread: dict[str, Reason] = {}
    for (resource, _), (page, follows, failure) in zip(questions, each(ask, questions), strict=True):
        records[resource] += page
        more = more or follows
        if failure is not None:
            unread.setdefault(resource, failure)
    for resource, rows in records.items():
        # A call from a number to itself is in two answers.
        fold(dict.fromkeys(forms, tally), resource, once_each(rows, frozenset())[0], until=window.until)
    if number.get("trunk_sid"):
        unread.setdefault("Calls", ON_TRUNK)
    return tally, unread, more


def count_requests(number: Number) -> int:
    """Count the requests that ``count_newest`` takes for a number at least."""
    return _REQUESTS * len(written_forms(number.phone_number))


def _names(address: object, forms: tuple[str, ...]) -> bool:
    return isinstance(address, str) and bare_number(address) in forms
