"""
Give a number back to Twilio, and prove that it is gone.  The only file that releases.

::

    refuse?  ->  look  ->  note  ->  DELETE, once  ->  look again  ->  settle
"""

from collections.abc import Callable, Mapping

import msgspec

from helpers.actions.outcome import Settled, settle
from helpers.actions.send_once import carry_out, never
from helpers.core.advice import Advice
from helpers.core.errors import NotReleasable
from helpers.core.records import Confirmation
from helpers.decisions import protection
from helpers.decisions.decision import refusal, why_too_old
from helpers.decisions.session import Session
from helpers.journal.entries import Entry, between


def release(
    confirmation: Confirmation,
    session: Session,
    *,
    begun: Entry | None = None,
    stopped: Callable[[], bool] = never,
) -> Settled:
    """
    Give one confirmed number back to Twilio, and look whether it is gone.

    The number's whole configuration is on disk before the request leaves.  An entry that
    comes back open has to be settled later: nothing is sent again.

    Args:
        begun: The journal entry of this very confirmation, where it was written and then nothing
            was sent, as after a crash: it is gone on with, by one process at most.

        stopped: Asked in the last moment whether it is not to go any more.

    Raises:
        NotReleasable: The decision, what was typed, or a protection does not allow it.  Nothing was sent.
        AlreadyUsed: This confirmation, or one for the same number, was acted on.  Nothing was sent.
        And what ``send_once.carry_out`` raises, with the world in the states that it says.
    """
    decision = confirmation.decision
    number = decision.number
    reason = refusal(
        decision,
        typed=confirmation.typed,
        why=confirmation.why,
        account_typed=confirmation.account_typed,
        sentence=confirmation.sentence,
    )
    old = why_too_old(decision, session.clock())
    if reason is None and old is not None:
        said = f"{number.phone_number} was not released: {old} Nothing was sent."
        raise NotReleasable(said, advice=Advice.LOOK_FIRST)
    # Once more, because it may have been protected since it was looked at.
    protected = session.protection.find(number, decision.account)
    if reason is None and protected is not None:
        reason = f"Nothing was sent: {protection.refusal(number, protected)}"
    if reason is not None:
        raise NotReleasable(reason)
    entry = begun or session.journal.confirm(
        confirmation.id, number, at=session.clock(), detail=_agreed(confirmation, session)
    )

    def delete(noted: Entry) -> Mapping[str, object]:
        receipt = session.gateway.delete_number(number.account_sid, number.sid)
        # Twilio's clock counts the ten days, and an answer's date is believed where it can be true.
        left_at = between(noted.at, receipt.at or noted.at, session.clock())
        return {"answer": receipt.status, "request_id": receipt.request_id, "left_at": left_at.isoformat()}

    sent = carry_out(entry, number, delete, session, done="released", looked_at=decision.looked_at, stopped=stopped)
    return settle(sent, session)


def _agreed(confirmation: Confirmation, session: Session) -> dict[str, object]:
    decision = confirmation.decision
    return {
        "who": session.who,
        "why": confirmation.why,
        "typed": confirmation.typed,
        "confirmed_at": session.clock().isoformat(),
        "account_name": decision.account.friendly_name,
        "verdict": decision.verdict,
        "traffic": msgspec.to_builtins(decision.traffic),
        "wiring": msgspec.to_builtins(decision.wiring),
        "cautions": msgspec.to_builtins(decision.cautions),
        "price": f"{decision.price.currency} {decision.price.monthly}" if decision.price else None,
        **confirmation.plan,
    }
