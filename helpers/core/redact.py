"""Removal of passwords and keys from web addresses, and secrets that show themselves nowhere.  Pure."""

import re

#: The user name and password in a web address.
_USERINFO = re.compile(r"(?<=//)[^/\s?#]*@")
#: A parameter whose name suggests a secret: better one too many than one too few.
_SECRET = re.compile(
    r"""
    (?<=[?&;\#])
    (?P<name>
        [\w.%\-\[\]]*(?:token|secret|passw|passphrase|credential|signature|hmac|jwt|session|sessid|cookie)[\w.%\-\[\]]*
      | [\w.%\-\[\]]*(?:key|auth|pass|pwd)\]?
      | (?:[\w.%\-\[\]]*[_.\-\[])?
        (?:key|auth|authorization|access|sig|sign|code|bearer|pw|psw|pin|otp|ticket)
        (?:[_.\-\]][\w.%\-\[\]]*)?
    )
    =
    # Punctuation at the end of a sentence is not part of the value.
    [^&;\#\s]+?(?=[.,;:)\]}'"”]*(?:[&;\#\s]|$))
    """,
    re.IGNORECASE | re.VERBOSE,
)


def without_secrets(text: str) -> str:
    """
    Remove the passwords and keys from the web addresses in a text.

    >>> without_secrets("https://ann:hunter2@acme.example/ivr?to=a@b&lang=de")
    'https://acme.example/ivr?to=a@b&lang=de'
    >>> without_secrets("It goes to https://acme.example/ivr?lang=de&api_key=hunter2.")
    'It goes to https://acme.example/ivr?lang=de&api_key=….'
    """
    if "//" in text:
        text = _USERINFO.sub("", text)
    return _SECRET.sub(r"\g<name>=…", text) if "=" in text else text


class Secret(str):
    """A token or a password: the repr, which ``vars()`` and tracebacks show, omits it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "<secret>"
