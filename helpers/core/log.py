"""
The log of what a desk does: every request, and every state of the journal, a line each.

It is written only where somebody asked for it, with ``TWILIO_DESK_LOG`` or ``python3 -m helpers --log``.  A line holds
no query, no form, no credentials, and no more of a phone number than its last four digits.
"""

import logging
import re
import time
from contextlib import suppress
from pathlib import Path

from helpers.core.errors import CannotConnect

_LOG = logging.getLogger("twilio_number_kit")
_LOG.propagate = False
#: The level where nobody asked for a log: to word a line that nobody reads takes a tenth of the work for a request.
_OFF = logging.CRITICAL
_LOG.setLevel(_OFF)
#: A phone number in an address; a sid is made of such digits too, and is none.
_PHONE_NUMBER = re.compile(
    r"""
    (?:(?<![0-9A-Za-z])|(?<=%3A)|(?<=%253A)|(?<=%252B))  # not in a sid; behind a sign in its code
    (?:(?:\+|%2B)\d+|\d{3,})
    (?=\d{4}(?![0-9A-Za-z]))
    """,
    re.IGNORECASE | re.VERBOSE,
)


class _Lines(logging.FileHandler):
    """Writes lines into a file; that a line cannot be written keeps no request from being sent or answered."""

    _is_over = False

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line, unless the log was stopped: logging would open the file again, and raise where it cannot."""
        if not self._is_over:
            with suppress(OSError):
                super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # logging's name
        """Lose the line: logging would print the call's frames instead."""

    def close(self) -> None:
        """Close the file; what could not be written is lost."""
        self._is_over = True
        with suppress(OSError):
            super().close()


def log_to(file: Path) -> None:
    """
    Write the log into a file from now on, after what is in it; only this user can read a new one.

    Raises:
        OSError: The file cannot be written.  The log goes where it went before.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)
    lines = _Lines(file, encoding="utf-8")
    form = logging.Formatter("%(asctime)s.%(msecs)03dZ %(process)d %(message)s", "%Y-%m-%dT%H:%M:%S")
    form.converter = time.gmtime
    lines.setFormatter(form)
    stop_log()
    _LOG.addHandler(lines)
    _LOG.setLevel(logging.INFO)


def stop_log() -> None:
    """Write the log nowhere from now on."""
    _LOG.setLevel(_OFF)
    for handler in [handler for handler in _LOG.handlers if isinstance(handler, _Lines)]:
        _LOG.removeHandler(handler)
        handler.close()


def log_request(
    method: str, host: str, path: str, *, outcome: str, request_id: str | None, milliseconds: float
) -> None:
    """
    Log one request.

    Args:
        outcome: The HTTP status, or why there is no answer.

        request_id: Twilio's id of the request, by which its support finds it.
    """
    if _LOG.isEnabledFor(logging.INFO):
        _LOG.info("%s %s%s %s %s %.0f ms", method, host, _veiled(path), outcome, request_id or "-", milliseconds)


def log_state(entry: str, act: str, state: str, *, number_sid: str, phone_number: str) -> None:
    """Log a state that was written into the journal."""
    _LOG.info("journal %s %s %s %s %s", entry, act, state, number_sid or "-", _veiled(phone_number) or "-")


def _veiled(text: str) -> str:
    """
    Leave of each phone number the last four digits.

    >>> _veiled("+14155550112"), _veiled("/v1/Numbers/%2B14155550112.json"), _veiled("/2010-04-01/PN0123456789")
    ('…0112', '/v1/Numbers/…0112.json', '/2010-04-01/PN0123456789')
    """
    return _PHONE_NUMBER.sub("…", text)


def log_as_told(file: str | None) -> None:
    """
    Write the log into a file from now on, or into none.

    Raises:
        CannotConnect: The file cannot be written.
    """
    if not file:
        stop_log()
        return
    try:
        log_to(Path(file))
    except OSError as failure:
        raise CannotConnect(
            f"The log {file}, which TWILIO_DESK_LOG names, cannot be written ({failure.strerror or failure}), so the "
            "desk was not opened. Nothing was read and nothing was changed. Name another file there, or unset it, then "
            "run the notebook again."
        ) from None
