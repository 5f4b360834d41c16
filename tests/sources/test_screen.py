"""The screen as a source, of a real X display that shows a known picture."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing

import numpy as np
import pytest

from dreamstream.errors import SourceError
from dreamstream.size import Size
from dreamstream.sources import check_source, open_source
from tests.conftest import virtual_display

pytest.importorskip("mss")
SIZE = Size(64, 40)

_PAINTED = """
import pygame, sys
pygame.display.init()
window = pygame.display.set_mode((1024, 640), pygame.NOFRAME)
window.fill((10, 90, 200))
window.fill((200, 30, 60), (512, 0, 512, 640))
pygame.display.flip()
pygame.event.pump()
print("it is there", flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def painted() -> Iterator[None]:
    """A display that is blue in its left half, and red in its right one."""
    with virtual_display():
        process = subprocess.Popen(
            [sys.executable, "-c", _PAINTED], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert process.stdin and process.stdout
        while "it is there" not in process.stdout.readline():
            assert process.poll() is None
        yield
        process.stdin.close()
        process.wait(20)
        process.stdout.close()


@pytest.mark.parametrize("text", ["screen", "screen:", "screen:0", "screen:1"])
def test_all_of_the_screen(painted: None, text: str) -> None:
    with closing(open_source(text, SIZE, 0)) as source:
        deadline = time.monotonic() + 30
        while abs(source.read()[20, 10] - (10, 90, 200)).max() > 2:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        assert source.read()[20, 50] == pytest.approx((200, 30, 60), abs=2)


def test_a_part_of_the_screen(painted: None) -> None:
    with closing(open_source("screen:600,100,200x100", SIZE, 0)) as source:
        assert np.abs(source.read() - (200, 30, 60)).max() < 3


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("screen:7", "the last one is screen:1"),
        ("screen:1000,0,100x100", "leads out of the screens"),
        ("screen:-5,0,100x100", "leads out of the screens"),
    ],
)
def test_what_is_not_there_says_what_is(painted: None, text: str, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        open_source(text, SIZE, 0)


@pytest.mark.parametrize("text", ["screen:front", "screen:1,2", "screen:0,0,0x5", "screen:-1"])
def test_what_is_no_part_is_told_at_once(text: str) -> None:
    with pytest.raises(SourceError, match="a screen's number or X,Y,WxH is needed"):
        check_source(text)


def test_without_a_screen_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":4711")
    with pytest.raises(SourceError, match="screen: the screen cannot be read"):
        open_source("screen", SIZE, 0)
