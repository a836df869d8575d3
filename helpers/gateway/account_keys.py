"""A file with an API key for each subaccount, for a company that uses no auth tokens."""

import os
import re
import shlex
from pathlib import Path

from helpers.core.errors import CredentialsMalformed
from helpers.core.permissions import ApiKey

#: The SID of the account, the SID of its key, and the key's secret.
_LINE = re.compile(r"(AC[0-9a-fA-F]{32})[\s,;]+(SK[0-9a-fA-F]{32})[\s,;]+(\S+)")
_FORM = (
    "Each line is the SID of an account, AC…, the SID of its API key, SK…, and the key's secret, with commas between."
)


def read_account_keys(file: Path) -> dict[str, ApiKey]:
    """
    Read the API key of each account in a file; lines that begin with # are remarks.

    Raises:
        CredentialsMalformed: Others can read the file, or it cannot be read, or a line is none.  Nothing was sent.
    """
    # Raised here, because the frames of the reading hold lines of the file.
    keys, problem = _read(file)
    if problem:
        raise CredentialsMalformed(
            f"{file}, the file of API keys that TWILIO_DESK_KEYS names, was not used: {problem} Nothing was sent. Put "
            "it right, or unset TWILIO_DESK_KEYS, and open the desk again."
        )
    return keys


def _read(file: Path) -> tuple[dict[str, ApiKey], str]:
    """Read the keys, or say why not; that quotes no part of a line, because any part may be the secret."""
    lines, problem = _lines_of(file)
    keys: dict[str, ApiKey] = {}
    for place, line in enumerate(lines, 1):
        parts = _LINE.fullmatch(line.strip().replace('"', ""))
        if not line.strip() or line.startswith("#"):
            continue
        if parts is None:
            return {}, f"line {place:,} could not be understood. {_FORM}"
        if parts[1] in keys:
            return {}, f"line {place:,} names an account for the second time."
        keys[parts[1]] = ApiKey(parts[2], parts[3])
    return keys, problem


def _lines_of(file: Path) -> tuple[list[str], str]:
    """Read the lines of a file that nobody else can read; or say why not."""
    try:
        # Windows keeps such rights elsewhere.
        if os.name == "posix" and file.stat().st_mode & 0o077:
            mend = f"chmod 600 {shlex.quote(str(file))}"
            return [], f"other users of this computer can read it. Keep it to yourself: {mend}."
        return file.read_text(encoding="utf-8-sig").splitlines(), ""
    except OSError as trouble:
        return [], f"it cannot be read: {trouble.strerror or 'the disk refused'}."
    except UnicodeDecodeError:
        return [], "it cannot be read: it is not written in UTF-8."
