"""The names of accounts, told apart: Twilio lets two accounts have one name, or a name of blanks.  Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from helpers.core.records import Account
from helpers.core.typed_text import comparable, in_latin, is_writable

#: How many signs of a sid stand beside a name; more where that many are not enough.
_END = 6
#: Shown for a name of blanks.
_NAMELESS = "no name"
#: Signs that look the same in many fonts.
_ALIKE = str.maketrans("I1|0", "lllO")


def tell_apart(accounts: Iterable[Account]) -> tuple[Account, ...]:
    """Give each account the label by which people tell it from the others."""
    every = tuple(accounts)
    labels = label_accounts({account.sid: account.friendly_name for account in every})
    return tuple(replace(account, told_apart=labels[account.sid]) for account in every)


def label_accounts(names: Mapping[str, str]) -> dict[str, str]:
    r"""
    Label accounts by sid: the name, and the end of the sid where the name is not enough.

    It is not enough where another account's name looks the same, or where nobody sees how to write it.

    >>> label_accounts({"AC01": "Acme", "AC02": "Shop", "AC03": "Shop\u200b", "AC04": " "})
    {'AC01': 'Acme', 'AC02': 'Shop (AC02)', 'AC03': 'Shop\u200b (AC03)', 'AC04': 'no name (AC04)'}
    """
    seen = Counter(map(_drawn, names.values()))
    alone = {sid: name for sid, name in names.items() if seen[_drawn(name)] == 1 and is_writable(name)}
    end = _END
    while True:
        labels = {
            sid: name if sid in alone else f"{name if comparable(name) else _NAMELESS} ({sid[-end:]})"
            for sid, name in names.items()
        }
        # A name may also look like another one's label.
        if len(set(map(_drawn, labels.values()))) == len(labels) or end >= max(map(len, names)):
            return labels
        end += _END


def _drawn(name: str) -> str:
    """Write a name so that two names that look the same are the same."""
    return in_latin(name).translate(_ALIKE)


def to_type(label: str, sid: str) -> str:
    """
    Return what is typed to confirm an account: its label, or the end of its sid where nobody sees how to write that.

    >>> to_type("Shop (AC02)", "AC02"), to_type("\U0001f525 (567890)", "AC1234567890")
    ('Shop (AC02)', '567890')
    """
    end = sid[-_END:]
    return label if is_writable(label) and label != f"{_NAMELESS} ({end})" else end
