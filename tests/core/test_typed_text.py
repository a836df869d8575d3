"""What was typed is what had to be typed: however it is spaced, however accents are written, whatever nobody sees."""

import unicodedata

import pytest

from helpers.core.records import Number
from helpers.core.typed_text import is_sentence, is_typed_back, not_typed

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


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        *(("Bob\u2019s", "Bob's"), ("\u2018A\u2019", "'A'"), ("\u201cA\u201d", '"A"'), ("\u201eA\u201c", '"A"')),
        *(("A \u2013 B", "A - B"), ("A\u2014B", "A-B"), ("A\u2011B", "A-B"), ("A \u2212 1", "A - 1")),
        *(("\u2764\ufe0f", "\u2764"), ("A\u2009 \u202f\tB", "A B"), ("\u202aA\u202c\u00ad", "A"), ("A\u3164", "A")),
    ],
)
def test_what_a_word_processor_makes_of_a_sentence_is_that_sentence(typed, sentence):
    """Its quotes, dashes, spaces and marks; whichever of the two has them."""
    assert is_sentence(typed, sentence)
    assert is_sentence(sentence, typed)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        *(("Acme 11", "Acme 1-1"), ("Acme1", "Acme 1"), ("acme", "Acme"), ("Acme", "Acme."), ("Zurich", "Zürich")),
        *(("Acme (1)", "Acme 1"), ("Acme --", "Acme -"), ("'A'", '"A"'), ("Acme/1", "Acme-1")),
    ],
)
def test_nothing_that_is_seen_is_dropped(typed, sentence):
    """A name that is nearly the same may be another account's."""
    assert not is_sentence(typed, sentence)
    assert not is_sentence(sentence, typed)


@pytest.mark.parametrize(
    "typed",
    [
        *("+1 415 555 0123", "+1-415-555-0123", "+1 (415) 555.0123", "+1\u2011415\u2013555\u22120123"),
        *("\u202a+14155550123\u202c", "+1\u2009415\u202f5550123\u200b", " +1\t4155550123\n"),
    ],
)
def test_a_number_is_typed_back_however_it_is_spaced(typed):
    """Invisible signs, spaces and dashes do not count; every digit does, and the plus."""
    number = Number("PN1", "AC1", "+14155550123", "", {})

    assert is_typed_back(typed, number)
    assert not is_typed_back(typed.replace("+", ""), number)
    assert not is_typed_back(typed.replace("3", "4"), number)
