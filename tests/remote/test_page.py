"""The page in a real browser, at a phone's size: taps and keys play the show, and it shows what others do."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import dreamstream.remote
from tests.browser import Page, browsing
from tests.fakes import until
from tests.remote.conftest import Show

CSS = (Path(dreamstream.remote.__file__).parent / "page" / "remote.css").read_text(encoding="utf-8")
UNNAMED = """[...document.querySelectorAll('input, select, button, summary')].filter((each) => !(
    each.labels?.length || each.ariaLabel || each.textContent.trim())).map((each) => each.id)"""


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Page]:
    with browsing(tmp_path) as page:
        page.ask(
            "Emulation.setDeviceMetricsOverride", width=390, height=844, deviceScaleFactor=1, mobile=True
        )
        yield page


def tap(page: Page, element: str) -> None:
    page.value(f"{element}.scrollIntoView({{block: 'center'}})")
    middle = f"(({element}).getBoundingClientRect())"
    x, y = (
        page.value(f"{middle}.{at} + {middle}.{size} / 2") for at, size in (("x", "width"), ("y", "height"))
    )
    for kind in ("mousePressed", "mouseReleased"):
        page.ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)


def press(page: Page, key: str, code: int) -> None:
    for kind in ("keyDown", "keyUp"):
        page.ask("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code)


def test_taps_and_keys_play_and_what_others_do_is_shown(browser: Page, show: Show) -> None:
    show.dream(light=120)
    with show.remote("0.0.0.0") as remote:
        here, token = f"http://127.0.0.1:{remote.port}/", remote.address.partition("#")[2]
        browser.ask("Page.navigate", url=f"{here}#{token}x")
        until(
            lambda: (
                "the terminal shows" in (browser.value("document.getElementById('link')?.textContent") or "")
            )
        )
        browser.ask("Page.navigate", url="about:blank")
        browser.ask("Page.navigate", url=f"{here}#{token}")
        until(lambda: browser.value("document.getElementById('picture')?.naturalWidth") == 64)
        until(lambda: browser.value("document.getElementById('param-zoom')?.value") == "0.02")
        assert browser.value("document.documentElement.scrollWidth") == 390, "nothing is beside the screen"
        assert browser.value(f"{UNNAMED}.length") == 0, browser.value(f"{UNNAMED}.join()")
        foreign = "performance.getEntriesByType('resource').filter(e => !e.name.startsWith(location.origin))"
        assert (
            browser.value(
                f"{foreign}.filter(e => !e.name.startsWith('blob:') && !e.name.startsWith('data:')).length"
            )
            == 0
        )

        tap(browser, "document.querySelector('#first button')")
        until(lambda: show.turn(remote) or ("freeze.toggle", True) in show.strokes)
        show.store.change(freeze=True)
        first = "document.querySelector('#first button').getAttribute('aria-pressed')"
        until(lambda: show.turn(remote) or browser.value(first) == "true")

        browser.value("document.getElementById('group-transform').open = true")
        browser.value("document.getElementById('param-zoom').focus()")
        press(browser, "ArrowRight", 39)
        until(lambda: show.turn(remote) or show.store.hand.zoom == 0.025)
        show.store.change(zoom=0.1)
        until(
            lambda: show.turn(remote) or browser.value("document.getElementById('param-zoom').value") == "0.1"
        )
        tap(browser, "document.querySelector('#group-presets button')")
        until(lambda: show.turn(remote) or ("preset.to.reef", True) in show.strokes)

        tap(browser, "document.getElementById('search')")
        browser.ask("Input.insertText", text="zoom cut away")
        until(lambda: "found" in browser.value("document.getElementById('found').textContent"))
        shown = "[...document.querySelectorAll('.param')].filter((each) => each.offsetParent).length"
        assert 0 < browser.value(shown) < 10
    until(lambda: "no connection" in browser.value("document.getElementById('link').textContent"))


def luminance(colour: str) -> float:
    """Return what WCAG 2 calls the relative luminance."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts]
    return sum(share * each for share, each in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize(
    ("text", "ground"),
    [(text, ground) for text in ("text", "quiet", "accent", "alarm") for ground in ("ground", "raised")]
    + [("text", "on")],
)
def test_texts_stand_out_from_what_is_behind_them(text: str, ground: str) -> None:
    colours = dict(re.findall(r"--(\w+): (#\w{6})", CSS))
    light, dark = luminance(colours[text]), luminance(colours[ground])
    assert (light + 0.05) / (dark + 0.05) >= 4.5, "as WCAG 2 asks for (AA)"
