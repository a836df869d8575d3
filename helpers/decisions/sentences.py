"""
The sentences for connections, reasons and evidence, made from facts for the operator.  Pure.

The kit never compares, counts or saves a sentence: other words in this file change no verdict, plan or memory.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta

from helpers.core.connections import Link, LinkKind, Place, Unseen, Wiring
from helpers.core.dates import day, day_and_hour
from helpers.core.failures import SENTENCES, failure
from helpers.core.reasons import Cause, Detail, Reason
from helpers.core.records import Decision, Traffic, Verdict
from helpers.decisions.decision import verdict_of
from helpers.journal.states import in_words

#: The places that the kit never checks, so that "nothing found" claims no more than the kit checked.
NOT_CHECKED = (
    "Not looked at by the kit: dependents of addresses, RCS senders, Flex, orders to port a number in or out, "
    "conversations under way, messages that were scheduled before the newest thousand of its account, "
    "calls to a SIP or WhatsApp address that contains it, as on a SIP trunk that it has left, where its account's "
    "whole log was not read, calls that were deleted from that log, its calls and messages in an account from which "
    "somebody moved it unknown to the kit, calls that another account makes with it as caller id, and what your own "
    "systems do with it."
)
#: For the evidence of all numbers; these are fetched for a number that is chosen, or is in a plan.
REGION_NOT_CHECKED = (
    "Not looked at yet: the region that takes its calls, and its add-ons. Both are asked for each number before it can "
    "go."
)


# -- connections ---------------------------------------------------------------------------------

_CONNECTION_SENTENCES = {
    LinkKind.SIP_TRUNK: "It is on the SIP trunk {target}.",
    LinkKind.FAX: "It is set to take faxes, and no calls.",
    LinkKind.APPLICATION: "An application answers its {answers} ({target}).",
    LinkKind.STUDIO_FLOW: "The Studio flow {target} answers its {answers}.",
    LinkKind.FUNCTION: "A Twilio Function answers its {target}.",
    LinkKind.WEBHOOK: "A web address of yours answers its {target}{fallback}.",
    LinkKind.REGULATORY: "A regulatory bundle, identity or address is attached to it; taking it back needs them again, "
    "still valid.",
    LinkKind.EMERGENCY_ADDRESS: "Emergency services find whoever calls from it by its emergency address.",
    LinkKind.APPLICATION_NAME: "The application {target} is {name}.",
    LinkKind.REGION: "Its calls are taken in the region {target}, where it has settings that are not shown here.",
    LinkKind.MESSAGING_SERVICE: "It belongs to the messaging service {name} ({target}){campaign}.",
    LinkKind.TOLL_FREE_VERIFICATION: "It has a toll-free verification ({status}), which is lost with it and takes days "
    "to get again.",
    LinkKind.TRUST_PRODUCT: "It is assigned to the trust product {name}.",
    LinkKind.BUSINESS_PROFILE: "It is assigned to the business profile {name}.",
    LinkKind.CONVERSATIONS: "Conversations answers it (an address configuration names it).",
    LinkKind.WHATSAPP_SENDER: "It is a WhatsApp sender ({status}): somebody writes to people from it there.",
    LinkKind.PROXY: "It is in the pool of the Proxy service {name} ({target}){reserved}{sessions}.",
    LinkKind.SIP_DOMAIN: "Emergency calls from the SIP domain {name} are made with it{enabled}.",
    LinkKind.CALLER_ID: "It is also a verified caller id of its account.",
    LinkKind.HOSTED_ORDER: "An order to host it is under way ({status}): it belongs to another carrier.",
    LinkKind.BUNDLE_AT_RISK: "Its regulatory bundle {name} {ends}. Twilio does not say what becomes of its numbers "
    "then; it may take them back.",
    LinkKind.ADD_ON: "The add-on {name} is assigned to it.",
    LinkKind.EMPTY_SERVICE: "The messaging service {name} ({target}) has no numbers, and {campaigns}.",
}


def connection(link: Link) -> str:
    """Describe one connection of a number."""
    details, target = link.details, link.target
    if (link.kind, target) == (LinkKind.WEBHOOK, "status"):
        return "A web address of yours is told what becomes of its calls."
    sessions = details.get("sessions")
    return _CONNECTION_SENTENCES[link.kind].format(
        target=target,
        name=str(details.get("name") or target).rstrip("."),
        status=details.get("status"),
        answers=_join(details.get("answers"), " and "),
        fallback=" where nothing else does" if details.get("fallback") else "",
        campaign=", and through it to an A2P campaign" if details.get("campaign") else "",
        reserved=", reserved" if details.get("reserved") else "",
        sessions=f", with {sessions:,} open session{'' if sessions == 1 else 's'}" if sessions else "",
        enabled="" if details.get("enabled") else " once they are switched on there",
        campaigns=_campaigns(details.get("campaigns")),
        ends=_ends(details.get("until")),
    )


def _ends(until: Detail) -> str:
    if until is None:
        return "was rejected by Twilio"
    return f"runs out on {day(date.fromisoformat(str(until)))}, unless its data is renewed before"


def _campaigns(statuses: Detail) -> str:
    if not isinstance(statuses, tuple | list):
        return "whether it has an A2P campaign could not be read"
    many = f"{len(statuses)} A2P campaign{'' if len(statuses) == 1 else 's'} ({', '.join(statuses)})"
    return f"still has {many}, which Twilio charges for by the month"


def _join(texts: Detail, separator: str) -> str:
    return separator.join(texts) if isinstance(texts, tuple | list) else str(texts)


def connections(wiring: Wiring) -> tuple[str, ...]:
    """Describe the connections of a number, one sentence each."""
    return tuple(connection(link) for link in wiring.links)


def gaps(unseen: Iterable[Unseen]) -> tuple[str, ...]:
    """Describe the places that could not be checked, one sentence for all places with the same reason."""
    places: dict[Reason, list[str]] = {}
    sentences = []
    for gap in unseen:
        if gap.place is Place.EVERYWHERE:
            unfetched = gap.why.code is Cause.NOBODY_LOOKED
            sentences.append("Nobody looked what it is connected to." if unfetched else reason(gap.why))
        else:
            places.setdefault(gap.why, []).append(f"{gap.place} {gap.part}".strip())
    return (*sentences, *(_gap(why, ", ".join(names)) for why, names in places.items()))


def _gap(why: Reason, places: str) -> str:
    if why.code is Cause.INACTIVE:
        return f"{reason(why).removesuffix('.')}, so these could not be looked at: {places}."
    return f"Could not look at {places}: {reason(why)}"


# -- reasons -------------------------------------------------------------------------------------

_REASON_SENTENCES = {
    Cause.INACTIVE: "Its account is not active: Twilio answers HTTP {status}.",
    Cause.FIELDS_UNREADABLE: "Twilio sends {fields} in another form than it documents.",
    Cause.GIVEN_UP: "Only a part of its account's log was read: it is longer than looking each number up is worth.",
    Cause.SOMETHING_ELSE: "The {log} of {number} could not be read: Twilio was asked for them, and answered with some "
    "that do not name it.",
    Cause.NAMELESS_ROW: "{found}One {one} in its account's log does not say of which number of the {whose} it "
    "is.{cause}",
    Cause.KEPT_FOR_LESS: "Its account deletes its messages early, so its use in the {days} days that were checked "
    "cannot be known: the account was billed for {billed} of {day} and shows {shown:,}.",
    Cause.NOT_ALL_KEPT: "{found}Its account deletes some messages early, so its use cannot be known: the account was "
    "billed for {billed} in these days and shows {shown:,} of them.",
    Cause.KEEPING_UNKNOWN: "Whether its account keeps old messages could not be found out.{cause}",
    Cause.NOBODY_LOOKED: "Its calls and messages have not been looked at.",
    Cause.SILENT_SINCE: "A look on {at} heard nothing of that; calls to a SIP or WhatsApp address that contains the "
    "number are heard only where its account's whole log is read.",
    Cause.LATER_UNREADABLE: "A look on {at} could not tell:{cause}",
    Cause.WAS_ELSEWHERE: "It was in another account in these days, {former}.{cause}",
    Cause.USED_ELSEWHERE: "That was in the account {former}, in which it was before; no other account's log shows it.",
    # Blockers.
    Cause.PROTECTED: "{number} is protected: {covering} (by {who}, {since}{why}). Unprotect it first, in the "
    "protection panel of the release-many notebook.",
    Cause.TICKET_REQUIRED: "{number} is protected: {covering} (by {who}, {since}{why}). It goes with a reason code and "
    "a ticket only.",
    Cause.KEPT: "{number} is kept until {until} is over in every time zone (by {who}, {since}{note}). Change that day "
    "first, in the protection panel of the release-many notebook.",
    Cause.OPEN_ENTRY: "A journal entry for it is not finished ({act}: {state}, since {since}). Check and close it in "
    "the journal notebook first.",
    Cause.EMERGENCY_ADDRESS: "An emergency address is attached to it (status: {status}), and Twilio does not release "
    "such a number. Unregister the address first.",
    Cause.NO_EMERGENCY_ADDRESS: "It has no emergency address.",
    Cause.HOSTED: "It is a hosted number: it belongs to another carrier and could not be bought back. End the hosting "
    "in Twilio's Console instead.",
    Cause.ORIGIN_UNREADABLE: "Whether it is a hosted number, which could not be bought back, cannot be read. "
    "Look it up in Twilio's Console.",
    Cause.ORDER_UNDER_WAY: "An order to host it is under way (status: {status}), so it belongs to another carrier and "
    "could not be bought back. Wait until the order has ended, or cancel it in Twilio's Console.",
    Cause.ACCOUNT_CLOSED: "Its account is closed: Twilio releases that account's numbers itself.",
    # Cautions.
    Cause.NEW: "It was bought only {days} {days_word} ago.",
    Cause.SUSPENDED: "Its account is suspended: it could not be used lately, so that it was not used says little. "
    "Twilio may take back the numbers of an account that stays suspended for 60 days.",
    Cause.TOLL_FREE: "It is toll-free: if it is taken back, its verification may not come back with the old data, "
    "because Twilio asks for a business registration number since 17 February 2026.",
    # Why a number of a plan does not go.
    Cause.FIELDS_CHANGED: "It was changed since the plan was made ({fields}). {new_plan}",
    Cause.ACCOUNT_CHANGED: "Its account was {was} ({was_status}), and is {now} ({now_status}) now. {new_plan}",
    Cause.CONNECTED_SINCE: "It was connected to something since the plan was made: {link} {new_plan}",
    Cause.UNSEEN_SINCE: "{gap}",
    Cause.NOT_THERE: "It is not in its account any more: somebody released it or moved it.",
    Cause.TARGET_GONE: "The account to move it to, {name}, {sid}, is not there any more.",
    Cause.TARGET_RENAMED: "The account to move it to was {was}, and is {now} now. {new_plan}",
    Cause.TARGET_INACTIVE: "{name} is {status}, and Twilio moves numbers into active accounts only.",
    Cause.IN_USE: "It is in use.",
    Cause.UNKNOWN: "It could not be judged.",
    Cause.NOT_LOOKED_AT: "It could not be looked at.{cause}",
    Cause.BY_HAND: "Left out by {by}.",
    Cause.REFUSED: "The kit refused it during the run, before a request.{cause}",
    Cause.LOOKED_AT_TOO_LONG_AGO: "It was looked at last on {at}, more than an hour before, and somebody may "
    "have begun to use it.",
    Cause.RELEASED_ALREADY: "It was released already, on {at}.",
    Cause.OLD_PLAN: "This plan was made by an earlier version of the kit, and is for reading only. Make the plan anew, "
    "of the same numbers.",
    # Why nothing was sent, or a number was kept.
    Cause.RUN_STOPPED: "The run was stopped before its request left.",
    Cause.TOO_BUSY: "Twilio was too busy, {times} times.",
    Cause.CHANGED_SINCE_CONFIRMED: "It was changed since it was confirmed: {fields}.",
    Cause.FOUND_WHERE_IT_WAS: "Two looks found it where it was.",
    Cause.LISTED_BUT_NOT_FOUND: "Twilio answered that there is no such number, and its account listed it right after.",
    Cause.ANOTHER_SID: "It has another SID now, {sid}, in account {account}.",
    Cause.MOVED_BY_SOMEBODY: "Somebody moved it to account {account}.",
    Cause.ADDRESS_STILL_THERE: "Its address is still {status}.",
    Cause.LEFT_SINCE: "It is in no account of the company any more. {answer}, and it was still yours on {at}: the "
    "request was carried out after that, or somebody else released it.",
    Cause.NOT_FOUND: "A look after the quarantine did not find it.",
    # Tasks for a person.
    Cause.CONNECTION_LOST: "Before the release this was so, and it is not any more: {link} Set it up again where it "
    "belongs.",
    Cause.CONNECTIONS_UNKNOWN: "What else named the number before it was released, like messaging services and "
    "campaigns, is not known in full. Add it again where it belongs.",
    Cause.ADDRESS_UNREGISTERED: "Its emergency address {sid} was unregistered before it was released. Register it.",
    Cause.ADDRESS_NOT_KNOWN: "Whether its emergency address was unregistered here could not be looked up: the journal "
    "could not be read.",
    Cause.NOT_PUT_BACK: "Putting {settings} failed:{cause}",
    Cause.LAST_LOOK_FAILED: "The last look failed, so check its settings:{cause}",
    Cause.SETTINGS_REFUSED: "{said}",
}
_NEW_PLAN = "Make a new plan to see it as it is now."


def reason(why: Reason) -> str:
    """Put one reason into a sentence."""
    if why.code is Cause.PROTECTED and "said" in why.details:
        # As earlier versions wrote it.
        return str(why.details["said"])
    if why.code in SENTENCES or (why.code is Cause.PROTECTED and "file" in why.details):
        return failure(why)
    return _REASON_SENTENCES[why.code].format(**_fields(why))


def _fields(why: Reason) -> dict[str, object]:
    """Format the details of a reason for its sentence."""
    fields: dict[str, object] = {"new_plan": _NEW_PLAN, "cause": "", "found": "", **why.details}
    if "cause" in why.details:
        fields["cause"] = f" {reason(why.cause)}"
    elif "said" in why.details:
        # As earlier versions wrote it.
        fields["cause"] = f" {why.details['said']}"
    if "at" in fields:
        fields["at"] = _at(fields["at"])
    if "found_at" in fields:
        fields["found"] = f"Found on {_at(fields['found_at'])}, where its account's whole log was read: "
    if "log" in fields:
        fields["log"] = str(fields["log"]).lower()
        fields["one"] = str(fields["log"]).removesuffix("s")
        fields["whose"] = f"messaging service {fields['service']}" if fields.get("service") else "account"
    if "billed" in fields:
        fields["billed"] = f"{why.details['billed']:,} message{'' if why.details['billed'] == 1 else 's'}"
    if "day" in fields:
        fields["day"] = day(date.fromisoformat(str(fields["day"])))
    if "fields" in fields:
        fields["fields"] = _join(why.details["fields"], ", ")
    format_more = _FORMATTERS.get(why.code)
    return fields | (format_more(why) if format_more else {})


def _protected(why: Reason) -> dict[str, object]:
    details = why.details
    like = "like" if "*" in str(details["what"]) else "with"
    kind = {"number": "the number", "account": "the account", "name": f"every name {like}"}[str(details["kind"])]
    cause = f": {str(details['why']).rstrip('.')}" if details["why"] else ""
    return {"covering": f"{kind} {details['what']}", "why": cause}


def _kept(why: Reason) -> dict[str, object]:
    details = why.details
    note = f": {str(details['note']).rstrip('.')}" if details["note"] else ""
    return {"until": day(date.fromisoformat(str(details["until"]))), "note": note}


def _connected(why: Reason) -> dict[str, object]:
    details = why.details
    link = details.get("said") or connection(Link(LinkKind(str(details["kind"])), str(details["target"]), details))
    return {"link": link}


def _not_put_back(why: Reason) -> dict[str, object]:
    parameters = why.details["parameters"]
    return {"settings": f"back {_join(parameters, ' and ')}" if parameters else "its settings back"}


def _unseen_since(why: Reason) -> dict[str, object]:
    gap = Unseen(Place(str(why.details["place"])), why.cause, str(why.details["part"]))
    return {"gap": " ".join(gaps([gap]))}


#: Functions that format more fields for the sentence of a reason.
_FORMATTERS: dict[Cause, Callable[[Reason], dict[str, object]]] = {
    Cause.PROTECTED: _protected,
    Cause.TICKET_REQUIRED: _protected,
    Cause.KEPT: _kept,
    Cause.OPEN_ENTRY: lambda why: {"since": _at(why.details["since"]), "state": in_words(str(why.details["state"]))},
    Cause.BY_HAND: lambda why: {"by": why.details.get("by") or why.details["who"]},
    Cause.NEW: lambda why: {"days_word": "day" if why.details["days"] == 1 else "days"},
    Cause.CONNECTED_SINCE: _connected,
    Cause.CONNECTION_LOST: _connected,
    Cause.NOT_PUT_BACK: _not_put_back,
    Cause.LEFT_SINCE: lambda why: {
        "answer": "Twilio refused to release it" if why.details["refused"] else "No clear answer came"
    },
    Cause.UNSEEN_SINCE: _unseen_since,
}

_FIRST_STEPS = {
    Cause.PROTECTED: "Unprotect it first.",
    Cause.TICKET_REQUIRED: "Give a reason code and a ticket first.",
    Cause.KEPT: "Wait until it is over, or change it first.",
    Cause.OPEN_ENTRY: "Check and close it in the journal notebook first.",
    Cause.EMERGENCY_ADDRESS: "Unregister the address first.",
    Cause.HOSTED: "End the hosting in Twilio's Console instead.",
    Cause.ORDER_UNDER_WAY: "Wait until that order has ended, or cancel it in Twilio's Console.",
}


def name_first_step(why: Reason) -> str:
    """Name the first step against a blocker in a few words; say the reason if there is no such step."""
    return _FIRST_STEPS.get(why.code) or reason(why)


def _at(moment: object) -> str:
    return day_and_hour(datetime.fromisoformat(str(moment)))


# -- evidence ------------------------------------------------------------------------------------


def explain_verdict(traffic: Traffic | None, now: datetime) -> tuple[str, ...]:
    """Say why a number is not used, in use or unknown; *now* decides how the dates are worded."""
    if traffic is None:
        return (reason(Reason(Cause.NOBODY_LOOKED)),)
    days = (traffic.until - traffic.since).days
    # Old evidence says nothing about the days since.
    fresh = now - traffic.until < timedelta(days=1)
    when = f"in the last {days} days" if fresh else f"in the {days} days before {day(traffic.until)}"
    later = (reason(traffic.later),) if traffic.later else ()
    match verdict_of(traffic):
        case Verdict.IN_USE:
            return (*_counts(traffic, when), *later)
        case Verdict.UNKNOWN:
            return (*_unknown_counts(traffic), *map(reason, traffic.unread.values()))
        case Verdict.QUIET:
            return (f"No calls and no messages {when}.", *later)


def _counts(traffic: Traffic, when: str) -> Iterator[str]:
    at_least = "At least " if traffic.more else ""
    logs = (("calls", traffic.calls, traffic.last_call), ("messages", traffic.messages, traffic.last_message))
    for kind, count, moment in logs:
        if count:
            latest = f", the latest on {moment:%Y-%m-%d}." if moment else "."
            yield f"{at_least}{count:,} {kind if count != 1 else kind[:-1]} {when}{latest}"
    if traffic.waiting:
        waiting = "1 message waits" if traffic.waiting == 1 else f"{traffic.waiting:,} messages wait"
        yield f"{waiting} to be sent from it, or from a messaging service that may choose it."


def _unknown_counts(traffic: Traffic) -> Iterator[str]:
    for kind, count in (("calls", traffic.calls), ("messages", traffic.messages)):
        if count is None and kind == "messages" and traffic.kept_short:
            yield "No messages were seen, and older ones are deleted."
        elif count is None:
            yield f"Its {kind} could not be read."


def explain_kept_address(decision: Decision, against: Iterable[Reason]) -> str:
    """Say why the kit does not unregister a number's emergency address."""
    if reasons := [why for why in against if why.code not in {Cause.IN_USE, Cause.UNKNOWN}]:
        return " ".join(map(reason, reasons))
    verdict = " ".join(explain_verdict(decision.traffic, decision.looked_at))
    return f"{verdict} The kit unregisters the addresses of numbers only that are known not to be used."


def warnings(decision: Decision) -> tuple[str, ...]:
    """List the warnings before a release of this number; what no check covers is no warning of one number."""
    return (*map(reason, decision.cautions), *describe_wiring(decision.wiring))


def describe_wiring(wiring: Wiring | None) -> Iterator[str]:
    """Describe the connections of a number, and the places that could not be checked."""
    if wiring is None:
        yield "Not looked at: messaging services, campaigns, and whatever else names this number."
        return
    yield from connections(wiring)
    yield from gaps(wiring.unseen)
    if not wiring.region_seen:
        yield REGION_NOT_CHECKED
