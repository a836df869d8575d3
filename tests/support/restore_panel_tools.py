"""A restore panel to play at, in which a released number waits to be taken back."""

import pytest

from tests.support.panel_tools import release_it

#: It answers by a server of its own, so there is something to put back.
NAME = "Billboard Times Square"


@pytest.fixture
def released_number(desk):
    """A number with settings of its own that was released."""
    return release_it(desk, NAME)


@pytest.fixture
def restore_panel(desk, released_number):
    return desk.restore_panel()


@pytest.fixture
def armed_restore(restore_panel, released_number):
    """A panel in which the released number is chosen and typed back."""
    choose_first(restore_panel)
    restore_panel.typed.value = released_number.phone_number

    assert restore_panel.confirm.disabled is False
    return restore_panel


def choose_first(panel):
    panel.entry.value = panel.entry.options[1][1]
