"""The card of a number: its settings and evidence, with the reasons for and against a release."""

from collections.abc import Iterator

from helpers.core.account_names import to_type
from helpers.core.dates import day, readable
from helpers.core.grounds import Grounds
from helpers.core.number_facts import is_demo
from helpers.core.number_note import NumberNote
from helpers.core.reasons import Cause
from helpers.core.records import Decision, Number, Price, Traffic, Verdict
from helpers.core.typed_text import is_typed_back, unspaced
from helpers.decisions.decision import GROUNDS_NEEDED, advise_on_unknown
from helpers.decisions.sentences import NOT_CHECKED, explain_verdict, reason, warnings
from helpers.decisions.verdict_words import VERDICTS
from helpers.evidence.countries import country_of
from helpers.panels.shared.html import SPACE_BAR, escape, facts, for_people, message, moment, named, plain, sentences

_KINDS = {Verdict.QUIET: "good", Verdict.IN_USE: "warning", Verdict.UNKNOWN: "bad"}
_CAPABILITIES = {"voice": "Voice", "sms": "SMS", "mms": "MMS", "fax": "Fax"}
_EMPTY = '<span class="desk-muted">none</span>'
#: Label of a value that is read from Twilio -> its approximate length in words.
_FETCHED = {
    "Account": 2,
    "Costs": 2,
    "Next billed": 16,
    "Last used": 3,
    "Last call": 5,
    "Last message": 5,
    "Oldest message": 6,
    "Active": 10,
}

#: Part of every card, also of an empty one; folded, because it is the same for every number.
LIMITS = (
    '<details class="desk-more"><summary>What this check does not cover</summary>'
    f'<p class="desk-hint">{escape(NOT_CHECKED)}</p></details>'
)


def show_heading(phone_number: str) -> str:
    """Show a number in large type, then as it has to be typed, and its country."""
    country = country_of(phone_number)
    aside = f'<span class="desk-muted">{escape(country)}</span>' if country else ""
    return (
        f'<div class="desk-number"><strong>{escape(for_people(phone_number))}</strong>'
        f"<code>{escape(phone_number)}</code>{aside}</div>"
    )


def show_vacant_heading(text: str, *, verdict: bool = False) -> str:
    """Show a text in the space of a number's heading, and of its verdict if wanted."""
    return f'<p class="desk-vacant{" desk-with-verdict" if verdict else ""}">{escape(text)}</p>'


def show_empty_card(text: str) -> str:
    """Show an empty card as high as a full one, so that a choice does not move the layout."""
    short, long = ("Name", "Type", "Does", "Bought", "SID"), ("Calls go to", "Messages go to")
    own = {**dict.fromkeys(short, show_placeholder(3)), **dict.fromkeys(long, show_placeholder(8))}
    more = f'<div class="desk-more">{show_placeholder(2)}</div>'
    return show_vacant_heading(text, verdict=True) + _known(own, _placeholders()) + LIMITS + more


def show_loading_card(number: Number) -> str:
    """Show the card with the inventory's settings while the rest is read from Twilio."""
    notice = message("Looking at its settings, its price, its calls and messages…", "waiting")
    return show_heading(number.phone_number) + notice + _known(_own(number), _placeholders()) + LIMITS + _more(number)


def show_placeholder(words: int) -> str:
    """Show a placeholder for so many words."""
    return f'<span class="desk-to-come" aria-hidden="true">{"<i></i> " * words}</span>'


def _placeholders() -> dict[str, str]:
    return {name: show_placeholder(words) for name, words in _FETCHED.items()}


def show_card(decision: Decision) -> str:
    """Show the full card: verdict, reasons against a release, settings and evidence."""
    number, account = decision.number, decision.account
    state = "" if account.status == "active" else f" ({escape(account.status)})"
    fetched = {
        "Account": f"{named(account.label)}{' (main account)' if account.is_main else ''}{state}",
        "Costs": write_price(decision.price),
        "Next billed": _billed(decision),
        "Last used": _last_used(decision.traffic),
        **_traffic(decision.traffic),
        "Active": _active(decision.traffic),
    }
    return (
        show_heading(number.phone_number)
        + _verdict(decision)
        + sentences(map(reason, decision.blockers), "bad")
        + sentences(_describe_note(decision.note), "quiet")
        + _known(_own(number), fetched)
        + sentences(warnings(decision), "warning")
        + LIMITS
        + _more(number)
    )


def _more(number: Number) -> str:
    """Show the less important settings, folded."""
    settings = facts(
        {
            "Calls, if that fails": _first(number, ("voice_fallback_url", "")),
            "Messages, if that fails": _first(number, ("sms_fallback_url", "")),
            "Status reports": _first(number, ("status_callback", "")),
            "Address": _first(number, ("address_sid", "")),
            "Bundle": _first(number, ("bundle_sid", "")),
            "Emergency address": _first(number, ("emergency_address_sid", number.get("emergency_address_status"))),
            "Account SID": f"<code>{escape(number.account_sid)}</code>",
        }
    )
    return f'<details class="desk-more"><summary>More settings</summary>{settings}</details>'


def _own(number: Number) -> dict[str, str]:
    """Write the values of the number's own record."""
    bought = readable(number.get("date_created"))
    kinds = (number.get("type"), country_of(number.phone_number))
    return {
        "Name": named(number.friendly_name) if number.friendly_name else _EMPTY,
        "Type": ", ".join(escape(part) for part in kinds if part) or "unknown",
        "Does": _capabilities(number),
        "Bought": moment(bought) if bought else "unknown",
        "Calls go to": _calls(number),
        "Messages go to": _first(number, ("sms_application_sid", "application"), ("sms_url", "")),
        "SID": f"<code>{escape(number.sid)}</code>",
    }


def _known(own: dict[str, str], fetched: dict[str, str]) -> str:
    """Show values or placeholders, always in the same order."""
    wiring = ("Calls go to", "Messages go to", "SID")
    first = ("Name", "Account", "Type", "Does", "Bought")
    values = {**own, **fetched}
    order = [*first, *(name for name in fetched if name not in first), *wiring]
    return facts({name: values[name] for name in order})


def write_price(price: Price | None) -> str:
    """
    Write a monthly price; an unknown price is not 0.

    >>> from decimal import Decimal
    >>> write_price(Price(Decimal("1.1500"), "USD")), write_price(None)
    ('USD 1.15 a month', 'unknown')
    """
    return f"{escape(price.currency)} {price.monthly:.2f} a month" if price else "unknown"


def _billed(decision: Decision) -> str:
    """Write the next billing day, and the savings of a year without the number."""
    if decision.next_billing is None:
        return "unknown"
    days = (decision.next_billing - decision.looked_at.date()).days
    wait = "today" if days == 0 else "tomorrow" if days == 1 else f"in {days} days"
    text = f"{day(decision.next_billing)}, {wait}; paid until then (no refund)"
    if decision.price is None:
        return text
    return f"{text}. Without it you save {escape(decision.price.currency)} {12 * decision.price.monthly:.2f} a year"


def _verdict(decision: Decision) -> str:
    word, kind = VERDICTS[decision.verdict], _KINDS[decision.verdict]
    text = " ".join(explain_verdict(decision.traffic, decision.looked_at))
    if decision.verdict is Verdict.UNKNOWN:
        text += f" {advise_on_unknown(decision)}"
    # Only a number that is not used, without any warning, is green.
    is_complete = decision.wiring is not None and not decision.wiring.unseen
    if decision.verdict is Verdict.QUIET and not (is_complete and not decision.cautions):
        kind = "warning"
        text += "" if is_complete else " Not everything that it may be connected to could be looked at: see below."
    return f'<div class="desk-message desk-{kind}"><span><b class="desk-verdict">{word}</b> {escape(text)}</span></div>'


def _describe_note(note: NumberNote | None) -> Iterator[str]:
    """Say what colleagues noted about a number, and who wrote it when."""
    if note is None or not note.says_something:
        return
    owner = f"Its owner is {note.owner.rstrip('.')}. " if note.owner else ""
    kept = f"Keep it until {day(note.keep_until)}. " if note.keep_until else ""
    text = f"Note: {note.note.rstrip('.')}. " if note.note else ""
    yield f"{owner}{kept}{text}({note.who}, {day(note.at)}.)"


def _capabilities(number: Number) -> str:
    flags = number.get("capabilities") or {}
    chips = [f'<span class="desk-chip">{name}</span>' for key, name in _CAPABILITIES.items() if flags.get(key)]
    return " ".join(chips) or "unknown"


def _last_used(traffic: Traffic | None) -> str:
    if traffic is None:
        return "unknown"
    latest = [when for when in (traffic.last_call, traffic.last_message) if when is not None]
    if latest:
        return moment(max(latest)) + ("" if traffic.latest_known else ", or later: not all could be read")
    if traffic.calls is None or traffic.messages is None:
        return "unknown"
    return f"not in the last {(traffic.until - traffic.since).days} days"


def _active(traffic: Traffic | None) -> str:
    """Apply Twilio's rule of activity: Twilio may take a number back after long inactivity."""
    return {
        True: "yes, by Twilio's rule: at least 3 calls of 12 seconds, or 3 messages, in 30 days",
        False: "no, by Twilio's rule: neither 3 calls of 12 seconds nor 3 messages in 30 days",
        None: "unknown; Twilio's rule asks for 3 calls of 12 seconds, or 3 messages, in 30 days",
    }[traffic.active if traffic else None]


def _traffic(traffic: Traffic | None) -> dict[str, str]:
    if traffic is None:
        return {}
    unread = dict.fromkeys(traffic.unread, "could not look")
    if traffic.kept_short and "Messages" in unread:
        unread["Messages"] = "none seen; older ones are deleted"
    logs = {
        "Last call": ("Calls", traffic.last_call_in, traffic.last_call_out),
        "Last message": ("Messages", traffic.last_message_in, traffic.last_message_out),
    }
    return {
        **{
            name: "; ".join(
                f"{direction}: {moment(when) if when else unread.get(log, 'none seen')}"
                for direction, when in (("in", inward), ("out", outward))
            )
            for name, (log, inward, outward) in logs.items()
        },
        "Oldest message": _kept(traffic),
    }


def _kept(traffic: Traffic) -> str:
    """Write the age of the oldest message in the number's account."""
    if traffic.kept_short:
        days = (traffic.until - traffic.since).days
        reach = f", back to {moment(traffic.oldest_message)} at the least" if traffic.oldest_message else ""
        return f"for less than the {days} days looked at{reach}"
    if traffic.oldest_message:
        return f"back to {moment(traffic.oldest_message)} at the least"
    return "could not look" if "Messages" in traffic.unread else "none seen in its account"


def _calls(number: Number) -> str:
    if number.get("voice_receive_mode") == "fax":
        return "a fax: it takes no voice calls"
    # Twilio uses the first of these that is set (https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource).
    return _first(number, ("trunk_sid", "SIP trunk"), ("voice_application_sid", "application"), ("voice_url", ""))


def _first(number: Number, *fields: tuple[str, str | None]) -> str:
    """Write the first field that is not empty, after its label."""
    for field, name in fields:
        value = number.get(field)
        if value:
            demo = " (Twilio's demo page)" if is_demo(str(value)) else ""
            return f"{escape(name or '')} <code>{escape(value)}</code>{demo}"
    return _EMPTY


def describe_card(decision: Decision) -> str:
    """Describe the card in a sentence, for operators who cannot see it."""
    texts = (*explain_verdict(decision.traffic, decision.looked_at), *map(reason, decision.blockers))
    return plain(" ".join([f"{decision.number.phone_number} is {VERDICTS[decision.verdict].lower()}.", *texts]))


def describe_button(decision: Decision | None, *, armed: bool, typed: str, why: str, grounds: Grounds) -> str:
    """Say which input the disabled button needs, or what the enabled button does."""
    if decision is None:
        return "The button is off until a number is chosen, checked, and typed again."
    phone_number = decision.number.phone_number
    if armed:
        # Repeated beside the button: the card may be scrolled out of view.
        names = (decision.number.friendly_name, decision.account.label)
        label = ", ".join(plain(name) for name in names if name)
        owner = f"Its owner is {plain(decision.note.owner)}. " if decision.note and decision.note.owner else ""
        return (
            f"{owner}The button releases {phone_number} ({label}) at once: calls and messages to it stop. {SPACE_BAR}"
        )
    against = [blocker for blocker in decision.blockers if not grounds.answers(blocker)]
    if against:
        asked = f" {GROUNDS_NEEDED}" if against[0].code is Cause.TICKET_REQUIRED else ""
        return f"The button is off. {reason(against[0])}{asked}"
    if decision.verdict is Verdict.UNKNOWN:
        return f"The button is off: nobody could check whether it is in use. {advise_on_unknown(decision)}"
    if decision.verdict is Verdict.IN_USE and not why.strip():
        return "It is in use. To release it all the same, write down why, and type the number again."
    if is_typed_back(typed, decision.number):
        wanted = to_type(decision.account.label, decision.account.sid)
        return f"To confirm, type the name of its account as well: {wanted}."
    if not phone_number.startswith(unspaced(typed)):
        return (
            f"The button is off: what is typed is not {phone_number}. Type that one, or choose the one that you mean."
        )
    return f"To confirm, type {phone_number} again, with its country code."
