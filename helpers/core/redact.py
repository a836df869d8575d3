"""Web addresses as people may see them: without passwords and without keys.  Pure."""

import re

#: Whoever signs in to a web address.
_USERINFO = re.compile(r"(?<=//)[^/\s?#]*@")
#: A parameter that nobody else is to know, going by its name: better one too many than one too few.
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
    # What ends a sentence is not a part of it.
    [^&;\#\s]+?(?=[.,;:)\]}'"”]*(?:[&;\#\s]|$))
    """,
    re.IGNORECASE | re.VERBOSE,
)


def without_secrets(text: str) -> str:
    """
    Take out of any text the passwords and keys that stand in its web addresses.

    >>> without_secrets("https://ann:hunter2@acme.example/ivr?to=a@b&lang=de")
    'https://acme.example/ivr?to=a@b&lang=de'
    >>> without_secrets("It goes to https://acme.example/ivr?lang=de&api_key=hunter2.")
    'It goes to https://acme.example/ivr?lang=de&api_key=….'
    """
    if "//" in text:
        text = _USERINFO.sub("", text)
    return _SECRET.sub(r"\g<name>=…", text) if "=" in text else text
