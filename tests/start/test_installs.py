"""Each of the usual commands brings all that the kit needs, from one list."""

import sys

import pytest

from helpers._install import requirements

#: Where Jupyter looks, whoever starts it.
SHARED = [
    "etc/jupyter/jupyter_server_config.d/twilio-number-kit.json",
    "share/jupyter/lab/settings/overrides.d/twilio-number-kit.json",
    "share/jupyter/labextensions/twilio-number-kit/package.json",
]
ASK = """
import sys
from helpers import open_desk
from helpers._install import lacking
print(lacking(sys.argv[1:]))
"""


def is_whole(environment):
    """Tell whether everything is there: the kit, what it asks for, and what Jupyter reads."""
    missing = [name for name in SHARED if not (environment.python.parents[1] / name).is_file()]
    return environment.run("-c", ASK, *requirements()).strip() == "[]" and not missing


@pytest.mark.always
def test_uv_sync_brings_everything(synced):
    """And a second one removes nothing."""
    assert is_whole(synced)


@pytest.mark.parametrize("what", ["-r requirements.txt", "."])
def test_pip_brings_everything(fresh, what):
    """In an environment of one's own, by the list or by the project itself."""
    made = fresh(f"{sys.executable} -m venv .venv", f".venv/bin/python -m pip install {what}")

    assert is_whole(made)


def test_uninstalling_leaves_nothing_behind(fresh):
    """Jupyter is then as it was before the kit came."""
    made = fresh(f"{sys.executable} -m venv .venv", ".venv/bin/python -m pip install --no-deps -e .")
    made.run("-m", "pip", "uninstall", "--yes", "twilio-number-kit")

    assert [name for name in SHARED if (made.python.parents[1] / name).exists()] == []
