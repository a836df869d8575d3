"""The fixtures of this folder's panel, by short names."""

import pytest


@pytest.fixture
def panel(restore_panel):
    return restore_panel


@pytest.fixture
def armed(armed_restore):
    return armed_restore


@pytest.fixture
def released(released_number):
    return released_number
