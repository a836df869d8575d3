"""The steps of a look: what is being read, and how much of it is done."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum


class Step(StrEnum):
    """What one step reads, in the words that people read while it goes on."""

    USAGE = "usage records"
    CALLS = "call logs"
    MESSAGES = "message logs"
    NUMBERS = "numbers one by one"
    ACCOUNTS = "accounts"


#: Kind of step -> how many are done, and how many there are as far as is known.
Steps = Mapping[Step, tuple[int, int]]
#: Receives the steps; several threads may call it.
OnSteps = Callable[[Steps], None]
#: Runs jobs side by side until all are done.
Run = Callable[[Sequence[tuple[Step, Callable[[], None]]]], None]


def in_all(steps: Steps) -> tuple[int, int]:
    """
    Add up the steps of every kind.

    >>> in_all({Step.CALLS: (3, 8), Step.ACCOUNTS: (1, 2)})
    (4, 10)
    """
    return sum(done for done, _ in steps.values()), sum(whole for _, whole in steps.values())
