"""What each transform takes: python benchmarks/transforms.py [--turns 30] [--device NAME] [NAME ...]

Milliseconds on one thread, of its own time (what else runs here counts little), with the params at their
defaults, so with cubic interpolation, each frame the next number; medians and quartiles. `(most)` is with
the knobs that give it most to do. `first` is the first frame with new knobs, where a field that is kept has
to be made. Beside the article's own transforms stands the article's own way (scipy.ndimage, or np.roll
column by column) on the same canvas, measured in turns, with the ratio. With `--device` our canvas is there,
on what torch calls so; of `cuda` it is the card's time.
"""

import argparse
import os
import random
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import cv2
import numpy as np
import torch
from scipy import ndimage

from dreamstream.bench.figures import Spread
from dreamstream.bench.machine import machine_lines
from dreamstream.cli import values
from dreamstream.frame import Canvas
from dreamstream.params import Params
from dreamstream.pictures import HOST, Picture, Pictures, pictures_on
from dreamstream.size import Size
from dreamstream.transforms import TRANSFORMS, Tick, distort
from dreamstream.transforms.transform import STILL

SIZES = (Size(448, 252), Size(1280, 720), Size(1920, 1080))
PARAMS = Params()
MOST: dict[str, dict[str, Any]] = {
    "channel-swap": {"beat": 1},
    "palette-shift": {"beat": 1},
    "pixel-sort": {
        "sort_share": 1.0,
        "sort_columns": True,
        "sort_hue": True,
        "sort_low": 0.0,
        "sort_high": 255.0,
    },
}
"""The knobs with which they have most to do, where by default they do little, or not in every frame."""


def affine(canvas: Canvas, rows: float, columns: float) -> Canvas:
    """The notebook's zoom, and the article's stretch: 1 - s of the rows, and of the columns."""
    offset = [canvas.shape[0] * rows / 2, canvas.shape[1] * columns / 2, 0]
    return ndimage.affine_transform(canvas, [1 - rows, 1 - columns, 1], offset, order=1)


def rolled(canvas: Canvas, shift: Callable[[int], int]) -> Canvas:
    """The article's column rolls; np.roll of the flat column, so three times the shift."""
    result = canvas.copy()
    for n in range(canvas.shape[1]):
        result[:, n] = np.roll(result[:, n], 3 * shift(n))
    return result


def edges(canvas: Canvas, operator: Callable[..., Canvas]) -> Canvas:
    """The gradient's magnitude of the grey picture, three times."""
    grey = canvas @ np.array([0.299, 0.587, 0.114], np.float32)
    return np.repeat(np.hypot(operator(grey, 0), operator(grey, 1))[:, :, None], 3, axis=2)


ARTICLE: dict[str, Callable[[Canvas], Canvas]] = {
    "zoom": partial(affine, rows=PARAMS.zoom, columns=PARAMS.zoom),
    "vertical-stretch": partial(affine, rows=PARAMS.stretch, columns=0),
    "column-roll": partial(rolled, shift=lambda n: n // 15),
    "sine-roll": partial(rolled, shift=lambda n: round(PARAMS.wave * np.sin(2 * np.pi * n / PARAMS.period))),
    "random-roll": partial(rolled, shift=lambda n: random.randint(-5, 5)),
    "sobel": partial(edges, operator=ndimage.sobel),
    "prewitt": partial(edges, operator=ndimage.prewitt),
}


def timed(work: Callable[[], Picture], p: Pictures = HOST) -> float:
    timer = p.timer(time.process_time)
    result = work()
    taken = timer()
    p.host(result[:1])  # waits for it
    return 1e3 * taken()


def measure(
    name: str, size: Size, turns: int, knobs: dict[str, Any], p: Pictures = HOST
) -> dict[str, list[float]]:
    """Return milliseconds of each turn: of ours, of the first frame, and of the article's way."""
    canvas = np.random.default_rng(0).uniform(0, 255, (*size.shape, 3)).astype(np.float32)
    canvas = np.asarray(cv2.GaussianBlur(canvas, (0, 0), 3), np.float32)
    params, there = PARAMS.model_copy(update={"transform": name, **knobs}), p.of(canvas)

    def ours(index: int) -> Picture:
        return distort(there, params, Tick.of(0, index, p))[1]

    times: dict[str, list[float]] = {"ours": [], "first": [], "article": []}
    for turn in range(turns):
        if turn % 5 == 0:
            STILL.clear()
            times["first"].append(timed(partial(ours, turn + 1), p))
            if name in ARTICLE:
                times["article"].append(timed(partial(ARTICLE[name], canvas)))
        times["ours"].append(timed(partial(ours, turns + turn + 1), p))
    return times


def row(name: str, times: dict[str, list[float]]) -> str:
    spreads = {kind: Spread.of(each) for kind, each in times.items() if each}
    cells = [str(spread) for spread in spreads.values()]
    if "article" in spreads:
        cells.append(f"{spreads['article'].median / spreads['ours'].median:.1f}")
    return (
        f"  {name:20}" + "".join(f"{cell:>22}" for cell in cells[:3]) + "".join(f"{c:>8}" for c in cells[3:])
    )


def restart_on_one_thread() -> None:
    """BLAS takes its number of threads from the environment, when it is loaded."""
    if os.environ.get("OPENBLAS_NUM_THREADS") != "1":
        for library in ("OMP", "OPENBLAS", "MKL"):
            os.environ[f"{library}_NUM_THREADS"] = "1"
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])


def main() -> None:
    restart_on_one_thread()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--turns", type=int, default=30)
    parser.add_argument(
        "--size",
        dest="sizes",
        type=values.size,
        action="append",
        metavar="WxH",
        help="one of these sizes only",
    )
    parser.add_argument("--device", help="where the canvas is, as torch calls it (default: on the host)")
    parser.add_argument("names", nargs="*", metavar="NAME", help="of these transforms only")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    p: Pictures = HOST
    if options.device:
        torch.set_num_threads(1)
        p = pictures_on(options.device)
    print(*machine_lines(), sep="\n")
    print(f"ms, medians (quartiles) of {options.turns} turns, one thread")
    for size in options.sizes or SIZES:
        print(f"{size!s:22}{'ours':>22}{'first':>22}{'the article':>22}{'ratio':>8}")
        for name in options.names or TRANSFORMS:
            for label, knobs in ((name, {}), (f"{name} (most)", MOST.get(name))):
                if knobs is not None:
                    print(row(label, measure(name, size, options.turns, knobs, p)), flush=True)


if __name__ == "__main__":
    main()
