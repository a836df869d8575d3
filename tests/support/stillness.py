"""Tell whether anything in a panel jumps while something loads."""

#: Pixels: less than a line of text.
LITTLE = 14

# Looks at every frame that is painted, because what jumps and jumps back has jumped twice.
WATCH = """() => {
    const seen = window.seen = new Map();
    window.waited = new Set();
    const look = () => {
        const panel = [...document.querySelectorAll('.jupyter-widgets.desk')].at(-1);
        const top = panel?.getBoundingClientRect().top;
        for (const spinner of panel?.querySelectorAll('.desk-spinner') ?? [])
            window.waited.add(spinner.parentElement.textContent.trim());
        for (const part of panel?.querySelectorAll('.desk-card, .jupyter-button, .desk-grid, input, select') ?? []) {
            if (!part.checkVisibility()) continue;
            const at = Math.round(part.getBoundingClientRect().top - top), met = seen.get(part);
            if (met) { met.least = Math.min(met.least, at); met.most = Math.max(met.most, at); }
            else seen.set(part, { least: at, most: at });
        }
        window.watching = requestAnimationFrame(look);
    };
    look();
}"""

JUMPED = """([little, within]) => {
    cancelAnimationFrame(window.watching);
    return [...window.seen].filter(([part, at]) => at.most - at.least > little && part.closest(within))
        .map(([part, at]) => [part.textContent.trim().slice(0, 40) || part.ariaLabel, at.least, at.most]);
}"""


def watch(page):
    """Begin to note where every part of the last panel is, frame by frame, from the first that it is there."""
    page.evaluate(WATCH)


def jumped(page, *, waiting=None, within=".desk"):
    """List what was in more than one place since ``watch``, with the places; *waiting* was said meanwhile."""
    page.wait_for_timeout(500)
    found = page.evaluate(JUMPED, [LITTLE, within])
    if waiting is not None:
        waited = page.evaluate("[...window.waited]")
        assert waiting in " ".join(waited), waited
    return found
