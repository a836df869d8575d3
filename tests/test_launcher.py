"""``python3 -m helpers`` on a fresh machine, on the second day, and where something is in the way."""

import ast
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import zipfile
from contextlib import contextmanager

import pytest

from helpers._install import CHECKOUT, lacking, python_with_everything, requirements

#: Stands in for JupyterLab: says how it was called, and ends.
STAND_IN = """
import json, os, sys
print(json.dumps({"python": sys.executable, "arguments": sys.argv[1:], "environment": dict(os.environ)}))
"""


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    """A folder of packages in place of the package index. It holds one JupyterLab, which is a stand-in."""
    folder = tmp_path_factory.mktemp("shelf")
    about = "jupyterlab-99.0.dist-info"
    with zipfile.ZipFile(folder / "jupyterlab-99.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("jupyterlab/__main__.py", STAND_IN)
        wheel.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\nName: jupyterlab\nVersion: 99.0\n")
        wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{about}/RECORD", "")
    return folder


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


@pytest.fixture(scope="module")
def installed(tmp_path_factory, shelf):
    """A checkout after its first start."""
    folder = fresh_checkout(tmp_path_factory.mktemp("kit") / "checkout")

    assert start(folder, PIP_FIND_LINKS=str(shelf)).returncode == 0

    return folder


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


def test_a_fresh_checkout_installs_itself_and_opens_the_first_notebook(checkout, shelf):
    """One command, step by step in words, and JupyterLab is open where the story begins."""
    ended = start(checkout, PIP_FIND_LINKS=str(shelf))

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


def test_a_changed_list_of_requirements_is_noticed(installed, shelf):
    """After an update of the kit, the next start installs what the new list asks for."""
    with asking_for("jupyterlab>=98,<100", of=installed):
        ended = start(installed, PIP_FIND_LINKS=str(shelf))
    back = start(installed, PIP_FIND_LINKS=str(shelf))

    assert ended.stdout.startswith("Fetching ")
    assert back.stdout.startswith("Fetching ")


def test_an_installation_that_was_cut_off_is_made_anew(installed, shelf):
    """What pip left half-way, when it was killed, is not built upon."""
    (installed / ".venv" / "unfinished").touch()
    (installed / ".venv" / "left over").touch()
    ended = start(installed, PIP_FIND_LINKS=str(shelf))

    assert ended.stdout.startswith("Making .venv")
    assert opened(ended)["python"] == str(installed / ".venv" / "bin" / "python")
    assert not (installed / ".venv" / "unfinished").exists()
    assert not (installed / ".venv" / "left over").exists()


def test_a_failed_update_leaves_the_installation_as_it_was(installed):
    """Without a network an update fails, and going back to the old list still opens the kit."""
    with asking_for("jupyterlab>=100,<101", of=installed):
        ended = start(installed)

    assert "pip could not install the kit (ERROR: No matching distribution" in refused(ended)
    assert start(installed).stdout.startswith("Opening JupyterLab.")


def test_a_python_that_has_everything_is_used_as_it_is():
    """Somebody's own environment is not doubled by a .venv."""
    assert lacking(requirements("test")) == []
    assert python_with_everything("test") == sys.executable


def test_a_bound_that_is_not_understood_is_not_passed_over():
    """A requirement that cannot be compared counts as a mistake, not as met."""
    with pytest.raises(ValueError, match="pip~=1"):
        lacking(["pip~=1.0"])


def test_live_is_only_what_was_asked_for(installed):
    """JupyterLab's kernels learn of --live, and without it they learn of nothing."""
    assert opened(start(installed, "--live"))["environment"]["TWILIO_DESK"] == "live"
    assert "TWILIO_DESK" not in opened(start(installed))["environment"]


def test_the_kits_settings_come_before_the_persons_own(installed):
    """The person's own folders are still there, behind the kit's."""
    own = {"JUPYTER_CONFIG_PATH": "/their/settings", "PYTHONPATH": "/their/modules"}
    environment = opened(start(installed, **own))["environment"]

    assert environment["JUPYTER_CONFIG_PATH"] == f"{installed / 'helpers' / 'lab'}:/their/settings"
    assert environment["PYTHONPATH"] == f"{installed}:/their/modules"


def test_a_port_is_used_or_refused_but_never_exchanged(installed):
    """Who names a port gets that port."""
    with socket.socket() as somebody:
        somebody.bind(("127.0.0.1", 0))
        somebody.listen()
        port = str(somebody.getsockname()[1])
        ended = start(installed, "--port", port)

    assert refused(ended).startswith(f"Port {port} cannot be used (Address already in use)")
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


def test_a_missing_notebook_is_noticed_before_anything_is_installed(checkout):
    """Half a download is said to be half a download."""
    (checkout / "notebooks" / "00_start_here.ipynb").unlink()
    ended = start(checkout)

    assert "00_start_here.ipynb is missing" in refused(ended)
    assert not (checkout / ".venv").exists()


def test_a_python_without_venv_is_told_how_to_get_it(checkout, tmp_path):
    """Debian and Ubuntu ship such a Python."""
    (tmp_path / "ensurepip.py").write_text("raise ImportError")
    ended = start(checkout, PYTHONPATH=str(tmp_path))

    assert "sudo apt install python3-venv" in refused(ended)
    assert not (checkout / ".venv").exists()


@pytest.mark.parametrize(
    ("project", "reason"),
    [
        ('requires = ["no-such-tool"]', "ERROR: No matching distribution found for no-such-tool"),
        ('requires = []\nbuild-backend = "build"\nbackend-path = ["."]', "failed to build"),
    ],
)
def test_a_package_that_cannot_be_built_is_said_with_its_reason(checkout, shelf, project, reason):
    """Pip's last line is then a note about where the trouble comes from; the reason stands further up, indented."""
    package = checkout.parent / "broken"
    package.mkdir()
    (package / "pyproject.toml").write_text(f"[build-system]\n{project}\n")
    (package / "build.py").write_text("def build_editable(*_, **__):\n    raise SystemExit('ERROR: failed to build')\n")
    (checkout / "requirements.txt").write_text(f"jupyterlab>=99,<100\n-e {package}\n")
    said = refused(start(checkout, PIP_FIND_LINKS=str(shelf)))

    assert said.startswith("pip could not install the kit (")
    assert "note:" not in said
    assert reason in said


def test_no_network_is_called_no_network(installed):
    """Not "no matching distribution", which is what pip calls it."""
    nowhere = {"PIP_NO_INDEX": "0", "PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "1"}
    with asking_for("jupyterlab>=100,<101", of=installed):
        ended = start(installed, **nowhere)

    assert refused(ended).startswith("The package index could not be reached")


def test_a_folder_that_cannot_be_written_is_named(checkout):
    """A link to nowhere stands for all the ways in which a folder cannot be made."""
    (checkout / ".venv").symlink_to("/nowhere/at/all")

    assert refused(start(checkout)).startswith(f"The kit could not be installed in {checkout / '.venv'} (")


@pytest.mark.parametrize("command", ["helpers", "tests"])
def test_an_old_python_gets_a_sentence(command):
    """Python 3.8 is told what it is missing, by both commands."""
    pretend = "import runpy, sys; sys.version_info = (3, 8, 18); runpy.run_module(sys.argv[1], run_name='__main__')"
    ended = subprocess.run(
        [sys.executable, "-c", pretend, command], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )

    assert ended.returncode == 1
    assert ended.stderr.startswith("This kit needs Python 3.11 or newer, and this is 3.8.")
    assert len(ended.stderr.splitlines()) == 1


@pytest.mark.parametrize("name", ["helpers/__init__.py", "helpers/__main__.py", "tests/__main__.py"])
def test_an_old_python_can_read_as_far_as_the_sentence(name):
    """A SyntaxError would come before it. Annotations imported from the future are one in Python 3.6."""
    tree = ast.parse((CHECKOUT / name).read_text(), feature_version=(3, 7))
    modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    assert "__future__" not in modules


def test_two_starts_at_once_do_not_undo_each_others_work(checkout, shelf):
    """The second waits for the first, finds everything there, and opens too."""
    environment = {"PATH": os.environ["PATH"], "PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1"}
    both = [
        subprocess.Popen(
            [sys.executable, "-m", "helpers"],
            cwd=checkout,
            env={**environment, "PIP_FIND_LINKS": str(shelf)},
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    said = [one.communicate(timeout=60)[0] for one in both]

    assert [one.returncode for one in both] == [0, 0]
    assert sorted(text.partition(" ")[0] for text in said) == ["Another", "Making"]


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is sent as a POSIX signal here.")
def test_ctrl_c_while_installing_is_not_a_traceback(checkout, hears_ctrl_c):
    """It says that it stopped, and that the same command goes on from there."""
    # A package index that accepts the call and never answers.
    with socket.create_server(("127.0.0.1", 0)) as silence:
        environment = {
            "PATH": os.environ["PATH"],
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_INDEX_URL": f"http://127.0.0.1:{silence.getsockname()[1]}/",
        }
        waiting = subprocess.Popen(
            [sys.executable, "-m", "helpers"],
            cwd=checkout,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        connection, _ = silence.accept()
        os.killpg(waiting.pid, signal.SIGINT)
        _, said = waiting.communicate(timeout=30)
        connection.close()

    assert waiting.returncode == 130
    assert said.strip() == "Stopped. The same command takes up where this left off."
