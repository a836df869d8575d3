"""``python3 -m helpers`` on a fresh machine and on the second day: what it opens, and when it starts nothing."""

import ast
import socket
import subprocess
import sys

import pytest

import helpers
from helpers._install import CHECKOUT
from tests.support.launcher_tools import opened, refused, start


def test_a_fresh_checkout_installs_itself_and_opens_the_first_notebook(first_start):
    """One command, step by step in words, and JupyterLab is open where the story begins."""
    checkout, ended = first_start

    assert ended.stderr == ""
    assert [line.partition(" ")[0] for line in ended.stdout.splitlines()[:-1]] == [
        "Making",
        "Fetching",
        "Putting",
        "Opening",
    ]
    assert opened(ended)["python"] == str(checkout / ".venv" / "bin" / "python")
    assert f"--ServerApp.root_dir={checkout / 'notebooks'}" in opened(ended)["arguments"]
    assert "--LabApp.default_url=/lab/tree/00_start_here.ipynb" in opened(ended)["arguments"]


def test_a_second_start_installs_nothing(installed):
    """It opens at once, and would open without any network."""
    log = installed / ".venv" / "install.log"
    before = log.stat().st_mtime_ns
    ended = start(installed)

    assert log.stat().st_mtime_ns == before
    assert ended.stdout.startswith("Opening JupyterLab.")
    assert opened(ended)["python"] == str(installed / ".venv" / "bin" / "python")


def test_live_is_only_what_was_asked_for(installed):
    """JupyterLab's kernels learn of --live, and without it they learn of nothing."""
    assert opened(start(installed, "--live"))["environment"]["TWILIO_DESK"] == "live"
    assert "TWILIO_DESK" not in opened(start(installed))["environment"]


def test_a_log_is_written_where_it_was_asked_for(installed):
    """Named from where the command is typed, it is the same file for every notebook; nobody gets one unasked."""
    environment = opened(start(installed, "--log", "desk.log"))["environment"]

    assert environment["TWILIO_DESK_LOG"] == str(installed / "desk.log")
    assert "TWILIO_DESK_LOG" not in opened(start(installed))["environment"]


def test_the_kits_settings_come_before_the_persons_own(installed):
    """The person's own folders are still there, behind the kit's."""
    own = {"JUPYTER_CONFIG_PATH": "/their/settings", "JUPYTER_PATH": "/their/files", "PYTHONPATH": "/their/modules"}
    environment = opened(start(installed, **own))["environment"]

    assert environment["JUPYTER_CONFIG_PATH"] == f"{installed / 'helpers' / 'lab'}:/their/settings"
    shared = installed / "helpers" / "lab" / "shared" / "share" / "jupyter"
    assert environment["JUPYTER_PATH"] == f"{shared}:/their/files"
    assert environment["PYTHONPATH"] == f"{installed}:/their/modules"


def test_a_port_is_used_or_refused_but_never_exchanged(installed, snapshot):
    """Who names a port gets that port."""
    with socket.socket() as somebody:
        somebody.bind(("127.0.0.1", 0))
        somebody.listen()
        port = str(somebody.getsockname()[1])
        ended = start(installed, "--port", port)

    assert refused(ended).replace(port, "8888") == snapshot
    assert {f"--ServerApp.port={port}", "--ServerApp.port_retries=0"} <= set(
        opened(start(installed, "--port", port))["arguments"]
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--frobnicate"], "The command line was not understood (unrecognized arguments: --frobnicate)"),
        (["--liv"], "The command line was not understood (unrecognized arguments: --liv)"),
        (["--port", "x"], "The command line was not understood (argument --port: invalid int value: 'x')"),
        (["--port", "65536"], "65536 is not a port"),
    ],
)
def test_a_command_line_that_makes_no_sense_starts_nothing(checkout, arguments, sentence):
    """One sentence, and not a single file is made."""
    ended = start(checkout, *arguments)

    assert refused(ended).startswith(sentence)
    assert not (checkout / ".venv").exists()


def test_a_missing_notebook_is_noticed_before_anything_is_installed(checkout, snapshot):
    """Half a download is said to be half a download."""
    (checkout / "notebooks" / "00_start_here.ipynb").unlink()
    ended = start(checkout)

    assert refused(ended).replace(str(checkout), "checkout") == snapshot
    assert not (checkout / ".venv").exists()


@pytest.mark.parametrize("command", ["helpers", "tests"])
def test_an_old_python_gets_a_sentence(command, snapshot):
    """Python 3.8 is told what it is missing, by both commands."""
    pretend = "import runpy, sys; sys.version_info = (3, 8, 18); runpy.run_module(sys.argv[1], run_name='__main__')"
    ended = subprocess.run(
        [sys.executable, "-c", pretend, command], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )

    assert ended.returncode == 1
    assert ended.stderr == snapshot
    assert len(ended.stderr.splitlines()) == 1


@pytest.mark.parametrize("name", ["helpers/__init__.py", "helpers/__main__.py", "tests/__main__.py"])
def test_an_old_python_can_read_as_far_as_the_sentence(name):
    """A SyntaxError would come before it. Annotations imported from the future are one in Python 3.6."""
    tree = ast.parse((CHECKOUT / name).read_text(), feature_version=(3, 7))
    modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    assert "__future__" not in modules


def test_the_version_is_told_before_anything_is_installed():
    """Who reports a fault says of which version, and it is the one that the package has."""
    told = subprocess.check_output([sys.executable, "-m", "helpers", "--version"], cwd=CHECKOUT, text=True)

    assert told.split()[-1] == helpers.__version__
    assert f"## {helpers.__version__}" in (CHECKOUT / "CHANGELOG.md").read_text()
