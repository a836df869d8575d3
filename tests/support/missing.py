"""What to do where something that a test needs cannot be had."""

import os

import pytest


def do_without(reason):
    """Skip the test and say why. Under ``CI=true`` fail it: there, a skipped test is a hole nobody sees."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
