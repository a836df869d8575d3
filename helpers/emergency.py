"""
Unregister the emergency address that keeps a number from being released.

A step of its own, confirmed on its own: whoever calls the emergency services from the
number afterwards is not located by it.  The procedure is Twilio's: set the address to
nothing, then wait until its status is ``unregistered``
(https://www.twilio.com/docs/voice/sip/api/emergency-calling-api).
"""

from collections.abc import Callable, Mapping
from datetime import timedelta

from helpers.decision import has_emergency_address, is_sentence, is_typed_back, too_old
from helpers.entries import Entry
from helpers.errors import CannotRead, NotReleasable
from helpers.inventory import find_everywhere
from helpers.once import carry_out
from helpers.plan import only_address
from helpers.records import Account, Blocker, Decision, Number
from helpers.settle import Means, Settled, conclude, settle_after
from helpers.states import UNREGISTER

#: How often, and seconds between: Twilio unregisters in its own time.
LOOKS, BETWEEN = 10, 2.0


def keeps_its_address(decision: Decision) -> str | None:
    """
    Say why a number's emergency address stays; None where the number is quiet, and the address alone is in its way.

    People may be located by it: it goes only as the last step before a release that nothing else stands against.
    """
    if only_address(decision):
        return None
    others = [said for blocker, said in decision.blockers if blocker is not Blocker.EMERGENCY_ADDRESS]
    if others:
        return " ".join(others)
    if not decision.blockers:
        return f"{decision.number.phone_number} has no emergency address."
    return f"{' '.join(decision.because)} The kit unregisters the addresses of quiet numbers only."


def unregister(
    decision: Decision,
    means: Means,
    *,
    protected: Callable[[Number, Account], str | None],
    confirmation: str,
    typed: str,
    who: str,
    sentence: str | None = None,
    plan: Mapping[str, str] | None = None,
) -> Settled:
    """
    Unregister a number's emergency address, and wait for Twilio to have done it.

    Args:
        protected: Says why a number may not be touched at this moment; None where it may.

        confirmation: A one-time id.

        sentence: What had to be typed instead of the number: a plan's sentence for all its numbers.

        plan: What the journal is to keep of the plan that this is a part of.

    Raises:
        NotReleasable: It was not typed back, something else stands against its release, or there is no such
            address.  Nothing was sent.
        AlreadyUsed: This confirmation, or one for the same number, was acted on.  Nothing was sent.
        And what ``once.carry_out`` raises, with the world in the states that it says.
    """
    number = decision.number
    if not (is_sentence(typed, sentence) if sentence else is_typed_back(typed, number)):
        raise NotReleasable(f"Nothing was sent: what was typed is not {sentence or number.phone_number}.")
    # Once more, because it may have been protected since it was looked at.
    against = keeps_its_address(decision) or too_old(decision, means.clock()) or protected(number, decision.account)
    if against is not None:
        raise NotReleasable(f"{number.phone_number} keeps its emergency address: {against} Nothing was sent.")
    detail = {"who": who, "typed": typed, **(plan or {})}
    begun = means.journal.confirm(confirmation, number, at=means.clock(), act=UNREGISTER, detail=detail)

    def set_to_nothing(_: Entry) -> Mapping[str, object]:
        means.gateway.update_number(number.account_sid, number.sid, {"EmergencyAddressSid": ""})
        return {"answer": 200}

    entry = carry_out(begun, number, set_to_nothing, means, done="changed", looked_at=means.clock())
    for _ in range(LOOKS):
        settled = settle_unregistering(entry, means)
        if not settled.entry.open:
            break
        means.pause(BETWEEN)
    return settled


def settle_unregistering(entry: Entry, means: Means) -> Settled:
    """Look whether an emergency address is unregistered by now, and write it down.  Sends nothing but a GET."""
    number = entry.phone_number
    try:
        seen = means.gateway.number(entry.account_sid, entry.number_sid)
    except CannotRead as failure:
        return Settled(entry, f"{number}: whether its emergency address is unregistered is open. {failure}")
    if seen is None:
        search = find_everywhere(means.gateway, means.reach, number, home=entry.account_sid)
        seen = search.of(entry.number_sid)
        if seen is None and search.unread:
            said = "whether its emergency address is unregistered is open, because the number cannot be seen."
            return Settled(entry, f"{number}: {said} {search.unread[0]}")
    at = means.clock()
    if seen is None:
        said = f"{number} is in no account of the company any more. Its emergency address was not looked at."
        return conclude(entry, "gone", said, means)
    status = seen.get("emergency_address_status")
    if not has_emergency_address(seen):
        said = f"The emergency address of {number} is unregistered."
        return conclude(entry, "unregistered", said, means)
    if status == "unregistration-failure":
        said = f"Twilio could not unregister the emergency address of {number}. Ask Twilio's support."
        return conclude(entry, "kept", said, means, why=f"Its address is in the state {status}.")
    if status != "pending-unregistration" and entry.state != "acknowledged" and at > settle_after(entry):
        said = f"The emergency address of {number} is still {status}: the request was not carried out."
        return conclude(entry, "kept", said, means, why=f"Its address is still {status}.")
    if entry.state == "acknowledged" and at - entry.at > timedelta(days=1):
        said = f"The emergency address of {number} is still {status} after a day. Ask Twilio's support."
        return conclude(entry, "kept", said, means, why=f"Its address is still {status} after a day.")
    return Settled(
        entry, f"Twilio is still unregistering the emergency address of {number} ({status}). Look again soon."
    )
