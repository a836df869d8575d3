"""
Give a number back to Twilio, and prove that it is gone.  The only file that releases.

::

    refuse?  ->  read  ->  write down  ->  DELETE, once  ->  read again  ->  settle
"""

from collections.abc import Callable, Mapping

import msgspec

from helpers.actions.outcome import Settled, settle
from helpers.actions.send_once import carry_out, never, require_allowed
from helpers.core.errors import CannotRead, NotReleasable
from helpers.core.permissions import RELEASE, ApiKey
from helpers.core.records import Confirmation, Number
from helpers.decisions.decision import refusal
from helpers.decisions.session import Session
from helpers.gateway.gateway import Gateway
from helpers.journal.entries import Entry, between
from helpers.journal.states import Act


def release(
    confirmation: Confirmation,
    session: Session,
    *,
    key: ApiKey | None = None,
    begun: Entry | None = None,
    is_stopped: Callable[[], bool] = never,
) -> Settled:
    """
    Release one confirmed number, and read whether it is gone.

    The number's whole configuration is on disk before the request leaves.  If the returned entry is open, it has to be
    settled later: nothing is sent again.

    Args:
        key: An API key to release with, in place of the desk's own credentials; everything else is read with those.

        begun: The journal entry of this confirmation, if it was written and then nothing was sent, as after a crash.
            One process at most continues it.

        is_stopped: Whether the operator stopped the run; asked at the last moment before the request.

    Raises:
        NotReleasable: The decision, the typed text, a protection or the key does not allow the release.  Nothing was
            sent.
        Further: the exceptions of ``send_once.carry_out``.
    """
    decision = confirmation.decision
    number = decision.number
    reason = refusal(
        decision,
        typed=confirmation.typed,
        why=confirmation.why,
        grounds=confirmation.grounds,
        account_typed=confirmation.account_typed,
        sentence=confirmation.sentence,
    )
    if reason is not None:
        raise NotReleasable(reason)
    require_allowed(confirmation, Act.RELEASE, session)
    by = _signed_in_with(key, number, session) if key else session.gateway

    def delete(intended: Entry) -> Mapping[str, object]:
        receipt = by.delete_number(number.account_sid, number.sid)
        # The ten days begin by Twilio's clock, but the date of an answer may be wrong.
        left_at = between(intended.at, receipt.at or intended.at, session.clock())
        return {"answer": receipt.status, "request_id": receipt.request_id, "left_at": left_at.isoformat()}

    facts = _confirmed(confirmation, session)
    sent = carry_out(confirmation, delete, session, act=Act.RELEASE, facts=facts, begun=begun, is_stopped=is_stopped)
    return settle(sent, session)


def _signed_in_with(key: ApiKey, number: Number, session: Session) -> Gateway:
    """
    Return a gateway that signs in with a key which sees this very number in its account.

    Raises:
        NotReleasable: It does not, or it could not look.  A key of another account must never send a DELETE.
    """
    by = session.gateway.signed_in_with(key)
    try:
        seen, answer = by.number(number.account_sid, number.sid), "Twilio answers that there is no such number."
    except CannotRead as failure:
        seen, answer = None, str(failure)
    if seen is None or seen.phone_number != number.phone_number:
        raise NotReleasable(
            f"{number.phone_number} was not released: the API key {key.sid} could not see it in its account "
            f"{number.account_sid}. {answer} It has to be a key of that account, with the permission {RELEASE[0]}. "
            "Nothing was sent to release it."
        )
    return by


def _confirmed(confirmation: Confirmation, session: Session) -> dict[str, object]:
    decision = confirmation.decision
    return {
        "who": session.who,
        "why": confirmation.why,
        **confirmation.grounds.detail,
        "typed": confirmation.typed,
        "confirmed_at": session.clock().isoformat(),
        "account_name": decision.account.label,
        "verdict": decision.verdict,
        "traffic": msgspec.to_builtins(decision.traffic),
        "wiring": msgspec.to_builtins(decision.wiring),
        "cautions": msgspec.to_builtins(decision.cautions),
        "price": f"{decision.price.currency} {decision.price.monthly}" if decision.price else None,
        **({"owner": decision.note.owner} if decision.note and decision.note.owner else {}),
        **confirmation.plan,
    }
