"""A file of protections, and what may stand in it."""

import pytest

from helpers.core.records import Account, Number
from helpers.decisions.protected import Kind, Protected
from helpers.decisions.protection import Protection

HOTLINE = Protected(Kind.NUMBER, "+14155550112", "printed on every van", "ann@desk", "2026-03-02")
#: The same as a line of the file.
WRITTEN = {
    "kind": "number",
    "what": "+14155550112",
    "why": "printed on every van",
    "who": "ann@desk",
    "since": "2026-03-02",
}
SHOP = Account(f"AC{1:032x}", "Shop", "active", "Full", f"AC{1:032x}")


def called(name):
    return Number(f"PN{1:032x}", SHOP.sid, "+14155550112", name, {})


@pytest.fixture
def protection(tmp_path, journal, clock):
    return Protection(tmp_path / "protected.json", journal.notes, clock)
