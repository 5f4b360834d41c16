"""A page in a real browser, without a screen."""

import base64
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import cv2
import numpy as np
from websockets.sync.client import connect

from tests.conftest import missing

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


@contextmanager
def browsing(folder: Path) -> Iterator[Page]:
    """A browser that asks nobody for anything but this machine."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        missing("no Chromium is installed")
    assert browser is not None
    flags = "--headless=new --no-sandbox --disable-gpu --disable-background-networking --no-first-run"
    flags += " --remote-debugging-port=0 --remote-allow-origins=* --window-size=640,352 --mute-audio"
    nobody = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
    command = [browser, *flags.split(), nobody, f"--user-data-dir={folder / 'browser'}", "about:blank"]
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
