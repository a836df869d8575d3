"""
Advice to the operator after a failure: a code, and its two wordings.  Pure.

A single release and a plan have different wordings, because the operator does not choose a plan's number again by hand.
"""

from datetime import timedelta
from enum import StrEnum

from helpers.core.dates import how_long


class Advice(StrEnum):
    """The next step for the operator."""

    #: The facts about the number are too old, or were already acted on.
    LOOK_FIRST = "look first"
    #: The number has changed since it was confirmed.
    CHOOSE_AGAIN = "choose again"
    #: The number has moved, and its new place is known.
    READ_AGAIN = "read again"
    #: The outcome of a request is not known yet.
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


def for_one_number(sentence: str, advice: Advice | None, wait: timedelta | None = None) -> str:
    """
    Add the advice for a number that was chosen by itself to the sentence about the failure.

    >>> for_one_number("It is still listed.", Advice.LOOK_LATER, timedelta(seconds=59))
    'It is still listed. Look again in 1 minute.'
    """
    if advice is None:
        return sentence
    later = f"Look again in {how_long(wait.total_seconds() + 1)}." if wait is not None else ""
    return f"{sentence} {later or _ONE_NUMBER[advice]}"


def for_a_plan(sentence: str, advice: Advice | None) -> str:
    """
    Add the advice for a number of a plan to the sentence about the failure.

    >>> for_a_plan("It is still listed.", Advice.LOOK_LATER)
    'It is still listed. It is looked up at the end of this run, or by the next.'
    """
    return f"{sentence} {_IN_A_PLAN[advice]}" if advice else sentence
