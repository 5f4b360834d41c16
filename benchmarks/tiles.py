"""What a tile memory gives and costs: milliseconds a frame, flicker and change, beside the whole gradient.

    python -m benchmarks.tiles [--size 640x360 ...] [--frames 90] [--threads N] [--sheet FILE] [PARAM=VALUE]

Runs the real dreamer on the default net, without a window, in turns of a few frames for each number of tiles;
medians over the frames. `work` is the share of pixels whose gradient is computed. The flicker is of blocks of
32 pixels: the deviation, over time, of how much a frame changes each (motion apart), in parts of its mean.
`--sheet` writes the last frames below each other, the whole gradient's first.
"""

import argparse
import time
from dataclasses import dataclass, field

import cv2
import numpy as np

from dreamstream.bench.machine import machine_lines
from dreamstream.cli import values
from dreamstream.dreamer import Dreamer
from dreamstream.frame import Frame
from dreamstream.params import Params
from dreamstream.process import keep_large_blocks
from dreamstream.size import Size
from dreamstream.stage import Settings, Stage
from dreamstream.transforms import Warp

TILES = (1, 2, 3, 4)
_TURN, _WARM_UP, _BLOCK = 5, 10, 32  # frames, frames, pixels


@dataclass
class Stream:
    """One dreamer, and what was measured of it."""

    params: Params
    dreamer: Dreamer
    newest: Frame
    times: list[float] = field(default_factory=list)
    changes: list[np.ndarray] = field(default_factory=list)  # mean change of each block, frame by frame

    def take(self, count: int, measured: bool) -> None:
        for _ in range(count):
            started = time.perf_counter()
            frame = self.dreamer.step()
            if measured:
                self.times.append(1000 * (time.perf_counter() - started))
                self.changes.append(_change(self.newest, frame))
            self.newest = frame

    def work(self, size: Size) -> int:
        """Return the pixels whose gradient the newest frame computed."""
        return self.dreamer.governor.effort.work(self.params, size)

    @property
    def flicker(self) -> float:
        changes = np.stack(self.changes)
        return float((changes.std(0) / changes.mean(0)).mean())


def _change(before: Frame, frame: Frame) -> np.ndarray:
    assert isinstance(frame.warp, Warp)
    moved = frame.warp.apply(before.pixels.astype(np.float32))
    away = np.abs(frame.pixels - moved).mean(2)
    rows, columns = (side // _BLOCK for side in away.shape)
    blocks = away[: rows * _BLOCK, : columns * _BLOCK].reshape(rows, _BLOCK, columns, _BLOCK)
    return np.asarray(blocks.mean((1, 3)))


def measure(size: Size, frames: int, threads: int | None, params: dict[str, str]) -> dict[int, Stream]:
    """Return the streams by their tiles a side."""
    streams = {}
    for n in TILES:
        given = {**params, "tile_memory": str(n)}
        stage = Stage(Settings(size=size, threads=threads, params=given))
        dreamer = stage.open_dreamer()
        streams[n] = Stream(stage.store.snapshot(), dreamer, dreamer.step())
        streams[n].take(_WARM_UP, measured=False)
    for _ in range(frames // _TURN):
        for stream in streams.values():
            stream.take(_TURN, measured=True)
    return streams


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("params", nargs="*", metavar="PARAM=VALUE", help="as in transform=rotate")
    parser.add_argument("--size", type=values.size, action="append")
    parser.add_argument("--frames", type=int, default=90)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--sheet", type=values.path)
    options = parser.parse_args()
    keep_large_blocks()
    print(*machine_lines(), " ".join(options.params) or "default params", sep="\n")
    print(f"{'size':<11}{'tiles':>6}{'ms':>8}{'rate':>7}{'work':>7}{'flicker':>9}{'ratio':>7}{'change':>8}")
    sheets = []
    for size in options.size or [Size(640, 360)]:
        params = dict(given.split("=", 1) for given in options.params)
        streams = measure(size, options.frames, options.threads, params)
        whole = streams[1]
        for n, stream in streams.items():
            share = stream.work(size) / whole.work(size)
            took, change = np.median(stream.times), np.mean(stream.changes)
            print(
                f"{size!s:<11}{n:>4}²{took:9.0f}{np.median(whole.times) / took:7.2f}{share:7.0%}"
                f"{stream.flicker:9.3f}{stream.flicker / whole.flicker:7.2f}{change:8.2f}"
            )
        sheets.append(np.vstack([stream.newest.pixels for stream in streams.values()]))
    if options.sheet:
        for number, sheet in enumerate(sheets):
            path = options.sheet.with_stem(f"{options.sheet.stem}{number or ''}")
            cv2.imwrite(str(path), cv2.cvtColor(sheet, cv2.COLOR_RGB2BGR))


if __name__ == "__main__":
    main()
