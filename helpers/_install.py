"""
Find or make a Python that has everything the kit asks for.

Shared by ``python3 -m helpers`` and ``python3 -m tests``. Standard library only.
"""

import ast
import hashlib
import importlib
import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

CHECKOUT = Path(__file__).resolve().parents[1]
VENV = CHECKOUT / ".venv"
REQUIREMENTS = CHECKOUT / "requirements.txt"

#: Lies in ``.venv`` while it is being filled. Found there at a start, it says that this was cut off.
_UNFINISHED = VENV / "unfinished"

#: Everything pip said, for those who want to know more than its last line.
_LOG = VENV / "install.log"

_NO_NETWORK = re.compile(
    r"NewConnectionError|NameResolutionError|ConnectTimeout|ReadTimeout|ProxyError|SSLError"
    r"|Failed to establish a new connection|name resolution|Network is unreachable"
)


class CannotStart(Exception):
    """
    Stop the command; the message is for the person who typed it.

    Nothing was opened. A ``.venv`` that was begun is finished, or made anew, by the next start.
    """


def python_with_everything(*extras: str) -> str:
    """
    Return the path of a Python that has all that requirements.txt asks for, installing it where need be.

    The running Python is used as it is where it has everything. Otherwise it is ``.venv`` in the
    checkout, which is made where it is missing.  One that the kit made is made anew where it does not work; one that
    somebody else made is filled and never removed.

    Args:
        extras: Names from ``[project.optional-dependencies]`` whose packages are wanted too.

    Raises:
        CannotStart: No such Python could be had, and the message says why.
    """
    try:
        wanted = requirements(*extras)
        cut_off = Path(sys.prefix) == VENV and _UNFINISHED.exists()
        if not lacking(wanted) and not cut_off:
            return sys.executable
        with _one_at_a_time():
            _fill_venv(wanted, extras)
    except OSError as trouble:
        raise CannotStart(
            f"The kit could not be installed in {VENV} ({trouble.strerror}), so nothing was opened. "
            "That folder must be writable and have a gigabyte free; then run the same command again."
        ) from None
    return str(_venv_python())


def requirements(*extras: str) -> list[str]:
    """
    Read what the kit asks for, without comments and without the kit itself.

    >>> [line.partition(">")[0] for line in requirements()][:4]
    ['jupyterlab', 'ipywidgets', 'twilio', 'pandas']
    """
    lines = REQUIREMENTS.read_text(encoding="utf-8").splitlines()
    wanted = [line.partition("#")[0].strip() for line in lines]
    if extras:
        project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        for extra in extras:
            wanted += project["optional-dependencies"][extra]
    return [requirement for requirement in wanted if requirement and not requirement.startswith("-")]


def lacking(wanted: Iterable[str]) -> list[str]:
    """
    Return those requirements that the running Python does not meet.

    Only ``>=`` and ``<`` are understood, because only they are used; any other bound is a ValueError.

    >>> lacking(["pip>=1,<1000", "pip>=1000", "no-such-package>=1"])
    ['pip>=1000', 'no-such-package>=1']
    """
    return [requirement for requirement in wanted if not _met(requirement)]


def _met(requirement: str) -> bool:
    parts = re.fullmatch(r"(?P<name>[\w.-]+)(\[[\w,-]+\])?(?P<bounds>((>=|<)[\d.]+,?)*)", requirement)
    if parts is None:
        raise ValueError(f"{requirement!r} has a bound other than >= and <.")
    try:
        version = _numbers(importlib.metadata.version(parts["name"]))
    except (importlib.metadata.PackageNotFoundError, TypeError):
        # TypeError: metadata without a version in it, which a broken installation leaves behind.
        return False
    bounds = re.findall(r"(>=|<)([\d.]+)", parts["bounds"])
    return all((version >= _numbers(bound)) == (sign == ">=") for sign, bound in bounds)


def _numbers(version: str) -> tuple[int, ...]:
    """Turn a version into numbers that compare. 4.7b1 counts as 4.7: too new for <4.7."""
    digits = re.match(r"\d+(\.\d+)*", version)
    numbers = [int(part) for part in digits[0].split(".")] if digits else []
    return tuple(numbers + [0] * (4 - len(numbers)))


def _fill_venv(wanted: list[str], extras: tuple[str, ...]) -> None:
    if VENV.exists() and not _is_ours():
        _fill_another_venv(extras)
        return
    # The mark names the checkout too, because a .venv that was moved still points to the old place.
    asked = "\n".join([*wanted, str(CHECKOUT)])
    fingerprint = hashlib.sha256(asked.encode()).hexdigest()
    mark = VENV / "-".join(["installed", *extras])
    is_marked = mark.is_file() and mark.read_text(encoding="utf-8") == fingerprint
    works = not _UNFINISHED.exists() and _runs()
    if works and is_marked and _has_everything(extras):
        return
    if is_marked or not works:
        # A marked one lacks what was there: pip takes the rest of a package for the whole.
        _make_venv()
    _UNFINISHED.touch()
    _install(extras)
    _check_imports(extras)
    _UNFINISHED.unlink()
    mark.write_text(fingerprint, encoding="utf-8")


def _is_ours() -> bool:
    """Tell whether the kit made the ``.venv``: only then may it remove it."""
    return _UNFINISHED.exists() or any(VENV.glob("installed*"))


def _fill_another_venv(extras: tuple[str, ...]) -> None:
    """Install what lacks in a ``.venv`` that somebody else made, which stays whatever happens."""
    if not _runs():
        raise CannotStart(
            f"{VENV} was not made by the kit, and its Python does not run or is older than 3.11, so nothing was "
            "installed or removed. Move that folder away, and run the same command again: then the kit makes its own."
        )
    if not _has_everything(extras):
        _install(extras)
        _check_imports(extras)


def _venv_python() -> Path:
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _runs() -> bool:
    if not _venv_python().exists():
        return False
    try:
        return _asked("import sys; sys.exit(sys.version_info < (3, 11))").returncode == 0
    except OSError:
        # Not a program for this machine: a .venv that was copied here from another one.
        return False


def _asked(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a line of Python in the ``.venv``, in the folder of the checkout."""
    command = [str(_venv_python()), "-c", code, *arguments]
    return subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, errors="replace", check=False)


_COMPLETE = "import sys; from helpers._install import incomplete; sys.exit(incomplete(*sys.argv[1:]))"
_IMPORT = "import sys; from helpers._install import import_all; import_all(*sys.argv[1:])"


def _has_everything(extras: tuple[str, ...]) -> bool:
    return _asked(_COMPLETE, *extras).returncode == 0


def incomplete(*extras: str) -> bool:
    """Tell whether the running Python lacks a requirement, or a file of one."""
    wanted = requirements(*extras)
    return bool(lacking(wanted)) or not all(file.locate().exists() for file in _sources(wanted))  # type: ignore[attr-defined]


def import_all(*extras: str) -> None:
    """
    Import every package that the kit asks for.

    Raises:
        ImportError: One of them does not work here.
    """
    for file in _sources(requirements(*extras)):
        name = file.stem if len(file.parts) == 1 else file.parts[0]
        if name.isidentifier():
            importlib.import_module(name)


def _sources(wanted: Iterable[str]) -> Iterator[importlib.metadata.PackagePath]:
    """List the Python sources at the top of each package."""
    for requirement in wanted:
        name = re.split(r"[\[<>=]", requirement)[0]
        for file in importlib.metadata.files(name) or ():
            if file.suffix == ".py" and (len(file.parts) == 1 or (len(file.parts) == 2 and file.stem == "__init__")):
                yield file


def _check_imports(extras: tuple[str, ...]) -> None:
    asked = _asked(_IMPORT, *extras)
    if asked.returncode:
        raise CannotStart(
            f"pip installed the kit, and it does not work here ({_last_line(asked.stderr)}), so nothing was opened. "
            f"All that pip said is in {_LOG}. The same command tries again."
        )


def _make_venv() -> None:
    try:
        import ensurepip  # noqa: F401  # only asked whether it is there
        import venv  # noqa: F401
    except ImportError:
        raise CannotStart(
            "This Python cannot make a .venv, because its venv module is missing, so nothing was installed. "
            "On Debian and Ubuntu, sudo apt install python3-venv adds it; then run the same command again."
        ) from None
    _say(f"Making .venv in this folder, with Python {sys.version.partition(' ')[0]}.")
    if VENV.exists():
        shutil.rmtree(VENV)
    VENV.mkdir()
    _UNFINISHED.touch()
    made = subprocess.run([sys.executable, "-m", "venv", VENV], capture_output=True, text=True, check=False)
    if made.returncode:
        raise CannotStart(
            f"Python could not make {VENV} ({_last_line(made.stdout + made.stderr)}), "
            "so nothing was installed. Put that right and run the same command again."
        )


def _install(extras: tuple[str, ...]) -> None:
    """
    Install what requirements.txt asks for into the ``.venv``.

    Raises:
        CannotStart: It failed, and the message says why.
    """
    _say("Fetching what requirements.txt asks for. Allow some minutes and a gigabyte, this first time.")
    command = [*_installer(), "-r", str(REQUIREMENTS)]
    if extras:
        command += ["-e", f".[{','.join(extras)}]"]
    with _LOG.open("w", encoding="utf-8") as log, _output_of(command) as pip:
        unpacking = _follow(pip.stdout or (), log)
    if pip.returncode:
        if not unpacking:
            # A .venv in which nothing was put in place is as good as it was before.
            _UNFINISHED.unlink(missing_ok=True)
        raise CannotStart(_why_pip_failed(_LOG.read_text(encoding="utf-8")))


def _installer() -> list[str]:
    """Choose the command that installs into the ``.venv``: uv where uv made it and left pip out."""
    python = str(_venv_python())
    if _asked("import pip").returncode:
        uv = shutil.which("uv")
        if uv and "uv =" in (VENV / "pyvenv.cfg").read_text(encoding="utf-8"):
            return [uv, "pip", "install", "--python", python]
        added = subprocess.run([python, "-m", "ensurepip"], capture_output=True, text=True, check=False)
        if added.returncode:
            raise CannotStart(
                f"{VENV} has no pip, and none could be added ({_last_line(added.stdout + added.stderr)}), so nothing "
                "was installed. Put pip there, or move that folder away; then run the same command again."
            )
    return [python, "-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--progress-bar=off"]


#: The settings of pip's that say how packages are reached. All others are for other environments than the kit's own:
#: with ``user``, ``target`` or ``no-deps``, what is installed is not there.
_REACHING = {
    *("index-url", "extra-index-url", "find-links", "no-index", "trusted-host", "proxy", "cert", "client-cert"),
    *("timeout", "default-timeout", "retries", "cache-dir", "no-cache-dir", "keyring-provider"),
}


def _pip_environment() -> dict[str, str]:
    """Keep of pip's settings, in its files and in the environment, those that say how packages are reached."""
    command = [str(_venv_python()), "-m", "pip", "config", "list"]
    answer = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    others = {name: value for name, value in os.environ.items() if not name.upper().startswith("PIP_")}
    settings: dict[str, str] = {}
    lines = [re.fullmatch(r"(:env:|global|install)\.([\w-]+)=(.*)", line) for line in answer.stdout.splitlines()]
    # What is set for installing counts more than what is set for all, and the environment most.
    for line in sorted(filter(None, lines), key=lambda line: ["global", "install", ":env:"].index(line[1])):
        if line[2] in _REACHING:
            settings[f"PIP_{line[2].upper().replace('-', '_')}"] = ast.literal_eval(line[3])
    return {**others, **settings, "PIP_CONFIG_FILE": os.devnull}


def _output_of(command: list[str]) -> subprocess.Popen[str]:
    # "-e ." in requirements.txt means the folder in which pip runs.
    return subprocess.Popen(
        command,
        cwd=CHECKOUT,
        env=_pip_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    )


def _follow(lines: Iterable[str], log: TextIO) -> bool:
    """Show how far pip is, and return whether it got as far as putting packages in place."""
    on_a_terminal = sys.stdout.isatty()
    found, unpacking = 0, False
    for line in lines:
        log.write(line)
        if line.startswith("Collecting "):
            found += 1
            if on_a_terminal:
                print(f"\r  {found} packages found", end="", flush=True)
        if line.startswith("Installing collected packages:"):
            unpacking = True
            if on_a_terminal and found:
                print()
            many = line.count(",") + 1
            _say(f"Putting {many} package{'s' if many > 1 else ''} in place. Nothing moves here for a while.")
    return unpacking


def _why_pip_failed(log: str) -> str:
    if _NO_NETWORK.search(log):
        return (
            "The package index could not be reached, so the kit is not installed and nothing was opened. "
            "Check the network, or the proxy, and run the same command again."
        )
    reason = _reason(log)
    return f"pip could not install the kit ({reason}), so nothing was opened. All that pip said is in {_LOG}."


def _reason(log: str) -> str:
    r"""
    Find the line of pip's that says what went wrong, however deep it stands; the last ones only comment on it.

    >>> _reason("    ERROR: No matching distribution found for x\n\nnote: This error originates from a subprocess.")
    'ERROR: No matching distribution found for x'
    """
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    for mark in ("ERROR:", "\N{MULTIPLICATION SIGN}", "error:"):
        marked = [line for line in lines if line.startswith(mark)]
        if marked:
            return marked[-1]
    said = [line for line in lines if not line.startswith(("note:", "hint:", "[notice]", "WARNING:"))]
    return said[-1] if said else "it did not say why"


def _last_line(text: str) -> str:
    return text.strip().rpartition("\n")[2]


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Wait while another window installs, so that two impatient starts do not undo each other's work."""
    with REQUIREMENTS.open(encoding="utf-8") as held:
        try:
            import fcntl
        except ImportError:
            # Windows: two starts at once are not told apart there.
            yield
            return
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say("Another window is installing the kit just now. Waiting for it to finish.")
            fcntl.flock(held, fcntl.LOCK_EX)
        except OSError:
            # Some network folders cannot lock. That is no reason not to start.
            pass
        yield


def _say(sentence: str) -> None:
    print(sentence, flush=True)
