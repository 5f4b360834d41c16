"""What recording costs the dream and the screen, and how large recordings are.

    python benchmarks/recording.py [--size 448x252] [--turns 9] [--window 960x540] [--opengl] [WAY ...]
    python benchmarks/recording.py --film dream.mkv      # what each format takes, of a film that is there

Dreams with the default net as fast as it can and draws it in a window (where there is a display), in turns
without and with recordings, in one process: medians and quartiles of dreamed frames a second, their ratio to
the turn without beside them, and the screen's frames. Then writes 10 s of the dreamt film in every format,
with an alpha, too, where that carries one, and prints their sizes.
"""

import argparse
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import numpy as np
import pygame

from dreamstream.bench.figures import Spread
from dreamstream.bench.machine import machine_lines
from dreamstream.cli import values
from dreamstream.display import Picture, Playhead, Window, WindowSettings, display_missing
from dreamstream.dreamer import Dreamer
from dreamstream.frame import Frame
from dreamstream.params import Params
from dreamstream.process import go_first
from dreamstream.record import Encoding, Reading, Recordings, Timing, alpha_of, carries_alpha, open_writer
from dreamstream.ring import Ring
from dreamstream.size import Size
from dreamstream.stage import Settings, Stage
from dreamstream.worker import Worker

WAYS = ("nothing", "keep", "mp4", "screen", "all three")
WITHOUT_SCREEN = ("nothing", "keep", "mp4")
VIDEOS = [("mp4", ""), ("mp4", "hevc"), ("mp4", "av1"), ("webm", ""), ("mkv", "ffv1")]
EDITORS = [("mov", codec) for codec in ("prores", "prores4444", "cineform", "qtrle")]
SERVERS = [("mov", codec) for codec in ("hap", "hapalpha", "hapq", "dxv")]
FILES = [("gif", ""), ("webp", ""), *VIDEOS, *EDITORS, *SERVERS]
FILM_FPS = 20


@contextmanager
def recording(way: str, ring: Ring, folder: Path, turn: int) -> Iterator[Recordings]:
    recordings, name = Recordings(ring, folder), f"{way.replace(' ', '-')}-{turn}"
    if way in ("mp4", "all three"):
        recordings.start(folder / f"{name}.mp4")
    if way in ("screen", "all three"):
        recordings.start(folder / f"{name}-screen.mp4", screen=True)
    if way in ("keep", "all three"):
        recordings.start_buffer(30.0)
    yield recordings
    for status in recordings.close():
        if status.failure or status.dropped:
            print(f"{way}: {status.written} written, {status.dropped} dropped {status.failure}")


def dreaming(dreamer: Dreamer, ring: Ring, film: list[Frame]) -> Worker:
    def work(stopping: threading.Event) -> None:
        while not stopping.is_set():
            frame = dreamer.step()
            ring.put(frame)
            film.append(frame)

    return Worker("dreamer", work)


def watch(
    window: Window | None, ring: Ring, recordings: Recordings, seconds: float, params: Params
) -> list[float]:
    """Draw for so long; return the milliseconds from screen frame to screen frame."""
    if window is None:
        time.sleep(seconds)
        return []
    playhead, gaps = Playhead(time.monotonic), []
    started = last = time.monotonic()
    while last - started < seconds:
        pygame.event.pump()
        now = time.monotonic()
        window.screen.draw(playhead.moment(ring.latest(8)), window.size, Picture(params, now))
        recordings.filming.turn(window.screen, now)
        window.show()
        gaps.append(1e3 * (time.monotonic() - last))
        last = time.monotonic()
    return gaps


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=values.size, default=Size(448, 252))
    parser.add_argument("--window", type=values.size, default=Size(960, 540))
    parser.add_argument("--opengl", action="store_true", default=None, help="draw with it even in software")
    parser.add_argument("--effects", default="none")
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--turns", type=int, default=9)
    parser.add_argument("--no-sizes", action="store_true")
    parser.add_argument(
        "--film", type=Path, help="write its first 20 frames in every format, and nothing else"
    )
    parser.add_argument("ways", nargs="*", metavar="WAY", help=f"of {', '.join(WAYS)}; `nothing` among them")
    options = parser.parse_args()
    print(*machine_lines(), sep="\n")
    if options.film:
        with tempfile.TemporaryDirectory() as name:
            print_sizes(list(islice(Reading(options.film).frames(), FILM_FPS)), Path(name))
        return
    stage = Stage(Settings(size=options.size, precision="auto"))
    dreamer, window = stage.dreamer_on(stage.open_net(), live=True), None
    if not display_missing():
        window = Window(WindowSettings(options.window, opengl=options.opengl))
        print(
            f"screen {options.window[0]}x{options.window[1]}, {window.screen.name}, effects {options.effects}"
        )
    params = stage.store.snapshot().model_copy(update={"effects": options.effects})
    film: list[Frame] = []
    ways = [way for way in options.ways or WAYS if window or way in WITHOUT_SCREEN]
    if window:
        go_first()
    rates: dict[str, list[float]] = {way: [] for way in ways}
    gaps: dict[str, list[float]] = {way: [] for way in ways}
    with tempfile.TemporaryDirectory() as name:
        for turn in range(-1, options.turns):  # the first is to get warm
            for way in ways:
                ring = Ring(64)
                ring.put(Frame.of(stage.playing.sources[0].read(), 0, None, time.perf_counter()))
                with recording(way, ring, Path(name), turn) as recordings:
                    before, started = len(film), time.perf_counter()
                    dreams = dreaming(dreamer, ring, film).start()
                    seen = watch(window, ring, recordings, options.seconds, params)
                    dreams.stop()
                    if turn >= 0:
                        rates[way].append((len(film) - before) / (time.perf_counter() - started))
                        gaps[way] += seen
                del film[: -10 * FILM_FPS]
        print_rates(rates, gaps, options)
        if not options.no_sizes:
            print_sizes(film, Path(name))
    if window is not None:
        window.close()
    stage.close()


def print_rates(
    rates: dict[str, list[float]], gaps: dict[str, list[float]], options: argparse.Namespace
) -> None:
    turns = f"{options.turns} turns of {options.seconds:g} s"
    print(f"dreamed frames a second at {options.size}, {turns}; screen in ms")
    for way, seen in gaps.items():
        shares = [a / b for a, b in zip(rates[way], rates["nothing"], strict=True)]
        line = f"{way:>14}  {Spread.of(rates[way])!s:24}  {np.median(shares):.3f} of without"
        if seen:
            middle, slow = np.median(seen), np.quantile(seen, 0.99)
            line += f"   median {middle:5.1f}  p99 {slow:5.1f}  longest {max(seen):5.1f}"
        print(line)


def print_sizes(film: list[Frame], folder: Path) -> None:
    """Print what a frame takes in each format, written live: bytes, and time of all cores together."""
    print(
        f"{len(film)} frames of {film[0].size}: what each takes in a file, and to be written live (CPU time)"
    )
    opaque = [(suffix, codec, False) for suffix, codec in FILES]
    carriers = [(suffix, codec, True) for suffix, codec in FILES if carries_alpha(codec)]
    for suffix, codec, alpha in [*opaque, *carriers]:
        path = folder / f"size-{codec}-{alpha}.{suffix}"
        writer = open_writer(path, Timing(FILM_FPS), Encoding(codec, patient=False, alpha=alpha))
        frames = list(alpha_of("luma").on(iter(film))) if alpha else film
        started = time.process_time()
        for frame in frames:
            writer.write(frame)
        writer.close()
        spent, size = (time.process_time() - started) / len(film), path.stat().st_size / len(film)
        name = f"{suffix} {codec}{' with alpha' if alpha else ''}"
        print(f"{name:>27}  {size / 1e3:8.1f} kB  {spent * 1000:6.1f} ms")


if __name__ == "__main__":
    main()
