"""However Jupyter is started: the button is there, its first press is heard, and nothing that was seen is kept."""

import shutil

import pytest
from playwright.sync_api import expect

from tests.support.browser import chromium, jupyter, visit

#: How every number of the practice company begins; no notebook names one.
NUMBER = b"+1917555"


def kept(folder):
    """List the files with a number in them, but for those of the kit's own folders."""
    files = [path for path in folder.rglob("*") if path.is_file() and "twilio-number-kit" not in path.parts]
    return [str(path.relative_to(folder)) for path in files if NUMBER in path.read_bytes()]


def run_and_save(environment, folder, command, *, at="lab/tree", base_url=""):
    """
    Press the button at once in a Jupyter that is started in another folder, look at the panel, and save.

    Returns:
        Whether the saved notebook is the committed one, and which files have a number in them.
    """
    work = folder / "work"
    shutil.copytree(environment.kit / "notebooks", work)
    options = [f"--ServerApp.base_url={base_url}/"] if base_url else []
    typed = [environment.python, "-m", *command, "--allow-root", *options]
    with (
        chromium() as browser,
        jupyter(typed, folder=work, base_url=base_url, environment={"PYTHONPATH": ""}) as running,
        visit(browser, running, "06_pandas.ipynb", ready=False, at=at) as here,
    ):
        page = here.page
        page.get_by_role("button", name="Run all cells", exact=True).click(timeout=60_000)
        expect(page.locator(".desk-banner").first).to_be_in_viewport(timeout=60_000)
        page.get_by_role("button", name="Run all cells", exact=True).wait_for(timeout=60_000)
        expect(page.locator(".jp-OutputArea").filter(has_text="+1917555").first).to_be_attached()
        here.save()
        # A collaboration server writes when it finds the time.
        page.wait_for_timeout(2_000)

        assert here.left_the_machine == []
        # What Jupyter itself asks at the first start, or has to complain about.
        assert page.locator(".Toastify__toast").count() == 0
    saved, committed = [place / "06_pandas.ipynb" for place in (work, environment.kit / "notebooks")]
    return saved.read_bytes() == committed.read_bytes(), kept(folder)


@pytest.mark.always
def test_plain_jupyterlab_in_another_folder(synced, tmp_path):
    """Nothing was set, and nothing is kept."""
    assert run_and_save(synced, tmp_path, ["jupyterlab"]) == (True, [])


def test_jupyterlab_under_the_address_of_a_hub_with_collaboration_installed(crowded, tmp_path):
    """Its database knows no number either."""
    assert run_and_save(crowded, tmp_path, ["jupyterlab"], base_url="/user/x") == (True, [])


def test_notebook_7(crowded, tmp_path):
    """The same button, and the same bytes."""
    assert run_and_save(crowded, tmp_path, ["notebook"], at="notebooks") == (True, [])


def test_the_oldest_releases_that_are_allowed(oldest, tmp_path):
    """The lower bounds are true: the kit opens, runs and saves with all of them at once."""
    assert run_and_save(oldest, tmp_path, ["jupyterlab"]) == (True, [])
