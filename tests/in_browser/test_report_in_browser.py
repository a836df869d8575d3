"""The report's page, as whoever gets it by mail opens it: offline, light, dark, on a small screen and on paper."""

import re
from pathlib import Path

import pytest

from helpers.evidence.countries import spaced
from tests.conftest import Clock
from tests.support.kit_in_browser import PICTURES
from tests.support.report_story import four_months, story

#: The contrast that text needs on its ground.
ENOUGH = 4.5
#: Each text, with the contrast of its colour to that of its ground.
CONTRASTS = """() => {
  const light = colour => {
    const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map(part => part / 255)
      .map(part => part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const ground = element => {
    for (; element; element = element.parentElement) {
      const colour = getComputedStyle(element).backgroundColor
      if (!/, 0\\)$/.test(colour)) return colour
    }
    return 'rgb(255, 255, 255)'
  }
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const contrasts = []
  for (let node; node = walker.nextNode();) {
    if (!node.textContent.trim()) continue
    const [one, other] = [getComputedStyle(node.parentElement).color, ground(node.parentElement)].map(light)
    const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05)
    contrasts.push([contrast, node.textContent.trim()])
  }
  return contrasts
}"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The page of each report of the story."""
    folder = tmp_path_factory.mktemp("pages")
    with story(folder, Clock()) as played:
        return [told.file("html") for told in four_months(played, folder / "reports")]


@pytest.fixture
def opened(browser):
    """Open a page in a window of its own, without a network; return it, and what it asked for."""
    contexts = []

    def open_page(file, *, scheme="light", width=1280):
        context = browser.new_context(
            viewport={"width": width, "height": 800}, color_scheme=scheme, offline=True, java_script_enabled=True
        )
        contexts.append(context)
        page, asked = context.new_page(), []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(Path(file).as_uri())
        return page, asked

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize("month", range(5))
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_opens_offline_and_every_text_can_be_read(pages, opened, scheme, month):
    """It asks for nothing but itself; its ground follows the reader's own choice of light or dark."""
    page, asked = opened(pages[month], scheme=scheme)
    texts = page.evaluate(CONTRASTS)
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"report-{month}-{scheme}.png", full_page=True)

    assert asked == [pages[month].as_uri()]
    assert [text for contrast, text in texts if contrast < ENOUGH] == []
    assert len(texts) > 100
    ground = page.evaluate("getComputedStyle(document.querySelector('main')).backgroundColor")
    assert (ground == "rgb(255, 255, 255)") is (scheme == "light")


@pytest.mark.parametrize("width", [400, 900, 1280, 1920])
def test_no_text_is_wider_than_the_window(pages, opened, width):
    """On a telephone, too: what is too wide scrolls inside of itself."""
    page, _ = opened(pages[2], width=width)

    wide = "[...document.querySelectorAll('.scroll, .two > *')].filter(each => each.scrollWidth > each.clientWidth)"
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert width < 1280 or page.evaluate(f"{wide}.length") == 0


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize("month", range(5))
def test_it_prints_to_two_pages(pages, opened, month, paper):
    """Black on white, also for whoever reads in the dark."""
    page, _ = opened(pages[month], scheme="dark")
    printed = page.pdf(format=paper, landscape=True)
    page.emulate_media(media="print")
    colours = page.evaluate(
        "[getComputedStyle(document.body).color, getComputedStyle(document.querySelector('main')).backgroundColor]"
    )

    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 2
    assert colours == ["rgb(33, 33, 33)", "rgb(255, 255, 255)"]


def test_it_says_what_changed_and_what_can_be_saved(pages, opened):
    """The month in which numbers came and went, in the words that the reader sees."""
    page, _ = opened(pages[1])
    seen = page.inner_text("main")

    for words in ("New", "Released with this kit", "Gone, not with this kit", "Renamed", "Connected differently"):
        assert words in seen
    for phone_number in ("+12125550190", "+19175550156", "+19175550157"):
        assert spaced(phone_number) in seen
    assert "can be saved a year" in seen
    assert "PRACTICE" in seen
    assert "hunter2" not in page.content()
    assert page.locator("script, link, img, iframe").count() == 0
