"""Failures of reading, for tests that do not care why it failed."""

from helpers.core.errors import CannotRead
from helpers.core.reasons import Cause, Reason


def cannot_read(said):
    """Make the failure of a reading, with a sentence of the test's own."""
    return CannotRead(Reason(Cause.UNREADABLE, {"said": said}))
