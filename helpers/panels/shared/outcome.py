"""The outcome of an action: an entry's steps, its proof, and the deadline for taking the number back."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from helpers.actions.left_over import left_without_numbers
from helpers.actions.outcome import settle_after
from helpers.core.dates import how_long
from helpers.decisions import journal_sentences
from helpers.journal.entries import Entry
from helpers.journal.states import LEFT, State
from helpers.panels.shared.html import escape, link, message, moment
from helpers.tables.story import story

#: From this time before the deadline on, the time left is a warning.
SOON = timedelta(days=2)
#: The most services that a message names.
_LISTED = 3
#: Whether a service has a campaign -> the end of its sentence.
_CAMPAIGN = {
    True: "still an A2P campaign, which Twilio charges for by the month.",
    False: "no A2P campaign: Twilio states no price for it.",
    None: "whether it has an A2P campaign, which Twilio charges for by the month, could not be read.",
}
_CANCEL = "If nobody needs it any more, cancel it in Twilio's Console: the kit only lists it."


def show_steps(entry: Entry) -> str:
    """List an entry's steps with their times; the day is written where it changes."""
    rows = list(story(entry))
    days = [None, *(at.astimezone().date() for at, _ in rows)]
    lines = "".join(
        f'<li><div class="desk-muted">{moment(at, shown="%H:%M:%S", with_day=at.astimezone().date() != day)}</div>'
        f"<span>{escape(text)}</span></li>"
        for (at, text), day in zip(rows, days, strict=False)
    )
    return f'<ol class="desk-steps">{lines}</ol>'


def show_proof(entry: Entry) -> str:
    """
    Show the proof that a number left, with the request that gave it.

    Twilio's answer to the DELETE is no proof; only a later GET is.
    """
    if entry.state not in LEFT:
        return ""
    row = entry.last(State.RELEASED, State.RELEASED_UNACKNOWLEDGED, State.GONE)
    code = row.detail.get("proof") if row else None
    return f'<p class="desk-proof"><b>What proved it:</b> {escape(journal_sentences.proof(code))}.</p>' if code else ""


def show_deadline(entry: Entry) -> str:
    """
    Show the deadline for taking a number back, by the earlier reading of Twilio's rule, and the costs.

    Twilio states "within 10 days of the release" and no cut-off
    (https://support.twilio.com/hc/en-us/articles/223183028).
    """
    if entry.state not in LEFT or entry.reclaim_by is None:
        return ""
    return (
        f'<div class="desk-until"><p><b>You can take it back until {moment(entry.reclaim_by)}.</b></p>'
        "<p>Twilio says “within 10 days” and does not state the exact cut-off; this is the earlier reading of it. "
        "Taking it back means buying it again: its price is charged again and its billing starts over. "
        f"It is done in {link('04_restore.ipynb', '04_restore.ipynb')}.</p></div>"
    )


def time_left(entry: Entry, now: datetime) -> tuple[str, str]:
    """
    Describe the time left for taking a released number back, and its urgency.

    Returns:
        A sentence, and ``good``, ``warning`` (less than two days), ``bad`` (between the earlier and
        the later reading of Twilio's "10 days") or ``over``.
    """
    if entry.reclaim_by is None or entry.reclaim_end is None or now > entry.reclaim_end:
        return "The ten days are over.", "over"
    if now > entry.reclaim_by:
        return "It may still work: hurry.", "bad"
    left = entry.reclaim_by - now
    return f"{how_long(left.total_seconds())} left", "warning" if left < SOON else "good"


def show_left_over(entries: Iterable[Entry]) -> str:
    """Show what releases left over that may be cancelled, and what it costs; nothing where there is none."""
    services = left_without_numbers(entries)
    texts = [
        f"The messaging service {service.name} ({service.sid}) of {service.account} has no other numbers, as far as "
        f"the check saw, and {_CAMPAIGN[service.has_campaign]}"
        for service in services[:_LISTED]
    ]
    if len(services) > _LISTED:
        texts.append(
            f"So have {len(services) - _LISTED:,} more. After the next check, the inventory lists those that cost."
        )
    return message(f"{' '.join(texts)} {_CANCEL}", "warning") if texts else ""


def show_countdown(entry: Entry, now: datetime) -> str:
    """Show the time until a check of Twilio can conclude that nothing happened."""
    wait = settle_after(entry) - now
    if wait <= timedelta():
        text = "Twilio can be asked now, and the answer closes it."
    else:
        text = (
            f"In {how_long(wait.total_seconds() + 1)} a check can conclude that nothing happened. Until then the "
            "request may still be carried out, and a check can only prove that it was."
        )
    return f'<p class="desk-hint">{escape(text)}</p>'
