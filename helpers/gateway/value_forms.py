"""
The forms of Twilio's SIDs, tokens and secrets, and what people write around them and in their place.  Pure.

Twilio writes nowhere what a key's secret looks like: all that people show have 32 digits and letters.
"""

import re

from helpers.core.typed_text import visible

DIGITS = "32 digits or letters a to f"
LETTERS = "32 digits and letters"
QUOTES = "\"'`“”„«»\u2018\u2019\u201a"
_SID = re.compile("[A-Z]{2}[0-9a-fA-F]{32}")
_TOKEN = re.compile("[0-9a-fA-F]{32}")
_SECRET, _LENGTH = re.compile("[0-9A-Za-z]{32,}"), 32
#: A SID, or a piece of one.
_PIECE = re.compile("[A-Z]{2}[0-9a-fA-F]*")
#: What the first two letters of a sid say.
_KINDS = {
    "AC": "an account",
    "SK": "an API key",
    "OQ": "an OAuth client",
    "OR": "an organization",
    "US": "a user",
    "CR": "a public key",
    "PN": "a phone number",
    "MG": "a messaging service",
}
#: What stands where somebody has to write a value: words that name it, signs in its place, a variable, a vault.
_PLACEHOLDER = re.compile(
    r"""
    (?: (?: ac|sk|your?|the|my|an?|some|real|actual|live|main|twilio|account|auth|api|sid|token|key|secret|value|string
          | id|here|goes|in|this|insert|enter|put|paste|add|write|replace|change|fill|set|it|me|to|do|tbd|none|null|nil
          | undefined|empty|example|sample|dummy|fake|test|placeholder|redacted|hidden|masked|with|from|console|xxx )
      [\W_]* )+
  | .* (?: x{6} | [*•.]{3} | … ) .*
  | your [\W_] .* | [$%{\[(] .* | \w+:// .*
    """,
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)


def clean(value: str) -> str:
    """Remove what editors, Docker and people put around a value: quotes, blanks, brackets, invisible signs, a comma."""
    return visible(value).strip().strip(QUOTES + ",;<>()").strip()


def is_account(value: str) -> bool:
    """Tell whether a value has the form of an account's SID."""
    return is_sid(value, "AC")


def is_key(value: str) -> bool:
    """Tell whether a value has the form of an API key's SID."""
    return is_sid(value, "SK")


def is_sid(value: str, kind: str) -> bool:
    """Tell whether a value has the form of a SID that begins with these two letters."""
    return value.startswith(kind) and _SID.fullmatch(value) is not None


def is_token(value: str) -> bool:
    """Tell whether a value has the form of an auth token."""
    return _TOKEN.fullmatch(value) is not None


def is_secret(value: str) -> bool:
    """Tell whether a value has the form of an API key's secret, and no other."""
    return bool(_SECRET.fullmatch(value)) and not is_token(value) and not _PIECE.fullmatch(value)


def is_placeholder(value: str) -> bool:
    """
    Tell whether a value only holds the place of one.

    >>> [is_placeholder(each) for each in ("your_auth_token", "ACxxxxxxxx", "changeme", "${TOKEN}", "op://a/b", "AC")]
    [True, True, True, True, True, True]
    >>> is_placeholder("AC" + "0" * 32), is_placeholder("s3cret"), is_placeholder("")
    (False, False, False)
    """
    return _PLACEHOLDER.fullmatch(value) is not None


def what_it_is(value: str) -> str:
    """Say what a value in the wrong place is, as the end of a clause; empty where nobody knows."""
    if _SID.fullmatch(value):
        kind = _KINDS.get(value[:2])
        return f", but the SID of {kind}" if kind else ""
    if value.startswith("eyJ"):
        return ", but looks like an access token"
    if is_token(value) and not _PIECE.fullmatch(value):
        return ", but looks like an auth token"
    # A token or a SID with a letter too many is no secret.
    return ", but looks like the secret of an API key" if len(value) == _LENGTH and is_secret(value) else ""


def must_be(form: str, length: int, value: str) -> str:
    """Say what form a value must have; and how long it is where a piece of it was not copied, or too much."""
    is_near = not what_it_is(value) and 0 < abs(len(value) - length) < 9
    return f"it must be {form}, {length} signs in all; it has {len(value)}." if is_near else f"it must be {form}."
