"""
Print how safe the kit is: ``python3 -m tests safety``, or ``safety kills 2000`` for one part with so many runs.

Every row says how often something was tried, and how often one of four promises was broken; each has to be 0.
"""

import sys
from importlib import import_module

from tests.safety.figures import HEADER

#: Part -> how many runs.
PARTS = {
    "kills": 1000,
    "faults": 1495,
    "kernels": 300,
    "take_backs": 300,
    "histories": 300,
    "odd_requests": 1006,
    "any_requests": 500,
    "damaged_logs": 620,
}


def main(arguments: list[str]) -> int:
    """Measure the part that is named, or all; return 1 when a promise was broken, 2 where there is no such part."""
    part, *counts = arguments or [""]
    if arguments and (part not in PARTS or len(counts) > 1 or not all(count.isdecimal() for count in counts)):
        print(f"Name one of {', '.join(PARTS)}, and perhaps a number of runs. Nothing was measured.", file=sys.stderr)
        return 2
    runs = {part: int(counts[0]) if counts else PARTS[part]} if arguments else PARTS
    print(HEADER, flush=True)
    broken = 0
    for part, count in runs.items():
        figures = import_module(f"tests.safety.{part}").measure(count)
        print(figures, flush=True)
        broken += figures.broken
    return 1 if broken else 0
