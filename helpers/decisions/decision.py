"""
The rules that can stop a release: they turn evidence into a verdict, and an operator's agreement into a yes or a no.

Pure: no clock, no disk, no network.
"""

import re
from datetime import datetime, timedelta

from helpers.core.account_names import to_type
from helpers.core.connections import Wiring
from helpers.core.dates import readable
from helpers.core.grounds import NO_GROUNDS, Grounds
from helpers.core.number_note import NumberNote
from helpers.core.reasons import Cause, Reason
from helpers.core.records import Account, Decision, Number, Price, Traffic, Verdict
from helpers.core.typed_text import in_latin, is_sentence, is_typed_back
from helpers.decisions.blockers import find_blockers, find_cautions
from helpers.evidence.billing import next_billing_day

#: How long a decision may be acted on: after that, somebody may have begun to use the number.
VALID_FOR = timedelta(hours=1)
#: Says so, for messages about one number.
TOO_OLD = "it was looked at more than an hour ago, and somebody may have begun to use it."
#: What a protection with that rule asks for.
GROUNDS_NEEDED = "Choose a reason code, and write the ticket."
#: The words by which people mark a production account in its name.
_PRODUCTION = re.compile(r"(?<![a-z])(prod|prd|production|live)(?![a-z])", re.IGNORECASE)


def decide(
    number: Number,
    account: Account,
    *,
    traffic: Traffic | None,
    wiring: Wiring | None,
    price: Price | None,
    open_entry: Reason | None,
    protected: Reason | None,
    now: datetime,
    note: NumberNote | None = None,
) -> Decision:
    """
    Judge whether a number may be released, and give the reasons.

    Missing evidence never counts as silence: one unread log makes the verdict ``UNKNOWN``, unless a record that was
    read proves that the number is in use.

    Args:
        traffic: The number's calls and messages; None if nobody fetched them.

        wiring: The number's connections; None if nobody fetched them.

        open_entry: The reason that an open journal entry gives; None if no entry for this number is open.

        protected: The reason that a protection gives; None if the number is not protected.

        now: The time of the decision.

        note: What colleagues noted about the number; None if nobody noted anything.
    """
    created = readable(number.get("date_created"))
    return Decision(
        number=number,
        account=account,
        verdict=verdict_of(traffic),
        blockers=tuple(find_blockers(number, account, wiring, open_entry, protected)),
        looked_at=now,
        traffic=traffic,
        wiring=wiring,
        price=price,
        next_billing=next_billing_day(created.date(), today=now.date()) if created else None,
        cautions=tuple(find_cautions(number, created, account, now)),
        note=note,
    )


def refusal(
    decision: Decision,
    *,
    typed: str,
    why: str,
    grounds: Grounds = NO_GROUNDS,
    account_typed: str = "",
    sentence: str | None = None,
) -> str | None:
    """
    Say why a release must not go ahead; None if it may.

    The operator can release a number in use by writing down a reason, but never a blocked number or one with an
    unknown verdict.

    Args:
        typed: The text that the operator typed to confirm.

        grounds: The reason code and the ticket, which a protection may ask for.

        account_typed: The label of the account that the operator typed; required for a production account.

        sentence: The plan's sentence, which a plan's operator types instead of the number.
    """
    number, account = decision.number.phone_number, decision.account
    against = [blocker for blocker in decision.blockers if not grounds.answers(blocker)]
    if against and against[0].code is Cause.TICKET_REQUIRED:
        return f"{number} was not released: its protection asks for both. Nothing was sent. {GROUNDS_NEEDED}"
    if against:
        codes = ", ".join(blocker.code for blocker in against)
        return (
            f"{number} was not released, because of this: {codes}. Nothing was sent. Choose it again to see what to "
            "do about it."
        )
    if decision.verdict is Verdict.UNKNOWN:
        return f"{number} was not released: nobody could look whether it is in use. {advise_on_unknown(decision)}"
    if decision.verdict is Verdict.IN_USE and not why.strip():
        return f"{number} was not released: it is in use. To release it all the same, write down why."
    if sentence is None and not is_typed_back(typed, decision.number):
        return f"Nothing was sent: what was typed is not {number}. Type the whole number, with its country code."
    if sentence is not None and not is_sentence(typed, sentence):
        return f"Nothing was sent: what was typed is not “{sentence}”."
    wanted = to_type(account.label, account.sid)
    if is_production_name(account.friendly_name) and not is_sentence(account_typed, wanted):
        return (
            f"Nothing was sent: {number} is in {account.label}, which looks like production. Type the name of that "
            f"account as well: {wanted}."
        )
    return None


def may_be_released(decision: Decision) -> bool:
    """Tell whether it depends on what the operator types whether a number is released."""
    blocked = any(blocker.code is not Cause.TICKET_REQUIRED for blocker in decision.blockers)
    return not blocked and decision.verdict is not Verdict.UNKNOWN


def why_too_old(decision: Decision, now: datetime) -> Reason | None:
    """Return why a decision is too old to act on; None if it is not.  It is, too, if the clock was set back."""
    if abs(now - decision.looked_at) <= VALID_FOR:
        return None
    return Reason(Cause.LOOKED_AT_TOO_LONG_AGO, {"at": decision.looked_at.isoformat()})


def advise_on_unknown(decision: Decision) -> str:
    """Say how to find out more about a number with an unknown verdict."""
    traffic = decision.traffic
    if traffic is not None and traffic.kept_short:
        return (
            "No second look shows more. Its account's bills tell whether messages still come and go there: look into "
            "them in Twilio's Console, and ask who uses the number."
        )
    return "Press “Look again” to look once more."


def is_production_name(name: str) -> bool:
    r"""
    Tell whether an account's name marks it as a production account, with whatever letters it looks so.

    >>> [is_production_name(name) for name in ("Acme PROD", "acme-production-eu", "Live", "Product team", "Olive")]
    [True, True, True, False, False]
    >>> is_production_name("Acme P\u0420\u041eD"), is_production_name("Acme \u0420R\u041eD")
    (False, True)
    """
    return bool(_PRODUCTION.search(in_latin(name)))


def verdict_of(traffic: Traffic | None) -> Verdict:
    """Judge by traffic alone: one call or message proves use, even if the other log is unread."""
    if traffic is not None and traffic.used:
        return Verdict.IN_USE
    if traffic is None or traffic.calls is None or traffic.messages is None:
        return Verdict.UNKNOWN
    return Verdict.QUIET


def is_blocked_by_address_only(decision: Decision) -> bool:
    """Tell whether a number is quiet, and only its emergency address blocks it, or a missing ticket as well."""
    codes = {blocker.code for blocker in decision.blockers} - {Cause.TICKET_REQUIRED}
    return codes == {Cause.EMERGENCY_ADDRESS} and decision.verdict is Verdict.QUIET
