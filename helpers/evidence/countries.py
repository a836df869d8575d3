"""The country of a phone number.  Pure."""

import phonenumbers

#: The part of a number that decides its country -> the country: some hundreds of parts among 100,000 numbers.
_KNOWN: dict[str, str | None] = {}


def country_of(phone_number: str) -> str | None:
    """
    Name the ISO code of an E.164 number's country; None if it is not known.

    >>> country_of("+14155550123"), country_of("+442079460123"), country_of("+61255501234"), country_of("12")
    ('US', 'GB', 'AU', None)
    """
    part = _deciding(phone_number)
    if part not in _KNOWN:
        _KNOWN[part] = _look_up(phone_number)
    return _KNOWN[part]


def _deciding(phone_number: str) -> str:
    """
    Return the part of a number that decides its country.

    Parsing a number takes twenty times as long as looking up its part.  An area code of North America is shared by
    countries and decided by the next digit; elsewhere nothing depends on the last four digits of a long number.
    """
    if not phone_number[1:].isdecimal() or len(phone_number) < 11:
        return phone_number
    in_north_america = phone_number.startswith("+1") and len(phone_number) == 12
    # The length: a number that is too long, or short, has no country.
    return f"{phone_number[:6] if in_north_america else phone_number[:-4]} {len(phone_number)}"


def _look_up(phone_number: str) -> str | None:
    try:
        parsed = phonenumbers.parse(phone_number)
    except phonenumbers.NumberParseException:
        return None
    country: str | None = phonenumbers.region_code_for_number(parsed)
    if country is None and parsed.country_code == 1:
        # An area code that is newer than the library may be in Canada, or in twenty other countries.
        return None
    return country or phonenumbers.region_code_for_country_code(parsed.country_code or 0)


def spaced(phone_number: str) -> str:
    """
    Write a phone number in groups, for people to read; unchanged where it cannot be parsed.

    >>> spaced("+12125550100"), spaced("+442079460123"), spaced("12")
    ('+1 212 555 0100', '+44 20 7946 0123', '12')
    """
    try:
        parsed = phonenumbers.parse(phone_number)
    except phonenumbers.NumberParseException:
        return phone_number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL).replace("-", " ")
