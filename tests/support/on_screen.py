"""What an operator sees of a panel: the texts that are not hidden, found by their place and their style."""

import asyncio
import re
from collections.abc import Iterator

import ipywidgets

from tests.support.golden import as_read


def texts_in(widget: ipywidgets.Widget) -> Iterator[ipywidgets.HTML]:
    """Find the texts of a panel, or of a part of it, in their order; nothing that is hidden."""
    if widget.layout.display == "none":
        return
    if isinstance(widget, ipywidgets.HTML):
        yield widget
    for child in getattr(widget, "children", ()):
        yield from texts_in(child)


def as_seen(widget: ipywidgets.Widget) -> object:
    """Read everything that is shown in a panel, or in a part of it."""
    return as_read("\n".join(text.value for text in texts_in(widget)))


def part(panel: ipywidgets.Widget, style: str) -> str:
    """Return the HTML of the one text of a panel that has a style class, itself or somewhere in it."""
    (found,) = [text.value for text in texts_in(panel) if _has(text, style)]
    return found


def _has(text: ipywidgets.HTML, style: str) -> bool:
    return style in text.get_state()["_dom_classes"] or bool(re.search(rf'class="[^"]*\b{style}\b', text.value))


def beside(panel: ipywidgets.Widget, control: ipywidgets.Widget) -> ipywidgets.HTML:
    """Find the one text that stands in the same box as a button or a field; the box may be hidden."""
    (found,) = [child for child in _box_of(panel, control) if isinstance(child, ipywidgets.HTML)]
    return found


def _box_of(widget: ipywidgets.Widget, control: ipywidgets.Widget) -> tuple[ipywidgets.Widget, ...]:
    children = getattr(widget, "children", ())
    if control in children:
        return children
    return next((found for child in children if (found := _box_of(child, control))), ())


def is_seen(panel: ipywidgets.Widget, control: ipywidgets.Widget) -> bool:
    """Tell whether neither a button or field nor any box around it is hidden."""
    if panel.layout.display == "none":
        return False
    return panel is control or any(is_seen(child, control) for child in getattr(panel, "children", ()))


def show_until_it_changes(panel: ipywidgets.Widget, text: ipywidgets.HTML) -> None:
    """Show a panel as a browser does, which makes it tick, until a text of it says something else."""

    async def show() -> None:
        changed = asyncio.Event()
        text.observe(lambda _: changed.set(), "value")
        # The browser's own message when a view of the panel appears.
        panel.set_state({"_view_count": 1})
        await asyncio.wait_for(changed.wait(), 10)

    asyncio.run(show())


def shown(panel):
    """List the widgets that an operator sees."""
    found, left = [], [panel]
    while left:
        widget = left.pop()
        if widget.layout.display != "none":
            found.append(widget)
            left += getattr(widget, "children", ())
    return found
