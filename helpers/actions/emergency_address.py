"""
Unregister the emergency address that keeps a number from being released.

A step of its own, confirmed on its own: whoever calls the emergency services from the
number afterwards is not located by it.  The procedure is Twilio's: set the address to
nothing, then wait until its status is ``unregistered``
(https://www.twilio.com/docs/voice/sip/api/emergency-calling-api).
"""

from collections.abc import Callable, Mapping
from datetime import timedelta

from helpers.actions.locate import find_everywhere
from helpers.actions.outcome import Settled, conclude, settle_after
from helpers.actions.send_once import carry_out, never
from helpers.core.errors import CannotRead, NotReleasable
from helpers.core.number_facts import has_emergency_address
from helpers.core.reasons import Cause, Reason
from helpers.core.records import Confirmation, Decision, Verdict
from helpers.core.typed_text import is_sentence, is_typed_back
from helpers.decisions import protection
from helpers.decisions.decision import is_blocked_by_address_only, why_too_old
from helpers.decisions.session import Session
from helpers.journal.entries import Entry
from helpers.journal.states import Act, State

#: How often, and seconds between: Twilio unregisters in its own time.
LOOKS, BETWEEN = 10, 2.0


def keeps_its_address(decision: Decision) -> tuple[Reason, ...]:
    """
    Tell why a number's emergency address stays; nothing where the number is quiet, and the address alone is in its way.

    People may be located by it: it goes only as the last step before a release that nothing else stands against.
    """
    if is_blocked_by_address_only(decision):
        return ()
    others = tuple(blocker for blocker in decision.blockers if blocker.code is not Cause.EMERGENCY_ADDRESS)
    if others:
        return others
    if not decision.blockers:
        return (Reason(Cause.NO_EMERGENCY_ADDRESS),)
    return (Reason(Cause.IN_USE if decision.verdict is Verdict.IN_USE else Cause.UNKNOWN),)


def unregister(confirmation: Confirmation, session: Session, *, stopped: Callable[[], bool] = never) -> Settled:
    """
    Unregister a number's emergency address, and wait for Twilio to have done it.

    Args:
        stopped: Asked whether it is not to go any more, or not to be waited for.

    Raises:
        NotReleasable: It was not typed back, something else stands against its release, or there is no such
            address.  Nothing was sent.
        AlreadyUsed: This confirmation, or one for the same number, was acted on.  Nothing was sent.
        And what ``send_once.carry_out`` raises, with the world in the states that it says.
    """
    decision, typed, sentence = confirmation.decision, confirmation.typed, confirmation.sentence
    number = decision.number
    if not (is_sentence(typed, sentence) if sentence else is_typed_back(typed, number)):
        raise NotReleasable(f"Nothing was sent: what was typed is not {sentence or number.phone_number}.")
    if old := why_too_old(decision, session.clock()):
        raise NotReleasable(f"{number.phone_number} keeps its emergency address: {old} Nothing was sent.")
    # Once more, because it may have been protected since it was looked at.
    if protected := session.protection.find(number, decision.account):
        said = protection.refusal(number, protected)
        raise NotReleasable(f"{number.phone_number} keeps its emergency address, and nothing was sent: {said}")
    if against := keeps_its_address(decision):
        codes = ", ".join(reason.code for reason in against)
        raise NotReleasable(
            f"{number.phone_number} keeps its emergency address, because of this: {codes}. Nothing was sent. Choose "
            "the number again to see what to do about it."
        )
    detail = {"who": session.who, "typed": typed, **confirmation.plan}
    begun = session.journal.confirm(confirmation.id, number, at=session.clock(), act=Act.UNREGISTER, detail=detail)

    def set_to_nothing(_: Entry) -> Mapping[str, object]:
        session.gateway.update_number(number.account_sid, number.sid, {"EmergencyAddressSid": ""})
        return {"answer": 200}

    at = session.clock()
    entry = carry_out(begun, number, set_to_nothing, session, done="changed", looked_at=at, stopped=stopped)
    for _ in range(LOOKS):
        settled = settle_unregistering(entry, session)
        if not settled.entry.open or stopped():
            break
        session.pause(BETWEEN)
    return settled


def _still(status: object) -> Mapping[str, object]:
    return Reason(Cause.ADDRESS_STILL_THERE, {"status": str(status)}).detail


def settle_unregistering(entry: Entry, session: Session) -> Settled:
    """Look whether an emergency address is unregistered by now, and write it down.  Sends nothing but a GET."""
    number = entry.phone_number
    try:
        seen = session.gateway.number(entry.account_sid, entry.number_sid)
    except CannotRead as failure:
        return Settled(entry, f"{number}: whether its emergency address is unregistered is open. {failure}")
    if seen is None:
        search = find_everywhere(session.gateway, session.reach, number, home=entry.account_sid)
        seen = search.of(entry.number_sid)
        if seen is None and search.unread:
            said = "whether its emergency address is unregistered is open, because the number cannot be seen."
            return Settled(entry, f"{number}: {said} {search.unread[0]}")
    at = session.clock()
    if seen is None:
        said = f"{number} is in no account of the company any more. Its emergency address was not looked at."
        return conclude(entry, State.GONE, said, session)
    status = seen.get("emergency_address_status")
    if not has_emergency_address(seen):
        said = f"The emergency address of {number} is unregistered."
        return conclude(entry, State.UNREGISTERED, said, session)
    if status == "unregistration-failure":
        said = f"Twilio could not unregister the emergency address of {number}. Ask Twilio's support."
        return conclude(entry, State.KEPT, said, session, _still(status))
    if status != "pending-unregistration" and entry.state != State.ACKNOWLEDGED and at > settle_after(entry):
        said = f"The emergency address of {number} is still {status}: the request was not carried out."
        return conclude(entry, State.KEPT, said, session, _still(status))
    if entry.state == State.ACKNOWLEDGED and at - entry.at > timedelta(days=1):
        said = f"The emergency address of {number} is still {status} after a day. Ask Twilio's support."
        return conclude(entry, State.KEPT, said, session, _still(status))
    return Settled(
        entry, f"Twilio is still unregistering the emergency address of {number} ({status}). Look again soon."
    )
