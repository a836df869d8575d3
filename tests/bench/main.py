"""
Measure the kit beside what it is compared with: ``python3 -m tests bench``.

Everything is measured against a practice Twilio in a process of its own, 80 ms a request, 32 at once.  Trust the
ratios, not the seconds; and where other work kept the processors busy, not even them.
"""

import argparse
import json
import os
import platform
import sys
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

from tests.bench.figure import Figure

PARTS = (
    "reading",
    "company",
    "million",
    "evidence",
    "look",
    "report",
    "choice",
    "release",
    "journal",
    "limiter",
    "screen",
)


def main(arguments: list[str]) -> int:
    """Print a line for each figure of the parts that are named, or of all; return 1 where a target was missed."""
    parser = argparse.ArgumentParser(prog="python3 -m tests bench", description=__doc__)
    parser.add_argument("part", nargs="?", choices=PARTS, help="all, if none is named")
    parser.add_argument("on", nargs="*", help="what to measure it on, like 200x50")
    parser.add_argument("--json", type=Path, help="a file for all figures")
    told = parser.parse_args(arguments)
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    began, load = datetime.now(UTC).isoformat(timespec="minutes"), os.getloadavg()[0]
    print(f"{began}; {machine}; {load:.1f} of the cores were busy with other work before.")
    figures: dict[str, list[Figure]] = {}
    for name in [told.part] if told.part else PARTS:
        part = import_module(f"tests.bench.{name}")
        print(f"\n{name}: {part.__doc__.strip().splitlines()[0]}", flush=True)
        figures[name] = []
        for figure in part.measure(told.on):
            print(figure, flush=True)
            figures[name].append(figure)
    missed = sum(figure.missed for each in figures.values() for figure in each)
    asked = sum(figure.target is not None for each in figures.values() for figure in each)
    print(f"\n{asked - missed} of {asked} targets were reached.")
    if told.json:
        rows = [{"part": name, **figure._asdict()} for name, each in figures.items() for figure in each]
        about = {"began": began, "machine": machine, "load": load, "figures": rows}
        told.json.write_text(json.dumps(about, indent=1), encoding="utf-8")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
