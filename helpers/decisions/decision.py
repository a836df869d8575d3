"""
Evidence in, verdict and blockers out, as facts.

Pure: no clock, no disk, no network.  Every rule that stands between the operator and
a release is in this file.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from helpers.core.connections import Wiring
from helpers.core.dates import readable
from helpers.core.number_facts import has_emergency_address
from helpers.core.reasons import Cause, Reason
from helpers.core.records import Account, Decision, Number, Price, Traffic, Verdict
from helpers.core.typed_text import is_sentence, is_typed_back
from helpers.evidence.billing import next_billing_day

#: Days; a number bought less than this ago has had little time to be used.
NEW = timedelta(days=30)
#: For how long a look is good to act on: after that somebody may have begun to use the number.
HOLDS = timedelta(hours=1)
#: A word in an account's name, by which people tell what is real from what is tried out.
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
) -> Decision:
    """
    Judge whether a number may be released, and say why.

    What we could not look at is never counted as silence: a single missing answer
    makes the verdict ``UNKNOWN``, unless what was seen proves that it is in use.

    Args:
        traffic: What was heard on it; None when nobody looked.

        wiring: What it is connected to; None when nobody looked.

        open_entry: The journal entry that is still open for this number; None when there is none.

        protected: What protects it from being released; None when nothing does.

        now: When the number was looked at.
    """
    created = readable(number.get("date_created"))
    return Decision(
        number=number,
        account=account,
        verdict=verdict_of(traffic),
        blockers=tuple(_blockers(number, account, open_entry, protected)),
        looked_at=now,
        traffic=traffic,
        wiring=wiring,
        price=price,
        next_billing=next_billing_day(created.date(), today=now.date()) if created else None,
        cautions=tuple(_cautions(created, account, now)),
    )


def refusal(
    decision: Decision, *, typed: str, why: str, account_typed: str = "", sentence: str | None = None
) -> str | None:
    """
    Say why a release must not go ahead; None when nothing stands against it.

    A number in use can be released by somebody who writes down why.  A number that
    nobody could look at cannot, and a blocked one cannot either.

    Args:
        account_typed: The account's name, typed as well where it looks like production.

        sentence: What had to be typed instead of the number: a plan's sentence for all its numbers.
    """
    number, account = decision.number.phone_number, decision.account
    if decision.blockers:
        against = ", ".join(blocker.code for blocker in decision.blockers)
        return (
            f"{number} was not released, because of this: {against}. Nothing was sent. Choose it again to see what to "
            "do about it."
        )
    if decision.verdict is Verdict.UNKNOWN:
        return f"{number} was not released: nobody could look whether it is in use. {to_know_more(decision)}"
    if decision.verdict is Verdict.IN_USE and not why.strip():
        return f"{number} was not released: it is in use. To release it all the same, write down why."
    if sentence is None and not is_typed_back(typed, decision.number):
        return f"Nothing was sent: what was typed is not {number}. Type the whole number, with its country code."
    if sentence is not None and not is_sentence(typed, sentence):
        return f"Nothing was sent: what was typed is not “{sentence}”."
    if looks_like_production(account.friendly_name) and not is_sentence(account_typed, account.friendly_name):
        return (
            f"Nothing was sent: {number} is in {account.friendly_name}, which looks like production. "
            "Type the name of that account as well."
        )
    return None


def too_old(decision: Decision, now: datetime) -> str | None:
    """Say that a look is not good to act on any more; None where it is.  A clock that was set back makes it so, too."""
    if abs(now - decision.looked_at) <= HOLDS:
        return None
    return "it was looked at more than an hour ago, and somebody may have begun to use it."


def to_know_more(decision: Decision) -> str:
    """Say what helps where nobody could look whether a number is in use."""
    traffic = decision.traffic
    if traffic is not None and traffic.kept_short:
        return (
            "No second look shows more. Its account's bills tell whether messages still come and go there: look into "
            "them in Twilio's Console, and ask who uses the number."
        )
    return "Press “Look again” to look once more."


def looks_like_production(name: str) -> bool:
    """
    Tell whether an account's name says that customers depend on it.

    >>> [looks_like_production(name) for name in ("Acme PROD", "acme-production-eu", "Live", "Product team", "Olive")]
    [True, True, True, False, False]
    """
    return bool(_PRODUCTION.search(name))


def verdict_of(traffic: Traffic | None) -> Verdict:
    """Judge by traffic alone: what was heard settles the matter, even where another answer is missing."""
    if traffic is not None and (traffic.calls or traffic.messages):
        return Verdict.IN_USE
    if traffic is None or traffic.calls is None or traffic.messages is None:
        return Verdict.UNKNOWN
    return Verdict.QUIET


def _blockers(
    number: Number, account: Account, open_entry: Reason | None, protected: Reason | None
) -> Iterator[Reason]:
    yield from filter(None, (protected, open_entry))
    if has_emergency_address(number):
        status = number.get("emergency_address_status") or "registered"
        yield Reason(Cause.EMERGENCY_ADDRESS, {"status": str(status)})
    if number.get("origin") == "hosted":
        yield Reason(Cause.HOSTED)
    if account.status == "closed":
        yield Reason(Cause.ACCOUNT_CLOSED)


def _cautions(created: datetime | None, account: Account, now: datetime) -> Iterator[Reason]:
    if created and now - created < NEW:
        yield Reason(Cause.NEW, {"days": max(0, (now - created).days)})
    if account.status == "suspended":
        yield Reason(Cause.SUSPENDED)


def only_address(decision: Decision) -> bool:
    """Tell whether a number is quiet, and nothing but an emergency address keeps it from being released."""
    blockers = {blocker.code for blocker in decision.blockers}
    return blockers == {Cause.EMERGENCY_ADDRESS} and decision.verdict is Verdict.QUIET
