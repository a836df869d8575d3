"""
Prove that the kit works here: ``python3 -m tests`` installs what the tests need and runs everything.

``python3 -m tests bench`` measures instead, ``bench evidence`` one part of what there is to measure.
``python3 -m tests safety`` counts how often a promise is broken.  ``python3 -m tests start`` tries the kit in fresh
environments, of which every run tries two.  ``python3 -m tests pictures`` makes the README's pictures anew; every run
leaves pictures of the panels in ``test-results``.  Whatever else stands on the command line goes to pytest, and then
nothing but pytest runs: ``python3 -m tests -k journal``.  The last line always counts.
"""

import subprocess
import sys
import tempfile
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from typing import Dict, Iterator, List
from xml.etree import ElementTree as ET

import helpers.__main__  # noqa: F401  # says in a sentence when this Python is too old
from helpers._install import CHECKOUT, CannotStart, python_with_everything

CHECKS = {
    "ruff format": ["ruff", "format", "--check", "."],
    "ruff check": ["ruff", "check", "."],
    "mypy": ["mypy"],
}

#: What else can be asked for by its name.
MEASURES = ("bench", "safety", "start")

IN_A_BROWSER = "tests/in_browser/test_*_in_browser.py"


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
    if arguments[:1] and arguments[0] in MEASURES:
        return import_module(f"tests.{arguments[0]}.main").main(arguments[1:])
    if arguments == ["pictures"]:
        from tests.support.pictures import main as pictures

        return pictures()

    counts = {"passed": 0, "failed": 0, "skipped": 0}
    for name, command in ({} if arguments else CHECKS).items():
        print(f"\n{name}:", flush=True)
        failed = subprocess.call([python, "-m", *command], cwd=CHECKOUT) != 0
        counts["failed" if failed else "passed"] += 1
    if not arguments:
        # Here, because fetching a browser takes longer than a test may take.
        subprocess.call([python, "-m", "tests.support.browser"], cwd=CHECKOUT)
    for ended in _pytest(python, [arguments] if arguments else _halves()):
        for outcome, count in ended.items():
            counts[outcome] += count

    print(f"\n{counts['passed']} passed, {counts['failed']} failed", end="")
    print(f", {counts['skipped']} skipped" if counts["skipped"] else "")
    return 1 if counts["failed"] else 0


def _halves() -> List[List[str]]:
    # What is played in a browser, or installed, waits most of the time.
    waits = [*sorted(str(path) for path in CHECKOUT.glob(IN_A_BROWSER)), str(CHECKOUT / "tests" / "start")]
    return [[f"--ignore={path}" for path in waits], waits]


def _pytest(python: str, runs: List[List[str]]) -> Iterator[Dict[str, int]]:
    """Run pytest beside itself, once for each list of arguments; the first is heard at once, the others afterwards."""
    print("\npytest:", flush=True)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as files:
        started = []
        for count, arguments in enumerate(runs):
            said, report = Path(folder, f"{count}.txt"), Path(folder, f"{count}.xml")
            command = [python, "-m", "pytest", f"--junit-xml={report}", *(word for word in arguments if word != "--")]
            out = files.enter_context(said.open("wb")) if count else None
            started.append((subprocess.Popen(command, cwd=CHECKOUT, stdout=out, stderr=out), said, report))
        for process, said, report in started:
            ended = process.wait()
            if said.exists():
                print(said.read_text(encoding="utf-8", errors="replace"), flush=True)
            yield _counted(report, failed_at_all=ended != 0)


def _counted(report: Path, *, failed_at_all: bool) -> Dict[str, int]:
    suite = ET.parse(report).find("testsuite").attrib if report.exists() else {}
    failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
    skipped = int(suite.get("skipped", 0))
    return {
        "passed": int(suite.get("tests", 0)) - failed - skipped,
        # pytest can fail without any test failing: a wrong option, or nothing to run.
        "failed": failed or int(failed_at_all),
        "skipped": skipped,
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
