"""A file with an API key for each subaccount, for a company that uses no auth tokens."""

import os
import re
import shlex
from contextlib import suppress
from pathlib import Path

from helpers.core.errors import CredentialsMalformed
from helpers.core.permissions import ApiKey
from helpers.core.typed_text import visible
from helpers.gateway.plain_file import read_plain
from helpers.gateway.value_forms import DIGITS, LETTERS, clean, is_account, is_key, is_secret, is_token

_FORM = (
    "Each line is the SID of an account, AC…, the SID of its API key, SK…, and the key's secret, with commas between."
)
#: What each line has, and its form.
_PIECES = (
    ("SID of an account", f"AC and {DIGITS}", is_account),
    ("SID of an API key", f"SK and {DIGITS}", is_key),
    ("secret of an API key", LETTERS, is_secret),
)
_BETWEEN, _REMARK = re.compile(r"[\s,;|:=]+"), re.compile(r"(?:^|\s)(?:#|//|--).*")
#: The most letters of a word in a head line.
_WORD = 20


def read_account_keys(file: Path) -> dict[str, ApiKey]:
    """
    Read the API key of each account in a file, as people and Excel write it; what stands behind a # is a remark.

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
    """Read the keys, or say why not; that quotes no part of a line but a SID, because any may be the secret."""
    if _is_open_to_others(file):
        mend = f"chmod 600 {shlex.quote(str(file))}"
        return {}, f"other users of this computer can read it. Keep it to yourself: {mend}."
    text, why = read_plain(file)
    if why:
        return {}, f"it cannot be read: {why}."
    keys, before = dict[str, ApiKey](), dict[str, int]()
    for place, line in enumerate(visible(text).splitlines(), 1):
        words = [word for word in map(clean, _BETWEEN.split(_REMARK.sub("", line))) if word]
        if not words or (not keys and _is_head(words)):
            continue
        found = [{word for word in words if fits(word)} for *_, fits in _PIECES]
        wrong = [
            f"more than one {name}" if has else f"no whole {name} ({form})"
            for (name, form, _), has in zip(_PIECES, found, strict=True)
            if len(has) != 1
        ]
        if wrong:
            token = ", but what looks like an auth token" if not found[-1] and any(map(is_token, words)) else ""
            return {}, f"line {place:,} has {', '.join(wrong)}{token}. {_FORM}"
        (account,), (key,), (secret,) = found
        for sid in (account, key):
            if sid in before:
                once = "an account has one key here, and a key is of one account"
                return {}, f"line {place:,} has {sid} of line {before[sid]:,} again: {once}. Keep one of these lines."
            before[sid] = place
        keys[account] = ApiKey(key, secret)
    return keys, "" if keys else f"it has no key. {_FORM}"


def _is_open_to_others(file: Path) -> bool:
    # A file that is not there is told when it is read; and Windows keeps such rights elsewhere.
    with suppress(OSError):
        return os.name == "posix" and bool(file.stat().st_mode & 0o077)
    return False


def _is_head(words: list[str]) -> bool:
    """Tell whether a line above the keys only names the columns, in whatever language."""
    is_name = [len(word) <= _WORD and not any(map(str.isdigit, word)) for word in words]
    return len(words) >= len(_PIECES) and all(is_name)
