"""What swaps cost the screen: the longest and the median screen frame of a show, with swaps and without.

    python benchmarks/swap.py [--size 1280x720] [--each 3] [--opengl] [--canvas 448x252]

Ten swaps each of net (default net and EfficientNet-Lite1, in turns), canvas and source, one every few
seconds, in turns with as long a time without any. Needs a display.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from dreamstream.bench.machine import machine_lines
from dreamstream.cli import values
from dreamstream.display import Window, WindowSettings, display_missing
from dreamstream.live.desk import Desk
from dreamstream.live.hands import Hands
from dreamstream.live.show import Show, ShowSettings
from dreamstream.process import memory_used
from dreamstream.size import Size
from dreamstream.sources import open_source
from dreamstream.stage import Settings, Stage

SWAPS = 10
LONGEST_WAIT = 30.0  # seconds after which a swap counts as failed


def turns(desk: Desk, until: Callable[[float], bool]) -> list[float]:
    """Turn the desk until told to end; return the milliseconds from frame to frame."""
    gaps, started = [], time.perf_counter()
    last = started
    while not until(last - started):
        desk.turn()
        now = time.perf_counter()
        gaps.append(1e3 * (now - last))
        last = now
    return gaps


def measure(show: Show, desk: Desk, requests: list[Callable[[], None]], each: float) -> None:
    """Print a row for swaps, and the same time without them."""
    still, swapped, done = [], [], 0
    for request in requests:
        still += turns(desk, lambda passed: passed > each)
        request()
        swapped += turns(desk, lambda passed: passed > each and not waits(show, passed))
        done += not show.swapper.preparing
    cells = [f"{np.median(c):8.1f}{np.quantile(c, 0.99):8.1f}{max(c):8.1f}" for c in (still, swapped)]
    ratio = max(swapped) / np.median(swapped)
    print("  ".join(cells) + f"{ratio:9.1f}{done:6}/{len(requests)}{memory_used():9.0f} MB", flush=True)


def waits(show: Show, passed: float) -> bool:
    return bool(show.swapper.preparing) and passed < LONGEST_WAIT


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=values.size, default=Size(1280, 720), metavar="WxH")
    parser.add_argument("--canvas", type=values.size, default=Size(448, 252), metavar="WxH")
    parser.add_argument("--each", type=float, default=3.0, metavar="SECONDS")
    parser.add_argument("--opengl", action=argparse.BooleanOptionalAction)
    options = parser.parse_args()
    if missing := display_missing():
        parser.error(f"no display: {missing}")
    show = Show(Stage(Settings(size=options.canvas, params={"fps_target": 20.0})), ShowSettings())
    window = Window(WindowSettings(options.size, opengl=options.opengl))
    desk = Desk(show, window, Hands(show))
    show.start()
    turns(desk, lambda passed: show.dream.status.frames > 20)
    print(*machine_lines(), sep="\n")
    print(f"{window.screen.name}, {options.size}; frame to frame, ms")
    print(f"{'':8}{'without: median, p99, longest':>24}{'with swaps':>26}{'longest/median':>18}  done")
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for seed in range(SWAPS):
            files.append(str(Path(folder) / f"{seed}.png"))
            picture = open_source("clouds", Size(1920, 1080), seed).read()
            Image.fromarray(picture.astype(np.uint8)).save(files[-1])
        swapper = show.swapper
        kinds_of: dict[str, list[Callable[[], None]]] = {
            "canvas": [partial(swapper.canvas, (1, -1)[n % 2]) for n in range(SWAPS)],
            "source": [partial(swapper.source, text) for text in files],
            "net": [partial(swapper.step_net, (1, -1)[n % 2]) for n in range(SWAPS)],
        }
        for name, requests in kinds_of.items():
            print(f"{name:8}", end="")
            measure(show, desk, requests, options.each)
    window.close()
    show.end()


if __name__ == "__main__":
    main()
