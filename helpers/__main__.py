"""
Open the kit: ``python3 -m helpers`` installs what is missing into ``.venv`` and starts JupyterLab.

``python3 -m helpers report`` opens nothing: it looks at every number, and writes a report.

Standard library only, because nothing else is there yet. And no syntax younger than Python 3.6:
an old Python has to get as far as the sentence that says it is too old.
"""

import argparse
import contextlib
import json
import os
import socket
import subprocess
import sys
import traceback
from pathlib import Path
from typing import Dict, List, NoReturn, Optional, Tuple

if sys.version_info < (3, 11):
    sys.exit(
        f"This kit needs Python 3.11 or newer, and this is {'.'.join(map(str, sys.version_info[:2]))}. "
        "Nothing was installed or opened. Run the same command with a newer Python, for instance python3.12."
    )

from helpers import __version__
from helpers._install import CHECKOUT, CannotStart, python_with_everything

NOTEBOOKS = CHECKOUT / "notebooks"
FIRST_NOTEBOOK = NOTEBOOKS / "00_start_here.ipynb"

#: The forms of a report.
FORMS = ("xlsx", "html", "json")

#: JupyterLab's settings for the kit: what it starts with, and what it never saves.
LAB_SETTINGS = CHECKOUT / "helpers" / "lab"

#: The button "Run all cells" is here, for a JupyterLab whose environment is older than the checkout.
LAB_SHARED = LAB_SETTINGS / "shared" / "share" / "jupyter"


def main(arguments: Optional[List[str]] = None) -> int:
    """
    Open JupyterLab as the command line asks, or say in a sentence why not.

    Where all goes well this does not return: JupyterLab takes the process over.  A report returns.

    Returns:
        The exit code: 2 where the kit could not start, 130 after Ctrl-C; that of a report is in ``_ABOUT_REPORTS``.
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        if arguments[:1] == ["report"]:
            return _report(arguments[1:])
        wish = _wish(arguments)
        _check_notebook()
        _check_port(wish.port)
        python = python_with_everything()
        return _open_lab(python, wish)
    except CannotStart as refusal:
        print(refusal, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nStopped. The same command takes up where this left off.", file=sys.stderr)
        return 130


class _PlainParser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        # argparse would print the usage as well, and the sentence is lost below it.
        raise CannotStart(
            f"The command line was not understood ({message}), so nothing was started. "
            "python3 -m helpers --help lists what can be asked for."
        )


def _wish(arguments: List[str]) -> argparse.Namespace:
    parser = _PlainParser(
        prog="python3 -m helpers",
        description="Opens the kit in JupyterLab, on the practice Twilio unless told otherwise.",
        # "--liv" is a mistake, not an abbreviation of --live.
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version="Twilio number kit " + __version__)
    parser.add_argument("--live", action="store_true", help="talk to the real Twilio")
    parser.add_argument(
        "--log", type=Path, metavar="FILE", help="write a line for each request to Twilio into this file"
    )
    parser.add_argument("--no-browser", dest="browser", action="store_false", help="open no browser window")
    parser.add_argument("--port", type=int, metavar="N", help="use this port and no other")
    parser.epilog = "python3 -m helpers report --help tells of the report that is made without opening anything."
    return parser.parse_args(arguments)


_ABOUT_REPORTS = """\
Looks at every number, and writes what could be saved, what changed and what was saved. It only reads: nothing is
changed at Twilio, and credentials that may only look are enough.

The exit code is 0 if there is nothing to look at, 1 if there is something (unused numbers, numbers that could not be
checked or that Twilio may take back, changes, acts of this kit that are not finished), and 2 if Twilio, or a part of
the company, could not be read. Standard output has one line of JSON; its "text" is for a mail or a chat, and its
"files" are the files.

By itself, once a month, in a checkout at /srv/kit whose file .env holds the credentials:

  cron
    0 6 1 * * cd /srv/kit && python3 -m helpers report --live | jq -r .text | mail -s "Twilio numbers" you@acme.example

  systemd, in ~/.config/systemd/user: report.service, and report.timer beside it
    [Service]
    Type=oneshot
    WorkingDirectory=/srv/kit
    ExecStart=/usr/bin/python3 -m helpers report --live
    SuccessExitStatus=1

    [Timer]
    OnCalendar=monthly
    Persistent=true
    [Install]
    WantedBy=timers.target

  GitHub Actions, where the cache keeps the looks to compare with; a journal is known there by TWILIO_DESK_JOURNAL only
    steps:
      - uses: actions/checkout@v4
      - uses: actions/cache@v4
        with: {path: ~/.local/share/twilio-number-kit, key: "looks-${{ github.run_id }}", restore-keys: looks-}
      - run: python3 -m helpers report --live --out report || test $? -eq 1
        env: {TWILIO_ACCOUNT_SID: "${{ secrets.SID }}", TWILIO_AUTH_TOKEN: "${{ secrets.TOKEN }}"}
      - uses: actions/upload-artifact@v4
        with: {name: report, path: report}

  papermill, for a table of every number after a report
    papermill notebooks/06_pandas.ipynb out.ipynb -p days 90 -p live True
"""


def _report(arguments: List[str]) -> int:
    """Make a report, and print one line of JSON about it; return the exit code."""
    try:
        wish = _wish_for_report(arguments)
        # What is said on the way is no JSON.
        with contextlib.redirect_stdout(sys.stderr):
            python = python_with_everything()
            if python != sys.executable:
                command = [python, "-m", "helpers", "report", *arguments]
                return subprocess.call(command, env=dict(os.environ, PYTHONPATH=str(CHECKOUT)))
            code, line = _make_report(wish)
    except CannotStart as refusal:
        print(refusal, file=sys.stderr)
        code, line = 2, _failed(str(refusal))
    except Exception as bug:  # noqa: BLE001  # Python would exit with 1: there is something to look at
        traceback.print_exc()
        code, line = 2, _failed("The report was not made, because of a fault in the kit: " + type(bug).__name__)
    print(line, flush=True)
    return code


def _failed(why: str) -> str:
    return json.dumps({"result": 2, "error": why, "text": why})


def _wish_for_report(arguments: List[str]) -> argparse.Namespace:
    parser = _PlainParser(
        prog="python3 -m helpers report",
        description=_ABOUT_REPORTS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--live", action="store_true", help="look at the real Twilio")
    parser.add_argument("--days", type=_days, default=90, metavar="N", help="days of calls and messages to read (90)")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="write here, and not into the kit's data folder")
    parser.add_argument(
        "--format", type=_forms, default=FORMS, metavar="LIST", help="some of xlsx,html,json (all of them)"
    )
    return parser.parse_args(arguments)


def _days(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(repr(text) + " is not a number of days")
    return int(text)


def _forms(text: str) -> Tuple[str, ...]:
    forms = tuple(text.split(","))
    if not set(forms) <= set(FORMS):
        raise argparse.ArgumentTypeError(repr(text) + " is not a list of " + ", ".join(FORMS))
    return forms


def _make_report(wish: argparse.Namespace) -> Tuple[int, str]:
    # Late: by now, everything is installed.
    from helpers.core.errors import KitError
    from helpers.desk.opening import open_desk

    try:
        written = open_desk(live=wish.live or None).report(days=wish.days, folder=wish.out, forms=wish.format)
    except KitError as failure:
        raise CannotStart(str(failure)) from None
    except OSError as failure:
        raise CannotStart(
            f"The report could not be written ({failure}). Nothing was changed at Twilio. Make room there, or name "
            "another folder with --out."
        ) from None
    print(written.text, *written.files, sep="\n", file=sys.stderr)
    return int(written.result), written.line


def _check_notebook() -> None:
    if not FIRST_NOTEBOOK.is_file():
        raise CannotStart(
            f"The notebook {FIRST_NOTEBOOK} is missing, so nothing was started. Copy it back, or fetch the kit anew."
        )


def _check_port(port: Optional[int]) -> None:
    if port is None:
        return
    if not 0 < port < 65536:
        raise CannotStart(f"{port} is not a port, so nothing was started. Choose one from 1024 to 65535.")
    with socket.socket() as probe:
        if os.name == "posix":
            # JupyterLab does the same: a port that was closed a moment ago counts as free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as refused:
            raise CannotStart(
                f"Port {port} cannot be used ({refused.strerror}), so nothing was started. "
                "Choose another with --port, or leave --port out and a free one is found."
            ) from None


def _open_lab(python: str, wish: argparse.Namespace) -> int:
    command = [python, "-m", "jupyterlab", f"--ServerApp.root_dir={NOTEBOOKS}"]
    # Rather than naming the file, which --no-browser would leave out of the address it prints.
    command += [f"--LabApp.default_url=/lab/tree/{FIRST_NOTEBOOK.name}"]
    # Ctrl-C ends it without a question. Nothing is lost: the journal is on disk before anything happens.
    command += ["--ServerApp.answer_yes=True"]
    if not wish.browser:
        command += ["--no-browser"]
    if wish.port is not None:
        command += [f"--ServerApp.port={wish.port}", "--ServerApp.port_retries=0"]
    if os.name == "posix" and os.geteuid() == 0:
        command += ["--allow-root"]

    environment = dict(os.environ)
    _put_first(environment, "JUPYTER_CONFIG_PATH", LAB_SETTINGS)
    _put_first(environment, "JUPYTER_PATH", LAB_SHARED)
    # So that every kernel, in whichever folder, can say "from helpers import open_desk".
    _put_first(environment, "PYTHONPATH", CHECKOUT)
    if wish.live:
        environment["TWILIO_DESK"] = "live"
    if wish.log is not None:
        environment["TWILIO_DESK_LOG"] = str(wish.log.absolute())

    print("Opening JupyterLab.", flush=True)
    if os.name == "posix":
        # JupyterLab takes this process over, so that whatever ends the command ends JupyterLab.
        os.execve(python, command, environment)
    return subprocess.call(command, env=environment)


def _put_first(environment: Dict[str, str], variable: str, folder: Path) -> None:
    others = environment.get(variable)
    environment[variable] = f"{folder}{os.pathsep}{others}" if others else str(folder)


if __name__ == "__main__":
    sys.exit(main())
