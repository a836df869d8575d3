"""One protection: of a number, of an account, or of every name like a text.  Pure."""

import re
from dataclasses import asdict, dataclass, fields
from enum import Enum, StrEnum
from functools import cache
from typing import Any
from unicodedata import normalize

from helpers.core.errors import ProtectionRefused
from helpers.core.records import Account, Number
from helpers.core.typed_text import is_sentence, unspaced


class Kind(Enum):
    """The kinds of protections."""

    NUMBER = "number"
    ACCOUNT = "account"
    NAME = "name"


class Rule(StrEnum):
    """What a protection asks for.  The journal's database contains the values."""

    #: Nothing that it covers is released, whatever is written.  Earlier versions knew no other rule.
    NEVER = ""
    WITH_TICKET = "reason code and ticket"


#: An example of each kind, shown beside the input field.
EXAMPLES = {Kind.NUMBER: "+14155550123", Kind.ACCOUNT: "AC…", Kind.NAME: "hotline"}
#: A text of any other shape would cover nothing, or everything.
_SHAPES = {
    Kind.NUMBER: r"\+[1-9][0-9]{4,14}",
    Kind.ACCOUNT: r"AC[0-9a-fA-F]{32}",
    Kind.NAME: r"(?=.*[^\s*])\S(.*\S)?",
}


@dataclass(frozen=True, slots=True)
class Protected:
    """One protection."""

    kind: Kind
    #: An E.164 number, an account's sid, or a part of a name; with a ``*``, which matches any text, a whole name.
    what: str
    why: str
    who: str
    #: The day of the protection, ISO.
    since: str
    rule: Rule = Rule.NEVER

    def covers(self, number: Number, account: Account) -> bool:
        """
        Tell whether it covers a number: by the number, by its account, or by the name of either.

        >>> number = Number("PN1", "AC1", "+14155550123", "Old hotline", {})
        >>> account = Account("AC1", "Shop", "active", "Full", "AC1")
        >>> [Protected(Kind.NAME, text, "", "", "").covers(number, account) for text in ("HOT", "shop", "hot*")]
        [True, True, False]
        """
        if self.kind is Kind.NUMBER:
            return self.what == number.phone_number
        if self.kind is Kind.ACCOUNT:
            return self.what == number.account_sid
        names = (number.friendly_name, account.friendly_name)
        return any(_compile(self.what).fullmatch(_normalize(name)) for name in names)


def has_shape(kind: Kind, what: str) -> bool:
    """Tell whether a text is written like one of its kind."""
    return re.fullmatch(_SHAPES[kind], what) is not None


def require_shape(kind: Kind, what: str) -> None:
    """Refuse a text that would cover nothing, or everything."""
    if kind is Kind.NAME and what and not what.strip(" *"):
        raise ProtectionRefused("Nothing was protected: a pattern needs more than stars, or it covers everything.")
    if not has_shape(kind, what):
        raise ProtectionRefused(
            f"Nothing was protected: {what.strip() or 'nothing'} is not written like {EXAMPLES[kind]}; nothing is "
            "guessed."
        )


def parse(place: int, line: Any) -> Protected:
    """
    Make a protection from its texts.

    Args:
        place: Its place in the list of all, for the sentence.

    Raises:
        ValueError: It is none, or would cover nothing or everything.
    """
    names = {field.name for field in fields(Protected)}
    # The file of an earlier version has no rules.
    line = {"rule": "", **line} if isinstance(line, dict) else None
    if line is None or set(line) != names or not all(isinstance(value, str) for value in line.values()):
        raise ValueError(f"protection {place} is not made of the texts {', '.join(sorted(names))}")
    if line["kind"] not in {kind.value for kind in Kind}:
        raise ValueError(f"protection {place} is of no known kind")
    kind = Kind(line["kind"])
    if not has_shape(kind, line["what"]):
        raise ValueError(f"protection {place} is of the kind {kind.value}, and not written like {EXAMPLES[kind]}")
    # What a newer version calls otherwise is never released here.
    rule = Rule(line["rule"]) if line["rule"] in set(Rule) else Rule.NEVER
    return Protected(**{**line, "kind": kind, "rule": rule})


def texts_of(line: Protected) -> dict[str, str]:
    """Turn a protection into its texts, from which ``parse`` makes it again."""
    return {**asdict(line), "kind": line.kind.value, "rule": line.rule.value}


def is_typed(typed: str, line: Protected) -> bool:
    """Check whether *typed* is what a protection names: a number as numbers are compared, a name as names are."""
    return unspaced(typed) == line.what if line.kind is Kind.NUMBER else is_sentence(typed, line.what)


def _normalize(text: str) -> str:
    r"""
    Bring a name into the form in which names are compared: without case, and with each accent written one way.

    >>> _normalize("Zu\u0308rich") == _normalize("ZÜRICH")
    True
    """
    return normalize("NFC", normalize("NFD", text).casefold())


@cache
def _compile(text: str) -> re.Pattern[str]:
    """
    Compile a pattern of names, in which a star matches any text and every other character matches itself.

    A pattern without a star matches anywhere in a name: "landing" covers every name that contains it.

    >>> bool(_compile("[vip] *?").fullmatch("[vip] who?")), bool(_compile("[vip]").fullmatch("v"))
    (True, False)
    """
    first, *rest = (re.escape(part) for part in re.split(r"\*+", _normalize(text)))
    if not rest:
        return re.compile(f".*?{first}.*", re.DOTALL)
    # The atomic groups keep the search from trying a part twice: with many stars, that would take forever.
    between = "".join(f"(?>.*?{part})" for part in rest[:-1])
    return re.compile(f"{first}{between}.*{rest[-1]}", re.DOTALL)
