"""
Try the kit in fresh environments: ``python3 -m tests start`` runs every trial, and says what each did.

And press the button that begins it all twenty times, where every run of the tests presses it three times.
"""

import os
import subprocess
import sys

from helpers._install import CHECKOUT

PRESSES = "tests/in_browser/test_run_all_in_browser.py::test_every_press_is_heard_however_early_it_comes"


def main(arguments: list[str]) -> int:
    """Run every trial; what stands behind ``start`` on the command line goes to pytest."""
    command = [sys.executable, "-m", "pytest", "-v", "-rs", "--durations=0", "tests/start", PRESSES, *arguments]
    return subprocess.call(command, cwd=CHECKOUT, env={**os.environ, "KIT_START": "all"})
