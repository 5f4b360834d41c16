"""Where the time of a dreamed frame goes: milliseconds for each part of the dreamer's step.

    python -m benchmarks.dreamer [--size 448x252] [--frames 200] [--threads N] [PARAM=VALUE ...]

Runs the real dreamer on the default net, without a window, with clocks around its parts; prints medians and
quartiles over the frames. A part that runs several times in a frame is summed; an indented one is part of the
one above it.
"""

import argparse
import os
import platform
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any
from unittest.mock import patch

import cv2
import numpy as np
import torch

from dreamstream.cli import values
from dreamstream.dream import ascent
from dreamstream.dreamer import Dreamer, scene
from dreamstream.dreamer import dreamer as dreamer_module
from dreamstream.pictures import Pictures
from dreamstream.size import Size
from dreamstream.stage import Settings, Stage

PARTS: list[tuple[str, Callable[[Dreamer], Any], str]] = [
    ("source mix", lambda dreamer: scene.Scene, "blended"),
    ("transform", lambda dreamer: dreamer_module, "distort"),
    ("ascent", lambda dreamer: dreamer_module, "ascend"),
    ("  gradient", lambda dreamer: dreamer.network, "input_gradient"),
    ("  resize", lambda dreamer: dreamer._pictures, "resize"),
    ("  shaped", lambda dreamer: ascent, "shaped"),
    ("stabilise", lambda dreamer: scene, "stabilise"),
    ("frame out", lambda dreamer: dreamer._pictures, "pixels"),
]
"""A part's name, and where it is found."""


class Clocks:
    """Times the parts of the frame of the moment: on the host by its clock, on a device by the device's."""

    def __init__(self, pictures: Pictures) -> None:
        self._pictures = pictures
        self._frames: list[list[tuple[str, Callable[[], float]]]] = [[]]

    def around(self, name: str, part: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*args: Any, **kwargs: Any) -> Any:
            stop = self._pictures.timer(time.perf_counter)
            try:
                return part(*args, **kwargs)
            finally:
                self._frames[-1].append((name, stop()))

        return timed

    def next_frame(self) -> None:
        self._frames.append([])

    def times(self) -> dict[str, list[float]]:
        """Return the milliseconds of each part, summed frame by frame; waits for the device."""
        self._pictures.host(self._pictures.zeros(Size(1, 1)))
        times: dict[str, list[float]] = defaultdict(list)
        for frame in self._frames:
            sums: dict[str, float] = defaultdict(float)
            for name, seconds in frame:
                sums[name] += 1000 * seconds()
            for name, milliseconds in sums.items():
                times[name].append(milliseconds)
        return times


def measure(dreamer: Dreamer, frames: int, warm_up: int = 20) -> dict[str, list[float]]:
    """Return the milliseconds of each part, frame by frame."""
    clocks = Clocks(dreamer._pictures)
    for _ in range(warm_up):
        dreamer.step()
    with ExitStack() as stack:
        for name, place_of, attribute in PARTS:
            place = place_of(dreamer)
            timed = clocks.around(name, getattr(place, attribute))
            stack.enter_context(patch.object(place, attribute, timed))
        step = clocks.around("whole step", dreamer.step)
        for _ in range(frames):
            step()
            clocks.next_frame()
    return clocks.times()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("params", nargs="*", metavar="PARAM=VALUE", help="as in octaves=3")
    parser.add_argument("--size", type=values.size, default="448x252")
    parser.add_argument("--frames", type=int, default=200)
    parser.add_argument("--threads", type=int, help="torch's")
    parser.add_argument("--cv-threads", type=int, help="OpenCV's")
    options = parser.parse_args()
    params = dict(given.split("=", 1) for given in options.params)
    if options.cv_threads is not None:
        cv2.setNumThreads(options.cv_threads)
    stage = Stage(Settings(size=options.size, threads=options.threads, params=params))
    times = measure(stage.open_dreamer(), options.frames)
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(
        f"numpy {np.__version__}, OpenCV {cv2.__version__} ({cv2.getNumThreads()} threads), "
        f"torch {torch.__version__} ({torch.get_num_threads()} threads)"
    )
    print(f"{stage.playing.net.entry.name}, {options.size}, {' '.join(options.params) or 'default params'}")
    print(f"{'ms a frame':<14}{'median':>9}{'25 %':>9}{'75 %':>9}{'share':>9}")
    whole = float(np.median(times["whole step"]))
    for name in ("whole step", *(part[0] for part in PARTS)):
        if name in times:
            low, middle, high = np.percentile(times[name], (25, 50, 75))
            print(f"{name:<14}{middle:9.2f}{low:9.2f}{high:9.2f}{middle / whole:9.0%}")
    rest = np.subtract(times["whole step"], times["  gradient"])
    low, middle, high = np.percentile(rest, (25, 50, 75))
    print(f"{'but gradient':<14}{middle:9.2f}{low:9.2f}{high:9.2f}{middle / whole:9.0%}")


if __name__ == "__main__":
    main()
