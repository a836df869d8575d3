"""
The written forms of one phone number.  Pure.

Three countries changed how a mobile number is written, and networks and WhatsApp still use the older form:

- Mexico: ``+52`` and ten digits, or ``+521`` and the same ten.  The 1 was abolished in August 2019; WhatsApp messages
  still come from the older form (https://github.com/chatwoot/chatwoot/issues/14048).
- Argentina: ``+54`` and ten digits, or ``+549`` and the same ten: callers from abroad dial a 9 before a mobile number
  (resources/PhoneNumberMetadata.xml of https://github.com/google/libphonenumber).
- Brazil: the area code and eight digits, or a 9 between them.  WhatsApp leaves the 9 out for most areas
  (https://github.com/chatwoot/chatwoot/issues/11053).

Nobody documents which form Twilio writes for an account's own number, so the kit looks for all of them.  They serve to
find more use of a number only: never to match what is typed or listed, and never in a request that changes something.
"""

import re

#: The two forms of a number in one country: each pattern, and the text that turns it into the other form.
_COUNTRIES = (
    ((r"\+52([2-9]\d{9})", r"+521\1"), (r"\+521([2-9]\d{9})", r"+52\1")),
    ((r"\+54([1-8]\d{9})", r"+549\1"), (r"\+549([1-8]\d{9})", r"+54\1")),
    ((r"\+55([1-9]\d)(\d{8})", r"+55\g<1>9\2"), (r"\+55([1-9]\d)9(\d{8})", r"+55\1\2")),
)
_OTHER_FORMS = tuple((re.compile(form, re.ASCII), other) for country in _COUNTRIES for form, other in country)


def written_forms(e164: str) -> tuple[str, ...]:
    """
    List the forms in which a number may be written, its own form first.

    >>> written_forms("+525555550123"), written_forms("+5215555550123")
    (('+525555550123', '+5215555550123'), ('+5215555550123', '+525555550123'))
    >>> written_forms("+541155550123"), written_forms("+551155550123"), written_forms("+5511955550123")
    (('+541155550123', '+5491155550123'), ('+551155550123', '+5511955550123'), ('+5511955550123', '+551155550123'))
    >>> written_forms("+14155550123")
    ('+14155550123',)
    """
    others = (match.expand(other) for form, other in _OTHER_FORMS if (match := form.fullmatch(e164)))
    return (e164, *others)
