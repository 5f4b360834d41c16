"""What outputs cost the dream, and how late they are.

    python benchmarks/outputs.py

One show without a window dreams as fast as it can, with the output on and off in turn: what it costs is the
rate that is missing while it is on. Latency is from `put` to a reader on this machine.
"""

import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from dreamstream.live.hands import Hands
from dreamstream.live.run import run_headless
from dreamstream.live.show import Show, ShowSettings
from dreamstream.outputs import Output, target_of
from dreamstream.outputs.memory import MemoryReader, memory_path
from dreamstream.size import Size
from dreamstream.stage import Settings, Stage
from dreamstream.tell import tell_nobody
from dreamstream.worker import Worker
from tests.outputs.receivers import Receiver, feeding, free_port

PHASES, SECONDS, SETTLE = 8, 12.0, 2.0
SIZE = Size(1280, 720)


def cost(name: str, address: str) -> None:
    """Print how much slower the dream is while an output is on."""
    stage = Stage(Settings(size=Size(448, 252), params={"fps_target": 0.0}))
    show = Show(stage, ShowSettings(outs=(target_of(f"@{SIZE}:{address}"),)))
    hands = Hands(show)
    rates: dict[bool, list[float]] = {True: [], False: []}

    def measure(stopping: object) -> None:
        while show.dream.status.frames < 20:
            time.sleep(0.1)
        for phase in range(PHASES):
            on = phase % 2 == 0
            time.sleep(SETTLE)
            frames, began = show.dream.status.frames, time.monotonic()
            time.sleep(SECONDS)
            rates[on].append((show.dream.status.frames - frames) / (time.monotonic() - began))
            show.outputs.toggle()
        hands.going = False

    worker = Worker("measure", measure).start()
    run_headless(show, hands)
    worker.join()
    on, off = (statistics.median(rates[way]) for way in (True, False))
    print(f"{name:6} on {on:5.2f}/s  off {off:5.2f}/s  costs {100 * (1 - on / off):5.1f} %", flush=True)


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


if __name__ == "__main__":
    latency()
    with TemporaryDirectory() as folder:
        cost("shm", f"shm:dreamstream-cost-{os.getpid()}")
        cost("udp", f"udp://127.0.0.1:{free_port()}")
        cost("hls", f"hls:{Path(folder) / 'stream'}")
