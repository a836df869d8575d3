"""What the restore panel shows: what can still be taken back, the way through the Console, what came back."""

from collections.abc import Iterable
from datetime import datetime

from helpers.actions.restore import RESERVED
from helpers.actions.settings import as_form, by_hand
from helpers.core.records import Price, Restoration
from helpers.decisions.sentences import reason
from helpers.journal.entries import Entry
from helpers.journal.states import State
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
from helpers.panels.shared.number_card import costs, heading, to_come, vacant
from helpers.panels.shared.outcome import time_left

#: Rows of the table; the drop-down below it has them all.
SHOWN = 100
#: Twilio's own words on releasing, and on reclaiming within ten days.
HELP = "https://support.twilio.com/hc/en-us/articles/223183028"


def countdowns(entries: Iterable[Entry], now: datetime) -> str:
    """List released numbers, each with the time that is left."""
    listed = list(entries)
    if not listed:
        where = link("02_release.ipynb", "02_release.ipynb")
        return (
            '<p class="desk-empty">No released number waits here to be taken back. A number that you release in '
            f"{where} is listed here for ten days.</p>"
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


def label(entry: Entry, now: datetime) -> str:
    """Name an entry in a list."""
    until = f"until {local(entry.reclaim_by)}" if entry.reclaim_by else "time unknown"
    state = "over" if entry.over(now) else "not settled yet" if entry.open else until
    return "   ".join(part for part in (entry.phone_number, _name(entry), state) if part)


def none_chosen(text: str) -> str:
    """Keep the place of a released number before one is chosen: nothing is to jump."""
    names = ("Name", "Account", "Released", "Take back until", "Costs", "Settings", "Old SID")
    return vacant(text) + facts(dict.fromkeys(names, to_come(4)))


def before(entry: Entry, now: datetime, *, price: Price | None, asked: bool) -> str:
    """
    Show a released number as it was, and what taking it back costs.

    Args:
        asked: Whether the price was asked for already.
    """
    number = entry.number
    left, kind = _left(entry, now)
    known = {
        "Name": named(_name(entry)) or "none",
        "Account": f"{named(_account(entry))} <code>{escape(entry.account_sid)}</code>",
        "Released": _moment(entry.left_at),
        "Take back until": f'{_moment(entry.reclaim_by)} · <span class="desk-left desk-{kind}">{escape(left)}</span>',
        "Costs": costs(price) if asked else f"{SPINNER} asking Twilio…",
        "Settings": f"{count(len(as_form(number)), 'setting')} kept in the journal" if number else "not kept",
        "Old SID": f"<code>{escape(entry.number_sid)}</code>",
    }
    # Better known before it is bought: the number alone may not be what somebody wants back.
    not_back = by_hand(entry.details, emergency_address=None) if number else ()
    return heading(entry.phone_number) + facts(known) + sentences(map(reason, not_back), "warning")


def what_it_costs(price: Price | None) -> str:
    """Say what pressing the button buys."""
    again = (
        f"{costs(price)}, charged again now"
        if price
        else "its monthly price, which could not be found out, charged again now"
    )
    return f"Taking it back means buying it: {again}, and its billing starts over."


def refused_with(entry: Entry) -> int | None:
    """Find Twilio's code for refusing to sell it back; None where the latest that is known is something else."""
    code = entry.details.get("code")
    return code if entry.state == State.RESTORE_REFUSED and isinstance(code, int) else None


def console_path(entry: Entry) -> str:
    """
    Lead the operator through Twilio's Console, where a number that the API does not sell back can be reclaimed.

    The page "Released Numbers" is documented at ``HELP``; its place in the menu was
    reported by users, and the Console is being rebuilt.
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
    only = refused_with(entry) == RESERVED
    head = (
        "Twilio keeps it for you, and gives it back in its Console only:"
        if only
        else "Twilio keeps it for you, and may give it back in its Console:"
    )
    return (
        f'<div class="desk-path"><p><b>{head}</b></p>'
        f"<ol>{lines}</ol>"
        f'<p class="desk-muted">Twilio describes this at <a href="{HELP}" target="_blank" rel="noopener">{HELP}</a>; '
        "where the menu is named differently by now, search the Console for “Released numbers”.</p></div>"
    )


def restored(outcome: Restoration) -> str:
    """Show what is as it was, what is not, and what a person has to do."""
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
    return ("Not settled yet", "warning") if entry.open else time_left(entry, now)


def _moment(when: datetime | None) -> str:
    return moment(when) if when else "unknown"


def _name(entry: Entry) -> str:
    return entry.number.friendly_name if entry.number else ""


def _account(entry: Entry) -> str:
    return entry.details.get("account_name") or entry.account_sid
