"""
The choice between practice and live, and the credentials.

The kit reads credentials when a desk is opened, keeps them in memory, and never stores them.
"""

import io
import os
import re
import shlex
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from dotenv import dotenv_values

from helpers.core.errors import CredentialsMalformed, CredentialsMissing, WrongRegion
from helpers.core.redact import Secret
from helpers.gateway.simulator_client import SimulatorClient, find_or_start

_NAMES = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_API_KEY", "TWILIO_API_SECRET")


@dataclass(frozen=True, slots=True)
class Connection:
    """Twilio's address and the credentials.  The repr omits the secret."""

    live: bool
    username: str
    secret: str = field(repr=False)
    #: The account that the credentials belong to.
    account_sid: str
    #: The practice Twilio, for its clock and its faults; None when live.
    simulator: SimulatorClient | None = None
    #: Sentences for the operator about the place of the credentials.
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "secret", Secret(self.secret))

    @property
    def origin(self) -> str | None:
        """The practice Twilio's address, which replaces Twilio's hosts; None when live."""
        return self.simulator.url if self.simulator else None


def wants_live(environment: Mapping[str, str], *, live: bool | None = None) -> bool:
    """
    Decide whether to open the desk live: only *live* or ``TWILIO_DESK=live`` does.

    >>> wants_live({}), wants_live({"TWILIO_DESK": "live"}), wants_live({"TWILIO_DESK": "yes"})
    (False, True, False)
    """
    if live is not None:
        return live
    return environment.get("TWILIO_DESK", "").strip().lower() == "live"


def connect_simulator(folder: Path) -> tuple[Connection, SimulatorClient]:
    """
    Open a connection to the practice Twilio that keeps its world in *folder*.

    Raises:
        SimulatorUnavailable: It did not start.
    """
    simulator = find_or_start(folder)
    about = simulator.about()
    sid = about["account_sid"]
    return Connection(
        live=False, username=sid, secret=about["auth_token"], account_sid=sid, simulator=simulator
    ), simulator


def connect_live(
    environment: Mapping[str, str], *, folders: tuple[Path, ...] = (), ask: Callable[[str], str] | None = None
) -> Connection:
    """
    Find the credentials for the real Twilio: environment, then a ``.env`` file, then *ask*.

    *ask* is a password prompt; without one, missing credentials are an error.

    Raises:
        CredentialsMissing: There are no credentials.  Nothing was sent.
        CredentialsMalformed: The credentials are malformed.  Nothing was sent.
        WrongRegion: The environment names a region other than US1, where numbers
            cannot be released (https://www.twilio.com/docs/api/errors/22402).
    """
    values, origin = _find_credentials(environment, folders)
    region = (values.get("TWILIO_REGION") or environment.get("TWILIO_REGION") or "us1").strip().lower()
    if region != "us1":
        raise WrongRegion(
            f"TWILIO_REGION is set to {region!r}, and Twilio releases numbers only through its region US1. "
            "Nothing was sent. Unset TWILIO_REGION, use credentials of US1, and open the desk again."
        )
    if not values.get("TWILIO_ACCOUNT_SID") and ask is not None:
        values = _ask_for_credentials(ask)
        origin = "what was typed"
    if not values.get("TWILIO_ACCOUNT_SID"):
        raise CredentialsMissing(
            "There are no Twilio credentials. Set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN in the environment or in "
            "a file named .env beside the README, or open the desk from a notebook, where they can be typed in."
        )
    return replace(_make_live_connection(values, origin), notes=tuple(_warn_about(Path(origin))))


def _warn_about(file: Path) -> Iterator[str]:
    """Say that others can read the file of the credentials; Windows keeps such rights elsewhere."""
    with suppress(OSError):
        if os.name == "posix" and file.name == ".env" and file.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
            yield (
                f"{file} holds the credentials, and other users of this computer can read it. Nothing was changed. "
                f"Keep it to yourself: chmod 600 {shlex.quote(str(file))}"
            )


def _find_credentials(environment: Mapping[str, str], folders: tuple[Path, ...]) -> tuple[dict[str, str], str]:
    # One source for all: a sid from one place and a token from another would be confusing.
    if environment.get("TWILIO_ACCOUNT_SID"):
        return {name: environment[name].strip() for name in _NAMES if environment.get(name)}, "the environment"
    for file in (folder / ".env" for folder in folders):
        values = _read_env_file(file) if file.is_file() else {}
        # The .env may belong to another program.
        if values.get("TWILIO_ACCOUNT_SID"):
            return values, str(file)
    return {}, "nowhere"


def _read_env_file(file: Path) -> dict[str, str]:
    try:
        # Some editors begin a file with a byte order mark, which would become part of the first name.
        text, why = file.read_text(encoding="utf-8-sig"), ""
    except OSError as trouble:
        text, why = "", trouble.strerror or "the disk refused"
    except UnicodeDecodeError:
        text, why = "", "it is not written in UTF-8"
    if "\0" in text:
        text, why = "", "it is not written in UTF-8"
    if why:
        # Outside the except block: that exception holds the bytes of the file, and so the token.
        raise CredentialsMalformed(
            f"{file} cannot be read: {why}. Nothing was sent. Save it as plain text in UTF-8, or take it away, and "
            "open the desk again."
        )
    return {name: value.strip() for name, value in dotenv_values(stream=io.StringIO(text)).items() if value}


def _ask_for_credentials(ask: Callable[[str], str]) -> dict[str, str]:
    sid = ask("Twilio account SID (AC...): ").strip()
    secret = ask("Auth token, or API key SID (SK...): ").strip()
    if secret.startswith("SK"):
        key_secret = ask("API key secret: ").strip()
        return {"TWILIO_ACCOUNT_SID": sid, "TWILIO_API_KEY": secret, "TWILIO_API_SECRET": key_secret}
    return {"TWILIO_ACCOUNT_SID": sid, "TWILIO_AUTH_TOKEN": secret}


def _make_live_connection(values: Mapping[str, str], origin: str) -> Connection:
    sid, token = values["TWILIO_ACCOUNT_SID"], values.get("TWILIO_AUTH_TOKEN", "")
    key, secret = values.get("TWILIO_API_KEY", ""), values.get("TWILIO_API_SECRET", "")
    advice = (
        f"They come from {origin}. Nothing was sent. Copy them again from Twilio's Console and open the desk again."
    )
    if not re.fullmatch(r"AC[0-9a-fA-F]{32}", sid):
        raise CredentialsMalformed(
            f"TWILIO_ACCOUNT_SID is not an account SID: it must be AC and 32 digits or letters a to f. {advice}"
        )
    # The auth token has priority, because an API key does not reach the subaccounts.
    if not token and (key or secret):
        if not re.fullmatch(r"SK[0-9a-fA-F]{32}", key) or not secret:
            raise CredentialsMalformed(
                "TWILIO_API_KEY must be SK and 32 digits or letters a to f, and TWILIO_API_SECRET must be set with it. "
                + advice
            )
        return Connection(live=True, username=key, secret=secret, account_sid=sid)
    if not re.fullmatch(r"[0-9a-fA-F]{32}", token):
        raise CredentialsMalformed(
            f"TWILIO_AUTH_TOKEN is missing or is not an auth token: it must be 32 digits or letters a to f. {advice}"
        )
    return Connection(live=True, username=sid, secret=token, account_sid=sid)


def from_environment() -> Mapping[str, str]:
    """Return the process's environment, which may hold the credentials."""
    return os.environ
