"""Accounts of one name, or of a name that nobody can type, are told from each other by the ends of their sids."""

import pytest

from helpers.core.account_names import label_accounts, tell_apart, to_type
from helpers.core.records import Account
from helpers.core.typed_text import comparable, is_sentence

ONE, TWO, THREE = (f"AC{n * 0x1111:032x}" for n in (1, 2, 3))


@pytest.mark.parametrize(
    ("name", "other"),
    [
        *(("Shop", "Shop"), ("Shop", " Shop "), ("Shop", "Shop\u200b"), ("Shop 1", "Shop\u00a01")),
        *(("Bob's", "Bob\u2019s"), ("A-B", "A\u2013B"), ("\u2764\ufe0f x", "\u2764 x"), ("Caf\u00e9", "Cafe\u0301")),
        *(("", ""), (" ", "\u200b"), ("\u3164", "\u2800")),
        # Cyrillic and Greek letters, one or all of them; wide ones; a digit for a letter.
        *(("\u0405hop", "Sh\u043ep"), ("\u0410\u0441\u043c\u0435", "A\u0441\u043ce"), ("\u0391BC", "ABC")),
        *(("\u0421\u041e\u041a\u041e", "COKO"), ("\uff21BC", "ABC"), ("Team I", "Team l"), ("Team O", "Team 0")),
    ],
)
def test_two_names_that_look_the_same_get_the_ends_of_their_sids(name, other):
    """And the third one, which looks otherwise, keeps its name."""
    labels = label_accounts({ONE: name, TWO: other, THREE: "Acme"})

    assert ONE[-6:] in labels[ONE]
    assert TWO[-6:] in labels[TWO]
    assert labels[THREE] == "Acme"
    assert not is_sentence(labels[ONE], labels[TWO])


@pytest.mark.parametrize(("name", "other"), [("Acme 1-1", "Acme 11"), ("Acme", "ACME"), ("A B", "AB"), ("A.B", "AB")])
def test_names_that_look_otherwise_stay_as_they_are(name, other):
    """Whoever reads them tells them apart."""
    assert label_accounts({ONE: name, TWO: other}) == {ONE: name, TWO: other}


def test_more_of_the_sid_is_shown_where_its_end_is_not_enough():
    """Also where a name was made to look like another account's label."""
    sids = "AC1" + "0" * 31, "AC2" + "0" * 31, "AC3" + "1" * 31
    labels = label_accounts(dict(zip(sids, ("Shop", "Shop", "Shop (000000)"), strict=True)))

    assert len({comparable(label) for label in labels.values()}) == 3


TWO_SCRIPTS = [
    "\u0410cme",
    "\u0421\u041e\u041a\u041e",
    "\u041e\u041e\u041e Acme",
    "Acme \u0391",
    "pr\u043ed",
    "\u0410cme \u042f",
]
UNWRITABLE = ["", " ", "\u200b\u2060", "\u3164", "\U0001f525", "Acme \U0001f525 PROD", "\u24b6cme", *TWO_SCRIPTS]


@pytest.mark.parametrize("name", UNWRITABLE)
def test_what_no_keyboard_writes_is_typed_as_the_end_of_the_sid(name):
    """It stands beside the name, so whoever is asked for it has read it."""
    (account,) = tell_apart([Account(ONE, name, "active", "Full", ONE)])

    assert to_type(account.label, account.sid) == ONE[-6:]
    assert f"({ONE[-6:]})" in account.label


@pytest.mark.parametrize(
    "name",
    [
        "Acme",
        "Zürich",
        "東京支社",
        "Ελλάδα №2",
        "Офис \u0441 Невы",
        "Москва Acme",
        "Bob\u2019s \u201cX\u201d",
        "100 % ©",
    ],
)
def test_what_some_keyboard_writes_is_typed_as_it_is(name):
    """Its typographic signs may be those of a keyboard."""
    (account,) = tell_apart([Account(ONE, name, "active", "Full", ONE)])

    assert to_type(account.label, account.sid) == account.label == name
