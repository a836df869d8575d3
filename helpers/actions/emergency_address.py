"""
Unregister the emergency address that keeps a number from being released.

The operator confirms this step separately, because emergency services can no longer locate a caller by this number
afterwards.  The procedure is Twilio's: set the address to nothing, then wait until its status is ``unregistered``
(https://www.twilio.com/docs/voice/sip/api/emergency-calling-api).
"""

from collections.abc import Callable, Mapping
from datetime import timedelta

from helpers.actions.locate import find_everywhere
from helpers.actions.outcome import Settled, conclude, kept_with_another_sid, settle_after
from helpers.actions.send_once import carry_out, never, require_allowed
from helpers.core.errors import CannotRead, NotReleasable
from helpers.core.grounds import NO_GROUNDS, Grounds
from helpers.core.number_facts import has_emergency_address
from helpers.core.reasons import Cause, Reason
from helpers.core.records import Confirmation, Decision, Verdict
from helpers.core.typed_text import is_sentence, is_typed_back
from helpers.decisions.session import Session
from helpers.journal.entries import Entry
from helpers.journal.states import Act, State

#: How often the status is read, and the seconds between two reads.
READS, BETWEEN_READS = 10, 2.0


def address_blockers(decision: Decision, grounds: Grounds = NO_GROUNDS) -> tuple[Reason, ...]:
    """
    List the reasons why a number keeps its emergency address; empty where the address may be unregistered.

    Emergency services may locate people by the address.  It may be unregistered only where the number is quiet and the
    address is the only obstacle to its release.  A protection that asks for a reason code and a ticket asks for them
    here, too, because this is the first half of the release.
    """
    against = [blocker for blocker in decision.blockers if not grounds.answers(blocker)]
    if others := tuple(blocker for blocker in against if blocker.code is not Cause.EMERGENCY_ADDRESS):
        return others
    if not against:
        return (Reason(Cause.NO_EMERGENCY_ADDRESS),)
    if decision.verdict is Verdict.QUIET:
        return ()
    return (Reason(Cause.IN_USE if decision.verdict is Verdict.IN_USE else Cause.UNKNOWN),)


def unregister(confirmation: Confirmation, session: Session, *, is_stopped: Callable[[], bool] = never) -> Settled:
    """
    Unregister a number's emergency address, and wait until Twilio has done it.

    Args:
        is_stopped: Whether the operator stopped the run: then nothing is sent, or the wait ends.

    Raises:
        NotReleasable: The number was not typed back, something else prevents its release, or it has no emergency
            address.  Nothing was sent.
        Further: the exceptions of ``send_once.carry_out``.
    """
    decision, typed, sentence = confirmation.decision, confirmation.typed, confirmation.sentence
    number, grounds = decision.number, confirmation.grounds
    if not (is_sentence(typed, sentence) if sentence else is_typed_back(typed, number)):
        raise NotReleasable(f"Nothing was sent: what was typed is not {sentence or number.phone_number}.")
    require_allowed(confirmation, Act.UNREGISTER, session)
    if blockers := address_blockers(decision, grounds):
        codes = ", ".join(reason.code for reason in blockers)
        raise NotReleasable(
            f"{number.phone_number} keeps its emergency address, because of this: {codes}. Nothing was sent. Choose "
            "the number again to see what to do about it."
        )
    facts = {"who": session.who, "typed": typed, **grounds.detail, **confirmation.plan}

    def set_to_nothing(_: Entry) -> Mapping[str, object]:
        session.gateway.update_number(number.account_sid, number.sid, {"EmergencyAddressSid": ""})
        return {"answer": 200}

    entry = carry_out(confirmation, set_to_nothing, session, act=Act.UNREGISTER, facts=facts, is_stopped=is_stopped)
    for _ in range(READS):
        settled = settle_unregistering(entry, session)
        if not settled.entry.open or is_stopped():
            break
        session.pause(BETWEEN_READS)
    return settled


def _still_there(status: object) -> Mapping[str, object]:
    return Reason(Cause.ADDRESS_STILL_THERE, {"status": str(status)}).detail


def settle_unregistering(entry: Entry, session: Session) -> Settled:
    """Read whether an emergency address is unregistered, and write the result down.  Sends nothing but GETs."""
    number = entry.phone_number
    try:
        current = session.gateway.number(entry.account_sid, entry.number_sid)
    except CannotRead as failure:
        return Settled(entry, f"{number}: whether its emergency address is unregistered is open. {failure}")
    if current is None:
        search = find_everywhere(session.gateway, session.reach, number, home=entry.account_sid)
        current = search.by_sid(entry.number_sid)
        if current is None and search.numbers:
            return kept_with_another_sid(entry, search, session)
        if current is None and search.unread:
            open_question = "whether its emergency address is unregistered is open, because the number cannot be seen."
            return Settled(entry, f"{number}: {open_question} {search.gap}")
    at = session.clock()
    if current is None:
        message = f"{number} is in no account of the company any more. Its emergency address was not looked at."
        return conclude(entry, State.GONE, message, session)
    status = current.get("emergency_address_status")
    if not has_emergency_address(current):
        message = f"The emergency address of {number} is unregistered."
        return conclude(entry, State.UNREGISTERED, message, session)
    if status == "unregistration-failure":
        message = f"Twilio could not unregister the emergency address of {number}. Ask Twilio's support."
        return conclude(entry, State.KEPT, message, session, _still_there(status))
    if status != "pending-unregistration" and entry.state != State.ACKNOWLEDGED and at > settle_after(entry):
        message = f"The emergency address of {number} is still {status}: the request was not carried out."
        return conclude(entry, State.KEPT, message, session, _still_there(status))
    if entry.state == State.ACKNOWLEDGED and at - entry.at > timedelta(days=1):
        message = f"The emergency address of {number} is still {status} after a day. Ask Twilio's support."
        return conclude(entry, State.KEPT, message, session, _still_there(status))
    return Settled(
        entry, f"Twilio is still unregistering the emergency address of {number} ({status}). Look again soon."
    )
