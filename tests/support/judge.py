"""What is wrong with what a page shows, for those who have to read and use it."""

from tests.support.axe import grave_violations, too_pale

_THEME = "document.body.dataset.jpThemeLight === 'true' ? 'Light' : 'Dark'"

#: What sticks out to the right of the panel it belongs to, and is not in something that scrolls; words in a row of the
#: grid, or beside a bar, of which the end is missing.
_CUT_OFF = """() => [...document.querySelectorAll('.jupyter-widgets.desk')].flatMap(panel => {
    const edge = panel.getBoundingClientRect().right + 1;
    const sticksOut = part => part.getBoundingClientRect().right > edge && !part.closest('.desk-scroll, .desk-grid');
    const words = '.desk-grid-row .desk-grid-text, .desk-name';
    const lacksItsEnd = part => part.matches(words)
        && (part.scrollWidth > part.clientWidth + 1 || part.scrollHeight > part.clientHeight + 1);
    return [...panel.querySelectorAll('*')].filter(part => part.checkVisibility())
        .filter(part => sticksOut(part) || lacksItsEnd(part)).map(part => part.outerHTML.slice(0, 120));
})"""


def cut_off(page):
    """List what cannot be seen whole, because it sticks out of its panel."""
    return page.evaluate(_CUT_OFF)


def wrong_with(here):
    """List what keeps somebody from reading or using what is shown now, in either theme; it stays as it was."""
    before = here.page.evaluate(_THEME)
    wrong = [("cut off", part) for part in cut_off(here.page)]
    for theme in ("Light" if before == "Dark" else "Dark", before):
        here.use_theme(theme)
        wrong += [(theme, *found) for found in grave_violations(here.page)]
        wrong += [(theme, "too pale", words) for words in too_pale(here.page)]
    return wrong
