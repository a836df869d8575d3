"""What was typed is what had to be typed: however it is spaced, however accents are written, whatever nobody sees."""

import unicodedata

import pytest

from helpers.core.typed_text import is_sentence, not_typed

CAFE = "Acme Caf\u00e9 PROD"


@pytest.mark.parametrize(
    "typed",
    [
        CAFE,
        unicodedata.normalize("NFD", CAFE),
        f" {CAFE.replace(' ', '  ')} ",
        CAFE.replace(" ", "\u00a0"),
        f"\u200b{CAFE}",
    ],
    ids=["as it is", "accents apart", "spaced", "hard spaces", "a sign that nobody sees"],
)
def test_words_are_taken_as_people_see_them(typed):
    """A keyboard writes accents its way, and a copied text brings signs along."""
    assert is_sentence(typed, CAFE)
    assert not_typed(f"Live EU, {typed}", [CAFE, "Live EU"]) == []


def test_a_name_that_was_not_typed_is_named():
    """Nor is one name taken for another that it is a part of."""
    assert not_typed("Acme PROD EU", ["Acme PROD", "Acme PROD EU"]) == ["Acme PROD"]
    assert not_typed("", [CAFE]) == [CAFE]
