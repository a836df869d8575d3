"""
Prove that the kit works here: ``python3 -m tests`` installs what the tests need and runs everything.

``python3 -m tests bench`` measures instead, ``bench evidence`` one part of what there is to measure, and
``python3 -m tests pictures`` makes the README's pictures anew; every run leaves pictures of the panels in
``test-results``. Whatever else stands on the command line goes to pytest, and then nothing but pytest runs:
``python3 -m tests -k journal``. The last line always counts.
"""

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Dict, List
from xml.etree import ElementTree as ET

import helpers.__main__  # noqa: F401  # says in a sentence when this Python is too old
from helpers._install import CHECKOUT, CannotStart, python_with_everything

CHECKS = {
    "ruff format": ["ruff", "format", "--check", "."],
    "ruff check": ["ruff", "check", "."],
    "mypy": ["mypy"],
}

#: How everything is run; what is asked for by name runs in one process, as it is easier to look into.
TWO_AT_ONCE = ["-n", "2", "--dist", "loadgroup", "--no-loadscope-reorder"]


def main(arguments: List[str]) -> int:
    """
    Run what the command line asks for with a Python that has all it takes.

    Returns:
        0 where nothing failed, 1 where something did, 2 where the tests could not be started.
    """
    try:
        python = python_with_everything("test")
    except CannotStart as refusal:
        print(refusal, file=sys.stderr, flush=True)
        print("0 passed, 1 failed")
        return 2
    if python != sys.executable:
        return subprocess.call([python, "-m", "tests", *arguments], cwd=CHECKOUT)
    if arguments[:1] == ["bench"]:
        from tests.bench import main as bench

        return bench(arguments[1:])
    if arguments == ["pictures"]:
        from tests.pictures import main as pictures

        return pictures()

    counts = {"passed": 0, "failed": 0, "skipped": 0}
    for name, command in ({} if arguments else CHECKS).items():
        print(f"\n{name}:", flush=True)
        failed = subprocess.call([python, "-m", *command], cwd=CHECKOUT) != 0
        counts["failed" if failed else "passed"] += 1
    if not arguments:
        # Here, because fetching a browser takes longer than a test may take.
        subprocess.call([python, "-m", "tests.browser"], cwd=CHECKOUT)
    for outcome, count in _pytest(python, arguments).items():
        counts[outcome] += count

    print(f"\n{counts['passed']} passed, {counts['failed']} failed", end="")
    print(f", {counts['skipped']} skipped" if counts["skipped"] else "")
    return 1 if counts["failed"] else 0


def _pytest(python: str, arguments: List[str]) -> Dict[str, int]:
    print("\npytest:", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.xml")
        command = [python, "-m", "pytest", f"--junit-xml={report}", *([] if arguments else TWO_AT_ONCE)]
        ended = subprocess.call(command + [word for word in arguments if word != "--"], cwd=CHECKOUT)
        suite = ET.parse(report).find("testsuite").attrib if report.exists() else {}
    failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
    skipped = int(suite.get("skipped", 0))
    return {
        "passed": int(suite.get("tests", 0)) - failed - skipped,
        # pytest can fail without any test failing: a wrong option, or nothing to run.
        "failed": failed or int(ended != 0),
        "skipped": skipped,
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
