"""How the screen runs here: median, 99th percentile and longest screen frame, in milliseconds.

    python benchmarks/screen.py [--seconds 8] [--effects CHAIN] [--size WxH ...] [--keys 10]

For both screens (with OpenGL, software or not, and plain), with the dreamer idle (frames dreamt before,
five a second), busy, and busy while its frames are recorded, with and without effects. `drawing` is the work
of one screen frame, to the last pixel; `frame to frame` is what the audience sees, at the display's rate.
Then, from a key to the picture: for an effect in screen frames, for a transform in dreamed frames, until one
is made by it and until that is seen. Needs a display. The dream stays the same whatever is drawn: 448x252, as
a show begins.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pygame

from dreamstream.bench.machine import machine_lines
from dreamstream.cli import values
from dreamstream.display import Picture, Playhead, Window, WindowSettings, display_missing
from dreamstream.frame import Frame
from dreamstream.live.desk import Desk
from dreamstream.live.hands import Hands
from dreamstream.live.show import SEEN, Show, ShowSettings
from dreamstream.params import ParamStore
from dreamstream.process import go_first
from dreamstream.size import Size
from dreamstream.stage import Settings, Stage
from dreamstream.transforms import Affine

SIZES = (Size(1280, 720), Size(1920, 1080))
EFFECTS = "hue-turn+vignette+mirror:0.5"  # both screens have them
MORE = "kaleidoscope+trails+edge-glow:0.5+film-grain"  # OpenGL alone
IDLE_FRAMES, IDLE_RATE = 12, 5
SETTLING = 1.0  # seconds: shaders are compiled, the playhead finds its pace

Newest = Callable[[], Sequence[Frame]]


def idle(frames: Sequence[Frame]) -> Newest:
    """Return the newest frames of a dreamer that takes no time: the same ones, again and again."""
    started = time.monotonic()

    def newest() -> Sequence[Frame]:
        last = 2 + int((time.monotonic() - started) * IDLE_RATE)
        numbers = range(max(1, last - SEEN + 1), last + 1)
        return [
            replace(frames[n % len(frames)], index=n, time=started + (n - 2) / IDLE_RATE) for n in numbers
        ]

    kept: dict[int, Frame] = {}  # the same object each time: a screen sends a frame once
    return lambda: [kept.setdefault(frame.index, frame) for frame in newest()]


def watch(window: Window, newest: Newest, store: ParamStore, seconds: float) -> list[list[float]]:
    """Draw for so long; return the milliseconds of drawing and from frame to frame."""
    playhead, work, gaps = Playhead(time.monotonic), [], []
    started = last = time.monotonic()
    while last - started < seconds + SETTLING:
        pygame.event.pump()
        before = time.monotonic()
        window.screen.draw(playhead.moment(newest()), window.size, Picture(store.snapshot(), before))
        window.screen.finish()
        done = time.monotonic()
        window.show()
        now = time.monotonic()
        if last - started > SETTLING:
            work.append(1e3 * (done - before))
            gaps.append(1e3 * (now - last))
        last = now
    return [work, gaps]


def row(what: Sequence[str], columns: Sequence[Sequence[float]]) -> None:
    cells = [f"{np.median(c):8.1f}{np.quantile(c, 0.99):8.1f}{max(c):8.1f}" for c in columns]
    rate = 1e3 * len(columns[1]) / sum(columns[1])
    print(f"{what[0]:10}{what[1]:>10}  {what[2]:46}" + "  ".join(cells) + f"{rate:9.1f}/s", flush=True)


def measure(show: Show, newest: Newest, kind: str, options: argparse.Namespace) -> None:
    for opengl in (True, False):
        for size in options.sizes or SIZES:
            window = Window(WindowSettings(size, opengl=opengl))
            for effects in ("none", options.effects, MORE) if opengl else ("none", options.effects):
                show.stage.store.change(effects=effects)
                what = kind, "OpenGL" if opengl else "plain", f"{size} {effects}"
                row(what, watch(window, newest, show.stage.store, options.seconds))
            window.close()


def key(code: int) -> None:
    pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=code, mod=0))
    pygame.event.post(pygame.event.Event(pygame.KEYUP, key=code, mod=0))


def turn_until(desk: Desk, there: Callable[[], bool], most: int = 1200) -> int:
    """Turn the desk until something is there; return how many screen frames it took, at most so many."""
    for number in range(1, most + 1):
        desk.turn()
        if there():
            return number
    return most


def effect_frames(desk: Desk, window: Window) -> int:
    """Press the mirror's key; return the screen frames until the picture's halves are alike."""

    def mirrored() -> bool:
        seen = window.screen.pixels(window.size).astype(int)
        return float(np.abs(seen - seen[:, ::-1]).mean()) < 1

    assert not mirrored()
    key(pygame.K_F1)
    count = turn_until(desk, mirrored)
    key(pygame.K_F1)
    turn_until(desk, lambda: not mirrored())
    return count


def transform_frames(desk: Desk, show: Show) -> tuple[int, int]:
    """Press a turn's key in a zoom; return the dreamed frames until one is turned, and until that is seen."""
    key(pygame.K_1)
    turn_until(desk, lambda: show.ring.latest()[-1].warp is not None and not turned(show.ring.latest()[-1]))
    key(pygame.K_4)
    newest = show.ring.latest()[-1].index
    turn_until(desk, lambda: turned(show.ring.latest()[-1]))
    made = next(frame.index for frame in show.ring.latest(SEEN) if frame.index > newest and turned(frame))
    turn_until(desk, lambda: desk.playhead.place > made - 1)
    return made - newest, show.ring.latest()[-1].index - newest


def turned(frame: Frame) -> bool:
    return isinstance(frame.warp, Affine) and abs(frame.warp.matrix[0, 1]) > 1e-6


def measure_keys(show: Show, count: int) -> None:
    """Print how long keys take to be seen, with the dreamer busy."""
    show.stage.store.change(effects="none", flash_guard=False, ease=0)
    for opengl in (True, False):
        window = Window(WindowSettings(SIZES[0], opengl=opengl), show.stage.effects)
        desk = Desk(show, window, Hands(show))
        turn_until(desk, lambda: False, 30)
        effects = [effect_frames(desk, window) for _ in range(count)]
        made, seen = zip(*(transform_frames(desk, show) for _ in range(count)), strict=True)
        words = "  ".join(
            f"{what} {np.median(numbers):.0f} ({min(numbers)}-{max(numbers)})"
            for what, numbers in (
                ("effect, screen frames", effects),
                ("transform made, dreamed frames", made),
                ("seen", seen),
            )
        )
        print(f"key to picture, {'OpenGL' if opengl else 'plain'}: {words}", flush=True)
        window.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--effects", default=EFFECTS)
    parser.add_argument("--keys", type=int, default=10, help="presses of each key")
    parser.add_argument("--size", dest="sizes", type=values.size, action="append", metavar="WxH")
    options = parser.parse_args()
    if missing := display_missing():
        parser.error(f"no display: {missing}")
    print(*machine_lines(), sep="\n")
    heads = [f"{head:>24}" for head in ("drawing (ms)", "frame to frame (ms)")]
    print(f"{'':68}" + "  ".join(heads))
    print(
        f"{'dreamer':10}{'screen':>10}  {'':46}" + "  ".join([f"{'median':>8}{'p99':>8}{'longest':>8}"] * 2)
    )
    stage = Stage(Settings())
    dreamer = stage.open_dreamer()
    frames = [dreamer.step() for _ in range(IDLE_FRAMES)]
    show = Show(stage, ShowSettings())
    measure(show, idle(frames), "idle", options)
    show.start()
    go_first()
    while show.ring.latest()[-1].index < 3:
        time.sleep(0.1)
    measure(show, lambda: show.ring.latest(SEEN), "busy", options)
    with tempfile.TemporaryDirectory() as folder:
        show.recordings.start(Path(folder) / "show.mp4")
        measure(show, lambda: show.ring.latest(SEEN), "recording", options)
        show.recordings.toggle()
        measure_keys(show, options.keys)
    print(f"dreamt {show.end().dream.mean_rate:.1f} frames a second meanwhile")


if __name__ == "__main__":
    main()
