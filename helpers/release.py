"""
Give a number back to Twilio, and prove that it is gone.  The only file that releases.

::

    refuse?  ->  look  ->  note  ->  DELETE, once  ->  look again  ->  settle
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict

from helpers.decision import refusal, too_old
from helpers.entries import Entry, between
from helpers.errors import NotReleasable
from helpers.once import carry_out
from helpers.records import Account, Confirmation, Number
from helpers.settle import Means, Settled, settle


def release(
    confirmation: Confirmation,
    means: Means,
    *,
    protected: Callable[[Number, Account], str | None],
    begun: Entry | None = None,
) -> Settled:
    """
    Give one confirmed number back to Twilio, and look whether it is gone.

    The number's whole configuration is on disk before the request leaves.  An entry that
    comes back open has to be settled later: nothing is sent again.

    Args:
        protected: Says why a number may not be released at this moment; None where it may.

        begun: The journal entry of this very confirmation, where it was written and then nothing
            was sent, as after a crash: it is gone on with, by one process at most.

    Raises:
        NotReleasable: The decision, what was typed, or a protection does not allow it.  Nothing was sent.
        AlreadyUsed: This confirmation, or one for the same number, was acted on.  Nothing was sent.
        And what ``once.carry_out`` raises, with the world in the states that it says.
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
    old = too_old(decision, means.clock())
    if reason is None and old is not None:
        reason = f"{number.phone_number} was not released: {old} Look at it again first. Nothing was sent."
    # Once more, because it may have been protected since it was looked at.
    reason = reason or protected(number, decision.account)
    if reason is not None:
        raise NotReleasable(reason)
    entry = begun or means.journal.confirm(confirmation.id, number, at=means.clock(), detail=_agreed(confirmation))

    def delete(noted: Entry) -> Mapping[str, object]:
        receipt = means.gateway.delete_number(number.account_sid, number.sid)
        # Twilio's clock counts the ten days, and an answer's date is believed where it can be true.
        left_at = between(noted.at, receipt.at or noted.at, means.clock())
        return {"answer": receipt.status, "request_id": receipt.request_id, "left_at": left_at.isoformat()}

    sent = carry_out(entry, number, delete, means, done="released", looked_at=decision.looked_at)
    return settle(sent, means)


def _agreed(confirmation: Confirmation) -> dict[str, object]:
    decision = confirmation.decision
    return {
        "who": confirmation.who,
        "why": confirmation.why,
        "typed": confirmation.typed,
        "confirmed_at": confirmation.confirmed_at.isoformat(),
        "account_name": decision.account.friendly_name,
        "verdict": decision.verdict.value,
        "because": list(decision.because),
        "warnings": list(decision.warnings),
        "wiring": [asdict(link) for link in decision.wiring.links] if decision.wiring else None,
        "not_looked_at": list(decision.wiring.unseen) if decision.wiring else None,
        "price": f"{decision.price.currency} {decision.price.monthly}" if decision.price else None,
        **confirmation.plan,
    }
