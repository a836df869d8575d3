"""What is missing is fetched once, what was cut off is made anew, and what is in the way is said in a sentence."""

import ast
import os
import re
import signal
import socket
import subprocess
import sys
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from helpers._install import CHECKOUT, REQUIREMENTS, lacking, python_with_everything, requirements
from tests.support.launcher_tools import asking_for, opened, refused, start, wheel_on


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


def test_a_failed_update_leaves_the_installation_as_it_was(installed, snapshot):
    """Without a network an update fails, and going back to the old list still opens the kit."""
    with asking_for("jupyterlab>=100,<101", of=installed):
        ended = start(installed)

    # Between the brackets are pip's own words.
    assert re.sub(r"\(.*?\)", "(…)", refused(ended)).replace(str(installed), "checkout") == snapshot
    assert start(installed).stdout.startswith("Opening JupyterLab.")


def test_a_python_that_has_everything_is_used_as_it_is():
    """Somebody's own environment is not doubled by a .venv."""
    assert lacking(requirements("test")) == []
    assert python_with_everything("test") == sys.executable


#: It reads what every package here installed, which takes seconds.
distributions = cache(packages_distributions)


@cache
def imported(folder):
    """Name the packages that provide what the sources of a folder import, without Python's own and ours."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in (CHECKOUT / folder).rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
    others = {name.split(".")[0] for name in names} - sys.stdlib_module_names - {"helpers", "tests"}
    return {package.lower() for name in others for package in distributions()[name]}


def declared(*extras):
    return {re.split(r"[<>=\[]", wanted)[0] for wanted in requirements(*extras)}


@pytest.mark.parametrize(("folder", "extras"), [("helpers", []), ("tests", ["test"])])
def test_what_is_imported_is_declared(folder, extras):
    """What only comes along with another package is gone with its next release."""
    assert imported(folder) - declared(*extras) == set()


def test_each_requirement_is_imported_or_says_why_not():
    """A package that nothing needs is fetched by every operator for nothing."""
    lines = [line for line in REQUIREMENTS.read_text(encoding="utf-8").splitlines() if line[:1].isalnum()]
    reasons = {re.split("[<>=]", line)[0]: line.partition("#")[2].strip() for line in lines}

    assert set(reasons) == declared()
    assert all(reasons.values())
    assert {name for name, why in reasons.items() if "not imported" not in why} == imported("helpers")


def test_a_bound_that_is_not_understood_is_not_passed_over():
    """A requirement that cannot be compared counts as a mistake, not as met."""
    with pytest.raises(ValueError, match="pip~=1"):
        lacking(["pip~=1.0"])


def test_a_python_without_venv_is_told_how_to_get_it(checkout, tmp_path, snapshot):
    """Debian and Ubuntu ship such a Python."""
    (tmp_path / "ensurepip.py").write_text("raise ImportError")
    ended = start(checkout, PYTHONPATH=str(tmp_path))

    assert refused(ended) == snapshot
    assert not (checkout / ".venv").exists()


@pytest.mark.parametrize(
    ("project", "reason"),
    [
        ('requires = ["no-such-tool"]', "ERROR: No matching distribution found for no-such-tool"),
        ('requires = []\nbuild-backend = "build"\nbackend-path = ["."]', "failed to build"),
    ],
)
def test_a_package_that_cannot_be_built_is_said_with_its_reason(moved, shelf, project, reason):
    """Pip's last line is then a note about where the trouble comes from; the reason stands further up, indented."""
    package = moved.parent / "broken"
    package.mkdir()
    (package / "pyproject.toml").write_text(f"[build-system]\n{project}\n")
    (package / "build.py").write_text("def build_editable(*_, **__):\n    raise SystemExit('ERROR: failed to build')\n")
    (moved / "requirements.txt").write_text(f"jupyterlab>=99,<100\n-e {package}\n")
    said = refused(start(moved, PIP_FIND_LINKS=str(shelf)))

    assert said.partition(" ")[0] == "pip"
    assert "note:" not in said
    assert reason in said


#: Settings of pip's for other environments than the kit's own, each of which keeps packages out of it.
ELSEWHERE = {"user": "1", "no-deps": "1", "dry-run": "1", "require-hashes": "1"}
ELSEWHERE |= dict.fromkeys(("target", "prefix", "root"), "/nowhere/at/all")


@pytest.mark.parametrize("file", [False, True], ids=["environment", "pip.conf"])
def test_pips_settings_for_other_environments_do_not_count(checkout, shelf, file):
    """What is to be installed is in the kit's own environment, and JupyterLab opens."""
    settings = checkout.parent / "pip.conf"
    lines = [f"{name} = {value}" for name, value in ELSEWHERE.items()]
    settings.write_text("\n".join(["[install]", *lines]) if file else "")
    variables = {f"PIP_{name.upper().replace('-', '_')}": value for name, value in ELSEWHERE.items()}
    environment = {"PIP_CONFIG_FILE": str(settings), **({} if file else variables)}
    ended = start(checkout, PIP_FIND_LINKS=str(shelf), **environment)

    assert opened(ended)["python"] == str(checkout / ".venv" / "bin" / "python")


def test_pips_way_to_the_packages_is_kept(checkout, shelf):
    """A company's index, its proxy and its certificates stand in pip's settings, and the kit goes by them."""
    settings = checkout.parent / "pip.conf"
    settings.write_text(f"[global]\nno-index = 1\nfind-links = {shelf}\n[install]\nuser = 1\n")
    ended = start(checkout, PIP_CONFIG_FILE=str(settings), PIP_NO_INDEX="1")

    assert opened(ended)["python"] == str(checkout / ".venv" / "bin" / "python")


@pytest.mark.parametrize("missing", ["jupyterlab/__init__.py", "jupyterlab-99.0.dist-info/METADATA"])
def test_a_broken_environment_heals_at_the_next_start(installed, shelf, missing):
    """A file is gone since: the kit makes its environment anew."""
    (file,) = (installed / ".venv").glob(f"lib/python*/site-packages/{missing}")
    file.unlink()
    ended = start(installed, PIP_FIND_LINKS=str(shelf))

    assert ended.stdout.startswith("Making .venv")
    assert opened(ended)["python"] == str(installed / ".venv" / "bin" / "python")
    assert start(installed).stdout.startswith("Opening JupyterLab.")


def test_what_cannot_be_imported_is_not_installed(checkout, shelf):
    """Pip says that all is well, and the package does not work: that is said, and the next start tries again."""
    with wheel_on(shelf, "jupyterlab", "98.0", "raise ImportError('libc is too old')"):
        (checkout / "requirements.txt").write_text("jupyterlab>=98,<99\n")
        first = start(checkout, PIP_FIND_LINKS=str(shelf))
    (checkout / "requirements.txt").write_text("jupyterlab>=99,<100\n")
    second = start(checkout, PIP_FIND_LINKS=str(shelf))

    assert "libc is too old" in refused(first)
    assert opened(second)["python"] == str(checkout / ".venv" / "bin" / "python")


def make_venv(checkout, *, how):
    command = {"uv": ["uv", "venv"], "venv": [sys.executable, "-m", "venv", "--without-pip"]}[how]
    subprocess.run([*command, checkout / ".venv"], check=True, capture_output=True)
    (checkout / ".venv" / "mine").touch()


@pytest.mark.parametrize("how", ["venv", "uv"])
def test_an_environment_that_somebody_made_is_filled_and_stays(checkout, shelf, how, monkeypatch):
    """By hand without pip, or by uv: the packages come into it, twice nothing is fetched, and it is never removed."""
    monkeypatch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    make_venv(checkout, how=how)
    way = {"PIP_FIND_LINKS": str(shelf), "UV_FIND_LINKS": str(shelf), "UV_OFFLINE": "1"}
    first, second = start(checkout, **way), start(checkout, **way)

    assert first.stdout.startswith("Fetching ")
    assert opened(first)["python"] == str(checkout / ".venv" / "bin" / "python")
    assert second.stdout.startswith("Opening JupyterLab.")
    assert (checkout / ".venv" / "mine").exists()


def test_an_environment_that_somebody_made_and_that_does_not_run_stays(checkout, shelf):
    """Nothing is removed without the kit's mark; the refusal says what to do."""
    make_venv(checkout, how="venv")
    (checkout / ".venv" / "bin" / "python").unlink()
    said = refused(start(checkout, PIP_FIND_LINKS=str(shelf)))

    assert "nothing was installed or removed" in said
    assert (checkout / ".venv" / "mine").exists()


def test_no_network_is_called_no_network(installed, snapshot):
    """Not "no matching distribution", which is what pip calls it."""
    nowhere = {"PIP_NO_INDEX": "0", "PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "1"}
    with asking_for("jupyterlab>=100,<101", of=installed):
        ended = start(installed, **nowhere)

    assert refused(ended).replace(str(installed), "checkout") == snapshot


def test_a_folder_that_cannot_be_written_is_named(checkout, snapshot):
    """A link to nowhere stands for all the ways in which a folder cannot be made."""
    (checkout / ".venv").symlink_to("/nowhere/at/all")

    assert refused(start(checkout)).replace(str(checkout), "checkout") == snapshot


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
def test_ctrl_c_while_installing_is_not_a_traceback(moved, hears_ctrl_c, snapshot):
    """It says that it stopped, and that the same command goes on from there."""
    (moved / "requirements.txt").write_text("jupyterlab>=100,<101\n")
    # A package index that accepts the call and never answers.
    with socket.create_server(("127.0.0.1", 0)) as silence:
        environment = {
            "PATH": os.environ["PATH"],
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_INDEX_URL": f"http://127.0.0.1:{silence.getsockname()[1]}/",
        }
        waiting = subprocess.Popen(
            [sys.executable, "-m", "helpers"],
            cwd=moved,
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
    assert said == snapshot
