"""
Where JupyterLab talks: our few lines and its errors go to the terminal, everything else into a file.

A server extension that only ``python3 -m helpers`` switches on, by ``jupyter_server_config.json`` beside this file.
"""

import logging
import os
import re
import signal
from pathlib import Path
from typing import Any

from platformdirs import user_log_path

from helpers.gateway.credentials import wants_live

#: JupyterLab's password for the browser.
_TOKEN = re.compile(r"(?i)(?<=token)(=|%3D)[^\s&\"'#)]+")
#: How JupyterLab greets and says goodbye, which it calls critical.
_MANNERS = re.compile(r"(?i)token=|received signal|interrupted|shut(?:down|ting down)")


class OnlyErrors(logging.Filter):
    """Lets errors through."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether a record belongs on the terminal."""
        is_polite = record.levelno == logging.CRITICAL and _MANNERS.search(record.getMessage())
        return record.levelno >= logging.ERROR and not is_polite


class _WithoutToken(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return _TOKEN.sub(r"\1…", super().format(record))


def log_file() -> Path:
    """Name the file of JupyterLab's own messages."""
    return user_log_path("twilio-number-kit", appauthor=False) / "jupyterlab.log"


def file_handler() -> logging.Handler:
    """Open the file for JupyterLab's messages, for this user only; where it cannot be written, they are lost."""
    file = log_file()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        handler = logging.FileHandler(file, encoding="utf-8")
    except OSError:
        return logging.NullHandler()
    handler.setLevel(logging.INFO)
    handler.setFormatter(_WithoutToken("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    return handler


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "helpers.lab.terminal"}]


def _load_jupyter_server_extension(server: Any) -> None:
    # Python's own Ctrl-C is an exception, which Tornado logs and forgets when it comes while a request is answered.
    signal.signal(signal.SIGINT, lambda *_: server.stop(from_signal=True))
    # The server listens in the loop's first round; an address is said when somebody is there, and not at all otherwise.
    server.io_loop.add_callback(server.io_loop.add_callback, _greet, server)


def _greet(server: Any) -> None:
    print(_greeting(server.local_url), flush=True)  # noqa: T201  # for the terminal


def _greeting(url: str) -> str:
    where = (
        "LIVE: the notebooks talk to the real Twilio."
        if wants_live(os.environ)
        else "PRACTICE: the notebooks talk to the practice Twilio on this machine, unless a cell says live=True."
    )
    file = log_file()
    kept = "its own messages are in" if file.is_file() else "its own messages are lost, because nobody can write"
    return (
        f"\n{where}\n\nOpen this address, if your browser has not done so by itself:\n    {url}\n\n"
        f"Leave this window open. Ctrl-C in it ends JupyterLab; {kept}\n    {file}\n"
    )
