"""
Words in golden files: what a screen or a refusal says stands beside its tests, in ``__snapshots__``.

After a rewording, ``python3 -m tests --snapshot-update -k …`` writes them anew, and their diff is the review.
"""

import re
from html import unescape

from helpers.decisions.session import name_operator

_HIDDEN = re.compile(r"(?s)<(style|script)\b.*?</\1>")
_TITLED = re.compile(r'<[^<>]*?\b(?:title|aria-label|alt|placeholder)="([^"]*)"[^<>]*>')
_BLOCK = re.compile(r"</?(?:p|div|li|ul|tr|h\d|table|details|summary|svg|text|title)\b[^<>]*>|<br[^<>]*>")
_TAG = re.compile(r"<[^<>]*>")
# How long a reading took is another on every machine.
_TOOK = re.compile(r"(?<=, )\d+\.\d s\b")
# So is the name of whoever runs the tests.
_WHO = name_operator()


def as_read(shown: object) -> object:
    r"""
    Put a text of HTML as people read it: a line a block, no tags, tooltips in brackets, no durations, one operator.

    >>> as_read('<p>Shop <b title="Quiet for 90 days.">Boston</b></p><p>€&nbsp;1.15</p>')
    'Shop [Quiet for 90 days.] Boston\n€ 1.15'
    """
    if not isinstance(shown, str):
        return shown
    shown = _TOOK.sub("… s", shown).replace(_WHO, "pat@desk")
    if "<" not in shown:
        return shown
    text = _BLOCK.sub("\n", _TITLED.sub(r" [\1] ", _HIDDEN.sub("", shown)))
    lines = (" ".join(line.split()) for line in unescape(_TAG.sub("", text)).splitlines())
    return "\n".join(line for line in lines if line)
