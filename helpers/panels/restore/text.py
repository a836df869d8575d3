"""Texts of the restore panel: released numbers and plans, the path through Twilio's Console, the result."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from helpers.actions.restore import RESERVED, refused_with
from helpers.actions.settings import as_form, by_hand
from helpers.core.permissions import NEEDED
from helpers.core.reasons import Request
from helpers.core.records import Price, Restoration
from helpers.decisions.sentences import reason
from helpers.journal.entries import Entry
from helpers.journal.states import State
from helpers.panels.plan.text import name_plan
from helpers.panels.shared.html import (
    SPINNER,
    count,
    escape,
    facts,
    for_people,
    link,
    local,
    message,
    moment,
    named,
    phone,
    sentences,
    table,
)
from helpers.panels.shared.number_card import show_heading, show_placeholder, show_vacant_heading, write_price
from helpers.panels.shared.outcome import time_left
from helpers.plans.batch import BatchResult, is_out
from helpers.plans.released import ReleasedPlan
from helpers.plans.report import ReportLine
from helpers.plans.take_back import NotBought, TakeBack

#: The most rows of the table; the drop-down below it has all entries.
SHOWN = 100
#: Twilio's page about releasing, and reclaiming within ten days.
HELP = "https://support.twilio.com/hc/en-us/articles/223183028"
#: The most numbers of a kind that are named one by one.
NAMED = 3
MAY_NOT_BUY = (
    f"This API key may not buy numbers (that takes {', '.join(NEEDED[Request.BUY])}), so there is no button for it "
    "here. Take the number back in Twilio's Console, or open the desk with credentials that may, then press “Look "
    "again”."
)
OLDER = "Of the numbers whose ten days are over, the newest are listed. Type another one whole to list it as well."
BARE = (
    "Twilio refused to sell it with its old settings. This buys the number alone; then each of its old settings that "
    "Twilio takes is put back, and those that it does not take are listed. It costs the same, and it is one purchase."
)
_REFUSED_BEFORE = (
    "Those are tried last. If Twilio refuses again, choose “One number”: there is a way without the old settings."
)
_NOT_BOUGHT = {
    NotBought.OVER: "The ten days are over, so only Twilio's support may still be able to help.",
    NotBought.BY_SOMEBODY: "The plan did not release this: somebody else had. Choose “One number” to take it back.",
    NotBought.NOT_KEPT: "Its settings were never written down. Twilio's Console may give it back.",
    NotBought.CONSOLE: "Twilio gives this back in its Console only. Choose “One number” to see the way.",
    NotBought.OUT_OF_SIGHT: "These credentials do not see the account that it left.",
    NotBought.NO_PERMISSION: (
        f"The API key may not buy numbers in that account (that takes {', '.join(NEEDED[Request.BUY])}). Open the "
        "desk with credentials that may."
    ),
    NotBought.NO_PRICE: (
        "Twilio states no price for it today, or could not be asked. Choose the plan again later, or choose “One "
        "number” to take it back by itself."
    ),
}


def show_released(entries: Iterable[Entry], now: datetime) -> str:
    """Show a table of released numbers with the time left for each."""
    listed = list(entries)
    if not listed:
        notebook = link("02_release.ipynb", "02_release.ipynb")
        return (
            '<p class="desk-empty">No released number waits here to be taken back. A number that you release in '
            f"{notebook} is listed here for ten days.</p>"
        )
    rows = []
    for entry in listed[:SHOWN]:
        left, kind = _left(entry, now)
        rows.append(
            (
                phone(entry.phone_number),
                named(_name(entry)),
                named(_account(entry)),
                _moment(entry.left_at),
                _moment(entry.reclaim_by),
                f'<span class="desk-left desk-{kind}">{escape(left)}</span>',
            )
        )
    more = f"The first {SHOWN} of {count(len(listed), 'number')}; the list below has them all."
    return table(("Number", "Name", "Account", "Released", "Take back until", "Time left"), rows) + (
        f'<p class="desk-hint">{escape(more)}</p>' if len(listed) > SHOWN else ""
    )


def name_entry(entry: Entry, now: datetime) -> str:
    """Write an entry as an option of the drop-down."""
    # What decides comes before names, whose ends may be cut off.
    until = f"until {local(entry.reclaim_by)}" if entry.reclaim_by else "time unknown"
    state = "over" if entry.over(now) else "not finished" if entry.open else until
    return "   ".join(part for part in (entry.phone_number, state, _name(entry), _account(entry)) if part)


def name_released(plan: ReleasedPlan) -> str:
    """Write a released plan as an option of the drop-down."""
    until = f"take back until {local(plan.until)}" if plan.until else "time unknown"
    return name_plan(plan.at, plan.accounts, count(plan.numbers, "number"), until, plan.why)


def describe_take_back(found: TakeBack) -> str:
    """Say what of a plan is bought, for how much, and what is not, each with the reason."""
    parts = [message("No number of this plan can be bought now.", "warning")]
    if found.offers:
        cost = f"Buying {count(len(found.offers), 'number')} back{_by_account(found)} costs {found.cost} now"
        parts = [message(f"{cost}, and again every month: the billing starts over.", "good")]
    if refused := sum(refused_with(offer.entry) is not None for offer in found.offers):
        before = f"Twilio refused {count(refused, 'of them', 'of them')} before. {_REFUSED_BEFORE}"
        parts.append(message(before, "warning"))
    if found.out:
        purchases = count(len(found.out), "earlier purchase has", "earlier purchases have")
        parts.append(message(f"{purchases} no answer yet and will be looked up. Nothing is sent again.", "quiet"))
    if found.back:
        parts.append(message(f"{count(len(found.back), 'number')} came back earlier.", "quiet"))
    for why, many in Counter(why for _, why in found.aside).most_common():
        which = [entry.phone_number for entry, because in found.aside if because is why]
        some = ", ".join(which[:NAMED]) + (f" and {many - NAMED:,} more" if many > NAMED else "")
        parts.append(message(f"Not bought with the others: {some}. {_NOT_BOUGHT[why]}", "warning"))
    return "".join(parts)


def _by_account(found: TakeBack) -> str:
    """Name the accounts of the numbers where there is more than one, each with its count."""
    many = Counter(offer.account for offer in found.offers).most_common()
    return f" ({', '.join(f'{times:,} of {name}' for name, times in many)})" if len(many) > 1 else ""


def ended(ran: BatchResult, lines: Iterable[ReportLine], *, stopped: bool) -> tuple[str, str]:
    """
    Say how a run ended; return the kind of the message as well.

    Args:
        lines: What became of every number of the plan.
    """
    entries = [line.entry for line in lines if line.entry]
    bought = [outcome.entry for outcome in ran.outcomes.values() if outcome.state == State.RESTORED and outcome.entry]
    open_ones = sum(is_out(entry) for entry in entries)
    left = sum(entry.state != State.RESTORED for entry in entries) - open_ones
    by_hand = sum(bool(entry.details.get("differences") or entry.details.get("by_hand")) for entry in bought)
    parts = [
        f"{count(len(bought), 'number is', 'numbers are')} yours again." if bought else "No number is yours again."
    ]
    if by_hand:
        parts.append(f"{count(by_hand, 'of them is', 'of them are')} not as before: the report says what to see to.")
    if left:
        parts.append(f"{count(left, 'number of the plan is', 'numbers of the plan are')} not: the report says why.")
    if open_ones:
        parts.append(
            f"Whether {count(open_ones, 'number')} came back is not known yet: choose the plan again to check."
        )
    if ran.also:
        parts.append(ran.also)
    text = " ".join(parts)
    if ran.stopped_because is not None:
        return f"The run has stopped itself: {ran.stopped_because} {text}", "bad"
    if not entries:
        return f"The run is over. {text}", "warning"
    if left or open_ones:
        return f"{'Stopped, as you asked' if stopped else 'The run is over'}. {text}", "warning"
    return f"The plan is taken back. {text}", "warning" if by_hand or ran.also else "good"


def show_empty_card(text: str) -> str:
    """Show an empty card as high as a full one, so that a choice does not move the layout."""
    names = ("Name", "Account", "Released", "Take back until", "Costs", "Settings", "Old SID")
    return show_vacant_heading(text) + facts(dict.fromkeys(names, show_placeholder(4)))


def show_entry(entry: Entry, now: datetime, *, price: Price | None, is_price_read: bool) -> str:
    """
    Show a released number's kept settings, and the price of taking it back.

    Args:
        is_price_read: Whether the price was read already; it can be None all the same.
    """
    number = entry.number
    left, kind = _left(entry, now)
    rows = {
        "Name": named(_name(entry)) or "none",
        "Account": f"{named(_account(entry))} <code>{escape(entry.account_sid)}</code>",
        "Released": _released(entry),
        "Take back until": f'{_moment(entry.reclaim_by)} · <span class="desk-left desk-{kind}">{escape(left)}</span>',
        "Costs": write_price(price) if is_price_read else f"{SPINNER} asking Twilio…",
        "Settings": f"{count(len(as_form(number)), 'setting')} saved in the journal" if number else "not saved",
        "Old SID": f"<code>{escape(entry.number_sid)}</code>",
    }
    # Shown before the purchase, because the number alone may not be worth buying.
    reasons = by_hand(entry.details, emergency_address=None) if number else ()
    return show_heading(entry.phone_number) + facts(rows) + sentences(map(reason, reasons), "warning")


def describe_purchase(price: Price | None) -> str:
    """Describe the purchase and its price."""
    price_text = (
        f"{write_price(price)}, charged again now"
        if price
        else "its monthly price, which could not be found out, charged again now"
    )
    return f"Taking it back means buying it: {price_text}, and its billing starts over."


def show_console_path(entry: Entry) -> str:
    """
    Show the steps to reclaim a number in Twilio's Console, where the API does not sell it back.

    ``HELP`` documents the page "Released Numbers"; users reported its place in the menu, which
    may change.
    """
    account = _account(entry)
    steps = (
        'Open <a href="https://console.twilio.com" target="_blank" rel="noopener">Twilio\'s Console</a> and sign in.',
        (
            f"Switch to the account from which it was released: <b>{named(account)}</b> "
            f"<code>{escape(entry.account_sid)}</code>. Another account does not list it."
        ),
        "Open <b>Phone Numbers &gt; Manage &gt; Released numbers</b>.",
        (
            f"Find <b>{escape(for_people(entry.phone_number))}</b> (<code>{escape(entry.phone_number)}</code>) and "
            "reclaim it. That buys it again."
        ),
        "Come back here and press <b>Look again</b>: the kit puts its settings back and closes the entry.",
    )
    lines = "".join(f"<li>{line}</li>" for line in steps)
    is_console_only = refused_with(entry) == RESERVED
    head = (
        "Twilio keeps it for you, and gives it back in its Console only:"
        if is_console_only
        else "Twilio keeps it for you, and may give it back in its Console:"
    )
    return (
        f'<div class="desk-path"><p><b>{head}</b></p>'
        f"<ol>{lines}</ol>"
        f'<p class="desk-muted">Twilio describes this at <a href="{HELP}" target="_blank" rel="noopener">{HELP}</a>; '
        "where the menu is named differently by now, search the Console for “Released numbers”.</p></div>"
    )


def show_restored(outcome: Restoration) -> str:
    """Show the settings that differ from before, the old and new sid, and the work left for a person."""
    if outcome.differences:
        rows = [
            (
                escape(field.replace("_", " ")),
                f"<code>{escape(was)}</code>" if was is not None else "empty",
                f"<code>{escape(now)}</code>" if now is not None else "empty",
            )
            for field, (was, now) in outcome.differences.items()
        ]
        compared = "<p><b>Not as it was:</b></p>" + table(("Setting", "Was", "Is now"), rows)
    else:
        compared = message("Compared field by field: every setting is as it was.", "good")
    sids = facts(
        {
            "Old SID": f"<code>{escape(outcome.old_sid)}</code>",
            "New SID": f"<code>{escape(outcome.number.sid)}</code>",
            "Account": f"<code>{escape(outcome.number.account_sid)}</code>",
        }
    )
    by_hand = sentences(map(reason, outcome.by_hand), "warning")
    return sids + compared + ("<p><b>To be done or checked by hand:</b></p>" + by_hand if by_hand else "")


def _left(entry: Entry, now: datetime) -> tuple[str, str]:
    return ("Not finished", "warning") if entry.open else time_left(entry, now)


def _released(entry: Entry) -> str:
    """Show when a number left; where nobody saw it leave, between which moments."""
    first, last = entry.left_at, entry.left_by
    if first is None or last is None or last - first < timedelta(days=1):
        return _moment(first)
    return f"between {moment(first)} and {moment(last)}"


def _moment(when: datetime | None) -> str:
    return moment(when) if when else "unknown"


def _name(entry: Entry) -> str:
    return entry.number.friendly_name if entry.number else ""


def _account(entry: Entry) -> str:
    return entry.details.get("account_name") or entry.account_sid
