"""The fixtures of this folder's panel, by short names."""

import pytest


@pytest.fixture
def panel(release_panel):
    return release_panel


@pytest.fixture
def armed(armed_release):
    return armed_release
