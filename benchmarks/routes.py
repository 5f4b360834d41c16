"""What routes cost a screen frame: python -m benchmarks.routes [COUNT ...]

Turns a router on a real store, a sixtieth of a second on each time; medians over the turns.
"""

import argparse
import itertools
import time
from statistics import median

from dreamstream.controls.board import Board
from dreamstream.controls.router import Router
from dreamstream.controls.routes import Route
from dreamstream.controls.tempo import Tempo
from dreamstream.params import ParamStore

PARAMS = ("zoom", "amount", "step", "mix", "angle", "saturation", "hue", "brightness", "contrast", "gamma")
_TURNS = 600


def milliseconds(count: int) -> float:
    """Return the median of the milliseconds of a turn with so many routes."""
    store, clock = ParamStore(), itertools.count().__next__
    routes = [
        Route(signal=f"lfo:smooth:{1 + n % 7}s", to=PARAMS[n % len(PARAMS)], mode="add", attack=0.1)
        for n in range(count)
    ]

    def now() -> float:
        return clock() / 60

    tempo = Tempo(now, store)
    router = Router(routes, Board(now), store, tempo, now, lambda name: None, lambda name: None)
    times = []
    for _ in range(_TURNS):
        started = time.perf_counter()
        router.turn()
        store.snapshot()
        times.append(1000 * (time.perf_counter() - started))
    return median(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("counts", nargs="*", type=int, default=[1, 10, 50], metavar="COUNT")
    for count in parser.parse_args().counts:
        print(f"{count:4d} routes: {milliseconds(count):.3f} ms a screen frame")


if __name__ == "__main__":
    main()
