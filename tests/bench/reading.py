"""
How long reading every number of a company takes, by the kit and by others, and what it could take at best.

The limit is what the requests cost if nothing but waiting took time: pages follow one another within an account, and
accounts stand side by side, so it is counted in rounds of up to 32 requests.  Each way has a process of its own.
The SDK's own loop would take minutes, so it reads a part, and its limit is that of the part.
"""

import math
from collections.abc import Callable, Iterator, Sequence

from helpers.gateway.pages import PAGE
from tests.bench import clients
from tests.bench.apart import apart
from tests.bench.clients import Read
from tests.bench.figure import Figure
from tests.bench.practice import Cost, Practice

WORLDS = ("1000x100", "200x50", "1x10000")
#: What reading may cost, as a multiple of the limit.
AT_MOST = 1.3
#: Of how many accounts a loop reads the numbers.
PART = 96
WAYS = {
    "the kit": clients.the_kit,
    "urllib3, 32 threads": clients.urllib3_with_threads,
    "the SDK, 32 threads": clients.the_sdk_with_threads,
    "the SDK in a loop": clients.the_sdk_in_a_loop,
}


def measure(worlds: Sequence[str]) -> Iterator[Figure]:
    """Measure each way in each world."""
    for world in worlds or WORLDS:
        with Practice(world) as practice:
            warm(practice)
            for name, way in WAYS.items():
                yield _figure(world, name, way, practice)


def _figure(world: str, name: str, way: Callable[[dict[str, str]], Read], practice: Practice) -> Figure:
    accounts, each = (int(part) for part in world.split("x"))
    in_part = way is clients.the_sdk_in_a_loop and accounts > PART
    asked = f"{PART}x{each}" if in_part else world
    best, peak = _read(way, practice, PART if in_part else None)
    limit = practice.latency * rounds(asked)
    is_ours = way is clients.the_kit
    part = f", {PART} accounts" if in_part else ""
    beside = {"s limit": limit, **best.beside, "MB": peak}
    return Figure(f"{world}: {name}{part}", best.seconds / limit, "x the limit", AT_MOST if is_ours else None, beside)


def _read(way: Callable[[dict[str, str]], Read], practice: Practice, count: int | None) -> tuple[Cost, float]:
    """Read in a process of its own, the best of three, or once where it is a part; also return the peak memory."""
    times, before = 1 if count else 3, practice.cpu
    practice.asked()
    runs, peak = apart(clients.time_reading, way, practice.about, count, times=times)
    lists = [each for each in practice.asked() if each["path"].endswith(("Accounts.json", "Numbers.json"))]
    (seconds, cpu), whole = min(runs), sum(seconds for seconds, _ in runs)
    return Cost(seconds, cpu, (practice.cpu - before) / whole * seconds, len(lists) // times), peak


def warm(practice: Practice) -> None:
    """Let the practice Twilio write every list once: its computers are the kit's."""
    apart(clients.time_reading, clients.urllib3_with_threads, practice.about, None, times=1)


def rounds(world: str) -> int:
    """Count how often one has to wait: for the accounts, then for the numbers, 32 at a time."""
    accounts, each = (int(part) for part in world.split("x"))
    pages = math.ceil(each / PAGE)
    listed = accounts + 1 if accounts > 1 else 1
    account_pages = math.ceil(listed / PAGE)
    return account_pages + max(pages, math.ceil(listed * pages / clients.THREADS))
