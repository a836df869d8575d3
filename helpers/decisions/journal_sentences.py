"""What the rows of the journal say, in sentences.  Pure."""

from collections.abc import Mapping
from typing import Any

from helpers.core.reasons import Cause, reason_in
from helpers.decisions.sentences import reason
from helpers.journal.states import MEANING, Proof, State


def explain_journal_row(detail: Mapping[str, Any]) -> str:
    """Say the reason that a row of the journal keeps; a row of an earlier version keeps a sentence, said as it is."""
    why = reason_in(detail)
    return reason(why) if why else str(detail.get("said") or detail.get("why") or "")


def explain_state(state: State, detail: Mapping[str, Any]) -> str:
    """Say what a state of a journal entry means, and the reason that its row keeps."""
    why = reason_in(detail)
    # Its sentence is the outcome itself, and the meaning of the state says too much.
    is_whole = why is not None and why.code is Cause.LEFT_SINCE and state != State.EXPIRED
    return f"{'' if is_whole else MEANING[state]} {explain_journal_row(detail)}".strip()


_PROOFS = {
    Proof.NO_SUCH_NUMBER: "Twilio has no such number any more",
    Proof.IN_NO_ACCOUNT: "in no account any more",
    Proof.IN_TARGET_ACCOUNT: "it answers in the account that it was moved to",
}


def proof(code: str) -> str:
    """Say the look that proved an outcome; a row of an earlier version keeps this as a text, said as it is."""
    return _PROOFS[Proof(code)] if code in set(Proof) else code
