"""
How the traffic of a generated company is spread: most of it is a few numbers', and many have none.

Drawn from the seed, so that it is spread the same way whenever the world is made again.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import accumulate, pairwise
from random import Random

from helpers.simulator.world.bulk_log import CALLS, MESSAGES, BulkLog
from helpers.simulator.world.fictional_numbers import country_of
from helpers.simulator.world.records import WorldAccount
from helpers.simulator.world.traffic_log import Log

#: More of them would not fit into the memory of a small machine, should somebody look at all.
MOST = 10_000_000
#: One of this number of accounts is silent, if there are that many.
SILENT_ACCOUNT = 7
#: How many logs are kept once somebody looked; those not looked at for longest go first.
KEPT = 512


def spread(
    total: int,
    accounts: Sequence[WorldAccount],
    *,
    numbers: Callable[[WorldAccount], Sequence[str]],
    seed: str,
    born: datetime,
) -> tuple[Callable[[WorldAccount], Log], Callable[[WorldAccount], Log]]:
    """
    Spread *total* calls and messages over the numbers of *accounts*.

    Three out of five numbers at most are used; of those, a third for calls, a third for
    messages, where they can be sent, and a third for both.

    Returns:
        What makes an account's log of calls, and what makes its log of messages.
    """
    dice = Random(f"{seed} traffic")  # noqa: S311  # a story, not a secret
    ranked = dice.sample(accounts, len(accounts) - len(accounts) // SILENT_ACCOUNT)
    shares = dict(zip((account.sid for account in ranked), _shares(total, len(ranked)), strict=True))

    def used(account: WorldAccount) -> tuple[list[str], list[str]]:
        mine = numbers(account)
        some = Random(f"{seed} used {account.sid}").sample(mine, max(1, len(mine) * 3 // 5))  # noqa: S311
        third = len(some) // 3
        texting = [number for number in reversed(some[third:]) if country_of(number).sms]
        return some[: len(some) - third], texting

    @lru_cache(KEPT)
    def calls(account: WorldAccount) -> Log:
        share = shares.get(account.sid, 0)
        callers, texters = used(account) if share else ([], [])
        count = share - share // 2 if texters else share
        return BulkLog(CALLS, seed=seed, born=born, account_sid=account.sid, numbers=callers, count=count)

    @lru_cache(KEPT)
    def messages(account: WorldAccount) -> Log:
        share = shares.get(account.sid, 0)
        texters = used(account)[1] if share else []
        count = share // 2 if texters else 0
        return BulkLog(MESSAGES, seed=seed, born=born, account_sid=account.sid, numbers=texters, count=count)

    return calls, messages


def _shares(total: int, count: int) -> list[int]:
    """Divide *total* into decreasing shares, the first the largest."""
    weights = list(accumulate(rank**-0.8 for rank in range(1, count + 1)))
    marks = [0, *(round(total * weight / weights[-1]) for weight in weights)]
    return [later - earlier for earlier, later in pairwise(marks)]
