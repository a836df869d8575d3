"""How long a key takes to the screen of JupyterLab in a company of 100,000 numbers, in a real browser."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from playwright.sync_api import expect

from tests.bench.figure import Figure
from tests.support.browser import Visit, chromium, lab, visit
from tests.support.kit_in_browser import lay_notebook, simulator_of

WORLD = "1000x100"
#: How often each is done; the quickest counts.
_TIMES = 5
#: From the press of a key or a button until the browser has painted other rows.
_WATCH = """() => {
    const rows = () => document.querySelector('.desk-grid').innerHTML;
    const begin = () => { window.began = performance.now(); window.took = null; window.before = rows(); };
    document.addEventListener('keydown', begin, true);
    document.addEventListener('pointerdown', begin, true);
    const painted = () => { window.took ??= performance.now() - window.began; };
    new MutationObserver(() => { if (rows() !== window.before) requestAnimationFrame(() => setTimeout(painted)); })
        .observe(document.querySelector('.desk-grid'), {subtree: true, childList: true, attributes: true});
}"""


def measure(worlds: Sequence[str]) -> Iterator[Figure]:
    """Measure each world."""
    with chromium() as browser, lab() as kit:
        with visit(browser, kit, "00_start_here.ipynb") as here:
            here.run_all()
        file = lay_notebook(kit, "large.ipynb", "from helpers import open_desk\n\nopen_desk().inventory_panel()")
        for world in worlds or [WORLD]:
            simulator_of(kit).reset(world=world)
            with visit(browser, kit, file.name) as here:
                yield from _measure(here, world)


def _measure(here: Visit, world: str) -> Iterator[Figure]:
    page: Any = here.page
    here.run_all()
    expect(page.get_by_role("button", name="Check now")).to_be_enabled(timeout=120_000)
    page.evaluate(_WATCH)
    search, heads = page.get_by_label("Search", exact=True), page.locator(".desk-grid [role=columnheader] button")
    search.click()
    for name, act in (
        ("a letter typed into the search", lambda turn: page.keyboard.press("1234567"[turn])),
        ("sorted by another column", lambda turn: heads.nth(turn % 2).click()),
        ("a number ticked", lambda turn: page.locator(".desk-grid-row[aria-selected]").nth(turn).click()),
    ):
        yield Figure(f"{world}: {name}", min(_timed(page, act, turn) for turn in range(_TIMES)), "s", 0.1)


def _timed(page: Any, act: Callable[[int], object], turn: int) -> float:
    act(turn)
    page.wait_for_function("window.took !== null")
    # Whatever else follows has come by then.
    page.wait_for_timeout(500)
    return page.evaluate("window.took") / 1000
