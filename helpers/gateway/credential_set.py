"""
The credentials of one place, in the names and the forms in which people and Twilio's own tools write them.  Pure.

A sentence of this file names what is written there, and never a value.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from itertools import combinations

from helpers.core.redact import Secret
from helpers.core.typed_text import visible
from helpers.gateway.value_forms import (
    DIGITS,
    LETTERS,
    QUOTES,
    clean,
    is_account,
    is_key,
    is_placeholder,
    is_secret,
    is_sid,
    is_token,
    must_be,
    what_it_is,
)


class Part(StrEnum):
    """A part of some credentials, by the name that Twilio's documentation gives it."""

    ACCOUNT = "TWILIO_ACCOUNT_SID"
    TOKEN = "TWILIO_AUTH_TOKEN"  # noqa: S105  # a name
    KEY = "TWILIO_API_KEY"
    SECRET = "TWILIO_API_SECRET"  # noqa: S105  # a name
    REGION = "TWILIO_REGION"
    #: An OAuth client, with which nobody can sign in here.
    CLIENT = "TWILIO_CLIENT_ID"
    #: The key that signs requests (Public Key Client Validation), or its public half: the kit does not sign.
    SIGNING = "TWILIO_PRIVATE_KEY"
    #: The file with a key for each subaccount.
    KEYS = "TWILIO_DESK_KEYS"


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
    "PRIVATEKEY": Part.SIGNING,
    "PRIVATEKEYPATH": Part.SIGNING,
    "PRIVATEKEYFILE": Part.SIGNING,
    "PUBLICKEY": Part.SIGNING,
    "PUBLICKEYSID": Part.SIGNING,
    "CREDENTIALSID": Part.SIGNING,
}
#: Those that could be anybody's without "TWILIO".
_TWILIO_NAMES = {
    "ACCOUNT": Part.ACCOUNT,
    "SID": Part.ACCOUNT,
    "AUTH": Part.TOKEN,
    "TOKEN": Part.TOKEN,
    "KEY": Part.KEY,
    "KEYSID": Part.KEY,
    "APISID": Part.KEY,
    "SECRET": Part.SECRET,
    "KEYSECRET": Part.SECRET,
    "AUTHKEY": Part.TOKEN,
    "APITOKEN": Part.TOKEN,
    "REGION": Part.REGION,
    "DESKKEYS": Part.KEYS,
}
#: What somebody signs in with, what each takes, and its form.
_TAKES = {
    Part.ACCOUNT: ("the SID of the account, AC…", is_account),
    Part.KEY: ("the SID of the API key, SK…", is_key),
    Part.TOKEN: ("the auth token", is_token),
    Part.SECRET: ("the secret of the API key", is_secret),
}
_SHORTEST_SECRET = 32
_ACCOUNT_IN = re.compile(r"(?<![0-9A-Za-z])AC[0-9a-fA-F]{32}(?![0-9A-Za-z])")
_TEST = re.compile("test", re.IGNORECASE)
_TYPO = "{} looks like a typo: the name is {}."
_UNREAD = (
    "{} has the SID of an account, in a form that the kit does not know. It knows NAME=value, NAME: value and the "
    "like, each on a line."
)
#: Why the kit has no use for the key of signed requests.
NOT_SIGNED = (
    "the kit cannot send those, because Twilio's own library sends them without a time limit and drops a part of the "
    "answers. Use an API key of an account that does not demand them."
)
#: The origin of what somebody typed at the prompt.
TYPED = "what was typed"
_QUOTED = rf"""[{QUOTES}](?P<quoted>[^{QUOTES}\n]*)[{QUOTES}]"""
#: A pair in a line of a .env, shell, cmd, PowerShell, YAML, TOML, JSON, XML, Docker or Kubernetes file, of a program,
#: of a table, or of Twilio's Console; or a remark.
_PAIR = re.compile(
    rf"""
    (?:^|(?<=\s)) (?:\#|//|::|rem\s) .*
  | (?: \b (?:setx|setenv|env|set[^\S\n]+-\w+) [^\S\n]+ (?P<spaced>[a-z]\w*) (?:[^\S\n]|=)+
      | (?P<label>\b (?:twilio[ _])? (?:account|auth|api) [ _] (?:key[ _])? (?:sid|token|key|secret)) [\s:=|]+
        (?= [{QUOTES}]? [0-9a-z]{{32,34}} \b )
      | \b (?:name|key|path) [{QUOTES}]? [:=\s]+ [{QUOTES}]? (?:env:\\?)? (?P<named>[a-z]\w*) [{QUOTES}]? [,\s]*
        [{QUOTES}-]? value [{QUOTES}]? [:=\s]+
      | (?<![\w.-]) (?:\$\{{?env:|process\.env\.)? (?P<name>[a-z_][\w.-]*(?::[a-z][\w.-]*)*) [{QUOTES}\]}}]* [^\S\n]*
        (?: =>|->|:=|[?+]=|[:=](?!:) | [,;|] (?=[^\S\n]*[{QUOTES}]?[0-9a-z]{{32,34}}\b) ) [^\S\n]*
    ) (?: {_QUOTED} | (?P<bare>[^\s,;|{{\[][^\s,;|]*) )
    """,
    re.IGNORECASE | re.MULTILINE | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class CredentialSet:
    """What one place says of credentials."""

    #: The place, as it stands in a sentence: "the environment".
    origin: str
    #: The name as it is written there -> its value.  A line of a private key may look like a name.
    written: tuple[tuple[str, Secret], ...] = field(default=(), repr=False)
    #: Whether the SID of an account stands there in a form that the kit does not know.
    is_unread: bool = False

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]], origin: str, *, is_unread: bool = False) -> "CredentialSet":
        """Take names with their values; one whose value is blank counts as one that is not there."""
        cleaned = ((visible(name), clean(value)) for name, value in pairs)
        return cls(origin, tuple((name, Secret(value)) for name, value in cleaned if value), is_unread)

    @classmethod
    def in_text(cls, text: str, origin: str) -> "CredentialSet":
        """Read the text of a file, and notice what could not be read of it."""
        is_unread = _ACCOUNT_IN.search(_PAIR.sub(" ", visible(text))) is not None
        return cls.of(pairs_in(text), origin, is_unread=is_unread)

    def get(self, part: Part) -> str:
        """Return a part; empty where it is missing."""
        return next((value for _, value in self._named(part)), Secret(""))

    def name_of(self, part: Part) -> str:
        """Return the name by which a part is written there; the documented one where it is missing."""
        return next((name for name, _ in self._named(part)), part.value)

    def mixed(self) -> tuple[str, ...]:
        """Return two names of one part whose values have the right form and differ; empty where there are none."""
        for part in (*_TAKES, Part.REGION):
            named = [(name, value) for name, value in self._named(part) if _fits(part, value)]
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
        """Say of what the kit does not use what it is: test credentials, or the SID of an account."""
        is_unread = self.is_unread
        for name, value in self.written:
            # A longer name may be a secret that stands before its sid, or the sid before its token.
            if _part(name) or len(name) >= _SHORTEST_SECRET:
                is_unread |= _part(name) is None and _ACCOUNT_IN.search(f"{name} {value}") is not None
                continue
            real = _TEST.sub("", name)
            if real != name and _part(real) in _TAKES and _counts(real, value):
                return f"{name} in {self.origin} is a name of test credentials, and those see no numbers."
            if _ACCOUNT_IN.search(value):
                return f"{name} in {self.origin} has the SID of an account, and the kit does not know that name."
        return _UNREAD.format(self.origin) if is_unread else None

    def placeholder(self, *parts: Part) -> str | None:
        """Return the name of such a part that holds a placeholder, which counts as nothing."""
        return next((name for name, value in self.written if _part(name) in parts and is_placeholder(value)), None)

    def holds(self, kind: str) -> str | None:
        """Return the name of something to sign in with that holds a SID of this kind."""
        return next((name for name, value in self.written if _part(name) in _TAKES and is_sid(value, kind)), None)

    def signs(self) -> str | None:
        """Return the name of what is for signed requests, and of Twilio: other programs have private keys, too."""
        for name, value in self.written:
            if is_sid(value, "CR") or (_part(name) is Part.SIGNING and _is_twilios(name)):
                return name
        return None

    def speaks(self) -> bool:
        """Tell whether this place says so much of credentials that what is wrong with them can be told."""
        is_client = self.get(Part.CLIENT) or self.holds("OQ")
        return bool(self.get(Part.ACCOUNT) or is_client or self.holds("AC") or self.typo())

    def _named(self, part: Part) -> Iterator[tuple[str, Secret]]:
        """Yield the names and values of a part: the documented name first, then values of the right form."""
        ours = [(name, value) for name, value in self.written if _part(name) is part and _counts(name, value)]
        yield from sorted(ours, key=lambda each: (each[0] != part.value, not _fits(part, each[1])))


def pairs_in(text: str) -> Iterator[tuple[str, str]]:
    r"""
    Read the names and the values of a file.

    >>> list(pairs_in('set A=1\n$env:B = "2"\n- C: 3 # D: 4\n{"e": "5", "f": "6"}\nENV G 7\nH=I=8'))
    [('A', '1'), ('B', '2'), ('C', '3'), ('e', '5'), ('f', '6'), ('G', '7'), ('H', 'I=8')]
    """
    for pair in _PAIR.finditer(visible(text)):
        if name := pair["spaced"] or pair["label"] or pair["named"] or pair["name"]:
            yield name, pair["quoted"] or pair["bare"] or ""


def value_in(text: str) -> str:
    """
    Return the value in a line that somebody typed or pasted, with its name or without.

    >>> value_in(' "AC1" '), value_in("TWILIO_ACCOUNT_SID=AC1")
    ('AC1', 'AC1')
    """
    return clean(next((value for _, value in pairs_in(text)), text))


def objection(found: CredentialSet) -> str | None:
    """Say why nobody can sign in with these credentials, each mistake by its name; None if they have the right form."""
    if mixed := found.mixed():
        first, second = mixed
        both = f"{first} stands there twice" if first == second else f"{first} and {second} stand there"
        return f"{both}, with different values, so it cannot be told which account is meant. Keep one of them."
    token, is_whole = found.get(Part.TOKEN), found.get(Part.KEY) and found.get(Part.SECRET)
    by_key = not token and is_key(found.get(Part.KEY)) and is_secret(found.get(Part.SECRET))
    # The auth token has priority, because an API key does not reach the subaccounts.
    if is_account(found.get(Part.ACCOUNT)) and (is_token(token) or by_key):
        return None
    if found.holds("OQ") or (found.get(Part.CLIENT) and not token and not is_whole):
        return (
            "This is an OAuth client, with which the kit cannot sign in: Twilio's own library asks for its tokens "
            "without a time limit and past the proxy. Use an API key of the account, or its auth token."
        )
    if found.holds("CR") or ((found.get(Part.SIGNING) or found.signs()) and not token and not is_whole):
        return f"This is a key for signed requests (Public Key Client Validation): {NOT_SIGNED}"
    return _swapped(found) or _against_account(found) or (_against_token(found) if token else _against_key(found))


def _swapped(found: CredentialSet) -> str | None:
    for one, other in combinations(_TAKES, 2):
        first, second = found.get(one), found.get(other)
        is_wrong = not _fits(one, first) and not _fits(other, second)
        if is_wrong and _fits(one, second) and _fits(other, first):
            names = f"{found.name_of(one)} and {found.name_of(other)}"
            return f"The values of {names} are swapped: {found.name_of(one)} takes {_TAKES[one][0]}."
    return None


def _lacking(found: CredentialSet, *parts: Part) -> str | None:
    """Say why such a part is missing: a placeholder stands there, or its name has a typo."""
    if name := found.placeholder(*parts):
        return f"{name} holds a placeholder, and not the value itself: write that in its place."
    return _TYPO.format(*typo) if (typo := found.typo()) else None


def _against_account(found: CredentialSet) -> str | None:
    account, name = found.get(Part.ACCOUNT), found.name_of(Part.ACCOUNT)
    if is_account(account):
        return None
    if not account and (why := _lacking(found, Part.ACCOUNT)):
        return why
    if not account and (holder := found.holds("AC")):
        return f"{holder} holds the SID of an account, which belongs in {Part.ACCOUNT}."
    form = must_be(f"AC and {DIGITS}", 34, account)
    return f"{name} is not an account SID{what_it_is(account)}: {form}{_aside(account, found)}"


def _against_token(found: CredentialSet) -> str | None:
    token, name = found.get(Part.TOKEN), found.name_of(Part.TOKEN)
    if is_token(token):
        return None
    return f"{name} is not an auth token{what_it_is(token)}: {must_be(DIGITS, 32, token)}{_aside(token, found)}"


def _against_key(found: CredentialSet) -> str | None:
    key, name, secret = found.get(Part.KEY), found.name_of(Part.KEY), found.get(Part.SECRET)
    secrets = found.name_of(Part.SECRET)
    if not (key and secret) and (why := _lacking(found, *((Part.KEY, Part.SECRET) if key or secret else _TAKES))):
        return why
    if not key and not secret:
        account = found.name_of(Part.ACCOUNT)
        return f"{Part.TOKEN} is missing: {account} stands there alone, and the kit takes all from one place."
    if not key:
        return f"{name} is missing: {secrets} stands there without the SID of its key."
    if not is_key(key):
        return f"{name} is not the SID of an API key{what_it_is(key)}: {must_be(f'SK and {DIGITS}', 34, key)}"
    if not secret:
        return f"{name} stands there alone: {Part.SECRET} must be set with it."
    return f"{secrets} is not the secret of an API key{what_it_is(secret)}: {must_be(LETTERS, 32, secret)}"


def _aside(value: str, found: CredentialSet) -> str:
    """Say where an API key belongs."""
    if not value.startswith("SK"):
        return ""
    if found.origin == TYPED:
        return " Type the SID of its account first; the kit asks for the key after it."
    return f" Set the key as {Part.KEY}, with {Part.SECRET}."


def _fits(part: Part, value: str) -> bool:
    """Check that a value has the form of such a part, if that has one."""
    return part not in _TAKES or _TAKES[part][1](value)


def _fold(name: str) -> str:
    return re.sub("[^A-Z0-9]", "", name.upper())


def _is_twilios(name: str) -> bool:
    return _fold(name).startswith("TWILIO")


def _part(name: str) -> Part | None:
    folded = _fold(name)
    bare = folded.removeprefix("TWILIO")
    return _NAMES.get(bare) or (_TWILIO_NAMES.get(bare) if bare != folded else None)


def _counts(name: str, value: str) -> bool:
    """Check that a value is none of a placeholder; and one like Twilio's where its name may be another program's."""
    part = _part(name)
    if part in _TAKES and is_placeholder(value):
        return False
    if _is_twilios(name) or part is Part.SIGNING:
        return True
    return is_sid(value, value[:2]) or is_token(value) or (part is Part.SECRET and is_secret(value))
