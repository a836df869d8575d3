"""
Fresh environments, made by the commands that people type, and what is left in them.

pip and uv fetch each package once and keep it in their own caches, so that the second environment takes seconds.
"""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.browser import copy_kit
from tests.support.missing import do_without

#: What an environment of their own says of this one would be wrong in a fresh one.
_NOT_THEIRS = {"VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME"}


def pytest_collection_modifyitems(config, items):
    """Leave all but two trials to ``python3 -m tests start``: they fetch, and take minutes."""
    trials = [item for item in items if Path(__file__).parent in item.path.parents]
    for item in trials:
        item.add_marker(pytest.mark.timeout(900))
    if os.environ.get("KIT_START") != "all":
        left = [item for item in trials if not item.get_closest_marker("always")]
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in left]


@dataclass
class Environment:
    """A fresh environment, and the copy of the kit that was installed into it."""

    python: Path
    kit: Path

    def run(self, *arguments, folder=None):
        """Run the environment's Python somewhere else than in the kit, and return what it says."""
        command = [self.python, *map(str, arguments)]
        return _run(command, folder or self.kit.parent)


def _run(command, folder):
    # Nobody's own credentials either: no trial may reach the real Twilio.
    clean = {
        name: value for name, value in os.environ.items() if name not in _NOT_THEIRS and not name.startswith("TWILIO_")
    }
    ended = subprocess.run(command, cwd=folder, env=clean, capture_output=True, text=True, check=False)
    said = ended.stdout + ended.stderr
    if ended.returncode and ("dns error" in said or "name resolution" in said or "Failed to fetch" in said):
        do_without(f"The package index could not be reached, so nothing was installed: {said.strip().splitlines()[-1]}")

    assert ended.returncode == 0, said

    return ended.stdout


@pytest.fixture(scope="session")
def fresh(tmp_path_factory):
    """Lay out the kit in a new folder, type some commands in it, and return the environment that is there then."""

    def made(*commands, kit=None):
        kit = kit or tmp_path_factory.mktemp("fresh") / "kit"
        if not kit.exists():
            copy_kit(kit)
        for command in commands:
            _run(command.split(), kit)
        return Environment(kit / ".venv" / "bin" / "python", kit)

    return made


@pytest.fixture(scope="session")
def synced(fresh):
    """What ``uv sync`` makes of a fresh checkout."""
    return fresh(f"{sys.executable} -m uv sync --no-progress --python {sys.executable}")


@pytest.fixture(scope="session")
def crowded(fresh):
    """An environment that the kit shares with Notebook 7, collaboration, jupytext, papermill and Voila."""
    uv = f"{sys.executable} -m uv"
    others = "notebook>=7 jupyter-collaboration jupytext papermill voila"
    return fresh(
        f"{uv} venv --python {sys.executable}",
        f"{uv} pip install --python .venv/bin/python {others} -r requirements.txt",
    )


@pytest.fixture(scope="session")
def oldest(fresh):
    """The oldest release of everything that requirements.txt allows."""
    uv = f"{sys.executable} -m uv"
    install = "pip install --python .venv/bin/python --resolution lowest-direct -r requirements.txt"
    return fresh(f"{uv} venv --python {sys.executable}", f"{uv} {install}")
