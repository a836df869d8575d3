"""The JupyterLab that ``python3 -m helpers`` opens: who gets in, what is saved, how it ends."""

import json
import signal
import sys
import urllib.request
from importlib.metadata import version
from pathlib import Path
from urllib.error import HTTPError

import pytest

from helpers._install import CHECKOUT
from tests.support.browser import chromium, jupyter, lab, visit
from tests.support.golden import as_read

SECRET = "hunter2"

#: The JupyterLab before which there was nothing to set there; older ones are allowed.
FIRST_IN = {"@jupyterlab/apputils-extension:kernels-settings": [4, 4]}


@pytest.fixture(scope="module")
def notebooks(tmp_path_factory):
    """A folder with a stand-in for the first notebook: it shows a number and a password field."""
    folder = tmp_path_factory.mktemp("notebooks")
    source = "import ipywidgets, helpers\nprint(helpers.__file__)\nipywidgets.Password(value='hunter2')"
    cell = {"cell_type": "code", "id": "one", "metadata": {}, "source": source, "outputs": []}
    (folder / "00_start_here.ipynb").write_text(json.dumps(_notebook({**cell, "execution_count": None})))
    return folder


@pytest.fixture(scope="module")
def running(notebooks):
    with lab(notebooks=notebooks) as started:
        yield started


def _notebook(*cells, **metadata):
    return {"cells": list(cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def _cell_that_ran():
    said = {"output_type": "stream", "name": "stdout", "text": SECRET}
    return {
        "cell_type": "code",
        "id": "ran",
        "metadata": {},
        "source": "1",
        "outputs": [said],
        "execution_count": 7,
    }


def _ask(running, method, path, body=None, *, token=None):
    request = urllib.request.Request(
        f"{running.url}{path}",
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"token {running.token if token is None else token}"},
        method=method,
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)


def test_only_who_has_the_token_gets_in(running):
    """Another user of the same machine cannot reach the notebooks."""
    with pytest.raises(HTTPError, match="403"):
        _ask(running, "GET", "/api/contents", token="wrong")

    assert [file["name"] for file in _ask(running, "GET", "/api/contents")["content"]] == ["00_start_here.ipynb"]


def test_saving_keeps_nothing_that_was_shown(running):
    """Outputs, counts and widget state are gone from the file and from its checkpoint."""
    seen = _notebook(_cell_that_ran(), widgets={"state": SECRET})
    folder = running.kit / "notebooks"
    for _ in range(2):
        _ask(running, "PUT", "/api/contents/a.ipynb", {"type": "notebook", "format": "json", "content": seen})
        _ask(running, "POST", "/api/contents/a.ipynb/checkpoints", {})
    files = [folder / "a.ipynb", folder / ".ipynb_checkpoints" / "a-checkpoint.ipynb"]
    saved = [json.loads(file.read_text()) for file in files]
    for file in files:
        file.unlink()

    assert [notebook["cells"][0]["outputs"] for notebook in saved] == [[], []]
    assert [notebook["cells"][0]["execution_count"] for notebook in saved] == [None, None]
    assert [notebook["metadata"] for notebook in saved] == [{}, {}]
    assert [notebook["cells"][0]["source"] for notebook in saved] == [["1"], ["1"]]


def as_saved(running, notebook, name="a.ipynb"):
    """Save a notebook as the browser does, and return what is on disk then."""
    _ask(running, "PUT", f"/api/contents/{name}", {"type": "notebook", "format": "json", "content": notebook})
    (file,) = running.kit.rglob(name)
    saved = file.read_text()
    file.unlink()
    return saved


def after_a_run(notebook):
    """What JupyterLab has of a committed notebook once it ran: outputs, times, trust, the kernel's versions."""
    notebook["metadata"]["language_info"] |= {"version": "3.11.7", "mimetype": "text/x-python"}
    for cell in notebook["cells"]:
        cell["metadata"]["trusted"] = True
        if cell["cell_type"] == "code":
            cell["metadata"]["execution"] = {"iopub.status.busy": "2026-03-02T09:30:00Z"}
            cell |= {key: _cell_that_ran()[key] for key in ("outputs", "execution_count")}
    return notebook


@pytest.mark.parametrize("path", sorted((CHECKOUT / "notebooks").glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_notebook_that_was_run_and_saved_is_the_committed_one(running, path):
    """Byte for byte, so that git sees no change, and the next update of the kit meets none."""
    assert as_saved(running, after_a_run(json.loads(path.read_text()))) == path.read_text()


#: A hook that somebody had before the kit came.
THEIR_HOOK = """
def sign(*, model, **_):
    if model["type"] == "notebook":
        model["content"]["metadata"]["signed"] = "theirs"
"""


@pytest.mark.parametrize("theirs", [[], ["--FileContentsManager.pre_save_hook=their_hook.sign"]], ids=["none", "hook"])
def test_in_a_jupyter_of_other_people_only_notebooks_with_a_desk_are_emptied(tmp_path, theirs):
    """Enabled by what is installed with the kit; what others show, and a hook of theirs, stay."""
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "their_hook.py").write_text(THEIR_HOOK)
    command = [sys.executable, "-m", "jupyter_server", "--allow-root", *theirs]
    settings = {"JUPYTER_CONFIG_PATH": str(CHECKOUT / "helpers/lab/shared/etc/jupyter"), "PYTHONPATH": str(CHECKOUT)}
    with jupyter(command, folder=folder, environment=settings) as running:
        opens = {**_cell_that_ran(), "source": "from helpers import open_desk\nopen_desk().numbers()"}
        ours, others = [as_saved(running, _notebook(cell)) for cell in (opens, _cell_that_ran())]

    assert SECRET not in ours
    assert SECRET in others
    assert [("theirs" in saved) for saved in (ours, others)] == [bool(theirs)] * 2


def test_a_notebook_that_cannot_be_cleaned_is_not_saved(running, snapshot):
    """The browser shows why, and there is no file."""
    strange = _notebook(_cell_that_ran())
    del strange["cells"][0]["cell_type"]
    with pytest.raises(HTTPError, match="400") as refused:
        _ask(running, "PUT", "/api/contents/b.ipynb", {"type": "notebook", "format": "json", "content": strange})

    assert as_read(json.load(refused.value)["message"]) == snapshot
    assert not (running.kit / "notebooks" / "b.ipynb").exists()


def test_an_operator_opens_runs_and_saves_and_nothing_is_kept_or_sent(running):
    """In a real browser: the kit is there, the file stays clean, and no request leaves this machine."""
    with chromium() as browser, visit(browser, running, "00_start_here.ipynb") as here:
        here.run_all()
        shown = here.page.locator(".jp-OutputArea-output pre").inner_text()
        here.page.locator(".widget-text input[type=password]").wait_for()
        here.use_dark_theme()
        here.save()
        toasts = here.page.locator(".Toastify__toast").count()
    kept = [file for file in (running.kit / "notebooks").rglob("*.ipynb") if '"output_type"' in file.read_text()]

    assert Path(shown.strip()) == running.kit / "helpers" / "__init__.py"
    assert kept == []
    assert toasts == 0
    assert here.left_the_machine == []
    assert here.page_errors == []


def test_every_setting_is_one_that_jupyterlab_knows():
    """A setting that a new JupyterLab has renamed would otherwise do nothing, in silence."""
    ours = json.loads((CHECKOUT / "helpers/lab/labconfig/default_setting_overrides.json").read_text())
    share = Path(sys.prefix) / "share" / "jupyter"
    schemas = {"@jupyterlab": share / "lab" / "schemas"}
    schemas["@jupyter-widgets"] = share / "labextensions" / "@jupyter-widgets" / "jupyterlab-manager" / "schemas"
    unknown = []
    for plugin, settings in ours.items():
        if [int(part) for part in version("jupyterlab").split(".")[:2]] < FIRST_IN.get(plugin, []):
            continue
        package, name = plugin.split(":")
        schema = json.loads((schemas[package.split("/")[0]] / package / f"{name}.json").read_text())
        unknown += [f"{plugin} {key}" for key in settings if key not in schema["properties"]]

    assert unknown == []


def test_ctrl_c_ends_it_without_a_question_and_without_a_traceback(notebooks, hears_ctrl_c):
    """One Ctrl-C is enough, and leaves no process behind."""
    with lab(notebooks=notebooks) as started:
        started.process.send_signal(signal.SIGINT)
        ended = started.process.wait(20)

        assert ended == 0
        assert "Traceback" not in started.log()
