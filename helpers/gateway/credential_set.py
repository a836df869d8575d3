"""
The credentials of one place, in the names and the forms in which people and Twilio's own tools write them.  Pure.

A sentence of this file names what is written there, and never a value.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum

from helpers.core.redact import Secret


class Part(StrEnum):
    """A part of some credentials, by the name that Twilio's documentation gives it."""

    ACCOUNT = "TWILIO_ACCOUNT_SID"
    TOKEN = "TWILIO_AUTH_TOKEN"  # noqa: S105  # a name
    KEY = "TWILIO_API_KEY"
    SECRET = "TWILIO_API_SECRET"  # noqa: S105  # a name
    REGION = "TWILIO_REGION"
    #: An OAuth client, with which nobody can sign in here.
    CLIENT = "TWILIO_CLIENT_ID"
    #: The key that signs requests (Public Key Client Validation), which the kit does not do.
    PRIVATE = "TWILIO_PRIVATE_KEY"


#: The names without signs, in capital letters, and without "TWILIO".
_NAMES = {
    "ACCOUNTSID": Part.ACCOUNT,
    "AUTHTOKEN": Part.TOKEN,
    "APIKEY": Part.KEY,
    "APIKEYSID": Part.KEY,
    "APISECRET": Part.SECRET,
    "APIKEYSECRET": Part.SECRET,
    "CLIENTID": Part.CLIENT,
    "OAUTHCLIENTID": Part.CLIENT,
}
#: Those that could be anybody's without "TWILIO".
_TWILIO_NAMES = {
    "ACCOUNT": Part.ACCOUNT,
    "SID": Part.ACCOUNT,
    "TOKEN": Part.TOKEN,
    "KEY": Part.KEY,
    "KEYSID": Part.KEY,
    "APISID": Part.KEY,
    "SECRET": Part.SECRET,
    "KEYSECRET": Part.SECRET,
    "REGION": Part.REGION,
    "PRIVATEKEY": Part.PRIVATE,
    "PRIVATEKEYPATH": Part.PRIVATE,
}
_TOKEN = re.compile("[0-9a-fA-F]{32}")
_SID = re.compile("[A-Z]{2}[0-9a-fA-F]{32}")
_SHORTEST_SECRET = 32
_ACCOUNT_IN = re.compile(r"(?<![0-9A-Za-z])AC[0-9a-fA-F]{32}(?![0-9A-Za-z])")
#: What the first two letters of other sids say.
_KINDS = {
    "SK": "an API key",
    "OQ": "an OAuth client",
    "OR": "an organization",
    "US": "a user",
    "CR": "a public key",
    "PN": "a phone number",
    "MG": "a messaging service",
}
_DIGITS = "32 digits or letters a to f"
_TYPO = "{} looks like a typo: the name is {}."
_QUOTES = "\"'`“”„\u2018\u2019"
_QUOTED = rf"""[{_QUOTES}](?P<quoted>[^{_QUOTES}\n]*)[{_QUOTES}]"""
#: A pair in a line of a .env, shell, cmd, PowerShell, YAML, TOML, JSON or Docker file, or of Twilio's Console; or a
#: remark.
_PAIR = re.compile(
    rf"""
    (?:^|(?<=\s)) (?:\#|//|::|rem\s) .*
  | (?: \b (?:setx|setenv|env|set[^\S\n]+-\w+) [^\S\n]+ (?P<spaced>[a-z]\w*) (?:[^\S\n]|=)+
      | (?P<label>\b (?:account|auth|api) [ ] (?:key[ ])? (?:sid|token|key|secret)) [\s:=]+
        (?= [{_QUOTES}]? [0-9a-z]{{32,34}} \b )
      | (?:\$env:)? (?P<name>[a-z][\w.-]*) [{_QUOTES}\]]* [^\S\n]* [:=] [^\S\n]*
    ) (?: {_QUOTED} | (?P<bare>[^\s,;{{\[][^\s,;]*) )
    """,
    re.IGNORECASE | re.MULTILINE | re.VERBOSE,
)
#: Signs that nobody sees and that come with a paste or an editor.
_INVISIBLE = re.compile("[\ufeff\u200b-\u200f\u2060\u00ad\u202a-\u202e]")


@dataclass(frozen=True, slots=True)
class CredentialSet:
    """What one place says of credentials."""

    #: The place, as it stands in a sentence: "the environment".
    origin: str
    #: The name as it is written there -> its value.  A line of a private key may look like a name.
    written: tuple[tuple[str, Secret], ...] = field(default=(), repr=False)

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]], origin: str) -> "CredentialSet":
        """Take names with their values; one whose value is blank counts as one that is not there."""
        cleaned = ((name, _without_wrapping(value)) for name, value in pairs)
        return cls(origin, tuple((name, Secret(value)) for name, value in cleaned if value))

    def get(self, part: Part) -> str:
        """Return a part; empty where it is missing."""
        return next((value for _, value in self._named(part)), Secret(""))

    def name_of(self, part: Part) -> str:
        """Return the name by which a part is written there; the documented one where it is missing."""
        return next((name for name, _ in self._named(part)), part.value)

    def mixed(self) -> tuple[str, ...]:
        """Return two names of one part whose values have the right form and differ; empty where there are none."""
        for part in Part:
            named = [(name, value) for name, value in self._named(part) if _has_form(part, value)]
            for name, value in named[1:]:
                if value != named[0][1]:
                    return named[0][0], name
        return ()

    def typo(self) -> tuple[str, str] | None:
        """Return a name that is none, and the missing one that it was probably meant to be."""
        missing = [part.value for part in (Part.ACCOUNT, Part.TOKEN, Part.KEY, Part.SECRET) if not self.get(part)]
        for name, _ in self.written:
            if _part(name) is None and (near := get_close_matches(name.upper(), missing, 1, cutoff=0.88)):
                return name, near[0]
        return None

    def stray(self) -> str | None:
        """Return a name that the kit does not know, and whose value has the SID of an account."""
        for name, value in self.written:
            # A longer name may be a secret that stands before its sid.
            if _part(name) is None and len(name) < _SHORTEST_SECRET and _ACCOUNT_IN.search(value):
                return name
        return None

    def _named(self, part: Part) -> Iterator[tuple[str, Secret]]:
        """Yield the names and values of a part: the documented name first, then values of the right form."""
        ours = [(name, value) for name, value in self.written if _part(name) is part and _counts(name, value)]
        yield from sorted(ours, key=lambda each: (each[0] != part.value, not _has_form(part, each[1])))


def pairs_in(text: str) -> Iterator[tuple[str, str]]:
    r"""
    Read the names and the values of a file.

    >>> list(pairs_in('set A=1\n$env:B = "2"\n- C: 3 # D: 4\n{"e": "5", "f": "6"}\nENV G 7\nH=I=8'))
    [('A', '1'), ('B', '2'), ('C', '3'), ('e', '5'), ('f', '6'), ('G', '7'), ('H', 'I=8')]
    """
    for pair in _PAIR.finditer(_INVISIBLE.sub("", text)):
        if name := pair["spaced"] or pair["label"] or pair["name"]:
            yield name, pair["quoted"] or pair["bare"] or ""


def objection(found: CredentialSet) -> str | None:
    """Say why nobody can sign in with these credentials, each mistake by its name; None if they have the right form."""
    if mixed := found.mixed():
        first, second = mixed
        both = f"{first} stands there twice" if first == second else f"{first} and {second} stand there"
        return f"{both}, with different values, so it cannot be told which account is meant. Keep one of them."
    token, key = found.get(Part.TOKEN), found.get(Part.KEY)
    is_client = any(each.startswith("OQ") for each in (found.get(Part.ACCOUNT), token, key, found.get(Part.CLIENT)))
    if is_client and not (_TOKEN.fullmatch(token) or key.startswith("SK")):
        return (
            "This is an OAuth client, with which the kit cannot sign in: Twilio's own library asks for its tokens "
            "without a time limit and past the proxy. Use an API key of the account, or its auth token."
        )
    if found.get(Part.PRIVATE) and not token and not key:
        return (
            "This is a key for signed requests (Public Key Client Validation), which the kit cannot send: Twilio's own "
            "library sends them without a time limit. Use an API key of an account that does not demand them."
        )
    # The auth token has priority, because an API key does not reach the subaccounts.
    return _against_account(found) or (_against_token(found) if token else _against_key(found))


def _against_account(found: CredentialSet) -> str | None:
    account, name = found.get(Part.ACCOUNT), found.name_of(Part.ACCOUNT)
    if _is_account(account):
        return None
    if not account and (typo := found.typo()):
        return _TYPO.format(*typo)
    if _TOKEN.fullmatch(account) and _is_account(found.get(Part.TOKEN)):
        token = found.name_of(Part.TOKEN)
        return f"The values of {name} and {token} are swapped: the one that begins with AC is the SID."
    aside = f" Set the key as {Part.KEY}, with {Part.SECRET}." if account.startswith("SK") else ""
    return f"{name} is not an account SID{_what_it_is(account)}: {_must_be(f'AC and {_DIGITS}', 34, account)}{aside}"


def _against_token(found: CredentialSet) -> str | None:
    token, name = found.get(Part.TOKEN), found.name_of(Part.TOKEN)
    if _TOKEN.fullmatch(token):
        return None
    aside = f" Set the key as {Part.KEY}, with {Part.SECRET}." if token.startswith("SK") else ""
    return f"{name} is not an auth token{_what_it_is(token)}: {_must_be(_DIGITS, 32, token)}{aside}"


def _against_key(found: CredentialSet) -> str | None:
    key, name, secret = found.get(Part.KEY), found.name_of(Part.KEY), found.get(Part.SECRET)
    if _is_key(secret):
        return f"The values of {name} and {found.name_of(Part.SECRET)} are swapped: the one with SK is the key."
    if not (key and secret) and (typo := found.typo()):
        return _TYPO.format(*typo)
    if not key and not secret:
        account = found.name_of(Part.ACCOUNT)
        return f"{Part.TOKEN} is missing: {account} stands there alone, and the kit takes all from one place."
    if not key:
        return f"{name} is missing: {found.name_of(Part.SECRET)} stands there without the SID of its key."
    if not _is_key(key):
        return f"{name} must be the SID of an API key, SK and {_DIGITS}{_what_it_is(key)}."
    return None if secret else f"{name} stands there alone: {Part.SECRET} must be set with it."


def _is_key(value: str) -> bool:
    return value.startswith("SK") and _SID.fullmatch(value) is not None


def _has_form(part: Part, value: str) -> bool:
    """Check that a value is one that such a part can have."""
    forms = {Part.ACCOUNT: _is_account(value), Part.KEY: _is_key(value), Part.TOKEN: bool(_TOKEN.fullmatch(value))}
    return forms.get(part, True)


def _is_account(value: str) -> bool:
    return value.startswith("AC") and _SID.fullmatch(value) is not None


def _what_it_is(value: str) -> str:
    kind = _KINDS.get(value[:2]) if _SID.fullmatch(value) else None
    return f", but the SID of {kind}" if kind else ""


def _must_be(form: str, length: int, value: str) -> str:
    """Say what form a value must have; and how long it is where a piece of it was not copied, or too much."""
    is_near = not _what_it_is(value) and 0 < abs(len(value) - length) < 9
    return f"it must be {form}, {length} signs in all; it has {len(value)}." if is_near else f"it must be {form}."


def _fold(name: str) -> str:
    return re.sub("[^A-Z0-9]", "", name.upper())


def _is_twilios(name: str) -> bool:
    return _fold(name).startswith("TWILIO")


def _part(name: str) -> Part | None:
    folded = _fold(name)
    bare = folded.removeprefix("TWILIO")
    return _NAMES.get(bare) or (_TWILIO_NAMES.get(bare) if bare != folded else None)


def _counts(name: str, value: str) -> bool:
    """Check that a name without "TWILIO", which may be another program's, has a value like one of Twilio's."""
    if _is_twilios(name):
        return True
    is_secret = _part(name) is Part.SECRET and re.fullmatch("[0-9A-Za-z]{32}", value) is not None
    return is_secret or _SID.fullmatch(value) is not None or _TOKEN.fullmatch(value) is not None


def _without_wrapping(value: str) -> str:
    """Remove what editors, Docker and people put around a value: quotes, blanks, invisible signs, a comma."""
    return _INVISIBLE.sub("", value).strip().strip(_QUOTES + ",;<>").strip()
