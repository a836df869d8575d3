"""The inventory as papermill runs it, with nobody at a screen, and other values of its parameters."""

import nbformat
import pytest

from tests.start.test_jupyters import NUMBER

#: What an operator does in the panel before such a report tells anything.
LOOK = """
panel = desk.inventory_panel(days=days)
await panel.ready()
panel.looking.button.click()
await panel.ready()
"""
NAME = "06_pandas.ipynb"


@pytest.fixture
def papermill(crowded, home, tmp_path):
    """Run a notebook with some parameters, and return what it became."""

    def ran(file, *parameters):
        out = tmp_path / "out.ipynb"
        crowded.run("-m", "papermill", file, out, *parameters)
        return nbformat.read(out, as_version=4)

    return ran


def shown_by(notebook, cell):
    (found,) = [each for each in notebook.cells if each.id == cell]
    return str(found.outputs)


def test_the_inventory_is_a_report_on_the_days_that_were_asked_for(papermill, crowded, tmp_path):
    """What was found out for as many days is in it; the notebook itself stays what it was."""
    file = crowded.kit / "notebooks" / NAME
    committed = file.read_bytes()
    looking = nbformat.read(file, as_version=4)
    looking.cells.append(nbformat.v4.new_code_cell(LOOK))
    nbformat.write(looking, tmp_path / NAME)
    papermill(tmp_path / NAME, "-p", "days", 30)
    same, other = [papermill(file, "-p", "days", days) for days in (30, 31)]

    assert "PRACTICE" in shown_by(same, "desk").upper()
    assert NUMBER.decode() in shown_by(same, "quiet-and-wired")
    assert NUMBER.decode() not in shown_by(other, "quiet-and-wired")
    assert file.read_bytes() == committed


def test_it_is_live_only_where_that_is_asked_for(papermill, crowded):
    """Without credentials, and with nobody to type them, it ends there and says so."""
    with pytest.raises(AssertionError, match="credentials"):
        papermill(crowded.kit / "notebooks" / NAME, "-p", "live", True)
