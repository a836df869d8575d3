"""
Move a number to another account of the company, and prove that it is there.

Twilio hands a number over when its ``AccountSid`` is changed, with the main account's auth
token only; it keeps its sid (https://www.twilio.com/docs/iam/api/subaccounts).  Parking
numbers in a subaccount of their own is the careful sister of releasing them: they can be
brought back, and they go on costing.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta

from helpers.actions.locate import find_everywhere
from helpers.actions.outcome import BETWEEN_LOOKS, Settled, conclude, settle_after
from helpers.actions.send_once import carry_out, never
from helpers.actions.settings import differences
from helpers.core.advice import Advice
from helpers.core.errors import CannotRead, NotReleasable
from helpers.core.reasons import Cause, Reason
from helpers.core.records import BRINGING_BACK, Account, Confirmation, Number, Reach
from helpers.decisions import protection
from helpers.decisions.decision import too_old
from helpers.decisions.session import Session
from helpers.journal.entries import Entry
from helpers.journal.states import Act, Proof, State

#: What a move breaks or may break, for the operator to read before
#: (https://www.twilio.com/docs/iam/api/subaccounts#exchanging-phone-numbers-between-subaccounts).
WHAT_IT_BREAKS = (
    "A moved number goes on costing its monthly price: it is parked, not released.",
    "It leaves its messaging services and campaigns.",
    "Toll-free verifications, A2P campaigns and trust products have to be submitted again, which takes days.",
    "Applications, SIP trunks, addresses and bundles stay behind: what they answer may go unanswered.",
    "A WhatsApp sender does not move with its number: that takes Twilio's support.",
    "Where a country asks for an address, the other account must have one before; else Twilio refuses.",
    "It can be brought back at any time, with the same SID; what it was a part of has to be set up again by hand.",
)


def move(
    confirmation: Confirmation,
    target: Account,
    session: Session,
    *,
    begun: Entry | None = None,
    stopped: Callable[[], bool] = never,
) -> Settled:
    """
    Hand one confirmed number over to another account, and look whether it is there.

    What stands against it was decided with the plan that it is a part of.

    Args:
        begun: The journal entry of this very confirmation, where nothing was sent after it.

        stopped: Asked in the last moment whether it is not to go any more.

    Raises:
        NotReleasable: It cannot go there with these credentials, or is there.  Nothing was sent.
        AlreadyUsed: This confirmation, or one for the same number, was acted on.  Nothing was sent.
        And what ``send_once.carry_out`` raises, with the world in the states that it says.
    """
    decision = confirmation.decision
    number = decision.number
    back = confirmation.plan.get("plan_act") == BRINGING_BACK
    reason = _against(confirmation, target, session.reach, back=back)
    advice = None
    if reason is None:
        reason = too_old(decision, session.clock())
        advice = Advice.LOOK_FIRST if reason else None
    # What is protected may not leave; a parked number may always come back.
    protected = None if back else session.protection.of(number, decision.account)
    if reason is None and protected is not None:
        reason = protection.refusal(number, protected)
    if reason is not None:
        raise NotReleasable(f"{number.phone_number} was not moved: {reason} Nothing was sent.", advice=advice)
    detail = {
        "who": session.who,
        "why": confirmation.why,
        "typed": confirmation.typed,
        "account_name": decision.account.friendly_name,
        "target": target.sid,
        "target_name": target.friendly_name,
        **confirmation.plan,
    }
    entry = begun or session.journal.confirm(confirmation.id, number, at=session.clock(), act=Act.MOVE, detail=detail)

    def hand_over(_: Entry) -> Mapping[str, object]:
        session.gateway.update_number(number.account_sid, number.sid, {"AccountSid": target.sid})
        return {"answer": 200}

    sent = carry_out(entry, number, hand_over, session, done="moved", looked_at=decision.looked_at, stopped=stopped)
    return settle_moving(sent, session)


def _against(confirmation: Confirmation, target: Account, reach: Reach, *, back: bool) -> str | None:
    decision = confirmation.decision
    blocked = [blocker.code for blocker in decision.blockers if not (back and blocker.code is Cause.PROTECTED)]
    if blocked:
        return f"this stands against it: {', '.join(blocked)}."
    if decision.number.account_sid == target.sid:
        return f"it is in {target.friendly_name} already."
    if target.status != "active":
        return f"{target.friendly_name} is {target.status}, and Twilio moves numbers into active accounts only."
    if not reach.whole_company or reach.credential != "auth token":
        return "Twilio moves numbers for the main account's auth token only. Open the desk with that."
    return None


def settle_moving(entry: Entry, session: Session) -> Settled:
    """
    Look where a number is whose move was confirmed, and write down what that proves.  Sends nothing but GETs.

    An entry stays open where the look proves nothing; the sentence says why.
    """
    number, target = entry.phone_number, entry.details["target"]
    where = entry.details.get("target_name") or target
    try:
        there, still = _look(entry, target, session)
        if there is None:
            wait = settle_after(entry) - session.clock()
            if wait > timedelta():
                seen = "is still where it was" if still else "is in neither account at this moment"
                return Settled(
                    entry,
                    f"{number} {seen}. The request may still be carried out, and what was is not always shown at once, "
                    "so nothing is concluded and nothing is sent again.",
                    Advice.LOOK_LATER,
                    wait,
                )
            session.pause(BETWEEN_LOOKS)
            there, still = _look(entry, target, session)
    except CannotRead as failure:
        return Settled(entry, f"{number}: whether it was moved is still open. {failure}", Advice.LOOK_LATER)
    if there is not None:
        changed = sorted(differences(entry.number, there)) if entry.number else []
        lost = f" Not as they were: {', '.join(changed)}." if changed else " Its settings are as they were."
        detail = {"proof": Proof.IN_TARGET_ACCOUNT, "changed": changed}
        return conclude(entry, State.MOVED, f"{number} is in {where} now.{lost}", session, detail)
    if still is not None:
        said = f"{number} is where it was: two looks found it there. Nothing was moved."
        return conclude(entry, State.KEPT, said, session, Reason(Cause.FOUND_WHERE_IT_WAS).detail)
    return _search(entry, session)


def _look(entry: Entry, target: str, session: Session) -> tuple[Number | None, Number | None]:
    """See the number in the account that it was to go to, or else in the one that it came from."""
    there = session.gateway.number(target, entry.number_sid)
    return there, None if there else session.gateway.number(entry.account_sid, entry.number_sid)


def _search(entry: Entry, session: Session) -> Settled:
    number = entry.phone_number
    search = find_everywhere(session.gateway, session.reach, number, home=entry.account_sid)
    elsewhere = search.of(entry.number_sid)
    if elsewhere is not None:
        said = f"{number} is yours, in account {search.account_of(elsewhere)}: somebody else moved it there."
        return conclude(entry, State.KEPT, said, session, search.moved(elsewhere).detail)
    if search.unread:
        return Settled(entry, f"{number} is in neither account, and where it is cannot be told yet: {search.unread[0]}")
    said = f"{number} is in no account of the company any more: somebody else released it."
    return conclude(entry, State.GONE, said, session)
