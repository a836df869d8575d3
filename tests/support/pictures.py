"""Make the README's pictures anew, by playing what they show: ``python3 -m tests pictures``."""

import os
import shutil
import subprocess
import sys

from helpers._install import CHECKOUT

#: The pictures that a test leaves, and where the README shows them, by day and by night.
_PICTURES = CHECKOUT / "notebooks" / "pictures"
_SHOWN = {
    "release-panel.png": _PICTURES / "release.png",
    "release-by-night-panel.png": _PICTURES / "release-dark.png",
}


def main() -> int:
    """Play the story and take its pictures over; where it does not go through, the old ones stay."""
    folder = CHECKOUT / "test-results"
    command = [sys.executable, "-m", "pytest", "-q", "tests/in_browser/test_story_in_browser.py", "-k", "taken_back"]
    ended = subprocess.call(command, cwd=CHECKOUT, env={**os.environ, "KIT_PICTURES": str(folder)})
    if ended == 0:
        for name, shown in _SHOWN.items():
            shutil.copyfile(folder / name, shown)
            print(f"{shown.relative_to(CHECKOUT)} is made anew.")
    return ended
