"""
The sentences for connections, reasons and evidence, rendered last from facts.  Pure.

Nothing compares them, counts them or saves them: other words in here change no verdict, plan or memory.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from helpers.core.connections import Link, LinkKind, Place, Unseen, Wiring
from helpers.core.dates import day, day_and_hour
from helpers.core.failures import FAILURES, failure
from helpers.core.reasons import Cause, Detail, Reason, reason_in
from helpers.core.records import Decision, Traffic, TrafficMethod, TrafficReading, Verdict
from helpers.decisions.decision import verdict_of
from helpers.journal.states import Proof

#: What no look of the kit's covers, so that "not wired" never claims more than was looked at.
UNLOOKED = (
    "Not looked at by the kit: add-ons, dependents of addresses, RCS senders, Flex, orders of hosted and ported "
    "numbers, conversations under way, calls to a SIP address that contains it where its account's whole log was not "
    "read, and what your own systems do with it."
)
#: Told of a look at all numbers at once; a number that is chosen, or goes into a plan, has this looked at too.
REGION_UNLOOKED = "Not looked at yet: the region that takes its calls. That is asked for each number before it can go."


# -- connections ---------------------------------------------------------------------------------

_CONNECTED = {
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
}


def connection(link: Link) -> str:
    """Say what a number is connected to."""
    told, target = link.details, link.target
    if (link.kind, target) == (LinkKind.WEBHOOK, "status"):
        return "A web address of yours is told what becomes of its calls."
    sessions = told.get("sessions")
    return _CONNECTED[link.kind].format(
        target=target,
        name=str(told.get("name") or target).rstrip("."),
        status=told.get("status"),
        answers=_listed(told.get("answers"), " and "),
        fallback=" where nothing else does" if told.get("fallback") else "",
        campaign=", and through it to an A2P campaign" if told.get("campaign") else "",
        reserved=", reserved" if told.get("reserved") else "",
        sessions=f", with {sessions:,} open session{'' if sessions == 1 else 's'}" if sessions else "",
        enabled="" if told.get("enabled") else " once they are switched on there",
    )


def _listed(texts: Detail, between: str) -> str:
    return between.join(texts) if isinstance(texts, tuple | list) else str(texts)


def connections(wiring: Wiring) -> tuple[str, ...]:
    """Say all that a number is connected to, one sentence each."""
    return tuple(connection(link) for link in wiring.links)


def gaps(unseen: Iterable[Unseen]) -> tuple[str, ...]:
    """Say where nobody could look, one sentence for all places with one reason."""
    places: dict[Reason, list[str]] = {}
    found = []
    for gap in unseen:
        if gap.place is Place.EVERYWHERE:
            nobody = gap.why.code is Cause.NOBODY_LOOKED
            found.append("Nobody looked what it is connected to." if nobody else reason(gap.why))
        else:
            places.setdefault(gap.why, []).append(f"{gap.place} {gap.part}".strip())
    return (*found, *(_gap(why, ", ".join(at)) for why, at in places.items()))


def _gap(why: Reason, places: str) -> str:
    if why.code is Cause.INACTIVE:
        return f"{reason(why).removesuffix('.')}, so these could not be looked at: {places}."
    return f"Could not look at {places}: {reason(why)}"


# -- reasons -------------------------------------------------------------------------------------

_BECAUSE = {
    Cause.UNREADABLE: "{said}",
    Cause.INACTIVE: "Its account is not active: Twilio answers HTTP {status}.",
    Cause.STOPPED: "The look was stopped before it got that far.",
    Cause.GIVEN_UP: "Only a part of its account's log was read: it is longer than looking each number up is worth.",
    Cause.SOMETHING_ELSE: "The {log} of {number} could not be read: Twilio was asked for them, and answered with some "
    "that do not name it.",
    Cause.NAMELESS_ROW: "{found}One {one} in its account's log does not say of which number of the {whose} it "
    "is.{cause}",
    Cause.KEPT_FOR_LESS: "Its account was billed for {billed} of {day} and shows {shown:,}: it keeps messages for less "
    "than the {days} days looked at, so silence proves nothing.",
    Cause.NOT_ALL_KEPT: "Its account was billed for {billed} in these days and shows {shown:,} of them: some are not "
    "kept, so silence proves nothing.",
    Cause.KEEPING_UNKNOWN: "Whether its account keeps old messages could not be found out. {said}",
    Cause.NOBODY_LOOKED: "Its calls and messages have not been looked at.",
    Cause.SILENT_SINCE: "A look on {at} heard nothing of that; calls to a SIP address that contains the number are "
    "heard only where its account's whole log is read.",
    Cause.LATER_UNREADABLE: "A look on {at} could not tell:{cause}",
    # Blockers.
    Cause.PROTECTED: "{number} is protected: {covering} (by {who}, {since}{why}). Unprotect it first, in the "
    "protection panel of the release-many notebook.",
    Cause.OPEN_ENTRY: "A journal entry for it is still open ({act}, {state}, since {since}). Settle it in the journal "
    "notebook first.",
    Cause.EMERGENCY_ADDRESS: "An emergency address is attached to it (status: {status}), and Twilio does not release "
    "such a number. Unregister the address first.",
    Cause.NO_EMERGENCY_ADDRESS: "It has no emergency address.",
    Cause.HOSTED: "It is a hosted number: it belongs to another carrier and could not be bought back. End the hosting "
    "in Twilio's Console instead.",
    Cause.ACCOUNT_CLOSED: "Its account is closed: Twilio releases that account's numbers itself.",
    # Cautions.
    Cause.NEW: "It was bought only {days} {days_word} ago.",
    Cause.SUSPENDED: "Its account is suspended: it could not be used lately, so its silence says little.",
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
    Cause.BY_HAND: "Left out by {who}.",
    Cause.REFUSED: "{said}",
    Cause.OLD_PLAN: "This plan was made by an earlier version of the kit, and is for reading only. Make the plan anew, "
    "of the same numbers.",
    # Why nothing was sent, or a number was kept.
    Cause.RUN_STOPPED: "The run was stopped before its request left.",
    Cause.TOO_BUSY: "Twilio was too busy, {times} times.",
    Cause.CHANGED_SINCE_CONFIRMED: "It was changed since it was confirmed: {fields}.",
    Cause.FOUND_WHERE_IT_WAS: "Two looks found it where it was.",
    Cause.MOVED_BY_SOMEBODY: "Somebody moved it to account {account}.",
    Cause.ADDRESS_STILL_THERE: "Its address is still {status}.",
    Cause.NOT_FOUND: "A look after the quarantine did not find it.",
    # What a person has to see to.
    Cause.CONNECTION_LOST: "Before the release this was so, and it is not any more: {link} Set it up again where it "
    "belongs.",
    Cause.CONNECTIONS_UNKNOWN: "What else named the number before it was released, like messaging services and "
    "campaigns, is not known in full. Add it again where it belongs.",
    Cause.ADDRESS_UNREGISTERED: "Its emergency address {sid} was unregistered before it was released. Register it.",
    Cause.NOT_PUT_BACK: "Putting {settings} failed:{cause}",
    Cause.LAST_LOOK_FAILED: "The last look failed, so check its settings:{cause}",
    Cause.SETTINGS_REFUSED: "{said}",
}
_NEW_PLAN = "Make a new plan to see it as it is now."


def reason(why: Reason) -> str:
    """Say one reason."""
    if why.code is Cause.PROTECTED and "said" in why.details:
        return str(why.details["said"])
    if why.code in FAILURES:
        return failure(why)
    return _BECAUSE[why.code].format(**_told(why))


def written(detail: Mapping[str, Any]) -> str:
    """Say the reason that a row of the journal keeps; a row of an earlier version keeps a sentence, said as it is."""
    why = reason_in(detail)
    return reason(why) if why else str(detail.get("said") or detail.get("why") or "")


_PROOFS = {
    Proof.NO_SUCH_NUMBER: "Twilio has no such number any more",
    Proof.IN_NO_ACCOUNT: "in no account any more",
    Proof.IN_TARGET_ACCOUNT: "it answers in the account that it was moved to",
}


def proof(code: str) -> str:
    """Say the look that proved an outcome; a row of an earlier version keeps this as a text, said as it is."""
    return _PROOFS[Proof(code)] if code in set(Proof) else code


def _told(why: Reason) -> dict[str, object]:
    """Write the details of a reason as they stand in its sentence."""
    told: dict[str, object] = {"new_plan": _NEW_PLAN, "cause": "", **why.details}
    if "cause" in why.details:
        told["cause"] = f" {reason(why.cause)}"
    if "at" in told:
        told["at"] = _at(told["at"])
    if "log" in told:
        told["log"] = str(told["log"]).lower()
        told["one"] = str(told["log"]).removesuffix("s")
        told["whose"] = f"messaging service {told['service']}" if told.get("service") else "account"
    if "billed" in told:
        told["billed"] = f"{why.details['billed']:,} message{'' if why.details['billed'] == 1 else 's'}"
    if "day" in told:
        told["day"] = day(date.fromisoformat(str(told["day"])))
    if "fields" in told:
        told["fields"] = _listed(why.details["fields"], ", ")
    special = _TOLD.get(why.code)
    return told | (special(why) if special else {})


def _found(why: Reason) -> str:
    at = why.details.get("found_at")
    return f"Found on {_at(at)}, where its account's whole log was read: " if at else ""


def _protected(why: Reason) -> dict[str, object]:
    told = why.details
    like = "like" if "*" in str(told["what"]) else "with"
    kind = {"number": "the number", "account": "the account", "name": f"every name {like}"}[str(told["kind"])]
    return {"covering": f"{kind} {told['what']}", "why": f": {str(told['why']).rstrip('.')}" if told["why"] else ""}


def _connected(why: Reason) -> dict[str, object]:
    told = why.details
    if "said" in told:
        return {"link": told["said"]}
    return {"link": connection(Link(LinkKind(str(told["kind"])), str(told["target"]), told))}


def _not_put_back(why: Reason) -> dict[str, object]:
    parameters = why.details["parameters"]
    return {"settings": f"back {_listed(parameters, ' and ')}" if parameters else "its settings back"}


def _unseen_since(why: Reason) -> dict[str, object]:
    gap = Unseen(Place(str(why.details["place"])), why.cause, str(why.details["part"]))
    return {"gap": " ".join(gaps([gap]))}


#: What stands in the sentence of a reason, other than its details as they are.
_TOLD: dict[Cause, Callable[[Reason], dict[str, object]]] = {
    Cause.PROTECTED: _protected,
    Cause.OPEN_ENTRY: lambda why: {"since": _at(why.details["since"])},
    Cause.NEW: lambda why: {"days_word": "day" if why.details["days"] == 1 else "days"},
    Cause.NAMELESS_ROW: lambda why: {"found": _found(why)},
    Cause.CONNECTED_SINCE: _connected,
    Cause.CONNECTION_LOST: _connected,
    Cause.NOT_PUT_BACK: _not_put_back,
    Cause.UNSEEN_SINCE: _unseen_since,
}

_FIRST = {
    Cause.PROTECTED: "Unprotect it first.",
    Cause.OPEN_ENTRY: "Settle it in the journal notebook first.",
    Cause.EMERGENCY_ADDRESS: "Unregister the address first.",
    Cause.HOSTED: "End the hosting in Twilio's Console instead.",
}


def what_comes_first(why: Reason) -> str:
    """Say in a few words what comes first where something blocks a number; else why nothing can be done."""
    return _FIRST.get(why.code) or reason(why)


def _at(moment: object) -> str:
    return day_and_hour(datetime.fromisoformat(str(moment)))


# -- evidence ------------------------------------------------------------------------------------


def because(traffic: Traffic | None, now: datetime) -> tuple[str, ...]:
    """Say why a number is quiet, in use or unknown, as seen from *now*."""
    if traffic is None:
        return (reason(Reason(Cause.NOBODY_LOOKED)),)
    days = (traffic.until - traffic.since).days
    # What was found out some time ago says nothing of the days since.
    fresh = now - traffic.until < timedelta(days=1)
    when = f"in the last {days} days" if fresh else f"in the {days} days before {day(traffic.until)}"
    later = (reason(traffic.later),) if traffic.later else ()
    match verdict_of(traffic):
        case Verdict.IN_USE:
            return (*_heard(traffic, when), *later)
        case Verdict.UNKNOWN:
            return (*_missing(traffic), *map(reason, traffic.unread.values()))
        case Verdict.QUIET:
            return (f"No calls and no messages {when}.", *later)


def _heard(traffic: Traffic, when: str) -> Iterator[str]:
    at_least = "At least " if traffic.more else ""
    logs = (("calls", traffic.calls, traffic.last_call), ("messages", traffic.messages, traffic.last_message))
    for kind, count, moment in logs:
        if count:
            latest = f", the latest on {moment:%Y-%m-%d}." if moment else "."
            yield f"{at_least}{count:,} {kind if count != 1 else kind[:-1]} {when}{latest}"


def _missing(traffic: Traffic) -> Iterator[str]:
    for kind, count in (("calls", traffic.calls), ("messages", traffic.messages)):
        if count is None and kind == "messages" and traffic.kept_short:
            yield "No messages were seen, and older ones are not kept."
        elif count is None:
            yield f"Its {kind} could not be read."


def address_stays(decision: Decision, against: Iterable[Reason]) -> str:
    """Say why a number's emergency address is not unregistered."""
    told = [why for why in against if why.code not in {Cause.IN_USE, Cause.UNKNOWN}]
    if told:
        return " ".join(map(reason, told))
    heard = " ".join(because(decision.traffic, decision.looked_at))
    return f"{heard} The kit unregisters the addresses of quiet numbers only."


def warnings(decision: Decision) -> tuple[str, ...]:
    """Say what should make somebody look twice before a number goes: also what no look covers."""
    return (*map(reason, decision.cautions), *elsewhere(decision.wiring), UNLOOKED)


def elsewhere(wiring: Wiring | None) -> Iterator[str]:
    """Say what a number is connected to, and where nobody could look."""
    if wiring is None:
        yield "Not looked at: messaging services, campaigns, and whatever else names this number."
        return
    yield from connections(wiring)
    yield from gaps(wiring.unseen)
    if not wiring.region_seen:
        yield REGION_UNLOOKED


_HOW = {
    TrafficMethod.READ_THROUGH: "The logs were read through",
    TrafficMethod.LOOKED_UP: "Looked up by itself",
    TrafficMethod.BEGUN: "The logs were begun, then looked up by itself",
}


def looked(how: TrafficMethod) -> str:
    """Say how numbers were looked at."""
    return _HOW[how]


def how_looked(way: TrafficReading) -> str:
    """Say how a number was looked at, and what that cost."""
    return f"{_HOW[way.how]} ({way.requests:,} requests for its account)."
