"""Go on in the checkout's own ``.venv``, where the Python that was typed lacks what is needed."""

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

#: Set for the second start, which is the last.
_AGAIN = "PRACTICE_TWILIO_STARTED_AGAIN"


def start_again(missing: ModuleNotFoundError) -> NoReturn:
    """
    Start the same command with the Python in ``.venv``, or say in a sentence what is missing.

    Raises:
        SystemExit: With 2, where that Python lacks it too or there is none.
        ModuleNotFoundError: What is missing is a part of the kit.
    """
    if (missing.name or "").startswith("helpers"):
        raise missing
    venv = Path(__file__).resolve().parents[2] / ".venv"
    python = venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if _AGAIN not in os.environ and python.exists():
        command = [str(python), "-m", "helpers.simulator", *sys.argv[1:]]
        environment = {**os.environ, _AGAIN: "1"}
        # A .venv that was copied from another machine cannot be started.
        with suppress(OSError):
            if os.name == "nt":
                raise SystemExit(subprocess.call(command, env=environment))
            os.execve(python, command, environment)
    print(
        f"The practice Twilio was not started: the package {missing.name} is not installed. "
        "python3 -m helpers installs all that is needed into .venv; then type the same command again.",
        file=sys.stderr,
    )
    raise SystemExit(2)
