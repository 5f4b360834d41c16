"""The page of an HLS folder, in a real browser: the picture is there, and it moves."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser import Page, browsing
from tests.fakes import until
from tests.outputs.receivers import SIZE, feeding, number_of
from tests.outputs.test_streams import sending, served


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    with browsing(tmp_path) as page:
        yield page


def test_the_page_plays_and_the_picture_moves(page: Page, tmp_path: Path) -> None:
    folder = tmp_path / "stream"
    with feeding() as feed, served(folder.parent) as address, sending(feed, f"hls:{folder}"):
        until((folder / "dream.m3u8").exists)
        metrics = {
            "width": 2 * SIZE.width,
            "height": 2 * SIZE.height,
            "deviceScaleFactor": 1,
            "mobile": False,
        }
        page.ask("Emulation.setDeviceMetricsOverride", **metrics)
        page.ask("Page.navigate", url=f"{address}/stream/index.html")
        until(lambda: (page.value("document.querySelector('video')?.currentTime") or 0) > 1, "the picture")
        shown: list[int] = []

        def moved() -> bool:
            picture = page.picture()
            assert picture.shape[:2] == (2 * SIZE.height, 2 * SIZE.width)
            number = number_of(picture)
            if number in feed.sent and (not shown or number > shown[-1]):
                shown.append(number)
            return len(shown) >= 5

        until(moved, "five pictures, each later than the one before")
        assert page.value("document.documentElement.scrollHeight <= innerHeight"), "nothing is out of sight"
        foreign = "performance.getEntriesByType('resource').filter(e => !e.name.startsWith(location.origin))"
        assert page.value(f"{foreign}.length") == 0
