"""
What to do now that something did not go through: a code, put into words by the one who shows it.  Pure.

A single release and a plan advise differently: a number of a plan is not chosen again by hand.
"""

from datetime import timedelta
from enum import StrEnum

from helpers.core.dates import how_long


class Advice(StrEnum):
    """What to do now."""

    #: What was known of the number is too old, or was acted on before.
    LOOK_FIRST = "look first"
    #: The number is not what it was when it was confirmed.
    CHOOSE_AGAIN = "choose again"
    #: Where the number is now is known, and it is not where it was.
    READ_AGAIN = "read again"
    #: What became of a request cannot be told yet.
    LOOK_LATER = "look later"


_ONE_NUMBER = {
    Advice.LOOK_FIRST: "Look at it again first.",
    Advice.CHOOSE_AGAIN: "Choose it again to see it as it is now.",
    Advice.READ_AGAIN: "Read the inventory again and look at it there.",
    Advice.LOOK_LATER: "Look again later.",
}
_IN_A_PLAN = {
    Advice.LOOK_FIRST: "Check the plan again.",
    Advice.CHOOSE_AGAIN: "Make a new plan to see it as it is now.",
    Advice.READ_AGAIN: "Make a new plan to see it where it is now.",
    Advice.LOOK_LATER: "It is looked up at the end of this run, or by the next.",
}


def for_one_number(said: str, advice: Advice | None, wait: timedelta | None = None) -> str:
    """
    Say what happened, and what to do now about a number that somebody chose by itself.

    >>> for_one_number("It is still listed.", Advice.LOOK_LATER, timedelta(seconds=59))
    'It is still listed. Look again in 1 minute.'
    """
    if advice is None:
        return said
    later = f"Look again in {how_long(wait.total_seconds() + 1)}." if wait is not None else ""
    return f"{said} {later or _ONE_NUMBER[advice]}"


def for_a_plan(said: str, advice: Advice | None) -> str:
    """
    Say what happened, and what to do now about a number of a plan.

    >>> for_a_plan("It is still listed.", Advice.LOOK_LATER)
    'It is still listed. It is looked up at the end of this run, or by the next.'
    """
    return f"{said} {_IN_A_PLAN[advice]}" if advice else said
