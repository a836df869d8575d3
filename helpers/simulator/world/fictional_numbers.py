"""
Phone numbers nobody can have: the ranges that are kept free for films and books.

For +1, 555-0100 to 555-0199 of every area code (NANPA); for the United Kingdom,
Ofcom's "numbers for drama"; for Australia, ACMA's fictitious numbers; for Germany,
the Bundesnetzagentur's.  Nobody is called by mistake if one of them is dialled.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain

#: How many different numbers ``fictional`` has.
PLENTY = 150_000

#: The area codes of the United States, hundreds by hundreds, without toll-free and personal ones.
AREA_CODES = {
    200: "01 02 03 05 06 07 08 09 10 12 13 14 15 16 17 18 19 20 23 24 25 27 28 29 31 34 35 39 40 48 51 52 53 54 "
    "56 60 62 67 69 70 72 74 76 79 81 83",
    300: "01 02 03 04 05 07 08 09 10 12 13 14 15 16 17 18 19 20 21 23 24 25 26 27 30 31 32 34 36 37 39 41 46 47 "
    "50 51 52 53 60 61 63 64 69 80 85 86",
    400: "01 02 04 05 06 07 08 09 10 12 13 14 15 17 19 23 24 25 30 32 34 35 40 42 43 45 47 48 58 63 64 69 70 72 "
    "75 78 79 80 84",
    500: "01 02 03 04 05 07 08 09 10 12 13 15 16 17 18 20 30 31 34 39 40 41 51 57 59 61 62 63 64 67 70 71 72 73 "
    "74 75 80 82 85 86",
    600: "01 02 03 05 06 07 08 09 10 12 14 15 16 17 18 19 20 23 26 28 29 30 31 36 40 41 45 46 50 51 56 57 59 60 "
    "61 62 67 69 78 80 81 82 89",
    700: "01 02 03 04 06 07 08 12 13 14 15 16 17 18 19 20 24 25 26 27 28 30 31 32 34 37 38 40 43 47 48 54 57 60 "
    "62 63 65 69 70 71 72 73 74 75 79 81 85 86",
    800: "01 02 03 04 05 06 08 10 12 13 14 15 16 17 18 20 26 28 30 31 32 35 38 39 40 43 45 47 48 50 54 56 57 58 "
    "59 60 62 63 64 65 70 72 78",
    900: "01 03 04 06 07 08 09 10 12 13 14 15 16 17 18 19 20 25 28 29 30 31 34 36 37 38 40 41 43 45 47 48 49 51 "
    "52 54 56 59 70 71 72 73 75 78 79 80 83 84 85 86 89",
}

#: Where those live who call a company and are called by it, in Canada: it rents no numbers there.
AREA_CODES_OF_OTHERS = (403, 416, 514, 604, 613)

TOLL_FREE = (800, 833, 844, 855, 866, 877, 888)


@dataclass(frozen=True)
class Country:
    """A country as far as its phone numbers go."""

    iso: str
    prefix: str
    #: Who has to show an address to have a local number there; Twilio's words.
    address_requirements: str = "none"
    needs_bundle: bool = False
    sms: bool = True


#: Which countries ask for an address or a bundle is a plausible choice, not Twilio's current rule.
COUNTRIES = (
    Country("US", "+1"),
    Country("GB", "+44", "any", sms=False),
    Country("AU", "+61", "any", sms=False),
    Country("DE", "+49", "local", needs_bundle=True, sms=False),
)


def country_of(phone_number: str) -> Country:
    """
    Find the country of a fictional number.

    >>> country_of("+493023125000").iso
    'DE'
    """
    return next(country for country in COUNTRIES if phone_number.startswith(country.prefix))


def kind_of(phone_number: str) -> str:
    """
    Tell what Twilio calls the type of a number: ``local``, ``mobile`` or ``toll-free``.

    >>> kind_of("+18005550123"), kind_of("+447700900123"), kind_of("+12125550123")
    ('toll-free', 'mobile', 'local')
    """
    if phone_number.startswith((*(f"+1{code}" for code in TOLL_FREE), "+44808", "+611800")):
        return "toll-free"
    if phone_number.startswith(("+447", "+614", "+491")):
        return "mobile"
    return "local"


def shown(phone_number: str) -> str:
    """
    Write a number the way Twilio names a new one: American ones with brackets.

    >>> shown("+12125550123"), shown("+442079460123")
    ('(212) 555-0123', '+442079460123')
    """
    if not phone_number.startswith("+1"):
        return phone_number
    return f"({phone_number[2:5]}) {phone_number[5:8]}-{phone_number[8:]}"


def _ranges() -> Iterator[Iterable[str]]:
    for hundreds, codes in AREA_CODES.items():
        for code in codes.split():
            yield (f"+1{hundreds + int(code)}55501{last:02d}" for last in range(100))
    for area in ("2", "3", "7", "8"):
        yield (f"+61{area}5550{last:04d}" for last in range(10_000))
        yield (f"+61{area}7010{last:04d}" for last in range(10_000))
    yield (f"+44207946{last:04d}" for last in range(1000))
    for city in ("113", "114", "115", "116", "117", "118", "121", "131", "141", "151", "161"):
        yield (f"+44{city}4960{last:03d}" for last in range(1000))
    yield (f"+441914980{last:03d}" for last in range(1000))
    # Area codes that are Canadian or not in use: 555-01xx is kept free in those, too.
    used = {hundreds + int(code) for hundreds, codes in AREA_CODES.items() for code in codes.split()}
    for number in range(200, 1000):
        if number not in used and number % 100 != 11 and number not in (*TOLL_FREE, *AREA_CODES_OF_OTHERS):
            yield (f"+1{number}55501{last:02d}" for last in range(100))


@cache
def others() -> tuple[str, ...]:
    """List the numbers of people who have nothing to do with the company but to call it, and be called."""
    return tuple(f"+1{area}55501{last:02d}" for area in AREA_CODES_OF_OTHERS for last in range(100))


@cache
def fictional() -> tuple[str, ...]:
    """List the numbers of fiction, always in the same order: American, Australian, British, the rest."""
    return tuple(chain.from_iterable(_ranges()))
