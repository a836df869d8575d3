"""
Play the operator in a real browser, on a real JupyterLab that the kit's own command has started.

``python3 -m tests.support.browser`` gets a browser where there is none, which ``python3 -m tests`` does first.
"""

import contextlib
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from helpers._install import CHECKOUT
from tests.support.missing import do_without

#: Where a browser may be. Playwright's own is looked for besides.
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")

_FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    # Chromium refuses to run as root in its sandbox, and all it opens here is ours.
    "--no-sandbox",
]


@contextlib.contextmanager
def chromium():
    """Give a running Playwright browser. Skips the test where none can be had."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = _launch(playwright)
        if browser is None:
            do_without(f"No Chromium could be found or installed, so no panel was tried; see {_log()}.")
        yield browser
        browser.close()


def _launch(playwright):
    """Start the first browser that starts, installing one only after all that are here have failed."""
    from playwright.sync_api import Error

    for get in (lambda: None, _install_playwrights, _install_debians):
        get()
        found = [shutil.which(name) for name in _NAMES] + [playwright.chromium.executable_path]
        for program in found:
            if program and Path(program).exists():
                with contextlib.suppress(Error):
                    return playwright.chromium.launch(executable_path=program, args=_FLAGS)
    return None


def _install_playwrights():
    print("No Chromium is here. Fetching Playwright's.", flush=True)
    _try([sys.executable, "-m", "playwright", "install", "chromium"])


def _install_debians():
    if os.name != "posix" or os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    print("Playwright's Chromium does not run here. Installing the system's with apt-get.", flush=True)
    _try(["apt-get", "update"])
    _try(["apt-get", "install", "--yes", "--no-install-recommends", "chromium"])


def _try(command):
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with _log().open("a") as log, contextlib.suppress(OSError, subprocess.TimeoutExpired):
        log.write(f"\n$ {' '.join(command)}\n")
        log.flush()
        subprocess.run(command, stdout=log, stderr=log, env=environment, timeout=600, check=False)


def _log():
    return Path(tempfile.gettempdir(), f"kit-browser-{os.getuid() if os.name == 'posix' else 0}.log")


@dataclass(frozen=True)
class Lab:
    """A JupyterLab that is running, in a folder and a home of its own."""

    url: str
    token: str = field(repr=False)
    #: The folder it was started in: a copy of the checkout, where the kit's own command did.
    kit: Path
    home: Path
    process: subprocess.Popen

    def log(self):
        """Return what JupyterLab and its kernels said on their terminal."""
        return (self.home / "lab.log").read_text()


@contextlib.contextmanager
def lab(*, notebooks=CHECKOUT / "notebooks", environment=None):
    """
    Start JupyterLab with ``python -m helpers`` and wait until it answers.

    Args:
        notebooks: The folder to open instead of the kit's; it is copied, and never written to.

        environment: Variables for JupyterLab and its kernels, over those of this process. Of those, no
            ``TWILIO_*`` and no ``JUPYTER*`` gets through.
    """
    with tempfile.TemporaryDirectory(prefix="kit-lab-", ignore_cleanup_errors=True) as folder:
        kit = Path(folder, "kit")
        copy_kit(kit, notebooks)
        with jupyter([sys.executable, "-m", "helpers"], folder=kit, environment=environment) as running:
            yield running


@contextlib.contextmanager
def jupyter(command, *, folder, environment=None, base_url=""):
    """Start a Jupyter as somebody does who types *command* in *folder*, with a home of its own beside that."""
    home = folder.parent / "home"
    home.mkdir()
    port, token = _free_port(), secrets.token_hex(16)
    clean = {**_environment(home), "JUPYTER_TOKEN": token, **(environment or {})}
    with (home / "lab.log").open("w") as log:
        typed = [*command, "--no-browser", "--port", str(port)]
        process = subprocess.Popen(typed, cwd=folder, env=clean, stdout=log, stderr=subprocess.STDOUT)
    running = Lab(f"http://127.0.0.1:{port}{base_url}", token, folder, home, process)
    try:
        _wait_until_it_answers(running)
        yield running
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def copy_kit(kit, notebooks=CHECKOUT / "notebooks"):
    """Lay out a copy of the checkout, without the tests."""
    # In the checkout JupyterLab would leave its .ipynb_checkpoints.
    unwanted = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
    shutil.copytree(CHECKOUT / "helpers", kit / "helpers", ignore=unwanted)
    shutil.copytree(notebooks, kit / "notebooks", ignore=unwanted)
    for name in ("requirements.txt", "pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md"):
        shutil.copy(CHECKOUT / name, kit / name)


def _environment(home):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "TWILIO_"))}
    folders = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTERLAB_SETTINGS_DIR")
    folders += ("JUPYTERLAB_WORKSPACES_DIR", "IPYTHONDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME")
    folders += ("XDG_DATA_HOME", "XDG_STATE_HOME")
    settings = home / "settings"
    settings.mkdir()
    # So that a test can ask JupyterLab itself to run the cells, and knows when they have run.
    exposed = {application: {"expose_app_in_browser": True} for application in ("LabApp", "JupyterNotebookApp")}
    (settings / "jupyter_server_config.json").write_text(json.dumps(exposed))
    return {
        **kept,
        **{name: str(home / name.lower()) for name in folders},
        "HOME": str(home),
        "JUPYTER_CONFIG_PATH": str(settings),
    }


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_until_it_answers(running, *, seconds=60):
    deadline = time.monotonic() + seconds
    while True:
        try:
            urllib.request.urlopen(f"{running.url}/api", timeout=1).close()
        except urllib.error.HTTPError:
            # Voila has no such page, and says so once it runs.
            return
        except OSError:
            if running.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"JupyterLab did not start:\n{running.log()}") from None
            time.sleep(0.1)
        else:
            return


@dataclass
class Visit:
    """A notebook that is open in the browser, its kernel ready."""

    page: object
    #: Addresses outside this machine that the page asked for. The kit promises that there are none.
    left_the_machine: list[str] = field(default_factory=list)
    #: Exceptions of the page's JavaScript that nobody caught.
    page_errors: list[str] = field(default_factory=list)

    def run_all(self):
        """Run every cell and wait until all have run. A cell that ends in an error fails the test."""
        failed = self.page.evaluate(_RUN_ALL)

        assert failed == []

    def reload(self):
        """Load the page anew, as F5 does; the kernel goes on meanwhile."""
        self.page.once("dialog", lambda dialog: dialog.accept())
        self.page.reload()
        self.wait_until_open()

    def wait_until_open(self):
        """Wait until the notebook is open and its kernel answers."""
        self.page.wait_for_function("window.jupyterapp?.shell.currentWidget?.sessionContext", timeout=60_000)
        self.page.evaluate(_READY)

    def use_dark_theme(self):
        """Switch to JupyterLab's dark theme, and wait until it is on; JupyterLab remembers it for later visits."""
        self.use_theme("Dark")

    def use_theme(self, name):
        """Switch to JupyterLab's theme *name*, ``Light`` or ``Dark``, and wait until it is on."""
        theme = f"JupyterLab {name}"
        self.page.evaluate("theme => window.jupyterapp.commands.execute('apputils:change-theme', { theme })", theme)
        self.page.wait_for_selector(f"body[data-jp-theme-name='{theme}']", state="attached")
        # A change of theme draws a curtain over the page, and nobody can be asked what is behind it.
        self.page.wait_for_selector("#jupyterlab-splash", state="detached")

    def save(self):
        """Save the notebook as Ctrl-S does, and wait until it is on disk."""
        self.page.evaluate("window.jupyterapp.commands.execute('docmanager:save')")

    def picture(self, path):
        """Keep what the browser shows, for a person to look at."""
        self.page.screenshot(path=path)


@contextlib.contextmanager
def visit(browser, running, notebook, *, width=1360, height=960, ready=True, at="lab/tree") -> Iterator[Visit]:
    """
    Open *notebook* (its file name) in a window of its own, as JupyterLab opens it for an operator.

    At the end its kernel is shut down, so that the next visit starts from nothing.  Who is not *ready* does not wait
    for the notebook and its kernel: an operator does not either.
    """
    context = browser.new_context(viewport={"width": width, "height": height})
    here = Visit(context.new_page())
    here.page.on("request", lambda request: _note(request.url, here))
    here.page.on("websocket", lambda websocket: _note(websocket.url, here))
    here.page.on("pageerror", lambda error: here.page_errors.append(str(error)))
    try:
        # ?reset: without it JupyterLab opens again what the visit before left open.
        here.page.goto(f"{running.url}/{at}/{notebook}?reset&token={running.token}")
        if ready:
            here.wait_until_open()
        yield here
    finally:
        with contextlib.suppress(Exception):
            here.page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
        context.close()


def _note(url, here):
    local = ("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:")
    if not url.startswith(local):
        here.left_the_machine.append(url)


# JupyterLab's own signs of rest cannot be trusted: its indicator says "idle" before there is a kernel.
_READY = """async () => {
    const app = window.jupyterapp;
    await app.restored;
    const notebook = app.shell.currentWidget;
    await notebook.context.ready;
    await notebook.sessionContext.ready;
    await notebook.sessionContext.session.kernel.info;
}"""

_RUN_ALL = """async () => {
    const app = window.jupyterapp;
    await app.commands.execute('notebook:run-all-cells');
    const cells = app.shell.currentWidget.content.model.sharedModel.toJSON().cells;
    const outputs = cells.flatMap(cell => cell.outputs ?? []);
    const failed = outputs.filter(output => output.output_type === 'error');
    return failed.map(output => `${output.ename}: ${output.evalue}`);
}"""


if __name__ == "__main__":
    from playwright.sync_api import sync_playwright

    with sync_playwright() as once:
        sys.exit(_launch(once) is None)
