"""Removal of passwords and keys from web addresses, and secrets that show themselves nowhere.  Pure."""

import re

#: The user name and password in a web address.
_USERINFO = re.compile(r"(?<=//)[^/\s?#]*@")
#: The beginning of a parameter, up to its value.
_PARAMETER = re.compile(r"(?<=[?&;#!])(?P<name>[\w.%\-\[\]]+)=")
#: A sign written by its code.
_PERCENT = re.compile(r"%(?P<code>[0-9A-Fa-f]{2})")
#: The value of a parameter.  Punctuation at the end of a sentence is not part of it.
_VALUE = re.compile(r"""[^&;\#\s]+?(?=[.,;:)\]}'"”]*(?:[&;\#\s]|$))""")
#: A name that suggests a secret: better one too many than one too few.
_SECRET = re.compile(
    r"""
    token|secret|passw|passphrase|passcode|credential|signature|hmac|jwt|session|sessid|cookie
  | (?:key(?:_?id)?|auth|pass|pwd|pw|pin|code|sess|creds?)\d*\]?$
  | (?:^|[_.\-\[])
    (?:key|auth|authorization|access|sig|sign|code|bearer|pass|pwd|pw|psw|pin|otp|ticket|sess|creds?)\d*
    (?:[_.\-\]]|$)
    """,
    re.IGNORECASE | re.VERBOSE,
)
#: A name that a tracker of tickets gives to the number of one, and such a number.  A ticket that signs in (Apereo CAS)
#: has the name, too, but is long and random.
_TICKET = re.compile(r"(?:ticket(?:[_\-]?(?:id|no|nr|number|key))?|(?:issue|case)[_\-]?key)", re.IGNORECASE)
_TICKET_NUMBER = re.compile(r"(?:[A-Z][A-Z0-9]{1,9}-|[A-Z]{2,10})?[0-9]{1,9}")


def without_secrets(text: str) -> str:
    """
    Remove the passwords and keys from the web addresses in a text.

    >>> without_secrets("https://ann:hunter2@acme.example/ivr?to=a@b&lang=de")
    'https://acme.example/ivr?to=a@b&lang=de'
    >>> without_secrets("https://tracker.example/browse?ticket=42")
    'https://tracker.example/browse?ticket=42'
    >>> without_secrets("It goes to https://acme.example/ivr?lang=de&api_key=hunter2.")
    'It goes to https://acme.example/ivr?lang=de&api_key=….'
    """
    if "//" in text:
        text = _USERINFO.sub("", text)
    if "=" not in text:
        return text
    parts, end = [], 0
    for parameter in _PARAMETER.finditer(text):
        # The name is read as a server reads it: %70w is pw.
        name = _PERCENT.sub(lambda sign: chr(int(sign["code"], 16)), parameter["name"])
        if parameter.start() < end or not _SECRET.search(name):
            continue
        value = _VALUE.match(text, parameter.end())
        if value and not (_TICKET.fullmatch(name) and _TICKET_NUMBER.fullmatch(value[0])):
            parts += [text[end : parameter.end()], "…"]
            end = value.end()
    return "".join([*parts, text[end:]])


class Secret(str):
    """A token or a password: the repr, which ``vars()`` and tracebacks show, omits it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "<secret>"
