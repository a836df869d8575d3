"""Try the kit in fresh environments: ``python3 -m tests start`` runs every trial, and says what each did."""

import os
import subprocess
import sys

from helpers._install import CHECKOUT


def main(arguments: list[str]) -> int:
    """Run every trial; what stands behind ``start`` on the command line goes to pytest."""
    command = [sys.executable, "-m", "pytest", "-v", "-rs", "--durations=0", "tests/start", *arguments]
    return subprocess.call(command, cwd=CHECKOUT, env={**os.environ, "KIT_START": "all"})
