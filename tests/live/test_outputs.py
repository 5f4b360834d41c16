"""A show sends its pictures on while it plays: the dream's, and the screen's."""

import os
import sys
import threading
from contextlib import suppress

import pytest

from dreamstream.display import WindowSettings
from dreamstream.live.hands import Hands
from dreamstream.live.run import run_headless, run_window
from dreamstream.live.show import Show, ShowSettings
from dreamstream.live.state import StateReader
from dreamstream.outputs import target_of
from dreamstream.outputs.memory import MemoryReader, memory_path
from dreamstream.size import Size
from dreamstream.stage import Settings, Stage
from tests.fakes import PATIENCE, until
from tests.shows import AllMessages

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="memory is a file there is none of on Windows"
)


def sizes_of(name: str, count: int) -> set[Size]:
    """Wait for so many pictures in a memory, and return their sizes."""
    sizes: list[Size] = []
    reader: list[MemoryReader] = []

    def taken() -> bool:
        with suppress(OSError):
            if not reader:
                reader.append(MemoryReader(name))
            if (frame := reader[0].newest()) is not None:
                sizes.append(frame.size)
        return len(sizes) == count

    until(taken, f"{count} pictures in {name}")
    return set(sizes)


def test_a_window_s_show_sends_the_dream_and_the_screen(
    tiny: Settings, display: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SDL_VIDEODRIVER", raising=False)
    names = [f"dreamstream-{kind}-{os.getpid()}" for kind in ("dreams", "screens")]
    outs = target_of(f"shm:{names[0]}"), target_of(f"screen@320x200:shm:{names[1]}")
    show = Show(Stage(tiny), ShowSettings(outs=outs))
    hands = Hands(show)
    found: list[set[Size]] = []

    def look() -> None:
        found.extend(sizes_of(name, 5) for name in names)
        hands.going = False

    looker = threading.Thread(target=look, daemon=True)
    looker.start()
    result = run_window(show, WindowSettings(size=Size(256, 192)), hands)
    looker.join(PATIENCE)
    assert result.error is None
    assert found == [{Size(64, 48)}, {Size(320, 200)}]
    assert not any(memory_path(name).exists() for name in names)


def test_the_state_says_how_each_output_is_and_an_action_switches_them(tiny: Settings) -> None:
    name = f"dreamstream-state-{os.getpid()}"
    messages = AllMessages()
    show = Show(Stage(tiny), ShowSettings(outs=(target_of(f"shm:{name}"),)), messages)
    hands = Hands(show)
    states = StateReader(show, hands)

    def look() -> None:
        sizes_of(name, 2)
        until(lambda: states.read().outputs[0].startswith(f"shm:{name}  on, "))
        hands.press("output.toggle")
        until(lambda: states.read().outputs[0].startswith(f"shm:{name}  off, "))
        until(lambda: not memory_path(name).exists())
        hands.press("output.toggle.1")
        sizes_of(name, 2)
        hands.press("output.toggle.2")
        hands.going = False

    looker = threading.Thread(target=look, daemon=True)
    looker.start()
    result = run_headless(show, hands)
    looker.join(PATIENCE)
    assert result.error is None
    assert [text for text in messages.texts if "output" in text] == [
        f"output off: shm:{name}",
        f"output on: shm:{name}",
        "there is no output 2 to be switched; --out KIND:WHERE adds one",
    ]
    assert any(line.startswith(f"OUT shm:{name}") for line in states.read().lines)


def test_an_output_that_cannot_be_leaves_the_show_alone(tiny: Settings) -> None:
    name = f"dreamstream-taken-{os.getpid()}"
    memory_path(name).write_text("something else")
    messages = AllMessages()
    show = Show(Stage(tiny), ShowSettings(outs=(target_of(f"shm:{name}"),)), messages)
    hands = Hands(show)

    def look() -> None:
        until(lambda: any("is something else's" in text for text in messages.texts))
        frames = show.dream.status.frames
        until(lambda: show.dream.status.frames > frames + 20)
        hands.going = False

    looker = threading.Thread(target=look, daemon=True)
    looker.start()
    result = run_headless(show, hands)
    looker.join(PATIENCE)
    memory_path(name).unlink()
    assert result.error is None
    assert not result.dream.failures
