"""A release-many panel to play at, and the two ways in which a plan comes into it."""

from datetime import UTC, datetime

import pytest

from helpers.panels.plan.criteria import LIST
from tests.support.panel_tools import ALSO_QUIET, QUIET, named


@pytest.fixture
def plan_panel(desk):
    return desk.plan_panel()


@pytest.fixture
def looked(desk):
    """Somebody has found out which numbers are quiet, and ticked two of them."""
    inventory = desk.inventory_panel()
    inventory.looking.button.click()
    inventory.grid.select([named(desk, QUIET).sid, named(desk, ALSO_QUIET).sid], on=True)


def make(panel, source, **fields):
    panel.source.source.value = source
    for name, value in fields.items():
        getattr(panel.source, name).value = value
    panel.source.make.click()


def from_list(panel, text):
    panel.source.source.value = LIST
    give(panel, "list.csv", text.encode())
    panel.source.make.click()


def give(panel, name, content):
    """Choose a file, as the browser tells it."""
    about = {"name": name, "type": "", "size": len(content), "last_modified": datetime.now(UTC)}
    panel.source.file.set_trait("value", ({**about, "content": memoryview(content)},))


def check_and_type(panel):
    panel.run.check.click()
    panel.run.typed.value = panel.checked.sentence
