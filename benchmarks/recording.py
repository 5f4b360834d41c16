"""What a recording costs the dream, and how large recordings are.

    python benchmarks/recording.py [--size 448x252] [--seconds 10] [--turns 5]

Dreams with the default net as fast as it can, in turns without and with a recording (mp4 as a live show
writes it, and the last seconds kept), in one process: medians and quartiles of dreamed frames a second, and
their ratio. Then writes 10 s of the dreamt film as GIF, mp4 and the rest, and prints their sizes.
"""

import argparse
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dreamstream import kinds
from dreamstream.bench.figures import Spread
from dreamstream.bench.machine import machine_lines
from dreamstream.dreamer import Dreamer
from dreamstream.frame import Frame
from dreamstream.record import Encoding, Recordings, Timing, open_writer
from dreamstream.ring import Ring
from dreamstream.stage import Settings, Stage

WAYS = ("nothing", "mp4", "keep", "mp4 and keep")
VIDEOS = [("mp4", ""), ("mp4", "hevc"), ("webm", ""), ("mov", "prores"), ("mkv", "ffv1")]
FILES = [("gif", ""), ("webp", ""), *VIDEOS]
FILM_FPS = 20


@contextmanager
def recording(way: str, ring: Ring, folder: Path, turn: int) -> Iterator[Recordings]:
    recordings = Recordings(ring, folder)
    if "mp4" in way:
        recordings.start(folder / f"{way.replace(' ', '-')}-{turn}.mp4")
    if "keep" in way:
        recordings.keep(30.0)
    yield recordings
    for status in recordings.close():
        if status.failure or status.dropped:
            print(f"{way}: {status.written} written, {status.dropped} dropped {status.failure}")


def dreamed_rate(dreamer: Dreamer, ring: Ring, seconds: float, film: list[Frame]) -> float:
    begun, count = time.perf_counter(), 0
    while time.perf_counter() < begun + seconds:
        frame = dreamer.step()
        ring.put(frame)
        film.append(frame)
        count += 1
    return count / (time.perf_counter() - begun)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=kinds.size, default=(448, 252))
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--fps-target", type=float, default=0.0, help="pace, as in a show (default: none)")
    options = parser.parse_args()
    print(*machine_lines(), sep="\n")
    stage = Stage(Settings(size=options.size, precision="auto"))
    dreamer = stage.open_dreamer()
    film: list[Frame] = []
    rates: dict[str, list[float]] = {way: [] for way in WAYS}
    with tempfile.TemporaryDirectory() as name:
        dreamed_rate(dreamer, Ring(64), 3.0, film)
        for turn in range(options.turns):
            for way in WAYS:
                ring = Ring(64)
                with recording(way, ring, Path(name), turn):
                    rates[way].append(dreamed_rate(dreamer, ring, options.seconds, film))
                del film[: -10 * FILM_FPS]
        print(
            f"dreamed frames a second at {options.size[0]}x{options.size[1]}, {options.turns} turns of each"
        )
        for way in WAYS:
            shares = [a / b for a, b in zip(rates[way], rates["nothing"], strict=True)]
            median = sorted(shares)[len(shares) // 2]
            print(f"{way:>14}  {' '.join(Spread.of(rates[way]).words()):24}  {median:.3f} of without")
        print_sizes(film, Path(name))
    stage.close()


def print_sizes(film: list[Frame], folder: Path) -> None:
    seconds = len(film) / FILM_FPS
    print(f"sizes of {seconds:g} s at {FILM_FPS} frames a second, and what a frame takes to be written live")
    for suffix, codec in FILES:
        path = folder / f"size-{codec}.{suffix}"
        writer = open_writer(path, Timing(FILM_FPS), Encoding(codec, patient=False))
        begun = time.perf_counter()
        for frame in film:
            writer.write(frame)
        writer.close()
        spent = (time.perf_counter() - begun) / len(film)
        size = path.stat().st_size
        print(f"{suffix + ' ' + codec:>14}  {size / 1e6:8.2f} MB  {spent * 1000:6.1f} ms")


if __name__ == "__main__":
    main()
