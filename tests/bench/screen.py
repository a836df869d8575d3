"""How long a key takes to the screen of JupyterLab in a company of 100,000 numbers, in a real browser."""

from collections.abc import Callable, Iterator, Sequence
from statistics import median
from typing import Any

from playwright.sync_api import expect

from tests.bench.figure import Figure
from tests.support.browser import Visit, chromium, lab, visit
from tests.support.kit_in_browser import lay_notebook, simulator_of

WORLD = "1000x100"
#: How often each is done; the one in the middle counts.
_TIMES = 9
#: From the press of a key, or the click on a button, until the browser has painted other rows.
_WATCH = """() => {
    const grid = document.querySelector('.desk-grid');
    const rows = () => [...grid.querySelectorAll('[data-sid]')].map((row) => row.dataset.sid + row.ariaSelected).join();
    const begin = () => Object.assign(window, {took: null, before: rows(), began: performance.now()});
    document.addEventListener('keydown', begin, true);
    document.addEventListener('click', begin, true);
    const painted = () => { window.took ??= performance.now() - window.began; };
    new MutationObserver(() => {
        if (rows() !== window.before && !grid.querySelector('[aria-busy]'))
            requestAnimationFrame(() => setTimeout(painted));
    }).observe(grid, {subtree: true, childList: true, attributes: true});
}"""


def measure(worlds: Sequence[str]) -> Iterator[Figure]:
    """Measure each world."""
    with chromium() as browser, lab() as kit:
        with visit(browser, kit, "00_start_here.ipynb") as here:
            here.run_all()
        file = lay_notebook(kit, "large.ipynb", "from helpers import open_desk\n\nopen_desk().inventory_panel()")
        for world in worlds or [WORLD]:
            simulator_of(kit).reset(world=world)
            with visit(browser, kit, file.name, width=1280, height=800) as here:
                yield from _measure(here, world)


def _measure(here: Visit, world: str) -> Iterator[Figure]:
    page: Any = here.page
    here.run_all()
    expect(page.get_by_role("button", name="Check now")).to_be_enabled(timeout=120_000)
    rows, head = page.locator(".desk-grid-row[aria-selected]"), page.locator(".desk-grid-sort[data-key=next_billing]")
    page.evaluate(_WATCH)
    page.get_by_label("Search", exact=True).click()
    acts: dict[str, Callable[[int], object]] = {
        "a letter typed into the search": lambda turn: page.keyboard.press("Backspace" if turn % 2 else "7"),
        "sorted by another column": lambda _: head.click(),
        "a number ticked": lambda turn: rows.nth(turn % 3).click(),
    }
    for name, act in acts.items():
        yield Figure(f"{world}: {name}", median(_timed(page, act, turn) for turn in range(_TIMES)), "s", 0.1)


def _timed(page: Any, act: Callable[[int], object], turn: int) -> float:
    act(turn)
    page.wait_for_function("window.took !== null")
    # Whatever else follows has come by then.
    page.wait_for_timeout(500)
    return float(page.evaluate("window.took")) / 1000
