"""The card of a number: all that is known of it, and what speaks for and against releasing it."""

from helpers.core.dates import day, readable
from helpers.core.number_facts import is_demo
from helpers.core.records import Decision, Number, Price, Traffic, Verdict
from helpers.core.typed_text import is_typed_back, unspaced
from helpers.decisions.decision import advise_on_unknown
from helpers.decisions.sentences import NOT_CHECKED, explain_verdict, reason, warnings
from helpers.evidence.prices import country_of
from helpers.panels.shared.html import SPACE_BAR, escape, facts, for_people, message, moment, named, plain, sentences

_VERDICTS = {
    Verdict.QUIET: ("QUIET", "good"),
    Verdict.IN_USE: ("IN USE", "warning"),
    Verdict.UNKNOWN: ("UNKNOWN", "bad"),
}
_CAPABILITIES = {"voice": "Voice", "sms": "SMS", "mms": "MMS", "fax": "Fax"}
_EMPTY = '<span class="desk-muted">none</span>'
#: What Twilio is asked for each number, with about how many words it answers.
_ASKED = {
    "Account": 2,
    "Costs": 2,
    "Next billed": 16,
    "Last used": 3,
    "Last call": 5,
    "Last message": 5,
    "Messages kept": 6,
    "Active": 10,
}

#: Stands on every card, so it keeps its place on those that are still empty.
_UNLOOKED = sentences((NOT_CHECKED,), "warning")


def heading(phone_number: str) -> str:
    """Write a number large, as people do, and beside it as it has to be typed, and its country."""
    country = country_of(phone_number)
    where = f'<span class="desk-muted">{escape(country)}</span>' if country else ""
    return (
        f'<div class="desk-number"><strong>{escape(for_people(phone_number))}</strong>'
        f"<code>{escape(phone_number)}</code>{where}</div>"
    )


def vacant(text: str, *, verdict: bool = False) -> str:
    """Keep the place of a number that is written large, maybe with its verdict, and say why there is none."""
    return f'<p class="desk-vacant{" desk-with-verdict" if verdict else ""}">{escape(text)}</p>'


def no_number(text: str) -> str:
    """Fill the place of a number's card before one is chosen, as high as it will be: nothing is to jump."""
    short, long = ("Name", "Type", "Does", "Bought", "SID"), ("Calls go to", "Messages go to")
    own = {**dict.fromkeys(short, to_come(3)), **dict.fromkeys(long, to_come(8))}
    more = f'<div class="desk-more">{to_come(2)}</div>'
    return vacant(text, verdict=True) + _known(own, _nothing_asked()) + _UNLOOKED + more


def looking(number: Number) -> str:
    """Show what the inventory knows of a number while the rest is asked for, each in its place."""
    said = message("Looking at its settings, its price, its calls and messages…", "waiting")
    return heading(number.phone_number) + said + _known(_own(number), _nothing_asked()) + _UNLOOKED + _more(number)


def to_come(words: int) -> str:
    """Keep the place of so many words that are not known yet."""
    return f'<span class="desk-to-come" aria-hidden="true">{"<i></i> " * words}</span>'


def _nothing_asked() -> dict[str, str]:
    return {name: to_come(words) for name, words in _ASKED.items()}


def review(decision: Decision) -> str:
    """Show a number with its verdict, everything that stands against a release, and its settings."""
    number, account = decision.number, decision.account
    state = "" if account.status == "active" else f" ({escape(account.status)})"
    asked = {
        "Account": f"{named(account.friendly_name)}{' (main account)' if account.is_main else ''}{state}",
        "Costs": costs(decision.price),
        "Next billed": _billed(decision),
        "Last used": _last_used(decision.traffic),
        **_heard(decision.traffic),
        "Active": _active(decision.traffic),
    }
    return (
        heading(number.phone_number)
        + _verdict(decision)
        + sentences(map(reason, decision.blockers), "bad")
        + _known(_own(number), asked)
        + sentences(warnings(decision), "warning")
        + _more(number)
    )


def _more(number: Number) -> str:
    """Fold away what is asked for less often."""
    known = facts(
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
    return f'<details class="desk-more"><summary>More settings</summary>{known}</details>'


def _own(number: Number) -> dict[str, str]:
    """Write what the number's own record says."""
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


def _known(own: dict[str, str], asked: dict[str, str]) -> str:
    """Lay out what is known, in one order whether it is there yet or not."""
    wiring = ("Calls go to", "Messages go to", "SID")
    first = ("Name", "Account", "Type", "Does", "Bought")
    known = {**own, **asked}
    order = [*first, *(name for name in asked if name not in first), *wiring]
    return facts({name: known[name] for name in order})


def costs(price: Price | None) -> str:
    """
    Write a price for people.  An unknown one is unknown, not 0.

    >>> from decimal import Decimal
    >>> costs(Price(Decimal("1.1500"), "USD")), costs(None)
    ('USD 1.15 a month', 'unknown')
    """
    return f"{escape(price.currency)} {price.monthly:.2f} a month" if price else "unknown"


def _billed(decision: Decision) -> str:
    """Say when the next month has to be paid, and what is saved by not needing it."""
    if decision.next_billing is None:
        return "unknown"
    days = (decision.next_billing - decision.looked_at.date()).days
    wait = "today" if days == 0 else "tomorrow" if days == 1 else f"in {days} days"
    said = f"{day(decision.next_billing)}, {wait}; until then it is paid, and nothing of that comes back"
    if decision.price is None:
        return said
    return f"{said}. Without it you save {escape(decision.price.currency)} {12 * decision.price.monthly:.2f} a year"


def _verdict(decision: Decision) -> str:
    word, kind = _VERDICTS[decision.verdict]
    said = " ".join(explain_verdict(decision.traffic, decision.looked_at))
    if decision.verdict is Verdict.UNKNOWN:
        said += f" {advise_on_unknown(decision)}"
    # Green is for a silence that nothing speaks against.
    seen = decision.wiring is not None and not decision.wiring.unseen
    if decision.verdict is Verdict.QUIET and not (seen and not decision.cautions):
        kind = "warning"
        said += "" if seen else " Not everything that it may be connected to could be looked at: see below."
    return f'<div class="desk-message desk-{kind}"><span><b class="desk-verdict">{word}</b> {escape(said)}</span></div>'


def _capabilities(number: Number) -> str:
    can = number.get("capabilities") or {}
    does = [f'<span class="desk-chip">{name}</span>' for key, name in _CAPABILITIES.items() if can.get(key)]
    return " ".join(does) or "unknown"


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
    """Say what Twilio's rule makes of it; whoever is inactive for long may lose a number to Twilio."""
    return {
        True: "yes, by Twilio's rule: at least 3 calls of 12 seconds, or 3 messages, in 30 days",
        False: "no, by Twilio's rule: neither 3 calls of 12 seconds nor 3 messages in 30 days",
        None: "unknown; Twilio's rule asks for 3 calls of 12 seconds, or 3 messages, in 30 days",
    }[traffic.active if traffic else None]


def _heard(traffic: Traffic | None) -> dict[str, str]:
    if traffic is None:
        return {}
    missed = dict.fromkeys(traffic.unread, "could not look")
    if traffic.kept_short and "Messages" in missed:
        missed["Messages"] = "none seen in what is kept"
    logs = {
        "Last call": ("Calls", traffic.last_call_in, traffic.last_call_out),
        "Last message": ("Messages", traffic.last_message_in, traffic.last_message_out),
    }
    return {
        **{
            name: "; ".join(
                f"{way}: {moment(when) if when else missed.get(log, 'none seen')}"
                for way, when in (("in", inward), ("out", outward))
            )
            for name, (log, inward, outward) in logs.items()
        },
        "Messages kept": _kept(traffic),
    }


def _kept(traffic: Traffic) -> str:
    """Say how far back its account's messages reach."""
    if traffic.kept_short:
        days = (traffic.until - traffic.since).days
        back = f", back to {moment(traffic.oldest_message)} at the least" if traffic.oldest_message else ""
        return f"for less than the {days} days looked at{back}"
    if traffic.oldest_message:
        return f"back to {moment(traffic.oldest_message)} at the least"
    return "could not look" if "Messages" in traffic.unread else "none seen in its account"


def _calls(number: Number) -> str:
    if number.get("voice_receive_mode") == "fax":
        return "a fax: it takes no voice calls"
    # Twilio asks them in this order (https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource).
    return _first(number, ("trunk_sid", "SIP trunk"), ("voice_application_sid", "application"), ("voice_url", ""))


def _first(number: Number, *fields: tuple[str, str | None]) -> str:
    """Write the first of some fields that is not empty, after the word for what it is."""
    for field, what in fields:
        value = number.get(field)
        if value:
            demo = " (Twilio's demo page)" if is_demo(str(value)) else ""
            return f"{escape(what or '')} <code>{escape(value)}</code>{demo}"
    return _EMPTY


def in_a_sentence(decision: Decision) -> str:
    """Say what the card shows, for those who cannot see it."""
    word, _ = _VERDICTS[decision.verdict]
    told = (*explain_verdict(decision.traffic, decision.looked_at), *map(reason, decision.blockers))
    return plain(" ".join([f"{decision.number.phone_number} is {word.lower()}.", *told]))


def missing(decision: Decision | None, *, armed: bool, typed: str, why: str) -> str:
    """Say what the sleeping button waits for, or what the woken one would do."""
    if decision is None:
        return "The button sleeps until a number is chosen, looked at, and typed back."
    phone_number = decision.number.phone_number
    if armed:
        # Beside the button once more: at the moment of pressing, the card may be scrolled out of sight.
        names = (decision.number.friendly_name, decision.account.friendly_name)
        called = ", ".join(plain(name) for name in names if name)
        return f"The button releases {phone_number} ({called}) at once: calls and messages to it stop. {SPACE_BAR}"
    if decision.blockers:
        return f"The button sleeps. {reason(decision.blockers[0])}"
    if decision.verdict is Verdict.UNKNOWN:
        return f"The button sleeps: nobody could look whether it is in use. {advise_on_unknown(decision)}"
    if decision.verdict is Verdict.IN_USE and not why.strip():
        return "It is in use. To release it all the same, write down why, and type the number back."
    if is_typed_back(typed, decision.number):
        return f"The button sleeps until the name of its account is typed as well: {decision.account.friendly_name}."
    if not phone_number.startswith(unspaced(typed)):
        return (
            f"The button sleeps: what is typed is not {phone_number}. Type that one, or choose the one that you mean."
        )
    return f"The button sleeps until {phone_number} is typed back, with its country code."
