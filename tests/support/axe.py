"""
The rules of accessibility, checked by axe-core in the page itself.

It comes from npm, as Playwright's browser does from elsewhere, and is kept outside of the
checkout.  It asks nothing of anybody once it is here.
"""

import shutil
import subprocess
import tarfile
import tempfile
from functools import cache
from pathlib import Path

from tests.support.missing import do_without

VERSION = "4.14.1"
#: What keeps somebody from using a panel; the lesser kinds are a matter of taste.
GRAVE = {"serious", "critical"}

_RUN = """async (scope) => {
    const found = await axe.run({ include: [[scope]] }, { resultTypes: ['violations'] });
    return found.violations.flatMap(rule => rule.nodes.map(node => [rule.impact, rule.id, node.html.slice(0, 200)]));
}"""


@cache
def _source():
    kept = Path(tempfile.gettempdir(), f"kit-axe-core-{VERSION}", "axe.min.js")
    if not kept.exists():
        npm = shutil.which("npm")
        if npm is None:
            do_without("There is no npm here to fetch axe-core with, so no panel's accessibility was checked.")
        kept.parent.mkdir(parents=True, exist_ok=True)
        command = [npm, "pack", "--silent", f"axe-core@{VERSION}"]
        with tempfile.TemporaryDirectory() as folder:
            told = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=100, check=False)
            if told.returncode:
                do_without(f"npm could not fetch axe-core, so no panel's accessibility was checked: {told.stderr}")
            (packed,) = Path(folder).glob("*.tgz")
            with tarfile.open(packed) as archive:
                kept.write_bytes(archive.extractfile("package/axe.min.js").read())
    return kept.read_text(encoding="utf-8")


def grave_violations(page, scope=".desk"):
    """List what in a part of the page keeps people from reading or using it: the kind, the rule, the element."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_source())
    return [found for found in page.evaluate(_RUN, scope) if found[0] in GRAVE]


def too_pale(page):
    """
    List the words of all panels that do not stand out from their ground at 4.5 to 1.

    axe leaves out every text of whose ground it is not sure, and in JupyterLab it is sure of few.
    """
    return page.evaluate(_TOO_PALE)


# The page itself knows what is painted over what; a canvas of one pixel makes a colour of any colour.
_TOO_PALE = """() => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 1, height: 1 });
    const brush = canvas.getContext('2d', { willReadFrequently: true });
    const painted = (colours) => {
        brush.clearRect(0, 0, 1, 1);
        for (const colour of colours) { brush.fillStyle = colour; brush.fillRect(0, 0, 1, 1); }
        return [...brush.getImageData(0, 0, 1, 1).data].slice(0, 3);
    };
    const light = (rgb) => {
        const [r, g, b] = rgb.map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const grounds = (element) => {
        const found = [];
        for (let each = element; each; each = each.parentElement) found.unshift(getComputedStyle(each).backgroundColor);
        return found;
    };
    const pale = new Set();
    const look = (element, words) => {
        if (!words || !element.checkVisibility() || element.closest('style, :disabled, option')) return;
        const under = grounds(element);
        const [ink, ground] = [painted([...under, getComputedStyle(element).color]), painted(under)].map(light);
        const contrast = (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05);
        if (contrast < 4.5) pale.add(`${words}: ${contrast.toFixed(2)}`);
    };
    for (const panel of document.querySelectorAll('.desk')) {
        const all = document.createTreeWalker(panel, NodeFilter.SHOW_TEXT);
        while (all.nextNode()) look(all.currentNode.parentElement, all.currentNode.textContent.trim());
        for (const field of panel.querySelectorAll('input:not([type=checkbox]), select')) look(field, field.value);
    }
    return [...pale];
}"""
