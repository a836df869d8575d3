"""What is wrong with what a page shows, for those who have to read and use it."""

import re

from tests.support.axe import grave_violations, too_pale

_THEME = "document.body.dataset.jpThemeLight === 'true' ? 'Light' : 'Dark'"

#: What sticks out to the right of its panel, or of the notebook, and is not in something that scrolls; words in a row
#: of the grid, or beside a bar, of which the end is missing.
_CUT_OFF = """() => [...document.querySelectorAll('.jupyter-widgets.desk')].flatMap(panel => {
    const notebook = panel.closest('.jp-Notebook') ?? panel;
    const edge = Math.min(...[panel, notebook].map(each => each.getBoundingClientRect().right)) + 1;
    const sticksOut = part => part.getBoundingClientRect().right > edge && !part.closest('.desk-scroll, .desk-grid');
    const words = '.desk-grid-row .desk-grid-text, .desk-name';
    const lacksItsEnd = part => part.matches(words)
        && (part.scrollWidth > part.clientWidth + 1 || part.scrollHeight > part.clientHeight + 1);
    return [...panel.querySelectorAll('*')].filter(part => part.checkVisibility())
        .filter(part => sticksOut(part) || lacksItsEnd(part)).map(part => part.outerHTML.slice(0, 120));
})"""


#: A window of 1280 pixels at a zoom of 200 %, where a name in a grid may lose its end; all else is whole.
_ZOOMED = 640
#: Whether JupyterLab has given the notebook the width of the window, less the bar at its right.
_FOLLOWED = """() => {
    const right = document.querySelector('.jp-NotebookPanel:not(.lm-mod-hidden)').getBoundingClientRect().right;
    return innerWidth - 60 < right && right <= innerWidth;
}"""
WIDTHS = (_ZOOMED, 1280, 1920)
#: Panels and tables; a long table is like a short one, and takes axe a second.
_SHOWN = ".desk, table.dataframe:not(:has(tr:nth-child(30)))"
_NAME = re.compile(r'<bdi class="desk-grid-text">[^+]')


def cut_off(page):
    """List what cannot be seen whole, because it sticks out of its panel."""
    return page.evaluate(_CUT_OFF)


def wrong_at_every_width(here, picture, *, again=WIDTHS):
    """
    List what keeps somebody from reading or using what is shown now: both themes, a zoom of 200 %, 1280, 1920.

    The theme is the other one afterwards, because each change of it takes a while.

    Args:
        picture: Returns the place of a picture, by the theme and the width.

        again: The widths in the second theme, in which nothing has another place than in the first.
    """
    page, window, wrong = here.page, here.page.viewport_size, []
    page.mouse.move(0, 0)
    now = page.evaluate(_THEME)
    for theme in (now, "Light" if now == "Dark" else "Dark"):
        here.use_theme(theme)
        for width in WIDTHS if theme == now else again:
            page.set_viewport_size({**window, "width": width})
            wrong += [(theme, width, "cut off", part) for part in _cut_off_at(page, width)]
            wrong += [(theme, width, *found) for found in grave_violations(page, _SHOWN)]
            here.picture(picture(theme.lower(), width))
        wrong += [(theme, "too pale", words) for words in too_pale(page)]
    page.set_viewport_size(window)
    return wrong


def _cut_off_at(page, width):
    """Wait until everything has its place in a window of another width."""
    page.wait_for_function(_FOLLOWED)
    page.wait_for_timeout(100)
    for _ in range(20):
        page.wait_for_timeout(50)
        cut = [part for part in cut_off(page) if width > _ZOOMED or not _NAME.match(part)]
        if not cut:
            break
    return cut


def wrong_with(here):
    """List what keeps somebody from reading or using what is shown now, in either theme; it stays as it was."""
    before = here.page.evaluate(_THEME)
    wrong = [("cut off", part) for part in cut_off(here.page)]
    for theme in ("Light" if before == "Dark" else "Dark", before):
        here.use_theme(theme)
        wrong += [(theme, *found) for found in grave_violations(here.page)]
        wrong += [(theme, "too pale", words) for words in too_pale(here.page)]
    return wrong
