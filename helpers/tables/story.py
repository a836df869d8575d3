"""Describe a journal entry step by step, in sentences.  Pure."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from helpers.actions.settings import summary_of
from helpers.core.grounds import in_words
from helpers.core.redact import without_secrets
from helpers.decisions.journal_sentences import explain_state
from helpers.journal import states
from helpers.journal.entries import Entry, Row
from helpers.journal.states import NAMED, Act, RestoreWay, State

_RESTORE_WAYS = {
    RestoreWay.FOUND: "found in the account",
    RestoreWay.PURCHASE: "purchase",
    RestoreWay.BARE_PURCHASE: "purchase without its old settings",
    RestoreWay.ANSWER_LOST: "purchase, answer lost",
    RestoreWay.ALREADY_THERE: "already in the account; Twilio took the purchase for a change",
    RestoreWay.CONSOLE: "reclaimed in the Console",
}


def story(entry: Entry) -> Iterator[tuple[datetime, str]]:
    """Describe each row of an entry: its time, and a sentence; the row was on disk before the next step began."""
    for row in entry.rows:
        yield row.at, without_secrets(_describe(entry, row))


def describe_latest(entry: Entry | None) -> str:
    """Name the number of the latest entry, and its state; None where there is no entry."""
    if entry is None:
        return "Nothing has been released with this kit here."
    return f"{entry.phone_number or NAMED[entry.act]}: {states.in_words(entry.state)}."


def last_step(entry: Entry) -> str:
    """Describe the last row of an entry."""
    return without_secrets(_describe(entry, entry.rows[-1]))


def _describe(entry: Entry, row: Row) -> str:
    detail = row.detail
    if row.state == State.CONFIRMED:
        return f"{_confirmed(entry, detail)}{_why(detail)}"
    if row.state == State.INTENDED:
        # A later run went on with the entry.
        again = f"{_confirmed(entry, detail, again=' again')}{_why(detail)} " if detail.get("who") else ""
        looked = (
            "Looked: it is exactly as confirmed. Its configuration is written down; the request was about to leave."
        )
        return again + looked
    if row.state == State.ACKNOWLEDGED:
        request = f" (request {detail['request_id']})" if detail.get("request_id") else ""
        return f"Twilio said yes{request}. That alone proves nothing."
    if row.state == State.RELEASED:
        return "Looked again: Twilio has no such number any more. It is released."
    if row.state == State.RESTORING:
        return f"{detail.get('restored_by', 'The kit')} began to take it back: {restore_way(str(detail.get('how')))}."
    if row.state == State.RESTORED:
        return f"It is back, with the sid {detail.get('new_sid')}. {summary_of(detail)}"
    return explain_state(row.state, detail)


def _confirmed(entry: Entry, detail: Mapping[str, Any], *, again: str = "") -> str:
    what = NAMED[entry.act] + (f" to {detail.get('target_name')}" if entry.act == Act.MOVE else "")
    return f"{detail.get('who', 'Somebody')} confirmed the {what}{again} by typing {detail.get('typed')}."


def _why(detail: Mapping[str, Any]) -> str:
    why = f" Why: {detail['why']}." if detail.get("why") else ""
    why += f" {grounds}" if (grounds := in_words(detail)) else ""
    return why + (f" Owner: {detail['owner']}{_agreed(detail)}." if detail.get("owner") else "")


def _agreed(detail: Mapping[str, Any]) -> str:
    by = detail.get("owner_agreed_by")
    return f", who agreed, as {by} wrote down" if by else ""


def restore_way(code: str) -> str:
    """Say in which way a number came back; a row of an earlier version keeps this as a text, said as it is."""
    return _RESTORE_WAYS[RestoreWay(code)] if code in set(RestoreWay) else code
