"""The page of an HLS folder, in a real browser: the picture is there, and it moves."""

import base64
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import cv2
import numpy as np
import pytest
from websockets.sync.client import connect

from tests.conftest import missing
from tests.outputs.kinds import until
from tests.outputs.receivers import SIZE, feeding, number_of
from tests.outputs.test_streams import sending, served

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


class Page:
    """A page in a headless browser, by its protocol for tools."""

    def __init__(self, socket: Any) -> None:
        self._socket = socket
        self._numbers = count(1)

    def ask(self, method: str, **values: object) -> Any:
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": values}))
        while (answer := json.loads(self._socket.recv())).get("id") != number:
            pass
        return answer["result"]

    def value(self, expression: str) -> Any:
        return self.ask("Runtime.evaluate", expression=expression)["result"].get("value")

    def picture(self) -> np.ndarray:
        data = base64.b64decode(self.ask("Page.captureScreenshot", format="png")["data"])
        picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        assert picture is not None
        return cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    """A browser that asks nobody for anything but this machine."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        missing("no Chromium is installed")
    assert browser is not None
    flags = "--headless=new --no-sandbox --disable-gpu --disable-background-networking --no-first-run"
    flags += " --remote-debugging-port=0 --remote-allow-origins=* --window-size=640,352 --mute-audio"
    nobody = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
    command = [browser, *flags.split(), nobody, f"--user-data-dir={tmp_path / 'browser'}", "about:blank"]
    program = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert program.stderr is not None
    found = next(filter(None, (re.search(r"ws://(127\.0\.0\.1:\d+)", line) for line in program.stderr)))
    with urlopen(f"http://{found[1]}/json/list") as answer:
        pages = [each for each in json.loads(answer.read()) if each["type"] == "page"]
    with connect(pages[0]["webSocketDebuggerUrl"], max_size=None) as socket:
        yield Page(socket)
    program.terminate()
    program.wait()
    program.stderr.close()


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
