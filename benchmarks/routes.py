"""What routes cost a screen frame, and to be shown: python -m benchmarks.routes [COUNT ...]

Turns a router on a real store, a sixtieth of a second on each time; medians over the turns. The HUD's text is
made ten times a second.
"""

import argparse
import itertools
import time
from collections.abc import Callable
from statistics import median

import pygame

from dreamstream.controls.board import Board
from dreamstream.controls.router import Router
from dreamstream.controls.routes import Route
from dreamstream.controls.tempo import Tempo
from dreamstream.display import overlay
from dreamstream.live.meters import route_lines
from dreamstream.params import ParamStore
from dreamstream.size import Size

PARAMS = ("zoom", "amount", "step", "mix", "angle", "saturation", "hue", "brightness", "contrast", "gamma")
_TURNS = 600


class Turned:
    """A router with so many routes, all of which move all the time."""

    def __init__(self, count: int) -> None:
        turns = itertools.count().__next__
        routes = [
            Route(signal=f"lfo:smooth:{1 + n % 7}s", to=PARAMS[n % len(PARAMS)], mode="add", attack=0.1)
            for n in range(count)
        ]

        def now() -> float:
            return turns() / 60

        self.store = ParamStore()
        tempo = Tempo(now, self.store)
        self.router = Router(routes, Board(now), self.store, tempo, now, lambda name: None, lambda name: None)

    def turn(self) -> None:
        """Turn it, as each screen frame does."""
        self.router.turn()
        self.store.snapshot()

    def show(self) -> None:
        """Draw the HUD's lines on the routes, as is done ten times a second."""
        lines = route_lines(self.router.ways, self.store.snapshot(), self.store.hand)
        overlay(Size(960, 540), ("a line of the state", *lines), ())


def milliseconds(do: Callable[[], object], between: Callable[[], object] = lambda: None) -> float:
    """Return the median of the milliseconds of something, done many times."""
    times = []
    for _ in range(_TURNS):
        between()
        started = time.perf_counter()
        do()
        times.append(1000 * (time.perf_counter() - started))
    return median(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("counts", nargs="*", type=int, default=[1, 10, 50], metavar="COUNT")
    pygame.font.init()
    for count in parser.parse_args().counts:
        turned = Turned(count)
        frame = milliseconds(turned.turn)
        hud = milliseconds(turned.show, turned.turn)
        print(f"{count:4d} routes: {frame:.3f} ms a screen frame; {hud:.2f} ms a text of the HUD")


if __name__ == "__main__":
    main()
