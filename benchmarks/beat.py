"""How near to the beat changes are seen here: median and 95th percentile, beside what they may be.

    python benchmarks/beat.py [--beats 40] [--bpm 120] [--opengl | --no-opengl]

In a real window, with the dreamer busy. Effects: a route has the mirror come and go with each beat; of each
screen frame its pixels are read back, until the picture's halves are alike. Transforms: keys ask for another
at odd moments, and it waits for the beat; of each screen frame it is noted whether the playhead has come to
the first frame that was dreamt with it. A beat of which nothing was seen is told.
"""

import argparse
import random
import time
from collections.abc import Sequence

import numpy as np

from dreamstream.bench.machine import machine_lines
from dreamstream.controls import Route
from dreamstream.display import Window, WindowSettings, display_missing
from dreamstream.live.desk import Desk
from dreamstream.live.hands import Hands
from dreamstream.live.show import SEEN, Show, ShowSettings
from dreamstream.process import go_first
from dreamstream.size import Size
from dreamstream.stage import Settings, Stage

SIZE = Size(640, 360)  # what reading it back costs is part of each screen frame
SETTLING = 3.0  # seconds: the delays are measured
MIRROR = Route(signal="seq:1,0:1beat", to="effect.mirror.hold")


class Watched:
    """A show in a window, and how far from the beats things are seen on it."""

    def __init__(self, show: Show, window: Window, routes: Sequence[Route]) -> None:
        self.show, self.window, self.clock = show, window, show.stage.clock
        self.hands = Hands(show, routes)
        self.desk = Desk(show, window, self.hands)
        self.screen: list[float] = []  # seconds from screen frame to screen frame
        self._last = 0.0

    def turn(self) -> float:
        """Draw a screen frame; return when it was seen."""
        self.desk.turn()
        now = self.desk.shown
        self.screen.append(now - self._last)
        self._last = now
        return now

    def settle(self) -> None:
        end = self.clock() + SETTLING
        while self.clock() < end:
            self.turn()
        self.screen.clear()

    def late(self, seen: float) -> float:
        """Return how many seconds after the nearest beat something was seen; before it, below 0."""
        beats = self.hands.tempo.beats(seen)
        return (beats - round(beats)) * 60 / self.hands.tempo.bpm


def mirrored(window: Window) -> bool:
    seen = window.screen.pixels(window.size).astype(int)
    return float(np.abs(seen - seen[:, ::-1]).mean()) < 1


def effects(watched: Watched, beats: int) -> list[float]:
    """Return how far from the beat each coming of the mirror was seen, in seconds."""
    lates: list[float] = []
    before = True
    while len(lates) < beats:
        seen = watched.turn()
        now = mirrored(watched.window)
        if now and not before:
            lates.append(watched.late(seen))
        before = now
    return lates


def transforms(watched: Watched, count: int) -> list[float]:
    """Return how far from the beat each transform was seen that was asked for at an odd moment."""
    rng, store, lates = random.Random(1), watched.show.stage.store, []
    for number in range(count):
        end = watched.clock() + rng.uniform(1, 2)
        while watched.clock() < end:
            watched.turn()
        name = ("rotate", "zoom")[number % 2]
        newest = watched.show.ring.latest()[-1].index
        watched.hands.press(f"transform.{name}")
        while True:
            seen = watched.turn()
            first = first_with(watched.show, name, newest)
            if first is not None and watched.desk.playhead.place > first - 1:
                break
        lates.append(watched.late(seen))
        assert store.snapshot().transform == name
    return lates


def first_with(show: Show, name: str, after: int) -> int | None:
    """Return the number of the first frame after one that was dreamt with a transform, if it is there."""
    frames = [frame for frame in show.ring.latest(SEEN) if frame.index > after]
    return next((frame.index for frame in frames if show.params_of(frame).transform == name), None)


def report(what: str, lates: Sequence[float], unit: float, limits: tuple[float, float]) -> bool:
    """Print how far from the beat things were seen, and what may be, in frames of `unit` seconds."""
    far = np.abs(lates) / unit
    median, most = float(np.median(far)), float(np.quantile(far, 0.95))
    good = median <= limits[0] and most <= limits[1]
    print(
        f"{what:34} {1e3 * np.median(lates):+6.1f} ms in the median; off by {median:.2f} frames (at most "
        f"{limits[0]:g}), 95 % by {most:.2f} (at most {limits[1]:g}); a frame is {1e3 * unit:.1f} ms"
        + ("" if good else "  MISSED"),
        flush=True,
    )
    return good


def measure(show: Show, opengl: bool, beats: int, bpm: float) -> bool:
    store = show.stage.store
    store.change(bpm=bpm, ease=0.0, transform="zoom", effects="none", flash_guard=False, quantise="beat")
    window = Window(WindowSettings(SIZE, opengl=opengl), show.stage.effects)
    name = "OpenGL" if opengl else "plain"
    watched = Watched(show, window, [MIRROR])
    watched.settle()
    lates = effects(watched, beats)
    lead = watched.hands.lead
    good = report(f"{name}: effects, screen frames", lates, float(np.median(watched.screen)), (1, 2))
    watched = Watched(show, window, [])
    watched.settle()
    lates = transforms(watched, beats)
    rate = show.dream.status.rate
    good &= report(f"{name}: transforms, dreamed frames", lates, 1 / rate, (1, 1))
    print(f"{'':34} led by {1e3 * lead.screen:.0f} ms on the screen, {1e3 * lead.dream:.0f} ms in the dream")
    window.close()
    return good


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--beats", type=int, default=40)
    parser.add_argument("--bpm", type=float, default=120)
    parser.add_argument("--opengl", action=argparse.BooleanOptionalAction)
    options = parser.parse_args()
    if missing := display_missing():
        parser.error(f"no display: {missing}")
    print(*machine_lines(), sep="\n")
    show = Show(Stage(Settings()), ShowSettings())
    show.start()
    go_first()
    while show.ring.latest()[-1].index < 3:
        time.sleep(0.1)
    kinds = (True, False) if options.opengl is None else (options.opengl,)
    good = [measure(show, opengl, options.beats, options.bpm) for opengl in kinds]
    print(f"dreamt {show.end().dream.mean_rate:.1f} frames a second meanwhile")
    raise SystemExit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
