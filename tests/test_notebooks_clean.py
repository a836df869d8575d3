"""What is true of every notebook as it is committed: thin cells, and nothing that anybody saw."""

import ast
import itertools

import nbformat
import pytest

from helpers._install import CHECKOUT

NOTEBOOKS = sorted((CHECKOUT / "notebooks").glob("*.ipynb"))

#: What belongs in helpers, where it has tests.
PROGRAMMING = (
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.For,
    ast.FunctionDef,
    ast.If,
    ast.Lambda,
    ast.Try,
    ast.While,
    ast.With,
)


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.name)
def notebook(request):
    return nbformat.read(request.param, as_version=4)


def _code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def _gives_parameters(cell):
    """Tell whether papermill sets the names of this cell to other values, in a cell that it puts below it."""
    return "parameters" in cell.metadata.get("tags", [])


def test_there_are_notebooks():
    """With none of them, everything below would be true of nothing."""
    assert (CHECKOUT / "notebooks" / "00_start_here.ipynb") in NOTEBOOKS


def test_it_is_a_valid_notebook(notebook):
    """Every cell has the fields that the format asks for, an id among them."""
    nbformat.validate(notebook)

    assert (notebook.nbformat, notebook.nbformat_minor >= 5) == (4, True)


def test_it_holds_nothing_that_anybody_saw(notebook):
    """No outputs, no counts, no widget state: no number of anybody's gets into git."""
    cells = _code(notebook)

    assert [cell.outputs for cell in cells] == [[]] * len(cells)
    assert [cell.execution_count for cell in cells] == [None] * len(cells)
    assert "widgets" not in notebook.metadata


def test_it_asks_one_question(notebook):
    """Six to twelve cells, beginning with words."""
    assert 6 <= len(notebook.cells) <= 12
    assert notebook.cells[0].cell_type == "markdown"


def test_its_cells_are_thin(notebook):
    """One to four lines each, and no programming."""
    lines = [len(cell.source.splitlines()) for cell in _code(notebook)]
    nodes = [type(node) for cell in _code(notebook) for node in ast.walk(ast.parse(cell.source))]

    assert [count for count in lines if not 1 <= count <= 4] == []
    assert [node.__name__ for node in nodes if issubclass(node, PROGRAMMING)] == []


def test_its_parameters_come_first_and_are_plain_values(notebook):
    """They are set before anything uses them, and papermill can read which there are."""
    code = _code(notebook)
    given = [cell for cell in code if _gives_parameters(cell)]

    assert given in ([], code[:1])
    for node in (node for cell in given for node in ast.parse(cell.source).body):
        assert isinstance(node, ast.Assign)
        assert isinstance(node.value, ast.Constant)


def test_it_imports_in_its_first_code_cell_only(notebook):
    """Whoever reads on meets nothing new. Parameters stand before it, and import nothing."""
    code = [cell for cell in _code(notebook) if not _gives_parameters(cell)]
    later = [node for cell in code[1:] for node in ast.walk(ast.parse(cell.source))]

    assert [node for node in later if isinstance(node, ast.Import | ast.ImportFrom)] == []


def test_every_code_cell_is_introduced(notebook):
    """The words before it ask a question, or end in a colon. Parameters and the cell that uses them share theirs."""
    cells = [cell for cell in notebook.cells if not _gives_parameters(cell)]
    pairs = itertools.pairwise(cells)
    before = [first for first, second in pairs if second.cell_type == "code"]

    assert [cell.source for cell in before if not cell.source.rstrip().endswith((":", "?"))] == []
