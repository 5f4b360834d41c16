"""What each knob of the look takes: python benchmarks/look.py [--turns 60]

Milliseconds that a gradient step (or, for what is held, a frame) takes more than with the knob at rest, of
one thread's own time; medians, measured in turns.
"""

import argparse
import os
import time
from collections.abc import Callable

import cv2
import numpy as np

from dreamstream.bench.figures import Spread
from dreamstream.bench.machine import machine_lines
from dreamstream.dream import Habit, Look, stabilise
from dreamstream.dream.objectives import L2
from dreamstream.dream.shaping import shaped
from dreamstream.params import Params
from dreamstream.size import Size
from dreamstream.sources import open_source

SIZES = (Size(448, 252), Size(1280, 720))
REST = Params(smooth=0, variety=0)
STEP: dict[str, Params] = {
    "smooth 0.5": Params(),
    "smooth 0.5, scale-tilt, scales": Params(scale_tilt=1, scales=(1, 1, 2)),
    "scales, without smooth": Params(smooth=0, scales=(1, 1, 2)),
    "soften 1.5": Params(smooth=0, soften=1.5),
    "soften 4": Params(smooth=0, soften=4),
    "decorrelate 0.5": Params(smooth=0, decorrelate=0.5),
}
SEED = {"variety 1": Params(smooth=0)}
PLAIN = Params(hold=0, grain=0, restless=0)
FADED = {"restless 0.06": Params(restless=0.06)}
FRAME: dict[str, Params] = {
    "hold 0.06": Params(grain=0, wander=0),
    "hold, wander": Params(grain=0),
    "hold, wander, grain": Params(),
    "hold, held-contrast, -colour, -light, -detail": Params(
        grain=0, wander=0, held_contrast=1.2, held_colour=1.2, held_light=5, held_detail=0.3
    ),
    "held-palette ember, without hold": Params(hold=0, held_palette="ember"),
    "held-palette source, without hold": Params(hold=0, held_palette="source"),
}


def timed(work: Callable[[], object]) -> float:
    """Return the milliseconds of this thread's own time."""
    started = time.thread_time()
    work()
    return 1000 * (time.thread_time() - started)


def spread(work: Callable[[Params], object], rest: Params, params: Params, turns: int) -> Spread:
    """Return what the params take more than those at rest, in turns."""
    work(params)
    return Spread.of([timed(lambda: work(params)) - timed(lambda: work(rest)) for _ in range(turns)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--turns", type=int, default=60)
    turns = parser.parse_args().turns
    cv2.setNumThreads(1)
    print(*machine_lines(), sep="\n")
    for size in SIZES:
        print(f"\n{size}")
        measure(size, turns)


def measure(size: Size, turns: int) -> None:
    """Print the costs at one size."""
    canvas = open_source("clouds", size, 1).read()
    habit, look, rng = Habit(), Look.of(canvas), np.random.default_rng(0)
    noise = rng.normal(size=canvas.shape).astype(np.float32)
    blob = rng.normal(size=(1, 112, size.height // 16, size.width // 16)).astype(np.float32)
    parts = (
        ("a gradient step", STEP, REST, lambda params: shaped(noise, params)),
        ("a gradient step", SEED, REST, lambda params: L2("x", params.variety).seed({"x": blob})),
        ("a frame", FADED, PLAIN, lambda params: habit.faded(canvas, params)),
        ("a frame", FRAME, PLAIN, lambda params: stabilise(canvas, look, params, rng)),
    )
    for what, knobs, rest, work in parts:
        for name, params in knobs.items():
            print(f"  {name:48}{spread(work, rest, params, turns).median:8.2f} ms {what}")


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main()
