"""
The choice between practice and live, and the credentials.

The kit reads credentials when a desk is opened, keeps them in memory, and never stores them.
"""

import os
import shlex
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from helpers.core.errors import CannotConnect, CredentialsMalformed, CredentialsMissing, WrongRegion
from helpers.core.permissions import ApiKey
from helpers.core.redact import Secret
from helpers.gateway.account_keys import read_account_keys
from helpers.gateway.credential_set import NOT_SIGNED, TYPED, CredentialSet, Part, objection, value_in
from helpers.gateway.plain_file import read_plain
from helpers.gateway.simulator_client import SimulatorClient, find_or_start
from helpers.gateway.value_forms import clean, is_account

_PROMPT = (
    "LIVE: the real Twilio. A file named .env beside the README, with TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, spares "
    "you this.\nTwilio account SID (AC..., shown as you type it): "
)

_PLACEHOLDER = "{} in {} holds a placeholder, and counts as not set."
_SIGNING = "{} is for signed requests (Public Key Client Validation), and not used: the kit cannot send them."
_NO_KEYS = "TWILIO_DESK_KEYS is set and not used: this desk is signed in with an auth token, and not with an API key."


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
    #: The API key of each account that has one of its own here; the key's secret shows itself nowhere.
    account_keys: Mapping[str, ApiKey] = field(default_factory=dict, repr=False)
    #: Sentences for the operator about the place of the credentials.
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "secret", Secret(self.secret))

    @property
    def origin(self) -> str | None:
        """The practice Twilio's address, which replaces Twilio's hosts; None when live."""
        return self.simulator.url if self.simulator else None


class Ask(NamedTuple):
    """Two prompts: each shows a text and returns what is typed."""

    shown: Callable[[str], str]
    hidden: Callable[[str], str]


def typed_by(prompt: Callable[[str], str]) -> Callable[[str], str]:
    """Make a prompt that returns an empty text where no keyboard is attached, as where a program runs a notebook."""

    def typed(text: str) -> str:
        try:
            return prompt(text)
        except (NotImplementedError, EOFError):
            return ""

    return typed


def working_folder() -> Path:
    """
    Find the notebook's folder, where a file ``.env`` may lie, and plans of version 0.1.0.

    Raises:
        CannotConnect: It is gone.
    """
    try:
        return Path.cwd()
    except OSError as failure:
        raise CannotConnect(
            f"The folder of this notebook is gone or cannot be read ({failure.strerror or failure}), so the desk was "
            "not opened. Nothing was read and nothing was changed. Close the notebook, open it from a folder that is "
            "there, then run its first cell again."
        ) from None


def wants_live(environment: Mapping[str, str], *, live: bool | None = None) -> bool:
    """
    Decide whether to open the desk live: only *live* or ``TWILIO_DESK=live`` does.

    >>> wants_live({}), wants_live({"TWILIO_DESK": "live"}), wants_live({"TWILIO_DESK": "yes"})
    (False, True, False)
    """
    if live is not None:
        return live
    return environment.get("TWILIO_DESK", "").strip().lower() == "live"


def connect_simulator(folder: Path, key: ApiKey | None = None) -> tuple[Connection, SimulatorClient]:
    """
    Open a connection to the practice Twilio that keeps its world in *folder*.

    Args:
        key: An API key of the main account, to sign in with instead of its auth token.

    Raises:
        SimulatorUnavailable: It did not start.
    """
    simulator = find_or_start(folder)
    about = simulator.about()
    sid = about["account_sid"]
    username, secret = (key.sid, key.secret) if key else (sid, about["auth_token"])
    return Connection(live=False, username=username, secret=secret, account_sid=sid, simulator=simulator), simulator


def connect_live(
    environment: Mapping[str, str], *, folders: tuple[Path, ...] = (), ask: Ask | None = None
) -> Connection:
    """
    Find the credentials for the real Twilio: environment, then a ``.env`` file, then *ask*.

    Without *ask*, missing credentials are an error.

    Raises:
        CredentialsMissing: There are no credentials.  Nothing was sent.
        CredentialsMalformed: The credentials, or the file of the subaccounts' keys, are malformed, mixed, of a kind
            that the kit cannot use, or open to others.  Nothing was sent.
        WrongRegion: The environment names a region other than US1, where numbers
            cannot be released (https://www.twilio.com/docs/api/errors/22402).
    """
    places = list[CredentialSet]()
    # One source for all: a sid from one place and a token from another would be confusing.  A .env may belong to
    # another program.
    for place in _places(environment, folders):
        places.append(place)
        if place.get(Part.ACCOUNT):
            break
    # No account: a misspelled name, and a client that has none, are said and not asked for.
    told = (place for place in places if place.speaks())
    found = next(told, None)
    region = ((found and found.get(Part.REGION)) or environment.get("TWILIO_REGION") or "us1").strip().lower()
    if region != "us1":
        raise WrongRegion(
            f"TWILIO_REGION is set to {region!r}, and Twilio releases numbers only through its region US1. "
            "Nothing was sent. Unset TWILIO_REGION, use credentials of US1, and open the desk again."
        )
    passed_over = [sentence for place in places if place is not found and (sentence := _describe_odd(place))]
    if found is None and ask is not None:
        typed = _ask_for_credentials(ask, passed_over)
        found = typed if typed.written else None
    if found is None:
        raise CredentialsMissing(
            f"{next(iter(passed_over), 'There are no Twilio credentials.')} Set TWILIO_ACCOUNT_SID and "
            "TWILIO_AUTH_TOKEN in the environment or in a file named .env beside the README, or open the desk from a "
            "notebook, where they can be typed in."
        )
    connection = _make_live_connection(found)
    notes = [_PLACEHOLDER.format(name, place.origin) for place in places if (name := place.placeholder(Part.ACCOUNT))]
    notes += _warn_about(Path(found.origin))
    if connection.username != connection.account_sid and (signing := found.signs()):
        notes.append(_SIGNING.format(signing))
    file = clean(found.get(Part.KEYS) or environment.get(Part.KEYS, ""))
    if file and connection.username == connection.account_sid:
        return replace(connection, notes=(*notes, _NO_KEYS))
    return replace(
        connection, notes=tuple(notes), account_keys=read_account_keys(Path(file).expanduser()) if file else {}
    )


def _places(environment: Mapping[str, str], folders: tuple[Path, ...]) -> Iterator[CredentialSet]:
    yield CredentialSet.of(environment.items(), "the environment")
    for folder in folders:
        if (file := folder / ".env").is_file():
            yield _read_env_file(file)


def _warn_about(file: Path) -> Iterator[str]:
    """Say that others can read the file of the credentials; Windows keeps such rights elsewhere."""
    with suppress(OSError):
        if os.name == "posix" and file.name == ".env" and file.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
            yield (
                f"{file} holds the credentials, and other users of this computer can read it. Nothing was changed. "
                f"Keep it to yourself: chmod 600 {shlex.quote(str(file))}"
            )


def _describe_odd(place: CredentialSet) -> str | None:
    """Say what a place has of credentials that are none; None where it has nothing of them."""
    if name := place.placeholder(Part.ACCOUNT):
        return _PLACEHOLDER.format(name, place.origin)
    if stray := place.stray():
        return stray
    if signing := place.signs():
        return f"{signing} in {place.origin} is for signed requests (Public Key Client Validation): {NOT_SIGNED}"
    part = next((each for each in (Part.TOKEN, Part.KEY) if place.get(each)), None)
    alone = "is set in {}, and the SID of its account is not: the kit takes all from one place."
    return f"{place.name_of(part)} {alone.format(place.origin)}" if part else None


def _read_env_file(file: Path) -> CredentialSet:
    text, why = read_plain(file)
    if why:
        raise CredentialsMalformed(
            f"{file} cannot be read: {why}. Nothing was sent. Save it as plain text in UTF-8, or take it away, and "
            "open the desk again."
        )
    return CredentialSet.in_text(text, str(file))


def _ask_for_credentials(ask: Ask, passed_over: list[str]) -> CredentialSet:
    """Ask for them; a SID that is none is told at once, before anybody types a secret in vain."""
    account = value_in(ask.shown("\n".join([*passed_over, _PROMPT])))
    typed = [("Twilio account SID", account)]
    if is_account(account):
        secret = value_in(ask.hidden("Auth token, or API key SID (SK...): "))
        if secret.startswith("SK"):
            typed += [("Twilio API key SID", secret)]
            typed += [("Twilio API key secret", value_in(ask.hidden("API key secret: ")))]
        else:
            typed += [("Twilio auth token", secret)]
    return CredentialSet.of(typed, TYPED)


def _make_live_connection(found: CredentialSet) -> Connection:
    if against := objection(found):
        raise CredentialsMalformed(
            f"{against} The credentials come from {found.origin}. Nothing was sent. Put them right and open the desk "
            "again; Twilio's Console shows them."
        )
    sid = str(found.get(Part.ACCOUNT))
    if found.get(Part.TOKEN):
        return Connection(live=True, username=sid, secret=found.get(Part.TOKEN), account_sid=sid)
    return Connection(live=True, username=str(found.get(Part.KEY)), secret=found.get(Part.SECRET), account_sid=sid)


def from_environment() -> Mapping[str, str]:
    """Return the process's environment, which may hold the credentials; the repr omits all values."""
    return {name: Secret(value) for name, value in os.environ.items()}
