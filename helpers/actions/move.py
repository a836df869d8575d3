"""
Move a number to another account of the company, and prove that it is there.

Twilio moves a number when its ``AccountSid`` is changed, and only for the main account's auth token; the number keeps
its sid (https://www.twilio.com/docs/iam/api/subaccounts).  A number that is parked in a subaccount instead of released
can be brought back, and goes on costing.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta

from helpers.actions.locate import find_everywhere
from helpers.actions.outcome import BETWEEN_READS, Settled, conclude, contradiction, kept_with_another_sid, settle_after
from helpers.actions.send_once import carry_out, never, require_allowed
from helpers.actions.settings import differences
from helpers.core.advice import Advice
from helpers.core.errors import CannotRead, NotReleasable
from helpers.core.reasons import PROTECTING, Cause, Reason
from helpers.core.records import Account, Confirmation, Number, PlanAct, Reach
from helpers.decisions.session import Session
from helpers.journal.entries import Entry
from helpers.journal.states import Act, Proof, State

#: The effects of a move, for the operator to read first
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
    is_stopped: Callable[[], bool] = never,
) -> Settled:
    """
    Move one confirmed number to another account, and read whether it is there.

    The plan of the move has already decided whether the number may go.

    Args:
        begun: The journal entry of this confirmation, if it exists and nothing was sent after it.

        is_stopped: Whether the operator stopped the run; asked at the last moment before the request.

    Raises:
        NotReleasable: A blocker, a protection or the credentials forbid the move, or the number is there already.
            Nothing was sent.
        Further: the exceptions of ``send_once.carry_out``.
    """
    decision = confirmation.decision
    number = decision.number
    back = confirmation.plan.get("plan_act") == PlanAct.BRING_BACK
    if refusal := _refusal(confirmation, target, session.reach, back=back):
        raise NotReleasable(f"{number.phone_number} was not moved: {refusal} Nothing was sent.")
    require_allowed(confirmation, Act.MOVE, session)
    facts = {
        "who": session.who,
        "why": confirmation.why,
        **confirmation.grounds.detail,
        "typed": confirmation.typed,
        "account_name": decision.account.label,
        "target": target.sid,
        "target_name": target.label,
        **confirmation.plan,
    }

    def hand_over(_: Entry) -> Mapping[str, object]:
        session.gateway.update_number(number.account_sid, number.sid, {"AccountSid": target.sid})
        return {"answer": 200}

    sent = carry_out(confirmation, hand_over, session, act=Act.MOVE, facts=facts, begun=begun, is_stopped=is_stopped)
    return settle_moving(sent, session)


def _refusal(confirmation: Confirmation, target: Account, reach: Reach, *, back: bool) -> str | None:
    decision = confirmation.decision
    against = (blocker for blocker in decision.blockers if not confirmation.grounds.answers(blocker))
    blocked = [blocker.code for blocker in against if not (back and blocker.code in PROTECTING)]
    if blocked:
        return f"this stands against it: {', '.join(blocked)}."
    if decision.number.account_sid == target.sid:
        return f"it is in {target.label} already."
    if target.status != "active":
        return f"{target.label} is {target.status}, and Twilio moves numbers into active accounts only."
    if not reach.whole_company or reach.credential != "auth token":
        return "Twilio moves numbers for the main account's auth token only. Open the desk with that."
    return None


def settle_moving(entry: Entry, session: Session) -> Settled:
    """
    Find out whether a confirmed move was carried out, and write the result down.  Sends nothing but GETs.

    The entry stays open where its account and the target prove nothing yet; the sentence says why.
    """
    number, target = entry.phone_number, entry.details["target"]
    target_name = entry.details.get("target_name") or target
    try:
        moved, unmoved = _read_both(entry, target, session)
        if moved is None:
            wait = settle_after(entry) - session.clock()
            if wait > timedelta():
                place = "is still where it was" if unmoved else "is in neither account at this moment"
                return Settled(
                    entry,
                    f"{number} {place}. The request may still be carried out, and what was is not always shown at "
                    "once, so nothing is concluded and nothing is sent again.",
                    Advice.LOOK_LATER,
                    wait,
                )
            session.pause(BETWEEN_READS)
            moved, unmoved = _read_both(entry, target, session)
    except CannotRead as failure:
        return Settled(entry, f"{number}: whether it was moved is still open. {failure}", Advice.LOOK_LATER)
    if moved is not None:
        changed = sorted(differences(entry.number, moved)) if entry.number else []
        settings = f" Not as they were: {', '.join(changed)}." if changed else " Its settings are as they were."
        detail = {"proof": Proof.IN_TARGET_ACCOUNT, "changed": changed}
        return conclude(entry, State.MOVED, f"{number} is in {target_name} now.{settings}", session, detail)
    if unmoved is not None:
        message = f"{number} is where it was: two looks found it there. Nothing was moved."
        return conclude(entry, State.KEPT, message, session, Reason(Cause.FOUND_WHERE_IT_WAS).detail)
    return _settle_by_search(entry, session)


def _read_both(entry: Entry, target: str, session: Session) -> tuple[Number | None, Number | None]:
    """Read the number in the target account; if it is not there, in the account that it came from."""
    moved = session.gateway.number(target, entry.number_sid)
    return moved, None if moved else session.gateway.number(entry.account_sid, entry.number_sid)


def _settle_by_search(entry: Entry, session: Session) -> Settled:
    number = entry.phone_number
    search = find_everywhere(session.gateway, session.reach, number, home=entry.account_sid)
    elsewhere = search.by_sid(entry.number_sid)
    if elsewhere is not None and elsewhere.account_sid in {entry.account_sid, entry.details["target"]}:
        return contradiction(entry)
    if elsewhere is not None:
        message = f"{number} is yours, in account {search.account_of(elsewhere)}: somebody else moved it there."
        return conclude(entry, State.KEPT, message, session, search.reason_of_move(elsewhere).detail)
    if search.numbers:
        return kept_with_another_sid(entry, search, session)
    if search.unread:
        return Settled(entry, f"{number} is in neither account, and where it is cannot be told yet: {search.gap}")
    message = f"{number} is in no account of the company any more: somebody else released it."
    return conclude(entry, State.GONE, message, session)
