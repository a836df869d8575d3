"""The choice of how many days the inventory looks back."""

from helpers.evidence.window import LOOK_BACKS
from helpers.panels.shared.html import escape


def show_look_backs(chosen: int) -> str:
    """Show a button for each look-back; a number of days that a cell chose has one too."""
    buttons = "".join(
        f'<button type="button" data-press="{days}" aria-label="Look back {days} days">{days}</button>'
        for days in sorted({*LOOK_BACKS, chosen})
    )
    hint = escape("How many days of calls and messages the table tells of. Twilio keeps them for about 13 months.")
    return (
        f'<div class="desk-look-back" role="group" aria-label="Look back" title="{hint}"><span>Look back</span>'
        f'<span class="desk-segments">{buttons}</span><span>days</span></div>'
    )
