"""The fixtures of this folder's panel, by short names."""

import pytest


@pytest.fixture
def panel(plan_panel):
    return plan_panel
