"""Fresh checkouts of the kit, a JupyterLab that says how it was called, and the command that starts it."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from contextlib import contextmanager

import pytest

from helpers._install import CHECKOUT

#: Stands in for JupyterLab: says how it was called, and ends.
STAND_IN = """
import json, os, sys
print(json.dumps({"python": sys.executable, "arguments": sys.argv[1:], "environment": dict(os.environ)}))
"""


@pytest.fixture(scope="session")
def shelf(tmp_path_factory):
    """A folder of packages in place of the package index. It holds one JupyterLab, which is a stand-in."""
    folder = tmp_path_factory.mktemp("shelf")
    _write_wheel(folder, "jupyterlab", "99.0", "")
    return folder


def _write_wheel(folder, name, version, source):
    about = f"{name}-{version}.dist-info"
    file = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(file, "w") as wheel:
        wheel.writestr(f"{name}/__init__.py", source)
        wheel.writestr(f"{name}/__main__.py", STAND_IN)
        wheel.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{about}/RECORD", "")
    return file


@contextmanager
def wheel_on(shelf, name, version, source):
    """Put a package onto the shelf for a while."""
    file = _write_wheel(shelf, name, version, source)
    yield
    file.unlink()


def fresh_checkout(folder):
    """Lay out the kit as it is after a download, asking for the stand-in."""
    (folder / "helpers").mkdir(parents=True)
    (folder / "notebooks").mkdir()
    (folder / "notebooks" / "00_start_here.ipynb").write_text("{}")
    (folder / "requirements.txt").write_text("jupyterlab>=99,<100   # the stand-in\n")
    for name in ("__init__.py", "__main__.py", "_install.py"):
        shutil.copy(CHECKOUT / "helpers" / name, folder / "helpers")
    return folder


@pytest.fixture
def checkout(tmp_path):
    return fresh_checkout(tmp_path / "checkout")


@pytest.fixture(scope="session")
def first_start(tmp_path_factory, shelf):
    """A checkout that was started once, and how that start ended."""
    folder = fresh_checkout(tmp_path_factory.mktemp("kit") / "checkout")
    return folder, start(folder, PIP_FIND_LINKS=str(shelf))


@pytest.fixture(scope="session")
def installed(first_start):
    """A checkout after its first start. Whoever changes it puts it back: it is everybody's."""
    folder, ended = first_start

    assert ended.returncode == 0

    return folder


@pytest.fixture
def moved(installed, tmp_path):
    """A checkout of the test's own whose .venv works, and was filled for another folder: the next start updates it."""
    return shutil.copytree(installed, tmp_path / "checkout", symlinks=True)


def start(checkout, *arguments, **environment):
    """Type ``python3 -m helpers`` in *checkout*, with nothing to fetch packages from."""
    nothing = {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1", "HOME": str(checkout.parent)}
    return subprocess.run(
        [sys.executable, "-m", "helpers", *arguments],
        cwd=checkout,
        env={"PATH": os.environ["PATH"], **nothing, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@contextmanager
def asking_for(requirement, *, of):
    """Let the list of requirements say something else for a while."""
    wanted = of / "requirements.txt"
    before = wanted.read_text()
    wanted.write_text(f"{requirement}\n")
    yield
    wanted.write_text(before)


def opened(ended):
    """Return how JupyterLab was called."""
    return json.loads(ended.stdout.splitlines()[-1])


def refused(ended):
    """Return the sentences of a refusal, after making sure that it is one."""
    said = ended.stderr.splitlines()

    assert ended.returncode == 2
    assert len(said) == 1
    assert "Opening JupyterLab" not in ended.stdout

    return said[0]
