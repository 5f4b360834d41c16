"""What following a film costs a frame: python -m benchmarks.follow [--turns 60]

Milliseconds of one thread's own time at three sizes of canvas; medians and quartiles. `follow` is all of it:
the flow between two pictures, the canvas carried along, and how much flows in where. A transform has to be
put behind the flow for the screen. `attract` is what a frame takes that watches for motion, and one where
what is remembered flows in.
"""

import argparse
import time
from collections.abc import Callable

import cv2
import numpy as np

from dreamstream.bench.figures import Spread
from dreamstream.bench.machine import machine_lines
from dreamstream.dreamer.attract import Attract
from dreamstream.dreamer.following import Following, carried, inflow
from dreamstream.frame import Canvas
from dreamstream.params import Params
from dreamstream.pictures import HOST
from dreamstream.process import keep_large_blocks
from dreamstream.size import Size
from dreamstream.sources import open_source
from dreamstream.sources.flow import Flow, flow_between, seen
from dreamstream.transforms import Tick, distort, then

SIZES = (Size(160, 96), Size(448, 252), Size(1280, 720))
PARAMS = Params(follow=1.0, attract=0.1, transform="zoom")


def timed(turns: int, work: Callable[[int], object]) -> Spread:
    """Return the milliseconds that work takes; of each turn it is told the number, from 1."""
    times = []
    for turn in range(1, turns + 1):
        started = time.thread_time()
        work(turn)
        times.append(1000 * (time.thread_time() - started))
    return Spread.of(times)


def pictures(size: Size) -> list[Canvas]:
    """Clouds that go by, with a camera's noise."""
    large = open_source("clouds", size, 1).read()
    rng = np.random.default_rng(0)
    noise = [rng.normal(0, 2, large.shape).astype(np.float32) for _ in range(4)]
    return [np.asarray(np.roll(large, 3 * t, 1) + noise[t % 4], np.float32) for t in range(24)]


def rows(size: Size, turns: int) -> dict[str, Spread]:
    film, rng = pictures(size), np.random.default_rng(1)
    canvas = rng.uniform(0, 255, (*size.shape, 3)).astype(np.float32)
    flow, following = flow_between(*map(seen, film[:2])), Following()
    film_seen = [seen(picture) for picture in film]
    motion, _ = carried(canvas, flow, PARAMS)
    zoom, _ = distort(canvas, PARAMS, Tick.of(1, 1))
    watched, remembering = Attract(), Attract()
    for turn in range(600):  # some motion, and then none
        remembering.shown(255 - film[turn % 2] if turn < 100 and turn % 4 < 2 else film[0], PARAMS, turn)
    assert remembering.shown(film[0], PARAMS, 600) is not film[0], "it is remembered"

    def moved(flow: Flow) -> None:
        carried(canvas, flow, PARAMS)
        HOST.merge([inflow(flow, PARAMS, 0.1)] * 3)

    def follow(turn: int) -> None:
        picture = film[turn % len(film)]
        found = following.flow(picture, turn)
        if found is not None:
            moved(found)

    return {
        "follow": timed(turns, follow),
        "  a picture seen": timed(turns, lambda turn: seen(film[turn % 24])),
        "  the flow": timed(turns, lambda turn: flow_between(*film_seen[turn % 23 : turn % 23 + 2])),
        "  carried": timed(turns, lambda turn: moved(flow)),
        "zoom put behind": timed(turns, lambda turn: then(motion, zoom, size)),
        "attract, live": timed(turns, lambda turn: watched.shown(film[turn % 24], PARAMS, turn)),
        "attract, remembered": timed(turns, lambda turn: remembering.shown(film[0], PARAMS, 600 + turn)),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--turns", type=int, default=60)
    turns = parser.parse_args().turns
    keep_large_blocks()
    cv2.setNumThreads(1)
    print(*machine_lines(), sep="\n")
    print(f"ms, medians (quartiles) of {turns} turns, one thread")
    for size in SIZES:
        print(size)
        for name, spread in rows(size, turns).items():
            print(f"  {name:22}{spread!s:>22}", flush=True)


if __name__ == "__main__":
    main()
