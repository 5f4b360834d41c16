"""What outputs cost the dream and the screen, and how late they are.

    python benchmarks/outputs.py [--seconds 10] [--turns 6] [--picture dream] [shm udp hls] [latency]

A show dreams as fast as it can, in a window where there is a display, with the output on and off in turn:
each turn on has its ratio to the turn off beside it, and the median of those is what the output leaves of the
rate. The screen's frames are from one to the next. Nobody receives, so that receiving costs nothing here.
Latency is from `put` to a reader on this machine.
"""

import argparse
import os
import statistics
import threading
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from dreamstream.display import WindowSettings, display_missing
from dreamstream.live.hands import Hands
from dreamstream.live.run import run_headless, run_window
from dreamstream.live.show import Show, ShowSettings
from dreamstream.outputs import Output, target_of
from dreamstream.outputs.memory import MemoryReader, memory_path
from dreamstream.size import Size
from dreamstream.stage import Settings, Stage
from dreamstream.tell import tell_nobody
from dreamstream.worker import Worker
from tests.outputs.receivers import Receiver, feeding, free_port

SETTLE = 2.0  # seconds, after an output was switched
SIZE = Size(1280, 720)


def cost(kind: str, where: str, options: argparse.Namespace) -> None:
    """Print what a 720p output leaves of the dream's rate, and the screen's frames with and without it."""
    stage = Stage(Settings(size=Size(448, 252), params={"fps_target": 0.0}))
    target = target_of(f"{options.picture}@{SIZE}:{kind}:{where}")
    show = Show(stage, ShowSettings(outs=(target,)))
    hands = Hands(show)
    rates: dict[bool, list[float]] = {True: [], False: []}
    gaps: dict[bool, list[float]] = {True: [], False: []}
    drawn: list[float] = []

    def measure(stopping: threading.Event) -> None:
        while show.dream.status.frames < 20:
            time.sleep(0.1)
        for turn in range(2 * options.turns):
            on = turn % 2 == 0
            time.sleep(SETTLE)
            frames, first, began = show.dream.status.frames, len(drawn), time.monotonic()
            time.sleep(options.seconds)
            rates[on].append((show.dream.status.frames - frames) / (time.monotonic() - began))
            gaps[on] += (1e3 * np.diff(drawn[first:])).tolist()
            show.outputs.toggle()
        print(*show.outputs.lines, flush=True)
        hands.going = False

    worker = Worker("measure", measure).start()
    if display_missing():
        run_headless(show, hands)
    else:
        run_window(show, WindowSettings(SIZE), hands, offer=lambda read: drawn.append(time.monotonic()))
    worker.join()
    ratio = statistics.median(on / off for on, off in zip(rates[True], rates[False], strict=True))
    on, off = (statistics.median(rates[way]) for way in (True, False))
    print(f"{kind:6} on {on:5.2f}/s  off {off:5.2f}/s  ratio {ratio:.3f}: costs {100 * (1 - ratio):.1f} %")
    for way, name in (True, "on"), (False, "off"):
        if gaps[way]:
            median, p99 = np.quantile(gaps[way], [0.5, 0.99])
            print(
                f"{'':6} screen frames, output {name}: median {median:.1f} ms, p99 {p99:.1f} ms", flush=True
            )


def late(name: str, delays: list[float]) -> None:
    """Print how late pictures come."""
    delays = sorted(delays[10:])
    print(
        f"{name:6} {len(delays)} pictures: median {1000 * statistics.median(delays):.1f} ms, "
        f"p95 {1000 * delays[int(0.95 * len(delays))]:.1f} ms",
        flush=True,
    )


def until(true: Callable[[], bool], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.05)


def latency() -> None:
    """Measure both ways, at 720p and 30 pictures a second."""
    with feeding(30.0, SIZE) as feed:
        port, name = free_port(), f"dreamstream-bench-{os.getpid()}"
        receiver = Receiver(f"udp://127.0.0.1:{port}")
        receiver.sent = feed.sent
        output = Output(target_of(f"udp://127.0.0.1:{port}"), feed.ring.reader, tell_nobody).start()
        until(lambda: len(receiver.delays) > 200)
        output.stop(5)
        late("udp", receiver.delays)
        receiver.stop()
        output = Output(target_of(f"shm:{name}"), feed.ring.reader, tell_nobody).start()
        until(memory_path(name).exists)
        reader, delays = MemoryReader(name), list[float]()
        while len(delays) < 200:
            if (frame := reader.newest()) is not None:
                delays.append(time.monotonic() - frame.time)
            time.sleep(0.001)
        output.stop(5)
        late("shm", delays)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=10.0, help="of each turn")
    parser.add_argument("--turns", type=int, default=6, help="with the output on, and as many without")
    parser.add_argument("--picture", choices=("dream", "screen"), default="dream")
    parser.add_argument("what", nargs="*", help="of shm, udp, hls and latency; all, if none is named")
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        places = {
            "shm": f"dreamstream-cost-{os.getpid()}",
            "udp": f"//127.0.0.1:{free_port()}",
            "hls": str(Path(folder) / "stream"),
        }
        for what in options.what or ("latency", *places):
            if what == "latency":
                latency()
            else:
                cost(what, places[what], options)


if __name__ == "__main__":
    main()
